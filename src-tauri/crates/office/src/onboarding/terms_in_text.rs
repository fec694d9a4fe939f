//! Finding a due day and a price among the words of a comment: `jatuh tempo 20`, `tgl 10`, `150rb`, `Rp 150.000`. They are
//! neither somebody's name nor an address. They are not taken into the books either: nobody knows how old they are, so a
//! person is told of them and decides.

use crate::onboarding::comment::PLACES;

/// Words after which a day of the month is a due day.
const DUE: [&str; 6] = ["tempo", "tgl", "tanggal", "jt", "jtp", "due"];
/// Words that stand around those.
const BESIDE_DUE: [&str; 9] = [
    "jatuh", "jth", "date", "tiap", "setiap", "bayar", "tagih", "tagihan", "tempo",
];
/// Words after which a date is that of something else.
const OTHER_DAYS: [&str; 9] = [
    "pasang",
    "psg",
    "pemasangan",
    "instal",
    "install",
    "aktif",
    "mulai",
    "daftar",
    "lahir",
];
/// The months, in both languages.
const MONTHS: [&str; 39] = [
    "jan",
    "januari",
    "january",
    "feb",
    "februari",
    "february",
    "mar",
    "maret",
    "march",
    "apr",
    "april",
    "mei",
    "may",
    "jun",
    "juni",
    "june",
    "jul",
    "juli",
    "july",
    "agu",
    "ags",
    "agt",
    "agustus",
    "aug",
    "august",
    "sep",
    "sept",
    "september",
    "okt",
    "oktober",
    "oct",
    "october",
    "nov",
    "november",
    "des",
    "desember",
    "dec",
    "december",
    "agust",
];
/// Words that stand before a price.
const PRICED: [&str; 9] = [
    "harga",
    "tarif",
    "biaya",
    "iuran",
    "abonemen",
    "tagihan",
    "bayar",
    "paket",
    "langganan",
];
/// Words for a thousand that may stand by themselves.
const THOUSAND: [&str; 3] = ["rb", "rbu", "ribu"];
/// What follows a day or a price and says how often.
const EVERY_MONTH: [&str; 8] = [
    "per", "tiap", "setiap", "perbulan", "perbln", "bulan", "bln", "bulanan",
];
/// Rates in kbit/s that are written like thousands of rupiah.
const RATES: [u64; 7] = [64, 128, 256, 384, 512, 1024, 2048];
/// What a month costs, at most, in rupiah; anything above it is another number.
const DEAREST: u64 = 10_000_000;
/// The cheapest.
const CHEAPEST: u64 = 10_000;

/// Words after which a street is called anything.
const STREETS: [&str; 5] = ["jl", "jln", "jalan", "gg", "gang"];
/// Words by which a line is one that is not billed.
const FREE: [&str; 3] = ["gratis", "free", "gratisan"];
/// Words that stand behind those, of a promise for some time and of its reason.
const BECAUSE: [&str; 12] = [
    "karena",
    "krn",
    "selamanya",
    "sampai",
    "s/d",
    "sd",
    "untuk",
    "utk",
    "selama",
    "1",
    "2",
    "3",
];

/// What a comment says about due day and price, as it is written there; of several the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    /// The day of the month.
    pub day: Option<u8>,
    /// The price.
    pub price: Option<String>,
    /// That the line is free.
    pub free: Option<String>,
}

impl Terms {
    /// Whether it says none of them.
    pub(super) fn is_empty(&self) -> bool {
        self.day.is_none() && self.price.is_none() && self.free.is_none()
    }

