//! A run over everybody for a purpose beyond care: whom it leaves out, what it says of that, and what it refuses.

use std::path::Path;
use std::process::Output;

use codes::nhs_number::NhsNumber;
use serde_json::{Value, json};

use super::process::{run, words};

/// How many people are of each sort, enough for their count to be shown.
const EACH: usize = 12;
/// A number of nobody in the record, on the list all the same.
const NOBODYS: usize = 900;

/// The invented number of somebody, from the range that is given to nobody.
pub(super) fn number(person: usize) -> NhsNumber {
    // Of ten beginnings in a row some have a check digit; each person has ten of their own.
    let mut all = (0..10).flat_map(|step| (0..10).map(move |check| (step, check)));
    let found =
        all.find_map(|(step, check)| NhsNumber::parse(&format!("999{:06}{check}", person * 10 + step)).ok());
    found.expect("a number")
}

/// Somebody's NHS number as a Patient has it, verified.
pub(super) fn identified(person: usize) -> Value {
    json!([{ "system": codes::system::NHS_NUMBER, "value": number(person).digits(),
        "extension": [{ "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
            "valueCodeableConcept": { "coding": [{
                "system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland", "code": "01" }] } }] }])
}

/// Five sorts of people: nobody objects; type 1; an objection; the national opt-out; no NHS number.
fn people() -> Vec<Value> {
    let ours = |code: &str| json!({ "system": codes::access::SYSTEM, "code": code });
    let mut all = Vec::new();
    for at in 0..5 * EACH {
        let id = format!("p{at}");
        let mut patient = json!({ "resourceType": "Patient", "id": id, "birthDate": "1946-01-01",
            "name": [{ "family": format!("Invented{at}") }] });
        if at / EACH != 4 {
            patient["identifier"] = identified(at);
        }
        all.push(patient);
        let subject = json!({ "reference": format!("Patient/{id}") });
        match at / EACH {
            1 => all.push(json!({ "resourceType": "Observation", "id": format!("o{at}"), "status": "final", "subject": subject,
                "code": { "coding": [{ "system": codes::system::SNOMED_CT, "code": "827241000000103" }] },
                "effectiveDateTime": "2021-01-01", "valueBoolean": true })),
            2 => all.push(json!({ "resourceType": "Consent", "id": format!("c{at}"), "status": "active", "patient": subject,
                "scope": { "coding": [{ "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy" }] },
                "category": [{ "coding": [ours("objection")] }], "policyRule": { "text": "objection" },
                "provision": { "type": "deny", "purpose": [ours("risk-stratification")] } })),
            _ => {}
        }
    }
    all
}

pub(super) fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// A question to everybody, on stated grounds.
pub(super) fn ask(command: &[&str], purpose: &str, on: &str, rest: &[&str]) -> Output {
    let stated = [
        "--purpose",
        purpose,
        "--legal-basis",
        "section 251",
        "--controller",
        "nobody at all",
        "--on",
        on,
    ];
    run(&[command, &stated[..], rest].concat(), &[])
}

fn stratify(purpose: &str, rest: &[&str]) -> Output {
    ask(&["stratify"], purpose, "2026-11-01", rest)
}

/// What stands in the line that begins so.
pub(super) fn value<'t>(csv: &'t str, line: &str) -> Option<&'t str> {
    csv.lines()
        .find_map(|found| found.strip_prefix(&format!("{line},"))?.split(',').next())
}

