//! Where every follower and view stands. Nothing about a person stands on it.

use actions::followers::{Bucket, Dead, DeadKind, FollowerStatus, Standing, ViewStanding, ViewStatus, see};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::view::ViewLine;
use super::words::{count_words, error_words, grouped, kind_words, moment_words, span_words};
use crate::app::{App, SignedIn};
use crate::components::{Tag, TagColour};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// After how long something that waits is late.
pub(super) const LATE: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Clone)]
struct Line {
    name: String,
    state: Tag,
    position: String,
    behind: String,
    since: String,
    holders: String,
    error: String,
    timers: String,
    dead: String,
}

#[derive(Debug, Clone)]
struct DeadLine {
    kind: &'static str,
    kind_code: &'static str,
    follower: String,
    bucket: u16,
    key: String,
    address: String,
    error: String,
    attempts: u32,
    at: String,
    replaying: bool,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/followers/list.html")]
pub(crate) struct FollowersView {
    frame: Frame,
    followers: Vec<Line>,
    dead: Vec<DeadLine>,
    views: Vec<ViewLine>,
    /// What is wrong with the policies as they are now; those in force are the last that held.
    policies: Option<String>,
}

impl FollowersView {
    fn new(frame: Frame, standing: &Standing, now: Timestamp, policies: Option<String>) -> FollowersView {
        FollowersView {
            frame,
            policies,
            followers: standing.followers.iter().map(|one| Line::of(one, now)).collect(),
            dead: standing.dead.iter().map(DeadLine::of).collect(),
            views: standing.views.iter().map(|one| ViewLine::of(one, now)).collect(),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, FollowersView)> {
        let now: Timestamp = "2026-08-03T10:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let fine = FollowerStatus {
            follower: "subscription".to_owned(),
            position: 1_204_311,
            holders: vec![(Default::default(), 1024)],
            ..FollowerStatus::default()
        };
        let late = FollowerStatus {
            follower: "subscription".to_owned(),
            position: 1_204_311,
            behind: 5_210,
            since: Some(now - SignedDuration::from_mins(135)),
            failing: 2,
            error: Some("timed-out".to_owned()),
            dead: 2,
            timers: 14,
            ..FollowerStatus::default()
        };
        let sender = FollowerStatus {
            follower: "outbox/webhook".to_owned(),
            letters: 12,
            since: Some(now - SignedDuration::from_secs(20)),
            holders: vec![(Default::default(), 512), (Default::default(), 512)],
            dead: 1,
            ..FollowerStatus::default()
        };
        let trying = FollowerStatus {
            dead: 0,
            error: Some("receiver-failed".to_owned()),
            ..sender.clone()
        };
        let dead = |kind, follower: &str, key: &str, error: &str| Dead {
            kind,
            follower: follower.to_owned(),
            bucket: Bucket::of_hash(b"sample"),
            key: key.to_owned(),
            address: (kind == DeadKind::Letter).then(|| "pas".to_owned()),
            at: now,
            attempts: 10,
            error: error.to_owned(),
            replaying: key == "18",
        };
        let given_up = [
            dead(DeadKind::Entry, "subscription", "17", "timed-out"),
            dead(DeadKind::Entry, "subscription", "18", "panicked"),
            dead(DeadKind::Letter, "webhook", "subscription/569/9/0", "refused"),
        ];
        let view = ViewStatus {
            name: "person-lookup",
            shape: 1,
            ready: true,
            building: None,
            position: 1_209_521,
            behind: 0,
            behind_seconds: 0,
            bytes: 471 << 20,
            incomplete: 0,
            last_error: None,
            snapshot: Some(now - SignedDuration::from_mins(4)),
        };
        let lookup = |status: ViewStatus, people| ViewStanding { status, people };
        let built = ViewStatus {
            ready: false,
            building: Some(311),
            position: 0,
            behind: 1_209_521,
            behind_seconds: 14,
            bytes: 0,
            snapshot: None,
            last_error: Some((now, "the snapshot is damaged; the view is built again".to_owned())),
            ..view.clone()
        };
        let incomplete = ViewStatus {
            building: Some(1_000),
            behind: 12,
            behind_seconds: 340,
            incomplete: 3,
            last_error: Some((now, "a Patient cannot be read as a person".to_owned())),
            ..view.clone()
        };
        let sample = |followers: Vec<FollowerStatus>, dead: &[Dead], views| {
            let dead = dead.to_vec();
            FollowersView::new(
                Frame::sample(true),
                &Standing {
                    followers,
                    dead,
                    views,
                },
                now,
                None,
            )
        };
        vec![
            ("none", sample(vec![], &[], vec![])),
            (
                "normal",
                sample(
                    vec![sender.clone(), fine.clone()],
                    &[],
                    vec![lookup(view, Some(1_000_412))],
                ),
            ),
            (
                "starting",
                sample(vec![trying, fine], &[], vec![lookup(built, None)]),
            ),
            (
                "late",
                sample(
                    vec![sender, late],
                    &given_up,
                    vec![lookup(incomplete, Some(1_000_409))],
                ),
            ),
        ]
    }
}

impl Line {
    fn of(status: &FollowerStatus, now: Timestamp) -> Line {
        let waited = status.since.map(|since| now.duration_since(since));
        let late = waited.is_some_and(|waited| waited > LATE);
        let (words, colour) = if status.holders.is_empty() {
            ("Not running", TagColour::Red)
        } else if status.dead > 0 {
            ("Gave up", TagColour::Red)
        } else if status.failing > 0 || (status.letters > 0 && status.error.is_some()) {
            ("Trying again", TagColour::Orange)
        } else if late {
            ("Late", TagColour::Orange)
        } else {
            ("Up to date", TagColour::Green)
        };
        let sends = status.follower.starts_with("outbox/");
        let behind = if sends {
            count_words(status.letters, "letter", "letters")
        } else {
            count_words(status.behind, "change", "changes")
        };
        Line {
            name: status.follower.clone(),
            state: Tag::new(words, colour),
            position: if sends {
                "Reads letters".to_owned()
            } else {
                grouped(status.position)
            },
            behind,
            since: waited.map_or_else(
                || "Nothing waits".to_owned(),
                |waited| format!("for {}", span_words(waited)),
            ),
            holders: match status.holders.as_slice() {
                [] => "Nobody".to_owned(),
                [_] => "1 process".to_owned(),
                many => format!("{} processes", many.len()),
            },
            error: status.error.as_deref().map_or("None", error_words).to_owned(),
            timers: grouped(status.timers),
            dead: grouped(status.dead),
        }
    }
}

impl DeadLine {
    fn of(dead: &Dead) -> DeadLine {
        DeadLine {
            kind: kind_words(dead.kind),
            kind_code: dead.kind.code(),
            follower: dead.follower.clone(),
            bucket: dead.bucket.number(),
            key: dead.key.clone(),
            address: dead.address.clone().unwrap_or_default(),
            error: error_words(&dead.error).to_owned(),
            attempts: dead.attempts,
            at: moment_words(dead.at),
            replaying: dead.replaying,
        }
    }
}

/// `GET /staff/followers`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match see(&app.actions, session.actor()).await {
        Ok(standing) => {
            let now = app.actions.system_now();
            page(
                StatusCode::OK,
                &FollowersView::new(frame, &standing, now, app.actions.policies().problem()),
            )
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