    /// Notes the terms among these words and gives the others.
    pub(super) fn taken_from<'a>(&mut self, words: &[&'a str]) -> Vec<&'a str> {
        let mut others: Vec<&str> = Vec::with_capacity(words.len());
        // After the stroke of `150rb/bln`.
        let begun = if self.is_empty() { 0 } else { every_month(words) };
        let mut left = words.get(begun..).unwrap_or_default();
        while let Some((word, after)) = left.split_first() {
            match self.take(left, others.last().copied()) {
                Some(length) => {
                    left = left.get(length..).unwrap_or_default();
                    left = left.get(every_month(left)..).unwrap_or_default();
                }
                None => {
                    others.push(word);
                    left = after;
                }
            }
        }
        others
    }

    /// Notes the term that begins here and gives its number of words.
    fn take(&mut self, words: &[&str], before: Option<&str>) -> Option<usize> {
        let before = before.map(plain).unwrap_or_default();
        if !STREETS.contains(&before.as_str())
            && let Some((length, free)) = free(words)
        {
            self.free.get_or_insert(free);
            return Some(length);
        }
        // `Jl. Tempo 5`: what follows a word for a street or a block is its name or number.
        if PLACES.contains(&before.as_str()) {
            return None;
        }
        if !OTHER_DAYS.contains(&before.as_str())
            && let Some((length, day)) = due_day(words)
        {
            self.day.get_or_insert(day);
            return Some(length);
        }
        let (length, price) = price(words)?;
        self.price.get_or_insert(price);
        Some(length)
    }
}

/// `gratis`, `gratis karena izin tiang`: so many words, and what is written. A reason goes on up to where an address begins.
fn free(words: &[&str]) -> Option<(usize, String)> {
    let (first, after) = words.split_first()?;
    if !FREE.contains(&plain(first).as_str()) {
        return None;
    }
    let is_reason = after
        .first()
        .is_some_and(|next| BECAUSE.contains(&plain(next).as_str()));
    let reason = after
        .iter()
        .take_while(|word| !PLACES.contains(&plain(word).as_str()))
        .count();
    let length = 1 + if is_reason { reason } else { 0 };
    let written = words.get(..length).unwrap_or_default().join(" ");
    Some((
        length,
        written.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
    ))
}

/// `jatuh tempo tgl 20`, `tgl.10`, `jt20`: so many words, and the day.
fn due_day(words: &[&str]) -> Option<(usize, u8)> {
    let mut is_due = false;
    for (place, word) in words.iter().enumerate() {
        let word = plain(word);
        let number = word.trim_start_matches(char::is_alphabetic);
        let (letters, number) = word.split_at_checked(word.len() - number.len())?;
        is_due |= DUE.contains(&letters);
        if !(letters.is_empty() || DUE.contains(&letters) || BESIDE_DUE.contains(&letters)) {
            return None;
        }
        let number = number.trim_start_matches(|c: char| !c.is_alphanumeric());
        if !number.is_empty() {
            let is_date = words.get(place + 1).is_some_and(|next| is_month_or_year(next));
            let day = day_of_month(number).filter(|_| is_due && !is_date)?;
            return Some((place + 1, day));
        }
    }
    None
}

fn day_of_month(text: &str) -> Option<u8> {
    let is_short = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let day = text.parse().ok().filter(|_| is_short)?;
    (1..=31).contains(&day).then_some(day)
}

/// `tgl 10 Agustus 2025` is a date and no due day.
fn is_month_or_year(word: &str) -> bool {
    let word = plain(word);
    let is_year = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    is_year || MONTHS.contains(&word.as_str())
}

/// `harga Rp 150.000`, `150rb`, `150 ribu`: so many words, and the price as it is written.
fn price(words: &[&str]) -> Option<(usize, String)> {
    let lead = words
        .iter()
        .take_while(|word| PRICED.contains(&plain(word).as_str()))
        .count();
    let is_rupiah = |word: &&&str| ["rp", "idr"].contains(&plain(word).as_str());
    let sign = words.iter().skip(lead).take_while(is_rupiah).count().min(1);
    let amount = words.get(lead + sign..)?;
    let first = plain(amount.first()?);
    let bare = first.strip_prefix("rp").or_else(|| first.strip_prefix("idr"));
    let is_signed = sign > 0 || bare.is_some();
    let number = bare.unwrap_or(&first).trim_start_matches('.');
    let unit = number.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    let (digits, unit) = number.split_at_checked(number.len() - unit.len())?;
    let next = amount.get(1).map(|next| plain(next)).unwrap_or_default();
    let (length, unit) = match unit {
        "" if THOUSAND.contains(&next.as_str()) => (2, next.as_str()),
        unit => (1, unit),
    };
    is_price(digits, unit, is_signed || lead > 0).then(|| {
        let written = words.get(lead..lead + sign + length).unwrap_or_default();
        let written = written.join(" ");
        let written = written.trim_matches(|c: char| !c.is_alphanumeric());
        (lead + sign + length, written.to_owned())
    })
}

