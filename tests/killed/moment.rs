//! The moment at which the process is killed: somewhere between its start and a little after the end that it usually has,
//! the shares of one act spread evenly over all of that, so that kills fall early, late and in between.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

/// How long an act takes when nobody disturbs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usual {
    /// What passes before the act itself begins: the program starts and opens the office.
    pub(crate) opening: Duration,
    /// From the start of the program to the end of the act.
    pub(crate) whole: Duration,
}

/// The part of the kills that falls into the opening, where there is one.
const EARLY: f64 = 0.2;
/// How far beyond its usual end an act may still be killed: the work may take longer next time.
const BEYOND: f64 = 1.15;

impl Usual {
    /// The moment at this share, 0 to 1.
    pub(crate) fn moment(&self, share: f64) -> Duration {
        let early = if self.opening.is_zero() { 0.0 } else { EARLY };
        if share < early {
            return self.opening.mul_f64(share / early);
        }
        let act = self.whole.mul_f64(BEYOND).saturating_sub(self.opening);
        self.opening + act.mul_f64((share - early) / (1.0 - early))
    }
}

/// So many shares from 0 to 1, one by chance in each part of equal length.
pub(crate) fn shares(count: u32, chance: &mut StdRng) -> Vec<f64> {
    let parts = (0..count).map(|part| (f64::from(part) + chance.random::<f64>()) / f64::from(count));
    parts.collect()
}

/// How a command went that was to be killed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    /// Whether it was killed before it had come to its end.
    pub(crate) was_killed: bool,
    /// From its start to its end, whichever that was.
    pub(crate) took: Duration,
}

/// Starts a command and kills it (SIGKILL) at this moment, unless it has ended by then, and well.
pub(crate) async fn cut(command: Command, moment: Duration) -> Cut {
    let begun = Instant::now();
    let mut child = tokio::process::Command::from(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let status = match tokio::time::timeout(moment, child.wait()).await {
        Ok(ended) => ended,
        Err(_) => {
            child.start_kill().expect("it can be killed");
            child.wait().await
        }
    };
    let status = status.expect("the program ends");
    let was_killed = status.code().is_none();
    assert!(was_killed || status.success(), "it failed by itself: {status}");
    Cut {
        was_killed,
        took: begun.elapsed(),
    }
}
