//! Customers: writing, finding by words, lists in pages.

use billing::{ConnectionType, CustomerStatus, DiscountType, DueRule, Observed, Rupiah};
use jiff::civil::date;
use store::access::{self, Sight};
use store::customers::{self, Details, Filter, Sort, Standing};
use store::{Cursor, Promise, Tx};

use crate::engine::{Database, on_both};
use crate::invented::{Ground, customer, ground, issue, later, line, now, pay};

on_both!(
    a_customer_is_read_as_it_was_written,
    a_number_or_a_line_is_given_away_once,
    a_terminated_line_frees_its_name,
    standings_that_are_written_together,
    a_customer_is_found_by_the_beginnings_of_words_in_any_order,
    who_has_the_words_as_they_were_typed_comes_before_whoever_has_words_that_begin_so,
    a_changed_customer_is_found_by_the_new_words_alone,
    a_list_goes_through_every_row_once_in_any_order,
    who_is_named_comes_before_who_has_the_words_too,
    names_are_sorted_alike_on_both_engines,
    a_list_is_narrowed_by_all_that_is_asked,
    many_hits_are_the_same_rows_as_few,
    a_kind_of_line_is_known_while_one_of_it_is_in_service,
    a_customer_is_found_by_the_number_of_an_invoice_or_a_payment,
);

async fn a_customer_is_read_as_it_was_written(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let details = Details {
        discount_type: Some(DiscountType::Percent),
        discount_value: 1_000,
        discount_reason: Some("pegawai".into()),
        discount_from: Some(date(2026, 1, 1)),
        due_rule: Some(DueRule::DayOfMonth(10)),
        taxed: true,
        exempt: true,
        ..line(ground, 1, "Siti Nurhaliza")
    };
    let standing = Standing::of(CustomerStatus::Pending);
    let id = customers::insert(&mut tx, &details, &standing, now())
        .await
        .unwrap();
    let mut read = customers::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((&read.details, &read.standing), (&details, &standing));
    assert_eq!(
        (read.balance, read.version, read.created_at),
        (Rupiah::ZERO, 1, now())
    );
    assert_eq!(
        customers::find_by_no(&mut tx, "plg-00001")
            .await
            .unwrap()
            .as_ref(),
        Some(&read)
    );
    assert_eq!(
        customers::find_by_pppoe(&mut tx, ground.router_id, "user1@sambung")
            .await
            .unwrap()
            .unwrap()
            .id,
        id
    );
    assert_eq!(customers::lock(&mut tx, id).await.unwrap().as_ref(), Some(&read));
    assert_eq!(customers::lock(&mut tx, 999).await.unwrap(), None);

    read.details.payer_id = Some(customer(&mut tx, ground, 2, "Payer").await);
    read.details.due_rule = None;
    customers::update(&mut tx, &read, later(1)).await.unwrap();
    let isolated = Standing {
        isolation_reason: Some("INV-202601-00001".into()),
        paused_until: Some(date(2026, 3, 1)),
        ..Standing::of(CustomerStatus::Isolated)
    };
    customers::set_standing(&mut tx, id, &isolated, later(2))
        .await
        .unwrap();
    let again = customers::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (&again.details, &again.standing, again.version),
        (&read.details, &isolated, 2)
    );
    assert_eq!(
        customers::update(&mut tx, &read, later(3))
            .await
            .unwrap_err()
            .code(),
        "stale"
    );
    let payer = read.details.payer_id.unwrap();
    assert_eq!(
        customers::having_payer(&mut tx, payer).await.unwrap(),
        std::slice::from_ref(&again)
    );
    assert_eq!(
        customers::find_many(&mut tx, &[payer, id, 999])
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(customers::after(&mut tx, id, 10).await.unwrap()[0].id, payer);
}

async fn refused(database: &Database, details: &Details) -> Promise {
    let mut tx = database.store.begin().await.unwrap();
    let standing = Standing::of(CustomerStatus::Active);
    match customers::insert(&mut tx, details, &standing, now()).await {
        Err(store::Error::Unique(promise)) => promise,
        other => panic!("{other:?} is no broken promise"),
    }
}

