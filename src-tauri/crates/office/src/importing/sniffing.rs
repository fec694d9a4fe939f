//! What a file is, told by its first bytes. The name of a file is a claim of whoever saved it; the bytes are not.

use std::fmt;

/// A kind of file that is not a table that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LooksLike {
    /// A photo or a screenshot.
    Image,
    /// A PDF document.
    Pdf,
    /// A compressed archive.
    Archive,
    /// A program for Windows, Linux or macOS.
    Program,
    /// A workbook in the binary format from before 2007, or another document of that family.
    OldOffice,
    /// A workbook or text of LibreOffice.
    OpenDocument,
    /// A page of a web site, which many systems save under the name `.xls`.
    WebPage,
    /// JSON or another structured text that is not a table.
    StructuredText,
    /// A word processor's document.
    TextDocument,
    /// A database file.
    Database,
    /// Bytes that are no text.
    Binary,
}

impl LooksLike {
    /// The name of the kind in English.
    #[must_use]
    pub const fn in_english(self) -> &'static str {
        match self {
            Self::Image => "an image",
            Self::Pdf => "a PDF document",
            Self::Archive => "a compressed archive",
            Self::Program => "a program",
            Self::OldOffice => "an old or password-protected Excel file",
            Self::OpenDocument => "a LibreOffice document",
            Self::WebPage => "a web page",
            Self::StructuredText => "JSON or XML text",
            Self::TextDocument => "a word processor's document",
            Self::Database => "a database file",
            Self::Binary => "binary data",
        }
    }

    /// The name of the kind in Indonesian.
    #[must_use]
    pub const fn in_indonesian(self) -> &'static str {
        match self {
            Self::Image => "gambar",
            Self::Pdf => "dokumen PDF",
            Self::Archive => "arsip terkompresi",
            Self::Program => "program",
            Self::OldOffice => "berkas Excel lama (.xls) atau yang dikunci sandi",
            Self::OpenDocument => "dokumen LibreOffice",
            Self::WebPage => "halaman web",
            Self::StructuredText => "teks JSON atau XML",
            Self::TextDocument => "dokumen pengolah kata",
            Self::Database => "berkas basis data",
            Self::Binary => "data biner",
        }
    }
}

impl fmt::Display for LooksLike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.in_english())
    }
}

/// The format that the bytes announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// A workbook of Excel since 2007.
    Workbook,
    /// Perhaps text; whether it is, its decoding tells.
    Text,
    /// Certainly something else.
    Other(LooksLike),
}

const SIGNATURES: &[(&[u8], LooksLike)] = &[
    (b"\x89PNG", LooksLike::Image),
    (b"\xFF\xD8\xFF", LooksLike::Image),
    (b"GIF87a", LooksLike::Image),
    (b"GIF89a", LooksLike::Image),
    (b"II*\0", LooksLike::Image),
    (b"MM\0*", LooksLike::Image),
    (b"%PDF-", LooksLike::Pdf),
    (b"\x1F\x8B", LooksLike::Archive),
    (b"7z\xBC\xAF\x27\x1C", LooksLike::Archive),
    (b"Rar!\x1A\x07", LooksLike::Archive),
    (b"BZh", LooksLike::Archive),
    (b"\xFD7zXZ\0", LooksLike::Archive),
    (b"\x28\xB5\x2F\xFD", LooksLike::Archive),
    (b"\x7FELF", LooksLike::Program),
    (b"\xCF\xFA\xED\xFE", LooksLike::Program),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", LooksLike::OldOffice),
    (b"SQLite format 3\0", LooksLike::Database),
    (b"{\\rtf", LooksLike::TextDocument),
];

/// Names what the bytes announce.
pub(super) fn announced(bytes: &[u8]) -> Announced {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return announced_by_archive(bytes);
    }
    if let Some((_, kind)) = SIGNATURES
        .iter()
        .find(|(signature, _)| bytes.starts_with(signature))
    {
        return Announced::Other(*kind);
    }
    // `RIFF` and `ftyp` name families; the word behind tells the member.
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Announced::Other(LooksLike::Image);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        let picture = matches!(bytes.get(8..12), Some(b"heic" | b"heix" | b"mif1" | b"avif"));
        return Announced::Other(if picture {
            LooksLike::Image
        } else {
            LooksLike::Binary
        });
    }
    // Two letters alone could begin a heading ("MZ", "BM"); with the zero bytes that follow in the real thing they cannot.
    let has_zeros = bytes.iter().take(64).any(|byte| *byte == 0);
    if has_zeros && bytes.starts_with(b"MZ") {
        return Announced::Other(LooksLike::Program);
    }
    if has_zeros && bytes.starts_with(b"BM") {
        return Announced::Other(LooksLike::Image);
    }
    announced_by_markup(bytes)
}

/// Workbooks, LibreOffice documents and Word documents are all zip archives; the names of their members differ.
fn announced_by_archive(bytes: &[u8]) -> Announced {
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    if holds(b"xl/workbook") {
        Announced::Workbook
    } else if holds(b"application/vnd.oasis.opendocument") {
        Announced::Other(LooksLike::OpenDocument)
    } else if holds(b"word/document") {
        Announced::Other(LooksLike::TextDocument)
    } else {
        Announced::Other(LooksLike::Archive)
    }
}

fn announced_by_markup(bytes: &[u8]) -> Announced {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(bytes.len());
    let head: Vec<u8> = bytes[start..]
        .iter()
        .take(16)
        .map(u8::to_ascii_lowercase)
        .collect();
    let web = [&b"<!doctype html"[..], b"<html", b"<table", b"<head", b"<meta"];
    if web.iter().any(|tag| head.starts_with(tag)) {
        Announced::Other(LooksLike::WebPage)
    } else if head.starts_with(b"<?xml") || head.starts_with(b"{") || head.starts_with(b"[{") {
        Announced::Other(LooksLike::StructuredText)
    } else {
        Announced::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_begins_like_a_program_is_still_text() {
        assert_eq!(announced(b"MZ Nama;Paket\nBudi;A\n"), Announced::Text);
        assert_eq!(announced(b"BM,Nama,Paket\n"), Announced::Text);
    }

    #[test]
    fn a_program_and_a_bitmap_are_known_by_their_zero_bytes() {
        assert_eq!(
            announced(b"MZ\x90\0\x03\0\0\0"),
            Announced::Other(LooksLike::Program)
        );
        assert_eq!(
            announced(b"BM\x36\0\x0c\0\0\0"),
            Announced::Other(LooksLike::Image)
        );
    }

    #[test]
    fn an_export_that_is_a_web_page_is_named_as_one() {
        assert_eq!(
            announced(b"\xEF\xBB\xBF\n <TABLE border=1>"),
            Announced::Other(LooksLike::WebPage)
        );
    }
}
