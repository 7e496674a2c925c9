//! Pages that the hunt for leaks visits besides a desk's: a citizen's own, an app that is let in, the privacy office, risk and the
//! population. They are those of the tables of routes, so that a later one is among them.

use std::path::Path;
use std::sync::Arc;

use actions::access::Tokens;
use actions::access::accounts::{AccountKind, AccountRole, NewAccount, add};
use actions::{Actions, Role};
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};
use web::Access;

use super::leaks::Client;

/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// Where the app is.
pub(super) const BACK: &str = "https://app.example/back";

/// Makes the accounts before the server starts: the seeded person at home, and somebody who works where they work. The id of the
/// citizen's account.
pub(super) fn accounts(data: &Path) -> (String, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(data), Arc::clone(&system))
            .await
            .expect("a record");
        let actions = Actions::new(
            record.clone(),
            CareClock::new(Arc::clone(&system)),
            system,
            Tokens::none(),
            fhir::Limits::default(),
        );
        let account = |name: &str, kind, role: Role, organisation: Option<&str>| NewAccount {
            name: name.to_owned(),
            kind,
            roles: vec![AccountRole {
                id: "1".to_owned(),
                role: role.code().to_owned(),
                words: "Invented".to_owned(),
                organisation: organisation.map(str::to_owned),
                job_role: None,
                activities: ["B0360", "B0820"].map(str::to_owned).into(),
                parties: Default::default(),
            }],
            person: (kind == AccountKind::Citizen).then(|| "seeded".to_owned()),
            practitioner: None,
            identity: 9,
            demo: true,
        };
        let citizen = account("demo.citizen", AccountKind::Citizen, Role::Citizen, None);
        let citizen = add(&actions, citizen).await.expect("made").id;
        let staff = account("demo.operator", AccountKind::Staff, Role::Operator, Some("RVJ"));
        let staff = NewAccount { identity: 3, ..staff };
        let staff = add(&actions, staff).await.expect("made").id;
        drop(actions);
        record.close().await;
        (citizen, staff)
    })
}

/// Every route that begins so and that these may ask, with something in the place of what varies.
fn routes(method: &str, access: Access, start: &str) -> Vec<String> {
    let varies = [
        ("{section}", "medicines"),
        ("{type}", "AllergyIntolerance"),
        ("{viewer}", "charity"),
        ("{person}", "seeded"),
        ("{id}", "seeded"),
        ("{file}", "ages.csv"),
    ];
    let all = web::routes();
    let wanted = all
        .iter()
        .filter(|route| route.method == method && route.access == access && route.path.starts_with(start));
    let paths: Vec<String> = wanted
        .map(|route| {
            varies.iter().fold(route.path.to_owned(), |path, (name, value)| {
                path.replace(name, value)
            })
        })
        .collect();
    assert!(!paths.is_empty(), "{method} {start}");
    paths
}

/// Visits every page, then sends every form empty, with what is nobody's, and with what the person has.
fn walk(client: &mut Client<'_>, access: Access, start: &str, token_page: &str) {
    for path in routes("GET", access, start) {
        // What goes on for ever, to a page that listens.
        if !path.ends_with("/live") {
            client.get(&path);
        }
    }
    for path in routes("POST", access, start) {
        for fields in [
            &[][..],
            &[
                ("id", "nobody"),
                ("person", "nobody"),
                ("words", "x"),
                ("nhs-number", "123"),
            ],
            &[
                ("note", "Zwiebelfisch"),
                ("name", "Quendolyn"),
                ("nhs-number", "999 054 8609"),
                ("street", "1 Nirgendwostrasse"),
                ("postcode", "ZZ99 3WZ"),
            ],
        ] {
            client.form_with(token_page, &path, fields);
        }
    }
}

/// Signs in by the button of an invented person.
fn sign_in(client: &mut Client<'_>, account: &str) {
    let sent = client.form_with("/sign-in", "/sign-in/demo", &[("account", account)]);
    assert_eq!(client.answer(sent).status, 303, "{}", client.answer(sent).body);
}

/// The seeded person at home, who lets an app in; what is secret of it.
pub(super) fn citizen(client: &mut Client<'_>, account: &str) -> Vec<String> {
    sign_in(client, account);
    let home = client.get("/me/record/about");
    let _ = home;
    let details = client.get("/me/details");
    assert_eq!(
        client.answer(details).status,
        200,
        "{}",
        client.answer(details).body
    );
    let secrets = app(client);
    walk(client, Access::Citizen, "/me", "/me/sharing");
    secrets
}

