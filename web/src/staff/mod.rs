//! Pages for staff, one concept a folder, one verb a file.

pub(crate) mod academy;
pub(crate) mod followers;
pub(crate) mod person;
pub(crate) mod record;
pub(crate) mod region;
