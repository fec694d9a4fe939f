//! The choice of a symbol's mask (ISO/IEC 18004, 7.8): the one of eight that leaves the fewest patterns which confuse a
//! reader. A row of modules is one integer, so that a whole row is judged by a few shifts. Drawing and masking the symbol
//! is left to the library.

use std::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};
use std::sync::OnceLock;

use qrcode::canvas::{Canvas, MaskPattern, Module};

const PATTERNS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// Every mask repeats after this many rows.
const PERIOD: usize = 12;

/// The best mask for a symbol that is drawn but not yet masked, of up to 128 modules. The few modules that tell the mask
/// itself are left out of the judgement.
pub(super) fn best(canvas: &Canvas, width: i16) -> MaskPattern {
    // The payloads of offices fit the narrow rows, which are judged in half the time.
    if width <= 64 {
        best_of::<u64>(canvas, width)
    } else {
        best_of::<u128>(canvas, width)
    }
}

fn best_of<R: Row>(canvas: &Canvas, width: i16) -> MaskPattern {
    let side = u32::from(width.unsigned_abs());
    let (mut unmasked, mut open) = (Vec::new(), Vec::new());
    for y in 0..width {
        let (mut dark, mut maskable) = (0_u128, 0_u128);
        for x in (0..width).rev() {
            let module = canvas.get(x, y);
            dark = dark << 1 | u128::from(module.is_dark());
            maskable = maskable << 1 | u128::from(matches!(module, Module::Unmasked(_)));
        }
        unmasked.push(R::of(dark));
        open.push(R::of(maskable));
    }
    let mut best = (u32::MAX, MaskPattern::Checkerboard);
    for (pattern, name) in patterns().iter().zip(PATTERNS) {
        let pattern = pattern.iter().cycle();
        let rows = unmasked
            .iter()
            .zip(&open)
            .zip(pattern)
            .map(|((row, open), pattern)| *row ^ (*open & R::of(*pattern)))
            .collect();
        let penalty = Masked { rows, side }.penalty(best.0);
        if penalty < best.0 {
            best = (penalty, name);
        }
    }
    best.1
}

/// Where a mask inverts, row by row.
type Pattern = [u128; PERIOD];

fn patterns() -> &'static [Pattern; 8] {
    static TABLE: OnceLock<[Pattern; 8]> = OnceLock::new();
    TABLE.get_or_init(|| {
        std::array::from_fn(|number| {
            std::array::from_fn(|y| {
                (0..128)
                    .filter(|x| inverts(number, *x, y))
                    .fold(0, |row, x| row | 1 << x)
            })
        })
    })
}