/// Files below a folder that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if std::fs::read(&path)
            .expect("a file")
            .windows(bytes.len())
            .any(|part| part == bytes)
        {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn a_run_beyond_care_leaves_out_whoever_objected_or_opted_out_and_keeps_nothing_of_the_list() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let (data, lines) = (file("record"), file("people.ndjson"));
    let all: Vec<String> = people().iter().map(Value::to_string).collect();
    std::fs::write(&lines, all.join("\n")).expect("written");
    let kept = run(&["import", "--data", text(&data), text(&lines)], &[]);
    assert!(kept.status.success(), "{}", words(&kept));

    let list = |sorts: &[usize]| {
        let of = sorts.iter().flat_map(|sort| sort * EACH..(sort + 1) * EACH);
        let numbers: Vec<String> = of
            .chain([NOBODYS])
            .map(|at| format!("{},", number(at).digits()))
            .collect();
        numbers.join("\n")
    };
    let (opted_out, may_be_used) = (file("opted-out"), file("may-be-used"));
    std::fs::write(&opted_out, list(&[3])).expect("written");
    std::fs::write(&may_be_used, list(&[0, 1, 2])).expect("written");
    let rows = file("rows.csv");
    for (purpose, option, answer) in [
        ("research", "--opted-out", &opted_out),
        ("planning", "--may-be-used", &may_be_used),
        ("risk-stratification", "--opted-out", &opted_out),
    ] {
        let _ = std::fs::remove_file(&rows);
        let data = ["--data", text(&data), option, text(answer), "--rows", text(&rows)];
        let done = stratify(purpose, &data);
        assert!(done.status.success(), "{}", words(&done));
        let csv = String::from_utf8_lossy(&done.stdout);
        for reason in [
            "type 1 opt-out",
            "objection to risk stratification",
            "national opt-out",
            "no NHS number to be checked by",
        ] {
            assert_eq!(
                value(&csv, &format!("objected,{reason}")),
                Some("10"),
                "{purpose} {reason}: {csv}"
            );
        }
        assert!(
            csv.lines()
                .nth(1)
                .is_some_and(|head| head.starts_with("objected,")),
            "{csv}"
        );
        assert_eq!(value(&csv, "ages 65 to 95,fit"), Some("10"), "{csv}");
        assert!(csv.contains("type 1, risk stratification and national applied"));
        let written = std::fs::read_to_string(&rows).expect("the rows");
        assert_eq!(written.lines().count(), 1 + EACH);
        for at in [3 * EACH, NOBODYS] {
            assert!(!words(&done).contains(number(at).digits()), "a number was said");
        }
    }
    let nobodys = number(NOBODYS);
    assert_eq!(holding(&data, nobodys.digits().as_bytes()), Vec::<String>::new());

    let entries = record::audit::entries(&data).expect("entries");
    let runs: Vec<_> = entries
        .iter()
        .filter_map(|entry| Some((entry.purpose, entry.run.as_ref()?)))
        .collect();
    let purposes: Vec<u16> = runs.iter().map(|(purpose, _)| *purpose).collect();
    assert_eq!(purposes, [5, 6, 4]);
    for (_, run) in &runs {
        assert_eq!(
            (run.people, run.objected, run.to_stratification, run.nationally),
            (12, 48, 12, 24)
        );
        assert_eq!(
            (run.question.as_str(), run.basis.as_str()),
            ("stratify", "section 251")
        );
    }

    // Care has everybody.
    let files = file("files");
    let done = stratify("direct-care", &["--data", text(&data), "--write", text(&files)]);
    let csv = String::from_utf8_lossy(&done.stdout);
    assert_eq!(value(&csv, "ages 65 to 95,fit"), Some("60"), "{}", words(&done));
    assert!(csv.contains("not applied") && !csv.contains("objected,"));

    let bad = file("bad");
    std::fs::write(&bad, "9990548609\n9990548608\n").expect("written");
    let (data, files) = (["--data", text(&data)], ["--parquet", text(&files)]);
    let (list, bad) = (["--opted-out", text(&opted_out)], ["--opted-out", text(&bad)]);
    for (purpose, from, answer, said) in [
        ("research", &data, &[][..], "--opted-out FILE"),
        (
            "research",
            &data,
            &bad[..],
            "line 2: the check digit does not match",
        ),
        (
            "research",
            &files,
            &list[..],
            "--parquet: the files hold no NHS numbers",
        ),
        ("direct-care", &data, &list[..], "not applied to direct care"),
        ("marketing", &data, &list[..], "possible values"),
        ("population-health", &data, &list[..], "possible values"),
    ] {
        let done = stratify(purpose, &[&from[..], answer].concat());
        let words = words(&done);
        assert!(
            !done.status.success() && words.contains(said),
            "{purpose}: {words}"
        );
        assert!(!words.contains("999054860"), "{words}");
    }
}

