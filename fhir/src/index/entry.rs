//! The packed form of index values: what a search inside one person reads.
//!
//! An entry is a run of records. A record is one value with every parameter that has it:
//! a byte with the kind (low 3 bits) and the number of parameters less one (high 5 bits); the parameters'
//! numbers, ascending, the first whole and the others as differences; then the value. Systems and URIs are numbers
//! of `systems.registry.csv` where they stand there; ids that are UUIDs take 16 bytes.

use super::varint::{read, unzigzag, write, zigzag};
use super::{IndexValue, Value, ValueRef};
use crate::registry::{ParamId, ResourceType};
use crate::scanner::dates::DAY;
use crate::tables;
use std::borrow::Cow;
use std::collections::HashMap;

const TOKEN: u8 = 0;
const TEXT: u8 = 1;
const DATE: u8 = 2;
const REFERENCE: u8 = 3;
const ABSOLUTE: u8 = 4;
const IDENTIFIER: u8 = 5;
const URI: u8 = 6;

/// The packed form of a resource's index values.
#[must_use]
pub fn pack(values: &[IndexValue]) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    if values.len() > MANY {
        pack_many(values, &mut out);
        return out;
    }
    let mut done = vec![false; values.len()];
    let mut params: Vec<u16> = Vec::new();
    for at in 0..values.len() {
        if done[at] {
            continue;
        }
        params.clear();
        for (other, held) in values.iter().enumerate().skip(at) {
            if !done[other] && params.len() < 32 && held.value == values[at].value {
                done[other] = true;
                params.push(held.param.0);
            }
        }
        record(&values[at].value, &mut params, &mut out);
    }
    out
}

/// Values from which on equal ones are found by hash: few are compared faster than hashed.
const MANY: usize = 64;

