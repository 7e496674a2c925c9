//! The report as one page: tables and drawings, without scripts and without anything from elsewhere.

use std::fmt::Write as _;

use super::Report;
use crate::summary::Figure;

/// Published and generated values of the same things.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) name: String,
    pub(super) unit: String,
    pub(super) labels: Vec<String>,
    pub(super) published: Vec<f64>,
    pub(super) generated: Vec<f64>,
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem;color:#212b32}\
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{border-bottom:1px solid #aeb7bd;padding:.3rem .5rem;text-align:left;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:700;font-size:1.2rem;padding:.5rem 0}\
.out{font-weight:700;color:#b10e1e}svg{max-width:100%;height:auto}.wide{overflow-x:auto}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn number(value: f64) -> String {
    match value.abs() {
        at if at >= 1000.0 => format!("{value:.0}"),
        at if at >= 100.0 => format!("{value:.1}"),
        at if at >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// The page.
pub(super) fn html(report: &Report) -> String {
    let summary = &report.summary;
    let out = report.breaches().count();
    let count = |is: fn(&Figure) -> bool| summary.figures.iter().filter(|figure| is(figure)).count();
    let mut page = String::new();
    // Writing into a string does not fail.
    let _ = write!(
        page,
        "<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
<title>Synthetic region: generated beside published</title><style>{STYLE}</style></head><body><main>\
<h1>Synthetic region: generated beside published</h1>\
<p>All people and everything about them are invented. Areas, practices and hospitals are real. {} people alive on {}, seed {}.</p>\
<p>{} figures, {} outside their tolerance; {} were never an input of the generator, {} join two or more things.</p>",
        summary.people,
        escaped(&summary.today),
        summary.seed,
        summary.figures.len(),
        out,
        count(|figure| figure.held_out),
        count(|figure| figure.joint),
    );
    page.push_str("<p>In the drawings the published figures are dashed and the generated ones solid.</p>");
    for series in &report.series {
        drawing(&mut page, series);
    }
    let mut groups: Vec<&str> = Vec::new();
    for figure in &summary.figures {
        if !groups.contains(&figure.group.as_str()) {
            groups.push(&figure.group);
        }
    }
    for group in groups {
        let _ = write!(
            page,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr><th scope=\"col\">Figure</th><th scope=\"col\">Unit</th>\
<th scope=\"col\" class=\"n\">Published</th><th scope=\"col\" class=\"n\">Generated</th><th scope=\"col\">Tolerance</th><th scope=\"col\">Result</th><th scope=\"col\">Source</th></tr></thead><tbody>",
            escaped(group)
        );
        for figure in summary.figures.iter().filter(|figure| figure.group == group) {
            let mut kind = String::new();
            if figure.held_out {
                kind.push_str(" (held out)");
            }
            if figure.joint {
                kind.push_str(" (joint)");
            }
            let _ = write!(
                page,
                "<tr><th scope=\"row\">{}{kind}</th><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td{}>{}</td><td>{}</td></tr>",
                escaped(&figure.label),
                escaped(&figure.unit),
                number(figure.published),
                number(figure.generated),
                escaped(&figure.tolerance),
                if figure.within { "" } else { " class=\"out\"" },
                if figure.within { "within" } else { "OUTSIDE" },
                escaped(&figure.source),
            );
        }
        page.push_str("</tbody></table></div>");
    }
    page.push_str(
        "<p>Contains public sector information licensed under the Open Government Licence v3.0. Source: Office for National \
Statistics; NHS England; MHCLG; OHID/DHSC. Contains OS data © Crown copyright and database right 2014–2024.</p></main></body></html>",
    );
    page
}

/// Two lines over the same labels: the published one dashed, with a table twin.
fn drawing(page: &mut String, series: &Series) {
    let (width, height, left, low) = (760.0, 220.0, 60.0, 190.0);
    let most = series
        .published
        .iter()
        .chain(&series.generated)
        .copied()
        .fold(1e-9, f64::max);
    let count = series.labels.len().max(2);
    let points = |of: &[f64]| -> String {
        of.iter()
            .enumerate()
            .fold(String::new(), |mut points, (at, value)| {
                let x = left + (width - left - 10.0) * at as f64 / (count - 1) as f64;
                let y = low - (low - 15.0) * value / most;
                let _ = write!(points, "{x:.1},{y:.1} ");
                points
            })
    };
    let _ = write!(
        page,
        "<h2>{0}</h2><svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" role=\"img\" aria-label=\"{0}: published dashed, generated solid; the table below has the numbers\">\
<line x1=\"{left}\" y1=\"{low}\" x2=\"{width}\" y2=\"{low}\" stroke=\"#4c6272\"/><text x=\"0\" y=\"20\" font-size=\"13\">{1}</text><text x=\"0\" y=\"{low}\" font-size=\"13\">0</text>\
<polyline fill=\"none\" stroke=\"#4c6272\" stroke-width=\"2\" stroke-dasharray=\"6 4\" points=\"{2}\"/><polyline fill=\"none\" stroke=\"#005eb8\" stroke-width=\"2\" points=\"{3}\"/>\
<text x=\"{left}\" y=\"212\" font-size=\"13\">{4}</text><text x=\"{width}\" y=\"212\" font-size=\"13\" text-anchor=\"end\">{5}</text></svg>\
<details><summary>The numbers: {0} ({6})</summary><table><thead><tr><th scope=\"col\"></th><th scope=\"col\" class=\"n\">Published</th><th scope=\"col\" class=\"n\">Generated</th></tr></thead><tbody>",
        escaped(&series.name),
        number(most),
        points(&series.published),
        points(&series.generated),
        series.labels.first().map_or("", |label| label),
        series.labels.last().map_or("", |label| label),
        escaped(&series.unit),
    );
    for ((label, published), generated) in series.labels.iter().zip(&series.published).zip(&series.generated)
    {
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escaped(label),
            number(*published),
            number(*generated)
        );
    }
    page.push_str("</tbody></table></details>");
}
