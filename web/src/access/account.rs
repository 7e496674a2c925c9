//! One's own account: where one is signed in, passkeys, the password, recovery codes, another role.

use actions::access::accounts::{
    Account, How, account, change_password as change, finish_adding, new_recovery_codes as make_codes,
    remove_passkey as remove, role_actor, sign_out_everywhere, start_adding,
};
use actions::access::sessions::{self, Renewed};
use actions::access::smart::{LetIn, let_in, shut_app_out};
use actions::{ActionError, FieldProblem};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use care::access::scope::Scopes;
use http::{HeaderMap, StatusCode};

use crate::access::authorise::want;
use crate::access::confirm::renew;
use crate::access::entered::landing;
use crate::access::role::choices;
use crate::access::step::{Choice, PasskeyAsked, StepView};
use crate::app::{App, SignedIn};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// How recently somebody must have proved who they are to change what they prove it with.
const FRESH_MINUTES: u32 = 15;

/// One session in the list.
#[derive(Debug, Clone)]
struct Line {
    key: String,
    role: String,
    browser: String,
    since: String,
    used: String,
    here: bool,
    parked: bool,
}

/// A passkey in the list.
#[derive(Debug, Clone)]
struct Key {
    id: String,
    words: String,
    since: String,
}

/// An app in the list.
#[derive(Debug, Clone)]
struct AppLine {
    key: String,
    name: String,
    since: String,
    until: String,
    wants: Vec<String>,
}

/// What an account of the house's own has besides sessions.
#[derive(Debug, Clone)]
struct Own {
    name: String,
    recovery_codes: usize,
    takes_passkeys: bool,
    passkeys: Vec<Key>,
    roles: Vec<Choice>,
    old: TextField,
    new: TextField,
}

#[derive(Debug, Clone, Template)]
#[template(path = "access/account.html")]
pub(crate) struct AccountView {
    frame: Frame,
    csrf: String,
    role: String,
    notice: Option<&'static str>,
    summary: Option<ErrorSummary>,
    sessions: Vec<Line>,
    /// The apps that they let in.
    apps: Vec<AppLine>,
    /// They came from a provider: what they prove themself with, and their roles, are kept there.
    kept_elsewhere: bool,
    own: Option<Own>,
}

fn secret_field(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    kind: FieldKind,
    error: Option<String>,
) -> TextField {
    TextField {
        id,
        label,
        hint,
        kind,
        width: FieldWidth::Twenty,
        value: String::new(),
        error,
    }
}

impl Own {
    fn new(account: &Account, takes_passkeys: bool, problems: &[FieldProblem]) -> Own {
        let error = |field: &str| {
            let found = problems.iter().find(|problem| problem.field == field);
            found.map(|problem| problem.words.clone())
        };
        let roles = choices(account);
        Own {
            name: account.name.clone(),
            recovery_codes: account.recovery_codes(),
            takes_passkeys,
            passkeys: account
                .passkeys()
                .into_iter()
                .map(|(id, words, added)| Key {
                    id,
                    words,
                    since: moment(added),
                })
                .collect(),
            roles: if roles.len() > 1 { roles } else { Vec::new() },
            old: secret_field("old", "Your password now", "", FieldKind::Secret, error("old")),
            new: secret_field(
                "new",
                "New password",
                "At least 12 characters",
                FieldKind::NewSecret,
                error("new"),
            ),
        }
    }
}

