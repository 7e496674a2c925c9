use care::person::{Address, ContactPerson, Person, Reach, Telecom, Whereabouts};
use care::record::fact::Encounter;
use care::record::{Fact, Mention, PersonRecord};

fn record(whereabouts: Whereabouts) -> PersonRecord {
    let contact = ContactPerson {
        telecom: vec![Telecom {
            value: Some("01632 960001".to_owned()),
            ..Telecom::default()
        }],
        addresses: vec![Address {
            city: Some("Trowbridge".to_owned()),
            ..Address::default()
        }],
        ..ContactPerson::default()
    };
    let encounter = Encounter {
        provider: Some(Mention::named("Trowbridge Health Centre")),
        locations: vec![Mention::named("Trowbridge")],
        ..Encounter::default()
    };
    let mut fact = Fact::new("e", encounter);
    fact.provenance.organisation = Some("Trowbridge Health Centre".to_owned());
    fact.provenance.author = Some(Mention {
        organisation: Some("Trowbridge Health Centre".to_owned()),
        role: Some("Nurse".to_owned()),
        ..Mention::default()
    });
    PersonRecord {
        person: Some(Person {
            whereabouts,
            contacts: vec![contact.clone()],
            ..Person::default()
        }),
        contacts: vec![Fact::new("c", contact)],
        encounters: vec![fact],
        ..PersonRecord::default()
    }
}

#[test]
fn nothing_in_a_restricted_persons_record_betrays_the_town() {
    let mut restricted = record(Whereabouts::Withheld);
    restricted.withhold_whereabouts();
    let text = format!("{restricted:?}");
    assert!(!text.contains("Trowbridge") && !text.contains("01632"), "{text}");
    assert_eq!(restricted.encounters[0].provenance.author_words(), "Nurse");
    assert_eq!(restricted.person.as_ref().unwrap().registered_practice(), None);
}

#[test]
fn anybody_elses_record_is_left_as_it_is() {
    let mut open = record(Whereabouts::Known(Reach::default()));
    let before = open.clone();
    open.withhold_whereabouts();
    assert_eq!(open, before);
}
