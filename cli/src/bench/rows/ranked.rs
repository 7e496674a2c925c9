//! Row "ranked": from a commit to the region's risk list that has it in, as somebody sees it who looks at once; and the population's first page.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::json;

use super::page::sign_in;
use crate::bench::client::Connection;
use crate::bench::figures::Figure;
use crate::bench::histogram::Histogram;
use crate::bench::run::Bench;
use crate::bench::server::Server;

/// Commits, each with the looks that it takes until the list has it in.
const TIMES: usize = 200;
/// What the page says when nothing that was committed is missing.
const TAKEN_IN: &str = "everything that is recorded is taken in";
/// How long the list may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Milliseconds that a list may take, at the 99th percentile.
const GOAL: f64 = 100.0;

pub(super) async fn measure(bench: &mut Bench, server: &Server) -> anyhow::Result<()> {
    let (api, pages) = (server.fhir().await?, server.root().await?);
    let person = bench
        .targets
        .thousand
        .clone()
        .context("there is no person of 1,000 resources")?;
    let cookie = format!("Cookie: {}\r\n", sign_in(&pages).await?);
    let list = pages.get_with("/staff/risk?scope=region:all&show=waiting", &cookie);
    let figures = pages.get_with("/staff/population?scope=region:all", &cookie);
    let mut writer = Connection::open(&api).await?;
    let mut reader = Connection::open(&pages).await?;
    let (mut ranked, mut looks, mut page) = (Histogram::new(), 0u32, Histogram::new());
    for number in 0..TIMES {
        let condition = json!({
            "resourceType": "Condition",
            "subject": { "reference": format!("Patient/{person}") },
            "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "38341003" }] },
            "recordedDate": format!("2025-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
        });
        let request = api.post("/Condition", &condition.to_string());
        let began = Instant::now();
        let kept = writer.exchange(&request).await?;
        ensure!(kept.is_success(), "a commit failed: {}", kept.words());
        loop {
            looks += 1;
            let reply = reader.exchange(&list).await?;
            ensure!(reply.status == 200, "the list does not come: {}", reply.words());
            if String::from_utf8_lossy(reply.body).contains(TAKEN_IN) {
                break;
            }
            ensure!(began.elapsed() < PATIENCE, "the list never has the commit in");
        }
        ranked.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        let began = Instant::now();
        let reply = reader.exchange(&figures).await?;
        ensure!(reply.status == 200, "the page does not come: {}", reply.words());
        page.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    let size = bench.size;
    let at = |histogram: &Histogram, share| histogram.quantile(share) as f64 / 1000.0;
    bench.note(vec![
        Figure::new("commit to ranked list", size, at(&ranked, 0.5), "p50 ms"),
        Figure::new("commit to ranked list", size, at(&ranked, 0.99), "p99 ms").at_most(GOAL),
        Figure::new(
            "commit to ranked list",
            size,
            f64::from(looks) / TIMES as f64,
            "looks until it is in",
        ),
        Figure::new("population page", size, at(&page, 0.5), "p50 ms"),
        Figure::new("population page", size, at(&page, 0.99), "p99 ms"),
    ]);
    Ok(())
}
