//! "There is a problem": what to put right, each line linked to its field.

use askama::Template;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The id of the input to go to; empty when no one field is at fault.
    pub(crate) target: String,
    pub(crate) words: String,
}

impl Problem {
    pub(crate) fn new(target: impl Into<String>, words: impl Into<String>) -> Problem {
        Problem {
            target: target.into(),
            words: words.into(),
        }
    }
}

#[derive(Debug, Clone, Template)]
#[template(path = "components/error_summary.html")]
pub(crate) struct ErrorSummary {
    pub(crate) problems: Vec<Problem>,
}

impl askama::filters::HtmlSafe for ErrorSummary {}

impl ErrorSummary {
    /// None when nothing is wrong.
    pub(crate) fn of(problems: Vec<Problem>) -> Option<ErrorSummary> {
        (!problems.is_empty()).then_some(ErrorSummary { problems })
    }
}
