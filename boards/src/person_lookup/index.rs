//! Everybody, findable by each part. Memory is what it is built for: a person takes one short stretch of bytes and a
//! place in each list that leads to them.

use std::collections::{BTreeMap, HashMap};

use record::PersonKey;

use super::asked::{Asked, Fit, Match};
use super::born::Born;
use super::details::{Details, Key};
use super::fold::Postcode;
use super::words::{Meeting, WordId, Words};

/// Somebody who may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The id of their Patient.
    pub id: String,
    /// Their key.
    pub person: PersonKey,
    /// Why.
    pub fit: Fit,
}

/// Who may be meant, best first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// At most as many as were asked for.
    pub candidates: Vec<Candidate>,
    /// How many fit in all.
    pub total: usize,
}

/// What everybody can be found by.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    free: Vec<u32>,
    by_person: HashMap<PersonKey, u32>,
    words: Words,
    /// Keys that one person has.
    single: HashMap<u64, u32>,
    /// Keys that several have.
    shared: HashMap<u64, Vec<u32>>,
    outward: BTreeMap<Vec<u8>, Vec<u32>>,
    born: HashMap<u32, Vec<u32>>,
    /// Bytes of all rows.
    packed: u64,
}

/// One person; no bytes is a free place.
#[derive(Debug)]
struct Row {
    person: PersonKey,
    packed: Box<[u8]>,
}

const DIED: u8 = 1;
const SUPERSEDED: u8 = 2;
/// Marks an id that is a UUID in lower case, kept in 16 bytes.
const UUID: u8 = 0xff;

/// A row's bytes, read where they lie: flags, date of birth, id, words, keys.
#[derive(Clone, Copy)]
struct Packed<'r> {
    flags: u8,
    born: u32,
    id: &'r [u8],
    is_uuid: bool,
    words: &'r [[u8; 4]],
    keys: &'r [[u8; 8]],
}

impl<'r> Packed<'r> {
    fn read(bytes: &'r [u8]) -> Option<Packed<'r>> {
        let (&[flags, b0, b1, b2, b3, id_length, words, keys], rest) = bytes.split_first_chunk::<8>()?;
        let is_uuid = id_length == UUID;
        let (id, rest) = rest.split_at_checked(if is_uuid { 16 } else { usize::from(id_length) })?;
        let (words, keys_at) = rest.split_at_checked(4 * usize::from(words))?;
        let (keys_bytes, _) = keys_at.split_at_checked(8 * usize::from(keys))?;
        Some(Packed {
            flags,
            born: u32::from_be_bytes([b0, b1, b2, b3]),
            id,
            is_uuid,
            words: words.as_chunks().0,
            keys: keys_bytes.as_chunks().0,
        })
    }

    fn word_ids(self) -> impl Iterator<Item = WordId> + 'r {
        self.words.iter().map(|word| WordId::from_be_bytes(*word))
    }

    fn key_list(self) -> impl Iterator<Item = Key> + Clone + 'r {
        self.keys
            .iter()
            .map(|key| Key::from_value(u64::from_be_bytes(*key)))
    }

    fn id_text(self) -> String {
        if !self.is_uuid {
            return String::from_utf8_lossy(self.id).into_owned();
        }
        let mut text = String::with_capacity(36);
        for (at, byte) in self.id.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            for half in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
        }
        text
    }
}

fn uuid(id: &str) -> Option<[u8; 16]> {
    let bytes = id.as_bytes();
    let right = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        });
    if !right {
        return None;
    }
    let number = u128::from_str_radix(&id.replace('-', ""), 16).ok()?;
    Some(number.to_be_bytes())
}

impl Index {
    pub(super) fn put(&mut self, person: PersonKey, details: Option<&Details>) {
        self.forget(person);
        let Some(details) = details else {
            return;
        };
        let row = match self.free.pop() {
            Some(row) => row,
            None => {
                self.rows.push(Row {
                    person,
                    packed: Box::default(),
                });
                (self.rows.len() - 1) as u32
            }
        };
        let packed = self.pack(row, details);
        self.packed += packed.len() as u64;
        self.rows[row as usize] = Row { person, packed };
        self.by_person.insert(person, row);
        self.link(row);
    }

