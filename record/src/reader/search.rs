//! Searches. Inside one person, the packed entries are scanned; across people, only the listed parameters lead to
//! rows, and anything else is refused as too costly, with words that say what can be searched.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fhir::search::{KeyRange, Query};
use fhir::{LocalReference, ResourceType, search_parameters};

use crate::access::{Whose, known};
use crate::alias;
use crate::bytes::{Reader, Writer};
use crate::deed::Identity;
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params, snapshot};
use crate::error::{ReadError, RecordError};
use crate::held::{SearchPage, Stored};
use crate::ids::{Bucket, PersonKey, id_bucket, store_id};
use crate::reader::ask::Ask;
use crate::reader::bodies::{MANY, stored};
use crate::reader::candidate::{Candidate, ask_ahead_of_current, current, from_row, person_key};
use crate::reader::person::{ask_ahead_of_members, ask_ahead_of_unit, members, unit_of};
use crate::reader::seen::Eyes;
use crate::sql;
use crate::store::Record;
use crate::values::{IDENTIFIER, identity_bucket};

/// The most rows that a search across people looks at.
const MOST_ROWS: usize = 50_000;

/// The column of the packed entry in the rows of a person.
const ENTRY: usize = 6;

/// Where a page ends: the sort key, the person and the id of its last hit.
type Place = (Vec<u8>, u64, String);

/// Where the candidates of a query stand.
enum Way {
    /// In the records of the people that the query names, and of whom is read as one with them.
    InPeople,
    /// Under the ids that it names.
    ByIds,
    /// Anywhere, found by rows of values.
    Across(Vec<KeyRange>),
}

/// One page as it was looked up, all of it as it stood at one moment.
struct Looked {
    hits: Vec<Stored>,
    total: Option<u64>,
    /// The place of the last hit, where more follow.
    end: Option<Place>,
    identities: Vec<Identity>,
    /// Whom the answer is about besides its hits.
    people: BTreeSet<PersonKey>,
}

impl Ask {
    /// A page of what a query finds. `people` are those whom the answer is about: whoever the query names, also when
    /// nothing is found, and when it only counts, everyone counted.
    pub(super) async fn find(
        &self,
        query: &Query,
        page: Option<&str>,
        people: &mut BTreeSet<PersonKey>,
    ) -> Result<SearchPage, ReadError> {
        self.refuse_unprepared(query).await?;
        // The question in words costs more than many an answer: it is put only where a token is at stake.
        let bound = || self.bound(format!("search {query:?}").as_bytes());
        let after = match page {
            None => None,
            Some(token) => Some(
                self.record
                    .tokens()
                    .open(token, &bound())
                    .and_then(|place| load_place(&place))
                    .ok_or(ReadError::BadPage)?,
            ),
        };
        let way = Way::of(query)?;
        let mut eyes = Eyes::of(self);
        let pool = self.record.pool();
        let looked = if way.is_short() && query.count <= MANY {
            pool.at_once(|connection| look(connection, &mut eyes, query, &way, after.as_ref()))
                .await?
        } else {
            let query = query.clone();
            pool.apart(move |connection| {
                snapshot(connection, |connection| {
                    look(connection, &mut eyes, &query, &way, after.as_ref())
                })
            })
            .await?
        };
        let looked = looked.ok_or_else(|| {
            ReadError::TooCostly(format!(
                "the search would look at more than {MOST_ROWS} resources; make it narrower, or name a patient"
            ))
        })?;
        people.extend(looked.people);
        let next = match looked.end {
            Some(place) => Some(self.record.tokens().close(&store_place(&place), &bound())?),
            None => None,
        };
        Ok(SearchPage {
            hits: looked.hits,
            total: looked.total,
            next,
            identities: looked.identities,
        })
    }