async fn a_number_or_a_line_is_given_away_once(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let first = Details {
        static_ip: Some("10.1.0.2".into()),
        ..line(ground, 1, "Budi")
    };
    customers::insert(&mut tx, &first, &Standing::of(CustomerStatus::Active), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let number = Details {
        customer_no: "plg-00001".into(),
        ..line(ground, 2, "Ani")
    };
    assert_eq!(refused(&database, &number).await, Promise::CustomerNo);
    let pppoe = Details {
        pppoe_username: first.pppoe_username.clone(),
        ..line(ground, 2, "Ani")
    };
    assert_eq!(refused(&database, &pppoe).await, Promise::PppoeUsername);
    let address = Details {
        static_ip: first.static_ip.clone(),
        ..line(ground, 2, "Ani")
    };
    assert_eq!(refused(&database, &address).await, Promise::StaticIp);
    let mut tx = database.store.begin().await.unwrap();
    let nowhere = Details {
        package_id: 99,
        ..line(ground, 3, "Ani")
    };
    let standing = Standing::of(CustomerStatus::Active);
    let refused = customers::insert(&mut tx, &nowhere, &standing, now())
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "reference_missing");
}

async fn a_terminated_line_frees_its_name(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let gone = customer(&mut tx, ground, 1, "Budi").await;
    customers::set_standing(&mut tx, gone, &Standing::of(CustomerStatus::Terminated), now())
        .await
        .unwrap();
    let heir = Details {
        pppoe_username: Some("user1@sambung".into()),
        ..line(ground, 2, "Ani")
    };
    customers::insert(&mut tx, &heir, &Standing::of(CustomerStatus::Active), now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut tx = database.store.begin().await.unwrap();
    let back = customers::set_standing(&mut tx, gone, &Standing::of(CustomerStatus::Active), now()).await;
    assert_eq!(
        back.unwrap_err().code(),
        "pppoe_username_taken",
        "whoever comes back needs another name"
    );
}

/// The names that a search finds, in the list's order.
async fn found(tx: &mut Tx, search: &str) -> Vec<String> {
    let filter = Filter {
        search: Some(search),
        limit: 50,
        ..Filter::default()
    };
    let page = customers::list(tx, &filter).await.unwrap();
    assert_eq!(
        page.total,
        i64::try_from(page.items.len()).unwrap(),
        "the total of {search:?}"
    );
    page.items.into_iter().map(|it| it.details.name).collect()
}

async fn who_has_the_words_as_they_were_typed_comes_before_whoever_has_words_that_begin_so(
    database: Database,
) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    for (place, number) in ["14", "22", "6", "30", "61", "60"].iter().enumerate() {
        let place = i64::try_from(place).unwrap() + 21;
        customer(&mut tx, ground, place, &format!("Eko Prasetyo {number}")).await;
    }
    customer(&mut tx, ground, 31, "Adi Prasetyo").await;
    customer(&mut tx, ground, 32, "Adi Prasetyono 6").await;
    // Everybody's telephone number begins so.
    let all = [
        "Eko Prasetyo 6",
        "Adi Prasetyo",
        "Adi Prasetyono 6",
        "Eko Prasetyo 14",
        "Eko Prasetyo 22",
        "Eko Prasetyo 30",
        "Eko Prasetyo 60",
        "Eko Prasetyo 61",
    ];
    let found_now = found(&mut tx, "prasetyo 6").await;
    assert_eq!(found_now, all);

    // In pages of one the same, each once.
    let (mut seen, mut cursor): (Vec<String>, Option<Cursor>) = (Vec::new(), None);
    for _ in 0..10 {
        let filter = Filter {
            search: Some("prasetyo 6"),
            limit: 1,
            cursor: cursor.as_ref(),
            ..Filter::default()
        };
        let page = customers::list(&mut tx, &filter).await.unwrap();
        seen.extend(page.items.into_iter().map(|it| it.details.name));
        cursor = page.next.map(|cursor| cursor.to_string().parse().unwrap());
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, all);

    // Whoever sorts a list means that order.
    let sorted = Filter {
        search: Some("prasetyo 6"),
        limit: 50,
        descending: true,
        ..Filter::default()
    };
    let page = customers::list(&mut tx, &sorted).await.unwrap();
    assert_eq!(page.items[0].details.name, "Eko Prasetyo 61");
}

