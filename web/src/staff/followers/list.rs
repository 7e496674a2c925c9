//! Where every follower stands. Nothing about a person stands on it.

use actions::followers::{Bucket, Dead, DeadKind, FollowerStatus, see};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};

use super::kind_words;
use crate::app::{App, SignedIn};
use crate::components::{Tag, TagColour};
use crate::failure::{Failure, page};
use crate::frame::Frame;

/// After how long something that waits is late.
const LATE: SignedDuration = SignedDuration::from_secs(60);

#[derive(Debug, Clone)]
struct Line {
    name: String,
    state: Tag,
    position: String,
    behind: String,
    since: String,
    holders: String,
    error: String,
    timers: u64,
    dead: u64,
}

#[derive(Debug, Clone)]
struct DeadLine {
    kind: &'static str,
    kind_code: &'static str,
    follower: String,
    bucket: u16,
    key: String,
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
}

impl FollowersView {
    fn new(frame: Frame, followers: &[FollowerStatus], dead: &[Dead], now: Timestamp) -> FollowersView {
        FollowersView {
            frame,
            followers: followers.iter().map(|one| Line::of(one, now)).collect(),
            dead: dead.iter().map(DeadLine::of).collect(),
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
        let dead = |kind, follower: &str, key: &str, error: &str| Dead {
            kind,
            follower: follower.to_owned(),
            bucket: Bucket::of_hash(b"sample"),
            key: key.to_owned(),
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
        let frame = || Frame::sample(true);
        vec![
            ("none", FollowersView::new(frame(), &[], &[], now)),
            (
                "normal",
                FollowersView::new(frame(), &[sender.clone(), fine], &[], now),
            ),
            (
                "late",
                FollowersView::new(frame(), &[sender, late], &given_up, now),
            ),
        ]
    }
}

impl Line {
    fn of(status: &FollowerStatus, now: Timestamp) -> Line {
        let waited = status.since.map(|since| now.duration_since(since));
        let late = waited.is_some_and(|waited| waited > LATE);
        let (words, colour) = if status.dead > 0 {
            ("Gave up", TagColour::Red)
        } else if status.holders.is_empty() {
            ("Not running", TagColour::Red)
        } else if status.failing > 0 {
            ("Trying again", TagColour::Orange)
        } else if late {
            ("Late", TagColour::Orange)
        } else {
            ("Up to date", TagColour::Green)
        };
        let sends = status.follower.starts_with("outbox/");
        let behind = match (sends, status.behind, status.letters) {
            (true, _, 1) => "1 letter".to_owned(),
            (true, _, letters) => format!("{letters} letters"),
            (false, 1, _) => "1 change".to_owned(),
            (false, behind, _) => format!("{behind} changes"),
        };
        Line {
            name: status.follower.clone(),
            state: Tag::new(words, colour),
            position: if sends {
                "Reads letters".to_owned()
            } else {
                status.position.to_string()
            },
            behind,
            since: waited.map_or_else(|| "Nothing waits".to_owned(), span_words),
            holders: match status.holders.as_slice() {
                [] => "Nobody".to_owned(),
                [_] => "1 process".to_owned(),
                many => format!("{} processes", many.len()),
            },
            error: status.error.clone().unwrap_or_else(|| "None".to_owned()),
            timers: status.timers,
            dead: status.dead,
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
            error: dead.error.clone(),
            attempts: dead.attempts,
            at: moment_words(dead.at),
            replaying: dead.replaying,
        }
    }
}

/// A moment as an operator reads it, in Europe/London.
pub(super) fn moment_words(at: Timestamp) -> String {
    at.in_tz("Europe/London").map_or_else(
        |_| at.to_string(),
        |at| at.strftime("%-d %B %Y, %H:%M").to_string(),
    )
}

fn span_words(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds / 60),
        7200..172_800 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// `GET /staff/followers`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match see(&app.actions, session.actor()).await {
        Ok((followers, dead)) => {
            let now = app.actions.system_now();
            page(StatusCode::OK, &FollowersView::new(frame, &followers, &dead, now))
        }
        Err(error) => Failure::of(error).respond(frame),
    }
}
