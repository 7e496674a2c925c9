//! Value-first ranges: which rows hold every match of a search across persons.

use super::matcher::approximate;
use super::values::{Prefix, SystemWant, TextMatch, TokenWant, Want};
use super::{Predicate, Query};
use crate::index::rows::{date_key, identifier_key, reference_key, token_key};
use crate::scanner::dates::DAY;
use crate::tables::{self, CrossForm, CrossRow};

/// A range of value-first rows: `low` inclusive, `high` exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    pub number: u16,
    pub low: Vec<u8>,
    pub high: Vec<u8>,
}

/// A stored date is known to a year at worst, so it may reach this far beyond its low end.
const WIDEST: i64 = 366 * DAY;

impl Query {
    /// The narrowest value-first ranges that hold every match; `None` when a full scan would be needed.
    #[must_use]
    pub fn cross_person(&self) -> Option<Vec<KeyRange>> {
        let found = self.predicates.iter().filter_map(|predicate| {
            let (rank, row, mut ranges) = predicate.ranges()?;
            if row.form == CrossForm::CodeDate {
                self.narrow_by_date(row, &mut ranges);
            }
            Some((rank, ranges))
        });
        found.min_by_key(|(rank, _)| *rank).map(|(_, ranges)| ranges)
    }

    /// A code and a date that must lie within what was asked.
    fn narrow_by_date(&self, row: &CrossRow, ranges: &mut [KeyRange]) {
        let date = row.parameters.get(1).and_then(|code| {
            self.predicates
                .iter()
                .find(|predicate| predicate.code == *code && predicate.wants.len() == 1)
        });
        let Some(&Want::Date { prefix, low, high }) = date.and_then(|date| date.wants.first()) else {
            return;
        };
        // The row has the low end only, so a lower bound is safe for `eq` and `sa` alone.
        let (from, to) = match prefix {
            Prefix::Eq => (low, high),
            Prefix::Sa => (high, i64::MAX),
            Prefix::Le => (i64::MIN, high),
            Prefix::Lt | Prefix::Eb => (i64::MIN, low),
            Prefix::Ap => (i64::MIN, approximate((low, high)).1),
            Prefix::Ne | Prefix::Gt | Prefix::Ge => return,
        };
        for range in ranges {
            let stem = range.low.clone();
            range.low.extend_from_slice(&date_key(from));
            range.high = after([stem.as_slice(), &date_key(to)].concat());
        }
    }
}

impl Predicate {
    /// The value-first ranges that hold every match, one per alternative; `None` when there is no such list.
    #[must_use]
    pub fn cross_person(&self) -> Option<Vec<KeyRange>> {
        self.ranges().map(|(_, _, ranges)| ranges)
    }

    /// How selective they are (less is better), the row's definition, and the ranges.
    fn ranges(&self) -> Option<(u8, &'static CrossRow, Vec<KeyRange>)> {
        if self.negated || self.wants.is_empty() {
            return None;
        }
        let rows = || tables::get().cross_rows(self.resource_type);
        let mut row = rows().find(|row| row.parameters[0] == self.code)?;
        if row.form == CrossForm::Via {
            row = rows().find(|other| other.number == row.number && other.form != CrossForm::Via)?;
        }
        let ranges = self
            .wants
            .iter()
            .map(|want| self.range(row, want))
            .collect::<Option<Vec<_>>>()?;
        let rank = match row.form {
            CrossForm::Identifier => 0,
            CrossForm::String if row.parameters[0] == "name" => 2,
            CrossForm::Reference => 1,
            CrossForm::String | CrossForm::Date => 3,
            CrossForm::CodeDate => 4,
            CrossForm::Token if self.bare => 6,
            CrossForm::Token => 1,
            CrossForm::Via => 9,
        };
        Some((rank, row, ranges))
    }

    fn range(&self, row: &CrossRow, want: &Want) -> Option<KeyRange> {
        let exactly = |key: Vec<u8>| KeyRange {
            number: row.number,
            high: after(key.clone()),
            low: key,
        };
        match (row.form, want) {
            (CrossForm::Identifier, Want::Token(want)) => identifier(row.number, want),
            (CrossForm::Token, Want::Token(want)) => self.token_key(want).map(exactly),
            (CrossForm::CodeDate, Want::Token(want)) => {
                let mut low = self.token_key(want)?;
                low.push(0);
                Some(KeyRange {
                    number: row.number,
                    high: beyond(&low)?,
                    low,
                })
            }
            (CrossForm::String, Want::Text { normalised, how, .. }) => match how {
                TextMatch::Start => {
                    let low = normalised.clone().into_bytes();
                    Some(KeyRange {
                        number: row.number,
                        high: beyond(&low)?,
                        low,
                    })
                }
                TextMatch::Exact => Some(exactly(normalised.clone().into_bytes())),
                TextMatch::Contains => None,
            },
            (CrossForm::Date, Want::Date { prefix, low, high }) => date(row.number, *prefix, (*low, *high)),
            (
                CrossForm::Reference,
                Want::Reference {
                    resource_type: Some(resource_type),
                    id,
                    ..
                },
            ) => Some(exactly(reference_key(*resource_type, id))),
            _ => None,
        }
    }

    /// A token's key; a bare code leads nowhere unless the parameter's codes have no system.
    fn token_key(&self, want: &TokenWant) -> Option<Vec<u8>> {
        let code = want.code.as_deref()?;
        match &want.system {
            _ if self.bare => Some(token_key("", code)),
            SystemWant::Any => None,
            SystemWant::None => Some(token_key("", code)),
            SystemWant::Is(uri, _) => Some(token_key(uri, code)),
        }
    }
}

/// An identifier's rows stand in the bucket of its value: the front of `low` up to its first 0.
fn identifier(number: u16, want: &TokenWant) -> Option<KeyRange> {
    let value = want.code.as_deref()?;
    let (low, high) = match &want.system {
        SystemWant::Is(uri, _) => (identifier_key(uri, value), after(identifier_key(uri, value))),
        SystemWant::None => (identifier_key("", value), after(identifier_key("", value))),
        SystemWant::Any => (
            [value.as_bytes(), &[0]].concat(),
            [value.as_bytes(), &[1]].concat(),
        ),
    };
    Some(KeyRange { number, low, high })
}

fn date(number: u16, prefix: Prefix, asked: (i64, i64)) -> Option<KeyRange> {
    let wide = |at: i64| at.saturating_sub(WIDEST);
    let (from, to) = match prefix {
        Prefix::Eq => asked,
        Prefix::Gt | Prefix::Ge => (wide(asked.0), i64::MAX),
        Prefix::Sa => (asked.1, i64::MAX),
        Prefix::Lt | Prefix::Eb => (i64::MIN, asked.0),
        Prefix::Le => (i64::MIN, asked.1),
        Prefix::Ap => {
            let (low, high) = approximate(asked);
            (wide(low), high)
        }
        Prefix::Ne => return None,
    };
    Some(KeyRange {
        number,
        low: date_key(from).to_vec(),
        high: after(date_key(to).to_vec()),
    })
}

/// The least key greater than `key`.
fn after(mut key: Vec<u8>) -> Vec<u8> {
    key.push(0);
    key
}

/// The least key greater than every key that begins with `prefix`.
fn beyond(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut key = prefix.to_vec();
    while let Some(last) = key.pop() {
        if last < u8::MAX {
            key.push(last + 1);
            return Some(key);
        }
    }
    None
}
