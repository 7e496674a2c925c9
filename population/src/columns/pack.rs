//! One person as bytes: the form of snapshots. Whole numbers are written seven bits a byte, days as steps from the one
//! before, so that a coded fact takes about six bytes.

use record::PersonKey;

use super::table::{sort_from, sort_of};
use crate::day::Day;
use crate::facts::{Class, CodeName, Coded, Contact, Course, Facts, Mark, Measured, Person, Sex};

pub(crate) fn number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        // The low seven bits, with the eighth set.
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

/// Bytes that are read from the front; every read may find that there are too few.
pub(crate) struct Bytes<'b>(pub(crate) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn day(&mut self) -> Option<Day> {
        Day::from_number(u16::try_from(self.number()?).ok()?)
    }

    fn mark(&mut self) -> Option<Mark> {
        Mark::from_number(self.byte()?)
    }

    /// How many entries follow; each takes at least `least` bytes, so that no number asks for more memory than is there.
    fn count(&mut self, least: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len() / least).then_some(count)
    }

    pub(crate) fn text(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

/// Writes a person.
pub(crate) fn pack(facts: &Facts<u32>, out: &mut Vec<u8>) {
    let person = &facts.person;
    for day in [person.birth, person.death] {
        number(out, day.number().into());
    }
    out.extend([person.sex as u8, person.ethnicity, person.verification]);
    number(out, person.flags.into());
    number(out, person.unread.into());
    for code in [person.area, person.practice] {
        number(out, code.unwrap_or(0).into());
    }
    match person.survivor {
        None => out.push(0),
        Some(survivor) => {
            out.push(1);
            number(out, survivor.value());
        }
    }
    let mut before = 0;
    let mut step = |out: &mut Vec<u8>, day: Day| {
        let day = u64::from(day.number());
        number(out, day.saturating_sub(before));
        before = day;
    };
    number(out, facts.coded.len() as u64);
    for one in &facts.coded {
        number(out, one.code.into());
        step(out, one.day);
        out.extend([sort_of(one), one.mark as u8]);
    }
    number(out, facts.measured.len() as u64);
    for one in &facts.measured {
        number(out, one.code.into());
        number(out, one.day.number().into());
        out.extend(one.value.unwrap_or(f32::NAN).to_le_bytes());
        out.push(one.mark as u8);
    }
    number(out, facts.courses.len() as u64);
    for one in &facts.courses {
        number(out, one.code.into());
        number(out, one.start.number().into());
        number(out, one.end.number().into());
        out.extend([u8::from(one.current), one.mark as u8]);
    }
    number(out, facts.contacts.len() as u64);
    for one in &facts.contacts {
        number(out, one.start.number().into());
        number(out, one.end.number().into());
        out.extend([one.class as u8, one.mark as u8]);
    }
}

/// Reads what [`pack`] wrote; `None` when the bytes are no such thing.
pub(crate) fn unpack(bytes: &mut Bytes<'_>) -> Option<Facts<u32>> {
    let birth = bytes.day()?;
    let death = bytes.day()?;
    let mut person = Person {
        birth,
        death,
        sex: Sex::from_number(bytes.byte()?)?,
        ethnicity: bytes.byte()?,
        verification: bytes.byte()?,
        flags: u32::try_from(bytes.number()?).ok()?,
        unread: u16::try_from(bytes.number()?).ok()?,
        ..Person::default()
    };
    let known = |number: u32| (number != 0).then_some(number);
    person.area = known(bytes.small()?);
    person.practice = known(bytes.small()?);
    person.survivor = match bytes.byte()? {
        0 => None,
        1 => Some(PersonKey::from_value(bytes.number()?)),
        _ => return None,
    };
    let mut facts = Facts {
        person,
        ..Facts::default()
    };
    let mut day = 0u64;
    let count = bytes.count(4)?;
    facts.coded.reserve_exact(count);
    for _ in 0..count {
        let code = bytes.small()?;
        day = day.checked_add(bytes.number()?)?;
        let (kind, also, partial, over) = sort_from(bytes.byte()?)?;
        facts.coded.push(Coded {
            day: Day::from_number(u16::try_from(day).ok()?)?,
            kind,
            code,
            mark: bytes.mark()?,
            also,
            partial,
            over,
        });
    }
    for _ in 0..bytes.count(7)? {
        let (code, day) = (bytes.small()?, bytes.day()?);
        let value = f32::from_le_bytes([bytes.byte()?, bytes.byte()?, bytes.byte()?, bytes.byte()?]);
        facts.measured.push(Measured {
            day,
            code,
            value: Some(value).filter(|value| !value.is_nan()),
            mark: bytes.mark()?,
        });
    }
    for _ in 0..bytes.count(5)? {
        facts.courses.push(Course {
            code: bytes.small()?,
            start: bytes.day()?,
            end: bytes.day()?,
            current: flag(bytes.byte()?)?,
            mark: bytes.mark()?,
        });
    }
    for _ in 0..bytes.count(4)? {
        facts.contacts.push(Contact {
            start: bytes.day()?,
            end: bytes.day()?,
            class: Class::from_number(bytes.byte()?)?,
            mark: bytes.mark()?,
        });
    }
    Some(facts)
}

fn flag(byte: u8) -> Option<bool> {
    (byte <= 1).then_some(byte == 1)
}

/// Writes the codes that a snapshot uses, in the order of their numbers there.
pub(crate) fn pack_names<'n>(names: impl ExactSizeIterator<Item = &'n CodeName>, out: &mut Vec<u8>) {
    number(out, names.len() as u64);
    for name in names {
        for text in [&name.system, &name.code] {
            number(out, text.len() as u64);
            out.extend(text.as_bytes());
        }
    }
}

/// Reads what [`pack_names`] wrote.
pub(crate) fn unpack_names(bytes: &mut Bytes<'_>) -> Option<Vec<CodeName>> {
    let count = bytes.count(2)?;
    (0..count)
        .map(|_| Some(CodeName::new(bytes.text()?, bytes.text()?)))
        .collect()
}
