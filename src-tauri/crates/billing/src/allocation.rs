//! Where the money of a payment goes: to the invoice that it names, then to the oldest unpaid, the rest to the
//! customer's credit. Also the small sums around it: credit that pays a new invoice, a shortfall that is let pass, the
//! change at the counter.

use serde::Serialize;

use crate::{MoneyError, Rupiah};

/// An invoice on which something is still owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unpaid {
    /// Which invoice.
    pub invoice_id: i64,
    /// What is still owed on it; above zero.
    pub remaining: Rupiah,
}

/// How an amount is divided. The parts and the credit are the amount, to the rupiah.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// What goes to which invoice, in the order in which they are paid.
    pub parts: Vec<AllocationPart>,
    /// What is left for the customer's credit.
    pub credit: Rupiah,
    /// Whether the invoice that was named had nothing left to pay, so that its money went on.
    pub named_was_settled: bool,
}

/// The part of an amount that goes to one invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AllocationPart {
    /// Which invoice.
    pub invoice_id: i64,
    /// Rupiah, above zero and no more than was owed.
    pub amount: Rupiah,
    /// Why this invoice.
    pub reason: AllocationReason,
}

/// Why money goes to an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AllocationReason {
    /// The payment names it.
    Named,
    /// It is the oldest that is unpaid.
    Oldest,
}

/// Why a payment cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// Nothing, or less than nothing.
    #[error("the amount is {0}; type an amount above zero")]
    NotPositive(Rupiah),
    /// A slip of the finger.
    #[error("the amount is {0}; no payment is larger than {max}, so check the digits", max = Rupiah::LARGEST_TYPED)]
    TooLarge(Rupiah),
    /// Less money on the table than was typed as paid.
    #[error("{received} was received for a payment of {amount}; take more or book less")]
    TooLittleReceived {
        /// The amount of the payment.
        amount: Rupiah,
        /// The money received.
        received: Rupiah,
    },
}

impl PaymentError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PaymentError::NotPositive(_) => "amount_not_positive",
            PaymentError::TooLarge(_) => "amount_too_large",
            PaymentError::TooLittleReceived { .. } => "too_little_received",
        }
    }
}

/// Divides `amount`: to the invoice `named`, then to `unpaid` in the order given (oldest first), the rest to credit.
///
/// A named invoice that is not among the unpaid is settled already; its money goes to the others, for money that has
/// arrived is never refused because of a name.
///
/// # Errors
/// An amount that is not above zero, or larger than any payment.
pub fn allocate(amount: Rupiah, named: Option<i64>, unpaid: &[Unpaid]) -> Result<Allocation, PaymentError> {
    check_amount(amount)?;
    let named_first = unpaid.iter().filter(|it| Some(it.invoice_id) == named);
    let others = unpaid.iter().filter(|it| Some(it.invoice_id) != named);
    let in_order = named_first
        .map(|it| (it, AllocationReason::Named))
        .chain(others.map(|it| (it, AllocationReason::Oldest)))
        .filter(|(it, _)| it.remaining.is_positive());

    let mut left = amount.0;
    let mut parts = Vec::new();
    for (invoice, reason) in in_order {
        if left == 0 {
            break;
        }
        let part = left.min(invoice.remaining.0);
        left -= part;
        parts.push(AllocationPart {
            invoice_id: invoice.invoice_id,
            amount: Rupiah(part),
            reason,
        });
    }
    let named_was_settled =
        named.is_some() && !parts.iter().any(|part| part.reason == AllocationReason::Named);
    Ok(Allocation {
        parts,
        credit: Rupiah(left),
        named_was_settled,
    })
}

fn check_amount(amount: Rupiah) -> Result<(), PaymentError> {
    if !amount.is_positive() {
        Err(PaymentError::NotPositive(amount))
    } else if amount > Rupiah::LARGEST_TYPED {
        Err(PaymentError::TooLarge(amount))
    } else {
        Ok(())
    }
}

