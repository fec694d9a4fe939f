//! Our codec and the simulator's, which were written apart: the same bytes must be the same sentences to both, however
//! they are cut, and the same end.

use proptest::collection::vec;
use proptest::prelude::*;
use routeros_api::codec::{MAX_WORD, MAX_WORDS, Sentence, put_length};
use simulators::router::codec::{self as theirs, Break};

use crate::both_codecs::{agree, ours, the_simulators};

/// Bytes as a hostile or broken peer may send them: words, lengths of every form (longer than they need be, longer than
/// what follows, far too long), reserved prefixes, and noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let word = |longest: usize| {
        vec(any::<u8>(), 1..longest).prop_map(|word| {
            let mut bytes = Vec::new();
            theirs::put_word(&[&word], &mut bytes);
            bytes
        })
    };
    let tagged = prop_oneof![
        any::<u64>().prop_map(|tag| format!(".tag={tag}")),
        ".{0,6}".prop_map(|tag| format!(".tag={tag}")),
        Just("!re".to_owned()),
        Just("!done".to_owned()),
        "=[a-z.]{0,8}=.{0,8}",
    ]
    .prop_map(|word| {
        let mut bytes = Vec::new();
        theirs::put_word(&[word.as_bytes()], &mut bytes);
        bytes
    });
    let length = any::<u32>().prop_map(|length| {
        let mut bytes = Vec::new();
        put_length(length, &mut bytes);
        bytes
    });
    let overlong = (0..200u8).prop_flat_map(|length| {
        prop_oneof![
            Just(vec![0x80, length]),
            Just(vec![0xC0, 0, length]),
            Just(vec![0xE0, 0, 0, length]),
            Just(vec![0xF0, 0, 0, 0, length]),
        ]
    });
    let part = prop_oneof![
        8 => word(40),
        1 => word(300),
        1 => word(20_000),
        8 => tagged,
        8 => Just(vec![0]),
        1 => length,
        1 => overlong,
        1 => (0xF1..=0xFFu8).prop_map(|byte| vec![byte]),
        2 => vec(any::<u8>(), 0..12),
    ];
    vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// A word of a length around those where its form changes.
fn word() -> impl Strategy<Value = Vec<u8>> {
    let size = prop_oneof![8 => 1..40usize, 1 => 120..140usize, 1 => 16_380..16_390usize];
    size.prop_flat_map(|size| vec(any::<u8>(), size))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn two_codecs_that_were_written_apart_agree(bytes in stream(), piece in 1..4_000usize) {
        agree(&bytes, piece);
        agree(&bytes, 1);
    }
}

proptest! {
    // The second decodes its bytes as often as it has bytes.
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_one_writes_the_other_reads(words in vec(word(), 1..6)) {
        let sentence: Sentence = words.iter().collect();
        let (mut written, mut by_the_other) = (Vec::new(), Vec::new());
        sentence.encode(&mut written).unwrap();
        for word in words.iter().map(Vec::as_slice).chain([[].as_slice()]) {
            theirs::put_word(&[word], &mut by_the_other);
        }
        prop_assert_eq!(&written, &by_the_other);
        prop_assert_eq!(the_simulators(&written), (vec![words], Break::HungUp));
    }

    #[test]
    fn a_stream_split_at_any_byte_is_the_same_and_one_that_is_cut_there_is_its_beginning(bytes in stream()) {
        let whole = ours(&bytes, std::iter::empty());
        for cut in 0..=bytes.len().min(3_000) {
            prop_assert_eq!(&ours(&bytes, [cut.max(1)].into_iter()), &whole, "split after {} bytes", cut);
            let (begun, _) = ours(&bytes[..cut], std::iter::empty());
            prop_assert!(whole.0.starts_with(&begun), "cut after {} bytes", cut);
        }
    }
}

#[test]
fn they_agree_at_every_limit() {
    let mut words = b"\x01x".repeat(MAX_WORDS);
    assert_eq!(
        ours(&words, std::iter::empty()),
        the_simulators(&words),
        "as many as allowed"
    );
    words.extend_from_slice(b"\x01x");
    let refused = (Vec::new(), Break::TooLong);
    assert_eq!(ours(&words, std::iter::empty()), refused);
    assert_eq!(the_simulators(&words), refused);

    for prefix in 0xF1..=0xFF {
        let bytes = [0x01, b'x', 0x00, prefix, 0, 0, 0, 0];
        let heard = (vec![vec![b"x".to_vec()]], Break::Reserved(prefix));
        assert_eq!(ours(&bytes, std::iter::repeat(1)), heard);
        assert_eq!(the_simulators(&bytes), heard);
    }

    for (length, end) in [(MAX_WORD, Break::HungUp), (MAX_WORD + 1, Break::TooLong)] {
        let mut bytes = Vec::new();
        put_length(u32::try_from(length).unwrap(), &mut bytes);
        assert_eq!(ours(&bytes, std::iter::empty()), (Vec::new(), end));
        assert_eq!(the_simulators(&bytes), (Vec::new(), end));
    }
}
