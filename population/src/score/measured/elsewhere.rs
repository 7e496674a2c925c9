//! Totals that somebody recorded: shown as recorded, with the band that our definition gives where the value can be one.

use care::partial_date::PartialDate;
use care::quantity::number_words;
use care::score::{Score, named};

use super::reading::Reading;

/// A score of which totals are met.
struct Total {
    title: &'static str,
    /// SNOMED CT and LOINC.
    codes: &'static [&'static str],
    /// The greatest total there is.
    most: f64,
    /// The least.
    least: f64,
    /// Ours, with its bands.
    name: Option<&'static str>,
}

const fn total(
    title: &'static str,
    codes: &'static [&'static str],
    least: f64,
    most: f64,
    name: Option<&'static str>,
) -> Total {
    Total {
        title,
        codes,
        most,
        least,
        name,
    }
}

/// The scale of a recorded Barthel index is not told by its code; no bands exist on either.
const TOTALS: [Total; 6] = [
    total(
        "National Early Warning Score 2",
        &["1104051000000101"],
        0.0,
        20.0,
        Some("news2"),
    ),
    total("Clinical Frailty Scale", &["763264000"], 1.0, 9.0, None),
    total(
        "Patient Health Questionnaire, nine items",
        &["720433000", "44261-6"],
        0.0,
        27.0,
        Some("phq-9"),
    ),
    total(
        "Generalised Anxiety Disorder, seven items",
        &["445455005", "70274-6"],
        0.0,
        21.0,
        Some("gad-7"),
    ),
    total(
        "AUDIT-C, the total",
        &["763256006", "75626-2"],
        0.0,
        12.0,
        Some("audit-c"),
    ),
    total(
        "Barthel index, its scale not said",
        &["273302005", "96761-2"],
        0.0,
        100.0,
        None,
    ),
];

/// A total that was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Of which score, in words.
    pub title: &'static str,
    /// Its name, when it is one of ours.
    pub name: Option<&'static str>,
    /// As it came.
    pub value: String,
    /// When it was so.
    pub when: Option<PartialDate>,
    /// The band by our definition; `None` where there is none.
    pub band: Option<&'static str>,
    /// Why it cannot be right, when it cannot.
    pub wrong: Option<String>,
    /// What is to be known beside it.
    pub note: Option<&'static str>,
}

const SINGLE_THREE: &str =
    "by the total alone: a single measurement of 3 is not known here, and would call for an urgent review";

/// The last of each total.
pub(super) fn recorded(readings: &[Reading<'_>]) -> Vec<Recorded> {
    TOTALS.iter().filter_map(|total| last(total, readings)).collect()
}

fn last(total: &Total, readings: &[Reading<'_>]) -> Option<Recorded> {
    let of_it = readings
        .iter()
        .filter(|reading| reading.is(total.codes) && reading.value.is_some());
    let newest = of_it.max_by_key(|reading| reading.when.map(PartialDate::start))?;
    let given = newest.as_points();
    let points = given.filter(|points| (total.least..=total.most).contains(points) && points.fract() == 0.0);
    let definition = total.name.and_then(named).map(Score::definition);
    let band = points.and_then(|points| definition?.band(points));
    Some(Recorded {
        title: total.title,
        name: total.name,
        value: given.map_or_else(|| newest.as_it_came(), number_words),
        when: newest.when.cloned(),
        band: band.map(|band| band.label),
        wrong: points
            .is_none()
            .then(|| format!("a total is a whole number from {} to {}", total.least, total.most)),
        note: (total.name == Some("news2") && points.is_some_and(|points| (3.0..5.0).contains(&points)))
            .then_some(SINGLE_THREE),
    })
}
