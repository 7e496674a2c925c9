//! What is remembered of people on risk lists: offers, pauses, the clinician's view, whether a plan stands. It holds codes and days; the words that
//! were typed stay in the record.
//!
//! - `read`: from Task, RiskAssessment and CarePlan
//! - `view`: the view that keeps it up to date

mod read;
mod view;

pub use read::{is_referral, remembered};
pub use view::RiskMemory;
