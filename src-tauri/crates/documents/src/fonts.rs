//! The two faces that documents are set in: which characters they have, how wide text is, and where it breaks.
//!
//! Widths are read once per process into a flat table, because every character of every page asks for one.

use std::borrow::Cow;
use std::sync::OnceLock;

use printpdf::ParsedFont;

use crate::DocumentError;

/// A face of the document font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Regular,
    Bold,
}

impl Face {
    /// The font program.
    pub(crate) const fn file(self) -> &'static [u8] {
        FILES[self as usize]
    }

    /// The PostScript name.
    pub(crate) const fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

/// Noto Sans 2.004, under the SIL Open Font License (`fonts/OFL.txt`). Its figures are all of one width.
const FILES: [&[u8]; 2] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
];
const NAMES: [&str; 2] = ["NotoSans-Regular", "NotoSans-Bold"];

/// Characters beyond the basic plane are not in the fonts.
const CODE_POINTS: usize = 0x1_0000;
/// No character of the font is this wide.
const MISSING: u16 = u16::MAX;
/// What is printed for a character that the fonts lack.
const SUBSTITUTE: char = '?';
/// Ends a text that was cut.
const ELLIPSIS: char = '…';

/// Advance widths of both faces, in thousandths of the font size.
pub(crate) struct Fonts {
    widths: [Vec<u16>; 2],
    /// The glyph of each character, 0 for none.
    glyphs: [Vec<u16>; 2],
}

impl Fonts {
    /// The fonts, read on first use.
    pub(crate) fn load() -> Result<&'static Fonts, DocumentError> {
        static FONTS: OnceLock<Result<Fonts, String>> = OnceLock::new();
        FONTS
            .get_or_init(Fonts::read)
            .as_ref()
            .map_err(|detail| DocumentError::Font {
                detail: detail.clone(),
            })
    }

    fn read() -> Result<Fonts, String> {
        let [regular, bold] = FILES.map(|file| {
            let mut warnings = Vec::new();
            let font = ParsedFont::from_bytes(file, 0, &mut warnings)
                .ok_or_else(|| format!("unreadable: {warnings:?}"))?;
            let units = u32::from(font.units_per_em.max(1));
            let mut widths = vec![MISSING; CODE_POINTS];
            let mut glyphs = vec![0; CODE_POINTS];
            for (code, glyph) in &font.codepoint_to_glyph {
                let width = font
                    .get_glyph_width(*glyph)
                    .map(|width| u32::from(width) * 1000 / units);
                let slots = widths.get_mut(*code as usize).zip(glyphs.get_mut(*code as usize));
                if let (Some(slots), Some(Ok(width))) = (slots, width.map(u16::try_from)) {
                    (*slots.0, *slots.1) = (width, *glyph);
                }
            }
            Ok::<_, String>((widths, glyphs))
        });
        let ((regular, regular_glyphs), (bold, bold_glyphs)) = (regular?, bold?);
        Ok(Fonts {
            widths: [regular, bold],
            glyphs: [regular_glyphs, bold_glyphs],
        })
    }

    /// The character's glyph, 0 for none.
    pub(crate) fn glyph(&self, face: Face, character: char) -> u16 {
        self.glyphs[face as usize]
            .get(character as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The advance of a character that [`Fonts::printable`] let through.
    fn advance(&self, face: Face, character: char) -> u32 {
        self.widths[face as usize]
            .get(character as usize)
            .map_or(0, |width| u32::from(*width))
    }

    fn has(&self, character: char) -> bool {
        let code = character as usize;
        self.widths
            .iter()
            .all(|widths| widths.get(code).is_some_and(|width| *width != MISSING))
    }

    /// The text as it can be printed: blanks of every kind become spaces, other control and invisible characters
    /// vanish, and what the fonts lack becomes `?`.
    pub(crate) fn printable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return Cow::Borrowed(text);
        }
        let printable = text.chars().filter_map(|character| match character {
            _ if character.is_whitespace() => Some(' '),
            _ if character.is_control() => None,
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' => None,
            '\u{2010}' | '\u{2011}' => Some('-'),
            _ if self.has(character) => Some(character),
            _ => Some(SUBSTITUTE),
        });
        Cow::Owned(printable.collect())
    }

    /// The width of the text in points.
    pub(crate) fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let text = self.printable(text);
        let thousandths: u32 = text.chars().map(|character| self.advance(face, character)).sum();
        thousandths as f32 * size / 1000.0
    }

    /// Breaks the text into printable lines of at most `width` points: at spaces, inside a word that alone is too long,
    /// and at line breaks of its own. What does not go into `most` lines is cut with an ellipsis.
    pub(crate) fn wrap(&self, face: Face, size: f32, width: f32, most: usize, text: &str) -> Vec<String> {
        let limit = (width.max(size) * 1000.0 / size) as u32;
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let paragraph = self.printable(paragraph);
            let mut line = Line::default();
            for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
                self.place(face, limit, word, &mut line, &mut lines);
            }
            if !line.text.is_empty() {
                lines.push(line.text);
            }
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                self.cut(face, limit, last);
            }
        }
        lines
    }

    fn place(&self, face: Face, limit: u32, word: &str, line: &mut Line, lines: &mut Vec<String>) {
        let width: u32 = word.chars().map(|character| self.advance(face, character)).sum();
        let space = self.advance(face, ' ');
        if !line.text.is_empty() && line.width + space + width <= limit {
            line.text.push(' ');
            line.text.push_str(word);
            line.width += space + width;
            return;
        }
        if !line.text.is_empty() {
            lines.push(std::mem::take(line).text);
        }
        for character in word.chars() {
            let advance = self.advance(face, character);
            if line.width + advance > limit && !line.text.is_empty() {
                lines.push(std::mem::take(line).text);
            }
            line.text.push(character);
            line.width += advance;
        }
    }

    fn cut(&self, face: Face, limit: u32, line: &mut String) {
        let room = limit.saturating_sub(self.advance(face, ELLIPSIS));
        let mut width: u32 = line.chars().map(|character| self.advance(face, character)).sum();
        while width > room {
            match line.pop() {
                Some(character) => width -= self.advance(face, character),
                None => break,
            }
        }
        line.truncate(line.trim_end().len());
        line.push(ELLIPSIS);
    }
}

