//! The region's people by area, by age and by organisation, for the Region page.

use super::row::{Row, Rows};
use crate::place::SiteKind;
use crate::region::Region;
use crate::summary::{AreaFigures, Band, Measure, OrganisationFigures, Summary};

/// A measure of an area: whom it counts, among whom.
struct Counted {
    measure: Measure,
    of: fn(&Row) -> bool,
    is: fn(&Row, &Bits) -> f64,
    per: f64,
}

/// The conditions that measures name.
struct Bits {
    diabetes: u64,
    copd: u64,
    depression: u64,
    hypertension: u64,
    dementia: u64,
}

fn measures() -> Vec<Counted> {
    let one = |key: &str, label: &str, unit: &str, definition: &str, of, is, per| Counted {
        measure: Measure {
            key: key.to_owned(),
            label: label.to_owned(),
            unit: unit.to_owned(),
            definition: definition.to_owned(),
            decimals: 1,
        },
        of,
        is,
        per,
    };
    vec![
        one(
            "aged-65",
            "People of 65 and over",
            "%",
            "Of all people, those aged 65 and over today.",
            |_| true,
            |row, _| f64::from(u8::from(row.age >= 65)),
            100.0,
        ),
        one(
            "long-term",
            "One or more long-term conditions",
            "%",
            "Of all people, those with at least one long-term condition on record that goes on.",
            |_| true,
            |row, _| f64::from(u8::from(row.physical + row.mental >= 1)),
            100.0,
        ),
        one(
            "multimorbid",
            "Two or more long-term conditions",
            "%",
            "Of all people, those with at least two long-term conditions on record that go on.",
            |_| true,
            |row, _| f64::from(u8::from(row.physical + row.mental >= 2)),
            100.0,
        ),
        one(
            "diabetes",
            "Diabetes, 17 and over",
            "%",
            "Of people aged 17 and over, those with diabetes on record.",
            |row| row.age >= 17,
            |row, bits| f64::from(u8::from(row.conditions & bits.diabetes != 0)),
            100.0,
        ),
        one(
            "hypertension",
            "Hypertension",
            "%",
            "Of all people, those with hypertension on record.",
            |_| true,
            |row, bits| f64::from(u8::from(row.conditions & bits.hypertension != 0)),
            100.0,
        ),
        one(
            "copd",
            "Chronic obstructive pulmonary disease",
            "%",
            "Of all people, those with COPD on record.",
            |_| true,
            |row, bits| f64::from(u8::from(row.conditions & bits.copd != 0)),
            100.0,
        ),
        one(
            "depression",
            "Depression, 18 and over",
            "%",
            "Of people aged 18 and over, those with depression on record.",
            |row| row.age >= 18,
            |row, bits| f64::from(u8::from(row.conditions & bits.depression != 0)),
            100.0,
        ),
        one(
            "dementia",
            "Dementia, 65 and over",
            "%",
            "Of people aged 65 and over, those with dementia on record.",
            |row| row.age >= 65,
            |row, bits| f64::from(u8::from(row.conditions & bits.dementia != 0)),
            100.0,
        ),
        one(
            "smoking",
            "Smokers",
            "%",
            "Of people whose smoking status is on record, those who smoke.",
            |row| row.smoking > 0,
            |row, _| f64::from(u8::from(row.smoking == 3)),
            100.0,
        ),
        one(
            "carers",
            "Unpaid carers",
            "%",
            "Of people aged 5 and over, those who care for somebody without pay.",
            |row| row.age >= 5,
            |row, _| f64::from(u8::from(row.carer)),
            100.0,
        ),
        one(
            "emergency-stays",
            "Emergency stays",
            "per 1,000",
            "Emergency stays that began in the last year, for each 1,000 people.",
            |_| true,
            |row, _| f64::from(row.stays),
            1000.0,
        ),
        one(
            "attendances",
            "Emergency and urgent attendances",
            "per 1,000",
            "Attendances in the last year, for each 1,000 people.",
            |_| true,
            |row, _| f64::from(row.visits),
            1000.0,
        ),
        one(
            "falls",
            "Fell in the last year, 65 and over",
            "%",
            "Of people aged 65 and over, those who fell in the last year.",
            |row| row.age >= 65,
            |row, _| f64::from(u8::from(row.fell)),
            100.0,
        ),
        one(
            "practice-contacts",
            "Contacts with the practice",
            "a person",
            "Contacts with the general practice in the last year, for each registered person.",
            |row| row.practice != u16::MAX,
            |row, _| f64::from(row.practice_contacts),
            1.0,
        ),
    ]
}

