//! Signing in with an account: step by step over HTTP, and what somebody tries who should not come in.

use actions::access::accounts::{
    self, Account, AccountKind, AccountRole, NewAccount, add, code_at, confirm_set_up, disable, invite,
    set_password, show_set_up,
};
use http::{Method, Request, header};
use jiff::SignedDuration;
use record::clock::{SystemClock, Wall};
use web::WebSettings;

use super::house::{House, Page, encoded};

const NAME: &str = "n.example";
const PASSWORD: &str = "three blue herons";

/// Somebody with an account, as they know it.
struct Somebody {
    account: Account,
    /// The secret in their telephone, and how far its clock is ahead: no code is taken twice.
    secret: Vec<u8>,
    recovery: Vec<String>,
}

impl Somebody {
    /// What the telephone shows, so many half minutes from now.
    fn code(&self, steps: i64) -> String {
        code_at(&self.secret, Wall.now() + SignedDuration::from_secs(30 * steps)).expect("a code")
    }
}

fn role(id: &str, role: &str, words: &str) -> AccountRole {
    AccountRole {
        id: id.to_owned(),
        role: role.to_owned(),
        words: words.to_owned(),
        organisation: None,
        job_role: None,
        activities: ["B0360".to_owned()].into(),
        parties: Default::default(),
    }
}

fn new(name: &str, roles: Vec<AccountRole>, demo: bool) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        kind: AccountKind::Staff,
        roles,
        person: None,
        practitioner: None,
        identity: 3,
        demo,
    }
}

fn unspelt(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            other => other - b'2' + 26,
        };
        bits = (bits << 5) | u32::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

async fn somebody(house: &House, name: &str, roles: Vec<AccountRole>) -> Somebody {
    let actions = house.actions();
    let account = add(actions, new(name, roles, false)).await.expect("made");
    let setup = invite(actions, &account.id).await.expect("invited");
    set_password(actions, &setup, PASSWORD).await.expect("set");
    let stands = show_set_up(actions, &setup).await.expect("read").expect("there");
    let secret = unspelt(&stands.secret.expect("a secret"));
    // The code of a moment ago, so that the one of now is still good.
    let early = code_at(&secret, Wall.now() - SignedDuration::from_secs(30)).expect("a code");
    let recovery = confirm_set_up(actions, &setup, &early).await.expect("confirmed");
    Somebody {
        account,
        secret,
        recovery,
    }
}

async fn nurse(house: &House) -> Somebody {
    somebody(house, NAME, vec![role("1", "clinician", "Community nurse")]).await
}

async fn give(house: &House, cookies: &str, csrf: &str, name: &str, password: &str) -> Page {
    let form = [("csrf", csrf), ("name", name), ("password", password)];
    house.post("/sign-in", cookies, &form).await
}

/// The first step, from a browser with these cookies besides; the cookies of the form.
async fn password(house: &House, besides: &str) -> String {
    let form = house.get("/sign-in", besides).await.expect(200);
    let cookies = format!("{}; {besides}", form.cookies());
    let page = give(house, &cookies, &form.csrf(), NAME, PASSWORD)
        .await
        .expect(303);
    assert_eq!(page.location(), "/sign-in/code");
    // Under a cookie that nobody can have planted.
    assert_ne!(page.cookies(), form.cookies());
    format!("{}; {besides}", page.cookies())
}

async fn code(house: &House, cookies: &str, code: &str) -> Page {
    let csrf = house.get("/sign-in/code", cookies).await.expect(200).csrf();
    house
        .post("/sign-in/code", cookies, &[("csrf", &csrf), ("code", code)])
        .await
}

/// All of it; the cookies afterwards.
async fn enter(house: &House, somebody: &Somebody, steps: i64) -> String {
    let cookies = password(house, "").await;
    code(house, &cookies, &somebody.code(steps))
        .await
        .expect(303)
        .cookies()
}

