//! Bytes in, sentences out, whatever the bytes.

use bytes::{BufMut, BytesMut};
use proptest::collection::vec;
use proptest::prelude::*;
use routeros_api::codec::{
    CodecError, Decoder, MAX_REPLY_WORD, MAX_WORD, MAX_WORDS, Sentence, put_length, put_word, read_length,
};

/// The lengths around which the number of length bytes changes, and that number.
const BOUNDARIES: [(u32, usize); 10] = [
    (0, 1),
    (0x7F, 1),
    (0x80, 2),
    (0x3FFF, 2),
    (0x4000, 3),
    (0x1F_FFFF, 3),
    (0x20_0000, 4),
    (0xFFF_FFFF, 4),
    (0x1000_0000, 5),
    (u32::MAX, 5),
];

#[test]
fn lengths_at_the_boundaries_take_the_published_number_of_bytes() {
    for (length, size) in BOUNDARIES {
        let mut bytes = Vec::new();
        put_length(length, &mut bytes);
        assert_eq!(bytes.len(), size, "{length:#x}");
        assert_eq!(
            read_length(&bytes),
            Ok(Some((length as usize, size))),
            "{length:#x}"
        );
        for cut in 0..size {
            assert_eq!(
                read_length(&bytes[..cut]),
                Ok(None),
                "{length:#x} cut after {cut} bytes is incomplete"
            );
        }
    }
    let mut bytes = Vec::new();
    for length in [0x80, 0x4000, 0x20_0000, 0x1000_0000] {
        put_length(length, &mut bytes);
    }
    assert_eq!(
        bytes,
        [
            0x80, 0x80, 0xC0, 0x40, 0x00, 0xE0, 0x20, 0x00, 0x00, 0xF0, 0x10, 0x00, 0x00, 0x00
        ]
    );
}

#[test]
fn reserved_prefixes_are_rejected() {
    for prefix in 0xF1..=0xFF {
        let mut bytes = BytesMut::from(&[prefix, 0, 0, 0, 0][..]);
        assert_eq!(
            Decoder::default().decode(&mut bytes),
            Err(CodecError::ReservedPrefix(prefix))
        );
    }
}

#[test]
fn what_cannot_become_a_reply_is_refused_at_its_first_bytes() {
    let of_replies = |bytes: &[u8]| Decoder::of_replies().decode(&mut BytesMut::from(bytes));
    for (bytes, byte) in [
        (&b"SSH-2.0-OpenSSH_9.2\r\n"[..], b'S'),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", b'H'),
        (b"S", b'S'),
        (b"\x15\x03\x01\x00\x02\x02\x46", 0x03),
        (b"\x05/", b'/'),
        (b"\x00\x00\x05x", b'x'),
        (b"\xF0", 0xF0),
        (b"\x05!done\x00\x05?done\x00", b'?'),
    ] {
        let mut decoder = Decoder::of_replies();
        let mut buffer = BytesMut::from(bytes);
        let mut decoded = decoder.decode(&mut buffer);
        if bytes.starts_with(b"\x05!") {
            assert_eq!(decoded.unwrap().unwrap().first(), b"!done");
            decoded = decoder.decode(&mut buffer);
        }
        assert_eq!(decoded, Err(CodecError::NotAReply(byte)), "{bytes:?}");
    }
    for begun in [&b""[..], b"\x00", b"\x05", b"\x05!", b"\x05!don", b"\x05!done"] {
        assert_eq!(of_replies(begun), Ok(None), "{begun:?} may become one");
    }
    let longest = vec![b'!'; MAX_REPLY_WORD];
    let mut bytes = Vec::new();
    [&longest]
        .into_iter()
        .collect::<Sentence>()
        .encode(&mut bytes)
        .unwrap();
    assert_eq!(of_replies(&bytes).unwrap().unwrap().first(), longest);
}

