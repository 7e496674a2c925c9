//! The way back from a [`crate::backup`]: into an empty place, on either engine, to the newest run or to a moment.
//!
//! - [`run`]: from an empty folder to a record that opens: beside the target first, renamed when it is whole
//! - [`replay`]: feed and log, entry by entry, each chain checked as it goes, cut at the moment asked for
//! - [`derive`]: the tables that follow from the log, with the writer's own code
//! - [`small`]: the tables that change: what of them can be as it was, and what is held back

mod derive;
mod replay;
mod run;
mod small;

pub use run::{Restore, Restored};
