//! Customers: their records, their accounts, and where their lines stand.

use axum::Json;
use axum::http::StatusCode;
use office::customers::{
    AddCustomer, ChangeCustomer, CustomerFields, CustomerView, ForeseeStanding, ForeseenStanding,
    ListCustomers, PauseLine, PppoePassword, ReadCustomer, ReadPppoePassword, ReadStatement, ResumeLine,
    Statement, TerminateLine,
};
use office::invoicing::{
    AddCharge, AddedCharge, BillPeriod, InvoiceView, ListWaitingCharges, ReadUnbilled, UnbilledPeriod,
    WaitingCharge, WithdrawCharge,
};
use office::{Office, Page};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Body, Caller, ChangeBody, IdempotencyKey, List, Path, Query};
use crate::problem::Answer;

pub(super) fn routes() -> OpenApiRouter<Office> {
    OpenApiRouter::new()
        .routes(routes!(list_customers, add_customer))
        .routes(routes!(read_customer, change_customer))
        .routes(routes!(read_pppoe_password))
        .routes(routes!(read_statement))
        .routes(routes!(read_unbilled))
        .routes(routes!(bill_period))
        .routes(routes!(list_waiting_charges, add_charge))
        .routes(routes!(withdraw_charge))
        .routes(routes!(foresee_standing))
        .routes(routes!(pause_line))
        .routes(routes!(resume_line))
        .routes(routes!(terminate_line))
}

/// Lists customers.
#[utoipa::path(get, path = "/customers", tag = "customers", operation_id = "list_customers", params(ListCustomers),
    responses((status = 200, description = "A page of customers.", body = Page<CustomerView>)))]
async fn list_customers(caller: Caller, List(list): List<ListCustomers>) -> Answer<Json<Page<CustomerView>>> {
    caller.ask(list).await
}

/// Adds a customer.
#[utoipa::path(post, path = "/customers", tag = "customers", operation_id = "add_customer",
    request_body = CustomerFields, responses((status = 201, description = "The new customer.", body = CustomerView)))]
async fn add_customer(
    caller: Caller,
    Body(fields): Body<CustomerFields>,
) -> Answer<(StatusCode, Json<CustomerView>)> {
    caller.create(AddCustomer(fields)).await
}

/// Reads a customer.
#[utoipa::path(get, path = "/customers/{id}", tag = "customers", operation_id = "read_customer",
    params(("id" = i64, Path, description = "Which customer.")),
    responses((status = 200, description = "The customer.", body = CustomerView)))]
async fn read_customer(caller: Caller, Path(id): Path<i64>) -> Answer<Json<CustomerView>> {
    caller.ask(ReadCustomer { id }).await
}

/// Changes a customer; what is absent stays, what is `null` is emptied.
#[utoipa::path(patch, path = "/customers/{id}", tag = "customers", operation_id = "change_customer",
    request_body = CustomerFields, params(("id" = i64, Path, description = "Which customer.")),
    responses((status = 200, description = "The customer.", body = CustomerView)))]
async fn change_customer(
    caller: Caller,
    Path(id): Path<i64>,
    ChangeBody(fields): ChangeBody<CustomerFields>,
) -> Answer<Json<CustomerView>> {
    caller.ask(ChangeCustomer { id, fields }).await
}

/// Reads what the customer's device has to be given so that it can dial. Who asked is logged.
#[utoipa::path(get, path = "/customers/{id}/pppoe-password", tag = "customers", operation_id = "read_pppoe_password",
    params(("id" = i64, Path, description = "Whose.")),
    responses((status = 200, description = "Name and password.", body = PppoePassword)))]
async fn read_pppoe_password(caller: Caller, Path(customer_id): Path<i64>) -> Answer<Json<PppoePassword>> {
    caller.ask(ReadPppoePassword { customer_id }).await
}

/// Reads a customer's statement; the last twelve months when no days are named.
#[utoipa::path(get, path = "/customers/{id}/statement", tag = "customers", operation_id = "read_statement",
    params(("id" = i64, Path, description = "Whose."), ReadStatement),
    responses((status = 200, description = "What moved the debt.", body = Statement)))]
async fn read_statement(
    caller: Caller,
    Path(customer_id): Path<i64>,
    Query(days): Query<ReadStatement>,
) -> Answer<Json<Statement>> {
    caller.ask(ReadStatement { customer_id, ..days }).await
}

/// Says which days of the last periods no bill has, though their time has come; oldest first.
#[utoipa::path(get, path = "/customers/{id}/unbilled", tag = "customers", operation_id = "read_unbilled",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The days, by period.", body = Vec<UnbilledPeriod>)))]
async fn read_unbilled(caller: Caller, Path(customer_id): Path<i64>) -> Answer<Json<Vec<UnbilledPeriod>>> {
    caller.ask(ReadUnbilled { customer_id }).await
}

