//! An office that was moved to another database. Its old database stays as it was and says where the office is now: two that
//! both bill the same lines, and take money for them, could not be brought together again.

use serde_json::{Value, json};
use store::{Store, Tx};

use crate::actor::Actor;
use crate::error::{Error, Kind, Result};
use crate::logs::{self, Entry};
use crate::office::{Call, Office, Parts};

/// The setting that says where the office went.
const MOVED_TO: &str = "internal.moved_to";

/// Refuses a database whose office is somewhere else now.
///
/// # Errors
/// `office_moved`, with the place that it was moved to.
pub(crate) async fn refuse(store: &Store) -> Result<()> {
    let mut tx = store.read().await?;
    let Some(to) = place(&mut tx).await? else {
        return Ok(());
    };
    Err(Error::new(
        Kind::Conflict,
        "office_moved",
        format!(
            "Kantor ini sudah dipindah ke {to}. Buka di sana. Kalau di sana tidak jadi dipakai, buka lagi di sini dengan \
             `sambung move --undo`."
        ),
        format!(
            "This office was moved to {to}. Open it there. If it is not used there after all, open it here again with \
             `sambung move --undo`."
        ),
    ))
}

async fn place(tx: &mut Tx) -> Result<Option<String>> {
    let setting = store::settings::find(tx, MOVED_TO).await?;
    Ok(setting.and_then(|setting| setting.value.as_str().map(str::to_owned)))
}

/// Writes down, in the office that was left, where it is now; from then on it is refused. `from` and `to` are places as
/// [`store::Location::told`] says them.
///
/// # Errors
/// Whatever the database says.
pub async fn leave(call: &Call<'_>, from: &str, to: &str) -> Result<()> {
    let mut tx = call.begin().await?;
    record(&mut tx, call, from, to).await?;
    store::settings::put(&mut tx, MOVED_TO, &Value::from(to), call.now).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes down, in the office where it is now, where it came from.
///
/// # Errors
/// Whatever the database says.
pub async fn arrive(call: &Call<'_>, from: &str, to: &str) -> Result<()> {
    let mut tx = call.begin().await?;
    record(&mut tx, call, from, to).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(tx: &mut Tx, call: &Call<'_>, from: &str, to: &str) -> Result<()> {
    let message = (
        format!("Kantor dipindah dari {from} ke {to}"),
        format!("The office was moved from {from} to {to}"),
    );
    let entry = Entry::done("office_moved", message).detail(json!({ "from": from, "to": to }));
    logs::record(tx, call, entry).await
}

/// Makes a database the office's again that was left, and gives the place that it was moved to.
///
/// # Errors
/// `office_not_moved` when it was not left, and as [`Office::open`].
pub async fn take_back(parts: Parts) -> Result<String> {
    let mut tx = parts.store.read().await?;
    let Some(to) = place(&mut tx).await? else {
        return Err(Error::conflict(
            "office_not_moved",
            "Kantor ini tidak dipindah; tidak ada yang perlu dibatalkan.",
            "This office was not moved; there is nothing to undo.",
        ));
    };
    drop(tx);
    let office = Office::open_left(parts).await?;
    let console = Actor::console();
    let call = office.call(&console).await;
    let mut tx = call.begin().await?;
    store::settings::remove(&mut tx, MOVED_TO).await?;
    let message = (
        format!("Kantor dipakai lagi di sini, setelah dipindah ke {to}"),
        format!("The office is used here again, after it was moved to {to}"),
    );
    let entry = Entry::done("office_taken_back", message).detail(json!({ "to": to }));
    logs::record(&mut tx, &call, entry).await?;
    tx.commit().await?;
    Ok(to)
}

/// Forgets in a backup that is put in the place of the office that it is of one that was left: whoever restores it wants it.
pub(crate) async fn forget(store: &Store) -> Result<()> {
    let mut tx = store.begin().await?;
    if let Some(to) = place(&mut tx).await? {
        tracing::warn!(%to, "the backup is of an office that was moved; it is used here again");
        store::settings::remove(&mut tx, MOVED_TO).await?;
        tx.commit().await?;
    }
    Ok(())
}
