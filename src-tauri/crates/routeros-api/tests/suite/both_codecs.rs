//! What two codecs that were written apart make of the same bytes. The fuzzer has this file too (`fuzz/`).

use bytes::BytesMut;
use futures::FutureExt as _;
use routeros_api::codec::{CodecError, Decoder, MAX_WORD, MAX_WORDS};
use simulators::router::codec::{self as theirs, Break, Caps};

/// The sentences as their words, and why there are no more.
pub(crate) type Heard = (Vec<Vec<Vec<u8>>>, Break);

/// By our decoder, in pieces of these sizes and then in one.
pub(crate) fn ours(mut bytes: &[u8], mut pieces: impl Iterator<Item = usize>) -> Heard {
    let (mut decoder, mut buffer, mut sentences) = (Decoder::default(), BytesMut::new(), Vec::new());
    loop {
        match decoder.decode(&mut buffer) {
            Ok(Some(sentence)) => sentences.push(sentence.words().map(<[u8]>::to_vec).collect()),
            Ok(None) if bytes.is_empty() => return (sentences, Break::HungUp),
            Ok(None) => {
                let size = pieces.next().unwrap_or(usize::MAX).clamp(1, bytes.len());
                let (piece, rest) = bytes.split_at(size);
                buffer.extend_from_slice(piece);
                bytes = rest;
            }
            Err(CodecError::ReservedPrefix(byte) | CodecError::NotAReply(byte)) => {
                return (sentences, Break::Reserved(byte));
            }
            Err(CodecError::WordTooLong { .. } | CodecError::SentenceTooLong) => {
                return (sentences, Break::TooLong);
            }
        }
    }
}

/// By the simulator's.
pub(crate) fn the_simulators(mut bytes: &[u8]) -> Heard {
    let caps = Caps {
        word: MAX_WORD,
        words: MAX_WORDS,
    };
    let mut sentences = Vec::new();
    loop {
        // Bytes in memory are always there, so one look is enough.
        match theirs::read_sentence(&mut bytes, caps).now_or_never() {
            Some(Ok(sentence)) => sentences.push(sentence),
            Some(Err(end)) => return (sentences, end),
            None => panic!("bytes in memory were waited for"),
        }
    }
}

/// Holds the two against each other, and ours against itself in pieces.
pub(crate) fn agree(bytes: &[u8], piece: usize) {
    let whole = ours(bytes, std::iter::empty());
    assert_eq!(whole, the_simulators(bytes), "the simulator's codec differs");
    assert_eq!(
        whole,
        ours(bytes, std::iter::repeat(piece)),
        "pieces of {piece} bytes differ"
    );
}