fn moment(at: jiff::Timestamp) -> String {
    at.in_tz("Europe/London").map_or_else(
        |_| at.to_string(),
        |at| at.strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

impl AccountView {
    pub(crate) fn samples() -> Vec<(&'static str, AccountView)> {
        let line = |browser: &str, here| Line {
            key: "1".to_owned(),
            role: "Community nurse".to_owned(),
            browser: browser.to_owned(),
            since: "3 March 2026, 08:02".to_owned(),
            used: "3 March 2026, 09:40".to_owned(),
            here,
            parked: !here,
        };
        let view = |own: Option<Own>| AccountView {
            frame: Frame::sample(true),
            csrf: "sample-token".to_owned(),
            role: "Community nurse".to_owned(),
            notice: None,
            summary: None,
            sessions: vec![line("Firefox on Linux", true), line("Chrome on Android", false)],
            apps: vec![AppLine {
                key: "k".to_owned(),
                name: "Growth <script>alert(1)</script>".to_owned(),
                since: "3 March 2026, 08:02".to_owned(),
                until: "2 April 2026, 08:02".to_owned(),
                wants: vec!["See Observation".to_owned()],
            }],
            kept_elsewhere: false,
            own,
        };
        let own = |problems: Vec<FieldProblem>| Own {
            name: "n.example".to_owned(),
            recovery_codes: 7,
            takes_passkeys: true,
            passkeys: vec![Key {
                id: "k".to_owned(),
                words: "Desk <script>alert(1)</script>".to_owned(),
                since: "3 March 2026, 08:02".to_owned(),
            }],
            roles: vec![
                Choice {
                    value: "1".to_owned(),
                    words: "Community nurse".to_owned(),
                    hint: String::new(),
                },
                Choice {
                    value: "2".to_owned(),
                    words: "Operator of the hub".to_owned(),
                    hint: String::new(),
                },
            ],
            old: secret_field("old", "Your password now", "", FieldKind::Secret, None),
            new: secret_field(
                "new",
                "New password",
                "",
                FieldKind::NewSecret,
                problems.first().map(|problem| problem.words.clone()),
            ),
        };
        let words = "Use at least 12 characters: three or four words are easy to remember";
        let mut refused = view(Some(own(vec![FieldProblem {
            field: "new",
            words: words.to_owned(),
        }])));
        refused.summary = ErrorSummary::of(vec![Problem::new("new", words)]);
        let mut notice = view(Some(own(Vec::new())));
        let mut provider = view(None);
        provider.kept_elsewhere = true;
        notice.notice = Some("Your password was changed. You are signed out everywhere else.");
        vec![
            ("normal", view(Some(own(Vec::new())))),
            ("token", view(None)),
            ("provider", provider),
            ("refused", refused),
            ("changed", notice),
        ]
    }
}

async fn view(
    app: &App,
    session: &SignedIn,
    notice: Option<&'static str>,
    problems: Vec<FieldProblem>,
) -> Result<Response, ActionError> {
    let held = &session.0.held;
    let sessions = app.actions.sessions().of(&held.holder).await?;
    let apps = let_in(&app.actions, &held.holder).await?;
    let kept_elsewhere = held.how == How::Provider;
    let own = account(&app.actions, &held.holder)
        .await?
        .filter(|_| !kept_elsewhere);
    let status = if problems.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let view = AccountView {
        frame: app.frame_of(Some(&session.0)),
        csrf: session.0.csrf.clone(),
        role: held.words.clone(),
        notice,
        summary: ErrorSummary::of(
            problems
                .iter()
                .map(|problem| Problem::new(problem.field, &problem.words))
                .collect(),
        ),
        sessions: sessions
            .into_iter()
            .map(|line| Line {
                here: line.key == held.key,
                key: line.key,
                role: line.words,
                browser: line.browser,
                since: moment(line.begun),
                used: moment(line.used),
                parked: line.parked,
            })
            .collect(),
        apps: apps.iter().map(app_line).collect(),
        kept_elsewhere,
        own: own.map(|kept| Own::new(&kept.account, app.settings.passkeys.is_some(), &problems)),
    };
    Ok(page(status, &view))
}

/// Why what somebody proves themself with is not changed now, with the way on: they came from a provider, where it is kept, or they
/// proved it too long ago.
fn not_now(app: &App, session: &SignedIn, next: &str) -> Option<Response> {
    if session.0.held.how == How::Provider {
        return Some(Failure::NotFound.respond(app.frame_of(Some(&session.0))));
    }
    session.not_fresh(app, FRESH_MINUTES, next)
}

fn answered(app: &App, session: &SignedIn, answer: Result<Response, ActionError>) -> Response {
    answer.unwrap_or_else(|error| Failure::of(error).respond(app.frame_of(Some(&session.0))))
}

/// `GET /account`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let answer = view(&app, &session, None, Vec::new()).await;
    answered(&app, &session, answer)
}

/// What the forms of the page send.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct AccountForm {
    csrf: String,
    key: String,
    choice: String,
    old: String,
    new: String,
    words: String,
    credential: String,
}

