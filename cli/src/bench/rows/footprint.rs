//! Rows "disk", "start" and "memory": what a record of this size asks of the machine.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::bench::figures::{Figure, median};
use crate::bench::generate::Seed;
use crate::bench::load::{Load, Until, run};
use crate::bench::process::{self, Memory};
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::workload::Request;

/// Everything in the record's folder: database, audit, marks.
pub(super) fn disk(bench: &mut Bench, data: &Path) -> anyhow::Result<()> {
    let mut bytes = process::disk_bytes(data)?;
    if let Some(database) = &bench.place.database {
        // Tables and indexes, without the write-ahead log, whose size is a setting.
        bytes += process::disk_bytes(&database.folder.join("data/base"))?;
    }
    let each = bytes as f64 / bench.size as f64;
    bench.note(vec![
        Figure::new("disk", bench.size, each, "bytes each").at_most(600.0),
    ]);
    Ok(())
}

/// From exec to the first answer, the files being in the system's cache.
pub(super) async fn start(bench: &mut Bench, data: &Path, first: &str) -> anyhow::Result<()> {
    // The first after an import builds its views from everybody; the others begin from their snapshots.
    let server = Server::start(&bench.place, data, first).await?;
    let began = Instant::now();
    let cpu_ms = server.at_rest().await?;
    // The last second was one of rest.
    let built = server.ready_after.as_secs_f64() + began.elapsed().as_secs_f64() - 1.0;
    server.stop().await?;
    bench.note(vec![
        Figure::new("views built", bench.size, built, "s from start"),
        Figure::new(
            "views built",
            bench.size,
            cpu_ms / bench.size as f64,
            "CPU-ms a resource",
        ),
    ]);
    let mut seconds = Vec::with_capacity(bench.runs);
    for _ in 0..bench.runs {
        let server = Server::start(&bench.place, data, first).await?;
        seconds.push(server.ready_after.as_secs_f64());
        server.stop().await?;
    }
    bench.note(vec![
        Figure::new("start", bench.size, median(seconds), "s to first answer").at_most(1.0),
    ]);
    Ok(())
}

/// Memory of a server that has answered once.
pub(super) async fn idle(server: &Server) -> anyhow::Result<Memory> {
    tokio::time::sleep(Duration::from_millis(500)).await;
    process::memory(server.id())
}

/// Memory at its peak, after every row before this one and a round of each kind of request.
pub(super) async fn memory(bench: &mut Bench, server: &Server, idle: Memory) -> anyhow::Result<()> {
    let target = server.fhir().await?;
    for request in [
        Request::Read,
        Request::Create,
        Request::Search,
        Request::Everything,
        Request::Transaction,
    ] {
        let requests = request.render(&target, &bench.targets, &mut Seed::new(12))?;
        let load = bench.load(&target, requests, request.connections(), server.id());
        run(Load {
            until: Until::Elapsed(bench.each),
            ..load
        })
        .await?
        .without_errors()?;
    }
    let loaded = process::memory(server.id())?;
    bench.note(vec![
        Figure::new("memory", bench.size, idle.resident, "MB idle").at_most(100.0),
        Figure::new("memory", bench.size, loaded.peak, "MB peak under load").at_most(500.0),
    ]);
    Ok(())
}
