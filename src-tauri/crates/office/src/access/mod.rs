//! Who is served and who is not: the verdict of `billing` over what the database knows, compared with what the routers
//! were seen to say, and the plans, overrides and explanations that follow. It enqueues jobs and never talks to a router
//! itself, except to read one for a comparison or before a plan.

mod at_the_counter;
mod by_hand;
mod change;
mod check_overdue;
pub(crate) mod closed_profile;
mod closing_hours;
mod drift;
mod facts;
mod failures;
mod heard;
mod leaks;
mod lines;
mod message;
mod overrides;
mod plan;
mod rates;
mod reconcile;
mod repairs;
mod router_mode;
mod router_reading;
pub(crate) mod seen;
mod settling;
mod strangers;
mod sync_profiles;
mod unseen;
mod why;
mod words;
mod worths;

pub use by_hand::{HandAnswer, HandOutcome, IsolateByHand, OpenByHand};
pub use change::WhyChange;
pub use check_overdue::{CheckOverdue, TASK as CHECK_OVERDUE};
pub use drift::{
    Difference, DriftLine, DriftTotals, ReadRouterPlan, ReadRouterPlans, RouterCompared, RouterPlan,
};
pub use failures::WhyFailure;
pub use leaks::{BilledLine, ReadLeaks, RouterLeaks};
pub use overrides::{EndOverride, OverrideView, SetOverride};
pub use plan::{
    ApplyPlan, ApproveAhead, ApprovedAhead, CancelPlan, DismissPlan, LimitView, ListPlans, PlanDetail,
    PlanLineView, PlanPreview, PlanProfileView, PlanView, PreviewLine, PreviewPlan, PreviewTomorrow,
    ReadPlan, StrikeLines, TomorrowClosings, UndoPlan, WaitingPlan,
};
pub use rates::{MappedRate, WrongRate};
pub use reconcile::{ChosenProfile, ReconcileLine, ReconcileRouter, Reconciled};
pub use router_mode::{KeptClosed, SwitchRouterMode, SwitchedMode};
pub use settling::{LineAccess, check_auto_open, enqueue_settle, line_access};
pub use strangers::{Stranger, StrangerKind};
pub use sync_profiles::{SyncRouterProfiles, SyncedProfile, SyncedProfiles};
pub use why::{ReadWhy, SendWhy, SentWhy, Why, WhyHistory, WhyInvoice, WhyReason, WhyRouter};

pub(crate) use closing_hours::calendar;
pub(crate) use facts::{Day, Judged, judge_some};
pub(crate) use lines::{LineBook, label, label_of};
pub(crate) use message::{Explained, explain_some};
pub(crate) use overrides::said as override_said;
pub(crate) use plan::{
    Since, bring_back_late, finish_plan, finish_undo, hold_line, stopped_plans, stopped_undos,
    tomorrow as closings_tomorrow, waiting as waiting_plans,
};
pub(crate) use router_reading::in_the_way;
pub(crate) use why::line_subject;
pub(crate) use words::{decisive, moment};
