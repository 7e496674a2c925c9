//! The first two minutes: the defined emergency set, in the order a clinician needs it.
//!
//! What it holds, and why in this order, stands at [`FirstTwoMinutes`]. It adds nothing and hides nothing: each part is
//! the live part of a view of the full story, and what could not be read is listed with it.

use jiff::{SignedDuration, Timestamp};

use super::fact::{Consent, Document, Encounter, Fact, FactRef, Flag, Kind, Observed, Unmapped};
use super::results::{ResultCategory, category_of, is_in_future, vital_sign_of};
use super::{
    AllergyList, MedicineLine, PersonRecord, ProblemLine, allergies, documents, encounters, live, medicines,
    newest_first, plans, problems, timeline,
};
use crate::person::ContactPerson;
use crate::record::plans::PlanLine;

/// Events this recent are listed.
pub const RECENT_DAYS: i64 = 90;
/// Laboratory and other results this recent are listed; vital signs whatever their age, with their date.
pub const RESULT_DAYS: i64 = 365;

/// The latest result of one test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatestResult<'r> {
    /// The result.
    pub fact: &'r Fact<Observed>,
    /// The one before it in the same record, of any unit, when it was read.
    pub previous: Option<&'r Fact<Observed>>,
    /// Whether the laboratory marked it, or a part of it, as other than normal.
    pub is_marked: bool,
    /// Whether it is dated in the future: shown beside the latest, never in its place.
    pub is_in_future: bool,
}

/// Somebody to call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonContact<'r> {
    /// Who.
    pub contact: &'r ContactPerson,
    /// The entry of their own, when they have one; nothing when they are listed with the person.
    pub fact: Option<&'r Fact<ContactPerson>>,
    /// Whether they are named as next of kin or emergency contact.
    pub is_first_call: bool,
}

/// The emergency set. PRSB Core Information Standard v2.0 headings in brackets.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstTwoMinutes<'r> {
    /// The instant it was made for.
    pub as_of: Timestamp,
    /// Alerts in force (Alerts; Safeguarding): newest first.
    pub alerts: Vec<&'r Fact<Flag>>,
    /// Reasonable adjustments in force (Individual requirements): newest first.
    pub adjustments: Vec<&'r Fact<Flag>>,
    /// Allergies, or that none is known, or that none was recorded (Allergies and adverse reactions).
    pub allergies: AllergyList<'r>,
    /// Documents that say what to do in an emergency: ReSPECT, treatment escalation, advance care (End of life care).
    pub emergency_documents: Vec<&'r Fact<Document>>,
    /// Advance decisions and resuscitation consents that stand (Legal information).
    pub advance_decisions: Vec<&'r Fact<Consent>>,
    /// Plans in force, emergency plans first (Care and support plan; Contingency/safety plans).
    pub plans: Vec<PlanLine<'r>>,
    /// Active problems, severe first (Problem list).
    pub problems: Vec<ProblemLine<'r>>,
    /// Medicines that must not be given (Medications and medical devices).
    pub not_to_give: Vec<MedicineLine<'r>>,
    /// Current medicines with their doses (Medications and medical devices).
    pub medicines: Vec<MedicineLine<'r>>,
    /// The latest of each vital sign, in NEWS2 order (Examination findings).
    pub vital_signs: Vec<LatestResult<'r>>,
    /// The latest of each other test in [`RESULT_DAYS`] or of unknown date, marked ones first (Investigation results).
    pub results: Vec<LatestResult<'r>>,
    /// How many other tests have results in [`RESULT_DAYS`] or of unknown date: examinations, surveys, therapy and the
    /// like, which `results` leaves out.
    pub other_tests: usize,
    /// Encounters in progress (Admission details).
    pub under_way: Vec<&'r Fact<Encounter>>,
    /// The last encounter that is over (Contacts with professionals).
    pub last_encounter: Option<&'r Fact<Encounter>>,
    /// Encounters to come, soonest first (Future appointments).
    pub next_encounters: Vec<&'r Fact<Encounter>>,
    /// What happened in the last [`RECENT_DAYS`], newest first, results apart.
    pub recent: Vec<FactRef<'r>>,
    /// Whom to call, next of kin and emergency contacts first (Personal contacts).
    pub contacts: Vec<PersonContact<'r>>,
    /// What could not be read: shown, never dropped.
    pub could_not_be_shown: Vec<&'r Fact<Unmapped>>,
    /// How many facts of the record as read were withdrawn as entered in error.
    pub entered_in_error: usize,
}

/// The emergency set at an instant.
pub fn first_two_minutes(record: &PersonRecord, now: Timestamp) -> FirstTwoMinutes<'_> {
    let encounters = encounters(record, now);
    let latest = latest(record, now);
    let medicines = medicines(record, now);
    FirstTwoMinutes {
        as_of: now,
        alerts: record.alerts(now),
        adjustments: record.reasonable_adjustments(now),
        allergies: allergies(record),
        emergency_documents: documents(record).emergency_plans,
        advance_decisions: advance_decisions(record, now),
        plans: plans(record, now).in_force,
        problems: problems(record).active,
        not_to_give: medicines.not_to_give,
        medicines: medicines.current,
        vital_signs: latest.vital_signs,
        results: latest.results,
        other_tests: latest.other_tests,
        under_way: encounters.under_way,
        last_encounter: encounters.past.first().copied(),
        next_encounters: encounters.to_come,
        recent: recent(record, now),
        contacts: contacts(record, now),
        could_not_be_shown: record.unmapped.iter().collect(),
        entered_in_error: record.entered_in_error(),
    }
}

