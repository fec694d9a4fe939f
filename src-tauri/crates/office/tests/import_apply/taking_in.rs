use billing::Rupiah;
use office::importing::{ApplyImport, ImportMode, ListImports, PreviewImport};
use office::logs::ListLogs;
use office::{Actor, Kind, Role, Who};

use crate::lists::{NAME, list, long_list};
use crate::opened::{Opened, on_both};

on_both!(
    a_thousand_customers_of_a_windows_spreadsheet_come_in,
    a_preview_says_everything_and_changes_nothing,
    one_bad_row_refuses_all_rows_and_leaves_nothing,
    the_good_rows_come_in_alone_when_that_is_asked_for,
    a_file_without_a_good_row_is_refused,
    a_file_that_changed_since_its_preview_is_refused,
    the_same_file_twice_is_refused,
    numbers_are_given_in_the_order_of_the_file_and_beyond_those_it_brings,
    what_is_no_table_is_refused_by_name,
    debts_need_the_right_to_make_invoices,
);

async fn a_thousand_customers_of_a_windows_spreadsheet_come_in(opened: Opened) {
    opened.on_that_morning();
    let file = long_list(1_000);
    let preview = opened.preview(&file).await;
    assert_eq!(
        (preview.rows, preview.good, preview.bad),
        (1_000, 1_000, 0),
        "{:?}",
        preview.problems.first()
    );
    assert_eq!(preview.sample.len(), 20);
    assert_eq!(preview.totals.debt, Rupiah(100 * 150_000 + 100 * 75_000));
    assert_eq!(
        (
            preview.totals.debtors,
            preview.totals.opening_invoices,
            preview.totals.isolated,
            preview.totals.active
        ),
        (200, 200, 100, 900)
    );
    assert_eq!(preview.totals.new_areas.len(), 7);
    let packages: Vec<_> = preview
        .totals
        .packages
        .iter()
        .map(|it| (it.code.as_str(), it.customers))
        .collect();
    assert_eq!(packages, [("HOME", 1_000)]);

    let request = ApplyImport {
        file_name: NAME.into(),
        bytes: file,
        router: None,
        first_period: None,
        digest: Some(preview.digest),
        mode: ImportMode::AllOrNothing,
    };
    let applied = opened.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(
        (applied.imported, applied.refused, applied.opening_invoices),
        (1_000, 0, 200)
    );
    assert_eq!(opened.customer_count().await, 1_000);

    let customers = opened.customers().await;
    let third = &customers[2];
    assert_eq!(
        (third.customer_no.as_str(), third.name.as_str()),
        ("PLG-00003", "René 3")
    );
    assert_eq!(third.address.as_deref(), Some("Jl. Melati No. 3; Café"));
    assert_eq!(third.phone.as_deref(), Some("6281200000003"));
    assert_eq!(
        third.area.as_ref().map(|area| area.name.as_str()),
        Some("Dusun 3")
    );
    assert_eq!(
        (third.odp.as_deref(), third.ont_serial.as_deref()),
        (Some("ODP-3/3"), Some("ZTEG00000003"))
    );
    assert_eq!(
        (third.billing_day, third.billing_start),
        (4, jiff::civil::date(2024, 1, 31))
    );

    let mut tx = opened.office.store().read().await.unwrap();
    let stored = store::customers::find(&mut tx, third.id).await.unwrap().unwrap();
    drop(tx);
    let sealed = stored.details.pppoe_password.unwrap();
    assert!(
        !sealed.contains("rahasia"),
        "a password is never stored in the clear"
    );
    let purpose = |id: i64| format!("customer/{id}/pppoe_password");
    let key = opened.office.key();
    assert!(
        key.open(&purpose(third.id + 1), &sealed).is_err(),
        "a sealed password copied to another customer does not open"
    );
    let password = key.open(&purpose(third.id), &sealed).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&password), "rahasia3");
    opened.verified().await;
    assert_nothing_was_sent(&opened).await;
}

async fn assert_nothing_was_sent(opened: &Opened) {
    let mut tx = opened.office.store().read().await.unwrap();
    let messages = store::notifications::Filter {
        limit: 1,
        ..store::notifications::Filter::default()
    };
    assert_eq!(
        store::notifications::list(&mut tx, &messages)
            .await
            .unwrap()
            .total,
        0,
        "nobody is sent a message"
    );
    let lanes = store::jobs::due_lanes(&mut tx, opened.office.now())
        .await
        .unwrap();
    assert!(lanes.is_empty(), "nothing is asked of a router");
}

