//! What a statement can fail with, and what that means for the record.

use crate::dialect::{postgres, sqlite};
use crate::error::RecordError;

/// Why a statement gave nothing.
#[derive(Debug)]
pub(crate) enum Error {
    /// There is no such row; see [`OptionalExtension`].
    NoRows,
    /// A column does not hold what it must; the words say what that is.
    Column(&'static str),
    /// A number to be stored is larger than 2⁶³−1.
    TooLarge,
    /// SQLite failed or refused.
    Sqlite(sqlite::Failure),
    /// PostgreSQL failed or refused, or cannot be reached.
    Postgres(postgres::Failure),
}

impl From<postgres::Failure> for Error {
    fn from(failure: postgres::Failure) -> Error {
        Error::Postgres(failure)
    }
}

/// What comes of a statement.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<sqlite::Failure> for Error {
    fn from(error: sqlite::Failure) -> Error {
        Error::Sqlite(error)
    }
}

/// What an error of the engine means to us.
pub(crate) fn engine_error(error: &Error) -> RecordError {
    match error {
        Error::NoRows => RecordError::Engine {
            detail: "a row that must be there is not".to_owned(),
        },
        Error::Column(expected) => RecordError::Corrupt {
            detail: format!("a column does not hold {expected}"),
        },
        Error::TooLarge => RecordError::Engine {
            detail: "a number is larger than can be stored".to_owned(),
        },
        Error::Sqlite(error) => sqlite::engine_error(error),
        Error::Postgres(failure) => failure.meaning(),
    }
}

/// Makes a missing row a `None`.
pub(crate) trait OptionalExtension<T> {
    /// `None` when there is no row.
    fn optional(self) -> Result<Option<T>>;
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(Error::NoRows) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
