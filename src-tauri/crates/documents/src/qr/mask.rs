//! The choice of a symbol's mask (ISO/IEC 18004, 7.8): the one of eight that leaves the fewest patterns which confuse a
//! reader. A row of modules is one integer, so that a whole row is judged by a few shifts.

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

/// Every mask repeats after this many rows and columns.
const PERIOD: usize = 12;

/// The best mask for a symbol that is drawn but not yet masked, of up to 128 modules. The few modules that tell the mask
/// itself are left out of the judgement.
pub(super) fn best(canvas: &Canvas, width: i16) -> MaskPattern {
    let side = usize::try_from(width).unwrap_or_default();
    let mut unmasked = Bitmap {
        rows: vec![0; side],
        columns: vec![0; side],
    };
    let mut open = Bitmap {
        rows: vec![0; side],
        columns: vec![0; side],
    };
    for y in 0..side {
        for x in 0..side {
            let module = canvas.get(x as i16, y as i16);
            if module.is_dark() {
                unmasked.set(x, y);
            }
            if matches!(module, Module::Unmasked(_)) {
                open.set(x, y);
            }
        }
    }
    let mut best = (u32::MAX, MaskPattern::Checkerboard);
    for (pattern, name) in patterns().iter().zip(PATTERNS) {
        let penalty = unmasked.masked(&open, pattern).penalty(best.0);
        if penalty < best.0 {
            best = (penalty, name);
        }
    }
    best.1
}

/// Where a mask inverts: row by row, and column by column.
struct Pattern {
    rows: [u128; PERIOD],
    columns: [u128; PERIOD],
}

fn patterns() -> &'static [Pattern; 8] {
    static TABLE: OnceLock<[Pattern; 8]> = OnceLock::new();
    TABLE.get_or_init(|| {
        std::array::from_fn(|number| {
            let line = |inverts: &dyn Fn(usize) -> bool| {
                (0..128)
                    .filter(|at| inverts(*at))
                    .fold(0_u128, |line, at| line | 1 << at)
            };
            Pattern {
                rows: std::array::from_fn(|y| line(&|x| inverts(number, x, y))),
                columns: std::array::from_fn(|x| line(&|y| inverts(number, x, y))),
            }
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

/// Dark modules as bits, both ways round.
struct Bitmap {
    rows: Vec<u128>,
    columns: Vec<u128>,
}

impl Bitmap {
    fn set(&mut self, x: usize, y: usize) {
        self.rows[y] |= 1 << x;
        self.columns[x] |= 1 << y;
    }

    fn masked(&self, open: &Bitmap, pattern: &Pattern) -> Bitmap {
        let invert = |lines: &[u128], open: &[u128], pattern: &[u128; PERIOD]| {
            let pattern = pattern.iter().cycle();
            lines
                .iter()
                .zip(open)
                .zip(pattern)
                .map(|((line, open), pattern)| line ^ (open & pattern))
                .collect()
        };
        Bitmap {
            rows: invert(&self.rows, &open.rows, &pattern.rows),
            columns: invert(&self.columns, &open.columns, &pattern.columns),
        }
    }

    /// The sum of the four penalties of table 11; counting stops where it cannot become less than `enough` any more.
    fn penalty(&self, enough: u32) -> u32 {
        let side = self.rows.len();
        let along = |lines: &[u128]| lines.iter().map(|line| line_penalty(*line, side)).sum::<u32>();
        let dark: u32 = self.rows.iter().map(|row| row.count_ones()).sum();
        let off_balance = (dark * 20).abs_diff((side * side) as u32 * 10) / (side * side).max(1) as u32;
        let mut penalty = 10 * off_balance + along(&self.rows);
        if penalty < enough {
            penalty += 3 * self
                .rows
                .windows(2)
                .map(|pair| blocks(pair[0], pair[1], side))
                .sum::<u32>();
        }
        if penalty < enough {
            penalty += along(&self.columns);
        }
        penalty
    }
}

/// Ones for the modules of a line.
const fn all(side: usize) -> u128 {
    if side >= 128 { u128::MAX } else { (1 << side) - 1 }
}

/// Runs of five or more of one colour (three points, and one for each module beyond five), and what looks like a finder
/// with four light modules beside it (40 points).
const fn line_penalty(line: u128, side: usize) -> u32 {
    let same = !(line ^ (line >> 1)) & (all(side) >> 1);
    let fives = same & (same >> 1) & (same >> 2) & (same >> 3);
    let runs = fives & !(fives << 1);
    let (dark, light) = (line, !line & all(side));
    let finder = dark & (light >> 1) & (dark >> 2) & (dark >> 3) & (dark >> 4) & (light >> 5) & (dark >> 6);
    let before = (light << 1) & (light << 2) & (light << 3) & (light << 4);
    let after = (light >> 7) & (light >> 8) & (light >> 9) & (light >> 10);
    let finders = (finder & before).count_ones() + (finder & after).count_ones();
    fives.count_ones() + 2 * runs.count_ones() + 40 * finders
}

/// How many blocks of two by two have one colour.
const fn blocks(upper: u128, lower: u128, side: usize) -> u32 {
    let same_above = !(upper ^ (upper >> 1)) & (all(side) >> 1);
    let same_down = !(upper ^ lower) & all(side);
    (same_above & same_down & (same_down >> 1)).count_ones()
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
            let mut bitmap = Bitmap { rows: vec![0; side], columns: vec![0; side] };
            for (y, row) in modules.iter().enumerate() {
                for x in (0..side).filter(|x| row[*x]) {
                    bitmap.set(x, y);
                }
            }
            prop_assert_eq!(bitmap.penalty(u32::MAX), plain_penalty(&modules));
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
