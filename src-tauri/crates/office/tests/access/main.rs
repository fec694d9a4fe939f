//! Lines and routers through the application: closing, opening, plans, undo, new and changed lines, against a simulated
//! router over TCP; on SQLite always and on PostgreSQL where `SAMBUNG_TEST_POSTGRES` names a throwaway cluster.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its own helpers too"
)]

mod approved_ahead;
mod bad_days;
mod by_hand;
mod cancelled;
mod changed_lines;
mod clock;
mod closing_time;
mod dashboard;
mod day_before;
mod desk;
mod dhcp_lines;
mod disconnects;
mod ended_lines;
mod engine;
mod entries;
mod entry;
mod explained;
mod given_way;
mod hold;
mod hotspot_lines;
mod isolation;
mod jobs;
mod leaks_of_kinds;
mod looks;
mod lost_key;
mod made_passwords;
mod messages_by_hand;
mod missing_entries;
mod new_lines;
mod overtaken;
mod paces;
mod pairing;
mod payers_lines;
mod plan_profiles;
mod plans;
mod rates;
mod readings;
mod reconcile;
mod routers;
mod seen;
mod several_desks;
mod silent_routers;
mod static_lines;
mod strangers;
mod taken_over;
mod taken_up_again;
mod undo;
mod unseen;
mod whose;
mod withdrawn_messages;
