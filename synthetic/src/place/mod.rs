//! The place: areas, practices, networks, hospitals, councils and services, from real open data.
//!
//! Real: areas, practices, networks, sites, trusts, councils, with their codes and positions. Invented: the region's own
//! services (hub, crews, charities), which have no ODS code and say so.

mod areas;
mod files;
mod organisations;
mod services;

pub use areas::{Area, areas};
pub use files::Files;
pub use organisations::{Network, Practice, Site, SiteKind, Trust};
pub use services::{Service, ServiceKind};

use crate::error::SynthError;
use crate::table::Table;

/// A council.
#[derive(Debug, Clone, PartialEq)]
pub struct Council {
    /// ONS code of the local authority.
    pub code: String,
    /// Name.
    pub name: String,
}

/// The place that a region is grown in.
#[derive(Debug, Clone)]
pub struct Place {
    /// Councils, by code.
    pub councils: Vec<Council>,
    /// Areas (LSOA 2021), by code.
    pub areas: Vec<Area>,
    /// General practices that are open, by ODS code.
    pub practices: Vec<Practice>,
    /// Primary care networks, by ODS code.
    pub networks: Vec<Network>,
    /// Hospitals and other sites, in the order of the file.
    pub sites: Vec<Site>,
    /// Trusts.
    pub trusts: Vec<Trust>,
    /// The region's invented services.
    pub services: Vec<Service>,
}

impl Place {
    /// Reads a place.
    ///
    /// # Errors
    /// When a file is missing, was edited, or holds a value that cannot be used.
    pub fn read(files: &Files) -> Result<Place, SynthError> {
        let (councils, areas) = areas::areas(files)?;
        let (practices, networks) = organisations::practices(files)?;
        let (sites, trusts) = organisations::sites(files)?;
        Ok(Place {
            councils,
            areas,
            practices,
            networks,
            sites,
            trusts,
            services: services::services(),
        })
    }
}

/// A table of a place.
pub(crate) fn table(files: &Files, name: &str) -> Result<Table, SynthError> {
    Table::read(name, &files.read(name)?)
}

/// Kilometres between two positions, by the equirectangular rule: exact to a few metres within a county.
#[must_use]
pub fn kilometres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let middle = ((one.1 + other.1) / 2.0).to_radians().cos();
    let x = (one.0 - other.0) * middle * 111.32;
    let y = (one.1 - other.1) * 110.57;
    x.hypot(y)
}
