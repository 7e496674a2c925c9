//! The person's own risk, for themself: asked for by them, in what they may see of their record, and never about how long they
//! may live (safety rule 21). They can answer it.

use ::population::score::{DeficitTable, FrailtyOn};
use ::population::{Columns, Facts, People, facts::READS};
use ::record::PersonKey;
use care::risk::memory::Offer;
use care::score::efi::{AGES, Deficit, Frailty};
use codes::risk;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::one::Told;
use super::written::{PURPOSE, concept, words};
use crate::sharing::own_resources;
use crate::{ActionError, Actions, Actor};

/// What is read beside what the columns read.
const BESIDE: [&str; 2] = ["Task", "Communication"];

/// Polypharmacy, in plain words; it has no day.
const POLYPHARMACY: &str = "Five or more different medicines within 12 months";

/// What the index says of somebody, to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRisk {
    /// `None` when the index was not made for their age.
    pub band: Option<Frailty>,
    /// What counts, in words, and since when it is recorded.
    pub counts: Vec<(&'static str, Option<Date>)>,
    /// What was offered, and how it stands.
    pub offers: Vec<(String, Offer)>,
    /// What they answered, newest first.
    pub answers: Vec<(Option<Date>, String)>,
}

/// The citizen's own risk.
///
/// # Errors
/// [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn own_risk(actions: &Actions, actor: &Actor) -> Result<OwnRisk, ActionError> {
    let resources = own_resources(actions, actor, |kind| {
        READS.contains(&kind.name()) || BESIDE.contains(&kind.name())
    })
    .await?;
    let key = resources.first().map(|stored| stored.person);
    let key = key.unwrap_or(PersonKey::from_value(0));
    let mut columns = Columns::default();
    let bodies = resources.iter().map(|stored| stored.json.as_slice());
    columns.put(key, Some(Facts::read(bodies)));
    let table = DeficitTable::of(columns.dictionary());
    let people = People::of(&columns);
    let on = FrailtyOn::new(&table, actions.today());
    let (Some(slice), Some(on)) = (people.person(key), on) else {
        return Err(ActionError::NotFound);
    };
    let scored = on.of(&slice).ok();
    let scored = scored.filter(|one| AGES.contains(&i64::from(one.age)));
    let polypharmacy = scored.is_some_and(|one| one.efi.deficits.has(Deficit::Polypharmacy));
    let told = Told::of(&resources);
    Ok(OwnRisk {
        band: scored.map(|one| one.efi.frailty()),
        counts: scored.map_or_else(Vec::new, |_| {
            let since = on.deficits(&slice).into_iter();
            let coded = since.map(|one| (one.deficit.label(), one.first.date()));
            let medicines = polypharmacy.then_some((POLYPHARMACY, None));
            coded.chain(medicines).collect()
        }),
        offers: told
            .offers
            .into_iter()
            .map(|offer| (offer.what, offer.state))
            .collect(),
        answers: told.answers,
    })
}

/// Keeps what the person answers, 1 to 500 characters: whoever looks after them reads it beside the index.
///
/// # Errors
/// [`ActionError::Form`] naming the field; [`ActionError::NotFound`] for everybody but the person; [`ActionError::Unavailable`].
pub async fn answer_own_risk(actions: &Actions, actor: &Actor, answer: &str) -> Result<(), ActionError> {
    let typed = words("answer", answer, 1).map_err(|mut problem| {
        if answer.trim().is_empty() {
            "Enter what you want to say".clone_into(&mut problem.words);
        }
        ActionError::Form(vec![problem])
    })?;
    let known = own_risk(actions, actor).await?;
    let today = actions.today();
    // The same answer, sent twice by a double press, is one.
    if known
        .answers
        .iter()
        .any(|(day, said)| *day == Some(today) && *said == typed)
    {
        return Ok(());
    }
    let own = actor.standing.own_record.as_ref().ok_or(ActionError::NotFound)?;
    let themself = json!({ "reference": format!("Patient/{own}") });
    let resource: Value = json!({
        "resourceType": "Communication",
        "status": "completed",
        "category": [concept(risk::ANSWER, "What the person says of what an index says of them")],
        "subject": themself,
        "sender": themself,
        "sent": actions.care_now().timestamp().to_string(),
        "payload": [{ "contentString": typed }],
    });
    let commit = ::record::Commit::new(
        "risk",
        vec![::record::Change::Create {
            id: None,
            prepared: actions.prepared(resource.to_string().as_bytes())?,
        }],
    );
    // No citizen writes into a record by themself: the house keeps, in their name, what this module made.
    actions.commit_in_name(actor, PURPOSE, commit).await?;
    Ok(())
}
