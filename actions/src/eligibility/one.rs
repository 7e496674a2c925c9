//! What the person whose pages go by an id is due.

use ::population::eligibility::{Evidence, Found, Vaccines, programmes, vaccines};
use ::population::{Columns, Facts, People};
use ::record::PersonKey;
use care::person::Person;
use jiff::Timestamp;

use super::waits::{Wait, waits};
use crate::score::Opened;
use crate::{ActionError, Actions, Actor};

/// What one person is due, and what they wait for.
#[derive(Debug, Clone)]
pub struct PersonEligibility {
    /// The id that the person's pages go by.
    pub page: String,
    /// Who.
    pub person: Person,
    /// Why there is nothing, in words.
    pub none: Option<&'static str>,
    /// Each programme, in the order of the guide.
    pub programmes: Vec<Found>,
    /// The immunisations.
    pub vaccines: Option<Vaccines>,
    /// Open referrals; `None` when the reader's role does not see referrals.
    pub waits: Option<Vec<Wait>>,
    /// Entries of the record that could not be read.
    pub unread: u32,
}

/// What the person whose pages go by this id is due. To whoever sees no conditions there is nothing.
///
/// # Errors
/// [`ActionError::NotFound`], [`ActionError::Gone`], [`ActionError::Unavailable`].
pub async fn eligibility_of(
    actions: &Actions,
    actor: &Actor,
    page: &str,
) -> Result<PersonEligibility, ActionError> {
    let opened = Opened::of(actions, actor, page).await?;
    let now = actions.care_now().timestamp();
    let sees = |name: &str| opened.sees(name);
    of(
        &opened.bodies(),
        opened.read.person,
        opened.page.clone(),
        now,
        &sees,
    )
}

/// Of a record with these resources, for whoever sees these types.
pub(super) fn of(
    bodies: &[&[u8]],
    key: PersonKey,
    page: String,
    now: Timestamp,
    sees: &dyn Fn(&str) -> bool,
) -> Result<PersonEligibility, ActionError> {
    let record = mapping::person_record(bodies.iter().copied());
    let mut columns = Columns::default();
    // Everybody who is read as one stands in one row here: their facts come together from the record.
    columns.put(key, Some(Facts::read(bodies.iter().copied())));
    let people = People::of(&columns);
    let slice = people.person(key).ok_or(ActionError::NotFound)?;
    let evidence = Evidence::new(&record, slice, now, sees).ok_or(ActionError::NotFound)?;
    let none = evidence.why_none();
    let found = none
        .is_none()
        .then(|| (programmes(&evidence), vaccines(&evidence)));
    let (programmes, vaccines) = found.unwrap_or_default();
    let waits = sees("ServiceRequest")
        .then(|| waits(bodies, care::london::date_of(now), sees("Encounter")))
        .map(|waits| if evidence.is_here() { waits } else { Vec::new() });
    let unread = slice.unread();
    Ok(PersonEligibility {
        page,
        person: record.person.clone().ok_or(ActionError::NotFound)?,
        none,
        programmes,
        vaccines,
        waits,
        unread,
    })
}
