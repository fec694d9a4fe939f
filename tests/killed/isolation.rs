//! Isolation, killed: the overdue check closes lines at the router and dies. Taken up again, by the server or by the next
//! check, it ends with every line as the ledger says, and nobody cut off twice.

use std::time::{Duration, Instant};

use rand::Rng as _;
use rand::rngs::StdRng;

use crate::lines::Line;
use crate::moment::{Usual, cut};
use crate::office::Office;
use crate::tally::Fell;
use crate::{month, payments};

/// Fewer lines to close than this are not worth a kill.
const WORTH_IT: usize = 10;

/// Sees to it that there are lines to close: customers pay and are opened, and owe the next month.
async fn prepare(office: &mut Office, chance: &mut StdRng) {
    let lines = office.lines().await;
    let open: Vec<&Line> = lines.iter().filter(|line| !office.is_closed(line)).collect();
    if open.iter().filter(|line| line.owes).count() >= WORTH_IT {
        return;
    }
    if open.len() < WORTH_IT {
        payments::undisturbed(office, chance).await;
    }
    month::undisturbed(office).await;
}

/// Closes who must be closed, undisturbed, and says how long it takes.
pub(crate) async fn undisturbed(office: &mut Office, chance: &mut StdRng) -> Duration {
    prepare(office, chance).await;
    let before = office.before().await;
    let begun = Instant::now();
    check(office);
    let took = begun.elapsed();
    office.lines_are(&before, |line, _| line.owes).await;
    took
}

/// Closes who must be closed, is killed in it, and goes on.
pub(crate) async fn killed(office: &mut Office, usual: &mut Usual, share: f64, chance: &mut StdRng) -> Fell {
    prepare(office, chance).await;
    let before = office.before().await;
    let at = office.all_overdue_at();
    let mut command = office.desk.command();
    command.args(words(&at));
    let moment = usual.moment(share);
    let cut = cut(command, moment).await;
    office.is_sound().await;
    let (undone, claimed) = (office.undone().await, office.claimed().await);
    if !cut.was_killed {
        usual.whole = cut.took;
        assert_eq!(undone, 0, "a check that ended has done everything");
        office.lines_are(&before, |line, _| line.owes).await;
    }

    office.leases_end().await;
    let by_the_server: bool = chance.random();
    if by_the_server && undone > 0 {
        // What the plan had let through goes on by itself.
        let server = office.serve().await;
        office.is_quiet().await;
        server.stop().await;
    }
    check(office);
    office.lines_are(&before, |line, _| line.owes).await;
    office.is_done().await;
    Fell {
        in_the_middle: cut.was_killed && moment >= usual.opening,
        half_done: undone > 0,
        claimed,
    }
}

fn words(at: &str) -> [&str; 5] {
    ["task", "billing:check-overdue", "--confirm", "--as-of", at]
}

fn check(office: &Office) {
    let summary = office.answer(&words(&office.all_overdue_at()));
    assert_eq!(summary["waiting"], 0, "{summary}");
}