async fn a_preview_says_everything_and_changes_nothing(opened: Opened) {
    opened.on_that_morning();
    let file = list(
        "Wilayah;Hutang;Warna Rumah",
        &[("Budi", "Sukamaju;150.000;hijau"), ("Siti", "Sukamaju;-5;")],
    );
    let preview = opened.preview(&file).await;
    assert_eq!((preview.rows, preview.good, preview.bad), (2, 1, 1));
    let ignored: Vec<_> = preview
        .columns
        .iter()
        .filter(|it| it.field.is_none())
        .map(|it| &it.heading)
        .collect();
    assert_eq!(ignored, ["Warna Rumah"]);
    let fatal: Vec<_> = preview
        .problems
        .iter()
        .filter(|it| it.fatal)
        .map(|it| (it.line_no, it.code))
        .collect();
    assert_eq!(fatal, [(3, "money_negative")]);
    let sample = &preview.sample[0];
    assert_eq!((sample.name.as_str(), sample.package.as_str()), ("Budi", "HOME"));
    assert_eq!(
        (sample.debt, sample.area.as_deref()),
        (Rupiah(150_000), Some("Sukamaju"))
    );
    assert_eq!(preview.totals.new_areas, ["Sukamaju"]);
    assert_nothing_came_in(&opened).await;
}

async fn assert_nothing_came_in(opened: &Opened) {
    assert_eq!(opened.customer_count().await, 0);
    assert!(
        opened
            .office
            .perform(&Actor::console(), ListImports::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let mut tx = opened.office.store().read().await.unwrap();
    assert!(store::areas::all(&mut tx).await.unwrap().is_empty());
    assert_eq!(store::counters::last(&mut tx, "customer").await.unwrap(), 0);
    assert_eq!(
        store::counters::last(&mut tx, "invoice:2026-02").await.unwrap(),
        0
    );
    assert!(
        !office::importing::awaits_first_cut_off(&mut tx, &[1])
            .await
            .unwrap()
    );
    drop(tx);
    let log = ListLogs {
        act: Some("customers_imported".into()),
        ..ListLogs::default()
    };
    assert_eq!(
        opened.office.perform(&Actor::console(), log).await.unwrap().total,
        0
    );
}

async fn one_bad_row_refuses_all_rows_and_leaves_nothing(opened: Opened) {
    opened.on_that_morning();
    let file = list(
        "Wilayah;Hutang;Tanggal Tagihan",
        &[
            ("Budi", "Sukamaju;150.000;5"),
            ("Siti", "Sukamaju;;31"),
            ("Ujang", ";dua ratus;7"),
        ],
    );
    let error = opened
        .try_import(&file, ImportMode::AllOrNothing)
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Invalid, "import_bad_rows"));
    let named: Vec<_> = error
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.code))
        .collect();
    assert_eq!(
        named,
        [
            ("line 3: billing_day", "billing_day_too_late"),
            ("line 4: debt", "money_unreadable")
        ]
    );
    assert!(
        error
            .fields
            .iter()
            .all(|field| !field.message.id.is_empty() && !field.message.en.is_empty())
    );
    assert_nothing_came_in(&opened).await;
}

async fn the_good_rows_come_in_alone_when_that_is_asked_for(opened: Opened) {
    opened.on_that_morning();
    let file = list(
        "Tanggal Tagihan",
        &[("Budi", "5"), ("Siti", "31"), ("Ujang", "7")],
    );
    let applied = opened.try_import(&file, ImportMode::GoodRows).await.unwrap();
    assert_eq!((applied.imported, applied.refused), (2, 1));
    assert_eq!(
        applied.problems.iter().map(|it| it.line_no).collect::<Vec<_>>(),
        [3]
    );
    let numbers: Vec<_> = opened
        .customers()
        .await
        .into_iter()
        .map(|it| (it.customer_no, it.name))
        .collect();
    assert_eq!(
        numbers,
        [
            ("PLG-00001".into(), "Budi".into()),
            ("PLG-00002".into(), "Ujang".into())
        ]
    );
    let imports = opened
        .office
        .perform(&Actor::console(), ListImports::default())
        .await
        .unwrap()
        .items;
    let [import] = &imports[..] else {
        panic!("there is one import")
    };
    assert_eq!(
        (import.batch_id, import.imported, import.refused),
        (applied.batch_id, 2, 1)
    );
    assert_eq!((import.file_name.as_str(), import.undone_at), (NAME, None));
}

async fn a_file_without_a_good_row_is_refused(opened: Opened) {
    opened.on_that_morning();
    let file = list("Tanggal Tagihan", &[("Budi", "31")]);
    let error = opened.try_import(&file, ImportMode::GoodRows).await.unwrap_err();
    assert_eq!(error.code, "import_bad_rows");
    assert_nothing_came_in(&opened).await;
}

