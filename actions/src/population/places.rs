//! What is known of places and is in no person's record: the small areas with their deprivation, and which practice is of which
//! network.

use std::collections::BTreeMap;

use super::scope::kept;
use crate::{ActionError, Actions};

/// A small area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    pub name: String,
    /// Tenth of the Index of Multiple Deprivation, 1 the most deprived; none of 1 to 10 when not known.
    pub decile: u8,
    /// Whether it counts as rural (rural-urban classification 2021), where that is known.
    pub rural: Option<bool>,
}

impl Area {
    /// Fifth of the index, 1 the most deprived.
    #[must_use]
    pub fn quintile(&self) -> Option<u8> {
        (1..=10).contains(&self.decile).then(|| self.decile.div_ceil(2))
    }
}

/// A network with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) name: String,
    /// References of its practices.
    pub(super) practices: Vec<String>,
}

/// The places that people are told apart by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// By LSOA code (2021).
    pub(super) areas: BTreeMap<String, Area>,
    /// By ODS code.
    pub(super) networks: BTreeMap<String, Network>,
}

impl Places {
    /// These small areas, and the networks of the directory.
    ///
    /// # Errors
    /// [`ActionError::Unavailable`] when this server keeps no columns.
    pub fn new(actions: &Actions, areas: BTreeMap<String, Area>) -> Result<Places, ActionError> {
        let networks = kept(actions)?.organisations.read(|all| {
            let mut networks: BTreeMap<String, Network> = BTreeMap::new();
            for (practice, whole) in all.parts() {
                let network = networks.entry(whole.code.clone()).or_insert_with(|| Network {
                    name: whole.name.clone(),
                    practices: Vec::new(),
                });
                network.practices.push(practice.to_owned());
            }
            networks
        });
        Ok(Places {
            areas,
            networks: networks.unwrap_or_default(),
        })
    }

    /// Each area: its code, its fifth of deprivation, and whether it is rural.
    pub(crate) fn by_area(&self) -> impl Iterator<Item = (&str, Option<u8>, Option<bool>)> {
        let areas = self.areas.iter();
        areas.map(|(code, area)| (code.as_str(), area.quintile(), area.rural))
    }

    /// No area and no network: nobody is told apart by place.
    #[must_use]
    pub fn none() -> Places {
        Places::default()
    }

    /// These small areas and no network, for samples of pages.
    #[must_use]
    pub fn sample(areas: BTreeMap<String, Area>) -> Places {
        Places {
            areas,
            networks: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[test]
    fn two_tenths_are_a_fifth() {
        let of = |decile| {
            Area {
                name: String::new(),
                decile,
                rural: None,
            }
            .quintile()
        };
        assert_eq!(
            [0, 1, 2, 3, 10, 11].map(of),
            [None, Some(1), Some(1), Some(2), Some(5), None]
        );
    }
}
