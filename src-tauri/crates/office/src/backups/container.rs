//! The file of a backup: age (passphrase) around zstd around a tar of two entries, the manifest and the database. Each layer
//! is a usual program's, so that an office gets at its data with `age -d FILE | zstd -d | tar x` even without this one.
//!
//! Nothing in a file is believed before it was read to its end: age authenticates every part of it, and a file that is cut
//! short or changed by one bit does not open. Names in the tar are compared and never followed.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::iter;
use std::path::Path;

use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::manifest::{FORMAT, Manifest};

/// The entries of the tar, in their order.
const MANIFEST: &str = "sambung.json";
const DATABASE: &str = "sambung.sqlite";
/// More than a manifest ever is, in bytes.
const LARGEST_MANIFEST: u64 = 1024 * 1024;
/// How every file of age begins.
const MAGIC: &[u8] = b"age-encryption.org/v1";
/// 2^17 rounds of scrypt: 128 MiB, and about half a second on an office's machine. Fixed, so that a backup that was made on a
/// fast machine opens on a slow one.
const WORK: u8 = 17;
/// The most work that a file from elsewhere may ask of us: 1 GiB.
const MOST_WORK: u8 = 20;
/// zstd's own usual level.
const LEVEL: i32 = 3;

/// How large a file is, and its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// Bytes.
    pub size: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// Why a backup could not be written or opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ContainerError {
    /// Not a file of age.
    #[error("the file is not an encrypted backup")]
    NotSealed,
    /// Encrypted, but not with this passphrase.
    #[error("the passphrase does not open the file")]
    WrongPassphrase,
    /// It opens, and is not what was written.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A later program's.
    #[error("the file has form {0}, which is a later program's")]
    Newer(u32),
    /// It cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Whether a file is an encrypted backup, by how it begins.
///
/// # Errors
/// When the file cannot be read.
pub fn is_sealed(file: &Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    File::open(file)?
        .take(MAGIC.len() as u64)
        .read_to_end(&mut beginning)?;
    Ok(beginning == MAGIC)
}

/// The digest of a file.
pub(crate) fn digest_of(file: &Path) -> io::Result<Digest> {
    let mut counted = Counted::new(io::sink());
    io::copy(&mut BufReader::new(File::open(file)?), &mut counted)?;
    Ok(counted.finish().1)
}

/// Writes the database with its manifest into a new file that only its owner can read, and waits until it is on the disk.
pub(crate) fn seal(
    database: &Path,
    manifest: &Manifest,
    passphrase: &SecretString,
    target: &Path,
) -> Result<Digest, ContainerError> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.clone());
    recipient.set_work_factor(WORK);
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn Recipient))
        .map_err(|error| io::Error::other(error.to_string()))?;
    let file = Counted::new(BufWriter::new(new_file(target)?));
    let compressor = zstd::Encoder::new(encryptor.wrap_output(file)?, LEVEL)?;
    let mut tar = tar::Builder::new(compressor);
    let about = serde_json::to_vec_pretty(manifest).map_err(io::Error::other)?;
    tar.append_data(
        &mut header(about.len() as u64, manifest),
        MANIFEST,
        about.as_slice(),
    )?;
    let content = File::open(database)?.take(manifest.size);
    tar.append_data(&mut header(manifest.size, manifest), DATABASE, content)?;
    let (file, digest) = tar.into_inner()?.finish()?.finish()?.finish();
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync_all()?;
    Ok(digest)
}

