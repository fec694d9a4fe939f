//! A line for which nobody gave a password: one is made before its secret is, sealed, and read by whoever may; a secret that
//! is there keeps its own, and no secret is ever made that lets in whoever knows the name.

use billing::ConnectionType;
use office::customers::{
    AddCustomer, ChangeCustomer, CustomerFields, CustomerView, ReadCustomer, ReadPppoePassword,
};
use office::schedule::RunTask;
use office::{Actor, Role, Who};
use secrecy::{ExposeSecret as _, SecretString};
use simulators::router::{Fault, Profile, Secret};

use crate::desk::{Desk, at};
use crate::engine::{Engine, on_both};

/// A PPPoE customer of whom no password is known.
fn fields(desk: &Desk, name: &str) -> CustomerFields {
    CustomerFields {
        customer_no: Some(format!("PLG-{name}")),
        name: Some(name.to_owned()),
        package_id: Some(desk.package_id),
        router_id: Some(Some(desk.router_id)),
        connection_type: Some(ConnectionType::Pppoe),
        pppoe_username: Some(Some(name.to_owned())),
        ..CustomerFields::default()
    }
}

async fn read(desk: &Desk, id: i64) -> CustomerView {
    desk.ask(ReadCustomer { id }).await.unwrap()
}

async fn told(desk: &Desk, customer_id: i64) -> (String, bool) {
    let told = desk.ask(ReadPppoePassword { customer_id }).await.unwrap();
    (told.password().expose_secret().to_owned(), told.made)
}

async fn a_secret_without_a_password_gets_a_made_one_that_is_sealed_and_read_again(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.ask(AddCustomer(fields(&desk, "budi"))).await.unwrap().id;
    desk.run_due().await;
    let secret = desk.router.secret("budi").unwrap();
    assert_eq!(
        secret.password.len(),
        "k7mp-x2wd-r9ht".len(),
        "{}",
        secret.password
    );
    assert_eq!(told(&desk, id).await, (secret.password, true));
    let customer = read(&desk, id).await;
    assert!(customer.has_pppoe_password && customer.pppoe_password_made);
    assert_eq!(desk.acts("pppoe_password_made").await.len(), 1);
    assert_eq!(
        desk.acts("pppoe_password_read").await.len(),
        1,
        "who looked is on record"
    );

    let password = CustomerFields {
        pppoe_password: Some(Some(SecretString::from("pilihan-sendiri"))),
        ..CustomerFields::default()
    };
    let change = ChangeCustomer { id, fields: password };
    assert!(!desk.ask(change).await.unwrap().pppoe_password_made);
    desk.run_due().await;
    assert_eq!(desk.router.secret("budi").unwrap().password, "pilihan-sendiri");
}

async fn somebody_who_begins_later_gets_one_when_the_service_begins(on: Engine) {
    let desk = Desk::open(&on).await;
    let later = CustomerFields {
        billing_start: Some(jiff::civil::date(2026, 2, 1)),
        ..fields(&desk, "budi")
    };
    let id = desk.ask(AddCustomer(later)).await.unwrap().id;
    assert!(!read(&desk, id).await.has_pppoe_password);
    desk.clock.set(at("2026-02-01T00:01:00+07:00"));
    let run = RunTask {
        task: "billing:generate-invoices".into(),
        ..RunTask::default()
    };
    desk.ask(run).await.unwrap();
    desk.run_due().await;
    assert_eq!(
        told(&desk, id).await,
        (desk.router.secret("budi").unwrap().password, true)
    );
}

async fn a_secret_that_is_there_keeps_its_password_and_the_record_learns_it(on: Engine) {
    let desk = Desk::open(&on).await;
    desk.router
        .load_profiles([Profile::new("pkg-hemat-10", "5120k/10M")]);
    desk.router
        .load_secrets([Secret::new("budi", "lama").with_profile("pkg-hemat-10")]);
    let id = desk.ask(AddCustomer(fields(&desk, "budi"))).await.unwrap().id;
    desk.run_due().await;
    assert_eq!(desk.router.secret("budi").unwrap().password, "lama");
    assert_eq!(told(&desk, id).await, ("lama".to_owned(), false));
}

async fn a_try_that_was_cut_off_anywhere_leaves_a_password_that_the_record_knows(on: Engine) {
    for commands in 0..9 {
        let desk = Desk::open(&on).await;
        let id = desk.ask(AddCustomer(fields(&desk, "budi"))).await.unwrap().id;
        desk.router.fault_after(commands, Fault::CloseMidReply);
        desk.run_due().await;
        desk.router_is_back().await;
        let password = desk.router.secret("budi").unwrap().password;
        assert!(!password.is_empty(), "after {commands}");
        assert_eq!(told(&desk, id).await.0, password, "after {commands}");
    }
}

async fn a_cashier_does_not_read_it_and_without_one_the_answer_says_so(on: Engine) {
    let desk = Desk::open(&on).await;
    let id = desk.ask(AddCustomer(fields(&desk, "budi"))).await.unwrap().id;
    let none = desk
        .ask(ReadPppoePassword { customer_id: id })
        .await
        .err()
        .unwrap();
    assert_eq!(none.code, "no_pppoe_password");
    let cashier = Actor {
        who: Who::User {
            id: 1,
            name: "Rina".into(),
            role: Role::Cashier,
        },
        abilities: Role::Cashier.abilities(),
        language: office::Language::default(),
    };
    let request = ReadPppoePassword { customer_id: id };
    let refused = desk.office.perform(&cashier, request).await.err().unwrap();
    assert_eq!(refused.code, "forbidden");
}

on_both! {
    a_secret_without_a_password_gets_a_made_one_that_is_sealed_and_read_again,
    somebody_who_begins_later_gets_one_when_the_service_begins,
    a_secret_that_is_there_keeps_its_password_and_the_record_learns_it,
    a_try_that_was_cut_off_anywhere_leaves_a_password_that_the_record_knows,
    a_cashier_does_not_read_it_and_without_one_the_answer_says_so,
}
