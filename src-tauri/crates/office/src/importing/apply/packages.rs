//! The packages that an import made, when it is undone: whoever nobody has or had goes, the others stay and are named.

use store::Tx;

use crate::actor::Ability;
use crate::error::{Result, Sentence};
use crate::importing::apply::undo::{KeptPackage, UndoneImport};
use crate::logs::{self, Entry};
use crate::office::Call;

/// Takes the packages of an import back, once its customers are gone.
pub(super) async fn take_back(
    tx: &mut Tx,
    call: &Call<'_>,
    batch_id: i64,
    undone: &mut UndoneImport,
) -> Result<()> {
    for id in store::import_batches::packages(tx, batch_id).await? {
        let Some(package) = store::packages::find(tx, id).await? else {
            continue;
        };
        let details = package.details;
        let is_used = store::packages::uses(tx, id).await? > 0;
        let stays = if is_used && store::packages::uses_beside_withdrawn(tx, id).await? == 0 {
            Some((
                "withdrawn_in_books",
                "Pelanggan yang ditarik dari impor ini tetap tercatat di pembukuan dengan paket ini.",
                "Customers who were withdrawn with this import stay in the books with it.",
            ))
        } else if is_used {
            Some((
                "package_in_use",
                "Masih dipakai, atau pernah dipakai pelanggan yang catatannya tetap ada.",
                "Somebody has it, or had it and stays in the books.",
            ))
        } else if package.version > 1 {
            Some((
                "changed",
                "Sudah diubah sejak diimpor.",
                "It was changed since the import.",
            ))
        } else if !call.actor.may(Ability::CatalogueWrite) {
            Some((
                "forbidden",
                "Peran Anda tidak boleh menghapus paket.",
                "Your role may not remove packages.",
            ))
        } else {
            None
        };
        if let Some((code, id_words, en)) = stays {
            undone.packages_kept.push(KeptPackage {
                package_id: id,
                package_code: details.code,
                name: details.name,
                code: code.to_owned(),
                reason: Sentence::new(id_words, en),
            });
            continue;
        }
        store::packages::remove(tx, id).await?;
        let code = &details.code;
        let said = (
            format!("Paket {code} dihapus: impor {batch_id} yang membuatnya dibatalkan"),
            format!("Package {code} removed: the import {batch_id} that made it was undone"),
        );
        let entry = Entry::done("package_removed", said).about("package", id, details.name);
        logs::record(tx, call, entry).await?;
        undone.packages_removed += 1;
    }
    Ok(())
}
