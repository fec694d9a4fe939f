//! Documents from the books: one invoice, a month of invoices in files of at most five hundred, receipts. The data is
//! gathered here; `documents` draws it, off the asynchronous threads.

mod receipt;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use billing::{Discount, Period, Rupiah, TaxTable};
use documents::{
    BankAccount, Customer, Invoice, InvoiceLine, Layout, Logo, Marking, MonthFiles, Office as OfficeData, Qr,
    QrisPayload, ServiceSpan, Sheet, Tax, Totals,
};
use jiff::civil::Date;
use store::Tx;

use crate::actor::Ability;
use crate::dates::period_words;
use crate::error::{Error, Language, Result};
use crate::invoicing::shown_words;
use crate::office::{Call, Request};

pub use documents::Roll;
pub use receipt::{ReceiptForm, ReceiptOf};

/// A document that was drawn.
#[derive(Clone, Debug)]
pub struct Document {
    /// A file name, made of the office's own numbers only.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Draws one invoice.
#[derive(Debug)]
pub struct InvoicePdf {
    /// Which.
    pub id: i64,
    /// Whether two A5 halves share a sheet.
    pub half: bool,
}

impl Request for InvoicePdf {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Document;

    async fn run(self, call: &Call<'_>) -> Result<Document> {
        let mut tx = call.read().await?;
        let row = store::invoices::find(&mut tx, self.id)
            .await?
            .ok_or_else(|| Error::missing("Tagihan", "invoice"))?;
        let name = format!("{}.pdf", row.number);
        let office = Arc::new(office_data(call)?);
        let invoices = gather(&mut tx, call, &office, vec![row]).await?;
        drop(tx);
        let layout = layout(call, self.half);
        let bytes = draw(move || {
            let mut bytes = Vec::new();
            documents::invoices_pdf(&invoices, &layout, &mut bytes).map(|_| bytes)
        })
        .await?;
        Ok(Document {
            name,
            media_type: "application/pdf",
            bytes,
        })
    }
}

/// Draws the invoices of a month into files in a folder; gives the files.
#[derive(Debug)]
pub struct MonthPdf {
    /// The month.
    pub period: Period,
    /// Where the files go; it must exist.
    pub folder: PathBuf,
    /// Whether two A5 halves share a sheet.
    pub half: bool,
}

impl Request for MonthPdf {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Vec<PathBuf>;

    async fn run(self, call: &Call<'_>) -> Result<Vec<PathBuf>> {
        let mut tx = call.read().await?;
        let count = store::invoices::count_in_period(&mut tx, self.period).await?;
        if count == 0 {
            return Err(Error::new(
                crate::error::Kind::Missing,
                "nothing_to_print",
                format!("Tidak ada tagihan untuk {}. Buat tagihannya dahulu.", self.period),
                format!(
                    "There is no invoice for {}. Make the invoices first.",
                    self.period
                ),
            ));
        }
        let office = Arc::new(office_data(call)?);
        let mut written = Vec::new();
        let mut after = 0;
        for file in MonthFiles::new(
            &self.period.to_string(),
            usize::try_from(count).map_err(Error::fault)?,
        ) {
            let limit = i64::try_from(file.range.len()).map_err(Error::fault)?;
            let rows = store::invoices::in_period(&mut tx, self.period, after, limit).await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            let invoices = gather(&mut tx, call, &office, rows).await?;
            let (path, layout) = (self.folder.join(&file.name), layout(call, self.half));
            let target = path.clone();
            draw(move || write_file(&target, &invoices, &layout)).await?;
            written.push(path);
        }
        Ok(written)
    }
}

/// Writes one file whole or not at all: into a neighbour first, then over the name.
fn write_file(path: &Path, invoices: &[Invoice], layout: &Layout) -> Result<(), documents::DocumentError> {
    let part = path.with_extension("part");
    let write = || -> Result<(), documents::DocumentError> {
        let mut out = std::io::BufWriter::new(std::fs::File::create(&part)?);
        documents::invoices_pdf(invoices, layout, &mut out)?;
        out.flush()?;
        std::fs::rename(&part, path)?;
        Ok(())
    };
    write().inspect_err(|_| {
        // The neighbour is ours and incomplete; that it cannot be removed either changes nothing.
        let _ = std::fs::remove_file(&part);
    })
}

/// Runs a drawing off the asynchronous threads.
pub(crate) async fn draw<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, documents::DocumentError> + Send + 'static,
) -> Result<T> {
    let drawn = tokio::task::spawn_blocking(work).await.map_err(Error::fault)?;
    drawn.map_err(|error| {
        Error::new(
            crate::error::Kind::Unavailable,
            error.code(),
            format!("Dokumen tidak dapat dibuat ({error}). Periksa ruang disk dan setelan kantor, lalu coba lagi."),
            format!("The document could not be made ({error}). Check the disk and the office's settings and try again."),
        )
        .caused_by(error)
    })
}

