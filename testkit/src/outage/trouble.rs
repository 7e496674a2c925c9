//! What is done to the network and to the server, and which guarantee is taken away so that the proof must fail.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use record::{Acknowledge, BeforeCommit, Options};

use crate::outage::load::Load;
use crate::postgres::Server;
use crate::proxy::{Direction, Proxy};
use crate::seed::Seed;

/// What fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The network to the database is cut, sometimes in the middle of a question or of an answer.
    Network,
    /// All processes of the database are killed at once.
    Kill,
}

/// Which guarantee is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// None: the proof must hold.
    Nothing,
    /// A commit whose connection was lost while committing is said to be kept, without a look.
    Look,
}

/// Stalls the network just before a COMMIT is sent, once after it is set: that COMMIT is on its way when the server dies.
pub(super) struct Trap {
    proxy: Arc<Proxy>,
    set: AtomicBool,
    sprung: Notify,
}

impl Trap {
    pub(super) fn new(proxy: &Arc<Proxy>) -> Arc<Trap> {
        Arc::new(Trap {
            proxy: Arc::clone(proxy),
            set: AtomicBool::new(false),
            sprung: Notify::new(),
        })
    }

    /// What a record calls before each COMMIT.
    pub(super) fn before_commit(self: &Arc<Trap>) -> BeforeCommit {
        let trap = Arc::clone(self);
        Arc::new(move |_| {
            if trap.set.swap(false, Ordering::Relaxed) {
                trap.proxy.stall();
                trap.sprung.notify_one();
            }
        })
    }

    /// Waits, not for long, until a COMMIT is held.
    async fn hold(&self) {
        self.set.store(true, Ordering::Relaxed);
        let _ = tokio::time::timeout(Duration::from_secs(1), self.sprung.notified()).await;
        self.set.store(false, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Trouble {
    /// The word in the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Trouble::Network => "network",
            Trouble::Kill => "server kill",
        }
    }

    /// How long the load runs undisturbed before and after.
    pub(super) fn calm(self, seed: &mut Seed) -> Duration {
        Duration::from_millis(10 + seed.below(120))
    }

    /// Lets it happen, and mends it.
    pub(super) async fn strike(
        self,
        server: &mut Server,
        proxy: &Proxy,
        trap: &Trap,
        seed: &mut Seed,
    ) -> io::Result<()> {
        match self {
            Trouble::Network => {
                network(proxy, trap, seed).await;
                Ok(())
            }
            Trouble::Kill => kill(server, proxy, trap, seed).await,
        }
    }
}

impl Removed {
    /// The word in the report.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Removed::Nothing => "nothing",
            Removed::Look => "the look at what became of it",
        }
    }

    /// How long it may take until commits are acknowledged again. A record that is broken for want of the look need not be waited for
    /// as long.
    pub(super) fn patience(self) -> Duration {
        match self {
            Removed::Nothing => Duration::from_secs(60),
            Removed::Look => Duration::from_secs(10),
        }
    }

    /// Takes it away.
    pub(super) fn from(self, options: &mut Options) {
        options.acknowledge = match self {
            Removed::Nothing => Acknowledge::AfterCommit,
            Removed::Look => Acknowledge::OnAGuess,
        };
    }
}

async fn network(proxy: &Proxy, trap: &Trap, seed: &mut Seed) {
    match seed.below(6) {
        0 => {
            trap.hold().await;
            proxy.cut();
        }
        1 => proxy.cut_once(),
        2 => {
            proxy.delay(Duration::from_millis(1 + seed.below(8)));
            tokio::time::sleep(Duration::from_millis(seed.below(60))).await;
            proxy.cut();
        }
        // In the middle of what goes: the COMMIT itself is among the last of it.
        3 | 4 => {
            proxy.cut_after(Direction::ToServer, seed.below(6000));
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        // In the middle of what comes back: an answer to COMMIT is a few bytes.
        _ => {
            proxy.cut_after(Direction::ToClient, seed.below(1500));
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
    tokio::time::sleep(Duration::from_millis(seed.below(120))).await;
    proxy.mend();
}

async fn kill(server: &mut Server, proxy: &Proxy, trap: &Trap, seed: &mut Seed) -> io::Result<()> {
    // Most kills fall between two commits and show nothing: three of four wait for a COMMIT that is on its way. Some of
    // these let it arrive, with its answer lost.
    match seed.below(4) {
        0 => {}
        1 => {
            trap.hold().await;
            proxy.mend();
            tokio::time::sleep(Duration::from_micros(seed.below(3000))).await;
        }
        _ => trap.hold().await,
    }
    // The server's processes are waited for: that may block, and the load must go on meanwhile.
    tokio::task::block_in_place(|| server.kill())?;
    tokio::time::sleep(Duration::from_millis(seed.below(200))).await;
    proxy.mend();
    tokio::task::block_in_place(|| server.start_again())
}

/// Waits until commits are acknowledged again, at most so long.
pub(super) async fn recovered(load: &Load, patience: Duration) -> bool {
    let before = load.kept();
    let began = Instant::now();
    while began.elapsed() < patience {
        if load.kept() >= before + 4 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
