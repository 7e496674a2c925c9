//! Questions to everybody at once: who may ask what of whom, on what grounds, and how fresh the answer is.
//!
//! Every question goes through [`figures`] (numbers alone) or [`find`] (people by name). Both ask the door first, count
//! nobody who objected, work beside the requests' threads, and leave one entry in the read audit with the question, the
//! scope, the legal basis and the controller; [`find`] reads each person through the record's door, so that the entry
//! names those who were shown and nobody else is.
//!
//! - `kept`: the views that are asked, and the grounds on which
//! - `scope`: team, practice, network, region, as they follow from who asks
//! - `everyone`: the people of a scope, as a question sees them
//! - `run`: a question from the door to the audit
//! - `noted`: a run beside the server, in the same audit
//! - `frailty`: how frail people are
//! - `by`, `telling`: by what people are told apart, and into which groups somebody falls
//! - `places`: small areas and networks
//! - `cohort`: people who are alike in what an address names
//! - `figure`: the figures of the pages, with their definitions
//! - `people`: who is behind a figure
//! - `work`: a cohort sent to work
//! - `changes`: when an open list is asked for again

mod by;
mod changes;
mod cohort;
mod everyone;
mod figure;
mod frailty;
mod kept;
mod noted;
mod people;
mod places;
mod run;
mod scope;
mod telling;
mod work;

pub use by::{By, Group, UNKNOWN};
pub use changes::{Changes, changes};
pub use cohort::{Cohort, WrongGroup};
pub use everyone::Everyone;
pub use figure::{Crossed, FIGURES, Figure, crossed};
pub use frailty::{FrailtyBands, frailty_bands};
pub use kept::{Grounds, Kept};
pub use noted::note_run;
pub use people::{MOST_NAMED, Member, people};
pub use places::{Area, Places};
pub use run::{Found, FoundPerson, Stamp, Told, figures, find};
pub(crate) use run::{Ranked, ranked};
pub use scope::{Choice, Level, Scope, choices, scope};
pub use work::{SendToWork, SentToWork, Work, send_to_work, work};
