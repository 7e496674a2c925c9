//! Tests of the crate from outside.

mod region;
mod rendering;
mod stories;