#[tokio::test]
async fn a_password_and_a_code_open_the_pages_and_neither_does_alone() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let cookies = password(&house, "").await;
    assert_eq!(
        house.get("/staff/person", &cookies).await.status,
        303,
        "a password alone"
    );
    code(&house, &cookies, "000000")
        .await
        .expect(422)
        .says("The code is not right");
    let page = code(&house, &cookies, &nurse.code(0)).await.expect(303);
    assert_eq!(page.location(), "/staff/person");
    let session = page.cookies();
    house
        .get("/staff/person", &session)
        .await
        .expect(200)
        .says("Community nurse");
    // The ticket was used up with the code.
    assert_eq!(house.get("/sign-in/code", &cookies).await.status, 303);
    assert_eq!(house.get("/sign-in/role", &cookies).await.status, 303);
}

#[tokio::test]
async fn a_code_that_was_used_is_not_taken_again_and_the_next_one_is() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    enter(&house, &nurse, 0).await;
    let cookies = password(&house, "").await;
    code(&house, &cookies, &nurse.code(0)).await.expect(422);
    code(&house, &cookies, &nurse.code(1)).await.expect(303);
}

#[tokio::test]
async fn a_recovery_code_opens_once() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let cookies = password(&house, "").await;
    code(&house, &cookies, &nurse.recovery[3].to_uppercase())
        .await
        .expect(303);
    let cookies = password(&house, "").await;
    code(&house, &cookies, &nurse.recovery[3]).await.expect(422);
    code(&house, &cookies, &nurse.recovery[4]).await.expect(303);
}

#[tokio::test]
async fn five_wrong_codes_end_the_attempt_and_the_password_is_asked_again() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let cookies = password(&house, "").await;
    let csrf = house.get("/sign-in/code", &cookies).await.csrf();
    for tried in 0..5 {
        let page = house
            .post("/sign-in/code", &cookies, &[("csrf", &csrf), ("code", "111111")])
            .await;
        assert_eq!(page.status.as_u16(), if tried < 4 { 422 } else { 303 }, "{tried}");
    }
    let right = nurse.code(0);
    let late = house
        .post("/sign-in/code", &cookies, &[("csrf", &csrf), ("code", &right)])
        .await
        .expect(303);
    assert_eq!(late.location(), "/sign-in?again");
    assert!(!late.cookies().contains("sarsen="));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_answered_in_the_same_words() {
    let house = House::open().await;
    nurse(&house).await;
    let form = house.get("/sign-in", "").await;
    let (cookies, csrf) = (form.cookies(), form.csrf());
    let known = give(&house, &cookies, &csrf, NAME, "not the password")
        .await
        .expect(422);
    let unknown = give(&house, &cookies, &csrf, "nobody.here", "not the password")
        .await
        .expect(422);
    assert_eq!(known.text, unknown.text);
    known
        .says("The sign-in name or the password is not right")
        .does_not_say(NAME);
}

#[tokio::test]
async fn wrong_passwords_close_an_account_to_strangers_and_not_to_a_browser_it_was_used_from() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let known = enter(&house, &nurse, 0).await;
    assert!(known.contains("sarsen-device="), "{known}");
    let form = house.get("/sign-in", "").await;
    let (cookies, csrf) = (form.cookies(), form.csrf());
    for name in [NAME, "nobody.here"] {
        for _ in 0..10 {
            give(&house, &cookies, &csrf, name, "not the password")
                .await
                .expect(422);
        }
        // Then even the right one is not looked at; of a name that does not exist the same is said.
        give(&house, &cookies, &csrf, name, PASSWORD)
            .await
            .expect(422)
            .says("There were too many attempts");
    }
    let device: String = known.split("; ").filter(|pair| pair.contains("device")).collect();
    let cookies = password(&house, &device).await;
    code(&house, &cookies, &nurse.code(1)).await.expect(303);
}

