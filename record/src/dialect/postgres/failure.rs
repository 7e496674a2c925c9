//! What a failure of the server, or of the way to it, means to us. The server's own words are kept without their detail,
//! which may quote a row.

use tokio_postgres::error::SqlState;

use crate::error::RecordError;
use crate::trust;

/// How the driver's words about TLS begin; of its kinds of error it shows no other sign.
const OF_TLS: &str = "error performing TLS handshake";

/// A failure of PostgreSQL.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    code: Option<SqlState>,
    words: String,
    lost: bool,
}

impl Failure {
    /// The connection is gone; what was under way on it may or may not have been done.
    pub(super) fn lost(words: &str) -> Failure {
        Failure {
            code: None,
            words: words.to_owned(),
            lost: true,
        }
    }

    pub(super) fn of(error: &tokio_postgres::Error) -> Failure {
        match error.as_db_error() {
            Some(error) => Failure {
                code: Some(error.code().clone()),
                words: error.message().to_owned(),
                // The server ends such a session.
                lost: error.severity() == "FATAL" || error.severity() == "PANIC",
            },
            None => Failure {
                code: None,
                words: words(error),
                lost: is_of_the_way(error),
            },
        }
    }

    /// The same of a connection that was not made: what TLS refused is said by the rule that was broken.
    pub(super) fn of_connecting(error: &tokio_postgres::Error) -> Failure {
        if let Some(rule) = trust::rule_broken(error) {
            return Failure::lost(&format!(
                "the server is not believed, as sslmode=require asks: {rule} (record.postgres_roots)"
            ));
        }
        let failure = Failure::of(error);
        if failure.code.is_some() || !failure.words.starts_with(OF_TLS) {
            return failure;
        }
        let why = failure.words.trim_start_matches(OF_TLS).trim_start_matches(": ");
        Failure::lost(&format!("sslmode=require asks for TLS: {why}"))
    }

    /// Whether the connection is gone.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Whether the transaction was in the way of another and may be tried again.
    fn may_pass(&self) -> bool {
        self.code.as_ref().is_some_and(|code| {
            [
                &SqlState::T_R_DEADLOCK_DETECTED,
                &SqlState::T_R_SERIALIZATION_FAILURE,
                &SqlState::LOCK_NOT_AVAILABLE,
            ]
            .contains(&code)
        })
    }

    /// What it means to the record.
    pub(in crate::dialect) fn meaning(&self) -> RecordError {
        let detail = self.words.clone();
        let Some(code) = &self.code else {
            return if self.lost {
                RecordError::Unreachable { detail }
            } else {
                RecordError::Engine { detail }
            };
        };
        if *code == SqlState::DISK_FULL {
            RecordError::DiskFull
        } else if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
            RecordError::ReadOnly
        } else if [
            &SqlState::DATA_CORRUPTED,
            &SqlState::INDEX_CORRUPTED,
            &SqlState::CONFIG_FILE_ERROR,
        ]
        .contains(&code)
        {
            RecordError::Corrupt { detail }
        } else if *code == SqlState::IO_ERROR {
            RecordError::Disk { detail }
        } else if self.may_pass() {
            RecordError::Busy
        } else if self.lost
            || ["57", "08", "53", "28", "3D"]
                .iter()
                .any(|class| code.code().starts_with(class))
        {
            RecordError::Unreachable { detail }
        } else {
            RecordError::Engine {
                detail: format!("{detail} ({})", code.code()),
            }
        }
    }
}

/// The error and what caused it, without any value.
fn words(error: &tokio_postgres::Error) -> String {
    let mut words = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words = format!("{words}: {cause}");
        source = cause.source();
    }
    words
}

/// Whether it lies with the connection and not with a statement.
fn is_of_the_way(error: &tokio_postgres::Error) -> bool {
    let mut source = std::error::Error::source(error);
    let mut is_io = error.is_closed();
    while let Some(cause) = source {
        is_io |= cause.is::<std::io::Error>();
        source = cause.source();
    }
    is_io
        || error.to_string().starts_with("error connecting")
        || error.to_string().contains("unexpected message")
}
