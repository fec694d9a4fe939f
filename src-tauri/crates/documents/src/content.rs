//! The content stream of a page (ISO 32000-1, 8 and 9), written as bytes: what is filled first, then pictures, then all
//! text in one section.
//!
//! printpdf makes the document around it, but not this: it turns every letter into an object of its own before it writes
//! it, and that took longer than laying out the invoice and compressing it together.

use crate::drawing::{Ink, Mark, Picture, Style};
use crate::fonts::Face;
use crate::subset::Subsets;

/// A content stream being written.
#[derive(Default)]
pub(crate) struct Content {
    shapes: Vec<u8>,
    filled: Option<Ink>,
    texts: Vec<u8>,
    set: Option<Style>,
    /// Where the text before begins, in tenths of a point, so that the steps from one to the next never drift.
    at: (i32, i32),
}

impl Content {
    /// Writes a mark; `left` and `top` are where its drawing begins, `top` counted from below.
    pub(crate) fn put(&mut self, mark: &Mark, left: f32, top: f32, subsets: &mut Subsets) {
        match mark {
            Mark::Fill {
                x,
                y,
                width,
                height,
                ink,
            } => {
                if self.filled.replace(*ink) != Some(*ink) {
                    color(&mut self.shapes, *ink, Use::Filling);
                }
                rectangle(&mut self.shapes, left + x, top - y - height, *width, *height);
                self.shapes.extend_from_slice(b"f\n");
            }
            Mark::Outline {
                x,
                y,
                width,
                height,
                ink,
            } => {
                color(&mut self.shapes, *ink, Use::Stroking);
                self.shapes.extend_from_slice(b"1 w ");
                rectangle(&mut self.shapes, left + x, top - y - height, *width, *height);
                self.shapes.extend_from_slice(b"S\n");
            }
            Mark::Picture {
                x,
                y,
                width,
                height,
                picture,
            } => {
                let out = &mut self.shapes;
                out.extend_from_slice(b"q ");
                length(out, *width);
                out.extend_from_slice(b"0 0 ");
                length(out, *height);
                length(out, left + x);
                length(out, top - y - height);
                out.extend_from_slice(b"cm /");
                out.extend_from_slice(picture_name(picture).as_bytes());
                out.extend_from_slice(b" Do Q\n");
            }
            Mark::Text {
                x,
                baseline,
                style,
                text,
            } => self.text(tenths(left + x), tenths(top - baseline), *style, text, subsets),
        }
    }

    fn text(&mut self, x: i32, y: i32, style: Style, text: &str, subsets: &mut Subsets) {
        let before = self.set.replace(style);
        let out = &mut self.texts;
        if before.is_none_or(|before| (before.face, before.size) != (style.face, style.size)) {
            out.push(b'/');
            out.extend_from_slice(font_name(style.face).as_bytes());
            out.push(b' ');
            length(out, style.size);
            out.extend_from_slice(b"Tf ");
        }
        if before.is_none_or(|before| before.ink != style.ink) {
            color(out, style.ink, Use::Filling);
        }
        // From where the text before began: two short numbers, where a matrix would have six.
        number(out, x - self.at.0);
        number(out, y - self.at.1);
        self.at = (x, y);
        out.extend_from_slice(b"Td (");
        let subset = subsets.of(style.face);
        for character in text.chars() {
            for byte in subset.code(character).to_be_bytes() {
                match byte {
                    b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                    // A bare one would be read as a line feed.
                    b'\r' => out.extend_from_slice(b"\\r"),
                    _ => out.push(byte),
                }
            }
        }
        out.extend_from_slice(b") Tj\n");
    }

    /// The whole stream.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut stream = self.shapes;
        stream.reserve_exact(self.texts.len() + 6);
        stream.extend_from_slice(b"BT\n");
        stream.extend_from_slice(&self.texts);
        stream.extend_from_slice(b"ET\n");
        stream
    }
}

/// The name of a face in a file.
pub(crate) const fn font_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "R",
        Face::Bold => "B",
    }
}

/// The name of a picture in a file.
pub(crate) fn picture_name(picture: &Picture) -> String {
    match picture {
        Picture::Logo => "Logo".to_owned(),
        Picture::Qr(number) => format!("Q{number}"),
    }
}

/// A tenth of a point is less than half a dot at 300 dpi; more digits would only make the file larger.
fn tenths(value: f32) -> i32 {
    (value * 10.0).round() as i32
}

fn length(out: &mut Vec<u8>, points: f32) {
    number(out, tenths(points));
}

/// A number of tenths, and the blank after it.
fn number(out: &mut Vec<u8>, tenths: i32) {
    if tenths < 0 {
        out.push(b'-');
    }
    let magnitude = tenths.unsigned_abs();
    out.extend_from_slice(itoa::Buffer::new().format(magnitude / 10).as_bytes());
    if !magnitude.is_multiple_of(10) {
        out.extend_from_slice(&[b'.', b'0' + (magnitude % 10) as u8]);
    }
    out.push(b' ');
}

fn rectangle(out: &mut Vec<u8>, x: f32, y: f32, width: f32, height: f32) {
    for side in [x, y, width, height] {
        length(out, side);
    }
    out.extend_from_slice(b"re ");
}

#[derive(Clone, Copy)]
enum Use {
    Filling,
    Stroking,
}

fn color(out: &mut Vec<u8>, ink: Ink, using: Use) {
    let (red, green, blue) = ink.rgb();
    // Grey text is then printed with the black ink alone.
    let parts: &[u8] = if (red, green) == (green, blue) {
        &[red]
    } else {
        &[red, green, blue]
    };
    for part in parts {
        let percent = (u32::from(*part) * 100 + 127) / 255;
        let digits = [percent / 100, percent / 10 % 10, percent % 10].map(|digit| b'0' + digit as u8);
        out.extend_from_slice(&[digits[0], b'.', digits[1], digits[2], b' ']);
    }
    out.extend_from_slice(match (using, parts.len()) {
        (Use::Filling, 1) => b"g ",
        (Use::Filling, _) => b"rg ",
        (Use::Stroking, 1) => b"G ",
        (Use::Stroking, _) => b"RG ",
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        let cases = [
            (0.0, "0 "),
            (595.276, "595.3 "),
            (-0.04, "0 "),
            (-0.06, "-0.1 "),
            (-12.0, "-12 "),
            (0.96, "1 "),
        ];
        for (points, text) in cases {
            assert_eq!(written(|out| length(out, points)), text, "for {points}");
        }
    }

    #[test]
    fn greys_use_the_black_ink_alone() {
        assert_eq!(written(|out| color(out, Ink::Muted, Use::Filling)), "0.40 g ");
        assert_eq!(
            written(|out| color(out, Ink::Accent, Use::Stroking)),
            "0.04 0.31 0.42 RG "
        );
    }
}
