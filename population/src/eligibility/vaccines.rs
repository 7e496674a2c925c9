//! Where somebody stands with the schedule of immunisations, by what is recorded.

use care::concept::Concept;
use care::eligibility::immunisation::{Given, History, Standing, judge};
use care::partial_date::PartialDate;
use care::record::fact::immunisation::ImmunisationStatus;
use codes::clinical::prevention::vaccine;
use jiff::civil::Date;

use super::evidence::Evidence;
use crate::score::NotCounted;

const NO_VACCINE: &str = "No code of it is one of a vaccine that is known here";
const NO_DAY: &str = "The day on which it was given is not known";

/// The immunisations of one person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vaccines {
    /// Each dose of the schedule that is not recorded, in its order.
    pub doses: Vec<Standing>,
    /// What is recorded as given and is known here: the vaccine and the day, the newest first.
    pub given: Vec<(&'static str, Date)>,
    /// What is recorded and could not be counted.
    pub not_counted: Vec<NotCounted>,
    /// A pregnancy is recorded, whose weeks are not known: its vaccines are not told.
    pub pregnant: bool,
    /// The reader's role does not see immunisations.
    pub unseen: bool,
}

/// The immunisations of a record; nothing of somebody whose day of birth is not wholly known.
#[must_use]
pub fn vaccines(evidence: &Evidence<'_>) -> Option<Vaccines> {
    let born = evidence.born()?;
    let mut found = Vaccines {
        pregnant: evidence.is_pregnant(),
        unseen: !evidence.sees(&["Immunization"]),
        ..Vaccines::default()
    };
    for fact in &evidence.record.immunisations {
        if fact.entered_in_error || fact.what.status == Some(ImmunisationStatus::NotDone) {
            continue;
        }
        let what = fact
            .what
            .procedure
            .as_ref()
            .and_then(named)
            .or_else(|| named(&fact.what.vaccine));
        let when = fact
            .provenance
            .effective
            .as_ref()
            .and_then(|when| when.sort_date());
        match (what, when.and_then(PartialDate::day)) {
            (Some(vaccine), Some(day)) => found.given.push((vaccine, day)),
            (what, day) => found.not_counted.push(NotCounted {
                what: fact.what.vaccine.words().to_owned(),
                day,
                why: if what.is_none() { NO_VACCINE } else { NO_DAY },
            }),
        }
    }
    found
        .given
        .sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    // One that two senders recorded is one.
    found.given.dedup();
    found.not_counted.sort();
    let given: Vec<Given<'_>> = found
        .given
        .iter()
        .map(|(vaccine, on)| Given { vaccine, on: *on })
        .collect();
    let history = History {
        given: &given,
        complete: false,
        unnamed: u32::try_from(found.not_counted.len()).unwrap_or(u32::MAX),
    };
    found.doses = judge(born, &history, None, evidence.today);
    Some(found)
}

fn named(concept: &Concept) -> Option<&'static str> {
    concept
        .codings
        .iter()
        .find_map(|coding| vaccine(coding.system.as_deref()?, coding.code.as_deref()?))
}
