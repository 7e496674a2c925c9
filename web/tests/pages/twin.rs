//! Two records that differ in one withheld item give the same bytes on every page of the person and of a proxy (safety rule 13). The pages
//! are those of the table of addresses, so that a later one is among them.

use serde_json::{Value, json};

use super::citizen::{DAUGHTERS_CONSENT, house, sign_in};
use super::house::{House, people};

const LABEL: &str = "https://sarsen.example/fhir/CodeSystem/label";

/// The addresses that citizens read: one's own, and those of somebody who acts for Clara.
async fn pages(house: &House, clara: &str) -> (Vec<String>, Vec<String>) {
    let overview = house.get("/me/record", clara).await.expect(200);
    let sections = after(&overview.text, "href=\"/me/record/");
    assert!(sections.len() > 5, "{sections:?}");
    let items = house.get("/me/sharing/items", clara).await.expect(200);
    let items = after(&items.text, "href=\"/me/sharing/items/");
    let (kind, id) = items
        .first()
        .expect("an item")
        .split_once('/')
        .expect("type and id");
    let organisations = house.get("/me/sharing", clara).await.expect(200);
    let organisations = after(&organisations.text, "href=\"/me/sharing/organisation/");
    assert!(!organisations.is_empty(), "somebody takes part in her care");
    let viewers = ["practice", "charity", "social-care", DAUGHTERS_CONSENT].map(str::to_owned);
    let (mut own, mut acting) = (Vec::new(), Vec::new());
    for route in web::routes() {
        if route.method != "GET" || route.access != web::Access::Citizen {
            continue;
        }
        let path = route.path.replace("{person}", people::CLARA);
        // One item's own page has a sealed id in its address: looked at as it stands on the list of items.
        let path = path.replace("{type}", kind).replace("{id}", id);
        let all: Vec<String> = match () {
            () if path.contains("{section}") => sections
                .iter()
                .map(|one| path.replace("{section}", one))
                .collect(),
            () if path.contains("{viewer}") => {
                viewers.iter().map(|one| path.replace("{viewer}", one)).collect()
            }
            () if path.contains("{organisation}") => organisations
                .iter()
                .map(|one| path.replace("{organisation}", one))
                .collect(),
            () => vec![path],
        };
        assert!(
            all.iter().all(|path| !path.contains('{')),
            "{all:?}: say what varies here"
        );
        match route.path {
            "/me" | "/me/for" | "/me/offline" => {
                own.extend(all.clone());
                acting.extend(all);
            }
            path if path.starts_with("/me/for/") => acting.extend(all),
            _ => own.extend(all),
        }
    }
    (own, acting)
}

/// What stands between each of these words and the next quotation mark.
fn after(text: &str, words: &str) -> Vec<String> {
    let parts = text.split(words).skip(1);
    let found = parts.filter_map(|part| part.split('"').next());
    found.map(str::to_owned).collect()
}

/// Ids that a sender chose are sealed anew for each page; each becomes a mark, so that how many there are still counts.
fn without_sealed_ids(text: &str) -> String {
    let mut all = text.to_owned();
    for address in ["\"/me/sharing/items/", "\"/me/sharing/organisation/"] {
        let mut parts = all.split(address);
        let mut marked = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.split_once('"').map_or("", |(_, rest)| rest);
            marked.push_str("\"SEALED\"");
            marked.push_str(rest);
        }
        all = marked;
    }
    all
}

/// The first page that is another than before, with where it begins to be.
fn first_that_differs(before: &[Seen], after: &[Seen]) -> Option<String> {
    let (before, after) = before.iter().zip(after).find(|(before, after)| before != after)?;
    let same = before
        .2
        .bytes()
        .zip(after.2.bytes())
        .take_while(|(one, other)| one == other);
    let at = same.count().saturating_sub(80);
    let part = |seen: &Seen| seen.2.chars().skip(at).take(240).collect::<String>();
    Some(format!(
        "{} {} {}: {:?} became {:?}",
        before.0,
        before.1,
        after.1,
        part(before),
        part(after)
    ))
}

/// A page as it was seen: address, status, text.
type Seen = (String, u16, String);

async fn bytes(house: &House, cookies: &str, pages: &[String]) -> Vec<Seen> {
    let mut all = Vec::new();
    for path in pages {
        let page = house.get(path, cookies).await;
        all.push((path.clone(), page.status.as_u16(), without_sealed_ids(&page.text)));
    }
    all
}

