//! Letting a further desk in with a one-time code: what it brings over, and every code that opens nothing.

use std::time::Duration;

use office::desks::{ClosePairing, Joined, ListDesks, MakePairing};
use office::logs::ListLogs;
use office::secrets::{MemorySecrets, Name, OfficeKey, Secrets};
use office::{Actor, Office};
use secrecy::{ExposeSecret as _, SecretString};

use crate::desk::Desk;
use crate::engine::{Engine, on_postgres};

on_postgres! {
    a_code_brings_key_and_passwords_over_once,
    a_wrong_code_is_refused_and_five_of_them_end_it,
    a_code_that_is_withdrawn_or_expired_or_no_code_opens_nothing,
    a_place_that_is_another_offices_is_not_written_over,
    a_first_start_in_which_nobody_is_gives_way_to_the_office_that_is_joined,
}

fn empty() -> Secrets {
    Secrets::Memory(MemorySecrets::default())
}

async fn made(desk: &Desk) -> SecretString {
    SecretString::from(desk.ask(MakePairing).await.unwrap().code)
}

/// Tries a code at a further desk, and gives the code of the refusal.
async fn refused(desk: &Desk, secrets: &Secrets, code: &SecretString) -> &'static str {
    let parts = desk.parts(secrets).await;
    Office::join(parts, code).await.err().expect("a refusal").code
}

async fn a_code_brings_key_and_passwords_over_once(on: Engine) {
    let desk = Desk::open(&on).await;
    let name = Name::router_password(desk.router_id);
    desk.secrets
        .set(&name, SecretString::from("rahasia"))
        .await
        .unwrap();
    let answer = desk.ask(MakePairing).await.unwrap();
    assert_eq!((answer.routers, answer.missing_routers.len()), (1, 0));
    assert!(!format!("{answer:?}").contains(&answer.code));
    let code = SecretString::from(answer.code.to_lowercase().replace('-', " "));
    let open_until = desk.ask(ListDesks).await.unwrap().pairing_until;
    assert_eq!(open_until, Some(answer.expires_at));

    let secrets = empty();
    let (office, joined) = Office::join(desk.parts(&secrets).await, &code).await.unwrap();
    assert_eq!(
        joined,
        Joined {
            routers: 1,
            gateways: 0
        }
    );
    assert_eq!(office.key().fingerprint(), desk.office.key().fingerprint());
    let password = secrets.get(&name).await.unwrap().unwrap();
    assert_eq!(password.expose_secret(), "rahasia");
    let listed = desk.ask(ListDesks).await.unwrap();
    assert_eq!(listed.pairing_until, None, "it is used up");
    let there = listed.desks.iter().find(|there| there.id == office.desk_id());
    assert_eq!(there.unwrap().routers.len(), 1);

    assert_eq!(refused(&desk, &empty(), &code).await, "pairing_none");
    let log = desk.ask(ListLogs::default()).await.unwrap();
    let acts: Vec<&str> = log.items.iter().map(|row| row.act.as_str()).collect();
    assert!(
        acts.contains(&"desk_pairing_made") && acts.contains(&"desk_joined"),
        "{acts:?}"
    );
    assert!(
        !log.items
            .iter()
            .any(|row| format!("{row:?}").contains(&answer.code)),
        "the code is written down nowhere"
    );
    // Once more, for a router that came later, does no harm to a desk of the office.
    Office::join(desk.parts(&secrets).await, &made(&desk).await)
        .await
        .unwrap();
}

async fn a_wrong_code_is_refused_and_five_of_them_end_it(on: Engine) {
    let desk = Desk::open(&on).await;
    let right = made(&desk).await;
    let wrong = SecretString::from("0000-0000-0000-0000");
    for _ in 0..5 {
        assert_eq!(refused(&desk, &empty(), &wrong).await, "pairing_code_wrong");
    }
    let secrets = empty();
    assert_eq!(refused(&desk, &secrets, &right).await, "pairing_none");
    assert!(secrets.get(&Name::office_key()).await.unwrap().is_none());
}

async fn a_code_that_is_withdrawn_or_expired_or_no_code_opens_nothing(on: Engine) {
    let desk = Desk::open(&on).await;
    let code = made(&desk).await;
    let typo = SecretString::from("ABCD-EFGH");
    assert_eq!(refused(&desk, &empty(), &typo).await, "pairing_code_form");
    desk.ask(ClosePairing).await.unwrap();
    assert_eq!(refused(&desk, &empty(), &code).await, "pairing_none");
    // An older code is void once there is a newer one.
    let (older, newer) = (made(&desk).await, made(&desk).await);
    assert_eq!(refused(&desk, &empty(), &older).await, "pairing_code_wrong");
    let mut tx = desk.office.store().begin().await.unwrap();
    let open = store::pairings::spend_try(&mut tx).await.unwrap().unwrap();
    let again = store::pairings::NewPairing {
        salt: &open.salt,
        verifier: &open.verifier,
        sealed: &open.sealed,
        tries: 5,
        made_by: "uji",
    };
    store::pairings::open(&mut tx, &again, Duration::ZERO)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(refused(&desk, &empty(), &newer).await, "pairing_none");
}

async fn a_place_that_is_another_offices_is_not_written_over(on: Engine) {
    let desk = Desk::open(&on).await;
    let secrets = empty();
    let theirs = OfficeKey::create(&secrets).await.unwrap().fingerprint();
    let code = made(&desk).await;
    assert_eq!(refused(&desk, &secrets, &code).await, "desk_of_another_office");
    let kept = OfficeKey::find(&secrets).await.unwrap().unwrap();
    assert_eq!(kept.fingerprint(), theirs);
    // The code was not used: an empty place may still have it.
    Office::join(desk.parts(&empty()).await, &code).await.unwrap();
}

async fn a_first_start_in_which_nobody_is_gives_way_to_the_office_that_is_joined(on: Engine) {
    let desk = Desk::open(&on).await;
    let key = desk.office.key().fingerprint();
    // A window that was opened on an empty folder has made an office there, with a key.
    let begun = Desk::open(&Engine::Sqlite).await;
    let theirs = begun.office.key().fingerprint();
    let code = made(&desk).await;
    let wrong = SecretString::from("0000-0000-0000-0000");
    let refused = begun
        .office
        .join_instead(desk.parts(&begun.secrets).await, &wrong);
    assert_eq!(refused.await.err().unwrap().code, "pairing_code_wrong");
    let kept = OfficeKey::find(&begun.secrets).await.unwrap().unwrap();
    assert_eq!(
        kept.fingerprint(),
        theirs,
        "a wrong code leaves everything as it was"
    );

    let parts = desk.parts(&begun.secrets).await;
    let (office, _) = begun.office.join_instead(parts, &code).await.unwrap();
    assert_eq!(office.key().fingerprint(), key);
    let kept = OfficeKey::find(&begun.secrets).await.unwrap().unwrap();
    assert_eq!(kept.fingerprint(), key);
}

#[tokio::test]
async fn an_office_in_a_file_makes_no_code() {
    let desk = Desk::open(&Engine::Sqlite).await;
    let refused = desk
        .office
        .perform(&Actor::console(), MakePairing)
        .await
        .unwrap_err();
    assert_eq!(refused.code, "office_in_a_file");
}

#[tokio::test]
async fn only_who_may_change_the_settings_makes_a_code() {
    let desk = Desk::open(&Engine::Sqlite).await;
    let cashier = Actor {
        abilities: office::Role::Cashier.abilities(),
        ..Actor::console()
    };
    let refused = desk.office.perform(&cashier, MakePairing).await.unwrap_err();
    assert_eq!(refused.code, "forbidden");
}
