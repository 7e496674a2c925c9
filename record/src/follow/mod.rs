//! Following the feed: where every reactor stands, who holds it, and what it asked for.
//!
//! A reactor reads [`Record::feed`](crate::Record::feed), decides, and commits what it does together with its [`Step`]:
//! the cursor moves in the same transaction as the effect, so that neither is ever kept without the other. One row for
//! each bucket and reactor holds cursor and fence. A lease says who *should* work in a bucket and goes by the system
//! clock; whether a commit is kept goes by the fence alone, which every taking raises. A clock that jumps may give a
//! bucket two holders for a while; it cannot give it two effects.
//!
//! - `wake.rs`: being woken after a commit
//! - `lease.rs`: first start, sharing the buckets out, giving back, moving a cursor past what is of no interest
//! - `step.rs`: what a commit says of a step; `keep.rs`: checking and writing it
//! - `failure.rs`: failures with growing waits, kept in the row so that a restart does not forget them
//! - `timer.rs`: what is due; `post.rs`: letters on their way out; `dead.rs`: what was given up
//! - `status.rs`: how far everybody is

pub(crate) mod dead;
mod failure;
pub(crate) mod keep;
mod lease;
mod post;
mod status;
mod step;
mod timer;
pub(crate) mod wake;

pub use dead::{Dead, DeadChange, DeadKind};
pub use lease::{Holder, Lease, Round, Start};
pub use post::{Posted, Sent};
pub use status::FollowerStatus;
pub use step::{Cause, DueChange, Letter, Step};
pub use timer::Due;
pub use wake::Changed;
