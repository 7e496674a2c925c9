//! Where those who work here begin: what is theirs to do now.

mod begin;

pub(crate) use begin::{HomeView, show};
