//! A logged-in peer that turns hostile: every call gets exactly the answer that its bytes mean, and nothing panics or
//! waits for ever.

use proptest::collection::vec;
use proptest::prelude::*;
use routeros_api::codec::Sentence;

use crate::conversation::judge;

/// What a peer may say: sentences that are nearly right, and bytes that are not.
fn said() -> impl Strategy<Value = Vec<u8>> {
    let reply = prop_oneof![
        6 => Just("!re"),
        6 => Just("!done"),
        3 => Just("!trap"),
        2 => Just("!empty"),
        1 => Just("!fatal"),
        2 => Just("!new"),
        1 => Just("oops"),
    ];
    let tag = || {
        prop_oneof![
            12 => (0..5u8).prop_map(|tag| format!(".tag={tag}").into_bytes()),
            1 => Just(b".tag=99999999999999999999999".to_vec()),
            1 => Just(b".tag=".to_vec()),
            1 => Just(b".tag=\xff\xfe".to_vec()),
            1 => Just(b"=tag=1".to_vec()),
        ]
    };
    let word = prop_oneof![
        2 => tag(),
        4 => "=[a-z.]{0,8}=.{0,8}".prop_map(String::into_bytes),
        1 => Just(b"=message=no such item".to_vec()),
        1 => Just(b"=message=not enough permissions (9)".to_vec()),
        1 => Just(b"=category=99999999999".to_vec()),
        1 => Just(b"=comment=Caf\xe9".to_vec()),
        2 => ".{1,6}".prop_map(String::into_bytes),
    ];
    let sentence =
        (reply, tag(), vec(word, 0..4), any::<bool>()).prop_map(|(reply, tag, mut words, first)| {
            words.insert(if first { 0 } else { words.len() }, tag);
            words.insert(0, reply.as_bytes().to_vec());
            let mut bytes = Vec::new();
            words
                .into_iter()
                .collect::<Sentence>()
                .encode(&mut bytes)
                .unwrap();
            bytes
        });
    prop_oneof![20 => sentence, 1 => vec(any::<u8>(), 0..60)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_call_is_told_what_the_bytes_mean(script in vec(said(), 0..40), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        let bytes = script.concat();
        let end = if whole { bytes.len() } else { cut.index(bytes.len() + 1) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(judge(&bytes[..end]));
    }
}