/// Whether a number with this unit is what a month may cost. A bare number is only one if it is round.
fn is_price(digits: &str, unit: &str, is_named: bool) -> bool {
    let Some((number, is_grouped)) = amount(digits) else {
        return false;
    };
    let rupiah = match unit {
        "" if is_named || is_grouped || number % 1_000 == 0 => number,
        "k" if !RATES.contains(&number) => number.saturating_mul(1_000),
        unit if THOUSAND.contains(&unit) => number.saturating_mul(1_000),
        _ => return false,
    };
    (CHEAPEST..=DEAREST).contains(&rupiah)
}

/// The number, and whether its thousands are separated; nothing where what separates stands elsewhere (`10.5.0.2`).
fn amount(digits: &str) -> Option<(u64, bool)> {
    let mut groups = digits.trim_end_matches(['.', ',']).split(['.', ',']);
    let mut number = groups.next()?.to_owned();
    let first = number.len();
    let mut is_grouped = false;
    for group in groups {
        if group.len() != 3 || !(1..=3).contains(&first) {
            return None;
        }
        number.push_str(group);
        is_grouped = true;
    }
    Some((number.parse().ok()?, is_grouped))
}

/// How many words at the beginning say how often.
fn every_month(words: &[&str]) -> usize {
    words
        .iter()
        .take_while(|word| EVERY_MONTH.contains(&plain(word).as_str()))
        .count()
}

/// A word in small letters, without what stands around it.
fn plain(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Option<u8>, Option<String>) {
        let mut terms = Terms::default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let others = terms.taken_from(&words).join(" ");
        (others, terms.day, terms.price)
    }

    #[test]
    fn a_due_day_is_taken_out_of_the_words() {
        for (text, others, day) in [
            ("jatuh tempo 20", "", 20),
            ("Jatuh Tempo: tgl 5", "", 5),
            ("tgl 10", "", 10),
            ("tgl. 10", "", 10),
            ("tempo 05", "", 5),
            ("JT 20", "", 20),
            ("jt20", "", 20),
            ("tgl.7", "", 7),
            ("due 31", "", 31),
            ("due date 3", "", 3),
            ("Blok C5 tgl 10 tiap bulan", "Blok C5", 10),
            ("Budi bayar tgl 1 RT 03", "Budi RT 03", 1),
        ] {
            assert_eq!(read(text), (others.into(), Some(day), None), "{text:?}");
        }
    }

    #[test]
    fn a_price_is_taken_out_of_the_words() {
        for (text, others, price) in [
            ("150rb", "", "150rb"),
            ("150 ribu", "", "150 ribu"),
            ("Rp 150.000", "", "Rp 150.000"),
            ("Rp.150.000,-", "", "Rp.150.000"),
            ("rp150000", "", "rp150000"),
            ("150k", "", "150k"),
            ("150.000", "", "150.000"),
            ("150,000", "", "150,000"),
            ("Agus harga 165000 per bulan", "Agus", "165000"),
            ("paket 150rb Blok C", "Blok C", "150rb"),
        ] {
            assert_eq!(read(text), (others.into(), None, Some(price.into())), "{text:?}");
        }
    }

    #[test]
    fn names_addresses_rates_and_dates_stay_as_they_are() {
        for text in [
            "",
            "Budi Santoso",
            "Jl. Tempo 5",
            "Blok JT 20",
            "No 150k RT 5",
            "RT 03/05 No. 12",
            "tgl 32",
            "tgl 0",
            "tgl 10/08/2025",
            "tgl 10 Agustus 2025",
            "pasang tgl 10",
            "512k",
            "10M",
            "10.5.0.2",
            "192.168.100.100",
            "Bogor 16610",
            "tempo",
            "Bulan",
            "Rp",
            "Pak Due",
        ] {
            assert_eq!(read(text), (text.into(), None, None), "{text:?}");
        }
    }
}