async fn a_customer_is_found_by_the_beginnings_of_words_in_any_order(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    customer(&mut tx, ground, 12, "Budi Santoso").await;
    customer(&mut tx, ground, 345, "Siti Budiarti").await;
    customer(&mut tx, ground, 7, "José_100% O'Neil").await;
    assert_eq!(found(&mut tx, "budi").await, ["Budi Santoso", "Siti Budiarti"]);
    assert_eq!(found(&mut tx, "san BUD").await, ["Budi Santoso"]);
    assert_eq!(
        found(&mut tx, "budi xyz").await,
        Vec::<String>::new(),
        "all words must be there"
    );
    assert_eq!(
        found(&mut tx, "udi").await,
        Vec::<String>::new(),
        "from the beginning"
    );
    assert_eq!(found(&mut tx, "plg-00345").await, ["Siti Budiarti"]);
    assert_eq!(found(&mut tx, "345").await, ["Siti Budiarti"]);
    assert_eq!(found(&mut tx, "user12@").await, ["Budi Santoso"]);
    assert_eq!(found(&mut tx, "0812-0000 0345").await, ["Siti Budiarti"]);
    assert_eq!(found(&mut tx, "+62 81200000345").await, ["Siti Budiarti"]);
    assert_eq!(
        found(&mut tx, "0345").await,
        ["Siti Budiarti"],
        "the last four digits of the phone"
    );
    assert_eq!(found(&mut tx, "mawar rt budi san").await, ["Budi Santoso"]);
    assert_eq!(found(&mut tx, "josé").await, ["José_100% O'Neil"]);
    assert_eq!(
        found(&mut tx, "JOSÉ_100%").await,
        ["José_100% O'Neil"],
        "no letter is a wildcard"
    );
    assert_eq!(found(&mut tx, "_").await, Vec::<String>::new());
    assert_eq!(
        found(&mut tx, "   ").await.len(),
        3,
        "nothing asked, everybody found"
    );
}

async fn a_changed_customer_is_found_by_the_new_words_alone(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let id = customer(&mut tx, ground, 1, "Budi Santoso").await;
    let mut changed = customers::find(&mut tx, id).await.unwrap().unwrap();
    changed.details.name = "Agus Santoso".into();
    customers::update(&mut tx, &changed, now()).await.unwrap();
    assert_eq!(found(&mut tx, "budi").await, Vec::<String>::new());
    assert_eq!(found(&mut tx, "agus").await, ["Agus Santoso"]);
    customers::erase_words(&mut tx, id).await.unwrap();
    assert_eq!(found(&mut tx, "agus").await, Vec::<String>::new());
    customers::reindex(&mut tx, id).await.unwrap();
    assert_eq!(found(&mut tx, "agus").await, ["Agus Santoso"]);
}

/// Customers of whom several share each name and each balance.
async fn crowd(tx: &mut Tx, ground: Ground, count: i64) {
    for number in 1..=count {
        let id = customer(
            tx,
            ground,
            number,
            ["Budi", "ani", "Citra"][usize::try_from(number % 3).unwrap()],
        )
        .await;
        if number % 4 == 0 {
            issue(tx, id, 100_000 * (1 + number % 8)).await;
        }
    }
}

async fn a_list_goes_through_every_row_once_in_any_order(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    crowd(&mut tx, ground, 24).await;
    for sort in [Sort::Name, Sort::CustomerNo, Sort::Balance, Sort::CreatedAt] {
        let mut ways = Vec::new();
        for descending in [false, true] {
            let (mut seen, mut cursor): (Vec<i64>, Option<Cursor>) = (Vec::new(), None);
            loop {
                let filter = Filter {
                    sort,
                    descending,
                    limit: 5,
                    cursor: cursor.as_ref(),
                    ..Filter::default()
                };
                let page = customers::list(&mut tx, &filter).await.unwrap();
                assert_eq!(page.total, 24);
                seen.extend(page.items.iter().map(|it| it.id));
                // As a caller keeps it: through its text.
                cursor = page.next.map(|cursor| cursor.to_string().parse().unwrap());
                if cursor.is_none() {
                    break;
                }
            }
            ways.push(seen);
        }
        ways[1].reverse();
        assert_eq!(ways[0], ways[1], "{sort:?}: the same order from either end");
        let mut all = ways[0].clone();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 24, "{sort:?}: every row once");
    }
}

async fn who_is_named_comes_before_who_has_the_words_too(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    for (number, name) in [
        (1, "Abdul Budi"),
        (2, "Budi Santoso"),
        (3, "Budi"),
        (7, "Rahmat Hidayat 127"),
        (127, "Rahmat Hidayat 7"),
    ] {
        customer(&mut tx, ground, number, name).await;
    }
    let mut closest = async |text| {
        let found = customers::closest(&mut tx, text, 3).await.unwrap();
        let names: Vec<String> = found.into_iter().map(|it| it.details.name).collect();
        names
    };
    assert_eq!(closest("  BUDI ").await, ["Budi", "Budi Santoso", "Abdul Budi"]);
    assert_eq!(
        closest("rahmat hidayat 7").await,
        ["Rahmat Hidayat 7", "Rahmat Hidayat 127"],
        "the other one has the 7 in its number"
    );
    assert_eq!(
        closest("rahmat").await,
        ["Rahmat Hidayat 127", "Rahmat Hidayat 7"]
    );
    assert_eq!(
        closest("127").await,
        ["Rahmat Hidayat 7", "Rahmat Hidayat 127"],
        "by the number, as it is said"
    );
    assert_eq!(closest("").await, Vec::<String>::new());
}

