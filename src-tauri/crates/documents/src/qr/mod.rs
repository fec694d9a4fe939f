//! QR symbols as pictures of one bit per dot, with a whole number of dots to a module, so that every edge is sharp at
//! 300 dpi.
//!
//! Encoding, error correction and placing are those of the library `qrcode`; only the choice of the mask is made here,
//! since there it takes longer than all the rest of an invoice. The pictures are bitmaps because vectors, five hundred
//! boxes to a symbol, take more room in the file and more time.

mod mask;

use std::collections::BTreeMap;

use printpdf::{DictItem, ExternalStream, ExternalXObject, XObject};
use qrcode::canvas::Canvas;
use qrcode::{Color, EcLevel, Version, bits, ec};

use crate::DocumentError;
use crate::deflate::Deflate;

/// The blank border within the symbol's box, in modules. A reader needs four (ISO/IEC 18004); the paper around it, which
/// stays empty, gives the rest.
const QUIET: usize = 2;

/// Larger symbols would have modules that a telephone's camera cannot tell apart at the size printed.
const LARGEST: Version = Version::Normal(20);

/// Dots across a symbol: 300 dpi at 30 mm, the largest size that one is printed in.
const DOTS: usize = 355;

/// The payload as a picture; `None` if no symbol that can be read holds it.
pub(crate) fn picture(payload: &str, deflate: &mut Deflate) -> Result<Option<XObject>, DocumentError> {
    let Some((modules, colors)) = symbol(payload) else {
        return Ok(None);
    };
    let side = modules + 2 * QUIET;
    let scale = DOTS.div_ceil(side);
    let stride = (side * scale).div_ceil(8);
    let blank = |rows: usize| std::iter::repeat_n(0, rows * scale * stride);
    let mut content: Vec<u8> = Vec::with_capacity(side * scale * stride);
    content.extend(blank(QUIET));
    for cells in colors.chunks(modules) {
        let mut row = vec![0; stride];
        let mut column = QUIET;
        for run in cells.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                darken(&mut row, column * scale, (column + run.len()) * scale);
            }
            column += run.len();
        }
        for _ in 0..scale {
            content.extend_from_slice(&row);
        }
    }
    content.extend(blank(QUIET));
    let dots = DictItem::Int((side * scale) as i64);
    let name = |value: &str| DictItem::Name(value.as_bytes().to_vec());
    let dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), dots.clone()),
        ("Height".to_owned(), dots),
        ("ColorSpace".to_owned(), name("DeviceGray")),
        ("BitsPerComponent".to_owned(), DictItem::Int(1)),
        ("Filter".to_owned(), name("FlateDecode")),
        // A set bit is dark.
        (
            "Decode".to_owned(),
            DictItem::Array(vec![DictItem::Int(1), DictItem::Int(0)]),
        ),
    ]);
    // At once, since five hundred of them would be most of a file's memory.
    let stream = ExternalStream {
        dict,
        content: deflate.compressed(&content)?,
        compress: false,
    };
    Ok(Some(XObject::External(ExternalXObject {
        stream,
        width: None,
        height: None,
        dpi: None,
    })))
}

/// Sets the bits from `start` up to `end`, the highest bit of a byte being its first.
fn darken(row: &mut [u8], start: usize, end: usize) {
    for (index, byte) in row.iter_mut().enumerate().take(end.div_ceil(8)).skip(start / 8) {
        let from = start.saturating_sub(index * 8).min(8);
        let to = (end - index * 8).min(8);
        *byte |= ((0xFF_u16 >> from) & !(0xFF_u16 >> to)) as u8;
    }
}

/// The symbol's width and its modules, row by row. The steps are those of `QrCode::new`, but for the choice of the mask.
fn symbol(payload: &str) -> Option<(usize, Vec<Color>)> {
    let bits = bits::encode_auto(payload.as_bytes(), EcLevel::M).ok()?;
    let version = bits.version();
    if version.width() > LARGEST.width() {
        return None;
    }
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, EcLevel::M).ok()?;
    let mut canvas = Canvas::new(version, EcLevel::M);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(mask::best(&canvas, version.width()));
    Some((usize::try_from(version.width()).ok()?, canvas.into_colors()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_that_no_symbol_holds_is_refused() {
        assert!(symbol("https://sambung.example/t/INV-202611-00001").is_some());
        assert!(symbol(&"x".repeat(1_000)).is_none());
        assert!(symbol(&"x".repeat(5_000)).is_none());
    }

    #[test]
    fn symbols_of_every_size_can_be_read() {
        const SCALE: usize = 4;
        const QUIET: usize = 4;
        for length in [1, 30, 80, 150, 250, 400, 550, 660] {
            let payload: String = ('!'..='~').cycle().take(length).collect();
            let (modules, colors) = symbol(&payload).unwrap();
            let dark = |x: usize, y: usize| {
                let (x, y) = ((x / SCALE).checked_sub(QUIET), (y / SCALE).checked_sub(QUIET));
                let within = x.zip(y).filter(|(x, y)| *x < modules && *y < modules);
                within.is_some_and(|(x, y)| colors[y * modules + x] == Color::Dark)
            };
            let side = (modules + 2 * QUIET) * SCALE;
            let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, dark);
            let read: Vec<String> = image
                .detect_grids()
                .iter()
                .map(|grid| grid.decode().unwrap().1)
                .collect();
            assert_eq!(read, [payload], "a symbol of {modules} modules");
        }
    }

    #[test]
    fn bits_are_set_from_the_left() {
        let mut row = [0; 3];
        darken(&mut row, 1, 3);
        darken(&mut row, 6, 17);
        assert_eq!(row, [0b0110_0011, 0xFF, 0b1000_0000]);
        darken(&mut row, 17, 24);
        assert_eq!(row[2], 0xFF);
    }
}
