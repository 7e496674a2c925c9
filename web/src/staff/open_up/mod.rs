//! A record that is not open to whoever asks: what may be known of the person, why no more is shown, and how it is opened with a
//! reason, in an emergency or because they have to do with the person.

mod closed;
mod form;

pub(crate) use closed::{ClosedView, closed};
pub(crate) use form::{OpenView, ask, ask_by_number, submit, submit_by_number};
