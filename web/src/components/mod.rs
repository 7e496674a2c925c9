//! The parts that pages are made of: the NHS.UK frontend's components re-created as typed templates, and our own few.
//!
//! Each part is a struct that knows its own template; a page holds parts and prints them. All text is escaped by the
//! templates: no part takes markup.

mod cell;
mod date_field;
mod error_summary;
mod fact_group;
mod fact_table;
mod pagination;
mod person_banner;
mod proxy_scopes;
mod sections;
mod source_line;
mod tag;
mod text_field;

pub(crate) use cell::Cell;
pub(crate) use date_field::{DateField, DateParts, WrongParts};
pub(crate) use error_summary::{ErrorSummary, Problem};
pub(crate) use fact_group::{FactGroup, Shortfall, Shortfalls};
pub(crate) use fact_table::{Fact, FactTable};
pub(crate) use pagination::{PageLink, Pagination};
pub(crate) use person_banner::{AllergyCue, AllergyState, Cue, CueKind, NhsNumberWords, PersonBanner};
pub(crate) use proxy_scopes::{ProxyScopes, TickedScopes};
pub(crate) use sections::{SectionNav, SectionOfRecord};
pub(crate) use source_line::SourceLine;
pub(crate) use tag::{Tag, TagColour};
pub(crate) use text_field::{FieldKind, FieldWidth, TextField};