fn app(client: &mut Client<'_>) -> Vec<String> {
    let public = client.public();
    let ask = |client_id: &str, back: &str, scope: &str| {
        format!(
            "/oauth/authorize?client_id={client_id}&redirect_uri={back}&response_type=code&scope={scope}&state=of-the-app\
             &aud={public}/fhir&code_challenge={CHALLENGE}&code_challenge_method=S256"
        )
    };
    let scope = "launch/patient%20patient/*.rs";
    for wrong in [
        ask("nobody", BACK, scope),
        ask("charts", "https://elsewhere.example", scope),
        ask("charts", BACK, "nothing"),
        "/oauth/authorize".to_owned(),
        "/oauth/consent/0123".to_owned(),
    ] {
        client.get(&wrong);
    }
    let consent_of = |client: &mut Client<'_>| {
        let asked = client.get(&ask("charts", BACK, scope));
        let body = &client.answer(asked).body;
        let word = body.split("/oauth/consent/").nth(1).expect("goes on");
        let word: String = word.chars().take_while(char::is_ascii_alphanumeric).collect();
        format!("/oauth/consent/{word}")
    };
    let declined = consent_of(client);
    client.form(&declined, &[("decision", "decline")]);
    let consent = consent_of(client);
    let allowed = client.form(&consent, &[("decision", "allow")]);
    let answer = client.answer(allowed);
    let all = format!("{}{}", answer.head, answer.body);
    let code = all.split("code=").nth(1).expect("a code");
    let code: String = code
        .chars()
        .take_while(|letter| letter.is_ascii_alphanumeric() || "-_.~".contains(*letter))
        .collect();
    let redeem = |client: &mut Client<'_>, code: &str| {
        let body = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}&client_id=charts"
        );
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        client.send("POST", "/oauth/token", &form, &body)
    };
    let wrong = redeem(client, "not-a-code");
    assert_eq!(client.answer(wrong).status, 400);
    let token = redeem(client, &code);
    let answer = client.answer(token);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let token = answer.body.split("\"access_token\":\"").nth(1).expect("a token");
    let token = token.split('"').next().expect("a token").to_owned();
    assert_eq!(client.fhir(&token, "GET", "/fhir/Patient/seeded", &[], ""), 200);
    client.fhir(&token, "GET", "/fhir/AllergyIntolerance?patient=seeded", &[], "");
    client.fhir(&token, "DELETE", "/fhir/Patient/seeded", &[], "");
    // Once used, it is nothing.
    let again = redeem(client, &code);
    assert_eq!(client.answer(again).status, 400);
    vec![code, token, VERIFIER.to_owned()]
}

/// Whoever is signed in looks at what the privacy office, risk and the population have.
pub(super) fn office(client: &mut Client<'_>) {
    for start in [
        "/staff/privacy",
        "/staff/risk",
        "/staff/population",
        "/staff/handed-over",
    ] {
        walk(client, Access::Staff, start, "/staff/person");
    }
    let found = client.form("/staff/privacy/looks", &[("nhs-number", "999 054 8609")]);
    assert_eq!(client.answer(found).status, 200, "{}", client.answer(found).body);
    for of in [
        "person=seeded",
        "person=seeded&reader=development",
        "reader=development",
    ] {
        client.get(&format!("/staff/privacy/looks?{of}"));
    }
    client.get("/staff/privacy/sign-ins?account=nobody");
    client.get("/staff/risk?of=Zwiebelfisch");
    client.get("/staff/population/people?of=9990548609");
}

/// An operator opens the record with a reason, and the office closes the review.
pub(super) fn operator(client: &mut Client<'_>, account: &str) {
    sign_in(client, account);
    for path in ["/staff/open/claim", "/staff/open/emergency"] {
        client.form(
            path,
            &[
                ("nhs-number", "999 054 8609"),
                ("born-day", "2"),
                ("born-month", "3"),
                ("born-year", "1941"),
                ("reason", "present"),
                ("words", "Quendolyn Zwiebelfisch is here with me"),
            ],
        );
    }
    client.form(
        "/staff/open/claim",
        &[
            ("nhs-number", "999 054 8600"),
            ("reason", "present"),
            ("words", "Zwiebelfisch"),
        ],
    );
}
