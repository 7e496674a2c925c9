//! What is done to the network and to the server, and which guarantee is taken away so that the proof must fail.

use std::io;
use std::time::Duration;

use record::{Acknowledge, Options};

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
    pub(super) async fn strike(self, server: &mut Server, proxy: &Proxy, seed: &mut Seed) -> io::Result<()> {
        match self {
            Trouble::Network => {
                network(proxy, seed).await;
                Ok(())
            }
            Trouble::Kill => kill(server, proxy, seed).await,
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

    /// Takes it away.
    pub(super) fn from(self, options: &mut Options) {
        options.acknowledge = match self {
            Removed::Nothing => Acknowledge::AfterCommit,
            Removed::Look => Acknowledge::OnAGuess,
        };
    }
}

async fn network(proxy: &Proxy, seed: &mut Seed) {
    match seed.below(6) {
        0 => proxy.cut(),
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

async fn kill(server: &mut Server, proxy: &Proxy, seed: &mut Seed) -> io::Result<()> {
    // Three kills of four meet a slow network, so that a COMMIT is on its way when the server dies: on a fast one most
    // kills fall between two commits, and show nothing.
    if seed.below(4) > 0 {
        proxy.delay(Duration::from_millis(2 + seed.below(10)));
        tokio::time::sleep(Duration::from_millis(20 + seed.below(60))).await;
    }
    // The server's processes are waited for: that may block, and the load must go on meanwhile.
    tokio::task::block_in_place(|| server.kill())?;
    tokio::time::sleep(Duration::from_millis(seed.below(200))).await;
    proxy.mend();
    tokio::task::block_in_place(|| server.start_again())
}

/// Waits until commits are acknowledged again, at most a minute.
pub(super) async fn recovered(load: &Load) -> bool {
    let before = load.kept();
    for _ in 0..6000 {
        if load.kept() >= before + 4 {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}
