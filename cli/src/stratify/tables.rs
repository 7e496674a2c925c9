//! Counts and rows as CSV; each line says that it is not for clinical use.

use care::score::efi::{AGES, Rows};
use care::score::{Definition, Score};
use jiff::civil::Date;
use population::parquet::Purpose;
use population::pseudonym::Pseudonyms;
use population::score::Frailties;
use population::suppress::{SHOWN_FROM, shown};

use super::NOTICE;
use super::purpose::Allowed;
use super::source::Found;

fn definition() -> &'static Definition {
    Rows.definition()
}

fn written(writer: csv::Writer<Vec<u8>>) -> anyhow::Result<String> {
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn ages() -> std::ops::RangeInclusive<u8> {
    let whole = |age: &i64| u8::try_from(*age).unwrap_or(u8::MAX);
    whole(AGES.start())..=whole(AGES.end())
}

/// How many people were left out because they objected, how many are in each band, and how many have none for which reason.
pub(super) fn bands(found: &Found, allowed: Allowed, purpose: &Purpose, on: Date) -> anyhow::Result<String> {
    let objected = found.left_out;
    let found = &found.frailties;
    let ages = ages();
    let bands = found.bands(&ages);
    let [fit, mild, moderate, severe] = bands;
    let left = found.left_out;
    let outside = (found.people.len() as u64).saturating_sub(bands.iter().sum());
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
    let within = format!("ages {} to {}", ages.start(), ages.end());
    let within = within.as_str();
    let groups: [&[(&str, &str, u64)]; 3] = [
        // They stand at the head, where objections are heeded.
        if allowed.heeds_objections() {
            objections
        } else {
            &[]
        },
        &[
            (within, "fit", fit),
            (within, "mild", mild),
            (within, "moderate", moderate),
            (within, "severe", severe),
        ],
        &[
            ("left out", "other age", outside),
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
                definition().name,
                definition().version,
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

/// A row for each person who has an index.
pub(super) fn rows(found: &Frailties, pseudonyms: &Pseudonyms, on: Date) -> anyhow::Result<String> {
    let ages = ages();
    let mut all: Vec<[String; 10]> = found
        .people
        .iter()
        .map(|one| {
            let within = ages.contains(&one.age);
            [
                pseudonyms.of(one.person),
                one.age.to_string(),
                one.efi.count().to_string(),
                format!("{:.4}", one.efi.value()),
                // Outside of the ages for which it was made the index has no bands.
                if within {
                    one.efi.frailty().name().to_owned()
                } else {
                    String::new()
                },
                one.medicines.to_string(),
                one.odd.to_string(),
                on.to_string(),
                definition().version.to_owned(),
                NOTICE.to_owned(),
            ]
        })
        .collect();
    // The order of the columns would say where somebody stands in the record.
    all.sort_unstable();
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record([
        "person",
        "age",
        "deficits",
        "efi",
        "band",
        "medicines",
        "not_counted",
        "day",
        "version",
        "use",
    ])?;
    for row in &all {
        out.write_record(row)?;
    }
    written(out)
}
