//! The privacy office's pages: what was opened with a reason and waits to be looked at, unusual patterns of the last day, who looked
//! at one person's record, and who signed in.

mod entrances;
mod inbox;
mod looks;
mod unusual;

pub(crate) use entrances::{EntrancesView, sign_ins};
pub(crate) use inbox::{InboxView, close, inbox};
pub(crate) use looks::{LooksView, ask as ask_looks, looks};
