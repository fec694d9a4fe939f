//! Work that outlives the request that caused it: rows that were written in the causing transaction, claimed by lease,
//! carried out after the commit, tried again or given up where a person sees it. Jobs carry identities, never states:
//! what is to be done is asked of the database at the moment a job runs (failures.md A4, A5). No transaction is open
//! while a job talks to the network.

mod add_line;
mod change_password;
mod change_profile;
mod greet_router;
mod halts;
mod lane;
mod line_access;
mod list;
mod listener;
mod made;
mod notify;
mod one_line;
mod paced;
mod plan_line;
mod plan_profile;
mod probing;
mod registry;
mod remove_line;
mod rename_line;
mod retry_all;
mod sealed;
mod settle;
mod sync_profiles;
mod under_way;
mod undo;
mod undo_profile;
mod worker;

pub use list::{CancelJob, JobView, ListJobs, ReadJob, RetryJob};
pub use registry::{JobKind, REGISTRY, Registered};
pub use retry_all::{RetriedJobs, RetryJobs};
pub use settle::Counts;
pub use sync_profiles::enqueue as enqueue_sync_profiles;
pub(crate) use worker::run_router;
pub use worker::{run_due, spawn_worker};

pub(crate) use add_line::{
    enqueue as enqueue_add_line, enqueue_missing as enqueue_missing_line, missing_key as missing_line_key,
};
pub(crate) use change_password::enqueue as enqueue_change_password;
pub(crate) use change_profile::{
    enqueue as enqueue_change_profile, enqueue_all as enqueue_change_profiles,
    enqueue_limit as enqueue_line_limit, limit_key as line_limit_key,
};
pub(crate) use greet_router::enqueue as enqueue_greeting;
pub(crate) use line_access::{
    KEY as ACCESS_KEY, enqueue as enqueue_access, enqueue_all as enqueue_access_all, key as access_key,
};
pub(crate) use one_line::{KINDS as LINE_KINDS, LineAt};
pub(crate) use plan_profile::{enqueue as enqueue_plan_profile, key as plan_profile_key};
pub(crate) use remove_line::enqueue as enqueue_remove_line;
pub(crate) use rename_line::{enqueue as enqueue_rename_line, enqueue_label as enqueue_new_label};
pub(crate) use retry_all::{retry_line, retry_router};
pub(crate) use under_way::changing;
pub(crate) use undo::{enqueue as enqueue_undo, key as undo_key};
pub(crate) use undo_profile::{enqueue as enqueue_undo_profile, key as undo_profile_key};
