//! The academy's page: the care clock, and the two stories with their steps.

mod page;
mod samples;
mod send;
mod words;

pub(crate) use page::show;
pub(crate) use samples::samples;
pub(crate) use send::{clock, reset, start, step};