async fn a_file_that_changed_since_its_preview_is_refused(opened: Opened) {
    opened.on_that_morning();
    let shown = list("Hutang", &[("Budi", "150.000")]);
    let changed = list("Hutang", &[("Budi", "1.500.000")]);
    let digest = opened.preview(&shown).await.digest;
    let apply = |bytes: &[u8]| ApplyImport {
        file_name: NAME.into(),
        bytes: bytes.to_vec(),
        router: None,
        first_period: None,
        digest: Some(digest.clone()),
        mode: ImportMode::AllOrNothing,
    };
    let error = opened
        .office
        .perform(&Actor::console(), apply(&changed))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Conflict, "import_file_changed"));
    assert_nothing_came_in(&opened).await;
    opened
        .office
        .perform(&Actor::console(), apply(&shown))
        .await
        .unwrap();
}

async fn the_same_file_twice_is_refused(opened: Opened) {
    opened.on_that_morning();
    let file = list("ID Pelanggan", &[("Budi", "A-1"), ("Siti", "")]);
    opened.import(&file).await;
    let error = opened
        .try_import(&file, ImportMode::AllOrNothing)
        .await
        .unwrap_err();
    assert_eq!(error.code, "import_bad_rows");
    let codes: Vec<_> = error
        .fields
        .iter()
        .map(|field| (field.field.as_str(), field.code))
        .collect();
    assert_eq!(
        codes,
        [
            ("line 2: customer_no", "customer_no_taken"),
            ("line 2: pppoe_username", "pppoe_username_taken"),
            ("line 3: pppoe_username", "pppoe_username_taken"),
        ]
    );
    let error = opened.try_import(&file, ImportMode::GoodRows).await.unwrap_err();
    assert_eq!(error.code, "import_bad_rows", "none of its rows is good any more");
    assert_eq!(opened.customer_count().await, 2);
}

async fn numbers_are_given_in_the_order_of_the_file_and_beyond_those_it_brings(opened: Opened) {
    opened.on_that_morning();
    let rows = [
        ("Budi", ""),
        ("Siti", "plg-00500"),
        ("Ujang", ""),
        ("Dewi", "KT/07"),
        ("Asep", "PLG-99999999999999999"),
    ];
    opened.import(&list("ID Pelanggan", &rows)).await;
    let number = async |name| opened.named(name).await.customer_no;
    assert_eq!(number("Budi").await, "PLG-00501");
    assert_eq!(number("Siti").await, "plg-00500");
    assert_eq!(number("Ujang").await, "PLG-00502");
    assert_eq!(number("Dewi").await, "KT/07");
    let added = opened
        .customer("Nuraini", office::customers::CustomerFields::default())
        .await;
    assert_eq!(added.customer_no, "PLG-00503");
}

async fn what_is_no_table_is_refused_by_name(opened: Opened) {
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 64]].concat();
    for (bytes, code) in [(picture, "import_not_a_table"), (Vec::new(), "import_empty")] {
        let request = PreviewImport {
            file_name: NAME.into(),
            bytes: bytes.clone(),
            router: None,
            first_period: None,
        };
        let error = opened
            .office
            .perform(&Actor::console(), request)
            .await
            .unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::Invalid, code));
        let error = opened.try_import(&bytes, ImportMode::GoodRows).await.unwrap_err();
        assert_eq!(error.code, code);
    }
}

async fn debts_need_the_right_to_make_invoices(opened: Opened) {
    opened.on_that_morning();
    let user = |role: Role| Actor {
        who: Who::User {
            id: 1,
            name: "uji".into(),
            role,
        },
        abilities: role.abilities(),
        language: office::Language::default(),
    };
    let apply = |debt: &str| ApplyImport {
        file_name: NAME.into(),
        bytes: list("Hutang", &[("Budi", debt)]),
        router: None,
        first_period: None,
        digest: None,
        mode: ImportMode::AllOrNothing,
    };
    let error = opened
        .office
        .perform(&user(Role::Cashier), apply(""))
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    let error = opened
        .office
        .perform(&user(Role::Technician), apply("150.000"))
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
    assert_nothing_came_in(&opened).await;
    opened
        .office
        .perform(&user(Role::Technician), apply(""))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_customers_come_in_and_go_again() {
    let opened = crate::opened::sqlite().await;
    opened.on_that_morning();
    let applied = opened.import(&long_list(10_000)).await;
    assert_eq!((applied.imported, applied.opening_invoices), (10_000, 2_000));
    let undone = opened.undo(applied.batch_id).await;
    assert_eq!(
        (undone.removed, undone.withdrawn, undone.kept.len()),
        (10_000, 2_000, 0)
    );
    opened.verified().await;
}
