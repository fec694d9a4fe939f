//! Undoing an import. A customer of the file to whom nothing has happened since goes: without a trace if the import left
//! none in the books, else by withdrawal. One to whom something has happened stays as it is and is named.

use serde::Serialize;
use serde_json::json;
use store::Tx;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result, Sentence};
use crate::importing::apply::happened_since::happened_since;
use crate::importing::apply::{first_cut_off, packages, withdrawal};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Undoes an import. Packages that it made go with it unless somebody has or had them; areas that it made stay, and customer numbers that it gave out are not given again.
#[derive(Clone, Copy, Debug)]
pub struct UndoImport {
    /// Which.
    pub batch_id: i64,
}

/// What became of the customers of an import.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UndoneImport {
    /// Customers who are gone, those that were withdrawn among them.
    pub removed: usize,
    /// Of these, customers whose opening invoices or place in a plan had to be taken back and stay in the books: terminated,
    /// under a number that no file brings, owing nothing, and in no list that does not ask for them.
    pub withdrawn: usize,
    /// Customers who were there before and gave back the line that the import had found for them.
    pub restored: usize,
    /// Customers who stay.
    pub kept: Vec<KeptCustomer>,
    /// Packages that the import had made and that are gone.
    pub packages_removed: usize,
    /// Packages that the import had made and that stay.
    pub packages_kept: Vec<KeptPackage>,
}

/// A package that stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeptPackage {
    /// The package's id.
    pub package_id: i64,
    /// Its code.
    pub package_code: String,
    /// Its name.
    pub name: String,
    /// A stable word for why.
    pub code: String,
    /// Why, in both languages.
    #[schema(value_type = Object)]
    pub reason: Sentence,
}

/// A customer who stays.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeptCustomer {
    /// The customer's number.
    pub customer_no: String,
    /// A stable word for why.
    pub code: String,
    /// Why, in both languages.
    #[schema(value_type = Object)]
    pub reason: Sentence,
}

impl Request for UndoImport {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = UndoneImport;

    async fn run(self, call: &Call<'_>) -> Result<UndoneImport> {
        let mut tx = call.begin().await?;
        let batch = store::import_batches::find(&mut tx, self.batch_id)
            .await?
            .ok_or_else(|| Error::missing("Impor", "import"))?;
        if !store::import_batches::undone(&mut tx, batch.id, call.actor.label(), call.now).await? {
            return Err(Error::conflict(
                "import_already_undone",
                "Impor ini sudah dibatalkan sebelumnya.",
                "This import was undone before.",
            ));
        }
        let mut undone = UndoneImport {
            removed: 0,
            withdrawn: 0,
            restored: 0,
            kept: Vec::new(),
            packages_removed: 0,
            packages_kept: Vec::new(),
        };
        for row in store::import_batches::rows(&mut tx, batch.id).await? {
            undo_one(&mut tx, call, batch.id, row.customer_id, &mut undone).await?;
        }
        // Whoever stays is still a customer whose debt only the file vouches for.
        if undone.kept.is_empty() {
            first_cut_off::forget(&mut tx, call, batch.id).await?;
        }
        undone.restored = crate::onboarding::unlink(&mut tx, call, batch.id, &mut undone.kept).await?;
        packages::take_back(&mut tx, call, batch.id, &mut undone).await?;
        let message = said(&batch.file_name, &undone);
        let kept: Vec<&str> = undone.kept.iter().map(|kept| kept.customer_no.as_str()).collect();
        let entry = Entry::done("import_undone", message)
            .about("import", batch.id, batch.file_name)
            .detail(json!({
                "removed": undone.removed, "withdrawn": undone.withdrawn, "restored": undone.restored, "kept": kept,
                "packages_removed": undone.packages_removed,
                "packages_kept": undone.packages_kept.iter().map(|kept| &kept.package_code).collect::<Vec<_>>(),
            }));
        logs::record(&mut tx, call, entry).await?;
        tx.commit().await?;
        Ok(undone)
    }
}

/// What the log says of it: of those who are gone, how many the books still know.
fn said(file_name: &str, undone: &UndoneImport) -> (String, String) {
    let UndoneImport {
        removed, withdrawn, ..
    } = undone;
    let (mut id, mut en) = (
        format!("Impor {file_name} dibatalkan: {removed} pelanggan dihapus"),
        format!("Import {file_name} undone: {removed} customers removed"),
    );
    if *withdrawn > 0 {
        id.push_str(&format!(
            "; {withdrawn} di antaranya ditarik, karena catatannya tetap ada di pembukuan"
        ));
        en.push_str(&format!(
            "; {withdrawn} of them withdrawn, since the books keep what was booked"
        ));
    }
    (id, en)
}

async fn undo_one(
    tx: &mut Tx,
    call: &Call<'_>,
    batch_id: i64,
    customer_id: i64,
    undone: &mut UndoneImport,
) -> Result<()> {
    let Some(customer) = store::customers::lock(tx, customer_id).await? else {
        return Ok(());
    };
    let invoices = store::invoices::of_customer(tx, customer_id).await?;
    if let Some(trace) = happened_since(tx, &customer, &invoices).await? {
        let (customer_no, code) = (customer.details.customer_no, trace.code().to_owned());
        undone.kept.push(KeptCustomer {
            customer_no,
            code,
            reason: trace.sentence(),
        });
    } else if store::import_batches::remove_customer(tx, customer_id).await? {
        undone.removed += 1;
    } else {
        if !invoices.is_empty() {
            call.actor.require(Ability::InvoicesWrite)?;
        }
        withdrawal::withdraw(tx, call, batch_id, customer, &invoices).await?;
        undone.removed += 1;
        undone.withdrawn += 1;
    }
    Ok(())
}
