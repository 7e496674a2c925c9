//! Finding the right person, and keeping their record right: two records of one person are joined and parted, what was
//! misfiled is moved, whose time is over is listed, what may not be kept is destroyed by two people unless it is on hold, and whoever read what they
//! should not have can be named.

mod allowed;
mod destroy;
mod edited;
mod hold;
mod join;
mod move_resource;
mod own_details;

mod page_id;
mod readers;
mod retention;
mod search;

pub use boards::person_lookup::{Fit, Match};
pub use destroy::{ask_to_destroy, destroy};
pub use hold::{hold, release};
pub use join::{join, part};
pub use move_resource::{Moved, move_resource};
pub use own_details::{FORMATS, LANGUAGES, METHODS, OwnDetails, change_own_details, needs, own_details};
pub use page_id::page_id;
pub(crate) use page_id::patient_id;
pub use readers::readers;
pub use retention::{Begun, DueRecord, DueRecords, due_records, review};
pub use search::{PersonMatch, PersonMatches, PersonQuery, Wholeness, search};
