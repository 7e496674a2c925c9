//! What leaves the house: letters are committed with their cause, and sent by a [`Channel`] until the receiver has them.
//!
//! A letter is sent at least once: a process that dies between sending and noting it has its letter sent again, under the
//! same key, by which the receiver can tell. It is never sent under another key. Order between letters is not promised:
//! each says what it is about and where in the feed that stands.

mod channel;
pub(crate) mod sender;

pub use channel::{Channel, Delivery};
