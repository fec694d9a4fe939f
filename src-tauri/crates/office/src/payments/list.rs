//! Reading payments.

use billing::{Method, Rupiah};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::payments::{Filter, Payment};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Result};
use crate::lists::{Asked, Page};
use crate::office::{Call, Request};

/// A payment.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PaymentView {
    /// The row's id.
    pub id: i64,
    /// `PAY-YYYYMMDD-00001`.
    pub number: String,
    /// Whose account it went to.
    pub customer_id: i64,
    /// Their number.
    pub customer_no: String,
    /// Their name.
    pub customer_name: String,
    /// The first invoice that it paid.
    pub invoice_id: Option<i64>,
    /// Rupiah.
    pub amount: Rupiah,
    /// How.
    pub method: Method,
    /// The bank's or the provider's word for it.
    pub reference: Option<String>,
    /// What lay on the counter.
    pub money_received: Option<Rupiah>,
    /// What went back over it.
    pub change_given: Option<Rupiah>,
    /// When, epoch milliseconds.
    pub received_at: i64,
    /// On which day of the office.
    #[schema(value_type = String, format = Date)]
    pub received_on: Date,
    /// By whom.
    pub received_by: String,
    /// What it went to; of a payment that was taken back, what it had paid until then.
    pub allocations: Vec<AllocationView>,
    /// What became credit.
    pub credit: Rupiah,
    /// When it was taken back, epoch milliseconds.
    pub reversed_at: Option<i64>,
    /// Why.
    pub reversal_reason: Option<String>,
}

/// Money that went to an invoice.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AllocationView {
    /// Which invoice.
    pub invoice_id: i64,
    /// Its number.
    pub number: String,
    /// How much.
    pub amount: Rupiah,
}

/// The payment as readers see it.
pub(super) async fn view(tx: &mut Tx, id: i64) -> Result<PaymentView> {
    let payment = store::payments::find(tx, id)
        .await?
        .ok_or_else(|| Error::missing("Pembayaran", "payment"))?;
    views(tx, vec![payment])
        .await?
        .pop()
        .ok_or_else(|| Error::missing("Pembayaran", "payment"))
}

async fn views(tx: &mut Tx, payments: Vec<Payment>) -> Result<Vec<PaymentView>> {
    let ids: Vec<i64> = payments.iter().map(|payment| payment.id).collect();
    let mut allocations = store::allocations::of_payments(tx, &ids).await?;
    let reversed: Vec<i64> = payments
        .iter()
        .filter(|payment| payment.reversed_at.is_some())
        .map(|payment| payment.id)
        .collect();
    allocations.extend(store::allocations::of_reversed(tx, &reversed).await?);
    let invoice_ids: Vec<i64> = allocations
        .iter()
        .map(|allocation| allocation.invoice_id)
        .collect();
    let invoices = store::invoices::find_many(tx, &invoice_ids).await?;
    let customer_ids: Vec<i64> = payments.iter().map(|payment| payment.customer_id).collect();
    let customers = store::customers::find_many(tx, &customer_ids).await?;
    let view = |payment: Payment| {
        let own: Vec<AllocationView> = allocations
            .iter()
            .filter(|allocation| allocation.payment_id == Some(payment.id))
            .map(|allocation| AllocationView {
                invoice_id: allocation.invoice_id,
                number: invoices
                    .iter()
                    .find(|invoice| invoice.id == allocation.invoice_id)
                    .map(|invoice| invoice.number.clone())
                    .unwrap_or_default(),
                amount: allocation.amount,
            })
            .collect();
        let customer = customers
            .iter()
            .find(|customer| customer.id == payment.customer_id);
        PaymentView {
            id: payment.id,
            number: payment.number,
            customer_id: payment.customer_id,
            customer_no: customer
                .map(|customer| customer.details.customer_no.clone())
                .unwrap_or_default(),
            customer_name: customer
                .map(|customer| customer.details.name.clone())
                .unwrap_or_default(),
            invoice_id: own.first().map(|allocation| allocation.invoice_id),
            amount: payment.amount,
            method: payment.method,
            reference: payment.reference,
            money_received: payment.money_received,
            change_given: payment.change_given,
            received_at: payment.received_at.as_millisecond(),
            received_on: payment.received_on,
            received_by: payment.received_by,
            allocations: own,
            credit: payment.credit,
            reversed_at: payment.reversed_at.map(|at| at.as_millisecond()),
            reversal_reason: payment.reversal_reason,
        }
    };
    Ok(payments.into_iter().map(view).collect())
}

/// Reads one payment.
#[derive(Debug)]
pub struct ReadPayment {
    /// Which.
    pub id: i64,
}

impl Request for ReadPayment {
    const ABILITY: Ability = Ability::PaymentsRead;
    type Answer = PaymentView;

    async fn run(self, call: &Call<'_>) -> Result<PaymentView> {
        let mut tx = call.read().await?;
        view(&mut tx, self.id).await
    }
}

/// Lists payments, newest first.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListPayments {
    /// The beginning of a number, or the customer's words.
    pub search: Option<String>,
    /// Only of this customer.
    pub customer_id: Option<i64>,
    /// Only by this method.
    pub method: Option<Method>,
    /// Not before this day.
    #[param(value_type = Option<String>)]
    pub from: Option<Date>,
    /// Not after this day.
    #[param(value_type = Option<String>)]
    pub to: Option<Date>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// How many; 50 when absent, at most 500.
    pub limit: Option<i64>,
}

impl Request for ListPayments {
    const ABILITY: Ability = Ability::PaymentsRead;
    type Answer = Page<PaymentView>;

    async fn run(self, call: &Call<'_>) -> Result<Page<PaymentView>> {
        let asked = Asked::read(self.cursor.as_deref(), self.limit)?;
        let filter = Filter {
            search: self.search.as_deref(),
            customer_id: self.customer_id,
            method: self.method,
            from: self.from,
            to: self.to,
            cursor: asked.cursor.as_ref(),
            limit: asked.limit,
        };
        let mut tx = call.read().await?;
        let page = store::payments::list(&mut tx, &filter).await?;
        let (total, next_cursor) = (page.total, page.next.map(|cursor| cursor.to_string()));
        Ok(Page {
            items: views(&mut tx, page.items).await?,
            next_cursor,
            total,
        })
    }
}
