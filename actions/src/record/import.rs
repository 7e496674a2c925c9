//! Import: many documents, each kept once however often the command is run.
//!
//! A slice of lines is one commit in the bulk lane, with an idempotency key made from the file's content and the
//! slice's place in it: after a kill the same command goes on where the record stands, and writes nothing twice.

use std::collections::HashSet;

use ::record::{Change, Commit, Expected, Idempotency, Lane, Outcome};
use fhir::{Document, Issue, IssueCode, Prepared, ResourceType};
use sha2::{Digest, Sha256};

use super::as_sent::commit_as_sent;
use super::transaction::carry_out;
use super::{EntryAnswer, Request};
use crate::{ActionError, Actions, Actor, Purpose, audit};

/// Some documents of one source, in order.
#[derive(Debug, Clone)]
pub struct ImportSlice {
    /// The source's name and content digest: what makes the slice the same slice next time.
    pub key: String,
    /// Documents with their place in the source (line number, or entry number).
    pub documents: Vec<(u64, Vec<u8>)>,
}

/// A document that was not kept, and why.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub place: u64,
    pub issues: Vec<Issue>,
}

/// What became of a slice or a bundle.
#[derive(Debug, Default)]
pub struct Imported {
    /// Resources kept now.
    pub kept: usize,
    /// Resources that an earlier run had kept.
    pub kept_before: usize,
    pub rejected: Vec<Rejected>,
}

impl Imported {
    fn count(&mut self, resources: usize, replayed: bool) {
        if replayed {
            self.kept_before += resources;
        } else {
            self.kept += resources;
        }
    }
}

/// A slice whose documents were read and checked: all that is left is to keep them.
#[derive(Debug)]
pub struct PreparedSlice {
    key: String,
    digest: [u8; 32],
    /// Groups in which no resource stands twice, in order.
    groups: Vec<Vec<(u64, Prepared)>>,
    rejected: Vec<Rejected>,
}

impl PreparedSlice {
    /// Reads and checks every document: all the work that needs no record, so that slices can be prepared side by side.
    #[must_use]
    pub fn new(slice: &ImportSlice, limits: &fhir::Limits) -> PreparedSlice {
        let mut rejected = Vec::new();
        let mut ready: Vec<(u64, Prepared)> = Vec::with_capacity(slice.documents.len());
        let mut digest = Sha256::new();
        for (place, bytes) in &slice.documents {
            digest.update(bytes.len().to_be_bytes());
            digest.update(bytes);
            match Document::scan(bytes, limits) {
                Ok(document) => {
                    let prepared = document.root().prepare(&|_| None);
                    match refusal(&prepared) {
                        None => ready.push((*place, prepared)),
                        Some(issue) => rejected.push(Rejected {
                            place: *place,
                            issues: vec![issue],
                        }),
                    }
                }
                Err(issues) => rejected.push(Rejected {
                    place: *place,
                    issues,
                }),
            }
        }
        PreparedSlice {
            key: slice.key.clone(),
            digest: digest.finalize().into(),
            groups: distinct_groups(ready),
            rejected,
        }
    }

    /// The resources it will write under ids of their own: two slices that share one are kept one after the other.
    pub fn targets(&self) -> impl Iterator<Item = (ResourceType, String)> + '_ {
        self.groups
            .iter()
            .flatten()
            .filter_map(|(_, prepared)| Some((prepared.resource_type, prepared.id.clone()?)))
    }
}

