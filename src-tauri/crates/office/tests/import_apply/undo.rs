use billing::{CustomerStatus, InvoiceStatus};
use office::customers::{ChangeCustomer, CustomerFields, CustomerView, ListCustomers};
use office::importing::{ListImports, UndoImport};
use office::{Actor, Kind};

use crate::lists::list;
use crate::opened::{Opened, on_both};

on_both!(
    an_undone_import_leaves_nobody_and_its_file_can_come_in_again,
    debts_are_reversed_and_the_corrected_file_can_come_in,
    who_has_paid_is_kept_and_named,
    who_was_billed_changed_or_decided_about_is_kept_and_named,
    an_import_is_undone_once,
    who_was_withdrawn_is_in_no_list_that_does_not_ask_for_them,
);

async fn an_undone_import_leaves_nobody_and_its_file_can_come_in_again(opened: Opened) {
    opened.on_that_morning();
    let file = list(
        "ID Pelanggan;Wilayah",
        &[("Budi", "A-1;Sukamaju"), ("Siti", ";Sukamaju")],
    );
    let applied = opened.import(&file).await;
    let undone = opened.undo(applied.batch_id).await;
    assert_eq!((undone.removed, undone.withdrawn, undone.kept.len()), (2, 0, 0));
    assert_eq!(opened.customer_count().await, 0);
    opened.verified().await;
    opened.import(&file).await;
    assert_eq!(opened.customer_count().await, 2);
    assert_eq!(
        opened.named("Siti").await.customer_no,
        "PLG-00002",
        "a number is not given twice"
    );
}

/// Everybody, the withdrawn among them.
async fn withdrawn(opened: &Opened) -> Vec<CustomerView> {
    let request = ListCustomers {
        withdrawn: true,
        ..ListCustomers::default()
    };
    let page = opened.office.perform(&Actor::console(), request).await.unwrap();
    assert_eq!(usize::try_from(page.total).unwrap(), page.items.len());
    page.items
}

