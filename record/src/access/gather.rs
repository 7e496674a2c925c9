//! Facts from packed index entries: those of the person and of everyone who is read as one with them.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use fhir::index::{ValueRef, pack, unpack};
use fhir::{Document, Limits, LocalReference, ParamId, ResourceType, labels_of_entry, search_parameters};

use crate::access::facts::digest_of;
use crate::access::{Facts, Party, Tie, TieKind, Whose};
use crate::dialect::{self, Connection, OptionalExtension, engine_error, params};
use crate::error::RecordError;
use crate::ids::{PersonKey, load_id};
use crate::reader::bodies::stored;
use crate::reader::candidate::without_entry;
use crate::sql;

const ID: &str = "SELECT id FROM person WHERE bucket = ?1 AND person = ?2";

/// How far a death is notified, and the code of an informal notice.
const DEATH_NOTICE: &str =
    "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-DeathNotificationStatus";
const INFORMAL: &str = "1";

/// After the last day of a booked or planned contact, those seen may still write of it: 28 days.
const AFTER_CONTACT: i64 = 28 * 24 * 60 * 60 * 1000;

/// Labels that on a Patient are about where the person is, and hide nothing else (PDS "R" and "V").
pub(crate) static RESTRICTIONS: LazyLock<u64> = LazyLock::new(|| {
    ["restricted", "very-restricted"]
        .into_iter()
        .filter_map(fhir::Label::named)
        .fold(0, |bits, label| bits | label.bit())
});

/// Says on a Patient that somebody is well known. It hides nothing from anybody: whoever looks is told to the privacy office.
pub(crate) static WELL_KNOWN: LazyLock<u64> =
    LazyLock::new(|| fhir::Label::named("well-known").map_or(0, fhir::Label::bit));

/// Postcodes that begin so are of nowhere (no fixed abode, abroad): they make nobody a neighbour.
const NOWHERE: &str = "zz99";

/// Takes what an entry says into the facts; the id of the resource comes with it where it names somebody.
type Take = fn(&Source, &[u8], &str, &mut Facts);

/// A type of which facts are made, with its parameters.
struct Source {
    kind: ResourceType,
    of: Take,
    params: Vec<(&'static str, ParamId)>,
}

/// Every type of which facts are made.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let sources: [(&str, Take); 9] = [
        ("Patient", patient),
        ("CareTeam", care_team),
        ("EpisodeOfCare", episode),
        ("Encounter", encounter),
        ("Appointment", appointment),
        ("ServiceRequest", referral),
        ("Task", task),
        ("Consent", consent),
        ("RelatedPerson", related),
    ];
    sources
        .into_iter()
        .filter_map(|(name, of)| {
            let kind = ResourceType::from_name(name)?;
            let params = search_parameters(kind)
                .iter()
                .map(|param| (param.code, param.id))
                .collect();
            Some(Source { kind, of, params })
        })
        .collect()
});

/// Whether facts are made of resources of this type: a commit that changes one changes who may see the record.
pub(crate) fn concerns(kind: ResourceType) -> bool {
    SOURCES.iter().any(|source| source.kind == kind)
}

/// Codes of a Task by which a record is opened, a look is not told to the person, the privacy office is told of one, or somebody hands
/// over: whoever could write the last two by hand could make it look as if it had been told already, or speak for a colleague.
const OPENS: [&str; 6] = [
    codes::access::BREAK_GLASS,
    codes::access::CLAIMED,
    codes::access::HUB_CASE,
    codes::access::WITHHELD,
    codes::access::PATTERN_SEEN,
    codes::access::HAND_OVER,
];
/// Categories of a Consent by which somebody acts for the person, or is kept out.
const DECIDES: [&str; 7] = [
    codes::access::PROXY,
    codes::access::PARENT,
    codes::access::ATTORNEY,
    codes::access::COMPETENT,
    codes::access::LACKS_CAPACITY,
    codes::access::REFUSAL,
    codes::access::OBJECTION,
];

