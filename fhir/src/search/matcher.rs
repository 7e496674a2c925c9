//! Whether a packed entry satisfies a condition. No allocation: a person's record is a thousand entries.

use super::Predicate;
use super::values::{Prefix, SystemWant, TextMatch, TokenWant, Want};
use crate::index::entry::{Id, Raw, System, ValuesOf};
use crate::scanner::dates::DAY;

impl Predicate {
    /// Whether a packed entry satisfies the condition.
    #[must_use]
    pub fn matches(&self, entry: &[u8]) -> bool {
        let mut present = false;
        let mut hit = false;
        let param = self.param;
        for value in (ValuesOf { entry, param }) {
            present = true;
            hit = self.wants.iter().any(|want| satisfies(want, value, self.bare));
            if hit {
                break;
            }
        }
        match self.wants.first() {
            Some(Want::Missing(missing)) => present != *missing,
            _ => hit != self.negated,
        }
    }
}

fn satisfies(want: &Want, value: Raw<'_>, bare: bool) -> bool {
    match (want, value) {
        (Want::Token(want), Raw::Token(system, code)) => token(want, system, code, bare),
        (Want::Identifier(want), Raw::Identifier(system, code)) => token(want, system, code, false),
        (
            Want::Text {
                normalised,
                exact,
                how,
            },
            Raw::Text {
                normalised: held,
                exact: held_exact,
            },
        ) => match how {
            TextMatch::Start => held.starts_with(normalised.as_bytes()),
            TextMatch::Exact => held_exact == exact.as_bytes(),
            TextMatch::Contains => contains(held, normalised.as_bytes()),
        },
        (
            Want::Date { prefix, low, high },
            Raw::Date {
                low: held_low,
                high: held_high,
            },
        ) => date(*prefix, (*low, *high), (held_low, held_high)),
        (
            Want::Reference {
                resource_type,
                id,
                uuid,
            },
            Raw::Reference(number, held),
        ) => {
            let same_id = match held {
                Id::Uuid(bytes) => uuid.as_ref().is_some_and(|uuid| uuid == bytes),
                Id::Text(text) => text == id.as_bytes(),
            };
            same_id && resource_type.is_none_or(|own| u64::from(own.0) == number)
        }
        (Want::Absolute(url), Raw::Absolute(held)) => held == url.as_bytes(),
        (Want::Uri { value, below }, Raw::Uri(held)) => {
            let held = held.bytes();
            held == value.as_bytes() || (*below && is_below(held, value.as_bytes()))
        }
        _ => false,
    }
}

fn token(want: &TokenWant, system: System<'_>, code: &[u8], bare: bool) -> bool {
    let same_code = want.code.as_ref().is_none_or(|wanted| wanted.as_bytes() == code);
    same_code
        && match &want.system {
            SystemWant::Any => true,
            SystemWant::None => system == System::None,
            SystemWant::Is(uri, number) => match system {
                System::None => bare,
                System::Number(held) => *number > 0 && held == u64::from(*number),
                System::Text(held) => held == uri.as_bytes(),
            },
        }
}

fn contains(held: &[u8], wanted: &[u8]) -> bool {
    held.windows(wanted.len()).any(|window| window == wanted)
}

/// `:below`: the URI itself or one under it.
fn is_below(held: &[u8], above: &[u8]) -> bool {
    held.strip_prefix(above)
        .is_some_and(|rest| above.ends_with(b"/") || rest.starts_with(b"/"))
}

/// FHIR's comparison of ranges (R4, search, "prefixes"): `asked` is the search value's range, `held` the element's.
fn date(prefix: Prefix, asked: (i64, i64), held: (i64, i64)) -> bool {
    let within = asked.0 <= held.0 && held.1 <= asked.1;
    match prefix {
        Prefix::Eq => within,
        Prefix::Ne => !within,
        Prefix::Gt => held.1 > asked.1,
        Prefix::Lt => held.0 < asked.0,
        Prefix::Ge => held.1 > asked.1 || within,
        Prefix::Le => held.0 < asked.0 || within,
        Prefix::Sa => held.0 > asked.1,
        Prefix::Eb => held.1 < asked.0,
        Prefix::Ap => {
            let (low, high) = approximate(asked);
            held.0 <= high && held.1 >= low
        }
    }
}

/// From when until before when a moment may lie that satisfies a condition on a date; `None` where nothing bounds it.
pub(super) fn span(want: &Want) -> (Option<i64>, Option<i64>) {
    let Want::Date { prefix, low, high } = want else {
        return (None, None);
    };
    let behind = |at: i64| Some(at.saturating_add(1));
    match prefix {
        Prefix::Eq => (Some(*low), behind(*high)),
        Prefix::Ne => (None, None),
        Prefix::Gt | Prefix::Sa | Prefix::Ge => (Some(*low), None),
        Prefix::Lt | Prefix::Eb | Prefix::Le => (None, behind(*high)),
        Prefix::Ap => {
            let (low, high) = approximate((*low, *high));
            (Some(low), behind(high))
        }
    }
}

/// "About" is the precision of what was asked, at least a day, on either side.
pub(super) fn approximate(asked: (i64, i64)) -> (i64, i64) {
    let width = asked.1.saturating_sub(asked.0).max(DAY);
    (asked.0.saturating_sub(width), asked.1.saturating_add(width))
}
