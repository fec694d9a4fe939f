//! Which customer a line belongs to: the signs for each candidate, how strong they are, and what is proposed. A sign that
//! is not plain, two candidates, or two lines that point at one customer are left to a person.

use std::collections::HashMap;

use store::customers::Customer;

use crate::onboarding::book::{CustomerBook, line_of};
use crate::onboarding::comment::Guess;
use crate::onboarding::entry::Entry;
use crate::onboarding::names::Comparable;
use crate::onboarding::not_a_line::NotALine;

billing::text_enum! {
    /// A sign that a line is a customer's.
    pub enum Sign as "sign" {
        /// The customer's record has exactly this line on this router.
        SameLine => "same_line",
        /// The comment is our mark with the customer's number, and the name agrees or is not there.
        Mark => "mark",
        /// The comment is our mark with the customer's number and another name.
        MarkOtherName => "mark_other_name",
        /// The record has this user name and no router.
        SameUser => "same_user",
        /// The comment has the customer's telephone number.
        Phone => "phone",
        /// The comment has the customer's name, of more than one word.
        FullName => "full_name",
        /// The comment or the user name has the customer's only word of name.
        ShortName => "short_name",
        /// The record has this user name on another router; two routers often have the same names.
        SameUserElsewhere => "same_user_elsewhere",
    }
}

billing::text_enum! {
    /// How much a sign weighs, the strongest first.
    pub enum Strength as "strength" {
        /// It cannot be somebody else.
        Certain => "certain",
        /// It is hardly somebody else.
        Strong => "strong",
        /// It is probably this customer.
        Likely => "likely",
        /// It may be a coincidence.
        Weak => "weak",
    }
}

billing::text_enum! {
    /// What is proposed to do with a line.
    pub enum Proposed as "proposal" {
        /// A new customer.
        Create => "create",
        /// It is an existing customer's.
        Match => "match",
        /// It is left alone.
        Leave => "leave",
        /// A person has to choose.
        Choose => "choose",
    }
}

/// An existing customer whose line this may be.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub customer_id: i64,
    pub strength: Strength,
    pub signs: Vec<Sign>,
}

/// What is proposed for a line, and why.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub action: Proposed,
    pub customer_id: Option<i64>,
    pub why: Why,
}

/// Why something is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Nobody is known for it.
    New,
    /// A sign points at one customer.
    Sign(Sign),
    /// It is nobody's line.
    Not(NotALine),
    /// Several customers could have it.
    Several,
    /// One customer could have it, but the sign is weak.
    OnlyWeak,
    /// Several lines point at the same customer.
    SameCustomerTwice,
}

impl Why {
    /// The stable word for programs.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Why::New => "new",
            Why::Sign(sign) => sign.as_str(),
            Why::Not(not) => not.as_str(),
            Why::Several => "several_candidates",
            Why::OnlyWeak => "weak_candidate",
            Why::SameCustomerTwice => "same_customer_twice",
        }
    }
}

/// A line with who may have it.
#[derive(Debug)]
pub(super) struct Matched {
    pub entry: Entry,
    pub guess: Guess,
    pub candidates: Vec<Candidate>,
    pub proposal: Proposal,
}

/// Proposes what to do with each line.
pub(super) fn matched(
    entries: Vec<Entry>,
    guesses: Vec<Guess>,
    book: &CustomerBook,
    router_id: i64,
) -> Vec<Matched> {
    let mut matched: Vec<Matched> = entries
        .into_iter()
        .zip(guesses)
        .map(|(entry, guess)| {
            let candidates = candidates(&entry, &guess, book, router_id);
            let proposal = propose(&entry, &candidates);
            Matched {
                entry,
                guess,
                candidates,
                proposal,
            }
        })
        .collect();
    one_line_each(&mut matched);
    matched
}

