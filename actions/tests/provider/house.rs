//! A house with one provider of staff, which says what a test tells it to, and another of citizens.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actions::access::accounts::{Account, AccountKind, AccountRole, How, NewAccount, add};
use actions::access::sessions::{self, NewSession, OpenSession};
use actions::access::{
    self, Arrival, Ask, Begun, Came, CameBack, Fault, Later, NotLetIn, Provider, Providers, StaffRole,
    StandingTo, Tokens, Vouched, Waiting, Who,
};
use actions::record::{Precondition, Request, update};
use actions::{ActionError, Actions, Actor, Purpose, Role};
use codes::system::SDS_USER;
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};
use serde_json::{Value, json};

/// What the browser's cookie holds.
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
/// The provider's own name for the member of staff.
pub(crate) const SUBJECT: &str = "910000000001";
/// They are a patient too, live with Bert, and look after Dora.
pub(crate) const CLARA: &str = "0198d2f4-0000-7000-8000-00000000c1a4";
pub(crate) const BERT: &str = "0198d2f4-0000-7000-8000-00000000be47";
pub(crate) const DORA: &str = "0198d2f4-0000-7000-8000-00000000d0a4";

/// A provider that says what it is told to say.
pub(crate) struct Stub {
    name: &'static str,
    kind: AccountKind,
    linked_only: bool,
    asked: Mutex<Ask>,
    subject: Mutex<String>,
    authentication: Mutex<u8>,
    roles: Mutex<Vec<StaffRole>>,
    directory_id: Mutex<Option<String>>,
}

impl Stub {
    fn new(name: &'static str, kind: AccountKind, linked_only: bool) -> Arc<Stub> {
        Arc::new(Stub {
            name,
            kind,
            linked_only,
            asked: Mutex::default(),
            subject: Mutex::new(SUBJECT.to_owned()),
            authentication: Mutex::new(2),
            roles: Mutex::new(vec![nurse("RVJ")]),
            directory_id: Mutex::default(),
        })
    }

    pub(crate) fn says_subject(&self, subject: &str) {
        subject.clone_into(&mut self.subject.lock().expect("a lock"));
    }

    pub(crate) fn says_authentication(&self, level: u8) {
        *self.authentication.lock().expect("a lock") = level;
    }

    /// With what somebody was sent last.
    pub(crate) fn asked(&self) -> Ask {
        self.asked.lock().expect("a lock").clone()
    }

    pub(crate) fn says_roles(&self, roles: Vec<StaffRole>) {
        *self.roles.lock().expect("a lock") = roles;
    }

    pub(crate) fn says_directory_id(&self, id: &str) {
        *self.directory_id.lock().expect("a lock") = Some(id.to_owned());
    }
}

impl Provider for Stub {
    fn name(&self) -> &str {
        self.name
    }

    fn label(&self) -> &str {
        "The stub"
    }

    fn vouches_for(&self) -> AccountKind {
        self.kind
    }

    fn linked_only(&self) -> bool {
        self.linked_only
    }

    fn can_step_up(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, ask: &'a Ask) -> Later<'a, Begun> {
        self.asked.lock().expect("a lock").clone_from(ask);
        Box::pin(async move {
            Ok(Begun {
                address: "https://sign-in.example/auth".to_owned(),
                waiting: Waiting {
                    state: "state".to_owned(),
                    nonce: "nonce".to_owned(),
                    verifier: "verifier".to_owned(),
                    ask: ask.clone(),
                    begun: Wall.now(),
                },
            })
        })
    }

    fn finish<'a>(&'a self, _waiting: &'a Waiting, _code: &'a str) -> Later<'a, Vouched> {
        let subject = self.subject.lock().expect("a lock").clone();
        let authentication = *self.authentication.lock().expect("a lock");
        let roles = self.roles.lock().expect("a lock").clone();
        let directory_id = self.directory_id.lock().expect("a lock").clone();
        Box::pin(async move {
            if subject.is_empty() {
                return Err(Fault::Nonce);
            }
            Ok(Vouched {
                subject,
                who: Who::Staff {
                    roles,
                    identity: 3,
                    authentication,
                },
                token_id: None,
                directory_id: directory_id.map(|id| (SDS_USER, id)),
            })
        })
    }

    fn issuer(&self) -> &str {
        "https://sign-in.example"
    }
}

pub(crate) fn nurse(organisation: &str) -> StaffRole {
    StaffRole {
        id: format!("nurse-{organisation}"),
        code: "S8000:G8000:R8001".to_owned(),
        label: String::new(),
        organisation: Some(organisation.to_owned()),
        activities: vec!["B0360".to_owned(), "B0380".to_owned()],
    }
}

pub(crate) struct House {
    pub(crate) actions: Actions,
    pub(crate) stub: Arc<Stub>,
    _folder: tempfile::TempDir,
}

impl House {
    pub(crate) async fn open() -> House {
        House::with(false).await
    }

