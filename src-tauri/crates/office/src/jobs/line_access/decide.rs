//! What is to be done about each line when its turn comes: the verdict of this moment, and what stands in its way.

use std::collections::HashMap;

use billing::access::Reason as Why;
use billing::{Access, Observed};
use store::Tx;
use store::access::LineAccess;
use store::jobs::{Job, State};
use store::plans::{OpenLine, Repair};

use super::{Step, Work};
use crate::access::{self, Day, Judged, LineBook, seen};
use crate::error::{Result, Sentence};
use crate::jobs::one_line;
use crate::jobs::registry::JobKind;
use crate::network::{Failure, Former, Order, Wish};
use crate::office::Call;

pub(in crate::jobs) fn customer_of(job: &Job) -> i64 {
    job.payload
        .get("customer_id")
        .and_then(serde_json::Value::as_i64)
        .unwrap_or_default()
}

/// Takes the verdicts and says what is to be done about each line.
pub(super) async fn plan<'j>(
    tx: &mut Tx,
    call: &Call<'_>,
    router_id: i64,
    jobs: &'j [Job],
) -> Result<Vec<Work<'j>>> {
    let ids: Vec<i64> = jobs.iter().map(customer_of).collect();
    let mut plan_lines = open_lines(tx, &ids).await?;
    // The task that was given another day waits for the first try; one that comes later judges by its own day.
    for job in jobs.iter().filter(|job| job.error_code.is_some()) {
        if let Some(open) = plan_lines.get_mut(&customer_of(job)) {
            open.as_of = call.today;
        }
    }
    let mut judged = judge(tx, call, &ids, &plan_lines).await?;
    let rows = seen::rows(tx, &ids).await?;
    let book = LineBook::of(tx, router_id).await?;
    let misnamed = misnamed(tx, router_id).await?;
    Ok(jobs
        .iter()
        .map(|job| {
            let customer_id = customer_of(job);
            // A plan that waits for a person closes nothing, whatever job comes by; a payment takes its line out all the same.
            let opens = judged
                .get(&customer_id)
                .is_some_and(|judged| judged.desired() == Access::Open);
            let plan_line = plan_lines
                .remove(&customer_id)
                .filter(|open| open.line.router_id == router_id && (open.approved_at.is_some() || opens));
            let reason = judged
                .get(&customer_id)
                .and_then(|judged| judged.verdict.reasons.first());
            let has_ended = matches!(reason, Some(Why::Terminated { .. }));
            let misnamed = misnamed.get(&customer_id).filter(|misnamed| {
                judged
                    .get(&customer_id)
                    .is_some_and(|judged| misnamed.is_so(judged))
            });
            let step = match judged.remove(&customer_id) {
                Some(judged) => step(
                    call,
                    &book,
                    &judged,
                    rows.get(&customer_id),
                    plan_line.as_ref(),
                    (router_id, one_line::was_tried(job)),
                ),
                None => Step::Skip(
                    "no_customer",
                    Sentence::new("Pelanggan tidak ada.", "There is no such customer."),
                ),
            };
            let step = match (step, misnamed) {
                (Step::Send(..), Some(misnamed)) => Step::Fail(not_called_so(&misnamed.why)),
                (step, _) => step,
            };
            Work {
                job,
                customer_id,
                plan_line,
                resumes: seen::is_unfinished(rows.get(&customer_id)),
                has_ended,
                step,
                next: None,
            }
        })
        .collect())
}

/// A PPPoE line whose new name the router refused.
pub(in crate::jobs) struct Misnamed {
    /// The name by which the router still knows it.
    pub known_as: String,
    /// Why it refused the last one.
    why: Sentence,
}

impl Misnamed {
    /// Whether the record has a name that stands for somebody else on the router, or for nobody.
    fn is_so(&self, judged: &Judged) -> bool {
        judged.customer.details.pppoe_username.as_deref() != Some(self.known_as.as_str())
    }
}

/// The lines whose new names were refused by the router since it last took one.
pub(in crate::jobs) async fn misnamed(tx: &mut Tx, router_id: i64) -> Result<HashMap<i64, Misnamed>> {
    let renames = store::jobs::ended(tx, router_id, JobKind::RenameLine.as_str()).await?;
    let mut refused: HashMap<i64, Misnamed> = HashMap::new();
    for job in &renames {
        let known_as = match one_line::former(job) {
            Ok(Former::Pppoe(known_as)) if !known_as.is_empty() => known_as,
            // It is of another kind of line, or of a comment.
            _ => continue,
        };
        let customer_id = customer_of(job);
        if job.state == State::Done {
            refused.remove(&customer_id);
            continue;
        }
        let why = Sentence::from_held(job.error.as_deref().unwrap_or_default());
        // Of several the first was asked about the name that the router has.
        let known_as = refused
            .remove(&customer_id)
            .map_or(known_as, |before| before.known_as);
        refused.insert(customer_id, Misnamed { known_as, why });
    }
    Ok(refused)
}

