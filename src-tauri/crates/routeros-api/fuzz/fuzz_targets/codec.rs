//! Any bytes, whole and in pieces, through our decoder and the simulator's.

#![no_main]

#[path = "../../tests/suite/both_codecs.rs"]
mod both_codecs;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first byte says how long the pieces are.
    let Some((piece, bytes)) = bytes.split_first() else {
        return;
    };
    both_codecs::agree(bytes, usize::from(*piece).max(1));
});