fn pack_many(values: &[IndexValue], out: &mut Vec<u8>) {
    let mut places: HashMap<&Value, usize> = HashMap::with_capacity(values.len());
    let mut groups: Vec<(&Value, Vec<u16>)> = Vec::new();
    for held in values {
        let place = *places.entry(&held.value).or_insert_with(|| {
            groups.push((&held.value, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(held.param.0);
    }
    for (value, params) in &mut groups {
        for part in params.chunks_mut(32) {
            record(value, part, out);
        }
    }
}

/// One value with every parameter, at most 32, that has it.
fn record(value: &Value, params: &mut [u16], out: &mut Vec<u8>) {
    params.sort_unstable();
    out.push(kind_of(value) | (((params.len() - 1) as u8) << 3));
    let mut last = 0;
    for param in params.iter() {
        write(u64::from(param - last), out);
        last = *param;
    }
    write_value(value, out);
}

fn kind_of(value: &Value) -> u8 {
    match value {
        Value::Token { .. } => TOKEN,
        Value::Text { .. } => TEXT,
        Value::Date { .. } => DATE,
        Value::Reference { .. } => REFERENCE,
        Value::ReferenceAbsolute(_) => ABSOLUTE,
        Value::ReferenceIdentifier { .. } => IDENTIFIER,
        Value::Uri(_) => URI,
    }
}

fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Token { system, code } | Value::ReferenceIdentifier { system, value: code } => {
            write_system(system, out);
            write_text(code, out);
        }
        Value::Text { normalised, exact } => {
            write_text(normalised, out);
            write_text(if exact == normalised { "" } else { exact }, out);
        }
        Value::Date { low, high } => write_date(*low, *high, out),
        Value::Reference { resource_type, id } => {
            write(u64::from(resource_type.0), out);
            match uuid_bytes(id) {
                Some(bytes) => {
                    out.push(0);
                    out.extend_from_slice(&bytes);
                }
                None => write_text(id, out),
            }
        }
        Value::ReferenceAbsolute(url) => write_text(url, out),
        Value::Uri(uri) => write_system(uri, out),
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    write(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// 0 and the text; 1 for none; else the number and one.
fn write_system(system: &str, out: &mut Vec<u8>) {
    match (system.is_empty(), tables::get().system_number(system)) {
        (true, _) => out.push(1),
        (false, 0) => {
            out.push(0);
            write_text(system, out);
        }
        (false, number) => write(u64::from(number) + 1, out),
    }
}

/// Low byte of the first number: 0 any range, 1 one instant, 2 one second, 3 one day.
fn write_date(low: i64, high: i64, out: &mut Vec<u8>) {
    let width = high.checked_sub(low);
    let (form, unit) = match width {
        Some(0) => (1, 1),
        Some(999) if low.rem_euclid(1000) == 0 => (2, 1000),
        Some(width) if width == DAY - 1 && low.rem_euclid(DAY) == 0 => (3, DAY),
        _ => (0, 1),
    };
    out.push(form);
    write(zigzag(low / unit), out);
    if form == 0 {
        write(zigzag(high), out);
    }
}

/// The 16 bytes of a UUID in its canonical lower-case form.
pub(crate) fn uuid_bytes(id: &str) -> Option<[u8; 16]> {
    let text = id.as_bytes();
    if text.len() != 36 {
        return None;
    }
    let mut out = [0; 16];
    let mut place = 0;
    let mut high = None;
    for (at, byte) in text.iter().enumerate() {
        let digit = match (at, byte) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => byte - b'0',
            (_, b'a'..=b'f') => byte - b'a' + 10,
            _ => return None,
        };
        high = match high {
            None => Some(digit),
            Some(first) => {
                out[place] = (first << 4) | digit;
                place += 1;
                None
            }
        };
    }
    Some(out)
}

fn uuid_text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    out
}

/// A system inside a packed entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System<'e> {
    None,
    Number(u64),
    Text(&'e [u8]),
}

/// An id inside a packed entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id<'e> {
    Uuid(&'e [u8]),
    Text(&'e [u8]),
}

/// A value inside a packed entry, as bytes, for comparing without allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raw<'e> {
    Token(System<'e>, &'e [u8]),
    Text { normalised: &'e [u8], exact: &'e [u8] },
    Date { low: i64, high: i64 },
    Reference(u64, Id<'e>),
    Absolute(&'e [u8]),
    Identifier(System<'e>, &'e [u8]),
    Uri(System<'e>),
}

impl<'e> System<'e> {
    /// The URI's bytes.
    pub(crate) fn bytes(self) -> &'e [u8] {
        match self {
            System::None => b"",
            System::Number(number) => tables::get().system_by_number(number).unwrap_or("").as_bytes(),
            System::Text(bytes) => bytes,
        }
    }
}

/// One record: its parameters' numbers as bytes, and the value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'e> {
    count: usize,
    params: &'e [u8],
    pub(crate) value: Raw<'e>,
}

impl<'e> Record<'e> {
    fn params(self) -> impl Iterator<Item = ParamId> {
        let mut rest = self.params;
        let mut number = 0_u64;
        (0..self.count).map_while(move |_| {
            number = read(&mut rest)?.checked_add(number)?;
            u16::try_from(number).ok().map(ParamId)
        })
    }
}

/// The records of an entry; a damaged entry ends early.
pub(crate) struct Records<'e>(pub(crate) &'e [u8]);

impl<'e> Iterator for Records<'e> {
    type Item = Record<'e>;

    fn next(&mut self) -> Option<Record<'e>> {
        let (&head, rest) = self.0.split_first()?;
        self.0 = rest;
        let count = usize::from(head >> 3) + 1;
        let before = self.0;
        for _ in 0..count {
            read(&mut self.0)?;
        }
        let params = &before[..before.len() - self.0.len()];
        let value = read_value(head, &mut self.0)?;
        Some(Record { count, params, value })
    }
}

/// The values of one parameter in an entry; a damaged entry ends early.
pub(crate) struct ValuesOf<'e> {
    pub(crate) entry: &'e [u8],
    pub(crate) param: ParamId,
}

impl<'e> Iterator for ValuesOf<'e> {
    type Item = Raw<'e>;

    fn next(&mut self) -> Option<Raw<'e>> {
        let wanted = u64::from(self.param.0);
        loop {
            let (&head, rest) = self.entry.split_first()?;
            self.entry = rest;
            let (mut number, mut has) = (0_u64, false);
            for _ in 0..=(head >> 3) {
                number = read(&mut self.entry)?.checked_add(number)?;
                has |= number == wanted;
            }
            let value = read_value(head, &mut self.entry)?;
            if has {
                return Some(value);
            }
        }
    }
}