/// Keeps each document of the slice under its own id (or one that we make), and lists those that break rules.
///
/// # Errors
/// Only what concerns the record itself ([`ActionError::Unavailable`], [`ActionError::Busy`]); what had been kept of the
/// slice by then is answered as kept before when it is tried again.
pub async fn import_slice(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    slice: PreparedSlice,
) -> Result<Imported, ActionError> {
    let mut imported = Imported {
        rejected: slice.rejected,
        ..Imported::default()
    };
    let digest = slice.digest;
    for (part, group) in slice.groups.into_iter().enumerate() {
        let key = format!("{}#{part}", slice.key);
        match commit(actions, actor, purpose, source, key.clone(), digest, &group).await {
            Ok((outcomes, replayed)) => imported.count(outcomes.len(), replayed),
            Err(error @ (ActionError::Unavailable(_) | ActionError::Busy)) => return Err(error),
            // One of them was refused: each on its own, so that the others are kept.
            Err(_) => {
                for one in group {
                    let (place, _) = one;
                    let key = format!("{key}@{place}");
                    match commit(actions, actor, purpose, source, key, digest, &[one]).await {
                        Ok((outcomes, replayed)) => imported.count(outcomes.len(), replayed),
                        Err(error @ (ActionError::Unavailable(_) | ActionError::Busy)) => return Err(error),
                        Err(error) => imported.rejected.push(Rejected {
                            place,
                            issues: error.issues(),
                        }),
                    }
                }
            }
        }
    }
    Ok(imported)
}

/// A Bundle that was carried out by an import.
#[derive(Debug)]
pub struct BundleDone {
    pub answers: Vec<EntryAnswer>,
    /// An earlier run had carried it out; nothing was written now.
    pub replayed: bool,
}

/// Carries out a transaction Bundle once, in the bulk lane; a batch entry by entry.
///
/// # Errors
/// As [`super::bundle`]; nothing of a refused transaction was kept.
pub async fn import_bundle(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    key: &str,
    bytes: &[u8],
) -> Result<BundleDone, ActionError> {
    let request = Request {
        source: source.to_owned(),
        idempotency_key: Some(key.to_owned()),
    };
    let (_, answers) = carry_out(actions, actor, purpose, &request, Lane::Bulk, bytes).await?;
    let replayed = !answers.is_empty() && answers.iter().all(|answer| answer.replayed);
    Ok(BundleDone { answers, replayed })
}

async fn commit(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    key: String,
    digest: [u8; 32],
    group: &[(u64, Prepared)],
) -> Result<(Vec<Outcome>, bool), ActionError> {
    if group.is_empty() {
        return Ok((Vec::new(), false));
    }
    let changes = || {
        let each = group.iter().map(|(_, prepared)| prepared.clone());
        each.map(|prepared| match prepared.id.clone() {
            Some(id) => Change::Put {
                id,
                prepared,
                expected: Expected::Any,
            },
            None => Change::Create { id: None, prepared },
        })
        .collect()
    };
    let make = || Commit {
        lane: Lane::Bulk,
        transaction: true,
        idempotency: Some(Idempotency {
            client: format!("import:{}", actor.id),
            key: key.clone(),
            digest,
            note: Vec::new(),
        }),
        ..Commit::new(source, changes())
    };
    let committed = commit_as_sent(actions, actor, purpose, make).await?;
    Ok((committed.outcomes, committed.replayed))
}

/// Why a document is not kept under its own id; `None` when it is.
fn refusal(prepared: &Prepared) -> Option<Issue> {
    let kind = prepared.resource_type;
    let id = prepared.id.as_deref()?;
    let place = format!("{}.id", kind.name());
    audit::is_rendered(kind, id)
        .then(|| Issue::error(IssueCode::Forbidden, Some(place), audit::NOT_WRITTEN.to_owned()))
}

/// Splits so that no group writes one resource twice; order is kept.
fn distinct_groups(ready: Vec<(u64, Prepared)>) -> Vec<Vec<(u64, Prepared)>> {
    let mut groups = Vec::new();
    let mut group = Vec::new();
    let mut seen = HashSet::new();
    for (place, prepared) in ready {
        if let Some(id) = &prepared.id
            && !seen.insert((prepared.resource_type, id.clone()))
        {
            groups.push(std::mem::take(&mut group));
            seen.clear();
            seen.insert((prepared.resource_type, id.clone()));
        }
        group.push((place, prepared));
    }
    groups.push(group);
    groups
}
