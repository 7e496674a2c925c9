//! The least of HTTP/1.1 that a load client needs: where an answer's head ends, its status, and how long its body is.

use anyhow::{anyhow, bail};

/// The longest head that is read, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// How an answer says where its body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

/// What the head of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) framing: Framing,
    /// Where the body begins.
    pub(super) end: usize,
    /// The server ends the connection after this answer.
    pub(super) close: bool,
}

/// Reads the head at the start of `bytes`; `None` while it is not whole.
///
/// # Errors
/// When it is no HTTP/1.1 answer, or longer than 64 KiB.
pub(super) fn head(bytes: &[u8]) -> anyhow::Result<Option<Head>> {
    let Some(end) = find(bytes, b"\r\n\r\n").map(|at| at + 4) else {
        if bytes.len() > LONGEST_HEAD {
            bail!("the answer's head is longer than {LONGEST_HEAD} bytes");
        }
        return Ok(None);
    };
    let mut lines = bytes[..end - 4].split(|&byte| byte == b'\n');
    let status = lines
        .next()
        .and_then(status)
        .ok_or_else(|| anyhow!("the answer is not HTTP/1.1"))?;
    let mut found = Head {
        status,
        framing: Framing::UntilClose,
        end,
        close: false,
    };
    for line in lines {
        let Some(colon) = line.iter().position(|&byte| byte == b':') else {
            continue;
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            let length = length.ok_or_else(|| anyhow!("the answer's Content-Length is not a number"))?;
            // Transfer-Encoding wins over Content-Length (RFC 9112, 6.3).
            if found.framing != Framing::Chunked {
                found.framing = Framing::Length(length);
            }
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if value.to_ascii_lowercase().ends_with(b"chunked") {
                found.framing = Framing::Chunked;
            }
        } else if name.eq_ignore_ascii_case(b"connection") {
            found.close = value.eq_ignore_ascii_case(b"close");
        }
    }
    if matches!(status, 100..=199 | 204 | 304) {
        found.framing = Framing::Length(0);
    }
    Ok(Some(found))
}

fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let digits = rest.get(2..5)?;
    std::str::from_utf8(digits)
        .ok()?
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))
}

/// The values of a header in a head that is whole.
pub(super) fn header_values<'h>(head: &'h [u8], name: &str) -> impl Iterator<Item = &'h str> {
    let name = name.to_owned();
    head.split(|&byte| byte == b'\n').skip(1).filter_map(move |line| {
        let (found, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        found.eq_ignore_ascii_case(&name).then(|| value.trim())
    })
}

/// A chunked body as it comes in.
#[derive(Debug)]
pub(super) struct Chunks {
    /// Up to where the bytes have been taken.
    at: usize,
}

impl Chunks {
    /// The body begins at `at`.
    pub(super) fn new(at: usize) -> Chunks {
        Chunks { at }
    }

    /// Moves whole chunks from `bytes` to `body`; where the answer ends once the last chunk and the trailer are there.
    ///
    /// # Errors
    /// When a chunk does not begin with its size.
    pub(super) fn advance(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> anyhow::Result<Option<usize>> {
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let Some(line) = find(rest, b"\r\n") else {
                return Ok(None);
            };
            let digits = rest[..line]
                .split(|&byte| byte == b';')
                .next()
                .unwrap_or_default()
                .trim_ascii();
            let size = std::str::from_utf8(digits)
                .ok()
                .and_then(|text| usize::from_str_radix(text, 16).ok());
            let size = size
                .filter(|size| *size < 1 << 32)
                .ok_or_else(|| anyhow!("a chunk does not begin with its size"))?;
            let begin = line + 2;
            if size == 0 {
                // The trailer: header lines up to an empty one.
                let mut at = begin;
                loop {
                    let Some(end) = find(&rest[at..], b"\r\n") else {
                        return Ok(None);
                    };
                    at += end + 2;
                    if end == 0 {
                        return Ok(Some(self.at + at));
                    }
                }
            }
            let Some(chunk) = rest.get(begin..begin + size + 2) else {
                return Ok(None);
            };
            let Some(data) = chunk.strip_suffix(b"\r\n") else {
                bail!("a chunk does not end where its size says")
            };
            body.extend_from_slice(data);
            self.at += begin + size + 2;
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
    while let Some(at) = bytes.get(from..)?.iter().position(|&byte| byte == first) {
        if bytes[from + at..].starts_with(wanted) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Chunks, Framing, head, header_values};

    const CREATED: &[u8] =
        b"HTTP/1.1 201 Created\r\ncontent-length: 5\r\nLocation: http://a/fhir/Patient/1/_history/1\r\n\r\n{\"a\":";

    #[test]
    fn a_head_with_a_length_is_read_whole_and_at_no_byte_before() {
        let end = CREATED.len() - 5;
        for cut in 0..end {
            assert_eq!(head(&CREATED[..cut]).expect("no error"), None, "{cut} bytes");
        }
        let read = head(CREATED).expect("no error").expect("whole");
        assert_eq!(
            (read.status, read.framing, read.end, read.close),
            (201, Framing::Length(5), end, false)
        );
        let location: Vec<&str> = header_values(&CREATED[..end], "location").collect();
        assert_eq!(location, ["http://a/fhir/Patient/1/_history/1"]);
    }

    #[test]
    fn an_answer_without_content_has_no_body_whatever_its_headers_say() {
        let read = head(b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n")
            .expect("no error")
            .expect("whole");
        assert_eq!(read.framing, Framing::Length(0));
    }

    #[test]
    fn chunked_wins_over_a_length_in_either_order() {
        for text in [
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\nConnection: close\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: gzip, Chunked\r\nconnection: CLOSE\r\n\r\n",
        ] {
            let read = head(text.as_bytes()).expect("no error").expect("whole");
            assert_eq!((read.framing, read.close), (Framing::Chunked, true));
        }
    }

    #[test]
    fn what_is_no_http_answer_is_refused() {
        assert!(head(b"SSH-2.0-OpenSSH\r\n\r\n").is_err());
        assert!(head(b"HTTP/1.1 banana\r\n\r\n").is_err());
        assert!(head(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n").is_err());
        assert!(head(&vec![b'x'; 70_000]).is_err());
    }

    #[test]
    fn chunks_that_arrive_byte_by_byte_make_the_same_body() {
        let text = b"HEAD4\r\nWiki\r\n6;name=value\r\npedia \r\n0\r\nX-Trailer: 1\r\n\r\nnext";
        let (mut chunks, mut body) = (Chunks::new(4), Vec::new());
        let mut ended = None;
        for cut in 4..=text.len() {
            if let Some(end) = chunks.advance(&text[..cut], &mut body).expect("no error") {
                ended = Some((end, cut));
                break;
            }
        }
        assert_eq!(body, b"Wikipedia ");
        assert_eq!(ended, Some((text.len() - 4, text.len() - 4)));
    }

    #[test]
    fn a_chunk_without_its_size_or_its_end_is_refused() {
        assert!(
            Chunks::new(0)
                .advance(b"zz\r\nWiki\r\n", &mut Vec::new())
                .is_err()
        );
        assert!(Chunks::new(0).advance(b"4\r\nWikipe", &mut Vec::new()).is_err());
    }
}
