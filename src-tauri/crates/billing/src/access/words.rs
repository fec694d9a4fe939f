//! The words for what a line should be and what it was seen to be.

use crate::text_enum::text_enum;

text_enum! {
    /// What the rules want of a line.
    pub enum Access as "access" {
        /// The line is served.
        Open => "open",
        /// The line is isolated.
        Closed => "closed",
    }
}

text_enum! {
    /// What a router was last seen to say about a line.
    #[default(Unknown)]
    pub enum Observed as "observed access" {
        /// Served.
        Open => "open",
        /// Isolated.
        Closed => "closed",
        /// Not seen, or the last look failed. Never a ground for doing anything.
        Unknown => "unknown",
    }
}

text_enum! {
    /// What a person decided about a line, above the ledger.
    pub enum OverrideVerdict as "override" {
        /// Keep it open: a promise to pay, the office's grace.
        Open => "open",
        /// Keep it closed: by hand, for a cause that the ledger does not know.
        Closed => "closed",
    }
}

impl From<OverrideVerdict> for Access {
    fn from(verdict: OverrideVerdict) -> Access {
        match verdict {
            OverrideVerdict::Open => Access::Open,
            OverrideVerdict::Closed => Access::Closed,
        }
    }
}

impl Observed {
    /// Whether the router says what is wanted; `None` when it is not known, which is neither yes nor no.
    #[must_use]
    pub fn agrees_with(self, desired: Access) -> Option<bool> {
        match self {
            Observed::Open => Some(desired == Access::Open),
            Observed::Closed => Some(desired == Access::Closed),
            Observed::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_unknown_is_neither_open_nor_closed() {
        for desired in [Access::Open, Access::Closed] {
            assert_eq!(Observed::Unknown.agrees_with(desired), None);
        }
        assert_eq!(Observed::Closed.agrees_with(Access::Open), Some(false));
        assert_eq!(Observed::Closed.agrees_with(Access::Closed), Some(true));
        assert_eq!(Observed::Open.agrees_with(Access::Closed), Some(false));
        assert_eq!(Observed::Open.agrees_with(Access::Open), Some(true));
    }
}
