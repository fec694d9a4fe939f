//! The part of the file that can be read without the passphrase: what the key is derived by, and how a wrong passphrase is
//! told from a damaged file. Costs that no office would choose are refused before they are paid.
//!
//! Layout, all numbers little-endian; everything before the content is authenticated with it:
//!
//! ```text
//! "sambung secrets\0" | version u8 | memory KiB u32 | passes u32 | lanes u32 | salt 16 | check 16 | digest 8 | nonce 24 | content
//! ```
//!
//! `check` is derived from the passphrase beside the key, and `digest` is over the fields before it: together they tell
//! a wrong passphrase from a damaged file.

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub(super) const MAGIC: &[u8; 16] = b"sambung secrets\0";
const VERSION: u8 = 1;
/// RFC 9106's second recommendation: 64 MiB, 3 passes; one lane, since one thread computes it.
pub(super) const COST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 1,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) cost: Cost,
    pub(super) salt: [u8; 16],
    pub(super) check: [u8; 16],
}

const DIGEST: usize = 8;
/// Bytes of a header.
pub(super) const HEADER: usize = MAGIC.len() + 1 + 3 * 4 + 16 + 16 + DIGEST;

impl Header {
    /// The header as it stands in the file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER);
        bytes.extend_from_slice(MAGIC);
        bytes.push(VERSION);
        for number in [self.cost.memory_kib, self.cost.passes, self.cost.lanes] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.check);
        let digest = Sha256::digest(&bytes);
        bytes.extend(digest.into_iter().take(DIGEST));
        bytes
    }

    /// The header, and what follows it. `None` for anything that [`Header::bytes`] did not write.
    pub(super) fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, rest) = bytes.split_at_checked(HEADER)?;
        let fields = head.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
        let (memory_kib, fields) = fields.split_first_chunk()?;
        let (passes, fields) = fields.split_first_chunk()?;
        let (lanes, fields) = fields.split_first_chunk()?;
        let (salt, fields) = fields.split_first_chunk()?;
        let (check, _digest) = fields.split_first_chunk()?;
        let cost = Cost {
            memory_kib: u32::from_le_bytes(*memory_kib),
            passes: u32::from_le_bytes(*passes),
            lanes: u32::from_le_bytes(*lanes),
        };
        // A file from elsewhere must not make us spend a machine's memory, or a day, on its passphrase.
        let affordable = cost.memory_kib <= 1024 * 1024 && cost.passes <= 16 && cost.lanes <= 16;
        let header = Self {
            cost,
            salt: *salt,
            check: *check,
        };
        (affordable && header.bytes() == head).then_some((header, rest))
    }

    /// The key, and the value that tells a right passphrase. `None` if the costs are none that Argon2 takes.
    pub(super) fn derive(&self, passphrase: &SecretString) -> Option<(Zeroizing<[u8; 32]>, [u8; 16])> {
        let Cost {
            memory_kib,
            passes,
            lanes,
        } = self.cost;
        let params = Params::new(memory_kib, passes, lanes, Some(48)).ok()?;
        let mut derived = Zeroizing::new([0_u8; 48]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(
                passphrase.expose_secret().as_bytes(),
                &self.salt,
                derived.as_mut_slice(),
            )
            .ok()?;
        let (key, check) = derived.split_first_chunk::<32>()?;
        Some((Zeroizing::new(*key), check.try_into().ok()?))
    }
}
