//! Whose records are due, and how two officers destroy one: by the command, the service, and the command again.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::process::{Server, run, words};

const FIRST: &str = "the-first-officers-token";
const SECOND: &str = "the-second-officers-token";
/// Of people who died in 1990, and were last seen two years before.
const LONG_DEAD: &str = r#","birthDate":"1920-01-01","deceasedDateTime":"1990-05-06""#;

struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let officers = format!(
            "[access]\nofficers = [\n  {{ id = \"one\", token = \"{FIRST}\" }},\n  {{ id = \"two\", token = \"{SECOND}\" }},\n]\n"
        );
        std::fs::write(folder.path().join("sarsen.toml"), officers).expect("written");
        House { folder }
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("sarsen.toml")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("record")
    }

    fn serve(&self) -> Server {
        Server::serve(&self.data(), &[("SARSEN_CONFIG", path(&self.settings()))])
    }

    fn run(&self, token: &str, verb: &str, rest: &[&str]) -> Output {
        let data = self.data();
        let mut arguments = vec!["retention", verb, "--data", path(&data)];
        arguments.extend(rest);
        let settings =
            [("SARSEN_CONFIG", path(&self.settings()))].map(|(name, value)| (name, value.to_owned()));
        let mut all: Vec<(&str, &str)> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        if !token.is_empty() {
            all.push(("SARSEN_TOKEN", token));
        }
        run(&arguments, &all)
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn keep(server: &Server, id: &str, rest: &str, seen: &str) {
    let patient = format!(
        r#"{{"resourceType":"Patient","id":"{id}","name":[{{"family":"Zwiebelfisch","given":["Quendolyn"]}}],"gender":"female"{rest}}}"#
    );
    assert_eq!(
        server.call("PUT", &format!("/fhir/Patient/{id}"), &patient).0,
        201
    );
    let encounter = format!(
        r#"{{"resourceType":"Encounter","id":"seen-{id}","status":"finished","class":{{"code":"AMB"}},"subject":{{"reference":"Patient/{id}"}},"period":{{"start":"{seen}","end":"{seen}"}}}}"#
    );
    let (status, body) = server.call("PUT", &format!("/fhir/Encounter/seen-{id}"), &encounter);
    assert_eq!(status, 201, "{body}");
}

fn parameters(part: &str) -> String {
    format!(r#"{{"resourceType":"Parameters","parameter":[{part}]}}"#)
}

/// Ids as Sarsen makes them, so that they stand in lists as they are.
const DUE: &str = "01a2028b-8b89-74eb-b43c-f649a8ade491";
const HELD: &str = "01a2028b-8b89-74eb-b43c-f649a8ade492";
const LIVING: &str = "01a2028b-8b89-74eb-b43c-f649a8ade493";

#[test]
fn who_is_due_is_listed_without_names_and_goes_on_the_word_of_two_unless_held() {
    let house = House::new();
    {
        let server = house.serve();
        keep(&server, DUE, LONG_DEAD, "1988-02-03");
        keep(&server, HELD, LONG_DEAD, "1988-02-03");
        keep(&server, LIVING, r#","birthDate":"1960-01-01""#, "1988-02-03");
        let hold = parameters(r#"{"name":"reason","valueCode":"litigation"}"#);
        let (status, body) = server.call_as(FIRST, "POST", &format!("/fhir/Patient/{HELD}/$hold"), &hold);
        assert_eq!(status, 200, "{body}");
        let busy = house.run(FIRST, "list", &[]);
        assert!(
            words(&busy).contains("a running service has the record"),
            "{}",
            words(&busy)
        );
    }

    let listed = house.run(FIRST, "list", &[]);
    let text = words(&listed);
    assert!(listed.status.success(), "{text}");
    let line = |id: &str| text.lines().find(|line| line.starts_with(id)).map(str::to_owned);
    // Of all that this house may keep, maternity records stay longest: 25 years after anything last happened, their death.
    let due = line(DUE).expect("due");
    assert!(due.contains("2015-05-06  maternity  25 years after"), "{due}");
    assert!(
        line(HELD).expect("due").contains("ON HOLD (litigation)"),
        "{text}"
    );
    assert!(line(LIVING).is_none(), "{text}");
    assert!(text.contains("2 of 3 records are due"), "{text}");
    assert!(
        !text.contains("Zwiebelfisch") && !text.contains("Quendolyn"),
        "{text}"
    );

    for (token, id, said) in [
        (FIRST, LIVING, "a practice's record of somebody living"),
        (FIRST, HELD, "on legal hold"),
        (FIRST, "nobody-of-ours", "not found"),
        ("no-such-token-of-ours", DUE, "nobody has this token"),
        ("", DUE, "SARSEN_TOKEN"),
        ("a-development-token-not", DUE, "nobody has this token"),
    ] {
        let refused = house.run(token, "review", &[id]);
        assert!(
            !refused.status.success() && words(&refused).contains(said),
            "{id}: {}",
            words(&refused)
        );
    }

    let begun = house.run(FIRST, "review", &[DUE]);
    let text = words(&begun);
    assert!(
        begun.status.success() && text.contains(&format!("asked for: {DUE}")),
        "{text}"
    );
    let word = String::from_utf8_lossy(&begun.stdout)
        .lines()
        .last()
        .expect("a word")
        .to_owned();

    let server = house.serve();
    let destroy = format!("/fhir/Patient/{DUE}/$destroy");
    let confirm = parameters(&format!(r#"{{"name":"confirmation","valueString":"{word}"}}"#));
    let there = format!("/fhir/Patient/{DUE}");
    assert_eq!(server.call("GET", &there, "").0, 200, "nothing goes by itself");
    assert_eq!(
        server.call_as(FIRST, "POST", &destroy, &confirm).0,
        422,
        "not by whoever asked"
    );
    let (status, body) = server.call_as(SECOND, "POST", &destroy, &confirm);
    assert_eq!(status, 200, "{body}");
    assert_eq!(server.call("GET", &there, "").0, 410);
    assert_eq!(server.call("GET", &format!("/fhir/Patient/{HELD}"), "").0, 200);
}

#[test]
fn only_a_privacy_officer_asks_and_kinds_decide_how_long() {
    let house = House::new();
    {
        let server = house.serve();
        // Last seen as an adult in 2010: eight years for health alone, more for other kinds.
        keep(&server, DUE, r#","birthDate":"1950-01-01""#, "2010-02-03");
    }
    let health = house.run(FIRST, "list", &["--kind", "health"]);
    let text = words(&health);
    let line = text.lines().find(|line| line.starts_with(DUE)).expect("due");
    assert!(
        line.contains("2018-02-03  adult-health  8 years after they were last seen on 2010-02-03"),
        "{line}"
    );
    let both = house.run(FIRST, "list", &["--kind", "health", "--kind", "mental-health"]);
    assert!(
        words(&both).contains("0 of 1 records are due"),
        "{}",
        words(&both)
    );
    let unknown = house.run(FIRST, "list", &["--kind", "dental"]);
    assert!(
        words(&unknown).contains("one of health, social-care"),
        "{}",
        words(&unknown)
    );
}
