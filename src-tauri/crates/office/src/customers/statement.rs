//! A customer's statement: what moved the debt, day by day, with the balance after each.

use billing::{EntryKind, Period, Rupiah};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::error::{Error, Language, Result};
use crate::office::{Call, Request};

/// Reads a customer's statement; the last twelve months when no days are named.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadStatement {
    /// Whose; set from the path.
    #[serde(skip)]
    #[param(ignore)]
    pub customer_id: i64,
    /// The first day.
    #[param(value_type = Option<String>)]
    pub from: Option<Date>,
    /// The last day.
    #[param(value_type = Option<String>)]
    pub to: Option<Date>,
}

/// A statement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Statement {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Owed before the first day; negative is credit.
    pub opening: Rupiah,
    /// Owed after the last day.
    pub closing: Rupiah,
    /// What moved it, oldest first.
    pub items: Vec<StatementItem>,
}

/// One movement.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StatementItem {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on_date: Date,
    /// What kind of movement.
    pub kind: EntryKind,
    /// The invoice's or payment's number.
    pub reference: Option<String>,
    /// The month that the invoice is for, where one caused it.
    #[schema(value_type = Option<String>)]
    pub period: Option<Period>,
    /// A word of explanation, in the language of whoever asks.
    pub description: Option<String>,
    /// What raised the debt.
    pub debit: Rupiah,
    /// What lowered it.
    pub credit: Rupiah,
    /// Owed after it.
    pub balance: Rupiah,
}

impl Request for ReadStatement {
    const ABILITY: Ability = Ability::CustomersRead;
    type Answer = Statement;

    async fn run(self, call: &Call<'_>) -> Result<Statement> {
        let to = self.to.unwrap_or(call.today);
        let year_before = || to.checked_sub(jiff::Span::new().years(1)).unwrap_or(to);
        let from = self.from.unwrap_or_else(year_before);
        if from > to {
            return Err(Error::invalid(
                "ends_before_start",
                "Tanggal akhir sebelum tanggal awal.",
                "The last day is before the first.",
            ));
        }
        let mut tx = call.read().await?;
        if store::customers::find(&mut tx, self.customer_id).await?.is_none() {
            return Err(Error::missing("Pelanggan", "customer"));
        }
        let opening = store::journal::balance_before(&mut tx, self.customer_id, from).await?;
        let mut balance = opening;
        let mut items = Vec::new();
        for row in store::journal::statement(&mut tx, self.customer_id, from, to).await? {
            balance = balance.try_add(row.change)?;
            let reference = row.invoice_number.or(row.payment_number);
            let description = row
                .memo
                .map(|memo| described(call, row.kind, reference.as_deref(), &memo));
            items.push(StatementItem {
                on_date: row.on_date,
                kind: row.kind,
                reference,
                period: row.invoice_period,
                description,
                debit: row.change.max(Rupiah::ZERO),
                credit: row.change.try_neg()?.max(Rupiah::ZERO),
                balance,
            });
        }
        Ok(Statement {
            from,
            to,
            opening,
            closing: balance,
            items,
        })
    }
}

/// What the movement says. The reason for which something was taken back says by itself neither what was done nor to what.
fn described(call: &Call<'_>, kind: EntryKind, reference: Option<&str>, memo: &str) -> String {
    let memo = call.told_held(memo);
    let act = match (kind, call.actor.language) {
        (EntryKind::PaymentReversed, Language::Indonesian) => "Pembatalan pembayaran",
        (EntryKind::PaymentReversed, Language::English) => "Payment reversed",
        (EntryKind::InvoiceVoided, Language::Indonesian) => "Pembatalan tagihan",
        (EntryKind::InvoiceVoided, Language::English) => "Invoice voided",
        (EntryKind::CreditUnapplied, Language::Indonesian) => "Titipan dikembalikan",
        (EntryKind::CreditUnapplied, Language::English) => "Credit given back",
        _ => return memo,
    };
    match reference {
        Some(reference) => format!("{act} {reference}: {memo}"),
        None => format!("{act}: {memo}"),
    }
}
