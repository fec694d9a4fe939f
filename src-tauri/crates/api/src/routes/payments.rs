//! Payments: taking money, taking it back, and the receipt.

use axum::Json;
use axum::http::StatusCode;
use documents::Roll;
use office::payments::{ListPayments, PaymentView, ReadPayment, ReversePayment, TakePayment, TakenPayment};
use office::printing::{ReceiptForm, ReceiptOf};
use office::{Error, Office, Page};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, IdempotencyKey, List, Path, Query};
use crate::file::{Binary, File};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_payments, take_payment))
        .routes(routes!(read_payment))
        .routes(routes!(reverse_payment))
        .routes(routes!(print_receipt))
}

/// Lists payments, newest first.
#[utoipa::path(get, path = "/payments", tag = "payments", operation_id = "list_payments", params(ListPayments),
    responses((status = 200, description = "A page of payments.", body = Page<PaymentView>)))]
async fn list_payments(caller: Caller, List(list): List<ListPayments>) -> Answer<Json<Page<PaymentView>>> {
    caller.ask(list).await
}

/// Takes a payment; the same `Idempotency-Key` with the same body is one payment, however often it comes.
#[utoipa::path(post, path = "/payments", tag = "payments", operation_id = "take_payment", request_body = TakePayment,
    params(("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this payment.")),
    responses((status = 201, description = "The payment, and how the line is.", body = TakenPayment)))]
async fn take_payment(
    caller: Caller,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<TakePayment>,
) -> Answer<(StatusCode, Json<TakenPayment>)> {
    caller
        .create(TakePayment {
            idempotency_key,
            ..form
        })
        .await
}

/// Reads a payment.
#[utoipa::path(get, path = "/payments/{id}", tag = "payments", operation_id = "read_payment",
    params(("id" = i64, Path, description = "Which payment.")),
    responses((status = 200, description = "The payment.", body = PaymentView)))]
async fn read_payment(caller: Caller, Path(id): Path<i64>) -> Answer<Json<PaymentView>> {
    caller.ask(ReadPayment { id }).await
}

/// Takes a payment back.
#[utoipa::path(post, path = "/payments/{id}/reverse", tag = "payments", operation_id = "reverse_payment",
    request_body = ReversePayment,
    params(("id" = i64, Path, description = "Which payment."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this reversal.")),
    responses((status = 200, description = "The payment.", body = PaymentView)))]
async fn reverse_payment(
    caller: Caller,
    Path(id): Path<i64>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<ReversePayment>,
) -> Answer<Json<PaymentView>> {
    caller
        .ask(ReversePayment {
            id,
            idempotency_key,
            ..form
        })
        .await
}

/// The form of a receipt.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// A PDF as wide as the roll.
    #[default]
    Pdf,
    /// A PDF as wide as a roll of 58 mm.
    #[serde(rename = "58")]
    Mm58,
    /// A PDF as wide as a roll of 80 mm.
    #[serde(rename = "80")]
    Mm80,
    /// A PDF on A5.
    A5,
    /// Bytes for a thermal printer.
    Escpos,
}

/// How a receipt is printed.
#[derive(Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Print {
    /// `pdf` as wide as the roll, `58` or `80` for a PDF of that width, `a5`, or `escpos` for a thermal printer.
    #[param(inline)]
    format: Form,
    /// The roll's width in millimetres: 58, or 80 when absent.
    width: Option<i64>,
}

/// Prints a payment's receipt.
#[utoipa::path(get, path = "/payments/{id}/receipt", tag = "payments", operation_id = "print_receipt",
    params(("id" = i64, Path, description = "Which payment."), Print),
    responses((status = 200, description = "The receipt.", content(
        (inline(Binary) = "application/pdf"), (inline(Binary) = "application/octet-stream")))))]
async fn print_receipt(
    caller: Caller,
    Path(payment_id): Path<i64>,
    Query(print): Query<Print>,
) -> Answer<File> {
    let roll = match print.width {
        Some(58) => Roll::Mm58,
        Some(80) | None => Roll::Mm80,
        Some(_) => {
            return Err(Error::invalid(
                "unknown_width",
                "Lebar kertas 58 atau 80 milimeter.",
                "The roll is 58 or 80 millimetres wide.",
            )
            .into());
        }
    };
    let form = match print.format {
        Form::Pdf => ReceiptForm::Slip(roll),
        Form::Mm58 => ReceiptForm::Slip(Roll::Mm58),
        Form::Mm80 => ReceiptForm::Slip(Roll::Mm80),
        Form::A5 => ReceiptForm::A5,
        Form::Escpos => ReceiptForm::EscPos(roll),
    };
    Ok(File(caller.perform(ReceiptOf { payment_id, form }).await?))
}
