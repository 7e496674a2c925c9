//! Systems and apps at the door: SMART backend services, app launch, and the tokens of other issuers.

mod app;
mod backend;
mod by_hand;
mod house;
mod issued;
mod key;
