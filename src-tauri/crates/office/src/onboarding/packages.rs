//! The packages and mappings of an import: made first, in the transaction of the lines that need them.

use std::collections::HashMap;

use serde_json::json;
use store::Tx;
use store::packages::{Details, Package};
use store::routers::Router;

use crate::catalogue::{check_package, package_added};
use crate::error::{FormCheck, Result};
use crate::logs::{self, Entry};
use crate::network::{Inventory, profile_name};
use crate::office::Call;
use crate::onboarding::decisions::{NewMapping, NewPackage};
use crate::onboarding::mappings::mapped_to;

/// The packages that lines may name.
pub(super) struct Packages {
    known: HashMap<i64, Package>,
    /// The packages of the request, in its order; nothing where one was refused.
    new: Vec<Option<i64>>,
    /// Those that were made.
    pub made: Vec<i64>,
    /// How many mappings were made.
    pub mapped: usize,
}

impl Packages {
    /// Makes the packages that are new. One that exists under the same code is used if it is the same, and refused if not.
    pub(super) async fn make(
        tx: &mut Tx,
        call: &Call<'_>,
        wanted: Vec<NewPackage>,
        form: &mut FormCheck,
    ) -> Result<Packages> {
        let known = store::packages::all(tx).await?;
        let mut packages = Packages {
            known: known.into_iter().map(|package| (package.id, package)).collect(),
            new: Vec::with_capacity(wanted.len()),
            made: Vec::new(),
            mapped: 0,
        };
        for (place, wanted) in wanted.into_iter().enumerate() {
            let field = |name: &str| format!("packages[{place}].{name}");
            let mut own = FormCheck::new();
            let details = check_package(
                Details {
                    code: wanted.code,
                    name: wanted.name,
                    speed_download: wanted.speed_download,
                    speed_upload: wanted.speed_upload,
                    price: wanted.price,
                    is_active: true,
                },
                &mut own,
            );
            if let Err(refused) = own.finish() {
                for problem in refused.fields {
                    form.refuse(
                        field(&problem.field),
                        problem.code,
                        problem.message.id,
                        problem.message.en,
                    );
                }
                packages.new.push(None);
                continue;
            }
            let id = match (packages.of_code(&details.code), packages.of_name(&details.name)) {
                (Some(there), _) if is_same(&there.details, &details) => Some(there.id),
                (Some(_), _) => {
                    form.refuse(
                        field("code"),
                        "code_taken",
                        "Kode ini sudah dipakai paket lain; pilih paket itu atau ganti kodenya.",
                        "Another package has this code; choose that package, or change the code.",
                    );
                    None
                }
                // Whoever chooses a package for a customer sees the names only.
                (None, Some(there)) => {
                    let code = &there.details.code;
                    form.refuse(
                        field("name"),
                        "name_taken",
                        format!("Paket {code} sudah bernama begitu; bedakan namanya, atau pilih paket itu."),
                        format!(
                            "The package {code} has this name already; tell them apart, or choose that one."
                        ),
                    );
                    None
                }
                (None, None) => Some(packages.insert(tx, call, details).await?),
            };
            packages.new.push(id);
        }
        Ok(packages)
    }

    async fn insert(&mut self, tx: &mut Tx, call: &Call<'_>, details: Details) -> Result<i64> {
        let package = store::packages::insert(tx, &details, call.now).await?;
        let entry =
            Entry::done("package_added", package_added(&details)).about("package", package.id, details.name);
        logs::record(tx, call, entry).await?;
        let id = package.id;
        self.known.insert(id, package);
        self.made.push(id);
        Ok(id)
    }

    fn of_code(&self, code: &str) -> Option<&Package> {
        self.known
            .values()
            .find(|package| package.details.code.eq_ignore_ascii_case(code))
    }

    fn of_name(&self, name: &str) -> Option<&Package> {
        let name = name.to_lowercase();
        self.known
            .values()
            .find(|package| package.details.is_active && package.details.name.to_lowercase() == name)
    }

