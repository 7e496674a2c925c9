//! An invented region for the gallery and the tests: 24 square areas of three councils.

use synthetic::summary::{AreaFigures, Band, Figure, Measure, OrganisationFigures, Summary};

/// Where the gallery serves the boundaries of the sample.
pub(crate) const BOUNDARIES: &str = "/gallery/region/areas.geojson";

/// The place of the area in the sample that has under ten people behind its values.
pub(in crate::staff) const FEW: usize = 5;

const ACROSS: u32 = 6;
const AREAS: u32 = 24;
/// The south-western corner of the squares, degrees east and north, and how wide and high each is.
const CORNER: (f64, f64) = (-2.4, 51.0);
const SQUARE: (f64, f64) = (0.12, 0.08);

fn code(number: u32) -> String {
    format!("E0199{number:04}")
}

fn name(number: u32) -> String {
    format!(
        "Sampleshire {:03}{}",
        1 + number / 4,
        ['A', 'B', 'C', 'D'][number as usize % 4]
    )
}

/// The boundaries of the sample as GeoJSON.
pub(crate) fn boundaries() -> String {
    let areas: Vec<String> = (0..AREAS)
        .map(|number| {
            let west = CORNER.0 + SQUARE.0 * f64::from(number % ACROSS);
            let south = CORNER.1 + SQUARE.1 * f64::from(number / ACROSS);
            let (east, north) = (west + SQUARE.0, south + SQUARE.1);
            format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"lsoa21_code\":\"{}\",\"lsoa21_name\":\"{}\"}},\
                 \"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west:.2},{south:.2}],[{east:.2},{south:.2}],\
                 [{east:.2},{north:.2}],[{west:.2},{north:.2}],[{west:.2},{south:.2}]]]}}}}",
                code(number),
                name(number),
            )
        })
        .collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        areas.join(",")
    )
}

fn measure(key: &str, label: &str, unit: &str, definition: &str, decimals: u8) -> Measure {
    Measure {
        key: key.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        definition: definition.to_owned(),
        decimals,
    }
}

fn area(number: u32) -> AreaFigures {
    let people = if number as usize == FEW {
        7
    } else {
        1_180 + (number * 97) % 640
    };
    let spread = f64::from((number * 37) % 100);
    let shown = |value: f64| (number as usize != FEW).then_some(value);
    AreaFigures {
        code: code(number),
        name: name(number),
        ward: format!("Ward {}", 1 + number / 3),
        council: ["Samplestow", "Sampleton", "Sampleshire"][number as usize % 3].to_owned(),
        decile: u8::try_from(1 + number % 10).unwrap_or(1),
        rural_urban: if number.is_multiple_of(4) {
            "Rural: Nearer to a major town or city"
        } else {
            "Urban"
        }
        .to_owned(),
        people,
        values: vec![
            shown(f64::from(people)),
            shown(8.0 + spread / 4.0),
            shown(4.0 + spread / 20.0),
            Some(f64::from(1 + number % 10)),
        ],
    }
}

/// A whole region, with one figure outside its tolerance.
pub(crate) fn summary() -> Summary {
    let band = |number: u32| {
        let (from, most) = (number * 5, 1_500_u32);
        Band {
            label: if number == 18 {
                "90 and over".to_owned()
            } else {
                format!("{from}–{}", from + 4)
            },
            female: most - number.pow(2) * 4,
            male: most - number.pow(2) * 4 - number * 8,
        }
    };
    let organisation = |code: &str, name: &str, kind: &str, people, position| OrganisationFigures {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: kind.to_owned(),
        place: "Samplestow".to_owned(),
        people,
        position,
    };
    Summary {
        seed: 7,
        people: 38_412,
        today: "2026-04-01".to_owned(),
        measures: vec![
            measure(
                "people",
                "People",
                "people",
                "People alive who live in the area.",
                0,
            ),
            measure(
                "over-65",
                "Aged 65 and over",
                "%",
                "People aged 65 and over, of all people of the area.",
                1,
            ),
            measure(
                "diabetes",
                "Diabetes",
                "%",
                "People with diabetes on their problem list, of those aged 17 and over.",
                1,
            ),
            measure(
                "decile",
                "Deprivation",
                "decile",
                "Decile of the Index of Multiple Deprivation 2025: 1 is the most deprived tenth of England.",
                0,
            ),
        ],
        areas: (0..AREAS).map(area).collect(),
        pyramid: (0..19).map(band).collect(),
        organisations: vec![
            organisation(
                "X81001",
                "Sample Street Surgery",
                "General practice",
                9_214,
                Some((-2.31, 51.12)),
            ),
            organisation(
                "X81002",
                "The Long Sample Health Centre",
                "General practice",
                11_870,
                None,
            ),
            organisation("X81003", "Small Sample Surgery", "General practice", 4, None),
            organisation(
                "XRD01",
                "Sample General Hospital",
                "Acute hospital",
                3_120,
                Some((-2.2, 51.2)),
            ),
        ],
        figures: figures(),
    }
}

fn figures() -> Vec<Figure> {
    let figure = |(key, group, label, unit): (&str, &str, &str, &str), published, generated, within| Figure {
        key: key.to_owned(),
        group: group.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        published,
        generated,
        tolerance: "± 10% relative".to_owned(),
        within,
        held_out: false,
        joint: false,
        source: "Office for National Statistics, sample table 1, 2021".to_owned(),
    };
    vec![
        figure(
            ("people", "Population", "People", "people"),
            38_200.0,
            38_412.0,
            true,
        ),
        figure(
            ("over-65", "Population", "Aged 65 and over", "%"),
            21.4,
            21.1,
            true,
        ),
        Figure {
            held_out: true,
            ..figure(
                ("diabetes", "Illness", "Diabetes, 17 and over", "%"),
                6.9,
                7.02,
                true,
            )
        },
        Figure {
            held_out: true,
            joint: true,
            ..figure(
                (
                    "diabetes-decile-1",
                    "Illness",
                    "Diabetes in the most deprived tenth, 65 and over",
                    "%",
                ),
                24.0,
                17.35,
                false,
            )
        },
        Figure {
            joint: true,
            ..figure(
                (
                    "stay",
                    "Hospital",
                    "Days in hospital after an emergency, 75 and over",
                    "days",
                ),
                9.4,
                9.9,
                true,
            )
        },
    ]
}

/// A region whose every text would be markup if a page let it.
pub(crate) fn hostile() -> Summary {
    let text = "<img src=x onerror=\"alert(1)\"></script><script>alert(2)</script>";
    let mut summary = summary();
    summary.today = text.to_owned();
    for measure in &mut summary.measures {
        measure.label = text.to_owned();
        measure.definition = text.to_owned();
    }
    summary.areas.truncate(3);
    for area in &mut summary.areas {
        area.code = format!("{}{text}", area.code);
        area.name = text.to_owned();
        area.ward = text.to_owned();
        area.council = text.to_owned();
        area.rural_urban = text.to_owned();
    }
    for band in &mut summary.pyramid {
        band.label = text.to_owned();
    }
    for organisation in &mut summary.organisations {
        organisation.code = format!("{}{text}", organisation.code);
        organisation.name = text.to_owned();
        organisation.place = text.to_owned();
    }
    for figure in &mut summary.figures {
        figure.label = text.to_owned();
        figure.source = text.to_owned();
        figure.tolerance = text.to_owned();
    }
    summary
}