async fn who_was_withdrawn_is_in_no_list_that_does_not_ask_for_them(opened: Opened) {
    opened.on_that_morning();
    let rows = [("Budi", "150.000"), ("Siti", "150.000"), ("Ujang", "")];
    let applied = opened.import(&list("Hutang", &rows)).await;
    let budi = opened.named("Budi").await.id;
    let invoice = opened.invoices(budi).await.remove(0);
    opened.undo(applied.batch_id).await;
    // Somebody who really was a customer and left is one of the former.
    let dewi = opened.customer("Dewi", CustomerFields::default()).await.id;
    let mut tx = opened.office.store().begin().await.unwrap();
    let left = store::customers::Standing::of(CustomerStatus::Terminated);
    store::customers::set_standing(&mut tx, dewi, &left, opened.office.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let names = async |request: ListCustomers| {
        let page = opened.office.perform(&Actor::console(), request).await.unwrap();
        let names: Vec<String> = page.items.iter().map(|it| it.name.clone()).collect();
        assert_eq!(
            usize::try_from(page.total).unwrap(),
            names.len(),
            "the total is theirs"
        );
        names
    };
    assert_eq!(names(ListCustomers::default()).await, ["Dewi"]);
    for sort in ["name", "-customer_no", "balance", "-created_at"] {
        let sorted = ListCustomers {
            sort: Some(sort.into()),
            ..ListCustomers::default()
        };
        assert_eq!(names(sorted).await, ["Dewi"], "{sort}");
    }
    let of_package = ListCustomers {
        package_id: Some(opened.package_id),
        ..ListCustomers::default()
    };
    assert_eq!(names(of_package).await, ["Dewi"]);
    let former = |withdrawn| ListCustomers {
        status: Some(CustomerStatus::Terminated),
        withdrawn,
        ..ListCustomers::default()
    };
    assert_eq!(names(former(false)).await, ["Dewi"]);
    assert_eq!(names(former(true)).await, ["Budi", "Dewi", "Siti"]);
    let found = |search: &str| ListCustomers {
        search: Some(search.into()),
        ..ListCustomers::default()
    };
    assert_eq!(names(found("budi")).await, Vec::<String>::new());
    assert_eq!(
        names(found(&invoice.number)).await,
        ["Budi"],
        "the number of their invoice asks for them"
    );
    assert_eq!(opened.read(budi).await.status, CustomerStatus::Terminated);
    let first = ListCustomers {
        limit: Some(1),
        ..ListCustomers::default()
    };
    let page = opened.office.perform(&Actor::console(), first).await.unwrap();
    assert_eq!((page.total, page.next_cursor), (1, None));
    opened.verified().await;
}

async fn debts_are_reversed_and_the_corrected_file_can_come_in(opened: Opened) {
    opened.on_that_morning();
    let rows = [
        ("Budi", "A-1;150.000;Aktif"),
        ("Siti", "A-2;2025-12: 1.000 + 2026-01: 2.000;ISOLIR"),
        ("Ujang", "A-3;;Aktif"),
    ];
    let columns = "ID Pelanggan;Hutang;Status";
    let applied = opened.import(&list(columns, &rows)).await;
    let (budi, siti) = (opened.named("Budi").await.id, opened.named("Siti").await.id);
    let undone = opened.undo(applied.batch_id).await;
    assert_eq!((undone.removed, undone.withdrawn, undone.kept.len()), (3, 2, 0));

    assert_eq!(opened.customer_count().await, 0, "removed is what is said");
    let left = withdrawn(&opened).await;
    assert_eq!(left.len(), 2, "only what the books need stays");
    for customer in &left {
        assert_eq!(
            (customer.status, customer.balance.0),
            (CustomerStatus::Terminated, 0)
        );
        assert!(!customer.has_pppoe_password);
        assert!(
            opened
                .invoices(customer.id)
                .await
                .iter()
                .all(|it| it.status == InvoiceStatus::Void && it.remaining.0 == 0)
        );
    }
    assert_eq!(
        (
            opened.invoices(budi).await.len(),
            opened.invoices(siti).await.len()
        ),
        (1, 2),
        "nothing is deleted"
    );
    let search = ListCustomers {
        search: Some("siti".into()),
        ..ListCustomers::default()
    };
    assert_eq!(
        opened
            .office
            .perform(&Actor::console(), search)
            .await
            .unwrap()
            .total,
        0
    );
    let mut tx = opened.office.store().read().await.unwrap();
    let word = store::overrides::in_force(&mut tx, siti, jiff::civil::date(2026, 2, 10))
        .await
        .unwrap();
    assert!(word.is_none());
    drop(tx);
    opened.verified().await;

    opened.import(&list(columns, &rows)).await;
    assert_eq!(opened.named("Budi").await.customer_no, "A-1");
    assert_eq!(opened.named("Budi").await.balance.0, 150_000);
    opened.verified().await;
}

async fn who_has_paid_is_kept_and_named(opened: Opened) {
    opened.on_that_morning();
    let rows = [("Budi", "150.000"), ("Siti", "150.000"), ("Ujang", "")];
    let applied = opened.import(&list("Hutang", &rows)).await;
    let budi = opened.named("Budi").await;
    opened.pay(budi.id, 100_000).await;
    let undone = opened.undo(applied.batch_id).await;
    assert_eq!((undone.removed, undone.withdrawn), (2, 1));
    let kept: Vec<_> = undone
        .kept
        .iter()
        .map(|it| (it.customer_no.as_str(), it.code.as_str()))
        .collect();
    assert_eq!(kept, [(budi.customer_no.as_str(), "has_payments")]);
    assert!(
        undone
            .kept
            .iter()
            .all(|it| !it.reason.id.is_empty() && !it.reason.en.is_empty())
    );
    let after = opened.read(budi.id).await;
    assert_eq!(
        (after.status, after.balance.0),
        (CustomerStatus::Active, 50_000),
        "nothing about Budi has changed"
    );
    opened.verified().await;
}

async fn who_was_billed_changed_or_decided_about_is_kept_and_named(opened: Opened) {
    opened.on_that_morning();
    let rows = [
        ("Budi", "2026-01-01"),
        ("Siti", "2026-03-01"),
        ("Ujang", "2026-03-01"),
        ("Dewi", "2026-03-01"),
    ];
    let applied = opened.import(&list("Mulai", &rows)).await;
    let later = crate::opened::at("2026-02-10T10:00:00+07:00");
    opened.clock.set(later);
    opened.bill(2026, 2).await;
    let siti = opened.named("Siti").await.id;
    let fields = CustomerFields {
        odp: Some(Some("ODP-1".into())),
        ..CustomerFields::default()
    };
    opened
        .office
        .perform(&Actor::console(), ChangeCustomer { id: siti, fields })
        .await
        .unwrap();
    let ujang = opened.named("Ujang").await.id;
    let mut tx = opened.office.store().begin().await.unwrap();
    let promise = store::overrides::NewOverride {
        customer_id: ujang,
        verdict: billing::OverrideVerdict::Open,
        reason: "janji bayar",
        until: None,
        created_by: "kasir",
    };
    store::overrides::set(&mut tx, &promise, later).await.unwrap();
    tx.commit().await.unwrap();

    let undone = opened.undo(applied.batch_id).await;
    let kept: Vec<_> = undone.kept.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(kept, ["has_invoices", "changed", "has_override"]);
    assert_eq!(undone.removed, 1);
    assert_eq!(opened.customer_count().await, 3);
    opened.verified().await;
}

async fn an_import_is_undone_once(opened: Opened) {
    opened.on_that_morning();
    let applied = opened.import(&list("Hutang", &[("Budi", "150.000")])).await;
    opened.undo(applied.batch_id).await;
    let again = UndoImport {
        batch_id: applied.batch_id,
    };
    let error = opened.office.perform(&Actor::console(), again).await.unwrap_err();
    assert_eq!(
        (error.kind, error.code),
        (Kind::Conflict, "import_already_undone")
    );
    let error = opened
        .office
        .perform(&Actor::console(), UndoImport { batch_id: 999 })
        .await
        .unwrap_err();
    assert_eq!(error.kind, Kind::Missing);
    let imports = opened
        .office
        .perform(&Actor::console(), ListImports::default())
        .await
        .unwrap()
        .items;
    assert_eq!(imports[0].undone_by.as_deref(), Some("console"));
    assert!(imports[0].undone_at.is_some());
    opened.verified().await;
}
