//! The rendering of one life: what every resource of it needs, and what was rendered so far.

use serde_json::Value;

use super::Rendered;
use super::datatype::{Draft, SYNTHETIC, pointer, reference};
use super::id::{Kind, id, joined};
use super::organisation::{Unit, location_id, name, organisation_id, provider};
use super::worker::{Worker, is_second, whom};
use crate::day::{Day, Moment};
use crate::life::{Contact, FaultKind, Life, Organisation};
use crate::parameters::Parameters;
use crate::place::Place;
use crate::random::{Random, Stream};

/// A life on its way to FHIR.
pub(super) struct Rendering<'a> {
    pub(super) place: &'a Place,
    pub(super) parameters: &'a Parameters,
    pub(super) seed: u64,
    pub(super) today: Day,
    pub(super) life: &'a Life,
    /// The name in use, as letters have it.
    pub(super) name: String,
    patient: String,
    silent: Option<Day>,
    rendered: Vec<Rendered>,
    page: Vec<u8>,
}

impl<'a> Rendering<'a> {
    pub(super) fn new(
        place: &'a Place,
        parameters: &'a Parameters,
        seed: u64,
        today: Day,
        life: &'a Life,
    ) -> Rendering<'a> {
        let person = &life.person;
        Rendering {
            place,
            parameters,
            seed,
            today,
            life,
            name: shown(person.name.given.first().copied(), &person.name.family),
            patient: format!("Patient/{}", super::patient_id(seed, person.index)),
            silent: life
                .faults
                .iter()
                .find(|fault| fault.kind == FaultKind::SilentSource)
                .map(|fault| fault.day),
            page: Vec::with_capacity(4096),
            rendered: Vec::with_capacity(
                24 + life.measurements.len()
                    + life.contacts.len()
                    + life.courses.len()
                    + life.problems.len() * 2,
            ),
        }
    }

    pub(super) fn finish(self) -> Vec<Rendered> {
        self.rendered
    }

    /// The id of one of the person's resources.
    pub(super) fn id(&self, kind: Kind, ordinal: u32, at: Day) -> String {
        let at = if kind == Kind::Patient {
            joined(self.life.person.index)
        } else {
            at
        };
        id(self.seed, self.life.person.index, kind as u16, ordinal, at)
    }

    /// Opens one of the person's resources.
    pub(super) fn open(
        &self,
        resource_type: &'static str,
        profile: &str,
        kind: Kind,
        ordinal: usize,
        at: Day,
    ) -> Draft {
        Draft::open(
            resource_type,
            self.id(kind, ordinal as u32, at),
            profile,
            SYNTHETIC,
        )
    }

    /// Keeps a resource that is done.
    pub(super) fn keep(&mut self, draft: Draft) {
        let rendered = draft.finish(&mut self.page);
        self.rendered.push(rendered);
    }

    /// A reference to the person. Without the name: it would stand in every resource when the person's own changes.
    pub(super) fn person(&self) -> Value {
        pointer(&self.patient)
    }

    /// A reference to somebody close to the person.
    pub(super) fn close(&self, at: usize) -> Option<Value> {
        let name = &self.life.person.relations.get(at)?.name;
        let id = self.id(Kind::RelatedPerson, at as u32, self.life.person.registered);
        let display = shown(name.given.first().copied(), &name.family);
        Some(reference(&format!("RelatedPerson/{id}"), &display))
    }

    /// Chance for what only the rendering needs; `what` keeps its uses apart.
    pub(super) fn random(&self, what: u64) -> Random {
        // Above the places in the region, so that nothing that made the life draws the same numbers.
        Random::new(
            self.seed,
            Stream::Person,
            (what + 1) << 32 | u64::from(self.life.person.index),
        )
    }

    /// The contact at a place, when it is one that the record knows: nothing of a practice whose system went silent.
    pub(super) fn contact(&self, at: Option<u32>) -> Option<(u32, &'a Contact)> {
        let at = at?;
        let contact = self.life.contacts.get(at as usize)?;
        (!self.is_silent(contact.organisation, contact.start.day)).then_some((at, contact))
    }

    /// Whether an organisation's facts of a day never came: its practice's system went silent before.
    pub(super) fn is_silent(&self, organisation: Organisation, day: Day) -> bool {
        matches!(organisation, Organisation::Practice(_)) && self.silent.is_some_and(|silent| day > silent)
    }

    /// Whether what hangs on a contact never came, the contact being one of those.
    pub(super) fn is_lost(&self, contact: Option<u32>) -> bool {
        contact.is_some() && self.contact(contact).is_none()
    }

    /// A reference to the Encounter of a contact.
    pub(super) fn encounter(&self, at: Option<u32>) -> Option<Value> {
        let (at, contact) = self.contact(at)?;
        let to = format!("Encounter/{}", self.id(Kind::Encounter, at, contact.start.day));
        Some(reference(&to, super::encounter::words_of(contact.kind)))
    }

    /// A reference to the Condition of a problem.
    pub(super) fn problem(&self, at: Option<u32>) -> Option<Value> {
        let at = at?;
        let problem = self.life.problems.get(at as usize)?;
        let condition = self.parameters.conditions.get(usize::from(problem.condition))?;
        let to = format!("Condition/{}", self.id(Kind::Condition, at, problem.recorded));
        Some(reference(&to, &condition.name))
    }

    /// The problem that a place in the table of conditions stands for on a day: the last one begun by then.
    pub(super) fn problem_of(&self, condition: Option<u8>, by: Day) -> Option<u32> {
        let condition = condition?;
        let known = self.life.problems.iter().enumerate();
        let mut fitting = known.filter(|(_, problem)| problem.condition == condition && problem.onset <= by);
        fitting.next_back().map(|(at, _)| at as u32)
    }

    /// The words of a place in the table of conditions, with its code.
    pub(super) fn condition_concept(&self, condition: Option<u8>) -> Option<Value> {
        let condition = self.parameters.conditions.get(usize::from(condition?))?;
        Some(super::datatype::clinical(
            condition.snomed.as_deref(),
            &condition.name,
        ))
    }

    /// A reference to an Organization.
    pub(super) fn organisation(&self, organisation: Organisation) -> Value {
        let to = format!(
            "Organization/{}",
            organisation_id(self.place, self.seed, organisation)
        );
        reference(&to, name(self.place, provider(self.place, organisation)))
    }

    /// A reference to the Location of a practice or site.
    pub(super) fn location(&self, organisation: Organisation) -> Option<Value> {
        let to = format!("Location/{}", location_id(self.seed, organisation)?);
        Some(reference(&to, name(self.place, Unit::from(organisation))))
    }

    /// The practice that the person is registered with.
    pub(super) fn practice(&self) -> Option<Organisation> {
        self.life.person.practice.map(Organisation::Practice)
    }

    /// The person's own doctor at the practice; without a practice nobody.
    pub(super) fn own_doctor(&self) -> Option<Value> {
        self.practice()
            .map(|practice| self.worker(whom(self.place, practice, false, self.life.person.index)))
    }

    /// The worker who gave a contact: the own doctor or the own nurse in the practice, else whoever was there.
    pub(super) fn gave(&self, at: u32, contact: &Contact) -> Worker {
        let choice = match contact.organisation {
            Organisation::Practice(_) => self.life.person.index,
            Organisation::Site(_) | Organisation::Council(_) | Organisation::Service(_) => {
                self.life.person.index.wrapping_mul(31).wrapping_add(at)
            }
        };
        whom(self.place, contact.organisation, is_second(contact.kind), choice)
    }

    /// A reference to a worker in their role.
    pub(super) fn worker(&self, worker: Worker) -> Value {
        let to = format!("PractitionerRole/{}", worker.role_id(self.seed));
        reference(&to, &worker.display(self.parameters, self.seed))
    }

    /// A reference to the worker who gave a contact.
    pub(super) fn worker_of(&self, at: Option<u32>) -> Option<Value> {
        let (at, contact) = self.contact(at)?;
        Some(self.worker(self.gave(at, contact)))
    }

    /// Whether the moment has not come yet.
    pub(super) fn is_to_come(&self, at: Moment) -> bool {
        at.day > self.today
    }

    /// The words of a statement of what matters.
    pub(super) fn matters(&self, at: u16) -> &'static str {
        let said = &self.parameters.matters;
        said.get(usize::from(at) % said.len().max(1))
            .copied()
            .unwrap_or("To stay at home")
    }
}

/// A name as references show it; never empty, as FHIR asks.
pub(super) fn shown(given: Option<&str>, family: &str) -> String {
    match (given.unwrap_or_default(), family) {
        ("", "") => "Name not known".to_owned(),
        ("", only) | (only, "") => only.to_owned(),
        (given, family) => format!("{given} {family}"),
    }
}
