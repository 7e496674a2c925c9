//! Primitive values: JSON kind, format, required code.

use super::report::{Place, short};
use super::tape::Kind;
use super::{Scan, Scanner, formats, xhtml};
use crate::issue::IssueCode;
use crate::tables::Primitive;
use std::borrow::Cow;

impl Scanner<'_> {
    /// Reads one primitive value that is no item's null.
    pub(super) fn primitive(&mut self, primitive: Primitive, number: u16, index: u32) -> Scan<()> {
        let place = Place {
            member: number,
            index,
            ty: 0,
            shadow: false,
        };
        let start = self.at;
        match (primitive, self.peek()) {
            (Primitive::Boolean, b't' | b'f') => {
                let kind = self.literal()?;
                self.push(kind, start, self.at, place);
                Ok(())
            }
            (
                Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt | Primitive::Decimal,
                b'-' | b'0'..=b'9',
            ) => {
                let (from, to) = self.number()?;
                let node = self.push(Kind::Number, from, to, place);
                match formats::number_fault(primitive, &self.text[from..to]) {
                    None => Ok(()),
                    Some(accepted) => {
                        let text = format!("`{}` does not fit: {accepted}", short(&self.text[from..to]));
                        self.note_at(IssueCode::Value, node, &text)
                    }
                }
            }
            (
                Primitive::Boolean
                | Primitive::Integer
                | Primitive::PositiveInt
                | Primitive::UnsignedInt
                | Primitive::Decimal,
                _,
            ) => self.wrong_kind(primitive, number),
            (_, b'"') => self.string_value(primitive, place),
            _ => self.wrong_kind(primitive, number),
        }
    }

    fn string_value(&mut self, primitive: Primitive, place: Place) -> Scan<()> {
        let (from, to, escaped) = self.string()?;
        let node = self.push(
            if escaped { Kind::Escaped } else { Kind::String },
            from - 1,
            to + 1,
            place,
        );
        let text = self.text;
        let raw = &text[from..to];
        let value: Cow<'_, str> = if escaped {
            crate::text::unescape(raw)
        } else {
            Cow::Borrowed(raw)
        };
        if let Some(accepted) = formats::fault(primitive, &value) {
            let name = self.tables.members[usize::from(place.member)].name;
            let text = if value.is_empty() {
                format!("{name}: {accepted}")
            } else {
                format!(
                    "{name}: `{}` is no {}: {accepted}",
                    short(&value),
                    primitive.name()
                )
            };
            return self.note_at(IssueCode::Value, node, &text);
        }
        if primitive == Primitive::Xhtml
            && let Some(fault) = xhtml::fault(&value)
        {
            return self.note_at(IssueCode::Value, node, &fault);
        }
        let binding = self.tables.members[usize::from(place.member)].binding;
        if binding > 0 {
            return self.check_code(node, binding, &value);
        }
        Ok(())
    }

    #[cold]
    fn wrong_kind(&mut self, primitive: Primitive, number: u16) -> Scan<()> {
        let member = &self.tables.members[usize::from(number)];
        let accepted = match primitive {
            Primitive::Boolean => "true or false, without quotes,",
            Primitive::Integer | Primitive::PositiveInt | Primitive::UnsignedInt => {
                "a whole number, without quotes,"
            }
            Primitive::Decimal => "a number, without quotes,",
            _ => "a string",
        };
        let text = format!(
            "{} is a {}: {accepted} was expected{}",
            member.name,
            primitive.name(),
            self.instead()
        );
        self.note_child(IssueCode::Structure, member.element, &text)?;
        self.skip_value()
    }
}