/// The value of a record of this head.
#[inline]
fn read_value<'e>(head: u8, bytes: &mut &'e [u8]) -> Option<Raw<'e>> {
    Some(match head & 7 {
        TOKEN => Raw::Token(read_system(bytes)?, read_text(bytes)?),
        TEXT => {
            let normalised = read_text(bytes)?;
            let exact = read_text(bytes)?;
            Raw::Text {
                normalised,
                exact: if exact.is_empty() { normalised } else { exact },
            }
        }
        DATE => read_date(bytes)?,
        REFERENCE => Raw::Reference(read(bytes)?, read_id(bytes)?),
        ABSOLUTE => Raw::Absolute(read_text(bytes)?),
        IDENTIFIER => Raw::Identifier(read_system(bytes)?, read_text(bytes)?),
        URI => Raw::Uri(read_system(bytes)?),
        _ => return None,
    })
}

#[inline]
fn read_bytes<'e>(bytes: &mut &'e [u8], length: u64) -> Option<&'e [u8]> {
    let (head, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(head)
}

#[inline]
fn read_text<'e>(bytes: &mut &'e [u8]) -> Option<&'e [u8]> {
    let length = read(bytes)?;
    read_bytes(bytes, length)
}

#[inline]
fn read_id<'e>(bytes: &mut &'e [u8]) -> Option<Id<'e>> {
    match read(bytes)? {
        0 => read_bytes(bytes, 16).map(Id::Uuid),
        length => read_bytes(bytes, length).map(Id::Text),
    }
}

#[inline]
fn read_system<'e>(bytes: &mut &'e [u8]) -> Option<System<'e>> {
    Some(match read(bytes)? {
        0 => System::Text(read_text(bytes)?),
        1 => System::None,
        number => System::Number(number - 1),
    })
}

fn read_date<'e>(bytes: &mut &'e [u8]) -> Option<Raw<'e>> {
    let form = read(bytes)?;
    let first = unzigzag(read(bytes)?);
    let (low, high) = match form {
        0 => (first, unzigzag(read(bytes)?)),
        1 => (first, first),
        2 => (
            first.checked_mul(1000)?,
            first.checked_mul(1000)?.checked_add(999)?,
        ),
        3 => (
            first.checked_mul(DAY)?,
            first.checked_mul(DAY)?.checked_add(DAY - 1)?,
        ),
        _ => return None,
    };
    Some(Raw::Date { low, high })
}

/// The values of a packed entry, parameter by parameter; a damaged entry ends early.
pub fn unpack(entry: &[u8]) -> impl Iterator<Item = (ParamId, ValueRef<'_>)> {
    Records(entry).flat_map(|record| {
        let value = open(record.value);
        record
            .params()
            .filter_map(move |param| Some((param, value.clone()?)))
    })
}

fn open(raw: Raw<'_>) -> Option<ValueRef<'_>> {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let system = |system| match system {
        System::None => Some(""),
        System::Number(number) => tables::get().system_by_number(number),
        System::Text(bytes) => std::str::from_utf8(bytes).ok(),
    };
    Some(match raw {
        Raw::Token(held, code) => ValueRef::Token {
            system: system(held)?,
            code: text(code)?,
        },
        Raw::Text { normalised, exact } => ValueRef::Text {
            normalised: text(normalised)?,
            exact: text(exact)?,
        },
        Raw::Date { low, high } => ValueRef::Date { low, high },
        Raw::Reference(number, id) => ValueRef::Reference {
            resource_type: ResourceType::from_number(u16::try_from(number).ok()?)?,
            id: match id {
                Id::Uuid(bytes) => Cow::Owned(uuid_text(bytes)),
                Id::Text(bytes) => Cow::Borrowed(text(bytes)?),
            },
        },
        Raw::Absolute(url) => ValueRef::ReferenceAbsolute(text(url)?),
        Raw::Identifier(held, value) => ValueRef::ReferenceIdentifier {
            system: system(held)?,
            value: text(value)?,
        },
        Raw::Uri(uri) => ValueRef::Uri(system(uri)?),
    })
}
