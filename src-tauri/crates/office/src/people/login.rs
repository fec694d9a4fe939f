//! Logging in and being recognised afterwards. A session is a token like any other, with an end; the database knows
//! only its digest.

use jiff::{Timestamp, ToSpan as _};
use rand::RngCore as _;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::Tx;
use store::tokens::Token;
use store::users::User;
use utoipa::ToSchema;

use crate::actor::{Ability, Actor, Role, Who};
use crate::error::{Error, Kind, Language, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Office, Request};
use crate::people::password;

/// Wrong passwords in a row before an account rests.
const TRIES: i64 = 5;
/// How long it rests, in minutes.
const REST_MINUTES: i64 = 15;
/// How long a session lasts after its last use, in hours: a working day and the evening after it.
const SESSION_HOURS: i64 = 14;
/// A token's use is noted no more often than this, in seconds, so that reading does not become writing.
const NOTED_EVERY: i64 = 60;
/// The kind of token that a session is.
const SESSION: &str = "session";

/// The person behind a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserView {
    /// The row's id.
    pub id: i64,
    /// The login name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// What the session may do.
    pub abilities: Vec<Ability>,
}

/// Logs in with name and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The login name, in any case.
    pub name: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoginAnswer {
    /// The bearer token.
    pub token: String,
    /// When it ends, epoch milliseconds.
    pub expires_at: i64,
    /// Who it is.
    pub user: UserView,
}

