//! The operators' pages: where reactors and senders stand, and what is to become of what they gave up.

mod decide;
mod list;

pub(crate) use decide::{DecideView, show as ask, submit};
pub(crate) use list::{FollowersView, show};

use actions::followers::DeadKind;

/// What was given up, in a word.
fn kind_words(kind: DeadKind) -> &'static str {
    match kind {
        DeadKind::Entry => "Change",
        DeadKind::Due => "Timer",
        DeadKind::Letter => "Letter",
    }
}
