//! Letting a further desk in. The desk that has the office's secrets makes a one-time code, which a person carries over; the
//! new desk fetches the secrets with it through the database that both share. A code lives for minutes, bears a few wrong
//! guesses, opens one desk, and is kept nowhere.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::actor::{Ability, Actor};
use crate::desks::presence;
use crate::error::{Error, Kind, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Office, Parts, Request};
use crate::secrets::{Bundle, Name, OfficeKey, PairingCode, Sealed};

/// How long a code may be used: long enough to walk to the other machine.
const VALID: Duration = Duration::from_secs(15 * 60);
/// How many tries a code bears.
const TRIES: i64 = 5;

/// A code that was just made.
#[derive(Serialize, ToSchema)]
pub struct MadePairing {
    /// The code, shown this once.
    pub code: String,
    /// Until when it may be used, epoch milliseconds.
    pub expires_at: i64,
    /// How many routers' passwords it brings over.
    pub routers: usize,
    /// The routers whose passwords this desk does not have itself, by name.
    pub missing_routers: Vec<String>,
}

impl fmt::Debug for MadePairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MadePairing(until {})", self.expires_at)
    }
}

/// Makes a code for a further desk. One that was made before and not used is void from then on.
#[derive(Debug)]
pub struct MakePairing;

impl Request for MakePairing {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = MadePairing;

    async fn run(self, call: &Call<'_>) -> Result<MadePairing> {
        if call.office.store().folder().is_some() {
            return Err(in_a_file());
        }
        let mut tx = call.read().await?;
        let routers = store::routers::all(&mut tx).await?;
        drop(tx);
        let ids: Vec<i64> = routers.iter().map(|router| router.id).collect();
        let bundle = Bundle::collect(call.office.secrets(), &ids)
            .await?
            .ok_or_else(|| Error::fault("an open office without its key"))?;
        let known: Vec<i64> = bundle.routers.iter().map(|(id, _)| *id).collect();
        let missing = routers.into_iter().filter(|router| !known.contains(&router.id));
        let missing: Vec<String> = missing.map(|router| router.details.name).collect();
        let code = PairingCode::make();
        let sealed = bundle.seal(code.clone()).await?;
        let mut tx = call.begin().await?;
        let pairing = store::pairings::NewPairing {
            salt: &sealed.salt,
            verifier: &sealed.verifier,
            sealed: &sealed.sealed,
            tries: TRIES,
            made_by: call.actor.label(),
        };
        let until = store::pairings::open(&mut tx, &pairing, VALID).await?;
        let entry = Entry::done(
            "desk_pairing_made",
            (
                "Kode pasangan untuk komputer lain dibuat",
                "A code for another computer was made",
            ),
        )
        .detail(json!({
            "routers": known, "missing_routers": missing, "until": until.as_millisecond(),
        }));
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(MadePairing {
            code: code.shown().expose_secret().to_owned(),
            expires_at: until.as_millisecond(),
            routers: known.len(),
            missing_routers: missing,
        })
    }
}

/// Makes an open code void.
#[derive(Debug)]
pub struct ClosePairing;

