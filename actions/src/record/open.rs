//! A nurse opens a record: one read of one person, from which every page of it is made.

use std::collections::HashSet;

use care::record::PersonRecord;

use crate::{ActionError, Actions, Actor, Purpose};

/// How much of the record the page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What a clinician must know in two minutes; chosen from the packed index entries, so that old bodies stay unread.
    FirstTwoMinutes,
    /// Everything.
    FullStory,
}