/// Consents that stand and are advance decisions: HL7 consent scope "adr", categories acd, dnr, emrgonly, hcd.
fn advance_decisions(record: &PersonRecord, now: Timestamp) -> Vec<&Fact<Consent>> {
    use super::fact::consent::ConsentStatus;
    let mut found: Vec<&Fact<Consent>> = live(&record.consents)
        .filter(|fact| {
            let consent = &fact.what;
            let categories = || consent.categories.iter();
            let is_advance = consent.scope.has_code("adr")
                || categories().any(|c| {
                    ["acd", "dnr", "emrgonly", "hcd"]
                        .iter()
                        .any(|code| c.has_code(code))
                });
            let stands = matches!(consent.status, None | Some(ConsentStatus::Active));
            is_advance
                && stands
                && !consent
                    .period
                    .as_ref()
                    .is_some_and(|period| period.has_ended(now))
        })
        .collect();
    found.sort_by(|a, b| newest_first(a, b));
    found
}

/// The latest results, vital signs apart.
struct Latest<'r> {
    vital_signs: Vec<LatestResult<'r>>,
    results: Vec<LatestResult<'r>>,
    other_tests: usize,
}

fn latest(record: &PersonRecord, now: Timestamp) -> Latest<'_> {
    let mut all: Vec<&Fact<Observed>> = live(&record.results)
        .filter(|fact| fact.what.has_result())
        .collect();
    all.sort_by(|a, b| newest_first(a, b));
    let mut found: Vec<LatestResult<'_>> = Vec::new();
    let mut places = std::collections::HashMap::<String, usize>::new();
    for fact in all {
        let is_in_future = is_in_future(fact, now);
        let key = fact.what.code.key();
        match places.get(&key).and_then(|place| found.get_mut(*place)) {
            Some(latest) => latest.previous = latest.previous.or(Some(fact)),
            None => {
                if !is_in_future {
                    places.insert(key, found.len());
                }
                found.push(LatestResult {
                    fact,
                    previous: None,
                    is_marked: is_marked(&fact.what),
                    is_in_future,
                });
            }
        }
    }
    let (mut vital_signs, mut others): (Vec<LatestResult<'_>>, Vec<_>) = found
        .into_iter()
        .partition(|latest| vital_sign_of(&latest.fact.what.code).is_some());
    vital_signs.sort_by_key(|latest| (vital_sign_of(&latest.fact.what.code), latest.is_in_future));
    others.retain(|latest| {
        let date = latest.fact.provenance.sort_date();
        latest.is_in_future || date.is_none() || is_within(date, now, RESULT_DAYS)
    });
    let (mut results, others): (Vec<LatestResult<'_>>, Vec<_>) = others.into_iter().partition(|latest| {
        matches!(
            category_of(&latest.fact.what),
            ResultCategory::Laboratory
                | ResultCategory::Imaging
                | ResultCategory::VitalSigns
                | ResultCategory::Unsaid
        )
    });
    results.sort_by_key(|latest| !latest.is_marked);
    Latest {
        vital_signs,
        results,
        other_tests: others.iter().filter(|latest| !latest.is_in_future).count(),
    }
}

/// Whether the laboratory gave an interpretation other than normal, for the result or a part of it.
fn is_marked(what: &Observed) -> bool {
    let parts = what.components.iter().flat_map(|part| &part.interpretations);
    what.interpretations
        .iter()
        .chain(parts)
        .any(|interpretation| !interpretation.has_code("N"))
}

fn is_within(date: Option<&crate::partial_date::PartialDate>, now: Timestamp, days: i64) -> bool {
    let Ok(since) = now.checked_sub(SignedDuration::from_hours(24 * days)) else {
        return date.is_some();
    };
    date.is_some_and(|date| date.last_day() >= crate::london::date_of(since) && !date.is_future(now))
}

fn recent(record: &PersonRecord, now: Timestamp) -> Vec<FactRef<'_>> {
    let is_event = |kind: Kind| {
        matches!(
            kind,
            Kind::Problem
                | Kind::Medicine
                | Kind::Allergy
                | Kind::Report
                | Kind::Encounter
                | Kind::Procedure
                | Kind::Immunisation
                | Kind::Document
                | Kind::Plan
                | Kind::Flag
        )
    };
    let mut facts: Vec<FactRef<'_>> = record
        .facts()
        .filter(|fact| !fact.is_entered_in_error() && is_event(fact.kind()))
        .filter(|fact| is_within(fact.sort_date(), now, RECENT_DAYS))
        .filter(|fact| match fact {
            FactRef::Encounter(encounter) => encounter.what.has_happened(now),
            _ => true,
        })
        .collect();
    timeline::sort_newest_first(&mut facts);
    facts
}

fn contacts(record: &PersonRecord, now: Timestamp) -> Vec<PersonContact<'_>> {
    let own = live(&record.contacts).map(|fact| (&fact.what, Some(fact)));
    let listed = record
        .person
        .iter()
        .flat_map(|person| &person.contacts)
        .map(|contact| (contact, None));
    let mut found: Vec<PersonContact<'_>> = listed
        .chain(own)
        .filter(|(contact, _)| {
            contact.active != Some(false)
                && !contact
                    .period
                    .as_ref()
                    .is_some_and(|period| period.has_ended(now))
        })
        .map(|(contact, fact)| PersonContact {
            contact,
            fact,
            is_first_call: is_first_call(contact),
        })
        .collect();
    found.sort_by_key(|contact| !contact.is_first_call);
    found
}

/// Next of kin or emergency contact, by HL7 v2 table 0131 (C, N) or v3 RoleCode (NOK, ECON).
fn is_first_call(contact: &ContactPerson) -> bool {
    contact.relationships.iter().any(|relationship| {
        ["C", "N", "NOK", "ECON"]
            .iter()
            .any(|code| relationship.has_code(code))
    })
}
