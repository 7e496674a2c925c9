//! The pages of one person's record, from the store to the words.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use synthetic::day::Day;
use synthetic::fhir::resources;
use synthetic::place::Files;
use synthetic::{Options, Region};

use super::house::{House, people};

async fn house() -> (House, String) {
    let house = House::open().await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    let cookies = house.sign_in().await;
    (house, cookies)
}

fn at(section: &str) -> String {
    format!("/staff/person/{}{section}", people::CLARA)
}

#[tokio::test]
async fn the_first_two_minutes_show_the_emergency_set() {
    let (house, cookies) = house().await;
    let page = house.get(&at(""), &cookies).await.expect(200);
    page.says("OKAFOR, Clara (Mrs)")
        .says("Penicillin")
        .says("Heart failure")
        .says("Bisoprolol 2.5mg tablets")
        .says("One tablet each morning")
        .says("5.8 mmol/L")
        .says("To stay at home with her garden")
        .does_not_say("Diabetes of somebody else");
}

#[tokio::test]
async fn each_section_shows_its_facts_and_the_banner() {
    let (house, cookies) = house().await;
    for (section, words) in [
        ("/timeline", "Home visit"),
        ("/problems", "Heart failure"),
        ("/medicines", "One tablet each morning"),
        ("/allergies", "High risk"),
        ("/results", "Potassium"),
        ("/encounters", "Home visit"),
        ("/documents", "Dear Doctor"),
        ("/plans", "To stay at home with her garden"),
        ("/other", "No procedure is recorded"),
    ] {
        let page = house.get(&at(section), &cookies).await.expect(200);
        page.says(words)
            .says("data-person-banner")
            .says("Penicillin")
            .says("943\u{a0}476\u{a0}5919");
    }
}

#[tokio::test]
async fn a_fact_entered_in_error_is_counted_and_not_shown() {
    let (house, cookies) = house().await;
    let page = house.get(&at("/problems"), &cookies).await.expect(200);
    page.says("1 entry was entered in error and is not shown")
        .does_not_say("Diabetes of somebody else");
}

#[tokio::test]
async fn a_result_has_a_chart_a_table_twin_and_a_sentence() {
    let (house, cookies) = house().await;
    let results = house.get(&at("/results"), &cookies).await.expect(200);
    let href = results
        .text
        .split(&format!("{}/", at("/results")))
        .nth(1)
        .expect("a link to a result");
    let name = href.split('"').next().expect("a name");
    let page = house
        .get(&format!("{}/{name}", at("/results")), &cookies)
        .await
        .expect(200);
    page.says("<svg")
        .says("<title id=")
        .says("<desc id=")
        .says("First 4.4 mmol/L, last 5.8 mmol/L")
        .says("Range 3.5 to 5.3 mmol/L")
        .says("9 March 2026");
    house
        .get(&format!("{}/0000000000000000", at("/results")), &cookies)
        .await
        .expect(404);
}

#[tokio::test]
async fn the_timeline_is_filtered_by_kind_and_year_without_a_script() {
    let (house, cookies) = house().await;
    let page = house
        .get(&at("/timeline?kind=result&year=2026"), &cookies)
        .await
        .expect(200);
    page.says("Potassium")
        .does_not_say("Home visit")
        .says("2 entries as filtered");
    house
        .get(&at("/timeline?kind=result&year=1999"), &cookies)
        .await
        .expect(200)
        .says("Choose another kind or year");
    house
        .get(&at("/timeline?kind=%00&year=x&page=-1"), &cookies)
        .await
        .expect(200)
        .says("Home visit");
}

#[tokio::test]
async fn somebody_who_is_not_there_is_not_found_whatever_the_id() {
    let (house, cookies) = house().await;
    for id in [
        "0198d2f4-0000-7000-8000-000000000000",
        "..%2F..",
        "%00",
        "a%20b",
        "%FF",
        &"a".repeat(65),
        "'%20OR%201=1",
        "%3Cscript%3E",
    ] {
        for section in ["", "/timeline", "/other"] {
            let page = house.get(&format!("/staff/person/{id}{section}"), &cookies).await;
            assert_eq!(page.status, 404, "{id}{section}: {}", page.text);
            page.says("Page not found").does_not_say("<script>");
        }
    }
}

