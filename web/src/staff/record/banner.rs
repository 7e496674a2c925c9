//! The banner of one person's pages, from their record. What is not recorded is said to be so, never left blank.

use care::person::Person;
use care::record::{AllergyStanding, AlsoKnownAs, PersonRecord, allergies, documents, plans};
use jiff::Timestamp;

use crate::components::{
    AllergyCue, AllergyState, Cue, CueKind, NhsNumberWords, PersonBanner, SectionOfRecord,
};

/// How many allergies the banner names before it counts the rest; all that are high risk come first.
const NAMED: usize = 6;

pub(crate) fn nhs_number_words(person: &Person) -> NhsNumberWords {
    match &person.nhs_number {
        Some(held) => NhsNumberWords {
            words: held.number.display(),
            verification: if held.is_verified() {
                "verified".to_owned()
            } else {
                held.status_words().to_owned()
            },
        },
        None => NhsNumberWords {
            words: "not recorded".to_owned(),
            verification: String::new(),
        },
    }
}

pub(super) fn banner(record: &PersonRecord, base: &str, now: Timestamp) -> PersonBanner {
    let unknown = Person::default();
    let person = record.person.as_ref().unwrap_or(&unknown);
    let today = care::london::date_of(now);
    let (formal, preferred) = (person.official_name(), person.preferred_name());
    PersonBanner {
        name: person.formal_name(),
        preferred: preferred
            .filter(|name| formal != Some(*name))
            .map(care::person::Name::words)
            .filter(|words| !words.is_empty()),
        born: person.birth_date.as_ref().map_or_else(
            || "not recorded".to_owned(),
            care::partial_date::PartialDate::date_words,
        ),
        age: age_words(person, today),
        gender: person
            .gender
            .map_or("not recorded", |gender| gender.words())
            .to_owned(),
        died: person.death.words(),
        nhs_number: nhs_number_words(person),
        allergies: allergy_cue(record, base),
        cues: cues(record, person, base, now),
    }
}

/// "86 years", or "86 years at death"; empty without a usable date of birth.
pub(crate) fn age_words(person: &Person, today: jiff::civil::Date) -> String {
    let Some(age) = person.age(today) else {
        return String::new();
    };
    if person.death.date().is_some() {
        format!("{} at death", age.words())
    } else {
        age.words()
    }
}

fn allergy_cue(record: &PersonRecord, base: &str) -> AllergyCue {
    let list = allergies(record);
    let unread = record
        .unmapped
        .iter()
        .any(|fact| fact.what.type_name == "AllergyIntolerance");
    let href = SectionOfRecord::Allergies.href(base);
    let cue = |state, label, words: String, more| AllergyCue {
        state,
        label,
        words,
        more,
        href: href.clone(),
    };
    match list.standing {
        AllergyStanding::Known => {
            let mut names: Vec<&str> = Vec::new();
            for fact in &list.active {
                if !names.contains(&fact.what.words()) {
                    names.push(fact.what.words());
                }
            }
            let more = names.len().saturating_sub(NAMED);
            names.truncate(NAMED);
            cue(AllergyState::Known, "Allergies", names.join(", "), more)
        }
        _ if unread => cue(
            AllergyState::Uncertain,
            "Allergies",
            "an allergy is recorded that could not be shown: ask the source".to_owned(),
            0,
        ),
        AllergyStanding::NotRecorded => cue(
            AllergyState::NotRecorded,
            "Allergies",
            "not recorded. Ask before you treat".to_owned(),
            0,
        ),
        AllergyStanding::NoneKnown | AllergyStanding::NoneOfASort | AllergyStanding::NoneActive => {
            cue(AllergyState::NoneKnown, "Allergies", list.banner_words(), 0)
        }
    }
}

