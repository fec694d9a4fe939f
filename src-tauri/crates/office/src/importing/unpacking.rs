//! How large a workbook is when it is unpacked. A file of a few kilobytes can unpack to gigabytes, and the sizes that its
//! directory declares are only claims; so it is unpacked into nothing, and counted, before anything is kept of it.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::refusal::ImportError;

/// The most bytes to which a workbook may unpack: 256 MiB, some twenty times a list of 10,000 customers.
const MOST_UNPACKED: u64 = 256 << 20;

/// Refuses a workbook that is no archive or unpacks to more than can be meant.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImportError> {
    check_up_to(bytes, MOST_UNPACKED)
}

fn check_up_to(bytes: &[u8], limit: u64) -> Result<(), ImportError> {
    let damaged = |error: ZipError| ImportError::Damaged {
        reason: error.to_string(),
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = limit;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(damaged)?;
        let unpacked =
            io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|error| ImportError::Damaged {
                reason: error.to_string(),
            })?;
        left = left
            .checked_sub(unpacked)
            .ok_or(ImportError::UnpacksTooLarge { limit })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn archive(sizes: &[usize]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (index, size) in sizes.iter().enumerate() {
            writer
                .start_file(format!("{index}.xml"), SimpleFileOptions::default())
                .unwrap();
            writer.write_all(&vec![b' '; *size]).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn the_parts_together_may_reach_the_limit_and_not_pass_it() {
        assert_eq!(check_up_to(&archive(&[600, 400]), 1_000), Ok(()));
        assert_eq!(
            check_up_to(&archive(&[600, 401]), 1_000),
            Err(ImportError::UnpacksTooLarge { limit: 1_000 })
        );
    }

    #[test]
    fn a_small_file_that_unpacks_to_a_thousand_times_its_size_is_refused() {
        let bomb = archive(&[4 << 20]);
        assert!(bomb.len() < 8 << 10, "it is small: {} bytes", bomb.len());
        assert_eq!(
            check_up_to(&bomb, 1 << 20),
            Err(ImportError::UnpacksTooLarge { limit: 1 << 20 })
        );
    }
}
