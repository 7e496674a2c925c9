//! `/me/sharing/items`: each item of one's own record, and from whom it is kept.

use actions::ActionError;
use actions::sharing::{KeptFrom, OwnItem, keep_from, own_item, own_items};
use askama::Template;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, StatusCode};

use crate::app::{App, SignedIn};
use crate::failure::{Failure, page};
use crate::form::Sent;
use crate::frame::Frame;

/// The form of one item: a box that is not ticked is not sent.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Keeping {
    csrf: String,
    version: u64,
    proxies: Option<String>,
    charities: Option<String>,
    #[serde(rename = "social-care")]
    social_care: Option<String>,
}

#[derive(Debug, Clone)]
struct Item {
    href: String,
    sort: &'static str,
    words: String,
    when: String,
    version: u64,
    kept_from: KeptFrom,
}

impl Item {
    fn of(item: &OwnItem) -> Item {
        Item {
            href: format!("/me/sharing/items/{}/{}", item.resource_type.name(), item.page),
            sort: item.sort,
            words: item.words.clone(),
            when: item.when.clone(),
            version: item.version,
            kept_from: item.kept_from,
        }
    }

    /// From whom it is kept, in words; empty when from nobody.
    fn kept_words(&self) -> String {
        let kept = self.kept_from;
        let from = [
            (kept.proxies, "people who act for you"),
            (kept.charities, "charities"),
            (kept.social_care, "social care"),
        ];
        let from: Vec<&str> = from
            .iter()
            .filter(|(is, _)| *is)
            .map(|(_, words)| *words)
            .collect();
        from.join(", ")
    }

    fn sample() -> Item {
        Item {
            href: "/me/sharing/items/Condition/sample".to_owned(),
            sort: "Health condition",
            words: "<script>alert(1)</script>".to_owned(),
            when: "3 August 2026".to_owned(),
            version: 2,
            kept_from: KeptFrom {
                proxies: true,
                charities: false,
                social_care: true,
            },
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/items.html")]
pub(crate) struct ItemsView {
    frame: Frame,
    items: Vec<Item>,
}

impl ItemsView {
    pub(crate) fn samples() -> Vec<(&'static str, ItemsView)> {
        let view = |items| ItemsView {
            frame: Frame::sample_citizen(),
            items,
        };
        vec![
            ("normal", view(vec![Item::sample()])),
            ("empty", view(Vec::new())),
        ]
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "citizen/sharing/item.html")]
pub(crate) struct ItemView {
    frame: Frame,
    csrf: String,
    item: Item,
    /// It was changed by somebody else since the page was opened.
    changed: bool,
}

impl ItemView {
    fn new(frame: Frame, item: Item, changed: bool) -> ItemView {
        ItemView {
            csrf: frame.csrf(),
            frame,
            item,
            changed,
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, ItemView)> {
        let view = |changed| ItemView::new(Frame::sample_citizen(), Item::sample(), changed);
        vec![("normal", view(false)), ("changed-meanwhile", view(true))]
    }
}

/// `GET /me/sharing/items`.
pub(crate) async fn list(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match own_items(&app.actions, session.actor()).await {
        Ok(items) => {
            let items = items.iter().map(Item::of).collect();
            page(StatusCode::OK, &ItemsView { frame, items })
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

type Address = Result<Path<(String, String)>, PathRejection>;

/// `GET /me/sharing/items/{type}/{id}`.
pub(crate) async fn one(State(app): State<App>, session: SignedIn, address: Address) -> Response {
    let (kind, id) = address.map(|Path(address)| address).unwrap_or_default();
    shown(&app, &session, &kind, &id, false).await
}

async fn shown(app: &App, session: &SignedIn, kind: &str, id: &str, changed: bool) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match own_item(&app.actions, session.actor(), kind, id).await {
        Ok(item) => {
            let status = if changed {
                StatusCode::CONFLICT
            } else {
                StatusCode::OK
            };
            page(status, &ItemView::new(frame, Item::of(&item), changed))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}

/// `POST /me/sharing/items/{type}/{id}`.
pub(crate) async fn keep(
    State(app): State<App>,
    session: SignedIn,
    headers: HeaderMap,
    address: Address,
    Sent(form): Sent<Keeping>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let form = match session.accepted(form, &headers, |form| &form.csrf) {
        Ok(form) => form,
        Err(failure) => return failure.respond(frame),
    };
    let (kind, id) = address.map(|Path(address)| address).unwrap_or_default();
    let kept = KeptFrom {
        proxies: form.proxies.is_some(),
        charities: form.charities.is_some(),
        social_care: form.social_care.is_some(),
    };
    match keep_from(&app.actions, session.actor(), (&kind, &id), form.version, kept).await {
        Ok(()) => Redirect::to("/me/sharing/items").into_response(),
        Err(ActionError::Conflict { .. }) => shown(&app, &session, &kind, &id, true).await,
        Err(error) => Failure::of(error).respond(frame),
    }
}
