//! A record that is not open to whoever asks: what may be known of the person, why no more is shown, and how it is opened with a
//! reason, in an emergency or because they have to do with the person. Whoever is close to the person asks a colleague to take over.

mod closed;
mod form;
mod hand_over;

pub(crate) use closed::{ClosedView, closed};
pub(crate) use form::{OpenView, ask, ask_by_number, submit, submit_by_number};
pub(crate) use hand_over::{HandedOverView, ask as hand_over, list as handed_over, take};
