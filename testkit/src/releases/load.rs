//! The load: workers that create people, change them, read them and search for them through one server or two, and note
//! every write that was acknowledged.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::releases::program::ask;

/// Workers at one server.
const WORKERS: u64 = 3;

/// What was acknowledged, and what must not have happened.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Ids with the version and family name that were acknowledged last.
    pub people: Vec<(String, u64, String)>,
    /// Writes that were acknowledged.
    pub writes: u64,
    /// Reads and searches that were answered as they must be.
    pub reads: u64,
    /// Everything else.
    pub faults: Vec<String>,
}

impl Heard {
    /// Adds what others heard.
    pub fn add(&mut self, other: Heard) {
        self.people.extend(other.people);
        self.writes += other.writes;
        self.reads += other.reads;
        self.faults.extend(other.faults);
    }
}

/// A load that runs.
pub struct Load {
    stop: Arc<AtomicBool>,
    workers: Vec<JoinHandle<Heard>>,
}

impl Load {
    /// Starts it: writes go to `writes`, and what was written is read and searched for at `reads`.
    #[must_use]
    pub fn start(name: &str, writes: &str, reads: &str) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let workers = (0..WORKERS)
            .map(|number| {
                let worker = Worker {
                    name: format!("{name}{number}"),
                    writes: writes.to_owned(),
                    reads: reads.to_owned(),
                    heard: Heard::default(),
                };
                tokio::spawn(worker.work(Arc::clone(&stop)))
            })
            .collect();
        Load { stop, workers }
    }

    /// Lets every worker finish what it is at, and gives what they heard.
    pub async fn stop(self) -> Heard {
        self.stop.store(true, Ordering::Release);
        let mut heard = Heard::default();
        for worker in self.workers {
            match worker.await {
                Ok(one) => heard.add(one),
                Err(error) => heard.faults.push(error.to_string()),
            }
        }
        heard
    }
}

struct Worker {
    name: String,
    writes: String,
    reads: String,
    heard: Heard,
}

impl Worker {
    async fn work(mut self, stop: Arc<AtomicBool>) -> Heard {
        let mut number = 0;
        while !stop.load(Ordering::Acquire) {
            number += 1;
            if let Err(error) = self.round(number).await {
                self.heard.faults.push(format!("{} {number}: {error}", self.name));
                if self.heard.faults.len() > 20 {
                    break;
                }
            }
        }
        self.heard
    }

    async fn round(&mut self, number: u64) -> io::Result<()> {
        let family = format!("{}x{number}", self.name);
        let (status, made) = ask(&self.writes, "POST", "Patient", Some(&patient(None, &family))).await?;
        let id = expect(201, status, &made, "create")?["id"].as_str();
        let id = id.ok_or_else(|| io::Error::other("no id"))?.to_owned();
        self.heard.writes += 1;
        self.heard.people.push((id.clone(), 1, family.clone()));
        let path = format!("Patient/{id}");
        if number.is_multiple_of(3) {
            let family = format!("{family}y");
            let (status, put) = ask(&self.writes, "PUT", &path, Some(&patient(Some(&id), &family))).await?;
            expect(200, status, &put, "update")?;
            self.heard.writes += 1;
            if let Some(last) = self.heard.people.last_mut() {
                *last = (id.clone(), 2, family);
            }
        }
        let Some((id, version, family)) = self.heard.people.last().cloned() else {
            return Ok(());
        };
        is_there(&self.reads, &id, version, &family).await?;
        let query = format!("Patient?family:exact={family}&_summary=count");
        let (status, found) = ask(&self.reads, "GET", &query, None).await?;
        if expect(200, status, &found, "search")?["total"] != 1 {
            return Err(io::Error::other(format!("{query} found {found}")));
        }
        self.heard.reads += 2;
        Ok(())
    }
}

/// Whether a server gives a person in the version that was acknowledged.
///
/// # Errors
/// When it gives something else, or nothing.
pub async fn is_there(address: &str, id: &str, version: u64, family: &str) -> io::Result<()> {
    let (status, found) = ask(address, "GET", &format!("Patient/{id}"), None).await?;
    let found = expect(200, status, &found, "read")?;
    let is_at = found["meta"]["versionId"]
        .as_str()
        .and_then(|text| text.parse().ok());
    if is_at == Some(version) && found["name"][0]["family"] == family {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "Patient/{id} must be at version {version}, and is {found}"
    )))
}

fn patient(id: Option<&str>, family: &str) -> Value {
    let mut patient = json!({
        "resourceType": "Patient",
        "name": [{"family": family}],
        "birthDate": "1950-01-01",
        "generalPractitioner": [{
            "identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "A81001"}
        }]
    });
    if let Some(id) = id {
        patient["id"] = id.into();
    }
    patient
}

fn expect<'a>(wanted: u16, status: u16, body: &'a Value, what: &str) -> io::Result<&'a Value> {
    if status == wanted {
        return Ok(body);
    }
    let words = &body["issue"][0]["diagnostics"];
    Err(io::Error::other(format!(
        "{what} was answered with {status}: {words}"
    )))
}