/// `POST /account/sign-out`: one of one's sessions, or all others.
pub(crate) async fn sign_out_some(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    let held = &session.0.held;
    let ended = if form.key.is_empty() {
        sign_out_everywhere(&app.actions, &held.holder, Some(&held.key))
            .await
            .map(|_| ())
    } else {
        end_own(&app, held, &form.key).await
    };
    let answer = match ended {
        Ok(()) => view(&app, &session, Some("You are signed out there."), Vec::new()).await,
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}

fn app_line(one: &LetIn) -> AppLine {
    AppLine {
        key: one.key.clone(),
        name: one.name.clone(),
        since: moment(one.since),
        until: one.until.map_or_else(String::new, moment),
        wants: Scopes::parse(&one.scopes).resources().iter().map(want).collect(),
    }
}

/// `POST /account/app`: an app that one let in is shut out.
pub(crate) async fn end_app(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    let answer = match shut_app_out(&app.actions, &session.0.held.holder, &form.key).await {
        Ok(true) => view(&app, &session, Some("The app is shut out."), Vec::new()).await,
        // It was shut out already, or is none of theirs: the page says which there are.
        Ok(false) => view(&app, &session, None, Vec::new()).await,
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}

/// Ends a session of one's own, and nobody else's.
async fn end_own(app: &App, held: &sessions::OpenSession, key: &str) -> Result<(), ActionError> {
    let own = app.actions.sessions().of(&held.holder).await?;
    if !own.iter().any(|line| line.key == key) {
        return Ok(());
    }
    app.searches.forget(key);
    if held.key == key {
        sessions::end(&app.actions, key, &held.holder).await
    } else {
        sessions::end_elsewhere(&app.actions, key, &held.holder).await
    }
}

/// `POST /account/password`.
pub(crate) async fn change_password(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    if let Some(response) = not_now(&app, &session, "/account") {
        return response;
    }
    let held = &session.0.held;
    let answer = match change(&app.actions, &held.holder, &form.old, &form.new, &held.key).await {
        Ok(()) => {
            let words = "Your password was changed. You are signed out everywhere else.";
            view(&app, &session, Some(words), Vec::new()).await
        }
        Err(ActionError::Form(problems)) => view(&app, &session, None, problems).await,
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}

/// `POST /account/recovery-codes`.
pub(crate) async fn new_recovery_codes(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    if let Err(failure) = session.accepted(form, &headers, |form| &form.csrf) {
        return failure.respond(app.frame_of(Some(&session.0)));
    }
    if let Some(response) = not_now(&app, &session, "/account") {
        return response;
    }
    let answer = make_codes(&app.actions, &session.0.held.holder).await.map(|codes| {
        let mut view = StepView::new(
            app.frame_of(Some(&session.0)),
            session.0.csrf.clone(),
            "/account",
            "Write down your recovery codes",
        )
        .saying("Each signs you in once, when you have lost your telephone. Those before are void. They are not shown again.");
        view.lines = codes;
        view.button = None;
        view.links.push(("/account".to_owned(), "Back to your account"));
        page(StatusCode::OK, &view)
    });
    answered(&app, &session, answer)
}

/// `POST /account/role`: the session goes on in another role, under a new secret.
pub(crate) async fn choose_role(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    let held = &session.0.held;
    let answer = match role_actor(&app.actions, &held.holder, &form.choice, held.how).await {
        Ok((actor, words)) => {
            let (idle, absolute) = app.settings.times(actor.role);
            let to = landing(actor.role);
            let renewed = Renewed {
                role: Some((actor, words, idle, absolute)),
                confirmed: None,
            };
            app.searches.forget(&held.key);
            renew(&app, &session, renewed, to).await
        }
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}

/// `GET /account/passkey`: a passkey more.
pub(crate) async fn show_add_passkey(State(app): State<App>, session: SignedIn) -> Response {
    if let Some(response) = not_now(&app, &session, "/account/passkey") {
        return response;
    }
    let answer = adding(&app, &session, None).await;
    answered(&app, &session, answer)
}

async fn adding(app: &App, session: &SignedIn, error: Option<&str>) -> Result<Response, ActionError> {
    let passkeys = app.settings.passkeys.as_ref().ok_or(ActionError::NotFound)?;
    let held = &session.0.held;
    let options = match start_adding(&app.actions, passkeys, &held.key, &held.holder).await {
        Err(ActionError::Form(problems)) => return view(app, session, None, problems).await,
        started => started?,
    };
    let mut view = StepView::new(
        app.frame_of(Some(&session.0)),
        session.0.csrf.clone(),
        "/account/passkey",
        "Add a passkey",
    )
    .saying("A passkey signs you in with your fingerprint, face or PIN, and on this site alone.")
    .asking(
        "words",
        "What to call it",
        "For example, my telephone",
        FieldKind::Text,
        None,
    )
    .refused(error.map(|words| ("passkey", words)));
    view.passkey = Some(PasskeyAsked {
        verb: "create",
        options,
    });
    view.button = Some("Add a passkey");
    view.links.push(("/account".to_owned(), "Back to your account"));
    Ok(page(StatusCode::OK, &view))
}

/// `POST /account/passkey`.
pub(crate) async fn add_passkey(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    if let Some(response) = not_now(&app, &session, "/account/passkey") {
        return response;
    }
    let Some(passkeys) = &app.settings.passkeys else {
        return Failure::NotFound.respond(app.frame_of(Some(&session.0)));
    };
    let held = &session.0.held;
    let added = finish_adding(
        &app.actions,
        passkeys,
        &held.key,
        &held.holder,
        &form.words,
        &form.credential,
    );
    let answer = match added.await {
        Ok(()) => Ok(Redirect::to("/account").into_response()),
        Err(ActionError::Form(problems)) => {
            let words = problems.first().map(|problem| problem.words.as_str());
            adding(&app, &session, words).await
        }
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}

/// `POST /account/passkey/remove`.
pub(crate) async fn remove_passkey(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    Sent(form): Sent<AccountForm>,
) -> Response {
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(Some(&session.0))),
    };
    if let Some(response) = not_now(&app, &session, "/account") {
        return response;
    }
    let answer = match remove(&app.actions, &session.0.held.holder, &form.key).await {
        Ok(()) => view(&app, &session, Some("The passkey was removed."), Vec::new()).await,
        Err(error) => Err(error),
    };
    answered(&app, &session, answer)
}
