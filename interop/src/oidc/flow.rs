//! The authorization code flow with one provider.

use std::sync::Arc;
use std::time::Duration;

use actions::access::accounts::AccountKind;
use actions::access::{Ask, Begun, Fault, Later, Provider, Vouched, Waiting};
use jiff::SignedDuration;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessToken, AccessTokenHash, AuthType, AuthenticationContextClass, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, UserInfoClaims,
};
use record::clock::SystemClock;
use serde_json::json;

use super::claims::NhsClaims;
use super::known::Known;
use super::settings::{Checked, Preset, Proof, ProviderSettings};
use crate::outward::ask;

/// How far from now a token may have been made, in seconds: it was made for this code, just now.
const MADE_WITHIN: i64 = 300;
/// By how many seconds the time at which somebody signed in may be wrong.
const LEEWAY: i64 = 5;
/// How long an assertion of ours may be used, in seconds.
const ASSERTION: i64 = 60;

type Fields = IdTokenFields<
    NhsClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Signed = IdToken<NhsClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type SignedClaims = IdTokenClaims<NhsClaims, CoreGenderClaim>;
type Told = Client<
    NhsClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The signatures that are taken on identity tokens: no `none`, and no shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
];

/// A provider that speaks OpenID Connect.
pub struct OpenId {
    settings: Checked,
    known: Known,
    clock: Arc<dyn SystemClock>,
}

impl OpenId {
    /// The provider of these settings. It is not asked anything before somebody signs in.
    ///
    /// # Errors
    /// The setting that cannot be used and the rule it breaks, without its value.
    pub fn new(settings: ProviderSettings, clock: Arc<dyn SystemClock>) -> Result<OpenId, String> {
        let settings = settings.check()?;
        Ok(OpenId {
            known: Known::new(settings.issuer.clone()),
            settings,
            clock,
        })
    }

    fn told(&self, metadata: &CoreProviderMetadata) -> Told {
        let id = ClientId::new(self.settings.client_id.clone());
        let client = Client::from_provider_metadata(metadata.clone(), id, None)
            .set_redirect_uri(RedirectUrl::from_url(self.settings.back.clone()));
        match &self.settings.credential {
            Proof::Secret(secret) => client.set_client_secret(ClientSecret::new(secret.clone())),
            Proof::Key(_) | Proof::Public => client.set_auth_type(AuthType::RequestBody),
        }
    }

    async fn address(&self, asked: &Ask) -> Result<Begun, Fault> {
        let metadata = self.known.metadata().await?;
        let client = self.told(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        let preset = self.settings.preset.scopes().iter().map(|one| (*one).to_owned());
        let mut scopes: Vec<String> = Vec::new();
        // `basic_demographics` is asked for instead of `profile`, never with it.
        let basic = self.settings.scopes.iter().any(|one| one == "basic_demographics");
        for scope in preset.chain(self.settings.scopes.iter().cloned()) {
            if scope != "openid" && !(basic && scope == "profile") && !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        request = request.add_scopes(scopes.into_iter().map(Scope::new));
        let step_up = asked.step_up.is_some();
        if let Some(vectors) = self.settings.preset.vectors(step_up) {
            request = request.add_extra_param("vtr", json!(vectors).to_string());
        }
        for one in &self.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(one.clone()));
        }
        if asked.again {
            // Whatever they are signed in to there, they do it anew, and the token says when.
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(Duration::ZERO);
        } else if let Some(asserted) = &asked.asserted_login {
            // Who comes from the NHS App has signed in there: nothing is asked again.
            request = request
                .add_extra_param("asserted_login_identity", asserted.clone())
                .add_prompt(CoreAuthPrompt::None);
        } else if let Some(further) = &asked.step_up
            && let Some(token_id) = &further.token_id
            && let Some(assertion) = self.asserted(token_id)?
        {
            request = request.add_extra_param("asserted_login_identity", assertion);
        }
        let (address, state, nonce) = request.url();
        Ok(Begun {
            address: address.to_string(),
            waiting: Waiting {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.into_secret(),
                ask: asked.clone(),
                begun: self.clock.now(),
            },
        })
    }

