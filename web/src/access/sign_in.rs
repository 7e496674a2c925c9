//! The sign-in page: a name and a password; a passkey; and, where there is one, the token of the settings. On a synthetic
//! record the invented people stand there too, each with a button.

use actions::access::accounts::{Account, Answer, How, give_password, list};
use actions::access::sessions::{self, NewSession};
use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::access::entered::{end_present, in_session, landing};
use crate::access::knocking::Knocking;
use crate::access::{onward, tied};
use crate::app::{App, role_words};
use crate::components::{ErrorSummary, FieldKind, FieldWidth, Problem, TextField};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;
use crate::session::{form_token, fresh_secret};

/// Said of whatever is wrong, whether there is such a name or not.
const WRONG: &str = "The sign-in name or the password is not right";

/// An invented person whose button stands on the page.
#[derive(Debug, Clone)]
struct Invented {
    account: String,
    words: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "access/sign_in.html")]
pub(crate) struct SignInView {
    frame: Frame,
    csrf: String,
    notice: Option<String>,
    summary: Option<ErrorSummary>,
    name: TextField,
    password: TextField,
    passkeys: bool,
    invented: Vec<Invented>,
    /// None where no token lets anybody in.
    token: Option<TextField>,
    /// The token's form is not folded away.
    token_open: bool,
    /// Providers to sign in with: address and label.
    providers: Vec<(String, String)>,
}

/// What is wrong with the form, by its field.
type Wrong<'a> = Option<(&'static str, &'a str)>;

impl SignInView {
    fn new(frame: Frame, csrf: String, notice: Option<String>, wrong: Wrong<'_>) -> SignInView {
        let error = |id| {
            wrong
                .filter(|(field, _)| *field == id)
                .map(|(_, words)| words.to_owned())
        };
        let field = |id, label, kind| TextField {
            id,
            label,
            hint: "",
            kind,
            width: FieldWidth::Twenty,
            value: String::new(),
            error: error(id),
        };
        SignInView {
            csrf,
            notice,
            summary: ErrorSummary::of(
                wrong
                    .map(|(id, words)| Problem::new(id, words))
                    .into_iter()
                    .collect(),
            ),
            name: field("name", "Sign-in name", FieldKind::SignInName),
            password: field("password", "Password", FieldKind::Secret),
            passkeys: true,
            invented: Vec::new(),
            token_open: frame.synthetic || error("token").is_some(),
            token: Some(field("token", "Development token", FieldKind::Secret)),
            providers: Vec::new(),
            frame,
        }
    }

    /// The same with providers to sign in with, by name and label.
    fn with_providers(self, providers: Vec<(String, String)>) -> SignInView {
        let address = |(name, label)| (format!("/sign-in/with/{name}"), label);
        SignInView {
            providers: providers.into_iter().map(address).collect(),
            ..self
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, SignInView)> {
        let view = |notice: Option<&str>, wrong| {
            let notice = notice.map(str::to_owned);
            SignInView::new(Frame::sample(false), "sample-token".to_owned(), notice, wrong)
        };
        let mut demo = view(None, None);
        demo.invented = [
            "Community nurse at Example Trust",
            "Clara, at home <script>alert(1)</script>",
        ]
        .map(|words| Invented {
            account: "1".to_owned(),
            words: words.to_owned(),
        })
        .into();
        let mut bare = view(None, None);
        bare.token = None;
        bare.passkeys = false;
        vec![
            ("normal", view(None, None)),
            ("bare", bare),
            ("demo", demo),
            ("wrong", view(None, Some(("name", WRONG)))),
            (
                "error",
                view(
                    None,
                    Some((
                        "token",
                        "The token is not right. Copy it again from where the server was started",
                    )),
                ),
            ),
            (
                "ended",
                view(Some("Your session has ended. Sign in again to go on."), None),
            ),
            ("signed-out", view(Some("You have signed out."), None)),
            (
                "providers",
                view(None, None).with_providers(vec![
                    ("nhs-cis2".to_owned(), "NHS CIS2".to_owned()),
                    ("nhs-login".to_owned(), "NHS login".to_owned()),
                ]),
            ),
        ]
    }
}

/// The sign-in form as sent.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct SignInForm {
    csrf: String,
    name: String,
    password: String,
    /// Sent by the form for the token alone.
    token: Option<String>,
}

/// Why the page is shown, as it stands in the address: nothing that is secret or anyone's.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub(crate) struct Why {
    ended: Option<String>,
    out: Option<String>,
    again: Option<String>,
    switched: Option<String>,
    roleless: Option<String>,
}

impl Why {
    fn words(&self) -> Option<&'static str> {
        let said = [
            (&self.out, "You have signed out."),
            (&self.ended, "Your session has ended. Sign in again to go on."),
            (
                &self.again,
                "Too much time has passed, or the codes were not right. Begin again.",
            ),
            (
                &self.switched,
                "This desk is free. Whoever had it finds their work again when they sign in here.",
            ),
            (
                &self.roleless,
                "You have no role here. Ask whoever looks after accounts in your organisation.",
            ),
        ];
        said.into_iter()
            .find(|(asked, _)| asked.is_some())
            .map(|(_, words)| words)
    }
}

