//! Resources without a page of their own, and resources that could not be read: listed, never dropped.

use care::partial_date::PartialDate;
use care::record::fact::{Other, Unmapped};
use care::record::{Fact, Provenance};
use care::when::{Period, When};
use serde_json::Value;

use crate::error::MappingError;
use crate::json::{ENTERED_IN_ERROR, str_at, text};
use crate::names::name_of;

/// Where resources of other types keep the date that matters, the best first.
pub(crate) const DATES: &[&str] = &[
    "start",
    "started",
    "effectiveDateTime",
    "occurrenceDateTime",
    "performedDateTime",
    "authoredOn",
    "whenHandedOver",
    "date",
    "dateTime",
    "created",
    "recorded",
    "recordedDate",
    "issued",
    "sent",
    "authored",
    "timestamp",
];
/// Where they keep the stretch of time that matters, the best first.
pub(crate) const PERIODS: &[&str] = &[
    "period",
    "effectivePeriod",
    "occurrencePeriod",
    "executionPeriod",
    "billablePeriod",
];

/// A resource of a type without a mapping, with a few words and a date when some were found.
pub(crate) fn other(value: &Value) -> Fact<Other> {
    let what = Other {
        type_name: text(value, "resourceType").unwrap_or_else(|| "Unknown".to_owned()),
        words: name_of(value),
    };
    let mut fact = Fact::new(str_at(value, "id").unwrap_or(""), what);
    fact.entered_in_error = str_at(value, "status") == Some(ENTERED_IN_ERROR);
    fact.provenance = provenance(value);
    fact.version = value.get("meta").and_then(|meta| text(meta, "versionId"));
    fact
}

/// A resource that could not be read, with the reason.
pub(crate) fn unmapped(value: &Value, why: &MappingError) -> Fact<Unmapped> {
    let what = Unmapped {
        type_name: text(value, "resourceType").unwrap_or_else(|| "Unknown".to_owned()),
        why: why.to_string(),
    };
    let mut fact = Fact::new(str_at(value, "id").unwrap_or(""), what);
    fact.provenance = provenance(value);
    fact
}

fn provenance(value: &Value) -> Provenance {
    let parsed = |value: &Value, key: &str| str_at(value, key).and_then(PartialDate::parse);
    let at = || DATES.iter().find_map(|key| parsed(value, key)).map(When::At);
    let over = || {
        let period = PERIODS.iter().find_map(|key| value.get(*key))?;
        let period = Period {
            start: parsed(period, "start"),
            end: parsed(period, "end"),
        };
        (period.start.is_some() || period.end.is_some()).then_some(When::Over(period))
    };
    let meta = value.get("meta");
    Provenance {
        system: meta.and_then(|meta| text(meta, "source")),
        received: meta.and_then(|meta| parsed(meta, "lastUpdated")),
        effective: over().or_else(at),
        ..Provenance::default()
    }
}
