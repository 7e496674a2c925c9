//! Observation of what a monitor at home showed. It is not among a life's resources: monitors send it ([`crate::mqtt`]).

use serde_json::json;

use super::Rendered;
use super::datatype::{concept, quantity};
use super::id::Kind;
use super::instant::date_time;
use super::observation::{Sort, blood_pressure, code, components, profile};
use super::rendering::Rendering;
use crate::life::{Life, Programme, Reading};
use crate::region::Region;

/// The system of monitors' identifiers. Every one of them is invented.
pub const MONITOR: &str = "https://sarsen.example/Id/synthetic-monitor";

/// The identifier of the person's monitor of a programme.
pub(crate) fn monitor(life: &Life, programme: Programme) -> String {
    format!("{}-{:07}", programme.key(), life.person.index)
}

/// A reading as an Observation. Its id is a function of the seed, the person, the programme and the moment.
#[must_use]
pub fn reading(region: &Region, life: &Life, reading: &Reading) -> Rendered {
    let mut rendering = Rendering::new(
        &region.place,
        &region.parameters,
        region.options.seed,
        region.options.today,
        life,
    );
    let measurement = &reading.measurement;
    let test = &region.parameters.tests[usize::from(measurement.test)];
    let sort = Sort::of(test);
    let pair = measurement.second.filter(|_| test.panel == "blood_pressure");
    let mut draft = rendering.open(
        "Observation",
        profile(test, pair.is_some(), sort),
        Kind::Reading,
        reading.ordinal as usize,
        measurement.at.day,
    );
    draft.put("status", "final");
    let (category, words) = sort.category();
    draft.put(
        "category",
        vec![concept(codes::system::OBSERVATION_CATEGORY, category, words)],
    );
    draft.put(
        "code",
        if pair.is_some() {
            blood_pressure()
        } else {
            code(test)
        },
    );
    draft.put("subject", rendering.person());
    draft.put("effectiveDateTime", date_time(measurement.at));
    let value = f64::from(measurement.value);
    if pair.is_none() {
        draft.put(
            "valueQuantity",
            quantity(value, test.decimals, &test.unit, &test.ucum),
        );
    }
    draft.put(
        "device",
        json!({
            "identifier": { "system": MONITOR, "value": monitor(life, reading.programme) },
            "display": format!("{} (invented monitor)", reading.programme.name()),
        }),
    );
    if let Some(second) = pair {
        draft.put("component", components(value, f64::from(second)));
    }
    rendering.keep(draft);
    rendering.finish().swap_remove(0)
}