impl Request for ClosePairing {
    const ABILITY: Ability = Ability::SettingsWrite;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        let mut tx = call.begin().await?;
        if store::pairings::close(&mut tx).await? > 0 {
            let entry = Entry::done(
                "desk_pairing_closed",
                (
                    "Kode pasangan dibatalkan",
                    "The code for another computer was cancelled",
                ),
            );
            logs::record(&mut tx, call, entry).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn in_a_file() -> Error {
    Error::conflict(
        "office_in_a_file",
        "Kantor ini ada dalam berkas di komputer ini, jadi tidak dapat dipakai dari komputer lain. Pindahkan dulu ke server \
         PostgreSQL: sambung move --to postgres://…",
        "This office is in a file on this computer and cannot be used from another. Move it to a PostgreSQL server first: \
         sambung move --to postgres://…",
    )
}

/// What a new desk has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// How many routers' passwords.
    pub routers: usize,
    /// How many gateways' credentials.
    pub gateways: usize,
}

/// Fetches the office's secrets for the desk that `parts` are of. A wrong code spends a try, and the last one the code. The key
/// that is `given_up` may be written over, and no other.
///
/// # Errors
/// `pairing_code_form`, `pairing_none`, `pairing_code_wrong`, `desk_of_another_office`.
pub(crate) async fn fetch(
    parts: &Parts,
    code: &SecretString,
    given_up: Option<&OfficeKey>,
) -> Result<Joined> {
    let code = PairingCode::read(code).ok_or_else(no_code)?;
    let mut tx = parts.store.begin().await?;
    let open = store::pairings::spend_try(&mut tx).await?;
    // Whatever happens from here on, the try is spent.
    tx.commit().await?;
    let open = open.ok_or_else(none_open)?;
    let sealed = Sealed {
        salt: open.salt,
        verifier: open.verifier,
        sealed: open.sealed,
    };
    let Some(bundle) = sealed.open(code).await? else {
        let mut tx = parts.store.begin().await?;
        store::pairings::give_up_spent(&mut tx).await?;
        tx.commit().await?;
        return Err(wrong(open.tries_left));
    };
    if let Some(ours) = parts.secrets.get(&Name::office_key()).await? {
        let is_given_up = match given_up {
            Some(given_up) => OfficeKey::find(&parts.secrets)
                .await?
                .is_some_and(|ours| ours.fingerprint() == given_up.fingerprint()),
            None => false,
        };
        if !is_given_up && ours.expose_secret() != bundle.office_key.expose_secret() {
            return Err(of_another_office());
        }
    }
    let joined = Joined {
        routers: bundle.routers.len(),
        gateways: bundle.gateways.len(),
    };
    let mut tx = parts.store.begin().await?;
    if !store::pairings::use_up(&mut tx, open.id, &parts.desk).await? {
        return Err(none_open());
    }
    // Before the commit: should the place for secrets fail, the code may be used again.
    bundle.keep(&parts.secrets).await?;
    tx.commit().await?;
    Ok(joined)
}

/// Writes down that this desk was let in, and puts it on the list.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn note_joined(office: &Office, joined: &Joined) -> Result<()> {
    let console = Actor::console();
    let call = office.call(&console).await;
    let mut tx = call.begin().await?;
    let entry = Entry::done(
        "desk_joined",
        (
            format!("Komputer {} dipasangkan ke kantor", office.desk()),
            format!("The computer {} was paired with the office", office.desk()),
        ),
    )
    .detail(json!({ "desk": office.desk_id(), "routers": joined.routers, "gateways": joined.gateways }));
    logs::record(&mut tx, &call, entry).await?;
    tx.commit().await?;
    presence::report(office).await
}

fn no_code() -> Error {
    Error::invalid(
        "pairing_code_form",
        "Ini bukan kode pasangan. Kodenya 16 huruf dan angka, seperti ABCD-EFGH-JKMN-PQRS; salin lagi dari komputer pertama.",
        "This is no pairing code. A code has 16 letters and digits, like ABCD-EFGH-JKMN-PQRS; copy it again from the first \
         computer.",
    )
}

fn none_open() -> Error {
    Error::conflict(
        "pairing_none",
        "Tidak ada kode pasangan yang berlaku: sudah dipakai, kedaluwarsa, dibatalkan, atau terlalu sering salah. Buat kode \
         baru di komputer pertama (Pengaturan, Komputer, atau `sambung desk pair`).",
        "There is no pairing code that may be used: it was used, expired, withdrawn, or guessed at too often. Make a new one on \
         the first computer (Settings, Computers, or `sambung desk pair`).",
    )
}

fn wrong(tries_left: i64) -> Error {
    let (id, en) = if tries_left > 0 {
        (
            format!("Kode pasangan salah. Periksa lagi hurufnya; sisa {tries_left} kali mencoba."),
            format!("The pairing code is wrong. Check its letters; {tries_left} tries are left."),
        )
    } else {
        (
            "Kode pasangan salah, dan itu percobaan terakhir. Buat kode baru di komputer pertama.".to_owned(),
            "The pairing code is wrong, and that was the last try. Make a new one on the first computer."
                .to_owned(),
        )
    };
    Error::new(Kind::Forbidden, "pairing_code_wrong", id, en)
}

fn of_another_office() -> Error {
    Error::conflict(
        "desk_of_another_office",
        "Tempat rahasia komputer ini sudah menyimpan kunci kantor lain; kunci itu tidak ditimpa. Pakai folder data tersendiri \
         dengan --data-dir.",
        "This machine's place for secrets already keeps the key of another office, which is not written over. Use a data \
         folder of its own with --data-dir.",
    )
}
