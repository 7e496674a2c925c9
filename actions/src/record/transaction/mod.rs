//! Bundles of requests: a transaction is one commit, all or nothing; a batch is its entries, each on its own.
//!
//! A transaction is read in four steps, each a file: [`plan`] says what each entry asks for and refuses contradictions;
//! `assign` gives every new resource its id, in its person's bucket; `apply` commits and answers; `batch` is the other
//! kind. References between entries (`urn:uuid:…` or another `fullUrl`) become `Type/id` on the way.

mod apply;
mod assign;
mod batch;
mod found;
mod plan;

use ::record::Lane;
use fhir::{Document, Issue, IssueCode};
use jiff::Timestamp;

use super::Request;
use crate::{ActionError, Actions, Actor, Purpose};

pub use plan::{etag, form_pairs};

/// The answer to one entry, in the order of the request.
#[derive(Debug, Clone, Default)]
pub struct EntryAnswer {
    /// HTTP status.
    pub status: u16,
    /// `Type/id/_history/version` of what was written.
    pub location: Option<String>,
    pub version: Option<u64>,
    pub updated: Option<Timestamp>,
    /// What a read gave.
    pub resource: Option<Vec<u8>>,
    /// An earlier request with the same idempotency key wrote it; nothing was written now.
    pub replayed: bool,
    /// Why the entry was refused (batch only; a refused transaction has no entries).
    pub issues: Vec<Issue>,
}

/// Carries out a transaction or batch Bundle.
///
/// # Errors
/// For a transaction every [`ActionError`], and nothing was changed. For a batch only what concerns the Bundle itself;
/// an entry's refusal stands in its answer.
pub async fn bundle(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    bytes: &[u8],
) -> Result<(&'static str, Vec<EntryAnswer>), ActionError> {
    carry_out(actions, actor, purpose, request, Lane::Care, bytes).await
}

pub(super) async fn carry_out(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    lane: Lane,
    bytes: &[u8],
) -> Result<(&'static str, Vec<EntryAnswer>), ActionError> {
    let document = Document::scan(bytes, &actions.limits).map_err(ActionError::Invalid)?;
    let Some(bundle) = document.root().bundle() else {
        let words = format!(
            "this address takes a Bundle, the document is a {}",
            document.root().resource_type().name()
        );
        return Err(refused("resourceType", IssueCode::Invalid, words));
    };
    match bundle.kind.as_str() {
        "transaction" => {
            let answers = apply::transaction(actions, actor, purpose, request, lane, &bundle, bytes).await?;
            Ok(("transaction-response", answers))
        }
        "batch" => Ok(("batch-response", batch::batch(actions, actor, purpose, request, &bundle).await)),
        _ => Err(refused(
            "Bundle.type",
            IssueCode::Value,
            "this address takes a Bundle of type transaction or batch; keep other Bundles with POST to /Bundle"
                .to_owned(),
        )),
    }
}

fn refused(expression: &str, code: IssueCode, words: String) -> ActionError {
    ActionError::Invalid(vec![Issue::error(code, Some(expression.to_owned()), words)])
}
