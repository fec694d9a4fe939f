use billing::{Access, CustomerStatus, DiscountType, Observed, OverrideVerdict, PaymentBehavior, Rupiah};
use jiff::civil::date;
use office::Actor;
use office::customers::DiscountValue;
use office::importing::release_settled;

use crate::lists::list;
use crate::opened::{Opened, on_both};

on_both!(
    a_line_is_active_if_its_start_is_not_in_the_future,
    without_a_start_the_period_under_way_is_billed_in_full,
    a_line_that_is_closed_today_becomes_an_override,
    a_line_closed_for_a_debt_of_the_file_is_released_when_it_is_paid,
    a_line_closed_for_no_debt_of_the_file_stays_until_somebody_says_so,
    suspended_and_former_customers_are_neither_served_nor_billed,
    discount_tax_rapel_and_collector_come_along,
);

async fn a_line_is_active_if_its_start_is_not_in_the_future(opened: Opened) {
    opened.on_that_morning();
    let rows = [
        ("Budi", "31/01/2024;"),
        ("Siti", "10/02/2026;Aktif"),
        ("Ujang", "11/02/2026;Aktif"),
        ("Dewi", ";"),
    ];
    opened.import(&list("Mulai;Status", &rows)).await;
    let status = async |name| opened.named(name).await.status;
    assert_eq!(status("Budi").await, CustomerStatus::Active);
    assert_eq!(status("Siti").await, CustomerStatus::Active);
    assert_eq!(status("Ujang").await, CustomerStatus::Pending);
    assert_eq!(status("Dewi").await, CustomerStatus::Active);
}

async fn without_a_start_the_period_under_way_is_billed_in_full(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list("Tanggal Tagihan", &[("Budi", "1"), ("Siti", "15")]))
        .await;
    assert_eq!(opened.named("Budi").await.billing_start, date(2026, 2, 1));
    assert_eq!(opened.named("Siti").await.billing_start, date(2026, 1, 15));
    opened.bill(2026, 2).await;
    let budi = opened.named("Budi").await;
    assert_eq!(budi.balance, Rupiah(200_000));
}

async fn a_line_that_is_closed_today_becomes_an_override(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list(
            "Hutang;Status",
            &[("Budi", "150.000;ISOLIR"), ("Siti", "150.000;Aktif")],
        ))
        .await;
    let budi = opened.read(opened.named("Budi").await.id).await;
    assert_eq!(
        (budi.status, budi.access.desired),
        (CustomerStatus::Isolated, Access::Closed)
    );
    assert_eq!(
        budi.access.observed,
        Observed::Unknown,
        "no router has said anything yet"
    );
    assert!(
        budi.isolation_reason
            .is_some_and(|reason| reason.starts_with("Sudah diisolir"))
    );
    let mut tx = opened.office.store().read().await.unwrap();
    let word = store::overrides::in_force(&mut tx, budi.id, date(2026, 2, 10))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((word.verdict, word.until), (OverrideVerdict::Closed, None));
    assert_eq!(word.created_by, "console");
    drop(tx);
    let siti = opened.named("Siti").await;
    assert_eq!(
        siti.status,
        CustomerStatus::Active,
        "a debt alone closes nobody by the import"
    );
    let mut tx = opened.office.store().read().await.unwrap();
    assert!(
        store::overrides::history(&mut tx, siti.id)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn release(opened: &Opened, customer_id: i64) -> bool {
    let actor = Actor::console();
    let call = opened.office.call(&actor).await;
    let mut tx = call.begin().await.unwrap();
    let released = release_settled(&mut tx, &call, customer_id).await.unwrap();
    tx.commit().await.unwrap();
    released
}

async fn a_line_closed_for_a_debt_of_the_file_is_released_when_it_is_paid(opened: Opened) {
    opened.on_that_morning();
    opened
        .import(&list("Hutang;Status", &[("Budi", "150.000;ISOLIR")]))
        .await;
    let budi = opened.named("Budi").await.id;
    assert!(!release(&opened, budi).await, "nothing was paid");
    opened.pay(budi, 1).await;
    assert!(!release(&opened, budi).await, "Rp 1 opens nothing");
    opened.pay(budi, 149_999).await;
    release(&opened, budi).await;
    assert_eq!(opened.read(budi).await.access.desired, Access::Open);
    assert!(!release(&opened, budi).await, "there is nothing left to release");
}

async fn a_line_closed_for_no_debt_of_the_file_stays_until_somebody_says_so(opened: Opened) {
    opened.on_that_morning();
    opened.import(&list("Status", &[("Budi", "ISOLIR")])).await;
    let budi = opened.named("Budi").await.id;
    assert!(!release(&opened, budi).await);
    assert_eq!(opened.read(budi).await.access.desired, Access::Closed);
}

async fn suspended_and_former_customers_are_neither_served_nor_billed(opened: Opened) {
    opened.on_that_morning();
    let rows = [
        ("Budi", "2024-01-31;Cuti;"),
        ("Siti", "2024-01-31;Berhenti;200.000"),
    ];
    opened.import(&list("Mulai;Status;Hutang", &rows)).await;
    let all = opened.customers().await;
    let (budi, siti) = (opened.read(all[0].id).await, opened.read(all[1].id).await);
    assert_eq!(
        (budi.status, budi.access.desired),
        (CustomerStatus::Suspended, Access::Closed)
    );
    assert_eq!(budi.paused_from, Some(date(2026, 2, 1)));
    assert_eq!(
        (siti.status, siti.access.desired),
        (CustomerStatus::Terminated, Access::Closed)
    );
    assert_eq!(siti.balance, Rupiah(200_000), "who has left still owes");
    assert_eq!(opened.bill(2026, 2).await.summary.created, 0);
    opened.verified().await;
}

async fn discount_tax_rapel_and_collector_come_along(opened: Opened) {
    opened.on_that_morning();
    let mut tx = opened.office.store().begin().await.unwrap();
    let asep = store::users::insert(&mut tx, "Asep", "collector", "-", opened.office.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows = [("Budi", "10%;ya;3 bulan;asep"), ("Siti", "Rp 25.000;tidak;;")];
    opened.import(&list("Diskon;PPN;Rapel;Penagih", &rows)).await;
    let budi = opened.named("Budi").await;
    assert_eq!(
        (budi.discount_type, budi.discount_value),
        (
            Some(DiscountType::Percent),
            DiscountValue::of(Some(DiscountType::Percent), 1_000)
        )
    );
    assert_eq!(
        (budi.payment_behavior, budi.rapel_months),
        (PaymentBehavior::Rapel, 3)
    );
    assert_eq!((budi.taxed, budi.collector_id), (true, Some(asep.id)));
    let siti = opened.named("Siti").await;
    assert_eq!(
        (siti.discount_type, siti.discount_value),
        (
            Some(DiscountType::Amount),
            DiscountValue::of(Some(DiscountType::Amount), 25_000)
        )
    );
    assert_eq!(
        (siti.payment_behavior, siti.taxed, siti.collector_id),
        (PaymentBehavior::Regular, false, None)
    );
}
