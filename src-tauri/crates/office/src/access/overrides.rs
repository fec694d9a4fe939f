//! A person's word above the ledger: a promise to pay, an office's grace, a closing by hand. It outranks everything but
//! the end of the contract, is always logged with its reason, and ends by itself on its last day.

use billing::OverrideVerdict;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::overrides::Override;
use utoipa::ToSchema;

use crate::access::settling::enqueue_settle;
use crate::actor::{Ability, in_words};
use crate::error::{Error, FormCheck, Language, Result, Sentence};
use crate::logs::{self, Entry};
use crate::office::{Call, Request};

/// An override as it is read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OverrideView {
    /// What was decided.
    pub verdict: OverrideVerdict,
    /// Why, in the words of whoever decided it; of what the program wrote, in the language of whoever asks.
    pub reason: String,
    /// The last day on which it holds; `null` until somebody ends it.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Who decided it.
    pub created_by: String,
    /// When, epoch milliseconds.
    pub created_at: i64,
}

impl OverrideView {
    pub(crate) fn of(call: &Call<'_>, row: Override) -> OverrideView {
        OverrideView {
            verdict: row.verdict,
            reason: call.told_held(&row.reason),
            until: row.until,
            created_by: row.created_by,
            created_at: row.created_at.as_millisecond(),
        }
    }
}

/// Sets an override; one that is in force is ended by it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetOverride {
    /// Whose; set from the path.
    #[serde(skip)]
    pub customer_id: i64,
    /// `open` or `closed`.
    pub verdict: OverrideVerdict,
    /// Why, for everybody who asks later.
    pub reason: String,
    /// The last day on which it holds; `null` until somebody ends it.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(default)]
    pub until: Option<Date>,
}

impl Request for SetOverride {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = OverrideView;

    async fn run(self, call: &Call<'_>) -> Result<OverrideView> {
        let mut form = FormCheck::new();
        let reason = form.text("reason", &self.reason, 200);
        check_until(&mut form, call, self.until);
        form.finish()?;
        let mut tx = call.begin().await?;
        let reason = Sentence::typed(&reason);
        let row = set(&mut tx, call, self.customer_id, self.verdict, &reason, self.until).await?;
        enqueue_settle(&mut tx, call, self.customer_id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(OverrideView::of(call, row))
    }
}

/// Refuses a last day that has passed.
pub(super) fn check_until(form: &mut FormCheck, call: &Call<'_>, until: Option<Date>) {
    if until.is_some_and(|until| until < call.today) {
        form.refuse(
            "until",
            "in_the_past",
            "Tanggal berakhirnya sudah lewat; pilih hari ini atau sesudahnya.",
            "Its last day has passed; choose today or later.",
        );
    }
}

/// Writes an override and its log entry.
pub(super) async fn set(
    tx: &mut Tx,
    call: &Call<'_>,
    customer_id: i64,
    verdict: OverrideVerdict,
    reason: &Sentence,
    until: Option<Date>,
) -> Result<Override> {
    let customer = store::customers::lock(tx, customer_id)
        .await?
        .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
    let who = call.actor.label();
    let before = store::overrides::in_force(tx, customer_id, call.today).await?;
    let new = store::overrides::NewOverride {
        customer_id,
        verdict,
        reason: &reason.kept(),
        until,
        created_by: who,
    };
    store::overrides::set(tx, &new, call.now).await?;
    let row = store::overrides::in_force(tx, customer_id, call.today)
        .await?
        .ok_or_else(Error::stale)?;
    let detail = serde_json::json!({ "verdict": verdict, "until": until, "replaced": before.map(|it| Sentence::from_held(&it.reason).id) });
    let said = said(verdict, who, reason);
    let entry = Entry::done("override_set", said)
        .about("customer", customer_id, customer.details.name)
        .detail(detail);
    logs::record(tx, call, entry).await?;
    Ok(row)
}

/// What the log says of a person's word: `Ditutup oleh Siti: …`.
pub(crate) fn said(verdict: OverrideVerdict, who: &str, reason: &Sentence) -> Sentence {
    let (id, en) = match verdict {
        OverrideVerdict::Open => ("Dibuka", "Opened"),
        OverrideVerdict::Closed => ("Ditutup", "Closed"),
    };
    Sentence::new(
        format!("{id} oleh {}: {}", in_words(who, Language::Indonesian), reason.id),
        format!("{en} by {}: {}", in_words(who, Language::English), reason.en),
    )
}

/// Ends the override that is in force; the ledger decides again.
#[derive(Clone, Copy, Debug)]
pub struct EndOverride {
    /// Whose.
    pub customer_id: i64,
}

impl Request for EndOverride {
    const ABILITY: Ability = Ability::AccessControl;
    type Answer = ();

    async fn run(self, call: &Call<'_>) -> Result<()> {
        let mut tx = call.begin().await?;
        let customer = store::customers::lock(&mut tx, self.customer_id)
            .await?
            .ok_or_else(|| Error::missing("Pelanggan", "customer"))?;
        if !store::overrides::end(&mut tx, self.customer_id, call.actor.label(), call.now).await? {
            return Err(Error::missing("Pengecualian yang berlaku", "override in force"));
        }
        let entry = Entry::done(
            "override_ended",
            (
                "Pengecualian diakhiri; aturan tagihan berlaku lagi",
                "The exception was ended; the billing rules decide again",
            ),
        )
        .about("customer", self.customer_id, customer.details.name);
        logs::record(&mut tx, call, entry).await?;
        enqueue_settle(&mut tx, call, self.customer_id).await?;
        tx.commit().await?;
        call.office.ring();
        Ok(())
    }
}
