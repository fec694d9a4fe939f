//! Repairing a router on request: of what differs there from the ledger, the chosen lines and profiles become a plan, which is shown
//! first, limited, carried out by the jobs and undone like any other. What no customer has is never touched, and a router
//! that is only observed is refused.

use std::collections::{BTreeSet, HashSet};

use billing::{Access, ConnectionType, PlanLimit, Rupiah};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::Tx;
use store::plans::{Kind, NewProfile};
use store::routers::Router;
use utoipa::ToSchema;

use crate::access::drift::Difference;
use crate::access::facts::Day;
use crate::access::plan::{self, Draft, DraftLine, LimitView, PlanDetail};
use crate::access::rates::{self, WrongRate};
use crate::access::repairs::{self, Proposal};
use crate::access::router_reading::{self, ReadRouter};
use crate::actor::Ability;
use crate::dates::date_words;
use crate::error::{Error, FormCheck, Language, Result, Sentence};
use crate::office::{Call, Request};

/// Repairs what differs on a router, or shows what would be repaired.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReconcileRouter {
    /// The router; set from the path.
    #[serde(skip)]
    pub router_id: i64,
    /// Only the lines of these customers; every line that differs when absent, but for closings that a person struck for
    /// today or tomorrow.
    pub customer_ids: Option<Vec<i64>>,
    /// Only these profiles of those whose limit is wrong. When absent every one of them that no plan
    /// which was taken back holds as it is, and none where customers are chosen but those that their lines need and the
    /// router lacks.
    pub profiles: Option<Vec<ChosenProfile>>,
    /// Only these differences; all when absent.
    pub repairs: Option<Vec<Difference>>,
    /// Only shows the table; nothing is sent.
    pub dry_run: bool,
    /// Lets closings above the limit through.
    pub confirm: bool,
}

/// A profile that is chosen for repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenProfile {
    /// Its name.
    pub profile: String,
    /// Of which lines it is: `pppoe` or `hotspot`.
    pub connection_type: ConnectionType,
}

impl WrongRate {
    fn is(&self, chosen: &ChosenProfile) -> bool {
        chosen.profile == self.profile && chosen.connection_type == self.connection_type
    }
}

/// What is repaired on a router, or would be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reconciled {
    /// The router.
    pub router_id: i64,
    /// When it was read for this, epoch milliseconds.
    pub read_at: i64,
    /// Whether this only shows what would be done.
    pub dry_run: bool,
    /// The chosen lines that differ.
    pub lines: Vec<ReconcileLine>,
    /// The chosen profiles whose limit is brought to the package's, by the same plan, and those that its lines need and the
    /// router lacks.
    pub wrong_rates: Vec<WrongRate>,
    /// How many lines may close without a confirmation.
    pub limit: LimitView,
    /// Why it needs a confirmation; `null` where it goes through without.
    pub needs_confirmation: Option<String>,
    /// The plan that was made; `null` where this only shows.
    pub plan: Option<PlanDetail>,
}

/// A line that is repaired, or would be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReconcileLine {
    /// Whose line.
    pub customer_id: i64,
    /// The customer's number.
    pub customer_no: String,
    /// The customer's name.
    pub name: String,
    /// How it differs.
    pub difference: Difference,
    /// What it becomes.
    pub action: Access,
    /// Why the rules want it so.
    pub reason: String,
    /// What is owed.
    pub amount: Rupiah,
    /// What the router says now, of the line or of how fast it is; `null` where it does not have the line.
    pub before: Option<Value>,
    /// What it will say.
    pub after: Option<Value>,
    /// What it will be told.
    pub will_send: String,
    /// Why nothing will be sent all the same.
    pub blocked: Option<String>,
    /// Whether a person struck the line's closing for today, in what was written down the day before or in a plan of the day;
    /// naming the customer repairs it all the same.
    pub struck: bool,
    /// Whether its closing was struck for tomorrow.
    pub struck_tomorrow: bool,
}

impl Request for ReconcileRouter {
    const ABILITY: Ability = Ability::PlansApply;
    type Answer = Reconciled;

