//! One compressor for all streams of a file: setting one up costs more than compressing a page.

use flate2::{Compress, Compression, FlushCompress, Status};

use crate::DocumentError;

/// Pages come out within a few percent of the size that the slowest level gives, in a fraction of the time.
const LEVEL: Compression = Compression::new(4);

/// A compressor in zlib's format, which PDF calls `FlateDecode`.
pub(crate) struct Deflate {
    state: Compress,
}

impl Deflate {
    pub(crate) fn new() -> Deflate {
        Deflate {
            state: Compress::new(LEVEL, true),
        }
    }

    /// The content as one whole compressed stream.
    pub(crate) fn compressed(&mut self, content: &[u8]) -> Result<Vec<u8>, DocumentError> {
        self.state.reset();
        let mut compressed = Vec::with_capacity(content.len() / 2 + 64);
        loop {
            let read = usize::try_from(self.state.total_in()).unwrap_or(usize::MAX);
            let rest = content.get(read..).unwrap_or_default();
            match self
                .state
                .compress_vec(rest, &mut compressed, FlushCompress::Finish)
            {
                Ok(Status::StreamEnd) => {
                    // Kept until the file is whole.
                    compressed.shrink_to_fit();
                    return Ok(compressed);
                }
                Ok(Status::Ok | Status::BufError) => compressed.reserve(content.len() / 2 + 64),
                Err(error) => return Err(DocumentError::Pdf(error.to_string())),
            }
        }
    }
}
