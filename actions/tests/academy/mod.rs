//! The academy: stories told into a record, stepped once, taken back, and found again by a server that starts anew.

mod clock;
mod stories;

use std::path::Path;
use std::sync::Arc;

use actions::academy::{Academy, StoryStanding, When, see, start, step};
use actions::access::Tokens;
use actions::{ActionError, Actions, Actor, Purpose, Role};
use jiff::Timestamp;
use record::clock::{CareClock, FixedClock, SystemClock, Wall};
use record::{Options, Record};

const TOKEN: &str = "a-development-token";
const PURPOSE: Purpose = Purpose::ServiceManagement;

/// A house with an academy: the record goes by the machine's clock, care by one that a test moves.
struct House {
    actions: Actions,
    record: Record,
    time: FixedClock,
}

fn begun() -> Timestamp {
    "2030-03-04T09:30:00Z".parse().expect("a moment")
}

async fn house(folder: &Path) -> House {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(folder), Arc::clone(&system))
        .await
        .expect("a record");
    let time = FixedClock::new(begun());
    let care = CareClock::new(Arc::new(time.clone()));
    let tokens = Tokens::development(TOKEN).expect("a token");
    let limits = fhir::Limits::default();
    let actions = Actions::new(record.clone(), care, system, tokens, limits);
    House {
        actions: actions.with_academy(Academy::new()),
        record,
        time,
    }
}

fn actor(id: &str) -> Actor {
    Actor::new(id.to_owned(), Role::Development, None)
}

impl House {
    async fn story(&self, key: &str) -> StoryStanding {
        let standing = see(&self.actions, &actor("one"), PURPOSE).await.expect("open");
        let found = standing.stories.into_iter().find(|story| story.key == key);
        found.expect("the story")
    }

    async fn start(&self, key: &str) -> Result<(), ActionError> {
        start(&self.actions, &actor("one"), PURPOSE, key).await
    }

    /// Tells the step that comes next, when it is due.
    async fn next(&self, key: &str) -> Result<(), ActionError> {
        let story = self.story(key).await;
        let at = story.told();
        if let Some(due) = story.steps.get(at).and_then(|step| step.due) {
            self.time.set(due);
        }
        let at = u16::try_from(at).expect("few");
        step(
            &self.actions,
            &actor("one"),
            PURPOSE,
            key,
            story.run,
            at,
            When::Now,
        )
        .await
    }

    async fn tell_to_the_end(&self, key: &str) {
        self.start(key).await.expect("started");
        while self.story(key).await.told() < self.story(key).await.steps.len() {
            self.next(key).await.expect("told");
        }
    }

    async fn digest(&self) -> [u8; 32] {
        self.record.digest().await.expect("a digest")
    }
}

/// The words of a refusal; none when it was none in words.
fn words(refused: Result<(), ActionError>) -> String {
    match refused {
        Err(
            ActionError::Conflict { words, .. }
            | ActionError::Rule { words, .. }
            | ActionError::Forbidden(words),
        ) => words,
        _ => String::new(),
    }
}
