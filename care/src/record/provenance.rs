//! Where a fact comes from and when: its source, its author's role, and its three dates.

use super::mention::Mention;
use crate::partial_date::PartialDate;
use crate::when::When;

/// Origin of one fact. Nothing here is guessed: what is not known is none, and a page says "not recorded".
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Provenance {
    /// The system it came from (`meta.source`), a URI.
    pub system: Option<String>,
    /// The organisation it comes from: the author's, else the one that provided the encounter it was recorded in.
    pub organisation: Option<String>,
    /// Who recorded or asserted it.
    pub author: Option<Mention>,
    /// When it was written down.
    pub recorded: Option<PartialDate>,
    /// When it was so.
    pub effective: Option<When>,
    /// When this record took it in (`meta.lastUpdated`).
    pub received: Option<PartialDate>,
}

impl Provenance {
    /// The source for a page: the organisation, else the sending system, else "Source not recorded".
    pub fn source_words(&self) -> &str {
        let organisation = self.organisation.as_deref();
        organisation
            .or(self.system.as_deref())
            .unwrap_or("Source not recorded")
    }

    /// The author's role, else the author's name, else "Author not recorded".
    pub fn author_words(&self) -> &str {
        let author = self.author.as_ref();
        author
            .and_then(|author| author.role.as_deref())
            .or_else(|| author.and_then(Mention::words))
            .unwrap_or("Author not recorded")
    }

    /// The date a list sorts by: when it was so, else when it was written down. Never when it was received, which says
    /// nothing of the person.
    pub fn sort_date(&self) -> Option<&PartialDate> {
        self.effective
            .as_ref()
            .and_then(When::sort_date)
            .or(self.recorded.as_ref())
    }
}