#[tokio::test]
async fn a_thousand_guesses_from_one_place_are_few_that_are_looked_at() {
    let house = House::open().await;
    nurse(&house).await;
    let form = house.get("/sign-in", "").await;
    let (cookies, csrf) = (form.cookies(), form.csrf());
    let mut looked_at = 0;
    for number in 0..1000 {
        let page = give(
            &house,
            &cookies,
            &csrf,
            &format!("guess-{number}"),
            "not the password",
        )
        .await
        .expect(422);
        looked_at += u32::from(page.text.contains("is not right"));
    }
    assert_eq!(looked_at, 50);
}

#[tokio::test]
async fn an_account_that_was_closed_lets_nobody_in_and_whoever_was_in_is_out() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let session = enter(&house, &nurse, 0).await;
    let half = password(&house, "").await;
    disable(house.actions(), &nurse.account.id).await.expect("closed");
    assert_eq!(house.get("/staff/person", &session).await.status, 303);
    // Not with the next code, though the password was right before.
    let csrf = house.get("/sign-in/code", &half).await.csrf();
    let code = nurse.code(1);
    let page = house
        .post("/sign-in/code", &half, &[("csrf", &csrf), ("code", &code)])
        .await;
    assert!(!page.cookies().contains("sarsen="), "{}", page.cookies());
    let form = house.get("/sign-in", "").await;
    give(&house, &form.cookies(), &form.csrf(), NAME, PASSWORD)
        .await
        .expect(422);
    accounts::enable(house.actions(), &nurse.account.id)
        .await
        .expect("open");
    password(&house, "").await;
}

#[tokio::test]
async fn a_cookie_that_was_planted_before_is_not_the_session_s() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let planted = "a".repeat(64);
    let besides = format!("sarsen={planted}; sarsen-device={planted}");
    let cookies = password(&house, &besides).await;
    let page = code(&house, &cookies, &nurse.code(0)).await.expect(303);
    let session = page.cookies();
    assert!(
        session.contains("sarsen=") && !session.contains(&format!("sarsen={planted}")),
        "{session}"
    );
    assert_eq!(
        house
            .get("/staff/person", &format!("sarsen={planted}"))
            .await
            .status,
        303
    );
    // The form's own cookie opens nothing either.
    let form: String = cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix("sarsen-sign-in="))
        .expect("the form's cookie")
        .to_owned();
    assert_eq!(
        house.get("/staff/person", &format!("sarsen={form}")).await.status,
        303
    );
}

#[tokio::test]
async fn a_stolen_cookie_is_dead_after_signing_out() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let session = enter(&house, &nurse, 0).await;
    let csrf = house.get("/account", &session).await.expect(200).csrf();
    house
        .post("/sign-out", &session, &[("csrf", &csrf)])
        .await
        .expect(303);
    assert_eq!(house.get("/account", &session).await.status, 303);
}

#[tokio::test]
async fn a_post_of_another_site_or_without_its_token_changes_nothing() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let session = enter(&house, &nurse, 0).await;
    let csrf = house.get("/account", &session).await.csrf();
    for path in [
        "/account/sign-out",
        "/account/password",
        "/account/recovery-codes",
        "/account/role",
        "/account/passkey/remove",
        "/confirm",
        "/switch",
    ] {
        house
            .post(path, &session, &[("csrf", "made-up")])
            .await
            .expect(403);
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::COOKIE, &session)
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(&[("csrf", &csrf)]).into())
            .expect("a request");
        house.send(request).await.expect(403);
    }
    house.get("/account", &session).await.expect(200);
}

