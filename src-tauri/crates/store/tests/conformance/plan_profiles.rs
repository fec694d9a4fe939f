//! The profiles of a plan: what they were before, who replaces them, and what an undo holds.

use billing::{ConnectionType, Rupiah};
use serde_json::json;
use store::Tx;
use store::plans::{self, Kind, LineState, NewPlan, NewProfile, ProfileOutcome, State, Step};

use crate::engine::{Database, on_both};
use crate::invented::{Ground, TODAY, ground, later, now};

on_both!(
    a_profile_remembers_what_stood_there_through_its_whole_life,
    a_newer_plan_takes_an_open_profile_over,
    a_profile_that_was_taken_back_is_held_until_its_day,
);

async fn plan(tx: &mut Tx) -> i64 {
    let new = NewPlan {
        kind: Kind::Reconcile,
        as_of: TODAY,
        state: State::Waiting,
        closing: 0,
        opening: 0,
        amount: Rupiah::ZERO,
        close_limit: 20,
        reason: None,
        created_by: "console",
    };
    plans::insert(tx, &new, now()).await.unwrap()
}

fn profile(ground: Ground) -> NewProfile {
    NewProfile {
        router_id: ground.router_id,
        connection_type: ConnectionType::Pppoe,
        profile: "pkg-hemat-10".into(),
        package: Some("HEMAT-10".into()),
        wanted: "5M/10M".into(),
        lines: 12,
        before: json!({ "exists": true, "rate": null }),
    }
}

async fn planned(tx: &mut Tx, ground: Ground) -> (i64, i64) {
    let id = plan(tx).await;
    plans::insert_profiles(tx, id, &[profile(ground)], "replaced", later(1))
        .await
        .unwrap();
    (id, plans::profiles(tx, id).await.unwrap()[0].id)
}

async fn set(tx: &mut Tx, id: i64, state: LineState) {
    let outcome = ProfileOutcome {
        state,
        after: None,
        error: None,
    };
    plans::set_profile(tx, id, outcome, later(3)).await.unwrap();
}

async fn a_profile_remembers_what_stood_there_through_its_whole_life(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let (plan_id, id) = planned(&mut tx, ground).await;
    assert!(
        plans::open_profile(&mut tx, id).await.unwrap().is_none(),
        "it waits"
    );
    plans::step(&mut tx, plan_id, Step::Approve("console"), now())
        .await
        .unwrap();
    assert!(plans::open_profile(&mut tx, id).await.unwrap().is_some());
    let after = json!({ "exists": true, "rate": "5M/10M" });
    plans::intend_profile(&mut tx, id, &after).await.unwrap();
    plans::note_profile(&mut tx, id, "away").await.unwrap();
    let waiting = plans::find_profile(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (waiting.state, waiting.error.as_deref(), waiting.finished_at),
        (LineState::Planned, Some("away"), None)
    );
    set(&mut tx, id, LineState::Done).await;
    assert!(plans::open_profile(&mut tx, id).await.unwrap().is_none());
    plans::take_out_profile(&mut tx, id, "stopped", later(4))
        .await
        .unwrap();
    let done = plans::find_profile(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (done.state, done.before, done.after, done.error, done.finished_at),
        (
            LineState::Done,
            profile(ground).before,
            Some(after),
            None,
            Some(later(3))
        )
    );
    assert_eq!(
        plans::tally_profiles(&mut tx, plan_id).await.unwrap(),
        [("done".to_owned(), 1)]
    );
    let nobody = ProfileOutcome {
        state: LineState::Done,
        after: None,
        error: None,
    };
    let refused = plans::set_profile(&mut tx, 999, nobody, now()).await.unwrap_err();
    assert_eq!(refused.code(), "stale");
}

async fn a_newer_plan_takes_an_open_profile_over(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let (first, old) = planned(&mut tx, ground).await;
    assert_eq!(
        plans::plans_of_open_profiles(&mut tx, &[profile(ground)])
            .await
            .unwrap(),
        [first]
    );
    let (_, new) = planned(&mut tx, ground).await;
    let replaced = plans::find_profile(&mut tx, old).await.unwrap().unwrap();
    assert_eq!(
        (replaced.state, replaced.error.as_deref()),
        (LineState::Skipped, Some("replaced"))
    );
    set(&mut tx, old, LineState::Done).await;
    let old = plans::find_profile(&mut tx, old).await.unwrap().unwrap();
    assert_eq!(plans::profile_done_later(&mut tx, &old).await.unwrap(), None);
    set(&mut tx, new, LineState::Done).await;
    let new = plans::find_profile(&mut tx, new).await.unwrap().unwrap();
    assert_eq!(
        plans::profile_done_later(&mut tx, &old).await.unwrap(),
        Some(new.plan_id)
    );
    assert_eq!(plans::profile_done_later(&mut tx, &new).await.unwrap(), None);
}

async fn a_profile_that_was_taken_back_is_held_until_its_day(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let (plan_id, id) = planned(&mut tx, ground).await;
    for step in [
        Step::Approve("console"),
        Step::Apply,
        Step::Undo {
            by: "console",
            held_until: Some(TODAY),
        },
    ] {
        plans::step(&mut tx, plan_id, step, now()).await.unwrap();
    }
    let router = ground.router_id;
    assert!(
        plans::held_profiles(&mut tx, router, TODAY)
            .await
            .unwrap()
            .is_empty()
    );
    set(&mut tx, id, LineState::Undone).await;
    let held = plans::held_profiles(&mut tx, router, TODAY).await.unwrap();
    assert_eq!(
        (held[0].profile.as_str(), held[0].wanted.as_str(), held[0].until),
        ("pkg-hemat-10", "5M/10M", TODAY)
    );
    assert!(held[0].keeps(held[0].connection_type, "pkg-hemat-10", "5M/10M"));
    assert!(!held[0].keeps(held[0].connection_type, "pkg-hemat-10", "6M/12M"));
    let tomorrow = TODAY.tomorrow().unwrap();
    assert!(
        plans::held_profiles(&mut tx, router, tomorrow)
            .await
            .unwrap()
            .is_empty()
    );
}
