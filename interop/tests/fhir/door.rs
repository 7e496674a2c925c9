//! A door over a fresh record, and how to knock.

use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use actions::access::Tokens;
use axum::Router;
use axum::body::Body;
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use interop::fhir::{FhirSettings, router};
use record::clock::{CareClock, SystemClock, Wall};
use record::{Actor, Options, Record, Role, Standing};
use serde_json::Value;
use tower::ServiceExt;

/// The address that the door is known by.
pub(super) const BASE: &str = "https://sarsen.example/fhir";
pub(super) const TOKEN: &str = "a-development-token";

pub(super) struct Door {
    pub(super) router: Router,
    pub(super) record: Record,
    folder: tempfile::TempDir,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: http::HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|_| panic!("JSON, not {:?}", String::from_utf8_lossy(&self.bytes)))
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a text header"))
    }

    /// Every issue as `code expression: diagnostics`.
    pub(super) fn issues(&self) -> Vec<String> {
        let json = self.json();
        assert_eq!(json["resourceType"], "OperationOutcome", "{json}");
        let issues = json["issue"].as_array().expect("issues").iter();
        issues
            .map(|issue| {
                let expression = issue["expression"][0].as_str().unwrap_or("-");
                format!(
                    "{} {expression}: {}",
                    issue["code"].as_str().expect("a code"),
                    issue["diagnostics"].as_str().expect("words")
                )
            })
            .collect()
    }

    /// The reply, which must have this status.
    pub(super) fn expect(self, status: u16) -> Reply {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}",
            String::from_utf8_lossy(&self.bytes)
        );
        self
    }
}

/// The development token, two privacy officers' and a nurse's.
fn tokens() -> Tokens {
    let people = [
        ("a-privacy-officers-token", "officer-1", Role::PrivacyOfficer),
        ("another-officers-token", "officer-2", Role::PrivacyOfficer),
        ("a-nurses-own-token", "nurse-1", Role::Clinician),
    ];
    let tokens = Tokens::development(TOKEN).expect("a token");
    people.into_iter().fold(tokens, |tokens, (token, id, role)| {
        // What a nurse may see is tried elsewhere (cli/tests/door); here she is let in wherever she asks.
        let actor = Actor::new(id, role, None).with_standing(Standing {
            house: role == Role::Clinician,
            ..Standing::default()
        });
        tokens.and(token, actor).expect("a token")
    })
}

impl Door {
    pub(super) async fn open() -> Door {
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let actions = Actions::new(
            record.clone(),
            CareClock::new(Arc::clone(&system)),
            system,
            tokens(),
            ::fhir::Limits {
                own_base: Some(BASE.into()),
                ..::fhir::Limits::default()
            },
        );
        let settings = FhirSettings {
            base: BASE.to_owned(),
            body_timeout: Duration::from_millis(300),
        };
        let router = router(actions, settings);
        Door {
            router,
            record,
            folder,
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let response: Response<Body> = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes().to_vec();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/fhir{path}"));
        if !headers.iter().any(|(name, _)| *name == "authorization") {
            request = request.header("authorization", format!("Bearer {TOKEN}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).expect("a request")).await
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &[], Body::empty()).await
    }

    pub(super) async fn post(&self, path: &str, json: &Value) -> Reply {
        self.call(
            Method::POST,
            path,
            &[("content-type", "application/fhir+json")],
            json.to_string(),
        )
        .await
    }

    pub(super) async fn put(&self, path: &str, json: &Value) -> Reply {
        self.call(
            Method::PUT,
            path,
            &[("content-type", "application/fhir+json")],
            json.to_string(),
        )
        .await
    }

    pub(super) async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, &[], Body::empty()).await
    }

    /// The data directory.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A digest of everything that is kept: equal before and after means that nothing was changed.
    pub(super) async fn digest(&self) -> [u8; 32] {
        self.record.digest().await.expect("a digest")
    }
}
