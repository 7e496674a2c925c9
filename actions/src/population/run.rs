//! One question from the door to the audit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use ::population::suppress::{SHOWN_FROM, rounded};
use ::record::access::mutants::is_removed;
use ::record::audit::Run;
use ::record::view::Reach;
use ::record::{Ask, PersonKey};
use care::person::Person;
use fhir::{LocalReference, ResourceType};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::everyone::{Counted, Heeds};
use super::{Everyone, Grounds, Kept, Level, Scope, scope};
use crate::access::hex;
use crate::person::page_id;
use crate::{ActionError, Actions, Actor, Purpose};

/// How long a question waits for the columns to see the asker's own last commit.
const PATIENCE: Duration = Duration::from_millis(250);
/// How many people are read at once.
const AT_ONCE: usize = 60;
/// The most whom one list tries to name.
const MOST_TRIED: usize = 3_000;

/// How fresh an answer is, and on what grounds it was given: what a page says above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Of whom.
    pub scope: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Changes of the record that the columns had not taken in.
    pub behind: u64,
    /// How long the oldest of them had waited, in seconds.
    pub behind_seconds: u64,
    /// The asker's own last change may be missing.
    pub updating: bool,
    /// People and changes that could not be read.
    pub incomplete: u64,
    /// How many people it was put to; `None` under ten.
    pub people: Option<u64>,
    /// How many were left out since they objected, in whatever way; `None` from one to nine.
    pub objected: Option<u64>,
    /// The purpose.
    pub purpose: Purpose,
    /// The legal basis and the controller.
    pub grounds: Grounds,
}

/// An answer with its stamp.
#[derive(Debug, Clone)]
pub struct Told<T> {
    pub answer: T,
    pub stamp: Stamp,
}

/// Somebody on a list, as the record has them now, with what the question said of them.
#[derive(Debug, Clone)]
pub struct FoundPerson<T> {
    /// The id that the person's pages go by.
    pub id: String,
    pub key: PersonKey,
    pub person: Person,
    pub what: T,
}

/// A list of people.
#[derive(Debug, Clone)]
pub struct Found<T, S = ()> {
    /// In the order of the question.
    pub people: Vec<FoundPerson<T>>,
    /// How many the question found in all, those who are not named among them; `None` from one to nine that would tell of somebody
    /// who is not named.
    pub total: Option<u64>,
    /// There are more after the last one.
    pub more: bool,
    /// What the question said beside the list, of nobody in particular.
    pub beside: S,
    /// A word that is another whenever the list is, so that whoever has it open can be told.
    pub word: String,
}

