//! Who turned out to have sent a request, told back to whoever counts requests before anybody is known.

use std::sync::{Arc, OnceLock};

use ::record::Actor;

/// A place in a request into which a door writes whom it let in. Whoever made it reads it once the request is answered;
/// it decides nothing.
#[derive(Debug, Clone, Default)]
pub struct Caller(Arc<OnceLock<String>>);

impl Caller {
    /// Notes who it is; the first word stands.
    pub fn is(&self, actor: &Actor) {
        let _ = self.0.set(actor.id.clone());
    }

    /// The id of whoever was let in.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.0.get().map(String::as_str)
    }
}
