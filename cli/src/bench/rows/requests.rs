//! Rows of one kind of request in closed loop: read, search, everything, create, transaction; those that read stand
//! beside their limit.

use anyhow::{Context, ensure};

use super::limit;
use crate::bench::client::{Connection, Target};
use crate::bench::figures::{Figure, median};
use crate::bench::generate::Seed;
use crate::bench::load::Outcome;
use crate::bench::load_command::entries;
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::targets::THOUSAND;
use crate::bench::workload::{RESULTS, Request, TRANSACTION, Template};

pub(super) async fn measure(bench: &mut Bench, server: &Server, request: Request) -> anyhow::Result<()> {
    let target = server.fhir().await?;
    let requests = request.render(&target, &bench.targets, &mut Seed::new(11))?;
    let connections = request.connections();
    let sample = match request {
        Request::Read | Request::Search | Request::Everything => {
            Some(sample(&target, request, &requests).await?)
        }
        Request::Create | Request::Transaction => None,
    };
    let outcomes = bench
        .measure(bench.load(&target, requests, connections, server.id()))
        .await?;
    let limits = match &sample {
        Some((template, body)) => limit::of(bench, template, body, connections).await?,
        None => Vec::new(),
    };
    let figures = figures(request, bench.size, &outcomes);
    let figures = figures.into_iter().map(|(figure, same)| match same {
        Some(same) if !limits.is_empty() => figure.beside(limit::NAME, same(&limits)),
        _ => figure,
    });
    bench.note(figures.collect());
    Ok(())
}

/// One request with its answer, checked to hold what the row says.
async fn sample(
    target: &Target,
    request: Request,
    requests: &[Template],
) -> anyhow::Result<(Template, Vec<u8>)> {
    let is_typical = |template: &&Template| {
        request != Request::Read || String::from_utf8_lossy(template.bytes()).contains("/Observation/")
    };
    let template = requests.iter().find(is_typical).or(requests.first());
    let template = template.context("there is nothing to ask for")?;
    let mut connection = Connection::open(target).await?;
    let reply = connection.exchange(template.bytes()).await?;
    ensure!(reply.is_success(), "{}", reply.words());
    let (found, wanted) = match request {
        Request::Search => (entries(reply.body), RESULTS),
        Request::Everything => (entries(reply.body), THOUSAND),
        Request::Create | Request::Read | Request::Transaction => (1, 1),
    };
    ensure!(found == wanted, "{found} entries for {wanted}: {}", reply.words());
    Ok((template.clone(), reply.body.to_vec()))
}

/// A figure, and how the same is read from the limit's outcomes.
type Compared = (Figure, Option<fn(&[Outcome]) -> f64>);

fn figures(request: Request, size: u64, outcomes: &[Outcome]) -> Vec<Compared> {
    let p95 = |outcomes: &[Outcome]| latency(outcomes, 0.95);
    let p99 = |outcomes: &[Outcome]| latency(outcomes, 0.99);
    let name = request.name();
    let figure = |value: f64, unit: &'static str| Figure::new(name, size, value, unit);
    let cpu = figure(cpu_each(outcomes), "CPU-ms each");
    let rate = figure(per_second(outcomes), "requests/s");
    let slow = figure(p99(outcomes), "p99 ms");
    let mut figures: Vec<Compared> = match request {
        Request::Create => vec![
            (cpu.at_most(0.25), Some(cpu_each)),
            (rate.at_least(4000.0), Some(per_second)),
            (slow.at_most(15.0), Some(p99)),
        ],
        Request::Read => vec![
            (cpu.at_most(0.05), Some(cpu_each)),
            (rate.at_least(20_000.0), Some(per_second)),
            (slow.at_most(4.0), Some(p99)),
        ],
        Request::Search => {
            vec![
                (cpu.at_most(0.25), Some(cpu_each)),
                (rate, Some(per_second)),
                (slow, Some(p99)),
            ]
        }
        Request::Everything => vec![
            (cpu.at_most(4.0), Some(cpu_each)),
            (rate, Some(per_second)),
            (figure(p95(outcomes), "p95 ms").at_most(10.0), Some(p95)),
        ],
        Request::Transaction => {
            let per_core = TRANSACTION as f64 * 1000.0 / cpu_each(outcomes);
            let resources = per_second(outcomes) * TRANSACTION as f64;
            vec![
                (figure(per_core, "resources/s per core").at_least(6000.0), None),
                (figure(resources, "resources/s"), None),
                (slow, None),
            ]
        }
    };
    let database: Vec<f64> = outcomes.iter().filter_map(Outcome::database_each).collect();
    if !database.is_empty() {
        figures.push((figure(median(database), "of them the database's CPU-ms"), None));
    }
    figures.push((figure(client_each(outcomes), "load client CPU-ms each"), None));
    figures
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
