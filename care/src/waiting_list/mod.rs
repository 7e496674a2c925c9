//! Waiting lists: who waits for what, and in which order they are looked at.

pub mod priority;
pub mod row;
