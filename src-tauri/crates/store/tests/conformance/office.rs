//! Settings, users, tokens, areas, packages, routers.

use billing::{RouterMode, Rupiah};
use serde_json::json;
use store::{Error, Promise, areas, packages, routers, settings, tokens, users};

use crate::engine::{Database, on_both};
use crate::invented::{later, now, package, router};

on_both!(
    a_setting_is_written_over_and_taken_back,
    a_name_is_taken_whatever_its_case,
    an_edit_of_what_somebody_else_changed_is_refused,
    wrong_passwords_are_all_counted,
    a_token_that_was_revoked_or_has_expired_opens_nothing,
    booleans_are_read_as_they_were_written,
    a_router_says_once_that_it_fell_silent,
    a_package_may_have_a_profile_of_its_own,
    a_row_that_refers_to_nothing_is_refused,
);

fn promise(error: Error) -> Promise {
    match error {
        Error::Unique(promise) => promise,
        other => panic!("{other} is no broken promise"),
    }
}

async fn a_setting_is_written_over_and_taken_back(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    settings::put(&mut tx, "billing.due", &json!({"after_issue": 20}), now())
        .await
        .unwrap();
    settings::put(&mut tx, "billing.due", &json!({"day_of_month": 10}), later(1))
        .await
        .unwrap();
    settings::put(&mut tx, "office.name", &json!("Warga \"Net\"\u{0}?"), now())
        .await
        .unwrap();
    let all = settings::all(&mut tx).await.unwrap();
    assert_eq!(
        all.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(),
        ["billing.due", "office.name"]
    );
    assert_eq!(all[0].value, json!({"day_of_month": 10}));
    assert_eq!(all[0].updated_at, later(1));
    assert_eq!(all[1].value, json!("Warga \"Net\"\u{0}?"));
    settings::remove(&mut tx, "office.name").await.unwrap();
    assert_eq!(settings::find(&mut tx, "office.name").await.unwrap(), None);
}

async fn a_name_is_taken_whatever_its_case(database: Database) {
    let store = &database.store;
    let mut tx = store.begin().await.unwrap();
    users::insert(&mut tx, "Rina", "cashier", "x", now())
        .await
        .unwrap();
    areas::insert(&mut tx, "Blok A", now()).await.unwrap();
    packages::insert(&mut tx, &package(), now()).await.unwrap();
    routers::insert(&mut tx, &router(), now()).await.unwrap();
    assert_eq!(
        users::find_by_name(&mut tx, "rINA").await.unwrap().unwrap().name,
        "Rina"
    );
    tx.commit().await.unwrap();

    // A broken promise ends the transaction on PostgreSQL, so each is broken in one of its own.
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        promise(
            users::insert(&mut tx, "RINA", "owner", "x", now())
                .await
                .unwrap_err()
        ),
        Promise::UserName
    );
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        promise(areas::insert(&mut tx, "BLOK a", now()).await.unwrap_err()),
        Promise::AreaName
    );
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let same = packages::Details {
        code: "home-10".into(),
        ..package()
    };
    assert_eq!(
        promise(packages::insert(&mut tx, &same, now()).await.unwrap_err()),
        Promise::PackageCode
    );
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let same = routers::Details {
        name: "PUSAT".into(),
        ..router()
    };
    let refused = routers::insert(&mut tx, &same, now()).await.unwrap_err();
    assert_eq!(refused.code(), "router_name_taken");
    assert_eq!(promise(refused), Promise::RouterName);
}