#[tokio::test]
async fn one_of_several_roles_is_chosen_and_none_that_is_not_one_s_own() {
    let house = House::open().await;
    let roles = vec![
        role("1", "clinician", "Community nurse"),
        role("2", "operator", "Operator of the hub"),
        // A role that no person holds is never offered.
        role("3", "system", "The house itself"),
    ];
    let account = add(house.actions(), new("both", roles.clone(), false)).await;
    assert!(account.is_err(), "nobody is given a role of a system");
    let both = somebody(&house, NAME, roles[..2].to_vec()).await;
    let cookies = password(&house, "").await;
    let page = code(&house, &cookies, &both.code(0)).await.expect(303);
    assert_eq!(page.location(), "/sign-in/role");
    let page = house
        .get("/sign-in/role", &cookies)
        .await
        .expect(200)
        .says("Operator of the hub");
    let csrf = page.csrf();
    for other in ["3", "", "privacy-officer", "1 OR 1=1"] {
        let page = house
            .post("/sign-in/role", &cookies, &[("csrf", &csrf), ("choice", other)])
            .await
            .expect(303);
        assert_eq!(page.location(), "/sign-in?again", "{other}");
    }
    let session = house
        .post("/sign-in/role", &cookies, &[("csrf", &csrf), ("choice", "2")])
        .await
        .expect(303)
        .cookies();
    house
        .get("/account", &session)
        .await
        .says("You are signed in as: Operator of the hub");
    // To the other role, under a new secret; the old one is good for nothing.
    let csrf = house.get("/account", &session).await.csrf();
    let changed = house
        .post("/account/role", &session, &[("csrf", &csrf), ("choice", "1")])
        .await
        .expect(303)
        .cookies();
    house
        .get("/account", &changed)
        .await
        .says("You are signed in as: Community nurse");
    assert_eq!(house.get("/account", &session).await.status, 303);
    let csrf = house.get("/account", &changed).await.csrf();
    let page = house
        .post("/account/role", &changed, &[("csrf", &csrf), ("choice", "3")])
        .await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn somebody_sees_their_sessions_ends_one_and_all_others_and_nobody_else_s() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let here = enter(&house, &nurse, 0).await;
    let there = enter(&house, &nurse, 1).await;
    let stranger = somebody(&house, "somebody.else", vec![role("1", "operator", "Operator")]).await;
    let form = house.get("/sign-in", "").await;
    let page = give(&house, &form.cookies(), &form.csrf(), "somebody.else", PASSWORD)
        .await
        .expect(303);
    assert_eq!(page.location(), "/sign-in/code");
    let other = code(&house, &page.cookies(), &stranger.code(0))
        .await
        .expect(303)
        .cookies();

    let page = house.get("/account", &here).await;
    assert_eq!(
        page.text.matches("Sign out there").count(),
        1,
        "its own other session alone"
    );
    let key = page.text.split("name=\"key\" value=\"").nth(1).expect("a key")[..64].to_owned();
    let csrf = house.get("/account", &other).await.csrf();
    house
        .post("/account/sign-out", &other, &[("csrf", &csrf), ("key", &key)])
        .await
        .expect(200);
    house.get("/account", &there).await.expect(200);
    house
        .post("/account/sign-out", &here, &[("csrf", &page.csrf())])
        .await
        .expect(200);
    assert_eq!(house.get("/account", &there).await.status, 303);
    house.get("/account", &here).await.expect(200);
    house.get("/account", &other).await.expect(200);
}

#[tokio::test]
async fn proving_it_again_goes_back_to_our_own_pages_alone_under_a_new_secret() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let session = enter(&house, &nurse, 0).await;
    let page = house
        .get("/confirm?next=https://evil.example/", &session)
        .await
        .expect(200)
        .does_not_say("evil.example");
    let csrf = page.csrf();
    let send = |next: &'static str, code: String| {
        let form = [("csrf", csrf.clone()), ("next", next.to_owned()), ("code", code)];
        let (house, session) = (&house, session.clone());
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            house.post("/confirm", &session, &form).await
        }
    };
    send("/account", "000000".to_owned()).await.expect(422);
    let page = send("//evil.example", nurse.code(1)).await.expect(303);
    assert_eq!(page.location(), "/");
    let renewed = page.cookies();
    house.get("/account", &renewed).await.expect(200);
    assert_eq!(
        house.get("/account", &session).await.status,
        303,
        "the old cookie is good for nothing"
    );
}