#[test]
fn people_of_bundles_are_held_against_the_answer_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let entries: Vec<Value> = people()
        .into_iter()
        .map(|one| json!({ "resource": one }))
        .collect();
    let bundle = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    std::fs::write(file("bundle.json"), bundle.to_string()).expect("written");
    let numbers: Vec<String> = (3 * EACH..4 * EACH)
        .map(|at| number(at).digits().to_owned())
        .collect();
    std::fs::write(file("list"), numbers.join("\n")).expect("written");
    let (bundle, list) = (file("bundle.json"), file("list"));
    let done = stratify(
        "research",
        &["--opted-out", text(&list), "--bundle", text(&bundle)],
    );
    let csv = String::from_utf8_lossy(&done.stdout);
    assert_eq!(value(&csv, "ages 65 to 95,fit"), Some("10"), "{}", words(&done));
    assert_eq!(value(&csv, "objected,national opt-out"), Some("10"), "{csv}");
    // The same list in the other sense leaves out everybody else.
    let done = stratify(
        "research",
        &["--may-be-used", text(&list), "--bundle", text(&bundle)],
    );
    let csv = String::from_utf8_lossy(&done.stdout);
    assert_eq!(value(&csv, "ages 65 to 95,fit"), Some("10"), "{csv}");
    assert_eq!(value(&csv, "objected,national opt-out"), Some("35"), "{csv}");
}

/// Everybody's Charlson index of a bundle: who has nothing coded in ICD-10 is told apart from whoever has none of the conditions.
#[test]
fn comorbidities_are_counted_by_what_is_coded_in_icd_10() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut entries = Vec::new();
    for at in 0..3 * EACH {
        let id = format!("p{at}");
        entries
            .push(json!({ "resource": { "resourceType": "Patient", "id": id, "birthDate": "1946-01-01" } }));
        // A heart attack and diabetes; a cold; nothing.
        for code in [&["I21.9", "E11.9"][..], &["J00"], &[]][at / EACH] {
            entries.push(
                json!({ "resource": { "resourceType": "Condition", "id": format!("{id}-{}", code.replace('.', "-")),
                "subject": { "reference": format!("Patient/{id}") }, "recordedDate": "2020-05-04",
                "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": code }] } } }),
            );
        }
    }
    let bundle = folder.path().join("bundle.json");
    let content = json!({ "resourceType": "Bundle", "type": "collection", "entry": entries });
    std::fs::write(&bundle, content.to_string()).expect("written");
    let (bundle, files, rows) = (
        text(&bundle).to_owned(),
        folder.path().join("files"),
        folder.path().join("rows.csv"),
    );
    let (of_bundle, of_files) = (["--bundle", &bundle], ["--parquet", text(&files)]);
    let asked = |score: &str, from: &[&str], rest: &[&str]| {
        stratify("invented-people", &[from, &["--score", score], rest].concat())
    };
    let done = asked(
        "charlson-1987",
        &of_bundle,
        &["--write", text(&files), "--rows", text(&rows)],
    );
    assert!(done.status.success(), "{}", words(&done));
    for (line, people) in [
        ("ages 18 and over,0", "10"),
        ("ages 18 and over,1 to 2", "10"),
        ("ages 18 and over,5 or more", "0"),
        ("ages 18 and over,no problem coded in ICD-10", "10"),
        ("left out,other age", "0"),
    ] {
        assert_eq!(
            value(&words(&done), line),
            Some(people),
            "{line}: {}",
            words(&done)
        );
    }
    let written = std::fs::read_to_string(&rows).expect("rows");
    assert!(
        written.starts_with("person,age,conditions,index,age_points,diagnoses,not_counted,day,version,use\n")
    );
    assert_eq!(
        written.matches(",80,2,2,4,2,0,2026-11-01,").count(),
        EACH,
        "{written}"
    );
    assert_eq!(
        written.matches(",80,,,4,0,0,2026-11-01,").count(),
        EACH,
        "{written}"
    );
    let again = asked("charlson-1987", &of_files, &[]);
    assert_eq!(
        value(&words(&again), "ages 18 and over,1 to 2"),
        Some("10"),
        "{}",
        words(&again)
    );
    let other = asked("elixhauser-van-walraven", &of_files, &[]);
    assert_eq!(
        value(&words(&other), "ages 18 and over,0"),
        Some("25"),
        "{}",
        words(&other)
    );
    let refused = asked("hospital", &of_files, &[]);
    assert!(
        !refused.status.success() && words(&refused).contains("charlson-2011"),
        "{}",
        words(&refused)
    );
}

