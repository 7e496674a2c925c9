//! National job roles (the R of a role code S:G:R), and the role in which Sarsen lets their holder act.
//!
//! Source: the National RBAC Database as NHS CIS2 asserts it, `data/job_roles.csv`. The column `role` is Sarsen's own: what
//! somebody may do within it is decided by their activities. A job role that does not stand there lets nobody in.

use std::sync::LazyLock;

use crate::table::Table;

/// Code, label and role of each job role that is let in.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| Table::read(include_str!("../data/job_roles.csv")));

/// The job role in a role code of three parts, or by itself.
///
/// ```
/// use codes::job_role::job_role;
/// assert_eq!(job_role("S8000:G8000:R8001"), Some("R8001"));
/// assert_eq!(job_role("R8001"), Some("R8001"));
/// assert_eq!(job_role("S8000:G8000"), None);
/// ```
#[must_use]
pub fn job_role(code: &str) -> Option<&str> {
    let last = code.rsplit(':').next()?;
    let digits = last.strip_prefix('R')?;
    (digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(last)
}

/// Sarsen's role (a code of `record/data/roles.registry.csv`) of a national role code.
///
/// ```
/// use codes::job_role::role;
/// assert_eq!(role("S8000:G8000:R8001"), Some("clinician"));
/// assert_eq!(role("S8000:G8000:R9999"), None);
/// ```
#[must_use]
pub fn role(code: &str) -> Option<&'static str> {
    TABLE.find("code", job_role(code)?, "role")
}

/// What the job role is called on pages.
#[must_use]
pub fn label(code: &str) -> Option<&'static str> {
    TABLE.find("code", job_role(code)?, "label")
}

/// Whether this is a national activity code in form: `B` and four digits.
///
/// ```
/// assert!(codes::job_role::is_activity("B0360"));
/// assert!(!codes::job_role::is_activity("b0360"));
/// ```
#[must_use]
pub fn is_activity(code: &str) -> bool {
    code.strip_prefix('B')
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
