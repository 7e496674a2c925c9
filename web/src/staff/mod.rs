//! Pages for staff, one concept a folder, one verb a file.

pub(crate) mod academy;
pub(crate) mod eligibility;
pub(crate) mod followers;
pub(crate) mod home;
pub(crate) mod objection;
pub(crate) mod open_up;
pub(crate) mod person;
pub(crate) mod population;
pub(crate) mod privacy;
pub(crate) mod proxies;
pub(crate) mod record;
pub(crate) mod region;
pub(crate) mod risk;
pub(crate) mod scores;
pub(crate) mod who_decides;
