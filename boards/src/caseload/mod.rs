//! Who is on whose caseload: the people of a team, found without asking every record.
//!
//! It says where to look. Whether somebody may know of a person is said by the record's own facts, person by person.
//!
//! - `tie`: what is read of EpisodeOfCare and CareTeam
//! - `view`: the view that keeps it up to date

mod tie;
mod view;

pub use view::Caseloads;
