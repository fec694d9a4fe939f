//! The terms of a bill: a technician adds and changes lines, and makes nobody's bill smaller, later or another's.

use billing::{BillingMode, ConnectionType, DiscountType, DueRule};
use office::customers::{AddCustomer, ChangeCustomer, CustomerFields, DiscountValue};
use office::{Actor, Kind, Role, Who};

use crate::opened::{Opened, on_both};

fn technician() -> Actor {
    Actor {
        who: Who::User {
            id: 1,
            name: "Dedi".into(),
            role: Role::Technician,
        },
        abilities: Role::Technician.abilities(),
        language: office::Language::default(),
    }
}

async fn a_technician_changes_no_terms_and_is_told_which_they_are(it: Opened) {
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    let payer = it.customer("Pak Budi", CustomerFields::default()).await.id;
    let change = |fields| ChangeCustomer { id, fields };
    let none = CustomerFields::default;
    let all = CustomerFields {
        discount_type: Some(Some(DiscountType::Percent)),
        discount_value: Some(DiscountValue::of(Some(DiscountType::Percent), 10_000)),
        ..none()
    };
    let error = it.office.perform(&technician(), change(all)).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::Forbidden, "terms_forbidden"));
    let named: Vec<&str> = error.fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(named, ["discount_type", "discount_value"]);
    assert!(
        error.detail.id.contains("discount_type, discount_value"),
        "{error:?}"
    );
    for fields in [
        CustomerFields {
            exempt: Some(true),
            ..none()
        },
        CustomerFields {
            billing: Some(BillingMode::Free),
            ..none()
        },
        CustomerFields {
            taxed: Some(true),
            ..none()
        },
        CustomerFields {
            payer_id: Some(Some(payer)),
            ..none()
        },
        CustomerFields {
            due_rule: Some(Some(DueRule::AfterIssue(90))),
            ..none()
        },
        CustomerFields {
            billing_start: Some(jiff::civil::date(2030, 1, 1)),
            ..none()
        },
    ] {
        let error = it
            .office
            .perform(&technician(), change(fields))
            .await
            .unwrap_err();
        assert_eq!((error.code, error.fields.len()), ("terms_forbidden", 1));
    }
    let invoiced = it.bill(2026, 1).await;
    assert_eq!(invoiced.amount.0, 400_000, "nobody pays less");
}

async fn what_a_form_sends_as_it_stands_changes_nothing_and_is_let_pass(it: Opened) {
    let id = it.customer("Bu Siti", CustomerFields::default()).await.id;
    let fields = CustomerFields {
        address: Some(Some("Jl. Melati 7".into())),
        taxed: Some(false),
        exempt: Some(false),
        discount_type: Some(None),
        billing_day: Some(1),
        ..CustomerFields::default()
    };
    let changed = it
        .office
        .perform(&technician(), ChangeCustomer { id, fields })
        .await
        .unwrap();
    assert_eq!(changed.address.as_deref(), Some("Jl. Melati 7"));
}

async fn a_technician_adds_a_line_with_its_first_day_and_without_a_discount(it: Opened) {
    let line = |exempt| CustomerFields {
        name: Some("Pak Joko".into()),
        package_id: Some(it.package_id),
        connection_type: Some(ConnectionType::Dhcp),
        billing_day: Some(10),
        billing_start: Some(jiff::civil::date(2026, 1, 5)),
        taxed: Some(true),
        exempt: Some(exempt),
        ..CustomerFields::default()
    };
    let refused = it.office.perform(&technician(), AddCustomer(line(true))).await;
    assert_eq!(refused.unwrap_err().fields[0].field, "exempt");
    let added = it.office.perform(&technician(), AddCustomer(line(false))).await;
    assert_eq!(added.unwrap().billing_day, 10);
}

on_both!(
    a_technician_changes_no_terms_and_is_told_which_they_are,
    what_a_form_sends_as_it_stands_changes_nothing_and_is_let_pass,
    a_technician_adds_a_line_with_its_first_day_and_without_a_discount,
);
