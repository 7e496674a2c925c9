//! Every address that asks for a sign-in, tried by everybody: the right role of the right person, the wrong role, the wrong person. What each
//! gets stands in `policies/pages.md`, so that a change of who may ask is reviewed as a change of that file.
//!
//! `SARSEN_WRITE_TABLE=1 cargo nextest run -p web -E 'test(every_address_answers)'` writes it.

use std::fmt::Write as _;

use actions::academy::Academy;
use actions::{Actor, Role};
use fhir::{LocalReference, ResourceType};
use record::Standing;
use serde_json::json;
use web::{Access, ShownRegion};

use super::access::{Refusal, TABLE};
use super::citizen::{proxy, related};
use super::house::{House, Page, people};
use super::risk::{kept, settle};

const RELATED: &str = "0198d2f4-0000-7000-8000-00000000da01";
const CONSENT: &str = "0198d2f4-0000-7000-8000-00000000da02";

/// Somebody who tries.
struct Tries {
    /// As the table calls them.
    words: &'static str,
    token: &'static str,
    /// Has nothing to do with Clara, and may not know of her.
    is_wrong_person: bool,
    is_staff: bool,
}

const EVERYBODY: [Tries; 9] = [
    tries("GP of hers", "a-token-of-her-gp", false, true),
    tries("co-ordinator of hers", "a-token-of-a-coordinator", false, true),
    tries("operator", "a-token-of-an-operator", false, true),
    tries("clerk of hers", "a-token-of-a-clerk-of-hers", false, true),
    tries("privacy officer", "a-token-of-an-officer", false, true),
    tries("GP of others", "a-token-of-another-gp", true, true),
    tries("herself", "a-token-of-clara-herself", false, false),
    tries("her daughter", "a-token-of-her-daughter", false, false),
    tries("a stranger", "a-token-of-a-stranger", true, false),
];

const fn tries(words: &'static str, token: &'static str, is_wrong_person: bool, is_staff: bool) -> Tries {
    Tries {
        words,
        token,
        is_wrong_person,
        is_staff,
    }
}

fn reference(kind: &str, id: &str) -> LocalReference {
    LocalReference {
        resource_type: ResourceType::from_name(kind).expect("a type"),
        id: id.to_owned(),
    }
}

fn staff(name: &str, role: Role, organisation: &str, activities: &[&str]) -> Actor {
    Actor::new(name, role, Some(organisation.to_owned())).with_standing(Standing {
        activities: activities.iter().map(|code| (*code).to_owned()).collect(),
        identity_assurance: 3,
        authentication_assurance: 2,
        parties: [reference("Organization", &organisation.to_lowercase())].into(),
        ..Standing::default()
    })
}

fn citizen(name: &str, own: Option<&str>, close: Option<&str>) -> Actor {
    Actor::new(name, Role::Citizen, None).with_standing(Standing {
        own_record: own.map(str::to_owned),
        identity_assurance: 9,
        authentication_assurance: 2,
        parties: close
            .map(|id| reference("RelatedPerson", id))
            .into_iter()
            .collect(),
        ..Standing::default()
    })
}

/// A house with everything that pages show, and Clara, who is registered at P1.
async fn house() -> House {
    let doctor = ["B0360", "B0370", "B0380", "B0825", "B1101", "B1611"];
    let actors = [
        staff("gp", Role::Clinician, "P1", &doctor),
        staff(
            "coordinator",
            Role::Coordinator,
            "P1",
            &["B0370", "B0380", "B0560", "B0820"],
        ),
        staff(
            "operator",
            Role::Operator,
            "HUB",
            &["B0360", "B0370", "B0380", "B0560", "B0820", "B0825"],
        ),
        staff(
            "clerk",
            Role::Administrator,
            "P1",
            &["B0560", "B0820", "B0825", "B0862"],
        ),
        staff(
            "officer",
            Role::PrivacyOfficer,
            "ICB",
            &["B0015", "B0016", "B0018"],
        ),
        staff("other", Role::Clinician, "P2", &doctor),
        citizen("clara", Some(people::CLARA), None),
        citizen("ada", None, Some(RELATED)),
        citizen("stranger", None, None),
    ];
    let people: Vec<(&str, Actor)> = EVERYBODY
        .iter()
        .zip(actors)
        .map(|(tries, actor)| (tries.token, actor))
        .collect();
    let house = House::of_people(&people).await;
    let kept = kept(&house);
    let house = house
        .teaching(Academy::new())
        .with_population(kept.clone())
        .with_region(ShownRegion::new("{}"));
    for code in ["P1", "P2"] {
        house
            .keep(&json!({ "resourceType": "Organization", "id": code.to_lowercase(), "name": format!("Invented {code}"),
                "identifier": [{ "system": codes::system::ODS_ORGANISATION, "value": code }] }))
            .await;
    }
    for mut one in people::clara() {
        if one["resourceType"] == "Patient" {
            one["generalPractitioner"] = json!([{ "reference": "Organization/p1" }]);
        }
        house.keep(&one).await;
    }
    house.keep(&related(RELATED, "Ada")).await;
    house.keep(&proxy(CONSENT, RELATED, "see-record", "active")).await;
    settle(&kept).await;
    house
}

