//! Other systems' doors, thin: parse → action → reply.
//!
//! This release opens one door, FHIR R4 over HTTP ([`fhir`]), and tells others of changes ([`webhook`]). Nothing here decides anything about care, and nothing
//! here reads or writes but through `actions`.

pub mod fhir;
pub mod webhook;
