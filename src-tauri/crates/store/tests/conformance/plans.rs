//! Plans of mass changes, and imports that are undone.

use billing::{Access, Rupiah};
use serde_json::json;
use store::import_batches::{self, ImportRow};
use store::plans::{self, Kind, LineOutcome, LineState, NewLine, NewPlan, Repair, State, Step};
use store::{Tx, customers};

use crate::engine::{Database, on_both};
use crate::invented::{Ground, TODAY, customer, ground, issue, later, now};

on_both!(
    a_plan_that_is_carried_out_twice,
    a_line_that_is_struck_stays_out,
    a_preview_is_found_by_its_day_and_gives_lines_back,
    what_was_approved_ahead_stays_with_its_preview_until_it_is_withdrawn,
    a_plan_that_is_stopped_keeps_what_was_done,
    an_undo_that_has_forgotten_what_stood_there,
    lines_that_end_together_end_each_in_its_own_way,
    a_repair_that_forgets_what_it_was_planned_on,
    what_is_usual_is_what_was_carried_out,
    a_line_that_a_later_plan_did_again,
    an_import_that_is_undone_takes_no_history_with_it,
);

async fn plan(tx: &mut Tx, kind: Kind, closing: i64) -> i64 {
    let new = NewPlan {
        kind,
        as_of: TODAY,
        state: State::Waiting,
        closing,
        opening: 0,
        amount: Rupiah(closing * 150_000),
        close_limit: 20,
        reason: Some("above the limit"),
        created_by: "schedule",
    };
    plans::insert(tx, &new, now()).await.unwrap()
}

fn closing(ground: Ground, customer_id: i64) -> NewLine {
    NewLine {
        customer_id,
        router_id: ground.router_id,
        action: Access::Closed,
        repair: Repair::Access,
        before: None,
        reason: "INV-202512-00001, 41 days overdue".into(),
        amount: Rupiah(150_000),
    }
}

