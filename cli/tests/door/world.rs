//! A house that keeps random people, and lets random actors in.

use std::sync::Arc;
use std::time::Duration;

use actions::access::accounts::{self, AccountKind, AccountRole, NewAccount};
use actions::access::{Tokens, learn_colleagues};
use actions::population::{Grounds, Kept};
use actions::{Actions, Role};
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use interop::fhir::FhirSettings;
use record::clock::{CareClock, SystemClock, Wall};
use record::view::{Live, View, ViewSettings};
use record::{Options, Record};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::WebSettings;

use super::askers::{self, Asker, DEVELOPMENT};
use super::dice::Dice;
use super::people::{self, Item, ORGANISATIONS};

/// Somebody who works here and whose own record is known.
#[derive(Debug, Clone)]
pub(super) struct Colleague {
    pub(super) person: String,
    /// The ODS codes of the organisations for which they work.
    pub(super) works_for: Vec<&'static str>,
    /// Their account was closed.
    pub(super) gone: bool,
}

pub(super) struct World {
    pub(super) people: Vec<String>,
    pub(super) items: Vec<Item>,
    pub(super) actors: Vec<Asker>,
    /// Accounts of staff who are patients here too.
    pub(super) colleagues: Vec<Colleague>,
    /// Two who are read as one: the superseded, and the survivor.
    pub(super) joined: Option<(String, String)>,
    pub(super) actions: Actions,
    pub(super) record: Record,
    /// Everybody in columns, and what the risk list remembers.
    kept: Kept,
    router: Router,
    _folder: tempfile::TempDir,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

impl World {
    pub(super) async fn grow(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let people: Vec<String> = (0..3).map(|n| format!("person-{seed}-{n}")).collect();
        let items = people::items(&mut dice, &people);
        let actors = askers::askers(&mut dice, &people);
        let colleagues = colleagues(&mut dice, &people);
        let joined = (seed % 3 == 1).then(|| (people[1].clone(), people[2].clone()));
        let folder = folder();
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let nobody = Tokens::development(DEVELOPMENT).expect("a token");
        let actions = house(&record, nobody);
        let kept = kept(&record);
        let mut world = World {
            people,
            items,
            actors,
            colleagues,
            joined,
            router: router(&actions),
            actions,
            record,
            kept,
            _folder: folder,
        };
        world.fill().await;
        world.let_in().await;
        world
    }

    /// Lets everybody in, each with their places in records as the house finds them for whoever signs in.
    async fn let_in(&mut self) {
        let mut tokens = Tokens::development(DEVELOPMENT).expect("a token");
        for asker in &mut self.actors {
            asker.actor = self.actions.placed(&asker.actor).await.expect("a place");
            if asker.actor.role != Role::Development {
                tokens = tokens.and(&asker.token, asker.actor.clone()).expect("a token");
            }
        }
        self.actions = house(&self.record, tokens).with_population(self.kept.clone());
        self.employ().await;
        self.router = router(&self.actions);
    }

    /// Gives accounts to staff who are patients too.
    async fn employ(&self) {
        for (number, colleague) in self.colleagues.iter().enumerate() {
            let works_for = colleague.works_for.iter().enumerate();
            let role = |(at, ods): (usize, &&str)| AccountRole {
                id: at.to_string(),
                role: "clinician".to_owned(),
                words: "Works here".to_owned(),
                organisation: Some((*ods).to_owned()),
                job_role: None,
                activities: std::collections::BTreeSet::new(),
                parties: std::collections::BTreeSet::new(),
            };
            let new = NewAccount {
                name: format!("colleague-{number}"),
                kind: AccountKind::Staff,
                roles: works_for.map(role).collect(),
                person: Some(colleague.person.clone()),
                practitioner: None,
                identity: 3,
                demo: false,
            };
            let account = accounts::add(&self.actions, new).await.expect("an account");
            if colleague.gone {
                accounts::disable(&self.actions, &account.id)
                    .await
                    .expect("a closed account");
            }
        }
        // As at the start of another process, which has seen none of it happen.
        learn_colleagues(&self.actions).await.expect("accounts");
    }

    /// Waits until everybody's columns have taken in what was written.
    pub(super) async fn settle(&self) {
        settled(&self.kept.people).await;
        settled(&self.kept.caseloads).await;
        settled(&self.kept.organisations).await;
        settled(&self.kept.memory).await;
    }

