//! Bytes to token tape, validating against the tables in the same pass.
//!
//! The scanner never recurses deeper than `Limits::max_depth` and checks before it does. JSON that cannot be read
//! ends the scan with one issue; JSON that breaks a FHIR rule is noted and the scan goes on, so that a sender
//! learns of several faults at once.

mod bundles;
mod codes;
pub(crate) mod dates;
pub(crate) mod formats;
mod identifiers;
mod lexer;
mod objects;
mod primitives;
pub(crate) mod references;
mod report;
mod resources;
mod suggest;
pub(crate) mod tape;
mod xhtml;

use crate::issue::{Issue, IssueCode};
use crate::tables::{self, Tables};
use resources::Frame;
use std::sync::Arc;
use tape::Node;

/// What a document may ask of us.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Size of the whole document in bytes.
    pub max_bytes: usize,
    /// Depth of JSON nesting, objects and arrays counted alike.
    pub max_depth: usize,
    /// Issues collected before the scanner gives up.
    pub max_issues: usize,
    /// Digits in one number.
    pub max_number_digits: usize,
    /// The address that our own resources go by, without a slash at the end: a reference below it means a resource of
    /// ours and is kept as `Type/id`. `None`: every full address is another server's.
    pub own_base: Option<Arc<str>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 16 * 1024 * 1024,
            max_depth: 64,
            max_issues: 20,
            max_number_digits: 40,
            own_base: None,
        }
    }
}

/// The scan cannot go on: the issue that says why has been noted.
#[derive(Debug)]
struct Stop;

type Scan<T> = Result<T, Stop>;

/// One scan in progress.
struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Where we are in `bytes`.
    at: usize,
    limits: &'a Limits,
    tables: &'static Tables,
    tape: Vec<Node>,
    /// The containers we are inside of, as places on the tape.
    open: Vec<u32>,
    issues: Vec<Issue>,
    frame: Frame,
    /// Inside `Bundle.entry`, where a reference may be a search.
    bundles: usize,
    /// A conditional reference that was seen, to be refused unless the Bundle is a transaction.
    conditional: Option<u32>,
}

/// Scans a whole document.
pub(crate) fn scan(bytes: &[u8], limits: &Limits) -> Result<Vec<Node>, Vec<Issue>> {
    let refuse = |code, text: String| Err(vec![Issue::error(code, None, text)]);
    if bytes.len() > limits.max_bytes {
        return refuse(
            IssueCode::TooLong,
            format!(
                "the document has {} bytes; at most {} are accepted",
                bytes.len(),
                limits.max_bytes
            ),
        );
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        let text = "the document begins with a byte order mark; FHIR JSON is UTF-8 without one";
        return refuse(IssueCode::Structure, text.to_owned());
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let text = format!(
                "byte {} is not valid UTF-8; FHIR JSON is UTF-8 and no other character set",
                error.valid_up_to()
            );
            return refuse(IssueCode::Structure, text);
        }
    };
    let mut scanner = Scanner {
        text,
        bytes,
        at: 0,
        limits,
        tables: tables::get(),
        tape: Vec::with_capacity(bytes.len() / 16 + 16),
        open: Vec::with_capacity(16),
        issues: Vec::new(),
        frame: Frame::default(),
        bundles: 0,
        conditional: None,
    };
    let finished = scanner.document().is_ok();
    if finished && scanner.issues.is_empty() {
        return Ok(scanner.tape);
    }
    scanner.issues.truncate(limits.max_issues.max(1));
    Err(scanner.issues)
}

impl Scanner<'_> {
    fn document(&mut self) -> Scan<()> {
        self.space();
        match self.peek() {
            b'{' => self.resource(tape::NO_MEMBER, tape::NO_INDEX)?,
            0 if self.at >= self.bytes.len() => {
                return self.fatal("the document is empty; a JSON object with a resourceType is expected");
            }
            _ => return self.fatal("a FHIR resource is a JSON object: `{` was expected first"),
        }
        if let Some(at) = self.conditional.take() {
            let text = "a reference by search (Type?…) may stand only inside a transaction Bundle";
            self.note_at(IssueCode::Value, at, text)?;
        }
        self.space();
        if self.at < self.bytes.len() {
            return self.fatal("there is more after the end of the resource; one JSON object was expected");
        }
        Ok(())
    }
}
