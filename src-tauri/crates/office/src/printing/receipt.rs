//! The receipt of a payment, for a thermal roll or on A5. That of a payment which was taken back says so, with the day and
//! the reason, instead of proving that it was paid.

use std::sync::Arc;

use billing::Rupiah;
use documents::{Allocation, EscPos, Receipt, ReceiptPaper, Reversal, Roll};

use super::{Document, customer_data, document_language, draw, office_data};
use crate::actor::{Ability, on_paper};
use crate::dates::period_words;
use crate::error::{Error, Language, Result};
use crate::office::{Call, Request};
use crate::payments::ReadPayment;

/// Draws a receipt.
#[derive(Debug)]
pub struct ReceiptOf {
    /// Which payment.
    pub payment_id: i64,
    /// On which paper.
    pub form: ReceiptForm,
}

/// The forms of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptForm {
    /// A PDF as wide as a thermal roll.
    Slip(Roll),
    /// A PDF on A5.
    A5,
    /// Bytes for a thermal printer.
    EscPos(Roll),
}

impl Request for ReceiptOf {
    const ABILITY: Ability = Ability::PaymentsRead;
    type Answer = Document;

    async fn run(self, call: &Call<'_>) -> Result<Document> {
        let payment = ReadPayment { id: self.payment_id }.run(call).await?;
        let mut tx = call.read().await?;
        let customer = store::customers::find(&mut tx, payment.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        let ids: Vec<i64> = payment
            .allocations
            .iter()
            .map(|allocation| allocation.invoice_id)
            .collect();
        let invoices = store::invoices::find_many(&mut tx, &ids).await?;
        // The paper says what was owed when the money was taken, whenever it is printed.
        let balance = match payment.reversed_at {
            None => store::journal::balance_after_payment(&mut tx, customer.id, self.payment_id).await?,
            Some(_) => customer.balance,
        };
        drop(tx);
        let language = Language::from_tag(&call.settings.office_language);
        let received_at = crate::lists::instant(payment.received_at)?;
        let allocations = payment
            .allocations
            .iter()
            // What a payment that was taken back had paid is owed again.
            .filter(|_| payment.reversed_at.is_none())
            .map(|allocation| Allocation {
                invoice: allocation.number.clone(),
                period: invoices
                    .iter()
                    .find(|invoice| invoice.id == allocation.invoice_id)
                    .map(|invoice| period_words(invoice.period, language))
                    .unwrap_or_default(),
                amount: allocation.amount,
            })
            .collect();
        // Whoever holds the paper must see that it proves nothing any more.
        let reversal = payment
            .reversed_at
            .map(|at| {
                Ok::<_, Error>(Reversal {
                    on: call.zone.to_datetime(crate::lists::instant(at)?).date(),
                    reason: payment.reversal_reason.unwrap_or_default(),
                })
            })
            .transpose()?;
        let receipt = Receipt {
            reversal,
            office: Arc::new(office_data(call)?),
            balance,
            customer: customer_data(customer),
            number: payment.number.clone(),
            time: call.zone.to_datetime(received_at),
            cashier: on_paper(&payment.received_by, language).to_owned(),
            method: match &payment.reference {
                Some(reference) => format!("{} · {reference}", method_words(payment.method, language)),
                None => method_words(payment.method, language).to_owned(),
            },
            amount: payment.amount,
            received: payment.money_received,
            change: payment.change_given.unwrap_or(Rupiah::ZERO),
            allocations,
            credit: payment.credit,
            copy: false,
            language: document_language(language),
        };
        let (form, created) = (self.form, call.now);
        let paper = match form {
            ReceiptForm::Slip(roll) => ReceiptPaper::Roll(roll),
            ReceiptForm::A5 => ReceiptPaper::A5,
            ReceiptForm::EscPos(roll) => {
                let bytes = documents::receipt_escpos(
                    &receipt,
                    EscPos {
                        roll,
                        ..EscPos::default()
                    },
                );
                let name = format!("{}.bin", payment.number);
                return Ok(Document {
                    name,
                    media_type: "application/octet-stream",
                    bytes,
                });
            }
        };
        let bytes = draw(move || {
            let mut bytes = Vec::new();
            documents::receipt_pdf(&receipt, paper, created, &mut bytes).map(|_| bytes)
        })
        .await?;
        Ok(Document {
            name: format!("{}.pdf", payment.number),
            media_type: "application/pdf",
            bytes,
        })
    }
}

fn method_words(method: billing::Method, language: Language) -> &'static str {
    use billing::Method as M;
    match (method, language) {
        (M::Cash, Language::Indonesian) => "Tunai",
        (M::Cash, Language::English) => "Cash",
        (M::Transfer, _) => "Transfer",
        (M::Qris, _) => "QRIS",
        (M::Ewallet, _) => "E-wallet",
        (M::Va, _) => "Virtual account",
        (M::Other, Language::Indonesian) => "Lainnya",
        (M::Other, Language::English) => "Other",
    }
}
