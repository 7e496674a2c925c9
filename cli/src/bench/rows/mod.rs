//! The rows, in the order they are taken: one record grows from 10,000 resources to its full size, and what changes it
//! comes after what only reads it.

mod footprint;
mod growth;
mod import;
mod lens;
mod limit;
mod page;
mod processes;
mod ranked;
mod requests;
mod sign_in;
mod stratify;
mod synthetic;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};

use super::process::{Finished, Started};
use super::run::Bench;
use super::server::{Place, Server};
use super::targets::write_people;
use super::workload::Request;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Row {
    Lens,
    /// A hundred people a second sign in.
    SignIn,
    Synthetic,
    Demo,
    /// The frailty index of a synthetic region.
    Stratify,
    Import,
    Growth,
    Disk,
    Start,
    Memory,
    Read,
    Search,
    Everything,
    Page,
    /// From a commit to the ranked list that has it in.
    Ranked,
    Create,
    Transaction,
    /// One, two and four servers on one database.
    Processes,
}

impl Row {
    pub(super) const ALL: [Row; 18] = [
        Row::Lens,
        Row::SignIn,
        Row::Synthetic,
        Row::Demo,
        Row::Stratify,
        Row::Import,
        Row::Growth,
        Row::Disk,
        Row::Start,
        Row::Memory,
        Row::Read,
        Row::Search,
        Row::Everything,
        Row::Page,
        Row::Ranked,
        Row::Create,
        Row::Transaction,
        Row::Processes,
    ];
}

/// Takes the rows that are wanted.
pub(super) async fn all(bench: &mut Bench) -> anyhow::Result<()> {
    if bench.wants(Row::Lens) && bench.place.database.is_none() {
        lens::measure(bench).await.context("row lens")?;
    }
    if bench.wants(Row::SignIn) && bench.place.database.is_none() {
        sign_in::measure(bench).await.context("row sign-in")?;
    }
    if bench.wants(Row::Synthetic) && bench.place.database.is_none() {
        synthetic::measure(bench).await.context("row synthetic")?;
    }
    if bench.wants(Row::Demo) && bench.place.database.is_none() {
        synthetic::demo(bench).await.context("row demo")?;
    }
    if bench.wants(Row::Stratify) && bench.place.database.is_none() {
        stratify::measure(bench).await.context("row stratify")?;
    }
    if bench.rows.iter().all(|row| {
        matches!(
            row,
            Row::Lens | Row::SignIn | Row::Synthetic | Row::Demo | Row::Stratify
        )
    }) {
        return Ok(());
    }
    // A database keeps what the short imports brought: there is only the import onto it.
    if bench.wants(Row::Import) && bench.place.database.is_none() {
        import::measure(bench).await.context("row import")?;
        if bench.rows == [Row::Import] {
            return Ok(());
        }
    }
    let data = bench.place.scratch.join("record");
    let mut held = 0;
    for stage in stages(bench.size, bench.rows == [Row::Growth]) {
        let path = bench.place.scratch.join("people.ndjson");
        write_people(&path, stage - held, &mut bench.targets)?;
        let finished = import(&bench.place, &data, &path).await?;
        if bench.wants(Row::Import) {
            bench.note(import::of_a_stage(held, stage, &finished));
        }
        std::fs::remove_file(&path)?;
        held = stage;
        if bench.wants(Row::Growth) {
            growth::measure(bench, &data, stage).await.context("row growth")?;
        }
    }
    if bench.wants(Row::Growth) {
        growth::ratios(bench);
    }
    if bench.wants(Row::Disk) {
        footprint::disk(bench, &data)?;
    }
    let first = first_read(bench)?;
    if bench.wants(Row::Start) {
        footprint::start(bench, &data, &first)
            .await
            .context("row start")?;
    }
    let server = Server::start(&bench.place, &data, &first).await?;
    server.at_rest().await?;
    let outcome = under_load(bench, &server).await;
    let stopped = server.stop().await;
    outcome?;
    stopped?;
    // The embedded record belongs to one process.
    if bench.wants(Row::Processes) && bench.place.database.is_some() {
        processes::measure(bench, &data).await.context("row processes")?;
    }
    Ok(())
}

/// The rows of one server over the whole record.
async fn under_load(bench: &mut Bench, server: &Server) -> anyhow::Result<()> {
    let idle = footprint::idle(server).await?;
    for (row, request) in [
        (Row::Read, Request::Read),
        (Row::Search, Request::Search),
        (Row::Everything, Request::Everything),
    ] {
        if bench.wants(row) {
            requests::measure(bench, server, request)
                .await
                .with_context(|| format!("row {}", request.name()))?;
        }
    }
    if bench.wants(Row::Page) {
        page::measure(bench, server).await.context("row page")?;
    }
    if bench.wants(Row::Ranked) {
        ranked::measure(bench, server).await.context("row ranked")?;
    }
    for (row, request) in [
        (Row::Create, Request::Create),
        (Row::Transaction, Request::Transaction),
    ] {
        if bench.wants(row) {
            requests::measure(bench, server, request)
                .await
                .with_context(|| format!("row {}", request.name()))?;
        }
    }
    if bench.wants(Row::Memory) {
        footprint::memory(bench, server, idle)
            .await
            .context("row memory")?;
    }
    Ok(())
}

/// Sizes at which the record is looked at: tenfold steps from 10,000, threefold ones when it is all about growth, then
/// the full size.
fn stages(size: u64, fine: bool) -> Vec<u64> {
    let steps: &[u64] = if fine {
        &[10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000]
    } else {
        &[10_000, 100_000, 1_000_000]
    };
    let mut stages: Vec<u64> = steps.iter().copied().filter(|stage| *stage < size).collect();
    stages.push(size);
    stages
}

/// The first address that a server over the record is asked for.
fn first_read(bench: &Bench) -> anyhow::Result<String> {
    match bench.targets.reads.last() {
        Some(address) => Ok(format!("/{address}")),
        None => bail!("there is nothing in the record"),
    }
}

/// `sarsen import` of one file, to its end.
async fn import(place: &Place, data: &Path, file: &Path) -> anyhow::Result<Finished> {
    let mut command = place.command("import.log")?;
    command
        .arg("import")
        .arg("--data")
        .arg(data)
        .arg(file)
        .stdout(std::process::Stdio::null());
    let finished = Started::spawn("sarsen import", &mut command)?
        .finish(Duration::from_secs(3600))
        .await?;
    if !finished.success {
        let log = std::fs::read_to_string(place.scratch.join("import.log")).unwrap_or_default();
        let rejects = std::fs::read_to_string(data.join("import-rejects.ndjson")).unwrap_or_default();
        let why = log
            .lines()
            .chain(rejects.lines())
            .next()
            .unwrap_or("it says nothing");
        bail!("the import failed: {why}");
    }
    Ok(finished)
}

#[cfg(test)]
mod tests {
    use super::stages;

    #[test]
    fn a_record_is_looked_at_in_tenfold_steps_and_at_its_full_size() {
        assert_eq!(stages(1_000_000, false), [10_000, 100_000, 1_000_000]);
        assert_eq!(stages(100_000, false), [10_000, 100_000]);
        assert_eq!(stages(100_000, true), [10_000, 30_000, 100_000]);
        assert_eq!(stages(5_000, true), [5_000]);
    }
}