    async fn run(self, call: &Call<'_>) -> Result<Reconciled> {
        let (router, mut wanted) = router_reading::to_be_changed(call, self.router_id, self.dry_run).await?;
        let active = wanted.active;
        let read = router_reading::ask(call, &router, wanted.take(router.id)).await?;
        self.check(&read)?;
        let proposals = self.proposals(call, &router, &read);
        let mut tx = if self.dry_run {
            call.read().await?
        } else {
            call.begin().await?
        };
        let struck = Struck::of(&mut tx, call).await?;
        let table: Vec<ReconcileLine> = proposals
            .iter()
            .map(|proposal| proposal.shown(call, &struck))
            .collect();
        let limit = plan::limit(&mut tx, active).await?;
        let mut wrong_rates = self.wrong_rates(&mut tx, call, &read).await?;
        wrong_rates.extend(self.needed(&read, &proposals));
        // What a plan that was taken back holds is shown, and sent only to somebody who names it.
        let is_free = |rate: &&WrongRate| rate.held_until.is_none() || self.profiles.is_some();
        let sent: Vec<&WrongRate> = wrong_rates.iter().filter(is_free).collect();
        let profiles = rates::planned(&read, router.id, &sent);
        let draft = draft(call, proposals, profiles, limit);
        // Who was struck is shown, and closed only where somebody names the line.
        let is_meant = |line: &&DraftLine| self.customer_ids.is_some() || !struck.has(line);
        let closing: Vec<&DraftLine> = draft.closable().filter(is_meant).collect();
        let held = plan::gate(&mut tx, &draft, &closing)
            .await?
            .held
            .map(|held| held.why);
        let mut reconciled = Reconciled {
            router_id: router.id,
            read_at: call.now.as_millisecond(),
            dry_run: self.dry_run,
            lines: table,
            wrong_rates,
            limit: LimitView::of(draft.limit, draft.closable_count()),
            needs_confirmation: held.as_ref().map(|why| call.told(why)),
            plan: None,
        };
        if self.dry_run {
            return Ok(reconciled);
        }
        let lines: Vec<&DraftLine> = draft.openable().chain(closing).collect();
        if lines.is_empty() && draft.profiles.is_empty() {
            return Err(nothing_to_change(&draft, &reconciled.wrong_rates));
        }
        if let Some(why) = held.filter(|_| !self.confirm) {
            return Err(unconfirmed(&why));
        }
        draft.lock(&mut tx).await?;
        let name = &router.details.name;
        let reason = Sentence::new(
            format!("Perbaikan router {name}"),
            format!("Repair of the router {name}"),
        );
        let id = plan::write_plan(
            &mut tx,
            call,
            &draft,
            Kind::Reconcile,
            &lines,
            Some(&reason.held()),
        )
        .await?;
        plan::let_through(&mut tx, call, id).await?;
        reconciled.plan = Some(plan::detail(&mut tx, call, id).await?);
        tx.commit().await?;
        call.office.ring();
        Ok(reconciled)
    }
}

impl ReconcileRouter {
    /// Refuses what cannot be meant: customers of another router, and the repair of what does not differ.
    fn check(&self, read: &ReadRouter) -> Result<()> {
        let mut form = FormCheck::new();
        if self
            .repairs
            .iter()
            .flatten()
            .any(|kind| *kind == Difference::None)
        {
            form.refuse(
                "repairs",
                "nothing_to_repair",
                "\"none\" bukan perbedaan yang dapat diperbaiki.",
                "\"none\" is no difference that can be repaired.",
            );
        }
        let here: BTreeSet<i64> = read.lines.iter().map(|(judged, _)| judged.customer.id).collect();
        if let Some(stray) = self.customer_ids.iter().flatten().find(|id| !here.contains(id)) {
            form.refuse(
                "customer_ids",
                "not_on_router",
                format!("Pelanggan {stray} bukan jalur router ini."),
                format!("The customer {stray} is not a line of this router."),
            );
        }
        form.finish()
    }

    /// Rates are the profile's and concern every line of it, so a choice of customers alone leaves them out.
    async fn wrong_rates(&self, tx: &mut Tx, call: &Call<'_>, read: &ReadRouter) -> Result<Vec<WrongRate>> {
        let is_meant = self
            .repairs
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&Difference::WrongRate));
        let is_chosen = |rate: &WrongRate| match &self.profiles {
            Some(chosen) => chosen.iter().any(|chosen| rate.is(chosen)),
            None => self.customer_ids.is_none(),
        };
        let mut wrong = rates::wrong(read);
        rates::mark_held(tx, self.router_id, call.today, &mut wrong).await?;
        wrong.retain(|rate| is_meant && is_chosen(rate));
        Ok(wrong)
    }

    /// The profiles that lines of the repair are to get and the router lacks. Where profiles are named it is for whoever named
    /// them to take these in.
    fn needed(&self, read: &ReadRouter, proposals: &[Proposal]) -> Vec<WrongRate> {
        let profiles = proposals
            .iter()
            .filter(|proposal| proposal.line.blocked.is_none())
            .filter_map(|proposal| proposal.user_profile.as_deref())
            .collect();
        let mut needed = rates::needed(read, &profiles);
        needed.retain(|rate| {
            self.profiles
                .as_ref()
                .is_none_or(|chosen| chosen.iter().any(|chosen| rate.is(chosen)))
        });
        needed
    }

    fn proposals(&self, call: &Call<'_>, router: &Router, read: &ReadRouter) -> Vec<Proposal> {
        let closings_wait = plan::closings_wait(call);
        let customers: Option<BTreeSet<i64>> = self
            .customer_ids
            .as_ref()
            .map(|ids| ids.iter().copied().collect());
        let mut proposals: Vec<Proposal> = read
            .lines
            .iter()
            .filter(|(judged, _)| {
                customers
                    .as_ref()
                    .is_none_or(|ids| ids.contains(&judged.customer.id))
            })
            .filter_map(|(judged, line)| repairs::propose(judged, line, router, read, closings_wait.as_ref()))
            .filter(|proposal| {
                self.repairs
                    .as_ref()
                    .is_none_or(|kinds| kinds.contains(&proposal.difference))
            })
            .collect();
        proposals.sort_by(|a, b| a.line.customer_no.cmp(&b.line.customer_no));
        proposals
    }
}

