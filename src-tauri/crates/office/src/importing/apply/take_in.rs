//! Taking a file in: one transaction, all of it or nothing.

use std::collections::HashMap;

use billing::Period;
use serde::Serialize;
use serde_json::json;
use store::Tx;
use store::import_batches::ImportRow as BatchRow;
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::customers::sealed_password;
use crate::error::{Error, FieldProblem, Kind, Result, Sentence};
use crate::importing::apply::file::{File, understand};
use crate::importing::apply::first_billing;
use crate::importing::apply::mode::ImportMode;
use crate::importing::apply::months_owed::MonthsOwed;
use crate::importing::apply::{areas, closed_before, customer, debts, existing, first_cut_off, numbering};
use crate::importing::{ImportRow, Interpretation, Problem};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// How many bad rows a refusal names; the preview names all.
const NAMED: usize = 100;

/// Takes a file in. Nothing is sent to a router and no message to a customer. A file that brings debts, or terms of a bill
/// such as discounts, needs the ability to make invoices as well; so does naming the first period.
#[derive(Clone, Debug)]
pub struct ApplyImport {
    /// The file's name.
    pub file_name: String,
    /// Its bytes, CSV or XLSX.
    pub bytes: Vec<u8>,
    /// The name of the router of rows that name none; the office's only one when absent.
    pub router: Option<String>,
    /// The digest that the preview gave; another file is refused.
    pub digest: Option<String>,
    /// What to do about bad rows.
    pub mode: ImportMode,
    /// The first period that is billed; the one under way when absent.
    pub first_period: Option<Period>,
}

/// What a person decides about a file besides its rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided<'a> {
    pub router: Option<&'a str>,
    pub mode: ImportMode,
    pub first_period: Option<Period>,
}

/// What was taken in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppliedImport {
    /// By which it can be undone.
    pub batch_id: i64,
    /// Rows that became customers.
    pub imported: usize,
    /// Rows that did not.
    pub refused: usize,
    /// Opening invoices that were made of debts.
    pub opening_invoices: usize,
    /// What is wrong or worth knowing, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Request for ApplyImport {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = AppliedImport;

    async fn run(self, call: &Call<'_>) -> Result<AppliedImport> {
        let file = File::open(self.file_name, self.bytes, self.digest).await?;
        let mut tx = call.begin().await?;
        let decided = Decided {
            router: self.router.as_deref(),
            mode: self.mode,
            first_period: self.first_period,
        };
        let applied = take_in(&mut tx, call, file, decided).await?;
        tx.commit().await?;
        Ok(applied)
    }
}

/// Takes a file in, in the caller's transaction.
pub(super) async fn take_in(
    tx: &mut Tx,
    call: &Call<'_>,
    file: File,
    decided: Decided<'_>,
) -> Result<AppliedImport> {
    let first_period = decided.first_period;
    first_billing::check(call, first_period)?;
    let File { sheet, digest } = file;
    let file_name = sheet.file_name.clone();
    let known = existing::known(tx, decided.router).await?;
    let (it, known) = understand(sheet, known).await?;
    check(&it, decided, call)?;

    let customers = insert(tx, call, &it, first_period).await?;
    let opening_invoices = debts::issue(tx, call, &customers, &MonthsOwed::of(&known, call)).await?;
    let rows: Vec<BatchRow> = customers
        .iter()
        .map(|(customer_id, row)| BatchRow {
            line_no: i64::from(row.line_no),
            customer_id: *customer_id,
        })
        .collect();
    let refused = i64::try_from(it.bad_rows()).map_err(Error::fault)?;
    let who = call.actor.label();
    let batch_id = store::import_batches::insert(tx, &file_name, &rows, refused, who, call.now).await?;
    if opening_invoices > 0 {
        first_cut_off::hold(tx, call, batch_id).await?;
    }
    let entry = Entry::done(
        "customers_imported",
        (
            format!("{} pelanggan diimpor dari {file_name}", rows.len()),
            format!("{} customers imported from {file_name}", rows.len()),
        ),
    )
    .about("import", batch_id, &file_name)
    .detail(json!({
        "imported": rows.len(), "refused": refused, "debt": debts::sum(&it.rows)?,
        "opening_invoices": opening_invoices, "first_period": first_period.map(|period| period.to_string()), "new_areas": it.new_areas, "sha256": digest,
    }));
    logs::record(tx, call, entry).await?;
    Ok(AppliedImport {
        batch_id,
        imported: rows.len(),
        refused: it.bad_rows(),
        opening_invoices,
        problems: it.problems,
    })
}

