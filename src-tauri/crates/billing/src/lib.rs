//! The rules of money and of access: what is owed, when, and whether a line is open. Every rule is a pure function that
//! returns its verdict and the reasons for it, so that the job, the preview and the answer to "why?" cannot disagree.
//!
//! This crate refuses to read a clock, a file, a socket or a database; time and data come in as arguments.
//!
//! ```
//! use billing::access::{AccessPolicy, LineFacts, OwedInvoice, verdict};
//! use billing::{Access, CustomerStatus, PaymentBehavior, Rupiah, Unpaid, allocate};
//! use jiff::civil::date;
//!
//! // Two overdue invoices, and a payment that covers one and a half of them.
//! let unpaid = [1, 2].map(|invoice_id| Unpaid { invoice_id, remaining: Rupiah(200_000) });
//! let allocation = allocate(Rupiah(300_000), None, &unpaid)?;
//! assert_eq!(allocation.parts[1].amount, Rupiah(100_000));
//!
//! let line = LineFacts {
//!     status: CustomerStatus::Isolated,
//!     exempt: false,
//!     payment_behavior: PaymentBehavior::Regular,
//!     rapel_months: 0,
//!     pause: None,
//!     terminated_on: None,
//!     overridden: None,
//! };
//! let second = OwedInvoice {
//!     invoice_id: 2,
//!     due_date: date(2026, 1, 21),
//!     paid: Rupiah(100_000),
//!     remaining: Rupiah(100_000),
//!     shield: None,
//! };
//! let (today, now) = (date(2026, 2, 1), "2026-02-01T03:00:00Z".parse()?);
//! let verdict = verdict(&line, &[second], &AccessPolicy::default(), today, now);
//! assert_eq!(verdict.access, Access::Closed);
//! assert_eq!(verdict.reasons[0].code(), "overdue");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod access;
mod allocation;
mod amount_off;
mod billing_day;
mod charge;
mod customer;
mod discount;
mod draft;
mod due_period;
pub mod due_rule;
mod earlier_debt;
mod invoice_status;
pub mod journal;
mod money;
mod payment;
mod period;
pub mod phone;
mod plan_limit;
mod proration;
mod router;
mod served_package;
mod service_price;
mod service_span;
mod tax;
#[doc(hidden)]
pub mod text_enum;

pub use access::{Access, Observed, OverrideVerdict};
pub use allocation::{
    Allocation, AllocationPart, AllocationReason, PaymentError, Unpaid, allocate, change, credit_to_apply,
    is_shortfall,
};
pub use amount_off::{PricedDays, share_amount_off};
pub use billing_day::{BillingDay, BillingDayError};
pub use charge::{ChargeKind, FurtherKind};
pub use customer::{BillingMode, ConnectionType, CustomerStatus, PaymentBehavior};
pub use discount::{Discount, DiscountError, DiscountType};
pub use draft::{
    Draft, DraftError, DraftLine, InvoiceDraft, InvoiceRules, LineToBill, PendingCharge, Shortfall,
    SkippedLine, draft,
};
pub use due_period::{
    BillWhileClosed, BilledLine, BillingRules, ChargedPeriod, Closing, DuePeriod, PartReason, SkipReason,
    Timing, billing_date, current_period, due_period, period_asked_for, periods_to_prepay,
};
pub use due_rule::{DueRule, DueRuleError};
pub use earlier_debt::months_of_debt;
pub use invoice_status::{InvoiceStatus, is_overdue};
pub use journal::{Account, EntryKind};
pub use money::{BasisPoints, MoneyError, Rupiah};
pub use payment::Method;
pub use period::{Period, PeriodError};
pub use plan_limit::{LimitReason, PlanLimit, plan_limit};
pub use proration::{FirstMonth, Pause, prorate, unserved_days};
pub use router::{RouterMode, StaticIsolation};
pub use served_package::{EarlierPackage, PricedPackage, by_package};
pub use service_price::{ServicePrice, Worth};
pub use service_span::ServiceSpan;
pub use tax::{Tax, TaxRule, TaxTable, TaxTableError};
pub use text_enum::UnknownWord;