/// Whether an entry says by our own codes who may open the record.
pub(crate) fn says_who_may(kind: ResourceType, entry: &[u8]) -> bool {
    let (param, codes) = match kind.name() {
        "Task" => ("code", &OPENS[..]),
        "Consent" => ("category", &DECIDES[..]),
        _ => return false,
    };
    let mut sources = SOURCES.iter();
    sources
        .find(|source| source.kind == kind)
        .is_some_and(|source| source.own_codes(entry, param).any(|code| codes.contains(&code)))
}

/// The ties that an entry makes.
pub(crate) fn ties_of(kind: ResourceType, entry: &[u8]) -> Vec<Tie> {
    let mut facts = Facts::default();
    if let Some(source) = SOURCES.iter().find(|source| source.kind == kind) {
        (source.of)(source, entry, "", &mut facts);
    }
    facts.ties
}

/// The NHS numbers by which an entry of somebody related names them.
pub(crate) fn numbers_of_related(entry: &[u8]) -> BTreeSet<&str> {
    let mut sources = SOURCES.iter();
    let source = sources.find(|source| source.kind.name() == "RelatedPerson");
    let identifiers = source
        .into_iter()
        .flat_map(|source| source.values(entry, "identifier"));
    identifiers
        .filter_map(|value| match value {
            ValueRef::Token { system, code } => (system == codes::system::NHS_NUMBER).then_some(code),
            _ => None,
        })
        .collect()
}

/// Whether somebody acts for the person, now or at some time, by this entry of somebody related.
pub(crate) fn acts_by(facts: &Facts, related: &LocalReference) -> bool {
    let acts = |kind| matches!(kind, TieKind::Proxy | TieKind::Attorney | TieKind::Parent);
    let mut ties = facts.ties.iter();
    ties.any(|tie| acts(tie.kind) && matches!(&tie.party, Party::Resource(party) if party == related))
}

/// The facts of people who are read as one, the survivor first.
pub(crate) fn gather(connection: &Connection, people: &[PersonKey]) -> Result<Facts, RecordError> {
    let mut facts = Facts {
        whose: Whose::Person,
        ..Facts::default()
    };
    for &each in people {
        facts.people.extend(id_of(connection, each)?);
        for source in SOURCES.iter() {
            of_source(connection, each, source, &mut facts)?;
        }
    }
    Ok(facts)
}

/// The id of a person; none of one whose record was destroyed.
fn id_of(connection: &Connection, person: PersonKey) -> Result<Option<String>, RecordError> {
    let stored: Option<Vec<u8>> = connection
        .statement(ID)
        .and_then(|mut statement| {
            statement
                .query_row(params![person.bucket().number(), person.number()], |row| {
                    row.get(0)
                })
                .optional()
        })
        .map_err(|error| engine_error(&error))?;
    Ok(stored.and_then(|stored| load_id(&stored)))
}

fn of_source(
    connection: &Connection,
    person: PersonKey,
    source: &Source,
    facts: &mut Facts,
) -> Result<(), RecordError> {
    let engine = |error: dialect::Error| engine_error(&error);
    let mut statement = connection.statement(sql::OF_PERSON_AND_TYPE).map_err(engine)?;
    let mut died = None;
    let mut moved = Vec::new();
    let mut rows = statement
        .query(params![
            person.bucket().number(),
            person.number(),
            source.kind.number()
        ])
        .map_err(engine)?;
    while let Some(row) = rows.next().map_err(engine)? {
        let entry = row.get_ref(6).map_err(engine)?;
        let entry = entry.as_blob().map_err(engine)?;
        // Only who is related is named by the id of the resource itself.
        let id = if source.kind.name() == "RelatedPerson" {
            crate::reader::candidate::id_text(row.get_ref(1).map_err(engine)?.as_blob().map_err(engine)?)?
        } else {
            String::new()
        };
        let (dead, homes) = (facts.dead, facts.homes.len());
        (source.of)(source, entry, &id, facts);
        if facts.homes.len() > homes && has_several_homes(source, entry) {
            facts.homes.truncate(homes);
            moved.push(without_entry(&row, 0, person)?);
        }
        if facts.dead && !dead {
            died = Some(without_entry(&row, 0, person)?);
        }
    }
    drop(rows);
    drop(statement);
    // Of those with several addresses and of the few who died, what the entry does not hold.
    for patient in stored(connection, moved)? {
        facts.homes.extend(homes(source, &patient.json));
    }
    if let Some(candidate) = died
        && stored(connection, vec![candidate])?
            .iter()
            .any(|one| is_informal_notice(&one.json))
    {
        facts.dead = false;
    }
    Ok(())
}

