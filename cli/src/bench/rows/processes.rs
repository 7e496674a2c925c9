//! Row "processes": one, two and four servers on one database, the load spread over them. On one machine they share its
//! cores: what shows is what another process costs, not what another machine would bring.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::bench::figures::{Figure, median};
use crate::bench::generate::Seed;
use crate::bench::load::{Load, Outcome, Until, run};
use crate::bench::process::family_cpu_ms;
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::workload::Request;

const COUNTS: [(usize, &str, &str); 3] = [
    (1, "read, 1 process", "create, 1 process"),
    (2, "read, 2 processes", "create, 2 processes"),
    (4, "read, 4 processes", "create, 4 processes"),
];

/// Reads and creates through more and more servers.
pub(super) async fn measure(bench: &mut Bench, data: &Path) -> anyhow::Result<()> {
    let first = super::first_read(bench)?;
    let mut servers = Vec::new();
    for (count, read, create) in COUNTS {
        while servers.len() < count {
            let folder = folder_of_another(bench, data, servers.len())?;
            let server = Server::start(&bench.place, &folder, &first).await?;
            server.at_rest().await?;
            servers.push(server);
        }
        for (request, name) in [(Request::Read, read), (Request::Create, create)] {
            let figures = through(bench, &servers, request, name).await?;
            bench.note(figures);
        }
    }
    for server in servers {
        server.stop().await?;
    }
    Ok(())
}

/// The folder of the process with this number: the first has the record's own, each other a new one with its keys.
fn folder_of_another(bench: &Bench, data: &Path, number: usize) -> anyhow::Result<PathBuf> {
    if number == 0 {
        return Ok(data.to_owned());
    }
    let folder = bench.place.scratch.join(format!("process-{number}"));
    std::fs::create_dir_all(folder.join("keys"))?;
    for key in std::fs::read_dir(data.join("keys"))? {
        let key = key?;
        std::fs::copy(key.path(), folder.join("keys").join(key.file_name()))?;
    }
    Ok(folder)
}

async fn through(
    bench: &Bench,
    servers: &[Server],
    request: Request,
    name: &'static str,
) -> anyhow::Result<Vec<Figure>> {
    let Some(database) = &bench.place.database else {
        bail!("one process keeps an embedded record");
    };
    let mut loads = Vec::new();
    for server in servers {
        let target = server.fhir().await?;
        let requests = request.render(&target, &bench.targets, &mut Seed::new(11))?;
        let connections = (request.connections() / servers.len()).max(1);
        loads.push(Load {
            database: None,
            until: Until::Elapsed(bench.each),
            ..bench.load(&target, requests, connections, server.id())
        });
    }
    at_once(&loads, 1).await?;
    let (mut costs, mut rates, mut slow) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..bench.runs {
        let before = family_cpu_ms(database.process)?;
        let outcomes = at_once(&loads, number as u64 + 2).await?;
        let spent = family_cpu_ms(database.process)? - before;
        let requests: u64 = outcomes.iter().map(|outcome| outcome.requests).sum();
        let servers: f64 = outcomes.iter().filter_map(|outcome| outcome.server_cpu_ms).sum();
        costs.push((servers + spent) / requests.max(1) as f64);
        rates.push(outcomes.iter().map(Outcome::per_second).sum());
        slow.push(
            outcomes
                .iter()
                .map(|outcome| outcome.latency_ms(0.99))
                .fold(0.0, f64::max),
        );
    }
    let figure = |values: Vec<f64>, unit| Figure::new(name, bench.size, median(values), unit);
    Ok(vec![
        figure(costs, "CPU-ms each"),
        figure(rates, "requests/s"),
        figure(slow, "p99 ms"),
    ])
}

/// All loads at the same time.
async fn at_once(loads: &[Load], seed: u64) -> anyhow::Result<Vec<Outcome>> {
    let mut running = Vec::new();
    for (number, load) in loads.iter().enumerate() {
        let load = Load {
            seed: seed * 64 + number as u64,
            ..load.clone()
        };
        running.push(tokio::spawn(run(load)));
    }
    let mut outcomes = Vec::with_capacity(running.len());
    for each in running {
        outcomes.push(each.await??.without_errors()?);
    }
    Ok(outcomes)
}
