//! The engine of reactors: whoever has effects when something was committed.
//!
//! A [`Reactor`] says what it wants to see and what it does about it; everything else is here: leases, the cursor that
//! moves in the same commit as the effect, timers, tries after failures, giving up, stopping. How one is written stands in
//! `docs/adding-a-reactor.md`.
//!
//! A reactor does not see what it committed itself (its commits bear the actor `reactor/<name>`), so it cannot go round in
//! a circle alone. Two that answer each other can: an effect must be one that makes itself unnecessary.
//!
//! - `reactor.rs`: what a reactor says; `reads.rs`: how it reads
//! - `engine.rs`: starting and stopping; `follower.rs`: the loop of one reactor
//! - `place.rs`: one bucket's work: entries, timers, replays

#[cfg(any(test, feature = "contract"))]
mod contract;
mod engine;
mod follower;
mod place;
mod reactor;
mod reads;
#[cfg(test)]
mod tests;

#[cfg(any(test, feature = "contract"))]
pub use contract::assert_follower_contract;
pub(crate) use follower::wait_or_stop;

pub use engine::{Engine, Keeping, Running, Settings};
pub use reactor::{Effects, Failure, Reactor};
pub use reads::Reads;
