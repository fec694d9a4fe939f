//! The journal by example, and a random office whose books must agree with a plain list of debts after every act.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::{Rupiah, Unpaid, allocate, credit_to_apply};

const PAYER: i64 = 7;

fn invoice(invoice_id: i64, revenue: i64, tax: i64) -> IssuedInvoice {
    IssuedInvoice {
        customer_id: PAYER,
        invoice_id,
        revenue: Rupiah(revenue),
        tax: Rupiah(tax),
        deposit: Rupiah::ZERO,
        opening: Rupiah::ZERO,
    }
}

fn drawer() -> Account {
    Account::Cash("rina".into())
}

fn amounts(entry: &Entry) -> Vec<(String, i64)> {
    entry
        .postings()
        .iter()
        .map(|posting| (posting.account.to_string(), posting.amount.0))
        .collect()
}

fn posted(account: &str, amount: i64) -> (String, i64) {
    (account.to_owned(), amount)
}

fn post(account: Account, amount: i64) -> Posting {
    Posting {
        account,
        customer_id: None,
        invoice_id: None,
        amount: Rupiah(amount),
    }
}

#[test]
fn an_unbalanced_entry_does_not_exist() {
    let new = |postings| Entry::new(EntryKind::Correction, postings).unwrap_err();
    let lopsided = new(vec![post(Account::Bank, 100), post(Account::Revenue, -99)]);
    assert_eq!(
        lopsided,
        JournalError::Unbalanced {
            kind: EntryKind::Correction,
            difference: Rupiah(1)
        }
    );
    assert!(lopsided.to_string().contains("out of balance by Rp 1"));
    assert_eq!(new(vec![]), JournalError::Empty(EntryKind::Correction));
    assert!(matches!(
        new(vec![post(Account::Bank, 0)]),
        JournalError::ZeroPosting { .. }
    ));
    let overflowing = new(vec![
        post(Account::Bank, i64::MAX),
        post(Account::Revenue, i64::MAX),
    ]);
    assert!(matches!(overflowing, JournalError::Money(_)));
}

#[test]
fn a_debt_belongs_to_somebody() {
    let nobodys = vec![post(Account::Receivable, 100), post(Account::Revenue, -100)];
    assert!(matches!(
        Entry::new(EntryKind::InvoiceIssued, nobodys),
        Err(JournalError::Nobodys { .. })
    ));
    let of_no_invoice = Posting {
        customer_id: Some(PAYER),
        ..post(Account::Receivable, 100)
    };
    let entry = Entry::new(
        EntryKind::InvoiceIssued,
        vec![of_no_invoice, post(Account::Revenue, -100)],
    );
    assert!(matches!(entry, Err(JournalError::Nobodys { .. })));
}

#[test]
fn an_invoice_is_owed_earned_and_taxed() {
    let entry = invoice_issued(&invoice(1, 150_000, 16_500)).unwrap().unwrap();
    assert_eq!(
        amounts(&entry),
        [
            posted("receivable", 166_500),
            posted("revenue", -150_000),
            posted("tax", -16_500)
        ]
    );
    assert_eq!((entry.customer_id(), entry.invoice_id()), (Some(PAYER), Some(1)));
    let with_deposit = IssuedInvoice {
        deposit: Rupiah(100_000),
        ..invoice(1, 150_000, 0)
    };
    let entry = invoice_issued(&with_deposit).unwrap().unwrap();
    assert_eq!(
        amounts(&entry)[2],
        posted("deposit", -100_000),
        "a deposit is not earned"
    );
    assert_eq!(
        invoice_issued(&invoice(1, 0, 0)),
        Ok(None),
        "an invoice of nothing moves nothing"
    );
    assert!(invoice_issued(&invoice(1, -5, 0)).is_err());
}

#[test]
fn a_payment_goes_to_invoices_and_credit() {
    let unpaid = [
        Unpaid {
            invoice_id: 1,
            remaining: Rupiah(200_000),
        },
        Unpaid {
            invoice_id: 2,
            remaining: Rupiah(200_000),
        },
    ];
    let allocation = allocate(Rupiah(500_000), None, &unpaid).unwrap();
    let account = drawer();
    let payment = MovedPayment {
        customer_id: PAYER,
        payment_id: 3,
        account: &account,
        parts: &allocation.parts,
        credit: allocation.credit,
    };
    let entry = payment_received(&payment).unwrap();
    assert_eq!(
        amounts(&entry),
        [
            posted("cash:rina", 500_000),
            posted("receivable", -200_000),
            posted("receivable", -200_000),
            posted("customer_credit", -100_000),
        ]
    );
    assert_eq!(customer_balance(entry.postings(), PAYER), Ok(Rupiah(-500_000)));
    assert_eq!(credit_available(entry.postings(), PAYER), Ok(Rupiah(100_000)));
    let back = payment_reversed(&payment, 12).unwrap();
    assert_eq!((back.reverses_id(), back.payment_id()), (Some(12), Some(3)));
    let all = entry.postings().iter().chain(back.postings());
    assert_eq!(
        customer_balance(all, PAYER),
        Ok(Rupiah::ZERO),
        "as if it had never come"
    );
}

