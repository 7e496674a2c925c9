//! Against npm's oidc-provider, which is certified by the OpenID Foundation: both presets, and keys that change.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use actions::Role;
use actions::access::{self, Arrival, Ask, Came, Fault, NotLetIn, Proved};
use http::{Request, header};
use interop::oidc::{Credential, Preset, ProviderSettings};
use record::clock::{SystemClock, Wall};
use serde_json::{Value, json};

use super::browser::{Browser, ask};
use super::house::{BACK, House, SECRET};

const PATIENT: &str = "0198d2f4-0000-7000-8000-00000000c1a4";
const NUMBER: &str = "9990548609";

/// The provider, ended with the test.
struct Certified {
    child: Child,
    issuer: String,
    /// The private key that it made for the client, when it was asked to.
    pem: String,
}

impl Drop for Certified {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Certified {
    fn start(client: &Value) -> Certified {
        let journeys = Path::new(env!("CARGO_MANIFEST_DIR")).join("../journeys");
        assert!(
            journeys.join("node_modules/oidc-provider").is_dir(),
            "the provider is not there: run `npm ci` in journeys/"
        );
        let mut child = Command::new("node")
            .arg("provider/serve.mjs")
            .current_dir(journeys)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("node");
        let mut settings = json!({ "clients": [client] }).to_string();
        settings.push('\n');
        let stdin = child.stdin.as_mut().expect("its input");
        stdin.write_all(settings.as_bytes()).expect("told");
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        said.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let issuer = said["issuer"].as_str().expect("an issuer").to_owned();
        let pem = said["pem"].as_str().unwrap_or_default().to_owned();
        Certified { child, issuer, pem }
    }

    async fn order(&self, what: &str, body: Value) -> String {
        let request = Request::post(format!("{}/control/{what}", self.issuer))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string())
            .expect("a request");
        ask(request).await.into_body()
    }

    async fn asked(&self) -> Value {
        serde_json::from_str(&self.order("asked", json!({})).await).expect("JSON")
    }
}

fn client(more: &Value) -> Value {
    let mut client = json!({
        "client_id": "sarsen",
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    });
    for (name, value) in more.as_object().expect("an object") {
        client[name] = value.clone();
    }
    client
}

fn settings(issuer: &str, preset: Preset, credential: Credential) -> ProviderSettings {
    ProviderSettings {
        name: "staff".to_owned(),
        label: String::new(),
        issuer: issuer.to_owned(),
        back: BACK.to_owned(),
        client_id: "sarsen".to_owned(),
        credential,
        preset,
        scopes: Vec::new(),
        acr_values: Vec::new(),
        linked_only: false,
    }
}

async fn cis2() -> (Certified, House) {
    let secret = "a-secret-that-is-long-enough";
    let provider = Certified::start(&client(&json!({ "client_secret": secret })));
    let credential = Credential::Secret(secret.to_owned());
    let house = House::with(settings(&provider.issuer, Preset::NhsCis2, credential)).await;
    (provider, house)
}

fn role(id: &str, code: &str) -> Value {
    json!({ "person_orgid": "1", "person_roleid": id, "org_code": "RXX01", "role_code": code,
        "role_name": "\"A\":\"B\":\"C\"", "activity_codes": ["B0360", "B0380", "nonsense"] })
}