/// How much of a customer's credit pays an invoice on which `remaining` is owed: as much as there is of both. A new
/// invoice uses it at once.
#[must_use]
pub fn credit_to_apply(credit: Rupiah, remaining: Rupiah) -> Rupiah {
    credit.min(remaining).max(Rupiah::ZERO)
}

/// Whether what is owed on an invoice is only a shortfall that the office lets pass: something was paid, and no more than
/// `tolerance` is missing. An invoice on which nothing was paid is not short, however small it is.
#[must_use]
pub fn is_shortfall(paid: Rupiah, remaining: Rupiah, tolerance: Rupiah) -> bool {
    paid.is_positive() && remaining.is_positive() && remaining <= tolerance
}

/// The change for `received` on a payment of `amount`.
///
/// # Errors
/// An amount that is no payment, or less received than the amount.
pub fn change(amount: Rupiah, received: Rupiah) -> Result<Rupiah, PaymentError> {
    check_amount(amount)?;
    if received > Rupiah::LARGEST_TYPED {
        return Err(PaymentError::TooLarge(received));
    }
    match received.try_sub(amount) {
        Ok(change) if change.0 >= 0 => Ok(change),
        Ok(_) | Err(MoneyError::Overflow | MoneyError::NotANumber) => {
            Err(PaymentError::TooLittleReceived { amount, received })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two invoices of 200,000, the older first.
    fn two() -> [Unpaid; 2] {
        [
            Unpaid {
                invoice_id: 1,
                remaining: Rupiah(200_000),
            },
            Unpaid {
                invoice_id: 2,
                remaining: Rupiah(200_000),
            },
        ]
    }

    fn paid(amount: i64, named: Option<i64>) -> (Vec<(i64, i64)>, i64) {
        let allocation = allocate(Rupiah(amount), named, &two()).unwrap();
        (
            allocation
                .parts
                .iter()
                .map(|part| (part.invoice_id, part.amount.0))
                .collect(),
            allocation.credit.0,
        )
    }

    #[test]
    fn scenario_1_one_invoice_is_paid_whole() {
        assert_eq!(paid(200_000, None), (vec![(1, 200_000)], 0));
    }

    #[test]
    fn scenario_2_a_part_of_one_invoice_is_paid() {
        assert_eq!(paid(100_000, Some(2)), (vec![(2, 100_000)], 0));
    }

    #[test]
    fn scenario_3_the_first_is_paid_and_the_second_in_part() {
        assert_eq!(paid(350_000, None), (vec![(1, 200_000), (2, 150_000)], 0));
    }

    #[test]
    fn scenario_4_both_are_paid_and_the_rest_is_credit() {
        assert_eq!(paid(500_000, None), (vec![(1, 200_000), (2, 200_000)], 100_000));
    }

    #[test]
    fn the_named_invoice_comes_before_the_oldest() {
        assert_eq!(paid(250_000, Some(2)), (vec![(2, 200_000), (1, 50_000)], 0));
    }

    #[test]
    fn money_for_a_settled_invoice_is_not_refused() {
        let allocation = allocate(Rupiah(50_000), Some(99), &two()).unwrap();
        assert!(allocation.named_was_settled);
        assert_eq!(allocation.parts[0].invoice_id, 1);
        let nothing_owed = allocate(Rupiah(50_000), Some(99), &[]).unwrap();
        assert_eq!(
            (nothing_owed.parts.len(), nothing_owed.credit),
            (0, Rupiah(50_000))
        );
    }

    #[test]
    fn amounts_that_are_no_payment_are_refused() {
        for amount in [0, -1, i64::MIN] {
            assert_eq!(
                allocate(Rupiah(amount), None, &two()).unwrap_err().code(),
                "amount_not_positive"
            );
        }
        for amount in [1_000_000_000_000, i64::MAX] {
            assert_eq!(
                allocate(Rupiah(amount), None, &two()).unwrap_err().code(),
                "amount_too_large"
            );
        }
    }

    #[test]
    fn credit_pays_a_new_invoice_as_far_as_it_goes() {
        assert_eq!(credit_to_apply(Rupiah(100_000), Rupiah(150_000)), Rupiah(100_000));
        assert_eq!(credit_to_apply(Rupiah(200_000), Rupiah(150_000)), Rupiah(150_000));
        assert_eq!(credit_to_apply(Rupiah(-5), Rupiah(150_000)), Rupiah::ZERO);
        assert_eq!(credit_to_apply(Rupiah(5), Rupiah(-150_000)), Rupiah::ZERO);
    }

    #[test]
    fn a_shortfall_is_something_small_that_is_missing_from_a_payment() {
        assert!(is_shortfall(Rupiah(149_000), Rupiah(1_000), Rupiah(1_000)));
        assert!(!is_shortfall(Rupiah(148_999), Rupiah(1_001), Rupiah(1_000)));
        assert!(
            !is_shortfall(Rupiah(0), Rupiah(1_000), Rupiah(1_000)),
            "a small invoice is not a shortfall"
        );
        assert!(
            !is_shortfall(Rupiah(149_999), Rupiah(1), Rupiah(0)),
            "no tolerance, no shortfall"
        );
    }

    #[test]
    fn the_change_is_what_was_too_much() {
        assert_eq!(change(Rupiah(166_500), Rupiah(200_000)), Ok(Rupiah(33_500)));
        assert_eq!(change(Rupiah(166_500), Rupiah(166_500)), Ok(Rupiah::ZERO));
        assert_eq!(
            change(Rupiah(166_500), Rupiah(166_499)).unwrap_err().code(),
            "too_little_received"
        );
        assert_eq!(
            change(Rupiah(1), Rupiah(i64::MIN)).unwrap_err().code(),
            "too_little_received"
        );
        assert_eq!(
            change(Rupiah(1), Rupiah(i64::MAX)).unwrap_err().code(),
            "amount_too_large"
        );
        assert_eq!(
            change(Rupiah(0), Rupiah(5)).unwrap_err().code(),
            "amount_not_positive"
        );
    }

    proptest! {
        #[test]
        fn parts_and_credit_are_the_amount(
            amount in 1..5_000_000_i64,
            owed in prop::collection::vec(0..500_000_i64, 0..12),
            named in prop::option::of(0..14_i64),
        ) {
            let unpaid: Vec<Unpaid> = (0..)
                .zip(&owed)
                .map(|(invoice_id, &owed)| Unpaid { invoice_id, remaining: Rupiah(owed) })
                .collect();
            let allocation = allocate(Rupiah(amount), named, &unpaid).unwrap();

            let sum = Rupiah::try_sum(allocation.parts.iter().map(|part| part.amount)).unwrap();
            prop_assert_eq!(sum.try_add(allocation.credit), Ok(Rupiah(amount)));
            prop_assert!(allocation.credit.0 >= 0);

            let owed_on = |id: i64| unpaid[usize::try_from(id).unwrap()].remaining;
            for part in &allocation.parts {
                prop_assert!(part.amount.is_positive() && part.amount <= owed_on(part.invoice_id));
            }
            for part in allocation.parts.iter().rev().skip(1) {
                prop_assert_eq!(part.amount, owed_on(part.invoice_id), "an invoice is paid whole before the next gets money");
            }
            let order: Vec<i64> =
                allocation.parts.iter().filter(|part| Some(part.invoice_id) != named).map(|part| part.invoice_id).collect();
            prop_assert!(order.is_sorted(), "oldest first");
            if let Some(first) = allocation.parts.first() {
                let named_owes = named.is_some_and(|id| unpaid.iter().any(|it| it.invoice_id == id && it.remaining.is_positive()));
                prop_assert_eq!(first.reason == AllocationReason::Named, named_owes);
            }
            let all_owed: i64 = owed.iter().sum();
            prop_assert_eq!(allocation.credit.0, (amount - all_owed).max(0), "credit only when nothing is owed any more");
        }
    }
}
