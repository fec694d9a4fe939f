//! The shape in which a request and its answer cross the border between the page and this process, so that files
//! (an import, a month of invoices) go over as bytes instead of as text with a number per byte:
//!
//! ```text
//! length of the head, u32 big-endian | head, JSON | body, bytes
//! ```
//!
//! The head of a request is `{"method", "path", "headers": {name: value}}`; `path` begins with `/` and may carry a
//! query. The head of an answer is `{"status", "headers": [[name, value], …]}`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What stands before the body of a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestHead {
    pub(super) method: String,
    pub(super) path: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

/// What stands before the body of an answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AnswerHead {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
}

/// The bytes are no frame.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("the frame ends before its head does")]
    Short,
    #[error("the head of the frame is not what it should be: {0}")]
    Head(#[from] serde_json::Error),
}

const LENGTH: usize = size_of::<u32>();

/// Head and body as one run of bytes.
pub(super) fn join(head: &impl Serialize, body: &[u8]) -> Result<Vec<u8>, FrameError> {
    let head = serde_json::to_vec(head)?;
    let length = u32::try_from(head.len()).map_err(|_| FrameError::Short)?;
    let mut bytes = Vec::with_capacity(LENGTH + head.len() + body.len());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&head);
    bytes.extend_from_slice(body);
    Ok(bytes)
}

/// The head and the body that [`join`] put together.
pub(super) fn split<Head: DeserializeOwned>(bytes: &[u8]) -> Result<(Head, &[u8]), FrameError> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>().ok_or(FrameError::Short)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| FrameError::Short)?;
    let (head, body) = rest.split_at_checked(length).ok_or(FrameError::Short)?;
    Ok((serde_json::from_slice(head)?, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> RequestHead {
        RequestHead {
            method: "POST".to_owned(),
            path: "/api/v1/customers/imports?x=1".to_owned(),
            headers: BTreeMap::from([("x-file-name".to_owned(), "pelanggan.csv".to_owned())]),
        }
    }

    #[test]
    fn any_bytes_go_over_unchanged() {
        let body: Vec<u8> = (0..=255).collect();
        let bytes = join(&head(), &body).unwrap();
        let (back, rest) = split::<RequestHead>(&bytes).unwrap();
        assert_eq!(back.path, "/api/v1/customers/imports?x=1");
        assert_eq!(
            back.headers.get("x-file-name").map(String::as_str),
            Some("pelanggan.csv")
        );
        assert_eq!(rest, body);
    }

    /// The page's half (ui/src/api/frame.ts) is tested against these same bytes.
    #[test]
    fn the_bytes_are_the_ones_that_the_page_writes() {
        let head = AnswerHead {
            status: 200,
            headers: vec![("a".to_owned(), "b".to_owned())],
        };
        let bytes = join(&head, b"!").unwrap();
        assert_eq!(
            bytes,
            [
                b"\0\0\0\x24".as_slice(),
                br#"{"status":200,"headers":[["a","b"]]}!"#
            ]
            .concat()[..]
                .to_vec()
        );
    }

    #[test]
    fn a_frame_cut_anywhere_in_its_head_is_refused() {
        let bytes = join(&head(), b"").unwrap();
        for length in 0..bytes.len() {
            assert!(
                split::<RequestHead>(&bytes[..length]).is_err(),
                "{length} bytes passed for a frame"
            );
        }
    }

    #[test]
    fn a_length_beyond_the_frame_is_refused_and_nothing_is_reserved_for_it() {
        assert!(matches!(
            split::<RequestHead>(b"\xff\xff\xff\xff{}"),
            Err(FrameError::Short)
        ));
    }
}
