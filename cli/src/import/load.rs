//! Keeping what the sources yield: slices are prepared side by side, and committed so that a resource which stands
//! twice in a file ends as its later line says.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::time::Duration;

use actions::record::{ImportSlice, Imported, PreparedSlice, Rejected, import_bundle, import_slice};
use actions::{ActionError, Actions, Actor, Purpose};
use anyhow::{Context, anyhow};
use fhir::{Document, Issue, IssueCode, ResourceType};
use indicatif::ProgressBar;
use tokio::task::JoinSet;

use super::progress::{Marks, bar};
use super::rejects::Rejects;
use super::sources::{Piece, Shape, Source, next_line, whole};

/// Documents in a slice: one commit each, small enough that the writer's bulk lane yields within its 20 ms.
const SLICE: usize = 250;
/// Slices under way at a time.
const UNDER_WAY: usize = 6;

/// What an import came to.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) files: u64,
    pub(crate) kept: u64,
    pub(crate) kept_before: u64,
    pub(crate) rejected: u64,
    rejects: String,
}

impl Summary {
    pub(super) fn lines(&self, took: Duration) -> Vec<String> {
        let rate = self.kept as f64 / took.as_secs_f64().max(0.001);
        let mut lines = vec![format!(
            "{} file(s): {} resources kept in {:.1} s ({rate:.0} a second), {} kept by an earlier run, {} document(s) refused",
            self.files,
            self.kept,
            took.as_secs_f64(),
            self.kept_before,
            self.rejected
        )];
        if self.rejected > 0 {
            lines.push(format!("why they were refused: {}", self.rejects));
        }
        lines
    }

    fn add(&mut self, imported: &Imported) {
        self.kept += imported.kept as u64;
        self.kept_before += imported.kept_before as u64;
        self.rejected += imported.rejected.len() as u64;
    }
}

/// Keeps every document of every file.
pub(super) async fn load(
    actions: &Actions,
    actor: &Actor,
    files: &[Source],
    mut rejects: Rejects,
) -> anyhow::Result<Summary> {
    let mut summary = Summary {
        rejects: rejects.path().display().to_string(),
        ..Summary::default()
    };
    let mut marks = Marks::read(rejects.path().parent().unwrap_or(Path::new(".")));
    let bar = bar(files.iter().map(|file| file.size).sum());
    for file in files {
        summary.files += 1;
        let outcome = match file.shape {
            Shape::Json => one_document(actions, actor, file, &mut rejects).await,
            Shape::Lines => lines(actions, actor, file, &mut rejects, &mut marks, &bar).await,
        };
        match outcome {
            Ok(imported) => summary.add(&imported),
            Err(error) => {
                rejects.finish()?;
                return Err(error.context(format!(
                    "{}: the import stopped; {} resources are kept, and the same command goes on from there",
                    file.path.display(),
                    summary.kept + summary.kept_before
                )));
            }
        }
        if file.shape == Shape::Json {
            bar.inc(file.size);
        }
        bar.set_message(format!("{} kept", summary.kept + summary.kept_before));
    }
    bar.finish_and_clear();
    rejects.finish()?;
    Ok(summary)
}

async fn one_document(
    actions: &Actions,
    actor: &Actor,
    file: &Source,
    rejects: &mut Rejects,
) -> anyhow::Result<Imported> {
    let digest = match file.digest() {
        Ok(digest) => digest,
        Err(error) => return unreadable(file, rejects, &error),
    };
    let most = actions.limits().max_bytes;
    let piece = match file.open().and_then(|mut reader| whole(reader.as_mut(), most)) {
        Ok(piece) => piece,
        Err(error) => return unreadable(file, rejects, &error),
    };
    let imported = match piece {
        Piece::TooLong => refused(
            0,
            IssueCode::TooLong,
            &format!("the document is larger than {most} bytes"),
        ),
        Piece::Document(bytes) => load_document(actions, actor, &digest, bytes).await?,
    };
    list(file, rejects, &imported.rejected)?;
    Ok(imported)
}