    /// The package that a line or a mapping names, if it names one; what is wrong stands beside `at`.
    pub(super) fn named(
        &self,
        package_id: Option<i64>,
        new_package: Option<usize>,
        at: &str,
        form: &mut FormCheck,
    ) -> Option<i64> {
        match (package_id, new_package) {
            (None, None) => None,
            (Some(id), None) if self.known.contains_key(&id) => Some(id),
            // A package that was refused has said so beside its own fields.
            (None, Some(place)) if place < self.new.len() => self.new.get(place).copied().flatten(),
            (Some(_), Some(_)) => {
                form.refuse(
                    format!("{at}.package_id"),
                    "package_twice",
                    "Pilih paket yang ada atau paket baru, bukan keduanya.",
                    "Choose a package that exists or a new one, not both.",
                );
                None
            }
            _ => {
                form.refuse(
                    format!("{at}.package_id"),
                    "not_found",
                    "Paket ini tidak ada lagi.",
                    "This package does not exist any more.",
                );
                None
            }
        }
    }

    /// Whether the request named a package for this line at all; a refused new package counts.
    pub(super) fn is_named(package_id: Option<i64>, new_package: Option<usize>) -> bool {
        package_id.is_some() || new_package.is_some()
    }

    /// Maps packages to profiles that the router has. A package has one profile on a router: another one is refused.
    pub(super) async fn map(
        &mut self,
        tx: &mut Tx,
        call: &Call<'_>,
        router: &Router,
        inventory: &Inventory,
        wanted: &[NewMapping],
        form: &mut FormCheck,
    ) -> Result<()> {
        let mut mapped: HashMap<i64, String> = store::packages::profiles(tx, router.id)
            .await?
            .into_iter()
            .map(|mapping| (mapping.package_id, mapping.profile))
            .collect();
        for (place, mapping) in wanted.iter().enumerate() {
            let at = format!("mappings[{place}]");
            if !inventory
                .profiles
                .iter()
                .any(|profile| profile.name == mapping.profile)
            {
                form.refuse(
                    format!("{at}.profile"),
                    "profile_missing",
                    "Router tidak punya profil ini.",
                    "The router has no such profile.",
                );
                continue;
            }
            if !Packages::is_named(mapping.package_id, mapping.new_package) {
                form.refuse(
                    format!("{at}.package_id"),
                    "required",
                    "Wajib diisi.",
                    "This must be filled in.",
                );
                continue;
            }
            let Some(package) = self
                .named(mapping.package_id, mapping.new_package, &at, form)
                .and_then(|id| self.known.get(&id))
            else {
                continue;
            };
            match mapped.get(&package.id) {
                Some(there) if *there == mapping.profile => {}
                Some(there) => form.refuse(
                    format!("{at}.package_id"),
                    "package_mapped",
                    format!("Paket ini sudah memakai profil {there} di router ini."),
                    format!("This package has the profile {there} on this router already."),
                ),
                // What the package's profile is called anyway needs no mapping.
                None if mapping.profile == profile_name(&package.details.code) => {}
                None => {
                    store::packages::set_profile(tx, router.id, package.id, Some(&mapping.profile)).await?;
                    let entry = Entry::done(
                        "profile_mapped",
                        mapped_to(&package.details.code, Some(&mapping.profile), router),
                    )
                    .about("router", router.id, &router.details.name)
                    .detail(json!({ "package_id": package.id, "profile": mapping.profile }));
                    logs::record(tx, call, entry).await?;
                    mapped.insert(package.id, mapping.profile.clone());
                    self.mapped += 1;
                }
            }
        }
        Ok(())
    }
}

fn is_same(there: &Details, wanted: &Details) -> bool {
    (there.speed_download, there.speed_upload, there.price)
        == (wanted.speed_download, wanted.speed_upload, wanted.price)
}
