//! Citizens' pages: whose they are, what a proxy sees, and that what is withheld leaves no trace.

use actions::access::accounts::{AccountKind, AccountRole, NewAccount, account_named, add};
use actions::record::{Precondition, Request as Write, update};
use actions::{Actor, Purpose, Role, Standing};
use fhir::ResourceType;
use serde_json::{Value, json};

use super::house::{House, people};

const LABEL: &str = "https://sarsen.example/fhir/CodeSystem/label";
const ACCESS: &str = "https://sarsen.example/fhir/CodeSystem/access";
pub(super) const DAUGHTERS_CONSENT: &str = "0198d2f4-0000-7000-8000-00000000da02";
const SUMMARY_CONSENT: &str = "0198d2f4-0000-7000-8000-00000000da03";
pub(super) const DAUGHTER: &str = "0198d2f4-0000-7000-8000-00000000da01";

/// A clinician, who has nothing to do with Clara unless a test says so.
pub(super) const DOCTOR: &str = "a-token-of-a-doctor";

/// A house with Clara, her daughter who may see the whole record, and a neighbour who may see appointments.
pub(super) async fn house() -> House {
    let doctor = Actor::new("doctor", Role::Clinician, Some("GP1".to_owned())).with_standing(Standing {
        activities: ["B0360", "B0380", "B0825"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let house = House::of_people(&[(DOCTOR, doctor)]).await;
    for one in people::clara() {
        house.keep(&one).await;
    }
    house.keep(&related(DAUGHTER, "Ada")).await;
    house
        .keep(&proxy(DAUGHTERS_CONSENT, DAUGHTER, "see-record", "active"))
        .await;
    house
        .keep(&proxy(SUMMARY_CONSENT, DAUGHTER, "see-summary", "active"))
        .await;
    account(&house, "demo.clara", Some(people::CLARA), &[]).await;
    account(&house, "demo.ada", None, &[DAUGHTER]).await;
    account(&house, "demo.stranger", None, &[]).await;
    house
}

pub(super) fn related(id: &str, name: &str) -> Value {
    json!({"resourceType": "RelatedPerson", "id": id, "active": true,
        "patient": {"reference": format!("Patient/{}", people::CLARA)},
        "relationship": [{"text": "daughter"}], "name": [{"given": [name], "family": "Okafor"}]})
}

pub(super) fn proxy(id: &str, party: &str, scope: &str, status: &str) -> Value {
    json!({"resourceType": "Consent", "id": id, "status": status,
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": ACCESS, "code": "proxy"}]}],
        "patient": {"reference": format!("Patient/{}", people::CLARA)},
        "policyRule": {"text": "proxy"},
        "provision": {"type": "permit", "period": {"start": "2020-01-01", "end": "2099-01-01"},
            "actor": [{"role": {"text": "proxy"}, "reference": {"reference": format!("RelatedPerson/{party}")}}],
            "action": [{"coding": [{"system": ACCESS, "code": scope}]}]}})
}

pub(super) async fn account(house: &House, name: &str, person: Option<&str>, close: &[&str]) {
    let role = AccountRole {
        id: "1".to_owned(),
        role: "citizen".to_owned(),
        words: "Citizen".to_owned(),
        organisation: None,
        job_role: None,
        activities: Default::default(),
        parties: close.iter().map(|id| format!("RelatedPerson/{id}")).collect(),
    };
    let new = NewAccount {
        name: name.to_owned(),
        kind: AccountKind::Citizen,
        roles: vec![role],
        person: person.map(str::to_owned),
        practitioner: None,
        identity: 9,
        demo: true,
    };
    add(house.actions(), new).await.expect("made");
}

/// Signs in by the button of an invented person; the cookies.
pub(super) async fn sign_in(house: &House, name: &str) -> String {
    let form = house.get("/sign-in", "").await.expect(200);
    let account = account_named(house.actions(), name)
        .await
        .expect("read")
        .expect("there");
    let fields = [("csrf", form.csrf()), ("account", account.account.id)];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(field, value)| (*field, value.as_str()))
        .collect();
    let page = house
        .post("/sign-in/demo", &form.cookies(), &fields)
        .await
        .expect(303);
    page.cookies()
}

#[tokio::test]
async fn a_button_of_nobody_is_not_found_whatever_it_says() {
    let house = house().await;
    let form = house.get("/sign-in", "").await.expect(200);
    let long = "a".repeat(5000);
    for account in ["", "nobody", "1' OR '1'='1", "a b", "\u{e9}", long.as_str()] {
        let fields = [("csrf", form.csrf()), ("account", account.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        house
            .post("/sign-in/demo", &form.cookies(), &fields)
            .await
            .expect(404);
    }
}

fn proxy_pages() -> Vec<String> {
    let base = format!("/me/for/{}", people::CLARA);
    let sections = ["medicines", "conditions", "plan", "results", "letters"];
    ["/me".to_owned(), "/me/for".to_owned(), base.clone()]
        .into_iter()
        .chain(sections.iter().map(|section| format!("{base}/{section}")))
        .collect()
}

#[tokio::test]
async fn a_citizen_reads_their_record_in_plain_words() {
    let house = house().await;
    let cookies = sign_in(&house, "demo.clara").await;
    assert_eq!(house.get("/", &cookies).await.expect(303).location(), "/me");
    house
        .get("/me", &cookies)
        .await
        .expect(200)
        .says("My record")
        .says("Who looked");
    let page = house.get("/me/record", &cookies).await.expect(200);
    let page = page
        .says("Bisoprolol 2.5mg tablets")
        .says("One tablet each morning");
    let page = page.says("Penicillin").says("Heart failure").says("garden");
    page.does_not_say("Diabetes").does_not_say("acting for");
    house
        .get("/me/record/results", &cookies)
        .await
        .expect(200)
        .says("Potassium");
    house
        .get("/me/record/letters", &cookies)
        .await
        .expect(200)
        .says("Clinic letter");
    house.get("/me/record/nothing", &cookies).await.expect(404);
}

#[tokio::test]
async fn staff_pages_are_not_there_for_citizens_nor_citizens_pages_for_staff() {
    let house = house().await;
    let (citizen, staff) = (sign_in(&house, "demo.clara").await, house.sign_in().await);
    for route in web::routes() {
        let path = route
            .path
            .replace("{id}", people::CLARA)
            .replace("{person}", people::CLARA);
        let path = path
            .replace("{section}", "medicines")
            .replace("{name}", "x")
            .replace("{way}", "claim");
        let path = path
            .replace("{code}", "x")
            .replace("{type}", "Condition")
            .replace("{viewer}", "charity")
            .replace("{organisation}", "x");
        let cookies = match route.access {
            web::Access::Staff => &citizen,
            web::Access::Citizen => &staff,
            web::Access::Anyone | web::Access::SignedIn => continue,
        };
        let page = match route.method {
            "GET" => house.get(&path, cookies).await,
            _ => house.post(&path, cookies, &[("csrf", "made-up")]).await,
        };
        page.expect(404).says("Page not found").does_not_say("Okafor");
    }
}

#[tokio::test]
async fn a_proxy_sees_what_they_were_given_with_a_banner_and_nothing_else() {
    let house = house().await;
    let base = format!("/me/for/{}", people::CLARA);
    let cookies = sign_in(&house, "demo.ada").await;
    house
        .get("/me/for", &cookies)
        .await
        .expect(200)
        .says("Clara")
        .says(&base);
    for path in proxy_pages().iter().filter(|path| path.starts_with(&base)) {
        let page = house.get(path, &cookies).await.expect(200);
        page.says("You are acting for").says("OKAFOR, Clara");
    }
    for closed in ["/me/record", "/me/looked"] {
        house.get(closed, &cookies).await.expect(404);
    }
    house.get(&format!("{base}/looked"), &cookies).await.expect(404);
    // No longer from the moment at which it is withdrawn.
    house
        .keep(&proxy(DAUGHTERS_CONSENT, DAUGHTER, "see-record", "inactive"))
        .await;
    house.get(&format!("{base}/letters"), &cookies).await.expect(404);
    house
        .get(&format!("{base}/medicines"), &cookies)
        .await
        .expect(200);
    house
        .keep(&proxy(SUMMARY_CONSENT, DAUGHTER, "see-summary", "inactive"))
        .await;
    house.get(&base, &cookies).await.expect(404);
    house
        .get("/me/for", &cookies)
        .await
        .expect(200)
        .does_not_say("Clara");
    let stranger = sign_in(&house, "demo.stranger").await;
    house
        .get(&base, &stranger)
        .await
        .expect(404)
        .does_not_say("Okafor");
    house
        .get("/me/for", &stranger)
        .await
        .expect(200)
        .says("You act for nobody");
}

#[tokio::test]
async fn the_person_reads_who_looked_and_why_without_names() {
    let house = house().await;
    house
        .keep(
            &json!({"resourceType": "Organization", "id": "hospital", "name": "Example Hospital",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RVJ"}]}),
        )
        .await;
    let nurse = Actor::new("nurse-secret-name", Role::Development, Some("RVJ".to_owned()));
    let kind = ResourceType::from_name("Condition").expect("a type");
    actions::record::read(house.actions(), &nurse, Purpose::DirectCare, kind, "heart")
        .await
        .expect("read");
    let cookies = sign_in(&house, "demo.clara").await;
    let page = house.get("/me/looked", &cookies).await.expect(200);
    page.says("at Example Hospital")
        .says("For your care")
        .does_not_say("nurse-secret");
}

/// Writes an item with a label, as somebody of another organisation.
async fn withhold(house: &House, id: &str, label: &str) {
    let json = json!({"resourceType": "Condition", "id": id,
        "meta": {"security": [{"system": LABEL, "code": label}]},
        "subject": {"reference": format!("Patient/{}", people::CLARA)},
        "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
        "code": {"text": "Withheld-worry"}, "recordedDate": "2026-02-02"});
    let actor = Actor::new("worker", Role::Development, Some("RXX".to_owned()));
    let write = Write {
        source: "test".to_owned(),
        idempotency_key: None,
    };
    let kind = ResourceType::from_name("Condition").expect("a type");
    let bytes = json.to_string().into_bytes();
    update(
        house.actions(),
        &actor,
        Purpose::DirectCare,
        &write,
        kind,
        id,
        &bytes,
        Precondition::None,
    )
    .await
    .expect("kept");
}

/// The address of an item, from the page that lists them.
async fn item(house: &House, cookies: &str, words: &str) -> String {
    let page = house
        .get("/me/sharing/items", cookies)
        .await
        .expect(200)
        .says(words);
    let before = page.text.split(words).next().expect("the link before its words");
    let href = before.rsplit("href=\"").next().expect("an address");
    href.split('"').next().expect("an end").to_owned()
}

#[tokio::test]
async fn a_person_keeps_an_item_from_some_and_previews_say_so_at_once() {
    let house = house().await;
    let (clara, ada) = (
        sign_in(&house, "demo.clara").await,
        sign_in(&house, "demo.ada").await,
    );
    let seen = |viewer: &str| format!("/me/sharing/seen-by/{viewer}");
    for viewer in ["practice", "charity", "social-care", DAUGHTERS_CONSENT] {
        house
            .get(&seen(viewer), &clara)
            .await
            .expect(200)
            .says("Heart failure");
    }
    let address = item(&house, &clara, "Heart failure").await;
    let form = house.get(&address, &clara).await.expect(200).says("Keep it from");
    let csrf = form.csrf();
    let fields = [
        ("csrf", csrf.as_str()),
        ("version", "1"),
        ("proxies", "1"),
        ("charities", "1"),
    ];
    // From another site, or without the token, nothing is changed.
    house
        .post(
            &address,
            &clara,
            &[("csrf", "made-up"), ("version", "1"), ("proxies", "1")],
        )
        .await
        .expect(403);
    house.post(&address, &ada, &fields).await.expect(403);
    house.post(&address, &clara, &fields).await.expect(303);
    // Decided on a version that is not the newest any more.
    house
        .post(&address, &clara, &[("csrf", &csrf), ("version", "1")])
        .await
        .expect(409)
        .says("changed while");
    house
        .get(&seen("practice"), &clara)
        .await
        .expect(200)
        .says("Heart failure");
    house
        .get(&seen("social-care"), &clara)
        .await
        .expect(200)
        .says("Heart failure");
    house
        .get(&seen("charity"), &clara)
        .await
        .expect(200)
        .does_not_say("Heart failure");
    house
        .get(&seen(DAUGHTERS_CONSENT), &clara)
        .await
        .expect(200)
        .does_not_say("Heart failure");
    let of_ada = format!("/me/for/{}/conditions", people::CLARA);
    house
        .get(&of_ada, &ada)
        .await
        .expect(200)
        .does_not_say("Heart failure");
    house
        .get("/me/record", &clara)
        .await
        .expect(200)
        .says("Heart failure");
    let page = house.get("/me/sharing/items", &clara).await.expect(200);
    page.says("Kept from people who act for you, charities");
    // What is not theirs, or withheld from them, cannot be labelled.
    withhold(&house, "0198d2f4-0000-7000-8000-00000000f001", "not-for-person").await;
    for other in [
        "Condition/0198d2f4-0000-7000-8000-00000000f001",
        "Condition/none",
        "Patient/none",
    ] {
        let address = format!("/me/sharing/items/{other}");
        house.get(&address, &clara).await.expect(404);
        house.post(&address, &clara, &fields).await.expect(404);
    }
}

#[tokio::test]
async fn a_person_proposes_somebody_to_act_for_them_and_withdraws_at_once() {
    let house = house().await;
    let (clara, ada) = (
        sign_in(&house, "demo.clara").await,
        sign_in(&house, "demo.ada").await,
    );
    let page = house.get("/me/sharing", &clara).await.expect(200);
    let page = page
        .says("Ada Okafor")
        .says("See my whole record")
        .says("Acts for you");
    let csrf = page.csrf();
    // Everything that is wrong is named.
    let page = house
        .post(
            "/me/sharing/give",
            &clara,
            &[("csrf", &csrf), ("until-year", "1999")],
        )
        .await
        .expect(422);
    let page = page
        .says("Enter who is to act for you")
        .says("Choose what they may do");
    page.says("Enter the last day").says("<title>Error: ");
    let last = house.actions().today().saturating_add(jiff::Span::new().days(2));
    let give = |year: i16| {
        [
            ("csrf", csrf.clone()),
            ("name", "Ben Example".to_owned()),
            ("relationship", "Neighbour".to_owned()),
            ("see-plan", "1".to_owned()),
            ("until-day", last.day().to_string()),
            ("until-month", last.month().to_string()),
            ("until-year", year.to_string()),
        ]
    };
    let this = last.year();
    for (year, status) in [(this + 2, 422), (this - 1, 422), (this, 303), (this, 303)] {
        let fields = give(year);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        house
            .post("/me/sharing/give", &clara, &fields)
            .await
            .expect(status);
    }
    let page = house.get("/me/sharing", &clara).await.expect(200);
    assert_eq!(
        page.text.matches("Waits for your practice").count(),
        1,
        "sent twice, kept once"
    );
    page.says("Ben Example")
        .says("Waits for your practice")
        .says("See my care plan");
    // Whoever acts for her sees none of it and takes nothing back.
    for path in [
        "/me/sharing",
        "/me/sharing/items",
        "/me/sharing/give",
        "/me/sharing/seen-by/charity",
    ] {
        house.get(path, &ada).await.expect(404);
    }
    let of_ada = house.get("/me", &ada).await.expect(200).csrf();
    let fields = [("csrf", of_ada.as_str()), ("id", DAUGHTERS_CONSENT)];
    house
        .post("/me/sharing/withdraw", &ada, &fields)
        .await
        .expect(404);
    let base = format!("/me/for/{}", people::CLARA);
    house.get(&base, &ada).await.expect(200);
    for id in [DAUGHTERS_CONSENT, SUMMARY_CONSENT] {
        house
            .post("/me/sharing/withdraw", &clara, &[("csrf", &csrf), ("id", id)])
            .await
            .expect(303);
    }
    house.get(&base, &ada).await.expect(404);
    house
        .get("/me/sharing", &clara)
        .await
        .expect(200)
        .does_not_say("Ada Okafor");
}

#[tokio::test]
async fn staff_begin_on_a_page_of_what_is_theirs_to_do() {
    let house = house().await;
    let staff = house.sign_in().await;
    let page = house.get("/", &staff).await.expect(200).says("Find a person");
    let page = page.says("No opened record waits").says("Followers");
    page.says("Accessibility statement").says("Keyboard shortcuts");
    house
        .get("/shortcuts", &staff)
        .await
        .expect(200)
        .says("First two minutes");
}

#[tokio::test]
async fn a_person_says_how_to_reach_them_and_what_they_need() {
    let house = house().await;
    let clara = sign_in(&house, "demo.clara").await;
    let csrf = house.get("/me/details", &clara).await.expect(200).csrf();
    let send = async |version: &str, email: &str, need: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("version", version),
            ("telephone", "01632 960 001"),
            ("email", email),
            ("language", ""),
            ("other-language", "Welsh"),
            ("interpreter", "yes"),
            ("method", "sms"),
            ("format", "11"),
            ("times", "Not after 7 pm"),
            ("needs", "communication-support"),
            ("needs", need),
        ];
        house.post("/me/details", &clara, &fields).await
    };
    let page = send("1", "nobody", "made-up").await.expect(422);
    page.says("Enter an email address")
        .says("Choose what you need")
        .says("01632 960 001");
    let page = send("1", "clara@example.com", "requires-specific-information-format")
        .await
        .expect(303);
    assert_eq!(page.location(), "/me/details?saved");
    // Decided on a version that is not the newest any more: nothing is changed, and what was typed stays.
    send("1", "other@example.com", "communication-support")
        .await
        .expect(409)
        .says("other@example.com");
    let page = house.get("/me/details", &clara).await.expect(200);
    let page = page
        .says("value=\"01632 960 001\"")
        .says("clara@example.com")
        .says("Welsh");
    let page = page
        .says("<option value=\"11\" selected>")
        .says("<option value=\"sms\" selected>");
    assert_eq!(page.text.matches(" checked").count(), 2);
    // Staff see it in the banner of the record; everything else of the entry is as it was.
    let staff = house.sign_in().await;
    let page = house
        .get(&format!("/staff/person/{}", people::CLARA), &staff)
        .await
        .expect(200);
    page.says("Welsh, interpreter needed")
        .says("Communication support")
        .says("OKAFOR");
    // A need that is no longer said stands no longer.
    let version = house.get("/me/details", &clara).await.text;
    let version = version
        .split("name=\"version\" value=\"")
        .nth(1)
        .expect("a version");
    let version = version.split('"').next().expect("its end").to_owned();
    send(&version, "clara@example.com", "communication-support")
        .await
        .expect(303);
    let page = house.get("/me/details", &clara).await.expect(200);
    assert_eq!(page.text.matches(" checked").count(), 1);
}

#[tokio::test]
async fn reading_without_a_network_is_set_up_by_the_person_and_taken_away_at_sign_out() {
    let house = house().await;
    let clara = sign_in(&house, "demo.clara").await;
    let ada = sign_in(&house, "demo.ada").await;
    let page = house.get("/me/offline", &clara).await.expect(200);
    assert_eq!(
        page.header("content-security-policy"),
        web::CONTENT_SECURITY_POLICY_OF_THE_APP
    );
    let page = page
        .says("citizen.webmanifest")
        .says("nothing of the people you act for");
    // Whoever has no record of their own here has nothing to keep.
    house.get("/me/offline", &ada).await.expect(404);
    let worker = house.get("/me/worker.js", "").await.expect(200);
    assert_eq!(worker.header("service-worker-allowed"), "/me");
    worker.says("/kept.js");
    // Each account's pages carry a word of their own, and only citizens' pages do.
    let word = |page: &super::house::Page| page.header("sarsen-reader").to_owned();
    let (hers, adas) = (
        word(&house.get("/me", &clara).await.expect(200)),
        word(&house.get("/me", &ada).await.expect(200)),
    );
    assert_eq!(hers.len(), 16);
    assert_ne!(hers, adas);
    let fields = [("csrf", page.csrf())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let out = house.post("/sign-out", &clara, &fields).await.expect(303);
    assert_eq!(out.header("clear-site-data"), "\"storage\"");
}

#[tokio::test]
async fn a_device_that_was_signed_out_from_elsewhere_is_told_to_forget_what_it_kept() {
    let house = house().await;
    let lost = sign_in(&house, "demo.clara").await;
    let here = sign_in(&house, "demo.clara").await;
    for nobody_s in [&lost, &here, ""] {
        house.get("/me/kept", nobody_s).await.expect(204);
    }
    let page = house.get("/account", &here).await.expect(200);
    let fields = [("csrf", page.csrf())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    house.post("/account/sign-out", &here, &fields).await.expect(200);
    house.get("/me", &lost).await.expect(303);
    let told = house.get("/me/kept", &lost).await.expect(410);
    assert_eq!(told.header("clear-site-data"), "\"storage\"");
    house.get("/me/kept", &here).await.expect(204);
    house.get("/me/kept", "").await.expect(204);
}