/// Refuses the file as a whole where it may not be taken in.
fn check(it: &Interpretation, decided: Decided<'_>, call: &Call<'_>) -> Result<()> {
    if it.bad_rows() > 0 && (decided.mode == ImportMode::AllOrNothing || it.rows.is_empty()) {
        return Err(bad_rows(it));
    }
    let has_terms = |row: &ImportRow| {
        row.debt.is_some() || row.discount.is_some() || row.taxed == Some(false) || row.rapel_months.is_some()
    };
    if decided.first_period.is_some() || it.rows.iter().any(has_terms) {
        call.actor.require(Ability::InvoicesWrite)?;
    }
    Ok(())
}

/// Adds the customers in the order of the file.
async fn insert<'a>(
    tx: &mut Tx,
    call: &Call<'_>,
    it: &'a Interpretation,
    first_period: Option<Period>,
) -> Result<Vec<(i64, &'a ImportRow)>> {
    let areas = areas::by_name(tx, call, &it.new_areas).await?;
    let numbers = numbering::numbers(tx, &it.rows).await?;
    let mut customers = Vec::with_capacity(it.rows.len());
    for (row, number) in it.rows.iter().zip(numbers) {
        let id = add(tx, call, row, number, &areas, first_period)
            .await
            .map_err(|error| at_line(error, row.line_no))?;
        if row.is_closed_today() {
            closed_before::keep_closed(tx, call, id, row).await?;
        }
        customers.push((id, row));
    }
    Ok(customers)
}

async fn add(
    tx: &mut Tx,
    call: &Call<'_>,
    row: &ImportRow,
    number: String,
    areas: &HashMap<String, i64>,
    first_period: Option<Period>,
) -> Result<i64> {
    let area_id = match &row.area {
        Some(area) => Some(
            *areas
                .get(area)
                .ok_or_else(|| Error::fault(format!("there is no area {area}")))?,
        ),
        None => None,
    };
    let mut details = customer::details(row, number, area_id, call.today);
    details.billing_start =
        first_billing::billing_start(row, first_period, call.today, call.settings.billing_timing);
    let standing = customer::standing(row, call.today);
    let id = store::customers::insert(tx, &details, &standing, call.now).await?;
    if let Some(sealed) = sealed_password(row.pppoe_password.as_ref(), id, call.office.key())? {
        store::customers::set_sealed_password(tx, id, &sealed).await?;
    }
    Ok(id)
}

/// Says at which line a row was refused by the database, which knows promises that a file's text may slip past.
fn at_line(mut error: Error, line_no: u32) -> Error {
    if matches!(error.kind, Kind::Invalid | Kind::Conflict) {
        error.detail = Sentence::new(
            format!("Baris {line_no}: {} Tidak ada yang diimpor.", error.detail.id),
            format!("Line {line_no}: {} Nothing was imported.", error.detail.en),
        );
    }
    error
}

fn bad_rows(it: &Interpretation) -> Error {
    let (bad, all) = (it.bad_rows(), it.total_rows);
    let mut error = Error::invalid(
        "import_bad_rows",
        format!(
            "{bad} dari {all} baris belum benar, jadi tidak ada yang diimpor. Perbaiki baris yang ditandai, atau impor baris yang benar saja."
        ),
        format!(
            "{bad} of {all} rows are not right, so nothing was imported. Correct the marked rows, or import only the good ones."
        ),
    );
    error.fields = it
        .problems
        .iter()
        .filter(|problem| problem.fatal)
        .take(NAMED)
        .map(field_problem)
        .collect();
    error
}

/// A problem beside its place: `line 7: phone`.
fn field_problem(problem: &Problem) -> FieldProblem {
    let line = problem.line_no;
    FieldProblem {
        field: problem.field.map_or_else(
            || format!("line {line}"),
            |field| format!("line {line}: {}", field.as_str()),
        ),
        code: problem.code,
        message: Sentence::new(problem.message_id.as_str(), problem.message_en.as_str()),
    }
}