async fn an_edit_of_what_somebody_else_changed_is_refused(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let read = packages::insert(&mut tx, &package(), now()).await.unwrap();
    let mut first = read.clone();
    first.details.price = Rupiah(175_000);
    packages::update(&mut tx, &first, later(1)).await.unwrap();
    let mut second = read;
    second.details.name = "Rumah 10".into();
    assert_eq!(
        packages::update(&mut tx, &second, later(2))
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
    let stands = packages::find(&mut tx, first.id).await.unwrap().unwrap();
    assert_eq!(
        (stands.details.price, stands.details.name.as_str()),
        (Rupiah(175_000), "Rumah 10 Mbps")
    );
    assert_eq!((stands.version, stands.updated_at), (2, later(1)));
}

async fn wrong_passwords_are_all_counted(database: Database) {
    let store = &database.store;
    let mut tx = store.begin().await.unwrap();
    let user = users::insert(&mut tx, "rina", "cashier", "x", now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let store = store.clone();
        guesses.spawn(async move {
            let mut tx = store.begin().await.unwrap();
            let count = users::login_failed(&mut tx, user.id).await.unwrap();
            tx.commit().await.unwrap();
            count
        });
    }
    let mut counts = guesses.join_all().await;
    counts.sort_unstable();
    assert_eq!(counts, (1..=10).collect::<Vec<i64>>());
    let mut tx = store.begin().await.unwrap();
    users::lock_until(&mut tx, user.id, later(60)).await.unwrap();
    assert_eq!(
        users::find(&mut tx, user.id).await.unwrap().unwrap().locked_until,
        Some(later(60))
    );
    users::login_succeeded(&mut tx, user.id).await.unwrap();
    let user = users::find(&mut tx, user.id).await.unwrap().unwrap();
    assert_eq!((user.failed_logins, user.locked_until), (0, None));
    assert_eq!(users::count(&mut tx).await.unwrap(), 1);
}

async fn a_token_that_was_revoked_or_has_expired_opens_nothing(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let user_id = users::insert(&mut tx, "rina", "cashier", "x", now())
        .await
        .unwrap()
        .id;
    let abilities = json!(["payments.take"]);
    let token = |digest, expires_at| tokens::NewToken {
        user_id,
        kind: "api",
        name: "script",
        digest,
        abilities: &abilities,
        expires_at,
    };
    let id = tokens::insert(&mut tx, &token("a", None), now()).await.unwrap();
    tokens::insert(&mut tx, &token("b", Some(later(10))), now())
        .await
        .unwrap();
    assert_eq!(
        tokens::find_valid(&mut tx, "a", later(9))
            .await
            .unwrap()
            .unwrap()
            .abilities,
        abilities
    );
    assert!(
        tokens::find_valid(&mut tx, "b", later(9))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        tokens::find_valid(&mut tx, "b", later(10))
            .await
            .unwrap()
            .is_none(),
        "expired"
    );
    assert!(tokens::find_valid(&mut tx, "c", now()).await.unwrap().is_none());
    assert_eq!(
        tokens::list(&mut tx, "api", Some(user_id), now())
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        tokens::list(&mut tx, "api", None, later(10)).await.unwrap().len(),
        1
    );
    assert!(tokens::revoke(&mut tx, id, now()).await.unwrap());
    assert!(!tokens::revoke(&mut tx, id, now()).await.unwrap(), "once");
    assert!(
        tokens::find_valid(&mut tx, "a", now()).await.unwrap().is_none(),
        "revoked"
    );
    assert_eq!(tokens::revoke_all(&mut tx, user_id, now()).await.unwrap(), 1);
}

async fn booleans_are_read_as_they_were_written(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let mut user = users::insert(&mut tx, "rina", "cashier", "x", now())
        .await
        .unwrap();
    assert!(user.is_active);
    user.is_active = false;
    users::update(&mut tx, &user, now()).await.unwrap();
    assert!(!users::find(&mut tx, user.id).await.unwrap().unwrap().is_active);
    for tls in [true, false] {
        let details = routers::Details {
            name: format!("tls {tls}"),
            tls,
            is_active: !tls,
            ..router()
        };
        let id = routers::insert(&mut tx, &details, now()).await.unwrap().id;
        assert_eq!(
            routers::find(&mut tx, id).await.unwrap().unwrap().details,
            details
        );
    }
}

async fn a_router_says_once_that_it_fell_silent(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let mut router = routers::insert(&mut tx, &router(), now()).await.unwrap();
    router.details.mode = RouterMode::Observe;
    routers::update(&mut tx, &router, now()).await.unwrap();
    assert!(
        routers::unreachable(&mut tx, router.id, "time-out", later(1))
            .await
            .unwrap()
    );
    assert!(
        !routers::unreachable(&mut tx, router.id, "refused", later(2))
            .await
            .unwrap()
    );
    let silent = routers::find(&mut tx, router.id).await.unwrap().unwrap();
    assert_eq!(
        (silent.unreachable_since, silent.last_error.as_deref()),
        (Some(later(1)), Some("refused"))
    );
    routers::seen(&mut tx, router.id, "pusat", "7.18", later(3))
        .await
        .unwrap();
    let back = routers::find(&mut tx, router.id).await.unwrap().unwrap();
    assert_eq!(
        (back.unreachable_since, back.last_error, back.last_seen_at),
        (None, None, Some(later(3)))
    );
    assert_eq!(back.version, 2, "what a router says is no edit");
    assert_eq!(back.details.mode, RouterMode::Observe);
}

async fn a_package_may_have_a_profile_of_its_own(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let package = packages::insert(&mut tx, &package(), now()).await.unwrap().id;
    let router = routers::insert(&mut tx, &router(), now()).await.unwrap().id;
    packages::set_profile(&mut tx, router, package, Some("10M"))
        .await
        .unwrap();
    packages::set_profile(&mut tx, router, package, Some("10M-home"))
        .await
        .unwrap();
    let profiles = packages::profiles(&mut tx, router).await.unwrap();
    assert_eq!(
        profiles.iter().map(|it| it.profile.as_str()).collect::<Vec<_>>(),
        ["10M-home"]
    );
    packages::set_profile(&mut tx, router, package, None)
        .await
        .unwrap();
    assert!(packages::profiles(&mut tx, router).await.unwrap().is_empty());
}

async fn a_row_that_refers_to_nothing_is_refused(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let refused = packages::set_profile(&mut tx, 7, 7, Some("10M"))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "reference_missing", "foreign keys are on");
}
