//! The router's bad days.

use std::time::Duration;

/// How a router misbehaves. It can change at any moment; what is under way keeps the fault that it met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fault {
    /// It works.
    #[default]
    Normal,
    /// Each command takes this long, one after the other on each connection.
    Slow(Duration),
    /// It accepts connections and commands, carries nothing out and never answers.
    Deaf,
    /// It carries commands out and never answers: the nastiest kind, since nobody knows what has happened.
    Mute,
    /// It refuses every login.
    RefuseLogin,
    /// It carries a command out, sends the first half of the answer and hangs up.
    CloseMidReply,
    /// It answers with bytes that are no sentence.
    Garbage,
    /// Its API service is off: connections are cut, new ones refused.
    Refuse,
}

/// The fault now, and one that is to come.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pub(crate) now: Fault,
    pub(crate) after: Option<(u64, Fault)>,
}

impl FaultPlan {
    /// The fault that the next command meets.
    pub(crate) fn next(&mut self) -> Fault {
        match &mut self.after {
            Some((0, fault)) => {
                self.now = *fault;
                self.after = None;
            }
            Some((commands, _)) => *commands -= 1,
            None => {}
        }
        self.now
    }
}
