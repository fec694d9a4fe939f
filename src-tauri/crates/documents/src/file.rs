//! One PDF file: drawings become printpdf pages, the fonts are reduced to what is shown, everything is compressed and
//! written.
//!
//! printpdf makes the document. Its own `save_writer` is not used for two reasons, both in version 0.12: it ignores
//! write errors, so that a full disk would look like success, and it compresses at the slowest level only, which takes
//! more time than everything else together. Instead the document that it has put together is compressed and written
//! here, through the lopdf document that it hands out for this.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufWriter, Write};

use flate2::{Compress, Compression, FlushCompress, Status};
use jiff::Timestamp;
use printpdf::{
    Color, FontId, Greyscale, OffsetDateTime, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Pt, Rect, Rgb, TextItem, XObject, XObjectId, XObjectTransform,
};

use crate::drawing::{Drawing, Ink, MM, Mark, Picture, Style};
use crate::fonts::{Face, UsedGlyphs};
use crate::{DocumentError, Logo, qr};

/// Pages come out within a few percent of the size that the slowest level gives, in a fraction of the time.
const COMPRESSION: Compression = Compression::new(4);

/// A PDF file being made.
pub(crate) struct PdfFile {
    used: UsedGlyphs,
    pages: Vec<PdfPage>,
    pictures: BTreeMap<XObjectId, XObject>,
    codes: HashMap<String, u32>,
}

impl PdfFile {
    pub(crate) fn new() -> PdfFile {
        PdfFile {
            used: UsedGlyphs::new(),
            pages: Vec::new(),
            pictures: BTreeMap::new(),
            codes: HashMap::new(),
        }
    }

    /// Makes the logo known to the file. A file is of one office: the first logo given is the one shown.
    pub(crate) fn logo(&mut self, logo: &Logo) {
        self.pictures
            .entry(picture_id(&Picture::Logo))
            .or_insert_with(|| logo.xobject());
    }

    /// Makes a QR symbol known to the file, once however many pages show it.
    pub(crate) fn code(&mut self, payload: &str, document: &str) -> Result<Picture, DocumentError> {
        if let Some(known) = self.codes.get(payload) {
            return Ok(Picture::Qr(*known));
        }
        let too_long = || DocumentError::Qr {
            document: document.to_owned(),
            bytes: payload.len(),
        };
        let picture = Picture::Qr(self.codes.len() as u32);
        self.pictures
            .insert(picture_id(&picture), qr::picture(payload).ok_or_else(too_long)?);
        self.codes.insert(payload.to_owned(), self.codes.len() as u32);
        Ok(picture)
    }

    /// Adds a page of `width` × `height` points with the drawings put down at their places.
    pub(crate) fn page(
        &mut self,
        width: f32,
        height: f32,
        placed: impl IntoIterator<Item = (f32, f32, Drawing)>,
    ) {
        let mut page = PageOps::default();
        for (left, top, drawing) in placed {
            for mark in drawing.marks {
                page.put(mark, left, height - top, &mut self.used);
            }
        }
        let width_mm = printpdf::Mm(width / MM);
        self.pages
            .push(PdfPage::new(width_mm, printpdf::Mm(height / MM), page.finish()));
    }

    /// Compresses and writes the file; returns how many pages it has.
    pub(crate) fn write<W: Write>(
        mut self,
        title: &str,
        author: &str,
        created: Timestamp,
        out: &mut W,
    ) -> Result<usize, DocumentError> {
        let mut document = PdfDocument::new(title);
        let instant = OffsetDateTime::from_unix_timestamp(created.as_second())
            .map_err(|detail| DocumentError::Pdf(detail.to_owned()))?;
        let info = &mut document.metadata.info;
        (info.creation_date, info.modification_date, info.metadata_date) = (instant, instant, instant);
        info.author = author.to_owned();
        info.producer = "Sambung".to_owned();
        info.creator = "Sambung".to_owned();
        for face in [Face::Regular, Face::Bold] {
            if let Some(font) = self.used.subset(face)? {
                document.resources.fonts.map.insert(font_id(face), font);
            }
        }
        document.resources.xobjects.map = std::mem::take(&mut self.pictures);
        document.pages = std::mem::take(&mut self.pages);
        let pages = document.pages.len();

        let mut warnings = Vec::new();
        let mut file = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
        drop(document);
        file.version = "1.7".to_owned();
        let mut deflate = Deflate::new();
        for object in file.objects.values_mut() {
            let Ok(stream) = object.as_stream_mut() else {
                continue;
            };
            if stream.allows_compression && stream.dict.get(b"Filter").is_err() {
                let compressed = deflate.compressed(&stream.content)?;
                stream.set_content(compressed);
                stream.dict.set("Filter", "FlateDecode");
            }
        }
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        file.save_to(&mut out)?;
        out.flush()?;
        Ok(pages)
    }
}

/// A compressor that serves all streams of a file: setting one up costs more than a page.
struct Deflate {
    state: Compress,
}

impl Deflate {
    fn new() -> Deflate {
        Deflate {
            state: Compress::new(COMPRESSION, true),
        }
    }

