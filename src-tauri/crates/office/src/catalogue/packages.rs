//! Packages: a speed at a price. The code names the profile on the routers, so it is plain and short.

use std::collections::HashMap;

use billing::{RouterMode, Rupiah};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::edits;
use crate::error::{Error, FormCheck, Result, Sentence};
use crate::jobs::{self, LineAt};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// The fastest line, in kbit/s: 100 Gbit/s. More is a slip of the finger.
const FASTEST: i64 = 100_000_000;

/// A package.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PackageView {
    /// The row's id.
    pub id: i64,
    /// The short code; `pkg-<code>` is the profile on the routers.
    pub code: String,
    /// The name that customers read.
    pub name: String,
    /// Towards the customer, kbit/s.
    pub speed_download: i64,
    /// From the customer, kbit/s.
    pub speed_upload: i64,
    /// Rupiah a month.
    pub price: Rupiah,
    /// Whether it is still sold.
    pub is_active: bool,
    /// How many lines have it.
    pub customers: i64,
    /// Rises with each change.
    pub version: i64,
}

impl PackageView {
    fn of(package: store::packages::Package, customers: i64) -> PackageView {
        let details = package.details;
        PackageView {
            id: package.id,
            code: details.code,
            name: details.name,
            speed_download: details.speed_download,
            speed_upload: details.speed_upload,
            price: details.price,
            is_active: details.is_active,
            customers,
            version: package.version,
        }
    }
}

/// Lists the packages, by code.
#[derive(Debug)]
pub struct ListPackages;

impl Request for ListPackages {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Vec<PackageView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<PackageView>> {
        let mut tx = call.read().await?;
        let counts: HashMap<i64, i64> = store::packages::customer_counts(&mut tx)
            .await?
            .into_iter()
            .collect();
        let view = |package: store::packages::Package| {
            let customers = counts.get(&package.id).copied().unwrap_or(0);
            PackageView::of(package, customers)
        };
        Ok(store::packages::all(&mut tx)
            .await?
            .into_iter()
            .map(view)
            .collect())
    }
}

/// Reads one package.
#[derive(Debug)]
pub struct ReadPackage {
    /// Which.
    pub id: i64,
}

impl Request for ReadPackage {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = PackageView;

    async fn run(self, call: &Call<'_>) -> Result<PackageView> {
        let packages = ListPackages.run(call).await?;
        packages
            .into_iter()
            .find(|package| package.id == self.id)
            .ok_or_else(|| Error::missing("Paket", "package"))
    }
}

/// Adds a package.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPackage {
    /// The short code: letters, digits, `-`, `_` and `.`.
    pub code: String,
    /// The name that customers read.
    pub name: String,
    /// Towards the customer, kbit/s.
    pub speed_download: i64,
    /// From the customer, kbit/s.
    pub speed_upload: i64,
    /// Rupiah a month; 0 is a gift.
    pub price: Rupiah,
    /// Whether it is sold; `true` when absent.
    pub is_active: Option<bool>,
}

impl Request for AddPackage {
    const ABILITY: Ability = Ability::CatalogueWrite;
    type Answer = PackageView;

    async fn run(self, call: &Call<'_>) -> Result<PackageView> {
        let mut form = FormCheck::new();
        let details = store::packages::Details {
            code: self.code,
            name: self.name,
            speed_download: self.speed_download,
            speed_upload: self.speed_upload,
            price: self.price,
            is_active: self.is_active.unwrap_or(true),
        };
        let details = check(details, &mut form);
        form.finish()?;
        let mut tx = call.begin().await?;
        let package = store::packages::insert(&mut tx, &details, call.now).await?;
        let entry = Entry::done("package_added", added(&details)).about("package", package.id, details.name);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(PackageView::of(package, 0))
    }
}

/// What the log says of a package that was added.
pub(crate) fn added(details: &store::packages::Details) -> Sentence {
    Sentence::new(
        format!("Paket {} ditambahkan, {}", details.name, details.price),
        format!("Package {} added, {}", details.name, details.price),
    )
}

/// Changes a package; what is absent stays. A new price counts from the next bill on; another speed reaches the managed
/// routers by jobs, in their profiles and in each queue and each lease that has a rate of its own.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ChangePackage {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The short code.
    pub code: Option<String>,
    /// The name that customers read.
    pub name: Option<String>,
    /// Towards the customer, kbit/s.
    pub speed_download: Option<i64>,
    /// From the customer, kbit/s.
    pub speed_upload: Option<i64>,
    /// Rupiah a month.
    pub price: Option<Rupiah>,
    /// Whether it is sold.
    pub is_active: Option<bool>,
    /// The version that was read; a change since then is refused.
    pub version: Option<i64>,
}

impl Request for ChangePackage {
    const ABILITY: Ability = Ability::CatalogueWrite;
    type Answer = PackageView;

