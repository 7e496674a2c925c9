//! A house over a fresh record, and somebody who visits its pages as a browser would.

use std::sync::Arc;

use actions::access::Tokens;
use actions::record::{Precondition, Request as Write, update};
use actions::{Actions, Actor, Purpose};
use axum::Router;
use axum::body::Body;
use fhir::ResourceType;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record, Role};
use tower::ServiceExt;
use web::WebSettings;

pub(super) const TOKEN: &str = "a-development-token";

pub(super) struct House {
    pub(super) router: Router,
    pub(super) record: Record,
    /// The clock of care, which a test can turn.
    pub(super) care: CareClock,
    actions: Actions,
    _folder: tempfile::TempDir,
}

pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a text header"))
    }

    pub(super) fn location(&self) -> &str {
        self.header("location")
    }

    /// The page, which must have this status.
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Page {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(super) fn says(self, words: &str) -> Page {
        assert!(self.text.contains(words), "{words:?} is not in\n{}", self.text);
        self
    }

    #[track_caller]
    pub(super) fn does_not_say(self, words: &str) -> Page {
        assert!(!self.text.contains(words), "{words:?} is in\n{}", self.text);
        self
    }

    /// The token of the page's form.
    pub(super) fn csrf(&self) -> String {
        let after = self.text.split("name=\"csrf\" value=\"").last().expect("a form");
        after.split('"').next().expect("a value").to_owned()
    }

    /// The cookies it sets, as a browser sends them back.
    pub(super) fn cookies(&self) -> String {
        let set = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = set.map(|cookie| {
            cookie
                .to_str()
                .expect("text")
                .split(';')
                .next()
                .expect("a pair")
                .to_owned()
        });
        pairs
            .filter(|pair| !pair.ends_with('='))
            .collect::<Vec<String>>()
            .join("; ")
    }
}

impl House {
    pub(super) async fn open() -> House {
        House::with(WebSettings::default()).await
    }

    pub(super) async fn with(settings: WebSettings) -> House {
        House::of(settings, Tokens::development(TOKEN).expect("a token")).await
    }

    /// A house into which these people come, each by a token of their own.
    pub(super) async fn of_people(people: &[(&str, Actor)]) -> House {
        let tokens = people.iter().fold(
            Tokens::development(TOKEN).expect("a token"),
            |tokens, (token, actor)| tokens.and(token, actor.clone()).expect("a token"),
        );
        House::of(WebSettings::default(), tokens).await
    }

    pub(super) async fn of(settings: WebSettings, tokens: Tokens) -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let record = Record::open(Options::new(folder.path()), Arc::clone(&system))
            .await
            .expect("a record");
        let care = CareClock::new(Arc::clone(&system));
        let actions = Actions::new(
            record.clone(),
            care.clone(),
            system,
            tokens,
            fhir::Limits::default(),
        );
        House {
            router: web::router(actions.clone(), settings),
            record,
            care,
            actions,
            _folder: folder,
        }
    }

    /// The same house with an academy, at the default settings.
    pub(super) fn teaching(mut self, academy: actions::academy::Academy) -> House {
        self.actions = self.actions.with_academy(academy);
        self.router = web::router(self.actions.clone(), WebSettings::default());
        self
    }

    /// The same house with everybody in columns, at the default settings.
    pub(super) fn with_population(mut self, kept: actions::population::Kept) -> House {
        self.actions = self.actions.with_population(kept);
        self.router = web::router(self.actions.clone(), WebSettings::default());
        self
    }

    /// The same house with a region to be shown.
    pub(super) fn with_region(mut self, region: web::ShownRegion) -> House {
        let settings = WebSettings {
            region: Some(region),
            ..WebSettings::default()
        };
        self.router = web::router(self.actions.clone(), settings);
        self
    }

    /// The same house with providers of sign-in, at the default settings.
    pub(super) fn signing_in_with(mut self, providers: actions::access::Providers) -> House {
        self.actions = self.actions.with_providers(providers);
        self.router = web::router(self.actions.clone(), WebSettings::default());
        self
    }

    /// Keeps a resource under the id that it carries.
    pub(super) async fn keep(&self, json: &serde_json::Value) {
        let kind = json["resourceType"].as_str().expect("a type");
        let id = json["id"].as_str().expect("an id");
        let actor = Actor::new("test", Role::Development, None);
        let write = Write {
            source: "test".to_owned(),
            idempotency_key: None,
        };
        let kind = ResourceType::from_name(kind).expect("a known type");
        let bytes = json.to_string().into_bytes();
        let kept = update(
            &self.actions,
            &actor,
            Purpose::DirectCare,
            &write,
            kind,
            id,
            &bytes,
            Precondition::None,
        )
        .await;
        assert!(kept.is_ok(), "{id}: {kept:?}");
    }

    /// Joins the record of one person to another's, as a privacy officer does.
    pub(super) async fn join(&self, superseded: &str, survivor: &str) {
        let officer = Actor::new("officer", Role::PrivacyOfficer, None);
        let write = Write {
            source: "test".to_owned(),
            idempotency_key: None,
        };
        let purpose = Purpose::DirectCare;
        let joined = actions::person::join(
            &self.actions,
            &officer,
            purpose,
            &write,
            superseded,
            survivor,
            "duplicate",
        )
        .await;
        assert!(joined.is_ok(), "{joined:?}");
    }

    pub(super) fn actions(&self) -> &Actions {
        &self.actions
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Page {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(super) async fn get(&self, path: &str, cookies: &str) -> Page {
        let request = Request::builder().uri(path).header(header::COOKIE, cookies);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// An answer that goes on: its status, and what comes of it piece by piece.
    pub(super) async fn listen(&self, path: &str, cookies: &str, last: Option<&str>) -> (StatusCode, Body) {
        let mut request = Request::builder().uri(path).header(header::COOKIE, cookies);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        (response.status(), response.into_body())
    }

    pub(super) async fn post(&self, path: &str, cookies: &str, form: &[(&str, &str)]) -> Page {
        self.post_body(path, cookies, encoded(form)).await
    }

    pub(super) async fn post_body(&self, path: &str, cookies: &str, body: impl Into<Body>) -> Page {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::COOKIE, cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(body.into()).expect("a request")).await
    }

    /// Signs in as a browser does; the session's cookie.
    pub(super) async fn sign_in(&self) -> String {
        self.sign_in_as(TOKEN).await
    }

    /// The same as whoever has this token.
    pub(super) async fn sign_in_as(&self, token: &str) -> String {
        let form = self.get("/sign-in", "").await.expect(200);
        let page = self
            .post(
                "/sign-in",
                &form.cookies(),
                &[("csrf", &form.csrf()), ("token", token)],
            )
            .await
            .expect(303);
        page.cookies()
    }

    /// Fills in the search form, sends it and follows to the results.
    pub(super) async fn search(&self, cookies: &str, fields: &[(&str, &str)]) -> Page {
        let sent = self.send_search(cookies, fields).await.expect(303);
        self.get(sent.location(), cookies).await
    }

    /// Fills in the search form and sends it.
    pub(super) async fn send_search(&self, cookies: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get("/staff/person", cookies).await.expect(200).csrf();
        let form: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post("/staff/person", cookies, &form).await
    }
}

/// A form as a browser encodes it.
pub(super) fn encoded(form: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect::<String>()
    };
    form.iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect::<Vec<String>>()
        .join("&")
}

