//! The part of each face that a file embeds: the glyphs that it shows, numbered in the order in which they are first
//! shown, so that a page can be written before the last glyph is known.

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};
use allsorts::tag;
use printpdf::{ParsedFont, PdfFont};

use crate::DocumentError;
use crate::fonts::{Face, Fonts};

/// The subsets of both faces in one file.
pub(crate) struct Subsets {
    faces: [Subset; 2],
}

impl Subsets {
    pub(crate) fn new(fonts: &'static Fonts) -> Subsets {
        Subsets {
            faces: [Face::Regular, Face::Bold].map(|face| Subset::new(fonts, face)),
        }
    }

    pub(crate) fn of(&mut self, face: Face) -> &mut Subset {
        &mut self.faces[face as usize]
    }

    /// Those that show anything.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Subset> {
        self.faces.iter().filter(|subset| !subset.characters.is_empty())
    }
}

/// The glyphs of one face that a file shows.
pub(crate) struct Subset {
    fonts: &'static Fonts,
    face: Face,
    /// The number that each glyph of the whole face has got, 0 for none.
    codes: Vec<u16>,
    /// The glyphs by their numbers. The first is the one for missing characters, which every font must have.
    glyphs: Vec<u16>,
    /// The first character that was shown by each glyph but the first.
    characters: String,
}

impl Subset {
    fn new(fonts: &'static Fonts, face: Face) -> Subset {
        Subset {
            fonts,
            face,
            codes: vec![0; usize::from(u16::MAX) + 1],
            glyphs: vec![0],
            characters: String::new(),
        }
    }

    pub(crate) fn face(&self) -> Face {
        self.face
    }

    /// The character's number in the embedded font.
    pub(crate) fn code(&mut self, character: char) -> u16 {
        let glyph = self.fonts.glyph(self.face, character);
        let Some(code) = self.codes.get_mut(usize::from(glyph)) else {
            return 0;
        };
        if *code == 0 && glyph != 0 {
            // There are no more glyphs than numbers.
            *code = u16::try_from(self.glyphs.len()).unwrap_or_default();
            self.glyphs.push(glyph);
            self.characters.push(character);
        }
        *code
    }

    /// One character for each glyph shown.
    pub(crate) fn characters(&self) -> &str {
        &self.characters
    }

    /// The reduced face, ready to embed.
    ///
    /// printpdf subsets only in a build with its HTML engine, so the reduced font is made here, with the same library,
    /// and given to it as if it were a whole one. The name carries the tag that marks a subset (ISO 32000-1, 9.6.4).
    pub(crate) fn font(&self) -> Result<PdfFont, DocumentError> {
        let damaged = |detail: String| DocumentError::Font { detail };
        let profile = SubsetProfile::Custom(vec![
            tag::CMAP,
            tag::CVT,
            tag::FPGM,
            tag::HEAD,
            tag::HHEA,
            tag::HMTX,
            tag::MAXP,
            tag::OS_2,
            tag::PREP,
        ]);
        let font = ReadScope::new(self.face.file())
            .read::<FontData<'_>>()
            .map_err(|error| damaged(error.to_string()))?;
        let tables = font
            .table_provider(0)
            .map_err(|error| damaged(error.to_string()))?;
        // The library numbers glyphs in the order in which they are given.
        let reduced = subset(&tables, &self.glyphs, &profile, CmapTarget::Unicode)
            .map_err(|error| damaged(format!("{error:?}")))?;
        let mut warnings = Vec::new();
        let mut reduced = ParsedFont::from_bytes(&reduced, 0, &mut warnings)
            .ok_or_else(|| damaged(format!("its subset is unreadable: {warnings:?}")))?;
        reduced.font_name = Some(format!("{}+{}", tag_of(&self.glyphs), self.face.name()));
        Ok(PdfFont::new(reduced))
    }
}

/// Six capital letters that differ for different glyphs.
fn tag_of(glyphs: &[u16]) -> String {
    let mut seed = glyphs.iter().fold(0xcbf2_9ce4_8422_2325_u64, |seed, glyph| {
        (seed ^ u64::from(*glyph)).wrapping_mul(0x0100_0000_01b3)
    });
    (0..6)
        .map(|_| {
            let letter = b'A' + (seed % 26) as u8;
            seed /= 26;
            char::from(letter)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_has_the_numbers_that_the_pages_were_written_with() {
        let mut subsets = Subsets::new(Fonts::load().unwrap());
        let subset = subsets.of(Face::Bold);
        // Composite letters bring parts of their own, which must not take a number that is in use.
        let codes: Vec<u16> = "Žé(zaÄ…0é".chars().map(|c| subset.code(c)).collect();
        assert_eq!(codes, [1, 2, 3, 4, 5, 6, 7, 8, 2]);
        let font = subset.font().unwrap();
        for (character, code) in "Žé(zaÄ…0".chars().zip(1..) {
            let there = font.parsed_font.lookup_glyph_index(u32::from(character));
            assert_eq!(there, Some(code), "for {character}");
        }
    }

    #[test]
    fn subsets_are_told_apart_by_their_tags() {
        assert_ne!(tag_of(&[0, 5, 6]), tag_of(&[0, 5, 7]));
        assert!(tag_of(&[0]).bytes().all(|letter| letter.is_ascii_uppercase()));
    }
}
