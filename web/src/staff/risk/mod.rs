//! The risk list: who is offered help first, one person's risk with its reasons, what was offered and what came of it.

mod capacity;
mod list;
mod live;
mod one;
mod send;
mod words;

pub(crate) use capacity::{CapacityView, show as capacity, submit as set_capacity};
pub(crate) use list::{ListView, show};
pub use live::Stopping;
pub(crate) use live::live;
pub(crate) use one::{PersonRiskView, show as person};
pub(in crate::staff) use words::{date_words, stamp_words};

pub(crate) use send::{advance, end_pause, offer, pause, view};
