//! What a person has and what is secret stands nowhere that it should not: logs, standard output, addresses that the server
//! sends a browser to, and refusals of requests that did not say it. `leak_drives.rs` visits citizens' pages, an app that is let in,
//! the privacy office, risk and the population.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::leak_drives;
use super::process::{Server, TOKEN};

/// Invented, and written in no other way anywhere.
const SEEDED: [&str; 9] = [
    "Zwiebelfisch",
    "Quendolyn",
    "9990548609",
    "999 054 8609",
    "1941-03-02",
    "2 March 1941",
    "ZZ99 3WZ",
    "Nirgendwostrasse",
    "Sonnenscheinallergie",
];
const OFFICER: &str = "an-officers-own-secret-token";
const SECRET: &str = "a-webhook-secret-of-forty-letters-or-more";

const PATIENT: &str = r#"{"resourceType":"Patient","id":"seeded","identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990548609","extension":[{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{"coding":[{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01"}]}}]}],"name":[{"family":"Zwiebelfisch","given":["Quendolyn"]}],"birthDate":"1941-03-02","address":[{"line":["1 Nirgendwostrasse"],"postalCode":"ZZ99 3WZ"}]}"#;
const ALLERGY: &str = r#"{"resourceType":"AllergyIntolerance","id":"seeded-allergy","code":{"text":"Sonnenscheinallergie"},"patient":{"reference":"Patient/seeded"}}"#;

/// An answer, whole.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A browser, or a system, that notes every answer with what it said itself.
pub(super) struct Client<'a> {
    server: &'a Server,
    cookies: Vec<(String, String)>,
    heard: Vec<(String, Answer)>,
}

