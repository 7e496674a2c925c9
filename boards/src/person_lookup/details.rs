//! What is kept of one person: enough to be found by, nothing to be shown.

use care::person::contact::Channel;
use care::person::{Address, Person};
use codes::nhs_number::NhsNumber;
use codes::system;

use super::born::Born;
use super::fold::{self, Postcode};

/// What one person can be found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The id of the person's Patient.
    pub(super) id: String,
    /// The words of all names, former ones too; ascending, none twice.
    pub(super) words: Vec<String>,
    pub(super) born: Option<Born>,
    /// Numbers, telephones and postcodes; ascending, none twice.
    pub(super) keys: Vec<Key>,
    /// The person has died.
    pub(super) died: bool,
    /// Another entry or person is to be used in place of this one.
    pub(super) superseded: bool,
}

/// Something that a person can be found by alone, and whether it is no longer in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key(u64);

const FORMER: u64 = 1 << 63;
const KIND: u64 = 0b111 << 60;
const NUMBER: u64 = 1 << 60;
const TELEPHONE: u64 = 2 << 60;
const POSTCODE: u64 = 3 << 60;

impl Key {
    pub(super) fn number(number: &NhsNumber) -> Option<Key> {
        let digits: u64 = number.digits().parse().ok()?;
        Some(Key(NUMBER | digits))
    }

    pub(super) fn telephone(text: &str) -> Option<Key> {
        fold::telephone(text).map(|digits| Key(TELEPHONE | digits))
    }

    pub(super) fn postcode(text: &str) -> Option<Key> {
        Postcode::parse(text).map(Key::of_postcode)
    }

    pub(super) fn of_postcode(code: Postcode) -> Key {
        Key(POSTCODE | code.packed())
    }

    fn no_longer(self, former: bool) -> Key {
        Key(self.0 | if former { FORMER } else { 0 })
    }

    pub(super) fn is_former(self) -> bool {
        self.0 & FORMER != 0
    }

    /// The key as it is looked up, whether in use or not.
    pub(super) fn plain(self) -> Key {
        Key(self.0 & !FORMER)
    }

    pub(super) fn as_postcode(self) -> Option<Postcode> {
        (self.0 & KIND == POSTCODE).then(|| Postcode::from_packed(self.0 & !(FORMER | KIND)))
    }

    fn as_number(self) -> Option<NhsNumber> {
        let digits = self.0 & !(FORMER | KIND);
        let number = (self.0 & KIND == NUMBER).then(|| NhsNumber::parse(&format!("{digits:010}")))?;
        number.ok()
    }

    pub(super) fn value(self) -> u64 {
        self.0
    }

    pub(super) fn from_value(value: u64) -> Key {
        Key(value)
    }
}

impl Details {
    /// What a person can be found by. `id` is that of the Patient; `joined` says that the person was joined to another.
    #[must_use]
    pub fn of(id: &str, person: &Person, joined: bool) -> Details {
        let mut words: Vec<String> = person
            .names
            .iter()
            .flat_map(|name| {
                let parts: Vec<&String> = name.given.iter().chain(&name.family).collect();
                let text = name.text.as_ref().filter(|_| parts.is_empty());
                parts.into_iter().chain(text).collect::<Vec<_>>()
            })
            .flat_map(|text| fold::recorded_words(text))
            .collect();
        words.sort_unstable();
        words.dedup();
        let mut keys: Vec<Key> = numbers(person).chain(whereabouts(person)).collect();
        keys.sort_unstable();
        // In use and former at once is in use.
        let used: Vec<Key> = keys.iter().copied().filter(|key| !key.is_former()).collect();
        keys.retain(|key| !key.is_former() || !used.contains(&key.plain()));
        keys.dedup();
        Details {
            id: id.to_owned(),
            words,
            born: person.birth_date.as_ref().map(Born::recorded),
            keys,
            died: person.death.is_recorded(),
            superseded: joined || person.successor().is_some(),
        }
    }

    /// NHS numbers in use, and those that are no longer.
    pub(super) fn nhs_numbers(&self) -> (Vec<NhsNumber>, Vec<NhsNumber>) {
        let of = |former: bool| {
            let keys = self.keys.iter().filter(move |key| key.is_former() == former);
            keys.filter_map(|key| key.as_number()).collect()
        };
        (of(false), of(true))
    }

    /// Adds their bytes: everything with its length before it.
    pub(super) fn pack(&self, out: &mut Vec<u8>) {
        let flags = u8::from(self.died) | (u8::from(self.superseded) << 1);
        out.push(flags);
        out.extend(self.born.map_or(0, Born::packed).to_be_bytes());
        text(out, &self.id);
        out.extend(size(self.words.len()).to_be_bytes());
        for word in &self.words {
            text(out, word);
        }
        out.extend(size(self.keys.len()).to_be_bytes());
        for key in &self.keys {
            out.extend(key.value().to_be_bytes());
        }
    }

    /// Reads what [`Details::pack`] wrote, to its end.
    pub(super) fn unpack(mut bytes: &[u8]) -> Option<Details> {
        let [flags] = take(&mut bytes)?;
        let born = u32::from_be_bytes(take(&mut bytes)?);
        let id = take_text(&mut bytes)?;
        let words = (0..u16::from_be_bytes(take(&mut bytes)?))
            .map(|_| take_text(&mut bytes))
            .collect::<Option<Vec<_>>>()?;
        let keys = (0..u16::from_be_bytes(take(&mut bytes)?))
            .map(|_| Some(Key::from_value(u64::from_be_bytes(take(&mut bytes)?))))
            .collect::<Option<Vec<_>>>()?;
        bytes.is_empty().then_some(Details {
            id,
            words,
            born: Born::from_packed(born),
            keys,
            died: flags & 1 != 0,
            superseded: flags & 2 != 0,
        })
    }
}

fn numbers(person: &Person) -> impl Iterator<Item = Key> + '_ {
    let held = person
        .nhs_number
        .iter()
        .filter_map(|held| Key::number(&held.number));
    let others = person
        .identifiers
        .iter()
        .filter(|one| one.system.as_deref() == Some(system::NHS_NUMBER))
        .filter_map(|one| NhsNumber::parse(one.value.as_deref()?).ok())
        .filter_map(|number| Key::number(&number))
        .map(|key| key.no_longer(true));
    held.chain(others)
}

fn whereabouts(person: &Person) -> impl Iterator<Item = Key> + '_ {
    let reach = person.whereabouts.known();
    let postcodes = reach
        .into_iter()
        .flat_map(|reach| &reach.addresses)
        .filter_map(|address| {
            let key = Key::postcode(address.postcode.as_deref()?)?;
            Some(key.no_longer(Address::is_old(address)))
        });
    let telephones = reach
        .into_iter()
        .flat_map(|reach| &reach.telecom)
        .filter(|one| matches!(one.channel, None | Some(Channel::Phone | Channel::Sms)))
        .filter_map(|one| Some(Key::telephone(one.value.as_deref()?)?.no_longer(one.is_old())));
    postcodes.chain(telephones)
}

/// More than this of anything one person does not have; what is beyond is left out of a snapshot's row as it was made.
fn size(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

fn text(out: &mut Vec<u8>, text: &str) {
    let bytes = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
    out.extend(size(bytes.len()).to_be_bytes());
    out.extend(bytes);
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (front, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*front)
}

fn take_text(bytes: &mut &[u8]) -> Option<String> {
    let length = u16::from_be_bytes(take(bytes)?);
    let (front, rest) = bytes.split_at_checked(usize::from(length))?;
    *bytes = rest;
    String::from_utf8(front.to_vec()).ok()
}
