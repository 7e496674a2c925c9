//! Figures as files: a table as CSV, a chart as SVG. The numbers are those of the page, hidden alike.

use actions::ActionError;
use actions::population::{By, Crossed, Figure, crossed};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use care::segment::Month;
use http::{HeaderValue, Uri, header};
use jiff::civil::Date;

use super::asked::{Asked, Pairs};
use super::figure::chart;
use super::frailty;
use crate::app::{App, SignedIn};
use crate::failure::Failure;

/// Minutes within which whoever takes a file has to have proved who they are.
const PROVED_WITHIN: u32 = 60;

/// What a picture looks like outside of our pages.
const STYLE: &str = concat!(
    include_str!("../../../assets/own/chart-file.css"),
    include_str!("../../../assets/own/chart-bars.css"),
    include_str!("../../../assets/own/map-file.css"),
);

/// `GET /staff/population/export/{file}`: `ages.csv`, `ages.svg` and so on.
pub(crate) async fn show(
    State(app): State<App>,
    session: SignedIn,
    asked_for: Uri,
    file: Result<Path<String>, PathRejection>,
    asked: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let frame = app.frame_of(Some(&session.0));
    let (Ok(Path(file)), Ok(Query(pairs))) = (file, asked) else {
        return Failure::BadForm.respond(frame);
    };
    // What leaves as a file is taken by whoever proved lately who they are, and not by whoever found the desk.
    let next = asked_for
        .path_and_query()
        .map_or("/staff/population", |whole| whole.as_str());
    if let Some(proves) = session.not_fresh(&app, PROVED_WITHIN, next) {
        return proves;
    }
    match answer(&app, &session, &file, &pairs).await {
        Ok(response) => response,
        Err(failure) => failure.respond(frame),
    }
}

async fn answer(app: &App, session: &SignedIn, file: &str, pairs: &Pairs) -> Result<Response, Failure> {
    let (code, ending) = file.rsplit_once('.').ok_or(Failure::NotFound)?;
    let figure = Figure::from_code(code).ok_or(Failure::NotFound)?;
    if !["csv", "svg"].contains(&ending) {
        return Err(Failure::NotFound);
    }
    let month = figure.rows == By::SegmentBefore;
    let asked = Asked::figures(app, session, pairs, month)?;
    let found = crossed(
        &app.actions,
        session.actor(),
        &asked.scope,
        "export",
        vec![figure],
        asked.places.clone(),
        asked.cohort.clone(),
    );
    let told = found.await.map_err(|error| match error {
        ActionError::Forbidden(_) => Failure::NotFound,
        other => Failure::of(other),
    })?;
    let counted = told.answer.first().ok_or(Failure::NotFound)?;
    let today = app.actions.today();
    let (kind, text) = if ending == "csv" {
        (
            "text/csv; charset=utf-8",
            table(counted, asked.scope.name(), today),
        )
    } else {
        let drawn = match figure.rows {
            By::Area => map(app, counted, asked.scope.name(), today),
            _ => picture(counted, asked.scope.name(), today),
        };
        ("image/svg+xml", drawn.ok_or(Failure::NotFound)?)
    };
    let name = format!("attachment; filename=\"{code}-{today}.{ending}\"");
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// One line a cell and total: what it is of, whose, the day, both groups, the number, and whether it is hidden.
fn table(crossed: &Crossed, scope: &str, today: Date) -> String {
    let figure = crossed.figure;
    // Of a month that is over, the day is its last.
    let today = crossed.month.map_or(today, Month::last_day);
    let (rows, columns) = (figure.rows.code(), figure.columns.code());
    let mut text = format!("figure,scope,day,{rows},{columns},people,hidden\r\n");
    let mut line = |row: &str, column: &str, count: Option<u64>| {
        let cells = [
            quoted(figure.code),
            quoted(scope),
            today.to_string(),
            quoted(row),
            quoted(column),
            count.map(|count| count.to_string()).unwrap_or_default(),
            if count.is_none() { "yes" } else { "no" }.to_owned(),
        ];
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    };
    const ALL: &str = "All";
    let table = &crossed.table;
    for ((row, cells), total) in crossed.rows.iter().zip(&table.cells).zip(&table.rows) {
        for (column, count) in crossed.columns.iter().zip(cells) {
            line(&row.words, &column.words, *count);
        }
        line(&row.words, ALL, *total);
    }
    for (column, total) in crossed.columns.iter().zip(&table.columns) {
        line(ALL, &column.words, *total);
    }
    if !table.columns.is_empty() {
        line(ALL, ALL, table.total);
    }
    text
}

/// A cell as RFC 4180 has it. Words that a spreadsheet would take for a formula get an apostrophe before them.
fn quoted(words: &str) -> String {
    let formula = words.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let words = if formula {
        format!("'{words}")
    } else {
        words.to_owned()
    };
    if words.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", words.replace('"', "\"\""))
    } else {
        words
    }
}

/// The wide drawing as a file that says by itself whose it is and what its parts mean.
fn picture(crossed: &Crossed, scope: &str, today: Date) -> Option<String> {
    let chart = chart(crossed)?;
    let svg = chart.wide.to_string();
    let (head, rest) = svg.split_once('>')?;
    // The drawing moves down under two lines of words.
    let (before, sizes) = head.split_once("viewBox=\"0 0 ")?;
    let (size, after) = sizes.split_once('"')?;
    let (width, height) = size.split_once(' ')?;
    let height: f64 = height.parse().ok()?;
    let key: Vec<String> = chart
        .key
        .iter()
        .map(|one| format!("{}: {}", one.number, one.words))
        .collect();
    let words = format!(
        "{}. {scope}, {today}. Numbers of 1 to 9, and those that would tell them, are hidden.",
        crossed.caption()
    );
    let body = rest
        .strip_suffix("</svg>")
        .unwrap_or(rest.trim_end().trim_end_matches("</svg>"));
    Some(format!(
        "{before}viewBox=\"0 0 {width} {}\"{after}><style>{STYLE}</style><rect class=\"app-chart__paper\" width=\"{width}\" height=\"{}\"/>\
         <text class=\"app-chart__last\" x=\"8\" y=\"20\">{}</text><text class=\"app-chart__label\" x=\"8\" y=\"42\">{}</text>\
         <g transform=\"translate(0 56)\">{body}</g></svg>",
        height + 56.0,
        height + 56.0,
        escaped(&words),
        escaped(&key.join("   ")),
    ))
}

/// The areas' map; none where this server knows no areas.
fn map(app: &App, crossed: &Crossed, scope: &str, today: Date) -> Option<String> {
    let region = app.settings.region.as_ref()?;
    let summary = region.now().summary?;
    let words = format!("{scope}, {today}. Numbers of 1 to 9, and those that would tell them, are hidden.");
    frailty::picture(crossed, &summary, &region.boundaries(), &words, STYLE)
}

pub(super) fn escaped(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        assert_eq!(quoted("Bath 001A"), "Bath 001A");
        assert_eq!(quoted("Falls, \"many\""), "\"Falls, \"\"many\"\"\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "'=HYPERLINK(1)");
    }
}
