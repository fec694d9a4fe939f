//! A receipt in the command language of thermal printers (Epson ESC/POS), with only what every clone understands.
//!
//! Text is ASCII: code pages differ between printers, and a wrong one prints names as nonsense. Letters with accents
//! lose them, anything else becomes `?`.

use super::slip::{Row, Weight, rows};
use super::{Receipt, Roll};

/// How a receipt goes to the printer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EscPos {
    /// The paper in the printer.
    pub roll: Roll,
    /// Whether the cash drawer on the printer's plug springs open.
    pub open_drawer: bool,
}

const INITIALISE: &[u8] = b"\x1B@";
const OPEN_DRAWER: &[u8] = b"\x1Bp\x00\x19\xFA";
const LEFT: &[u8] = b"\x1Ba\x00";
const CENTRE: &[u8] = b"\x1Ba\x01";
const BOLD_ON: &[u8] = b"\x1BE\x01";
const BOLD_OFF: &[u8] = b"\x1BE\x00";
const DOUBLE_HEIGHT: &[u8] = b"\x1D!\x01";
const DOUBLE_BOTH: &[u8] = b"\x1D!\x11";
const SINGLE: &[u8] = b"\x1D!\x00";
/// Feeds the last line past the blade and cuts, leaving a corner where the printer can.
const FEED_AND_CUT: &[u8] = b"\x1Bd\x04\x1DV\x42\x00";

/// The whole receipt, from initialising to cutting.
pub(super) fn print(receipt: &Receipt, options: EscPos) -> Vec<u8> {
    let columns = options.roll.columns();
    let mut out = Vec::with_capacity(2_048);
    out.extend_from_slice(INITIALISE);
    if options.open_drawer {
        out.extend_from_slice(OPEN_DRAWER);
    }
    for row in rows(receipt) {
        match row {
            Row::Centred(text, weight) => {
                out.extend_from_slice(CENTRE);
                let text = ascii(&text);
                let double = weight == Weight::Large && text.len() <= columns / 2;
                lines(&mut out, weight, double, &wrapped(&text, columns));
                out.extend_from_slice(LEFT);
            }
            Row::Text(text) => lines(&mut out, Weight::Plain, false, &wrapped(&ascii(&text), columns)),
            Row::Pair(label, value, weight) => {
                let (label, value) = (ascii(&label), ascii(&value));
                let double = weight == Weight::Large && label.len() + value.len() < columns / 2;
                let width = if double { columns / 2 } else { columns };
                lines(&mut out, weight, double, &pair(&label, &value, width));
            }
            Row::Rule => lines(&mut out, Weight::Plain, false, &["-".repeat(columns)]),
            Row::Gap => out.push(b'\n'),
        }
    }
    out.extend_from_slice(FEED_AND_CUT);
    out
}

fn lines(out: &mut Vec<u8>, weight: Weight, double: bool, lines: &[String]) {
    match weight {
        Weight::Plain => {}
        Weight::Bold => out.extend_from_slice(BOLD_ON),
        Weight::Large => {
            out.extend_from_slice(BOLD_ON);
            out.extend_from_slice(if double { DOUBLE_BOTH } else { DOUBLE_HEIGHT });
        }
    }
    for line in lines {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    match weight {
        Weight::Plain => {}
        Weight::Bold => out.extend_from_slice(BOLD_OFF),
        Weight::Large => {
            out.extend_from_slice(SINGLE);
            out.extend_from_slice(BOLD_OFF);
        }
    }
}

/// The value at the right edge; below the label when both do not fit on a line.
fn pair(label: &str, value: &str, width: usize) -> Vec<String> {
    if label.len() + value.len() < width {
        return vec![format!("{label}{value:>room$}", room = width - label.len())];
    }
    let values = wrapped(value, width)
        .into_iter()
        .map(|line| format!("{line:>width$}"));
    wrapped(label, width).into_iter().chain(values).collect()
}

/// ASCII text broken at spaces, and inside words that are too long.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        for character in word.chars() {
            if line.len() == width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(character);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Latin letters from U+00C0 on without their marks; a blank stands for what has no plain form.
const LATIN_1: &str = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty";
/// The same from U+0100 on.
const LATIN_A: &str = "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiJjJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// The text in printable ASCII. No byte that a printer would take for a command can come out.
fn ascii(text: &str) -> String {
    let plain = |character: char| -> char {
        let code = character as usize;
        let letter = match code {
            0xC0..=0xFF => LATIN_1.as_bytes().get(code - 0xC0),
            0x100..=0x17F => LATIN_A.as_bytes().get(code - 0x100),
            _ => None,
        };
        letter.map_or('?', |letter| char::from(*letter))
    };
    text.chars()
        .filter_map(|character| match character {
            ' '..='~' => Some(character),
            _ if character.is_whitespace() => Some(' '),
            _ if character.is_control() => None,
            '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => None,
            '‘' | '’' | '‚' | '′' => Some('\''),
            '“' | '”' | '„' | '″' => Some('"'),
            '\u{2010}'..='\u{2015}' | '−' => Some('-'),
            '•' | '·' => Some('*'),
            '…' => Some('.'),
            _ => Some(plain(character)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_letter_tables_are_whole() {
        assert_eq!(LATIN_1.len(), 0x40);
        assert_eq!(LATIN_A.len(), 0x80);
        assert_eq!(ascii("Ñandú Šarić – “Dé’ák” žŽſ"), "Nandu Saric - \"De'ak\" zZs");
        assert_eq!(ascii("漢\u{1B}@\u{1D}V😀"), "?@V?");
    }

    #[test]
    fn values_stand_at_the_right_edge() {
        assert_eq!(pair("Total", "Rp 5.000", 20), ["Total       Rp 5.000"]);
        assert_eq!(
            pair("Tagihan bulan ini", "Rp 12.345.678", 20),
            ["Tagihan bulan ini", "       Rp 12.345.678"]
        );
    }

    proptest! {
        #[test]
        fn no_text_reaches_the_printer_as_a_command(text in any::<String>()) {
            prop_assert!(ascii(&text).bytes().all(|byte| (0x20..0x7F).contains(&byte)));
        }

        #[test]
        fn no_line_is_longer_than_the_paper(label in "[a-z ]{0,80}", value in "[a-z0-9]{1,80}", wide in any::<bool>()) {
            let width = if wide { 48 } else { 32 };
            for line in pair(&label, &value, width) {
                prop_assert!(line.len() <= width, "{line:?} is longer than {width}");
            }
        }
    }
}
