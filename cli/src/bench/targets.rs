//! What a load aims at, and the two ways it comes to be there: as NDJSON for `sarsen import`, or through a FHIR API.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};
use tokio::task::JoinSet;

use super::client::{Connection, Reply, Target};
use super::generate::{self, About, Made, Mix, Seed};
use super::http::header_values;

/// Resources of the person whom the rows "everything" and "record page" ask for.
pub(super) const THOUSAND: usize = 1000;
/// Resources of every other person.
const USUAL: usize = 300;
/// About how many addresses a load reads, spread over the whole record.
const READS: u64 = 20_000;
/// Connections that a seed is sent on.
const SEEDING: usize = 16;

/// A person in the record, by ids.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) patient: String,
    pub(super) encounter: String,
}

/// What is in the record for a load to ask for.
#[derive(Debug, Clone, Default)]
pub(super) struct Targets {
    pub(super) people: Vec<Person>,
    /// Addresses such as `Observation/…`.
    pub(super) reads: Vec<String>,
    /// The id of the person of exactly [`THOUSAND`] resources.
    pub(super) thousand: Option<String>,
}

/// Writes `resources` resources of new people as NDJSON and adds them to `targets`; the first person of all has exactly
/// [`THOUSAND`].
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write_people(path: &Path, resources: u64, targets: &mut Targets) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).with_context(cannot)?);
    let mut left = resources as usize;
    while left > 0 {
        let number = targets.people.len() as u64;
        let mut seed = Seed::new(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let count = left.min(if number == 0 { THOUSAND } else { USUAL });
        left -= count;
        let person = Person {
            patient: seed.uuid(),
            encounter: seed.uuid(),
        };
        let references = (
            format!("Patient/{}", person.patient),
            format!("Encounter/{}", person.encounter),
        );
        let about = About {
            patient: &references.0,
            encounter: &references.1,
        };
        for place in 0..count {
            let (id, made) = match place {
                0 => {
                    let nhs_number = generate::nhs_number(number);
                    (
                        person.patient.clone(),
                        generate::patient(&mut seed, Some(&person.patient), &nhs_number),
                    )
                }
                1 => {
                    let id = person.encounter.clone();
                    let made = generate::encounter(&mut seed, Some(&id), about.patient);
                    (id, made)
                }
                place => {
                    let id = seed.uuid();
                    let made = generate::resource(&mut seed, place, Mix::Life, Some(&id), about);
                    (id, made)
                }
            };
            writeln!(file, "{}", made.1).with_context(cannot)?;
            if seed.below(resources) < READS {
                targets.reads.push(format!("{}/{id}", made.0));
            }
        }
        if number == 0 && count == THOUSAND {
            targets.thousand = Some(person.patient.clone());
        }
        targets.people.push(person);
    }
    file.flush().with_context(cannot)
}

/// Puts `people` people of `each` resources into a server through its API (POST), and reads their ids from its answers.
///
/// # Errors
/// When the server refuses a resource, or does not say which id it gave.
pub(super) async fn seed(target: &Target, people: u64, each: usize, mix: Mix) -> anyhow::Result<Targets> {
    let mut targets = Targets::default();
    let mut connection = Connection::open(target).await?;
    let mut rest = Vec::new();
    for number in 0..people {
        let mut seed = Seed::new(number ^ 0x5eed);
        let nhs_number = generate::nhs_number(number);
        let patient = create(
            &mut connection,
            target,
            &generate::patient(&mut seed, None, &nhs_number),
        )
        .await?;
        let reference = format!("Patient/{patient}");
        let encounter = create(
            &mut connection,
            target,
            &generate::encounter(&mut seed, None, &reference),
        )
        .await?;
        let encounter_reference = format!("Encounter/{encounter}");
        let about = About {
            patient: &reference,
            encounter: &encounter_reference,
        };
        rest.extend((2..each).map(|place| generate::resource(&mut seed, place, mix, None, about)));
        if each == THOUSAND {
            targets.thousand.get_or_insert(patient.clone());
        }
        targets.people.push(Person { patient, encounter });
    }
    targets.reads = create_all(target, rest).await?;
    Ok(targets)
}

