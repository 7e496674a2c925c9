//! A form before there is a session is tied to a cookie of its own: whoever sends it has seen it here.

use axum::response::Response;
use http::{HeaderMap, header};

use crate::app::{App, is_same_site};
use crate::failure::Failure;
use crate::session::{Cookie, Secret, form_token, fresh_secret, same_token};

/// The words for a form that is not.
pub(crate) const NOT_TIED: &str =
    "This form had been open too long, or cookies are switched off. Fill it in again";

/// The secret of the form's cookie, new when the browser has none.
pub(crate) fn secret_of(app: &App, headers: &HeaderMap) -> Result<Secret, Failure> {
    let known = Cookie::SignIn.read(headers, app.settings.secure_cookies);
    known.map_or_else(fresh_secret, Ok).map_err(|error| {
        tracing::error!(error = %error, "no randomness for a session");
        no_randomness()
    })
}

/// What is said when there can be no secrets.
pub(crate) fn no_randomness() -> Failure {
    Failure::Unavailable("the server has no randomness to give".to_owned())
}

/// The secret of the cookie, when the form that was sent is tied to it.
pub(crate) fn accepted(app: &App, headers: &HeaderMap, csrf: &str) -> Option<Secret> {
    Cookie::SignIn
        .read(headers, app.settings.secure_cookies)
        .filter(|secret| same_token(&form_token(secret), csrf) && is_same_site(headers))
}

/// The page, with the cookie that its form is tied to.
pub(crate) fn with_cookie(app: &App, secret: &str, mut response: Response) -> Response {
    if let Some(cookie) = Cookie::SignIn.give(secret, app.settings.secure_cookies) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