/// Whether a Patient's death is known by an informal notice alone (UK Core, DeathNotificationStatus 1): it can be taken back, and ends
/// nobody's access (safety rule 9). A death without a notice counts as a formal one.
fn is_informal_notice(patient: &[u8]) -> bool {
    let named = patient
        .windows(DEATH_NOTICE.len())
        .any(|part| part == DEATH_NOTICE.as_bytes());
    if !named {
        return false;
    }
    let patient: serde_json::Value = serde_json::from_slice(patient).unwrap_or_default();
    let extensions = |value: &serde_json::Value, url: &str| -> Vec<serde_json::Value> {
        let all = value["extension"].as_array().into_iter().flatten();
        all.filter(|one| one["url"] == url).cloned().collect()
    };
    let notices = extensions(&patient, DEATH_NOTICE);
    let mut statuses = notices
        .iter()
        .flat_map(|notice| extensions(notice, "deathNotificationStatus"));
    statuses.any(|status| {
        let mut codings = status["valueCodeableConcept"]["coding"]
            .as_array()
            .into_iter()
            .flatten();
        codings.any(|coding| coding["code"] == INFORMAL)
    })
}

impl Source {
    fn values<'e>(
        &self,
        entry: &'e [u8],
        code: &'static str,
    ) -> impl Iterator<Item = ValueRef<'e>> + use<'e> {
        let wanted = self
            .params
            .iter()
            .find(|(known, _)| *known == code)
            .map(|(_, id)| *id);
        unpack(entry)
            .filter(move |(param, _)| Some(*param) == wanted)
            .map(|(_, value)| value)
    }

    fn codes<'e>(&self, entry: &'e [u8], code: &'static str) -> impl Iterator<Item = &'e str> + use<'e> {
        self.values(entry, code).filter_map(|value| match value {
            ValueRef::Token { code, .. } => Some(code),
            _ => None,
        })
    }

    fn is(&self, entry: &[u8], code: &'static str, among: &[&str]) -> bool {
        self.codes(entry, code).any(|found| among.contains(&found))
    }

    /// Our own codes of a parameter.
    fn own_codes<'e>(&self, entry: &'e [u8], code: &'static str) -> impl Iterator<Item = &'e str> + use<'e> {
        self.values(entry, code).filter_map(|value| match value {
            ValueRef::Token { system, code } if system == codes::access::SYSTEM => Some(code),
            _ => None,
        })
    }

    /// The earliest and the latest moment of a parameter.
    fn period(&self, entry: &[u8], code: &'static str) -> (Option<i64>, Option<i64>) {
        let mut period = (None, None);
        for value in self.values(entry, code) {
            if let ValueRef::Date { low, high } = value {
                let (from, until) = (
                    period.0.unwrap_or(low).min(low),
                    period.1.unwrap_or(high).max(high),
                );
                period = (Some(from), Some(until));
            }
        }
        period
    }

    fn parties<'e>(&self, entry: &'e [u8], code: &'static str) -> impl Iterator<Item = Party> + use<'e> {
        self.values(entry, code).filter_map(|value| match value {
            ValueRef::Reference { resource_type, id } => Some(Party::Resource(LocalReference {
                resource_type,
                id: id.into_owned(),
            })),
            ValueRef::ReferenceIdentifier { system, value } => Some(Party::Identified {
                system: system.to_owned(),
                value: value.to_owned(),
            }),
            _ => None,
        })
    }

    fn tie(
        &self,
        facts: &mut Facts,
        entry: &[u8],
        kind: TieKind,
        codes: &[&'static str],
        (from, until): (Option<i64>, Option<i64>),
    ) {
        for code in codes {
            for party in self.parties(entry, code) {
                facts.ties.push(Tie {
                    kind,
                    party,
                    from,
                    until,
                    scopes: Vec::new(),
                });
            }
        }
    }
}