pub(super) fn summary(region: &Region, rows: &Rows) -> Summary {
    let bit = |keys: &[&str]| -> u64 {
        keys.iter()
            .filter_map(|key| region.parameters.condition(key))
            .map(|place| 1u64 << place)
            .sum()
    };
    let bits = Bits {
        diabetes: bit(&["diabetes_type_1", "diabetes_type_2"]),
        copd: bit(&["copd"]),
        depression: bit(&["depression"]),
        hypertension: bit(&["hypertension"]),
        dementia: bit(&["dementia_alzheimer", "dementia_vascular"]),
    };
    let place = &region.place;
    let counted = measures();
    let mut sums = vec![vec![(0.0, 0.0); counted.len()]; place.areas.len()];
    let mut people = vec![0u32; place.areas.len()];
    let mut pyramid = vec![Band::default(); 19];
    let mut lists = vec![0u32; place.practices.len()];
    for row in rows.rows.iter().filter(|row| row.living) {
        let area = usize::from(row.area);
        people[area] += 1;
        for (sum, one) in sums[area].iter_mut().zip(&counted) {
            if (one.of)(row) {
                sum.0 += 1.0;
                sum.1 += (one.is)(row, &bits);
            }
        }
        let band = &mut pyramid[usize::from(row.age / 5).min(18)];
        if row.male {
            band.male += 1;
        } else {
            band.female += 1;
        }
        if row.practice != u16::MAX {
            lists[usize::from(row.practice)] += 1;
        }
    }
    for (at, band) in pyramid.iter_mut().enumerate() {
        band.label = if at == 18 {
            "90 and over".to_owned()
        } else {
            format!("{}–{}", at * 5, at * 5 + 4)
        };
    }
    let mut all = vec![Measure {
        key: "deprivation".to_owned(),
        label: "Deprivation (IMD 2025)".to_owned(),
        unit: String::new(),
        definition: "Index of Multiple Deprivation 2025: tenth of all areas of England, 1 the most deprived. Published, not generated.".to_owned(),
        decimals: 0,
    }];
    all.extend(counted.iter().map(|one| one.measure.clone()));
    let areas = place
        .areas
        .iter()
        .enumerate()
        .map(|(at, area)| AreaFigures {
            code: area.code.clone(),
            name: area.name.clone(),
            ward: area.ward.clone(),
            council: place.councils[usize::from(area.council)].name.clone(),
            decile: area.decile,
            rural_urban: area.rural_urban.clone(),
            people: people[at],
            values: std::iter::once(Some(f64::from(area.decile)))
                .chain(
                    sums[at]
                        .iter()
                        .zip(&counted)
                        .map(|((all, with), one)| (*all >= 10.0).then(|| one.per * with / all)),
                )
                .collect(),
        })
        .collect();
    Summary {
        seed: region.options.seed,
        people: rows.rows.iter().filter(|row| row.living).count() as u32,
        today: region.options.today.date().to_string(),
        measures: all,
        areas,
        pyramid,
        organisations: organisations(region, &lists, &rows.seen_by_site),
        figures: Vec::new(),
    }
}

fn organisations(region: &Region, lists: &[u32], seen: &[u32]) -> Vec<OrganisationFigures> {
    let place = &region.place;
    let mut found = Vec::new();
    for (at, practice) in place.practices.iter().enumerate() {
        found.push(OrganisationFigures {
            code: practice.code.clone(),
            name: practice.name.clone(),
            kind: "General practice".to_owned(),
            place: practice.postcode.clone(),
            people: lists[at],
            position: Some(practice.position),
        });
    }
    for (at, network) in place.networks.iter().enumerate() {
        let people = place
            .practices
            .iter()
            .zip(lists)
            .filter(|(one, _)| one.network == Some(at as u16))
            .map(|(_, list)| *list)
            .sum();
        found.push(OrganisationFigures {
            code: network.code.clone(),
            name: network.name.clone(),
            kind: "Primary care network".to_owned(),
            place: String::new(),
            people,
            position: None,
        });
    }
    for (at, site) in place
        .sites
        .iter()
        .enumerate()
        .filter(|(_, site)| !site.code.is_empty())
    {
        found.push(OrganisationFigures {
            code: site.code.clone(),
            name: site.name.clone(),
            kind: match site.kind {
                SiteKind::Acute => "Acute hospital",
                SiteKind::Community => "Community hospital",
                SiteKind::MentalHealth => "Mental health unit",
                SiteKind::Elective => "Treatment centre",
                SiteKind::Urgent => "Urgent treatment",
                SiteKind::Independent => "Independent hospital",
                SiteKind::OutOfArea => "Hospital out of area",
            }
            .to_owned(),
            place: site.postcode.clone(),
            people: seen[at],
            position: Some(site.position),
        });
    }
    for trust in &place.trusts {
        found.push(OrganisationFigures {
            code: trust.code.clone(),
            name: trust.name.clone(),
            kind: "NHS trust".to_owned(),
            place: String::new(),
            people: 0,
            position: Some(trust.position),
        });
    }
    found
}
