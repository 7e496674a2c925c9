//! Everything of a person, from the resources in their record.

use std::cmp::Ordering;

use super::code::CodeName;
use super::person::flag;
use super::{Facts, Measured, access_needs, coded, contact, course, measured, objection, person};

/// The FHIR types that are read.
pub const READS: &[&str] = &[
    "Patient",
    "Condition",
    "Observation",
    "MedicationRequest",
    "MedicationStatement",
    "Encounter",
    "AllergyIntolerance",
    "Procedure",
    "Immunization",
    "Consent",
    "Flag",
];

impl Facts<CodeName> {
    /// What is kept of a person who has these resources (FHIR R4 JSON). Nothing refuses: what cannot be read is counted,
    /// what is odd is marked. The order of the resources does not matter.
    #[must_use]
    pub fn read<'b>(resources: impl Iterator<Item = &'b [u8]>) -> Facts<CodeName> {
        let resources: Vec<&[u8]> = resources.collect();
        let record = mapping::person_record(resources.iter().copied());
        let area = record
            .person
            .as_ref()
            .filter(|person| !person.is_restricted())
            .and_then(|_| {
                resources
                    .iter()
                    .find_map(|body| mapping::patient::small_area(body))
            });
        let (mut who, lived) = person::read(record.person.as_ref(), area.as_deref());
        who.unread = u16::try_from(record.unmapped.len()).unwrap_or(u16::MAX);
        let mut facts = Facts {
            person: who,
            ..Facts::default()
        };
        for fact in record.problems.iter().filter(|fact| !fact.entered_in_error) {
            coded::problem(&mut facts.coded, fact, lived);
        }
        for fact in record.procedures.iter().filter(|fact| !fact.entered_in_error) {
            coded::procedure(&mut facts.coded, fact, lived);
        }
        for fact in record.allergies.iter().filter(|fact| !fact.entered_in_error) {
            coded::allergy(&mut facts.coded, fact, lived);
        }
        for fact in record.immunisations.iter().filter(|fact| !fact.entered_in_error) {
            coded::immunisation(&mut facts.coded, fact, lived);
        }
        for fact in record.results.iter().filter(|fact| !fact.entered_in_error) {
            measured::read(fact, lived, &mut facts.coded, &mut facts.measured);
        }
        for fact in record.medicines.iter().filter(|fact| !fact.entered_in_error) {
            facts.courses.push(course::read(fact, lived));
        }
        for fact in record.encounters.iter().filter(|fact| !fact.entered_in_error) {
            facts.contacts.push(contact::read(fact, lived));
            coded::reasons(&mut facts.coded, fact, lived);
        }
        let flags = record.flags.iter().filter(|fact| !fact.entered_in_error);
        facts.person.flags |= access_needs::flags(
            record.person.as_ref(),
            flags.map(|fact| &fact.what),
            resources.iter().copied(),
        );
        facts.see_objection();
        // Only somebody who has a Consent is looked at again: one that cannot be read in full objects all the same.
        let consents = !(record.consents.is_empty() && record.unmapped.is_empty());
        if consents
            && resources
                .iter()
                .any(|body| objection::objects_to_stratification(body))
        {
            facts.person.flags |= flag::OBJECTS_TO_STRATIFICATION;
        }
        if resources.iter().any(|body| is_labelled(body)) {
            facts.person.flags |= flag::LABELLED;
        }
        facts.sort();
        facts
    }

    /// Whether a type 1 opt-out, or its end, is among the facts.
    pub(crate) fn speaks_of_objection(&self) -> bool {
        self.coded.iter().any(|fact| objection::is_said_by(&fact.code))
    }

    /// Sees whether a type 1 opt-out stands among the facts.
    pub(crate) fn see_objection(&mut self) {
        self.person.flags &= !flag::TYPE_1;
        if objection::type_1(&self.coded) {
            self.person.flags |= flag::TYPE_1;
        }
    }

    /// Puts everything in the one order that depends on nothing but what it is.
    pub fn sort(&mut self) {
        self.coded.sort_unstable();
        self.measured.sort_unstable_by(in_order);
        self.courses.sort_unstable();
        self.contacts.sort_unstable();
    }
}

impl Facts<u32> {
    /// Takes in what came to the same person besides, read with the same Patient; `name` gives a number's code, by which
    /// facts of one day are in order.
    pub(crate) fn take_in(&mut self, more: Facts<u32>, mut name: impl Fn(u32) -> CodeName) {
        self.person.flags |=
            more.person.flags & (flag::LABELLED | flag::OBJECTS_TO_STRATIFICATION | flag::NEEDS);
        for one in more.coded {
            put(&mut self.coded, one, |one| one.map(&mut name), Ord::cmp);
        }
        for one in more.measured {
            put(&mut self.measured, one, |one| one.map(&mut name), in_order);
        }
        for one in more.courses {
            put(&mut self.courses, one, |one| one.map(&mut name), Ord::cmp);
        }
        for one in more.contacts {
            put(&mut self.contacts, one, |one| one, Ord::cmp);
        }
    }
}

/// Puts one into its place; few are looked at by name, of a person who has hundreds.
fn put<T: Clone, N>(
    all: &mut Vec<T>,
    one: T,
    mut named: impl FnMut(T) -> N,
    order: impl Fn(&N, &N) -> Ordering,
) {
    let new = named(one.clone());
    let place = all.partition_point(|other| order(&named(other.clone()), &new).is_le());
    all.insert(place, one);
}

/// The order of values.
fn in_order(one: &Measured<CodeName>, other: &Measured<CodeName>) -> Ordering {
    (one.day, &one.code, one.mark)
        .cmp(&(other.day, &other.code, other.mark))
        .then_with(|| number(one.value).total_cmp(&number(other.value)))
}

/// The key under which labels stand.
const SECURITY: &[u8] = b"\"security\"";

/// Whether a resource bears a label. A Patient's own are about places, or hide the person altogether.
fn is_labelled(body: &[u8]) -> bool {
    // Hardly any resource has the word, and only those are read again.
    if !body.windows(SECURITY.len()).any(|part| part == SECURITY) {
        return false;
    }
    let resource: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let labels = resource["meta"]["security"].as_array();
    resource["resourceType"] != "Patient" && labels.is_some_and(|labels| !labels.is_empty())
}

/// A value to sort by; what has none comes last.
fn number(value: Option<f32>) -> f32 {
    value.unwrap_or(f32::NAN)
}
