//! `/me/sharing`: who sees what of one's own record, what is kept from whom, who may act for one, and what one objects to.

mod give;
mod items;
mod objection;
mod organisation;
mod overview;
mod seen_by;

pub(crate) use give::{GiveView, ask as ask_to_give, submit as give};
pub(crate) use items::{ItemView, ItemsView, keep, list as items, one as item};
pub(crate) use objection::{objected_words, objecting};
pub(crate) use organisation::{OrganisationView, show as organisation, submit as shut_out_or_let_in};
pub(crate) use overview::{SharingView, show, withdraw};
pub(crate) use seen_by::{SeenByView, show as seen_by};