#[test]
fn m7_voiding_a_paid_invoice_gives_the_money_back_as_credit() {
    let issued = invoice(1, 150_000, 16_500);
    let account = drawer();
    let unpaid = [Unpaid {
        invoice_id: 1,
        remaining: Rupiah(166_500),
    }];
    let allocation = allocate(Rupiah(100_000), None, &unpaid).unwrap();
    let payment = MovedPayment {
        customer_id: PAYER,
        payment_id: 3,
        account: &account,
        parts: &allocation.parts,
        credit: Rupiah::ZERO,
    };
    let entries = [
        invoice_issued(&issued).unwrap().unwrap(),
        payment_received(&payment).unwrap(),
        invoice_voided(&issued, Rupiah(100_000), 1).unwrap().unwrap(),
    ];
    let all: Vec<Posting> = entries
        .iter()
        .flat_map(|entry| entry.postings().to_vec())
        .collect();
    assert_eq!(invoice_remaining(&all, 1), Ok(Rupiah::ZERO));
    assert_eq!(credit_available(&all, PAYER), Ok(Rupiah(100_000)));
    let earned: i64 = all
        .iter()
        .filter(|it| it.account == Account::Revenue)
        .map(|it| it.amount.0)
        .sum();
    assert_eq!(earned, 0, "nothing of it was earned");
    assert!(
        invoice_voided(&issued, Rupiah(166_501), 1).is_err(),
        "more than the total cannot have been paid"
    );
    assert_eq!(invoice_voided(&invoice(1, 0, 0), Rupiah::ZERO, 1), Ok(None));
}

#[test]
fn amounts_below_one_rupiah_are_no_acts() {
    for amount in [Rupiah(0), Rupiah(-1)] {
        assert!(credit_applied(PAYER, 1, amount).is_err());
        assert!(credit_unapplied(PAYER, 1, amount).is_err());
        assert!(opening_debt(PAYER, 1, amount).is_err());
        assert!(opening_credit(PAYER, amount).is_err());
        assert!(write_off(PAYER, 1, amount).is_err());
        assert!(shortfall_moved(PAYER, 1, amount).is_err());
        assert!(credit_granted(PAYER, amount, Rupiah::ZERO).is_err());
    }
    let account = Account::Bank;
    let nothing = MovedPayment {
        customer_id: PAYER,
        payment_id: 3,
        account: &account,
        parts: &[],
        credit: Rupiah::ZERO,
    };
    assert!(matches!(payment_received(&nothing), Err(JournalError::Empty(_))));
}

#[test]
fn a_reversal_turns_every_posting_round_and_is_not_reversed_itself() {
    let entry = write_off(PAYER, 1, Rupiah(5_000)).unwrap();
    let turned = reversal(&entry, 40).unwrap();
    assert_eq!(
        amounts(&turned),
        [posted("write_off", -5_000), posted("receivable", 5_000)]
    );
    assert_eq!(
        (turned.kind(), turned.reverses_id()),
        (EntryKind::Correction, Some(40))
    );
    assert!(matches!(
        reversal(&turned, 41),
        Err(JournalError::ReversalOfReversal(_))
    ));
}

#[test]
fn a_moved_shortfall_leaves_the_revenue_as_it_was() {
    let first = invoice_issued(&invoice(1, 150_000, 0)).unwrap().unwrap();
    let moved = shortfall_moved(PAYER, 1, Rupiah(1_000)).unwrap();
    let second = invoice_issued(&invoice(2, 151_000, 0)).unwrap().unwrap();
    let all: Vec<Posting> = [first, moved, second]
        .iter()
        .flat_map(|it| it.postings().to_vec())
        .collect();
    assert_eq!(invoice_remaining(&all, 1), Ok(Rupiah(149_000)));
    assert_eq!(customer_balance(&all, PAYER), Ok(Rupiah(300_000)));
}

/// Something that happens in an office.
#[derive(Clone, Debug)]
enum Happening {
    Issue { revenue: i64, tax: i64 },
    Pay { amount: i64, named: Option<usize> },
    UseCredit,
    GiveUp { which: usize },
    Void { which: usize },
    GrantCredit { amount: i64 },
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        4 => (0..500_000_i64, 0..50_000_i64).prop_map(|(revenue, tax)| Happening::Issue { revenue, tax }),
        4 => (1..900_000_i64, prop::option::of(0..20_usize)).prop_map(|(amount, named)| Happening::Pay { amount, named }),
        2 => Just(Happening::UseCredit),
        1 => (0..20_usize).prop_map(|which| Happening::GiveUp { which }),
        1 => (0..20_usize).prop_map(|which| Happening::Void { which }),
        1 => (1..50_000_i64).prop_map(|amount| Happening::GrantCredit { amount }),
    ]
}

/// What a plain list knows of an invoice.
struct Known {
    issued: IssuedInvoice,
    remaining: Rupiah,
    is_given_up: bool,
    is_void: bool,
}

