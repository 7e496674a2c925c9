//! Starting and stopping reactors and senders.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Actions;
use crate::outbox::{Channel, sender};
use crate::reactors::follower;
use crate::reactors::reactor::Reactor;

/// How reactors are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a process that is not heard of keeps its buckets (system clock).
    pub lease: Duration,
    /// How often one looks without having been woken: at the feed, timers and letters.
    pub poll: Duration,
    /// How many entries are read at a time.
    pub batch: usize,
    /// In how many buckets a reactor works at the same time.
    pub at_once: usize,
    /// How often a cursor is moved past entries that were of no interest.
    pub flush: Duration,
    /// How often something is tried before it is given up.
    pub attempts: u32,
    /// The wait after the first failure; it doubles with each.
    pub first_wait: Duration,
    /// The longest wait between two tries; at most an hour.
    pub longest_wait: Duration,
    /// How often a letter is tried before it is given up; its waits grow up to an hour.
    pub letter_attempts: u32,
    /// How long one answer of a reactor or one sending may take.
    pub patience: Duration,
    /// Whether effect and cursor are one commit; only proofs say other than [`Keeping::Together`].
    pub keeping: Keeping,
}

/// How an effect and its cursor are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// In one commit.
    Together,
    /// The effect first, the cursor after it; only for proofs that the proof can fail.
    Apart,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            batch: 256,
            at_once: 8,
            flush: Duration::from_secs(1),
            attempts: 10,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(600),
            letter_attempts: 24,
            patience: Duration::from_secs(30),
            keeping: Keeping::Together,
        }
    }
}

/// Reactors and senders that are to run over one record.
pub struct Engine {
    actions: Actions,
    settings: Settings,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Engine {
    /// An engine without reactors. Add them within a tokio runtime: each starts at once.
    #[must_use]
    pub fn new(actions: Actions, settings: Settings) -> Engine {
        Engine {
            actions,
            settings,
            stop: watch::Sender::new(false),
            tasks: JoinSet::new(),
        }
    }

    /// Starts a reactor.
    #[must_use]
    pub fn with<R: Reactor>(mut self, reactor: R) -> Engine {
        let (actions, settings) = (self.actions.clone(), self.settings.clone());
        self.tasks
            .spawn(follower::run(actions, reactor, settings, self.stop.subscribe()));
        self
    }

    /// Starts the sender of a channel.
    #[must_use]
    pub fn sending<C: Channel>(mut self, channel: C) -> Engine {
        let (actions, settings) = (self.actions.clone(), self.settings.clone());
        let channel = Arc::new(channel);
        self.tasks
            .spawn(sender::run(actions, channel, settings, self.stop.subscribe()));
        self
    }

    /// Everything that is to run has been added.
    #[must_use]
    pub fn run(self) -> Running {
        Running {
            stop: self.stop,
            tasks: self.tasks,
        }
    }
}

/// Reactors at work. Dropping it ends them where they stand, as a crash would.
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Lets everybody finish what is under way and give back their leases, but waits no longer than `deadline`. Says
    /// whether all of them had finished.
    pub async fn stop(mut self, deadline: Duration) -> bool {
        self.stop.send_replace(true);
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        tokio::time::timeout(deadline, ended).await.is_ok()
    }
}
