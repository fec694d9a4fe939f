use office::Actor;
use office::importing::{awaits_first_cut_off, confirm_first_cut_off};

use crate::lists::list;
use crate::opened::{Opened, on_both};

on_both!(
    nobody_of_a_file_is_closed_before_a_person_confirmed_the_first_cut_off,
    undoing_an_import_takes_its_first_cut_off_along,
    whoever_an_undo_keeps_is_not_closed_before_a_person_confirmed,
);

async fn awaits(opened: &Opened, closing: &[i64]) -> bool {
    let mut tx = opened.office.store().read().await.unwrap();
    awaits_first_cut_off(&mut tx, closing).await.unwrap()
}

async fn confirm(opened: &Opened, actor: &Actor, closing: &[i64]) {
    let call = opened.office.call(actor).await;
    let mut tx = call.begin().await.unwrap();
    confirm_first_cut_off(&mut tx, &call, closing).await.unwrap();
    tx.commit().await.unwrap();
}

async fn nobody_of_a_file_is_closed_before_a_person_confirmed_the_first_cut_off(opened: Opened) {
    opened.on_that_morning();
    let older = opened
        .customer("Lama", office::customers::CustomerFields::default())
        .await
        .id;
    opened
        .import(&list("Hutang", &[("Budi", "150.000"), ("Siti", "150.000")]))
        .await;
    opened.import(&list("Hutang", &[("Ujang", "150.000")])).await;
    let (budi, siti) = (opened.named("Budi").await.id, opened.named("Siti").await.id);
    let ujang = opened.named("Ujang").await.id;
    assert!(
        !awaits(&opened, &[older]).await,
        "who was there before waits for nothing"
    );
    assert!(awaits(&opened, &[older, budi]).await);

    confirm(&opened, &Actor::schedule(), &[budi]).await;
    assert!(awaits(&opened, &[budi]).await, "the schedule is no person");
    confirm(&opened, &Actor::console(), &[older]).await;
    assert!(awaits(&opened, &[budi]).await, "that plan had nobody of the file");
    confirm(&opened, &Actor::console(), &[older, budi]).await;
    assert!(
        !awaits(&opened, &[budi, siti]).await,
        "the file has had its first cut-off"
    );
    assert!(awaits(&opened, &[ujang]).await, "the other file has not");
}

async fn undoing_an_import_takes_its_first_cut_off_along(opened: Opened) {
    opened.on_that_morning();
    let applied = opened.import(&list("Hutang", &[("Budi", "150.000")])).await;
    let budi = opened.named("Budi").await.id;
    assert!(awaits(&opened, &[budi]).await);
    opened.undo(applied.batch_id).await;
    assert!(!awaits(&opened, &[budi]).await);
}

async fn whoever_an_undo_keeps_is_not_closed_before_a_person_confirmed(opened: Opened) {
    opened.on_that_morning();
    let applied = opened
        .import(&list("Hutang", &[("Budi", "150.000"), ("Siti", "150.000")]))
        .await;
    let budi = opened.named("Budi").await.id;
    let payment = office::payments::TakePayment {
        customer_id: budi,
        invoice_id: None,
        amount: billing::Rupiah(10_000),
        method: billing::Method::Cash,
        reference: None,
        money_received: None,
        to_credit: None,
        received_at: None,
        reason: None,
        idempotency_key: None,
    };
    opened.office.perform(&Actor::console(), payment).await.unwrap();
    assert_eq!(opened.undo(applied.batch_id).await.kept.len(), 1);
    assert!(awaits(&opened, &[budi]).await, "only the file says what is owed");
}