/// An address with Clara, and what is hers, where it varies.
async fn address(house: &House, path: &str, example: &str) -> String {
    if !path.contains("{organisation}") {
        return example.replace("ID", people::CLARA);
    }
    let clara = EVERYBODY
        .iter()
        .find(|one| one.words == "herself")
        .expect("Clara");
    let cookies = house.sign_in_as(clara.token).await;
    let page = house.get("/me/sharing", &cookies).await.expect(200);
    let (_, after) = page
        .text
        .split_once("href=\"/me/sharing/organisation/")
        .expect("an organisation");
    let id = after.split('"').next().expect("its id");
    path.replace("{organisation}", id)
}

/// Signs in, as somebody else before may have signed out, and asks: with the token of their forms, and nothing else in them.
async fn ask(house: &House, who: &Tries, method: &str, path: &str) -> Page {
    let cookies = house.sign_in_as(who.token).await;
    // What goes on is not waited for.
    if path.ends_with("/live") {
        let (status, _) = house.listen(path, &cookies, None).await;
        return Page {
            status,
            headers: http::HeaderMap::new(),
            text: String::new(),
        };
    }
    if method == "GET" {
        return house.get(path, &cookies).await;
    }
    let csrf = house.get("/account", &cookies).await.expect(200).csrf();
    house.post(path, &cookies, &[("csrf", &csrf)]).await
}

#[tokio::test]
async fn every_address_answers_the_right_people_alone() {
    let house = house().await;
    let mut table = String::from(
        "# Which address answers whom\n\nMade by `cargo nextest run -p web -E 'test(every_address_answers)'`; `SARSEN_WRITE_TABLE=1` before it \
         writes this file. Each cell is the status of the answer to somebody who is signed in and asks about Clara; forms are sent empty, so 400 \
         and 422 say that they may send one. 404 is what somebody gets who may not know that there is such a page, or such a person.\n\n",
    );
    let mut problems: Vec<String> = Vec::new();
    let heads: Vec<&str> = EVERYBODY.iter().map(|one| one.words).collect();
    let _ = writeln!(
        table,
        "| address | {} |\n|---|{}",
        heads.join(" | "),
        "---|".repeat(heads.len())
    );
    for (route, (method, path, example, refusal)) in web::routes().iter().zip(TABLE) {
        if *refusal != Refusal::ToSignIn {
            continue;
        }
        let address = address(&house, path, example).await;
        let of_a_person = example.contains("ID") || path.contains("/me/sharing/items/{");
        let mut cells = Vec::new();
        for who in &EVERYBODY {
            let before = house.record.digest().await.expect("a digest");
            let page = ask(&house, who, method, &address).await;
            let status = page.status.as_u16();
            let mut wrong =
                |what: String| problems.push(format!("{method} {path}, {}: {status}, {what}", who.words));
            if status >= 500 {
                wrong(page.text.clone());
            }
            let wrong_role = match route.access {
                Access::Staff => !who.is_staff,
                Access::Citizen => who.is_staff,
                Access::SignedIn | Access::Anyone => false,
            };
            if (wrong_role || (who.is_wrong_person && of_a_person)) && status != 404 {
                wrong("and not 404".to_owned());
            }
            if wrong_role || who.is_wrong_person || status == 404 || status == 403 {
                for word in ["Okafor", "9434765919", "Penicillin", "Bisoprolol"] {
                    if page.text.contains(word) {
                        wrong(format!("says {word}"));
                    }
                }
                if before != house.record.digest().await.expect("a digest") {
                    wrong("changed something".to_owned());
                }
            }
            cells.push(status.to_string());
        }
        let _ = writeln!(table, "| {method} {path} | {} |", cells.join(" | "));
    }
    assert_eq!(problems, Vec::<String>::new());
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/pages.md");
    if std::env::var_os("SARSEN_WRITE_TABLE").is_some() {
        std::fs::write(&file, &table).expect("written");
    }
    let reviewed = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = table
        .lines()
        .zip(reviewed.lines())
        .find(|(now, then)| now != then);
    assert!(
        table == reviewed,
        "policies/pages.md is not what the pages answer: {differs:?}"
    );
}
