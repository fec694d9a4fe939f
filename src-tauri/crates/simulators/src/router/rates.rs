//! How a router writes a rate back: decimal prefixes, the largest one that keeps the figure whole.

/// `10000k/5120k` as `10M/5120k`; `None` if it is no pair of rates. One figure stands for both directions.
pub(crate) fn pair(text: &str) -> Option<String> {
    let (receive, send) = text.split_once('/').unwrap_or((text, text));
    Some(format!("{}/{}", written(bits(receive)?), written(bits(send)?)))
}

/// A profile's limit: pairs for rate, burst and threshold, then times, a priority and a guaranteed pair.
pub(crate) fn limit(text: &str) -> Option<String> {
    let mut out = Vec::new();
    for (place, part) in text.split_whitespace().enumerate() {
        out.push(match place {
            0 | 1 | 2 | 5 => pair(part)?,
            3 => times(part)?,
            4 => part
                .parse::<u8>()
                .ok()
                .filter(|priority| (1..=8).contains(priority))?
                .to_string(),
            _ => return None,
        });
    }
    (!out.is_empty()).then(|| out.join(" "))
}

/// A limit as the router keeps it; what is no limit stays as it is.
pub(crate) fn kept(text: &str) -> String {
    limit(text).unwrap_or_else(|| text.to_owned())
}

/// The pair that counts without bursts, in the router's spelling.
pub(crate) fn first(limit: &str) -> Option<&str> {
    limit.split_whitespace().next()
}

/// The bits per second of the two halves of a normalised pair.
pub(crate) fn figures(text: &str) -> Option<(u64, u64)> {
    let (receive, send) = text.split_whitespace().next()?.split_once('/')?;
    Some((bits(receive)?, bits(send)?))
}

fn times(text: &str) -> Option<String> {
    let (receive, send) = text.split_once('/').unwrap_or((text, text));
    let seconds = |part: &str| part.trim_end_matches('s').parse::<u32>().ok();
    Some(format!("{}/{}", seconds(receive)?, seconds(send)?))
}

fn bits(text: &str) -> Option<u64> {
    let (figure, prefix) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match prefix {
        "" => 1,
        "k" | "K" => 1_000,
        "m" | "M" => 1_000_000,
        "g" | "G" => 1_000_000_000,
        _ => return None,
    };
    figure.parse::<u64>().ok()?.checked_mul(factor)
}

fn written(bits: u64) -> String {
    let prefixes = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    let fitting = prefixes
        .into_iter()
        .find(|(factor, _)| bits > 0 && bits.is_multiple_of(*factor));
    fitting.map_or_else(
        || bits.to_string(),
        |(factor, prefix)| format!("{}{prefix}", bits / factor),
    )
}

#[cfg(test)]
mod tests {
    use super::{limit, pair};

    #[test]
    fn rates_come_back_in_the_routers_spelling() {
        assert_eq!(pair("5120k/10000k").as_deref(), Some("5120k/10M"));
        assert_eq!(pair("2000000").as_deref(), Some("2M/2M"));
        assert_eq!(pair("64k/fast"), None);
        assert_eq!(
            limit("1000k/2M 2M/4000k 512k/1M 8/8 8").as_deref(),
            Some("1M/2M 2M/4M 512k/1M 8/8 8")
        );
        assert_eq!(limit("quick"), None);
    }
}
