//! The pages of the region before there is one: none was grown into this record, or its first figures are still to come.

use askama::Template;

use super::growth::{Growth, Moment};
use super::head::{Head, Section};
use crate::frame::Frame;

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/absent.html")]
pub(crate) struct AbsentView {
    frame: Frame,
    /// The head of a region that grows; none where there is no region.
    head: Option<Head>,
}

impl AbsentView {
    /// `moment` is none where no region is.
    pub(super) fn new(frame: Frame, moment: Option<&Moment>, section: Section) -> AbsentView {
        AbsentView {
            frame,
            head: moment.map(|moment| Head::new(moment, section)),
        }
    }

    pub(crate) fn samples() -> Vec<(&'static str, AbsentView)> {
        let growing = |growth| {
            let moment = Moment {
                summary: None,
                growth,
            };
            AbsentView::new(Frame::sample(true), Some(&moment), Section::Areas)
        };
        vec![
            ("none", AbsentView::new(Frame::sample(true), None, Section::Areas)),
            (
                "begun",
                growing(Growth::Pouring {
                    poured: 0,
                    of: 60_000,
                }),
            ),
            (
                "stopped",
                growing(Growth::Stopped {
                    poured: 412,
                    of: 60_000,
                    why: "the disk that holds the record is full".to_owned(),
                }),
            ),
        ]
    }
}
