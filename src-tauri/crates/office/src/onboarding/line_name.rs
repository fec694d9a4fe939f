//! What a new customer is called: as the comment or the user name tells, and where neither names anybody as the line itself.
//! Every proposal has a name so that a thousand lines are not held up by forty nameless ones; the remark tells which.

use crate::onboarding::comment::{self, Guess, readable};
use crate::onboarding::entry::Entry;

/// The longest name of a line that is shown.
const LONGEST: usize = 100;

/// What a line tells about its customer.
pub(super) fn guess(entry: &Entry) -> Guess {
    let mut guess = comment::guess(entry.comment.as_deref(), entry.user_name.as_deref());
    if guess.name.is_none() {
        guess.name = Some(name_of(entry));
        guess.name_of_line = true;
    }
    guess
}

/// The line's own name, as far as a person can read it: its user name, its address, its device, or its key.
pub(super) fn name_of(entry: &Entry) -> String {
    let names = [&entry.user_name, &entry.address, &entry.mac_address];
    names
        .into_iter()
        .flatten()
        .map(|name| shown(name))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| shown(&entry.key))
}

/// Without what a screen cannot show, and nothing where no letter or digit is left.
fn shown(name: &str) -> String {
    readable(name)
        .trim_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .take(LONGEST)
        .collect()
}
