//! Whom a caller could be: NHS number, name with slips, date of birth, postcode, telephone.
//!
//! Everything that is asked must fit, each part exactly, in part (the first letters, the outward half) or with one slip;
//! the answer says which, so that a page can. Restricted people are findable by number, name and date of birth alone:
//! their postcode and telephone are not in here, because `care` never had them.
//!
//! - `fold`: names, telephones and postcodes as they are compared
//! - `born`: dates of birth, whole or in part, and their slips
//! - `slip`: one slip apart
//! - `details`: what is kept of one person
//! - `asked`: the question, and how a person fits it
//! - `words`: the dictionary of name words
//! - `index`: everybody, findable by each part
//! - `view`: the view that keeps it up to date

mod asked;
mod born;
mod details;
mod fold;
mod index;
mod slip;
mod view;
mod words;

pub use asked::{Asked, Fit, Match, NamePart};
pub use born::Born;
pub use details::Details;
pub use index::{Candidate, Found};
pub use view::PersonLookup;
