//! Edits of one record by two people. Whoever edits says which version they read; where somebody wrote since, the edit is
//! refused and told who that was, so that nothing is silently overwritten. Without a version an edit is unconditional: a
//! script that sets one field means what it says.

use store::Tx;

use crate::error::{Changed, Error, Result};

/// A kind of record that is edited, and the acts by which the log tells of its edits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edited {
    subject: &'static str,
    acts: &'static [&'static str],
}

pub(crate) const AREA: Edited = Edited {
    subject: "area",
    acts: &["area_renamed"],
};
pub(crate) const PACKAGE: Edited = Edited {
    subject: "package",
    acts: &["package_changed"],
};
pub(crate) const ROUTER: Edited = Edited {
    subject: "router",
    acts: &["router_changed", "router_mode_switched"],
};
pub(crate) const CUSTOMER: Edited = Edited {
    subject: "customer",
    acts: &[
        "customer_changed",
        "package_changed",
        "line_matched",
        "line_match_undone",
    ],
};
pub(crate) const STAFF: Edited = Edited {
    subject: "user",
    acts: &["staff_changed"],
};
/// The settings are edited as a whole; they have no id.
pub(crate) const SETTINGS: Edited = Edited {
    subject: "office",
    acts: &["settings_changed"],
};

/// Refuses an edit of what was read as version `read`, where it `stands` at another.
///
/// # Errors
/// `stale`, with who wrote since.
pub(crate) async fn check(tx: &mut Tx, of: Edited, id: i64, read: Option<i64>, stands: i64) -> Result<()> {
    match read {
        Some(read) if read != stands => Err(stale(tx, of, Some(id)).await?),
        _ => Ok(()),
    }
}

/// The answer to a write that found another version than was read just before it.
///
/// # Errors
/// `stale`, with who wrote since, and whatever else the write met.
pub(crate) async fn written(tx: &mut Tx, of: Edited, id: i64, done: store::Result<()>) -> Result<()> {
    match done {
        Err(store::Error::Stale) => Err(stale(tx, of, Some(id)).await?),
        done => Ok(done?),
    }
}

/// That a record was changed since it was read, with who did it as far as the log knows.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn stale(tx: &mut Tx, of: Edited, id: Option<i64>) -> Result<Error> {
    let mut newest: Option<store::billing_logs::LogRow> = None;
    for act in of.acts {
        let row = store::billing_logs::newest(tx, of.subject, id, act).await?;
        if let Some(row) = row
            && newest.as_ref().is_none_or(|known| known.id < row.id)
        {
            newest = Some(row);
        }
    }
    let mut error = Error::stale();
    error.changed = newest.map(|row| {
        Box::new(Changed {
            by: row.actor,
            desk: row.desk,
            at: row.at.as_millisecond(),
        })
    });
    Ok(error)
}
