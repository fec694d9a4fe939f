//! Words and sentences of the RouterOS API as bytes, written a second time on purpose: a client and a simulator that
//! shared this code would agree on each other's mistakes. It is public so that the two can be held against each other.

use tokio::io::{AsyncRead, AsyncReadExt};

/// How much a peer may send before it is hung up on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Bytes of one word.
    pub word: usize,
    /// Words of one sentence.
    pub words: usize,
}

impl Caps {
    /// What the simulated router takes; commands of offices are far below.
    pub const ROUTER: Self = Self {
        word: 1 << 20,
        words: 4096,
    };
}

/// Why there is no further sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The bytes ended, between two sentences or in one.
    HungUp,
    /// A length that starts with a byte which the protocol reserves.
    Reserved(u8),
    /// A word or a sentence beyond the caps.
    TooLong,
}

/// Reads the words of one sentence. Sentences without a word are skipped.
///
/// # Errors
/// A [`Break`]: nothing more can be read.
pub async fn read_sentence(input: &mut (impl AsyncRead + Unpin), caps: Caps) -> Result<Vec<Vec<u8>>, Break> {
    let mut words = Vec::new();
    loop {
        let length = read_length(input).await?;
        if length == 0 {
            match words.is_empty() {
                true => continue,
                false => return Ok(words),
            }
        }
        if length > caps.word || words.len() == caps.words {
            return Err(Break::TooLong);
        }
        // Only what comes is kept, whatever length was announced.
        let mut word = Vec::with_capacity(length.min(4096));
        let mut body = AsyncReadExt::take(&mut *input, length as u64);
        match body.read_to_end(&mut word).await {
            Ok(read) if read == length => words.push(word),
            _ => return Err(Break::HungUp),
        }
    }
}

async fn read_length(input: &mut (impl AsyncRead + Unpin)) -> Result<usize, Break> {
    let first = next_byte(input).await?;
    let more = match first {
        0x00..0x80 => 0,
        0x80..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0 => 4,
        reserved => return Err(Break::Reserved(reserved)),
    };
    let mut length = match more {
        4 => 0,
        _ => usize::from(first) & (0x7F >> more),
    };
    for _ in 0..more {
        length = length * 256 + usize::from(next_byte(input).await?);
    }
    Ok(length)
}

async fn next_byte(input: &mut (impl AsyncRead + Unpin)) -> Result<u8, Break> {
    input.read_u8().await.map_err(|_| Break::HungUp)
}

/// Appends a word that consists of these parts. An empty word ends a sentence.
pub fn put_word(parts: &[&[u8]], out: &mut Vec<u8>) {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let [.., b3, b2, b1, b0] = (length as u64).to_be_bytes();
    if length < 0x80 {
        out.push(b0);
    } else if length < 0x4000 {
        out.extend([0x80 | b1, b0]);
    } else if length < 0x20_0000 {
        out.extend([0xC0 | b2, b1, b0]);
    } else if length < 0x1000_0000 {
        out.extend([0xE0 | b3, b2, b1, b0]);
    } else {
        out.extend([0xF0, b3, b2, b1, b0]);
    }
    for part in parts {
        out.extend_from_slice(part);
    }
}
