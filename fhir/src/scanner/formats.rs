//! Formats of primitives given as strings, from the regular expressions of the R4 data type page.

use super::dates::{self, Precision};
use crate::tables::Primitive;

/// Strings of one megabyte are the longest FHIR allows.
const LONGEST: usize = 1024 * 1024;

/// What is wrong with a value of this type: what would be accepted. `None` when nothing is.
pub(super) fn fault(primitive: Primitive, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return Some("it may not be empty; leave the element out instead");
    }
    let fits = match primitive {
        Primitive::String | Primitive::Markdown => value.len() <= LONGEST,
        Primitive::Code => value.len() <= LONGEST && is_code(value),
        Primitive::Id => is_id(value),
        Primitive::Uri | Primitive::Url | Primitive::Canonical => {
            value.len() <= LONGEST && !value.contains(|c: char| c.is_ascii_whitespace())
        }
        Primitive::Oid => value.strip_prefix("urn:oid:").is_some_and(is_oid),
        Primitive::Uuid => value.strip_prefix("urn:uuid:").is_some_and(is_uuid),
        Primitive::Base64 => is_base64(value),
        Primitive::Date => dates::parse_strict(value).is_some_and(|span| span.precision <= Precision::Day),
        Primitive::DateTime => dates::parse_strict(value).is_some(),
        Primitive::Instant => {
            dates::parse_strict(value).is_some_and(|span| span.precision >= Precision::Second)
        }
        Primitive::Time => dates::is_time(value),
        Primitive::Xhtml
        | Primitive::Boolean
        | Primitive::Integer
        | Primitive::PositiveInt
        | Primitive::UnsignedInt
        | Primitive::Decimal => true,
    };
    if fits { None } else { Some(accepted(primitive)) }
}

fn accepted(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Code => "a code has no white space at its ends and single spaces at most within",
        Primitive::Id => "an id has 1 to 64 letters A-Z a-z, digits, `-` and `.`",
        Primitive::Uri | Primitive::Url | Primitive::Canonical => "a URI has no white space",
        Primitive::Oid => "an OID looks like urn:oid:1.2.3",
        Primitive::Uuid => "a UUID looks like urn:uuid:c757873d-ec9a-4326-a141-556f43239520, in lower case",
        Primitive::Base64 => "base64 uses A-Z a-z 0-9 + / with = at the end, in fours",
        Primitive::Date => "a date is a real day as YYYY-MM-DD, or YYYY-MM, or YYYY",
        Primitive::DateTime => {
            "a dateTime is a real day as YYYY, YYYY-MM or YYYY-MM-DD, or with a time and zone as YYYY-MM-DDThh:mm:ss+zz:zz"
        }
        Primitive::Instant => {
            "an instant has a real day, time to the second and zone, as YYYY-MM-DDThh:mm:ss.sss+zz:zz"
        }
        Primitive::Time => "a time is hh:mm:ss, without a zone",
        Primitive::String | Primitive::Markdown => "a string has at most one megabyte",
        Primitive::Xhtml
        | Primitive::Boolean
        | Primitive::Integer
        | Primitive::PositiveInt
        | Primitive::UnsignedInt
        | Primitive::Decimal => "",
    }
}

/// What is wrong with a number of this type.
pub(super) fn number_fault(primitive: Primitive, value: &str) -> Option<&'static str> {
    if primitive == Primitive::Decimal {
        return None;
    }
    let whole = value
        .parse::<i32>()
        .ok()
        .filter(|_| value != "-0" && !value.starts_with('+'));
    match (primitive, whole) {
        (Primitive::PositiveInt, Some(number)) if number >= 1 => None,
        (Primitive::PositiveInt, _) => Some("a whole number from 1 to 2147483647 is expected"),
        (Primitive::UnsignedInt, Some(number)) if number >= 0 => None,
        (Primitive::UnsignedInt, _) => Some("a whole number from 0 to 2147483647 is expected"),
        (_, Some(_)) => None,
        (_, None) => Some("a whole number from -2147483648 to 2147483647 is expected"),
    }
}

/// `[A-Za-z0-9\-\.]{1,64}`
pub(crate) fn is_id(value: &str) -> bool {
    (1..=64).contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

/// `[^\s]+(\s[^\s]+)*`
fn is_code(value: &str) -> bool {
    let mut space = true;
    for character in value.bytes() {
        let now = character.is_ascii_whitespace();
        if now && space {
            return false;
        }
        space = now;
    }
    !space
}

pub(super) fn is_oid(value: &str) -> bool {
    value.split('.').count() > 1
        && value.starts_with(['0', '1', '2'])
        && value.split('.').all(|arc| {
            !arc.is_empty()
                && arc.bytes().all(|byte| byte.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'))
        })
}

pub(super) fn is_uuid(value: &str) -> bool {
    value.len() == 36
        && value.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_base64(value: &str) -> bool {
    let mut count = 0_usize;
    let mut padding = 0_usize;
    for byte in value.bytes() {
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {}
            b'=' => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => count += 1,
            _ => return false,
        }
    }
    padding <= 2 && (count + padding).is_multiple_of(4) && count > 0
}
