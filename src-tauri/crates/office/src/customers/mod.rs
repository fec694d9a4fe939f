//! Customers: one line each with its bill. Adding, changing, finding, and what a customer's account looks like.

mod begin;
mod discount_value;
mod fields;
mod find;
mod foresee;
mod line_taken;
mod list;
mod on_router;
mod package_change;
mod passing;
mod pppoe_password;
mod standing;
mod statement;
mod terms;
mod unserved;
mod view;
mod write;

pub(crate) use begin::{begin_due, is_due as begins};
pub use discount_value::DiscountValue;
pub use fields::{CustomerFields, Source};
pub use find::{Find, Found};
pub use foresee::{ForeseeStanding, ForeseenStanding};
pub use list::{ListCustomers, ReadCustomer};
pub use on_router::{Untold, UntoldBecause};
pub(crate) use on_router::{ended as ended_on_router, formers};
pub use package_change::PackageChange;
pub(crate) use package_change::{apply_due as apply_due_packages, given_up as difference_given_up};
pub(crate) use passing::pass_days;
pub use pppoe_password::{PppoePassword, ReadPppoePassword};
pub(crate) use pppoe_password::{make_password, opened_password, sealed_password};
pub use standing::{PauseLine, ResumeLine, TerminateLine};
pub use statement::{ReadStatement, Statement, StatementItem};
pub(crate) use unserved::{
    forget_asked as forget_served_again, share_amount_off, take_back as take_back_unserved,
};
pub use view::{AccessView, AreaName, CustomerView, PackageName, RouterName};
pub(crate) use write::next_number;
pub use write::{AddCustomer, ChangeCustomer};
