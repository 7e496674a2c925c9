//! Apps that people open: the request, the person's consent, the code, and the code brought back.
//!
//! Nobody is ever sent to an address that is not registered, letter by letter, for the client. A code serves once, within a
//! minute, for whoever holds the proof key; a code that comes a second time ends what the first was given.

use ::record::{Actor, Drawer, Expected, Purpose, Role};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use care::access::scope::{Level, Scope, Scopes};
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::client::{Client, client, clients};
use super::granted::{Family, Granted, NotGranted, begin, end_family, offline_of};
use super::kept_actor::KeptActor;
use super::token::{digest, fresh, same};
use crate::access::begun;
use crate::person::patient_id;
use crate::{ActionError, Actions};

/// What waits for consent.
const ASKED: &str = "asked";
/// How long a code serves.
const CODE: SignedDuration = SignedDuration::from_secs(60);
/// How long a used code, and a launch, are remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);

/// What an app asks for, as it stands in the address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_type: String,
    pub scope: String,
    pub state: String,
    pub aud: String,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub launch: Option<String>,
    pub nonce: Option<String>,
}

/// Why an app is not let on.
#[derive(Debug, thiserror::Error)]
pub enum NotAuthorised {
    /// Nobody may be sent anywhere: the client or the address is not registered. Told to the person alone.
    #[error("the app or its address is not registered")]
    Unregistered,
    /// The request was not begun in this browser, was used, or waited too long.
    #[error("the request was not begun here, was used before, or took too long")]
    NotBegun,
    /// The app is told, at this address, what is wrong.
    #[error("the app is told that its request is refused")]
    Tell(String),
    /// The person of the launch is not one that the actor may open.
    #[error("no such person")]
    NoSuchPerson,
    /// The record cannot be read.
    #[error("the record cannot be read")]
    Record(#[from] ActionError),
}

/// What a person is asked to consent to.
#[derive(Debug, Clone)]
pub struct Consent {
    /// What the app is called.
    pub app: String,
    /// The organisation it acts for.
    pub organisation: Option<String>,
    /// What it would be granted.
    pub scopes: Vec<Scope>,
    /// For how many hours it may go on while nobody looks, if at all.
    pub offline: Option<i64>,
    /// The Patient of the launch, when it is known.
    pub patient: Option<String>,
    /// A person has to be chosen.
    pub choose: bool,
}

/// Where the browser goes with the app's answer.
#[derive(Debug, Clone)]
pub struct Authorised {
    /// The address, registered for the app.
    pub address: String,
    /// What the app is called.
    pub app: String,
}

#[derive(Serialize, Deserialize)]
struct Launch {
    client: String,
    patient: String,
    actor: String,
}

#[derive(Serialize, Deserialize)]
struct Code {
    id: String,
    used: bool,
    redirect_uri: String,
    challenge: String,
    family: Family,
}

/// Looks a request through, and keeps it for the consent of whoever is signed in, in the browser that holds `secret`; gives
/// the word under which it waits. `base` is the address of the FHIR door.
///
/// # Errors
/// [`NotAuthorised`].
pub async fn ask(
    actions: &Actions,
    secret: &str,
    base: &str,
    asked: &Asked,
) -> Result<String, NotAuthorised> {
    let client = registered(actions, asked).await?;
    let refuse = |error: &str| Err(NotAuthorised::Tell(told(asked, &[("error", error)])));
    if asked.response_type != "code" {
        return refuse("unsupported_response_type");
    }
    let challenge = asked.code_challenge.len() == 43 && asked.code_challenge_method == "S256";
    if !challenge || asked.state.is_empty() || asked.aud.trim_end_matches('/') != base {
        return refuse("invalid_request");
    }
    if granted(&client, asked).resources().is_empty() {
        return refuse("invalid_scope");
    }
    let word = fresh()?;
    begun::keep(actions, ASKED, &word, secret, asked).await?;
    Ok(word)
}

/// The client of a request, when it and the address are registered.
async fn registered(actions: &Actions, asked: &Asked) -> Result<Client, NotAuthorised> {
    let client = client(actions, &asked.client_id)
        .await?
        .ok_or(NotAuthorised::Unregistered)?;
    if client.redirect_uris.contains(&asked.redirect_uri) {
        Ok(client)
    } else {
        Err(NotAuthorised::Unregistered)
    }
}

fn granted(client: &Client, asked: &Asked) -> Scopes {
    let levels = [Level::Patient, Level::User];
    let allowed = Scopes::parse(&client.scopes).at(&levels);
    let mut asked = Scopes::parse(&asked.scope).at(&levels);
    // `fhirUser` without `openid` has nowhere to stand; the launch words are the protocol's own.
    if !asked.has("openid") {
        asked = Scopes::parse(&asked.to_string().replace("fhirUser", ""));
    }
    asked.within(&allowed)
}

/// What the person is asked for. The request goes on waiting.
///
/// # Errors
/// [`NotAuthorised`].
pub async fn consent(
    actions: &Actions,
    secret: &str,
    word: &str,
    actor: &Actor,
) -> Result<Consent, NotAuthorised> {
    let asked: Option<Asked> = begun::see(actions, ASKED, word, secret).await?;
    let asked = asked.ok_or(NotAuthorised::NotBegun)?;
    let client = registered(actions, &asked).await?;
    let scopes = granted(&client, &asked);
    let patient = patient_of(actions, &client, &asked, actor).await?;
    let choose = patient.is_none() && wants_patient(&scopes);
    Ok(Consent {
        app: client.name,
        organisation: client.organisation,
        offline: scopes
            .has("offline_access")
            .then(|| offline_of(actor.role).as_hours()),
        scopes: scopes.resources().to_vec(),
        patient,
        choose,
    })
}

/// The patient that is settled before anybody chooses: the citizen themself, or the one whose record the app was opened from.
async fn patient_of(
    actions: &Actions,
    client: &Client,
    asked: &Asked,
    actor: &Actor,
) -> Result<Option<String>, NotAuthorised> {
    let launched = match &asked.launch {
        None => None,
        Some(word) => {
            let key = format!("launch/{}", digest(word));
            let kept = actions.record.cabinet().get(Drawer::Authorization, &key).await;
            let kept = kept.map_err(ActionError::from)?;
            let launch: Option<Launch> = kept.and_then(|kept| serde_json::from_slice(&kept.value).ok());
            let launch = launch.filter(|one| one.client == client.id && one.actor == actor.id);
            Some(launch.ok_or(NotAuthorised::NotBegun)?.patient)
        }
    };
    if actor.role == Role::Citizen {
        return Ok(actor.standing.own_record.clone());
    }
    Ok(launched)
}

fn wants_patient(scopes: &Scopes) -> bool {
    scopes.has("launch/patient")
        || scopes
            .resources()
            .iter()
            .any(|scope| scope.level == Level::Patient)
}

/// The person agrees, with a sign-in whose holder this is: the address with the code. `chosen` is the Patient that a member of staff chose.
///
/// # Errors
/// [`NotAuthorised`].
pub async fn authorise(
    actions: &Actions,
    secret: &str,
    word: &str,
    (actor, holder): (&Actor, &str),
    chosen: Option<&str>,
) -> Result<Authorised, NotAuthorised> {
    let asked: Option<Asked> = begun::see(actions, ASKED, word, secret).await?;
    let asked = asked.ok_or(NotAuthorised::NotBegun)?;
    let client = registered(actions, &asked).await?;
    let scopes = granted(&client, &asked);
    let settled = patient_of(actions, &client, &asked, actor).await?;
    let patient = settled.or_else(|| chosen.map(str::to_owned));
    let patient = if wants_patient(&scopes) {
        let patient = patient.ok_or(NotAuthorised::NoSuchPerson)?;
        may_open(actions, actor, &patient).await?;
        Some(patient)
    } else {
        None
    };
    // From here on the request is used.
    let taken: Option<Asked> = begun::take(actions, ASKED, word, secret).await?;
    let asked = taken.ok_or(NotAuthorised::NotBegun)?;
    let (code, id) = (fresh()?, fresh()?);
    let kept = Code {
        id,
        used: false,
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.code_challenge.clone(),
        family: Family {
            client: client.id.clone(),
            actor: KeptActor::of(actor),
            scopes: scopes.to_string(),
            patient,
            nonce: asked.nonce.clone(),
            holder: holder.to_owned(),
            begun: actions.system_now(),
        },
    };
    let end = actions.system_now() + CODE;
    let bytes = serde_json::to_vec(&kept).map_err(|_| ActionError::Unavailable("not kept".to_owned()))?;
    let cabinet = actions.record.cabinet();
    let key = format!("code/{}", digest(&code));
    let put = cabinet.put(Drawer::Authorization, &key, Expected::Absent, bytes, Some(end));
    put.await.map_err(ActionError::from)?;
    Ok(Authorised {
        address: told(&asked, &[("code", &code)]),
        app: client.name,
    })
}

/// The Patient with this NHS number, for whoever chooses whom an app is for; none when there is none, or more than one, or
/// none that they may know of.
///
/// # Errors
/// [`ActionError::Unavailable`].
pub async fn person_with(
    actions: &Actions,
    actor: &Actor,
    number: &str,
) -> Result<Option<String>, ActionError> {
    let (Ok(number), Some(kind)) = (NhsNumber::parse(number), ResourceType::from_name("Patient")) else {
        return Ok(None);
    };
    let value = format!("{}|{}", codes::system::NHS_NUMBER, number.digits());
    let query = crate::record::SearchAsk::Query(vec![("identifier".to_owned(), value)]);
    let found = crate::record::search(actions, actor, Purpose::DirectCare, kind, query).await?;
    match found.hits.as_slice() {
        [one] => Ok(Some(one.id.clone())),
        _ => Ok(None),
    }
}

/// Refuses a person whose record this actor may not open: as nobody, whether they exist or not.
async fn may_open(actions: &Actions, actor: &Actor, patient: &str) -> Result<(), NotAuthorised> {
    let kind = ResourceType::from_name("Patient").ok_or(NotAuthorised::NoSuchPerson)?;
    match crate::record::read(actions, actor, Purpose::DirectCare, kind, patient).await {
        Ok(_) => Ok(()),
        Err(ActionError::Busy) => Err(ActionError::Busy.into()),
        Err(ActionError::Unavailable(words)) => Err(ActionError::Unavailable(words).into()),
        Err(_) => Err(NotAuthorised::NoSuchPerson),
    }
}

/// The person does not agree: the address at which the app is told so.
///
/// # Errors
/// [`NotAuthorised`].
pub async fn decline(actions: &Actions, secret: &str, word: &str) -> Result<Authorised, NotAuthorised> {
    let asked: Option<Asked> = begun::take(actions, ASKED, word, secret).await?;
    let asked = asked.ok_or(NotAuthorised::NotBegun)?;
    let client = registered(actions, &asked).await?;
    Ok(Authorised {
        address: told(&asked, &[("error", "access_denied")]),
        app: client.name,
    })
}

/// The Patient whose page has this id.
fn of_page(actions: &Actions, actor: &Actor, page: &str) -> Result<String, NotAuthorised> {
    patient_id(actions, actor, Purpose::DirectCare, page).ok_or(NotAuthorised::NoSuchPerson)
}

/// The apps that can be opened from this person's record, named by the id of their page: id and name of each.
///
/// # Errors
/// [`NotAuthorised::NoSuchPerson`], [`NotAuthorised::Record`].
pub async fn launchable(
    actions: &Actions,
    actor: &Actor,
    page: &str,
) -> Result<Vec<(String, String)>, NotAuthorised> {
    may_open(actions, actor, &of_page(actions, actor, page)?).await?;
    let known = clients(actions).await?.into_iter();
    let apps = known.filter(|one| !one.disabled && one.launch_uri.is_some());
    Ok(apps.map(|one| (one.id, one.name)).collect())
}

/// Opens an app from a person's record: the app's address, with a word for what it was opened for.
///
/// # Errors
/// [`NotAuthorised`].
pub async fn launch(
    actions: &Actions,
    actor: &Actor,
    base: &str,
    id: &str,
    page: &str,
) -> Result<String, NotAuthorised> {
    let patient = of_page(actions, actor, page)?;
    let patient = patient.as_str();
    let client = client(actions, id).await?.ok_or(NotAuthorised::Unregistered)?;
    let uri = client.launch_uri.as_ref().ok_or(NotAuthorised::Unregistered)?;
    may_open(actions, actor, patient).await?;
    let word = fresh()?;
    let launch = Launch {
        client: client.id.clone(),
        patient: patient.to_owned(),
        actor: actor.id.clone(),
    };
    let bytes = serde_json::to_vec(&launch).map_err(|_| ActionError::Unavailable("not kept".to_owned()))?;
    let end = actions.system_now() + REMEMBERED;
    let cabinet = actions.record.cabinet();
    let key = format!("launch/{}", digest(&word));
    let put = cabinet.put(Drawer::Authorization, &key, Expected::Absent, bytes, Some(end));
    put.await.map_err(ActionError::from)?;
    Ok(with_parameters(uri, &[("iss", base), ("launch", &word)]))
}

/// Tokens for a code, which serves once. A code that comes again ends what it was good for.
///
/// # Errors
/// [`NotGranted::Grant`], [`NotGranted::Record`].
pub async fn redeem(
    actions: &Actions,
    client: &Client,
    code: &str,
    redirect_uri: &str,
    verifier: &str,
) -> Result<Granted, NotGranted> {
    let key = format!("code/{}", digest(code));
    let cabinet = actions.record.cabinet();
    let document = cabinet
        .get(Drawer::Authorization, &key)
        .await?
        .ok_or(NotGranted::Grant)?;
    let mut kept: Code = serde_json::from_slice(&document.value).map_err(|_| NotGranted::Grant)?;
    if kept.family.client != client.id {
        return Err(NotGranted::Grant);
    }
    let first = !kept.used;
    kept.used = true;
    let bytes = serde_json::to_vec(&kept).map_err(|_| NotGranted::Grant)?;
    let expected = Expected::Version(document.version);
    let end = actions.system_now() + REMEMBERED;
    let put = cabinet.put(Drawer::Authorization, &key, expected, bytes, Some(end));
    if !first || put.await?.is_none() {
        end_family(actions, &kept.id).await?;
        return Err(NotGranted::Grant);
    }
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let long_enough = (43..=128).contains(&verifier.len());
    if !long_enough || !same(&challenge, &kept.challenge) || redirect_uri != kept.redirect_uri {
        return Err(NotGranted::Grant);
    }
    begin(actions, &kept.id, &kept.family).await
}

/// The app's address with these parameters and the state it gave.
fn told(asked: &Asked, parameters: &[(&str, &str)]) -> String {
    let mut all = parameters.to_vec();
    if !asked.state.is_empty() {
        all.push(("state", &asked.state));
    }
    with_parameters(&asked.redirect_uri, &all)
}

fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    let mut whole = address.to_owned();
    for (name, value) in parameters {
        whole.push(if whole.contains('?') { '&' } else { '?' });
        whole.push_str(name);
        whole.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                whole.push(char::from(byte));
            } else {
                whole.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    whole
}