fn staff(identity: impl Into<Value>, authentication: impl Into<Value>, roles: &[Value]) -> Value {
    let (identity, authentication): (Value, Value) = (identity.into(), authentication.into());
    json!({ "sub": "910000000001", "nhsid_useruid": "910000000001", "idassurancelevel": identity,
        "authentication_assurance_level": authentication, "nhsid_nrbac_roles": roles })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_staff_with_one_role_is_let_in_by_nhs_cis2() {
    let (provider, house) = cis2().await;
    house
        .keep(&json!({ "resourceType": "Organization", "id": "trust",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RXX01" }] }))
        .await;
    provider
        .order("account", staff("3", 3, &[role("555", "S8000:G8000:R8001")]))
        .await;
    let Arrival::In(Came { actor, .. }) = house.sign_in().await.expect("let in") else {
        panic!("a choice of one");
    };
    assert_eq!(actor.role, Role::Clinician);
    assert_eq!(actor.organisation.as_deref(), Some("RXX01"));
    assert!(!actor.id.contains("910000000001"), "the id names nobody");
    let standing = &actor.standing;
    assert_eq!(standing.job_role.as_deref(), Some("S8000:G8000:R8001"));
    assert_eq!(standing.activities.iter().collect::<Vec<_>>(), ["B0360", "B0380"]);
    assert_eq!(
        (standing.identity_assurance, standing.authentication_assurance),
        (3, 3)
    );
    let parties: Vec<&str> = standing.parties.iter().map(|party| party.id.as_str()).collect();
    assert_eq!(parties, ["trust"]);
    assert!(!standing.house && standing.scopes.is_none() && standing.own_record.is_none());
    let asked = provider.asked().await;
    let scopes = "openid profile nationalrbacaccess associatedorgs selectedrole";
    assert_eq!(asked["scope"], scopes);
    assert_eq!(asked["code_challenge_method"], "S256");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_of_nhs_cis2_that_is_linked_comes_in_as_the_account_and_any_other_as_the_directory_knows_it()
 {
    use access::accounts::{self, AccountKind, AccountRole, NewAccount};
    let (provider, house) = cis2().await;
    house
        .keep(&json!({ "resourceType": "Practitioner", "id": "doctor",
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/sds-user-id", "value": "910000000001" }] }))
        .await;
    provider
        .order("account", staff(3, 3, &[role("555", "S8000:G8000:R8001")]))
        .await;
    let Arrival::In(Came { actor: stranger, .. }) = house.sign_in().await.expect("let in") else {
        panic!("a choice of one");
    };
    let parties: Vec<&str> = stranger
        .standing
        .parties
        .iter()
        .map(|party| party.id.as_str())
        .collect();
    assert_eq!(parties, ["doctor"]);
    let role = AccountRole {
        id: "1".to_owned(),
        role: "clinician".to_owned(),
        words: "Nurse".to_owned(),
        organisation: None,
        job_role: None,
        activities: std::collections::BTreeSet::default(),
        parties: std::collections::BTreeSet::default(),
    };
    let new = NewAccount {
        name: "clara".to_owned(),
        kind: AccountKind::Staff,
        roles: vec![role],
        person: Some(PATIENT.to_owned()),
        practitioner: None,
        identity: 3,
        demo: false,
    };
    let account = accounts::add(&house.actions, new).await.expect("made");
    accounts::link(&house.actions, &account.id, "staff", "910000000001")
        .await
        .expect("linked");
    let Arrival::In(Came { actor, .. }) = house.sign_in().await.expect("let in") else {
        panic!("a choice of one");
    };
    assert_eq!(actor.id, account.id);
    assert_eq!(actor.standing.own_record.as_deref(), Some(PATIENT));
    accounts::disable(&house.actions, &account.id)
        .await
        .expect("closed");
    let refused = house.sign_in().await;
    assert!(matches!(refused, Err(NotLetIn::Closed(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_roles_one_is_chosen_and_the_session_holds_exactly_that() {
    let (provider, house) = cis2().await;
    let roles = [
        role("555", "S8000:G8000:R8001"),
        role("556", "S8000:G8000:R0001"),
        role("557", "S8000:G8000:R9999"),
    ];
    provider.order("account", staff(3, 2, &roles)).await;
    let Arrival::Choose(word, choices) = house.sign_in().await.expect("let in") else {
        panic!("no choice");
    };
    let offered: Vec<&str> = choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(
        offered,
        ["Nurse", "Privacy officer"],
        "a role that is not known is not offered"
    );
    let other = SECRET.replace('0', "1");
    assert!(
        access::choose(&house.actions, &other, &word, "556")
            .await
            .is_err(),
        "another browser"
    );
    let chosen = access::choose(&house.actions, SECRET, &word, "556")
        .await
        .expect("chosen")
        .actor;
    assert_eq!(chosen.role, Role::PrivacyOfficer);
    assert!(
        access::choose(&house.actions, SECRET, &word, "555")
            .await
            .is_err(),
        "the word serves once"
    );
    // A role that they chose at the provider is the role.
    let mut selected = staff(3, 2, &roles);
    selected["selected_roleid"] = "555".into();
    provider.order("account", selected).await;
    let Arrival::In(Came { actor, .. }) = house.sign_in().await.expect("let in") else {
        panic!("asked again");
    };
    assert_eq!(actor.role, Role::Clinician);
    assert_eq!(actor.id, chosen.id, "one person has one id in all their roles");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_nobody_knows_and_an_assurance_too_low_are_refused() {
    let (provider, house) = cis2().await;
    let nurse = [role("555", "S8000:G8000:R8001")];
    for (identity, authentication) in [(2, 3), (3, 1), (0, 0)] {
        provider
            .order("account", staff(identity, authentication, &nurse))
            .await;
        let refused = house.sign_in().await;
        assert!(
            matches!(refused, Err(NotLetIn::Assurance { step_up: false })),
            "{refused:?}"
        );
    }
    provider
        .order("account", staff(3, 3, &[role("555", "S8000:G8000:R9999")]))
        .await;
    let refused = house.sign_in().await;
    assert!(
        matches!(&refused, Err(NotLetIn::NoRole(codes)) if codes == &["S8000:G8000:R9999"]),
        "{refused:?}"
    );
    provider.order("account", staff(3, 2, &nurse)).await;
    assert!(house.sign_in().await.is_ok(), "their neighbour is let in");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_the_provider_changes_are_fetched_again_but_not_at_everybody_s_bidding() {
    let (provider, house) = cis2().await;
    provider
        .order("account", staff(3, 3, &[role("555", "S8000:G8000:R8001")]))
        .await;
    assert!(house.sign_in().await.is_ok());
    provider.order("rotate", json!({})).await;
    assert!(house.sign_in().await.is_ok(), "the new key is fetched");
    provider.order("rotate", json!({})).await;
    let refused = house.sign_in().await;
    assert!(
        matches!(refused, Err(NotLetIn::Fault(Fault::Signature))),
        "within seconds of one fetch there is no other: {refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_or_a_state_that_was_used_is_refused_and_so_is_another_browser() {
    let (provider, house) = cis2().await;
    provider
        .order("account", staff(3, 3, &[role("555", "S8000:G8000:R8001")]))
        .await;
    let first = house.there(&Ask::default()).await;
    let other = SECRET.replace('0', "1");
    let stolen = access::come_back(&house.actions, "staff", &other, &super::house::came(&first)).await;
    assert!(
        matches!(stolen, Err(NotLetIn::NotBegun)),
        "another browser: {stolen:?}"
    );
    assert!(house.back(&first).await.is_ok());
    assert!(
        matches!(house.back(&first).await, Err(NotLetIn::NotBegun)),
        "the state was used"
    );
    // A used code under a fresh state: the provider refuses it.
    let second = house.there(&Ask::default()).await;
    let mut replayed = super::house::came(&second);
    replayed.code = super::house::came(&first).code;
    let refused = access::come_back(&house.actions, "staff", SECRET, &replayed).await;
    assert!(
        matches!(refused, Err(NotLetIn::Fault(Fault::Code))),
        "{refused:?}"
    );
    // Another issuer's name on the way back (mix-up).
    let third = house.there(&Ask::default()).await;
    let mut mixed = super::house::came(&third);
    mixed.issuer = Some("https://elsewhere.example".to_owned());
    let refused = access::come_back(&house.actions, "staff", SECRET, &mixed).await;
    assert!(
        matches!(refused, Err(NotLetIn::Fault(Fault::Issuer))),
        "{refused:?}"
    );
    let fourth = house.there(&Ask::default()).await;
    let mut declined = super::house::came(&fourth);
    declined.code = None;
    let refused = access::come_back(&house.actions, "staff", SECRET, &declined).await;
    assert!(matches!(refused, Err(NotLetIn::Declined)), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_signed_in_signs_in_anew_to_show_that_it_is_them() {
    let (provider, house) = cis2().await;
    let nurse = [role("555", "S8000:G8000:R8001")];
    provider.order("account", staff(3, 2, &nurse)).await;
    let mut browser = Browser::default();
    let session = house.session(&mut browser).await;
    // The provider knows the browser; it is asked to sign them in anew all the same.
    let told = house.prove(&mut browser, &session).await.expect("proved");
    assert!(told.is_some_and(|proved| proved.next == "/staff/person"));
    let asked = provider.asked().await;
    assert_eq!(
        (&asked["prompt"], &asked["max_age"]),
        (&"login".into(), &"0".into())
    );
    // They signed in there before they were sent: an old proof is none.
    let now = Wall.now().as_second();
    provider.order("login", json!({ "ts": now - 600 })).await;
    let refused = house.prove(&mut browser, &session).await;
    assert!(
        not_proved(&refused, |why| matches!(why, NotLetIn::Fault(Fault::NotJustNow))),
        "{refused:?}"
    );
    provider.order("login", json!({ "error": "access_denied" })).await;
    let refused = house.prove(&mut browser, &session).await;
    assert!(
        not_proved(&refused, |why| matches!(why, NotLetIn::Declined)),
        "{refused:?}"
    );
    provider.order("login", json!({})).await;
    let mut other = staff(3, 2, &nurse);
    other["sub"] = "910000000002".into();
    other["nhsid_useruid"] = "910000000002".into();
    provider.order("account", other).await;
    let refused = house.prove(&mut Browser::default(), &session).await;
    assert!(
        not_proved(&refused, |why| matches!(why, NotLetIn::SomebodyElse)),
        "{refused:?}"
    );
    provider.order("account", staff(3, 2, &nurse)).await;
    assert!(
        house.prove(&mut browser, &session).await.is_ok(),
        "and the truth still"
    );
}

fn not_proved(refused: &Result<Option<Proved>, NotLetIn>, is: impl Fn(&NotLetIn) -> bool) -> bool {
    matches!(refused, Err(NotLetIn::NotProved(not)) if is(&not.why))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_of_authentication_that_is_configured_has_to_be_reached() {
    let provider = Certified::start(&client(&json!({ "token_endpoint_auth_method": "none" })));
    let mut settings = settings(&provider.issuer, Preset::NhsCis2, Credential::Public);
    settings.acr_values = vec!["AAL3".to_owned(), "AAL2".to_owned()];
    let house = House::with(settings).await;
    let nurse = [role("555", "S8000:G8000:R8001")];
    provider.order("account", staff(3, 3, &nurse)).await;
    let refused = house.sign_in().await;
    assert!(
        matches!(refused, Err(NotLetIn::Fault(Fault::Assurance))),
        "none is said: {refused:?}"
    );
    assert_eq!(provider.asked().await["acr_values"], "AAL3 AAL2");
    provider.order("login", json!({ "acr": "AAL1" })).await;
    let refused = house.sign_in().await;
    assert!(
        matches!(refused, Err(NotLetIn::Fault(Fault::Assurance))),
        "{refused:?}"
    );
    provider.order("login", json!({ "acr": "AAL2" })).await;
    assert!(house.sign_in().await.is_ok(), "their neighbour is let in");
}

async fn nhs_login(vectors: &[&str]) -> (Certified, House) {
    let provider = Certified::start(&client(&json!({
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "RS512",
        "jwks": "make",
    })));
    let preset = Preset::NhsLogin {
        vectors: vectors.iter().map(|one| (*one).to_owned()).collect(),
    };
    let credential = Credential::Key {
        id: "ours".to_owned(),
        pem: provider.pem.clone(),
    };
    let house = House::with(settings(&provider.issuer, preset, credential)).await;
    house
        .keep(&json!({ "resourceType": "Patient", "id": PATIENT,
            "identifier": [{ "system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBER, "extension": [{
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": { "coding": [{
                    "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                    "code": "01" }] } }] }] }))
        .await;
    (provider, house)
}

fn citizen(vot: &str, level: &str, number: &str) -> Value {
    json!({ "sub": "a-citizen", "vot": vot, "identity_proofing_level": level, "nhs_number": number })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_whose_identity_was_proved_comes_to_their_own_record() {
    let vectors = ["P9.Cp.Cd", "P9.Cp.Ck", "P9.Cm"];
    let (provider, house) = nhs_login(&vectors).await;
    provider.order("account", citizen("P9.Cp.Cd", "P9", NUMBER)).await;
    let Arrival::In(Came { actor, .. }) = house.sign_in().await.expect("let in") else {
        panic!("a choice");
    };
    assert_eq!(actor.role, Role::Citizen);
    assert_eq!(actor.standing.own_record.as_deref(), Some(PATIENT));
    assert_eq!(actor.standing.identity_assurance, 9);
    assert!(!format!("{actor:?}").contains(NUMBER));
    assert_eq!(provider.asked().await["vtr"], json!(vectors).to_string());
    provider
        .order("account", citizen("P9.Cp.Cd", "P9", "9990000018"))
        .await;
    let refused = house.sign_in().await;
    assert!(
        matches!(refused, Err(NotLetIn::NoRecord)),
        "somebody without a record: {refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_proved_gets_no_record_and_can_go_on_to_prove_it() {
    let (provider, house) = nhs_login(&["P5.Cp.Cd", "P9.Cp.Cd"]).await;
    provider.order("account", citizen("P5.Cp.Cd", "P5", NUMBER)).await;
    let refused = house.sign_in().await;
    assert!(
        matches!(refused, Err(NotLetIn::Assurance { step_up: true })),
        "{refused:?}"
    );
    assert!(!format!("{refused:?}").contains(NUMBER));
    provider.order("account", citizen("P9.Cp.Cd", "P9", NUMBER)).await;
    let address = access::step_up(&house.actions, "staff", SECRET, None)
        .await
        .expect("an address");
    let back = super::browser::Browser::default().follow(&address, BACK).await;
    assert_eq!(
        provider.asked().await["vtr"],
        "[\"P9.Cp.Cd\"]",
        "only the whole proof is asked for"
    );
    assert!(matches!(house.back(&back).await, Ok(Arrival::In(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_weaker_sign_in_than_was_asked_for_and_claims_that_differ_are_refused() {
    let (provider, house) = nhs_login(&["P9.Cp.Cd"]).await;
    for (vot, level, fault) in [
        ("P9.Cp", "P9", Fault::Assurance),
        ("P9.Cp.Cd", "P5", Fault::Answer),
        ("nonsense", "P9", Fault::Answer),
    ] {
        provider.order("account", citizen(vot, level, NUMBER)).await;
        let refused = house.sign_in().await;
        assert!(
            matches!(refused, Err(NotLetIn::Fault(found)) if found == fault),
            "{vot}: {refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_from_the_nhs_app_is_not_asked_again() {
    let (provider, house) = nhs_login(&["P9.Cp.Cd"]).await;
    provider.order("account", citizen("P9.Cp.Cd", "P9", NUMBER)).await;
    let ask = Ask {
        asserted_login: Some("a.b.c".to_owned()),
        ..Ask::default()
    };
    let address = access::go(&house.actions, "staff", SECRET, None, &ask)
        .await
        .expect("an address");
    let _ = super::browser::Browser::default().follow(&address, BACK).await;
    let asked = provider.asked().await;
    assert_eq!(
        (&asked["asserted_login_identity"], &asked["prompt"]),
        (&"a.b.c".into(), &"none".into())
    );
}
