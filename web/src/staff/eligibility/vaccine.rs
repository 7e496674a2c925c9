//! How the immunisations read.

use actions::eligibility::Vaccines;
use care::eligibility::Verdict;
use care::eligibility::immunisation::Standing;
use codes::clinical::programmes::SCHEDULE_SOURCE;

use super::programme::{NO_DAY, not_counted};
use super::words::{capital, sentence};
use crate::staff::risk::date_words;

/// The immunisations of the page.
#[derive(Debug, Clone, Default)]
pub(super) struct Immunisations {
    /// Doses that are due or of which it is not known.
    pub(super) rows: Vec<DoseRow>,
    pub(super) later: Vec<String>,
    pub(super) no_more: Vec<String>,
    pub(super) given: Vec<String>,
    pub(super) not_counted: Vec<String>,
    pub(super) pregnant: bool,
    pub(super) unseen: bool,
    pub(super) source: &'static str,
}

/// One dose.
#[derive(Debug, Clone)]
pub(super) struct DoseRow {
    pub(super) title: String,
    pub(super) answer: &'static str,
    pub(super) from: String,
    pub(super) why: Vec<String>,
}

const UNCHECKED: &str = "This row of the schedule is still to be compared with the Green Book.";

impl Immunisations {
    pub(super) fn new(found: &Vaccines) -> Immunisations {
        let of = |verdict: Verdict| found.doses.iter().filter(move |dose| dose.verdict == verdict);
        let from = |dose: &Standing| match dose.since {
            Some(since) => format!("{}, from {}", name(dose), date_words(since)),
            None => name(dose),
        };
        Immunisations {
            rows: of(Verdict::Due)
                .chain(of(Verdict::NotKnown))
                .map(DoseRow::new)
                .collect(),
            later: of(Verdict::NotYetDue).map(from).collect(),
            no_more: of(Verdict::NotEligible).map(name).collect(),
            given: found
                .given
                .iter()
                .map(|(vaccine, day)| format!("{vaccine} ({})", date_words(*day)))
                .collect(),
            not_counted: found
                .not_counted
                .iter()
                .map(|one| not_counted(&one.what, one.day, one.why))
                .collect(),
            pregnant: found.pregnant,
            unseen: found.unseen,
            source: SCHEDULE_SOURCE,
        }
    }
}

impl DoseRow {
    fn new(dose: &Standing) -> DoseRow {
        let mut why: Vec<String> = dose.reasons.iter().map(|reason| sentence(reason)).collect();
        why.extend(dose.missing.iter().map(|what| format!("Missing: {what}.")));
        if !dose.dose.note.is_empty() {
            why.push(format!("{}.", capital(dose.dose.note)));
        }
        if dose.unchecked {
            why.push(UNCHECKED.to_owned());
        }
        DoseRow {
            title: name(dose),
            answer: dose.verdict.label(),
            from: dose.since.map_or_else(|| NO_DAY.to_owned(), date_words),
            why,
        }
    }
}

/// "MenB, dose 2"; "Influenza, each year".
fn name(dose: &Standing) -> String {
    let which = match dose.dose.dose {
        "annual" => "each year".to_owned(),
        number => format!("dose {number}"),
    };
    format!("{}, {which}", dose.dose.vaccine)
}