fn layout(call: &Call<'_>, half: bool) -> Layout {
    Layout {
        sheet: if half { Sheet::HalfA5 } else { Sheet::A4 },
        created: call.now,
    }
}

fn document_language(language: Language) -> documents::Language {
    match language {
        Language::Indonesian => documents::Language::Indonesian,
        Language::English => documents::Language::English,
    }
}

/// The office as documents show it.
fn office_data(call: &Call<'_>) -> Result<OfficeData> {
    let settings = &call.settings;
    let language = Language::from_tag(&settings.office_language);
    let some = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    let logo = some(&settings.office_logo)
        .map(|text| {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(text.trim())
                .map_err(Error::fault)?;
            Logo::read(&bytes).map_err(Error::fault)
        })
        .transpose()?;
    let account = |account: &crate::settings::BankAccount| BankAccount {
        bank: account.bank.clone(),
        number: account.number.clone(),
        holder: account.holder.clone(),
    };
    Ok(OfficeData {
        name: named(&settings.office_name, language),
        address: settings.office_address.clone(),
        phone: some(&settings.office_phone),
        npwp: some(&settings.office_npwp),
        logo,
        bank_accounts: settings.office_bank_accounts.iter().map(account).collect(),
        footer_note: some(&settings.office_footer),
    })
}

/// The tax by its name and the rate that was in force on the day of issue.
fn tax_label(taxes: &TaxTable, issued: Date) -> String {
    match taxes.rule_on(issued) {
        Some(rule) => format!("PPN {}", rule.rate_bp),
        None => "PPN".to_owned(),
    }
}

/// The office's name, or a word on the paper itself that it is missing: a bill from nobody must not look finished.
fn named(name: &str, language: Language) -> String {
    match (name.trim(), language) {
        ("", Language::Indonesian) => "(Nama kantor belum diisi: lihat Pengaturan)".to_owned(),
        ("", Language::English) => "(The office has no name yet: see Settings)".to_owned(),
        (name, _) => name.to_owned(),
    }
}

fn customer_data(customer: store::customers::Customer) -> Customer {
    Customer {
        number: customer.details.customer_no,
        name: customer.details.name,
        address: customer.details.address,
        phone: customer.details.phone.as_deref().map(billing::phone::written),
    }
}

/// Why a charge was made smaller. The customer's record has the reason of the discount that stands there now, so it is told
/// only of a charge that was priced by that one.
fn discount_reason(
    charge: &store::charges::Charge,
    customers: &std::collections::HashMap<i64, store::customers::Customer>,
) -> Option<String> {
    let details = &customers.get(&charge.customer_id)?.details;
    let (kind, value) = (details.discount_type?, details.discount_value);
    let (from, until) = (details.discount_from, details.discount_until);
    let discount = Discount::new(kind, value, details.discount_reason.clone(), from, until).ok()?;
    let is_this = charge.discount_kind == Some(kind)
        && charge.discount_value == Some(value)
        && discount.is_in_force(charge.service_from?);
    discount.reason().filter(|_| is_this).map(str::to_owned)
}

