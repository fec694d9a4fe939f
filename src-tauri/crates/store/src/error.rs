//! What can go wrong in the database, in words that an office understands and with codes that a program can branch on.
//! The two engines' own codes are translated here and nowhere else.

use std::borrow::Cow;

use crate::promise::Promise;

/// The result of anything that touches the database.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the database did not do what was asked. Nothing of the transaction at hand is kept after an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another copy of the program held the write lock for longer than the busy time-out, or two desks wanted each
    /// other's rows.
    #[error("the database is in use by another copy of Sambung; nothing was changed, try again in a moment")]
    Busy,
    /// No room on the disk that holds the database.
    #[error("the disk that holds the database is full; nothing was changed, free some space and try again")]
    Full,
    /// The file, its folder or the session may not be written.
    #[error("the database may only be read; check the rights of its file and folder")]
    ReadOnly,
    /// A later version of the program has changed the schema.
    #[error(
        "the database was made by a newer Sambung (schema {found}; this program knows up to {known}); \
         install the newer version"
    )]
    Newer {
        /// The newest schema version that the database carries.
        found: i64,
        /// The newest schema version that this program carries.
        known: i64,
    },
    /// A migration that was applied is not the one that this program carries, so the shape of the data is unknown.
    #[error("schema {0} of the database is not the one that this program carries; nothing was changed")]
    ForeignSchema(i64),
    /// A value that must be unique exists already.
    #[error("{0}")]
    Unique(Promise),
    /// A row that is referred to does not exist, or is still referred to.
    #[error("the record refers to something that does not exist, or is still referred to")]
    ForeignKey,
    /// The record was changed since it was read, or is gone.
    #[error("the record was changed by someone else in the meantime; read it again")]
    Stale,
    /// The file is not a database or is damaged.
    #[error("the database is damaged ({0}); restore the last backup")]
    Corrupt(String),
    /// The file cannot be opened, or the server cannot be reached.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The server answers and has no database of this name.
    #[error("the server has no such database ({0}); make it first, or mend its name in the address")]
    NoDatabase(String),
    /// The server answers and lets nobody in with this name and password.
    #[error("the server refuses the user or the password ({0}); mend them in the address")]
    Denied(String),
    /// A stored value that this program cannot read.
    #[error("the database holds a value that this program cannot read ({0})")]
    Unreadable(String),
    /// A sum does not fit into 64 bits; nothing was booked.
    #[error("the amounts are too large to be added up; nothing was booked")]
    Overflow(#[from] billing::MoneyError),
    /// The engine in use cannot do this.
    #[error("{0}")]
    Unsupported(&'static str),
    /// Something is in a database that an office is to be carried into: the table with the first row found.
    #[error("the database is not empty ({0}); choose a new one")]
    NotEmpty(String),
    /// What arrived in a copy is not what was sent, and in what way.
    #[error("the copy is not like the original ({0}); it was not kept")]
    Unequal(String),
    /// Anything that has no word of its own.
    #[error("the database refused the work: {0}")]
    Other(#[source] sqlx::Error),
}

impl Error {
    /// The stable word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Busy => "database_busy",
            Error::Full => "database_full",
            Error::ReadOnly => "database_read_only",
            Error::Newer { .. } => "database_newer",
            Error::ForeignSchema(_) => "database_foreign_schema",
            Error::Unique(promise) => promise.code(),
            Error::ForeignKey => "reference_missing",
            Error::Stale => "stale",
            Error::Corrupt(_) => "database_corrupt",
            Error::Unreachable(_) => "database_unreachable",
            Error::NoDatabase(_) => "database_missing",
            Error::Denied(_) => "database_denied",
            Error::Unreadable(_) => "database_unreadable",
            Error::Overflow(_) => "amount_too_large",
            Error::Unsupported(_) => "unsupported",
            Error::NotEmpty(_) => "database_not_empty",
            Error::Unequal(_) => "copy_differs",
            Error::Other(_) => "database_failed",
        }
    }

    /// Whether the same work may succeed when it is simply tried again.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Error::Busy | Error::Unreachable(_))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let (told, detail) = (error.to_string(), detail(&error));
        let known = known(error);
        if matches!(known, Error::Busy) {
            // Whoever hears of it only learns that it may be tried again; who waited for whom is for whoever mends it.
            tracing::warn!(
                error = told,
                detail,
                "the database kept somebody waiting too long"
            );
        }
        known
    }
}

