//! Lines that the books call closed and that no router was ever seen to say anything about: a list that was taken in says
//! so of them, and it may be wrong. Their routers are read before a plan is drafted, so that a line which is served all
//! the same is closed by the plan. Nothing is sent for it; a router that is away leaves its lines unknown, which is said.

use std::collections::HashMap;

use store::routers::Router;

use crate::access::facts::{self, Day, Judged};
use crate::access::lines::LineBook;
use crate::access::router_reading;
use crate::error::{Result, Sentence};
use crate::network::Line;
use crate::office::Call;
use crate::schedule::TaskSummary;

/// Reads every router in use that has such lines, all at once, and notes what it says about them. One that is known to be
/// away is not asked.
pub(super) async fn look(call: &Call<'_>, summary: &mut TaskSummary) -> Result<()> {
    let mut tx = call.read().await?;
    let unseen = store::access::closed_unseen(&mut tx).await?;
    if unseen.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = unseen.into_iter().map(|(customer_id, _)| customer_id).collect();
    let mut judged: HashMap<i64, Vec<Judged>> = HashMap::new();
    for line in facts::judge_some(&mut tx, &Day::of(call), &ids).await? {
        if let Some(router_id) = line.customer.details.router_id {
            judged.entry(router_id).or_default().push(line);
        }
    }
    let mut asked = Vec::new();
    for router in store::routers::all(&mut tx).await? {
        let Some(judged) = judged.remove(&router.id).filter(|_| router.details.is_active) else {
            continue;
        };
        if router.unreachable_since.is_some() {
            let why = Sentence::from_held(router.last_error.as_deref().unwrap_or_default());
            note_unknown(summary, &router, judged.len(), &why);
            continue;
        }
        let book = LineBook::of(&mut tx, router.id).await?;
        let lines: Vec<(Judged, Line)> = judged
            .into_iter()
            .map(|judged| {
                let line = book.line(&judged.customer);
                (judged, line)
            })
            .collect();
        asked.push((router, lines));
    }
    drop(tx);
    let looks = asked.into_iter().map(|(router, lines)| async move {
        let count = lines.len();
        let read = router_reading::ask(call, &router, lines).await;
        (router, count, read.err())
    });
    // Collected first: each future owns its lines.
    let looks: Vec<_> = looks.collect();
    for (router, count, error) in futures::future::join_all(looks).await {
        if let Some(error) = error {
            note_unknown(summary, &router, count, &error.detail);
        }
    }
    Ok(())
}

/// Says how many lines of a router nobody knows anything about, and why it was not read.
fn note_unknown(summary: &mut TaskSummary, router: &Router, count: usize, why: &Sentence) {
    let name = &router.details.name;
    summary.note(
        "lines_unknown",
        Sentence::new(
            format!(
                "{name}: {count} jalur tercatat tertutup, tetapi belum pernah terlihat di router dan mungkin masih menyala."
            ),
            format!("{name}: {count} lines are recorded as closed, but were never seen on the router and may still be on."),
        )
        .then(why),
    );
}