/// An office that keeps its books by the journal and, to compare, a plain list of debts.
#[derive(Default)]
struct Books {
    postings: Vec<Posting>,
    invoices: BTreeMap<i64, Known>,
    credit: i64,
}

impl Books {
    fn book(&mut self, entry: Option<Entry>) {
        if let Some(entry) = entry {
            let sum = Rupiah::try_sum(entry.postings().iter().map(|posting| posting.amount));
            assert_eq!(sum, Ok(Rupiah::ZERO), "{entry:?}");
            self.postings.extend(entry.postings().to_vec());
        }
    }

    fn unpaid(&self) -> Vec<Unpaid> {
        let owing = self.invoices.iter().filter(|(_, it)| it.remaining.is_positive());
        owing
            .map(|(&invoice_id, it)| Unpaid {
                invoice_id,
                remaining: it.remaining,
            })
            .collect()
    }

    fn happen(&mut self, it: &Happening) {
        match *it {
            Happening::Issue { revenue, tax } => {
                let id = i64::try_from(self.invoices.len()).unwrap();
                let issued = invoice(id, revenue, tax);
                self.book(invoice_issued(&issued).unwrap());
                let remaining = issued.total().unwrap();
                self.invoices.insert(
                    id,
                    Known {
                        issued,
                        remaining,
                        is_given_up: false,
                        is_void: false,
                    },
                );
            }
            Happening::Pay { amount, named } => {
                let named = named.map(|it| i64::try_from(it).unwrap());
                let allocation = allocate(Rupiah(amount), named, &self.unpaid()).unwrap();
                let account = drawer();
                let payment = MovedPayment {
                    customer_id: PAYER,
                    payment_id: 1,
                    account: &account,
                    parts: &allocation.parts,
                    credit: allocation.credit,
                };
                self.book(Some(payment_received(&payment).unwrap()));
                for part in &allocation.parts {
                    let known = self.invoices.get_mut(&part.invoice_id).unwrap();
                    known.remaining = known.remaining.try_sub(part.amount).unwrap();
                }
                self.credit += allocation.credit.0;
            }
            Happening::UseCredit => {
                for it in self.unpaid() {
                    let amount = credit_to_apply(Rupiah(self.credit), it.remaining);
                    if amount.is_positive() {
                        self.book(Some(credit_applied(PAYER, it.invoice_id, amount).unwrap()));
                        self.credit -= amount.0;
                        self.invoices.get_mut(&it.invoice_id).unwrap().remaining.0 -= amount.0;
                    }
                }
            }
            Happening::GiveUp { which } => {
                if let Some(it) = self.unpaid().get(which) {
                    self.book(Some(write_off(PAYER, it.invoice_id, it.remaining).unwrap()));
                    let known = self.invoices.get_mut(&it.invoice_id).unwrap();
                    (known.remaining, known.is_given_up) = (Rupiah::ZERO, true);
                }
            }
            Happening::Void { which } => {
                let id = i64::try_from(which).unwrap();
                let Some(known) = self
                    .invoices
                    .get_mut(&id)
                    .filter(|it| !it.is_given_up && !it.is_void)
                else {
                    return;
                };
                let paid = known.issued.total().unwrap().try_sub(known.remaining).unwrap();
                (known.remaining, known.is_void) = (Rupiah::ZERO, true);
                let entry = invoice_voided(&known.issued, paid, 1).unwrap();
                self.book(entry);
                self.credit += paid.0;
            }
            Happening::GrantCredit { amount } => {
                self.book(Some(credit_granted(PAYER, Rupiah(amount), Rupiah::ZERO).unwrap()));
                self.credit += amount;
            }
        }
    }
}

proptest! {
    #[test]
    fn the_journal_always_balances_and_agrees_with_a_plain_list(
        happenings in prop::collection::vec(happening(), 1..40),
    ) {
        let mut books = Books::default();
        for it in &happenings {
            books.happen(it);
            prop_assert_eq!(Rupiah::try_sum(books.postings.iter().map(|posting| posting.amount)), Ok(Rupiah::ZERO));
            let mut owed = 0;
            for (&id, known) in &books.invoices {
                prop_assert_eq!(invoice_remaining(&books.postings, id), Ok(known.remaining));
                owed += known.remaining.0;
            }
            prop_assert_eq!(credit_available(&books.postings, PAYER), Ok(Rupiah(books.credit)));
            prop_assert_eq!(customer_balance(&books.postings, PAYER), Ok(Rupiah(owed - books.credit)));
        }
    }

    #[test]
    fn every_entry_and_its_reversal_cancel(revenue in 1..1_000_000_i64, tax in 0..100_000_i64) {
        let entry = invoice_issued(&invoice(1, revenue, tax)).unwrap().unwrap();
        let turned = reversal(&entry, 1).unwrap();
        prop_assert_eq!(turned.kind(), EntryKind::InvoiceVoided);
        for (one, other) in entry.postings().iter().zip(turned.postings()) {
            prop_assert_eq!(&one.account, &other.account);
            prop_assert_eq!(one.amount.try_add(other.amount), Ok(Rupiah::ZERO));
        }
    }
}
