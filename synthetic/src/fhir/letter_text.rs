//! The words of letters: few sentences that follow the facts of the life.

use super::discharge;
use super::instant::date;
use super::letter::title;
use super::organisation::{Unit, name};
use super::patient::{fault, respelled};
use super::rendering::{Rendering, shown};
use crate::life::{Admission, Contact, FaultKind, Letter, LetterKind};

/// The text of a letter. A misfiled one tells of somebody else: another name and another day of birth.
pub(super) fn text(rendering: &Rendering<'_>, at: usize, letter: &Letter) -> String {
    let mut random = rendering.random(1000 + at as u64);
    let contact = rendering.contact(letter.contact);
    let from = contact.map_or("A service of the region", |(_, contact)| {
        name(rendering.place, Unit::from(contact.organisation))
    });
    let mut text = format!("{from}\n{}\n{}\n\n", title(letter.kind), date(letter.at.day));
    let (about, born) = if letter.misfiled {
        let names = &rendering.parameters.names;
        let given = names
            .given
            .get(random.below(names.given.len()))
            .map_or("Alex", |name| name.4);
        let family = names
            .family
            .get(random.below(names.family.len()))
            .map_or("Walker", |name| name.1);
        let born = rendering.life.person.birth.plus(random.between(-4000, 4000));
        (format!("{given} {family}"), born)
    } else {
        (as_written(rendering, letter), rendering.life.person.birth)
    };
    text.push_str(&format!("About: {about}, born {}\n\n", date(born)));
    let mut sentences: Vec<String> = Vec::with_capacity(6);
    sentences.push(opening(
        rendering,
        letter,
        contact.map(|(_, contact)| contact),
        &about,
    ));
    sentences.extend(body(rendering, letter, contact.map(|(_, contact)| contact)));
    sentences.extend(medicines(rendering, letter));
    let closings: &[&str] = match letter.kind {
        LetterKind::Discharge => &[
            "Please repeat the blood tests in two weeks.",
            "No action is asked of the practice.",
            "Please review the medicines within a month.",
            "A follow-up appointment will be sent by post.",
        ],
        LetterKind::Outpatient => &[
            "We will see the person again in six months.",
            "We have discharged the person from our clinic with open access for a year.",
            "Please continue the present treatment.",
        ],
        LetterKind::Emergency => &[
            "The person was told to come back if it got worse.",
            "Please look at the wound in a week.",
            "No follow-up is planned.",
        ],
        LetterKind::Report111 => &[
            "The person was told when to call again.",
            "Contact with the practice was advised within two working days.",
        ],
        LetterKind::SocialCare => &[
            "The family was part of the conversation and agrees.",
            "The assessment will be looked at again in six weeks.",
        ],
        LetterKind::Charity => &[
            "We will telephone every other week.",
            "The person knows whom to ring when things get hard.",
        ],
    };
    sentences.push((*random.pick(closings)).to_owned());
    text.push_str(&sentences.join(" "));
    text.push('\n');
    text
}

/// The name as the letter's writer has it: since the fault began, another spelling than the practice's.
fn as_written(rendering: &Rendering<'_>, letter: &Letter) -> String {
    let person = &rendering.life.person;
    match fault(rendering, FaultKind::TwoSpellings) {
        Some(since) if letter.at.day >= since => shown(
            person.name.given.first().copied(),
            &respelled(&person.name.family),
        ),
        _ => rendering.name.clone(),
    }
}

fn opening(rendering: &Rendering<'_>, letter: &Letter, contact: Option<&Contact>, about: &str) -> String {
    let age = letter.at.day.years_since(rendering.life.person.birth);
    let reason = reason(rendering, contact);
    let first = about.split(' ').next().unwrap_or(about);
    if letter.misfiled {
        return format!("{first} was seen for {reason}.");
    }
    match letter.kind {
        LetterKind::Discharge => match contact.map(|contact| (contact.start.day, contact.admission)) {
            Some((start, Some(admission))) if !admission.day_case => {
                format!(
                    "{first}, aged {age}, was admitted on {} with {reason}.",
                    date(start)
                )
            }
            _ => format!("{first}, aged {age}, was here for a day for {reason}."),
        },
        LetterKind::Outpatient => {
            format!("Thank you for asking us to see {first}, aged {age}, about {reason}.")
        }
        LetterKind::Emergency => format!("{first}, aged {age}, came to the department with {reason}."),
        LetterKind::Report111 => format!("A call about {first}, aged {age}, was about {reason}."),
        LetterKind::SocialCare => {
            format!("We visited {first}, aged {age}, at home and talked about how the days go.")
        }
        LetterKind::Charity => {
            let wish = rendering.life.plans.last().map_or(0, |plan| plan.matters);
            format!(
                "{first} has been coming to us; what matters to them: \"{}\".",
                rendering.matters(wish)
            )
        }
    }
}

