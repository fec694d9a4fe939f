//! Every kind of job there is, in the order in which a lane takes them up. A payment's opening stands before everything but
//! what it needs, a line that the router knows and the few profiles of a plan: the customer waits at the counter while a
//! closing can wait its turn.

use store::jobs::Job;

use crate::error::Result;
use crate::jobs::add_line::AddLine;
use crate::jobs::change_password::ChangePassword;
use crate::jobs::change_profile::ChangeProfile;
use crate::jobs::remove_line::RemoveLine;
use crate::jobs::rename_line::RenameLine;
use crate::jobs::settle::Counts;
use crate::jobs::{
    greet_router, line_access, listener, notify, one_line, plan_profile, sync_profiles, undo, undo_profile,
};
use crate::office::Office;

billing::text_enum! {
    /// What a job does.
    pub enum JobKind as "job kind" {
        /// Opens a line that a payment or a person freed. The same work as `access`, but before all others.
        OpenAccess => "open_access",
        /// Closes a line that a person closed. The same work as `access`, but before the plans' closings.
        CloseAccess => "close_access",
        /// Brings one line where the rules want it.
        Access => "access",
        /// Brings one line back to what it was before a plan.
        Undo => "undo",
        /// Tells a router of a new line.
        AddLine => "add_line",
        /// Gives a line the profile of its package.
        ChangeProfile => "change_profile",
        /// Gives a line its new PPPoE password.
        ChangePassword => "change_password",
        /// Gives a line its new PPPoE name.
        RenameLine => "rename_line",
        /// Takes a line off a router.
        RemoveLine => "remove_line",
        /// Makes a profile of a plan, or limits it anew.
        PlanProfile => "plan_profile",
        /// Gives one profile the limit back that it had before a plan.
        UndoRate => "undo_rate",
        /// Takes one profile off a router again that a plan made. The same work as `undo_rate`, but after the lines.
        UndoProfile => "undo_profile",
        /// Brings the profiles of one router up to date.
        SyncProfiles => "sync_profiles",
        /// Asks a router that was just added whether it answers.
        GreetRouter => "greet_router",
        /// Lets one listener hear one event.
        Listener => "listener",
        /// Hands one message to whoever carries it.
        Notify => "notify",
    }
}

impl JobKind {
    /// Whether jobs of this kind wait while a profile of a plan is at its router, on this desk or another: whoever dials
    /// after them gets the limit that the profile has at that moment, and keeps it. An opening does not wait, since
    /// somebody may have paid for it.
    pub(super) const fn follows_profiles(self) -> bool {
        matches!(
            self,
            JobKind::AddLine | JobKind::Undo | JobKind::Access | JobKind::ChangeProfile
        )
    }
}

/// Where a kind of job waits its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// At its router, one piece of work after the other.
    Router,
    /// Among what follows from events.
    Events,
    /// Among the messages.
    Messages,
}

/// What the worker knows of a kind of job.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// The kind.
    pub kind: JobKind,
    /// Where it waits.
    pub place: Place,
    /// How many are taken up together. Lines of one router are changed in one go: 250 keep a router busy for well under a
    /// second, so that who pays meanwhile waits no longer, and the router's lists, which are read anew for each piece, are
    /// read forty times for ten thousand lines and not for each of them.
    pub together: i64,
}

/// Every kind, in order.
pub const REGISTRY: &[Registered] = &[
    // Before the lines, whose sessions are dropped and dial again: they get the limit that the profile has by then. One that
    // failed, or whose router is away, keeps no line waiting that the router itself would take.
    Registered {
        kind: JobKind::PlanProfile,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::UndoRate,
        place: Place::Router,
        together: 1,
    },
    // A line that the router does not know by its name can be neither opened nor closed.
    Registered {
        kind: JobKind::RenameLine,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::AddLine,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::OpenAccess,
        place: Place::Router,
        together: 250,
    },
    Registered {
        kind: JobKind::CloseAccess,
        place: Place::Router,
        together: 250,
    },
    Registered {
        kind: JobKind::Undo,
        place: Place::Router,
        together: 250,
    },
    Registered {
        kind: JobKind::Access,
        place: Place::Router,
        together: 250,
    },
    Registered {
        kind: JobKind::ChangeProfile,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::ChangePassword,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::RemoveLine,
        place: Place::Router,
        together: 1,
    },
    // After the lines, which may have a profile that goes.
    Registered {
        kind: JobKind::UndoProfile,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::SyncProfiles,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::GreetRouter,
        place: Place::Router,
        together: 1,
    },
    Registered {
        kind: JobKind::Listener,
        place: Place::Events,
        together: 250,
    },
    Registered {
        kind: JobKind::Notify,
        place: Place::Messages,
        together: 1,
    },
];

/// Carries out claimed jobs of one kind and one lane, and settles each of them.
pub(super) async fn run(office: &Office, owner: &str, kind: JobKind, jobs: &[Job]) -> Result<Counts> {
    match kind {
        JobKind::OpenAccess | JobKind::CloseAccess | JobKind::Access => {
            Box::pin(line_access::run(office, owner, jobs)).await
        }
        JobKind::Undo => Box::pin(undo::run(office, owner, jobs)).await,
        JobKind::AddLine => Box::pin(one_line::run::<AddLine>(office, owner, jobs)).await,
        JobKind::ChangeProfile => Box::pin(one_line::run::<ChangeProfile>(office, owner, jobs)).await,
        JobKind::ChangePassword => Box::pin(one_line::run::<ChangePassword>(office, owner, jobs)).await,
        JobKind::RenameLine => Box::pin(one_line::run::<RenameLine>(office, owner, jobs)).await,
        JobKind::RemoveLine => Box::pin(one_line::run::<RemoveLine>(office, owner, jobs)).await,
        JobKind::PlanProfile => Box::pin(plan_profile::run(office, owner, jobs)).await,
        JobKind::UndoRate | JobKind::UndoProfile => Box::pin(undo_profile::run(office, owner, jobs)).await,
        JobKind::SyncProfiles => Box::pin(sync_profiles::run(office, owner, jobs)).await,
        JobKind::GreetRouter => Box::pin(greet_router::run(office, owner, jobs)).await,
        JobKind::Listener => Box::pin(listener::run(office, owner, jobs)).await,
        JobKind::Notify => Box::pin(notify::run(office, owner, jobs)).await,
    }
}
