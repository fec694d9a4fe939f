//! What the kills came to, act by act. A test that never kills in the middle asserts nothing, so that is counted, and too
//! little of it fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Act;

/// How one kill came out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fell {
    /// The process was killed while the act was under way: it had begun and was not at its end.
    pub(crate) in_the_middle: bool,
    /// What was found afterwards was half of the act: some of it done, some not.
    pub(crate) half_done: bool,
    /// Jobs that the killed process had claimed, and nobody else could take up before the lease ended.
    pub(crate) claimed: i64,
}

#[derive(Default)]
struct Sum {
    kills: u32,
    in_the_middle: u32,
    half_done: u32,
    claimed: i64,
}

/// The kills of one engine so far. It is printed when it goes, also by a failure.
pub(crate) struct Tally {
    engine: &'static str,
    sums: BTreeMap<Act, Sum>,
    at_work: Option<Act>,
}

/// From so many kills on they are judged by their number.
const MANY: u32 = 50;

impl Tally {
    pub(crate) fn new(engine: &'static str) -> Tally {
        Tally {
            engine,
            sums: BTreeMap::new(),
            at_work: None,
        }
    }

    /// The next kill falls into this act.
    pub(crate) fn begin(&mut self, act: Act) {
        self.at_work = Some(act);
    }

    /// It did, and everything was as it must be.
    pub(crate) fn count(&mut self, act: Act, fell: Fell) {
        let sum = self.sums.entry(act).or_default();
        sum.kills += 1;
        sum.in_the_middle += u32::from(fell.in_the_middle);
        sum.half_done += u32::from(fell.half_done);
        sum.claimed += fell.claimed;
        self.at_work = None;
    }

    /// Asserts that kills fell into the middle of something: a good part of many, and at least one of a few, since where a
    /// few fall is chance and the load of the machine.
    pub(crate) fn proves_something(&self) {
        let of = |field: fn(&Sum) -> u32| self.sums.values().map(field).sum::<u32>();
        let (kills, middle, half) = (
            of(|sum| sum.kills),
            of(|sum| sum.in_the_middle),
            of(|sum| sum.half_done),
        );
        let wanted = if kills < MANY { 1 } else { kills / 3 };
        assert!(
            middle >= wanted && (half > 0 || kills < MANY),
            "of {kills} kills {middle} fell into the middle of an act and {half} left a half: that proves nothing"
        );
    }

    fn table(&self) -> String {
        let mut table = format!(
            "{:<11} {:<10} {:>6} {:>14} {:>10} {:>13}  found\n",
            "engine", "act", "kills", "in the middle", "half done", "jobs claimed"
        );
        for (act, sum) in &self.sums {
            let found = if self.at_work == Some(*act) {
                "FAILED, see above"
            } else {
                "nothing wrong"
            };
            let _ = writeln!(
                table,
                "{:<11} {:<10} {:>6} {:>14} {:>10} {:>13}  {found}",
                self.engine,
                act.as_str(),
                sum.kills,
                sum.in_the_middle,
                sum.half_done,
                sum.claimed
            );
        }
        table
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if let Some(act) = self.at_work {
            self.sums.entry(act).or_default().kills += 1;
        }
        eprintln!("{}", self.table());
    }
}
