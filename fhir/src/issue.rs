//! What is wrong with a document or a search, in FHIR's own vocabulary and in plain English.
//!
//! Used by the scanner, the search parser and every FHIR door; an [`Issue`] never carries a whole value of
//! the document, only its first characters, because a diagnostic may be shown or logged.

/// How bad an [`Issue`] is (`OperationOutcome.issue.severity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    Fatal,
    Error,
    Warning,
    Information,
}

impl Severity {
    /// The FHIR code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
        }
    }
}

macro_rules! issue_codes {
    ($($(#[$doc:meta])* $name:ident => $code:literal,)*) => {
        /// The kind of an [`Issue`]: the whole of FHIR R4's `issue-type` value set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IssueCode { $($(#[$doc])* $name,)* }
        impl IssueCode {
            /// The FHIR code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

issue_codes! {
    Invalid => "invalid", Structure => "structure", Required => "required", Value => "value",
    Invariant => "invariant", Security => "security", Login => "login", Unknown => "unknown",
    Expired => "expired", Forbidden => "forbidden", Suppressed => "suppressed",
    Processing => "processing", NotSupported => "not-supported", Duplicate => "duplicate",
    MultipleMatches => "multiple-matches", NotFound => "not-found", Deleted => "deleted",
    TooLong => "too-long", CodeInvalid => "code-invalid", Extension => "extension",
    TooCostly => "too-costly", BusinessRule => "business-rule", Conflict => "conflict",
    Transient => "transient", LockError => "lock-error", NoStore => "no-store",
    Exception => "exception", Timeout => "timeout", Incomplete => "incomplete",
    Throttled => "throttled", Informational => "informational",
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub severity: Severity,
    pub code: IssueCode,
    /// FHIRPath of the element, such as `Patient.name[0].given[1]`; a search parameter's name in a search.
    pub expression: Option<String>,
    /// Plain English: the field, the rule, and what would be accepted.
    pub diagnostics: String,
}

impl Issue {
    /// An issue of severity `error`.
    #[must_use]
    pub fn error(code: IssueCode, expression: Option<String>, diagnostics: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            expression,
            diagnostics: diagnostics.into(),
        }
    }
}

/// An `OperationOutcome` as JSON. With no issues it says that all is well, since FHIR asks for at least one.
#[must_use]
pub fn outcome(issues: &[Issue]) -> Vec<u8> {
    let all_well = [Issue {
        severity: Severity::Information,
        code: IssueCode::Informational,
        expression: None,
        diagnostics: "All OK.".to_owned(),
    }];
    let issues = if issues.is_empty() { &all_well[..] } else { issues };
    let mut out = br#"{"resourceType":"OperationOutcome","issue":["#.to_vec();
    for (at, issue) in issues.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"severity":""#);
        out.extend_from_slice(issue.severity.code().as_bytes());
        out.extend_from_slice(br#"","code":""#);
        out.extend_from_slice(issue.code.code().as_bytes());
        out.extend_from_slice(br#"","diagnostics":"#);
        crate::text::write_json_string(&issue.diagnostics, &mut out);
        if let Some(expression) = &issue.expression {
            out.extend_from_slice(br#","expression":["#);
            crate::text::write_json_string(expression, &mut out);
            out.push(b']');
        }
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    out
}