/// `GET /sign-in`: the form, tied to a cookie of its own.
pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    why: Result<Query<Why>, QueryRejection>,
) -> Response {
    let why = why.map(|Query(why)| why).unwrap_or_default();
    form_page(&app, &headers, why.words().map(str::to_owned), None).await
}

async fn form_page(app: &App, headers: &HeaderMap, notice: Option<String>, wrong: Wrong<'_>) -> Response {
    let secret = match tied::secret_of(app, headers) {
        Ok(secret) => secret,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let mut view = SignInView::new(app.frame_of(None), form_token(&secret), notice, wrong)
        .with_providers(actions::access::providers(&app.actions));
    view.passkeys = app.settings.passkeys.is_some();
    if !actions::access::takes_tokens(&app.actions) {
        view.token = None;
    }
    if app.settings.synthetic {
        view.invented = invented(app).await;
    }
    tied::with_cookie(app, &secret, page(status, &view))
}

/// The invented people of a demo.
async fn invented(app: &App) -> Vec<Invented> {
    let accounts = list(&app.actions, None).await.unwrap_or_default();
    let demo = |account: &Account| account.demo && !account.disabled;
    accounts
        .into_iter()
        .map(|kept| kept.account)
        .filter(demo)
        .map(|account| Invented {
            words: account
                .roles
                .first()
                .map_or_else(|| account.name.clone(), |role| role.words.clone()),
            account: account.id,
        })
        .collect()
}

/// `POST /sign-in`: on to the second factor, or the form again; with the token, a session.
pub(crate) async fn submit(
    State(app): State<App>,
    headers: HeaderMap,
    knocking: Knocking,
    Sent(form): Sent<SignInForm>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(failure) => return failure.respond(app.frame_of(None)),
    };
    let field = if form.token.is_some() { "token" } else { "name" };
    if tied::accepted(&app, &headers, &form.csrf).is_none() {
        return form_page(&app, &headers, None, Some((field, tied::NOT_TIED))).await;
    }
    if let Some(token) = &form.token {
        return by_token(&app, &headers, token, knocking).await;
    }
    if form.name.trim().is_empty() {
        return form_page(&app, &headers, None, Some(("name", "Enter your sign-in name"))).await;
    }
    if form.password.is_empty() {
        return form_page(&app, &headers, None, Some(("password", "Enter your password"))).await;
    }
    // The next steps go under a new cookie: whoever planted the form's own knows nothing of it.
    let Ok(secret) = fresh_secret() else {
        return tied::no_randomness().respond(app.frame_of(None));
    };
    let answer = give_password(
        &app.actions,
        &secret,
        &form.name,
        &form.password,
        knocking.knock(),
    )
    .await;
    let wait;
    let wrong = match answer {
        Ok(Answer::Right) => {
            let next = Redirect::to("/sign-in/code").into_response();
            return tied::with_cookie(&app, &secret, next);
        }
        Ok(Answer::Wrong | Answer::Again) => WRONG,
        Ok(Answer::NotSetUp) => {
            "Your account is not set up. Use the set-up code that you were given, or ask for a new one"
        }
        Ok(Answer::Wait(minutes)) => {
            wait = wait_words(minutes);
            wait.as_str()
        }
        Err(error) => return Failure::of(error).respond(app.frame_of(None)),
    };
    form_page(&app, &headers, None, Some(("name", wrong))).await
}

/// What somebody is told who has to wait.
pub(crate) fn wait_words(minutes: u32) -> String {
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!(
        "There were too many attempts. Wait {minutes} {unit}, then try again; a passkey, or a browser you signed in with before, works at once"
    )
}

async fn by_token(app: &App, headers: &HeaderMap, token: &str, knocking: Knocking) -> Response {
    if token.trim().is_empty() {
        return form_page(app, headers, None, Some(("token", "Enter the development token"))).await;
    }
    let Some(actor) = actions::access::sign_in(&app.actions, token) else {
        tracing::info!("a sign-in was refused");
        if let Err(error) = actions::audit::turned_away(&app.actions, None).await {
            return Failure::of(error).respond(app.frame_of(None));
        }
        let words = "The token is not right. Copy it again from where the server was started";
        return form_page(app, headers, None, Some(("token", words))).await;
    };
    // A new secret for the session: whoever knew the form's cookie knows nothing of it.
    let Ok(secret) = fresh_secret() else {
        return tied::no_randomness().respond(app.frame_of(None));
    };
    let (idle, absolute) = app.settings.times(actor.role);
    let to = onward::landing(headers, app.settings.secure_cookies, landing(actor.role));
    let session = NewSession {
        holder: format!("token-{}", actor.id),
        words: role_words(&actor),
        actor,
        staff: true,
        how: How::Token,
        from: None,
        confirmed: None,
        idle,
        absolute,
        desk: None,
        browser: knocking.browser,
    };
    let begun = match end_present(app, headers).await {
        Ok(()) => sessions::begin(&app.actions, &secret, session).await,
        Err(error) => Err(error),
    };
    match begun {
        Ok(()) => in_session(app, &secret, &to, None),
        Err(error) => Failure::of(error).respond(app.frame_of(None)),
    }
}
