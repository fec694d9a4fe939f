//! Secrets in one encrypted file, for a machine without a keyring. The whole content is encrypted at once with a key
//! derived from a passphrase (Argon2id, RFC 9106; XChaCha20-Poly1305), and replaced in one step, so that a crash leaves
//! the old file or the new one.
//!
//! Layout, all numbers little-endian; everything before the content is authenticated with it:
//!
//! ```text
//! "sambung secrets\0" | version u8 | memory KiB u32 | passes u32 | lanes u32 | salt 16 | check 16 | digest 8 | nonce 24 | content
//! ```
//!
//! `check` is derived from the passphrase beside the key, and `digest` is over the fields before it: together they tell
//! a wrong passphrase from a damaged file.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::rand_core::RngCore;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Name, SecretsError};

const MAGIC: &[u8; 16] = b"sambung secrets\0";
const VERSION: u8 = 1;
/// RFC 9106's second recommendation: 64 MiB, 3 passes; one lane, since one thread computes it.
const COST: Cost = Cost {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 1,
};

type Content = BTreeMap<String, Zeroizing<String>>;

/// An encrypted file of secrets, opened with its passphrase. Clones share the file; so may several processes.
#[derive(Clone)]
pub struct SecretFile(Arc<Opened>);

struct Opened {
    path: PathBuf,
    header: Header,
    key: Zeroizing<[u8; 32]>,
}

impl SecretFile {
    /// Opens the file, or makes an empty one where there is none. Deriving the key takes about a tenth of a second
    /// and 64 MiB, once.
    pub async fn open(path: impl Into<PathBuf>, passphrase: SecretString) -> Result<Self, SecretsError> {
        let path = path.into();
        off_the_runtime(move || Opened::open(path, &passphrase))
            .await
            .map(|opened| Self(Arc::new(opened)))
    }

    pub(super) async fn get(&self, name: &Name) -> Result<Option<SecretString>, SecretsError> {
        let (file, name) = (Arc::clone(&self.0), name.clone());
        off_the_runtime(move || {
            let _turn = file.turn()?;
            Ok(file
                .read()?
                .get(name.as_str())
                .map(|secret| SecretString::from(secret.as_str())))
        })
        .await
    }

    pub(super) async fn set(&self, name: &Name, secret: SecretString) -> Result<(), SecretsError> {
        let name = name.as_str().to_owned();
        self.change(move |content| {
            content.insert(name, Zeroizing::new(secret.expose_secret().to_owned()));
        })
        .await
    }

    pub(super) async fn delete(&self, name: &Name) -> Result<(), SecretsError> {
        let name = name.as_str().to_owned();
        self.change(move |content| {
            content.remove(&name);
        })
        .await
    }

    async fn change(&self, change: impl FnOnce(&mut Content) + Send + 'static) -> Result<(), SecretsError> {
        let file = Arc::clone(&self.0);
        off_the_runtime(move || {
            let _turn = file.turn()?;
            let mut content = file.read()?;
            change(&mut content);
            file.write(&content)
        })
        .await
    }
}

impl fmt::Debug for SecretFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretFile({})", self.0.path.display())
    }
}

async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretsError> + Send + 'static,
) -> Result<T, SecretsError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => Err(SecretsError::Io {
            path: PathBuf::new(),
            source: io::Error::other(ended),
        }),
    }
}

impl Opened {
    fn open(path: PathBuf, passphrase: &SecretString) -> Result<Self, SecretsError> {
        if passphrase.expose_secret().is_empty() {
            return Err(SecretsError::NoPassphrase);
        }
        let _turn = take_turn(&path)?;
        match fs::read(&path) {
            Ok(bytes) => {
                let (header, _) = Header::parse(&bytes).ok_or_else(|| damaged(&path))?;
                let (key, check) = header.derive(passphrase).ok_or_else(|| damaged(&path))?;
                if check != header.check {
                    return Err(SecretsError::WrongPassphrase { path });
                }
                let opened = Self { path, header, key };
                opened.read()?;
                Ok(opened)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut header = Header {
                    cost: COST,
                    salt: [0; 16],
                    check: [0; 16],
                };
                OsRng.fill_bytes(&mut header.salt);
                let (key, check) = header.derive(passphrase).ok_or_else(|| damaged(&path))?;
                header.check = check;
                let opened = Self { path, header, key };
                opened.write(&Content::new())?;
                Ok(opened)
            }
            Err(source) => Err(SecretsError::Io { path, source }),
        }
    }

    /// Keeps other processes (the tray and a command line) from writing between our read and our write.
    fn turn(&self) -> Result<File, SecretsError> {
        take_turn(&self.path)
    }

