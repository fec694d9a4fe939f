//! The router's bad days: one that a test chooses, or many that a seed does.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// How a router misbehaves. It can change at any moment; what is under way keeps the fault that it met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fault {
    /// It works.
    #[default]
    Normal,
    /// Each command takes this long, one after the other on each connection.
    Slow(Duration),
    /// Each answer comes this much later; the others go on meanwhile and overtake it.
    Late(Duration),
    /// It accepts connections and commands, carries nothing out and never answers.
    Deaf,
    /// It carries commands out and never answers: the nastiest kind, since nobody knows what has happened.
    Mute,
    /// It refuses every login.
    RefuseLogin,
    /// It refuses every command, in the words of a router that is too busy.
    Busy,
    /// It hangs up on a command and carries nothing out.
    HangUp,
    /// It carries a command out, sends the first half of the answer and hangs up.
    CloseMidReply,
    /// It answers with bytes that are no sentence.
    Garbage,
    /// Its API service is off: connections are cut, new ones refused.
    Refuse,
}

/// Bad luck by chance: how many of a thousand commands meet what. What is left over works.
///
/// ```
/// use simulators::router::Chaos;
///
/// let stormy = Chaos { hang_up: 20, refuse: 50, ..Chaos::seeded(7) };
/// # let _ = stormy;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chaos {
    /// The same seed and the same order of commands make the same day.
    pub seed: u64,
    /// The connection ends, the command is not carried out: [`Fault::HangUp`].
    pub hang_up: u16,
    /// The command is carried out, the connection ends in mid-answer: [`Fault::CloseMidReply`].
    pub truncate: u16,
    /// The command is refused: [`Fault::Busy`].
    pub refuse: u16,
    /// The command is neither carried out nor answered: [`Fault::Deaf`].
    pub deaf: u16,
    /// The answer comes later by up to [`lag`](Self::lag): [`Fault::Late`].
    pub late: u16,
    /// The most that an answer is late.
    pub lag: Duration,
    /// Of a thousand new connections, so many are closed at once.
    pub turn_away: u16,
}

impl Chaos {
    /// A quiet day of this seed, to be filled.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }
}

/// How often chance struck.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Misfortunes {
    /// Commands that the router hung up on.
    pub hung_up: u64,
    /// Answers that were cut.
    pub truncated: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Commands that were not heard.
    pub unheard: u64,
    /// Answers that were late.
    pub late: u64,
    /// Connections that were closed at once.
    pub turned_away: u64,
}

/// The fault now, one that is to come, and chance.
#[derive(Debug, Default)]
pub(crate) struct FaultPlan {
    pub(crate) now: Fault,
    pub(crate) after: Option<(u64, Fault)>,
    chance: Option<(Chaos, StdRng)>,
    pub(crate) misfortunes: Misfortunes,
}

impl FaultPlan {
    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.chance = chaos.map(|chaos| (chaos, StdRng::seed_from_u64(chaos.seed)));
    }

    /// The fault that the next command meets: the chosen one, else what chance brings.
    pub(crate) fn next(&mut self) -> Fault {
        match &mut self.after {
            Some((0, fault)) => {
                self.now = *fault;
                self.after = None;
            }
            Some((commands, _)) => *commands -= 1,
            None => {}
        }
        match self.now {
            Fault::Normal => self.by_chance(),
            chosen => chosen,
        }
    }

    /// Whether the next connection is closed at once.
    pub(crate) fn turns_away(&mut self) -> bool {
        let Some((chaos, random)) = &mut self.chance else {
            return false;
        };
        let away = random.random_range(0..1000) < chaos.turn_away;
        self.misfortunes.turned_away += u64::from(away);
        away
    }

    fn by_chance(&mut self) -> Fault {
        let Some((chaos, random)) = &mut self.chance else {
            return Fault::Normal;
        };
        // Both are drawn for every command, so that one figure does not shift the fate of the commands after it.
        let mut draw: u16 = random.random_range(0..1000);
        let share: u32 = random.random_range(1..=1000);
        let (count, misfortunes) = (*chaos, &mut self.misfortunes);
        let kinds = [
            (count.hang_up, Fault::HangUp, &mut misfortunes.hung_up),
            (count.truncate, Fault::CloseMidReply, &mut misfortunes.truncated),
            (count.refuse, Fault::Busy, &mut misfortunes.refused),
            (count.deaf, Fault::Deaf, &mut misfortunes.unheard),
            (
                count.late,
                Fault::Late(count.lag * share / 1000),
                &mut misfortunes.late,
            ),
        ];
        for (of_thousand, fault, counter) in kinds {
            if draw < of_thousand {
                *counter += 1;
                return fault;
            }
            draw -= of_thousand;
        }
        Fault::Normal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(chaos: Chaos) -> (Vec<Fault>, Misfortunes) {
        let mut plan = FaultPlan::default();
        plan.set_chaos(Some(chaos));
        let faults = (0..2_000).map(|_| plan.next()).collect();
        (faults, plan.misfortunes)
    }

    #[test]
    fn a_seed_makes_the_same_day_again_and_each_kind_has_its_share() {
        let chaos = Chaos {
            hang_up: 10,
            truncate: 20,
            refuse: 30,
            deaf: 40,
            late: 900,
            lag: Duration::from_millis(50),
            ..Chaos::seeded(7)
        };
        let (faults, misfortunes) = day(chaos);
        assert_eq!((faults.clone(), misfortunes), day(chaos));
        assert_ne!(faults, day(Chaos { seed: 8, ..chaos }).0);
        assert!(
            !faults.contains(&Fault::Normal),
            "all thousand of a thousand are spoken for"
        );
        let counts = [
            misfortunes.hung_up,
            misfortunes.truncated,
            misfortunes.refused,
            misfortunes.unheard,
            misfortunes.late,
        ];
        assert!(counts.iter().all(|count| *count > 0), "{misfortunes:?}");
        assert_eq!(counts.iter().sum::<u64>(), 2_000);
        assert!(faults.iter().all(|fault| match fault {
            Fault::Late(lag) => *lag > Duration::ZERO && *lag <= chaos.lag,
            _ => true,
        }));
    }

    #[test]
    fn a_chosen_fault_comes_before_chance() {
        let mut plan = FaultPlan::default();
        plan.set_chaos(Some(Chaos {
            refuse: 1000,
            ..Chaos::seeded(1)
        }));
        assert_eq!(plan.next(), Fault::Busy);
        plan.now = Fault::Mute;
        assert_eq!(plan.next(), Fault::Mute);
    }
}
