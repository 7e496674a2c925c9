//! Whom the lookup finds, why, in which order, and whom it must not find.

use std::collections::BTreeMap;

use boards::person_lookup::{Asked, Born, Found, Match, PersonLookup};
use codes::nhs_number::NhsNumber;
use jiff::civil::date;
use proptest::prelude::*;
use record::view::{PersonNow, View};
use record::{Bucket, PersonKey, Stored};

fn key(number: u64) -> PersonKey {
    PersonKey::new(Bucket::new(7).expect("in range"), number)
}

fn number(text: &str) -> NhsNumber {
    NhsNumber::parse(text).expect("a number")
}

/// The lookup with these people in it: each an id and the inside of a Patient.
fn lookup(people: &[(&str, &str)]) -> PersonLookup {
    let mut lookup = PersonLookup::default();
    for (at, (id, inside)) in people.iter().enumerate() {
        put(&mut lookup, at as u64 + 1, id, inside, None);
    }
    lookup
}

fn put(lookup: &mut PersonLookup, at: u64, id: &str, inside: &str, survivor: Option<PersonKey>) {
    let kind = fhir_type();
    let stored = Stored {
        resource_type: kind,
        id: id.to_owned(),
        version: 1,
        updated: jiff::Timestamp::UNIX_EPOCH,
        json: format!(r#"{{"resourceType":"Patient","id":"{id}",{inside}}}"#).into_bytes(),
        person: key(at),
        deleted: false,
    };
    let now = PersonNow {
        person: key(at),
        survivor,
        resources: &[stored],
    };
    let kept = PersonLookup::keep(&now).expect("it can be read");
    lookup.put(key(at), kept);
}

fn fhir_type() -> fhir::ResourceType {
    fhir::ResourceType::from_name("Patient").expect("a type")
}

fn ids(found: &Found) -> Vec<&str> {
    found.candidates.iter().map(|one| one.id.as_str()).collect()
}

fn name(given: &str, family: &str) -> String {
    format!(r#""name":[{{"given":["{given}"],"family":"{family}"}}]"#)
}

#[test]
fn a_name_is_found_in_any_order_with_a_slip_an_accent_or_only_begun_and_the_nearest_comes_first() {
    let (thompson, thomson, thomas, other) = (
        name("Zoë", "Thompson"),
        name("Zoe", "Thomson"),
        name("Zoe", "Thomas"),
        name("Joe", "Taylor"),
    );
    let lookup = lookup(&[
        ("thompson", &thompson),
        ("thomson", &thomson),
        ("thomas", &thomas),
        ("other", &other),
    ]);
    let find = |text: &str| lookup.find(&Asked::default().name(text), 10);
    assert_eq!(ids(&find("Thompson Zoe")), ["thompson", "thomson"]);
    assert_eq!(ids(&find("zoe thomspon")), ["thompson", "thomson"]);
    assert_eq!(ids(&find("Mrs ZOË THOM")), ["thompson", "thomson", "thomas"]);
    assert_eq!(find("zoe xx"), Found::default());
    let found = find("Thompson Zoe");
    let why: Vec<Vec<Match>> = found
        .candidates
        .iter()
        .map(|one| one.fit.names.iter().map(|part| part.met).collect())
        .collect();
    assert_eq!(why, [[Match::Exact, Match::Exact], [Match::Slip, Match::Exact]]);
    assert_eq!(found.candidates[0].fit.names[0].word, "thompson");
}

#[test]
fn a_date_of_birth_is_found_with_day_and_month_swapped_one_digit_wrong_or_known_in_part() {
    let lookup = lookup(&[
        ("right", r#""birthDate":"1940-03-12""#),
        ("swapped", r#""birthDate":"1940-12-03""#),
        ("digit", r#""birthDate":"1940-03-13""#),
        ("month", r#""birthDate":"1940-03""#),
        ("far", r#""birthDate":"1951-03-13""#),
        ("none", r#""gender":"female""#),
    ]);
    let found = lookup.find(&Asked::default().born(Born::on(date(1940, 3, 12))), 10);
    assert_eq!(ids(&found), ["right", "month", "swapped", "digit"]);
    let found = lookup.find(&Asked::default().born(Born::in_year(1940, Some(3))), 10);
    assert_eq!(ids(&found), ["month", "right", "digit"]);
    let found = lookup.find(&Asked::default().born(Born::in_year(1951, None)), 10);
    assert_eq!(ids(&found), ["far"]);
}

#[test]
fn a_telephone_and_a_postcode_are_found_in_any_spelling_and_former_ones_come_after() {
    let lookup = lookup(&[
        (
            "moved",
            r#""telecom":[{"system":"phone","value":"01632 960001","use":"old"}],"address":[{"postalCode":"ZZ99 3WZ","use":"old"},{"postalCode":"ZZ1 1AA"}]"#,
        ),
        (
            "here",
            r#""telecom":[{"system":"phone","value":"+44 1632 960 001"}],"address":[{"postalCode":"zz993wz"}]"#,
        ),
        (
            "mail",
            r#""telecom":[{"system":"email","value":"01632960001@example.org"}]"#,
        ),
    ]);
    let found = lookup.find(&Asked::default().telephone("(01632) 960001"), 10);
    assert_eq!(ids(&found), ["here", "moved"]);
    assert_eq!(found.candidates[1].fit.telephone, Some(Match::Former));
    assert_eq!(
        ids(&lookup.find(&Asked::default().postcode("zz99 3wz"), 10)),
        ["here", "moved"]
    );
    assert_eq!(
        ids(&lookup.find(&Asked::default().postcode("ZZ1"), 10)),
        ["moved"]
    );
    assert_eq!(
        ids(&lookup.find(&Asked::default().postcode("zz"), 10)),
        ["moved", "here"]
    );
}

#[test]
fn a_former_nhs_number_leads_to_its_person_and_the_dead_and_replaced_come_after_others() {
    let number_of = |digits: &str, kind: &str| {
        format!(r#"{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{digits}","use":"{kind}"}}"#)
    };
    let both = format!(
        r#""identifier":[{},{}],{}"#,
        number_of("9990548609", "official"),
        number_of("9990000018", "old"),
        name("Ann", "Verso")
    );
    let dead = format!(r#"{},"deceasedBoolean":true"#, name("Ann", "Verso"));
    let replaced = format!(
        r#"{},"link":[{{"type":"replaced-by","other":{{"reference":"Patient/both"}}}}]"#,
        name("Ann", "Verso")
    );
    let mut lookup = lookup(&[("dead", &dead), ("replaced", &replaced), ("both", &both)]);
    put(&mut lookup, 9, "joined", &name("Ann", "Verso"), Some(key(3)));
    let found = lookup.find(&Asked::default().name("ann verso"), 10);
    assert_eq!(ids(&found), ["both", "dead", "replaced", "joined"]);
    for (digits, met) in [("9990548609", Match::Exact), ("9990000018", Match::Former)] {
        let found = lookup.find(&Asked::default().nhs_number(&number(digits)), 10);
        assert_eq!(ids(&found), ["both"]);
        assert_eq!(found.candidates[0].fit.nhs_number, Some(met));
    }
    let nobody = Asked::default()
        .nhs_number(&number("9990548609"))
        .name("Somebody Else");
    assert_eq!(lookup.find(&nobody, 10).total, 0, "all that is asked must fit");
}

#[test]
fn a_restricted_person_is_found_by_name_and_never_by_postcode_or_telephone() {
    let inside = |meta: &str| {
        format!(
            r#"{meta}{},"telecom":[{{"system":"phone","value":"01632 960002"}}],"address":[{{"postalCode":"ZZ99 3VZ"}}]"#,
            name("Iris", "Verborgen")
        )
    };
    let label = |code: &str| {
        format!(
            r#""meta":{{"security":[{{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{code}"}}]}},"#
        )
    };
    let mut lookup = lookup(&[("open", &inside("")), ("hidden", &inside(&label("R")))]);
    put(&mut lookup, 5, "very", &inside(&label("V")), None);
    assert_eq!(lookup.find(&Asked::default().name("iris"), 10).total, 3);
    for asked in [
        Asked::default().postcode("ZZ99 3VZ"),
        Asked::default().postcode("ZZ99"),
        Asked::default().telephone("01632960002"),
        Asked::default().name("iris verborgen").postcode("ZZ99 3VZ"),
        Asked::default().name("iris verborgen").telephone("01632960002"),
    ] {
        assert_eq!(ids(&lookup.find(&asked, 10)), ["open"], "{asked:?}");
    }
    // Once restricted, found no more by where they live.
    put(&mut lookup, 1, "open", &inside(&label("R")), None);
    assert_eq!(lookup.find(&Asked::default().postcode("ZZ99 3VZ"), 10).total, 0);
}

#[test]
fn no_more_are_listed_than_were_asked_for_and_all_are_counted() {
    let people: Vec<(String, String)> = (0..700)
        .map(|at| (format!("p{at}"), name("Alex", &format!("Fam{}", at % 7))))
        .collect();
    let people: Vec<(&str, &str)> = people
        .iter()
        .map(|(id, inside)| (id.as_str(), inside.as_str()))
        .collect();
    let found = lookup(&people).find(&Asked::default().name("alex fam3"), 20);
    assert_eq!((found.candidates.len(), found.total), (20, 700));
    let exact = |found: &Found| {
        found
            .candidates
            .iter()
            .all(|one| one.fit.parts().all(|met| met == Match::Exact))
    };
    assert!(exact(&found), "those that fit exactly come first");
    assert_eq!(lookup(&people).find(&Asked::default(), 20), Found::default());
}

#[derive(Debug, Clone)]
struct Someone {
    at: u64,
    given: usize,
    family: usize,
    born: (i16, i8, i8),
    postcode: usize,
    telephone: u32,
    gone: bool,
}

const GIVEN: [&str; 6] = ["Ann", "Anne", "Anna", "Ian", "Jo", "Zoë"];
const FAMILY: [&str; 6] = ["Smith", "Smyth", "Smith-Jones", "O'Neil", "Li", "Smit"];
const CODES: [&str; 4] = ["ZZ1 1AA", "ZZ1 2AA", "ZZ11 1AA", "ZZ2"];

fn someone() -> impl Strategy<Value = Someone> {
    (
        1..25u64,
        0..GIVEN.len(),
        0..FAMILY.len(),
        (1940..1942i16, 1..4i8, 1..4i8),
        0..CODES.len(),
        0..4u32,
        prop::bool::weighted(0.2),
    )
        .prop_map(|(at, given, family, born, postcode, telephone, gone)| Someone {
            at,
            given,
            family,
            born,
            postcode,
            telephone,
            gone,
        })
}

fn asked() -> impl Strategy<Value = Asked> {
    let part = |words: Vec<&'static str>| prop::option::of(prop::sample::select(words));
    (
        part(vec![
            "ann",
            "anne smith",
            "smiht",
            "s",
            "jones ann",
            "oneil",
            "li",
            "zoe",
        ]),
        prop::option::of((1940..1942i16, 1..4i8, 1..4i8)),
        part(vec!["zz1", "zz11aa", "zz", "zz1 2", "zz2", "zz12aa"]),
        prop::option::of(0..4u32),
    )
        .prop_map(|(name, born, postcode, telephone)| {
            let mut asked = Asked::default();
            if let Some(text) = name {
                asked = asked.name(text);
            }
            if let Some((year, month, day)) = born {
                asked = asked.born(Born::on(date(year, month, day)));
            }
            if let Some(text) = postcode {
                asked = asked.postcode(text);
            }
            if let Some(last) = telephone {
                asked = asked.telephone(&format!("01632 96000{last}"));
            }
            asked
        })
}

proptest! {
    /// The lists lead to exactly those whom judging everybody finds, whatever was put, changed and taken away before;
    /// and what a snapshot says is the same again.
    #[test]
    fn the_lists_lead_to_exactly_those_who_fit(
        people in prop::collection::vec(someone(), 1..60),
        questions in prop::collection::vec(asked(), 1..12),
    ) {
        let mut lookup = PersonLookup::default();
        for one in &people {
            if one.gone {
                lookup.put(key(one.at), None);
                continue;
            }
            let (year, month, day) = one.born;
            let inside = format!(
                r#"{},"birthDate":"{year:04}-{month:02}-{day:02}","address":[{{"postalCode":"{}"}}],"telecom":[{{"system":"phone","value":"01632 96000{}"}}]"#,
                name(GIVEN[one.given], FAMILY[one.family]),
                CODES[one.postcode],
                one.telephone
            );
            put(&mut lookup, one.at, &format!("id-{}", one.at), &inside, None);
        }
        let everybody: BTreeMap<_, _> = lookup.everybody().collect();
        prop_assert_eq!(everybody.len(), lookup.people());
        let mut again = PersonLookup::default();
        lookup
            .save(&mut |person, bytes| {
                again.put(person, PersonLookup::load(bytes));
                Ok(())
            })
            .expect("it saves");
        prop_assert_eq!(&again.everybody().collect::<BTreeMap<_, _>>(), &everybody);
        for asked in questions.iter().filter(|asked| !asked.is_empty()) {
            let mut expected: Vec<PersonKey> = everybody
                .iter()
                .filter(|(_, details)| asked.fits(details).is_some())
                .map(|(person, _)| *person)
                .collect();
            expected.sort_unstable();
            for lookup in [&lookup, &again] {
                let found = lookup.find(asked, 1000);
                let mut people: Vec<PersonKey> = found.candidates.iter().map(|one| one.person).collect();
                people.sort_unstable();
                prop_assert_eq!(&people, &expected, "{:?}", asked);
                for one in &found.candidates {
                    let judged = asked.fits(&everybody[&one.person]);
                    prop_assert_eq!(Some(&one.fit), judged.as_ref());
                }
            }
        }
    }
}
