//! The view that keeps the organisations up to date. The directory is open to everybody who is signed in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use record::PersonKey;
use record::view::{PersonNow, Unreadable, View};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its reference, `Organization/…`.
    pub reference: String,
    /// Its ODS code; the id where it has none.
    pub code: String,
    /// Its name; the code where it has none.
    pub name: String,
    /// The reference of what it is part of: a practice's network, a site's trust.
    pub part_of: Option<String>,
}

/// Everything of the directory that is an Organization.
#[derive(Debug, Default)]
pub struct Organisations {
    units: HashMap<PersonKey, Organisation>,
    by_reference: BTreeMap<String, PersonKey>,
    by_code: BTreeMap<String, PersonKey>,
    parts: BTreeMap<String, BTreeSet<PersonKey>>,
}

impl Organisations {
    /// The organisation with this reference.
    #[must_use]
    pub fn by_reference(&self, reference: &str) -> Option<&Organisation> {
        self.units.get(self.by_reference.get(reference)?)
    }

    /// The organisation with this ODS code, or id where it has none.
    #[must_use]
    pub fn by_code(&self, code: &str) -> Option<&Organisation> {
        self.units.get(self.by_code.get(code)?)
    }

    /// What is part of the organisation with this reference, by code.
    #[must_use]
    pub fn parts_of(&self, reference: &str) -> Vec<&Organisation> {
        let keys = self.parts.get(reference).into_iter().flatten();
        let mut parts: Vec<&Organisation> = keys.filter_map(|key| self.units.get(key)).collect();
        parts.sort_by(|one, other| one.code.cmp(&other.code));
        parts
    }

    /// Everything that is part of another that is known: its reference, and the whole.
    pub fn parts(&self) -> impl Iterator<Item = (&str, &Organisation)> {
        self.units.values().filter_map(|one| {
            let whole = self.by_reference(one.part_of.as_deref()?)?;
            Some((one.reference.as_str(), whole))
        })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }
}

impl View for Organisations {
    const NAME: &'static str = "organisations";
    const SHAPE: u32 = 1;
    const READS: &'static [&'static str] = &["Organization"];
    type Kept = Organisation;

    fn keep(now: &PersonNow<'_>) -> Result<Option<Organisation>, Unreadable> {
        let Some(stored) = now.resources.first() else {
            return Ok(None);
        };
        let json: Value = serde_json::from_slice(&stored.json)
            .map_err(|_| Unreadable("an Organization cannot be read as JSON"))?;
        let identifiers = json["identifier"].as_array().into_iter().flatten();
        let code = identifiers
            .filter(|one| one["system"].as_str() == Some(codes::system::ODS_ORGANISATION))
            .find_map(|one| one["value"].as_str())
            .unwrap_or(&stored.id);
        let part_of = json["partOf"]["reference"].as_str().and_then(|text| {
            let mut parts = text.rsplit('/');
            let (id, kind) = (parts.next()?, parts.next()?);
            Some(format!("{kind}/{id}"))
        });
        Ok(Some(Organisation {
            reference: format!("Organization/{}", stored.id),
            code: code.to_owned(),
            name: json["name"].as_str().unwrap_or(code).to_owned(),
            part_of,
        }))
    }

    fn put(&mut self, unit: PersonKey, kept: Option<Organisation>) {
        if let Some(before) = self.units.remove(&unit) {
            self.by_reference.remove(&before.reference);
            // Two may bear one code, in error: the other keeps it.
            if self.by_code.get(&before.code) == Some(&unit) {
                self.by_code.remove(&before.code);
            }
            if let Some(parts) = before.part_of.and_then(|whole| self.parts.get_mut(&whole)) {
                parts.remove(&unit);
            }
        }
        let Some(kept) = kept else { return };
        self.by_reference.insert(kept.reference.clone(), unit);
        self.by_code.entry(kept.code.clone()).or_insert(unit);
        if let Some(whole) = &kept.part_of {
            self.parts.entry(whole.clone()).or_default().insert(unit);
        }
        self.units.insert(unit, kept);
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        self.units.iter().try_for_each(|(unit, organisation)| {
            tell(
                *unit,
                &serde_json::to_vec(organisation).map_err(io::Error::other)?,
            )
        })
    }

    fn load(kept: &[u8]) -> Option<Organisation> {
        serde_json::from_slice(kept).ok()
    }

    fn bytes(&self) -> u64 {
        let text = |one: &Organisation| 3 * one.reference.len() + 2 * one.code.len() + one.name.len() + 200;
        self.units.values().map(text).sum::<usize>() as u64
    }
}
