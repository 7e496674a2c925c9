//! `GET /staff/person/{id}/eligibility`: what one person is due of prevention, with the rule of each answer, and how the waiting-list rule
//! sees their open referrals.

mod page;
mod programme;
mod vaccine;
mod wait;
mod words;

pub(crate) use page::{EligibilityView, show};
