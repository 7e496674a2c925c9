//! Both doors over a fresh record: FHIR, and the one for tokens.

use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use actions::access::Tokens;
use actions::access::smart::{self, Client, ClientKeys, Proof};
use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use interop::fhir::FhirSettings;
use interop::smart::{Bearer, Issuer};
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};
use serde_json::Value;
use tower::ServiceExt;

/// How the server is known.
pub(crate) const PUBLIC: &str = "https://sarsen.example";
pub(crate) const TOKEN: &str = "a-development-token";

pub(crate) struct House {
    pub(crate) actions: Actions,
    router: Router,
    _folder: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) json: Value,
}

impl House {
    pub(crate) async fn open() -> House {
        House::trusting(Vec::new()).await
    }

    pub(crate) async fn trusting(issuers: Vec<Issuer>) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let care = CareClock::new(Arc::clone(&system));
        let tokens = Tokens::development(TOKEN).expect("a token");
        let actions = Actions::new(record, care, system, tokens, fhir::Limits::default());
        let settings = FhirSettings {
            base: format!("{PUBLIC}/fhir"),
            body_timeout: Duration::from_secs(5),
        };
        let fhir = interop::fhir::router_with(actions.clone(), settings, Bearer::with(issuers));
        let tokens = interop::smart::router(actions.clone(), PUBLIC);
        House {
            actions,
            router: fhir.merge(tokens),
            _folder: folder,
        }
    }

    /// The doors of another process on the same store.
    pub(crate) fn beside(self) -> House {
        House {
            router: interop::smart::router(self.actions.clone(), PUBLIC),
            ..self
        }
    }

    pub(crate) async fn register(&self, client: Client) {
        smart::add_client(&self.actions, &client)
            .await
            .expect("registered");
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            json: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn put(&self, path: &str, token: &str, body: &Value) -> Answer {
        let request = Request::put(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/fhir+json");
        self.send(request.body(Body::from(body.to_string())).expect("a request"))
            .await
    }

    pub(crate) async fn create(&self, path: &str, token: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/fhir+json");
        self.send(request.body(Body::from(body.to_string())).expect("a request"))
            .await
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Answer {
        let request = Request::delete(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("a request"))
            .await
    }
}

/// A system that proves itself by keys.
pub(crate) fn backend(keys: ClientKeys, scopes: &str) -> Client {
    Client {
        id: "laboratory".to_owned(),
        name: "The laboratory".to_owned(),
        organisation: Some("RXX01".to_owned()),
        proof: Proof::Keys(keys),
        redirect_uris: Vec::new(),
        launch_uri: None,
        scopes: scopes.to_owned(),
        feed: false,
        purpose: None,
        disabled: false,
    }
}