/// Writes the database of a backup into a new file that only its owner can read, and gives what the backup says of itself.
/// The database's digest is the manifest's.
pub(crate) fn open(file: &Path, passphrase: &SecretString, into: &Path) -> Result<Manifest, ContainerError> {
    let mut identity = age::scrypt::Identity::new(passphrase.clone());
    identity.set_max_work_factor(MOST_WORK);
    let decryptor = Decryptor::new_buffered(BufReader::new(File::open(file)?)).map_err(of_header)?;
    let plain = decryptor
        .decrypt(iter::once(&identity as &dyn Identity))
        .map_err(of_header)?;
    let mut archive = tar::Archive::new(zstd::Decoder::new(plain).map_err(of_content)?);
    let (manifest, found) = unpack(&mut archive, into)?;
    // What comes after the tar's end is padding; reading it makes age vouch for the whole file.
    let mut rest = archive.into_inner();
    io::copy(&mut rest, &mut io::sink()).map_err(of_content)?;
    io::copy(&mut rest.finish(), &mut io::sink()).map_err(of_content)?;
    if found.size != manifest.size || found.sha256 != manifest.sha256 {
        return Err(ContainerError::Damaged(
            "the database inside is not the one that its manifest names".to_owned(),
        ));
    }
    Ok(manifest)
}

fn unpack<R: Read>(archive: &mut tar::Archive<R>, into: &Path) -> Result<(Manifest, Digest), ContainerError> {
    let mut entries = archive.entries().map_err(of_content)?;
    let mut next = |name: &str| -> Result<_, ContainerError> {
        let entry = entries
            .next()
            .ok_or_else(|| ContainerError::Damaged(format!("{name} is missing")))?
            .map_err(of_content)?;
        if *entry.path_bytes() == *name.as_bytes() {
            Ok(entry)
        } else {
            Err(ContainerError::Damaged(format!("{name} is not where it must be")))
        }
    };
    let mut about = Vec::new();
    next(MANIFEST)?
        .take(LARGEST_MANIFEST)
        .read_to_end(&mut about)
        .map_err(of_content)?;
    let format: Format =
        serde_json::from_slice(&about).map_err(|error| ContainerError::Damaged(error.to_string()))?;
    if format.format > FORMAT {
        return Err(ContainerError::Newer(format.format));
    }
    let manifest: Manifest =
        serde_json::from_slice(&about).map_err(|error| ContainerError::Damaged(error.to_string()))?;
    let mut database = next(DATABASE)?.take(manifest.size.saturating_add(1));
    let mut target = Counted::new(BufWriter::new(new_file(into)?));
    // A disk that is full is not the file's fault.
    let mut part = vec![0; 64 * 1024];
    loop {
        let read = database.read(&mut part).map_err(of_content)?;
        let Some(part) = part.get(..read).filter(|part| !part.is_empty()) else {
            break;
        };
        target.write_all(part)?;
    }
    let (target, digest) = target.finish();
    let target = target.into_inner().map_err(io::IntoInnerError::into_error)?;
    target.sync_all()?;
    Ok((manifest, digest))
}

/// The part of a manifest that every form has.
#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

fn header(size: u64, manifest: &Manifest) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(manifest.taken_at / 1000).unwrap_or_default());
    header
}

/// What age says before the first byte of the content.
fn of_header(error: DecryptError) -> ContainerError {
    match error {
        DecryptError::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            ContainerError::Damaged("its head is cut off".to_owned())
        }
        DecryptError::Io(error) => ContainerError::Io(error),
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => ContainerError::WrongPassphrase,
        DecryptError::UnknownFormat => ContainerError::NotSealed,
        other => ContainerError::Damaged(other.to_string()),
    }
}

/// What a layer says of the content: that of a file which was read and is not what was written.
fn of_content(error: io::Error) -> ContainerError {
    ContainerError::Damaged(error.to_string())
}

/// A new file that only its owner can read.
fn new_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Counts and digests what is written through it.
struct Counted<W> {
    inner: W,
    size: u64,
    digest: Sha256,
}

impl<W: Write> Counted<W> {
    fn new(inner: W) -> Counted<W> {
        Counted {
            inner,
            size: 0,
            digest: Sha256::new(),
        }
    }

    fn finish(self) -> (W, Digest) {
        let digest = Digest {
            size: self.size,
            sha256: hex::encode(self.digest.finalize()),
        };
        (self.inner, digest)
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests;