fn patient(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    let labels = labels_of_entry(entry);
    facts.restricted |= labels & *RESTRICTIONS != 0;
    facts.well_known |= labels & *WELL_KNOWN != 0;
    facts.labels |= labels & !(*RESTRICTIONS | *WELL_KNOWN);
    facts.dead |=
        source.is(entry, "deceased", &["true"]) || source.values(entry, "death-date").next().is_some();
    if let (Some(low), Some(high)) = source.period(entry, "birthdate") {
        // Of two that are read as one, the younger is protected.
        facts.born = facts.born.max(Some((low, high)));
    }
    source.tie(
        facts,
        entry,
        TieKind::Practice,
        &["general-practitioner"],
        (None, None),
    );
    facts.homes.extend(home(source, entry));
    let postcodes = source
        .values(entry, "address-postalcode")
        .filter_map(|value| match value {
            ValueRef::Text { normalised, .. } => Some(normalised),
            _ => None,
        })
        .map(|text| text.chars().filter(|letter| letter.is_alphanumeric()).collect())
        .map(|text: String| text.to_lowercase())
        .filter(|text| !text.is_empty() && !text.starts_with(NOWHERE));
    facts
        .postcodes
        .extend(postcodes.map(|postcode| digest_of(&postcode)));
    for value in source.values(entry, "identifier") {
        if let ValueRef::Token { system, code } = value
            && system == codes::system::NHS_NUMBER
        {
            facts.numbers.push(digest_of(code));
        }
    }
}