/// Keeps one document: a transaction or batch is carried out, a collection is unpacked, anything else is kept as it is.
///
/// # Errors
/// Only what concerns the record itself; a document that breaks rules is in the answer's rejects.
pub(crate) async fn load_document(
    actions: &Actions,
    actor: &Actor,
    digest: &str,
    bytes: Vec<u8>,
) -> anyhow::Result<Imported> {
    let documents = {
        let document = match Document::scan(&bytes, actions.limits()) {
            Ok(document) => document,
            Err(issues) => {
                return Ok(Imported {
                    rejected: vec![Rejected { place: 0, issues }],
                    ..Imported::default()
                });
            }
        };
        match document.root().bundle() {
            Some(bundle) if matches!(bundle.kind.as_str(), "transaction" | "batch") => None,
            Some(bundle) if matches!(bundle.kind.as_str(), "collection" | "searchset") => Some(
                (1..)
                    .zip(&bundle.entries)
                    .filter_map(|(place, entry)| Some((place, entry.resource?.source().to_vec())))
                    .collect(),
            ),
            _ => Some(vec![(0, bytes.clone())]),
        }
    };
    let Some(documents) = documents else {
        return carry_out(actions, actor, digest, &bytes).await;
    };
    let slice = ImportSlice {
        key: digest.to_owned(),
        documents,
    };
    let prepared = PreparedSlice::new(&slice, actions.limits());
    import_slice(actions, actor, Purpose::DirectCare, "import", prepared)
        .await
        .map_err(stopped)
}

async fn carry_out(actions: &Actions, actor: &Actor, digest: &str, bytes: &[u8]) -> anyhow::Result<Imported> {
    match import_bundle(actions, actor, Purpose::DirectCare, "import", digest, bytes).await {
        Ok(done) => {
            let mut imported = Imported::default();
            let refused = done.answers.iter().filter(|answer| answer.status >= 400);
            let written = done
                .answers
                .iter()
                .filter(|answer| answer.location.is_some())
                .count();
            if done.replayed {
                imported.kept_before = written;
            } else {
                imported.kept = written;
            }
            for (place, answer) in (1..).zip(refused) {
                imported.rejected.push(Rejected {
                    place,
                    issues: answer.issues.clone(),
                });
            }
            Ok(imported)
        }
        Err(error @ (ActionError::Unavailable(_) | ActionError::Busy)) => Err(stopped(error)),
        Err(error) => Ok(Imported {
            rejected: vec![Rejected {
                place: 0,
                issues: error.issues(),
            }],
            ..Imported::default()
        }),
    }
}

async fn lines(
    actions: &Actions,
    actor: &Actor,
    file: &Source,
    rejects: &mut Rejects,
    marks: &mut Marks,
    bar: &ProgressBar,
) -> anyhow::Result<Imported> {
    let (digest, mut reader) = match file.digest().and_then(|digest| Ok((digest, file.open()?))) {
        Ok(both) => both,
        Err(error) => return unreadable(file, rejects, &error),
    };
    let begun = marks.of(&digest);
    let most = actions.limits().max_bytes;
    let mut total = Imported::default();
    let mut under_way = UnderWay::default();
    let mut slice_number = 0u64;
    let mut line_number = 0u64;
    let start = bar.position();
    loop {
        let (documents, ended) =
            match read_slice(reader.as_mut(), most, &mut line_number, &mut total.rejected) {
                Ok(read) => read,
                Err(error) => {
                    under_way.finish(&mut total).await?;
                    list(file, rejects, &total.rejected)?;
                    total.rejected.extend(unreadable(file, rejects, &error)?.rejected);
                    return Ok(total);
                }
            };
        slice_number += 1;
        if !documents.is_empty() {
            if slice_number <= begun {
                total.kept_before += documents.len();
            } else {
                let slice = ImportSlice {
                    key: format!("{digest}/{slice_number}"),
                    documents,
                };
                under_way.begin(actions, actor, slice, &mut total).await?;
            }
        }
        if slice_number > begun && slice_number.is_multiple_of(64) {
            under_way.finish(&mut total).await?;
            marks.set(&digest, slice_number);
        }
        bar.set_message(format!("{} kept", total.kept + total.kept_before));
        bar.set_position(start + file.size.min(line_number * 600));
        if ended {
            break;
        }
    }
    under_way.finish(&mut total).await?;
    marks.set(&digest, slice_number);
    bar.set_position(start + file.size);
    list(file, rejects, &total.rejected)?;
    Ok(total)
}

