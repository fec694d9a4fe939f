//! The routers as records: where they are and how they are worked with. Passwords go to the office's secrets and never
//! into the database. Talking to a router is `network`'s.

mod form;
mod password_state;
mod read;
mod write;

pub use password_state::PasswordState;
pub use read::{ListRouters, ReadRouter, RouterView};
pub use write::{AddRouter, ChangeRouter};