/// Somebody with one of each: what the tests look for on the pages.
pub(super) mod people {
    use serde_json::{Value, json};

    pub(in crate::pages) const CLARA: &str = "0198d2f4-0000-7000-8000-00000000c1a4";

    pub(in crate::pages) fn clara() -> Vec<Value> {
        let subject = json!({"reference": format!("Patient/{CLARA}")});
        let clinical = |code: &str, kind: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{kind}"), "code": code}]});
        let verified = json!({
            "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
            "valueCodeableConcept": {"coding": [{
                "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01"}]}
        });
        let potassium = |id: &str, on: &str, value: f64| {
            json!({"resourceType": "Observation", "id": id, "status": "final", "subject": subject,
                "category": [clinical("laboratory", "observation-category")],
                "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}], "text": "Potassium"},
                "effectiveDateTime": on,
                "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
                "referenceRange": [{"low": {"value": 3.5, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
                    "high": {"value": 5.3, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}}]})
        };
        vec![
            json!({"resourceType": "Patient", "id": CLARA,
                "identifier": [{"extension": [verified], "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9434765919"}],
                "name": [{"use": "official", "family": "Okafor", "given": ["Clara"], "prefix": ["Mrs"]}],
                "gender": "female", "birthDate": "1940-03-12",
                "address": [{"use": "home", "line": ["4 Example Street"], "city": "Bath", "postalCode": "BA1 1AA"}]}),
            json!({"resourceType": "Condition", "id": "heart", "subject": subject,
                "clinicalStatus": clinical("active", "condition-clinical"),
                "verificationStatus": clinical("confirmed", "condition-ver-status"),
                "code": {"text": "Heart failure"}, "onsetDateTime": "2021-05-04", "recordedDate": "2021-05-04"}),
            json!({"resourceType": "Condition", "id": "mistake", "subject": subject,
                "verificationStatus": clinical("entered-in-error", "condition-ver-status"),
                "code": {"text": "Diabetes of somebody else"}}),
            json!({"resourceType": "AllergyIntolerance", "id": "penicillin", "patient": subject,
                "clinicalStatus": clinical("active", "allergyintolerance-clinical"), "criticality": "high",
                "code": {"text": "Penicillin"}}),
            json!({"resourceType": "MedicationRequest", "id": "bisoprolol", "status": "active", "intent": "order", "subject": subject,
                "medicationCodeableConcept": {"text": "Bisoprolol 2.5mg tablets"}, "authoredOn": "2024-02-01",
                "dosageInstruction": [{"text": "One tablet each morning"}]}),
            potassium("k1", "2026-01-05", 4.4),
            potassium("k2", "2026-03-09", 5.8),
            json!({"resourceType": "Encounter", "id": "visit", "status": "finished", "subject": subject,
                "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HH"},
                "type": [{"text": "Home visit"}], "period": {"start": "2026-03-09T09:00:00Z", "end": "2026-03-09T10:00:00Z"}}),
            json!({"resourceType": "DocumentReference", "id": "letter", "status": "current", "subject": subject,
                "description": "Clinic letter", "date": "2026-03-10T09:00:00Z",
                "content": [{"attachment": {"contentType": "text/plain", "data": "RGVhciBEb2N0b3I="}}]}),
            json!({"resourceType": "CarePlan", "id": "plan", "status": "active", "intent": "plan", "subject": subject,
                "title": "To stay at home with her garden"}),
        ]
    }

    /// Clara's name, number, date of birth and postcode, in every form in which they must never stand in an address.
    pub(in crate::pages) const IDENTIFYING: [&str; 8] = [
        "Okafor",
        "okafor",
        "Clara",
        "clara",
        "9434765919",
        "943",
        "1940",
        "BA1",
    ];
}
