//! The pages of signing in with a provider, with one that says what a test tells it to.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use actions::access::accounts::AccountKind;
use actions::access::{Ask, Begun, Fault, Later, Provider, Providers, StaffRole, Vouched, Waiting, Who};
use codes::nhs_number::NhsNumber;
use codes::system::SDS_USER;

use record::clock::{SystemClock, Wall};
use serde_json::json;

use super::house::{House, Page, people};

#[derive(Default)]
struct Stub {
    who: Mutex<Option<Who>>,
    /// Who it is there; nobody says: "somebody".
    subject: Mutex<Option<&'static str>>,
    /// What is wrong with its answer.
    fault: Mutex<Option<Fault>>,
    asked: Mutex<Vec<Ask>>,
    linked_only: bool,
    /// The identifier by which the directory knows whoever signs in.
    directory_id: Option<String>,
}

impl Provider for Stub {
    fn name(&self) -> &str {
        "stub"
    }

    fn label(&self) -> &str {
        "The stub"
    }

    fn vouches_for(&self) -> AccountKind {
        AccountKind::Staff
    }

    fn linked_only(&self) -> bool {
        self.linked_only
    }

    fn can_step_up(&self) -> bool {
        true
    }

    fn begin<'a>(&'a self, ask: &'a Ask) -> Later<'a, Begun> {
        let mut asked = self.asked.lock().expect("a lock");
        asked.push(ask.clone());
        let state = format!("state-{}", asked.len());
        Box::pin(async move {
            Ok(Begun {
                address: format!("https://sign-in.example/auth?state={state}"),
                waiting: Waiting {
                    state,
                    nonce: "nonce".to_owned(),
                    verifier: "verifier".to_owned(),
                    ask: ask.clone(),
                    begun: Wall.now(),
                },
            })
        })
    }

    fn finish<'a>(&'a self, _waiting: &'a Waiting, _code: &'a str) -> Later<'a, Vouched> {
        let who = self.who.lock().expect("a lock").clone();
        let subject = self.subject.lock().expect("a lock").unwrap_or("somebody");
        let fault = *self.fault.lock().expect("a lock");
        Box::pin(async move {
            if let Some(fault) = fault {
                return Err(fault);
            }
            Ok(Vouched {
                subject: subject.to_owned(),
                who: who.ok_or(Fault::Nonce)?,
                token_id: None,
                directory_id: self.directory_id.clone().map(|id| (SDS_USER, id)),
            })
        })
    }

    fn issuer(&self) -> &str {
        "https://sign-in.example"
    }
}

async fn house() -> (House, Arc<Stub>) {
    house_with(Stub::default()).await
}

async fn house_with(stub: Stub) -> (House, Arc<Stub>) {
    let stub = Arc::new(stub);
    let known: Arc<dyn Provider> = Arc::<Stub>::clone(&stub);
    let house = House::open()
        .await
        .signing_in_with(Providers::new(vec![known]).expect("one"));
    (house, stub)
}

fn staff(codes: &[&str]) -> Who {
    let role = |code: &&str| StaffRole {
        id: format!("role-{code}"),
        code: (*code).to_owned(),
        label: "\"Clinical\":\"Nurse\"".to_owned(),
        organisation: Some("RXX01".to_owned()),
        activities: vec!["B0360".to_owned()],
    };
    Who::Staff {
        roles: codes.iter().map(role).collect(),
        identity: 3,
        authentication: 2,
    }
}

fn citizen(identity: u8) -> Who {
    Who::Citizen {
        nhs_number: NhsNumber::parse("9990548609").ok(),
        identity,
        authentication: 2,
    }
}

/// There and back.
async fn sign_in(house: &House, stub: &Stub, who: Option<Who>) -> (String, Page) {
    *stub.who.lock().expect("a lock") = who;
    let there = house.get("/sign-in/with/stub", "").await.expect(303);
    let state = there
        .location()
        .rsplit_once("state=")
        .expect("a state")
        .1
        .to_owned();
    let cookies = there.cookies();
    let back = house
        .get(&format!("/sign-in/back/stub?code=c&state={state}"), &cookies)
        .await;
    (cookies, back)
}

