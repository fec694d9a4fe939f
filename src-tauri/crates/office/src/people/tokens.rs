//! Tokens for scripts. A token belongs to a member of the staff and never has more abilities than its owner.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::{Ability, Role, Who};
use crate::error::{Error, FormCheck, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};
use crate::people::login::{new_secret, role_of};

/// A token, without its secret but at the moment of its creation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenView {
    /// The row's id.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Whose it is.
    pub user_id: i64,
    /// What it may do; `*` is everything that its owner may.
    pub abilities: Vec<String>,
    /// When it was made, epoch milliseconds.
    pub created_at: i64,
    /// When it was last used.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The secret: only in the answer to its creation.
    pub token: Option<String>,
}

impl TryFrom<store::tokens::Token> for TokenView {
    type Error = Error;

    fn try_from(row: store::tokens::Token) -> Result<TokenView> {
        Ok(TokenView {
            id: row.id,
            name: row.name,
            user_id: row.user_id,
            abilities: serde_json::from_value(row.abilities).map_err(Error::fault)?,
            created_at: row.created_at.as_millisecond(),
            last_used_at: row.last_used_at.map(|at| at.as_millisecond()),
            revoked_at: row.revoked_at.map(|at| at.as_millisecond()),
            token: None,
        })
    }
}

/// Lists the tokens for scripts: one's own, or everybody's for whoever may change the staff.
#[derive(Debug)]
pub struct ListTokens;

impl Request for ListTokens {
    const ABILITY: Ability = Ability::Own;
    type Answer = Vec<TokenView>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<TokenView>> {
        let owner = if call.actor.may(Ability::StaffWrite) {
            None
        } else {
            call.actor.user_id()
        };
        let mut tx = call.read().await?;
        store::tokens::list(&mut tx, "api", owner, call.now)
            .await?
            .into_iter()
            .map(TokenView::try_from)
            .collect()
    }
}

/// Makes a token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    /// What it is for.
    pub name: String,
    /// Whose it shall be, by login name; one's own when absent.
    pub user: Option<String>,
    /// What it may do; `*` is everything that its owner may.
    pub abilities: Vec<String>,
}

impl Request for CreateToken {
    const ABILITY: Ability = Ability::Own;
    type Answer = TokenView;

    async fn run(self, call: &Call<'_>) -> Result<TokenView> {
        let mut form = FormCheck::new();
        let name = form.text("name", &self.name, 100);
        if self.abilities.is_empty() {
            form.refuse(
                "abilities",
                "required",
                "Sebutkan paling sedikit satu izin, atau *.",
                "Name at least one ability, or *.",
            );
        }
        for ability in self.abilities.iter().filter(|ability| *ability != "*") {
            if ability.parse::<Ability>().is_err() {
                let all = Ability::WORDS.join(", ");
                form.refuse(
                    "abilities",
                    "unknown_ability",
                    format!("Izin {ability} tidak dikenal. Yang ada: {all}; * berarti semuanya."),
                    format!("There is no ability {ability}. There are: {all}; * means all of them."),
                );
            }
        }
        form.finish()?;
        let mut tx = call.begin().await?;
        let user = match (&self.user, &call.actor.who) {
            (Some(name), _) => store::users::find_by_name(&mut tx, name.trim()).await?,
            (None, Who::User { id, .. }) => store::users::find(&mut tx, *id).await?,
            (None, _) => None,
        };
        let user = user.ok_or_else(|| Error::missing("Pengguna", "user"))?;
        refuse_beyond(&self.abilities, role_of(&user)?)?;
        if call.actor.user_id() != Some(user.id) {
            call.actor.require(Ability::StaffWrite)?;
            // A token acts as its owner, so whoever may not make owners may not make an owner's token either.
            let is_owner = matches!(
                &call.actor.who,
                Who::User {
                    role: Role::Owner,
                    ..
                } | Who::Console
            );
            if user.role == Role::Owner.as_str() && !is_owner {
                return Err(Error::new(
                    crate::error::Kind::Forbidden,
                    "owners_only",
                    "Hanya pemilik yang dapat membuat token milik pemilik.",
                    "Only an owner can make an owner's token.",
                ));
            }
        }
        let (secret, digest) = new_secret();
        let row = store::tokens::NewToken {
            user_id: user.id,
            kind: "api",
            name: &name,
            digest: &digest,
            abilities: &serde_json::json!(self.abilities),
            expires_at: None,
        };
        let id = store::tokens::insert(&mut tx, &row, call.now).await?;
        let entry = Entry::done(
            "token_created",
            (
                format!("Token {name} dibuat untuk {}", user.name),
                format!("Token {name} made for {}", user.name),
            ),
        )
        .about("token", id, name);
        logs::record(&mut tx, call, entry).await?;
        let row = store::tokens::find(&mut tx, id)
            .await?
            .ok_or_else(|| Error::missing("Token", "token"))?;
        tx.commit().await?;
        Ok(TokenView {
            token: Some(secret),
            ..row.try_into()?
        })
    }
}

/// Refuses abilities that the token's owner does not have: it would never have them either, and nobody would see why.
fn refuse_beyond(abilities: &[String], role: Role) -> Result<()> {
    let has = role.abilities();
    let lacking: Vec<&str> = abilities
        .iter()
        .map(String::as_str)
        .filter(|name| *name != "*" && !has.iter().any(|ability| ability.as_str() == *name))
        .collect();
    let mut form = FormCheck::new();
    if !lacking.is_empty() {
        let lacking = lacking.join(", ");
        form.refuse(
            "abilities",
            "beyond_the_owner",
            format!(
                "Peran {role} tidak memiliki izin {lacking}. Hapus dari daftar, atau pilih pengguna lain."
            ),
            format!("The role {role} lacks {lacking}. Leave it out, or choose another user."),
        );
    }
    form.finish()
}

/// Revokes a token.
#[derive(Debug)]
pub struct RevokeToken {
    /// Which.
    pub id: i64,
}

impl Request for RevokeToken {
    const ABILITY: Ability = Ability::Own;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        let mut tx = call.begin().await?;
        let token = store::tokens::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Token", "token"))?;
        if call.actor.user_id() != Some(token.user_id) {
            call.actor.require(Ability::StaffWrite)?;
        }
        store::tokens::revoke(&mut tx, token.id, call.now).await?;
        let entry = Entry::done(
            "token_revoked",
            (
                format!("Token {} dicabut", token.name),
                format!("Token {} revoked", token.name),
            ),
        )
        .about("token", token.id, token.name);
        logs::record(&mut tx, call, entry).await?;
        Ok(tx.commit().await?)
    }
}
