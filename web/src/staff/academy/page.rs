//! The page itself: what the clock shows, which step of each story comes next, and the buttons.

use actions::academy::{Pace, Standing, StepStanding, StoryStanding, Turn, see};
use actions::{ActionError, Purpose};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::words::{after_words, clock_words, moment_words, pace_words};
use crate::app::{App, SignedIn};
use crate::components::{Tag, TagColour};
use crate::failure::{Failure, page};
use crate::frame::Frame;
use jiff::Timestamp;

/// Teaching is no care of anybody: whatever the academy reads and writes is for running the service.
pub(super) const PURPOSE: Purpose = Purpose::ServiceManagement;

#[derive(Debug, Clone)]
struct TurnButton {
    code: &'static str,
    words: &'static str,
}

#[derive(Debug, Clone)]
struct StepLine {
    number: usize,
    title: &'static str,
    words: &'static str,
    place: &'static str,
    tag: Tag,
    when: String,
    is_next: bool,
}

#[derive(Debug, Clone)]
struct StoryBlock {
    key: &'static str,
    name: &'static str,
    given: &'static str,
    age: u8,
    summary: &'static str,
    source: &'static str,
    run: u32,
    told: usize,
    progress: String,
    /// The step told last: its title and its words.
    last: Option<(&'static str, &'static str)>,
    /// The title of the next step, in a story under way.
    next: Option<&'static str>,
    /// Whether its time is still to come.
    ahead: bool,
    person: Option<String>,
    steps: Vec<StepLine>,
}

/// The academy's page.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/academy/academy.html")]
pub(crate) struct AcademyView {
    frame: Frame,
    csrf: String,
    /// Why what was asked for was not done.
    notice: Option<String>,
    /// On a record that is not synthetic there is nothing but words.
    closed: bool,
    now: String,
    pace: String,
    turns: Vec<TurnButton>,
    stories: Vec<StoryBlock>,
}

impl AcademyView {
    pub(super) fn new(frame: Frame, standing: &Standing, notice: Option<String>) -> AcademyView {
        let account = frame.account.as_ref();
        let clock = &standing.clock;
        let is_there = |turn: &Turn| match turn {
            Turn::Pause => clock.pace == Pace::Paused,
            Turn::Run => clock.pace == Pace::Times(1),
            Turn::MinuteASecond => clock.pace == Pace::Times(60),
            Turn::DayAMinute => clock.pace == Pace::Times(1440),
            Turn::Now => clock.is_system,
        };
        let turns = Turn::ALL.into_iter().filter(|turn| !is_there(turn));
        AcademyView {
            csrf: account.map(|account| account.csrf.clone()).unwrap_or_default(),
            frame,
            notice: notice.map(|words| sentence(&words)),
            closed: false,
            now: clock_words(clock.now),
            pace: pace_words(clock),
            turns: turns
                .map(|turn| TurnButton {
                    code: turn.code(),
                    words: turn_words(turn),
                })
                .collect(),
            stories: standing
                .stories
                .iter()
                .map(|story| StoryBlock::of(story, clock.now))
                .collect(),
        }
    }

    /// The page where there is no academy.
    pub(super) fn closed(frame: Frame) -> AcademyView {
        AcademyView {
            frame,
            csrf: String::new(),
            notice: None,
            closed: true,
            now: String::new(),
            pace: String::new(),
            turns: Vec::new(),
            stories: Vec::new(),
        }
    }
}

/// What an action said, with a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

fn turn_words(turn: Turn) -> &'static str {
    match turn {
        Turn::Pause => "Pause the clock",
        Turn::Run => "Run at the pace of the day",
        Turn::MinuteASecond => "Run fast: a minute a second",
        Turn::DayAMinute => "Run fast: a day a minute",
        Turn::Now => "Set back to the time of day",
    }
}

impl StoryBlock {
    fn of(story: &StoryStanding, now: Timestamp) -> StoryBlock {
        let told = story.told();
        let count = story.steps.len();
        let begun = story.person.is_some();
        let progress = match (begun, told) {
            (false, _) => format!("Not started. {count} steps."),
            (true, told) if told >= count => format!("Told to its end: all {count} steps."),
            (true, told) => format!("{told} of {count} steps told."),
        };
        let steps = story.steps.iter().enumerate();
        StoryBlock {
            key: story.key,
            name: story.name,
            given: story.name.split(' ').next().unwrap_or_default(),
            age: story.age,
            summary: story.summary,
            source: story.source,
            run: story.run,
            told,
            progress,
            last: told
                .checked_sub(1)
                .and_then(|at| story.steps.get(at))
                .map(|step| (step.title, step.words)),
            next: story.steps.get(told).filter(|_| begun).map(|step| step.title),
            ahead: begun
                && story
                    .steps
                    .get(told)
                    .is_some_and(|step| step.due.is_some_and(|due| due > now)),
            person: story.person.clone(),
            steps: steps
                .map(|(at, step)| StepLine::of(at, step, begun && at == told, now))
                .collect(),
        }
    }
}

impl StepLine {
    fn of(at: usize, step: &StepStanding, is_next: bool, now: Timestamp) -> StepLine {
        let (word, colour) = match (step.told, is_next) {
            (Some(_), _) => ("Told", TagColour::Green),
            (None, true) => ("Next", TagColour::Blue),
            (None, false) => ("To come", TagColour::Grey),
        };
        let when = match (step.told, step.due) {
            (Some(told), _) => moment_words(told),
            (None, Some(due)) if is_next && due <= now => "Due now".to_owned(),
            (None, Some(due)) if is_next => format!("Due {}", moment_words(due)),
            (None, _) => after_words(step.after),
        };
        StepLine {
            number: at + 1,
            title: step.title,
            words: step.words,
            place: step.place,
            tag: Tag::new(word, colour),
            when,
            is_next,
        }
    }
}

/// `GET /staff/academy`.
pub(crate) async fn show(State(app): State<App>, session: SignedIn) -> Response {
    respond(&app, &session, StatusCode::OK, None).await
}

/// The page as everything stands now, with what was not done, if anything.
pub(super) async fn respond(
    app: &App,
    session: &SignedIn,
    status: StatusCode,
    notice: Option<String>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    match see(&app.actions, session.actor(), PURPOSE).await {
        Ok(standing) => page(status, &AcademyView::new(frame, &standing, notice)),
        Err(ActionError::Forbidden(_)) => page(StatusCode::FORBIDDEN, &AcademyView::closed(frame)),
        Err(error) => Failure::of(error).respond(frame),
    }
}
