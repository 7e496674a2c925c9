//! What can be wrong with what the generator is given.

/// Why a region cannot be grown. Each says what was wrong, with what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SynthError {
    /// A number of people out of range.
    #[error("--people: {given} is not from 50 to 2,000,000")]
    People {
        /// What was asked for.
        given: u64,
    },
    /// A place without data.
    #[error(
        "--place: there is no place \"{given}\"; there is: bsw, or a folder with the files of data/bsw/CHECKSUMS.csv"
    )]
    Place {
        /// What was asked for.
        given: String,
    },
    /// A file that is not there or cannot be read.
    #[error("{file}: cannot be read ({why}); CHECKSUMS.csv lists the files that a place needs")]
    Missing {
        /// The file.
        file: String,
        /// What the system said.
        why: String,
    },
    /// A file whose content is not what its list of checksums says.
    #[error(
        "{file}: its SHA-256 is not the one in CHECKSUMS.csv; restore the file, or list its new checksum if the change is meant"
    )]
    Checksum {
        /// The file.
        file: String,
    },
    /// A value that cannot be used.
    #[error("{file}, row {row}, column \"{column}\": {rule}")]
    Value {
        /// The file.
        file: String,
        /// The row, from 1 after the header.
        row: usize,
        /// The column.
        column: String,
        /// The rule that it breaks.
        rule: String,
    },
}
