//! Counts and rows as CSV; each line says that it is not for clinical use.

use jiff::civil::Date;
use population::parquet::Purpose;
use population::pseudonym::Pseudonyms;
use population::suppress::{SHOWN_FROM, shown};

use super::NOTICE;
use super::purpose::Allowed;
use super::score::Answer;
use super::source::Found;

fn written(writer: csv::Writer<Vec<u8>>) -> anyhow::Result<String> {
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// How many people were left out because they objected, how many are in each band, and how many have none for which reason.
pub(super) fn bands(found: &Found, allowed: Allowed, purpose: &Purpose, on: Date) -> anyhow::Result<String> {
    let objected = found.left_out;
    let (definition, left, told) = (
        found.answer.definition(),
        found.answer.left_out(),
        found.answer.bands(),
    );
    let objections: &[(&str, &str, u64)] = &[
        ("objected", "type 1 opt-out", objected.type_1),
        (
            "objected",
            "objection to risk stratification",
            objected.stratification,
        ),
        ("objected", "national opt-out", objected.national),
        ("objected", "no NHS number to be checked by", objected.unchecked),
    ];
    let within: Vec<(&str, &str, u64)> = told
        .bands
        .iter()
        .map(|(band, count)| (told.within.as_str(), *band, *count))
        .collect();
    let groups: [&[(&str, &str, u64)]; 3] = [
        // They stand at the head, where objections are heeded.
        if allowed.heeds_objections() {
            objections
        } else {
            &[]
        },
        &within,
        &[
            ("left out", "other age", told.outside),
            ("left out", "died", left.died),
            ("left out", "birth not known", left.birth),
            ("left out", "read with another record", left.joined),
            ("left out", "replaced by another record", left.replaced),
        ],
    ];
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
    let day = on.to_string();
    for group in groups {
        let counts: Vec<u64> = group.iter().map(|(_, _, count)| *count).collect();
        for ((name, band, _), count) in group.iter().zip(shown(&counts)) {
            let count = count.map_or_else(
                || format!("hidden (some are under {SHOWN_FROM})"),
                |count| count.to_string(),
            );
            out.write_record([
                *name,
                *band,
                count.as_str(),
                day.as_str(),
                definition.name,
                definition.version,
                &purpose.purpose,
                &purpose.legal_basis,
                &purpose.controller,
                allowed.heeded_words(),
                NOTICE,
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
    let (day, version) = (on.to_string(), answer.definition().version);
    for (person, row) in &all {
        let row = row.iter().map(String::as_str);
        let rest = [day.as_str(), version, NOTICE];
        out.write_record(std::iter::once(person.as_str()).chain(row).chain(rest))?;
    }
    written(out)
}
