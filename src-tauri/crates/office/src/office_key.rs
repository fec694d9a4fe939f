//! Which key the office opens with. A database remembers the fingerprint of the key that sealed its passwords; a place for
//! secrets that holds another key, or none, is reported and not papered over, since it may only be the wrong account of this
//! machine. A key that is really gone is given up on a person's word, with what it sealed; the books need no key.

use serde::Serialize;
use serde_json::{Value, json};

use crate::actor::Actor;
use crate::error::{Error, Kind, Result};
use crate::logs::{self, Entry};
use crate::office::{Office, Parts};
use crate::secrets::{Name, OfficeKey, Secrets};

/// The setting that remembers which key sealed the passwords in this database.
const KEY_FINGERPRINT: &str = "internal.key_fingerprint";

/// What went with a key that is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GivenUp {
    /// How many customers' passwords have to be typed again.
    pub passwords: u64,
    /// The routers whose own password is not here either, by their names.
    pub routers: Vec<String>,
}

impl GivenUp {
    /// How many customers' passwords would be given up by [`Office::open_anew`]; none while their key is at hand.
    ///
    /// # Errors
    /// `keyring_*` when the secrets cannot be reached: a key behind a lock is not lost.
    pub async fn at_stake(parts: &Parts) -> Result<u64> {
        let key = OfficeKey::find(&parts.secrets).await?;
        let mut tx = parts.store.read().await?;
        let known = known(&mut tx).await?;
        if known.is_none() || key.map(|key| fingerprint(&key)) == known {
            return Ok(0);
        }
        Ok(store::customers::count_passwords(&mut tx).await?)
    }
}

/// The key that sealed the passwords of this database, or a new one for a new database.
pub(crate) async fn of(parts: &Parts) -> Result<OfficeKey> {
    let mut tx = parts.store.read().await?;
    let known = known(&mut tx).await?;
    drop(tx);
    let key = match (OfficeKey::find(&parts.secrets).await?, &known) {
        (Some(key), _) => key,
        (None, None) => OfficeKey::create(&parts.secrets).await?,
        (None, Some(_)) => return Err(lost(parts)),
    };
    match known {
        Some(known) if known == fingerprint(&key) => Ok(key),
        Some(_) => Err(lost(parts)),
        None => {
            let mut tx = parts.store.begin().await?;
            store::settings::put(&mut tx, KEY_FINGERPRINT, &fingerprint(&key), parts.clock.now()).await?;
            tx.commit().await?;
            Ok(key)
        }
    }
}

/// The key that the place for secrets holds, whatever this database knows, or a new one where it holds none.
pub(crate) async fn at_hand(parts: &Parts) -> Result<OfficeKey> {
    match OfficeKey::find(&parts.secrets).await? {
        Some(key) => Ok(key),
        None => Ok(OfficeKey::create(&parts.secrets).await?),
    }
}

/// Makes the office's key the one that its database knows, and forgets what another one sealed. Done twice it forgets
/// nothing more.
pub(crate) async fn give_up(office: &Office) -> Result<GivenUp> {
    let console = Actor::console();
    let call = office.call(&console).await;
    let new = fingerprint(office.key());
    let mut tx = call.begin().await?;
    let known = known(&mut tx).await?;
    let mut passwords = 0;
    if known.as_ref() != Some(&new) {
        passwords = store::customers::forget_passwords(&mut tx).await?;
        store::settings::put(&mut tx, KEY_FINGERPRINT, &new, call.now).await?;
        let entry = Entry::done(
            "office_key_renewed",
            (
                format!("Kantor dibuka dengan kunci baru; {passwords} kata sandi pelanggan harus diisi lagi"),
                format!(
                    "The office was opened with a new key; {passwords} customers' passwords have to be entered again"
                ),
            ),
        )
        .detail(json!({ "before": known, "after": new, "passwords": passwords }));
        logs::record(&mut tx, &call, entry).await?;
    }
    let mut routers = Vec::new();
    for router in store::routers::all(&mut tx).await? {
        let name = Name::router_password(router.id);
        if office.secrets().get(&name).await?.is_none() {
            routers.push(router.details.name);
        }
    }
    tx.commit().await?;
    Ok(GivenUp { passwords, routers })
}

async fn known(tx: &mut store::Tx) -> Result<Option<Value>> {
    let setting = store::settings::find(tx, KEY_FINGERPRINT).await?;
    Ok(setting.map(|setting| setting.value))
}

fn fingerprint(key: &OfficeKey) -> Value {
    Value::String(key.fingerprint())
}

fn lost(parts: &Parts) -> Error {
    let (id, en) = match &parts.secrets {
        Secrets::File(_) => (
            "berkas rahasia di folder data ini",
            "the secrets file in this data folder",
        ),
        Secrets::Keyring(_) | Secrets::Memory(_) => {
            ("gantungan kunci komputer ini", "this machine's keyring")
        }
    };
    if parts.store.is_shared() {
        return Error::new(
            Kind::Elsewhere,
            "office_key_missing",
            format!(
                "Komputer ini belum dipasangkan ke kantor: kuncinya tidak ada di {id}. Di komputer yang sudah dipakai, buka \
                 Pengaturan, Komputer (atau `sambung desk pair`), lalu jalankan di sini `sambung desk join KODE`. Bila komputer ini \
                 sudah pernah dipakai, buka Sambung dengan akun komputer, --data-dir dan --secrets yang biasa. Bila semua \
                 kuncinya memang hilang, jalankan `sambung key new`."
            ),
            format!(
                "This computer is not paired with the office yet: its key is not in {en}. On a computer that is in use, open \
                 Settings, Computers (or `sambung desk pair`), then run `sambung desk join CODE` here. If this computer was used \
                 before, open Sambung with the usual account of the machine, --data-dir and --secrets. If every copy of the key \
                 is really lost, run `sambung key new`."
            ),
        );
    }
    Error::new(
        Kind::Elsewhere,
        "office_key_missing",
        format!(
            "Kunci kantor tidak ada di {id}, jadi kata sandi pelanggan tidak dapat dibuka. Buka Sambung dengan akun komputer, \
             --data-dir dan --secrets yang biasa dipakai. Bila kuncinya memang hilang, jalankan `sambung key new`: pembukuan \
             tetap utuh, hanya kata sandi pelanggan yang diisi lagi."
        ),
        format!(
            "The office's key is not in {en}, so customers' passwords cannot be opened. Open Sambung with the usual account \
             of this machine, --data-dir and --secrets. If the key is really lost, run `sambung key new`: the books stay \
             whole, only customers' passwords are typed again."
        ),
    )
}
