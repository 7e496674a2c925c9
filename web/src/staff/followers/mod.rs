//! The operators' pages: where reactors, senders and views stand, and what is to become of what was given up.

mod decide;
mod list;
mod view;
mod words;

pub(crate) use decide::{DecideView, show as ask, submit};
pub(crate) use list::{FollowersView, show};
