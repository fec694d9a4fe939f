//! One PDF file: drawings become pages, the fonts are reduced to what is shown, everything is compressed and written.
//!
//! printpdf makes the document. Its own `save_writer` is not used for two reasons, both in version 0.12: it ignores
//! write errors, so that a full disk would look like success, and it compresses at the slowest level only, which takes
//! more time than everything else together. Instead the document that it has put together gets its pages' contents, is
//! compressed and is written here, through the lopdf document that it hands out for this.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufWriter, Write};

use jiff::Timestamp;
use printpdf::{
    FontId, Mm, OffsetDateTime, Op, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Pt, TextItem,
    XObject, XObjectId,
};

use crate::content::{Content, font_name, picture_name};
use crate::deflate::Deflate;
use crate::drawing::{Drawing, MM, Picture};
use crate::fonts::Fonts;
use crate::subset::Subsets;
use crate::{DocumentError, Logo, qr};

/// A PDF file being made.
pub(crate) struct PdfFile {
    subsets: Subsets,
    pages: Vec<Page>,
    pictures: BTreeMap<XObjectId, XObject>,
    codes: HashMap<String, u32>,
    deflate: Deflate,
}

/// A page with its size in points.
struct Page {
    width: f32,
    height: f32,
    content: Vec<u8>,
}

impl PdfFile {
    pub(crate) fn new(fonts: &'static Fonts) -> PdfFile {
        PdfFile {
            subsets: Subsets::new(fonts),
            pages: Vec::new(),
            pictures: BTreeMap::new(),
            codes: HashMap::new(),
            deflate: Deflate::new(),
        }
    }

    /// Makes the logo known to the file. A file is of one office: the first logo given is the one shown.
    pub(crate) fn logo(&mut self, logo: &Logo) {
        self.pictures
            .entry(XObjectId(picture_name(&Picture::Logo)))
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
        let number = self.codes.len() as u32;
        let picture = Picture::Qr(number);
        let symbol = qr::picture(payload, &mut self.deflate)?.ok_or_else(too_long)?;
        self.pictures.insert(XObjectId(picture_name(&picture)), symbol);
        self.codes.insert(payload.to_owned(), number);
        Ok(picture)
    }

    /// Adds a page of `width` × `height` points with the drawings put down at their places.
    pub(crate) fn page(
        &mut self,
        width: f32,
        height: f32,
        placed: impl IntoIterator<Item = (f32, f32, Drawing)>,
    ) {
        let mut content = Content::default();
        for (left, top, drawing) in placed {
            for mark in &drawing.marks {
                content.put(mark, left, height - top, &mut self.subsets);
            }
        }
        self.pages.push(Page {
            width,
            height,
            content: content.finish(),
        });
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
        document.resources.xobjects.map = std::mem::take(&mut self.pictures);
        // The library embeds a font with those glyphs, and what they mean, that operators of its own show. So the first
        // page begins as a line of all of them, which makes way for its content below.
        let mut specimen = vec![Op::StartTextSection];
        for subset in self.subsets.shown() {
            let id = FontId(font_name(subset.face()).to_owned());
            document.resources.fonts.map.insert(id.clone(), subset.font()?);
            specimen.push(Op::SetFont {
                font: PdfFontHandle::External(id),
                size: Pt(1.0),
            });
            let text = TextItem::Text(subset.characters().to_owned());
            specimen.push(Op::ShowText { items: vec![text] });
        }
        specimen.push(Op::EndTextSection);
        for page in &self.pages {
            let ops = std::mem::take(&mut specimen);
            let (width, height) = (Mm(page.width / MM), Mm(page.height / MM));
            document.pages.push(PdfPage::new(width, height, ops));
        }

        let mut warnings = Vec::new();
        let mut file = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
        drop(document);
        file.version = "1.7".to_owned();
        let count = self.pages.len();
        let places: Vec<_> = file
            .page_iter()
            .flat_map(|page| file.get_page_contents(page))
            .collect();
        if places.len() != count {
            return Err(DocumentError::Pdf(format!(
                "{} of {count} pages have a place for their content",
                places.len()
            )));
        }
        for (place, page) in places.into_iter().zip(self.pages) {
            let stream = file
                .get_object_mut(place)
                .and_then(|object| object.as_stream_mut())
                .map_err(|error| DocumentError::Pdf(error.to_string()))?;
            stream.set_content(page.content);
        }
        for object in file.objects.values_mut() {
            let Ok(stream) = object.as_stream_mut() else {
                continue;
            };
            if stream.allows_compression && stream.dict.get(b"Filter").is_err() {
                let compressed = self.deflate.compressed(&stream.content)?;
                stream.set_content(compressed);
                stream.dict.set("Filter", "FlateDecode");
            }
        }
        let mut out = BufWriter::with_capacity(64 * 1024, out);
        file.save_to(&mut out)?;
        out.flush()?;
        Ok(count)
    }
}