    /// The word of ours that somebody signed in by this token, so that NHS login need not ask them again.
    fn asserted(&self, token_id: &str) -> Result<Option<String>, Fault> {
        let Proof::Key(key) = &self.settings.credential else {
            return Ok(None);
        };
        let now = self.clock.now().as_second();
        let claims = json!({
            "iss": self.settings.client_id,
            "code": token_id,
            "jti": CsrfToken::new_random().secret(),
            "iat": now,
            "exp": now + ASSERTION,
        });
        key.sign(&claims).map(Some).map_err(|_| Fault::Answer)
    }

    async fn exchange(&self, client: &Told, waiting: &Waiting, code: &str) -> Result<Tokens, Fault> {
        let mut request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Fault::Discovery)?
            .set_pkce_verifier(PkceCodeVerifier::new(waiting.verifier.clone()));
        if let Proof::Key(key) = &self.settings.credential {
            let now = self.clock.now().as_second();
            let audience = client.token_uri().map_or("", |address| address.as_str());
            let claims = json!({
                "iss": self.settings.client_id,
                "sub": self.settings.client_id,
                "aud": audience,
                "jti": CsrfToken::new_random().secret(),
                "iat": now,
                "exp": now + ASSERTION,
            });
            let assertion = key.sign(&claims).map_err(|_| Fault::Answer)?;
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            request = request
                .add_extra_param("client_assertion_type", kind)
                .add_extra_param("client_assertion", assertion);
        }
        request.request_async(&ask).await.map_err(|error| match error {
            RequestTokenError::ServerResponse(refusal) => {
                tracing::info!(error = ?refusal.error(), "a provider refused a code");
                Fault::Code
            }
            RequestTokenError::Request(why) => {
                tracing::warn!(%why, "a provider of sign-in does not answer");
                Fault::Unreachable
            }
            _ => Fault::Answer,
        })
    }

    /// The claims of an identity token, once everything about it is right.
    async fn checked(
        &self,
        signed: &Signed,
        access: &AccessToken,
        nonce: &str,
    ) -> Result<SignedClaims, Fault> {
        let metadata = self.known.metadata().await?;
        let nonce = Nonce::new(nonce.to_owned());
        let first = self.claims(&metadata, signed, access, &nonce);
        if !matches!(first, Err(Unfit::Key)) {
            return first.map_err(Unfit::fault);
        }
        // The provider signs with a key that we have not seen: it may have changed its keys.
        let Some(metadata) = self.known.with_new_keys().await else {
            return Err(Fault::Signature);
        };
        self.claims(&metadata, signed, access, &nonce)
            .map_err(Unfit::fault)
    }

    /// Whether they signed in by one of the classes that are configured, where some are.
    fn in_class(&self, claims: &SignedClaims) -> Result<(), Fault> {
        let asked = &self.settings.acr_values;
        let reached = claims.auth_context_ref();
        let fits = reached.is_some_and(|class| asked.iter().any(|one| one == class.as_str()));
        if asked.is_empty() || fits {
            Ok(())
        } else {
            Err(Fault::Assurance)
        }
    }

    fn claims(
        &self,
        metadata: &CoreProviderMetadata,
        signed: &Signed,
        access: &AccessToken,
        nonce: &Nonce,
    ) -> Result<SignedClaims, Unfit> {
        let now = self.clock.now();
        let client = self.told(metadata);
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_issue_time_verifier_fn(move |made| {
                let away = made.timestamp() - now.as_second();
                if away.abs() <= MADE_WITHIN {
                    Ok(())
                } else {
                    Err("not now".to_owned())
                }
            });
        let claims = signed.claims(&verifier, nonce).map_err(|error| unfit(&error))?;
        // Which client a token was made for is left to whoever uses the library.
        let party = claims.authorized_party();
        if party.is_some_and(|party| party.as_str() != self.settings.client_id) {
            return Err(Unfit::Fault(Fault::Audience));
        }
        if let Some(hash) = claims.access_token_hash() {
            let key = signed
                .signing_key(&verifier)
                .map_err(|_| Unfit::Fault(Fault::Signature))?;
            let algorithm = signed.signing_alg().map_err(|_| Unfit::Fault(Fault::Signature))?;
            let expected = AccessTokenHash::from_token(access, algorithm, key)
                .map_err(|_| Unfit::Fault(Fault::Mismatch))?;
            if expected != *hash {
                return Err(Unfit::Fault(Fault::Mismatch));
            }
        }
        Ok(claims.clone())
    }
}