/// A line being filled; the width in thousandths of the size.
#[derive(Default)]
struct Line {
    text: String,
    width: u32,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn figures_are_of_one_width() {
        let fonts = Fonts::load().unwrap();
        for face in [Face::Regular, Face::Bold] {
            let widths: Vec<_> = ('0'..='9')
                .map(|digit| fonts.width(face, 10.0, &digit.to_string()))
                .collect();
            assert!(
                widths.iter().all(|width| *width == widths[0] && *width > 0.0),
                "{widths:?}"
            );
        }
    }

    #[test]
    fn what_cannot_be_printed_is_replaced_not_lost() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(
            fonts.printable("Siti\u{A0}Nurhaliza\t\u{7}😀 漢 É"),
            "Siti Nurhaliza ? ? É"
        );
    }

    proptest! {
        #[test]
        fn lines_keep_the_words_and_stay_within_the_width(text in "[a-zA-Z0-9 ,./]{0,300}", width in 20_f32..400.0) {
            let fonts = Fonts::load().unwrap();
            let lines = fonts.wrap(Face::Regular, 9.0, width, usize::MAX, &text);
            for line in &lines {
                prop_assert!(fonts.width(Face::Regular, 9.0, line) <= width + 0.01, "{line:?} is wider than {width}");
            }
            let kept: String = lines.concat().split_whitespace().collect();
            let given: String = text.split_whitespace().collect();
            prop_assert_eq!(kept, given);
        }
    }
}