/// Who waited for whom, as far as PostgreSQL says so.
fn detail(error: &sqlx::Error) -> Option<String> {
    let database = error.as_database_error()?;
    let postgres = database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?;
    postgres.detail().map(str::to_owned)
}

fn known(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or(Cow::Borrowed(""));
            // SQLite's codes are numbers, PostgreSQL's SQLSTATE has five characters.
            let known = if code.len() == 5 {
                from_postgres(&code, database.as_ref())
            } else {
                code.parse()
                    .ok()
                    .and_then(|code| from_sqlite(code, database.message()))
            };
            known.unwrap_or(Error::Other(error))
        }
        sqlx::Error::PoolTimedOut => Error::Busy,
        sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => Error::Full,
        sqlx::Error::Configuration(_)
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Error::Unreachable(error.to_string()),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
            Error::Unreadable(error.to_string())
        }
        _ => Error::Other(error),
    }
}

/// The low byte of SQLite's extended result codes is the primary code (sqlite.org/rescode.html).
fn from_sqlite(extended: i32, message: &str) -> Option<Error> {
    const CONSTRAINT_FOREIGN_KEY: i32 = 787;
    const CONSTRAINT_PRIMARY_KEY: i32 = 1555;
    const CONSTRAINT_UNIQUE: i32 = 2067;
    // The index of the write-ahead log could not be made: there is no room for its 32 KiB.
    const IO_ERROR_SHM_SIZE: i32 = 4874;
    match extended {
        IO_ERROR_SHM_SIZE => return Some(Error::Full),
        CONSTRAINT_FOREIGN_KEY => return Some(Error::ForeignKey),
        CONSTRAINT_PRIMARY_KEY | CONSTRAINT_UNIQUE => {
            return Some(Error::Unique(Promise::of_sqlite(message)));
        }
        _ => {}
    }
    match extended & 0xff {
        5 | 6 => Some(Error::Busy),
        8 => Some(Error::ReadOnly),
        11 | 26 => Some(Error::Corrupt(message.to_owned())),
        13 => Some(Error::Full),
        14 => Some(Error::Unreachable(message.to_owned())),
        _ => None,
    }
}

/// SQLSTATE codes (PostgreSQL documentation, appendix A).
fn from_postgres(code: &str, error: &dyn sqlx::error::DatabaseError) -> Option<Error> {
    match code {
        "23505" => Some(Error::Unique(Promise::of_postgres(
            error.constraint().unwrap_or_default(),
        ))),
        "23503" => Some(Error::ForeignKey),
        "40001" | "40P01" | "55P03" | "55006" => Some(Error::Busy),
        "53100" => Some(Error::Full),
        "25006" | "42501" => Some(Error::ReadOnly),
        "XX001" | "XX002" => Some(Error::Corrupt(error.message().to_owned())),
        "3D000" => Some(Error::NoDatabase(error.message().to_owned())),
        // Class 28: refused at the door.
        _ if code.starts_with("28") => Some(Error::Denied(error.message().to_owned())),
        // Class 08: connection; 53300: too many connections; 57P01 to 57P03: the server is stopping or starting.
        "53300" | "57P01" | "57P02" | "57P03" => Some(Error::Unreachable(error.message().to_owned())),
        _ if code.starts_with("08") => Some(Error::Unreachable(error.message().to_owned())),
        _ => None,
    }
}
