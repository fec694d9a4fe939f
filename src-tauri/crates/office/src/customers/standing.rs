//! Setting a line aside (cuti), taking it up again, and ending it. Nothing is deleted: what is owed stays owed, and days
//! that were billed and are not served become credit.

use billing::{CustomerStatus, Pause, Period, Rupiah};
use jiff::civil::Date;
use serde::Deserialize;
use store::customers::{Customer, Standing};
use utoipa::ToSchema;

use crate::actor::Ability;
use crate::customers::view::CustomerView;
use crate::customers::write::one;
use crate::customers::{on_router, unserved};
use crate::dates::date_words;
use crate::error::{Error, FormCheck, Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// Sets a line aside by agreement: neither served nor billed on those days.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseLine {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The first day without service.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day without service; `null` while no end is agreed.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
}

impl Request for PauseLine {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        check_pause(&mut form, self.from, self.until, call.today);
        form.finish()?;
        let (from, until) = (self.from, self.until);
        stand(
            call,
            self.id,
            "line_paused",
            (
                format!("Cuti mulai {}: {reason}", date_words(from, Language::Indonesian)),
                format!("Paused from {}: {reason}", date_words(from, Language::English)),
            )
                .into(),
            |standing, today| paused(standing, from, until, today),
        )
        .await
    }
}

/// Takes a line up again.
#[derive(Debug)]
pub struct ResumeLine {
    /// Which.
    pub id: i64,
}

impl Request for ResumeLine {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        stand(
            call,
            self.id,
            "line_resumed",
            ("Cuti berakhir", "The pause ended").into(),
            taken_up,
        )
        .await
    }
}

/// Ends a line, or takes an end back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TerminateLine {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The last day of service; `null`, which has to be said, takes an end back, also one that passed in the last 92 days.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, format = Date, required = true)]
    pub on: Option<Date>,
    /// Why.
    pub reason: String,
}

/// A value that may be `null` and may not be forgotten: to forget the day must not take the end back.
fn said<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Option<Date>, D::Error> {
    Option::deserialize(from)
}

impl Request for TerminateLine {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        if let Some(on) = self.on {
            check_day(&mut form, "on", on, call.today);
        }
        form.finish()?;
        let Some(on) = self.on else {
            let message = (
                format!("Tidak jadi berhenti: {reason}"),
                format!("The end was taken back: {reason}"),
            );
            return stand(call, self.id, "line_end_withdrawn", message.into(), staying).await;
        };
        let mut tx = call.read().await?;
        let lines = store::customers::having_payer(&mut tx, self.id).await?;
        drop(tx);
        if let Some(line) = lines
            .iter()
            .find(|line| line.standing.status != CustomerStatus::Terminated)
        {
            return Err(still_pays(line));
        }
        stand(
            call,
            self.id,
            "line_terminated",
            (
                format!("Berhenti per {}: {reason}", date_words(on, Language::Indonesian)),
                format!("Ends on {}: {reason}", date_words(on, Language::English)),
            )
                .into(),
            |standing, today| ending(standing, on, today),
        )
        .await
    }
}

/// How many days back a pause or an end may lie. What was billed for earlier days is settled invoice by invoice, with eyes on
/// each; a slip of the year must not give a year back.
const FURTHEST_BACK: i64 = 92;
/// How many days ahead it may be agreed.
const FURTHEST_AHEAD: i64 = 366;

/// Refuses the days of a pause that make none or that are a slip.
pub(super) fn check_pause(form: &mut FormCheck, from: Date, until: Option<Date>, today: Date) {
    check_day(form, "from", from, today);
    if until.is_some_and(|until| until < from) {
        form.refuse(
            "until",
            "ends_before_start",
            "Cuti berakhir sebelum mulai.",
            "It ends before it begins.",
        );
    } else if let Some(until) = until {
        check_day(form, "until", until, today);
    }
}

