//! Customers: one line each with its bill. Adding, changing, finding, and what a customer's account looks like.

mod begin;
mod discount_value;
mod fields;
mod find;
mod list;
mod on_router;
mod standing;
mod statement;
mod view;
mod write;

pub(crate) use begin::begin_due;
pub use discount_value::DiscountValue;
pub use fields::{CustomerFields, Source};
pub(crate) use fields::{pppoe_password_of, sealed_password};
pub use find::{Find, Found};
pub use list::{ListCustomers, ReadCustomer};
pub use on_router::{Untold, UntoldBecause};
pub(crate) use on_router::{ended as ended_on_router, formers};
pub use standing::{PauseLine, ResumeLine, TerminateLine};
pub use statement::{ReadStatement, Statement, StatementItem};
pub use view::{AccessView, AreaName, CustomerView, PackageName, RouterName};
pub(crate) use write::next_number;
pub use write::{AddCustomer, ChangeCustomer};
