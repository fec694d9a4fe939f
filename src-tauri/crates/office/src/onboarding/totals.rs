//! How many lines of a router there are, and what is proposed for them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::onboarding::matching::{Matched, Proposed, Sign};

/// How many lines of what.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct LineTotals {
    /// Lines found.
    pub lines: usize,
    /// Of these, lines that a customer's record has already.
    pub known: usize,
    /// Proposed as an existing customer's, without those that are known.
    pub matched: usize,
    /// Proposed as new customers.
    pub created: usize,
    /// Left to a person.
    pub to_choose: usize,
    /// Proposed to be left out.
    pub left: usize,
    /// Closed by hand.
    pub closed: usize,
    /// Of these, proposed as new customers: whether they are billed while they are closed is for a person to say.
    pub closed_created: usize,
    /// Online now.
    pub online: usize,
    /// ARP entries that the router learned; they are no lines.
    pub arp_learned: usize,
    /// Of these, those that its DHCP server told it.
    pub arp_by_dhcp: usize,
    /// Leases that come and go; they are no lines.
    pub leases_dynamic: usize,
}

impl LineTotals {
    /// Counts a line.
    pub(super) fn count(&mut self, line: &Matched) {
        let signs = line
            .candidates
            .first()
            .map(|candidate| candidate.signs.as_slice());
        let is_known = signs == Some(&[Sign::SameLine]);
        self.lines += 1;
        let is_closed = line.entry.closed.is_some();
        self.closed += usize::from(is_closed);
        self.closed_created += usize::from(is_closed && line.proposal.action == Proposed::Create);
        self.online += usize::from(line.entry.online);
        *match line.proposal.action {
            Proposed::Match if is_known => &mut self.known,
            Proposed::Match => &mut self.matched,
            Proposed::Create => &mut self.created,
            Proposed::Choose => &mut self.to_choose,
            Proposed::Leave => &mut self.left,
        } += 1;
    }
}
