//! Import: many documents, each kept once however often the command is run.
//!
//! A slice of lines is one commit in the bulk lane, with an idempotency key made from the file's content and the
//! slice's place in it: after a kill the same command goes on where the record stands, and writes nothing twice.

use std::collections::HashSet;

use ::record::{Change, Commit, Expected, Idempotency, Lane, Outcome};
use fhir::{Document, Issue, Prepared};
use sha2::{Digest, Sha256};

use super::transaction::transaction;
use super::{EntryAnswer, Request};
use crate::{ActionError, Actions, Actor, Purpose};

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
        if replayed { self.kept_before += resources } else { self.kept += resources }
    }
}

/// Keeps each document of the slice under its own id (or one that we make), and lists those that break rules.
///
/// # Errors
/// Only what concerns the record itself ([`ActionError::Unavailable`], [`ActionError::Busy`]); then nothing of the
/// slice was kept.
pub async fn import_slice(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    slice: &ImportSlice,
) -> Result<Imported, ActionError> {
    let mut imported = Imported::default();
    let mut ready: Vec<(u64, Prepared)> = Vec::with_capacity(slice.documents.len());
    let mut digest = Sha256::new();
    for (place, bytes) in &slice.documents {
        digest.update(bytes.len().to_be_bytes());
        digest.update(bytes);
        match Document::scan(bytes, &actions.limits) {
            Ok(document) => ready.push((*place, document.root().prepare(&|_| None))),
            Err(issues) => imported.rejected.push(Rejected { place: *place, issues }),
        }
    }
    let digest: [u8; 32] = digest.finalize().into();
    // A resource that stands twice in the slice goes into a commit of its own, in order.
    for (part, group) in distinct_groups(ready).into_iter().enumerate() {
        let key = format!("{}#{part}", slice.key);
        let places: Vec<u64> = group.iter().map(|(place, _)| *place).collect();
        match commit(actions, actor, purpose, source, key.clone(), digest, group.clone()).await {
            Ok((outcomes, replayed)) => imported.count(outcomes.len(), replayed),
            Err(error @ (ActionError::Unavailable(_) | ActionError::Busy)) => return Err(error),
            // One of them was refused: each on its own, so that the others are kept.
            Err(_) => {
                for (place, one) in places.into_iter().zip(group) {
                    match commit(actions, actor, purpose, source, format!("{key}@{place}"), digest, vec![one]).await {
                        Ok((outcomes, replayed)) => imported.count(outcomes.len(), replayed),
                        Err(error @ (ActionError::Unavailable(_) | ActionError::Busy)) => return Err(error),
                        Err(error) => imported.rejected.push(Rejected { place, issues: error.issues() }),
                    }
                }
            }
        }
    }
    Ok(imported)
}

/// Carries out a transaction Bundle once, in the bulk lane.
///
/// # Errors
/// As [`super::bundle`]; nothing of the Bundle was kept.
pub async fn import_bundle(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    key: &str,
    bytes: &[u8],
) -> Result<Vec<EntryAnswer>, ActionError> {
    let document = Document::scan(bytes, &actions.limits).map_err(ActionError::Invalid)?;
    let Some(bundle) = document.root().bundle() else { return Ok(Vec::new()) };
    let request = Request { source: source.to_owned(), idempotency_key: Some(key.to_owned()) };
    transaction(actions, actor, purpose, &request, Lane::Bulk, &bundle, bytes).await
}

async fn commit(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    source: &str,
    key: String,
    digest: [u8; 32],
    group: Vec<(u64, Prepared)>,
) -> Result<(Vec<Outcome>, bool), ActionError> {
    if group.is_empty() {
        return Ok((Vec::new(), false));
    }
    let changes = group
        .into_iter()
        .map(|(_, prepared)| match prepared.id.clone() {
            Some(id) => Change::Put { id, prepared, expected: Expected::Any },
            None => Change::Create { id: None, prepared },
        })
        .collect();
    let commit = Commit {
        source: source.to_owned(),
        lane: Lane::Bulk,
        many_units: true,
        idempotency: Some(Idempotency { client: format!("import:{}", actor.id), key, digest }),
        changes,
    };
    let lens = actions.lens(actor, purpose);
    let committed = actions.record.commit(&lens, actor, purpose, commit).await?;
    Ok((committed.outcomes, committed.replayed))
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
