//! Reading: a pool of read-only connections ([`pool`]), the reads of one request ([`ask`]), and what they are made of:
//! single resources ([`point`]) and their earlier versions ([`past`]), searches ([`search`]), a person's whole record ([`person`]), the audit of it ([`audit`]),
//! what an actor sees of it ([`seen`]), their bodies ([`bodies`]) and pages ([`paging`]). No read transaction outlives one statement: a body is found by its place in the log, which never changes.

pub(crate) mod ask;
pub(crate) mod audit;
pub(crate) mod bodies;
pub(crate) mod candidate;
pub(crate) mod paging;
mod past;
pub(crate) mod person;
pub(crate) mod point;
pub(crate) mod pool;
mod search;
pub(crate) mod seen;
