//! Whether the actor of a commit sees and may change what it changes, decided within its transaction.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use fhir::{Label, LocalReference, ResourceType, labels_of_entry};

use crate::access::gather;
use crate::access::known::{Gathered, Known};
use crate::access::mutants::is_removed;
use crate::access::{Facts, Sight};
use crate::dialect::Connection;
use crate::error::{CommitError, RecordError};
use crate::ids::PersonKey;
use crate::lens::Lens;
use crate::reader::bodies::stored;
use crate::reader::candidate::Candidate;
use crate::reader::seen::{Place, masked, sees};
use crate::writer::decide::Found;
use crate::writer::job::{Content, Job, JobChange, Verb};

/// Labels of our own system.
static OURS: LazyLock<u64> = LazyLock::new(|| {
    let ours = Label::all()
        .iter()
        .filter(|label| label.system == codes::access::LABELS);
    ours.fold(0, |bits, label| bits | label.bit())
});

/// Those by which a person keeps an item from some of those whom they share with.
static SHARING: LazyLock<u64> = LazyLock::new(|| {
    codes::access::SHARING_LABELS
        .into_iter()
        .filter_map(Label::named)
        .fold(0, |bits, label| bits | label.bit())
});

/// The lenses of one commit.
pub(crate) struct Permits<'a> {
    connection: &'a Connection,
    sight: &'a Sight,
    known: &'a Known,
    lenses: HashMap<PersonKey, Arc<Lens>>,
    gathered: Vec<Gathered>,
}

