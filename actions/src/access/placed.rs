//! Who an actor is in records: the directory's entries of their organisation and of themself, and where they live.

use std::collections::BTreeSet;

use ::record::{ReadError, Standing};
use fhir::{LocalReference, ResourceType};

use crate::{Actions, Actor, Purpose};

impl Actions {
    /// The actor with their places in records: references to their organisation by its ODS code, to their roles in the directory,
    /// and the addresses of their own record. To be done when somebody comes in; what changes later counts from the next time.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn placed(&self, actor: &Actor) -> Result<Actor, ReadError> {
        if actor.standing.house {
            return Ok(actor.clone());
        }
        let mut standing = Standing::clone(&actor.standing);
        if let Some(organisation) = &actor.organisation {
            let identifier = format!("{}|{organisation}", codes::system::ODS_ORGANISATION);
            standing.parties.extend(
                self.directory_units("Organization", "identifier", &identifier)
                    .await?,
            );
        }
        let own: BTreeSet<LocalReference> = standing.parties.clone();
        for party in own
            .iter()
            .filter(|party| party.resource_type.name() == "Practitioner")
        {
            let practitioner = format!("Practitioner/{}", party.id);
            standing.parties.extend(
                self.directory_units("PractitionerRole", "practitioner", &practitioner)
                    .await?,
            );
        }
        if let Some(own) = &standing.own_record
            && let Some(resource_type) = ResourceType::from_name("Patient")
        {
            let own = LocalReference {
                resource_type,
                id: own.clone(),
            };
            let facts = self.record.facts_of(&own).await?;
            standing.homes.extend(facts.homes.iter().copied());
            standing.kin.extend(facts.related());
            // Whoever was joined has been called by each of their numbers.
            for person in &facts.people {
                let own = LocalReference {
                    resource_type,
                    id: person.clone(),
                };
                standing.parties.extend(self.relations_of(&own).await?);
            }
        }
        Ok(actor.clone().with_standing(standing))
    }

    /// Whom others' records call this person, as somebody related to them: by the same NHS number.
    async fn relations_of(&self, own: &LocalReference) -> Result<Vec<LocalReference>, ReadError> {
        let house = Actor::house("sign-in");
        let purpose = Purpose::DirectCare;
        let sight = self.sight(&house, purpose);
        let mut ask = self
            .record
            .ask(&sight, &house, purpose, self.record.new_request());
        let patient = ask.read(own.resource_type, &own.id).await;
        let disclosed = ask.disclose().await?;
        let Ok(patient) = patient.map(|held| held.open(&disclosed)) else {
            return Ok(Vec::new());
        };
        let read = mapping::person_record(std::iter::once(patient.json.as_slice()));
        let Some(number) = read.person.and_then(|person| person.nhs_number) else {
            return Ok(Vec::new());
        };
        let Some(resource_type) = ResourceType::from_name("RelatedPerson") else {
            return Ok(Vec::new());
        };
        let named = format!("{}|{}", codes::system::NHS_NUMBER, number.number.digits());
        let Ok(query) = fhir::search::parse(resource_type, &[("identifier".to_owned(), named)]) else {
            return Ok(Vec::new());
        };
        let mut ask = self
            .record
            .ask(&sight, &house, purpose, self.record.new_request());
        let found = ask.search(&query, None).await;
        let disclosed = ask.disclose().await?;
        let id = |hit: ::record::Stored| LocalReference {
            resource_type,
            id: hit.id,
        };
        Ok(found?.open(&disclosed).hits.into_iter().map(id).collect())
    }

    /// The entries of the directory that this parameter finds.
    ///
    /// # Errors
    /// When the record fails.
    pub(crate) async fn directory_units(
        &self,
        kind: &str,
        parameter: &str,
        value: &str,
    ) -> Result<Vec<LocalReference>, ReadError> {
        let Some(kind) = ResourceType::from_name(kind) else {
            return Ok(Vec::new());
        };
        let Ok(query) = fhir::search::parse(kind, &[(parameter.to_owned(), value.to_owned())]) else {
            return Ok(Vec::new());
        };
        self.record.units_of_directory(&query).await
    }
}