async fn create_all(target: &Target, resources: Vec<Made>) -> anyhow::Result<Vec<String>> {
    let mut lots: Vec<Vec<Made>> = (0..SEEDING).map(|_| Vec::new()).collect();
    for (at, made) in resources.into_iter().enumerate() {
        lots[at % SEEDING].push(made);
    }
    let mut tasks = JoinSet::new();
    for lot in lots {
        let target = target.clone();
        tasks.spawn(async move {
            let mut connection = Connection::open(&target).await?;
            let mut addresses = Vec::with_capacity(lot.len());
            for made in &lot {
                addresses.push(format!(
                    "{}/{}",
                    made.0,
                    create(&mut connection, &target, made).await?
                ));
            }
            anyhow::Ok(addresses)
        });
    }
    let mut addresses = Vec::new();
    while let Some(done) = tasks.join_next().await {
        addresses.extend(done??);
    }
    Ok(addresses)
}

/// Creates one resource; the id that the server gave.
async fn create(connection: &mut Connection, target: &Target, made: &Made) -> anyhow::Result<String> {
    let (kind, json) = made;
    let reply = connection
        .exchange(&target.post(&format!("/{kind}"), json))
        .await?;
    if !reply.is_success() {
        bail!("the server refused a {kind}: {}", reply.words());
    }
    id_of(&reply, kind).ok_or_else(|| anyhow!("the server does not say which id it gave a {kind}"))
}

/// The id in the Location header, or else in the body.
fn id_of(reply: &Reply<'_>, kind: &str) -> Option<String> {
    let by_location = header_values(reply.head, "location").next().and_then(|location| {
        let mut parts = location.split('/').skip_while(|part| *part != kind);
        parts.nth(1).map(str::to_owned)
    });
    by_location.or_else(|| {
        let body: serde_json::Value = serde_json::from_slice(reply.body).ok()?;
        body.get("id")?.as_str().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use fhir::{Document, Limits};

    use super::{Reply, Targets, id_of, write_people};

    fn written(resources: u64, targets: &mut Targets) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("people.ndjson");
        write_people(&path, resources, targets).expect("written");
        std::fs::read_to_string(&path)
            .expect("read")
            .lines()
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_resource_of_invented_people_passes_the_scanner() {
        for line in written(2000, &mut Targets::default()) {
            if let Err(issues) = Document::scan(line.as_bytes(), &Limits::default()) {
                panic!("{issues:?}\n{line}");
            }
        }
    }

    #[test]
    fn a_later_part_goes_on_with_new_people_and_new_ids() {
        let mut targets = Targets::default();
        let mut lines = written(1300, &mut targets);
        let first = targets.people.len();
        lines.extend(written(700, &mut targets));
        assert_eq!((lines.len(), first), (2000, 2));
        let ids: HashSet<&str> = lines
            .iter()
            .filter_map(|line| line.split_once("\"id\":\"")?.1.split_once('"'))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(ids.len(), 2000);
        assert_eq!(
            lines
                .iter()
                .filter(|line| line.contains(&format!("\"Patient/{}\"", targets.people[0].patient)))
                .count(),
            999
        );
    }

    #[test]
    fn the_same_people_are_invented_every_time() {
        assert_eq!(
            written(400, &mut Targets::default()),
            written(400, &mut Targets::default())
        );
    }

    #[test]
    fn an_id_is_read_from_the_location_or_else_from_the_body() {
        let with = Reply {
            status: 201,
            head: b"HTTP/1.1 201 Created\r\nLocation: http://a/fhir/Patient/7f/_history/1\r\n\r\n",
            body: b"",
        };
        assert_eq!(id_of(&with, "Patient").as_deref(), Some("7f"));
        let without = Reply {
            status: 201,
            head: b"HTTP/1.1 201 Created\r\n\r\n",
            body: b"{\"id\":\"8a\"}",
        };
        assert_eq!(id_of(&without, "Patient").as_deref(), Some("8a"));
    }
}