#[tokio::test]
async fn whoever_leaves_a_desk_is_out_of_it_and_finds_the_work_again() {
    let house = House::open().await;
    let nurse = nurse(&house).await;
    let first = enter(&house, &nurse, 0).await;
    let device: String = first.split("; ").filter(|pair| pair.contains("device")).collect();
    let searched = house.send_search(&first, &[("family", "Okafor")]).await;
    let csrf = house.get("/switch", &first).await.expect(200).csrf();
    let left = house
        .post("/switch", &first, &[("csrf", &csrf)])
        .await
        .expect(303);
    assert_eq!(left.location(), "/sign-in?switched");
    assert_eq!(
        house.get("/account", &first).await.status,
        303,
        "its pages are closed"
    );
    let cookies = password(&house, &device).await;
    let back = code(&house, &cookies, &nurse.code(1)).await.expect(303).cookies();
    house.get("/account", &back).await.expect(200);
    if searched.status == 303 {
        house.get(searched.location(), &back).await.expect(200);
    }
    assert_eq!(house.get("/account", &first).await.status, 303);
}

#[tokio::test]
async fn an_account_is_set_up_with_a_code_that_is_good_once() {
    let house = House::open().await;
    let account = add(
        house.actions(),
        new(NAME, vec![role("1", "clinician", "GP")], false),
    )
    .await
    .expect("made");
    let setup = invite(house.actions(), &account.id).await.expect("invited");
    let form = house.get("/set-up", "").await.expect(200);
    let cookies = form.cookies();
    let csrf = form.csrf();
    let send = |more: Vec<(&'static str, String)>| {
        let mut form = vec![("csrf", csrf.clone()), ("setup", setup.clone())];
        form.extend(more);
        let (house, cookies) = (&house, cookies.clone());
        async move {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            house.post("/set-up", &cookies, &form).await
        }
    };
    send(Vec::new())
        .await
        .expect(200)
        .says("Choose a password")
        .says(NAME);
    send(vec![("password", "short".to_owned())])
        .await
        .expect(422)
        .says("at least 12 characters");
    let page = send(vec![("password", PASSWORD.to_owned())]).await.expect(200);
    let shown = page
        .text
        .split("<code>")
        .nth(1)
        .expect("a key")
        .split('<')
        .next()
        .expect("a key");
    let secret = unspelt(&shown.replace(' ', ""));
    // A password without its second factor opens nothing.
    let sign_in = house.get("/sign-in", "").await;
    give(&house, &sign_in.cookies(), &sign_in.csrf(), NAME, PASSWORD)
        .await
        .expect(422)
        .says("not set up");
    send(vec![("code", "000000".to_owned())]).await.expect(422);
    let right = code_at(&secret, Wall.now()).expect("a code");
    let done = send(vec![("code", right.clone())])
        .await
        .expect(200)
        .says("recovery codes");
    assert_eq!(done.text.matches("<code>").count(), 10);
    send(Vec::new()).await.expect(422).says("was used");
    password(&house, "").await;
}

#[tokio::test]
async fn an_invented_person_s_button_works_on_a_synthetic_record_alone_and_for_them_alone() {
    for synthetic in [true, false] {
        let house = House::with(WebSettings {
            synthetic,
            ..WebSettings::default()
        })
        .await;
        let demo = add(
            house.actions(),
            new("demo.gp", vec![role("1", "clinician", "GP of a demo")], true),
        )
        .await
        .expect("made");
        let nurse = nurse(&house).await;
        let form = house.get("/sign-in", "").await.expect(200);
        assert_eq!(form.text.contains("GP of a demo"), synthetic);
        assert!(!form.text.contains("Community nurse"));
        let press = |id: String| {
            let (house, cookies, csrf) = (&house, form.cookies(), form.csrf());
            async move {
                house
                    .post("/sign-in/demo", &cookies, &[("csrf", &csrf), ("account", &id)])
                    .await
            }
        };
        let page = press(nurse.account.id.clone()).await;
        assert_eq!(page.status, 404, "a real account has no button");
        let page = press(demo.id.clone()).await;
        assert_eq!(page.status.as_u16(), if synthetic { 303 } else { 404 });
        assert_eq!(page.cookies().contains("sarsen="), synthetic);
    }
}