impl Login {
    /// Logs in. It is no [`Request`], since nobody has an ability before it.
    ///
    /// # Errors
    /// `wrong_login` for a wrong name or password, `locked_out` after too many of them, `account_off`.
    pub async fn run(self, office: &Office) -> Result<LoginAnswer> {
        let stranger = Actor::stranger();
        let call = office.call(&stranger).await;
        let mut tx = call.read().await?;
        let user = store::users::find_by_name(&mut tx, self.name.trim()).await?;
        drop(tx);
        if let Some(until) = user.as_ref().and_then(|user| user.locked_until)
            && until > call.now
        {
            return Err(locked_out(until.duration_since(call.now).as_secs() / 60 + 1));
        }
        let right = password::verify(
            self.password,
            user.as_ref().map(|user| user.password_hash.clone()),
        )
        .await?;
        let mut tx = call.begin().await?;
        let Some(user) = user.filter(|_| right) else {
            return Err(refuse(tx, &call, self.name.trim()).await?);
        };
        if !user.is_active {
            return Err(Error::new(
                Kind::Forbidden,
                "account_off",
                "Akun ini dinonaktifkan. Minta pemilik untuk mengaktifkannya.",
                "This account is switched off. Ask the owner to switch it on.",
            ));
        }
        store::users::login_succeeded(&mut tx, user.id).await?;
        let answer = begin_session(&mut tx, &call, &user).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// Counts a wrong password and returns what the user hears.
async fn refuse(mut tx: Tx, call: &Call<'_>, name: &str) -> Result<Error> {
    // The row is read again inside the write, so that parallel guesses each count.
    if let Some(user) = store::users::find_by_name(&mut tx, name).await? {
        let failures = store::users::login_failed(&mut tx, user.id).await?;
        let locked = failures % TRIES == 0;
        if locked {
            let until = call
                .now
                .saturating_add(REST_MINUTES.minutes())
                .unwrap_or(Timestamp::MAX);
            store::users::lock_until(&mut tx, user.id, until).await?;
        }
        let entry = Entry::failed("login_failed", ("Kata sandi salah", "The password was wrong"))
            .about("user", user.id, user.name);
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        if locked {
            return Ok(locked_out(REST_MINUTES));
        }
    }
    Ok(Error::new(
        Kind::Unauthenticated,
        "wrong_login",
        "Nama atau kata sandi salah. Periksa huruf besar-kecil, lalu coba lagi.",
        "The name or the password is wrong. Check capital letters and try again.",
    ))
}

fn locked_out(minutes: i64) -> Error {
    Error::new(
        Kind::TooMany,
        "locked_out",
        format!("Terlalu banyak kata sandi salah. Coba lagi dalam {minutes} menit."),
        format!("Too many wrong passwords. Try again in {minutes} minutes."),
    )
}

/// Opens a session for `user` in the running transaction.
pub(super) async fn begin_session(tx: &mut Tx, call: &Call<'_>, user: &User) -> Result<LoginAnswer> {
    let role = role_of(user)?;
    let end = session_end(call.now);
    let (secret, digest) = new_secret();
    let token = store::tokens::NewToken {
        user_id: user.id,
        kind: SESSION,
        name: call.office.desk(),
        digest: &digest,
        abilities: &serde_json::json!(["*"]),
        expires_at: Some(end),
    };
    store::tokens::insert(tx, &token, call.now).await?;
    let user = UserView {
        id: user.id,
        name: user.name.clone(),
        role,
        abilities: role.abilities(),
    };
    Ok(LoginAnswer {
        token: secret,
        expires_at: end.as_millisecond(),
        user,
    })
}

/// When a session that is used now ends by itself.
fn session_end(now: Timestamp) -> Timestamp {
    now.saturating_add(SESSION_HOURS.hours())
        .unwrap_or(Timestamp::MAX)
}

/// A new secret and its digest. 256 random bits need no slow hash.
pub(super) fn new_secret() -> (String, String) {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    let secret = format!("smb_{}", hex::encode(bytes));
    let digest = digest(&secret);
    (secret, digest)
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

pub(super) fn role_of(user: &User) -> Result<Role> {
    user.role
        .parse()
        .map_err(|error: billing::UnknownWord| Error::fault(error))
}

/// The actor behind a bearer token.
///
/// # Errors
/// `unauthenticated` when the token is unknown, revoked or past its end, or its owner's account is off.
pub async fn recognise(office: &Office, token: &str) -> Result<Actor> {
    let refused = || {
        Error::new(
            Kind::Unauthenticated,
            "unauthenticated",
            "Sesi Anda sudah berakhir atau token tidak berlaku. Masuk lagi.",
            "Your session has ended or the token is not valid. Log in again.",
        )
    };
    let now = office.now();
    let mut tx = office.store().read().await?;
    let token = store::tokens::find_valid(&mut tx, &digest(token), now)
        .await?
        .ok_or_else(refused)?;
    let user = store::users::find(&mut tx, token.user_id)
        .await?
        .filter(|user| user.is_active)
        .ok_or_else(refused)?;
    drop(tx);
    note_use(office, &token, now).await;
    let role = role_of(&user)?;
    let mut abilities = role.abilities();
    let granted: Vec<String> = serde_json::from_value(token.abilities).map_err(Error::fault)?;
    if !granted.iter().any(|name| name == "*") {
        // A token never has more than its owner has now.
        abilities.retain(|ability| granted.iter().any(|name| name == ability.as_str()));
    }
    Ok(Actor {
        who: Who::User {
            id: user.id,
            name: user.name,
            role,
        },
        abilities,
        language: Language::default(),
    })
}

/// Notes that a token is in use, at most once a minute, and moves a session's end on. What was asked for is answered whether
/// or not this could be written.
async fn note_use(office: &Office, token: &Token, now: Timestamp) {
    let is_noted = |at: Timestamp| now < at.saturating_add(NOTED_EVERY.seconds()).unwrap_or(Timestamp::MAX);
    if token.last_used_at.is_some_and(is_noted) {
        return;
    }
    let end = (token.kind == SESSION).then(|| session_end(now));
    let noted = async {
        let mut tx = office.store().begin().await?;
        store::tokens::used(&mut tx, token.id, now, end).await?;
        tx.commit().await
    };
    if let Err(error) = noted.await {
        tracing::debug!(token = token.id, %error, "the use of a token could not be noted");
    }
}

/// Who am I?
#[derive(Debug)]
pub struct Me;

impl Request for Me {
    const ABILITY: Ability = Ability::Own;
    type Answer = UserView;

    async fn run(self, call: &Call<'_>) -> Result<UserView> {
        match &call.actor.who {
            Who::User { id, name, role } => Ok(UserView {
                id: *id,
                name: name.clone(),
                role: *role,
                abilities: call.actor.abilities.clone(),
            }),
            _ => Err(Error::missing("Pengguna", "user")),
        }
    }
}

/// Ends the session that `token` stands for.
#[derive(Debug)]
pub struct Logout {
    /// The bearer token.
    pub token: SecretString,
}

impl Request for Logout {
    const ABILITY: Ability = Ability::Own;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        use secrecy::ExposeSecret as _;
        let mut tx = call.begin().await?;
        let digest = digest(self.token.expose_secret());
        if let Some(token) = store::tokens::find_valid(&mut tx, &digest, call.now).await? {
            store::tokens::revoke(&mut tx, token.id, call.now).await?;
        }
        Ok(tx.commit().await?)
    }
}
