//! Risk with memory: the list that stops at what a team can see in a week, one person's risk with its reasons, the offer
//! that becomes a task, what came of it, and who was reached.
//!
//! - `list`: who waits, who was offered something, who is paused, as a question to everybody
//! - `reached`: fairness on the same page
//! - `one`: one person's risk, through the lens
//! - `moments`: the index at that person's referrals and admissions
//! - `why`: what counts for somebody, and what is missing
//! - `own`: the person's own, for themself, with their answer
//! - `offer`, `pause`, `view`: what is kept in the person's record
//! - `capacity`: how many a team can see in a week
//! - `written`: how such resources are made and kept

mod capacity;
mod list;
mod moments;
mod offer;
mod one;
mod own;
mod pause;
mod reached;
mod view;
mod why;
mod written;

pub(crate) use list::Asked as OnList;
pub(crate) use one::read_through;
pub(crate) use reached::{behind, fair_definition, fair_groups};
pub(crate) use written::organisation;

pub use capacity::{Capacity, capacity, set_capacity};
pub use list::{Beside, Listed, Show, risk_list, risk_list_unless};
pub use moments::AtTime;
pub use offer::{Advance, Made, MakeOffer, advance_offer, make_offer};
pub use one::{OfferTold, PauseTold, PersonRisk, ViewTold, person_risk};
pub use own::{OwnRisk, answer_own_risk, own_risk};
pub use pause::{end_pause, pause};
pub use reached::{AS_RECORDED, ON_LIST, REACHED, Reached, ReachedGroup};
pub use view::say_view;
pub use why::{ClinicalFrailty, Driver, Missing};
