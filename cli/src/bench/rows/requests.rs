//! Rows of one kind of request in closed loop: create, search, everything, transaction.

use anyhow::ensure;

use crate::bench::client::Connection;
use crate::bench::figures::{Figure, median};
use crate::bench::generate::Seed;
use crate::bench::load::Outcome;
use crate::bench::load_command::entries;
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::targets::THOUSAND;
use crate::bench::workload::{RESULTS, Request, TRANSACTION};

pub(super) async fn measure(bench: &mut Bench, server: &Server, request: Request) -> anyhow::Result<()> {
    let target = server.fhir().await?;
    let requests = request.render(&target, &bench.targets, &mut Seed::new(11))?;
    let wanted = match request {
        Request::Search => Some(RESULTS),
        Request::Everything => Some(THOUSAND),
        Request::Create | Request::Read | Request::Transaction => None,
    };
    if let Some(wanted) = wanted {
        let mut connection = Connection::open(&target).await?;
        let reply = connection.exchange(requests[0].bytes()).await?;
        let found = entries(reply.body);
        ensure!(found == wanted, "{found} entries for {wanted}: {}", reply.words());
    }
    let load = bench.load(&target, requests, request.connections(), server.id());
    let outcomes = bench.measure(load).await?;
    let size = bench.size;
    let cpu = cpu_each(&outcomes);
    let (rate, p95, p99) = (
        per_second(&outcomes),
        latency(&outcomes, 0.95),
        latency(&outcomes, 0.99),
    );
    let name = request.name();
    let figures = match request {
        Request::Create => vec![
            Figure::new(name, size, cpu, "CPU-ms each").at_most(0.25),
            Figure::new(name, size, rate, "requests/s").at_least(4000.0),
            Figure::new(name, size, p99, "p99 ms").at_most(15.0),
        ],
        Request::Search => vec![
            Figure::new(name, size, cpu, "CPU-ms each").at_most(0.25),
            Figure::new(name, size, rate, "requests/s"),
            Figure::new(name, size, p99, "p99 ms"),
        ],
        Request::Everything => vec![
            Figure::new(name, size, cpu, "CPU-ms each").at_most(4.0),
            Figure::new(name, size, rate, "requests/s"),
            Figure::new(name, size, p95, "p95 ms").at_most(10.0),
        ],
        Request::Transaction => vec![
            Figure::new(
                name,
                size,
                TRANSACTION as f64 * 1000.0 / cpu,
                "resources/s per core",
            )
            .at_least(6000.0),
            Figure::new(name, size, rate * TRANSACTION as f64, "resources/s"),
            Figure::new(name, size, p99, "p99 ms"),
        ],
        Request::Read => Vec::new(),
    };
    bench.note(figures);
    bench.note(vec![Figure::new(
        name,
        size,
        client_each(&outcomes),
        "load client CPU-ms each",
    )]);
    Ok(())
}

/// Milliseconds of the server's CPU for each request.
pub(super) fn cpu_each(outcomes: &[Outcome]) -> f64 {
    median(outcomes.iter().filter_map(Outcome::cpu_each).collect())
}

pub(super) fn per_second(outcomes: &[Outcome]) -> f64 {
    median(outcomes.iter().map(Outcome::per_second).collect())
}

pub(super) fn latency(outcomes: &[Outcome], share: f64) -> f64 {
    median(outcomes.iter().map(|outcome| outcome.latency_ms(share)).collect())
}

pub(super) fn client_each(outcomes: &[Outcome]) -> f64 {
    median(
        outcomes
            .iter()
            .map(|outcome| outcome.client_cpu_ms / outcome.requests.max(1) as f64)
            .collect(),
    )
}
