//! What the monitors of invented people send: one message a reading, an Observation, on a topic of the programme, the monitor
//! and what it measures. `docs/synthetic.md` has the topics and what is in a message.

use crate::day::Day;
use crate::fhir::{self, Rendered};
use crate::life::Life;
use crate::life::grow::monitoring::readings;
use crate::region::Region;

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The topic without its prefix: "heart-failure/heart-failure-0000123/weight". It names nobody.
    pub topic: String,
    /// The id of the reading, the same however often it is sent: receivers keep each once by it.
    pub id: String,
    /// FHIR JSON: an Observation.
    pub body: Vec<u8>,
}

/// What the monitors of a person sent from one day to another, both among them, by moment. `life` is the whole life, as
/// [`Region::life`] gives it.
#[must_use]
pub fn messages(region: &Region, life: &Life, from: Day, to: Day) -> Vec<Message> {
    readings(region, life, from, to)
        .iter()
        .map(|reading| {
            let test = &region.parameters.tests[usize::from(reading.measurement.test)];
            let measure = if test.panel == "blood_pressure" {
                "blood-pressure".to_owned()
            } else {
                test.key.replace('_', "-")
            };
            let Rendered { id, body, .. } = fhir::reading(region, life, reading);
            Message {
                topic: format!(
                    "{}/{}/{measure}",
                    reading.programme.key(),
                    fhir::monitor(life, reading.programme)
                ),
                id,
                body,
            }
        })
        .collect()
}
