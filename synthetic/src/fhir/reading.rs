//! Observation of what a monitor at home showed. It is not among a life's resources: monitors send it ([`crate::mqtt`]).

use serde_json::json;

use super::Rendered;
use super::datatype::quantity;
use super::id::Kind;
use super::instant::date_time;
use super::observation::{begun, components, pair};
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
    let pair = pair(test, measurement);
    let place = (Kind::Reading, reading.ordinal as usize, measurement.at.day);
    let mut draft = begun(&rendering, test, pair.is_some(), place, rendering.person());
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
