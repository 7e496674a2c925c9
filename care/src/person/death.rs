//! Whether a person has died, and how far that is known.
//!
//! UK Core DeathNotificationStatus: only a formal notice (2) means deceased in the national sense; an informal one (1)
//! stays visible as unverified; U takes a notice back. Screens must show the difference (safety rule 9).

use crate::coded::coded;
use crate::partial_date::PartialDate;

coded! {
    /// The national death notification status.
    DeathNotice {
        Informal = "1", "Informal notice of death, not verified";
        Formal = "2", "Formal notice of death";
        Removed = "U", "Notice of death removed";
    }
}

/// What is known of a person's death.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Death {
    /// The record's statement: died (with a date when known), explicitly not died, or nothing said.
    pub statement: Option<DeathStatement>,
    /// The national notification, if one came.
    pub notice: Option<DeathNotice>,
    /// A notification of a kind that is not known, as sent; empty when it came without a code.
    pub unknown_notice: Option<String>,
    /// From when the notification holds.
    pub notice_from: Option<PartialDate>,
}

/// FHIR's `deceased[x]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeathStatement {
    /// `deceasedBoolean`.
    Said(bool),
    /// `deceasedDateTime`.
    On(PartialDate),
}

impl Death {
    /// Whether the record says that the person has died, verified or not.
    pub fn is_recorded(&self) -> bool {
        if self.notice == Some(DeathNotice::Removed) {
            return false;
        }
        matches!(
            self.statement,
            Some(DeathStatement::Said(true) | DeathStatement::On(_))
        ) || matches!(self.notice, Some(DeathNotice::Informal | DeathNotice::Formal))
            || self.unknown_notice.is_some()
    }

    /// Whether death is recorded, but on an informal notice only, or on one whose kind is not known.
    pub fn is_unverified(&self) -> bool {
        self.is_recorded() && (self.notice == Some(DeathNotice::Informal) || self.unknown_notice.is_some())
    }

    /// The date of death, if recorded.
    pub fn date(&self) -> Option<&PartialDate> {
        match &self.statement {
            Some(DeathStatement::On(date)) if self.is_recorded() => Some(date),
            _ => None,
        }
    }

    /// For the banner: "Died 3 August 2026", "Reported to have died (not verified)"; nothing for the living.
    pub fn words(&self) -> Option<String> {
        if !self.is_recorded() {
            return None;
        }
        let says_died = matches!(
            self.statement,
            Some(DeathStatement::Said(true) | DeathStatement::On(_))
        );
        if self.unknown_notice.is_some() {
            const KIND_NOT_KNOWN: &str = "notice of death, kind not known";
            return Some(match self.date() {
                Some(date) => format!("Reported to have died {} ({KIND_NOT_KNOWN})", date.date_words()),
                None if says_died => format!("Reported to have died, date not recorded ({KIND_NOT_KNOWN})"),
                None => "Notice of death, kind not known".to_owned(),
            });
        }
        let verb = if self.is_unverified() {
            "Reported to have died"
        } else {
            "Died"
        };
        let on = self.date().map_or_else(
            || ", date not recorded".to_owned(),
            |date| format!(" {}", date.date_words()),
        );
        Some(format!(
            "{verb}{on}{}",
            if self.is_unverified() {
                " (not verified)"
            } else {
                ""
            }
        ))
    }
}
