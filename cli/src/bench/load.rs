//! Load: connections that send one request after the other, and what came of it.
//!
//! The client runs on a thread of its own with a single-threaded runtime, so that it takes little from the server it
//! measures; what it does take is told beside the server's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::client::{Connection, Target};
use super::generate::Seed;
use super::histogram::Histogram;
use super::process;
use super::workload::Template;

/// When a load ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Until {
    Elapsed(Duration),
    Requests(u64),
}

/// One run of load.
#[derive(Clone)]
pub(super) struct Load {
    pub(super) target: Target,
    pub(super) requests: Arc<Vec<Template>>,
    pub(super) connections: usize,
    pub(super) until: Until,
    /// Requests a second, sent when they are due whether or not earlier ones were answered (open loop); `None` sends
    /// the next when the last is answered (closed loop).
    pub(super) rate: Option<f64>,
    pub(super) seed: u64,
    /// The next number for requests that must each have their own.
    pub(super) stamps: Arc<AtomicU64>,
    /// The server's process, when its CPU time is to be told.
    pub(super) server: Option<u32>,
    /// The first process of the database behind it, whose CPU time is the server's too.
    pub(super) database: Option<u32>,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) requests: u64,
    pub(super) errors: u64,
    /// What the first error was.
    pub(super) first_error: Option<String>,
    pub(super) seconds: f64,
    /// In microseconds; of an open loop, from when the request was due.
    pub(super) latency: Histogram,
    /// Of the server, and of the database behind it.
    pub(super) server_cpu_ms: Option<f64>,
    /// Of the database alone.
    pub(super) database_cpu_ms: Option<f64>,
    pub(super) client_cpu_ms: f64,
    pub(super) body_bytes: u64,
}

impl Outcome {
    pub(super) fn per_second(&self) -> f64 {
        self.requests as f64 / self.seconds.max(1e-9)
    }

    /// Milliseconds of the server's CPU for each request.
    pub(super) fn cpu_each(&self) -> Option<f64> {
        Some(self.server_cpu_ms? / (self.requests.max(1)) as f64)
    }

    /// Milliseconds of the database's CPU for each request, when there is one behind the server.
    pub(super) fn database_each(&self) -> Option<f64> {
        Some(self.database_cpu_ms? / (self.requests.max(1)) as f64)
    }

    /// The latency that `share` of requests stay within, in milliseconds.
    pub(super) fn latency_ms(&self, share: f64) -> f64 {
        self.latency.quantile(share) as f64 / 1000.0
    }

    /// # Errors
    /// When any request was refused: a load with errors measures something else.
    pub(super) fn without_errors(self) -> anyhow::Result<Outcome> {
        match &self.first_error {
            None if self.requests > 0 => Ok(self),
            None => bail!("no request was answered"),
            Some(first) => bail!(
                "{} of {} requests failed; the first: {first}",
                self.errors,
                self.requests
            ),
        }
    }
}

/// Runs a load to its end.
///
/// # Errors
/// When no connection can be made, one breaks, or the server stops answering.
pub(super) async fn run(load: Load) -> anyhow::Result<Outcome> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new()
        .name("load".to_owned())
        .spawn(move || {
            let outcome = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(anyhow::Error::from)
                .and_then(|runtime| runtime.block_on(drive(&load)));
            // Nobody listens once the bench was told to stop.
            let _ = tell.send(outcome);
        })?;
    told.await.context("the load client ended early")?
}

/// What connections share.
struct Pace {
    tickets: AtomicU64,
    began: Instant,
    until: Until,
    rate: Option<f64>,
}

impl Pace {
    /// When the next request is due: `None` when the load is over, `Some(None)` at once.
    fn next(&self) -> Option<Option<Instant>> {
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        let due = self
            .rate
            .map(|rate| self.began + Duration::from_secs_f64(ticket as f64 / rate));
        let over = match self.until {
            Until::Requests(most) => ticket >= most,
            Until::Elapsed(most) => due.unwrap_or_else(Instant::now) >= self.began + most,
        };
        (!over).then_some(due)
    }
}