/// The invoices as `documents` draws them; a few reads, however many they are.
async fn gather(
    tx: &mut Tx,
    call: &Call<'_>,
    office: &Arc<OfficeData>,
    rows: Vec<store::invoices::Invoice>,
) -> Result<Vec<Invoice>> {
    let language = Language::from_tag(&call.settings.office_language);
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut charges: std::collections::HashMap<i64, Vec<_>> = std::collections::HashMap::new();
    for charge in store::charges::of_invoices(tx, &ids).await? {
        if let Some(invoice_id) = charge.invoice_id {
            charges.entry(invoice_id).or_default().push(charge);
        }
    }
    let used: std::collections::HashMap<i64, Rupiah> = store::allocations::credit_used(tx, &ids)
        .await?
        .into_iter()
        .map(|used| (used.invoice_id, used.amount))
        .collect();
    // Only what was owed before: a later invoice asks for itself.
    let before: std::collections::HashMap<i64, Rupiah> = store::invoices::owed_before(tx, &ids)
        .await?
        .into_iter()
        .map(|owed| (owed.invoice_id, owed.amount))
        .collect();
    let taxes = TaxTable::default();
    // Whoever pays, and whoever's line is on the bill.
    let customer_ids: Vec<i64> = rows
        .iter()
        .map(|row| row.customer_id)
        .chain(charges.values().flatten().map(|charge| charge.customer_id))
        .collect();
    let customers: std::collections::HashMap<i64, _> = store::customers::find_many(tx, &customer_ids)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer))
        .collect();
    let qris = QrisPayload::parse(call.settings.office_qris.trim()).ok();
    let mut invoices = Vec::with_capacity(rows.len());
    for row in rows {
        let customer = customers
            .get(&row.customer_id)
            .cloned()
            .ok_or_else(|| Error::fault("an invoice of nobody"))?;
        let own = charges.remove(&row.id).unwrap_or_default();
        let name = |id: i64| customers.get(&id).map(|customer| customer.details.name.as_str());
        let span = |charge: &store::charges::Charge| {
            charge
                .service_from
                .zip(charge.service_to)
                .map(|(from, to)| ServiceSpan { from, to })
        };
        let spans: Vec<ServiceSpan> = own.iter().filter_map(span).collect();
        let service = spans
            .iter()
            .map(|span| span.from)
            .min()
            .zip(spans.iter().map(|span| span.to).max())
            .map(|(from, to)| ServiceSpan { from, to });
        let is_void = row.voided_at.is_some();
        let marking = if is_void {
            Some(Marking::Void)
        } else {
            (row.remaining.is_zero() && row.total.is_positive()).then_some(Marking::Paid)
        };
        let arrears = before.get(&row.id).copied().filter(|_| !is_void);
        // Who scans pays what the invoice asks for in figures.
        let to_pay = row.remaining.try_add(arrears.unwrap_or_default())?;
        let qr = qris
            .as_ref()
            .filter(|_| !is_void && row.remaining.is_positive())
            .and_then(|payload| payload.with_amount(to_pay).ok())
            .map(|payload| Qr::Qris(payload.to_string()));
        // Without a QRIS of its own the office still gets a QR: the number, which a scanner at the counter finds.
        // A void one is paid nowhere, so nothing on it asks to be scanned.
        let qr = qr.or_else(|| (!is_void).then(|| Qr::Number(row.number.clone())));
        let credit = used.get(&row.id).copied().unwrap_or_default();
        invoices.push(Invoice {
            office: Arc::clone(office),
            customer: customer_data(customer),
            number: row.number,
            issue_date: row.issue_date,
            due_date: row.due_date,
            period: period_words(row.period, language),
            service,
            lines: own
                .iter()
                .map(|charge| InvoiceLine {
                    description: shown_words(charge, row.customer_id, name(charge.customer_id)),
                    service: span(charge),
                    quantity: None,
                    amount: charge.amount,
                    discount: charge.discount,
                    discount_reason: discount_reason(charge, &customers),
                })
                .collect(),
            totals: Totals {
                subtotal: row.subtotal,
                discount: row.discount,
                tax: row.tax.is_positive().then(|| Tax {
                    label: tax_label(&taxes, row.issue_date),
                    base: row.tax_base,
                    amount: row.tax,
                }),
                total: row.total,
                credit,
                paid: row.paid.try_sub(credit)?,
                remaining: row.remaining,
                arrears,
            },
            qr,
            marking,
            language: document_language(language),
        });
    }
    Ok(invoices)
}
