//! The proof that releases work side by side: the previous release's binary and this one serve one database at the same
//! time, through a migration and under load; and a folder of the previous release is taken up by this one.
//!
//! - [`program`]: a binary that serves, and how it is spoken to
//! - [`load`]: workers that write, read and search, and what they heard
//! - [`beside`]: both on one PostgreSQL
//! - [`after`]: one after the other on one folder
//! - [`report`]: what was found, in words

pub mod after;
pub mod beside;
pub mod load;
pub mod program;
pub mod report;

use std::io;
use std::time::Duration;

use load::{Heard, is_there};
use program::{Program, ask};

/// What one course of the proof found.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What happened, step by step, in words.
    pub steps: Vec<String>,
    /// What the load heard.
    pub heard: Heard,
}

impl Outcome {
    fn step(&mut self, words: impl Into<String>) {
        self.steps.push(words.into());
    }

    /// Looks for everything that was acknowledged so far at each of the servers.
    async fn all_are_there(&mut self, servers: &[(&str, &str)]) {
        for (name, address) in servers {
            for (id, version, family) in &self.heard.people {
                if let Err(error) = is_there(address, id, *version, family).await {
                    self.heard.faults.push(format!("{name}: {error}"));
                }
            }
            let people = self.heard.people.len();
            self.steps.push(format!(
                "{name} gives all {people} people in the version acknowledged last"
            ));
        }
    }

    /// Runs `sarsen verify`.
    fn verify(&mut self, program: &Program, others: &[&str]) -> io::Result<()> {
        let mut words = vec!["verify"];
        for folder in others {
            words.extend(["--process", folder]);
        }
        let output = program.run(&words)?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let checked = said.lines().next().unwrap_or_default();
        if output.status.success() && said.lines().last() == Some("the record is sound") {
            self.step(format!("`sarsen verify`: {checked}; the record is sound"));
        } else {
            let error = String::from_utf8_lossy(&output.stderr);
            self.heard.faults.push(format!("verify: {said} {error}"));
        }
        Ok(())
    }

    /// The older program, started on the store as it is now, must refuse with words that name the newer schema.
    fn refuses(&mut self, older: &Program) {
        match older.serve() {
            Ok(_) => self
                .heard
                .faults
                .push("the older program serves a newer store".to_owned()),
            Err(error) => {
                let said = error.to_string();
                let last = said.lines().last().unwrap_or_default();
                if last.contains("this release knows") {
                    let words = last
                        .rsplit_once("cannot be opened: ")
                        .map_or(last, |(_, words)| words);
                    self.step(format!("the older program refuses it: \"{}\"", words.trim()));
                } else {
                    self.heard
                        .faults
                        .push(format!("the older program ended otherwise: {last}"));
                }
            }
        }
    }

    /// Waits until searches may name the newest parameter of our own, and one finds everybody.
    async fn filled(&mut self, address: &str, patience: Duration) -> io::Result<()> {
        const QUERY: &str =
            "Patient?registered-practice=https://fhir.nhs.uk/Id/ods-organization-code|A81001&_summary=count";
        let begun = std::time::Instant::now();
        let mut refused = 0;
        loop {
            let (status, found) = ask(address, "GET", QUERY, None).await?;
            let people = self.heard.people.len();
            match status {
                200 if found["total"] == people => {
                    self.step(format!(
                        "the search by `registered-practice` was refused {refused} times while it was being prepared, and after {} s \
                         found all {people} people",
                        begun.elapsed().as_secs()
                    ));
                    return Ok(());
                }
                503 if begun.elapsed() < patience => refused += 1,
                _ => {
                    let words = format!("registered-practice found {found} ({status}) of {people}");
                    self.heard.faults.push(words);
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
