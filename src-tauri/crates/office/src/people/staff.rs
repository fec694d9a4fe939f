//! The staff: adding people, changing their role or password, switching accounts off. Nobody is deleted, since the log
//! names them.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Ability, Role, Who};
use crate::edits;
use crate::error::{Error, FormCheck, Kind, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::people::password;

/// A member of the staff.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StaffView {
    /// The row's id.
    pub id: i64,
    /// The login name.
    pub name: String,
    /// The role.
    pub role: String,
    /// Whether the account can log in.
    pub is_active: bool,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
    /// Rises with each change.
    pub version: i64,
}

impl From<store::users::User> for StaffView {
    fn from(row: store::users::User) -> StaffView {
        StaffView {
            id: row.id,
            name: row.name,
            role: row.role,
            is_active: row.is_active,
            created_at: row.created_at.as_millisecond(),
            version: row.version,
        }
    }
}

/// Lists the staff.
#[derive(Debug)]
pub struct ListStaff;

impl Request for ListStaff {
    const ABILITY: Ability = Ability::SettingsRead;
    type Answer = Vec<StaffView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<StaffView>> {
        let mut tx = call.read().await?;
        Ok(store::users::all(&mut tx)
            .await?
            .into_iter()
            .map(StaffView::from)
            .collect())
    }
}

/// Adds somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddStaff {
    /// The login name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The first password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

impl Request for AddStaff {
    const ABILITY: Ability = Ability::StaffWrite;
    type Answer = StaffView;

    async fn run(self, call: &Call<'_>) -> Result<StaffView> {
        let mut form = FormCheck::new();
        let name = form.text("name", &self.name, 60);
        password::check("password", &self.password, &mut form);
        form.finish()?;
        require_rank(call, self.role)?;
        let hash = password::hash(self.password).await?;
        let mut tx = call.begin().await?;
        if store::users::find_by_name(&mut tx, &name).await?.is_some() {
            return Err(Error::conflict(
                "name_taken",
                format!("Nama {name} sudah dipakai. Pilih nama lain."),
                format!("The name {name} is taken. Choose another."),
            ));
        }
        let row = store::users::insert(&mut tx, &name, self.role.as_str(), &hash, call.now).await?;
        let entry = Entry::done(
            "staff_added",
            (
                format!("{name} ditambahkan sebagai {}", self.role),
                format!("{name} added as {}", self.role),
            ),
        )
        .about("user", row.id, name);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(row.into())
    }
}

/// Changes somebody; what is absent stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeStaff {
    /// Who; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The new role.
    pub role: Option<Role>,
    /// Whether the account can log in.
    pub is_active: Option<bool>,
    /// The new password; every session of the person ends.
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<SecretString>,
    /// The version that was read; a change since then is refused.
    pub version: Option<i64>,
}

impl Request for ChangeStaff {
    const ABILITY: Ability = Ability::StaffWrite;
    type Answer = StaffView;

    async fn run(self, call: &Call<'_>) -> Result<StaffView> {
        let mut form = FormCheck::new();
        if let Some(new) = &self.password {
            password::check("password", new, &mut form);
        }
        form.finish()?;
        let hash = match self.password {
            Some(password) => Some(password::hash(password).await?),
            None => None,
        };
        let mut tx = call.begin().await?;
        let before = store::users::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Pengguna", "user"))?;
        edits::check(&mut tx, edits::STAFF, self.id, self.version, before.version).await?;
        let role: Role = before
            .role
            .parse()
            .map_err(|error: billing::UnknownWord| Error::fault(error))?;
        require_rank(call, role)?;
        let role_after = self.role.unwrap_or(role);
        require_rank(call, role_after)?;
        let active_after = self.is_active.unwrap_or(before.is_active);
        let stops_owning = role == Role::Owner && (role_after != Role::Owner || !active_after);
        let is_owner = |user: &store::users::User| user.is_active && user.role == Role::Owner.as_str();
        let owners = store::users::all(&mut tx)
            .await?
            .iter()
            .filter(|user| is_owner(user))
            .count();
        if stops_owning && before.is_active && owners <= 1 {
            return Err(Error::conflict(
                "last_owner",
                "Ini pemilik terakhir. Angkat pemilik lain lebih dahulu.",
                "This is the last owner. Make somebody else an owner first.",
            ));
        }
        let after = store::users::User {
            role: role_after.as_str().to_owned(),
            is_active: active_after,
            password_hash: hash.clone().unwrap_or_else(|| before.password_hash.clone()),
            ..before.clone()
        };
        let done = store::users::update(&mut tx, &after, call.now).await;
        edits::written(&mut tx, edits::STAFF, self.id, done).await?;
        if hash.is_some() || !active_after || role_after != role {
            store::tokens::revoke_all(&mut tx, self.id, call.now).await?;
        }
        let detail = serde_json::json!({
            "before": { "role": role, "is_active": before.is_active },
            "after": { "role": role_after, "is_active": active_after, "password_changed": hash.is_some() },
        });
        let entry = Entry::done(
            "staff_changed",
            (
                format!("Akun {} diubah", before.name),
                format!("Account {} changed", before.name),
            ),
        )
        .about("user", self.id, before.name)
        .detail(detail);
        logs::record(&mut tx, call, entry).await?;
        let row = store::users::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Pengguna", "user"))?;
        tx.commit().await?;
        Ok(row.into())
    }
}

/// Only an owner (or the console) makes and changes owners.
fn require_rank(call: &Call<'_>, role: Role) -> Result<()> {
    let is_owner = matches!(
        &call.actor.who,
        Who::User {
            role: Role::Owner,
            ..
        } | Who::Console
    );
    if role == Role::Owner && !is_owner {
        return Err(Error::new(
            Kind::Forbidden,
            "owners_only",
            "Hanya pemilik yang dapat mengangkat atau mengubah pemilik.",
            "Only an owner can make or change an owner.",
        ));
    }
    Ok(())
}