fn candidates(entry: &Entry, guess: &Guess, book: &CustomerBook, router_id: i64) -> Vec<Candidate> {
    if let Some(holder) = book.holder(entry, router_id) {
        return vec![Candidate {
            customer_id: holder.id,
            strength: Strength::Certain,
            signs: vec![Sign::SameLine],
        }];
    }
    let mut found: HashMap<i64, Vec<(Strength, Sign)>> = HashMap::new();
    let mut note = |customer: &Customer, strength: Strength, sign: Sign| {
        // Whoever has a line already may have a second one; or the record is out of date. A person knows.
        let strength = match line_of(customer) {
            Some(_) if sign != Sign::SameUser => Strength::Weak,
            _ => strength,
        };
        found.entry(customer.id).or_default().push((strength, sign));
    };
    // What stands for a name is nobody's.
    let own_name = guess.name.as_deref().filter(|_| !guess.name_of_line);
    let name = own_name.and_then(Comparable::of);
    if let Some(customer) = guess
        .customer_no
        .as_deref()
        .and_then(|number| book.by_number(number))
    {
        let agrees = guess.name_of_user || name.is_none() || name == Comparable::of(&customer.details.name);
        if agrees {
            note(customer, Strength::Certain, Sign::Mark);
        } else {
            note(customer, Strength::Weak, Sign::MarkOtherName);
        }
    }
    if let Some(user) = entry.user_name.as_deref() {
        for customer in book.with_user(user) {
            match customer.details.router_id {
                None => note(customer, Strength::Strong, Sign::SameUser),
                Some(_) => note(customer, Strength::Weak, Sign::SameUserElsewhere),
            }
        }
    }
    if let Some(phone) = guess.phone.as_deref() {
        for customer in book.with_phone(phone) {
            note(customer, Strength::Strong, Sign::Phone);
        }
    }
    if let Some(name) = &name {
        for customer in book.with_name(name) {
            if name.is_full() && !guess.name_of_user {
                note(customer, Strength::Likely, Sign::FullName);
            } else if line_of(customer).is_none() {
                // Of one word alone many people are called, and those who have a line are somebody else.
                note(customer, Strength::Weak, Sign::ShortName);
            }
        }
    }
    let mut candidates: Vec<Candidate> = found
        .into_iter()
        .filter_map(|(customer_id, signs)| {
            let strength = signs.iter().map(|(strength, _)| *strength).min()?;
            Some(Candidate {
                customer_id,
                strength,
                signs: signs.into_iter().map(|(_, sign)| sign).collect(),
            })
        })
        .collect();
    candidates.sort_by_key(|candidate| (candidate.strength, candidate.customer_id));
    candidates
}

fn propose(entry: &Entry, candidates: &[Candidate]) -> Proposal {
    let of = |action, customer_id, why| Proposal {
        action,
        customer_id,
        why,
    };
    let best = candidates.first();
    // A customer's own line is his whatever it is called.
    if let Some(best) = best.filter(|best| best.strength == Strength::Certain) {
        let rival = candidates
            .iter()
            .any(|other| other.customer_id != best.customer_id && other.strength < Strength::Weak);
        let why = best.signs.first().map_or(Why::Several, |sign| Why::Sign(*sign));
        return match rival {
            true => of(Proposed::Choose, None, Why::Several),
            false => of(Proposed::Match, Some(best.customer_id), why),
        };
    }
    if let Some(not) = entry.left_out {
        return of(Proposed::Leave, None, Why::Not(not));
    }
    let plain: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| candidate.strength < Strength::Weak)
        .collect();
    match plain.as_slice() {
        [one] => {
            let why = one.signs.first().map_or(Why::OnlyWeak, |sign| Why::Sign(*sign));
            of(Proposed::Match, Some(one.customer_id), why)
        }
        [] => {
            // The same user name on another router says next to nothing by itself.
            let telling = candidates
                .iter()
                .filter(|candidate| candidate.signs != [Sign::SameUserElsewhere])
                .count();
            match telling {
                0 => of(Proposed::Create, None, Why::New),
                1 => of(Proposed::Choose, None, Why::OnlyWeak),
                _ => of(Proposed::Choose, None, Why::Several),
            }
        }
        _ => of(Proposed::Choose, None, Why::Several),
    }
}

/// Where several lines point at one customer, none of them gets him without a person, unless it is his already.
fn one_line_each(matched: &mut [Matched]) {
    let mut lines: HashMap<i64, usize> = HashMap::new();
    for id in matched.iter().filter_map(|line| line.proposal.customer_id) {
        *lines.entry(id).or_default() += 1;
    }
    for line in matched {
        let shared = line
            .proposal
            .customer_id
            .is_some_and(|id| lines.get(&id).is_some_and(|lines| *lines > 1));
        if shared && line.proposal.why != Why::Sign(Sign::SameLine) {
            line.proposal = Proposal {
                action: Proposed::Choose,
                customer_id: None,
                why: Why::SameCustomerTwice,
            };
        }
    }
}
