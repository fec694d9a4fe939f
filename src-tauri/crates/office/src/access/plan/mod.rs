//! Mass changes of lines as plans: drafted from the verdicts, held against the limit, shown, let through, carried out line
//! by line, and undone. A plan names lines and reasons; what is sent is decided again when each line's turn comes.

mod ahead;
mod apply;
mod cancel;
mod day_before;
mod draft;
mod gate;
mod hold;
mod preview;
mod profiles;
mod since;
mod stop_undo;
mod stopped;
mod strike;
mod undo;
mod view;
mod words;
mod work;

pub use ahead::{ApproveAhead, ApprovedAhead};
pub use apply::{ApplyPlan, DismissPlan};
pub use cancel::CancelPlan;
pub use day_before::{PreviewTomorrow, TomorrowClosings};
pub use preview::{LimitView, PlanPreview, PreviewLine, PreviewPlan};
pub use profiles::PlanProfileView;
pub use strike::StrikeLines;
pub use undo::UndoPlan;
pub use view::{ListPlans, PlanDetail, PlanLineView, PlanView, ReadPlan, WaitingPlan};

pub(crate) use apply::{finish_plan, let_through, supersede_waiting, write_plan};
pub(crate) use cancel::stopped as stopped_plans;
pub(crate) use day_before::{put_away as put_previews_away, struck_for_the_day, tomorrow};
pub(crate) use draft::{Blocked, Draft, DraftLine, draft, limit, will_send};
pub(crate) use gate::{Gate, closings_wait, gate};
pub(crate) use hold::{USUAL_HOLD, line as hold_line};
pub(crate) use since::Since;
pub(crate) use stop_undo::stopped as stopped_undos;
pub(crate) use stopped::Stopped;
pub(crate) use undo::{bring_back_late, finish_undo};
pub(in crate::access) use view::detail;
pub(crate) use view::waiting;
