//! What a cell means: each file reads one kind of value from text and says, without guessing, why it cannot.

pub(super) mod amounts;
pub(super) mod dates;
pub(super) mod numbering;
pub(super) mod phones;
pub(super) mod words;
