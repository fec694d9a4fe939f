//! Secrets that die with the process.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;

use super::Name;

/// A place for secrets without a disk behind it. Clones share their content.
#[derive(Debug, Clone, Default)]
pub struct MemorySecrets(Arc<Mutex<BTreeMap<Name, SecretString>>>);

impl MemorySecrets {
    pub(super) fn get(&self, name: &Name) -> Option<SecretString> {
        self.held().get(name).cloned()
    }

    pub(super) fn set(&self, name: &Name, secret: SecretString) {
        self.held().insert(name.clone(), secret);
    }

    pub(super) fn delete(&self, name: &Name) {
        self.held().remove(name);
    }

    // A map of finished values is whole even if a thread died holding it.
    fn held(&self) -> MutexGuard<'_, BTreeMap<Name, SecretString>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
