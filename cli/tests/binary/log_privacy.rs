//! Nothing that names a person reaches the logs, even at their most talkative.

use std::fs::File;

use super::process::{Server, TOKEN, run};

/// Invented, and written in no other way anywhere: if one of these stands in a log, a person's data leaked.
const SEEDED: [&str; 6] = [
    "Zwiebelfisch",
    "Quendolyn",
    "9990548609",
    "1941-03-02",
    "ZZ99 3WZ",
    "Nirgendwostrasse",
];

fn person(number: &str, born: &str) -> String {
    format!(
        r#"{{"resourceType":"Patient","id":"seeded","identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{number}","extension":[{{"url":"https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus","valueCodeableConcept":{{"coding":[{{"system":"https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland","code":"01"}}]}}}}]}}],"name":[{{"family":"Zwiebelfisch","given":["Quendolyn"]}}],"birthDate":"{born}","address":[{{"line":["1 Nirgendwostrasse"],"postalCode":"ZZ99 3WZ"}}]}}"#
    )
}

#[test]
fn no_log_line_names_a_person_at_any_level() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.txt");
    let data = folder.path().join("record");
    {
        let server = Server::start_with(
            &[
                "serve",
                "--address",
                "127.0.0.1:0",
                "--data",
                &data.to_string_lossy(),
            ],
            &[
                ("SARSEN_ACCESS__DEVELOPMENT_TOKEN", TOKEN),
                ("SARSEN_LOG", "trace"),
            ],
            Some(File::create(&log).expect("a log")),
        );
        let good = person("9990548609", "1941-03-02");
        assert_eq!(server.call("PUT", "/fhir/Patient/seeded", &good).0, 201);
        assert_eq!(server.call("GET", "/fhir/Patient/seeded", "").0, 200);
        // Refusals talk the most.
        assert_eq!(
            server
                .call("PUT", "/fhir/Patient/seeded", &person("9990548600", "1941-03-02"))
                .0,
            400
        );
        assert_eq!(
            server
                .call(
                    "PUT",
                    "/fhir/Patient/seeded",
                    &good.replace("\"birthDate\"", "\"Zwiebelfisch\"")
                )
                .0,
            400
        );
        assert_eq!(
            server
                .call("GET", "/fhir/Patient?name=Zwiebelfisch&birthdate=1941-03-02", "")
                .0,
            200
        );
        assert_eq!(
            server.call("GET", "/fhir/Patient?identifier=9990548609", "").0,
            200
        );
        assert_eq!(server.call("GET", "/fhir/Patient?Zwiebelfisch=1", "").0, 400);
        assert_eq!(
            server
                .call("GET", "/fhir/Observation?value-string=Zwiebelfisch", "")
                .0,
            403
        );
        assert_eq!(server.call("GET", "/fhir/Patient/Zwiebelfisch", "").0, 404);
        assert_eq!(server.call("GET", "/fhir/Patient/seeded/$everything", "").0, 200);
        let (status, _) = server.call("GET", "/staff/person/seeded", "");
        assert!((300..500).contains(&status), "no session: {status}");
    }
    let bad = folder.path().join("Zwiebelfisch.ndjson");
    std::fs::write(&bad, format!("{}\n", person("9990548600", "1941-02-30"))).expect("written");
    let imported = run(
        &[
            "import",
            "--data",
            &data.to_string_lossy(),
            &bad.to_string_lossy(),
        ],
        &[("SARSEN_LOG", "trace")],
    );
    assert_eq!(imported.status.code(), Some(2));
    let text = std::fs::read_to_string(&log).expect("the log") + &String::from_utf8_lossy(&imported.stderr);
    assert!(text.len() > 200, "the log talks at this level: {text:?}");
    for seeded in SEEDED {
        let leak = text.lines().find(|line| line.contains(seeded));
        assert!(leak.is_none(), "{seeded} stands in the log: {leak:?}");
    }
}
