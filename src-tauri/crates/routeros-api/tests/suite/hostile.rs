//! A logged-in peer that turns hostile: every call gets exactly one answer, and nothing panics or waits for ever.

use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use routeros_api::{Command, Error};

use crate::limits;
use crate::script::logged_in;

/// What a peer may say: sentences that are nearly right, and bytes that are not.
#[derive(Debug, Clone)]
enum Said {
    Sentence(Vec<String>),
    Bytes(Vec<u8>),
}

fn said() -> impl Strategy<Value = Said> {
    let reply = prop_oneof![
        Just("!re"),
        Just("!done"),
        Just("!trap"),
        Just("!empty"),
        Just("!fatal"),
        Just("!new"),
        Just("oops")
    ];
    let word = prop_oneof![
        (0..5u8).prop_map(|tag| format!(".tag={tag}")),
        "=[a-z.]{0,8}=.{0,8}",
        Just("=message=no such item".to_owned()),
        Just("=category=99999999999".to_owned()),
        ".{1,6}",
    ];
    let sentence = (reply, 0..5u8, vec(word, 0..4))
        .prop_map(|(reply, tag, words)| [vec![reply.to_owned(), format!(".tag={tag}")], words].concat());
    prop_oneof![12 => sentence.prop_map(Said::Sentence), 1 => vec(any::<u8>(), 0..60).prop_map(Said::Bytes)]
}

async fn play(script: Vec<Said>) -> Vec<Result<routeros_api::Reply, Error>> {
    let connection = logged_in(limits(), |mut peer| async move {
        for _ in 0..3 {
            peer.tag().await;
        }
        for said in script {
            match said {
                Said::Sentence(words) => {
                    peer.say(&words.iter().map(String::as_str).collect::<Vec<_>>())
                        .await
                }
                Said::Bytes(bytes) => peer.send(&bytes).await,
            }
        }
    })
    .await;
    let calls = connection.call_all(["/a/print", "/b/print", "/c/print"].map(Command::new).into());
    tokio::time::timeout(Duration::from_secs(60), calls)
        .await
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_call_is_answered_once_whatever_the_peer_says(script in vec(said(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answers = runtime.block_on(play(script.clone()));
        prop_assert_eq!(answers.len(), 3);
        let done = |tag: u8| script.iter().any(|said| {
            matches!(said, Said::Sentence(words) if words[0] == "!done" && words[1] == format!(".tag={tag}"))
        });
        for (tag, answer) in (1..).zip(&answers) {
            prop_assert!(answer.is_err() || done(tag), "an answer without its `!done`: {:?}", answer);
        }
    }
}