/// Bills a line for a period that has come: of its days those that no bill has.
#[utoipa::path(post, path = "/customers/{id}/invoices", tag = "customers", operation_id = "bill_period",
    request_body = BillPeriod, params(("id" = i64, Path, description = "Whose line."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this act.")),
    responses((status = 201, description = "The invoice of the line's payer.", body = InvoiceView)))]
async fn bill_period(
    caller: Caller,
    Path(customer_id): Path<i64>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<BillPeriod>,
) -> Answer<(StatusCode, Json<InvoiceView>)> {
    caller
        .create(BillPeriod {
            customer_id,
            idempotency_key,
            ..form
        })
        .await
}

/// Lists what waits for the next invoice of a line, oldest first.
#[utoipa::path(get, path = "/customers/{id}/charges", tag = "customers", operation_id = "list_waiting_charges",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The charges.", body = Vec<WaitingCharge>)))]
async fn list_waiting_charges(
    caller: Caller,
    Path(customer_id): Path<i64>,
) -> Answer<Json<Vec<WaitingCharge>>> {
    caller.ask(ListWaitingCharges { customer_id }).await
}

/// Charges a line for something besides its package, with the next invoice or with one of its own.
#[utoipa::path(post, path = "/customers/{id}/charges", tag = "customers", operation_id = "add_charge",
    request_body = AddCharge, params(("id" = i64, Path, description = "Whose line."),
        ("Idempotency-Key" = Option<String>, Header, description = "The caller's own name for this act.")),
    responses((status = 201, description = "The charge, and its invoice where it was billed at once.", body = AddedCharge)))]
async fn add_charge(
    caller: Caller,
    Path(customer_id): Path<i64>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(form): Body<AddCharge>,
) -> Answer<(StatusCode, Json<AddedCharge>)> {
    caller
        .create(AddCharge {
            customer_id,
            idempotency_key,
            ..form
        })
        .await
}

/// Takes back a charge that was entered by hand and that no invoice shows yet; gives what goes on waiting.
#[utoipa::path(delete, path = "/customers/{id}/charges/{charge_id}", tag = "customers",
    operation_id = "withdraw_charge",
    params(("id" = i64, Path, description = "Whose line."), ("charge_id" = i64, Path, description = "Which charge.")),
    responses((status = 200, description = "What goes on waiting.", body = Vec<WaitingCharge>)))]
async fn withdraw_charge(
    caller: Caller,
    Path((customer_id, id)): Path<(i64, i64)>,
) -> Answer<Json<Vec<WaitingCharge>>> {
    caller.ask(WithdrawCharge { customer_id, id }).await
}

/// Says what a pause, an end, or taking a line up again would give back of days that were billed; nothing is kept.
#[utoipa::path(get, path = "/customers/{id}/standing", tag = "customers", operation_id = "foresee_standing",
    params(("id" = i64, Path, description = "Whose line."), ForeseeStanding),
    responses((status = 200, description = "What becomes of the billed days.", body = ForeseenStanding)))]
async fn foresee_standing(
    caller: Caller,
    Path(id): Path<i64>,
    Query(asked): Query<ForeseeStanding>,
) -> Answer<Json<ForeseenStanding>> {
    caller.ask(ForeseeStanding { id, ..asked }).await
}

/// Sets a line aside: neither served nor billed on those days.
#[utoipa::path(post, path = "/customers/{id}/pause", tag = "customers", operation_id = "pause_line",
    request_body = PauseLine, params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The customer.", body = CustomerView)))]
async fn pause_line(
    caller: Caller,
    Path(id): Path<i64>,
    Body(form): Body<PauseLine>,
) -> Answer<Json<CustomerView>> {
    caller.ask(PauseLine { id, ..form }).await
}

/// Takes a line up again.
#[utoipa::path(post, path = "/customers/{id}/resume", tag = "customers", operation_id = "resume_line",
    params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The customer.", body = CustomerView)))]
async fn resume_line(caller: Caller, Path(id): Path<i64>) -> Answer<Json<CustomerView>> {
    caller.ask(ResumeLine { id }).await
}

/// Ends a line; what is owed stays owed.
#[utoipa::path(post, path = "/customers/{id}/terminate", tag = "customers", operation_id = "terminate_line",
    request_body = TerminateLine, params(("id" = i64, Path, description = "Whose line.")),
    responses((status = 200, description = "The customer.", body = CustomerView)))]
async fn terminate_line(
    caller: Caller,
    Path(id): Path<i64>,
    Body(form): Body<TerminateLine>,
) -> Answer<Json<CustomerView>> {
    caller.ask(TerminateLine { id, ..form }).await
}