fn cues(record: &PersonRecord, person: &Person, base: &str, now: Timestamp) -> Vec<Cue> {
    let alerts = record.alerts(now);
    let mut cues: Vec<Cue> = no_longer_in_use(person).into_iter().collect();
    cues.extend(record.also_known_as.iter().map(also_known_as));
    cues.extend(alerts.into_iter().map(|flag| Cue {
        kind: CueKind::Alert,
        label: "Alert",
        words: flag.what.code.words().to_owned(),
        href: None,
    }));
    let first = SectionOfRecord::FirstTwoMinutes.href(base);
    let adjustments: Vec<&str> = record
        .reasonable_adjustments(now)
        .into_iter()
        .map(|flag| flag.what.code.words())
        .collect();
    cues.push(if adjustments.is_empty() {
        quiet("Reasonable adjustments", "none recorded")
    } else {
        Cue {
            kind: CueKind::Adjustment,
            label: "Reasonable adjustments",
            words: adjustments.join(", "),
            href: Some(format!("{first}#adjustments")),
        }
    });
    cues.push(language_cue(person));
    cues.push(plan_cue(record, base, now));
    if person.is_restricted() {
        cues.push(Cue {
            kind: CueKind::Alert,
            label: "Address",
            words: "restricted, not shown".to_owned(),
            href: None,
        });
    }
    cues
}

/// That another entry is read as this person's: whoever reads must know, since the joining may be wrong.
fn also_known_as(also: &AlsoKnownAs) -> Cue {
    let number = match nhs_number_words(&also.person) {
        held if held.verification.is_empty() => "no NHS number".to_owned(),
        held => format!("NHS number {}", held.words),
    };
    let mut words = format!("{}, {number}", also.person.formal_name());
    if let Some((at, why)) = &also.joined {
        let day = care::london::date_words(care::london::date_of(*at));
        words = format!("{words}: joined on {day}, because {why}");
    }
    Cue {
        kind: CueKind::Alert,
        label: "Also known as",
        words,
        href: None,
    }
}

/// That the entry was replaced or is not in use, with the way to the one that is.
fn no_longer_in_use(person: &Person) -> Option<Cue> {
    if person.active != Some(false) && person.successor().is_none() {
        return None;
    }
    let href = person
        .successor()
        .and_then(|other| other.reference.as_deref()?.strip_prefix("Patient/"))
        .filter(|id| !id.is_empty() && !id.contains('/'))
        .map(super::story::base);
    let words = match person.successor() {
        None => "This record is no longer in use".to_owned(),
        Some(other) => format!(
            "This record is no longer in use; see {}",
            other.name.as_deref().unwrap_or("the record that took its place")
        ),
    };
    Some(Cue {
        kind: CueKind::Alert,
        label: "Record",
        words,
        href,
    })
}

fn quiet(label: &'static str, words: &str) -> Cue {
    Cue {
        kind: CueKind::Quiet,
        label,
        words: words.to_owned(),
        href: None,
    }
}

fn language_cue(person: &Person) -> Cue {
    let language = person
        .language()
        .map(|language| language.language.words().to_owned());
    let interpreter = match person.interpreter_needed {
        Some(true) => Some("interpreter needed"),
        Some(false) => Some("no interpreter needed"),
        None => None,
    };
    let words = match (language, interpreter) {
        (Some(language), Some(interpreter)) => format!("{language}, {interpreter}"),
        (Some(language), None) => language,
        (None, Some(interpreter)) => interpreter.to_owned(),
        (None, None) => "not recorded".to_owned(),
    };
    let kind = if person.interpreter_needed == Some(true) {
        CueKind::Language
    } else {
        CueKind::Quiet
    };
    Cue {
        kind,
        label: "Language",
        words,
        href: None,
    }
}

fn plan_cue(record: &PersonRecord, base: &str, now: Timestamp) -> Cue {
    let emergency: Vec<String> = documents(record)
        .emergency_plans
        .iter()
        .map(|fact| match fact.what.stage_words() {
            Some(stage) => format!("{} ({stage})", fact.what.words()),
            None => fact.what.words().to_owned(),
        })
        .collect();
    let in_force = plans(record, now).in_force;
    let first = emergency
        .first()
        .cloned()
        .or_else(|| in_force.first().map(|line| line.fact.what.words().to_owned()));
    let count = emergency.len() + in_force.len();
    match first {
        None => quiet("Plan", "none recorded"),
        Some(words) => Cue {
            kind: CueKind::Plan,
            label: "Plan",
            words: if count == 1 {
                words
            } else {
                format!("{words} and {} more", count - 1)
            },
            href: Some(SectionOfRecord::Plans.href(base)),
        },
    }
}