/// The digest of the address of an entry.
fn home(source: &Source, entry: &[u8]) -> Option<u64> {
    let mut lines: Vec<&str> = source
        .values(entry, "address")
        .filter_map(|value| match value {
            ValueRef::Text { normalised, .. } => Some(normalised),
            _ => None,
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    lines.sort_unstable();
    lines.dedup();
    let mut digest = DefaultHasher::new();
    lines.hash(&mut digest);
    Some(digest.finish())
}

/// Whether an entry may hold several addresses: it does not say which line belongs to which.
fn has_several_homes(source: &Source, entry: &[u8]) -> bool {
    ["address-postalcode", "address-city", "address-use"]
        .into_iter()
        .any(|code| source.values(entry, code).nth(1).is_some())
}

/// The digest of each address of a Patient, as one that had it alone would have it; of those where they no longer live, none.
fn homes(source: &Source, patient: &[u8]) -> Vec<u64> {
    let patient: serde_json::Value = serde_json::from_slice(patient).unwrap_or_default();
    let addresses = patient["address"].as_array().into_iter().flatten();
    addresses
        .filter(|address| address["use"] != "old")
        .filter_map(|address| {
            let alone = serde_json::json!({ "resourceType": "Patient", "address": [address] }).to_string();
            let document = Document::scan(alone.as_bytes(), &Limits::default()).ok()?;
            home(source, &pack(&document.root().prepare(&|_| None).index))
        })
        .collect()
}

fn care_team(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    if source.is(entry, "status", &["active"]) {
        let period = source.period(entry, "date");
        source.tie(facts, entry, TieKind::CareTeam, &["participant"], period);
    }
}

fn episode(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    if source.is(entry, "status", &["planned", "waitlist", "active", "onhold"]) {
        source.tie(
            facts,
            entry,
            TieKind::Caseload,
            &["organization", "care-manager"],
            (None, None),
        );
    }
}

fn encounter(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    let who = ["service-provider", "participant", "practitioner"];
    let here = source.is(entry, "status", &["arrived", "triaged", "in-progress", "onleave"]);
    if here
        && source.is(
            entry,
            "class",
            &["IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS", "VR", "HH"],
        )
    {
        source.tie(facts, entry, TieKind::Admission, &who, (None, None));
    } else if here || source.is(entry, "status", &["planned"]) {
        let until = source
            .period(entry, "date")
            .1
            .map(|high| high.saturating_add(AFTER_CONTACT));
        source.tie(facts, entry, TieKind::Contact, &who, (None, until));
    }
}

fn appointment(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    let open = [
        "proposed",
        "pending",
        "booked",
        "arrived",
        "checked-in",
        "waitlist",
    ];
    if source.is(entry, "status", &open) {
        let until = source
            .period(entry, "date")
            .1
            .map(|high| high.saturating_add(AFTER_CONTACT));
        source.tie(facts, entry, TieKind::Contact, &["actor"], (None, until));
    }
}

fn referral(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    if source.is(entry, "status", &["active", "on-hold"]) {
        source.tie(
            facts,
            entry,
            TieKind::Referral,
            &["requester", "performer"],
            (None, None),
        );
    }
}

fn task(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    let open = [
        "requested",
        "received",
        "accepted",
        "ready",
        "in-progress",
        "on-hold",
    ];
    if !source.is(entry, "status", &open) {
        return;
    }
    let own: Vec<&str> = source.own_codes(entry, "code").collect();
    let period = source.period(entry, "period");
    if own.contains(&codes::access::BREAK_GLASS) {
        // Without an end it would never end.
        if period.1.is_some() {
            source.tie(facts, entry, TieKind::BreakGlass, &["requester"], period);
        }
    } else if own.contains(&codes::access::CLAIMED) {
        if period.1.is_some() {
            source.tie(facts, entry, TieKind::Claimed, &["requester"], period);
        }
    } else if own.contains(&codes::access::HUB_CASE) {
        source.tie(facts, entry, TieKind::HubCase, &["owner"], (None, None));
    } else if own.contains(&codes::access::PATTERN_SEEN) || own.contains(&codes::access::HAND_OVER) {
        // Neither tells anybody more of the person: a team that is asked to take over has to do with them already, or says how.
    } else {
        source.tie(facts, entry, TieKind::Task, &["owner"], (None, None));
    }
}

fn consent(source: &Source, entry: &[u8], _: &str, facts: &mut Facts) {
    if !source.is(entry, "status", &["active"]) {
        return;
    }
    if source
        .own_codes(entry, "category")
        .any(|code| code == codes::access::OBJECTION)
    {
        // Without a purpose of ours it is against this one too. It has no end but being taken back.
        let mut purposes = source.own_codes(entry, "purpose").peekable();
        facts.objects_to_stratification |=
            purposes.peek().is_none() || purposes.any(|code| code == codes::access::RISK_STRATIFICATION);
        return;
    }
    let period = source.period(entry, "period");
    let kind = match source.own_codes(entry, "category").next() {
        Some(codes::access::PROXY) => TieKind::Proxy,
        Some(codes::access::PARENT) => TieKind::Parent,
        Some(codes::access::ATTORNEY) => TieKind::Attorney,
        Some(codes::access::REFUSAL) => TieKind::Refused,
        Some(codes::access::COMPETENT) => {
            facts.competent = true;
            return;
        }
        Some(codes::access::LACKS_CAPACITY) => {
            // Without a day on which somebody looks again it would last for ever.
            facts
                .lacks_capacity
                .extend(period.1.map(|until| (period.0, until)));
            return;
        }
        _ => return,
    };
    if matches!(kind, TieKind::Proxy | TieKind::Attorney) && period.1.is_none() {
        // Whoever acts for somebody does so until a day (safety rule 14).
        return;
    }
    let before = facts.ties.len();
    source.tie(facts, entry, kind, &["actor"], period);
    let scopes: Vec<String> = source.own_codes(entry, "action").map(str::to_owned).collect();
    for tie in &mut facts.ties[before..] {
        tie.scopes.clone_from(&scopes);
    }
}

fn related(source: &Source, entry: &[u8], id: &str, facts: &mut Facts) {
    if source.is(entry, "active", &["false"]) {
        return;
    }
    facts.ties.push(Tie {
        kind: TieKind::Related,
        party: Party::Resource(LocalReference {
            resource_type: source.kind,
            id: id.to_owned(),
        }),
        from: None,
        until: None,
        scopes: Vec::new(),
    });
    for value in source.values(entry, "identifier") {
        if let ValueRef::Token { system, code } = value {
            facts.ties.push(Tie {
                kind: TieKind::Related,
                party: Party::Identified {
                    system: system.to_owned(),
                    value: code.to_owned(),
                },
                from: None,
                until: None,
                scopes: Vec::new(),
            });
        }
    }
}
