//! Other systems' doors, thin: parse → action → reply.
//!
//! This release opens one door, FHIR R4 over HTTP ([`fhir`]), and tells others of changes ([`webhook`]) and
//! asks others who somebody is ([`oidc`]), and lets systems and apps in ([`smart`]). Nothing here decides anything about care, and nothing
//! here reads or writes but through `actions`.

pub mod fhir;
mod jose;
pub mod oidc;
mod openapi;
mod outward;
mod routes;
pub mod smart;
pub mod webhook;

pub use routes::{Route, routes};
