//! Bringing an office's routers in: what stands on a router becomes customers and packages by a guided match, so that a
//! thousand lines need not be typed. The preview reads and proposes, a person decides, and what was decided is taken in
//! as one batch that can be undone like the import of a file.
//!
//! Nothing here sends anything to a router, gives a line to one of two possible customers by itself, or bills anybody for
//! days before the next month.

mod book;
mod closing;
mod comment;
mod decisions;
mod entry;
mod groups;
mod judging;
mod line_name;
mod linking;
mod mappings;
mod matching;
mod names;
mod not_a_line;
mod package_names;
mod packages;
mod phone_in_text;
mod preview;
mod reading;
mod refusal;
mod remarks;
mod take_in;
mod terms_in_text;
mod totals;
mod words;

pub use closing::ClosedBy;
pub use decisions::{ImportRouterLines, LineAction, LineDecision, NewMapping, NewPackage};
pub use entry::Source;
pub use groups::{LineGroup, PackageBy, ProposedPackage};
pub use mappings::{
    MapProfiles, MappedPackage, ProfileChoice, ReadProfileMappings, RouterProfile, RouterProfiles,
};
pub use matching::{Proposed, Sign, Strength};
pub use not_a_line::NotALine;
pub use preview::{
    CandidateView, CustomerGuess, ImportDefaults, IsolatedProfile, LineClosed, LineProposal,
    PreviewRouterLines, RouterLine, RouterLines,
};
pub use remarks::{LineRemark, Remark};
pub use take_in::{ImportedLine, ImportedLines, LineOutcome};
pub use totals::LineTotals;

pub(crate) use closing::{is_closing_name, is_isolated};
pub(crate) use linking::unlink;
pub(crate) use not_a_line::{is_voucher, not_a_customer};
pub(crate) use words::is_closing_of_import;
