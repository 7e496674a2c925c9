//! Everything of a person, from the resources in their record.

use std::cmp::Ordering;

use care::record::fact::Flag;
use care::record::{Fact, PersonRecord};

use super::code::CodeName;
use super::person::Lived;
use super::person::flag;
use super::{
    Coded, Contact, Course, Facts, Measured, access_needs, coded, contact, course, measured, objection,
    person,
};

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
        Facts::of(&resources, &[])
    }

    /// The same for everybody's columns, which know no reader: what bears a label is marked so, and counts on no list by name.
    #[must_use]
    pub fn for_columns<'b>(resources: impl Iterator<Item = &'b [u8]>) -> Facts<CodeName> {
        let (labelled, open): (Vec<&[u8]>, Vec<&[u8]>) = resources.partition(|body| is_labelled(body));
        Facts::of(&open, &labelled)
    }

    /// Of resources, and of those whose facts are to be marked as labelled.
    fn of(open: &[&[u8]], labelled: &[&[u8]]) -> Facts<CodeName> {
        let resources = || open.iter().chain(labelled).copied();
        let record = mapping::person_record(open.iter().copied());
        let kept_apart = mapping::person_record(labelled.iter().copied());
        let area = record
            .person
            .as_ref()
            .filter(|person| !person.is_restricted())
            .and_then(|_| resources().find_map(mapping::patient::small_area));
        let (mut who, lived) = person::read(record.person.as_ref(), area.as_deref());
        let unread = record.unmapped.len() + kept_apart.unmapped.len();
        who.unread = u16::try_from(unread).unwrap_or(u16::MAX);
        let mut facts = Facts {
            person: who,
            ..Facts::default()
        };
        facts.take(&record, lived);
        let mut apart = Facts::default();
        apart.take(&kept_apart, lived);
        facts.add_labelled(apart);
        let is_right = |fact: &&Fact<Flag>| !fact.entered_in_error;
        let in_open = record.flags.iter().filter(is_right).map(|fact| &fact.what);
        let in_open = access_needs::flags(record.person.as_ref(), in_open, resources());
        let apart = kept_apart.flags.iter().filter(is_right).map(|fact| &fact.what);
        facts.person.flags |=
            in_open | flag::open(in_open) | access_needs::flags(None, apart, std::iter::empty());
        facts.see_objection();
        // Only somebody who has a Consent is looked at again: one that cannot be read in full objects all the same.
        let speaks = |record: &PersonRecord| !(record.consents.is_empty() && record.unmapped.is_empty());
        if (speaks(&record) || speaks(&kept_apart)) && resources().any(objection::objects_to_stratification) {
            facts.person.flags |= flag::OBJECTS_TO_STRATIFICATION;
        }
        if resources().any(is_labelled) {
            facts.person.flags |= flag::LABELLED;
        }
        facts.sort();
        facts
    }

    /// Takes what a record says of somebody who lived so long.
    fn take(&mut self, record: &PersonRecord, lived: Lived) {
        let facts = self;
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
    }

    /// Adds facts, each marked as labelled.
    fn add_labelled(&mut self, apart: Facts<CodeName>) {
        let coded = apart.coded.into_iter();
        self.coded.extend(coded.map(|one| Coded {
            mark: one.mark.labelled(),
            ..one
        }));
        let measured = apart.measured.into_iter();
        self.measured.extend(measured.map(|one| Measured {
            mark: one.mark.labelled(),
            ..one
        }));
        let courses = apart.courses.into_iter();
        self.courses.extend(courses.map(|one| Course {
            mark: one.mark.labelled(),
            ..one
        }));
        let contacts = apart.contacts.into_iter();
        self.contacts.extend(contacts.map(|one| Contact {
            mark: one.mark.labelled(),
            ..one
        }));
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
        self.person.flags |= more.person.flags
            & (flag::LABELLED | flag::OBJECTS_TO_STRATIFICATION | flag::NEEDS | flag::OPEN_NEEDS);
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
#[must_use]
pub fn is_labelled(body: &[u8]) -> bool {
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