#[test]
fn an_announced_length_alone_costs_no_memory_and_a_greater_one_than_allowed_is_refused_at_once() {
    let mut at_the_limit = Vec::new();
    put_length(MAX_WORD as u32, &mut at_the_limit);
    let mut bytes = BytesMut::from(&at_the_limit[..]);
    let before = bytes.capacity();
    assert_eq!(Decoder::default().decode(&mut bytes), Ok(None));
    assert!(
        bytes.capacity() <= before,
        "nothing is reserved for bytes that have not come"
    );

    let mut beyond = Vec::new();
    put_length(MAX_WORD as u32 + 1, &mut beyond);
    let refused = Decoder::default().decode(&mut BytesMut::from(&beyond[..]));
    assert_eq!(refused, Err(CodecError::WordTooLong { length: MAX_WORD + 1 }));
    assert_eq!(
        put_word(&vec![0; MAX_WORD + 1], &mut Vec::new()),
        Err(CodecError::WordTooLong { length: MAX_WORD + 1 })
    );
}

#[test]
fn a_sentence_without_end_is_refused() {
    let mut many_words = BytesMut::new();
    for _ in 0..=MAX_WORDS {
        many_words.put_slice(b"\x01x");
    }
    assert_eq!(
        Decoder::default().decode(&mut many_words),
        Err(CodecError::SentenceTooLong)
    );

    let mut word = Vec::new();
    put_word(&vec![b'x'; MAX_WORD], &mut word).unwrap();
    let mut decoder = Decoder::default();
    let refused = (0..3).find_map(|_| decoder.decode(&mut BytesMut::from(&word[..])).err());
    assert_eq!(refused, Some(CodecError::SentenceTooLong));
}

#[test]
fn a_word_of_the_largest_size_comes_through() {
    let word = vec![0xA5; MAX_WORD];
    let sentence: Sentence = [&word].into_iter().collect();
    let mut bytes = Vec::new();
    sentence.encode(&mut bytes).unwrap();
    assert_eq!(
        Decoder::default().decode(&mut BytesMut::from(&bytes[..])),
        Ok(Some(sentence))
    );
}

fn sentence() -> impl Strategy<Value = Sentence> {
    let word = prop_oneof![8 => vec(any::<u8>(), 1..40), 1 => vec(any::<u8>(), 120..140), 1 => vec(any::<u8>(), 16_380..16_390)];
    vec(word, 1..8).prop_map(|words| words.into_iter().collect())
}

proptest! {
    #[test]
    fn sentences_come_through_whole_however_they_are_cut(sentences in vec(sentence(), 1..5), cuts in vec(1..5_000usize, 1..40)) {
        let mut bytes = Vec::new();
        for sentence in &sentences {
            sentence.encode(&mut bytes).unwrap();
        }
        let mut decoder = Decoder::default();
        let (mut buffer, mut decoded, mut rest) = (BytesMut::new(), Vec::new(), bytes.as_slice());
        let mut cuts = cuts.into_iter().cycle();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(cuts.next().unwrap().min(rest.len()));
            buffer.extend_from_slice(piece);
            rest = later;
            while let Some(sentence) = decoder.decode(&mut buffer).unwrap() {
                decoded.push(sentence);
            }
        }
        prop_assert_eq!(decoded, sentences);
        prop_assert!(buffer.is_empty() && !decoder.is_mid_sentence());
    }

    #[test]
    fn a_sentence_cut_at_every_single_byte_is_incomplete_and_then_whole(words in vec(vec(any::<u8>(), 1..12), 1..5)) {
        let sentence: Sentence = words.into_iter().collect();
        let mut bytes = Vec::new();
        sentence.encode(&mut bytes).unwrap();
        for cut in 0..bytes.len() {
            let mut decoder = Decoder::default();
            let mut buffer = BytesMut::from(&bytes[..cut]);
            prop_assert_eq!(decoder.decode(&mut buffer), Ok(None), "cut after {} bytes", cut);
            buffer.extend_from_slice(&bytes[cut..]);
            prop_assert_eq!(decoder.decode(&mut buffer), Ok(Some(sentence.clone())), "cut after {} bytes", cut);
        }
    }

    #[test]
    fn hostile_bytes_neither_panic_nor_grow(bytes in vec(any::<u8>(), 0..4_000)) {
        let mut decoder = Decoder::default();
        let mut buffer = BytesMut::from(&bytes[..]);
        let mut size = 0;
        while let Ok(Some(sentence)) = decoder.decode(&mut buffer) {
            size += sentence.size();
            let _ = (sentence.tag(), sentence.attributes().count(), sentence.first().len());
        }
        prop_assert!(size <= bytes.len(), "no byte is made up");
    }
}
