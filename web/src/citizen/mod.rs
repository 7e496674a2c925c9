//! Pages for citizens: their own record, and the records of those for whom they act. Staff never see them.
//!
//! What is withheld leaves no trace here: the lens has taken it out before a page is made, and no page counts what it does not
//! show (safety rule 13).

mod acting;
mod details;
mod home;
mod looked;
mod offline;
mod plain;
mod record;
mod risk;
mod section;
pub(crate) mod sharing;

pub(crate) use acting::{PeopleView, list as people};
pub(crate) use details::{DetailsView, change as change_details, show as details};
pub(crate) use home::{HomeView, show as home};
pub(crate) use looked::{LookedView, show as looked};
pub(crate) use offline::{OfflineView, mark_reader, may_keep, show as offline, worker};
pub(crate) use plain::RecordView;
pub(crate) use record::{of_another, of_another_section, own, own_section};
pub(crate) use risk::{OwnRiskView, answer as answer_risk, show as risk};