fn reason(rendering: &Rendering<'_>, contact: Option<&Contact>) -> String {
    let condition = contact.and_then(|contact| contact.reason);
    let condition = condition.and_then(|at| rendering.parameters.conditions.get(usize::from(at)));
    condition.map_or_else(
        || "the reason of the referral".to_owned(),
        |one| lower_first(&one.name),
    )
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        // An abbreviation keeps its capitals.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn body(rendering: &Rendering<'_>, letter: &Letter, contact: Option<&Contact>) -> Vec<String> {
    let mut found = Vec::new();
    if letter.misfiled {
        return found;
    }
    let Some(contact) = contact else { return found };
    if let Some(admission) = contact.admission {
        found.extend(stay(&admission));
    }
    if let Some(attendance) = contact.attendance {
        let how = if attendance.ambulance {
            "by ambulance"
        } else {
            "by their own means"
        };
        let (hours, minutes) = (attendance.minutes / 60, attendance.minutes % 60);
        found.push(format!(
            "They came {how} and were with us for {hours} hours and {minutes} minutes."
        ));
        found.push(
            if attendance.admitted {
                "They were admitted."
            } else {
                "They went home."
            }
            .to_owned(),
        );
    }
    let others: Vec<String> = rendering
        .life
        .problems
        .iter()
        .filter(|problem| Some(problem.condition) != contact.reason && problem.onset <= letter.at.day)
        .filter(|problem| problem.ended.is_none())
        .filter_map(|problem| {
            rendering
                .parameters
                .conditions
                .get(usize::from(problem.condition))
        })
        .filter(|condition| condition.long_term)
        .take(3)
        .map(|condition| lower_first(&condition.name))
        .collect();
    if !others.is_empty() {
        found.push(format!("They also live with {}.", list(&others)));
    }
    if rendering.life.person.alone && matches!(letter.kind, LetterKind::SocialCare | LetterKind::Discharge) {
        found.push("They live alone.".to_owned());
    }
    found
}

fn stay(admission: &Admission) -> Vec<String> {
    let mut found = Vec::new();
    if admission.died {
        found.push("They died in our care; the family was told, and we are sorry.".to_owned());
        return found;
    }
    if let Some(nights) = admission.nights.filter(|nights| *nights > 0) {
        let nights = if nights == 1 {
            "one night".to_owned()
        } else {
            format!("{nights} nights")
        };
        found.push(format!("They stayed for {nights}."));
    }
    if let Some(ready) = admission.ready {
        let why = lower_first(discharge::delay(admission.delay_reason));
        found.push(format!(
            "They were ready to leave on {}; the delay was: {why}.",
            date(ready)
        ));
    }
    match admission.pathway.0 {
        1 => found.push("They went home with support.".to_owned()),
        2 => found.push("They went to a bed for recovery.".to_owned()),
        3 => found.push("They went to a care home.".to_owned()),
        _ => {}
    }
    found
}

/// Medicines begun in the week before the letter.
fn medicines(rendering: &Rendering<'_>, letter: &Letter) -> Option<String> {
    let day = letter.at.day;
    let begun: Vec<String> = rendering
        .life
        .courses
        .iter()
        .filter(|course| !letter.misfiled && (0..=7).contains(&(day.0 - course.start.0)))
        .filter_map(|course| rendering.parameters.medicines.get(usize::from(course.medicine)))
        .take(3)
        .map(|medicine| medicine.text.clone())
        .collect();
    (!begun.is_empty()).then(|| format!("Begun: {}.", list(&begun)))
}

fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}
