//! Counts and rows as CSV; each line says that it is not for clinical use.

use jiff::civil::Date;
use population::left_out::LeftOut as Objected;
use population::parquet::Purpose;
use population::pseudonym::Pseudonyms;
use population::score::LeftOut;
use population::suppress::{SHOWN_FROM, shown};

use super::NOTICE;
use super::purpose::Allowed;
use super::score::Answer;
use super::source::Found;

pub(crate) fn written(writer: csv::Writer<Vec<u8>>) -> anyhow::Result<String> {
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A group, a band of it, and how many people are in that.
pub(crate) type Line<'l> = (&'l str, &'l str, u64);

/// What stands in the place of a number that would tell a small one.
pub(crate) fn hidden() -> String {
    format!("hidden (some are under {SHOWN_FROM})")
}

/// Lines of one table with their counts in words, the small ones hidden.
pub(crate) fn counted<'l>(lines: &[Line<'l>]) -> Vec<(&'l str, &'l str, String)> {
    let counts: Vec<u64> = lines.iter().map(|(_, _, count)| *count).collect();
    let lines = lines.iter().zip(shown(&counts));
    lines
        .map(|((group, band, _), count)| {
            let words = count.map_or_else(hidden, |count| count.to_string());
            (*group, *band, words)
        })
        .collect()
}

/// Who was left out because they objected, at the head of a table where objections are heeded.
pub(crate) fn objections(allowed: Allowed, objected: Objected) -> Vec<Line<'static>> {
    if !allowed.heeds_objections() {
        return Vec::new();
    }
    vec![
        ("objected", "type 1 opt-out", objected.type_1),
        (
            "objected",
            "objection to risk stratification",
            objected.stratification,
        ),
        ("objected", "national opt-out", objected.national),
        ("objected", "no NHS number to be checked by", objected.unchecked),
    ]
}

/// Who could not be asked, and why.
pub(crate) fn left_out(left: LeftOut) -> [Line<'static>; 4] {
    [
        ("left out", "died", left.died),
        ("left out", "birth not known", left.birth),
        ("left out", "read with another record", left.joined),
        ("left out", "replaced by another record", left.replaced),
    ]
}

/// What every line says, and what its score would need that is not looked at.
fn use_words(answer: &Answer) -> String {
    let limits = answer.not_looked_at().map(|limits| format!("; {limits}"));
    format!("{NOTICE}{}", limits.unwrap_or_default())
}

/// The version of a score, and which lists of codes it went by.
fn version_words(answer: &Answer) -> String {
    let version = answer.definition().version;
    match answer {
        Answer::Frailty(_) => format!("{version}; looked up in {}", codes::clinical::efi::lists_words()),
        _ => version.to_owned(),
    }
}

/// How many people were left out because they objected, how many are in each band, and how many have none for which reason.
pub(super) fn bands(
    found: &Found<Answer>,
    allowed: Allowed,
    purpose: &Purpose,
    on: Date,
) -> anyhow::Result<String> {
    let (definition, left, told) = (
        found.answer.definition(),
        found.answer.left_out(),
        found.answer.bands(),
    );
    let objections = objections(allowed, found.left_out);
    let within: Vec<(&str, &str, u64)> = told
        .bands
        .iter()
        .map(|(band, count)| (told.within.as_str(), *band, *count))
        .collect();
    let mut without = vec![("left out", "other age", told.outside)];
    without.extend(left_out(left));
    let groups = [&objections, &within, &without];
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "group",
        "band",
        "people",
        "day",
        "score",
        "version",
        "purpose",
        "legal_basis",
        "controller",
        "opt_outs",
        "use",
    ])?;
    let (day, use_words) = (on.to_string(), use_words(&found.answer));
    let version = version_words(&found.answer);
    for group in groups {
        for (name, band, count) in counted(group) {
            out.write_record([
                name,
                band,
                count.as_str(),
                day.as_str(),
                definition.name,
                &version,
                &purpose.purpose,
                &purpose.legal_basis,
                &purpose.controller,
                allowed.heeded_words(),
                &use_words,
            ])?;
        }
    }
    Ok(written(out)?.trim_end().to_owned())
}

/// A row for each person who has the score.
pub(super) fn rows(answer: &Answer, pseudonyms: &Pseudonyms, on: Date) -> anyhow::Result<String> {
    let mut all = answer.rows(pseudonyms);
    // The order of the columns would say where somebody stands in the record.
    all.sort_unstable();
    let mut out = csv::Writer::from_writer(Vec::new());
    let around = ["day", "version", "use"];
    let headings = ["person"].iter().chain(answer.headings()).chain(&around);
    out.write_record(headings)?;
    let (day, version, use_words) = (on.to_string(), version_words(answer), use_words(answer));
    for (person, row) in &all {
        let row = row.iter().map(String::as_str);
        let rest = [day.as_str(), &version, &use_words];
        out.write_record(std::iter::once(person.as_str()).chain(row).chain(rest))?;
    }
    written(out)
}