async fn names_are_sorted_alike_on_both_engines(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    for (number, name) in (1..).zip(["b", "A a", "a-b", "Aa", "É", "zed", "_x", "B", "a b"]) {
        customer(&mut tx, ground, number, name).await;
    }
    assert_eq!(
        found(&mut tx, "").await,
        ["_x", "A a", "a b", "a-b", "Aa", "b", "B", "zed", "É"]
    );
}

async fn a_list_is_narrowed_by_all_that_is_asked(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let late = customer(&mut tx, ground, 1, "Budi Satu").await;
    let closed = customer(&mut tx, ground, 2, "Budi Dua").await;
    let pending = line(ground, 3, "Budi Tiga");
    let pending = Details {
        router_id: None,
        ..pending
    };
    let pending = customers::insert(&mut tx, &pending, &Standing::of(CustomerStatus::Pending), now())
        .await
        .unwrap();
    issue(&mut tx, late, 150_000).await;
    let sight = Sight {
        customer_id: closed,
        observed: Observed::Closed,
        evidence: Some("isolated"),
    };
    access::observe(&mut tx, &[sight], now()).await.unwrap();

    let all = Filter {
        search: Some("budi"),
        limit: 50,
        ..Filter::default()
    };
    let ids = async |tx: &mut Tx, filter: Filter<'_>| -> Vec<i64> {
        let page = customers::list(tx, &filter).await.unwrap();
        assert_eq!(page.total, i64::try_from(page.items.len()).unwrap());
        let mut ids: Vec<i64> = page.items.into_iter().map(|it| it.id).collect();
        ids.sort_unstable();
        ids
    };
    let pending_ones = Filter {
        status: Some(CustomerStatus::Pending),
        ..all.clone()
    };
    assert_eq!(ids(&mut tx, pending_ones).await, [pending]);
    assert_eq!(
        ids(
            &mut tx,
            Filter {
                router_id: Some(ground.router_id),
                ..all.clone()
            }
        )
        .await,
        [late, closed]
    );
    assert_eq!(
        ids(
            &mut tx,
            Filter {
                package_id: Some(999),
                ..all.clone()
            }
        )
        .await,
        Vec::<i64>::new()
    );
    assert_eq!(
        ids(
            &mut tx,
            Filter {
                area_id: Some(999),
                ..all.clone()
            }
        )
        .await,
        Vec::<i64>::new()
    );
    assert_eq!(
        ids(
            &mut tx,
            Filter {
                collector_id: Some(999),
                ..all.clone()
            }
        )
        .await,
        Vec::<i64>::new()
    );
    assert_eq!(
        ids(
            &mut tx,
            Filter {
                observed: Some(Observed::Closed),
                ..all.clone()
            }
        )
        .await,
        [closed]
    );
    let unknown = Filter {
        observed: Some(Observed::Unknown),
        ..all.clone()
    };
    assert_eq!(
        ids(&mut tx, unknown).await,
        [late, pending],
        "never seen is unknown"
    );
    let overdue = Filter {
        overdue_on: Some(date(2026, 1, 22)),
        ..all.clone()
    };
    assert_eq!(ids(&mut tx, overdue).await, [late]);
    let not_yet = Filter {
        overdue_on: Some(date(2026, 1, 21)),
        ..all.clone()
    };
    assert_eq!(
        ids(&mut tx, not_yet).await,
        Vec::<i64>::new(),
        "not on the due date"
    );
    let without_search = Filter {
        overdue_on: Some(date(2026, 1, 22)),
        limit: 50,
        ..Filter::default()
    };
    assert_eq!(ids(&mut tx, without_search).await, [late]);
}

async fn many_hits_are_the_same_rows_as_few(database: Database) {
    // Above four thousand hits the list walks the sorted index instead of sorting the hits.
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    for number in 1..=4_010 {
        customer(
            &mut tx,
            ground,
            number,
            if number % 2 == 0 {
                "Budi Genap"
            } else {
                "Ani Ganjil"
            },
        )
        .await;
    }
    let filter = Filter {
        search: Some("mawar g"),
        limit: 10,
        ..Filter::default()
    };
    let many = customers::list(&mut tx, &filter).await.unwrap();
    assert_eq!(many.total, 4_010);
    assert!(many.items.iter().all(|it| it.details.name == "Ani Ganjil"));
    let cursor = Cursor {
        key: "ani ganjil".into(),
        id: 4_009,
    };
    let filter = Filter {
        cursor: Some(&cursor),
        ..filter
    };
    let next = customers::list(&mut tx, &filter).await.unwrap();
    assert_eq!(
        next.items[0].details.name, "Budi Genap",
        "the page after the last Ani begins with the first Budi"
    );
    assert_eq!(next.items.len(), 10);
    let few = Filter {
        search: Some("genap mawar"),
        limit: 10,
        ..Filter::default()
    };
    let few = customers::list(&mut tx, &few).await.unwrap();
    assert_eq!((few.total, &few.items), (2_005, &next.items));
}

