//! What a backup says of itself: which office, of when, and what it held when it was taken. It travels inside the encrypted
//! file, so nobody without the passphrase reads or changes it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::holdings::Holdings;

/// The form of the files that this program writes.
pub(super) const FORMAT: u32 = 1;

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file; a larger number than this program knows is a later program's.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// The office's name.
    pub office: String,
    /// The desk at which it was made.
    pub desk: String,
    /// The moment that it is of, epoch milliseconds.
    pub taken_at: i64,
    /// The schema version of the database inside.
    pub schema: i64,
    /// Bytes of the database inside.
    pub size: u64,
    /// The digest of the database inside, hexadecimal.
    pub sha256: String,
    /// What the office held; the journal's sums were taken from the office itself and not from the copy.
    pub holds: Holdings,
}

impl Manifest {
    /// The moment that it is of.
    #[must_use]
    pub fn taken(&self) -> Option<Timestamp> {
        Timestamp::from_millisecond(self.taken_at).ok()
    }
}