/// Whether they signed in since they were sent to, so long ago. Both times of the token are by the provider's clock: that it is slow
/// or fast changes nothing.
fn just_now(claims: &SignedClaims, away: SignedDuration) -> Result<(), Fault> {
    let signed_in = claims.auth_time().ok_or(Fault::NoSignInTime)?;
    let ago = claims.issue_time().timestamp() - signed_in.timestamp();
    if (-LEEWAY..=away.as_secs() + LEEWAY).contains(&ago) {
        Ok(())
    } else {
        Err(Fault::NotJustNow)
    }
}

enum Unfit {
    Key,
    Fault(Fault),
}

impl Unfit {
    fn fault(self) -> Fault {
        match self {
            Unfit::Key => Fault::Signature,
            Unfit::Fault(fault) => fault,
        }
    }
}

fn unfit(error: &ClaimsVerificationError) -> Unfit {
    use ClaimsVerificationError as Error;
    Unfit::Fault(match error {
        Error::SignatureVerification(SignatureVerificationError::NoMatchingKey) => return Unfit::Key,
        Error::SignatureVerification(_) => Fault::Signature,
        Error::InvalidIssuer(_) => Fault::Issuer,
        Error::InvalidAudience(_) => Fault::Audience,
        Error::InvalidNonce(_) => Fault::Nonce,
        Error::Expired(_) => Fault::Time,
        Error::Other(words) if words.contains("issue time") || words.contains("not now") => Fault::Time,
        _ => Fault::Signature,
    })
}

impl Provider for OpenId {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn label(&self) -> &str {
        &self.settings.label
    }

    fn vouches_for(&self) -> AccountKind {
        match self.settings.preset {
            Preset::NhsLogin { .. } => AccountKind::Citizen,
            Preset::NhsCis2 | Preset::Plain { .. } => AccountKind::Staff,
        }
    }

    fn linked_only(&self) -> bool {
        self.settings.linked_only
    }

    fn can_step_up(&self) -> bool {
        matches!(self.settings.preset, Preset::NhsLogin { .. })
    }

    fn begin<'a>(&'a self, asked: &'a Ask) -> Later<'a, Begun> {
        Box::pin(self.address(asked))
    }

    fn finish<'a>(&'a self, waiting: &'a Waiting, code: &'a str) -> Later<'a, Vouched> {
        Box::pin(async move {
            let metadata = self.known.metadata().await?;
            let client = self.told(&metadata);
            let tokens = self.exchange(&client, waiting, code).await?;
            let signed = tokens.extra_fields().id_token().ok_or(Fault::Answer)?;
            let access = tokens.access_token();
            let claims = self.checked(signed, access, &waiting.nonce).await?;
            self.in_class(&claims)?;
            if waiting.ask.again {
                just_now(&claims, self.clock.now().duration_since(waiting.begun))?;
            }
            let mut said = claims.additional_claims().clone();
            if self.settings.preset.has_userinfo()
                && let Ok(request) = client.user_info(access.clone(), Some(claims.subject().clone()))
            {
                let more: UserInfoClaims<NhsClaims, CoreGenderClaim> =
                    request.request_async(&ask).await.map_err(|_| Fault::Answer)?;
                said = said
                    .with(more.additional_claims().clone())
                    .ok_or(Fault::Mismatch)?;
            }
            let token_id = said.jti.clone();
            let step_up = waiting.ask.step_up.is_some();
            Ok(Vouched {
                subject: claims.subject().as_str().to_owned(),
                directory_id: self.settings.preset.directory_id(&said),
                who: self.settings.preset.who(said, step_up)?,
                token_id,
            })
        })
    }

    fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }
}
