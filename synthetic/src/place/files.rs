//! The files that a place is read from: built into the binary for BSW, or a folder, each with its checksum.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::error::SynthError;

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../data/", $folder, "/", $name)) as &[u8])),+]
    };
}

/// The files of BSW (data/bsw/README.md says whose they are).
const BSW: &[(&str, &[u8])] = files!("bsw":
    "CHECKSUMS.csv",
    "lsoa21_bsw.csv",
    "lookup_lsoa11_lsoa21_bsw.csv",
    "lsoa11_pop2020_single_year_persons.csv",
    "lsoa21_census21_age6.csv",
    "lsoa21_census21_ethnic_group.csv",
    "lsoa21_census21_household_tenure.csv",
    "lsoa21_census21_household_overcrowding.csv",
    "lsoa21_centroids.csv",
    "lsoa21_boundaries.geojson",
    "gp_practices.csv",
    "pcns.csv",
    "hospitals.csv",
    "nhs_trusts.csv",
    "la_pop_2011_single_year_by_sex.csv",
    "la_census21_age3_sex.csv",
    "life_table_uk.csv",
    "qof_prevalence_2019_20_by_la.csv",
    "qof_prevalence_2019_20_by_imd_england.csv",
    "activity_icb_accidents_emergency.csv",
    "activity_icb_criteria_to_reside.csv",
    "activity_icb_discharged_patients.csv",
);

/// Where a place's files come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Files {
    /// BSW, as it was built into the binary.
    #[default]
    Bsw,
    /// A folder with the same files.
    Folder(PathBuf),
}

impl Files {
    /// What `--place` names: `bsw`, or a folder.
    ///
    /// # Errors
    /// When it is neither.
    pub fn named(given: &str) -> Result<Files, SynthError> {
        if given.eq_ignore_ascii_case("bsw") {
            return Ok(Files::Bsw);
        }
        let folder = PathBuf::from(given);
        if folder.is_dir() {
            return Ok(Files::Folder(folder));
        }
        Err(SynthError::Place {
            given: given.to_owned(),
        })
    }

    /// One file, with its checksum looked at.
    ///
    /// # Errors
    /// When it is missing, or is not what the list of checksums says.
    pub fn read(&self, name: &str) -> Result<Vec<u8>, SynthError> {
        let bytes = self.bytes(name)?;
        let list = String::from_utf8_lossy(&self.bytes("CHECKSUMS.csv")?).into_owned();
        let listed = list
            .lines()
            .filter_map(|line| line.split_once(','))
            .find(|(file, _)| *file == name)
            .map(|(_, sum)| sum.trim().to_owned());
        let found: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        if listed.as_deref() == Some(found.as_str()) {
            return Ok(bytes);
        }
        Err(SynthError::Checksum {
            file: name.to_owned(),
        })
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, SynthError> {
        let missing = |why: String| SynthError::Missing {
            file: name.to_owned(),
            why,
        };
        match self {
            Files::Bsw => BSW
                .iter()
                .find(|(file, _)| *file == name)
                .map(|(_, bytes)| bytes.to_vec())
                .ok_or_else(|| missing("it is not built in".to_owned())),
            Files::Folder(folder) => {
                std::fs::read(Path::new(folder).join(name)).map_err(|error| missing(error.to_string()))
            }
        }
    }
}