/// One of each sort of item that has a page, with this label.
fn items(id: &str, label: &str) -> Vec<Value> {
    let who = json!({ "reference": format!("Patient/{}", people::CLARA) });
    let words = json!({ "text": "Withheld-worry" });
    let bodies = [
        json!({ "resourceType": "Condition", "subject": who, "code": words, "recordedDate": "2026-02-02" }),
        json!({ "resourceType": "AllergyIntolerance", "patient": who, "code": words }),
        json!({ "resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": who,
            "medicationCodeableConcept": words, "authoredOn": "2026-02-02" }),
        json!({ "resourceType": "Observation", "status": "final", "subject": who, "code": words, "valueString": "x",
            "effectiveDateTime": "2026-02-02" }),
        json!({ "resourceType": "DocumentReference", "status": "current", "subject": who, "type": words, "description": "Withheld-worry",
            "date": "2026-02-02T10:00:00Z", "content": [{ "attachment": { "contentType": "text/plain", "data": "eA==" } }] }),
        json!({ "resourceType": "Appointment", "status": "booked", "description": "Withheld-worry", "start": "2099-02-02T10:00:00Z",
            "end": "2099-02-02T10:10:00Z", "participant": [{ "actor": who, "status": "accepted" }] }),
        json!({ "resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": who, "title": "Withheld-worry" }),
        json!({ "resourceType": "Encounter", "status": "finished", "subject": who, "type": [words],
            "class": { "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB" },
            "period": { "start": "2026-02-02T10:00:00Z", "end": "2026-02-02T11:00:00Z" },
            "serviceProvider": { "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZZ01" } } }),
        json!({ "resourceType": "ServiceRequest", "status": "active", "intent": "order", "subject": who, "code": words,
            "performer": [{ "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "ZZZ02" } }] }),
    ];
    let named = bodies.into_iter().enumerate().map(|(at, mut body)| {
        body["id"] = format!("{id}-{at}").into();
        body["meta"] = json!({ "security": [{ "system": LABEL, "code": label }] });
        body
    });
    named.collect()
}

#[tokio::test]
async fn what_is_withheld_changes_no_byte_of_any_page_of_the_person_or_a_proxy() {
    let house = house().await;
    house
        .keep(&json!({ "resourceType": "ServiceRequest", "id": "open-referral", "status": "active", "intent": "order",
            "subject": { "reference": format!("Patient/{}", people::CLARA) },
            "performer": [{ "identifier": { "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "P1" } }] }))
        .await;
    let (clara, ada) = (
        sign_in(&house, "demo.clara").await,
        sign_in(&house, "demo.ada").await,
    );
    let (own, acting) = pages(&house, &clara).await;
    assert!(own.len() > 20 && acting.len() > 9, "{own:?} {acting:?}");
    // Each looks once before, in the order in which they look again: "who looked" tells the person of their proxy, the latest first.
    bytes(&house, &clara, &own).await;
    bytes(&house, &ada, &acting).await;
    let of_person = bytes(&house, &clara, &own).await;
    let of_proxy = bytes(&house, &ada, &acting).await;
    let read = |pages: &[Seen]| pages.iter().filter(|(_, status, _)| *status == 200).count();
    assert!(read(&of_person) > 20 && read(&of_proxy) > 9, "{of_person:?}");
    for item in items("kept-from-both", "not-for-person") {
        house.keep(&item).await;
        assert_eq!(
            first_that_differs(&of_person, &bytes(&house, &clara, &own).await),
            None,
            "{item}"
        );
        assert_eq!(
            first_that_differs(&of_proxy, &bytes(&house, &ada, &acting).await),
            None,
            "{item}"
        );
    }
    // The person sees what they keep from proxies; a proxy does not.
    for item in items("kept-from-proxies", "not-for-proxies") {
        house.keep(&item).await;
        assert_eq!(
            first_that_differs(&of_proxy, &bytes(&house, &ada, &acting).await),
            None,
            "{item}"
        );
    }
    let page = house.get("/me/record/conditions", &clara).await.expect(200);
    page.says("Withheld-worry");
    // The check can fail: an item without such a label is on the pages of both.
    for item in items("open", "not-for-charities") {
        let before = bytes(&house, &ada, &acting).await;
        let kind = item["resourceType"].as_str().unwrap_or_default().to_owned();
        house.keep(&item).await;
        let shown = before != bytes(&house, &ada, &acting).await;
        assert!(
            shown || ["Encounter", "ServiceRequest"].contains(&kind.as_str()),
            "{kind}"
        );
    }
}
