//! Reading invoices.

use billing::{ChargeKind, InvoiceStatus, Period, Rupiah, is_overdue};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::invoices::{Filter, Invoice, REISSUE};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::invoicing::words::shown;
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// An invoice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvoiceView {
    /// The row's id.
    pub id: i64,
    /// `INV-YYYYMM-00001`.
    pub number: String,
    /// Who owes it.
    pub customer_id: i64,
    /// Who that is.
    pub customer: InvoiceCustomer,
    /// The month it is for, `YYYY-MM`.
    #[schema(value_type = String)]
    pub period: Period,
    /// Its date.
    #[schema(value_type = String, format = Date)]
    pub issue_date: Date,
    /// The last day on which it is paid in time.
    #[schema(value_type = String, format = Date)]
    pub due_date: Date,
    /// What it is for.
    pub lines: Vec<InvoiceLineView>,
    /// The lines before discount, rupiah.
    pub subtotal: Rupiah,
    /// What was taken off.
    pub discount: Rupiah,
    /// The DPP that is shown; 0 where nothing is taxed.
    pub tax_base: Rupiah,
    /// PPN.
    pub tax: Rupiah,
    /// What is asked for.
    pub total: Rupiah,
    /// What was settled.
    pub paid: Rupiah,
    /// What is still owed.
    pub remaining: Rupiah,
    /// Derived from amounts and dates.
    pub status: InvoiceStatus,
    /// Whether something is owed after the due date; a part payment never hides that.
    pub is_overdue: bool,
    /// What made it.
    pub origin: String,
    /// When it was declared void, epoch milliseconds.
    pub voided_at: Option<i64>,
    /// Why.
    pub void_reason: Option<String>,
    /// Where its tolerated shortfall went; that part counts as settled here.
    pub shortfall_moved_to: Option<ShortfallMove>,
    /// The void invoice in whose place it was issued.
    pub replaces: Option<OtherInvoice>,
    /// The invoice that was issued in its place.
    pub replaced_by: Option<OtherInvoice>,
}

/// Another invoice that one speaks of.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct OtherInvoice {
    /// Which.
    pub invoice_id: i64,
    /// Its number.
    pub number: String,
}

/// A tolerated shortfall that the next invoice carries on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ShortfallMove {
    /// The invoice that carries it on.
    pub invoice_id: i64,
    /// Its number.
    pub number: String,
    /// Rupiah.
    pub amount: Rupiah,
}

/// The customer behind an invoice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "see CustomerView")]
pub struct InvoiceCustomer {
    pub id: i64,
    pub customer_no: String,
    pub name: String,
}

/// A line of an invoice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InvoiceLineView {
    /// The charge's id.
    pub id: i64,
    /// Whose line it is for.
    pub customer_id: i64,
    /// What kind of charge.
    pub kind: ChargeKind,
    /// What the invoice says.
    pub description: String,
    /// The first day of service.
    #[schema(value_type = Option<String>, format = Date)]
    pub service_from: Option<Date>,
    /// The last day of service.
    #[schema(value_type = Option<String>, format = Date)]
    pub service_to: Option<Date>,
    /// Rupiah, before discount.
    pub amount: Rupiah,
    /// What was taken off.
    pub discount: Rupiah,
}

