//! Other systems are told that something changed: ids only, and they come and read it if they may.

mod on_change;
mod receiver;

#[cfg(feature = "contract")]
pub use on_change::told;
pub use on_change::{OnChange, Told};
pub use receiver::{EVERYBODY, Receiver, Secret};
