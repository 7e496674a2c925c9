//! A person whose address is restricted: nothing in the record may betray where they are (safety rule 17).

use super::PersonRecord;
use super::mention::Mention;
use crate::person::ContactPerson;

/// What stands in place of a name that might betray a place.
pub const WITHHELD: &str = "Withheld: restricted address";

impl PersonRecord {
    /// Takes out what could betray where a restricted person is: organisation names, places, and how to reach the
    /// people around them. Does nothing for anybody else. Names and roles of authors, and every clinical fact, stay.
    pub fn withhold_whereabouts(&mut self) {
        if !self
            .person
            .as_ref()
            .is_some_and(crate::person::Person::is_restricted)
        {
            return;
        }
        for contact in self.person.iter_mut().flat_map(|person| &mut person.contacts) {
            seal_contact(contact);
        }
        for contact in &mut self.contacts {
            seal_contact(&mut contact.what);
        }
        for encounter in &mut self.encounters {
            encounter.what.locations.iter_mut().for_each(seal_name);
            encounter.what.provider.iter_mut().for_each(seal_name);
        }
        for procedure in &mut self.procedures {
            procedure.what.location.iter_mut().for_each(seal_name);
        }
        for document in &mut self.documents {
            document.what.custodian.iter_mut().for_each(seal_name);
        }
        self.each_provenance(|provenance| {
            if provenance.organisation.is_some() {
                provenance.organisation = Some(WITHHELD.to_owned());
            }
            provenance.system = None;
            if let Some(author) = &mut provenance.author {
                if author.type_name() == Some("Organization") {
                    seal_name(author);
                }
                if author.organisation.is_some() {
                    author.organisation = Some(WITHHELD.to_owned());
                }
            }
        });
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

fn seal_name(mention: &mut Mention) {
    *mention = Mention {
        reference: mention.reference.take(),
        ..Mention::named(WITHHELD)
    };
}