/// A bundle of people of 80, three sorts of them: an emergency stay with dementia, hemiplegia and diabetes coded in ICD-10; one with nothing
/// coded; no stay.
fn stayed() -> Value {
    let mut entries = Vec::new();
    for at in 0..3 * EACH {
        let id = format!("p{at}");
        let subject = json!({ "reference": format!("Patient/{id}") });
        entries
            .push(json!({ "resource": { "resourceType": "Patient", "id": id, "birthDate": "1946-01-01" } }));
        if at / EACH < 2 {
            entries.push(json!({ "resource": { "resourceType": "Encounter", "id": format!("e{at}"), "status": "finished",
                "class": { "code": "IMP" }, "subject": subject, "period": { "start": "2026-05-01", "end": "2026-05-09" },
                "hospitalization": { "extension": [{
                    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-AdmissionMethod",
                    "valueCodeableConcept": { "coding": [{ "system": codes::admission_method::SYSTEM, "code": "21" }] } }] } } }));
        }
        if at / EACH == 0 {
            for code in ["F00.1", "G81.9", "E11.9"] {
                entries.push(json!({ "resource": { "resourceType": "Condition", "id": format!("{id}-{}", code.replace('.', "-")),
                    "subject": subject, "recordedDate": "2026-05-04", "onsetDateTime": "2019-03-01",
                    "category": [{ "coding": [{ "code": "encounter-diagnosis" }] }],
                    "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": code }] } } }));
            }
        }
    }
    json!({ "resourceType": "Bundle", "type": "collection", "entry": entries })
}

/// Who was in hospital as an emergency is in a band; who was not, and of whom nothing is coded, is counted apart.
#[test]
fn hospital_frailty_is_told_of_emergency_stays_and_conditions_by_how_many_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| folder.path().join(name);
    let (bundle, files) = (file("bundle.json"), file("files"));
    std::fs::write(&bundle, stayed().to_string()).expect("written");
    let (of_bundle, of_files) = (["--bundle", text(&bundle)], ["--parquet", text(&files)]);
    let asked = |score: &str, from: &[&str], rest: &[&str]| {
        let done = stratify("invented-people", &[from, &["--score", score], rest].concat());
        assert!(done.status.success(), "{}", words(&done));
        words(&done)
    };
    let rows = file("hfrs.csv");
    let hospital = asked(
        "hfrs",
        &of_bundle,
        &["--write", text(&files), "--rows", text(&rows)],
    );
    for told in [hospital, asked("hfrs", &of_files, &[])] {
        for (band, people) in [
            ("low", "0"),
            ("intermediate", "10"),
            ("high", "0"),
            ("no diagnosis of a stay coded in ICD-10", "10"),
            ("no emergency stay in 12 months", "10"),
        ] {
            let line = format!("ages 75 and over,{band}");
            assert_eq!(value(&told, &line), Some(people), "{line}: {told}");
        }
        assert_eq!(value(&told, "left out,other age"), Some("0"), "{told}");
    }
    let written = std::fs::read_to_string(&rows).expect("rows");
    assert!(written.starts_with("person,age,score,band,diagnoses,not_counted,day,version,use\n"));
    assert_eq!(
        written.matches(",80,11.5,intermediate,3,0,2026-11-01,").count(),
        EACH,
        "{written}"
    );
    assert_eq!(
        written.matches(",80,,,0,0,2026-11-01,").count(),
        EACH,
        "{written}"
    );
    assert_eq!(written.lines().count(), 1 + 2 * EACH);

    // Dementia and diabetes, by the weights of each version.
    for (score, ages, sum) in [
        ("cambridge-general", 18, "3.2500"),
        ("cambridge-mortality", 18, "134.6500"),
        ("cambridge-modified", 16, "1.2327"),
    ] {
        let rows = file(&format!("{score}.csv"));
        let told = asked(score, &of_files, &["--rows", text(&rows)]);
        for (band, people) in [("0 conditions", "25"), ("2", "10"), ("4 or more", "0")] {
            let line = format!("ages {ages} and over,{band}");
            assert_eq!(value(&told, &line), Some(people), "{line}: {told}");
        }
        assert!(
            told.contains("a painful condition and constipation are known by prescriptions alone"),
            "{told}"
        );
        let written = std::fs::read_to_string(&rows).expect("rows");
        assert!(written.starts_with("person,age,conditions,sum,not_counted,day,version,use\n"));
        assert_eq!(written.lines().count(), 1 + 3 * EACH);
        assert_eq!(written.matches(",80,0,0.0000,0,").count(), 2 * EACH, "{written}");
        assert_eq!(
            written.matches(&format!(",80,2,{sum},0,")).count(),
            EACH,
            "{written}"
        );
    }
}
