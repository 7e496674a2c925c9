//! The way back from a [`crate::backup`]: into an empty place, on either engine, to the newest run or to a moment.
//!
//! - [`run`]: from an empty place to a record that opens
//! - [`place`]: that place: a folder beside the target, renamed when it is whole; a server's database, marked until then
//! - [`replay`]: feed and log, entry by entry, each chain checked as it goes, cut at the moment asked for
//! - [`derive`]: the tables that follow from the log, with the writer's own code
//! - [`recovered`]: a store that a server brought back by its own recovery
//! - [`small`]: the tables that change: what of them can be as it was, and what is held back

mod derive;
mod place;
mod recovered;
mod replay;
mod run;
mod small;

pub use recovered::{Recovered, recovered};
pub use run::{Restore, Restored};
