//! Live views for screens: pure copies that follow the feed and say where to look.
//!
//! A view here answers with ids and reasons, never with what a record holds: whoever shows something reads it through
//! `record`'s one door first, with a lens and an audit entry. See `docs/adding-a-view.md`.
//!
//! - `caseload/`: who is on whose caseload
//! - `organisation/`: organisations and what each is part of
//! - `risk/`: what is remembered of people on risk lists
//! - `person_lookup/`: whom a caller could be, by number, name with slips, date of birth, postcode, telephone

pub mod caseload;
pub mod organisation;
pub mod person_lookup;
pub mod risk;
