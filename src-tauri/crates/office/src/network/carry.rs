//! Carrying out what is wanted of many lines of one router: each order ends with what the router says afterwards, or
//! with the reason why the line is not where it should be. Nothing is called done that was not read back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use billing::{Access, Observed, RouterMode};
use futures::future::BoxFuture;

use crate::error::Sentence;
use crate::network::connections::Session;
use crate::network::failure::{Failure, Obstacle};
use crate::network::line::{Line, Way};
use crate::network::said::Said;
use crate::network::{dhcp, hotspot, pppoe, static_line};

/// What is wanted of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That it is open or closed.
    Access(Access),
    /// That it has the profile of its package if it is open; a closed line stays as it is and gets it when it is opened.
    OwnProfile,
    /// That it is exactly what the rules want, provided that it still says what it said when that was planned.
    Repair {
        /// What it said then.
        seen: Said,
        /// Open with the profile of its package, or closed.
        to: Access,
    },
    /// That it says again what it said before a change, provided that it still says what the change left.
    Back {
        /// What it said before.
        before: Said,
        /// What the change left.
        after: Said,
    },
    /// Only to know what the router says.
    Look,
}

/// By which lines that are waiting for their turn learn that they have none any more. What is on its way comes to its end.
#[derive(Clone, Debug, Default)]
pub struct Halt(Arc<AtomicBool>);