/// Table 10 of the standard.
const fn inverts(number: usize, x: usize, y: usize) -> bool {
    match number {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (y / 2 + x / 3).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

/// A row of modules: a set bit is dark, the lowest is the leftmost.
trait Row:
    Copy
    + PartialEq
    + Not<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
{
    const LIGHT: Self;

    /// The leftmost modules of a row that may be longer.
    fn of(row: u128) -> Self;

    /// How many modules are dark.
    fn count(self) -> u32;
}

impl Row for u64 {
    const LIGHT: u64 = 0;

    fn of(row: u128) -> u64 {
        row as u64
    }

    fn count(self) -> u32 {
        self.count_ones()
    }
}

impl Row for u128 {
    const LIGHT: u128 = 0;

    fn of(row: u128) -> u128 {
        row
    }

    fn count(self) -> u32 {
        self.count_ones()
    }
}

/// A symbol under a mask.
struct Masked<R> {
    rows: Vec<R>,
    side: u32,
}

impl<R: Row> Masked<R> {
    /// The sum of the four penalties of table 11; counting stops where it cannot become less than `enough` any more.
    fn penalty(&self, enough: u32) -> u32 {
        let mut penalty = self.off_balance() + self.rows.iter().map(|row| self.along_row(*row)).sum::<u32>();
        if penalty < enough {
            penalty += self.blocks();
        }
        if penalty < enough {
            penalty += self.along_columns();
        }
        penalty
    }

    /// Ten points for each twentieth by which the dark modules are more or less than half.
    fn off_balance(&self) -> u32 {
        let dark: u32 = self.rows.iter().map(|row| row.count()).sum();
        let modules = self.side * self.side;
        10 * ((dark * 20).abs_diff(modules * 10) / modules.max(1))
    }

    /// Three points for each block of two by two of one colour.
    fn blocks(&self) -> u32 {
        let pairs = self.ones(self.side - 1);
        let block = |upper: R, lower: R| {
            let across = !(upper ^ (upper >> 1));
            let down = !(upper ^ lower);
            (across & down & (down >> 1) & pairs).count()
        };
        let blocks: u32 = self.rows.windows(2).map(|rows| block(rows[0], rows[1])).sum();
        3 * blocks
    }

    /// In a row: runs of five or more of one colour (three points, and one for each module beyond five), and what looks
    /// like a finder with four light modules beside it (40 points).
    fn along_row(&self, row: R) -> u32 {
        let same = !(row ^ (row >> 1)) & self.ones(self.side - 1);
        let fives = same & (same >> 1) & (same >> 2) & (same >> 3);
        let first = fives & !(fives << 1);
        let points = fives.count() + 2 * first.count();

        let (dark, light) = (row, !row & self.ones(self.side));
        let finder =
            dark & (light >> 1) & (dark >> 2) & (dark >> 3) & (dark >> 4) & (light >> 5) & (dark >> 6);
        if finder == R::LIGHT {
            return points;
        }
        let before = (light << 1) & (light << 2) & (light << 3) & (light << 4);
        let after = (light >> 7) & (light >> 8) & (light >> 9) & (light >> 10);
        points + 40 * ((finder & before).count() + (finder & after).count())
    }

    /// The same in all columns at once.
    fn along_columns(&self) -> u32 {
        let all = self.ones(self.side);
        let mut points = 0;
        let mut before = R::LIGHT;
        for rows in self.rows.windows(5) {
            let differ =
                (rows[0] ^ rows[1]) | (rows[1] ^ rows[2]) | (rows[2] ^ rows[3]) | (rows[3] ^ rows[4]);
            let fives = !differ & all;
            points += fives.count() + 2 * (fives & !before).count();
            before = fives;
        }
        for (top, rows) in self.rows.windows(7).enumerate() {
            let finder = rows[0] & !rows[1] & rows[2] & rows[3] & rows[4] & !rows[5] & rows[6];
            if finder == R::LIGHT {
                continue;
            }
            let above = top.checked_sub(4).and_then(|start| self.rows.get(start..top));
            let below = self.rows.get(top + 7..top + 11);
            for four in [above, below].into_iter().flatten() {
                let dark = four.iter().fold(R::LIGHT, |dark, row| dark | *row);
                points += 40 * (finder & !dark).count();
            }
        }
        points
    }

    /// The leftmost modules.
    fn ones(&self, count: u32) -> R {
        R::of(1_u128.checked_shl(count).map_or(u128::MAX, |bit| bit - 1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::{EcLevel, QrCode, bits, ec};

    use super::*;

    /// The penalties as the standard words them, module by module.
    fn plain_penalty(modules: &[Vec<bool>]) -> u32 {
        let side = modules.len();
        let mut penalty = 0;
        let turned: Vec<Vec<bool>> = (0..side)
            .map(|x| modules.iter().map(|row| row[x]).collect())
            .collect();
        for line in modules.iter().chain(&turned) {
            for run in line.chunk_by(|a, b| a == b).filter(|run| run.len() >= 5) {
                penalty += run.len() as u32 - 2;
            }
            for eleven in line.windows(11) {
                let text: String = eleven.iter().map(|dark| if *dark { '1' } else { '0' }).collect();
                penalty += 40 * u32::from(text == "10111010000") + 40 * u32::from(text == "00001011101");
            }
        }
        for y in 1..side {
            for x in 1..side {
                let block = [
                    modules[y][x],
                    modules[y - 1][x],
                    modules[y][x - 1],
                    modules[y - 1][x - 1],
                ];
                penalty += if block.iter().all(|dark| *dark == block[0]) {
                    3
                } else {
                    0
                };
            }
        }
        let dark = modules.iter().flatten().filter(|dark| **dark).count();
        let percent = dark as f64 * 100.0 / (side * side) as f64;
        penalty + 10 * ((percent - 50.0).abs() / 5.0) as u32
    }

    proptest! {
        #[test]
        fn shifts_judge_as_the_standard_does(seed in prop::collection::vec(any::<[bool; 4]>(), 41 * 41), side in 21_usize..42) {
            // Mostly light, so that runs, blocks and finders occur.
            let dark = |x: usize, y: usize| seed[y * 41 + x][0] && (seed[y * 41 + x][1] || seed[x][2]);
            let modules: Vec<Vec<bool>> = (0..side).map(|y| (0..side).map(|x| dark(x, y)).collect()).collect();
            let rows = modules.iter().map(|row| {
                row.iter().rev().fold(0_u128, |bits, dark| bits << 1 | u128::from(*dark))
            });
            let (wide, side): (Vec<u128>, _) = (rows.collect(), side as u32);
            let narrow: Vec<u64> = wide.iter().map(|row| u64::of(*row)).collect();
            let plain = plain_penalty(&modules);
            prop_assert_eq!(Masked { rows: narrow, side }.penalty(u32::MAX), plain);
            prop_assert_eq!(Masked { rows: wide, side }.penalty(u32::MAX), plain);
        }
    }

    #[test]
    fn masks_are_those_of_the_library() {
        for (number, pattern) in PATTERNS.into_iter().enumerate() {
            let bits = bits::encode_auto(b"https://sambung.example", EcLevel::M).unwrap();
            let version = bits.version();
            let (data, correction) =
                ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).unwrap();
            let mut plain = Canvas::new(version, EcLevel::M);
            plain.draw_all_functional_patterns();
            plain.draw_data(&data, &correction);
            let mut masked = plain.clone();
            masked.apply_mask(pattern);
            for y in 0..version.width() {
                for x in 0..version.width() {
                    if let Module::Unmasked(color) = plain.get(x, y) {
                        let inverted = masked.get(x, y).is_dark() != Module::Unmasked(color).is_dark();
                        assert_eq!(
                            inverted,
                            inverts(number, x as usize, y as usize),
                            "mask {number} at {x}, {y}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_symbol_is_as_large_as_the_librarys() {
        let theirs = QrCode::with_error_correction_level("https://sambung.example", EcLevel::M).unwrap();
        assert_eq!(
            super::super::symbol("https://sambung.example").unwrap().0,
            theirs.width()
        );
    }
}