async fn a_kind_of_line_is_known_while_one_of_it_is_in_service(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let details = Details {
        connection_type: ConnectionType::Dhcp,
        ..line(ground, 1, "Siti Nurhaliza")
    };
    let active = Standing::of(CustomerStatus::Active);
    let id = customers::insert(&mut tx, &details, &active, now())
        .await
        .unwrap();
    let leases = customers::any_of_kind(&mut tx, ground.router_id, ConnectionType::Dhcp).await;
    let logins = customers::any_of_kind(&mut tx, ground.router_id, ConnectionType::Hotspot).await;
    assert_eq!((leases.unwrap(), logins.unwrap()), (true, false));

    let ended = Standing::of(CustomerStatus::Terminated);
    customers::set_standing(&mut tx, id, &ended, now()).await.unwrap();
    let left = customers::any_of_kind(&mut tx, ground.router_id, ConnectionType::Dhcp).await;
    assert!(!left.unwrap());
}

async fn a_customer_is_found_by_the_number_of_an_invoice_or_a_payment(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let siti = customer(&mut tx, ground, 1, "Siti").await;
    let budi = customer(&mut tx, ground, 2, "Budi").await;
    issue(&mut tx, siti, 100_000).await;
    let (invoice, _) = issue(&mut tx, budi, 100_000).await;
    pay(&mut tx, budi, 100_000, &[(invoice, 100_000)]).await;
    let called = Details {
        name: "inv-202601-00001".into(),
        ..line(ground, 3, "x")
    };
    let called = customers::insert(&mut tx, &called, &Standing::of(CustomerStatus::Active), now())
        .await
        .unwrap();
    for (search, status, expected) in [
        ("INV-202601-00002", None, vec![budi]),
        (" inv-202601-00002 ", None, vec![budi]),
        ("INV-202601-00002", Some(CustomerStatus::Isolated), vec![]),
        ("PAY-20260101-00001", None, vec![budi]),
        ("INV-202601-0000", None, vec![budi, called, siti]),
        ("INV-202601-00001", None, vec![called, siti]),
        ("INV-202601", None, vec![called]),
        ("INV-202601-00099", None, vec![]),
        ("INV-x-1", None, vec![]),
    ] {
        let filter = Filter {
            search: Some(search),
            status,
            limit: 10,
            ..Filter::default()
        };
        let page = customers::list(&mut tx, &filter).await.unwrap();
        let ids: Vec<i64> = page.items.iter().map(|customer| customer.id).collect();
        assert_eq!(ids, expected, "{search}");
        assert_eq!(page.total, i64::try_from(expected.len()).unwrap(), "{search}");
    }
}

async fn standings_that_are_written_together(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let mut ids = Vec::new();
    for number in 1..=3 {
        ids.push(customer(&mut tx, ground, number, "Budi").await);
    }
    let before = customers::find(&mut tx, ids[2]).await.unwrap();
    let isolated = Standing {
        isolation_reason: Some("INV-202601-00001".into()),
        ..Standing::of(CustomerStatus::Isolated)
    };
    let paused = Standing {
        paused_from: Some(date(2026, 2, 1)),
        paused_until: Some(date(2026, 3, 1)),
        ..Standing::of(CustomerStatus::Suspended)
    };
    customers::set_standings(&mut tx, &[(ids[1], &paused), (ids[0], &isolated)], later(2))
        .await
        .unwrap();
    customers::set_standings(&mut tx, &[], later(2)).await.unwrap();
    let now_stand = customers::find_many(&mut tx, &ids[..2]).await.unwrap();
    let stand: Vec<&Standing> = now_stand.iter().map(|customer| &customer.standing).collect();
    assert_eq!(stand, [&isolated, &paused]);
    assert_eq!(customers::find(&mut tx, ids[2]).await.unwrap(), before);
    let nobody = customers::set_standings(&mut tx, &[(ids[0], &paused), (999, &paused)], later(3)).await;
    assert_eq!(nobody.unwrap_err().code(), "stale");
}
