//! How often somebody may guess a customer's number and phone on the page. Tries are counted by where they come from and
//! by whom they are about, before the answer is known, so that a hundred guesses at once are a hundred tries. A right
//! answer takes its own try back. When there is no room to count, nobody may guess.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Wrong tries from one address, and the time after which they are forgotten.
const FROM_ONE: (u32, SignedDuration) = (5, SignedDuration::from_mins(10));
/// Wrong tries about one customer, from wherever: four digits have ten thousand values.
const ABOUT_ONE: (u32, SignedDuration) = (10, SignedDuration::from_hours(1));
/// How many addresses and how many customers are counted at once.
const MOST: usize = 10_000;

/// How often those that are forgotten are looked for while there is no room.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);

/// The count of tries.
#[derive(Debug, Default)]
pub(super) struct Guard {
    tries: Mutex<Tries>,
}

#[derive(Debug, Default)]
struct Tries {
    from: Counts<IpAddr>,
    about: Counts<String>,
}

#[derive(Debug)]
struct Counts<K> {
    by: HashMap<K, Count>,
    /// When those that are forgotten were last looked for; that costs more than a try.
    swept: Option<Timestamp>,
}

impl<K> Default for Counts<K> {
    fn default() -> Counts<K> {
        Counts {
            by: HashMap::new(),
            swept: None,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Timestamp,
    tries: u32,
}

/// Too many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Enough {
    /// When the next may be made, in minutes from now.
    pub minutes: i64,
}

impl Guard {
    /// Counts a try about `number` from `source`.
    pub(super) fn count(&self, source: IpAddr, number: &str, now: Timestamp) -> Result<(), Enough> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        take(&mut tries.from, network(source), FROM_ONE, now)?;
        take(&mut tries.about, subject(number), ABOUT_ONE, now)
    }

    /// Takes a try back: it was right.
    pub(super) fn forgive(&self, source: IpAddr, number: &str) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = tries.from.by.get_mut(&network(source)) {
            count.tries = count.tries.saturating_sub(1);
        }
        if let Some(count) = tries.about.by.get_mut(&subject(number)) {
            count.tries = count.tries.saturating_sub(1);
        }
    }
}

fn take<K: Eq + Hash>(
    counts: &mut Counts<K>,
    key: K,
    (most, window): (u32, SignedDuration),
    now: Timestamp,
) -> Result<(), Enough> {
    // A clock that was set back does not shut anybody out for longer than the window.
    let is_old = |count: &Count| !(SignedDuration::ZERO..window).contains(&now.duration_since(count.since));
    if counts.by.len() >= MOST && !counts.by.contains_key(&key) {
        if counts
            .swept
            .is_none_or(|at| now.duration_since(at).abs() >= SWEEP)
        {
            counts.by.retain(|_, count| !is_old(count));
            counts.swept = Some(now);
        }
        if counts.by.len() >= MOST {
            return Err(Enough {
                minutes: window.as_mins(),
            });
        }
    }
    let count = counts.by.entry(key).or_insert(Count { since: now, tries: 0 });
    if is_old(count) {
        *count = Count { since: now, tries: 0 };
    }
    if count.tries >= most {
        let rest = window.saturating_sub(now.duration_since(count.since));
        return Err(Enough {
            minutes: rest.as_mins() + 1,
        });
    }
    count.tries += 1;
    Ok(())
}

/// One customer has a whole /64 of IPv6 addresses to guess from.
fn network(source: IpAddr) -> IpAddr {
    match source {
        IpAddr::V4(_) => source,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

/// Numbers are found whatever their case; a long text is no number, but it must not be kept either.
fn subject(number: &str) -> String {
    number.trim().chars().take(40).collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn from(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn the_sixth_try_from_one_address_waits_and_another_address_goes_on() {
        let guard = Guard::default();
        for number in 0..5 {
            assert_eq!(guard.count(from(1), &number.to_string(), at(0)), Ok(()));
        }
        assert_eq!(guard.count(from(1), "9", at(0)), Err(Enough { minutes: 11 }));
        assert_eq!(guard.count(from(2), "9", at(0)), Ok(()));
        assert_eq!(
            guard.count(from(1), "9", at(10)),
            Ok(()),
            "forgotten after ten minutes"
        );
    }

    #[test]
    fn one_customer_is_not_guessed_from_many_addresses() {
        let guard = Guard::default();
        for last in 0..10 {
            assert_eq!(guard.count(from(last), "PLG-00001", at(0)), Ok(()));
        }
        assert!(
            guard.count(from(99), "plg-00001 ", at(59)).is_err(),
            "whatever its spelling"
        );
        assert_eq!(guard.count(from(99), "PLG-00002", at(59)), Ok(()));
    }

    #[test]
    fn a_right_answer_uses_up_nothing() {
        let guard = Guard::default();
        for _ in 0..100 {
            assert_eq!(guard.count(from(1), "PLG-00001", at(0)), Ok(()));
            guard.forgive(from(1), "PLG-00001");
        }
    }

    #[test]
    fn changing_the_address_within_a_network_gives_no_new_tries() {
        let guard = Guard::default();
        let within = |last: u16| IpAddr::from(Ipv6Addr::new(0xfd00, 0, 0, 1, 0, 0, 0, last));
        for last in 0..5 {
            assert_eq!(guard.count(within(last), &last.to_string(), at(0)), Ok(()));
        }
        assert!(guard.count(within(77), "x", at(0)).is_err());
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_than_its_room_and_shuts_the_door() {
        let guard = Guard::default();
        for number in 0..20_000_u32 {
            let _ = guard.count(IpAddr::from(number.to_be_bytes()), &number.to_string(), at(0));
        }
        assert_eq!(guard.tries.lock().unwrap().from.by.len(), MOST);
        assert!(
            guard.count(from(1), "x", at(1)).is_err(),
            "no room to count, no guessing"
        );
        assert_eq!(guard.count(from(1), "x", at(61)), Ok(()), "room is made again");
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out() {
        let guard = Guard::default();
        for number in 0..5 {
            assert_eq!(guard.count(from(1), &number.to_string(), at(500)), Ok(()));
        }
        assert_eq!(guard.count(from(1), "x", at(0)), Ok(()));
    }
}
