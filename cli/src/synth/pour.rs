//! Lives into the record: made and checked side by side, kept in slices that are each kept once.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use actions::record::{ImportSlice, Imported, PreparedSlice, import_slice};
use actions::{Actions, Purpose};
use anyhow::{Context, anyhow};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use synthetic::Region;
use synthetic::fhir::{Rendered, directory, resources};
use tokio::task::JoinSet;

use super::Kept;
use crate::import::import_actor;

/// Documents in a slice, as for an import.
const SLICE: usize = 250;
/// Lives under way at a time.
const UNDER_WAY: usize = 4;

/// How far it is, for whoever shows it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Progress(Arc<AtomicU32>);

impl Progress {
    /// Lives that are in the record.
    pub(crate) fn lives(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What pouring came to.
#[derive(Debug, Default)]
pub(crate) struct Poured {
    pub(crate) kept: u64,
    pub(crate) kept_before: u64,
}

/// A bar in lives on a terminal, nothing elsewhere.
pub(crate) fn bar(lives: u64) -> ProgressBar {
    let bar = ProgressBar::new(lives);
    if !std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} lives  {msg}  {eta}") {
        bar.set_style(style);
    }
    bar
}

/// The directory: organisations, places, services and workers.
pub(crate) async fn pour_directory(
    actions: &Actions,
    region: &Arc<Region>,
    kept: &Kept,
) -> anyhow::Result<Poured> {
    let mut poured = Poured::default();
    let rendered = directory(&region.place, &region.parameters, region.options.seed);
    let slices = prepared(rendered, &format!("{}/directory", kept.key()), actions);
    keep(actions, slices, &mut poured).await?;
    Ok(poured)
}

/// Every life, in order; what an earlier run kept is passed over.
pub(crate) async fn pour(
    actions: &Actions,
    region: &Arc<Region>,
    kept: &Kept,
    folder: &Path,
    progress: &Progress,
    bar: Option<&ProgressBar>,
) -> anyhow::Result<Poured> {
    let mark = folder.join("region-poured.txt");
    let begun = begun(&mark, kept).min(region.lives());
    let mut poured = Poured::default();
    let mut tasks: JoinSet<anyhow::Result<(usize, Poured)>> = JoinSet::new();
    // Lives end in any order: the mark is how many are kept without a gap.
    let mut done = std::collections::BTreeSet::new();
    let mut without_gap = begun;
    let mut next = begun;
    progress.0.store(begun as u32, Ordering::Relaxed);
    while next < region.lives() || !tasks.is_empty() {
        while next < region.lives() && tasks.len() < UNDER_WAY {
            let (actions, region, kept) = (actions.clone(), Arc::clone(region), kept.clone());
            let index = next;
            tasks.spawn(async move {
                let of_life = actions.clone();
                let slices = tokio::task::spawn_blocking(move || {
                    let life = region.life_on(index, region.options.today);
                    let rendered = resources(
                        &region.place,
                        &region.parameters,
                        region.options.seed,
                        region.options.today,
                        &life,
                    );
                    prepared(rendered, &format!("{}/{index}", kept.key()), &of_life)
                })
                .await?;
                let mut poured = Poured::default();
                keep(&actions, slices, &mut poured).await?;
                Ok((index, poured))
            });
            next += 1;
        }
        let Some(ended) = tasks.join_next().await else {
            break;
        };
        let (index, one) = ended.context("a life ended early")??;
        poured.kept += one.kept;
        poured.kept_before += one.kept_before;
        done.insert(index);
        while done.remove(&without_gap) {
            without_gap += 1;
        }
        progress.0.store(without_gap as u32, Ordering::Relaxed);
        if let Some(bar) = bar {
            bar.set_position(without_gap as u64);
            bar.set_message(format!("{} resources", poured.kept + poured.kept_before));
        }
        if without_gap.is_multiple_of(100) || without_gap == region.lives() {
            super::options::write_whole(&mark, format!("{} {without_gap}\n", kept.key()).as_bytes())?;
        }
    }
    Ok(poured)
}

/// How many lives an earlier run kept: a hint that saves making them again; the slices' keys are what keeps each once.
fn begun(mark: &Path, kept: &Kept) -> usize {
    let text = std::fs::read_to_string(mark).unwrap_or_default();
    text.trim()
        .rsplit_once(' ')
        .filter(|(key, _)| *key == kept.key())
        .and_then(|(_, count)| count.parse().ok())
        .unwrap_or(0)
}

pub(super) fn prepared(rendered: Vec<Rendered>, key: &str, actions: &Actions) -> Vec<PreparedSlice> {
    let mut slices = Vec::with_capacity(rendered.len().div_ceil(SLICE));
    let mut documents = Vec::with_capacity(SLICE.min(rendered.len()));
    let mut place = 0;
    let count = rendered.len();
    for one in rendered {
        place += 1;
        documents.push((place, one.body));
        if documents.len() == SLICE || place as usize == count {
            let slice = ImportSlice {
                key: format!("{key}/{}", slices.len()),
                documents: std::mem::take(&mut documents),
            };
            slices.push(PreparedSlice::new(&slice, actions.limits()));
        }
    }
    slices
}

pub(super) async fn keep(
    actions: &Actions,
    slices: Vec<PreparedSlice>,
    poured: &mut Poured,
) -> anyhow::Result<()> {
    for slice in slices {
        let imported: Imported =
            import_slice(actions, &import_actor(), Purpose::DirectCare, "synthetic", slice)
                .await
                .map_err(|error| {
                    anyhow!(error).context(
                        "the region stopped growing; what is kept is whole, and the same command goes on",
                    )
                })?;
        if let Some(rejected) = imported.rejected.first() {
            let why = rejected
                .issues
                .first()
                .map_or("", |issue| issue.diagnostics.as_str());
            return Err(anyhow!(
                "a generated resource (place {}) broke a rule: {why}",
                rejected.place
            ));
        }
        poured.kept += imported.kept as u64;
        poured.kept_before += imported.kept_before as u64;
    }
    Ok(())
}
