//! What lines should be, what they were seen to be, and who decided otherwise.

use billing::{Access, Observed, OverrideVerdict};
use jiff::civil::date;
use store::access::{self, Sight, Wish};
use store::overrides::{self, NewOverride};

use crate::engine::{Database, on_both};
use crate::invented::{TODAY, customer, ground, later, now, one_customer};

on_both!(
    a_wish_that_writes_over_what_was_seen,
    a_change_under_way_that_is_taken_for_what_was_seen_before_it,
    a_look_that_ends_a_change_which_nobody_read_back,
    lines_that_were_never_seen_count_as_unknown,
    two_overrides_in_force_for_one_line,
    an_override_that_never_ends,
);

async fn a_wish_that_writes_over_what_was_seen(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    assert_eq!(access::find(&mut tx, budi).await.unwrap(), None);
    access::desire(
        &mut tx,
        &[Wish {
            customer_id: budi,
            desired: Access::Closed,
        }],
    )
    .await
    .unwrap();
    let asked = access::find(&mut tx, budi).await.unwrap().unwrap();
    assert_eq!(
        (asked.desired, asked.observed, asked.observed_at),
        (Access::Closed, Observed::Unknown, None)
    );
    let sight = Sight {
        customer_id: budi,
        observed: Observed::Closed,
        evidence: Some("isolated"),
    };
    access::observe(&mut tx, &[sight], later(1)).await.unwrap();
    access::desire(
        &mut tx,
        &[Wish {
            customer_id: budi,
            desired: Access::Open,
        }],
    )
    .await
    .unwrap();
    let seen = &access::of_customers(&mut tx, &[budi, 999]).await.unwrap()[0];
    assert_eq!(
        (seen.desired, seen.observed, seen.observed_at),
        (Access::Open, Observed::Closed, Some(later(1)))
    );
    assert_eq!(seen.evidence.as_deref(), Some("isolated"));
    assert_eq!(access::all(&mut tx).await.unwrap().len(), 1);
    let nobody = access::desire(
        &mut tx,
        &[Wish {
            customer_id: 999,
            desired: Access::Open,
        }],
    )
    .await;
    // SQLite looks at foreign keys at the end of the statement, PostgreSQL too.
    assert_eq!(nobody.unwrap_err().code(), "reference_missing");
}

async fn a_change_under_way_that_is_taken_for_what_was_seen_before_it(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let sight = Sight {
        customer_id: budi,
        observed: Observed::Open,
        evidence: Some("pkg-10m"),
    };
    access::observe(&mut tx, &[sight], later(1)).await.unwrap();
    let wish = Wish {
        customer_id: budi,
        desired: Access::Closed,
    };
    access::begin(&mut tx, &[wish]).await.unwrap();
    let under_way = access::find(&mut tx, budi).await.unwrap().unwrap();
    assert_eq!(
        (under_way.desired, under_way.observed),
        (Access::Closed, Observed::Unknown)
    );
    assert_eq!(
        (under_way.observed_at, under_way.evidence.as_deref()),
        (Some(later(1)), Some("pkg-10m")),
        "what was last read stays readable"
    );
    let unheard_of = Wish {
        customer_id: 999,
        ..wish
    };
    let nobody = access::begin(&mut tx, &[unheard_of]).await;
    assert_eq!(nobody.unwrap_err().code(), "reference_missing");
}

async fn a_look_that_ends_a_change_which_nobody_read_back(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    let wish = Wish {
        customer_id: budi,
        desired: Access::Closed,
    };
    let sight = Sight {
        customer_id: budi,
        observed: Observed::Closed,
        evidence: Some("isolated"),
    };
    access::begin(&mut tx, &[wish]).await.unwrap();
    access::look(&mut tx, std::slice::from_ref(&sight), later(1))
        .await
        .unwrap();
    let looked_at = access::find(&mut tx, budi).await.unwrap().unwrap();
    assert_eq!((looked_at.observed, looked_at.unread), (Observed::Closed, true));
    access::observe(&mut tx, &[sight], later(2)).await.unwrap();
    assert!(!access::find(&mut tx, budi).await.unwrap().unwrap().unread);
    let opposite = Wish {
        customer_id: budi,
        desired: Access::Open,
    };
    access::desire(&mut tx, &[wish]).await.unwrap();
    assert!(
        !access::find(&mut tx, budi).await.unwrap().unwrap().unread,
        "the same wish"
    );
    access::desire(&mut tx, &[opposite]).await.unwrap();
    assert!(access::find(&mut tx, budi).await.unwrap().unwrap().unread);
}

async fn lines_that_were_never_seen_count_as_unknown(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let first = customer(&mut tx, ground, 1, "Budi").await;
    customer(&mut tx, ground, 2, "Ani").await;
    let sight = Sight {
        customer_id: first,
        observed: Observed::Open,
        evidence: None,
    };
    access::observe(&mut tx, &[sight], now()).await.unwrap();
    assert_eq!(
        access::counts(&mut tx).await.unwrap(),
        [("open".to_owned(), 1), ("unknown".to_owned(), 1)]
    );
}

fn promise(customer_id: i64, until: Option<jiff::civil::Date>) -> NewOverride<'static> {
    NewOverride {
        customer_id,
        verdict: OverrideVerdict::Open,
        reason: "promised to pay",
        until,
        created_by: "rina",
    }
}

async fn two_overrides_in_force_for_one_line(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    overrides::set(&mut tx, &promise(budi, None), now())
        .await
        .unwrap();
    let closed = NewOverride {
        verdict: OverrideVerdict::Closed,
        reason: "asked for it",
        ..promise(budi, None)
    };
    let second = overrides::set(&mut tx, &closed, later(1)).await.unwrap();
    assert_eq!(
        overrides::in_force(&mut tx, budi, TODAY)
            .await
            .unwrap()
            .unwrap()
            .id,
        second
    );
    let history = overrides::history(&mut tx, budi).await.unwrap();
    assert_eq!(
        (history.len(), history[1].ended_at),
        (2, Some(later(1))),
        "the first was ended by the second"
    );
    assert!(overrides::end(&mut tx, budi, "owner", later(2)).await.unwrap());
    assert!(!overrides::end(&mut tx, budi, "owner", later(2)).await.unwrap());
    assert_eq!(overrides::in_force(&mut tx, budi, TODAY).await.unwrap(), None);
}

async fn an_override_that_never_ends(database: Database) {
    let budi = one_customer(&database.store).await;
    let mut tx = database.store.begin().await.unwrap();
    overrides::set(&mut tx, &promise(budi, Some(date(2026, 1, 5))), now())
        .await
        .unwrap();
    assert!(
        overrides::in_force(&mut tx, budi, date(2026, 1, 5))
            .await
            .unwrap()
            .is_some(),
        "on its last day"
    );
    assert!(
        overrides::in_force(&mut tx, budi, date(2026, 1, 6))
            .await
            .unwrap()
            .is_none(),
        "not after it"
    );
    assert_eq!(
        overrides::all_in_force(&mut tx, date(2026, 1, 5))
            .await
            .unwrap()
            .len(),
        1
    );
    assert!(
        overrides::of_customers(&mut tx, &[budi], date(2026, 1, 6))
            .await
            .unwrap()
            .is_empty()
    );
    overrides::set(&mut tx, &promise(budi, None), now())
        .await
        .unwrap();
}
