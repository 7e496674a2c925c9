//! The NHS number: ten digits with a modulus-11 check digit.
//!
//! Source: NHS Data Dictionary, attribute NHS NUMBER; display rule of the NHS digital service manual (3-3-4).

use std::fmt;

/// Space, tab and the like, hyphens and dashes, and marks that word processors and messaging apps leave behind.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{00ad}' // soft hyphen
            | '\u{2010}'..='\u{2015}' // hyphens and dashes
            | '\u{2212}' // minus sign
            | '\u{200b}'..='\u{200f}' // zero-width and direction marks
            | '\u{202a}'..='\u{202e}' // direction overrides
            | '\u{2060}' // word joiner
            | '\u{2066}'..='\u{2069}' // direction isolates
            | '\u{feff}' // byte order mark
        )
}

/// A valid NHS number: exactly ten ASCII digits whose last is the check digit of the first nine.
///
/// Weights 10 to 2 over the first nine digits; check digit = 11 − (sum mod 11), where 11 becomes 0 and 10 means that
/// no valid number exists. Validity says nothing of whether the number was issued, or to whom.
///
/// ```
/// use codes::nhs_number::NhsNumber;
/// let number = NhsNumber::parse("999 054-8609").unwrap();
/// assert_eq!(number.digits(), "9990548609");
/// assert_eq!(number.display(), "999\u{a0}054\u{a0}8609");
/// assert!(NhsNumber::parse("9000000009").is_ok());
/// assert!(NhsNumber::parse("9991234567").is_err()); // the guidance's own display example fails the check
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber([u8; 10]);

/// Why a text is not an NHS number. The text itself is left out: errors may be logged, NHS numbers may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Something that is neither a digit nor a separator.
    #[error("an NHS number has only digits, spaces and hyphens")]
    NotDigits,
    /// Another count of digits than ten.
    #[error("an NHS number has 10 digits, this has {found}")]
    Length {
        /// How many digits there were.
        found: usize,
    },
    /// The tenth digit does not fit the first nine.
    #[error("the check digit does not match the other nine")]
    CheckDigit,
}

impl NhsNumber {
    /// Reads an NHS number as typed or pasted: spaces, hyphens, dashes and invisible marks are ignored, a leading
    /// "NHS", "NHS number" or "NHS no." label with or without a colon is passed over, full-width digits are not accepted.
    ///
    /// # Errors
    /// [`NhsNumberError`] when the text holds anything else, has not ten digits, or fails the check digit.
    ///
    /// ```
    /// use codes::nhs_number::{NhsNumber, NhsNumberError};
    /// assert!(NhsNumber::parse(" NHS No: 999\u{2011}054\u{a0}8609\u{200b}\r\n").is_ok());
    /// assert_eq!(NhsNumber::parse("999 054 860"), Err(NhsNumberError::Length { found: 9 }));
    /// assert_eq!(NhsNumber::parse("999 O54 8609"), Err(NhsNumberError::NotDigits));
    /// ```
    pub fn parse(text: &str) -> Result<NhsNumber, NhsNumberError> {
        let mut digits = [0u8; 10];
        let mut found = 0usize;
        for c in without_label(text).chars() {
            if let Some(value) = c.to_digit(10) {
                if let Some(slot) = digits.get_mut(found) {
                    *slot = b'0' + u8::try_from(value).unwrap_or(0);
                }
                found += 1;
            } else if !is_separator(c) {
                return Err(NhsNumberError::NotDigits);
            }
        }
        if found != 10 {
            return Err(NhsNumberError::Length { found });
        }
        match check_digit(&digits) {
            Some(check) if check == digits[9] - b'0' => Ok(NhsNumber(digits)),
            _ => Err(NhsNumberError::CheckDigit),
        }
    }

    /// The ten digits, as stored and exchanged.
    pub fn digits(&self) -> &str {
        // Only ASCII digits are ever put in.
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// For reading by people: 3-3-4 with no-break spaces, so that it never breaks over a line.
    pub fn display(&self) -> String {
        let digits = self.digits();
        format!("{}\u{a0}{}\u{a0}{}", &digits[..3], &digits[3..6], &digits[6..])
    }

    /// Whether the number comes from the ranges used for tests (999 and 9000), never issued to a person.
    pub fn is_test(&self) -> bool {
        self.digits().starts_with("999") || self.digits().starts_with("9000")
    }
}

/// The check digit (0–9) of the first nine digits, or nothing when none exists for them.
fn check_digit(digits: &[u8; 10]) -> Option<u8> {
    let sum: u32 = digits
        .iter()
        .take(9)
        .zip((2..=10u32).rev())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    match 11 - sum % 11 {
        11 => Some(0),
        10 => None,
        check => u8::try_from(check).ok(),
    }
}

/// Passes over a label that was pasted along ("NHS number: ").
fn without_label(text: &str) -> &str {
    let start = text.trim_start_matches(is_separator);
    let Some(rest) = strip_word(start, "nhs") else {
        return text;
    };
    let rest = rest.trim_start_matches(is_separator);
    let rest = strip_word(rest, "number")
        .or_else(|| strip_word(rest, "no"))
        .unwrap_or(rest);
    rest.trim_start_matches(|c| c == '.' || c == ':' || is_separator(c))
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

impl fmt::Debug for NhsNumber {
    /// Hidden: debug text finds its way into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(hidden)")
    }
}

impl std::str::FromStr for NhsNumber {
    type Err = NhsNumberError;
    fn from_str(text: &str) -> Result<NhsNumber, NhsNumberError> {
        NhsNumber::parse(text)
    }
}
