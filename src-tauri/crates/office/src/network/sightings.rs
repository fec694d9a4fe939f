//! What is written down about a router's being there: since when it answers, or since when it does not, and why.

use std::time::Duration;

use routeros_api::Fingerprint;
use store::routers::Router;

use crate::actor::Actor;
use crate::logs::{self, Entry};
use crate::network::failure::Failure;
use crate::network::reach::Facts;
use crate::office::Office;

/// How often a router that answers is noted as seen.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// Notes that a router answered, and lets the work go on that waited for it.
pub(super) async fn note_seen(
    office: &Office,
    router: &Router,
    facts: Option<&Facts>,
    shown: Option<Fingerprint>,
) -> Result<(), Failure> {
    let now = office.now();
    let first_pin = shown.filter(|_| router.details.certificate_sha256.is_none());
    let is_new = router.unreachable_since.is_some() || router.last_error.is_some() || first_pin.is_some();
    let is_due = router
        .last_seen_at
        .is_none_or(|seen| now.duration_since(seen).unsigned_abs() >= NOTE_EVERY);
    let Some(facts) = facts else {
        // It answered somebody a moment ago and was not asked again.
        if is_due {
            let mut tx = office.store().begin().await?;
            store::routers::still_there(&mut tx, router.id, now).await?;
            tx.commit().await?;
        }
        return Ok(());
    };
    if !is_new && !is_due && router.identity.as_deref() == Some(facts.identity.as_str()) {
        return Ok(());
    }
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = office.store().begin().await?;
    let is_back = store::routers::seen(&mut tx, router.id, &facts.identity, &facts.version, now).await?;
    if let Some(fingerprint) = first_pin {
        store::routers::pin(&mut tx, router.id, &fingerprint.to_string()).await?;
    }
    // Also without a note that it was away: the desk that parked the work may have died before it could say so.
    let waiting = store::jobs::unpark(&mut tx, router.id, now).await?;
    if is_back {
        let entry = Entry::done(
            "router_reachable",
            (
                format!("Router {} menjawab lagi", router.details.name),
                format!("Router {} answers again", router.details.name),
            ),
        )
        .about("router", router.id, &router.details.name)
        .detail(serde_json::json!({ "jobs_waiting": waiting }));
        logs::record(&mut tx, &call, entry).await?;
    }
    tx.commit().await?;
    if waiting > 0 {
        office.ring();
    }
    Ok(())
}

/// Notes that a router does not answer, with the reason; logged when it is news.
pub(super) async fn note_unreachable(
    office: &Office,
    router: &Router,
    failure: &Failure,
) -> Result<(), Failure> {
    let actor = Actor::schedule();
    let call = office.call(&actor).await;
    let mut tx = office.store().begin().await?;
    let sentence = failure.sentence();
    let held = sentence.held_with(failure.code());
    if store::routers::unreachable(&mut tx, router.id, &held, office.now()).await? {
        let entry = Entry::failed(
            "system_error",
            (
                format!("Router {}: {}", router.details.name, sentence.id),
                format!("Router {}: {}", router.details.name, sentence.en),
            ),
        )
        .about("router", router.id, &router.details.name)
        .detail(serde_json::json!({ "code": failure.code(), "cause": failure.to_string() }));
        logs::record(&mut tx, &call, entry).await?;
    }
    Ok(tx.commit().await?)
}
