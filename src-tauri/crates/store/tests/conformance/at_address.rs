//! Customers by a fixed address: whoever has it, on whatever router, while in service.

use billing::{ConnectionType, CustomerStatus};
use store::customers::{self, Details, Standing};

use crate::engine::{Database, on_both};
use crate::invented::{ground, line, now};

on_both!(an_address_finds_everybody_who_has_it_and_is_served);

async fn an_address_finds_everybody_who_has_it_and_is_served(database: Database) {
    let mut tx = database.store.begin().await.unwrap();
    let ground = ground(&mut tx).await;
    let at = |number: i64, address: &str| Details {
        connection_type: ConnectionType::Static,
        static_ip: Some(address.into()),
        ..line(ground, number, "Warnet")
    };
    let active = Standing::of(CustomerStatus::Active);
    let here = customers::insert(&mut tx, &at(1, "10.0.0.7"), &active, now())
        .await
        .unwrap();
    customers::insert(&mut tx, &at(2, "10.0.0.70"), &active, now())
        .await
        .unwrap();
    let gone = Standing::of(CustomerStatus::Terminated);
    customers::insert(&mut tx, &at(3, "10.0.0.7"), &gone, now())
        .await
        .unwrap();
    let found = customers::with_address(&mut tx, "10.0.0.7").await.unwrap();
    assert_eq!(
        found.iter().map(|customer| customer.id).collect::<Vec<_>>(),
        [here]
    );
    assert!(
        customers::with_address(&mut tx, "10.0.0.1")
            .await
            .unwrap()
            .is_empty()
    );
}