    /// A house in which the provider lets in whoever is linked alone, or not.
    pub(crate) async fn with(linked_only: bool) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let stub = Stub::new("staff", AccountKind::Staff, linked_only);
        let known: Vec<Arc<dyn Provider>> = vec![
            Arc::<Stub>::clone(&stub),
            Stub::new("citizens", AccountKind::Citizen, false),
        ];
        let care = CareClock::new(Arc::clone(&system));
        let actions = Actions::new(record, care, system, Tokens::none(), fhir::Limits::default())
            .with_providers(Providers::new(known).expect("two names"));
        let house = House {
            actions,
            stub,
            _folder: folder,
        };
        house
            .keep(&json!({ "resourceType": "Practitioner", "id": "doctor",
                "identifier": [{ "system": SDS_USER, "value": SUBJECT }],
                "name": [{ "family": "Example" }] }))
            .await;
        for (id, line) in [
            (CLARA, "4 Example Street"),
            (BERT, "4 Example Street"),
            (DORA, "9 Example Street"),
        ] {
            house.person(id, line).await;
        }
        house
    }

    /// Somebody who lives there, on whose care team the practitioner is.
    async fn person(&self, id: &str, line: &str) {
        let subject = json!({ "reference": format!("Patient/{id}") });
        self.keep(
            &json!({ "resourceType": "Patient", "id": id, "birthDate": "1941-02-03",
            "name": [{ "use": "official", "family": "Invented" }],
            "address": [{ "use": "home", "line": [line], "city": "Bath", "postalCode": "BA1 1AA" }] }),
        )
        .await;
        self.keep(
            &json!({ "resourceType": "CareTeam", "id": format!("team-{id}"), "status": "active",
            "subject": subject, "participant": [{ "member": { "reference": "Practitioner/doctor" } }] }),
        )
        .await;
    }

    pub(crate) async fn keep(&self, json: &Value) {
        let actor = Actor::new("test", Role::Development, None);
        let write = Request {
            source: "test".to_owned(),
            idempotency_key: None,
        };
        let kind = json["resourceType"].as_str().and_then(ResourceType::from_name);
        let kind = kind.expect("a type");
        let id = json["id"].as_str().expect("an id");
        let bytes = json.to_string().into_bytes();
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
        assert!(kept.is_ok(), "{id}: {kept:?}");
    }

    /// An account with one role, of somebody who is this Patient and this Practitioner.
    pub(crate) async fn account(
        &self,
        name: &str,
        person: Option<&str>,
        practitioner: Option<&str>,
    ) -> Account {
        let new = NewAccount {
            name: name.to_owned(),
            kind: AccountKind::Staff,
            roles: vec![role("administrator")],
            person: person.map(str::to_owned),
            practitioner: practitioner.map(str::to_owned),
            identity: 3,
            demo: false,
        };
        add(&self.actions, new).await.expect("made")
    }

    /// Clara's, linked with what the provider calls her.
    pub(crate) async fn linked(&self) -> Account {
        let account = self.account("clara", Some(CLARA), Some("doctor")).await;
        access::accounts::link(&self.actions, &account.id, "staff", SUBJECT)
            .await
            .expect("linked");
        account
    }

    /// There and back.
    pub(crate) async fn sign_in(&self) -> Result<Arrival, NotLetIn> {
        self.sign_in_at(None).await
    }

    /// The same in the browser with this cookie of its own.
    pub(crate) async fn sign_in_at(&self, device: Option<&str>) -> Result<Arrival, NotLetIn> {
        access::go(&self.actions, "staff", SECRET, device, &Ask::default()).await?;
        access::come_back(&self.actions, "staff", SECRET, &came()).await
    }

    /// There and back, as whoever the provider vouches for.
    pub(crate) async fn actor(&self) -> Actor {
        self.came().await.actor
    }

    /// The same, with where they came from.
    pub(crate) async fn came(&self) -> Came {
        self.came_at(None).await
    }

    pub(crate) async fn came_at(&self, device: Option<&str>) -> Came {
        let in_as = match self.sign_in_at(device).await.expect("let in") {
            Arrival::In(came) => Some(came),
            Arrival::Choose(..) | Arrival::Proved(_) => None,
        };
        in_as.expect("one role")
    }

    /// A session of whoever came, under this secret.
    pub(crate) async fn begin(&self, secret: &str, came: &Came) -> OpenSession {
        let session = NewSession {
            holder: came.actor.id.clone(),
            actor: came.actor.clone(),
            words: "Nurse".to_owned(),
            staff: true,
            how: How::Provider,
            from: Some(came.from.clone()),
            confirmed: None,
            idle: Duration::from_secs(600),
            absolute: Duration::from_secs(3600),
            desk: came.desk.clone(),
            browser: "A browser".to_owned(),
        };
        sessions::begin(&self.actions, secret, session)
            .await
            .expect("begun");
        self.session(secret).await.expect("open")
    }

    pub(crate) async fn session(&self, secret: &str) -> Option<OpenSession> {
        self.actions.sessions().find(secret).await.expect("answered")
    }

    pub(crate) async fn standing(&self, actor: &Actor, person: &str) -> Result<StandingTo, ActionError> {
        access::standing_to(&self.actions, actor, Purpose::DirectCare, person).await
    }
}

pub(crate) fn role(code: &str) -> AccountRole {
    AccountRole {
        id: "1".to_owned(),
        role: code.to_owned(),
        words: code.to_owned(),
        organisation: None,
        job_role: None,
        activities: Default::default(),
        parties: Default::default(),
    }
}

/// What stands in the address by which a browser comes back.
pub(crate) fn came() -> CameBack {
    CameBack {
        state: "state".to_owned(),
        code: Some("code".to_owned()),
        issuer: None,
    }
}
