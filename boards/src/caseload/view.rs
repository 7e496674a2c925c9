//! The view that keeps the caseloads up to date.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use jiff::civil::Date;
use record::PersonKey;
use record::view::{PersonNow, Unreadable, View};

use super::tie::{self, Tie};

/// The people of each team, organisation and worker: a view over EpisodeOfCare and CareTeam.
#[derive(Debug, Default)]
pub struct Caseloads {
    ties: HashMap<PersonKey, Vec<Tie>>,
    people: BTreeMap<String, BTreeSet<PersonKey>>,
}

impl Caseloads {
    /// Everybody who is on a caseload, or in the care, of one of these on a day: references (`Organization/…`) or identifiers
    /// (`system|value`).
    #[must_use]
    pub fn people_of<'p>(&self, parties: impl Iterator<Item = &'p str>, today: Date) -> BTreeSet<PersonKey> {
        let mut found = BTreeSet::new();
        for party in parties {
            let people = self.people.get(party).into_iter().flatten();
            found.extend(people.filter(|person| self.holds(**person, party, today)));
        }
        found
    }

    fn holds(&self, person: PersonKey, party: &str, today: Date) -> bool {
        let ties = self.ties.get(&person).into_iter().flatten();
        ties.filter(|tie| tie.party == party).any(|tie| tie.holds(today))
    }

    /// How many people are on a caseload.
    #[must_use]
    pub fn people(&self) -> usize {
        self.ties.len()
    }
}

impl View for Caseloads {
    const NAME: &'static str = "caseload";
    const SHAPE: u32 = 1;
    const READS: &'static [&'static str] = &["CareTeam", "EpisodeOfCare"];
    type Kept = CaseloadTies;

    fn keep(now: &PersonNow<'_>) -> Result<Option<CaseloadTies>, Unreadable> {
        let mut ties = Vec::new();
        for resource in now.resources {
            tie::read(&resource.json, &mut ties);
        }
        ties.sort();
        ties.dedup();
        Ok((!ties.is_empty()).then_some(CaseloadTies(ties)))
    }

    fn put(&mut self, person: PersonKey, kept: Option<CaseloadTies>) {
        for tie in self.ties.remove(&person).into_iter().flatten() {
            if let Some(people) = self.people.get_mut(&tie.party) {
                people.remove(&person);
                if people.is_empty() {
                    self.people.remove(&tie.party);
                }
            }
        }
        let Some(CaseloadTies(ties)) = kept else { return };
        for tie in &ties {
            self.people.entry(tie.party.clone()).or_default().insert(person);
        }
        self.ties.insert(person, ties);
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        self.ties.iter().try_for_each(|(person, ties)| {
            let rows: Vec<(&str, String, String)> = ties
                .iter()
                .map(|tie| (tie.party.as_str(), words(tie.from), words(tie.until)))
                .collect();
            let packed = serde_json::to_vec(&rows).map_err(io::Error::other)?;
            tell(*person, &packed)
        })
    }

    fn load(kept: &[u8]) -> Option<CaseloadTies> {
        let rows: Vec<(String, String, String)> = serde_json::from_slice(kept).ok()?;
        let ties = rows.into_iter().map(|(party, from, until)| {
            Some(Tie {
                party,
                from: date(&from)?,
                until: date(&until)?,
            })
        });
        Some(CaseloadTies(ties.collect::<Option<_>>()?))
    }

    fn bytes(&self) -> u64 {
        let ties: usize = self.ties.values().flatten().map(|tie| tie.party.len() + 96).sum();
        (ties + self.ties.len() * 64) as u64
    }
}

/// What is kept of one person.
#[derive(Debug)]
pub struct CaseloadTies(Vec<Tie>);

fn words(date: Option<Date>) -> String {
    date.map_or_else(String::new, |date| date.to_string())
}

/// A day of a snapshot; nothing when it is none.
fn date(words: &str) -> Option<Option<Date>> {
    if words.is_empty() {
        return Some(None);
    }
    words.parse().ok().map(Some)
}