    fn pack(&mut self, row: u32, details: &Details) -> Box<[u8]> {
        // Nobody has so many names or numbers; beyond, they are not found by the rest.
        let words = &details.words[..details.words.len().min(255)];
        let keys = &details.keys[..details.keys.len().min(255)];
        let flags = if details.died { DIED } else { 0 } | if details.superseded { SUPERSEDED } else { 0 };
        let mut packed = Vec::with_capacity(8 + 36 + 4 * words.len() + 8 * keys.len());
        packed.push(flags);
        packed.extend(details.born.map_or(0, Born::packed).to_be_bytes());
        let uuid = uuid(&details.id);
        packed.extend([
            uuid.map_or(details.id.len() as u8, |_| UUID),
            words.len() as u8,
            keys.len() as u8,
        ]);
        match uuid {
            Some(bytes) => packed.extend(bytes),
            None => packed.extend(details.id.bytes()),
        }
        for word in words {
            packed.extend(self.words.add(word, row).to_be_bytes());
        }
        for key in keys {
            packed.extend(key.value().to_be_bytes());
        }
        packed.into_boxed_slice()
    }

    /// Enters a row in the lists that lead to it.
    fn link(&mut self, row: u32) {
        let Some((born, keys)) = self.links(row) else {
            return;
        };
        if born != 0 {
            self.born.entry(born).or_default().push(row);
        }
        for key in keys {
            if let Some(code) = key.as_postcode() {
                let rows = self.outward.entry(code.outward().to_vec()).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
            let key = key.plain().value();
            if let Some(rows) = self.shared.get_mut(&key) {
                rows.push(row);
            } else if let Some(first) = self.single.remove(&key) {
                self.shared.insert(key, vec![first, row]);
            } else {
                self.single.insert(key, row);
            }
        }
    }

    fn links(&self, row: u32) -> Option<(u32, Vec<Key>)> {
        let packed = Packed::read(&self.rows.get(row as usize)?.packed)?;
        Some((packed.born, packed.key_list().collect()))
    }

    fn forget(&mut self, person: PersonKey) {
        let Some(row) = self.by_person.remove(&person) else {
            return;
        };
        let Some((born, keys)) = self.links(row) else {
            return;
        };
        let bytes = std::mem::take(&mut self.rows[row as usize].packed);
        self.packed -= bytes.len() as u64;
        if let Some(packed) = Packed::read(&bytes) {
            for word in packed.word_ids() {
                self.words.remove(word, row);
            }
        }
        if let Some(rows) = self.born.get_mut(&born) {
            leave(rows, row);
        }
        for key in keys {
            if let Some(code) = key.as_postcode()
                && let Some(rows) = self.outward.get_mut(code.outward())
            {
                leave(rows, row);
            }
            let key = key.plain().value();
            if self.single.get(&key) == Some(&row) {
                self.single.remove(&key);
            } else if let Some(rows) = self.shared.get_mut(&key) {
                leave(rows, row);
                if rows.is_empty() {
                    self.shared.remove(&key);
                }
            }
        }
        self.free.push(row);
    }

    /// Everybody with what is kept of them.
    pub(super) fn everybody(&self) -> impl Iterator<Item = (PersonKey, Details)> + '_ {
        self.rows.iter().filter_map(|row| {
            let packed = Packed::read(&row.packed)?;
            let mut words: Vec<String> = packed
                .word_ids()
                .map(|id| self.words.text(id).to_owned())
                .collect();
            words.sort_unstable();
            Some((
                row.person,
                Details {
                    id: packed.id_text(),
                    words,
                    born: Born::from_packed(packed.born),
                    keys: packed.key_list().collect(),
                    died: packed.flags & DIED != 0,
                    superseded: packed.flags & SUPERSEDED != 0,
                },
            ))
        })
    }

    pub(super) fn len(&self) -> usize {
        self.by_person.len()
    }

    pub(super) fn bytes(&self) -> u64 {
        let lists = |lists: &mut dyn Iterator<Item = &Vec<u32>>| -> usize {
            lists.map(|rows| 24 + 4 * rows.capacity()).sum()
        };
        let tables = self.rows.capacity() * 24
            + self.by_person.capacity() * 17
            + self.single.capacity() * 17
            + self.shared.capacity() * 33
            + self.born.capacity() * 33;
        let lists = lists(&mut self.shared.values())
            + lists(&mut self.born.values())
            + lists(&mut self.outward.values());
        // The allocator adds about 16 bytes to each row.
        self.packed + 16 * self.len() as u64 + (tables + lists) as u64 + self.words.bytes()
    }