    async fn fill(&self) {
        for unit in people::organisations() {
            let path = format!("/fhir/Organization/{}", unit["id"].as_str().unwrap_or_default());
            let reply = self.send(Method::PUT, &path, DEVELOPMENT, unit.to_string()).await;
            assert!(reply.status.is_success(), "{path}: {}", reply.text);
        }
        for item in &self.items {
            for version in &item.versions {
                let path = format!("/fhir/{}/{}", item.kind, item.id);
                let reply = match version {
                    Some(json) => self.send(Method::PUT, &path, DEVELOPMENT, json.to_string()).await,
                    None => self.send(Method::DELETE, &path, DEVELOPMENT, String::new()).await,
                };
                assert!(reply.status.is_success(), "{path}: {}", reply.text);
            }
        }
        if let Some((superseded, survivor)) = &self.joined {
            let path = format!("/fhir/Patient/{superseded}/$join");
            let body = json!({ "resourceType": "Parameters", "parameter": [
                { "name": "survivor", "valueReference": { "reference": format!("Patient/{survivor}") } },
                { "name": "reason", "valueCode": "duplicate" }] });
            let reply = self
                .send(Method::POST, &path, DEVELOPMENT, body.to_string())
                .await;
            assert!(reply.status.is_success(), "{path}: {}", reply.text);
        }
    }

    pub(super) async fn get(&self, path: &str, asker: &Asker) -> Reply {
        self.send(Method::GET, path, &asker.token, String::new()).await
    }

    pub(super) async fn send(&self, method: Method, path: &str, token: &str, body: String) -> Reply {
        self.send_with(method, path, token, &[], body).await
    }

    pub(super) async fn send_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let kind = if body.starts_with('{') {
            "application/fhir+json"
        } else {
            "application/x-www-form-urlencoded"
        };
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.answer(request.body(Body::from(body)).expect("a request"))
            .await
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        // A stream of events goes on: what it begins with is what is looked at.
        let goes_on = parts
            .headers
            .get(http::header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if goes_on {
            let mut body = body;
            let first = body.frame().await.expect("an event").expect("a frame");
            first.into_data().expect("data")
        } else {
            body.collect().await.expect("a whole body").to_bytes()
        };
        Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Everybody who is read as one with a person, themself among them.
    pub(super) fn one_with(&self, person: &str) -> Vec<&str> {
        let mut all = vec![person];
        if let Some((one, other)) = &self.joined {
            match person {
                _ if person == one => all.push(other),
                _ if person == other => all.push(one),
                _ => {}
            }
        }
        all.iter()
            .filter_map(|each| self.people.iter().find(|known| known == each))
            .map(String::as_str)
            .collect()
    }

    /// Everything of a person, and of whoever is read as one with them.
    pub(super) fn of(&self, person: &str) -> impl Iterator<Item = &Item> {
        let all = self.one_with(person);
        self.items
            .iter()
            .filter(move |item| all.contains(&item.home.as_str()))
    }

    /// The person's own Patient.
    pub(super) fn patient(&self, person: &str) -> &Item {
        let mut patients = self.items.iter().filter(|item| item.kind == "Patient");
        patients.find(|item| item.id == person).expect("a Patient")
    }
}

fn kept(record: &Record) -> Kept {
    Kept {
        people: Live::open(record, ViewSettings::default()).expect("people"),
        caseloads: Live::open(record, ViewSettings::default()).expect("caseloads"),
        organisations: Live::open(record, ViewSettings::default()).expect("organisations"),
        memory: Live::open(record, ViewSettings::default()).expect("memory"),
        grounds: Some(Grounds {
            basis: "A test".to_owned(),
            controller: "Whoever tests".to_owned(),
        }),
        threads: 1,
    }
}

/// A folder in memory where there is one: every look is kept in the audit before it is answered, ten thousand of them a world, and the disk's own
/// speed is not what is looked at.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm")
        .or_else(|_| tempfile::tempdir())
        .expect("a folder")
}

async fn settled<V: View>(view: &Live<V>) {
    loop {
        let status = view.status().await.expect("a status");
        if status.ready && status.behind == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The house under these tokens.
fn house(record: &Record, tokens: Tokens) -> Actions {
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    Actions::new(
        record.clone(),
        CareClock::new(Arc::clone(&system)),
        system,
        tokens,
        fhir::Limits::default(),
    )
}

fn router(actions: &Actions) -> Router {
    let settings = FhirSettings {
        base: "https://sarsen.example/fhir".to_owned(),
        body_timeout: Duration::from_secs(5),
    };
    web::router(actions.clone(), WebSettings::default())
        .merge(interop::fhir::router(actions.clone(), settings))
}

/// One or two of the people work here; some do no more.
fn colleagues(dice: &mut Dice, people: &[String]) -> Vec<Colleague> {
    (0..1 + dice.below(2))
        .map(|_| Colleague {
            person: dice.pick(people).clone(),
            works_for: match dice.below(3) {
                0 => ORGANISATIONS.iter().map(|(_, ods)| *ods).collect(),
                _ => vec![dice.pick(&ORGANISATIONS).1],
            },
            gone: dice.one_in(4),
        })
        .collect()
}
