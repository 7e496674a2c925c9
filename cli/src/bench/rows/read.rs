//! Row "read": one resource by its id, and beside it the same bytes through the same HTTP stack.

use anyhow::ensure;

use super::requests::{client_each, cpu_each, latency, per_second};
use crate::bench::client::Connection;
use crate::bench::figures::Figure;
use crate::bench::generate::Seed;
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::workload::{Request, Template};

const LIMIT: &str = "same bytes, same HTTP stack";

pub(super) async fn measure(bench: &mut Bench, server: &Server) -> anyhow::Result<()> {
    let target = server.fhir().await?;
    let requests = Request::Read.render(&target, &bench.targets, &mut Seed::new(11))?;
    let connections = Request::Read.connections();
    let reads = bench
        .measure(bench.load(&target, requests, connections, server.id()))
        .await?;

    // A typical resource: the Observation nearest the front of the pool.
    let address = bench
        .targets
        .reads
        .iter()
        .find(|address| address.starts_with("Observation/"));
    let address = address
        .or(bench.targets.reads.first())
        .cloned()
        .unwrap_or_default();
    let mut connection = Connection::open(&target).await?;
    let reply = connection.exchange(&target.get(&format!("/{address}"))).await?;
    ensure!(reply.is_success(), "{}", reply.words());
    let file = bench.place.scratch.join("still.json");
    std::fs::write(&file, reply.body)?;
    let still = Server::start_still(&bench.place, &file).await?;
    let still_target = still.fhir().await?;
    let request = Template::new(still_target.get(&format!("/{address}")));
    let limits = bench
        .measure(bench.load(&still_target, vec![request], connections, still.id()))
        .await?;
    drop(still);

    let size = bench.size;
    bench.note(vec![
        Figure::new("read", size, cpu_each(&reads), "CPU-ms each")
            .at_most(0.05)
            .beside(LIMIT, cpu_each(&limits)),
        Figure::new("read", size, per_second(&reads), "requests/s")
            .at_least(20_000.0)
            .beside(LIMIT, per_second(&limits)),
        Figure::new("read", size, latency(&reads, 0.99), "p99 ms")
            .at_most(4.0)
            .beside(LIMIT, latency(&limits, 0.99)),
        Figure::new("read", size, client_each(&reads), "load client CPU-ms each"),
    ]);
    Ok(())
}
