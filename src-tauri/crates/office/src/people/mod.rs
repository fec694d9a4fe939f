//! The people of the office: the first owner, logging in, staff, and tokens for scripts.

mod login;
mod password;
mod roles;
mod setup;
mod staff;
mod tokens;

pub use login::{Login, LoginAnswer, Logout, Me, UserView, recognise};
pub use roles::{ListRoles, RoleView};
pub use setup::{ReadSetup, SetUp, SetupState};
pub use staff::{AddStaff, ChangeStaff, ListStaff, StaffView};
pub use tokens::{CreateToken, ListTokens, RevokeToken, TokenView};
