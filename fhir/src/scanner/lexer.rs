//! JSON tokens: white space, strings, numbers, literals, and values passed over.

use super::tape::Kind;
use super::{Scan, Scanner, Stop};

/// Bytes that end the plain run of a string: quote, backslash, control characters.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < 0x20 {
        table[at] = true;
        at += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table[0x7f] = false;
    table
};

impl Scanner<'_> {
    /// The byte at hand, 0 at the end.
    #[inline]
    pub(super) fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }

    /// Passes over one byte that must be there.
    #[inline]
    pub(super) fn expect(&mut self, byte: u8, what: &str) -> Scan<()> {
        if self.peek() == byte && self.at < self.bytes.len() {
            self.at += 1;
            return Ok(());
        }
        self.unexpected(what)
    }

    #[cold]
    pub(super) fn unexpected<T>(&mut self, what: &str) -> Scan<T> {
        if self.at >= self.bytes.len() {
            return self.fatal(&format!("the document ends too early: {what} was expected"));
        }
        let at = self.at;
        let found = self
            .text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or('\u{fffd}');
        self.fatal(&format!("{what} was expected at byte {at}, not {found:?}"))
    }

    /// Reads a string; gives the place of its first byte, of its closing quote, and whether it has escapes.
    pub(super) fn string(&mut self) -> Scan<(usize, usize, bool)> {
        self.expect(b'"', "a string in double quotes")?;
        let start = self.at;
        let mut escaped = false;
        loop {
            while let Some(byte) = self.bytes.get(self.at)
                && !SPECIAL[usize::from(*byte)]
            {
                self.at += 1;
            }
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok((start, self.at - 1, escaped));
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(byte) => {
                    let text = format!(
                        "a string holds the control character U+{byte:04X} at byte {}; write tab, line feed and \
                         carriage return as \\t, \\n and \\r, and leave out all others",
                        self.at
                    );
                    return self.fatal(&text);
                }
                None => return self.fatal("the document ends inside a string"),
            }
        }
    }

    fn escape(&mut self) -> Scan<()> {
        match self.bytes.get(self.at + 1) {
            Some(b'"' | b'\\' | b'/' | b'n' | b'r' | b't') => {
                self.at += 2;
                Ok(())
            }
            Some(b'u') => self.unicode_escape(),
            Some(b'b' | b'f') => self.fatal("a string holds \\b or \\f; FHIR allows no control characters but \\t, \\n and \\r"),
            _ => self.fatal("a string holds an escape that JSON does not know; \\\" \\\\ \\/ \\n \\r \\t and \\uXXXX are accepted"),
        }
    }

    fn unicode_escape(&mut self) -> Scan<()> {
        let Some(first) = self.hex(self.at + 2) else {
            return self.fatal("\\u must be followed by four hexadecimal digits");
        };
        match first {
            0xd800..=0xdbff => {
                let pair = self.bytes.get(self.at + 6..self.at + 8) == Some(b"\\u");
                match self.hex(self.at + 8).filter(|_| pair) {
                    Some(0xdc00..=0xdfff) => self.at += 12,
                    _ => return self.fatal(
                        "a string holds half of a surrogate pair; write both halves or the character itself",
                    ),
                }
            }
            0xdc00..=0xdfff => {
                return self.fatal("a string holds the second half of a surrogate pair without the first");
            }
            0x09 | 0x0a | 0x0d => self.at += 6,
            0x00..=0x1f => {
                let text = format!(
                    "a string holds the control character U+{first:04X}; FHIR allows only tab, line feed and carriage return"
                );
                return self.fatal(&text);
            }
            _ => self.at += 6,
        }
        Ok(())
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }

    /// Reads a number by JSON's grammar and within the limits.
    pub(super) fn number(&mut self) -> Scan<(usize, usize)> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        let whole = self.digits();
        if whole == 0 {
            return self.unexpected("a digit");
        }
        if whole > 1 && self.bytes[self.at - whole] == b'0' {
            return self.fatal("a number begins with a zero that JSON does not allow");
        }
        let mut digits = whole;
        if self.peek() == b'.' {
            self.at += 1;
            let fraction = self.digits();
            if fraction == 0 {
                return self.unexpected("a digit after the decimal point");
            }
            digits += fraction;
        }
        if matches!(self.peek(), b'e' | b'E') {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            let from = self.at;
            let exponent = self.digits();
            if exponent == 0 {
                return self.unexpected("a digit in the exponent");
            }
            let size = self.text[from..self.at].parse::<u32>().unwrap_or(u32::MAX);
            if size > 250 {
                return self.fatal("a number has an exponent beyond 250, which no measurement has");
            }
        }
        if digits > self.limits.max_number_digits {
            let text = format!(
                "a number has {digits} digits; at most {} are accepted",
                self.limits.max_number_digits
            );
            return self.fatal(&text);
        }
        Ok((start, self.at))
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at - from
    }

    /// Reads `true`, `false` or `null`.
    pub(super) fn literal(&mut self) -> Scan<Kind> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for (word, kind) in [("true", Kind::True), ("false", Kind::False), ("null", Kind::Null)] {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                if self.peek().is_ascii_alphanumeric() {
                    break;
                }
                return Ok(kind);
            }
        }
        self.unexpected("a JSON value")
    }

    /// Reads past one value of any shape, checking only that it is JSON. Does not recurse.
    pub(super) fn skip_value(&mut self) -> Scan<()> {
        let mut closing: Vec<u8> = Vec::new();
        loop {
            self.space();
            match self.peek() {
                b'{' | b'[' => {
                    self.check_depth(closing.len())?;
                    let object = self.peek() == b'{';
                    self.at += 1;
                    self.space();
                    let close = if object { b'}' } else { b']' };
                    if self.peek() != close {
                        closing.push(close);
                        if object {
                            self.skip_key()?;
                        }
                        continue;
                    }
                    self.at += 1;
                }
                b'"' => {
                    self.string()?;
                }
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                }
                _ => {
                    self.literal()?;
                }
            }
            loop {
                let Some(&close) = closing.last() else {
                    return Ok(());
                };
                self.space();
                if self.peek() == b',' {
                    self.at += 1;
                    if close == b'}' {
                        self.skip_key()?;
                    }
                    break;
                }
                self.expect(close, if close == b'}' { "`,` or `}`" } else { "`,` or `]`" })?;
                closing.pop();
            }
        }
    }

    fn skip_key(&mut self) -> Scan<()> {
        self.space();
        self.string()?;
        self.space();
        self.expect(b':', "`:`")
    }

    /// Stops when one more level of nesting would be too deep.
    pub(super) fn check_depth(&mut self, further: usize) -> Scan<()> {
        if self.open.len() + further < self.limits.max_depth {
            return Ok(());
        }
        let text = format!(
            "the document is nested more than {} levels deep",
            self.limits.max_depth
        );
        self.note_here(crate::IssueCode::TooLong, &text)?;
        Err(Stop)
    }
}
