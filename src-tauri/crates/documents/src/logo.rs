//! The office's logo: read once from PNG or JPEG, then shared by every file that shows it.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use printpdf::{DictItem, ExternalStream, ExternalXObject, XObject};

use crate::DocumentError;

/// A picture beyond this is a mistake, or an attack on the memory.
const MOST_PIXELS: u64 = 20_000_000;
/// Enough for 300 dpi at the largest size that a logo is printed in.
const MOST_SIDE: usize = 1_200;

/// A logo that can be printed.
#[derive(Clone)]
pub struct Logo {
    width: u32,
    height: u32,
    image: Arc<ExternalXObject>,
}

impl std::fmt::Debug for Logo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Logo({}×{})", self.width, self.height)
    }
}

impl Logo {
    /// Reads a PNG (transparency is kept) or a JPEG (embedded as it is). Larger PNGs are made smaller.
    ///
    /// # Errors
    /// [`DocumentError::Logo`] for any other format, a damaged picture, or one above 20 megapixels.
    pub fn read(bytes: &[u8]) -> Result<Logo, DocumentError> {
        if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
            png_logo(bytes)
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            jpeg_logo(bytes)
        } else {
            Err(unusable("it is neither PNG nor JPEG"))
        }
    }

    /// Width divided by height.
    pub(crate) fn aspect(&self) -> f32 {
        self.width as f32 / self.height.max(1) as f32
    }

    pub(crate) fn xobject(&self) -> XObject {
        XObject::External((*self.image).clone())
    }
}

fn unusable(reason: impl ToString) -> DocumentError {
    DocumentError::Logo {
        reason: reason.to_string(),
    }
}

fn check_size(width: u32, height: u32) -> Result<(), DocumentError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(unusable("it is empty")),
        1..=MOST_PIXELS => Ok(()),
        _ => Err(unusable(format!("it is too large ({width} × {height})"))),
    }
}

fn png_logo(bytes: &[u8]) -> Result<Logo, DocumentError> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let (width, height) = decoder.read_header_info().map_err(unusable)?.size();
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(unusable)?;
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| unusable("it is too large"))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(unusable)?;
    pixels.truncate(frame.buffer_size());
    let (samples, has_alpha) = match frame.color_type {
        png::ColorType::Grayscale => (1, false),
        png::ColorType::GrayscaleAlpha => (2, true),
        png::ColorType::Rgb => (3, false),
        png::ColorType::Rgba => (4, true),
        png::ColorType::Indexed => return Err(unusable("its palette cannot be read")),
    };
    let pixels = Pixels {
        width: frame.width as usize,
        height: frame.height as usize,
        samples,
        data: pixels,
    }
    .reduced();
    let colors = samples - usize::from(has_alpha);
    let space = if colors == 1 { "DeviceGray" } else { "DeviceRGB" };
    let mut dict = image_dict(pixels.width, pixels.height, space);
    if has_alpha {
        let mask = ExternalStream {
            dict: image_dict(pixels.width, pixels.height, "DeviceGray"),
            content: pixels
                .data
                .chunks_exact(samples)
                .filter_map(|pixel| pixel.last().copied())
                .collect(),
            compress: true,
        };
        dict.insert("SMask".to_owned(), DictItem::Stream { stream: mask });
    }
    let content = pixels
        .data
        .chunks_exact(samples)
        .flat_map(|pixel| pixel.iter().take(colors))
        .copied()
        .collect();
    Ok(logo(
        pixels.width as u32,
        pixels.height as u32,
        ExternalStream {
            dict,
            content,
            compress: true,
        },
    ))
}

/// JPEG data goes into a PDF as it is; only its size and colours must be known.
fn jpeg_logo(bytes: &[u8]) -> Result<Logo, DocumentError> {
    let header = jpeg_header(bytes).ok_or_else(|| unusable("its header is damaged"))?;
    check_size(header.width, header.height)?;
    let space = match header.components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        4 => "DeviceCMYK",
        _ => return Err(unusable("its colours are unknown")),
    };
    let mut dict = image_dict(header.width as usize, header.height as usize, space);
    dict.insert("Filter".to_owned(), name("DCTDecode"));
    if header.components == 4 {
        // Adobe writes CMYK pictures inverted, and nobody else writes them.
        let inverted = [1, 0, 1, 0, 1, 0, 1, 0].map(DictItem::Int);
        dict.insert("Decode".to_owned(), DictItem::Array(inverted.to_vec()));
    }
    Ok(logo(
        header.width,
        header.height,
        ExternalStream {
            dict,
            content: bytes.to_vec(),
            compress: false,
        },
    ))
}

fn logo(width: u32, height: u32, stream: ExternalStream) -> Logo {
    Logo {
        width,
        height,
        image: Arc::new(ExternalXObject {
            stream,
            width: None,
            height: None,
            dpi: None,
        }),
    }
}

fn image_dict(width: usize, height: usize, space: &str) -> BTreeMap<String, DictItem> {
    BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), DictItem::Int(width as i64)),
        ("Height".to_owned(), DictItem::Int(height as i64)),
        ("ColorSpace".to_owned(), name(space)),
        ("BitsPerComponent".to_owned(), DictItem::Int(8)),
    ])
}

