//! A person whose address is restricted: nothing in the record may betray where they are (safety rule 17).

use super::PersonRecord;
use super::mention::Mention;
use crate::person::{ContactPerson, Whereabouts};

/// What stands in place of a name that might betray a place.
pub const WITHHELD: &str = "Withheld: restricted address";

/// Types of people: their names betray no place. Whatever is not known to be one of these may be a place.
const PEOPLE: [&str; 4] = ["Patient", "Practitioner", "PractitionerRole", "RelatedPerson"];

impl PersonRecord {
    /// Takes out what could betray where a restricted person is: names of organisations and places, of authors,
    /// participants and other records that are not known to be people, and how to reach the people around them. Does
    /// nothing for anybody else. Roles of authors, and every clinical fact, stay. Whose entry could not be read is
    /// taken for restricted.
    pub fn withhold_whereabouts(&mut self) {
        if !self.may_be_restricted() {
            return;
        }
        if let Some(person) = &mut self.person {
            person.whereabouts = Whereabouts::Withheld;
            person.contacts.iter_mut().for_each(seal_contact);
        }
        for contact in &mut self.contacts {
            seal_contact(&mut contact.what);
        }
        for encounter in &mut self.encounters {
            let what = &mut encounter.what;
            what.locations.iter_mut().for_each(seal_name);
            what.provider.iter_mut().for_each(seal_name);
            what.participants.iter_mut().for_each(seal_unless_person);
        }
        for procedure in &mut self.procedures {
            procedure.what.location.iter_mut().for_each(seal_name);
        }
        for document in &mut self.documents {
            let what = &mut document.what;
            what.custodian.iter_mut().for_each(seal_name);
            what.other_authors.iter_mut().for_each(seal_unless_person);
        }
        for result in &mut self.results {
            result.what.device.iter_mut().for_each(seal_name);
        }
        for plan in &mut self.plans {
            for activity in &mut plan.what.activities {
                activity.performers.iter_mut().for_each(seal_unless_person);
            }
        }
        for other in &mut self.others {
            if !PEOPLE.contains(&other.what.type_name.as_str()) {
                other.what.words = None;
            }
        }
        self.each_provenance(|provenance| {
            if provenance.organisation.is_some() {
                provenance.organisation = Some(WITHHELD.to_owned());
            }
            provenance.system = None;
            provenance.author.iter_mut().for_each(seal_unless_person);
        });
    }

    fn may_be_restricted(&self) -> bool {
        let unread = |kind: &str| self.unmapped.iter().any(|fact| fact.what.type_name == kind);
        match &self.person {
            Some(person) => person.is_restricted() || unread("Patient"),
            // What could not even be told the type of may be the person's entry.
            None => unread("Patient") || unread("Unknown"),
        }
    }

    fn each_provenance(&mut self, change: impl Fn(&mut super::Provenance)) {
        self.problems
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.medicines
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.allergies
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.results
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.reports
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.encounters
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.procedures
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.immunisations
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.documents
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.plans
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.goals
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.flags
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.contacts
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.consents
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.others
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
        self.unmapped
            .iter_mut()
            .for_each(|fact| change(&mut fact.provenance));
    }
}

fn seal_contact(contact: &mut ContactPerson) {
    contact.telecom.clear();
    contact.addresses.clear();
}

/// Leaves a person's name and role, without the organisation; of all else the role alone.
fn seal_unless_person(mention: &mut Mention) {
    if mention.organisation.is_some() {
        mention.organisation = Some(WITHHELD.to_owned());
    }
    if mention.type_name().is_some_and(|kind| PEOPLE.contains(&kind)) {
        return;
    }
    if mention.name.is_some() {
        mention.name = Some(WITHHELD.to_owned());
    }
    // An address names the system, and so the place, that it stands in.
    mention.reference = mention
        .reference
        .take()
        .filter(|reference| !reference.contains(':'));
}

fn seal_name(mention: &mut Mention) {
    *mention = Mention {
        reference: mention.reference.take(),
        ..Mention::named(WITHHELD)
    };
}
