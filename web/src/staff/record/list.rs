//! A section that is groups of facts: problems, medicines, allergies, results, encounters, documents, plans, others.

use askama::Template;
use care::record::PersonRecord;
use jiff::Timestamp;

use super::story::Story;
use crate::components::{FactGroup, Pagination, SectionOfRecord};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "staff/record/list.html")]
pub(crate) struct FactListView {
    pub(crate) frame: Frame,
    pub(crate) story: Story,
    /// A sentence under the heading; empty for none.
    pub(crate) intro: String,
    pub(crate) groups: Vec<FactGroup>,
    pub(crate) pagination: Option<Pagination>,
}

/// Which section it is, and how many of its facts are left out as entered in error.
pub(super) struct Section {
    pub(super) section: SectionOfRecord,
    pub(super) entered_in_error: usize,
}

impl Section {
    pub(super) fn view(
        self,
        frame: Frame,
        record: &PersonRecord,
        base: &str,
        now: Timestamp,
        groups: Vec<FactGroup>,
    ) -> FactListView {
        let story = Story::new(record, base, self.section, self.entered_in_error, now);
        FactListView {
            frame,
            story,
            intro: String::new(),
            groups,
            pagination: None,
        }
    }
}
