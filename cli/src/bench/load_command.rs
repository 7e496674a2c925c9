//! `sarsen bench load`: one row's load on any FHIR R4 base URL.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::bail;

use super::client::{Connection, Target};
use super::figures::number;
use super::generate::{Mix, Seed};
use super::load::{Load, Outcome, Until, run as run_load};
use super::targets::{THOUSAND, Targets, seed};
use super::workload::{Request, TRANSACTION};
use crate::house::say;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The FHIR base, such as http://127.0.0.1:8080/fhir.
    #[arg(long, value_name = "URL")]
    base: String,
    /// Sent as `Authorization: Bearer`; leave it out for a server that asks for none.
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// What each request does.
    #[arg(long, value_name = "ROW")]
    row: Request,
    /// Connections, each with one request under way. [default: those of the row]
    #[arg(long, value_name = "N")]
    connections: Option<usize>,
    /// How long the load lasts.
    #[arg(long, default_value_t = 10.0, value_name = "SECONDS")]
    seconds: f64,
    /// Requests a second, sent when due (open loop); left out: as fast as the server answers.
    #[arg(long, value_name = "RATE")]
    rate: Option<f64>,
    /// The server's process on this machine, to tell its CPU time and memory.
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,
    /// People to create first, for the load to be about.
    #[arg(long, default_value_t = 20, value_name = "N")]
    people: u64,
    /// Another number invents another order of requests.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    check(&arguments)?;
    let target = Target::resolve(&arguments.base, arguments.token.as_deref()).await?;
    let row = arguments.row;
    let targets = match row {
        Request::Create | Request::Read => seed(&target, arguments.people, 60, Mix::Life).await?,
        Request::Search => seed(&target, arguments.people, 62, Mix::HeartRates).await?,
        Request::Everything => seed(&target, 1, THOUSAND, Mix::Life).await?,
        Request::Transaction => Targets::default(),
    };
    let requests = row.render(&target, &targets, &mut Seed::new(arguments.seed))?;
    if matches!(row, Request::Search | Request::Everything) {
        let mut connection = Connection::open(&target).await?;
        let reply = connection.exchange(requests[0].bytes()).await?;
        say(&format!(
            "the first answer: status {}, {} entries",
            reply.status,
            entries(reply.body)
        ));
    }
    let connections = arguments.connections.unwrap_or_else(|| row.connections());
    let load = Load {
        target,
        requests: Arc::new(requests),
        connections,
        until: Until::Elapsed(Duration::from_secs_f64(arguments.seconds)),
        rate: arguments.rate,
        seed: arguments.seed,
        stamps: Arc::new(AtomicU64::new(0)),
        server: arguments.server_pid,
        database: None,
    };
    let outcome = run_load(load).await?;
    for line in lines(row, connections, &outcome) {
        say(&line);
    }
    if let Some(pid) = arguments.server_pid {
        let memory = super::process::memory(pid)?;
        say(&format!(
            "server memory: {} MB resident, {} MB at its peak",
            number(memory.resident),
            number(memory.peak)
        ));
    }
    Ok(if outcome.errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn check(arguments: &Arguments) -> anyhow::Result<()> {
    if !(0.01..=86_400.0).contains(&arguments.seconds) {
        bail!("--seconds: from 0.01 to 86400");
    }
    if arguments.rate.is_some_and(|rate| !(0.01..=1e6).contains(&rate)) {
        bail!("--rate: from 0.01 to 1000000 requests a second");
    }
    if arguments
        .connections
        .is_some_and(|connections| !(1..=10_000).contains(&connections))
    {
        bail!("--connections: from 1 to 10000");
    }
    if !(1..=100_000).contains(&arguments.people) {
        bail!("--people: from 1 to 100000");
    }
    Ok(())
}

/// Entries of a Bundle that hold a resource; 0 of anything else.
pub(super) fn entries(body: &[u8]) -> usize {
    let bundle: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let entries = bundle.get("entry").and_then(serde_json::Value::as_array);
    entries.map_or(0, |entries| {
        entries
            .iter()
            .filter(|entry| entry.get("resource").is_some())
            .count()
    })
}

fn lines(row: Request, connections: usize, outcome: &Outcome) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{}: {} requests on {connections} connections in {:.1} s, {} errors",
            row.name(),
            outcome.requests,
            outcome.seconds,
            outcome.errors
        ),
        format!(
            "{} a second; p50 {} ms, p99 {} ms; {} bytes an answer",
            number(outcome.per_second()),
            number(outcome.latency_ms(0.5)),
            number(outcome.latency_ms(0.99)),
            outcome.body_bytes / outcome.requests.max(1)
        ),
    ];
    if let Some(each) = outcome.cpu_each() {
        lines.push(format!("server: {} CPU-ms a request", number(each)));
        if row == Request::Transaction && each > 0.0 {
            let each_second = TRANSACTION as f64 * 1000.0 / each;
            lines.push(format!(
                "server: {} resources a second per core",
                number(each_second)
            ));
        }
    }
    let client = outcome.client_cpu_ms / outcome.requests.max(1) as f64;
    lines.push(format!("load client: {} CPU-ms a request", number(client)));
    if let Some(error) = &outcome.first_error {
        lines.push(format!("the first error: {error}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn entries_with_a_resource_are_counted_wherever_else_the_word_stands() {
        let bundle = br#"{"resourceType":"Bundle","entry":[{"resource":{"a":"resource"}},{"response":{}},{"resource":{}}]}"#;
        assert_eq!(entries(bundle), 2);
        assert_eq!(entries(b"not JSON"), 0);
    }
}