fn not_called_so(why: &Sentence) -> Failure {
    Failure::Here {
        code: "line_not_renamed",
        sentence: Sentence::new(
            format!(
                "Router belum menerima nama baru jalur ini, jadi tidak ada yang dikirim. Betulkan namanya di data pelanggan. {}",
                why.id
            ),
            format!(
                "The router has not taken the line's new name, so nothing was sent. Correct the name in the customer's record. {}",
                why.en
            ),
        ),
    }
}

fn step(
    call: &Call<'_>,
    book: &LineBook,
    judged: &Judged,
    row: Option<&LineAccess>,
    plan_line: Option<&OpenLine>,
    (router_id, was_tried): (i64, bool),
) -> Step {
    if judged.customer.details.router_id != Some(router_id) {
        return Step::Skip(
            "moved",
            Sentence::new(
                "Pelanggan sudah pindah router.",
                "The customer has moved to another router.",
            ),
        );
    }
    let desired = judged.desired();
    if let Some((code, why)) = refusal(call, judged, plan_line) {
        return Step::Skip(code, why);
    }
    if plan_line.is_some_and(|open| open.line.action != desired) {
        let why = access::decisive(judged);
        // A payment that came while a closing waited; the line must be open then, so the router is asked all the same.
        if desired == Access::Closed
            || row.is_none_or(|row| row.observed == Observed::Open && row.desired == Access::Open)
        {
            return Step::Skip("changed_since", why);
        }
    }
    let wish = match wish(desired, plan_line) {
        Ok(wish) => wish,
        Err(failure) => return Step::Fail(failure),
    };
    let is_cut_off = was_tried && matches!(wish, Wish::Repair { .. });
    let order = Order::new(
        book.line(&judged.customer),
        wish,
        is_cut_off || seen::is_unfinished(row),
    );
    Step::Send(order, desired)
}

/// What is wanted of the router. A line of a plan that knows what stood there is changed only while that still does.
fn wish(desired: Access, plan_line: Option<&OpenLine>) -> Result<Wish, Failure> {
    let planned = plan_line.filter(|open| open.line.action == desired);
    let Some(before) = planned.and_then(|open| open.line.before.clone()) else {
        return Ok(Wish::Access(desired));
    };
    let seen = serde_json::from_value(before).map_err(|error| Failure::Unreadable(error.to_string()))?;
    Ok(Wish::Repair { seen, to: desired })
}

/// Why a line is not closed now although the verdict says so: for a bill it closes only by a plan that was let through,
/// and on a later day than that only when the office closes lines then.
pub(super) fn refusal(
    call: &Call<'_>,
    judged: &Judged,
    plan_line: Option<&OpenLine>,
) -> Option<(&'static str, Sentence)> {
    if !judged.closes_for_a_bill() {
        return None;
    }
    let Some(open) = plan_line else {
        return Some((
            "no_plan",
            Sentence::new(
                "Penutupan karena tagihan hanya berjalan lewat rencana.",
                "Closing for a bill goes only through a plan.",
            ),
        ));
    };
    let day = |at| call.zone.to_datetime(at);
    let delayed = open
        .approved_at
        .is_none_or(|approved| day(approved).date() != day(call.now).date());
    let moment = access::calendar(&call.settings).may_close_at(day(call.now));
    if delayed && !moment.is_allowed() {
        return Some((
            "not_closing_now",
            Sentence::new(
                "Hari atau jam ini bukan waktu penutupan; menunggu rencana berikutnya.",
                "Lines are not closed on this day or at this hour; the next plan decides.",
            ),
        ));
    }
    None
}

/// The newest line for each of these customers in plans that are being carried out.
pub(super) async fn open_lines(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<i64, OpenLine>> {
    let mut lines = HashMap::new();
    for open in store::plans::open_lines(tx, ids).await? {
        // What is missing, and how fast an entry makes a line, are other jobs' work.
        if !matches!(open.line.repair, Repair::Access | Repair::Profile) {
            continue;
        }
        lines.entry(open.line.customer_id).or_insert(open);
    }
    Ok(lines)
}

/// Judges each customer on the day of the plan whose first try this is, else today.
pub(super) async fn judge(
    tx: &mut Tx,
    call: &Call<'_>,
    ids: &[i64],
    plan_lines: &HashMap<i64, OpenLine>,
) -> Result<HashMap<i64, Judged>> {
    let mut by_day: HashMap<jiff::civil::Date, Vec<i64>> = HashMap::new();
    for &id in ids {
        by_day
            .entry(plan_lines.get(&id).map_or(call.today, |open| open.as_of))
            .or_default()
            .push(id);
    }
    let mut judged = HashMap::new();
    for (day, ids) in by_day {
        let some = access::judge_some(tx, &Day::on(call, day), &ids).await?;
        judged.extend(some.into_iter().map(|judged| (judged.customer.id, judged)));
    }
    Ok(judged)
}
