//! The file itself: its digest, which binds what was shown to what is taken in, and its reading and interpretation, kept
//! off the threads that serve everybody else, since a large workbook takes a while.

use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::importing::{ImportError, Interpretation, Known, Sheet, interpret, read};

/// A file that could be read as a table.
pub(super) struct File {
    pub(super) sheet: Sheet,
    /// SHA-256 of its bytes, hexadecimal.
    pub(super) digest: String,
}

impl File {
    /// Reads a file; one that is not the `expected` one is refused before anything of it is looked at.
    ///
    /// # Errors
    /// `import_file_changed`, and every code of [`ImportError`].
    pub(super) async fn open(file_name: String, bytes: Vec<u8>, expected: Option<String>) -> Result<File> {
        tokio::task::spawn_blocking(move || {
            let digest = hex::encode(Sha256::digest(&bytes));
            if expected.is_some_and(|expected| !expected.trim().eq_ignore_ascii_case(&digest)) {
                return Err(changed());
            }
            let sheet = read(&file_name, &bytes).map_err(refused)?;
            Ok(File { sheet, digest })
        })
        .await
        .map_err(Error::fault)?
    }
}

/// Understands a table against what the office has, and gives that back.
pub(super) async fn understand(sheet: Sheet, known: Known) -> Result<(Interpretation, Known)> {
    tokio::task::spawn_blocking(move || (interpret(&sheet, &known), known))
        .await
        .map_err(Error::fault)
}

fn changed() -> Error {
    Error::conflict(
        "import_file_changed",
        "Berkas ini bukan lagi yang ditampilkan di pratinjau. Buka pratinjaunya sekali lagi, lalu impor.",
        "This is no longer the file that the preview showed. Look at its preview once more, then import it.",
    )
}

fn refused(error: ImportError) -> Error {
    Error::invalid(error.code(), error.in_indonesian(), error.to_string()).caused_by(error)
}
