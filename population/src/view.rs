//! The view that keeps the columns up to date.
//!
//! A snapshot holds the dictionary first, under a key that no person has, so that everybody's codes are small numbers;
//! the most frequent code is number 1, and codes that nobody has any more are left out of it.

use std::io;

use record::PersonKey;
use record::view::{PersonNow, Unreadable, View};

use crate::circumstance::Circumstances;
use crate::columns::{Columns, pack};
use crate::facts::{CodeName, Facts, READS};
use crate::score::DeficitTable;
use crate::segment::Meanings;

/// The key under which a snapshot holds the dictionary: the last number of the last bucket but the end mark.
const DICTIONARY: u64 = u64::MAX - 1;

/// Everybody in columns: a view over their Patient and the facts that are counted.
#[derive(Debug, Default)]
pub struct Population {
    columns: Columns,
    /// Kept with the dictionary, so that a question need not look every code up.
    deficits: DeficitTable,
    meanings: Meanings,
    circumstances: Circumstances,
    /// While a snapshot is read: the number here of each of its numbers.
    loading: Vec<u32>,
}

impl Population {
    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Which deficit of the frailty index each code stands for.
    #[must_use]
    pub fn deficits(&self) -> &DeficitTable {
        &self.deficits
    }

    /// What each code stands for in the model of segments.
    #[must_use]
    pub fn meanings(&self) -> &Meanings {
        &self.meanings
    }

    /// What each code says of how somebody lives.
    #[must_use]
    pub fn circumstances(&self) -> &Circumstances {
        &self.circumstances
    }

    /// Looks up the codes that came since.
    fn look_up(&mut self) {
        self.deficits.extend(self.columns.dictionary());
        self.meanings.extend(self.columns.dictionary());
        self.circumstances.extend(self.columns.dictionary());
    }
}

impl From<Columns> for Population {
    fn from(columns: Columns) -> Population {
        Population {
            deficits: DeficitTable::of(columns.dictionary()),
            meanings: Meanings::of(columns.dictionary()),
            circumstances: Circumstances::of(columns.dictionary()),
            columns,
            loading: Vec::new(),
        }
    }
}

/// What is kept of one person, as read from resources or from a snapshot; or a snapshot's dictionary.
#[derive(Debug)]
pub struct Kept(Form);

#[derive(Debug)]
enum Form {
    Named(Facts<CodeName>),
    Numbered(Facts<u32>),
    Dictionary(Vec<CodeName>),
}

impl Kept {
    /// What was read of a person; `None` of a snapshot's.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts<CodeName>> {
        match &self.0 {
            Form::Named(facts) => Some(facts),
            Form::Numbered(_) | Form::Dictionary(_) => None,
        }
    }
}

impl View for Population {
    const NAME: &'static str = "population";
    const SHAPE: u32 = 7;
    const READS: &'static [&'static str] = READS;
    /// When somebody was born and died says how each fact is marked.
    const WITH: Option<&'static [&'static str]> = Some(&["Patient"]);
    type Kept = Kept;

    fn keep(now: &PersonNow<'_>) -> Result<Option<Kept>, Unreadable> {
        if now.resources.is_empty() {
            return Ok(None);
        }
        let mut facts = Facts::for_columns(now.resources.iter().map(|one| one.json.as_slice()));
        facts.person.survivor = now.survivor;
        Ok(Some(Kept(Form::Named(facts))))
    }

    fn put(&mut self, person: PersonKey, kept: Option<Kept>) {
        match kept.map(|kept| kept.0) {
            None => self.columns.put(person, None),
            Some(Form::Named(facts)) => self.columns.put(person, Some(facts)),
            Some(Form::Dictionary(names)) => {
                let dictionary = self.columns.dictionary_mut();
                self.loading = names.into_iter().map(|name| dictionary.number(name)).collect();
            }
            Some(Form::Numbered(facts)) => {
                // A number beyond the dictionary is none of ours: it becomes words without a code, which no rule counts.
                let facts = facts.map(|number| self.loading.get(number as usize).copied().unwrap_or(0));
                self.columns.put_numbered(person, Some(&facts));
            }
        }
        self.look_up();
    }

    fn keep_more(now: &PersonNow<'_>) -> Option<Kept> {
        let mut more = Facts::for_columns(now.resources.iter().map(|one| one.json.as_slice()));
        more.person.survivor = now.survivor;
        // How many could not be read is counted over all of them.
        (more.person.unread == 0).then_some(Kept(Form::Named(more)))
    }

    fn add(&mut self, person: PersonKey, more: Kept) {
        let Form::Named(more) = more.0 else { return };
        let Some(mut facts) = self.columns.numbered(person) else {
            self.put(person, Some(Kept(Form::Named(more))));
            return;
        };
        let objects = more.speaks_of_objection();
        let dictionary = self.columns.dictionary_mut();
        let more = more.map(|name| dictionary.number(name));
        facts.take_in(more, |number| dictionary.name(number));
        if objects {
            let mut named = facts.map(|number| self.columns.dictionary().name(number));
            named.see_objection();
            self.columns.put(person, Some(named));
        } else {
            self.columns.put_numbered(person, Some(&facts));
        }
        self.look_up();
    }

    fn save(&self, tell: &mut dyn FnMut(PersonKey, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let names = self.columns.dictionary().names();
        let (order, numbers) = self.columns.by_use();
        let mut bytes = vec![1];
        let used = order.iter().map(|number| &names[*number as usize]);
        pack::pack_names(used, &mut bytes);
        tell(PersonKey::from_value(DICTIONARY), &bytes)?;
        for person in self.columns.everybody() {
            let Some(facts) = self.columns.numbered(person) else {
                continue;
            };
            let facts = facts.map(|number| numbers[number as usize]);
            bytes.clear();
            bytes.push(0);
            pack::pack(&facts, &mut bytes);
            tell(person, &bytes)?;
        }
        Ok(())
    }

    fn load(kept: &[u8]) -> Option<Kept> {
        let mut bytes = pack::Bytes(kept);
        let form = match bytes.byte()? {
            0 => Form::Numbered(pack::unpack(&mut bytes)?),
            1 => Form::Dictionary(pack::unpack_names(&mut bytes)?),
            _ => return None,
        };
        bytes.0.is_empty().then_some(Kept(form))
    }

    fn bytes(&self) -> u64 {
        self.columns.bytes()
    }
}
