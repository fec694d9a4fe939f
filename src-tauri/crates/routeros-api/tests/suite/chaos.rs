//! A router with a seed of bad luck: whatever it does, what is reported done is done, what is reported refused is not,
//! and the rest is called unknown.

use std::time::Duration;

use routeros_api::{Command, Dialer, Error, Limits, Login};
use simulators::router::{Chaos, RunningRouter};

use crate::{limits, router, target};

const NAMES: usize = 600;

fn name(number: usize) -> String {
    format!("plg{number:05}")
}

/// Adds a secret and tells whether the outcome fits what the router then has.
async fn add(dialer: &Dialer, router: &RunningRouter, number: usize) -> Result<(), String> {
    let connection = match dialer.connection().await {
        Ok(connection) => connection,
        Err(error) if error.is_unreachable() && router.secret(&name(number)).is_none() => return Ok(()),
        Err(error) => return Err(format!("opening: {error}")),
    };
    let add = Command::new("/ppp/secret/add").attribute("name", name(number));
    let answer = connection.call(add).await;
    let there = router.secret(&name(number)).is_some();
    match answer {
        Ok(_) if there => Ok(()),
        Err(Error::Trap { .. } | Error::Unusable { .. }) if !there => Ok(()),
        Err(error) if error.outcome_unknown() => Ok(()),
        other => Err(format!("{}: {other:?}, there: {there}", name(number))),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_chance_does_no_outcome_is_told_wrong() {
    let router = router().await;
    router.set_chaos(Some(Chaos {
        hang_up: 20,
        truncate: 20,
        refuse: 50,
        deaf: 3,
        late: 200,
        lag: Duration::from_millis(3),
        turn_away: 100,
        ..Chaos::seeded(20_260_101)
    }));
    let limits = Limits {
        command: Duration::from_millis(300),
        ..limits()
    };
    let dialer = Dialer::new(target(&router), Login::new("admin", ""), limits);
    let wrong: Vec<String> = {
        use futures::StreamExt as _;
        futures::stream::iter(0..NAMES)
            .map(|number| add(&dialer, &router, number))
            .buffer_unordered(8)
            .filter_map(|outcome| async { outcome.err() })
            .collect()
            .await
    };
    assert_eq!(wrong, [""; 0]);
    let misfortunes = router.misfortunes();
    assert!(
        misfortunes.hung_up > 0
            && misfortunes.truncated > 0
            && misfortunes.refused > 0
            && misfortunes.late > 0,
        "{misfortunes:?}"
    );

    router.set_chaos(None);
    assert_eq!(router.misfortunes(), simulators::router::Misfortunes::default());
    let rows = dialer
        .connection()
        .await
        .unwrap()
        .call(Command::new("/ppp/secret/print"))
        .await
        .unwrap()
        .rows;
    assert_eq!(
        rows.len(),
        router.secrets().len(),
        "after the storm a list is whole"
    );
}

#[tokio::test]
async fn answers_that_overtake_each_other_find_their_questions() {
    let router = router().await;
    router.load_secrets((0..100).map(|number| simulators::router::Secret::new(name(number), "x")));
    router.set_chaos(Some(Chaos {
        late: 700,
        lag: Duration::from_millis(20),
        ..Chaos::seeded(3)
    }));
    let dialer = Dialer::new(target(&router), Login::new("admin", ""), limits());
    let connection = dialer.connection().await.unwrap();
    let find = |number| {
        Command::new("/ppp/secret/print")
            .proplist(["name"])
            .query(routeros_api::Query::equals("name", &name(number)))
    };
    let answers = connection.call_all((0..100).map(find).collect()).await;
    for (number, answer) in answers.into_iter().enumerate() {
        let reply = answer.unwrap();
        assert_eq!(
            reply.first().and_then(|row| row.get("name")),
            Some(name(number).as_str())
        );
    }
    assert!(router.misfortunes().late > 0);
}
