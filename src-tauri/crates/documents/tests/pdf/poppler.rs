//! What an independent reader, poppler, makes of our files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Keeps the file under the target directory, where a person can look at it.
pub(crate) fn kept(name: &str, bytes: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("the target directory can be written");
    path
}

fn run(program: &str, arguments: &[&str], path: &Path, last: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .arg(path)
        .args(last)
        .output()
        .unwrap_or_else(|error| panic!("{program} (package poppler-utils) cannot be run: {error}"));
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{program} on {}: {complaints}",
        path.display()
    );
    String::from_utf8(output.stdout).expect("poppler prints UTF-8")
}

/// The text as it is copied out, in reading order.
pub(crate) fn text(path: &Path) -> String {
    run("pdftotext", &["-layout"], path, &["-"])
}

/// The text in the order of the content stream.
pub(crate) fn raw_text(path: &Path) -> String {
    run("pdftotext", &["-raw"], path, &["-"])
}

pub(crate) fn info(path: &Path, key: &str) -> String {
    let info = run("pdfinfo", &[], path, &[]);
    let value = info
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    value
        .unwrap_or_else(|| panic!("no {key} in {info}"))
        .trim()
        .to_owned()
}

pub(crate) fn pages(path: &Path) -> usize {
    info(path, "Pages").parse().expect("a number of pages")
}

/// A row of `pdffonts`.
#[derive(Debug)]
pub(crate) struct Font {
    pub(crate) name: String,
    pub(crate) embedded: bool,
    pub(crate) subset: bool,
    pub(crate) unicode: bool,
}

pub(crate) fn fonts(path: &Path) -> Vec<Font> {
    let table = run("pdffonts", &[], path, &[]);
    let row = |line: &str| {
        let mut cells = line.split_whitespace().rev().skip(2).map(|cell| cell == "yes");
        let mut next = || cells.next().expect("a column of pdffonts");
        let (unicode, subset, embedded) = (next(), next(), next());
        Font {
            name: line.split_whitespace().next().unwrap_or_default().to_owned(),
            embedded,
            subset,
            unicode,
        }
    };
    table.lines().skip(2).map(row).collect()
}

/// A word and the box that it fills, in points from the top left of its page.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) page: usize,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
    pub(crate) text: String,
}

pub(crate) struct Words {
    pub(crate) pages: Vec<(f32, f32)>,
    pub(crate) words: Vec<Word>,
}

pub(crate) fn words(path: &Path) -> Words {
    let xml = run("pdftotext", &["-bbox-layout"], path, &["-"]);
    let mut words = Words {
        pages: Vec::new(),
        words: Vec::new(),
    };
    for line in xml.lines().map(str::trim) {
        let number = |name: &str| -> f32 {
            let start = line.find(&format!("{name}=\"")).expect("the attribute") + name.len() + 2;
            let end = line[start..].find('"').expect("the end of the attribute");
            line[start..start + end].parse().expect("a number")
        };
        if line.starts_with("<page ") {
            words.pages.push((number("width"), number("height")));
        } else if let Some(rest) = line.strip_prefix("<word ") {
            let text = rest
                .split_once('>')
                .and_then(|(_, text)| text.split_once('<'))
                .expect("a word")
                .0;
            words.words.push(Word {
                page: words.pages.len() - 1,
                left: number("xMin"),
                top: number("yMin"),
                right: number("xMax"),
                bottom: number("yMax"),
                text: text.to_owned(),
            });
        }
    }
    words
}

/// Fails if two words of a page touch, or one comes within `margin` points of the paper's edge.
pub(crate) fn assert_nothing_overlaps(path: &Path, margin: f32) {
    // Boxes of neighbours on a line share a rounded edge.
    const SLACK: f32 = 0.05;
    let Words { pages, words } = words(path);
    assert!(!words.is_empty(), "there are words on {}", path.display());
    for (index, word) in words.iter().enumerate() {
        let (width, height) = pages[word.page];
        assert!(
            word.left >= margin
                && word.top >= margin
                && word.right <= width - margin
                && word.bottom <= height - margin,
            "{word:?} leaves the page of {}",
            path.display()
        );
        for other in words[index + 1..].iter().filter(|other| other.page == word.page) {
            let across = word.right.min(other.right) - word.left.max(other.left);
            let down = word.bottom.min(other.bottom) - word.top.max(other.top);
            assert!(
                across <= SLACK || down <= SLACK,
                "{word:?} and {other:?} overlap in {}",
                path.display()
            );
        }
    }
}

/// How many streams the file has, and how many of them are compressed.
pub(crate) fn streams(bytes: &[u8]) -> (usize, usize) {
    let mut counts = (0, 0);
    let mut rest = bytes;
    while let Some(at) = find(rest, b" obj\n").or_else(|| find(rest, b" obj")) {
        rest = &rest[at + 4..];
        let end = find(rest, b"endobj").unwrap_or(rest.len());
        if let Some(stream) = find(&rest[..end], b"stream") {
            counts.0 += 1;
            let head = &rest[..stream];
            counts.1 +=
                usize::from(find(head, b"/FlateDecode").is_some() || find(head, b"/DCTDecode").is_some());
        }
        rest = &rest[end..];
    }
    counts
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// What a reader finds in the symbols of a page, rendered in grey at 300 dpi.
pub(crate) fn scanned(path: &Path, page: usize) -> Vec<String> {
    let page = page.to_string();
    let output = Command::new("pdftoppm")
        .args(["-gray", "-r", "300", "-f", &page, "-l", &page])
        .arg(path)
        .output()
        .unwrap_or_else(|error| panic!("pdftoppm (package poppler-utils) cannot be run: {error}"));
    // P5, width and height, 255, then the pixels.
    let mut parts = output.stdout.splitn(4, |byte| *byte == b'\n');
    let mut text = || String::from_utf8(parts.next().expect("a header").to_vec()).expect("a header in ASCII");
    let (kind, size, _) = (text(), text(), text());
    assert_eq!(kind, "P5");
    let (width, height) = size.split_once(' ').expect("two sides");
    let (width, height): (usize, usize) =
        (width.parse().expect("a width"), height.parse().expect("a height"));
    let pixels = parts.next().expect("pixels");
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    image
        .detect_grids()
        .iter()
        .map(|grid| grid.decode().expect("a symbol that can be read").1)
        .collect()
}
