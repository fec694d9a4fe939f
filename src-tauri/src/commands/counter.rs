//! The counter by command line: packages, payments, and why a line is open or closed.

use std::process::ExitCode;

use office::access::{HandAnswer, IsolateByHand, OpenByHand, ReadWhy, SendWhy, SentWhy, Why};
use office::catalogue::AddPackage;
use office::network::DisconnectLine;
use office::payments::TakePayment;
use office::{Error, Language, Office, Sentence, jobs};
use serde::Serialize;

use crate::command_line::{Customer, Package, Payment};
use crate::commands::{documents, naming};
use crate::voice;

/// Adds a package.
pub(super) async fn package(office: &Office, what: Package) -> Result<ExitCode, Error> {
    let Package::Add {
        code,
        name,
        download,
        upload,
        price,
    } = what;
    let request = AddPackage {
        code,
        name,
        speed_download: download,
        speed_upload: upload,
        price,
        is_active: None,
    };
    print(&office.perform(&voice::console(), request).await?)
}

/// Says why a line is open or closed, closes or opens it by hand, or drops its session.
pub(super) async fn customer(office: &Office, what: Customer) -> Result<ExitCode, Error> {
    let console = voice::console();
    match what {
        Customer::Why { customer_no, send } => why(office, &customer_no, send).await,
        Customer::Isolate { customer_no, reason } => {
            let customer_id = naming::customer(office, &customer_no).await?;
            let closing = IsolateByHand { customer_id, reason };
            said(&office.perform(&console, closing).await?)
        }
        Customer::Open {
            customer_no,
            reason,
            until,
        } => {
            let customer_id = naming::customer(office, &customer_no).await?;
            let opening = OpenByHand {
                customer_id,
                reason,
                until,
            };
            said(&office.perform(&console, opening).await?)
        }
        Customer::Disconnect { customer_no } => {
            let customer_id = naming::customer(office, &customer_no).await?;
            let dropped = office.perform(&console, DisconnectLine { customer_id }).await?;
            voice::say(dropped.message.for_language(voice::language()));
            print(&dropped)
        }
    }
}

/// Prints what came of closing or opening by hand. A line that waits for its router is no failure, and is said.
fn said(answer: &HandAnswer) -> Result<ExitCode, Error> {
    voice::say(answer.message.for_language(voice::language()));
    print(answer)
}

async fn why(office: &Office, customer_no: &str, send: bool) -> Result<ExitCode, Error> {
    let console = voice::console();
    let customer_id = naming::customer(office, customer_no).await?;
    let request = ReadWhy { customer_id };
    let why = office.perform(&console, request).await?;
    if !send {
        return print(&why);
    }
    let sent = office.perform(&console, SendWhy { customer_id }).await?;
    jobs::run_due(office, true).await?;
    print(&SentAnswer { why, sent })
}

/// The answer, and how it went to the customer.
#[derive(Serialize)]
struct SentAnswer {
    #[serde(flatten)]
    why: Why,
    sent: SentWhy,
}

/// Takes a payment, or writes its receipt.
pub(super) async fn payment(office: &Office, what: Payment) -> Result<ExitCode, Error> {
    match what {
        Payment::Take {
            customer_no,
            amount,
            method,
            invoice,
            received,
            reference,
            to_credit,
        } => {
            let request = TakePayment {
                customer_id: naming::customer(office, &customer_no).await?,
                invoice_id: match invoice {
                    Some(number) => Some(naming::invoice(office, &number).await?),
                    None => None,
                },
                amount,
                method,
                reference,
                money_received: received,
                // Whoever types the same command twice is told, instead of holding the second payment as credit.
                to_credit: Some(to_credit),
                received_at: None,
                reason: None,
                idempotency_key: None,
            };
            take(office, request).await
        }
        Payment::Receipt { number, out, format } => documents::receipt(office, &number, &out, format).await,
    }
}

/// Takes a payment and carries out what it causes, so that the line is open when the command ends; then says what the
/// router said. The money is booked whatever becomes of the line.
async fn take(office: &Office, request: TakePayment) -> Result<ExitCode, Error> {
    let customer_id = request.customer_id;
    let mut taken = office
        .perform(&voice::console(), request)
        .await
        .map_err(in_words)?;
    if taken.change.is_positive() {
        voice::say(&match voice::language() {
            Language::Indonesian => format!("Uang kembali {}.", taken.change),
            Language::English => format!("Change: {}.", taken.change),
        });
    }
    match carried_out(office, customer_id).await {
        Ok(why) => {
            let zone = office.settings().borrow().zone();
            voice::say(&why.after_payment(taken.access.observed, &zone, voice::language()));
            taken.access = why.access();
        }
        Err(error) => {
            voice::failed(&error);
        }
    }
    print(&taken)
}

/// Runs what the payment caused to its first outcome, and asks how the line is then.
async fn carried_out(office: &Office, customer_id: i64) -> Result<Why, Error> {
    jobs::run_due(office, true).await?;
    let request = ReadWhy { customer_id };
    office.perform(&voice::console(), request).await
}

/// Names the option that a button of the window stands for.
fn in_words(error: Error) -> Error {
    if error.code != "overpaid" {
        return error;
    }
    Error {
        detail: Sentence::new(
            format!("{} Di baris perintah: --to-credit.", error.detail.id),
            format!("{} On the command line: --to-credit.", error.detail.en),
        ),
        ..error
    }
}

fn print(answer: &impl Serialize) -> Result<ExitCode, Error> {
    voice::result(&serde_json::to_string(answer).map_err(Error::fault)?);
    Ok(ExitCode::SUCCESS)
}
