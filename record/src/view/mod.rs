//! Views: pure copies of what is current, kept up to date by following the feed.
//!
//! A view is a structure in memory that answers a question faster than the record could, such as "who is called
//! something like this?". It holds nothing that the record does not, has no effect on anything, and may be thrown away
//! at any time: it is rebuilt by scanning current versions, beside the live copy, and then swapped for it. Any process may
//! hold a copy. What a view must never do: write, call another system, or be the last word. A page shows what a read
//! through [`crate::Record::ask`] gave, with its lens and its audit entry; a view only says where to look.
//!
//! - `shape`: what a view has to say of itself: the trait [`View`]
//! - `read`: the door through which bodies reach a view, without lens or audit; only this folder uses it
//! - `copy`: a view with the positions it has reached
//! - `follow`: the one task of a view: build, follow, rebuild, snapshot
//! - `snapshot`: the file `views/<name>`, and every reason not to trust it
//! - `live`: what others hold of a running view: read it, wait for it, ask how it stands

mod copy;
mod follow;
mod live;
mod read;
mod shape;
mod snapshot;

pub use live::{Live, Reach, ViewSettings, ViewStatus};
pub use shape::{PersonNow, Unreadable, View};
pub use snapshot::remove_others;
