//! What the end of one line does to the payer's other lines, and to what the payer is told.

use billing::{CustomerStatus, Rupiah};
use jiff::civil::date;
use office::customers::{ChangeCustomer, CustomerFields, ReadCustomer, TerminateLine};
use office::notify::ListNotifications;

use crate::desk::{Desk, PRICE, overdue};
use crate::engine::{Engine, on_both};

on_both! {
    an_end_that_pays_the_debt_opens_the_payers_other_line,
    messages_ask_for_no_more_than_is_owed_after_an_end,
}

async fn end(desk: &Desk, id: i64) {
    let request = TerminateLine {
        id,
        on: Some(date(2025, 12, 31)),
        reason: "tidak pernah dipasang".into(),
    };
    desk.ask(request).await.unwrap();
}

async fn an_end_that_pays_the_debt_opens_the_payers_other_line(on: Engine) {
    let desk = Desk::open(&on).await;
    let ids = desk.pppoe(&["budi", "gudang"]).await;
    let (payer, second) = (ids[0], ids[1]);
    let paid_for = ChangeCustomer {
        id: second,
        fields: CustomerFields {
            payer_id: Some(Some(payer)),
            ..CustomerFields::default()
        },
    };
    desk.ask(paid_for).await.unwrap();
    desk.bill_and_wait().await;
    // One line's price is paid; the other's is what both are closed for.
    desk.pay(payer, PRICE).await;
    desk.check_overdue(true).await;
    desk.run_due().await;
    let status = async |id| desk.ask(ReadCustomer { id }).await.unwrap().status;
    assert_eq!(status(payer).await, CustomerStatus::Isolated);

    end(&desk, second).await;
    desk.run_due().await;
    let now = desk.ask(ReadCustomer { id: payer }).await.unwrap();
    assert_eq!((now.balance, now.status), (Rupiah::ZERO, CustomerStatus::Active));
}

async fn messages_ask_for_no_more_than_is_owed_after_an_end(on: Engine) {
    let (desk, ids) = overdue(&on, 1).await;
    desk.run_due().await;
    let unsent = async || {
        let mut tx = desk.office.store().read().await.unwrap();
        store::notifications::unsent(&mut tx, &ids).await.unwrap().len()
    };
    assert!(unsent().await > 0, "the invoice is told");
    end(&desk, ids[0]).await;
    assert_eq!(unsent().await, 0, "nothing is owed, so nothing is asked for");
    let list = ListNotifications {
        customer_id: Some(ids[0]),
        ..ListNotifications::default()
    };
    let told = desk.ask(list).await.unwrap().items;
    assert!(told.iter().all(|message| message.state.as_str() == "withdrawn"));
}
