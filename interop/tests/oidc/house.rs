//! A house with one provider, and somebody who signs in there.

use std::sync::Arc;
use std::time::Duration;

use actions::access::accounts::How;
use actions::access::sessions::{self, NewSession, OpenSession};
use actions::access::{self, Arrival, Ask, Came, CameBack, NotLetIn, Proved, Providers, Tokens};
use actions::record::{Precondition, Request, update};
use actions::{Actions, Actor, Purpose, Role};
use fhir::ResourceType;
use interop::oidc::{OpenId, ProviderSettings};
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};
use serde_json::Value;
use url::Url;

use super::browser::Browser;

/// Where the provider sends browsers back to. Nobody listens there: the tests hand the address over themselves.
pub(crate) const BACK: &str = "http://127.0.0.1:1/sign-in/back/staff";
/// What the browser's cookie holds.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

pub(crate) struct House {
    pub(crate) actions: Actions,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn with(settings: ProviderSettings) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let provider = OpenId::new(settings, Arc::clone(&system)).expect("settings that can be used");
        let providers = Providers::new(vec![Arc::new(provider)]).expect("one provider");
        let care = CareClock::new(Arc::clone(&system));
        let limits = fhir::Limits::default();
        let actions = Actions::new(record, care, system, Tokens::none(), limits).with_providers(providers);
        House {
            actions,
            _folder: folder,
        }
    }

    pub(crate) async fn keep(&self, json: &Value) {
        let actor = Actor::new("test", Role::Development, None);
        let write = Request {
            source: "test".to_owned(),
            idempotency_key: None,
        };
        let kind = json["resourceType"].as_str().and_then(ResourceType::from_name);
        let id = json["id"].as_str().expect("an id");
        let bytes = json.to_string().into_bytes();
        let kind = kind.expect("a type");
        let purpose = Purpose::DirectCare;
        let kept = update(
            &self.actions,
            &actor,
            purpose,
            &write,
            kind,
            id,
            &bytes,
            Precondition::None,
        )
        .await;
        assert!(kept.is_ok(), "{kept:?}");
    }

    /// To the provider: where the browser is sent back to.
    pub(crate) async fn there(&self, ask: &Ask) -> Url {
        let address = access::go(&self.actions, "staff", SECRET, None, ask)
            .await
            .expect("an address");
        Browser::default().follow(&address, BACK).await
    }

    /// Back from the provider.
    pub(crate) async fn back(&self, address: &Url) -> Result<Arrival, NotLetIn> {
        access::come_back(&self.actions, "staff", SECRET, &came(address)).await
    }

    /// A session of whoever signs in with this browser.
    pub(crate) async fn session(&self, browser: &mut Browser) -> OpenSession {
        let address = access::go(&self.actions, "staff", SECRET, None, &Ask::default())
            .await
            .expect("an address");
        let back = browser.follow(&address, BACK).await;
        let came = match self.back(&back).await.expect("let in") {
            Arrival::In(came) => Some(came),
            Arrival::Choose(..) | Arrival::Proved(_) => None,
        };
        self.begin(came.expect("one role")).await
    }

    /// A session of whoever came.
    pub(crate) async fn begin(&self, came: Came) -> OpenSession {
        let session = NewSession {
            holder: came.actor.id.clone(),
            actor: came.actor,
            words: "Nurse".to_owned(),
            staff: true,
            how: How::Provider,
            from: Some(came.from),
            confirmed: None,
            idle: Duration::from_secs(600),
            absolute: Duration::from_secs(3600),
            desk: None,
            browser: "A browser".to_owned(),
        };
        sessions::begin(&self.actions, SECRET, session)
            .await
            .expect("begun");
        let found = self.actions.sessions().find(SECRET).await.expect("answered");
        found.expect("open")
    }

    /// There and back, to prove in this session that it is still them: what the session is told.
    pub(crate) async fn prove(
        &self,
        browser: &mut Browser,
        session: &OpenSession,
    ) -> Result<Option<Proved>, NotLetIn> {
        let address = access::prove_again(&self.actions, session, SECRET, "/staff/person").await?;
        let back = browser.follow(&address, BACK).await;
        self.told(session, &back).await
    }

    /// What a session is told of whoever came back to prove that it is still them.
    pub(crate) async fn told(&self, session: &OpenSession, back: &Url) -> Result<Option<Proved>, NotLetIn> {
        let Arrival::Proved(word) = self.back(back).await? else {
            return Ok(None);
        };
        Ok(access::proved_again(&self.actions, session, SECRET, &word).await?)
    }

    /// There and back.
    pub(crate) async fn sign_in(&self) -> Result<Arrival, NotLetIn> {
        let address = self.there(&Ask::default()).await;
        self.back(&address).await
    }
}

/// What stands in the address that a browser came back by.
pub(crate) fn came(address: &Url) -> CameBack {
    let find = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    };
    CameBack {
        state: find("state").unwrap_or_default(),
        code: find("code"),
        issuer: find("iss"),
    }
}
