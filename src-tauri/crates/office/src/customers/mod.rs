//! Customers: one line each with its bill. Adding, changing, finding, and what a customer's account looks like.

mod fields;
mod find;
mod list;
mod standing;
mod statement;
mod view;
mod write;

pub use fields::CustomerFields;
pub(crate) use fields::PPPOE_PASSWORD;
pub use find::{Find, Found};
pub use list::{ListCustomers, ReadCustomer};
pub use standing::{PauseLine, ResumeLine, TerminateLine};
pub use statement::{ReadStatement, Statement, StatementItem};
pub use view::{AccessView, AreaName, CustomerView, PackageName, RouterName};
pub(crate) use write::next_number;
pub use write::{AddCustomer, ChangeCustomer};