type Documents = Vec<(u64, Vec<u8>)>;

fn read_slice(
    reader: &mut dyn io::BufRead,
    most: usize,
    line_number: &mut u64,
    rejected: &mut Vec<Rejected>,
) -> io::Result<(Documents, bool)> {
    let mut documents = Vec::with_capacity(SLICE);
    for _ in 0..SLICE {
        let Some(piece) = next_line(reader, most)? else {
            return Ok((documents, true));
        };
        *line_number += 1;
        match piece {
            Piece::Document(line) if line.iter().all(u8::is_ascii_whitespace) => {}
            Piece::Document(line) => documents.push((*line_number, line)),
            Piece::TooLong => {
                let words = format!("the line is longer than {most} bytes");
                rejected.extend(refused(*line_number, IssueCode::TooLong, &words).rejected);
            }
        }
    }
    Ok((documents, false))
}

/// Slices that are being prepared and kept.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<Result<Imported, ActionError>>,
    targets: HashSet<(ResourceType, String)>,
}

impl UnderWay {
    async fn begin(
        &mut self,
        actions: &Actions,
        actor: &Actor,
        slice: ImportSlice,
        total: &mut Imported,
    ) -> anyhow::Result<()> {
        let limits = actions.limits().clone();
        let prepared = tokio::task::spawn_blocking(move || PreparedSlice::new(&slice, &limits)).await?;
        if prepared.targets().any(|target| self.targets.contains(&target)) {
            self.finish(total).await?;
        }
        while self.tasks.len() >= UNDER_WAY {
            self.one(total).await?;
        }
        self.targets.extend(prepared.targets());
        let (actions, actor) = (actions.clone(), actor.clone());
        self.tasks.spawn(async move {
            import_slice(&actions, &actor, Purpose::DirectCare, "import", prepared).await
        });
        Ok(())
    }

    async fn one(&mut self, total: &mut Imported) -> anyhow::Result<()> {
        if let Some(done) = self.tasks.join_next().await {
            let imported = done.context("an import task ended early")?.map_err(stopped)?;
            total.kept += imported.kept;
            total.kept_before += imported.kept_before;
            total.rejected.extend(imported.rejected);
        }
        if self.tasks.is_empty() {
            self.targets.clear();
        }
        Ok(())
    }

    async fn finish(&mut self, total: &mut Imported) -> anyhow::Result<()> {
        while !self.tasks.is_empty() {
            self.one(total).await?;
        }
        Ok(())
    }
}

fn stopped(error: ActionError) -> anyhow::Error {
    anyhow!(error)
}

fn list(file: &Source, rejects: &mut Rejects, rejected: &[Rejected]) -> anyhow::Result<()> {
    for one in rejected {
        rejects.add(&file.path, one.place, &one.issues)?;
    }
    Ok(())
}

/// A file that cannot be read is listed like a document that cannot: the others go on.
fn unreadable(file: &Source, rejects: &mut Rejects, error: &io::Error) -> anyhow::Result<Imported> {
    let imported = refused(
        0,
        IssueCode::Incomplete,
        &format!("the file cannot be read to its end: {error}"),
    );
    list(file, rejects, &imported.rejected)?;
    Ok(imported)
}

fn refused(place: u64, code: IssueCode, words: &str) -> Imported {
    let issues = vec![Issue::error(code, None, words)];
    Imported {
        rejected: vec![Rejected { place, issues }],
        ..Imported::default()
    }
}
