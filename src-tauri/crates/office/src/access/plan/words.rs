//! Where a plan stands, in the words of its reader.

use store::plans::State;

use crate::error::Sentence;

/// Within a sentence: "(sudah dikembalikan)".
pub(super) fn stands(state: State) -> Sentence {
    let (id, en) = match state {
        State::Preview => ("hanya untuk dilihat", "only shown"),
        State::Waiting => ("menunggu persetujuan", "waiting for approval"),
        State::Approved => ("sudah disetujui", "approved"),
        State::Applying => ("sedang dijalankan", "being carried out"),
        State::Applied => ("sudah dijalankan", "applied"),
        State::Undoing => ("sedang dikembalikan", "being undone"),
        State::Undone => ("sudah dikembalikan", "undone"),
        State::Dismissed => ("disingkirkan", "dismissed"),
    };
    Sentence::new(id, en)
}
