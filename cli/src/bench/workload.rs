//! The requests of a row, rendered before the clock starts.

use anyhow::{anyhow, bail};

use super::client::Target;
use super::generate::{self, About, Mix, NHS_STAMP, SEARCHED, STAMP, Seed};
use super::targets::Targets;

/// Different requests that a row of writes goes round in.
const WRITES: u64 = 256;
/// Resources in a transaction.
pub(super) const TRANSACTION: usize = 100;
/// Results that a search asks for.
pub(super) const RESULTS: usize = 50;

/// A row that is one kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Request {
    /// POST one Observation of 1.2 kB.
    Create,
    /// GET one resource by its id.
    Read,
    /// GET the first 50 Observations of a person with one code.
    Search,
    /// GET Patient/{id}/$everything of a person of 1,000 resources.
    Everything,
    /// POST a transaction of a new person's 100 resources.
    Transaction,
}

impl Request {
    /// Connections that the row is defined with.
    pub(super) fn connections(self) -> usize {
        match self {
            Request::Create | Request::Read | Request::Search => 16,
            Request::Everything => 4,
            Request::Transaction => 8,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Request::Create => "create",
            Request::Read => "read",
            Request::Search => "search",
            Request::Everything => "everything",
            Request::Transaction => "transaction",
        }
    }

    /// The requests, ready to send.
    ///
    /// # Errors
    /// When `targets` has nothing to ask for.
    pub(super) fn render(
        self,
        target: &Target,
        targets: &Targets,
        seed: &mut Seed,
    ) -> anyhow::Result<Vec<Template>> {
        let templates: Vec<Template> = match self {
            Request::Create => creates(target, targets, seed),
            Request::Read => targets
                .reads
                .iter()
                .map(|address| Template::new(target.get(&format!("/{address}"))))
                .collect(),
            Request::Search => targets
                .people
                .iter()
                .map(|person| {
                    let (system, code) = SEARCHED;
                    let path = format!(
                        "/Observation?patient=Patient/{}&code={}%7C{code}&_count={RESULTS}",
                        person.patient,
                        system.replace(':', "%3A").replace('/', "%2F")
                    );
                    Template::new(target.get(&path))
                })
                .collect(),
            Request::Everything => {
                let id = targets
                    .thousand
                    .as_ref()
                    .ok_or_else(|| anyhow!("there is no person of 1,000 resources"))?;
                vec![Template::new(target.get(&format!("/Patient/{id}/$everything")))]
            }
            Request::Transaction => (0..16)
                .map(|_| Template::new(target.post("", &transaction(seed))))
                .collect(),
        };
        if templates.is_empty() {
            bail!(
                "there is nothing in the record for the row {} to ask for",
                self.name()
            );
        }
        Ok(templates)
    }
}

fn creates(target: &Target, targets: &Targets, seed: &mut Seed) -> Vec<Template> {
    let people = targets.people.len() as u64;
    let count = if people == 0 { 0 } else { WRITES };
    (0..count)
        .map(|_| {
            let person = &targets.people[seed.below(people) as usize];
            let (patient, encounter) = (
                format!("Patient/{}", person.patient),
                format!("Encounter/{}", person.encounter),
            );
            let about = About {
                patient: &patient,
                encounter: &encounter,
            };
            let (kind, json) = generate::observation(seed, None, about, STAMP, None);
            Template::new(target.post(&format!("/{kind}"), &json))
        })
        .collect()
}

