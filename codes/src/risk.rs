//! Codes by which a record says what was offered to somebody on a risk list and what became of it: our own, since none are
//! published. Each list is code and words, most frequent first.

/// The system of these codes.
pub const SYSTEM: &str = "https://sarsen.example/fhir/CodeSystem/risk";
/// Identifies the `HealthcareService` that says how many people of a scope a team can see in a week.
pub const CAPACITY_OF: &str = "https://sarsen.example/id/risk-capacity-of";
/// Extension of that `HealthcareService`: the number, an integer.
pub const CAPACITY: &str = "https://sarsen.example/fhir/StructureDefinition/weekly-capacity";

/// Identifies the `Group` of people who were sent to work together; each of their Tasks bears it as `groupIdentifier`.
pub const WORK: &str = "https://sarsen.example/id/work";

/// The system of what the members of such a `Group` have in common.
pub const COHORT: &str = "https://sarsen.example/fhir/CodeSystem/cohort";

/// `Task.code`: help was offered.
pub const OFFER: &str = "offer";
/// `Task.code`: the person is not asked before the end of `restriction.period`.
pub const PAUSE: &str = "pause";
/// `RiskAssessment.method`: what a clinician thinks of what an index says.
pub const VIEW: &str = "clinical-view";
/// `Task.input.type` and `RiskAssessment.prediction.outcome`: the band of the frailty index.
pub const BAND: &str = "frailty-band";
/// `Task.input.type`: how many deficits were counted.
pub const DEFICITS: &str = "frailty-deficits";
/// `Communication.category`: what the person answered to what an index says of them.
pub const ANSWER: &str = "answer";
/// `Task.output.type`: what came of an offer.
pub const OUTCOME: &str = "outcome";

/// What is offered.
pub const OFFERS: [(&str, &str); 4] = [
    (
        "plan",
        "A conversation about what matters to them, and a care plan",
    ),
    ("assessment", "A comprehensive assessment at home"),
    ("medicines", "A review of their medicines"),
    ("falls", "Help to prevent falls"),
];

/// Why somebody is not asked for a time.
pub const PAUSES: [(&str, &str); 5] = [
    ("in-hospital", "They are in hospital"),
    ("other-team", "Another team is already helping"),
    ("end-of-life", "They have a plan for the end of life"),
    ("asked", "They asked not to be contacted for now"),
    ("not-right", "The list is wrong about them; it is being put right"),
];

/// Why somebody declined.
pub const DECLINES: [(&str, &str); 4] = [
    ("not-now", "Not now"),
    ("no-need", "They see no need"),
    ("prefers-other", "They prefer another kind of help"),
    ("no-reason", "They gave no reason"),
];

/// What came of an offer.
pub const OUTCOMES: [(&str, &str); 4] = [
    ("plan-made", "A care plan was made"),
    ("referred", "They were referred on"),
    ("no-need", "They were seen, and need nothing now"),
    ("other-help", "They were helped in another way"),
];

/// The words of a code in one of these lists.
#[must_use]
pub fn words(list: &[(&'static str, &'static str)], code: &str) -> Option<&'static str> {
    list.iter()
        .find(|(known, _)| *known == code)
        .map(|(_, words)| *words)
}
