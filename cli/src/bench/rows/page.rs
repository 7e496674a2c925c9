//! Row "page": the record page of the person of 1,000 resources, signed in as a browser would be.

use std::time::Duration;

use anyhow::{Context, anyhow, ensure};

use super::requests::{cpu_each, latency};
use crate::bench::client::{Connection, Target};
use crate::bench::figures::Figure;
use crate::bench::http::header_values;
use crate::bench::load::{Load, Until};
use crate::bench::run::Bench;
use crate::bench::server::{Server, TOKEN};
use crate::bench::workload::Template;

/// Path below the person, name, pages a second, p95 in milliseconds.
const PAGES: [(&str, &str, &str, f64, f64); 2] = [
    (
        "",
        "record page: first two minutes",
        "record page: first two minutes (cold)",
        100.0,
        15.0,
    ),
    (
        "/timeline",
        "record page: full story",
        "record page: full story (cold)",
        20.0,
        60.0,
    ),
];
/// Connections that pages are asked for on; enough that one is free when a page is due.
const CONNECTIONS: usize = 16;

pub(super) async fn measure(bench: &mut Bench, server: &Server) -> anyhow::Result<()> {
    let target = server.root().await?;
    let person = bench
        .targets
        .thousand
        .clone()
        .context("there is no person of 1,000 resources")?;
    let cookie = sign_in(&target).await?;
    let size = bench.size;
    for (below, name, cold_name, rate, goal) in PAGES {
        let request = target.get_with(
            &format!("/staff/person/{person}{below}"),
            &format!("Cookie: {cookie}\r\n"),
        );
        let cold = first(&target, &request).await?;
        let load = bench.load(&target, vec![Template::new(request)], CONNECTIONS, server.id());
        let until = Until::Elapsed(bench.each.max(Duration::from_millis(500)));
        let outcomes = bench
            .measure(Load {
                rate: Some(rate),
                until,
                ..load
            })
            .await?;
        bench.note(vec![
            Figure::new(name, size, latency(&outcomes, 0.95), "p95 ms").at_most(goal),
            Figure::new(name, size, cpu_each(&outcomes), "CPU-ms each"),
            Figure::new(cold_name, size, cold, "ms for the first after other work"),
        ]);
    }
    Ok(())
}

/// The first page, in milliseconds; checked to be the page.
async fn first(target: &Target, request: &[u8]) -> anyhow::Result<f64> {
    let mut connection = Connection::open(target).await?;
    let began = std::time::Instant::now();
    let reply = connection.exchange(request).await?;
    let took = began.elapsed().as_secs_f64() * 1000.0;
    ensure!(
        reply.status == 200,
        "the record page does not come: {}",
        reply.words()
    );
    ensure!(
        reply.body.starts_with(b"<!doctype html") || reply.body.starts_with(b"<!DOCTYPE html"),
        "{}",
        reply.words()
    );
    Ok(took)
}

/// Signs in by the form; the cookie to send with every request.
pub(super) async fn sign_in(target: &Target) -> anyhow::Result<String> {
    let mut connection = Connection::open(target).await?;
    let form = connection.exchange(&target.get_with("/sign-in", "")).await?;
    ensure!(
        form.status == 200,
        "the sign-in page does not come: {}",
        form.words()
    );
    let cookies = cookies(form.head);
    let html = String::from_utf8_lossy(form.body).into_owned();
    let csrf = form_token(&html).ok_or_else(|| anyhow!("the sign-in page has no form token"))?;
    let body = format!("csrf={csrf}&token={TOKEN}");
    let headers = format!(
        "Cookie: {cookies}\r\nOrigin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        target.authority
    );
    let answer = connection
        .exchange(&target.post_with("/sign-in", &headers, &body))
        .await?;
    ensure!(
        matches!(answer.status, 302 | 303),
        "signing in failed: {}",
        answer.words()
    );
    let cookies = self::cookies(answer.head);
    ensure!(!cookies.is_empty(), "signing in gave no cookie");
    Ok(cookies)
}

/// What a browser would send back: the cookies set, without those that are taken away.
fn cookies(head: &[u8]) -> String {
    let given = header_values(head, "set-cookie").filter(|value| !value.contains("Max-Age=0"));
    given
        .filter_map(|value| value.split(';').next())
        .collect::<Vec<_>>()
        .join("; ")
}

/// The value of the hidden field `csrf`.
fn form_token(html: &str) -> Option<&str> {
    let after = html.split_once("name=\"csrf\"")?.1;
    after.split_once("value=\"")?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::{cookies, form_token};

    #[test]
    fn cookies_are_sent_back_without_those_taken_away() {
        let head = b"HTTP/1.1 303 See Other\r\nSet-Cookie: sarsen=abc; Path=/; HttpOnly\r\nset-cookie: old=; Max-Age=0; Path=/\r\nSet-Cookie: b=2\r\n\r\n";
        assert_eq!(cookies(head), "sarsen=abc; b=2");
    }

    #[test]
    fn the_form_token_is_the_value_of_the_hidden_field() {
        let html = r#"<form><input type="hidden" name="csrf" value="0a1b"><input name="token" value="">"#;
        assert_eq!(form_token(html), Some("0a1b"));
        assert_eq!(form_token("<form></form>"), None);
    }
}
