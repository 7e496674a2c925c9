//! A resource that an action made or changed, as the record takes it.

use fhir::{Document, Prepared};

use crate::{ActionError, Actions};

impl Actions {
    /// Scans a document and makes it ready for a commit. References in it stay as they are.
    ///
    /// # Errors
    /// [`ActionError::Invalid`] with what breaks rules.
    pub(crate) fn prepared(&self, json: &[u8]) -> Result<Prepared, ActionError> {
        let document = Document::scan(json, &self.limits).map_err(ActionError::Invalid)?;
        Ok(document.root().prepare(&|_| None))
    }
}
