//! Setting a line aside (cuti), taking it up again, and ending it. Nothing is deleted: what is owed stays owed, and days
//! that were billed and are not served become credit.

use billing::{CustomerStatus, Period, Rupiah};
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
        if self.until.is_some_and(|until| until < self.from) {
            form.refuse(
                "until",
                "ends_before_start",
                "Cuti berakhir sebelum mulai.",
                "It ends before it begins.",
            );
        }
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

/// Ends a line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TerminateLine {
    /// Which; set from the path.
    #[serde(skip)]
    pub id: i64,
    /// The last day of service.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Why.
    pub reason: String,
}

impl Request for TerminateLine {
    const ABILITY: Ability = Ability::CustomersWrite;
    type Answer = CustomerView;

    async fn run(self, call: &Call<'_>) -> Result<CustomerView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        form.finish()?;
        let on = self.on;
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

/// Where a line stands that is set aside from a day on.
pub(super) fn paused(standing: Standing, from: Date, until: Option<Date>, today: Date) -> Result<Standing> {
    if standing.status == CustomerStatus::Terminated {
        return Err(ended());
    }
    let status = if from <= today {
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

/// Where a line stands that is taken up again.
pub(super) fn taken_up(standing: Standing, today: Date) -> Result<Standing> {
    if standing.status != CustomerStatus::Suspended && standing.paused_from.is_none() {
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
        paused_until: begun.map(|_| yesterday),
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
