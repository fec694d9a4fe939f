//! The client against a router, or a stand-in for one, that somebody else wrote: `ROUTEROS_PEER=host:port`, with
//! `ROUTEROS_PEER_USER` (default `admin`) and `ROUTEROS_PEER_PASSWORD` (default empty). It makes one secret and
//! removes it again.

use std::env::{VarError, var};

use routeros_api::{Command, Connection, Login, Query, Target};

use crate::limits;

fn setting(name: &str, default: &str) -> String {
    match var(name) {
        Ok(value) => value,
        Err(VarError::NotPresent) => default.to_owned(),
        Err(error) => panic!("{name}: {error}"),
    }
}

#[tokio::test]
async fn a_stand_in_that_we_did_not_write() {
    let peer = setting("ROUTEROS_PEER", "");
    if peer.is_empty() {
        eprintln!(
            "SKIPPED: no ROUTEROS_PEER=host:port, the client was not tried against a router of somebody else"
        );
        return;
    }
    let (host, port) = peer.rsplit_once(':').expect("ROUTEROS_PEER is host:port");
    let target = Target::plain(host).with_port(port.parse().expect("ROUTEROS_PEER ends with a port"));
    let user = setting("ROUTEROS_PEER_USER", "admin");
    let password = setting("ROUTEROS_PEER_PASSWORD", "");

    let wrong = Login::new(user.clone(), format!("{password}-wrong"));
    let error = Connection::open(&target, &wrong, &limits()).await.unwrap_err();
    assert!(!error.is_unreachable(), "a wrong password is a refusal: {error}");

    let connection = Connection::open(&target, &Login::new(user, password), &limits())
        .await
        .unwrap();
    let identity = connection
        .call(Command::new("/system/identity/print"))
        .await
        .unwrap();
    assert!(identity.first().and_then(|row| row.get("name")).is_some());

    let name = "sambung-peer-test";
    let find = || Command::new("/ppp/secret/print").query(Query::equals("name", name));
    for row in connection.call(find()).await.unwrap().rows {
        connection
            .call(Command::new("/ppp/secret/remove").attribute(".id", row.id().unwrap()))
            .await
            .unwrap();
    }
    let add = || {
        Command::new("/ppp/secret/add")
            .attribute("name", name)
            .attribute("password", "a=b")
            .attribute("service", "pppoe")
    };
    let id = connection
        .call(add())
        .await
        .unwrap()
        .ret
        .expect("an add returns the id");
    assert!(connection.call(add()).await.unwrap_err().is_duplicate());
    connection
        .call(
            Command::new("/ppp/secret/set")
                .attribute(".id", &id)
                .attribute("comment", "x=y z"),
        )
        .await
        .unwrap();
    let found = connection.call(find()).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    let row = found.first().unwrap();
    assert_eq!((row.id(), row.get("comment")), (Some(id.as_str()), Some("x=y z")));

    let answers = connection.call_all((0..200).map(|_| find()).collect()).await;
    assert!(
        answers
            .iter()
            .all(|answer| answer.as_ref().is_ok_and(|reply| reply.rows.len() == 1))
    );

    let remove = || Command::new("/ppp/secret/remove").attribute(".id", &id);
    connection.call(remove()).await.unwrap();
    assert!(connection.call(remove()).await.unwrap_err().is_no_such_item());
    assert_eq!(connection.call(find()).await.unwrap().rows, []);
    let error = connection
        .call(Command::new("/no/such/command"))
        .await
        .unwrap_err();
    assert!(!error.is_unreachable() && connection.is_usable(), "{error}");
}