    fn read(&self) -> Result<Content, SecretsError> {
        let bytes = fs::read(&self.path).map_err(|source| self.io(source))?;
        let (header, sealed) = Header::parse(&bytes).ok_or_else(|| damaged(&self.path))?;
        if header != self.header {
            // Replaced under us by a file with another passphrase.
            return Err(SecretsError::WrongPassphrase {
                path: self.path.clone(),
            });
        }
        let (nonce, msg) = sealed
            .split_at_checked(NONCE)
            .ok_or_else(|| damaged(&self.path))?;
        let aad = self.header.bytes();
        let plain = XChaCha20Poly1305::new(self.key.as_slice().into())
            .decrypt(XNonce::from_slice(nonce), Payload { msg, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| damaged(&self.path))?;
        let content: BTreeMap<String, String> =
            serde_json::from_slice(&plain).map_err(|_| damaged(&self.path))?;
        Ok(content
            .into_iter()
            .map(|(name, secret)| (name, Zeroizing::new(secret)))
            .collect())
    }

    fn write(&self, content: &Content) -> Result<(), SecretsError> {
        let borrowed: BTreeMap<&str, &str> = content
            .iter()
            .map(|(name, secret)| (name.as_str(), secret.as_str()))
            .collect();
        let plain = serde_json::to_vec(&borrowed)
            .map(Zeroizing::new)
            .map_err(|e| self.io(e.into()))?;
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let aad = self.header.bytes();
        let sealed = XChaCha20Poly1305::new(self.key.as_slice().into())
            .encrypt(
                &nonce,
                Payload {
                    msg: &plain,
                    aad: &aad,
                },
            )
            .map_err(|_| self.io(io::Error::other("the content is too long to encrypt")))?;
        replace(&self.path, &[&aad, nonce.as_slice(), &sealed].concat()).map_err(|source| self.io(source))
    }

    fn io(&self, source: io::Error) -> SecretsError {
        SecretsError::Io {
            path: self.path.clone(),
            source,
        }
    }
}

fn damaged(path: &Path) -> SecretsError {
    SecretsError::Damaged {
        what: path.display().to_string(),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// An exclusive lock on a file beside the secrets, held until the returned handle is dropped. (Not on the secrets
/// themselves: those are replaced, and a lock on a replaced file locks nobody out.)
fn take_turn(path: &Path) -> Result<File, SecretsError> {
    let lock = beside(path, ".lock");
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    owner_only(&mut options);
    let taken = options.open(&lock).and_then(|file| file.lock().map(|()| file));
    taken.map_err(|source| SecretsError::Io { path: lock, source })
}

/// Writes beside the file, makes it durable, and puts it in the file's place in one step.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = beside(path, ".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    owner_only(&mut options);
    let mut file = options.open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn owner_only(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _the_users_folder_is_private_already = options;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    cost: Cost,
    salt: [u8; 16],
    check: [u8; 16],
}

const DIGEST: usize = 8;
const NONCE: usize = 24;
const HEADER: usize = MAGIC.len() + 1 + 3 * 4 + 16 + 16 + DIGEST;

impl Header {
    fn bytes(&self) -> Vec<u8> {
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
    fn parse(bytes: &[u8]) -> Option<(Self, &[u8])> {
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
    fn derive(&self, passphrase: &SecretString) -> Option<(Zeroizing<[u8; 32]>, [u8; 16])> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> SecretString {
        SecretString::from(text)
    }

    struct Case {
        folder: tempfile::TempDir,
    }

    impl Case {
        fn new() -> Self {
            Self {
                folder: tempfile::tempdir().unwrap(),
            }
        }
        fn path(&self) -> PathBuf {
            self.folder.path().join("secrets")
        }
        async fn open(&self, passphrase: &str) -> Result<SecretFile, SecretsError> {
            SecretFile::open(self.path(), phrase(passphrase)).await
        }
    }

    async fn read(file: &SecretFile, name: &Name) -> Option<String> {
        file.get(name)
            .await
            .unwrap()
            .map(|secret| secret.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn secrets_survive_a_restart_and_can_be_replaced_and_forgotten() {
        let case = Case::new();
        let (first, second) = (Name::router_password(1), Name::router_password(2));
        let file = case.open("kopi tubruk").await.unwrap();
        file.set(&first, phrase("satu")).await.unwrap();
        file.set(&second, phrase("dua ✓")).await.unwrap();

        let file = case.open("kopi tubruk").await.unwrap();
        assert_eq!(read(&file, &first).await.as_deref(), Some("satu"));
        file.set(&first, phrase("baru")).await.unwrap();
        file.delete(&second).await.unwrap();
        file.delete(&second).await.unwrap();

        let file = case.open("kopi tubruk").await.unwrap();
        assert_eq!(read(&file, &first).await.as_deref(), Some("baru"));
        assert_eq!(read(&file, &second).await, None);
    }

    #[tokio::test]
    async fn nothing_of_a_secret_or_its_name_stands_in_the_file() {
        let case = Case::new();
        let file = case.open("kopi tubruk").await.unwrap();
        file.set(&Name::router_password(1), phrase("sandi-mikrotik"))
            .await
            .unwrap();
        let bytes = fs::read(case.path()).unwrap();
        for word in ["sandi-mikrotik", "router", "kopi"] {
            assert!(
                !bytes.windows(word.len()).any(|part| part == word.as_bytes()),
                "{word} is readable"
            );
        }
    }

    #[tokio::test]
    async fn a_wrong_passphrase_is_named_and_changes_nothing() {
        let case = Case::new();
        case.open("benar")
            .await
            .unwrap()
            .set(&Name::office_key(), phrase("isi"))
            .await
            .unwrap();
        let before = fs::read(case.path()).unwrap();
        let error = case.open("salah").await.unwrap_err();
        assert_eq!(error.code(), "passphrase_wrong", "{error}");
        assert!(error.to_string().contains("SAMBUNG_PASSPHRASE"), "{error}");
        assert_eq!(fs::read(case.path()).unwrap(), before);
    }

    #[tokio::test]
    async fn an_empty_passphrase_protects_nothing_and_is_refused() {
        let case = Case::new();
        assert_eq!(case.open("").await.unwrap_err().code(), "passphrase_missing");
        assert!(!case.path().exists());
    }

    #[tokio::test]
    async fn a_changed_byte_anywhere_is_damage_not_a_wrong_passphrase() {
        let case = Case::new();
        let file = case.open("kopi").await.unwrap();
        file.set(&Name::office_key(), phrase("isi")).await.unwrap();
        let whole = fs::read(case.path()).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x40;
            fs::write(case.path(), &changed).unwrap();
            let error = file.get(&Name::office_key()).await.unwrap_err();
            assert_eq!(error.code(), "secrets_damaged", "byte {at}: {error}");
        }
        for length in [
            0,
            1,
            MAGIC.len(),
            HEADER - 1,
            HEADER,
            HEADER + NONCE,
            whole.len() - 1,
        ] {
            fs::write(case.path(), &whole[..length]).unwrap();
            assert_eq!(
                case.open("kopi").await.unwrap_err().code(),
                "secrets_damaged",
                "{length} bytes left"
            );
        }
    }

    #[tokio::test]
    async fn a_file_that_asks_for_all_of_the_machines_memory_is_refused_before_it_gets_any() {
        let case = Case::new();
        let cost = Cost {
            memory_kib: u32::MAX,
            passes: 1,
            lanes: 1,
        };
        let hostile = Header {
            cost,
            salt: [1; 16],
            check: [2; 16],
        };
        fs::write(case.path(), hostile.bytes()).unwrap();
        assert_eq!(case.open("kopi").await.unwrap_err().code(), "secrets_damaged");
    }

    #[tokio::test]
    async fn two_handles_that_write_at_once_lose_nothing() {
        let case = Case::new();
        let (one, two) = (case.open("kopi").await.unwrap(), case.open("kopi").await.unwrap());
        let writes = (0..20).map(|id| {
            let file = if id % 2 == 0 { one.clone() } else { two.clone() };
            tokio::spawn(async move { file.set(&Name::router_password(id), phrase("x")).await })
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap().unwrap();
        }
        for id in 0..20 {
            assert!(
                read(&one, &Name::router_password(id)).await.is_some(),
                "router {id} was lost"
            );
        }
    }

    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let case = Case::new();
        let missing = case.folder.path().join("tidak-ada").join("secrets");
        let error = SecretFile::open(missing, phrase("kopi")).await.unwrap_err();
        assert_eq!(error.code(), "secrets_io");
        assert!(error.to_string().contains("tidak-ada"), "{error}");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_read_the_file_even_after_it_was_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let case = Case::new();
        let file = case.open("kopi").await.unwrap();
        file.set(&Name::office_key(), phrase("isi")).await.unwrap();
        let mode = fs::metadata(case.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    }

    #[tokio::test]
    async fn a_half_written_file_of_a_crash_does_no_harm() {
        let case = Case::new();
        let file = case.open("kopi").await.unwrap();
        file.set(&Name::office_key(), phrase("isi")).await.unwrap();
        fs::write(beside(&case.path(), ".new"), b"half").unwrap();
        file.set(&Name::router_password(1), phrase("satu")).await.unwrap();
        assert_eq!(read(&file, &Name::office_key()).await.as_deref(), Some("isi"));
        assert_eq!(
            read(&file, &Name::router_password(1)).await.as_deref(),
            Some("satu")
        );
    }

    #[tokio::test]
    async fn printing_shows_where_never_what() {
        let case = Case::new();
        let file = case.open("kopi").await.unwrap();
        file.set(&Name::office_key(), phrase("isi-rahasia"))
            .await
            .unwrap();
        let printed = format!("{file:?}");
        assert!(
            printed.starts_with("SecretFile(")
                && !printed.contains("isi-rahasia")
                && !printed.contains("kopi")
        );
    }
}
