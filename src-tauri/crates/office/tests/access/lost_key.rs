//! The key that sealed customers' passwords is lost: the office says so instead of opening with another one, and goes on
//! without what was sealed when a person wants that.

use billing::ConnectionType;
use office::customers::{AddCustomer, CustomerFields, ReadCustomer};
use office::logs::ListLogs;
use office::secrets::{MemorySecrets, Secrets};
use office::{GivenUp, Office};
use secrecy::SecretString;

use crate::desk::Desk;
use crate::engine::{Engine, on_both};

async fn a_lost_key_takes_its_passwords_with_it_once_and_leaves_the_books_whole(on: Engine) {
    let desk = Desk::open(&on).await;
    let fields = CustomerFields {
        name: Some("budi".to_owned()),
        package_id: Some(desk.package_id),
        connection_type: Some(ConnectionType::Pppoe),
        pppoe_username: Some(Some("budi".to_owned())),
        pppoe_password: Some(Some(SecretString::from("rahasia"))),
        ..CustomerFields::default()
    };
    let customer = desk.ask(AddCustomer(fields)).await.unwrap();
    assert!(customer.has_pppoe_password);
    let elsewhere = Secrets::Memory(MemorySecrets::default());
    let parts = || desk.parts(&elsewhere);

    let refused = Office::open(parts().await).await.err().unwrap();
    assert_eq!(refused.code, "office_key_missing");
    assert_eq!(GivenUp::at_stake(&parts().await).await.unwrap(), 1);
    let (office, given_up) = Office::open_anew(parts().await).await.unwrap();
    assert_eq!(
        given_up,
        GivenUp {
            passwords: 1,
            routers: vec!["Gedung A".to_owned()]
        }
    );
    let console = office::Actor::console();
    let after = office
        .perform(&console, ReadCustomer { id: customer.id })
        .await
        .unwrap();
    assert!(!after.has_pppoe_password);
    let log = office.perform(&console, ListLogs::default()).await.unwrap();
    let told = log
        .items
        .iter()
        .find(|row| row.act == "office_key_renewed")
        .unwrap();
    assert!(told.message.contains("1 kata sandi"), "{}", told.message);

    // Once more changes nothing, and the office opens by itself again.
    let (_, again) = Office::open_anew(parts().await).await.unwrap();
    assert_eq!(again.passwords, 0);
    assert_eq!(GivenUp::at_stake(&parts().await).await.unwrap(), 0);
    Office::open(parts().await).await.unwrap();
}

async fn a_place_that_has_the_key_loses_nothing_when_the_office_is_opened_anew(on: Engine) {
    let desk = Desk::open(&on).await;
    let (_, given_up) = Office::open_anew(desk.parts(&desk.secrets).await).await.unwrap();
    assert_eq!(given_up, GivenUp::default());
}

on_both! {
    a_lost_key_takes_its_passwords_with_it_once_and_leaves_the_books_whole,
    a_place_that_has_the_key_loses_nothing_when_the_office_is_opened_anew,
}
