//! Codes by which a record says who has to do with a person and who may act for them: our own, since none are published.

use std::sync::LazyLock;

use crate::table::Table;

/// The system of these codes.
pub const SYSTEM: &str = "https://sarsen.example/fhir/CodeSystem/access";
/// Identifiers of those who sign in, where a resource names one who is in no directory.
pub const ACTOR: &str = "https://sarsen.example/id/actor";

/// `Task.code`: the record was opened in an emergency; `executionPeriod` says for how long.
pub const BREAK_GLASS: &str = "break-glass";
/// `Task.code`: somebody said that they have to do with the person; `executionPeriod` says for how long.
pub const CLAIMED: &str = "claimed-relationship";
/// `Task.code`: an open case of the hub.
pub const HUB_CASE: &str = "hub-case";
/// `Task.code`: the privacy office is asked about something unusual in who looked. It names the person by an id, not by a reference: it
/// is in nobody's record, and opens nothing.
pub const PATTERN_SEEN: &str = "pattern-seen";
/// `Task.code`: somebody else of the owner is asked to take over from whoever is too close to the person. It opens nothing.
pub const HAND_OVER: &str = "hand-over";
/// Identifiers of such tasks, by which an organisation finds those that it is asked: its ODS code.
pub const HANDED_TO: &str = "https://sarsen.example/id/handed-to";
/// Identifiers of what the privacy office is asked about: one for each pattern, reader, person and day.
pub const SIGHTING: &str = "https://sarsen.example/id/sighting";

/// `Consent.category`: the actors may act for the person, within the actions and the period.
pub const PROXY: &str = "proxy";
/// `Consent.category`: the actors have parental responsibility.
pub const PARENT: &str = "parental-responsibility";
/// `Consent.category`: the actors are attorneys for the person's health and welfare; they may act, within the actions and the period,
/// only while the person is found to lack capacity.
pub const ATTORNEY: &str = "attorney";
/// `Consent.category`: a clinician found a person under 16 competent to decide who sees their record (Gillick).
pub const COMPETENT: &str = "competent";
/// `Consent.category`: a clinician found that the person lacks capacity to decide who sees their record, until the end of the period.
pub const LACKS_CAPACITY: &str = "lacks-capacity";
/// `Consent.category`: the actors are not to see the record.
pub const REFUSAL: &str = "refusal";
/// `Consent.category`: the person objects to a purpose beyond their own care; `provision.purpose` says which.
pub const OBJECTION: &str = "objection";

/// `Consent.provision.purpose` of an objection: finding by scores and lists who may need help.
pub const RISK_STRATIFICATION: &str = "risk-stratification";

/// `Consent.provision.action` of a proxy: the summary.
pub const SEE_SUMMARY: &str = "see-summary";
/// The whole record.
pub const SEE_RECORD: &str = "see-record";
/// Appointments.
pub const SEE_APPOINTMENTS: &str = "see-appointments";
/// Book, change and cancel appointments.
pub const MANAGE_APPOINTMENTS: &str = "manage-appointments";
/// The plan.
pub const SEE_PLAN: &str = "see-plan";
/// Write messages.
pub const SEND_MESSAGES: &str = "send-messages";

/// `meta.security`: labels of our own.
pub const LABELS: &str = "https://sarsen.example/fhir/CodeSystem/label";

/// Those of them by which a person keeps an item from some of whom they share with, by the names of policies: set and taken away on the
/// person's own pages alone.
pub const SHARING_LABELS: [&str; 3] = ["not-for-proxies", "not-for-charities", "not-for-social-care"];

/// `meta.tag`: the organisation, by ODS code, that sealed an item.
pub const SEALED_BY: &str = "https://sarsen.example/id/sealed-by";

static KINDS: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/resource_kinds.csv")));

/// Of which kind a resource type is for the rules of access, each type of R4 with its kind.
pub fn kinds() -> Vec<(&'static str, &'static str)> {
    KINDS.pairs("type", "kind")
}

/// A reason to say that one has to do with a person.
pub const SAFEGUARDING: &str = "safeguarding";
/// A reason of an emergency: somebody else may be the danger, or the person may be.
pub const SERIOUS_HARM: &str = "serious-harm";
/// A reason of an emergency: several agencies, the police, a court.
pub const PUBLIC_INTEREST: &str = "public-interest";
/// Reasons of which the person is not told before a privacy officer releases it.
pub const WITHHELD_REASONS: [&str; 3] = [SAFEGUARDING, SERIOUS_HARM, PUBLIC_INTEREST];
/// `Task.code` beside its own: the person is not told of it yet.
pub const WITHHELD: &str = "withheld";

/// Why a record may be opened in an emergency: code and words, most frequent first.
pub const EMERGENCY_REASONS: [(&str, &str); 4] = [
    (
        "emergency-care",
        "They need care now, and I cannot wait for access",
    ),
    ("cannot-say", "They cannot speak for themselves"),
    (SERIOUS_HARM, "Somebody is at risk of serious harm"),
    (
        PUBLIC_INTEREST,
        "The law or an overriding public interest asks for it",
    ),
];

/// Why somebody may say that they have to do with a person: code and words.
pub const CLAIM_REASONS: [(&str, &str); 6] = [
    ("present", "They are here with me, or on the telephone"),
    ("advice", "A colleague asked me for advice about their care"),
    ("cover", "I stand in for somebody who cares for them"),
    ("arriving", "They are about to be referred or brought to us"),
    ("after-care", "I cared for them and have something to finish"),
    (SAFEGUARDING, "I look into a safeguarding concern about them"),
];
