//! What an actor sees of what a read found: each record through its own lens.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock};

use fhir::index::{ValueRef, unpack};
use fhir::search::Query;
use fhir::{Label, Limits, ParamId, ResourceType, labels_of_entry, search_parameters, unsaid_labels};

use crate::access::Sight;
use crate::access::gather::{RESTRICTIONS, WELL_KNOWN};
use crate::access::mutants::is_removed;
use crate::access::{known, mask};
use crate::dialect::{Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::held::Stored;
use crate::ids::{PersonKey, store_id};
use crate::lens::Lens;
use crate::reader::ask::Ask;
use crate::reader::bodies::stored;
use crate::reader::candidate::Candidate;
use crate::sql;
use crate::store::Record;

/// The bit of a row whose other bits say which labels it bears. Rows of older releases lack it: their entries say it.
pub(crate) const KNOWN: u64 = 1 << 62;

/// Labels that the organisation that wrote an item may open.
static SEALS: LazyLock<u64> = LazyLock::new(|| {
    ["sealed", "locked"]
        .into_iter()
        .filter_map(Label::named)
        .fold(0, |bits, label| bits | label.bit())
});

static TAG: LazyLock<Option<ParamId>> = LazyLock::new(|| {
    let any = ResourceType::from_name("Patient")?;
    let param = search_parameters(any).iter().find(|param| param.code == "_tag")?;
    Some(param.id)
});

/// A current resource by its place.
pub(crate) struct Place<'a> {
    pub(crate) person: PersonKey,
    pub(crate) resource_type: ResourceType,
    /// As it is stored.
    pub(crate) id: &'a [u8],
    /// As the row has them.
    pub(crate) labels: u64,
}

/// Whether a lens shows a resource. Its packed entry is read where it is needed and was not given.
pub(crate) fn sees(
    connection: &Connection,
    lens: &Lens,
    place: &Place<'_>,
    entry: Option<&[u8]>,
) -> Result<bool, RecordError> {
    if !lens.read.contains(place.resource_type) {
        return Ok(false);
    }
    if is_removed("labels") {
        return Ok(true);
    }
    // On a Patient a restriction is about places, which the mask takes out; that somebody is well known hides nothing.
    let of_no_account = match place.resource_type.name() {
        "Patient" => *RESTRICTIONS | *WELL_KNOWN,
        _ => 0,
    };
    let sealed = place.labels & *SEALS & lens.hidden_labels != 0;
    // A row of before a label was known does not say it: the entry does, where it would hide.
    let unsaid = unsaid_labels(place.resource_type) & lens.hidden_labels & !place.labels;
    if place.labels & KNOWN != 0 && !sealed && unsaid == 0 {
        return Ok(lens.admits(place.resource_type, place.labels & !(KNOWN | of_no_account)));
    }
    let read;
    let entry = match entry {
        Some(entry) => entry,
        None => {
            read = entry_of(connection, place)?;
            &read
        }
    };
    // What was deleted has no entry: its row says what it bore, and no seal of it opens.
    let borne = match place.labels & KNOWN {
        0 => labels_of_entry(entry),
        _ => (place.labels & !KNOWN) | (labels_of_entry(entry) & unsaid),
    };
    let mut labels = borne & !of_no_account;
    if labels & *SEALS & lens.hidden_labels != 0 && opens(lens, entry) {
        labels &= !*SEALS;
    }
    Ok(lens.admits(place.resource_type, labels))
}

/// Whether the lens opens what the organisation sealed that the entry names.
fn opens(lens: &Lens, entry: &[u8]) -> bool {
    unpack(entry).any(|(param, value)| {
        Some(param) == *TAG
            && matches!(value, ValueRef::Token { system, code }
                if system == codes::access::SEALED_BY && lens.opens_seals_of.iter().any(|own| own == code))
    })
}

fn entry_of(connection: &Connection, place: &Place<'_>) -> Result<Vec<u8>, RecordError> {
    let entry: Option<Vec<u8>> = connection
        .statement(sql::CURRENT_ENTRY)
        .and_then(|mut statement| {
            let key = params![
                place.person.bucket().number(),
                place.person.number(),
                place.resource_type.number(),
                place.id
            ];
            statement.query_row(key, |row| row.get(5)).optional()
        })
        .map_err(|error| engine_error(&error))?;
    Ok(entry.unwrap_or_default())
}