async fn a_plan_that_is_carried_out_twice(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let id = plan(&mut tx, Kind::Overdue, 1).await;
    assert_eq!(
        plans::step(&mut tx, id, Step::Apply, now())
            .await
            .unwrap_err()
            .code(),
        "stale",
        "not approved yet"
    );
    plans::step(&mut tx, id, Step::Approve("owner"), later(1))
        .await
        .unwrap();
    assert_eq!(
        plans::step(&mut tx, id, Step::Approve("admin"), later(2))
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
    plans::step(&mut tx, id, Step::Apply, later(3)).await.unwrap();
    assert_eq!(
        plans::step(&mut tx, id, Step::Apply, later(3))
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
    assert_eq!(
        plans::step(&mut tx, id, Step::Dismiss, later(3))
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
    assert_eq!(
        plans::in_state(&mut tx, State::Applying).await.unwrap()[0].id,
        id,
        "found again after a restart"
    );
    plans::step(&mut tx, id, Step::Finish, later(4)).await.unwrap();
    plans::step(
        &mut tx,
        id,
        Step::Undo {
            by: "owner",
            held_until: Some(jiff::civil::date(2026, 3, 5)),
        },
        later(5),
    )
    .await
    .unwrap();
    plans::step(&mut tx, id, Step::Undone, later(6)).await.unwrap();
    let it = plans::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (it.state, it.approved_by.as_deref(), it.finished_at),
        (State::Undone, Some("owner"), Some(later(4)))
    );
    assert_eq!(
        plans::newest(&mut tx, Kind::Overdue, State::Waiting)
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        plans::list(&mut tx, Some(State::Undone), None, 10)
            .await
            .unwrap()
            .total,
        1
    );
}

async fn a_line_that_is_struck_stays_out(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let ani = customer(&mut tx, ground, 2, "Ani").await;
    let id = plan(&mut tx, Kind::Overdue, 2).await;
    plans::insert_lines(&mut tx, id, &[closing(ground, budi), closing(ground, ani)])
        .await
        .unwrap();
    assert_eq!(plans::strike(&mut tx, id, &[ani, 999], now()).await.unwrap(), 1);
    assert_eq!(
        plans::strike(&mut tx, id, &[ani], now()).await.unwrap(),
        0,
        "once"
    );
    assert_eq!(
        plans::tally(&mut tx, id).await.unwrap(),
        [("planned".to_owned(), 1), ("struck".to_owned(), 1)]
    );
    tx.commit().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    let twice = plans::insert_lines(&mut tx, id, &[closing(ground, budi)])
        .await
        .unwrap_err();
    assert_eq!(twice.code(), "plan_line_exists");
}

async fn a_preview_is_found_by_its_day_and_gives_lines_back(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    plan(&mut tx, Kind::Overdue, 1).await;
    assert_eq!(plans::preview_of(&mut tx, TODAY).await.unwrap(), None);
    plan(&mut tx, Kind::Preview, 1).await;
    let id = plan(&mut tx, Kind::Preview, 1).await;
    let found = plans::preview_of(&mut tx, TODAY).await.unwrap().unwrap();
    assert_eq!(found.id, id, "the newest");
    plans::insert_lines(&mut tx, id, &[closing(ground, budi)])
        .await
        .unwrap();
    plans::strike(&mut tx, id, &[budi], now()).await.unwrap();
    assert_eq!(plans::unstrike(&mut tx, id, &[budi, 999]).await.unwrap(), 1);
    let line = plans::lines(&mut tx, id).await.unwrap().pop().unwrap();
    assert_eq!((line.state, line.finished_at), (LineState::Planned, None));
}

async fn a_plan_that_is_stopped_keeps_what_was_done(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let ani = customer(&mut tx, ground, 2, "Ani").await;
    let id = plan(&mut tx, Kind::Overdue, 2).await;
    let early = plans::step(&mut tx, id, Step::Cancel("owner"), now()).await;
    assert_eq!(early.unwrap_err().code(), "stale", "it is not being carried out");
    plans::insert_lines(&mut tx, id, &[closing(ground, budi), closing(ground, ani)])
        .await
        .unwrap();
    plans::step(&mut tx, id, Step::Approve("owner"), now())
        .await
        .unwrap();
    plans::step(&mut tx, id, Step::Apply, now()).await.unwrap();
    let lines = plans::lines(&mut tx, id).await.unwrap();
    let done = LineOutcome {
        state: LineState::Done,
        before: None,
        after: None,
        error: None,
    };
    plans::set_line(&mut tx, lines[0].id, done, now()).await.unwrap();
    plans::step(&mut tx, id, Step::Cancel("owner"), later(1))
        .await
        .unwrap();
    let ids: Vec<i64> = lines.iter().map(|line| line.id).collect();
    plans::take_out(&mut tx, &ids, "stopped", later(1)).await.unwrap();
    let lines = plans::lines(&mut tx, id).await.unwrap();
    assert_eq!(
        (lines[0].state, lines[1].state, lines[1].error.as_deref()),
        (LineState::Done, LineState::Struck, Some("stopped"))
    );
    assert_eq!(
        plans::unstrike(&mut tx, id, &[ani]).await.unwrap(),
        0,
        "nobody struck it"
    );
    plans::step(&mut tx, id, Step::Finish, later(2)).await.unwrap();
    let it = plans::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (it.state, it.cancelled_by.as_deref(), it.cancelled_at),
        (State::Applied, Some("owner"), Some(later(1)))
    );
    assert!(plans::usual_closings(&mut tx, 3).await.unwrap().is_empty());
}

async fn an_undo_that_has_forgotten_what_stood_there(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let id = plan(&mut tx, Kind::Manual, 1).await;
    plans::insert_lines(&mut tx, id, &[closing(ground, budi)])
        .await
        .unwrap();
    let line = plans::lines(&mut tx, id).await.unwrap()[0].id;
    let (before, after) = (json!({"profile": "pkg-home-10"}), json!({"profile": "isolated"}));
    let done = LineOutcome {
        state: LineState::Done,
        before: Some(&before),
        after: Some(&after),
        error: None,
    };
    plans::set_line(&mut tx, line, done, later(1)).await.unwrap();
    let kept = LineOutcome {
        state: LineState::Kept,
        before: None,
        after: None,
        error: Some("changed since"),
    };
    plans::set_line(&mut tx, line, kept, later(2)).await.unwrap();
    let line = &plans::lines_of_customer(&mut tx, budi, 5).await.unwrap()[0];
    assert_eq!(
        (line.before.as_ref(), line.after.as_ref()),
        (Some(&before), Some(&after))
    );
    assert_eq!(
        (line.state, line.error.as_deref()),
        (LineState::Kept, Some("changed since"))
    );
}

/// A plan for these customers that was carried out: each of its closings ended as it says.
async fn applied(tx: &mut Tx, ground: Ground, lines: &[(i64, LineState)]) -> i64 {
    let id = plan(tx, Kind::Overdue, i64::try_from(lines.len()).unwrap()).await;
    let new: Vec<NewLine> = lines
        .iter()
        .map(|&(customer, _)| closing(ground, customer))
        .collect();
    plans::insert_lines(tx, id, &new).await.unwrap();
    for (line, &(_, state)) in plans::lines(tx, id).await.unwrap().iter().zip(lines) {
        let outcome = LineOutcome {
            state,
            before: None,
            after: None,
            error: None,
        };
        plans::set_line(tx, line.id, outcome, now()).await.unwrap();
    }
    for step in [Step::Approve("owner"), Step::Apply, Step::Finish] {
        plans::step(tx, id, step, now()).await.unwrap();
    }
    id
}

async fn three(tx: &mut Tx, ground: Ground) -> [i64; 3] {
    [
        customer(tx, ground, 1, "Budi").await,
        customer(tx, ground, 2, "Ani").await,
        customer(tx, ground, 3, "Siti").await,
    ]
}

async fn a_repair_that_forgets_what_it_was_planned_on(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let budi = customer(&mut tx, ground, 1, "Budi").await;
    let ani = customer(&mut tx, ground, 2, "Ani").await;
    let id = plan(&mut tx, Kind::Reconcile, 0).await;
    let vip = json!({ "way": "pppoe", "profile": "vip", "disabled": false });
    let profile = NewLine {
        action: Access::Open,
        repair: Repair::Profile,
        before: Some(vip.clone()),
        ..closing(ground, budi)
    };
    let secret = NewLine {
        action: Access::Open,
        repair: Repair::Secret,
        ..closing(ground, ani)
    };
    plans::insert_lines(&mut tx, id, &[profile, secret])
        .await
        .unwrap();
    let lines = plans::lines(&mut tx, id).await.unwrap();
    assert_eq!(
        (lines[0].repair, lines[0].before.as_ref()),
        (Repair::Profile, Some(&vip))
    );
    assert_eq!(
        (lines[1].repair, lines[1].before.as_ref()),
        (Repair::Secret, None)
    );
    let package = json!({ "way": "pppoe", "profile": "pkg-p10", "disabled": false });
    let outcome = LineOutcome {
        state: LineState::Done,
        before: None,
        after: Some(&package),
        error: None,
    };
    plans::set_line(&mut tx, lines[0].id, outcome, later(1))
        .await
        .unwrap();
    let done = &plans::lines(&mut tx, id).await.unwrap()[0];
    assert_eq!(
        (done.before.as_ref(), done.after.as_ref()),
        (Some(&vip), Some(&package))
    );
}

async fn what_is_usual_is_what_was_carried_out(database: Database) {
    use LineState as L;
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let [budi, ani, siti] = three(&mut tx, ground).await;
    applied(&mut tx, ground, &[(budi, L::Done)]).await;
    applied(
        &mut tx,
        ground,
        &[(budi, L::Done), (ani, L::Done), (siti, L::Done)],
    )
    .await;
    applied(
        &mut tx,
        ground,
        &[(budi, L::Done), (ani, L::Failed), (siti, L::Done)],
    )
    .await;
    applied(
        &mut tx,
        ground,
        &[(budi, L::Failed), (ani, L::Failed), (siti, L::Skipped)],
    )
    .await;
    let undone = applied(&mut tx, ground, &[(budi, L::Undone), (ani, L::Done)]).await;
    plans::step(
        &mut tx,
        undone,
        Step::Undo {
            by: "owner",
            held_until: None,
        },
        now(),
    )
    .await
    .unwrap();
    plans::step(&mut tx, undone, Step::Undone, now()).await.unwrap();
    plan(&mut tx, Kind::Overdue, 500).await;
    assert_eq!(
        plans::usual_closings(&mut tx, 5).await.unwrap(),
        [2, 3, 1],
        "what was closed and stays so: no failed, undone or waiting plan"
    );
    assert_eq!(plans::usual_closings(&mut tx, 2).await.unwrap(), [2, 3]);
}

async fn a_line_that_a_later_plan_did_again(database: Database) {
    use LineState as L;
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let [budi, ani, siti] = three(&mut tx, ground).await;
    let first = applied(
        &mut tx,
        ground,
        &[(budi, L::Done), (ani, L::Done), (siti, L::Done)],
    )
    .await;
    let second = applied(&mut tx, ground, &[(budi, L::Done), (ani, L::Failed)]).await;
    let ids = async |tx: &mut Tx, plan| -> Vec<i64> {
        let lines = plans::lines(tx, plan).await.unwrap();
        lines.iter().map(|line| line.id).collect()
    };
    let of_first = ids(&mut tx, first).await;
    let of_second = ids(&mut tx, second).await;
    assert_eq!(
        plans::done_later(&mut tx, &of_first).await.unwrap(),
        [(of_first[0], second)],
        "a try that failed settled nothing"
    );
    assert_eq!(plans::done_later(&mut tx, &of_second).await.unwrap(), []);
}

async fn an_import_that_is_undone_takes_no_history_with_it(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let untouched = customer(&mut tx, ground, 1, "Budi").await;
    let billed = customer(&mut tx, ground, 2, "Ani").await;
    let rows = [
        ImportRow {
            line_no: 2,
            customer_id: untouched,
        },
        ImportRow {
            line_no: 3,
            customer_id: billed,
        },
    ];
    let id = import_batches::insert(&mut tx, "pelanggan.csv", &rows, 1, "owner", now())
        .await
        .unwrap();
    issue(&mut tx, billed, 150_000).await;
    assert_eq!(import_batches::rows(&mut tx, id).await.unwrap(), rows);
    assert!(import_batches::remove_customer(&mut tx, untouched).await.unwrap());
    assert!(
        !import_batches::remove_customer(&mut tx, billed).await.unwrap(),
        "something happened to it"
    );
    assert_eq!(customers::find(&mut tx, untouched).await.unwrap(), None);
    assert!(customers::find(&mut tx, billed).await.unwrap().is_some());
    assert!(
        import_batches::undone(&mut tx, id, "owner", later(1))
            .await
            .unwrap()
    );
    assert!(
        !import_batches::undone(&mut tx, id, "owner", later(1))
            .await
            .unwrap()
    );
    let it = import_batches::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((it.imported, it.refused, it.undone_at), (2, 1, Some(later(1))));
    let page = import_batches::list(&mut tx, None, None, 50).await.unwrap();
    assert_eq!((page.items.as_slice(), page.total), ([it].as_slice(), 1));
    let other = import_batches::list(&mut tx, Some("tidak ada"), None, 50)
        .await
        .unwrap();
    assert_eq!((other.items.len(), other.total), (0, 0));
    tx.commit().await.unwrap();
}

async fn lines_that_end_together_end_each_in_its_own_way(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let mut wanted = Vec::new();
    for number in 1..=3 {
        wanted.push(closing(ground, customer(&mut tx, ground, number, "Budi").await));
    }
    let id = plan(&mut tx, Kind::Overdue, 3).await;
    plans::insert_lines(&mut tx, id, &wanted).await.unwrap();
    let ids: Vec<i64> = plans::lines(&mut tx, id)
        .await
        .unwrap()
        .iter()
        .map(|line| line.id)
        .collect();
    let (before, after) = (json!({"profile": "pkg-home-10"}), json!({"profile": "isolated"}));
    let done = LineOutcome {
        state: LineState::Done,
        before: Some(&before),
        after: Some(&after),
        error: None,
    };
    let skipped = LineOutcome {
        state: LineState::Skipped,
        before: None,
        after: None,
        error: Some("paid"),
    };
    plans::set_lines(&mut tx, &[(ids[1], skipped), (ids[0], done)], later(1))
        .await
        .unwrap();
    plans::set_lines(&mut tx, &[], later(1)).await.unwrap();
    let lines = plans::lines(&mut tx, id).await.unwrap();
    assert_eq!(
        (lines[0].state, &lines[0].before, &lines[0].after, &lines[0].error),
        (
            LineState::Done,
            &Some(before.clone()),
            &Some(after.clone()),
            &None
        )
    );
    assert_eq!(
        (
            lines[1].state,
            &lines[1].before,
            lines[1].error.as_deref(),
            lines[1].finished_at
        ),
        (LineState::Skipped, &None, Some("paid"), Some(later(1)))
    );
    assert_eq!(lines[2].state, LineState::Planned);
    plans::set_lines(&mut tx, &[(ids[0], skipped)], later(2))
        .await
        .unwrap();
    let line = plans::lines(&mut tx, id).await.unwrap().remove(0);
    assert_eq!(
        (line.before, line.after),
        (Some(before.clone()), Some(after.clone())),
        "as it was kept"
    );
    let nobody = plans::set_lines(&mut tx, &[(ids[0], done), (999, done)], later(3)).await;
    assert_eq!(nobody.unwrap_err().code(), "stale");
}

async fn what_was_approved_ahead_stays_with_its_preview_until_it_is_withdrawn(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let waiting = plan(&mut tx, Kind::Overdue, 1).await;
    let ahead = plans::step(&mut tx, waiting, Step::ApproveAhead("owner"), now()).await;
    assert_eq!(ahead.unwrap_err().code(), "stale", "it is no preview");
    let preview = NewPlan {
        kind: Kind::Preview,
        as_of: TODAY,
        state: State::Preview,
        closing: 1,
        opening: 0,
        amount: Rupiah(150_000),
        close_limit: 20,
        reason: None,
        created_by: "schedule",
    };
    let id = plans::insert(&mut tx, &preview, now()).await.unwrap();
    assert!(plans::approved_previews(&mut tx, TODAY).await.unwrap().is_empty());
    plans::step(&mut tx, id, Step::ApproveAhead("owner"), later(1))
        .await
        .unwrap();
    plans::step(&mut tx, id, Step::Dismiss, later(2)).await.unwrap();
    let approved = plans::approved_previews(&mut tx, TODAY).await.unwrap();
    assert_eq!(
        (
            approved[0].id,
            approved[0].approved_by.as_deref(),
            approved[0].approved_at
        ),
        (id, Some("owner"), Some(later(1)))
    );
    let tomorrow = TODAY.tomorrow().unwrap();
    assert_eq!(plans::withdraw_approvals(&mut tx, tomorrow).await.unwrap(), 0);
    assert_eq!(plans::withdraw_approvals(&mut tx, TODAY).await.unwrap(), 1);
    assert!(plans::approved_previews(&mut tx, TODAY).await.unwrap().is_empty());
}
