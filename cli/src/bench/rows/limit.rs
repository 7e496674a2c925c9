//! The limit of what reads: the bytes that were answered, from memory, through the same HTTP stack.

use crate::bench::load::Outcome;
use crate::bench::run::Bench;
use crate::bench::server::Server;
use crate::bench::workload::Template;

/// What the limit is called in the table.
pub(super) const NAME: &str = "same bytes, same HTTP stack";

/// Measures a server that answers every request, here `request`, with `body`.
pub(super) async fn of(
    bench: &Bench,
    request: &Template,
    body: &[u8],
    connections: usize,
) -> anyhow::Result<Vec<Outcome>> {
    let file = bench.place.scratch.join("still.json");
    std::fs::write(&file, body)?;
    let still = Server::start_still(&bench.place, &file).await?;
    let load = bench.load(
        &still.fhir().await?,
        vec![request.clone()],
        connections,
        still.id(),
    );
    bench.measure(load).await
}
