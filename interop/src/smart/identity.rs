//! The identity token of an app's launch: who opened it, as a reference into our own records; never a name.

use actions::ActionError;
use actions::access::smart::Granted;
use care::access::scope::Scopes;
use serde_json::json;

use super::Smart;

impl Smart {
    /// The token, when `openid` was granted.
    ///
    /// # Errors
    /// When the keys cannot be had, or the operating system has no randomness to give.
    pub(super) async fn identity(
        &self,
        client: &str,
        granted: &Granted,
    ) -> Result<Option<String>, ActionError> {
        let scopes = Scopes::parse(&granted.scopes);
        let Some(actor) = granted.actor.as_ref().filter(|_| scopes.has("openid")) else {
            return Ok(None);
        };
        let now = self.actions.system_now().as_second();
        let mut claims = json!({
            "iss": *self.public,
            "sub": actor.id,
            "aud": client,
            "iat": now,
            "exp": now + 300,
        });
        if let Some(nonce) = &granted.nonce {
            claims["nonce"] = nonce.clone().into();
        }
        if scopes.has("fhirUser") {
            let person = ["Practitioner", "Patient", "RelatedPerson"];
            let parties = actor.standing.parties.iter();
            let own = actor
                .standing
                .own_record
                .as_ref()
                .map(|id| format!("Patient/{id}"));
            let user = own.or_else(|| {
                let mut people = parties.filter(|party| person.contains(&party.resource_type.name()));
                people
                    .next()
                    .map(|party| format!("{}/{}", party.resource_type.name(), party.id))
            });
            if let Some(user) = user {
                claims["fhirUser"] = format!("{}/fhir/{user}", self.public).into();
            }
        }
        let no_key = || ActionError::Unavailable("no key signs identity tokens".to_owned());
        let keys = self.own_keys().await?;
        let signed = keys.first().ok_or_else(no_key)?.sign(&claims);
        signed
            .map(Some)
            .map_err(|words| ActionError::Unavailable(words.to_owned()))
    }
}