/// A transaction that creates a person: a Patient, an Encounter and 98 resources that refer to them by `urn:uuid`.
fn transaction(seed: &mut Seed) -> String {
    let (patient, encounter) = (
        format!("urn:uuid:{}", seed.uuid()),
        format!("urn:uuid:{}", seed.uuid()),
    );
    let about = About {
        patient: &patient,
        encounter: &encounter,
    };
    let entries: Vec<String> = (0..TRANSACTION)
        .map(|place| {
            let (url, (kind, json)) = match place {
                0 => (patient.clone(), generate::patient(seed, None, NHS_STAMP)),
                1 => (encounter.clone(), generate::encounter(seed, None, &patient)),
                place => (
                    format!("urn:uuid:{}", seed.uuid()),
                    generate::resource(seed, place, Mix::Life, None, about),
                ),
            };
            format!(r#"{{"fullUrl":"{url}","resource":{json},"request":{{"method":"POST","url":"{kind}"}}}}"#)
        })
        .collect();
    format!(
        r#"{{"resourceType":"Bundle","type":"transaction","entry":[{}]}}"#,
        entries.join(",")
    )
}

/// The bytes of a request, and where in them a number is put that no other request has.
#[derive(Debug, Clone)]
pub(super) struct Template {
    bytes: Vec<u8>,
    stamps: Vec<usize>,
    nhs_stamps: Vec<usize>,
}

impl Template {
    pub(super) fn new(bytes: Vec<u8>) -> Template {
        let (stamps, nhs_stamps) = (places(&bytes, STAMP), places(&bytes, NHS_STAMP));
        Template {
            bytes,
            stamps,
            nhs_stamps,
        }
    }

    /// Whether each request must have its own number.
    pub(super) fn is_stamped(&self) -> bool {
        !self.stamps.is_empty() || !self.nhs_stamps.is_empty()
    }

    /// The request as it stands.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The request with `number` in its places.
    pub(super) fn stamp(&self, number: u64, into: &mut Vec<u8>) {
        into.clear();
        into.extend_from_slice(&self.bytes);
        let digits = format!("{:012}", number % 1_000_000_000_000);
        for &at in &self.stamps {
            into[at..at + STAMP.len()].copy_from_slice(digits.as_bytes());
        }
        if !self.nhs_stamps.is_empty() {
            // Away from the numbers of the people who are in the record before.
            let digits = generate::nhs_number(200_000 + number);
            for &at in &self.nhs_stamps {
                into[at..at + NHS_STAMP.len()].copy_from_slice(digits.as_bytes());
            }
        }
    }
}

fn places(bytes: &[u8], marker: &str) -> Vec<usize> {
    bytes
        .windows(marker.len())
        .enumerate()
        .filter_map(|(at, window)| (window == marker.as_bytes()).then_some(at))
        .collect()
}

#[cfg(test)]
mod tests {
    use codes::nhs_number::NhsNumber;
    use fhir::{Document, Limits};

    use super::{Request, TRANSACTION, Template, transaction};
    use crate::bench::client::Target;
    use crate::bench::generate::{self, About, STAMP, Seed};
    use crate::bench::targets::{Person, Targets};

    async fn target() -> Target {
        Target::resolve("http://127.0.0.1:9/fhir", Some("a-token"))
            .await
            .expect("an address")
    }

    fn body(request: &[u8]) -> &str {
        std::str::from_utf8(request)
            .expect("text")
            .split_once("\r\n\r\n")
            .expect("a body")
            .1
    }

    #[test]
    fn the_observation_of_the_create_row_has_twelve_index_values_in_1_2_kb() {
        let about = About {
            patient: "Patient/11111111-2222-4333-8444-555555555555",
            encounter: "Encounter/11111111-2222-4333-8444-555555555556",
        };
        for which in 0..9 {
            let (_, json) =
                generate::observation(&mut Seed::new(3), None, about, "000000000001", Some(which));
            let document = Document::scan(json.as_bytes(), &Limits::default()).expect("valid");
            assert_eq!(document.root().prepare(&|_| None).index.len(), 12, "{json}");
            assert!((1100..1600).contains(&json.len()), "{} bytes", json.len());
        }
    }

    #[test]
    fn nhs_numbers_are_valid_different_and_of_the_test_range() {
        let mut seen = std::collections::HashSet::new();
        for number in (0..5000).chain(495_000..500_000) {
            let digits = generate::nhs_number(number);
            let parsed = NhsNumber::parse(&digits).expect("valid");
            assert!(parsed.is_test());
            assert!(seen.insert(digits), "{number}");
        }
    }

    #[test]
    fn stamped_transactions_are_valid_and_each_names_a_new_person() {
        let template = Template::new(transaction(&mut Seed::new(1)).into_bytes());
        assert!(template.is_stamped());
        let (mut one, mut other) = (Vec::new(), Vec::new());
        template.stamp(1, &mut one);
        template.stamp(2, &mut other);
        assert_ne!(one, other);
        for json in [one, other] {
            let document = Document::scan(&json, &Limits::default()).expect("valid");
            assert_eq!(
                document.root().bundle().expect("a Bundle").entries.len(),
                TRANSACTION
            );
        }
    }

    #[tokio::test]
    async fn a_stamped_create_keeps_its_announced_length() {
        let target = target().await;
        let people = vec![Person {
            patient: Seed::new(1).uuid(),
            encounter: Seed::new(2).uuid(),
        }];
        let targets = Targets {
            people,
            ..Targets::default()
        };
        let pool = Request::Create
            .render(&target, &targets, &mut Seed::new(3))
            .expect("rendered");
        let mut request = Vec::new();
        pool[0].stamp(77, &mut request);
        let text = std::str::from_utf8(&request).expect("text");
        assert!(text.contains(&format!("Content-Length: {}\r\n", body(&request).len())));
        assert!(text.contains("000000000077") && !text.contains(STAMP));
        assert!(Document::scan(body(&request).as_bytes(), &Limits::default()).is_ok());
    }

    #[tokio::test]
    async fn a_row_with_nothing_to_ask_for_says_so() {
        let target = target().await;
        for row in [
            Request::Create,
            Request::Read,
            Request::Search,
            Request::Everything,
        ] {
            assert!(
                row.render(&target, &Targets::default(), &mut Seed::new(3))
                    .is_err()
            );
        }
    }
}
