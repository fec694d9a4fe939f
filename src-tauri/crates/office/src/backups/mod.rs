//! Backups: a copy of the office in a folder of its choice, compressed and encrypted with a passphrase, on schedule and by
//! button. None counts before it was put back into a scratch database, checked there, and found to hold what the office held
//! (failures.md T6). This refuses to make one that is not encrypted, and to remove a file that it did not make.

mod container;
mod folder;
mod keep;
mod lease;
mod list;
mod make;
mod manifest;
mod passphrase;
mod rehearse;
mod remove;
mod standing;
mod task;

pub use container::{Digest, is_sealed};
pub use keep::{Keep, Made, superfluous};
pub use list::{BackupView, ListBackups};
pub use make::{MakeBackup, Taken, seal_copy};
pub use manifest::Manifest;
pub use passphrase::{BackupPassphrase, LEAST_PASSPHRASE};
pub use rehearse::{RehearseBackup, open_sealed, rehearse};
pub use standing::{BackupFreshness, BackupSetup, BackupStanding, ReadBackupStanding};

pub(crate) use folder::check_settings;
pub(crate) use standing::read as standing_of;
pub(crate) use task::run as run_task;