#[tokio::test]
async fn somebody_whose_record_was_deleted_is_gone_with_words() {
    use actions::record::{Precondition, Request, delete};
    let (house, cookies) = house().await;
    let lone = serde_json::json!({"resourceType": "Patient", "id": "lone", "name": [{"family": "Lone"}]});
    house.keep(&lone).await;
    house.get("/staff/person/lone", &cookies).await.expect(200);
    let actor = actions::Actor::new("test", record::Role::Development, None);
    let kind = fhir::ResourceType::from_name("Patient").expect("a type");
    let sent = Request {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    delete(
        house.actions(),
        &actor,
        actions::Purpose::DirectCare,
        &sent,
        kind,
        "lone",
        Precondition::None,
    )
    .await
    .expect("deleted");
    house
        .get("/staff/person/lone", &cookies)
        .await
        .expect(410)
        .says("This record was deleted");
}

#[tokio::test]
async fn looking_at_pages_changes_nothing_in_the_record() {
    let (house, cookies) = house().await;
    let before = house.record.digest().await.expect("a digest");
    for section in ["", "/timeline", "/results", "/nowhere"] {
        house.get(&at(section), &cookies).await;
    }
    assert_eq!(before, house.record.digest().await.expect("a digest"));
}

#[tokio::test]
async fn a_medicine_that_must_not_be_given_is_marked_wherever_it_stands() {
    let (house, cookies) = house().await;
    let subject = serde_json::json!({"reference": format!("Patient/{}", people::CLARA)});
    let not = serde_json::json!({"resourceType": "MedicationRequest", "id": "not", "status": "active", "intent": "order",
        "doNotPerform": true, "subject": subject, "medicationCodeableConcept": {"text": "Ibuprofen"}, "authoredOn": "2026-03-01"});
    let proposed = serde_json::json!({"resourceType": "MedicationRequest", "id": "maybe", "status": "active", "intent": "proposal",
        "subject": subject, "medicationCodeableConcept": {"text": "Digoxin"}, "authoredOn": "2026-03-01"});
    for one in [not, proposed] {
        house.keep(&one).await;
    }
    for section in ["", "/medicines", "/timeline"] {
        let page = house.get(&at(section), &cookies).await.expect(200);
        page.says("Ibuprofen")
            .says("nhsuk-tag--red")
            .says("Do not give")
            .says("Digoxin")
            .says("Proposed");
    }
}

#[tokio::test]
async fn no_current_medicine_is_left_off_the_first_page() {
    let (house, cookies) = house().await;
    for number in 0..12 {
        let one = serde_json::json!({"resourceType": "MedicationRequest", "id": format!("many-{number}"), "status": "active",
            "intent": "order", "subject": {"reference": format!("Patient/{}", people::CLARA)},
            "medicationCodeableConcept": {"text": format!("Medicine number {number}")}});
        house.keep(&one).await;
    }
    let mut page = house.get(&at(""), &cookies).await.expect(200);
    for number in 0..12 {
        page = page.says(&format!("Medicine number {number}"));
    }
}

#[tokio::test]
async fn a_record_that_was_replaced_says_so_and_leads_to_the_one_in_use() {
    let (house, cookies) = house().await;
    let mut clara = people::clara().remove(0);
    clara["active"] = serde_json::json!(false);
    house.keep(&clara).await;
    house
        .get(&at(""), &cookies)
        .await
        .expect(200)
        .says("This record is no longer in use");
}

#[tokio::test]
async fn a_record_that_is_read_with_another_says_so_on_every_page() {
    let (house, cookies) = house().await;
    let other = json!({
        "resourceType": "Patient", "id": "an-older-entry",
        "name": [{ "family": "Okafor-Bell", "given": ["Clara"] }],
    });
    house.keep(&other).await;
    let allergy = json!({
        "resourceType": "AllergyIntolerance", "id": "an-older-allergy",
        "patient": { "reference": "Patient/an-older-entry" }, "code": { "text": "Latex gloves" },
    });
    house.keep(&allergy).await;
    house
        .get(&at("/allergies"), &cookies)
        .await
        .expect(200)
        .does_not_say("Latex gloves");
    house.join("an-older-entry", people::CLARA).await;
    for section in ["", "/timeline", "/problems", "/medicines", "/allergies"] {
        let page = house.get(&at(section), &cookies).await.expect(200);
        page.says("Also known as")
            .says("OKAFOR-BELL, Clara")
            .says("joined on")
            .says("two records had been made for one person")
            .says("OKAFOR, Clara (Mrs)");
    }
    house
        .get(&at("/allergies"), &cookies)
        .await
        .expect(200)
        .says("Latex gloves");
    let asked = house
        .get("/staff/person/an-older-entry", &cookies)
        .await
        .expect(200);
    asked.says("OKAFOR, Clara (Mrs)").says("Also known as");
}

/// Where a record shows what has a section, by type; other types are counted and named on the last page.
const SECTIONS: [(&str, &str); 17] = [
    ("AllergyIntolerance", "/allergies"),
    ("CarePlan", "/plans"),
    ("Condition", "/problems"),
    ("Consent", "/other"),
    ("DiagnosticReport", "/results"),
    ("DocumentReference", "/documents"),
    ("Encounter", "/encounters"),
    ("Flag", "/other"),
    ("Goal", "/plans"),
    ("Immunization", "/other"),
    ("MedicationRequest", "/medicines"),
    ("MedicationStatement", "/medicines"),
    ("Observation", "/results"),
    ("Procedure", "/other"),
    ("RelatedPerson", "/other"),
    ("Patient", ""),
    ("Composition", "/documents"),
];

/// Words by any of which a page can be told to show a resource.
fn said(of: &Value) -> Vec<String> {
    const CONCEPTS: [&str; 6] = [
        "code",
        "vaccineCode",
        "medicationCodeableConcept",
        "type",
        "category",
        "scope",
    ];
    let concepts = CONCEPTS.iter().filter_map(|field| {
        let one = of.get(field)?;
        let one = one.get(0).unwrap_or(one);
        one["text"].as_str().or(one["coding"][0]["display"].as_str())
    });
    let own = [&of["title"], &of["description"]["text"], &of["name"][0]["family"]];
    concepts
        .chain(own.into_iter().filter_map(Value::as_str))
        .map(str::to_owned)
        .collect()
}

/// "ImagingStudy" as "Imaging study".
fn kind_words(kind: &str) -> String {
    let lower = kind.chars().enumerate().flat_map(|(at, letter)| {
        let space = (at > 0 && letter.is_uppercase()).then_some(' ');
        let letter = if at > 0 {
            letter.to_ascii_lowercase()
        } else {
            letter
        };
        space.into_iter().chain([letter])
    });
    lower.collect()
}

/// Every type that invented people's records hold is shown on a page of theirs (issue "A synthetic region").
#[tokio::test]
async fn each_type_of_an_invented_record_is_shown() {
    let today = Day::ymd(2026, 11, 1);
    let region = Region::grow(Options {
        seed: 7,
        people: 400,
        today,
        files: Files::Bsw,
    })
    .expect("it grows");
    let house = House::open().await;
    let cookies = house.sign_in().await;
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for index in 0..region.lives() {
        let life = region.life_on(index, today);
        let all = resources(&region.place, &region.parameters, 7, today, &life);
        // Whoever is there twice has a part of it on another page; who adds no type is passed over.
        let twice = all.iter().filter(|one| one.resource_type == "Patient").count() > 1;
        if twice || all.iter().all(|one| shown.contains_key(one.resource_type)) {
            continue;
        }
        let all: Vec<Value> = all
            .iter()
            .map(|one| serde_json::from_slice(&one.body).expect("JSON"))
            .collect();
        let mut kinds: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for one in &all {
            house.keep(one).await;
            let kind = one["resourceType"].as_str().expect("a type");
            kinds.entry(kind).or_default().push(one);
        }
        let person = format!("/staff/person/{}", all[0]["id"].as_str().expect("an id"));
        let mut pages: BTreeMap<&str, String> = BTreeMap::new();
        for (_, section) in SECTIONS {
            if !pages.contains_key(section) {
                let page = house
                    .get(&format!("{person}{section}"), &cookies)
                    .await
                    .expect(200);
                pages.insert(section, page.text.to_lowercase());
            }
        }
        for (kind, of) in kinds {
            let section = SECTIONS.iter().find(|(known, _)| *known == kind);
            let is_there = match section {
                Some((_, section)) => of.iter().flat_map(|one| said(one)).any(|words| {
                    let escaped = words.replace('&', "&#38;").replace('\'', "&#39;");
                    pages[section].contains(&escaped.to_lowercase())
                }),
                // Counted in a row of its own.
                None => {
                    let row = format!("{}<", kind_words(kind).to_lowercase());
                    let rest = pages["/other"].split_once(&row).map(|(_, rest)| rest);
                    rest.and_then(|rest| rest.split("</tr>").next())
                        .is_some_and(|row| row.contains(&format!(">{}<", of.len())))
                }
            };
            assert!(is_there, "{kind} is not shown: {}", of[0]);
            *shown.entry(kind.to_owned()).or_default() += of.len();
        }
    }
    println!("{shown:?}");
    assert!(shown.len() >= 25, "{shown:?}");
}