/// Asks for figures. `count` gets everybody of the scope; what it gives must have its small numbers hidden
/// (`population::suppress`).
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Unavailable`] when the columns are not kept, not ready, or without grounds.
pub async fn figures<T: Send + 'static>(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    scope: &Scope,
    question: &'static str,
    count: impl FnOnce(&Everyone<'_>) -> T + Send + 'static,
) -> Result<Told<T>, ActionError> {
    let asked = begin(actions, actor, purpose, scope, question, "seePopulation").await?;
    let (answer, counted) = asked.look(count).await?;
    let mut ask = asked.ask();
    ask.population(asked.run(counted), false)?;
    ask.disclose().await?;
    Ok(Told {
        answer,
        stamp: asked.stamp(counted, rounded).await?,
    })
}

/// Asks for people by name: `rank` gives them in order, with what is to be said of each, and what is to be said beside the
/// list. At most so many are named as `most` says of that, and only those of whom the asker may know; each is in the audit.
///
/// # Errors
/// As [`figures`].
pub async fn find<T: Debug + Send + 'static, S: Debug + Send + 'static>(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    scope: &Scope,
    question: &'static str,
    most: impl FnOnce(&S) -> usize,
    rank: impl FnOnce(&Everyone<'_>) -> (Vec<(PersonKey, T)>, S) + Send + 'static,
) -> Result<Told<Found<T, S>>, ActionError> {
    let ranked = ranked(actions, actor, purpose, scope, question, most, rank).await?;
    ranked.read().await
}

/// A list in its order, of whom nobody has been read: nothing is told by it, so that it leaves no entry.
pub(crate) struct Ranked<'a, T, S> {
    asked: Asked<'a>,
    ranked: Vec<(PersonKey, T)>,
    beside: S,
    counted: Counted,
    known: Known,
    tried: usize,
    word: String,
}

/// The first half of [`find`].
///
/// # Errors
/// As [`figures`].
pub(crate) async fn ranked<'a, T: Debug + Send + 'static, S: Debug + Send + 'static>(
    actions: &'a Actions,
    actor: &'a Actor,
    purpose: Purpose,
    scope: &'a Scope,
    question: &'static str,
    most: impl FnOnce(&S) -> usize,
    rank: impl FnOnce(&Everyone<'_>) -> (Vec<(PersonKey, T)>, S) + Send + 'static,
) -> Result<Ranked<'a, T, S>, ActionError> {
    let asked = begin(actions, actor, purpose, scope, question, "findPeople").await?;
    let ((ranked, beside), counted) = asked.look(rank).await?;
    let (known, tried) = asked.known(&ranked, most(&beside)).await?;
    Ok(Ranked {
        word: known.word(&ranked, &beside),
        asked,
        ranked,
        beside,
        counted,
        known,
        tried,
    })
}

impl<T, S> Ranked<'_, T, S> {
    /// As [`Found::word`].
    pub(crate) fn word(&self) -> &str {
        &self.word
    }

    /// Reads those who are named, each through the record's door; they are in the audit before anything is told.
    pub(crate) async fn read(self) -> Result<Told<Found<T, S>>, ActionError> {
        let Ranked {
            asked,
            mut ranked,
            beside,
            counted,
            known,
            tried,
            word,
        } = self;
        let total = ranked.len();
        let mut ask = asked.ask();
        let mut held = Vec::new();
        let mut failed = None;
        for ids in known.ids.chunks(AT_ONCE) {
            match ask.search(&by_id(ids)?, None).await {
                Ok(page) => held.push(page),
                Err(error) => failed = Some(error),
            }
        }
        ask.population(asked.run(counted), failed.is_some())?;
        let disclosed = ask.disclose().await?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let mut read: BTreeMap<PersonKey, (String, Person)> = BTreeMap::new();
        for stored in held.into_iter().flat_map(|page| page.open(&disclosed).hits) {
            let shown = mapping::person_record(std::iter::once(stored.json.as_slice()));
            let Some(person) = shown.person else {
                tracing::warn!(id = %stored.id, "a Patient cannot be shown in a list");
                continue;
            };
            // Whoever opens somebody from a list cares for them: their pages are direct care.
            let id = page_id(asked.actions, asked.actor, Purpose::DirectCare, &stored.id)?;
            read.insert(stored.person, (id, person));
        }
        let mut people = Vec::new();
        ranked.truncate(tried);
        for (key, what) in ranked {
            if let Some((id, person)) = read.remove(&key) {
                people.push(FoundPerson {
                    id,
                    key,
                    person,
                    what,
                });
            }
        }
        let unnamed = total.saturating_sub(people.len()) as u64;
        Ok(Told {
            answer: Found {
                total: (unnamed == 0 || unnamed >= SHOWN_FROM).then_some(total as u64),
                more: known.more || tried < total,
                people,
                beside,
                word,
            },
            stamp: asked.stamp(counted, |count| count).await?,
        })
    }
}

/// Those of a list whom the asker may know of.
#[derive(Default)]
struct Known {
    /// Their Patient ids, in the list's order.
    ids: Vec<String>,
    /// Where each stands in what was ranked.
    places: Vec<usize>,
    /// There is at least one more.
    more: bool,
}

impl Known {
    /// A digest of who they are, in order, of what is said of each, and of what is said beside.
    fn word<T: Debug, S: Debug>(&self, ranked: &[(PersonKey, T)], beside: &S) -> String {
        let said: Vec<&T> = self
            .places
            .iter()
            .filter_map(|&place| Some(&ranked.get(place)?.1))
            .collect();
        let words = format!("{:?} {} {said:?} {beside:?}", self.ids, self.more);
        hex(&Sha256::digest(words))
    }
}

fn by_id(ids: &[String]) -> Result<fhir::search::Query, ActionError> {
    let patient = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
    let params = [
        ("_id".to_owned(), ids.join(",")),
        ("_count".to_owned(), ids.len().max(1).to_string()),
    ];
    fhir::search::parse(patient, &params).map_err(ActionError::Invalid)
}

/// A question that the door let in.
struct Asked<'a> {
    actions: &'a Actions,
    actor: &'a Actor,
    purpose: Purpose,
    scope: &'a Scope,
    question: &'static str,
    kept: &'a Kept,
    grounds: Grounds,
    updating: bool,
}

/// Whether a purpose may only be had without those who opted out nationally. A server keeps no list of them (safety rule 21), so
/// that it answers nothing for such a purpose.
fn needs_national_check(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Research | Purpose::Commissioning)
}

async fn begin<'a>(
    actions: &'a Actions,
    actor: &'a Actor,
    purpose: Purpose,
    scope: &'a Scope,
    question: &'static str,
    action: &'static str,
) -> Result<Asked<'a>, ActionError> {
    let kept = scope::kept(actions)?;
    let Some(grounds) = kept.grounds.clone() else {
        return Err(ActionError::Unavailable(
            "Nobody is asked about without a legal basis and a controller: population.legal_basis and population.controller are not set."
                .to_owned(),
        ));
    };
    let mut asked = Asked {
        actions,
        actor,
        purpose,
        scope,
        question,
        kept,
        grounds,
        updating: false,
    };
    if needs_national_check(purpose) {
        let mut ask = asked.ask();
        ask.population(asked.run(Counted::default()), true)?;
        ask.disclose().await?;
        return Err(ActionError::Forbidden(
            "research and planning need the answer of the national check service on who has opted out, which is kept nowhere here: \
             `sarsen stratify --opted-out` runs with it"
                .to_owned(),
        ));
    }
    if !scope.permits(actions, actor, purpose, action) {
        let mut ask = asked.ask();
        ask.population(asked.run(Counted::default()), true)?;
        ask.disclose().await?;
        return Err(ActionError::Forbidden(
            "these people are not of your team, practice or network, or your role does not reach so far"
                .to_owned(),
        ));
    }
    let own = actions.own_commits.of(&actor.id);
    asked.updating = kept.people.wait_for(&own, PATIENCE).await != Reach::Reached;
    Ok(asked)
}

impl Asked<'_> {
    fn ask(&self) -> Ask {
        let sight = self.actions.sight_at("listed", self.actor, self.purpose);
        let request = self.actions.record.new_request();
        self.actions.record.ask(&sight, self.actor, self.purpose, request)
    }

    fn run(&self, counted: Counted) -> Run {
        Run {
            question: self.question.to_owned(),
            scope: self.scope.key(),
            basis: self.grounds.basis.clone(),
            controller: self.grounds.controller.clone(),
            people: counted.people,
            objected: counted.objected,
            to_stratification: counted.to_stratification,
            nationally: 0,
        }
    }

    /// A type 1 opt-out is against use beyond the person's own care by whoever holds the practice's record; a practice that
    /// looks for its own people is none. An objection to risk stratification is against every question that sorts people by
    /// what may become of them, whoever asks it, their own practice too. Neither is ever applied to direct care.
    fn heeds(&self) -> Heeds {
        let at_home = self.scope.level() == Level::Practice && self.scope.is_own();
        let beyond_care = self.purpose != Purpose::DirectCare;
        Heeds {
            type_1: beyond_care && !at_home,
            stratification: beyond_care,
        }
    }

    /// Looks at the columns, beside the threads that requests are answered on.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Everyone<'_>) -> T + Send + 'static,
    ) -> Result<(T, Counted), ActionError> {
        let kept = self.kept.clone();
        let scope = Arc::new(self.scope.clone());
        let today = self.actions.today();
        let heeds = self.heeds();
        let looked = tokio::task::spawn_blocking(move || {
            let parties = scope.parties.iter().map(String::as_str);
            let team = match scope.level() {
                Level::Team => kept.caseloads.read(|all| all.people_of(parties, today))?,
                Level::Practice | Level::Network | Level::Region => BTreeSet::new(),
            };
            kept.memory.read(|memory| {
                kept.people.read(|view| {
                    let everyone = Everyone::of(view, memory, &scope, team, today, kept.threads, heeds);
                    let counted = everyone.counted();
                    (look(&everyone), counted)
                })
            })?
        })
        .await
        .map_err(|_| {
            ActionError::Unavailable("the question was not answered; nothing was changed".to_owned())
        })?;
        looked.ok_or_else(|| {
            ActionError::Unavailable(
                "The columns of everybody are being built. This page answers when they are ready.".to_owned(),
            )
        })
    }

    /// Of whom the asker may know, in order, at most `most`, and how many of the list were tried. Whether somebody may be
    /// known of is asked of the door's judge; nothing is read.
    async fn known<T>(&self, ranked: &[(PersonKey, T)], most: usize) -> Result<(Known, usize), ActionError> {
        let judge = self.actions.judge(self.actor, self.purpose);
        let patient = ResourceType::from_name("Patient").ok_or(ActionError::NotFound)?;
        let mut known = Known::default();
        let mut tried = 0;
        for (place, (person, _)) in ranked.iter().take(MOST_TRIED).enumerate() {
            if known.ids.len() == most {
                known.more = true;
                break;
            }
            tried += 1;
            let Some(id) = self.actions.record.patient_of(*person).await? else {
                continue;
            };
            let reference = LocalReference {
                resource_type: patient,
                id,
            };
            let facts = self.actions.record.facts_of(&reference).await?;
            if judge.knows(&facts) || is_removed("listed") {
                known.ids.push(reference.id);
                known.places.push(place);
            }
        }
        Ok((known, tried))
    }

    /// Beside a list by name, numbers are told as they are; beside figures, as figures are.
    async fn stamp(&self, counted: Counted, tell: fn(u64) -> u64) -> Result<Stamp, ActionError> {
        let status = self.kept.people.status().await?;
        let shown = |count: u64| (count == 0 || count >= SHOWN_FROM).then(|| tell(count));
        Ok(Stamp {
            scope: self.scope.name().to_owned(),
            at: self.actions.system_now(),
            behind: status.behind,
            behind_seconds: status.behind_seconds,
            updating: self.updating,
            incomplete: status.incomplete,
            people: shown(counted.people),
            objected: shown(counted.objected),
            purpose: self.purpose,
            grounds: self.grounds.clone(),
        })
    }
}
