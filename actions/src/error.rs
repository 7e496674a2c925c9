//! Why an action did not do what was asked: one type for the whole floor.

use ::record::{CommitError, ReadError, RecordError};
use fhir::Issue;

/// A field of a form, and what is wrong with it, in words for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    pub field: &'static str,
    pub words: String,
}

/// Whether the record can hold what somebody typed: no control characters but for the ends of lines and tabs (FHIR `string`).
pub(crate) fn is_writable(typed: &str) -> bool {
    !typed
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

/// What stopped an action. In every case nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// Not there, or not for this actor to know of: the two look the same.
    #[error("not found")]
    NotFound,
    /// It was there and has been deleted; the version is the deletion's.
    #[error("deleted as version {version}")]
    Gone { version: u64 },
    /// It was destroyed, on a lawful ground and for good.
    #[error("destroyed: the record was destroyed on a lawful ground; nothing of it is kept")]
    Destroyed,
    /// The document breaks rules; each issue names its element.
    #[error("the document breaks {} rule(s)", .0.len())]
    Invalid(Vec<Issue>),
    /// The form breaks rules; each problem names its field.
    #[error("the form has {} problem(s)", .0.len())]
    Form(Vec<FieldProblem>),
    /// Decided on a version that is no longer the current one.
    #[error("version conflict on {target}: {words}")]
    Conflict { target: String, words: String },
    /// A condition named more than one resource, or a precondition does not hold.
    #[error("precondition failed: {0}")]
    Precondition(String),
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for a different request")]
    IdempotencyMismatch,
    /// This role may not do it; the words say whose task it is.
    #[error("{0}")]
    Forbidden(String),
    /// What was to be done to whole records is against a rule; `about` names the part of the request.
    #[error("{words}")]
    Rule { about: &'static str, words: String },
    /// The search would have to read too many people's records.
    #[error("too costly: {0}")]
    TooCostly(String),
    /// The page token is not one of ours, or belongs to another reader or query.
    #[error("this page token cannot be used: {0}")]
    BadPage(String),
    /// Too many units of the record in one commit.
    #[error("too many people's records in one request: {0}")]
    TooManyUnits(String),
    /// The record is at its limit of waiting commits.
    #[error("the record is busy")]
    Busy,
    /// The record cannot do it now; the words say what was kept and what to do.
    #[error("{0}")]
    Unavailable(String),
}

impl From<ReadError> for ActionError {
    fn from(error: ReadError) -> ActionError {
        match error {
            ReadError::NotFound => ActionError::NotFound,
            ReadError::Gone { version } => ActionError::Gone { version },
            ReadError::Destroyed => ActionError::Destroyed,
            ReadError::TooCostly(words) => ActionError::TooCostly(words),
            ReadError::BeingPrepared(words) => ActionError::Unavailable(words),
            ReadError::BadPage => ActionError::BadPage("start the search again".to_owned()),
            ReadError::Storage(error) => error.into(),
        }
    }
}

impl From<RecordError> for ActionError {
    fn from(error: RecordError) -> ActionError {
        tracing::error!(error = %error, "the record refused");
        match error {
            RecordError::Busy => ActionError::Busy,
            other => ActionError::Unavailable(other.to_string()),
        }
    }
}

impl From<CommitError> for ActionError {
    fn from(error: CommitError) -> ActionError {
        let words = error.to_string();
        match error {
            CommitError::Conflict {
                resource_type, id, ..
            }
            | CommitError::Exists {
                resource_type, id, ..
            } => ActionError::Conflict {
                target: format!("{}/{id}", resource_type.name()),
                words,
            },
            CommitError::NotFound { .. } => ActionError::NotFound,
            CommitError::Gone { version, .. } => ActionError::Gone { version },
            CommitError::Destroyed { .. } => ActionError::Destroyed,
            CommitError::IdempotencyMismatch => ActionError::IdempotencyMismatch,
            CommitError::TooManyUnits { .. } => ActionError::TooManyUnits(words),
            CommitError::Storage(error) => error.into(),
            CommitError::TooLarge { .. } => {
                ActionError::Invalid(vec![Issue::error(fhir::IssueCode::TooLong, None, words)])
            }
            CommitError::Twice { .. } | CommitError::BadId { .. } | CommitError::Empty => {
                ActionError::Invalid(vec![Issue::error(fhir::IssueCode::Invalid, None, words)])
            }
            CommitError::NotPermitted => {
                ActionError::Forbidden("you may see this and not change it; nothing was changed".to_owned())
            }
            CommitError::KeptByActions { .. }
            | CommitError::WouldStay { .. }
            | CommitError::OthersWriting { .. } => ActionError::Forbidden(words),
            // Put back before this is told; only somebody who sets labels all the time is in the way.
            CommitError::LabelsDropped { .. } => ActionError::Busy,
            CommitError::Refused(refusal) => ActionError::Rule {
                about: refusal.about(),
                words,
            },
            CommitError::Fenced { follower, bucket } => ActionError::Conflict {
                target: format!("{follower}/{bucket}"),
                words,
            },
            CommitError::BadStep { .. } => ActionError::Unavailable(words),
        }
    }
}

impl ActionError {
    /// The HTTP status that says the same: other systems' doors and batch entries answer with it.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            ActionError::NotFound => 404,
            ActionError::Gone { .. } | ActionError::Destroyed => 410,
            ActionError::Invalid(_) | ActionError::Form(_) | ActionError::BadPage(_) => 400,
            ActionError::Conflict { .. } | ActionError::Precondition(_) => 412,
            ActionError::IdempotencyMismatch | ActionError::Rule { .. } => 422,
            ActionError::TooCostly(_) | ActionError::TooManyUnits(_) | ActionError::Forbidden(_) => 403,
            ActionError::Busy => 429,
            ActionError::Unavailable(_) => 503,
        }
    }
}

impl ActionError {
    /// The refusal as FHIR issues, each with the code that says what kind it is.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        use fhir::IssueCode;
        let code = match self {
            ActionError::Invalid(issues) => return issues.clone(),
            ActionError::Rule { about, words } => {
                let place = format!("Parameters.parameter.where(name='{about}')");
                return vec![Issue::error(IssueCode::BusinessRule, Some(place), words.clone())];
            }
            ActionError::NotFound => IssueCode::NotFound,
            ActionError::Gone { .. } | ActionError::Destroyed => IssueCode::Deleted,
            ActionError::Form(_) | ActionError::BadPage(_) => IssueCode::Value,
            ActionError::Conflict { .. }
            | ActionError::Precondition(_)
            | ActionError::IdempotencyMismatch => IssueCode::Conflict,
            ActionError::TooCostly(_) | ActionError::TooManyUnits(_) => IssueCode::TooCostly,
            ActionError::Forbidden(_) => IssueCode::Forbidden,
            ActionError::Busy => IssueCode::Throttled,
            ActionError::Unavailable(_) => IssueCode::Transient,
        };
        vec![Issue::error(code, None, self.to_string())]
    }
}