    async fn run(self, call: &Call<'_>) -> Result<PackageView> {
        let id = self.id;
        let mut tx = call.begin().await?;
        let before = store::packages::find(&mut tx, id)
            .await?
            .ok_or_else(|| Error::missing("Paket", "package"))?;
        edits::check(&mut tx, edits::PACKAGE, id, self.version, before.version).await?;
        let was = before.details.clone();
        let mut form = FormCheck::new();
        let details = store::packages::Details {
            code: self.code.unwrap_or(was.code.clone()),
            name: self.name.unwrap_or(was.name.clone()),
            speed_download: self.speed_download.unwrap_or(was.speed_download),
            speed_upload: self.speed_upload.unwrap_or(was.speed_upload),
            price: self.price.unwrap_or(was.price),
            is_active: self.is_active.unwrap_or(was.is_active),
        };
        let details = check(details, &mut form);
        form.finish()?;
        let after = store::packages::Package {
            details: details.clone(),
            ..before
        };
        let is_other_speed =
            (details.speed_download, details.speed_upload) != (was.speed_download, was.speed_upload);
        let lines = match is_other_speed {
            true => lock_lines(&mut tx, id).await?,
            false => Vec::new(),
        };
        let done = store::packages::update(&mut tx, &after, call.now).await;
        edits::written(&mut tx, edits::PACKAGE, id, done).await?;
        let facts = |details: &store::packages::Details| {
            serde_json::json!({
                "code": details.code, "name": details.name, "price": details.price, "is_active": details.is_active,
                "speed_download": details.speed_download, "speed_upload": details.speed_upload,
            })
        };
        let entry = Entry::done(
            "package_changed",
            (
                format!("Paket {} diubah", details.name),
                format!("Package {} changed", details.name),
            ),
        )
        .about("package", id, details.name.clone())
        .detail(serde_json::json!({ "before": facts(&was), "after": facts(&details) }));
        logs::record(&mut tx, call, entry).await?;
        let speeds = |details: &store::packages::Details| {
            (details.is_active, details.speed_download, details.speed_upload)
        };
        if details.is_active && speeds(&details) != speeds(&was) {
            sync_profiles(&mut tx, call, id).await?;
        }
        jobs::enqueue_change_profiles(&mut tx, call, &lines).await?;
        tx.commit().await?;
        call.office.ring();
        ReadPackage { id }.run(call).await
    }
}

/// Asks for the profiles of every router that is managed and has one of ours for the package: once for each, however many
/// packages are changed until its turn.
async fn sync_profiles(tx: &mut Tx, call: &Call<'_>, package_id: i64) -> Result<()> {
    for router in store::routers::all(tx).await? {
        let is_ours = router.details.is_active && router.details.mode == RouterMode::Manage;
        let mapped = store::packages::profiles(tx, router.id).await?;
        if is_ours && !mapped.iter().any(|profile| profile.package_id == package_id) {
            jobs::enqueue_sync_profiles(tx, call, router.id).await?;
        }
    }
    Ok(())
}

/// The lines of a package whose rate is in no profile. Their customers are locked, so that a job which tells a router of the
/// old rate at this moment finds the new one before it ends.
async fn lock_lines(tx: &mut Tx, package_id: i64) -> Result<Vec<LineAt>> {
    let lines = store::customers::with_own_rate(tx, package_id).await?;
    let customers: Vec<i64> = lines.iter().map(|(customer, _)| *customer).collect();
    store::customers::lock_all(tx, &customers).await?;
    Ok(lines
        .into_iter()
        .map(|(customer_id, router_id)| LineAt {
            customer_id,
            router_id,
        })
        .collect())
}

/// Refuses what is no package, and trims what is.
pub(crate) fn check(details: store::packages::Details, form: &mut FormCheck) -> store::packages::Details {
    let code = form.text("code", &details.code, 40);
    if !code
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    {
        form.refuse(
            "code",
            "not_a_code",
            "Kode hanya huruf, angka, tanda - _ dan titik, karena menjadi nama profil di router.",
            "A code has only letters, digits, - _ and dots, since it names the profile on the router.",
        );
    }
    let name = form.text("name", &details.name, 100);
    for (field, speed) in [
        ("speed_download", details.speed_download),
        ("speed_upload", details.speed_upload),
    ] {
        if !(1..=FASTEST).contains(&speed) {
            form.refuse(
                field,
                "out_of_range",
                "Kecepatan ditulis dalam kbit/detik dan lebih dari 0; 10 Mbit/detik adalah 10000.",
                "The speed is in kbit/s and above 0; 10 Mbit/s is 10000.",
            );
        }
    }
    if !(Rupiah::ZERO..=Rupiah::LARGEST_TYPED).contains(&details.price) {
        form.refuse(
            "price",
            "out_of_range",
            format!("Harga 0 sampai {}.", Rupiah::LARGEST_TYPED),
            format!("A price is 0 to {}.", Rupiah::LARGEST_TYPED),
        );
    }
    store::packages::Details {
        code,
        name,
        ..details
    }
}
