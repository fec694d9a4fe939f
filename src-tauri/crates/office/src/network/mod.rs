//! The routers as the office reaches them: kept connections, what a line is made of on a router, and how it is closed,
//! opened, compared and restored. It carries out what it is told and reports what the router said afterwards; who should
//! be closed is decided elsewhere (`access`), and a failed read is never taken for an empty list.

mod arp_check;
mod carry;
mod check;
mod connections;
mod dhcp;
mod dialled;
mod dropping;
mod failure;
mod health;
mod hotspot;
mod inventory;
mod isolation_list;
pub mod isolation_page;
mod line;
mod mark;
mod pppoe;
mod profiles;
mod queue;
mod reading;
mod removal;
mod rename;
mod secret;
mod snapshot;
mod static_line;
mod traffic;

use billing::RouterMode;
use store::routers::Router;

pub use carry::{Carried, Order, Warning, Wish, carry_out};
pub use check::{Permissions, RouterProblem, RouterTest, TestRouter};
pub use connections::{Network, Session};
pub use failure::Failure;
pub use health::{ReadRouterHealth, RouterHealth};
pub use line::{Line, Said, WantedProfile, Way, profile_name};
pub use profiles::{ProfileAction, SyncRouterProfiles, SyncedProfile, SyncedProfiles, sync_router};
pub use removal::{Removal, remove_secret, take_back_secret};
pub use rename::{Renamed, rename_secret};
pub use secret::{
    Learnt, SecretChange, WantedSecret, Written, add_secret, make_missing_secret, set_password,
};
pub use snapshot::{Snapshot, UnknownSecret};
pub use traffic::{LineTraffic, ReadLineTraffic};

pub(crate) use dialled::dialled;
pub(crate) use inventory::{Inventory, Passwords, ProfileSeen, profiles_of};

use crate::error::Error;

/// Refuses to write to a router that is only observed.
pub(crate) fn require_managed(router: &Router) -> Result<(), Error> {
    if router.details.mode == RouterMode::Manage {
        return Ok(());
    }
    let name = &router.details.name;
    Err(Error::conflict(
        "router_observed",
        format!(
            "Router {name} masih dalam mode amati; tidak ada yang dikirim. Ubah ke mode kelola lebih dahulu."
        ),
        format!("The router {name} is only observed; nothing is sent to it. Switch it to manage first."),
    ))
}