impl<'a> Permits<'a> {
    pub(crate) fn of(connection: &'a Connection, job: &'a Job) -> Permits<'a> {
        Permits {
            connection,
            sight: &job.sight,
            known: &job.known,
            lenses: HashMap::new(),
            gathered: Vec::new(),
        }
    }

    /// What was gathered for the decision, to be kept once the commit is.
    pub(crate) fn gathered(self) -> Vec<Gathered> {
        self.gathered
    }

    /// The facts of a record as it stands before the commit.
    fn facts(&mut self, person: PersonKey) -> Result<Arc<Facts>, RecordError> {
        let (facts, gathered) = self.known.facts_within(self.connection, person)?;
        self.gathered.extend(gathered);
        Ok(facts)
    }

    /// The lens of a record as it stands before the commit.
    fn lens(&mut self, person: PersonKey) -> Result<Arc<Lens>, RecordError> {
        if let Some(lens) = self.lenses.get(&person) {
            return Ok(Arc::clone(lens));
        }
        let facts = self.facts(person)?;
        let lens = self.sight.judge().lens(&facts);
        self.lenses.insert(person, Arc::clone(&lens));
        Ok(lens)
    }

    /// Whether the actor sees what is there.
    pub(crate) fn sees(&mut self, change: &JobChange, found: &Found) -> Result<bool, RecordError> {
        let lens = self.lens(found.home)?;
        let place = Place {
            person: found.home,
            resource_type: change.resource_type,
            id: &change.key.id,
            labels: found.labels,
        };
        Ok(sees(self.connection, &lens, &place, Some(&found.entry))? || is_removed("unseen-write"))
    }

    /// Refuses a change of what is seen, where it may not be changed, or where what replaces it was decided on less than it
    /// holds.
    pub(crate) fn changes(&mut self, change: &JobChange, found: &Found) -> Result<(), CommitError> {
        self.writes(change.resource_type, found.home, change)?;
        let lens = self.lens(found.home)?;
        if lens.mask.is_none() || found.deleted || change.verb == Verb::Delete {
            return Ok(());
        }
        let candidate = Candidate {
            person: found.home,
            resource_type: change.resource_type,
            id: change.id.clone(),
            version: found.version,
            seq: found.seq,
            updated: found.updated,
            labels: found.labels,
            entry: Vec::new(),
        };
        for whole in stored(self.connection, vec![candidate])? {
            if masked(&lens, whole.clone())?.json != whole.json {
                return Err(CommitError::NotPermitted);
            }
        }
        Ok(())
    }

    /// Refuses to write a type into a record; a record that the actor may not know of is not found.
    pub(crate) fn writes(
        &mut self,
        kind: ResourceType,
        home: PersonKey,
        change: &JobChange,
    ) -> Result<(), CommitError> {
        let lens = self.lens(home)?;
        let granted = lens.granted.is_none_or(|granted| {
            match change.verb {
                Verb::Create => granted.create,
                Verb::Put | Verb::Move => granted.update,
                Verb::Delete => granted.delete,
            }
            .contains(kind)
        });
        if lens.write.contains(kind) && granted || is_removed("write") {
            return Ok(());
        }
        if lens.knows_person() {
            return Err(CommitError::NotPermitted);
        }
        Err(CommitError::NotFound {
            resource_type: change.resource_type,
            id: change.id.clone(),
        })
    }

    /// Of documents as somebody sent them: refuses to make or change what says by our own codes who may open a record, and to take
    /// away a label that only whoever set it takes away. Of what the actor does not see (a feed of what it brought) no label of our
    /// own is taken away.
    pub(crate) fn as_sent(
        &mut self,
        change: &JobChange,
        found: Option<&Found>,
        seen: bool,
    ) -> Result<(), CommitError> {
        let found = found.filter(|found| !found.deleted);
        if self.sight.judge().keeps_access() {
            return Ok(());
        }
        let kind = change.resource_type;
        let says = |entry: &[u8]| gather::says_who_may(kind, entry);
        let new = change.content.as_ref();
        if (new.is_some_and(|new| says(&new.entry)) || found.is_some_and(|found| says(&found.entry)))
            && !is_removed("as-sent")
        {
            return Err(CommitError::KeptByActions {
                resource_type: kind,
                id: change.id.clone(),
            });
        }
        if let Some(found) = found
            && self.names_who_acts(change, found)?
        {
            return Err(CommitError::KeptByActions {
                resource_type: kind,
                id: change.id.clone(),
            });
        }
        let Some((new, found)) = new.zip(found) else {
            return Ok(());
        };
        let stays = if seen { *SHARING } else { *OURS };
        let labels = |entry: &[u8]| labels_of_entry(entry) & stays;
        if labels(&found.entry) & !labels(&new.entry) != 0 {
            return Err(CommitError::LabelsDropped {
                resource_type: kind,
                id: change.id.clone(),
            });
        }
        Ok(())
    }

    /// Of documents as somebody sent them: refuses to turn an emergency, a claim or a case of the hub into a tie that stays.
    pub(crate) fn stays(
        &mut self,
        change: &JobChange,
        content: &Content,
        home: PersonKey,
    ) -> Result<(), CommitError> {
        let made = gather::ties_of(change.resource_type, &content.entry);
        if made.is_empty() || self.sight.judge().keeps_access() || is_removed("as-sent") {
            return Ok(());
        }
        let facts = self.facts(home)?;
        if self.sight.judge().would_stay(&facts, &made) {
            return Err(CommitError::WouldStay {
                resource_type: change.resource_type,
                id: change.id.clone(),
            });
        }
        Ok(())
    }

    /// Refuses to take to another person what says who may open a record, or whoever acts for the person: who may act for one may not
    /// therefore act for another. A move is refused to everybody, for the house makes it in the name of whoever asks.
    pub(crate) fn moves(
        &mut self,
        change: &JobChange,
        found: &Found,
        as_sent: bool,
    ) -> Result<(), CommitError> {
        let exempt = change.verb != Verb::Move && (!as_sent || self.sight.judge().keeps_access());
        if exempt || is_removed("as-sent") {
            return Ok(());
        }
        let kind = change.resource_type;
        let new = change.content.iter().map(|content| &content.entry);
        let mut entries = new.chain([&found.entry]);
        if entries.any(|entry| gather::says_who_may(kind, entry)) || self.acts(change, found)? {
            return Err(CommitError::KeptByActions {
                resource_type: kind,
                id: change.id.clone(),
            });
        }
        Ok(())
    }

    /// Whether a change would make somebody else, or nobody, of whoever acts for the person: they are known by the NHS number with which
    /// staff confirmed them.
    fn names_who_acts(&mut self, change: &JobChange, found: &Found) -> Result<bool, RecordError> {
        if change.resource_type.name() != "RelatedPerson" || is_removed("as-sent") {
            return Ok(false);
        }
        let numbers = gather::numbers_of_related(&found.entry);
        let stays = change
            .content
            .as_ref()
            .is_some_and(|new| gather::numbers_of_related(&new.entry) == numbers);
        if stays {
            return Ok(false);
        }
        self.acts(change, found)
    }

    /// Whether somebody acts for the person by this entry of somebody related.
    fn acts(&mut self, change: &JobChange, found: &Found) -> Result<bool, RecordError> {
        if change.resource_type.name() != "RelatedPerson" {
            return Ok(false);
        }
        let related = LocalReference {
            resource_type: change.resource_type,
            id: change.id.clone(),
        };
        let facts = self.facts(found.home)?;
        Ok(gather::acts_by(&facts, &related))
    }

    /// Whether the actor may change or delete, as a document, what somebody else wrote.
    pub(crate) fn changes_others(&self) -> bool {
        self.sight.judge().changes_others() || is_removed("others-writing")
    }

    /// Whether the actor chooses the ids of what is new.
    pub(crate) fn chooses_ids(&self) -> bool {
        self.sight.judge().chooses_ids()
    }

    /// Refuses to choose the id of something new, where only the record does.
    pub(crate) fn chooses_id(&self, change: &JobChange) -> Result<(), CommitError> {
        if change.verb != Verb::Put || self.sight.judge().chooses_ids() {
            return Ok(());
        }
        Err(CommitError::NotFound {
            resource_type: change.resource_type,
            id: change.id.clone(),
        })
    }
}