async fn drive(load: &Load) -> anyhow::Result<Outcome> {
    let mut connections = Vec::with_capacity(load.connections);
    for _ in 0..load.connections {
        connections.push(Connection::open(&load.target).await?);
    }
    let server_before = load.server.map(process::cpu_ms).transpose()?;
    let database_before = load.database.map(process::family_cpu_ms).transpose()?;
    let client_before = process::own_cpu_ms()?;
    let began = Instant::now();
    let pace = Arc::new(Pace {
        tickets: AtomicU64::new(0),
        began,
        until: load.until,
        rate: load.rate,
    });
    let mut tasks = JoinSet::new();
    for (number, connection) in connections.into_iter().enumerate() {
        let seed = Seed::new(load.seed.wrapping_add(number as u64).wrapping_mul(0x9e37_79b9));
        tasks.spawn(one(
            connection,
            Arc::clone(&load.requests),
            Arc::clone(&load.stamps),
            Arc::clone(&pace),
            seed,
        ));
    }
    let mut total = Outcome {
        requests: 0,
        errors: 0,
        first_error: None,
        seconds: 0.0,
        latency: Histogram::new(),
        server_cpu_ms: None,
        database_cpu_ms: None,
        client_cpu_ms: 0.0,
        body_bytes: 0,
    };
    let patience = match load.until {
        Until::Elapsed(most) => most + Duration::from_secs(120),
        Until::Requests(_) => Duration::from_secs(1800),
    };
    let all = async {
        while let Some(done) = tasks.join_next().await {
            total.add(done??);
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(patience, all)
        .await
        .map_err(|_| anyhow!("the server stopped answering"))??;
    total.seconds = began.elapsed().as_secs_f64();
    total.client_cpu_ms = process::own_cpu_ms()? - client_before;
    if let (Some(pid), Some(before)) = (load.server, server_before) {
        total.server_cpu_ms = Some(process::cpu_ms(pid)? - before);
    }
    if let (Some(first), Some(before)) = (load.database, database_before) {
        let spent = process::family_cpu_ms(first)? - before;
        total.database_cpu_ms = Some(spent);
        total.server_cpu_ms = total.server_cpu_ms.map(|server| server + spent);
    }
    Ok(total)
}

/// What one connection counted.
struct Counted {
    requests: u64,
    errors: u64,
    first_error: Option<String>,
    latency: Histogram,
    body_bytes: u64,
}

impl Outcome {
    fn add(&mut self, counted: Counted) {
        self.requests += counted.requests;
        self.errors += counted.errors;
        self.body_bytes += counted.body_bytes;
        self.latency.merge(&counted.latency);
        if self.first_error.is_none() {
            self.first_error = counted.first_error;
        }
    }
}

async fn one(
    mut connection: Connection,
    pool: Arc<Vec<Template>>,
    stamps: Arc<AtomicU64>,
    pace: Arc<Pace>,
    mut seed: Seed,
) -> anyhow::Result<Counted> {
    let mut counted = Counted {
        requests: 0,
        errors: 0,
        first_error: None,
        latency: Histogram::new(),
        body_bytes: 0,
    };
    let mut stamped = Vec::new();
    while let Some(due) = pace.next() {
        let template = &pool[seed.below(pool.len() as u64) as usize];
        let request = if template.is_stamped() {
            template.stamp(stamps.fetch_add(1, Ordering::Relaxed), &mut stamped);
            &stamped[..]
        } else {
            template.bytes()
        };
        let began = match due {
            Some(due) if due > Instant::now() => {
                tokio::time::sleep_until(due.into()).await;
                // The timer's own millisecond is not the server's.
                Instant::now()
            }
            // All connections were busy when it was due: the wait counts.
            Some(due) => due,
            None => Instant::now(),
        };
        let reply = connection.exchange(request).await?;
        counted
            .latency
            .add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        counted.requests += 1;
        counted.body_bytes += reply.body.len() as u64;
        if !reply.is_success() {
            counted.errors += 1;
            if counted.first_error.is_none() {
                counted.first_error = Some(reply.words());
            }
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;
    use std::time::Duration;

    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::{Load, Until, run};
    use crate::bench::client::Target;
    use crate::bench::workload::Template;

    /// A server that answers /good with 200 and anything else with 404; it ends with the test.
    async fn load(path: &str, until: Until, rate: Option<f64>) -> Load {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new()
            .route("/good", get(|| async { "fine" }))
            .fallback(|| async { (StatusCode::NOT_FOUND, "not here") });
        tokio::spawn(async move { axum::serve(listener, router).await });
        let target = Target::resolve(&base, None).await.expect("an address");
        let requests = Arc::new(vec![Template::new(target.get(path))]);
        let (seed, stamps, server) = (1, Arc::new(AtomicU64::new(0)), Some(std::process::id()));
        Load {
            target,
            requests,
            connections: 3,
            until,
            rate,
            seed,
            stamps,
            server,
            database: None,
        }
    }

    #[tokio::test]
    async fn a_closed_loop_sends_exactly_the_requests_it_was_told() {
        let outcome = run(load("/good", Until::Requests(100), None).await)
            .await
            .expect("runs");
        assert_eq!(
            (outcome.requests, outcome.errors, outcome.body_bytes),
            (100, 0, 400)
        );
        assert!(outcome.latency_ms(0.5) > 0.0 && outcome.latency_ms(0.5) <= outcome.latency_ms(0.99));
    }

    #[tokio::test]
    async fn an_answer_other_than_success_is_counted_and_fails_the_run() {
        let outcome = run(load("/bad", Until::Requests(10), None).await)
            .await
            .expect("runs");
        assert_eq!((outcome.requests, outcome.errors), (10, 10));
        let words = outcome.without_errors().expect_err("fails").to_string();
        assert!(words.contains("404") && words.contains("not here"), "{words}");
    }

    #[tokio::test]
    async fn an_open_loop_keeps_to_its_rate() {
        let until = Until::Elapsed(Duration::from_millis(500));
        let outcome = run(load("/good", until, Some(100.0)).await).await.expect("runs");
        assert!((45..=50).contains(&outcome.requests), "{}", outcome.requests);
    }
}