    /// A parameter that this release brings may be asked about once every entry holds it: before, some would be missed.
    async fn refuse_unprepared(&self, query: &Query) -> Result<(), ReadError> {
        let Some((generation, code)) = query.generation().filter(|(generation, _)| *generation > 1) else {
            return Ok(());
        };
        if self.record.searchable_generation().await? >= generation {
            return Ok(());
        }
        let percent = self
            .record
            .filling()
            .await?
            .map_or(0, |filling| filling.percent().min(99));
        Err(ReadError::BeingPrepared(format!(
            "search parameter {code} is being prepared, {percent}% done; some would be missed, so nothing was searched; try again later"
        )))
    }
}

impl Way {
    fn of(query: &Query) -> Result<Way, ReadError> {
        if query.person.is_some() {
            return Ok(Way::InPeople);
        }
        if !query.ids.is_empty() {
            return Ok(Way::ByIds);
        }
        query
            .cross_person()
            .map(Way::Across)
            .ok_or_else(|| ReadError::TooCostly(what_can_be_searched(query.resource_type)))
    }

    /// Whether few rows are looked at, whoever asks.
    fn is_short(&self) -> bool {
        match self {
            Way::InPeople | Way::ByIds => true,
            Way::Across(ranges) => ranges.iter().all(|range| range.number == IDENTIFIER),
        }
    }
}

/// Looks a page up; none where there are too many rows.
fn look(
    connection: &Connection,
    eyes: &mut Eyes,
    query: &Query,
    way: &Way,
    after: Option<&Place>,
) -> Result<Option<Looked>, RecordError> {
    let (query, mut identities) = read_as_one(connection, query)?;
    let query = query.as_ref();
    let mut people = BTreeSet::new();
    let Some(found) = candidates(connection, eyes, query, way, &mut people)? else {
        return Ok(None);
    };
    let total = (query.total || query.summary_count).then_some(found.len() as u64);
    if query.summary_count {
        people.extend(found.iter().map(|candidate| candidate.person));
        return Ok(Some(Looked {
            hits: Vec::new(),
            total,
            end: None,
            identities: may_know_of(connection, eyes, identities)?,
            people,
        }));
    }
    let mut found: Vec<(Place, Candidate)> = found
        .into_iter()
        .map(|candidate| {
            let sort = query.sort_key(&candidate.entry);
            ((sort, candidate.person.value(), candidate.id.clone()), candidate)
        })
        .collect();
    found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    if let Some(after) = after {
        let past = found.partition_point(|(place, _)| place <= after);
        found.drain(..past);
    }
    let more = found.len() > query.count;
    found.truncate(query.count);
    let (mut places, found): (Vec<Place>, Vec<Candidate>) = found.into_iter().unzip();
    let hits = stored(connection, found)?;
    let hits = eyes.masked(connection, hits)?;
    if query.person.is_none() {
        identities = identities_of(connection, &hits)?;
    }
    Ok(Some(Looked {
        hits,
        total,
        end: if more { places.pop() } else { None },
        identities: may_know_of(connection, eyes, identities)?,
        people,
    }))
}

/// The search as it is to be done, and who is read as one in it: a fact about a person who was joined to others may
/// name any of them.
fn read_as_one<'q>(
    connection: &Connection,
    query: &'q Query,
) -> Result<(Cow<'q, Query>, Vec<Identity>), RecordError> {
    let named = query.patients();
    for each in named.iter().chain(query.person.iter().flatten()) {
        ask_ahead_of_unit(connection, each)?;
    }
    let mut found = Vec::new();
    for each in named {
        let Some(person) = unit_of(connection, each.resource_type, &each.id)? else {
            continue;
        };
        ask_ahead(connection, query, person).map_err(|error| engine_error(&error))?;
        if alias::read_as_one(connection, person)?.len() > 1 {
            found.push((each, alias::identity(connection, person)?));
        }
    }
    let mut query = Cow::Borrowed(query);
    let mut identities: Vec<Identity> = Vec::new();
    for (named, identity) in found {
        let others: Vec<LocalReference> = identity
            .ids()
            .filter(|id| **id != *named.id)
            .map(|id| LocalReference {
                resource_type: named.resource_type,
                id: id.to_owned(),
            })
            .collect();
        query.to_mut().read_as_one(&named, &others);
        if !identities.contains(&identity) {
            identities.push(identity);
        }
    }
    Ok((query, identities))
}

