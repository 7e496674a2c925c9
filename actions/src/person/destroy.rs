//! Destroying a record takes two people: one asks and is given a sealed word, another hands it in. The word tells
//! nothing to anybody, serves for this record only, and for a week.

use ::record::{Deed, Reason, WholeRecord};
use jiff::{SignedDuration, Timestamp};

use super::allowed::{may_keep_records, reason};
use super::join::done;
use crate::record::Request;
use crate::{ActionError, Actions, Actor, Purpose};

/// How long somebody may take to confirm.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What was asked for, as it stands sealed in the word.
struct Asked {
    people: Vec<String>,
    ground: Reason,
    by: String,
    at: Timestamp,
}

/// The first of two asks for the records of these people (one, or all who are read as one) to be destroyed. Nothing is
/// changed; the answer is the word that the second hands in.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when the ground is none, a person is unknown, held, or read as one
/// with somebody who is not named; [`ActionError::Unavailable`].
pub async fn ask_to_destroy(
    actions: &Actions,
    actor: &Actor,
    people: &[String],
    ground: &str,
) -> Result<String, ActionError> {
    let named: Vec<&str> = people.iter().map(String::as_str).collect();
    may_keep_records(actions, actor, &named).await?;
    let ground = reason(Deed::Destroy, ground)?;
    let refused = |words: String| {
        Err(ActionError::Rule {
            about: "person",
            words,
        })
    };
    for person in people {
        let Some(identity) = actions.record.identity(person).await? else {
            return refused(format!("no person is on record as Patient/{person}"));
        };
        if let Some(other) = identity.ids().find(|id| !people.iter().any(|named| named == id)) {
            return refused(format!(
                "Patient/{person} is read as one with Patient/{other}: name it too, or part them first"
            ));
        }
        for key in identity.people() {
            if actions.record.held(key).await?.is_some() {
                return refused(format!(
                    "the record of Patient/{person} is on legal hold and may not be destroyed"
                ));
            }
        }
    }
    let asked = Asked {
        people: people.to_vec(),
        ground,
        by: actor.id.clone(),
        at: actions.system_now(),
    };
    let (keeper, sight) = keeper(actions);
    Ok(actions
        .record
        .seal_token(&sight, &keeper, asked.store().as_bytes())?)
}

/// The second of two confirms: the records are destroyed, and with them every version, index row and file. Gives how
/// many people's.
///
/// # Errors
/// [`ActionError::Forbidden`]; [`ActionError::Rule`] when the word is not ours, too old or about somebody else, when
/// whoever confirms is who asked, and as [`ask_to_destroy`]; [`ActionError::Unavailable`].
pub async fn destroy(
    actions: &Actions,
    actor: &Actor,
    purpose: Purpose,
    request: &Request,
    person: &str,
    word: &str,
) -> Result<usize, ActionError> {
    may_keep_records(actions, actor, &[person]).await?;
    let refused = |words: &str| ActionError::Rule {
        about: "confirmation",
        words: words.to_owned(),
    };
    let (keeper, sight) = keeper(actions);
    let asked = actions
        .record
        .open_token(&sight, &keeper, word)
        .and_then(|bytes| Asked::load(&String::from_utf8(bytes).ok()?))
        .filter(|asked| asked.people.iter().any(|named| named == person))
        .ok_or_else(|| refused("this is no confirmation of ours for this person"))?;
    if actions.system_now().duration_since(asked.at) > PATIENCE {
        return Err(refused("the request is older than a week; ask anew"));
    }
    if asked.by == actor.id {
        return Err(refused(
            "two different people must agree to destroy a record; whoever asked for it cannot confirm it",
        ));
    }
    let named: Vec<&str> = asked.people.iter().map(String::as_str).collect();
    may_keep_records(actions, actor, &named).await?;
    let count = asked.people.len();
    let deed = WholeRecord::Destroy {
        people: asked.people,
        ground: asked.ground,
        asked_by: asked.by,
    };
    // No key of the client is kept: it could name the person.
    let request = Request {
        idempotency_key: None,
        ..request.clone()
    };
    done(actions, actor, purpose, &request, "destroy", deed).await?;
    Ok(count)
}

/// In whose name the word is sealed: whoever hands it in is another than who was given it.
fn keeper(actions: &Actions) -> (Actor, ::record::access::Sight) {
    let keeper = Actor::house("destruction");
    let sight = actions.sight(&keeper, Purpose::ServiceManagement);
    (keeper, sight)
}

impl Asked {
    /// Lines: ids have none.
    fn store(&self) -> String {
        let mut lines = vec![
            self.at.to_string(),
            self.ground.code().to_owned(),
            self.by.replace('\n', " "),
        ];
        lines.extend(self.people.iter().cloned());
        lines.join("\n")
    }

    fn load(text: &str) -> Option<Asked> {
        let mut lines = text.lines();
        Some(Asked {
            at: lines.next()?.parse().ok()?,
            ground: Reason::from_code(Deed::Destroy, lines.next()?)?,
            by: lines.next()?.to_owned(),
            people: lines.map(str::to_owned).collect(),
        })
    }
}