/// Refuses a day that lies too far back or ahead.
pub(super) fn check_day(form: &mut FormCheck, field: &'static str, day: Date, today: Date) {
    let shifted = |days: i64| today.saturating_add(jiff::Span::new().days(days));
    let (earliest, latest) = (shifted(-FURTHEST_BACK), shifted(FURTHEST_AHEAD));
    if !(earliest..=latest).contains(&day) {
        let words = |day, language| date_words(day, language);
        form.refuse(
            field,
            "out_of_range",
            format!(
                "Tanggalnya {} sampai {}. Untuk hari yang lebih lama, batalkan tagihannya satu per satu.",
                words(earliest, Language::Indonesian),
                words(latest, Language::Indonesian)
            ),
            format!(
                "The day is {} to {}. For earlier days, declare their invoices void one by one.",
                words(earliest, Language::English),
                words(latest, Language::English)
            ),
        );
    }
}

/// Where a line stands that is set aside from a day on. A pause that has not begun is moved by it, one that runs gets
/// another end, and one that is over stays what it was: its days were settled, and the new one may not touch them.
pub(super) fn paused(standing: Standing, from: Date, until: Option<Date>, today: Date) -> Result<Standing> {
    if standing.status == CustomerStatus::Terminated {
        return Err(ended());
    }
    if let Some(begun) = standing.paused_from.filter(|begun| *begun <= today) {
        let over = standing.paused_until.filter(|last| *last < today);
        match over {
            None if from > today => {
                return Err(Error::conflict(
                    "pause_running",
                    "Pelanggan ini sedang cuti. Akhiri dulu cutinya, lalu catat cuti berikutnya.",
                    "This customer is set aside now. End that first, then enter the next one.",
                ));
            }
            Some(last) if from <= last => {
                return Err(Error::conflict(
                    "pause_overlaps",
                    format!(
                        "Cuti sebelumnya {} sampai {} sudah selesai dan dihitung. Mulai cuti baru sesudahnya.",
                        date_words(begun, Language::Indonesian),
                        date_words(last, Language::Indonesian)
                    ),
                    format!(
                        "The pause from {} to {} is over and settled. Begin the new one after it.",
                        date_words(begun, Language::English),
                        date_words(last, Language::English)
                    ),
                ));
            }
            _ => {}
        }
    }
    let status = if (Pause { from, until }).covers(today) {
        CustomerStatus::Suspended
    } else {
        standing.status
    };
    Ok(Standing {
        status,
        paused_from: Some(from),
        paused_until: until,
        ..standing
    })
}

/// The leave that makes place for another and was over by then; it is kept, since its days stay unserved.
pub(super) fn made_place(before: &Standing, after: &Standing, today: Date) -> Option<Pause> {
    before
        .pause()
        .filter(|leave| after.paused_from != Some(leave.from) && leave.until.is_some_and(|last| last < today))
}

/// Where a line stands that is taken up again.
pub(super) fn taken_up(standing: Standing, today: Date) -> Result<Standing> {
    let is_over = standing.paused_until.is_some_and(|last| last < today);
    let has_ended = standing.status == CustomerStatus::Terminated;
    let has_none =
        standing.status != CustomerStatus::Suspended && (standing.paused_from.is_none() || is_over);
    if has_ended || has_none {
        return Err(Error::conflict(
            "not_paused",
            "Pelanggan ini tidak sedang cuti.",
            "This customer is not set aside.",
        ));
    }
    // A pause that has begun keeps its days, since billing leaves them out; it ends yesterday.
    let begun = standing.paused_from.filter(|from| *from < today);
    let yesterday = today.yesterday().unwrap_or(today);
    Ok(Standing {
        status: if standing.status == CustomerStatus::Suspended {
            CustomerStatus::Active
        } else {
            standing.status
        },
        paused_from: begun,
        // One that is over already ended when it ended.
        paused_until: begun.map(|_| {
            standing
                .paused_until
                .map_or(yesterday, |until| until.min(yesterday))
        }),
        ..standing
    })
}

/// Where a line stands whose last day of service is known.
pub(super) fn ending(standing: Standing, on: Date, today: Date) -> Result<Standing> {
    if standing.status == CustomerStatus::Terminated {
        return Err(ended());
    }
    let status = if on < today {
        CustomerStatus::Terminated
    } else {
        standing.status
    };
    Ok(Standing {
        status,
        terminated_on: Some(on),
        ..standing
    })
}

