//! Rate limits as routers write them: `upload/download` of the customer, with bursts after.
//!
//! Routers hand back another spelling than they were given (`10000k` comes back as `10M`), so limits are compared by
//! value. The first figure is what the router receives, which is the customer's upload.

use std::fmt;
use std::str::FromStr;

/// The text is not a rate limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rate limit such as 5120k/10M")]
pub struct RateError(String);

/// A pair of figures: for the customer's upload and download.
type Pair<T> = (T, T);

/// What may be exceeded for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    /// Limits during a burst, bit/s.
    pub limit: Pair<u64>,
    /// Averages below which a burst is allowed, bit/s.
    pub threshold: Pair<u64>,
    /// Length of the averaging, s.
    pub time: Pair<u64>,
}

/// A limit in bit/s; 0 is no limit.
///
/// ```
/// use routeros_api::RateLimit;
///
/// let set: RateLimit = "5120k/10000k".parse()?;
/// let read: RateLimit = "5120k/10M".parse()?;
/// assert_eq!(set, read);
/// assert_eq!(read.to_string(), "5120k/10M");
/// # Ok::<(), routeros_api::RateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The customer's upload, bit/s.
    pub upload: u64,
    /// The customer's download, bit/s.
    pub download: u64,
    /// Bursts, if any.
    pub burst: Option<Burst>,
    /// Priority 1 (first) to 8 (last); routers assume 8.
    pub priority: Option<u8>,
    /// Guaranteed rates, bit/s.
    pub guaranteed: Option<Pair<u64>>,
}

impl RateLimit {
    /// A limit without bursts, from kbit/s.
    #[must_use]
    pub fn from_kbit(upload: u32, download: u32) -> Self {
        let bits = |kbit: u32| u64::from(kbit) * 1000;
        Self {
            upload: bits(upload),
            download: bits(download),
            burst: None,
            priority: None,
            guaranteed: None,
        }
    }

    /// Whether one direction has no limit at all.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        self.upload == 0 || self.download == 0
    }
}

impl FromStr for RateLimit {
    type Err = RateError;

    /// Reads `rx[/tx] [burst [threshold [time [priority [guaranteed]]]]]`. One figure stands for both directions; a
    /// threshold that is left out is the limit itself, a time is 1 s.
    fn from_str(text: &str) -> Result<Self, RateError> {
        let wrong = || RateError(text.to_owned());
        let mut parts = text.split_ascii_whitespace();
        let (upload, download) = parts.next().and_then(rates).ok_or_else(wrong)?;
        let burst = match parts.next() {
            None => None,
            Some(limit) => {
                let limit = rates(limit).ok_or_else(wrong)?;
                let threshold = parts
                    .next()
                    .map_or(Some((upload, download)), rates)
                    .ok_or_else(wrong)?;
                let time = parts.next().map_or(Some((1, 1)), seconds).ok_or_else(wrong)?;
                // Routers write a burst of nothing when a later figure follows.
                (limit != (0, 0)).then_some(Burst {
                    limit,
                    threshold,
                    time,
                })
            }
        };
        let priority = parts
            .next()
            .map(|part| part.parse().ok().filter(|priority| (1..=8).contains(priority)));
        let priority = priority.map(|priority| priority.ok_or_else(wrong)).transpose()?;
        let guaranteed = parts
            .next()
            .map(|part| rates(part).ok_or_else(wrong))
            .transpose()?;
        match parts.next() {
            None => Ok(Self {
                upload,
                download,
                burst,
                priority,
                guaranteed,
            }),
            Some(_) => Err(wrong()),
        }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pair = |(up, down): Pair<u64>| format!("{}/{}", format_rate(up), format_rate(down));
        f.write_str(&pair((self.upload, self.download)))?;
        if let Some(burst) = self.burst {
            write!(
                f,
                " {} {} {}/{}",
                pair(burst.limit),
                pair(burst.threshold),
                burst.time.0,
                burst.time.1
            )?;
        } else if self.priority.is_some() || self.guaranteed.is_some() {
            f.write_str(" 0/0 0/0 0/0")?;
        }
        if self.priority.is_some() || self.guaranteed.is_some() {
            write!(f, " {}", self.priority.unwrap_or(8))?;
        }
        if let Some(guaranteed) = self.guaranteed {
            write!(f, " {}", pair(guaranteed))?;
        }
        Ok(())
    }
}

/// One rate such as `512k`, `10M` or `2000000`, in bit/s. The prefixes are decimal.
#[must_use]
pub fn parse_rate(text: &str) -> Option<u64> {
    let (digits, factor) = match text.as_bytes().last()? {
        b'k' | b'K' => (text.get(..text.len() - 1)?, 1_000),
        b'm' | b'M' => (text.get(..text.len() - 1)?, 1_000_000),
        b'g' | b'G' => (text.get(..text.len() - 1)?, 1_000_000_000),
        _ => (text, 1),
    };
    // `parse` alone would take a sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

/// A rate in bit/s with the largest prefix that keeps it whole, as routers write it.
#[must_use]
pub fn format_rate(bits: u64) -> String {
    for (factor, prefix) in [(1_000_000_000, 'G'), (1_000_000, 'M'), (1_000, 'k')] {
        if bits != 0 && bits.is_multiple_of(factor) {
            return format!("{}{prefix}", bits / factor);
        }
    }
    bits.to_string()
}

fn rates(text: &str) -> Option<Pair<u64>> {
    pair(text, parse_rate)
}

fn seconds(text: &str) -> Option<Pair<u64>> {
    pair(text, |part| part.strip_suffix('s').unwrap_or(part).parse().ok())
}

fn pair<T: Copy>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Pair<T>> {
    match text.split_once('/') {
        Some((up, down)) => Some((read(up)?, read(down)?)),
        None => read(text).map(|both| (both, both)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit(text: &str) -> RateLimit {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_limit_in_other_words_is_equal() {
        assert_eq!(limit("5120k/10000k"), limit("5120000/10M"));
        assert_eq!(limit("2M"), limit("2000k/2000k"));
        assert_eq!(limit("1M/1M 2M/2M"), limit("1000k/1000k 2M/2M 1M/1M 1/1"));
        assert_ne!(
            limit("5120k/10240k"),
            limit("5120k/10M"),
            "k is a thousand: 10240k is not 10M"
        );
        assert_ne!(limit("1M/2M"), limit("2M/1M"), "upload comes first");
        assert_eq!(
            limit("1M/1M 0/0 0/0 0/0 8"),
            RateLimit {
                priority: Some(8),
                ..RateLimit::from_kbit(1000, 1000)
            }
        );
    }

    #[test]
    fn what_is_no_limit_is_refused() {
        for text in [
            "",
            " ",
            "fast",
            "1M/",
            "/1M",
            "-1M/1M",
            "+1/1",
            "1M/1M/1M",
            "1M/1M x",
            "99999999999999999999k",
            "1M/1M 0/0 0/0 0/0 9",
            "1M/1M 0/0 0/0 0/0 8 1M/1M more",
            "1M/ü",
        ] {
            assert!(
                text.parse::<RateLimit>().is_err(),
                "`{text}` was taken for a limit"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(upload: u32, download: u32, burst in proptest::option::of(1..9_000_000u64), priority in proptest::option::of(1..=8u8)) {
            let burst = burst.map(|bits| Burst { limit: (bits, bits), threshold: (bits / 2, 7), time: (8, 8) });
            let limit = RateLimit { burst, priority, ..RateLimit::from_kbit(upload, download) };
            prop_assert_eq!(limit.to_string().parse::<RateLimit>(), Ok(limit));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = text.parse::<RateLimit>();
        }
    }
}
