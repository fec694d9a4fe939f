//! The routers as the office reaches them: kept connections, what a line is made of on a router, and how it is closed,
//! opened, compared and restored. It carries out what it is told and reports what the router said afterwards; who should
//! be closed is decided elsewhere (`access`), and a failed read is never taken for an empty list.

mod arp_check;
mod carry;
mod check;
mod closes_by;
mod connections;
mod dhcp;
mod dialled;
mod disconnect;
mod dropping;
mod entries;
mod failure;
mod health;
mod hotspot;
mod inventory;
mod isolation_list;
pub mod isolation_page;
mod line;
mod mark;
mod next_asks;
mod policies;
mod pppoe;
mod profile_change;
mod profiles;
mod queue;
mod reach;
mod reading;
mod removal;
mod rename;
mod said;
mod secret;
mod sightings;
mod snapshot;
mod static_line;
mod tracked;
mod traffic;

use billing::RouterMode;
use store::routers::Router;

pub use carry::{Carried, Halt, Keeper, Order, Warning, Wish, carry_out, carry_out_kept};
pub use check::{RouterProblem, RouterTest, TestRouter};
pub use closes_by::ClosesBy;
pub use connections::{Network, Session};
pub use disconnect::{DisconnectLine, Disconnected};
pub use entries::{
    Former, Made, Mended, Pace, add_entries, bring_pace_back, change_entries, make_missing_entries,
    mend_pace, read_back, relabel_entries, remove_entries, rename_entries, take_back_entries,
};
pub use failure::{Failure, Obstacle};
pub use health::{ReadRouterHealth, RouterHealth};
pub use line::{Line, WantedProfile, Way, profile_name};
pub use mark::Served;
pub use policies::Permissions;
pub use profile_change::ProfileSaid;
pub use profiles::{ProfileAction, sync_router};
pub use removal::{Removal, remove_secret, take_back_secret};
pub use rename::{Renamed, relabel_secret, rename_secret};
pub use said::Said;
pub use secret::{
    Learnt, SecretChange, WantedSecret, Written, add_secret, make_missing_secret, set_password,
};
pub use snapshot::Snapshot;
pub use traffic::{LineTraffic, ReadLineTraffic};

pub(crate) use dialled::dialled;
pub(crate) use entries::{lacks as entries_lack, menus as entry_menus, queue_name};
pub(crate) use failure::OBSTACLES;
pub(crate) use inventory::{ArpEntry, HotspotUser, Inventory, Lease, Passwords, ProfileSeen, profiles_of};
pub(crate) use profile_change::{
    ProfileBack, bring_profile_back, changed_since as profile_changed_since, look_at_profile, write_profile,
};
pub(crate) use profiles::{
    Compared as ComparedProfile, OtherRate, OurProfile, compare as compare_profiles,
    is_right_as_said as profile_is_right, mapped as mapped_profiles, other_rates, ours as our_profiles,
};

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
