//! Bytes to token tape, validating against the tables in the same pass.

/// What a document may ask of us.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Size of the whole document in bytes.
    pub max_bytes: usize,
    /// Depth of JSON nesting, objects and arrays counted alike.
    pub max_depth: usize,
    /// Issues collected before the scanner gives up.
    pub max_issues: usize,
    /// Digits in one number.
    pub max_number_digits: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 16 * 1024 * 1024,
            max_depth: 64,
            max_issues: 20,
            max_number_digits: 40,
        }
    }
}