impl Halt {
    /// Nothing more is begun.
    pub fn call(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether nothing more is to be begun.
    #[must_use]
    pub fn is_called(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Gives up what was not sent yet of the lines whose asker has thought better of it. `halted` gives what the router says of
/// such a line.
pub(super) fn give_up<S>(steps: &mut [Result<S, Failure>], halted: impl Fn(&S) -> Option<Said>) {
    for step in steps {
        if let Ok(waiting) = step
            && let Some(said) = halted(waiting)
        {
            *step = Err(Failure::Halted { said });
        }
    }
}

/// Who keeps what a router says of lines before it is told anything else about them: a try that is cut off between the two
/// leaves no other trace of what an undo has to bring back.
pub trait Keeper: Sync {
    /// Keeps it, by customer. Where that fails nothing is sent.
    fn keep(&self, found: Vec<(i64, Said)>) -> BoxFuture<'_, Result<(), Failure>>;
}

/// Nobody has to know what stood there.
struct Nobody;

impl Keeper for Nobody {
    fn keep(&self, _: Vec<(i64, Said)>) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Has it kept what the router says of the lines that are about to be changed; `said` gives it of such a line.
pub(super) async fn keep<S>(
    keeper: &dyn Keeper,
    orders: &[Order],
    steps: &[Result<S, Failure>],
    said: impl Fn(&S) -> Option<Said>,
) -> Result<(), Failure> {
    let found: Vec<(i64, Said)> = orders
        .iter()
        .zip(steps)
        .filter_map(|(order, step)| Some((order.line.customer_id, said(step.as_ref().ok()?)?)))
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    keeper.keep(found).await
}

/// One line and what is wanted of it.
#[derive(Clone, Debug)]
pub struct Order {
    /// The line.
    pub line: Line,
    /// What is wanted.
    pub wish: Wish,
    /// Whether an earlier try may have changed the secret without ending the session: the sessions are looked at then, even
    /// where the secret already says what is wanted. Those of a change that is complete are not.
    pub unfinished: bool,
    /// Whether whoever asked for it has thought better of it.
    pub halt: Halt,
}

impl Order {
    /// Refuses what is marked as another customer's. What a plan changed is brought back all the same.
    ///
    /// # Errors
    /// [`Failure::OfAnother`].
    pub(super) fn is_owner(&self, comment: Option<&str>) -> Result<(), Failure> {
        match self.wish {
            Wish::Back { .. } => Ok(()),
            _ => self.line.is_owner(comment),
        }
    }

    /// An order that nobody means to halt.
    #[must_use]
    pub fn new(line: Line, wish: Wish, unfinished: bool) -> Order {
        Order {
            line,
            wish,
            unfinished,
            halt: Halt::default(),
        }
    }
}

/// Something that a person should know although the line is where it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The stable word for programs.
    pub code: &'static str,
    /// What it means and what to do.
    pub sentence: Sentence,
}

/// A line that is where it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// What the router said before.
    pub before: Said,
    /// What it said when it was read back.
    pub after: Said,
    /// What that means for the customer.
    pub observed: Observed,
    /// Sessions that were dropped.
    pub dropped: usize,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}

impl Carried {
    /// A line that was left as it is, open, since closing it would not cut it off.
    #[must_use]
    pub fn without_effect(said: Said, obstacle: Obstacle) -> Carried {
        Carried {
            before: said.clone(),
            after: said,
            observed: Observed::Open,
            dropped: 0,
            warnings: vec![Warning {
                code: obstacle.code,
                sentence: obstacle.sentence,
            }],
        }
    }

    /// Whether anything on the router was changed.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// Carries out the orders, in their order as far as the router can tell, and answers in the same order. On a router in
/// mode `observe` nothing is written: every wish is then a look.
pub async fn carry_out(session: &Session, orders: &[Order]) -> Vec<Result<Carried, Failure>> {
    carry_out_kept(session, orders, &Nobody).await
}

/// The same, once `keeper` has kept what stands there.
pub async fn carry_out_kept(
    session: &Session,
    orders: &[Order],
    keeper: &dyn Keeper,
) -> Vec<Result<Carried, Failure>> {
    let only_looks = session.router.details.mode == RouterMode::Observe;
    let mut answers: Vec<Result<Carried, Failure>> = orders
        .iter()
        .map(|_| Err(Failure::Unreadable("the line was not answered".to_owned())))
        .collect();
    let mut work: BTreeMap<Kind, Vec<(usize, Order)>> = BTreeMap::new();
    for (place, order) in orders.iter().enumerate() {
        let wish = if only_looks {
            Wish::Look
        } else {
            order.wish.clone()
        };
        let order = Order {
            line: order.line.clone(),
            wish,
            unfinished: order.unfinished && !only_looks,
            halt: order.halt.clone(),
        };
        match Kind::of(&order.line.way) {
            Some(kind) => work.entry(kind).or_default().push((place, order)),
            None => set(&mut answers, place, Err(Failure::NoName)),
        }
    }
    for (kind, work) in work {
        let (places, orders): (Vec<usize>, Vec<Order>) = work.into_iter().unzip();
        let carried = match kind {
            Kind::Secret => pppoe::carry_out(session, &orders, keeper).await,
            Kind::Address => static_line::carry_out(session, &orders, keeper).await,
            Kind::Lease => dhcp::carry_out(session, &orders, keeper).await,
            Kind::User => hotspot::carry_out(session, &orders, keeper).await,
        };
        // A read that failed says nothing about any of the lines.
        let carried = carried.unwrap_or_else(|failure| vec![Err(failure); places.len()]);
        for (place, answer) in places.into_iter().zip(carried) {
            set(&mut answers, place, answer);
        }
    }
    answers
}

/// The lines that are carried out together, in the order in which they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Secret,
    Address,
    Lease,
    User,
}

impl Kind {
    /// `None` where the record does not say what the line is on the router.
    fn of(way: &Way) -> Option<Kind> {
        match way {
            Way::Pppoe { .. } => Some(Kind::Secret),
            Way::Static { .. } => Some(Kind::Address),
            Way::Dhcp { .. } => Some(Kind::Lease),
            Way::Hotspot { .. } => Some(Kind::User),
            Way::Unnamed => None,
        }
    }
}

fn set(answers: &mut [Result<Carried, Failure>], place: usize, answer: Result<Carried, Failure>) {
    if let Some(slot) = answers.get_mut(place) {
        *slot = answer;
    }
}

/// Whether a line is to be closed by this wish, so that one which stays open all the same is not done.
pub(super) fn closes(wish: &Wish) -> bool {
    matches!(
        wish,
        Wish::Access(Access::Closed)
            | Wish::Repair {
                to: Access::Closed,
                ..
            }
    )
}

/// What the line should say, from what it says now; a failure where a person changed it since.
pub(super) fn target(wish: &Wish, now: &Said, of_access: impl Fn(Access) -> Said) -> Result<Said, Failure> {
    match wish {
        // Only a secret has a profile.
        Wish::Look | Wish::OwnProfile => Ok(now.clone()),
        Wish::Access(access) => Ok(of_access(*access)),
        Wish::Repair { seen, to } => repaired(seen, now, of_access(*to)),
        Wish::Back { before, after } if now == before || now == after => Ok(before.clone()),
        // Two commands may bring such a line back; a try that was cut off between them left neither the one nor the other.
        Wish::Back { before, after } if now.is_between(before, after) => Ok(before.clone()),
        Wish::Back { .. } => Err(Failure::ChangedSince { said: now.clone() }),
    }
}

/// What a line should say that is repaired; a failure where it says neither that nor what it said when it was planned.
pub(super) fn repaired(seen: &Said, now: &Said, wanted: Said) -> Result<Said, Failure> {
    if *now == wanted || now == seen || now.is_between(seen, &wanted) {
        Ok(wanted)
    } else {
        Err(Failure::ChangedSince { said: now.clone() })
    }
}