/// The proposals as a draft: what closes apart from everything else, since only closings are limited.
fn draft(call: &Call<'_>, proposals: Vec<Proposal>, profiles: Vec<NewProfile>, limit: PlanLimit) -> Draft {
    let (closing, opening) = proposals
        .into_iter()
        .map(|proposal| proposal.line)
        .partition(DraftLine::is_closing);
    Draft {
        day: Day::of(call),
        closing,
        opening,
        profiles,
        limit,
    }
}

/// Whose closings a person struck.
struct Struck {
    today: HashSet<i64>,
    tomorrow: HashSet<i64>,
}

impl Struck {
    async fn of(tx: &mut Tx, call: &Call<'_>) -> Result<Struck> {
        let tomorrow = call.today.tomorrow().map_err(Error::fault)?;
        Ok(Struck {
            today: plan::struck_for_the_day(tx, call.today).await?,
            tomorrow: plan::struck_for_the_day(tx, tomorrow).await?,
        })
    }

    fn has(&self, line: &DraftLine) -> bool {
        let id = &line.customer_id;
        self.today.contains(id) || self.tomorrow.contains(id)
    }
}

impl Proposal {
    fn shown(&self, call: &Call<'_>, struck: &Struck) -> ReconcileLine {
        let line = &self.line;
        let is_struck = |by: &HashSet<i64>| line.is_closing() && by.contains(&line.customer_id);
        ReconcileLine {
            customer_id: line.customer_id,
            customer_no: line.customer_no.clone(),
            name: line.name.clone(),
            difference: self.difference,
            action: line.action,
            reason: call.told(&line.reason),
            amount: line.amount,
            before: line.seen.clone(),
            after: self.after.clone(),
            will_send: line.will_send.clone(),
            blocked: line.blocked.as_ref().map(|blocked| call.told(&blocked.sentence)),
            struck: is_struck(&struck.today),
            struck_tomorrow: is_struck(&struck.tomorrow),
        }
    }
}

fn nothing_to_change(draft: &Draft, rates: &[WrongRate]) -> Error {
    let held = |rate: &WrongRate| rate.held_until.map(|until| (rate.profile.clone(), until));
    if let Some((profile, until)) = rates.iter().find_map(held) {
        return Error::conflict(
            "profile_held",
            format!(
                "Profil {profile} dibiarkan sampai {} karena rencananya dikembalikan. Pilih profil itu bila tetap hendak diubah.",
                date_words(until, Language::Indonesian)
            ),
            format!(
                "The profile {profile} is left as it is until {} because its plan was taken back. Choose that profile to change it \
                 all the same.",
                date_words(until, Language::English)
            ),
        );
    }
    if draft.closable_count() > 0 {
        return Error::conflict(
            "lines_struck",
            "Yang tersisa sudah dicoret dari penutupan hari ini atau besok. Pilih jalurnya bila tetap hendak ditutup.",
            "What is left was struck from the closings of today or tomorrow. Choose the lines to close them all the same.",
        );
    }
    let blocked = draft.closing.iter().chain(&draft.opening);
    match blocked.filter_map(|line| line.blocked.as_ref()).next() {
        Some(blocked) => Error::conflict(
            "nothing_to_change",
            format!(
                "Tidak ada yang dapat diperbaiki sekarang. {}",
                blocked.sentence.id
            ),
            format!("Nothing can be repaired now. {}", blocked.sentence.en),
        ),
        None => Error::conflict(
            "nothing_to_change",
            "Router ini sudah sesuai; tidak ada yang perlu diperbaiki.",
            "This router is as it should be; nothing needs to be repaired.",
        ),
    }
}

fn unconfirmed(why: &Sentence) -> Error {
    Error::conflict(
        "plan_above_limit",
        format!("{} Periksa daftarnya, lalu ulangi dengan konfirmasi.", why.id),
        format!("{} Look through it, then repeat it with a confirmation.", why.en),
    )
}
