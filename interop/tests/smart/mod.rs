//! Systems and apps at the door: SMART backend services, app launch, and the tokens of other issuers.

mod app;
mod backend;
mod house;
mod issued;
mod key;
