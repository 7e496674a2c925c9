//! FHIR data types to and from `care`, one file each.

pub(crate) mod attachment;
pub(crate) mod concept;
pub(crate) mod date;
pub(crate) mod demographic;
pub(crate) mod dosage;
pub(crate) mod note;
pub(crate) mod observed_value;
pub(crate) mod quantity;
pub(crate) mod reference;