/// The invoices as readers see them, in the order given.
pub(super) async fn views(tx: &mut Tx, call: &Call<'_>, invoices: Vec<Invoice>) -> Result<Vec<InvoiceView>> {
    let ids: Vec<i64> = invoices.iter().map(|invoice| invoice.id).collect();
    let charges = store::charges::of_invoices(tx, &ids).await?;
    let moved = store::charges::carried_on(tx, &ids).await?;
    let mut customer_ids: Vec<i64> = invoices.iter().map(|invoice| invoice.customer_id).collect();
    customer_ids.extend(charges.iter().map(|charge| charge.customer_id));
    customer_ids.sort_unstable();
    customer_ids.dedup();
    let customers = store::customers::find_many(tx, &customer_ids).await?;
    let is_one_of_two = |it: &&Invoice| it.voided_at.is_some() || it.origin.starts_with(REISSUE);
    let of_two: Vec<i64> = invoices.iter().filter(is_one_of_two).map(|it| it.id).collect();
    let reissues = store::invoices::reissues(tx, &of_two).await?;
    let name = |id: i64| {
        let customer = customers.iter().find(|customer| customer.id == id);
        customer.map(|customer| customer.details.name.as_str())
    };
    let view = |invoice: Invoice| {
        let lines = charges
            .iter()
            .filter(|charge| charge.invoice_id == Some(invoice.id))
            .map(|charge| InvoiceLineView {
                id: charge.id,
                customer_id: charge.customer_id,
                kind: charge.kind,
                description: shown(charge, invoice.customer_id, name(charge.customer_id)),
                service_from: charge.service_from,
                service_to: charge.service_to,
                amount: charge.amount,
                discount: charge.discount,
            })
            .collect();
        let customer = customers
            .iter()
            .find(|customer| customer.id == invoice.customer_id);
        let voided = invoice.voided_at.is_some();
        InvoiceView {
            id: invoice.id,
            number: invoice.number,
            customer_id: invoice.customer_id,
            customer: InvoiceCustomer {
                id: invoice.customer_id,
                customer_no: customer
                    .map(|customer| customer.details.customer_no.clone())
                    .unwrap_or_default(),
                name: customer
                    .map(|customer| customer.details.name.clone())
                    .unwrap_or_default(),
            },
            period: invoice.period,
            issue_date: invoice.issue_date,
            due_date: invoice.due_date,
            lines,
            subtotal: invoice.subtotal,
            discount: invoice.discount,
            tax_base: invoice.tax_base,
            tax: invoice.tax,
            total: invoice.total,
            paid: invoice.paid,
            remaining: invoice.remaining,
            status: InvoiceStatus::derive(invoice.total, invoice.paid, voided, invoice.due_date, call.today),
            is_overdue: is_overdue(invoice.remaining, voided, invoice.due_date, call.today),
            origin: invoice.origin,
            voided_at: invoice.voided_at.map(|at| at.as_millisecond()),
            void_reason: invoice.void_reason,
            shortfall_moved_to: moved
                .iter()
                .find(|it| it.moved_from == invoice.id)
                .map(|it| ShortfallMove {
                    invoice_id: it.invoice_id,
                    number: it.number.clone(),
                    amount: it.amount,
                }),
            replaces: reissues
                .iter()
                .find(|it| it.new_id == invoice.id)
                .map(|it| OtherInvoice {
                    invoice_id: it.old_id,
                    number: it.old_number.clone(),
                }),
            replaced_by: reissues
                .iter()
                .find(|it| it.old_id == invoice.id)
                .map(|it| OtherInvoice {
                    invoice_id: it.new_id,
                    number: it.new_number.clone(),
                }),
        }
    };
    Ok(invoices.into_iter().map(view).collect())
}

/// The invoice as readers see it.
pub(super) async fn one(tx: &mut Tx, call: &Call<'_>, id: i64) -> Result<InvoiceView> {
    let missing = || Error::missing("Tagihan", "invoice");
    let invoice = store::invoices::find(tx, id).await?.ok_or_else(missing)?;
    views(tx, call, vec![invoice]).await?.pop().ok_or_else(missing)
}

/// Reads one invoice.
#[derive(Debug)]
pub struct ReadInvoice {
    /// Which.
    pub id: i64,
}

impl Request for ReadInvoice {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = InvoiceView;

    async fn run(self, call: &Call<'_>) -> Result<InvoiceView> {
        let mut tx = call.read().await?;
        one(&mut tx, call, self.id).await
    }
}

/// Lists invoices, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListInvoices {
    /// The beginning of a number, or the customer's words.
    pub search: Option<String>,
    /// Only with this status.
    pub status: Option<InvoiceStatus>,
    /// Only for this month, `YYYY-MM`.
    #[param(value_type = Option<String>)]
    pub period: Option<Period>,
    /// Only of this customer.
    pub customer_id: Option<i64>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; 50 when absent, at most 500.
    pub limit: Option<i64>,
}

impl Request for ListInvoices {
    const ABILITY: Ability = Ability::InvoicesRead;
    type Answer = Page<InvoiceView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<InvoiceView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let filter = Filter {
            search: self.search.as_deref(),
            status: self.status,
            today: call.today,
            period: self.period,
            customer_id: self.customer_id,
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let mut tx = call.read().await?;
        let page = store::invoices::list(&mut tx, &filter).await?;
        let (total, next_cursor) = (page.total, page.next.map(|cursor| cursor.to_string()));
        Ok(Page {
            items: views(&mut tx, call, page.items).await?,
            next_cursor,
            total,
        })
    }
}