fn name(value: &str) -> DictItem {
    DictItem::Name(value.as_bytes().to_vec())
}

struct JpegHeader {
    width: u32,
    height: u32,
    components: u8,
}

/// Walks the segments to the frame header (ITU-T T.81, B.2.2).
fn jpeg_header(bytes: &[u8]) -> Option<JpegHeader> {
    let mut at = 2;
    loop {
        while *bytes.get(at)? == 0xFF && *bytes.get(at + 1)? == 0xFF {
            at += 1;
        }
        let (0xFF, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*bytes.get(at + 2)?, *bytes.get(at + 3)?]));
        match marker {
            // The start of a frame, whatever its coding, but not the tables that share the range.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let side = |at: usize| {
                    Some(u32::from(u16::from_be_bytes([
                        *bytes.get(at)?,
                        *bytes.get(at + 1)?,
                    ])))
                };
                return Some(JpegHeader {
                    height: side(at + 5)?,
                    width: side(at + 7)?,
                    components: *bytes.get(at + 9)?,
                });
            }
            0xD8..=0xDA => return None,
            _ => at += 2 + length.max(2),
        }
    }
}

/// Interleaved 8-bit samples.
struct Pixels {
    width: usize,
    height: usize,
    samples: usize,
    data: Vec<u8>,
}

impl Pixels {
    /// Averages whole blocks until neither side is above [`MOST_SIDE`].
    fn reduced(self) -> Pixels {
        let factor = self.width.max(self.height).div_ceil(MOST_SIDE);
        if factor <= 1 {
            return self;
        }
        let (width, height) = ((self.width / factor).max(1), (self.height / factor).max(1));
        let (across, down) = (factor.min(self.width), factor.min(self.height));
        let mut data = Vec::with_capacity(width * height * self.samples);
        for y in 0..height {
            for x in 0..width {
                for sample in 0..self.samples {
                    let mut sum = 0_usize;
                    for row in y * factor..y * factor + down {
                        for column in x * factor..x * factor + across {
                            let at = (row * self.width + column) * self.samples + sample;
                            sum += usize::from(self.data.get(at).copied().unwrap_or_default());
                        }
                    }
                    data.push((sum / (across * down)) as u8);
                }
            }
        }
        Pixels {
            width,
            height,
            samples: self.samples,
            data,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png(width: u32, height: u32, color: png::ColorType, samples: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(png::BitDepth::Eight);
        let data = vec![0x80; width as usize * height as usize * samples];
        encoder.write_header().unwrap().write_image_data(&data).unwrap();
        bytes
    }

    #[test]
    fn every_kind_of_png_is_read() {
        let kinds = [
            (png::ColorType::Grayscale, 1),
            (png::ColorType::GrayscaleAlpha, 2),
            (png::ColorType::Rgb, 3),
            (png::ColorType::Rgba, 4),
        ];
        for (color, samples) in kinds {
            let logo = Logo::read(&png(30, 10, color, samples)).unwrap();
            let colors = if samples < 3 { 1 } else { 3 };
            assert_eq!(logo.image.stream.content.len(), 30 * 10 * colors);
            assert_eq!(
                logo.image.stream.dict.contains_key("SMask"),
                samples % 2 == 0,
                "{color:?}"
            );
            assert_eq!(logo.aspect(), 3.0);
        }
    }

    #[test]
    fn a_large_picture_is_made_smaller() {
        let logo = Logo::read(&png(3_000, 1_000, png::ColorType::Grayscale, 1)).unwrap();
        assert_eq!((logo.width, logo.height), (1_000, 333));
        assert_eq!(
            logo.image.stream.content[5_000], 0x80,
            "the average of equal pixels is the same pixel"
        );
    }

    #[test]
    fn a_jpeg_is_embedded_as_it_is() {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0];
        bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 20, 0, 60, 3, 1, 0x11, 0, 0xFF, 0xD9]);
        let logo = Logo::read(&bytes).unwrap();
        assert_eq!((logo.width, logo.height), (60, 20));
        assert_eq!(logo.image.stream.content, bytes);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [
            &b""[..],
            b"GIF89a",
            b"\x89PNG\r\n\x1A\n????",
            b"\xFF\xD8\xFF\xE0",
            b"\xFF\xD8\xFF\xD9\0\0\0\0",
        ] {
            assert_eq!(
                Logo::read(bytes).unwrap_err().code(),
                "document_logo_unusable",
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let mut bytes = png(1, 1, png::ColorType::Grayscale, 1);
        bytes[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF]);
        assert_eq!(Logo::read(&bytes).unwrap_err().code(), "document_logo_unusable");
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(tail in prop::collection::vec(any::<u8>(), 0..80), jpeg in any::<bool>()) {
            let mut bytes = if jpeg { vec![0xFF, 0xD8, 0xFF] } else { b"\x89PNG\r\n\x1A\n".to_vec() };
            bytes.extend(tail);
            let _ = Logo::read(&bytes);
        }
    }
}