/// Tells what will be asked of somebody whom the query names: over a network it goes together.
fn ask_ahead(connection: &Connection, query: &Query, person: PersonKey) -> dialect::Result<()> {
    alias::ask_ahead(connection, person)?;
    if query.person.is_none() {
        return Ok(());
    }
    known::ask_ahead(connection, person)?;
    ask_ahead_of_members(connection, person)?;
    connection.statement(sql::OF_PERSON_AND_TYPE)?.ask_ahead(params![
        person.bucket().number(),
        person.number(),
        query.resource_type.number()
    ])
}

/// Those of them whom the actor may know of.
fn may_know_of(
    connection: &Connection,
    eyes: &mut Eyes,
    identities: Vec<Identity>,
) -> Result<Vec<Identity>, RecordError> {
    let mut known = Vec::with_capacity(identities.len());
    for identity in identities {
        if eyes.lens(connection, identity.survivor)?.knows_person() {
            known.push(identity);
        }
    }
    Ok(known)
}

/// Who is read as one among the people of these hits.
fn identities_of(connection: &Connection, hits: &[Stored]) -> Result<Vec<Identity>, RecordError> {
    let people: BTreeSet<PersonKey> = hits.iter().map(|hit| hit.person).collect();
    for person in &people {
        alias::ask_ahead(connection, *person).map_err(|error| engine_error(&error))?;
    }
    let mut identities: Vec<Identity> = Vec::new();
    for person in people {
        let is_met = |identity: &Identity| identity.people().any(|each| each == person);
        if identities.iter().any(is_met) {
            continue;
        }
        if alias::read_as_one(connection, person)?.len() > 1 {
            identities.push(alias::identity(connection, person)?);
        }
    }
    Ok(identities)
}

/// What the query finds of what the actor sees, as they see it; none where there are too many rows. `named` are the people whom
/// the query names.
fn candidates(
    connection: &Connection,
    eyes: &mut Eyes,
    query: &Query,
    way: &Way,
    named: &mut BTreeSet<PersonKey>,
) -> Result<Option<Vec<Candidate>>, RecordError> {
    match way {
        Way::InPeople => {
            let people = query.person.as_deref().unwrap_or_default();
            let mut found = of_people(connection, eyes, query, people, named)?;
            if !query.ids.is_empty() {
                found.retain(|candidate| query.ids.contains(&candidate.id));
            }
            Ok(Some(found))
        }
        Way::ByIds => {
            let found = by_ids(connection, query.resource_type, &query.ids)?;
            Ok(Some(eyes.matching(connection, query, found)?))
        }
        Way::Across(ranges) => across_people(connection, query.resource_type, ranges)?
            .map(|found| eyes.matching(connection, query, found))
            .transpose(),
    }
}

impl Record {
    /// The units of the directory (organisations, workers, places) that a query finds; of people, none. Nothing of a person is
    /// read, so nothing is audited.
    ///
    /// # Errors
    /// [`ReadError::TooCostly`] for a query that no listed parameter narrows, or a failing store.
    pub async fn units_of_directory(&self, query: &Query) -> Result<Vec<LocalReference>, ReadError> {
        let resource_type = query.resource_type;
        let Some(ranges) = query.cross_person() else {
            return Err(ReadError::TooCostly(what_can_be_searched(resource_type)));
        };
        let found = self.pool().here(|connection| {
            let mut units = Vec::new();
            for candidate in across_people(connection, resource_type, &ranges)?.unwrap_or_default() {
                let facts = self.known().facts(connection, candidate.person)?;
                if matches!(facts.whose, Whose::Unit(_)) && query.matches(&candidate.entry) {
                    units.push(LocalReference {
                        resource_type,
                        id: candidate.id,
                    });
                }
            }
            Ok(units)
        });
        Ok(found.await?)
    }
}