#[tokio::test]
async fn a_provider_is_offered_and_leads_in_by_a_page_of_ours() {
    let (house, stub) = house().await;
    let page = house
        .get("/sign-in", "")
        .await
        .expect(200)
        .says("Sign in with The stub");
    assert!(page.text.contains("href=\"/sign-in/with/stub\""));
    let there = house.get("/sign-in/with/stub", "").await.expect(303);
    assert!(there.location().starts_with("https://sign-in.example/auth?"));
    let cookie = there.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let (_, back) = sign_in(&house, &stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    let back = back
        .expect(200)
        .says("You are signed in")
        .says("content=\"0; url=/staff/person\"");
    assert!(
        back.header("set-cookie").contains("SameSite=Strict"),
        "the session's cookie stays strict"
    );
    let cookies = back.cookies();
    house
        .get("/staff/person", &cookies)
        .await
        .expect(200)
        .says("Clinician");
}

#[tokio::test]
async fn a_way_back_that_was_not_begun_here_or_was_used_opens_nothing() {
    let (house, stub) = house().await;
    let (cookies, back) = sign_in(&house, &stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    assert!(back.cookies().contains("sarsen="));
    let other = format!("sarsen-provider={}", "a".repeat(64));
    for (path, cookies) in [
        ("/sign-in/back/stub?code=c&state=state-1", cookies.as_str()),
        ("/sign-in/back/stub?code=c&state=made-up", &cookies),
        ("/sign-in/back/stub?code=c&state=state-1", &other),
        ("/sign-in/back/stub?code=c&state=state-1", ""),
        ("/sign-in/back/stub?code=c", &cookies),
        ("/sign-in/back/stub?code=c&state=a&state=b", &cookies),
    ] {
        let page = house
            .get(path, cookies)
            .await
            .expect(400)
            .says("This sign-in cannot be used");
        assert!(!page.cookies().contains("sarsen="), "{path}");
    }
}

#[tokio::test]
async fn one_of_several_roles_is_chosen_on_a_page() {
    let (house, stub) = house().await;
    let (cookies, page) = sign_in(
        &house,
        &stub,
        Some(staff(&["S8000:G8000:R8001", "S8000:G8000:R5105"])),
    )
    .await;
    let page = page
        .expect(200)
        .says("Nurse – organisation RXX01")
        .says("Caldicott guardian");
    assert!(
        !page.cookies().contains("sarsen="),
        "nobody is in before they chose"
    );
    let word = page
        .text
        .split("name=\"word\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let word = word.expect("a word");
    let form = [("word", word), ("role", "role-S8000:G8000:R5105")];
    let chosen = house
        .post("/sign-in/with-role", &cookies, &form)
        .await
        .expect(200);
    house
        .get("/staff/person", &chosen.cookies())
        .await
        .expect(200)
        .says("Privacy officer");
    house
        .post("/sign-in/with-role", &cookies, &form)
        .await
        .expect(400);
}

#[tokio::test]
async fn whoever_is_refused_is_told_why_in_plain_words_and_nothing_of_what_was_said() {
    let (house, stub) = house().await;
    let cases = [
        (
            Some(staff(&["S8000:G8000:R9999"])),
            403,
            "S8000:G8000:R9999, which opens nothing here",
        ),
        (Some(staff(&[])), 403, "you hold no role"),
        (Some(citizen(5)), 403, "Prove who you are"),
        (
            Some(citizen(9)),
            403,
            "There is no record here under your NHS number",
        ),
        (None, 502, "The sign-in could not be checked"),
    ];
    for (who, status, words) in cases {
        let (_, page) = sign_in(&house, &stub, who).await;
        let page = page
            .expect(status)
            .says(words)
            .does_not_say("9990548609")
            .does_not_say("999 054");
        assert!(!page.cookies().contains("sarsen="));
    }
    let (cookies, _) = sign_in(&house, &stub, Some(citizen(5))).await;
    house.get("/sign-in/further/stub", &cookies).await.expect(303);
    let asked = stub.asked.lock().expect("a lock").last().cloned();
    assert!(asked.is_some_and(|ask| ask.step_up.is_some()));
}

#[tokio::test]
async fn only_a_token_in_form_is_handed_on_from_the_nhs_app() {
    let (house, stub) = house().await;
    for (sent, handed) in [
        ("aa.bb.cc", true),
        ("aa.bb", false),
        ("https://elsewhere.example/a.b.c", false),
        ("a.b.c%0d%0ax", false),
    ] {
        let path = format!("/sign-in/with/stub?assertedLoginIdentity={sent}");
        let there = house.get(&path, "").await.expect(303);
        assert!(there.location().starts_with("https://sign-in.example/"), "{sent}");
        let asked = stub.asked.lock().expect("a lock").last().cloned().expect("asked");
        assert_eq!(asked.asserted_login.is_some(), handed, "{sent}");
    }
}

/// An account of whoever the stub calls "somebody", who is Clara too.
async fn linked(house: &House) -> String {
    use actions::access::accounts::{AccountRole, NewAccount, add, link};
    let role = AccountRole {
        id: "1".to_owned(),
        role: "operator".to_owned(),
        words: "Operator of the hub".to_owned(),
        organisation: None,
        job_role: None,
        activities: BTreeSet::default(),
        parties: BTreeSet::default(),
    };
    let new = NewAccount {
        name: "clara.example".to_owned(),
        kind: AccountKind::Staff,
        roles: vec![
            role.clone(),
            AccountRole {
                id: "2".to_owned(),
                ..role
            },
        ],
        person: Some(people::CLARA.to_owned()),
        practitioner: None,
        identity: 3,
        demo: false,
    };
    let account = add(house.actions(), new).await.expect("made");
    link(house.actions(), &account.id, "stub", "somebody")
        .await
        .expect("linked");
    account.id
}

/// The session's cookies of a nurse who came from the stub.
async fn nurse(house: &House, stub: &Stub) -> String {
    let (_, back) = sign_in(house, stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    back.expect(200).cookies()
}

#[tokio::test]
async fn what_a_linked_member_of_staff_signs_in_with_and_their_roles_are_kept_at_the_provider() {
    let (house, stub) = house().await;
    linked(&house).await;
    let cookies = nurse(&house, &stub).await;
    let page = house
        .get("/account", &cookies)
        .await
        .expect(200)
        .says("You came from a sign-in service")
        .does_not_say("Change password")
        .does_not_say("Operator of the hub");
    let csrf = page.csrf();
    let form = [
        ("csrf", csrf.as_str()),
        ("choice", "1"),
        ("new", "three blue herons"),
    ];
    for path in [
        "/account/role",
        "/account/password",
        "/account/recovery-codes",
        "/account/passkey",
        "/account/passkey/remove",
    ] {
        house.post(path, &cookies, &form).await.expect(404);
    }
    house.get("/account/passkey", &cookies).await.expect(404);
}

#[tokio::test]
async fn a_closed_account_is_told_so_and_whoever_came_in_as_it_is_out() {
    let (house, stub) = house().await;
    let account = linked(&house).await;
    let cookies = nurse(&house, &stub).await;
    actions::access::accounts::disable(house.actions(), &account)
        .await
        .expect("closed");
    house.get("/staff/person", &cookies).await.expect(303);
    let (_, page) = sign_in(&house, &stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    let page = page.expect(403).says("Your account here is closed");
    assert!(!page.cookies().contains("sarsen="));
}

#[tokio::test]
async fn where_staff_have_to_be_linked_whoever_is_not_is_told_whom_to_ask() {
    let stub = Stub {
        linked_only: true,
        ..Stub::default()
    };
    let (house, stub) = house_with(stub).await;
    let (_, page) = sign_in(&house, &stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    let page = page
        .expect(403)
        .says("You have no account here yet")
        .says("Ask whoever looks after Sarsen");
    assert!(!page.cookies().contains("sarsen="));
    linked(&house).await;
    let cookies = nurse(&house, &stub).await;
    house.get("/staff/person", &cookies).await.expect(200);
}

#[tokio::test]
async fn a_linked_member_of_staff_is_told_that_a_record_is_their_own() {
    let stub = Stub {
        directory_id: Some("910000000001".to_owned()),
        ..Stub::default()
    };
    let (house, stub) = house_with(stub).await;
    for resource in people::clara() {
        house.keep(&resource).await;
    }
    house
        .keep(&json!({ "resourceType": "Practitioner", "id": "doctor",
            "identifier": [{ "system": SDS_USER, "value": "910000000001" }] }))
        .await;
    house
        .keep(
            &json!({ "resourceType": "CareTeam", "id": "team-of-clara", "status": "active",
            "subject": { "reference": format!("Patient/{}", people::CLARA) },
            "participant": [{ "member": { "reference": "Practitioner/doctor" } }] }),
        )
        .await;
    let cookies = nurse(&house, &stub).await;
    let address = format!("/staff/person/{}", people::CLARA);
    house
        .get(&address, &cookies)
        .await
        .expect(200)
        .says("Heart failure");
    linked(&house).await;
    let cookies = nurse(&house, &stub).await;
    house
        .get(&address, &cookies)
        .await
        .expect(200)
        .does_not_say("Heart failure");
}

/// From the page that asks who it is to the provider, and back with this: the cookies of both ways, and the page.
async fn confirm(house: &House, session: &str, back: &str) -> (String, Page) {
    let asks = house
        .get("/confirm?next=/staff/person", session)
        .await
        .expect(200)
        .says("sign in again with The stub")
        .says("Confirm with The stub")
        .does_not_say("name=\"code\"");
    assert!(asks.text.contains("href=\"/confirm/with?next=/staff/person\""));
    let there = house
        .get("/confirm/with?next=/staff/person", session)
        .await
        .expect(303);
    let state = there.location().rsplit_once("state=").expect("a state").1;
    let way = there.cookies();
    // Another site sends the browser back: the session's cookie does not come along.
    let page = house
        .get(&format!("/sign-in/back/stub?state={state}{back}"), &way)
        .await;
    (format!("{session}; {way}"), page)
}

/// Where the page on which a way ends leads.
fn leads_to(page: &Page) -> String {
    let after = page.text.split("content=\"0; url=").nth(1).expect("it goes on");
    after.split('"').next().expect("an address").to_owned()
}

#[tokio::test]
async fn whoever_came_from_a_provider_shows_there_that_it_is_still_them() {
    let (house, stub) = house().await;
    let session = nurse(&house, &stub).await;
    let (cookies, page) = confirm(&house, &session, "&code=c").await;
    let asked = stub.asked.lock().expect("a lock").last().cloned();
    assert!(asked.is_some_and(|ask| ask.again), "they sign in anew");
    let page = page.expect(200).says("It is confirmed that it is you");
    assert!(!page.cookies().contains("sarsen="), "no session is given by it");
    let next = leads_to(&page);
    // Whoever is not in the session, or was not away, is told nothing.
    house
        .get(&next, &cookies.replace("sarsen-provider", "another"))
        .await
        .expect(400);
    let (_, other) = sign_in(&house, &stub, Some(staff(&["S8000:G8000:R8001"]))).await;
    let way = cookies.rsplit_once("; ").expect("two").1;
    let (_, page) = confirm(&house, &session, "&code=c").await;
    let stolen = format!("{}; {way}", other.cookies());
    house
        .get(&leads_to(&page), &stolen)
        .await
        .expect(400)
        .says("It is not confirmed that it is you");
    let (cookies, page) = confirm(&house, &session, "&code=c").await;
    let next = leads_to(&page);
    let confirmed = house.get(&next, &cookies).await.expect(303);
    assert_eq!(confirmed.location(), "/staff/person");
    let fresh = confirmed.cookies();
    assert!(fresh.contains("sarsen=") && fresh != session);
    house.get("/staff/person", &fresh).await.expect(200);
    house.get("/staff/person", &session).await.expect(303);
    house.get(&next, &format!("{fresh}; {way}")).await.expect(400);
}

#[tokio::test]
async fn what_does_not_show_that_it_is_them_confirms_nothing_and_says_why() {
    let (house, stub) = house().await;
    let session = nurse(&house, &stub).await;
    let not = |page: Page, status, words: &str| {
        let page = page
            .expect(status)
            .says("It is not confirmed that it is you")
            .says("you are signed in as before")
            .says(words);
        assert!(page.text.contains("href=\"/confirm?next=/staff/person\""));
        assert!(page.headers.get("set-cookie").is_none());
    };
    let (_, page) = confirm(&house, &session, "&error=access_denied").await;
    not(page, 403, "it was ended before it was complete");
    *stub.subject.lock().expect("a lock") = Some("somebody-else");
    let (_, page) = confirm(&house, &session, "&code=c").await;
    not(page, 403, "Somebody else signed in");
    *stub.subject.lock().expect("a lock") = None;
    for (fault, status, words) in [
        (Fault::NotJustNow, 502, "did not ask anybody to sign in again"),
        (Fault::NoSignInTime, 502, "does not say when you signed in"),
        (Fault::Unreachable, 503, "use your downtime procedure"),
        (Fault::Nonce, 502, "does not fit what was asked"),
    ] {
        *stub.fault.lock().expect("a lock") = Some(fault);
        let (_, page) = confirm(&house, &session, "&code=c").await;
        not(page, status, words);
    }
    *stub.fault.lock().expect("a lock") = None;
    house.get("/staff/person", &session).await.expect(200);
    let (cookies, page) = confirm(&house, &session, "&code=c").await;
    house.get(&leads_to(&page), &cookies).await.expect(303);
}

#[tokio::test]
async fn whoever_did_not_come_from_a_provider_is_sent_to_none() {
    let (house, _) = house().await;
    let session = house.sign_in().await;
    house
        .get("/confirm", &session)
        .await
        .expect(200)
        .says("authenticator app")
        .does_not_say("Confirm with");
    house.get("/confirm/with", &session).await.expect(404);
    house.get("/confirm/back/0123", &session).await.expect(400);
}

/// To the provider from the sign-in page, in a browser that says so, with these cookies of its own; and back in.
async fn sign_in_at(house: &House, stub: &Stub, besides: &str) -> (String, Page) {
    *stub.who.lock().expect("a lock") = Some(staff(&["S8000:G8000:R8001"]));
    let request = http::Request::builder()
        .uri("/sign-in/with/stub")
        .header("sec-fetch-site", "same-origin")
        .header(http::header::COOKIE, besides)
        .body(axum::body::Body::empty());
    let there = house.send(request.expect("a request")).await.expect(303);
    let state = there.location().rsplit_once("state=").expect("a state").1;
    let cookies = there.cookies();
    // The browser's own cookie does not come along from another site.
    let way = cookies
        .split("; ")
        .find(|pair| pair.starts_with("sarsen-provider="));
    let back = house
        .get(
            &format!("/sign-in/back/stub?code=c&state={state}"),
            way.expect("a way"),
        )
        .await;
    (cookies, back.expect(200))
}

#[tokio::test]
async fn whoever_came_from_a_provider_leaves_a_desk_and_finds_the_work_again_there() {
    let (house, stub) = house().await;
    let (cookies, page) = sign_in_at(&house, &stub, "").await;
    let device = cookies
        .split("; ")
        .find(|pair| pair.starts_with("sarsen-device="));
    let device = device.expect("the desk is remembered").to_owned();
    let session = page.cookies();
    let leave = house
        .get("/switch", &session)
        .await
        .expect(200)
        .says("your work is kept")
        .says("may still know you");
    let left = house
        .post("/switch", &session, &[("csrf", &leave.csrf())])
        .await
        .expect(303);
    assert_eq!(left.location(), "/sign-in?switched");
    house.get("/staff/person", &session).await.expect(303);
    let (cookies, page) = sign_in_at(&house, &stub, &device).await;
    assert!(!cookies.contains("sarsen-device="), "it has one");
    let asked = stub.asked.lock().expect("a lock").last().cloned();
    assert!(asked.is_some_and(|ask| ask.again), "nobody comes in as who left");
    let again = page.says("content=\"0; url=/\"").cookies();
    let account = house.get("/account", &again).await.expect(200);
    assert!(!account.text.contains("left at a shared desk"), "it is this one");
}

#[tokio::test]
async fn a_browser_that_is_not_known_as_a_desk_says_that_leaving_it_signs_out() {
    let (house, stub) = house().await;
    let session = nurse(&house, &stub).await;
    let leave = house
        .get("/switch", &session)
        .await
        .expect(200)
        .says("your work is not kept: you are signed out");
    house
        .post("/switch", &session, &[("csrf", &leave.csrf())])
        .await
        .expect(303);
    house.get("/staff/person", &session).await.expect(303);
}