impl<'a> Client<'a> {
    fn new(server: &'a Server) -> Client<'a> {
        Client {
            server,
            cookies: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// The address by which the server is known.
    pub(super) fn public(&self) -> String {
        format!("http://{}", self.server.address)
    }

    pub(super) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> usize {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: sarsen\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            head.push_str(&format!("Cookie: {}\r\n", pairs.join("; ")));
        }
        let mut stream = self.server.connect();
        write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).expect("sent");
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (answer, rest) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let answer = Answer {
            status: answer
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or(0),
            head: answer.to_owned(),
            body: rest.to_owned(),
        };
        for line in answer.head.lines() {
            if let Some(cookie) = line.strip_prefix("set-cookie: ")
                && let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies.retain(|(known, _)| known != name);
                if !value.is_empty() {
                    self.cookies.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        self.heard.push((format!("{method} {path} {body}"), answer));
        self.heard.len() - 1
    }

    pub(super) fn answer(&self, at: usize) -> &Answer {
        &self.heard[at].1
    }

    pub(super) fn get(&mut self, path: &str) -> usize {
        self.send("GET", path, &[], "")
    }

    pub(super) fn fhir(
        &mut self,
        token: &str,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> u16 {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/fhir+json"),
        ];
        headers.extend_from_slice(more);
        let at = self.send(method, path, &headers, body);
        self.answer(at).status
    }

    /// Fills in the form of a page, with the token that stands in it.
    pub(super) fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> usize {
        self.form_with(path, path, fields)
    }

    /// The same for a form that has no page of its own, with the token of another page.
    pub(super) fn form_with(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> usize {
        let page = self.get(page);
        let csrf = self
            .answer(page)
            .body
            .split("name=\"csrf\" value=\"")
            .last()
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .to_owned();
        let mut body = format!("csrf={csrf}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", value.replace(' ', "+")));
        }
        self.send(
            "POST",
            path,
            &[("Content-Type", "application/x-www-form-urlencoded")],
            &body,
        )
    }
}

/// Takes what the server tells and answers nothing good, so that it also has an error to write about.
fn receiver() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/told", listener.local_addr().expect("an address"));
    let told = Arc::new(Mutex::new(String::new()));
    let noted = Arc::clone(&told);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut bytes = [0; 16 << 10];
            let count = stream.read(&mut bytes).unwrap_or(0);
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            noted.lock().expect("a note").push_str(&text);
            let _ = stream.write_all(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    (url, told)
}

fn settings(folder: &Path, url: &str) -> String {
    let file = folder.join("sarsen.toml");
    let back = leak_drives::BACK;
    let text = format!(
        "[access]\nofficers = [{{ id = \"one\", token = \"{OFFICER}\" }}]\n\n[web]\nsynthetic = true\n\n\
         [[access.clients]]\nid = \"charts\"\nname = \"Growth charts\"\nscopes = \"launch/patient patient/*.rs\"\n\
         redirect_uris = [\"{back}\"]\n\n[[webhooks]]\nname = \"pas\"\nurl = \"{url}\"\n\
         types = [\"Patient\", \"AllergyIntolerance\"]\norganisation = \"*\"\nsecret = \"{SECRET}\"\n"
    );
    std::fs::write(&file, text).expect("written");
    file.to_string_lossy().into_owned()
}

/// Pages and FHIR, as somebody works and as somebody tries.
fn drive(client: &mut Client<'_>) {
    // The system.
    assert_eq!(
        client.fhir(TOKEN, "PUT", "/fhir/Patient/seeded", &[], PATIENT),
        201
    );
    assert_eq!(
        client.fhir(
            TOKEN,
            "PUT",
            "/fhir/AllergyIntolerance/seeded-allergy",
            &[],
            ALLERGY
        ),
        201
    );
    for (method, path, more, body, status) in [
        (
            "PUT",
            "/fhir/Patient/seeded",
            &[("If-Match", "W/\"7\"")][..],
            r#"{"resourceType":"Patient","id":"seeded"}"#,
            412,
        ),
        (
            "PUT",
            "/fhir/Patient/seeded",
            &[("If-None-Match", "*")][..],
            r#"{"resourceType":"Patient","id":"seeded"}"#,
            412,
        ),
        (
            "PUT",
            "/fhir/Patient/seeded",
            &[][..],
            r#"{"resourceType":"Patient","id":"other"}"#,
            400,
        ),
        (
            "POST",
            "/fhir/Patient",
            &[("If-None-Exist", "identifier=nothing|nobody")][..],
            r#"{"resourceType":"Patient","birthDate":"no"}"#,
            400,
        ),
        ("GET", "/fhir/Patient/seeded/_history/9", &[][..], "", 404),
        ("GET", "/fhir/Observation?value-string=x", &[][..], "", 403),
        (
            "POST",
            "/fhir/Patient/seeded/$hold",
            &[][..],
            r#"{"resourceType":"Parameters"}"#,
            400,
        ),
        (
            "POST",
            "/fhir/Patient/seeded/$destroy",
            &[][..],
            r#"{"resourceType":"Parameters","parameter":[{"name":"reason","valueCode":"duplicate"}]}"#,
            422,
        ),
        (
            "DELETE",
            "/fhir/AllergyIntolerance/seeded-allergy",
            &[][..],
            "",
            204,
        ),
        ("GET", "/fhir/AllergyIntolerance/seeded-allergy", &[][..], "", 410),
    ] {
        let token = if path.contains('$') { OFFICER } else { TOKEN };
        let got = client.fhir(token, method, path, more, body);
        let words = &client.heard.last().expect("an answer").1.body;
        assert_eq!(got, status, "{method} {path}: {words}");
    }
    // Strangers.
    for path in [
        "/fhir/Patient/seeded",
        "/fhir/Patient/seeded/$everything",
        "/fhir/AuditEvent?patient=Patient/seeded",
    ] {
        assert_eq!(client.fhir("of-nobody-at-all", "GET", path, &[], ""), 401);
    }
    let stranger = client.get("/staff/person/seeded");
    assert_eq!(client.answer(stranger).status, 303);
    // Somebody at a desk.
    let wrong = client.form("/sign-in", &[("token", "a-wrong-token-of-mine")]);
    assert!(client.answer(wrong).status >= 400);
    let signed_in = client.form("/sign-in", &[("token", TOKEN)]);
    assert_eq!(
        client.answer(signed_in).status,
        303,
        "{}",
        client.answer(signed_in).body
    );
    for fields in [
        &[("name", "Zwiebelfisch")][..],
        &[("nhs-number", "999 054 8609")],
        &[
            ("postcode", "ZZ99 3WZ"),
            ("born-day", "2"),
            ("born-month", "3"),
            ("born-year", "1941"),
        ],
        &[("nhs-number", "9990548600"), ("name", "Zwiebelfisch")],
    ] {
        let sent = client.form("/staff/person", fields);
        let next = client.answer(sent).header("location").map(str::to_owned);
        if let Some(next) = next {
            let listed = client.get(&next);
            let link = client
                .answer(listed)
                .body
                .split("href=\"/staff/person/")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .find(|link| !link.contains('/') && link.len() > 20)
                .map(|link| format!("/staff/person/{link}"));
            let link = link.expect("somebody is found");
            for section in [
                "",
                "/timeline",
                "/allergies",
                "/medicines",
                "/results/nothing",
                "/other",
                "/nowhere",
            ] {
                client.get(&format!("{link}{section}"));
            }
        }
    }
    client.get("/staff/followers");
    client.get("/staff/person/search/of-another-session");
    let out = client.form("/staff/person", &[]);
    assert_eq!(client.answer(out).status, 422);
}

#[test]
fn nothing_of_a_person_and_no_secret_stands_in_logs_addresses_or_refusals() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, told) = receiver();
    let config = settings(folder.path(), &url);
    let log = folder.path().join("log.txt");
    let data = folder.path().join("record");
    let (citizen, operator) = leak_drives::accounts(&data);
    let heard = {
        let server = Server::start_with(
            &[
                "serve",
                "--address",
                "127.0.0.1:0",
                "--data",
                &data.to_string_lossy(),
            ],
            &[
                ("SARSEN_CONFIG", &config),
                ("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN),
                ("SARSEN_LOG", "trace"),
            ],
            Some(File::create(&log).expect("a log")),
        );
        let mut client = Client::new(&server);
        drive(&mut client);
        let mut others = [Client::new(&server), Client::new(&server)];
        let secrets = leak_drives::citizen(&mut others[0], &citizen);
        leak_drives::operator(&mut others[1], &operator);
        leak_drives::office(&mut client);
        let began = std::time::Instant::now();
        while told.lock().expect("a note").is_empty() {
            assert!(began.elapsed().as_secs() < 20, "the receiver is told");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let mut heard = client.heard;
        let mut cookies: Vec<String> = client.cookies.into_iter().map(|(_, value)| value).collect();
        for other in others {
            heard.extend(other.heard);
            cookies.extend(other.cookies.into_iter().map(|(_, value)| value));
        }
        assert!(!cookies.is_empty());
        assert!(
            server.said.iter().all(|line| is_clean(line, &cookies)),
            "{:?}",
            server.said
        );
        (heard, cookies, secrets)
    };
    let (heard, cookies, secrets) = heard;
    let hunted: Vec<String> = cookies.iter().cloned().chain(secrets).collect();

    // The pages do show the person: what is hunted below is there to be found.
    assert!(
        heard
            .iter()
            .any(|(_, answer)| answer.status == 200 && answer.body.to_lowercase().contains("zwiebelfisch"))
    );
    let text = std::fs::read_to_string(&log).expect("the log");
    assert!(
        text.contains("answered") && text.lines().count() > 40,
        "the log talks at this level"
    );
    let leak = text.lines().find(|line| !is_clean(line, &hunted));
    assert!(leak.is_none(), "the log: {leak:?}");
    for (sent, answer) in &heard {
        let place = answer.header("location").unwrap_or_default();
        // An app is given its code in the address where it waits for it, and nowhere else.
        let secret = if place.starts_with(leak_drives::BACK) {
            &cookies
        } else {
            &hunted
        };
        assert!(is_clean(place, secret), "{sent}: sent to {place}");
        if answer.status >= 400 {
            let said = SEEDED.iter().find(|seeded| {
                answer.body.contains(**seeded)
                    && !sent.replace('+', " ").contains(**seeded)
                    && !(answer.status == 422 && is_shown(&heard, sent, seeded))
            });
            assert!(said.is_none(), "{sent}: refused with {said:?}");
            let secret = [TOKEN, OFFICER, SECRET]
                .into_iter()
                .find(|secret| answer.body.contains(*secret));
            assert!(secret.is_none(), "{sent}: refused with {secret:?}");
        }
    }
    let letters = told.lock().expect("a note").clone();
    assert!(is_clean(&letters, &hunted), "{letters}");
}

/// Whether a form's page shows something already, which stands beside where it is sent: with what is wrong, it is shown again.
fn is_shown(heard: &[(String, Answer)], sent: &str, seeded: &str) -> bool {
    let Some(path) = sent.split(' ').nth(1) else {
        return false;
    };
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let page = format!("GET {above}");
    let mut pages = heard.iter().filter(|(other, _)| other.starts_with(&page));
    pages.any(|(_, answer)| answer.status == 200 && answer.body.contains(seeded))
}

/// Whether a text holds nothing of the person, no token, no webhook's secret and no cookie.
fn is_clean(text: &str, cookies: &[String]) -> bool {
    let secrets = [TOKEN, OFFICER, SECRET, "a-wrong-token-of-mine"];
    let lower = text.to_lowercase();
    SEEDED
        .into_iter()
        .chain(secrets)
        .chain(cookies.iter().map(String::as_str))
        .all(|hunted| !lower.contains(&hunted.to_lowercase()))
}

#[test]
fn the_hunt_finds_what_is_planted() {
    let cookie = ["0a".repeat(32)];
    for planted in [
        "answered person=Zwiebelfisch",
        "answered token=a-development-token",
        "sent to /staff/person?name=QUENDOLYN",
        &format!("cookie {}", cookie[0]),
        &format!("signed with {SECRET}"),
    ] {
        assert!(!is_clean(planted, &cookie), "{planted}");
    }
    assert!(is_clean(
        "answered method=GET route=/fhir/{type}/{id} status=404",
        &cookie
    ));
}
