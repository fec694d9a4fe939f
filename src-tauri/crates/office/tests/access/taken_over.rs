//! A router that is taken over with lines that were closed on it before: they count as closed by what was read, no plan
//! closes them again, and nobody is told that we did.

use billing::{CustomerStatus, RouterMode, StaticIsolation};
use office::access::{PreviewPlan, SwitchRouterMode};
use simulators::router::{Profile, RouterSpec, Secret};

use crate::desk::{Desk, PRICE};
use crate::engine::{Engine, on_both};

/// An observed router on which everybody but the last is closed, all of them overdue, and the first has paid since.
async fn closed_before(on: &Engine, names: &[&str]) -> (Desk, Vec<i64>) {
    let desk = Desk::with(
        on,
        RouterSpec::default(),
        RouterMode::Observe,
        StaticIsolation::ArpDisable,
    )
    .await;
    let ids = desk.pppoe(names).await;
    desk.bill_and_wait().await;
    desk.pay(ids[0], PRICE).await;
    desk.router.load_profiles([Profile::new("isolated", "64k/64k")]);
    let (_, closed) = names.split_last().unwrap();
    desk.router.load_secrets(
        closed
            .iter()
            .map(|name| Secret::new(*name, "x").with_profile("isolated")),
    );
    (desk, ids)
}

async fn take_over(desk: &Desk) {
    let switch = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Manage,
        dry_run: false,
    };
    desk.ask(switch).await.unwrap();
    desk.run_due().await;
}

async fn told_that_it_is_closed(desk: &Desk) -> Vec<i64> {
    let filter = store::notifications::Filter {
        limit: 500,
        ..store::notifications::Filter::default()
    };
    let mut tx = desk.office.store().read().await.unwrap();
    let told = store::notifications::list(&mut tx, &filter).await.unwrap().items;
    told.into_iter()
        .filter(|message| message.kind == "isolated")
        .map(|message| message.customer_id)
        .collect()
}

async fn lines_found_closed_count_as_closed_and_no_plan_closes_them_again(on: Engine) {
    let names: Vec<String> = (1..=25).map(|number| format!("plg{number:04}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (desk, ids) = closed_before(&on, &names).await;
    take_over(&desk).await;
    for id in &ids[..24] {
        assert_eq!(desk.status(*id).await, CustomerStatus::Isolated);
    }
    assert_eq!(desk.status(ids[24]).await, CustomerStatus::Active);
    assert!(!desk.events().await.contains(&"CustomerIsolated".to_owned()));
    assert_eq!(desk.acts("line_found_closed").await.len(), 24);

    let preview = desk.ask(PreviewPlan::default()).await.unwrap();
    let closing: Vec<i64> = preview.closing.iter().map(|line| line.customer_id).collect();
    assert_eq!((closing, preview.limit.within), (vec![ids[24]], true));
    let summary = desk.check_overdue(false).await;
    assert_eq!(
        (summary.isolated, summary.waiting, summary.opened),
        (1, 0, 0),
        "{summary:?}"
    );
    desk.run_due().await;
    assert_eq!(told_that_it_is_closed(&desk).await, [ids[24]]);
}

async fn who_owed_is_opened_by_paying_and_who_was_closed_by_hand_stays_closed(on: Engine) {
    let (desk, ids) = closed_before(&on, &["budi", "siti", "tono"]).await;
    take_over(&desk).await;
    desk.pay(ids[1], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.profile("siti"), "pkg-hemat-10");
    desk.check_overdue(false).await;
    assert_eq!(
        desk.profile("budi"),
        "isolated",
        "nobody owed there: a person closed it"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
}

async fn who_is_closed_by_a_persons_word_is_not_told_that_paying_opens(on: Engine) {
    let (desk, ids) = crate::desk::overdue(&on, 1).await;
    let close = office::access::IsolateByHand {
        customer_id: ids[0],
        reason: "alat rusak".into(),
    };
    desk.ask(close).await.unwrap();
    desk.run_due().await;
    let mut tx = desk.office.store().read().await.unwrap();
    let filter = store::notifications::Filter {
        limit: 500,
        ..store::notifications::Filter::default()
    };
    let told = store::notifications::list(&mut tx, &filter).await.unwrap().items;
    let told = told.iter().find(|message| message.kind == "isolated").unwrap();
    assert!(!told.text.contains("dibayar"), "{}", told.text);
    assert!(told.text.contains("Hubungi kami"), "{}", told.text);
}

async fn who_pays_while_the_router_is_only_observed_is_opened_once_it_is_managed_again(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "siti"]).await;
    desk.bill_and_wait().await;
    desk.check_overdue(false).await;
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Isolated);
    let observe = SwitchRouterMode {
        router_id: desk.router_id,
        mode: RouterMode::Observe,
        dry_run: false,
    };
    desk.ask(observe).await.unwrap();
    desk.pay(ids[0], PRICE).await;
    desk.run_due().await;
    assert_eq!(desk.profile("budi"), "isolated", "nothing is sent to it");

    take_over(&desk).await;
    assert_eq!(
        desk.profile("budi"),
        "pkg-hemat-10",
        "it was Sambung that closed the line, and the bill is paid"
    );
    assert_eq!(desk.status(ids[0]).await, CustomerStatus::Active);
    assert_eq!(desk.profile("siti"), "isolated");
    let mut tx = desk.office.store().read().await.unwrap();
    let today = jiff::civil::date(2026, 3, 2);
    for id in ids {
        let word = store::overrides::in_force(&mut tx, id, today).await.unwrap();
        assert_eq!(word, None, "nobody closed them by hand");
    }
}

on_both! {
    lines_found_closed_count_as_closed_and_no_plan_closes_them_again,
    who_owed_is_opened_by_paying_and_who_was_closed_by_hand_stays_closed,
    who_is_closed_by_a_persons_word_is_not_told_that_paying_opens,
    who_pays_while_the_router_is_only_observed_is_opened_once_it_is_managed_again,
}