    fn compressed(&mut self, content: &[u8]) -> Result<Vec<u8>, DocumentError> {
        self.state.reset();
        let mut compressed = Vec::with_capacity(content.len() / 2 + 64);
        loop {
            let read = usize::try_from(self.state.total_in()).unwrap_or(usize::MAX);
            let rest = content.get(read..).unwrap_or_default();
            match self
                .state
                .compress_vec(rest, &mut compressed, FlushCompress::Finish)
            {
                Ok(Status::StreamEnd) => return Ok(compressed),
                Ok(Status::Ok | Status::BufError) => compressed.reserve(content.len() / 2 + 64),
                Err(error) => return Err(DocumentError::Pdf(error.to_string())),
            }
        }
    }
}

fn font_id(face: Face) -> FontId {
    FontId(match face {
        Face::Regular => "R".to_owned(),
        Face::Bold => "B".to_owned(),
    })
}

fn picture_id(picture: &Picture) -> XObjectId {
    XObjectId(match picture {
        Picture::Logo => "Logo".to_owned(),
        Picture::Qr(number) => format!("Q{number}"),
    })
}

/// The operations of one page: what is filled first, then pictures, then all text in one section.
#[derive(Default)]
struct PageOps {
    shapes: Vec<Op>,
    filled: Option<Ink>,
    texts: Vec<Op>,
    set: Option<Style>,
    /// Where the text before begins, in tenths of a point, so that the steps from one to the next never drift.
    at: (i32, i32),
}

impl PageOps {
    /// Turns a mark into operations; `left` and `top` are where its drawing begins, `top` counted from below.
    fn put(&mut self, mark: Mark, left: f32, top: f32, used: &mut UsedGlyphs) {
        match mark {
            Mark::Fill {
                x,
                y,
                width,
                height,
                ink,
            } => {
                if self.filled != Some(ink) {
                    self.shapes.push(Op::SetFillColor { col: color(ink) });
                    self.filled = Some(ink);
                }
                let rectangle = rectangle(left + x, top - y - height, width, height, PaintMode::Fill);
                self.shapes.push(Op::DrawRectangle { rectangle });
            }
            Mark::Outline {
                x,
                y,
                width,
                height,
                ink,
            } => {
                self.shapes.push(Op::SetOutlineColor { col: color(ink) });
                self.shapes.push(Op::SetOutlineThickness { pt: Pt(1.0) });
                let rectangle = rectangle(left + x, top - y - height, width, height, PaintMode::Stroke);
                self.shapes.push(Op::DrawRectangle { rectangle });
            }
            Mark::Picture {
                x,
                y,
                width,
                height,
                picture,
            } => {
                if self.filled != Some(Ink::Black) {
                    self.shapes.push(Op::SetFillColor {
                        col: color(Ink::Black),
                    });
                    self.filled = Some(Ink::Black);
                }
                let transform = XObjectTransform {
                    translate_x: Some(point(left + x)),
                    translate_y: Some(point(top - y - height)),
                    scale_x: Some(width),
                    scale_y: Some(height),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                self.shapes.push(Op::UseXobject {
                    id: picture_id(&picture),
                    transform,
                });
            }
            Mark::Text {
                x,
                baseline,
                style,
                text,
            } => {
                used.note(style.face, &text);
                let before = self.set.replace(style);
                if before.is_none_or(|before| (before.face, before.size) != (style.face, style.size)) {
                    let font = PdfFontHandle::External(font_id(style.face));
                    self.texts.push(Op::SetFont {
                        font,
                        size: point(style.size),
                    });
                }
                if before.is_none_or(|before| before.ink != style.ink) {
                    self.texts.push(Op::SetFillColor {
                        col: color(style.ink),
                    });
                }
                // From where the text before began: two short numbers, where a matrix would have six.
                let (x, y) = (tenths(left + x), tenths(top - baseline));
                let pos = Point {
                    x: from_tenths(x - self.at.0),
                    y: from_tenths(y - self.at.1),
                };
                self.at = (x, y);
                self.texts.push(Op::SetTextCursor { pos });
                self.texts.push(Op::ShowText {
                    items: vec![TextItem::Text(text)],
                });
            }
        }
    }

    fn finish(self) -> Vec<Op> {
        let mut ops = self.shapes;
        ops.reserve_exact(self.texts.len() + 2);
        ops.push(Op::StartTextSection);
        ops.extend(self.texts);
        ops.push(Op::EndTextSection);
        ops
    }
}

/// A tenth of a point is less than half a dot at 300 dpi; more digits would only make the file larger.
fn tenths(value: f32) -> i32 {
    (value * 10.0).round() as i32
}

fn from_tenths(tenths: i32) -> Pt {
    Pt(tenths as f32 / 10.0)
}

fn point(value: f32) -> Pt {
    from_tenths(tenths(value))
}

fn rectangle(x: f32, y: f32, width: f32, height: f32, mode: PaintMode) -> Rect {
    let mut rectangle = Rect::from_xywh(point(x), point(y), point(width), point(height));
    rectangle.mode = Some(mode);
    rectangle
}

fn color(ink: Ink) -> Color {
    let share = |part: u8| (f32::from(part) / 2.55).round() / 100.0;
    let (red, green, blue) = ink.rgb();
    if (red, green) == (green, blue) {
        // Grey text is then printed with the black ink alone.
        return Color::Greyscale(Greyscale {
            percent: share(red),
            icc_profile: None,
        });
    }
    Color::Rgb(Rgb {
        r: share(red),
        g: share(green),
        b: share(blue),
        icc_profile: None,
    })
}