/// A version as the lens shows it.
pub(crate) fn masked(lens: &Lens, found: Stored) -> Result<Stored, RecordError> {
    if lens.mask.is_none() || found.deleted || is_removed("mask") {
        return Ok(found);
    }
    let mut json = found.json;
    let broken = || RecordError::Corrupt {
        detail: "a body is no JSON".to_owned(),
    };
    if lens.mask.all_but_identity && !is_removed("identity") {
        json = mask::all_but_identity(&json).ok_or_else(broken)?;
    }
    if lens.mask.place {
        json = mask::place(&json).ok_or_else(broken)?;
    }
    Ok(Stored { json, ..found })
}

/// The lenses of one read.
pub(crate) struct Eyes {
    record: Record,
    sight: Sight,
    lenses: HashMap<PersonKey, Arc<Lens>>,
}

impl Eyes {
    pub(crate) fn of(ask: &Ask) -> Eyes {
        Eyes {
            record: ask.record.clone(),
            sight: ask.sight.clone(),
            lenses: HashMap::new(),
        }
    }

    /// The lens of a record, the same for the whole of this read.
    pub(crate) fn lens(
        &mut self,
        connection: &Connection,
        person: PersonKey,
    ) -> Result<Arc<Lens>, RecordError> {
        if let Some(lens) = self.lenses.get(&person) {
            return Ok(Arc::clone(lens));
        }
        let lens = lens_of(&self.record, &self.sight, connection, person)?;
        self.lenses.insert(person, Arc::clone(&lens));
        Ok(lens)
    }

    /// Whether a candidate is seen; with its entry when it has one.
    pub(crate) fn see(
        &mut self,
        connection: &Connection,
        candidate: &Candidate,
    ) -> Result<bool, RecordError> {
        let lens = self.lens(connection, candidate.person)?;
        let place = Place {
            person: candidate.person,
            resource_type: candidate.resource_type,
            id: &store_id(&candidate.id),
            labels: candidate.labels,
        };
        let entry = (!candidate.entry.is_empty()).then_some(&*candidate.entry);
        sees(connection, &lens, &place, entry)
    }

    /// The candidates that are seen and that, as they are seen, match; within a transaction.
    pub(crate) fn matching(
        &mut self,
        connection: &Connection,
        query: &Query,
        candidates: Vec<Candidate>,
    ) -> Result<Vec<Candidate>, RecordError> {
        let people: BTreeSet<PersonKey> = candidates.iter().map(|each| each.person).collect();
        for person in people.iter().filter(|_| people.len() > 1) {
            known::ask_ahead(connection, *person).map_err(|error| engine_error(&error))?;
        }
        let mut kept = Vec::with_capacity(candidates.len());
        for mut candidate in candidates {
            if !self.see(connection, &candidate)? && !is_removed("search") {
                continue;
            }
            let lens = self.lens(connection, candidate.person)?;
            if !lens.mask.is_none() && !is_removed("masked-search") {
                candidate.entry = masked_entry(connection, &lens, &candidate)?;
            }
            if query.matches(&candidate.entry) {
                kept.push(candidate);
            }
        }
        Ok(kept)
    }

    /// Bodies as they are seen.
    pub(crate) fn masked(
        &mut self,
        connection: &Connection,
        found: Vec<Stored>,
    ) -> Result<Vec<Stored>, RecordError> {
        found
            .into_iter()
            .map(|each| {
                let lens = self.lens(connection, each.person)?;
                masked(&lens, each)
            })
            .collect()
    }
}

/// The lens of a record as it stands for this connection.
pub(crate) fn lens_of(
    record: &Record,
    sight: &Sight,
    connection: &Connection,
    person: PersonKey,
) -> Result<Arc<Lens>, RecordError> {
    let facts = record.known().facts(connection, person)?;
    Ok(sight.judge().lens(&facts))
}

impl Ask {
    /// The lens of a record.
    pub(super) fn lens_of(
        &self,
        connection: &Connection,
        person: PersonKey,
    ) -> Result<Arc<Lens>, RecordError> {
        lens_of(&self.record, &self.sight, connection, person)
    }
}

/// The index entry of a candidate as the lens shows it: what is taken out is found by no search.
fn masked_entry(connection: &Connection, lens: &Lens, candidate: &Candidate) -> Result<Vec<u8>, RecordError> {
    let body = stored(connection, vec![candidate.clone()])?;
    let Some(body) = body.into_iter().next() else {
        return Ok(Vec::new());
    };
    let body = masked(lens, body)?;
    let limits = Limits {
        max_bytes: usize::MAX,
        max_depth: 128,
        ..Limits::default()
    };
    // What this release cannot read is found by nothing but its id.
    let Ok(document) = fhir::Document::scan(&body.json, &limits) else {
        return Ok(Vec::new());
    };
    Ok(fhir::index::pack(&document.root().prepare(&|_| None).index))
}