fn what_can_be_searched(resource_type: ResourceType) -> String {
    let listed: Vec<&str> = search_parameters(resource_type)
        .iter()
        .filter(|param| param.cross_person)
        .map(|param| param.code)
        .collect();
    let name = resource_type.name();
    if listed.is_empty() {
        format!(
            "{name} can be searched within one patient (patient=) or by _id; across patients would look at everybody"
        )
    } else {
        format!(
            "{name} can be searched within one patient (patient=), by _id, or across patients by {}; anything else would look at everybody",
            listed.join(", ")
        )
    }
}

fn by_ids(
    connection: &Connection,
    resource_type: ResourceType,
    ids: &[String],
) -> Result<Vec<Candidate>, RecordError> {
    if connection.is_of_one_process() {
        return by_ids_in_one_statement(connection, resource_type, ids);
    }
    // As a single read does it: homes first.
    let ids: BTreeSet<&String> = ids.iter().collect();
    let kind = resource_type.number();
    let engine = |error: dialect::Error| engine_error(&error);
    let mut locate = connection.statement(sql::LOCATE).map_err(engine)?;
    for id in &ids {
        locate
            .ask_ahead(params![id_bucket(id).number(), kind, store_id(id)])
            .map_err(engine)?;
    }
    let mut homes = Vec::with_capacity(ids.len());
    for id in ids {
        let home: Option<(Option<u16>, Option<u64>)> = locate
            .query_row(params![id_bucket(id).number(), kind, store_id(id)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(engine)?;
        if let Some((Some(bucket), Some(person))) = home {
            let person = person_key(bucket, person)?;
            ask_ahead_of_current(connection, person, resource_type, &store_id(id))?;
            homes.push((person, store_id(id)));
        }
    }
    let mut found = Vec::with_capacity(homes.len());
    for (person, id) in homes {
        found.extend(current(connection, person, resource_type, &id)?);
    }
    Ok(found)
}

fn by_ids_in_one_statement(
    connection: &Connection,
    resource_type: ResourceType,
    ids: &[String],
) -> Result<Vec<Candidate>, RecordError> {
    let ids: BTreeSet<&String> = ids.iter().collect();
    let mut found = Vec::new();
    let mut statement = connection
        .statement(sql::LOCATED)
        .map_err(|error| engine_error(&error))?;
    for id in ids {
        let row = statement
            .query_row(
                params![id_bucket(id).number(), resource_type.number(), store_id(id)],
                |row| {
                    let home = (row.get::<_, u16>(0)?, row.get::<_, u64>(1)?);
                    let facts = (
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get::<_, bool>(5)?,
                        row.get(6)?,
                        row.get(7)?,
                    );
                    Ok((home, facts))
                },
            )
            .optional()
            .map_err(|error| engine_error(&error))?;
        if let Some(((bucket, person), (version, seq, updated, deleted, labels, entry))) = row
            && !deleted
        {
            let person = person_key(bucket, person)?;
            found.push(Candidate {
                person,
                resource_type,
                id: id.clone(),
                version,
                seq,
                updated,
                labels,
                entry,
            });
        }
    }
    Ok(found)
}

fn of_people(
    connection: &Connection,
    eyes: &mut Eyes,
    query: &Query,
    people: &[LocalReference],
    named: &mut BTreeSet<PersonKey>,
) -> Result<Vec<Candidate>, RecordError> {
    for person in people {
        named.extend(unit_of(connection, person.resource_type, &person.id)?);
    }
    let mut found = Vec::new();
    for &key in named.iter() {
        let lens = eyes.lens(connection, key)?;
        if lens.read.contains(query.resource_type) {
            own_of_type(connection, key, query, lens.mask.is_none(), &mut found)?;
        }
        let also = members(connection, key)?;
        found.extend(
            also.into_iter()
                .filter(|candidate| candidate.resource_type == query.resource_type),
        );
    }
    let mut found = eyes.matching(connection, query, found)?;
    // One resource may belong to two of the people.
    found.sort_unstable_by(|one, other| (one.person, &one.id).cmp(&(other.person, &other.id)));
    found.dedup_by(|one, other| one.person == other.person && one.id == other.id);
    Ok(found)
}

fn own_of_type(
    connection: &Connection,
    person: PersonKey,
    query: &Query,
    shown_whole: bool,
    found: &mut Vec<Candidate>,
) -> Result<(), RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let mut statement = connection.statement(sql::OF_PERSON_AND_TYPE).map_err(engine)?;
    let mut rows = statement
        .query(params![
            person.bucket().number(),
            person.number(),
            query.resource_type.number()
        ])
        .map_err(engine)?;
    while let Some(row) = rows.next().map_err(engine)? {
        // Most entries are none of the hits: they are looked at where they lie.
        let entry = row.get_ref(ENTRY).map_err(engine)?;
        if shown_whole && entry.as_blob().is_ok_and(|entry| !query.matches(entry)) {
            continue;
        }
        found.push(from_row(&row, 0, person)?);
    }
    Ok(())
}

/// Every resource in the ranges; `None` when there are too many rows.
fn across_people(
    connection: &Connection,
    resource_type: ResourceType,
    ranges: &[KeyRange],
) -> Result<Option<Vec<Candidate>>, RecordError> {
    let mut named = BTreeSet::new();
    for range in ranges {
        let whole = if range.number == IDENTIFIER {
            identities(connection, resource_type, range, &mut named)
        } else {
            values(connection, resource_type, range, &mut named)
        };
        if !whole.map_err(|error| engine_error(&error))? {
            return Ok(None);
        }
    }
    for (person, id) in &named {
        ask_ahead_of_current(connection, *person, resource_type, id)?;
    }
    let mut found = Vec::with_capacity(named.len());
    for (person, id) in named {
        found.extend(current(connection, person, resource_type, &id)?);
    }
    Ok(Some(found))
}

type Named = BTreeSet<(PersonKey, Vec<u8>)>;

/// False when there are too many rows.
fn identities(
    connection: &Connection,
    resource_type: ResourceType,
    range: &KeyRange,
    named: &mut Named,
) -> dialect::Result<bool> {
    let mut statement = connection.statement(sql::IDENTITIES)?;
    let mut rows = statement.query(params![
        identity_bucket(&range.low).number(),
        range.number,
        range.low,
        range.high,
        MOST_ROWS as i64 + 1
    ])?;
    // Rows of other types count too: they take up the statement's limit.
    let mut looked_at = 0;
    while let Some(row) = rows.next()? {
        looked_at += 1;
        let Some(home) = Bucket::new(row.get(0)?) else {
            continue;
        };
        if row.get::<_, u16>(2)? == resource_type.number() {
            named.insert((PersonKey::new(home, row.get(1)?), row.get(3)?));
        }
        if looked_at > MOST_ROWS || named.len() > MOST_ROWS {
            return Ok(false);
        }
    }
    Ok(true)
}

/// False when there are too many rows.
fn values(
    connection: &Connection,
    resource_type: ResourceType,
    range: &KeyRange,
    named: &mut Named,
) -> dialect::Result<bool> {
    let mut statement = connection.statement(sql::VALUES)?;
    let mut looked_at = 0;
    for bucket in Bucket::all() {
        let mut rows = statement.query(params![
            bucket.number(),
            range.number,
            range.low,
            range.high,
            MOST_ROWS as i64 + 1
        ])?;
        while let Some(row) = rows.next()? {
            looked_at += 1;
            if row.get::<_, u16>(1)? == resource_type.number() {
                named.insert((PersonKey::new(bucket, row.get(0)?), row.get(2)?));
            }
            if looked_at > MOST_ROWS || named.len() > MOST_ROWS {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn store_place((sort, person, id): &Place) -> Vec<u8> {
    let mut bytes = Writer::default();
    bytes.bytes(sort).number(*person).bytes(id.as_bytes());
    bytes.0
}

fn load_place(stored: &[u8]) -> Option<Place> {
    let mut bytes = Reader(stored);
    let place = (bytes.bytes()?.to_vec(), bytes.number()?, bytes.text()?);
    bytes.is_empty().then_some(place)
}
