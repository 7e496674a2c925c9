//! What somebody needs to be reached and treated fairly, as flags of the person (safety rule 24): reasonable adjustments, another language,
//! telephone or paper.
//!
//! More of a record only adds to them: what came to a person by itself is put beside what is known.

use care::person::Person;
use care::record::fact::Flag;
use care::record::fact::flag::FlagStatus;
use codes::flag::{IMPAIRMENT, REASONABLE_ADJUSTMENT_CATEGORY};

use super::person::flag;

const LANGUAGE: &str = "community-language-support";
const CONTACT_METHOD: &str = "requires-specific-contact-method";
const NOT_SAID: &str = "patient-would-prefer-not-to-say";
/// BCP 47 under the two names it is met with.
const BCP_47: [&str; 2] = ["urn:ietf:bcp:47", "urn:ietf:rfc:3066"];

/// The flags of somebody with this Patient, these flags and these resources (FHIR R4 JSON).
pub(super) fn flags<'f, 'b>(
    person: Option<&Person>,
    flags: impl Iterator<Item = &'f Flag>,
    mut bodies: impl Iterator<Item = &'b [u8]>,
) -> u32 {
    let mut found = 0;
    for flag in flags.filter(|flag| stands(flag)) {
        found |= of_flag(flag);
    }
    if person.is_some_and(speaks_another_language) {
        found |= flag::OTHER_LANGUAGE;
    }
    if bodies.any(mapping::patient::wants_letter_or_call) {
        found |= flag::TELEPHONE_OR_PAPER;
    }
    found
}

/// Whether a flag stands. One that has an end is over on some day, which nothing here would notice: it is taken for over.
fn stands(flag: &Flag) -> bool {
    let ends = flag.period.as_ref().is_some_and(|period| period.end.is_some());
    flag.status != Some(FlagStatus::Inactive) && !ends
}

/// The national flag says that there are adjustments and not which: those stand beside it, or nothing is known.
fn of_flag(flag: &Flag) -> u32 {
    let concepts = flag.categories.iter().chain([&flag.code]);
    let codings = concepts.flat_map(|concept| &concept.codings);
    let mut found = 0;
    for coding in codings {
        let (Some(system), Some(code)) = (coding.system.as_deref(), coding.code.as_deref()) else {
            continue;
        };
        found |= match (system, code) {
            (REASONABLE_ADJUSTMENT_CATEGORY, LANGUAGE) => flag::OTHER_LANGUAGE,
            (REASONABLE_ADJUSTMENT_CATEGORY, CONTACT_METHOD) => flag::TELEPHONE_OR_PAPER,
            (REASONABLE_ADJUSTMENT_CATEGORY, _) => flag::ADJUSTMENT,
            (IMPAIRMENT, code) if code != NOT_SAID => flag::ADJUSTMENT,
            _ => 0,
        };
    }
    found
}

/// By the code of the language, or by its name where there is none.
fn speaks_another_language(person: &Person) -> bool {
    let spoken = person.language().is_some_and(|spoken| {
        let mut codings = spoken.language.codings.iter();
        let other = |code: &str| {
            !code
                .split('-')
                .next()
                .is_some_and(|primary| primary.eq_ignore_ascii_case("en"))
        };
        match (&spoken.language.text, spoken.language.codings.is_empty()) {
            (Some(name), true) => !name.trim().to_lowercase().starts_with("english"),
            _ => codings.any(|coding| {
                coding
                    .system
                    .as_deref()
                    .is_none_or(|system| BCP_47.contains(&system))
                    && coding.code.as_deref().is_some_and(other)
            }),
        }
    });
    spoken || person.interpreter_needed == Some(true)
}
