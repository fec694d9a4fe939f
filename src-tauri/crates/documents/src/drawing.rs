//! What is on a page before it is PDF: text, filled and outlined boxes, and pictures, in points from the top left.
//!
//! A drawing does not know its page. An invoice can so be laid out first and put down afterwards: on a page of its own,
//! or as one half of a sheet.

use crate::fonts::{Face, Fonts};

/// The colours of a document: one ink, two greys, one accent, and the marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Muted,
    Hairline,
    Panel,
    Accent,
    Paid,
    Void,
}

impl Ink {
    pub(crate) const fn rgb(self) -> (u8, u8, u8) {
        match self {
            Ink::Black => (0x1A, 0x1A, 0x1A),
            Ink::Muted => (0x66, 0x66, 0x66),
            Ink::Hairline => (0xD4, 0xD4, 0xD4),
            Ink::Panel => (0xF2, 0xF5, 0xF8),
            Ink::Accent => (0x0B, 0x4F, 0x6C),
            Ink::Paid => (0x1B, 0x7A, 0x43),
            Ink::Void => (0xB3, 0x26, 0x1E),
        }
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) ink: Ink,
}

impl Style {
    pub(crate) const fn regular(size: f32) -> Style {
        Style {
            face: Face::Regular,
            size,
            ink: Ink::Black,
        }
    }

    pub(crate) const fn muted(size: f32) -> Style {
        Style {
            face: Face::Regular,
            size,
            ink: Ink::Muted,
        }
    }

    pub(crate) const fn bold(size: f32) -> Style {
        Style {
            face: Face::Bold,
            size,
            ink: Ink::Black,
        }
    }

    pub(crate) const fn ink(self, ink: Ink) -> Style {
        Style { ink, ..self }
    }

    /// The distance between baselines. Generous enough that the boxes of two lines never meet.
    pub(crate) fn leading(self) -> f32 {
        self.size * 1.4
    }
}

/// A picture shared by the pages of a file, by its name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    Logo,
    Qr(u32),
}

/// One mark on the paper.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Text {
        x: f32,
        baseline: f32,
        style: Style,
        text: String,
    },
    Fill {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Outline {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        ink: Ink,
    },
    Picture {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        picture: Picture,
    },
}

/// The marks of one page, in reading order.
pub(crate) struct Drawing {
    fonts: &'static Fonts,
    pub(crate) marks: Vec<Mark>,
}

impl Drawing {
    pub(crate) fn new(fonts: &'static Fonts) -> Drawing {
        Drawing {
            fonts,
            marks: Vec::with_capacity(96),
        }
    }

    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        self.fonts.width(style.face, style.size, text)
    }

    /// Text whose first character begins at `x`.
    pub(crate) fn text(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        let text = self.fonts.printable(text);
        if !text.trim().is_empty() {
            self.marks.push(Mark::Text {
                x,
                baseline,
                style,
                text: text.into_owned(),
            });
        }
    }

    /// Text whose last character ends at `right`.
    pub(crate) fn text_right(&mut self, right: f32, baseline: f32, style: Style, text: &str) {
        self.text(right - self.width(style, text), baseline, style, text);
    }

    /// Text in the middle between `left` and `right`.
    pub(crate) fn text_centred(&mut self, left: f32, right: f32, baseline: f32, style: Style, text: &str) {
        self.text(
            (left + right - self.width(style, text)) / 2.0,
            baseline,
            style,
            text,
        );
    }

    /// The style, made smaller until the text goes into `width`.
    pub(crate) fn fitting(&self, style: Style, text: &str, width: f32) -> Style {
        let natural = self.width(style, text);
        if natural <= width {
            style
        } else {
            Style {
                size: style.size * width / natural,
                ..style
            }
        }
    }

    /// The text broken into lines for this style.
    pub(crate) fn wrap(&self, style: Style, width: f32, most: usize, text: &str) -> Vec<String> {
        self.fonts.wrap(style.face, style.size, width, most, text)
    }

    /// Lines below `top`; returns where the last one ends.
    pub(crate) fn lines(&mut self, x: f32, top: f32, style: Style, lines: &[String]) -> f32 {
        let mut y = top;
        for line in lines {
            self.text(x, baseline(y, style), style, line);
            y += style.leading();
        }
        y
    }

    /// A horizontal rule.
    pub(crate) fn rule(&mut self, x: f32, y: f32, width: f32, ink: Ink) {
        self.fill(x, y - 0.3, width, 0.6, ink);
    }

    pub(crate) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.marks.push(Mark::Fill {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    pub(crate) fn outline(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        self.marks.push(Mark::Outline {
            x,
            y,
            width,
            height,
            ink,
        });
    }

    pub(crate) fn picture(&mut self, x: f32, y: f32, width: f32, height: f32, picture: Picture) {
        self.marks.push(Mark::Picture {
            x,
            y,
            width,
            height,
            picture,
        });
    }
}

/// Where the baseline of a line stands whose box begins at `top`.
pub(crate) fn baseline(top: f32, style: Style) -> f32 {
    top + style.size * 1.06
}

/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
