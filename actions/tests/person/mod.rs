//! Finding people.

mod search;