    /// Who fits, best first, at most `most`.
    pub(super) fn find(&self, asked: &Asked, most: usize) -> Found {
        if asked.is_empty() {
            return Found::default();
        }
        let meetings: Vec<Meeting> = asked
            .words()
            .iter()
            .map(|word| self.words.meeting(word))
            .collect();
        let mut seen = vec![false; self.rows.len()];
        let mut found: Vec<(Rank, u32, Fit)> = Vec::new();
        let mut total = 0;
        let mut names = vec![None; meetings.len()];
        self.narrowest(asked, &meetings, &mut |row| {
            if std::mem::replace(&mut seen[row as usize], true) {
                return;
            }
            let Some(packed) = Packed::read(&self.rows[row as usize].packed) else {
                return;
            };
            for (met, meeting) in names.iter_mut().zip(&meetings) {
                *met = packed.word_ids().filter_map(|id| meeting.met[id as usize]).min();
                if met.is_none() {
                    return;
                }
            }
            let Some(fit) = asked.judge(&names, Born::from_packed(packed.born), packed.key_list()) else {
                return;
            };
            total += 1;
            found.push((Rank::of(&fit, packed.flags), row, fit));
            // Only the best are kept, so that a search that fits everybody takes no more memory than another.
            if found.len() >= 4 * most.max(64) {
                best(&mut found, most);
            }
        });
        best(&mut found, most);
        found.sort_unstable_by_key(|(rank, row, _)| (*rank, *row));
        let candidates = found
            .into_iter()
            .filter_map(|(_, row, fit)| {
                let row = &self.rows[row as usize];
                Some(Candidate {
                    id: Packed::read(&row.packed)?.id_text(),
                    person: row.person,
                    fit,
                })
            })
            .collect();
        Found { candidates, total }
    }

    /// Visits everybody whom the narrowest part leads to; some of them twice.
    fn narrowest<'i>(&'i self, asked: &Asked, meetings: &[Meeting], visit: &mut dyn FnMut(u32)) {
        let mut parts: Vec<(usize, Lists<'i>)> = Vec::new();
        let mut part = |lists: Lists<'i>| {
            let size = lists.iter().map(|rows| rows.len()).sum();
            parts.push((size, lists));
        };
        for key in [asked.key(), asked.telephone_key()].into_iter().flatten() {
            part(self.of_key(key).into_iter().collect());
        }
        if let Some(born) = asked.born_asked() {
            let dates = born.fitting();
            part(
                dates
                    .iter()
                    .filter_map(|born| self.born.get(&born.packed()))
                    .map(Vec::as_slice)
                    .collect(),
            );
        }
        if let Some(code) = asked.postcode_asked() {
            part(self.of_postcode(code));
        }
        for meeting in meetings {
            // The lists are only looked up for the word that is chosen.
            if parts.iter().all(|(size, _)| *size > meeting.bearers) {
                let lists = meeting.ids.iter().map(|id| self.words.bearers(*id)).collect();
                parts.push((meeting.bearers, lists));
            }
        }
        let narrowest = parts.into_iter().min_by_key(|(size, _)| *size);
        for rows in narrowest.map(|(_, lists)| lists).unwrap_or_default() {
            rows.iter().copied().for_each(&mut *visit);
        }
    }

    fn of_key(&self, key: Key) -> Option<&[u32]> {
        let key = key.plain().value();
        let one = self.single.get(&key).map(std::slice::from_ref);
        one.or_else(|| self.shared.get(&key).map(Vec::as_slice))
    }

    fn of_postcode(&self, code: Postcode) -> Lists<'_> {
        let letters = code.outward();
        if code.is_area() {
            return self
                .outward
                .range(letters.to_vec()..)
                .take_while(|(outward, _)| outward.starts_with(letters))
                .map(|(_, rows)| rows.as_slice())
                .collect();
        }
        if code.inward().len() == 3 {
            return self.of_key(Key::of_postcode(code)).into_iter().collect();
        }
        // BA12 may also be the beginning of BA1 2AB.
        let shorter = (1..letters.len()).map(|length| &letters[..length]);
        let halves = shorter.chain([letters]);
        halves
            .filter_map(|half| self.outward.get(half))
            .map(Vec::as_slice)
            .collect()
    }
}

type Lists<'i> = Vec<&'i [u32]>;

fn leave(rows: &mut Vec<u32>, row: u32) {
    if let Some(at) = rows.iter().position(|one| *one == row) {
        rows.swap_remove(at);
    }
}

/// Fewer slips come before more, then fewer parts that are no longer so, then fewer that are only begun; then the living
/// before the dead, and those to be used before those replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    slips: u8,
    former: u8,
    parts: u8,
    superseded: bool,
    died: bool,
}

impl Rank {
    fn of(fit: &Fit, flags: u8) -> Rank {
        let count = |wanted: Match| {
            let met = fit.parts().filter(|met| *met == wanted).count();
            u8::try_from(met).unwrap_or(u8::MAX)
        };
        Rank {
            slips: count(Match::Slip),
            former: count(Match::Former),
            parts: count(Match::Part),
            superseded: flags & SUPERSEDED != 0,
            died: flags & DIED != 0,
        }
    }
}

fn best(found: &mut Vec<(Rank, u32, Fit)>, most: usize) {
    if found.len() > most && most > 0 {
        found.select_nth_unstable_by_key(most - 1, |(rank, row, _)| (*rank, *row));
        found.truncate(most);
    }
}
