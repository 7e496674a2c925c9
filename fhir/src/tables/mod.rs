//! The R4 definitions and our registries, parsed once into flat vectors.

use crate::registry::{ResourceType, SearchParam};
use std::sync::OnceLock;

pub(crate) struct Tables {}

static TABLES: OnceLock<Tables> = OnceLock::new();

/// The tables, parsed on first use.
pub(crate) fn get() -> &'static Tables {
    TABLES.get_or_init(|| Tables {})
}

impl Tables {
    pub(crate) fn resource_type(&self, _name: &str) -> Option<ResourceType> {
        None
    }
    pub(crate) fn resource_name(&self, _t: ResourceType) -> &'static str {
        ""
    }
    pub(crate) fn resource_by_number(&self, _n: u16) -> Option<ResourceType> {
        None
    }
    pub(crate) fn resources(&self) -> impl Iterator<Item = ResourceType> {
        std::iter::empty()
    }
    pub(crate) fn search_parameters(&self, _t: ResourceType) -> &'static [SearchParam] {
        &[]
    }
}