/// Where a line stands whose end is taken back: one that lies ahead, or one that passed so lately that it can have been a slip.
pub(super) fn staying(standing: Standing, today: Date) -> Result<Standing> {
    let Some(last) = standing.terminated_on else {
        return Err(Error::conflict(
            "not_ending",
            "Pelanggan ini tidak berhenti dan tidak akan berhenti.",
            "This line has not ended, and no end is agreed for it.",
        ));
    };
    let earliest = today.saturating_sub(jiff::Span::new().days(FURTHEST_BACK));
    if last < earliest {
        return Err(Error::conflict(
            "line_ended",
            format!(
                "Pelanggan ini sudah berhenti lebih dari {FURTHEST_BACK} hari. Daftarkan sebagai pelanggan baru."
            ),
            format!("This line ended more than {FURTHEST_BACK} days ago. Enter it as a new customer."),
        ));
    }
    let is_paused = standing.pause().is_some_and(|leave| leave.covers(today));
    let status = match standing.status {
        CustomerStatus::Terminated if is_paused => CustomerStatus::Suspended,
        CustomerStatus::Terminated => CustomerStatus::Active,
        status => status,
    };
    Ok(Standing {
        status,
        terminated_on: None,
        ..standing
    })
}

fn still_pays(line: &Customer) -> Error {
    let (no, name) = (&line.details.customer_no, &line.details.name);
    Error::conflict(
        "pays_for_others",
        format!(
            "Pelanggan ini masih membayar jalur {no} ({name}). Ganti dulu pembayar jalur itu, atau hentikan jalurnya."
        ),
        format!(
            "This customer still pays for the line {no} ({name}). Change that line's payer first, or end the line."
        ),
    )
}

fn ended() -> Error {
    Error::conflict(
        "line_ended",
        "Pelanggan ini sudah berhenti.",
        "This line has ended already.",
    )
}

async fn stand(
    call: &Call<'_>,
    id: i64,
    act: &'static str,
    message: Sentence,
    change: impl FnOnce(Standing, Date) -> Result<Standing> + Send,
) -> Result<CustomerView> {
    let mut tx = call.begin().await?;
    let customer = store::customers::lock(&mut tx, id)
        .await?
        .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    let before = customer.standing.clone();
    let after = change(before.clone(), call.today)?;
    if let Some(leave) = made_place(&before, &after, call.today)
        && let Some(until) = leave.until
    {
        store::leaves::keep(&mut tx, id, leave.from, until, call.now).await?;
    }
    store::customers::set_standing(&mut tx, id, &after, call.now).await?;
    let given_back = unserved::square(&mut tx, call, &customer, &before, &after).await?;
    let detail = serde_json::json!({
        "before": { "status": before.status, "paused_from": before.paused_from, "paused_until": before.paused_until,
                    "terminated_on": before.terminated_on },
        "after": { "status": after.status, "paused_from": after.paused_from, "paused_until": after.paused_until,
                   "terminated_on": after.terminated_on },
        "period": Period::of(call.today).to_string(), "given_back": given_back,
    });
    let message = match given_back {
        Rupiah::ZERO => message,
        back if back.is_positive() => Sentence::new(
            format!("{}. {back} menjadi titipan", message.id),
            format!("{}. {back} became credit", message.en),
        ),
        asked => {
            let asked = asked.try_neg()?;
            Sentence::new(
                format!("{}. {asked} ditagih bersama tagihan berikutnya", message.id),
                format!("{}. {asked} is billed with the next invoice", message.en),
            )
        }
    };
    let entry = Entry::done(act, message)
        .about("customer", id, customer.details.name)
        .detail(detail);
    logs::record(&mut tx, call, entry).await?;
    crate::access::enqueue_settle(&mut tx, call, id).await?;
    let has_returned =
        before.status == CustomerStatus::Terminated && after.status != CustomerStatus::Terminated;
    if has_returned && let Some(customer) = store::customers::find(&mut tx, id).await? {
        on_router::added(&mut tx, call, &customer).await?;
    }
    if after.status == CustomerStatus::Terminated
        && let Some(customer) = store::customers::find(&mut tx, id).await?
    {
        on_router::ended(&mut tx, call, &customer).await?;
    }
    let view = one(&mut tx, call, id).await?;
    tx.commit().await?;
    call.office.ring();
    Ok(view)
}
