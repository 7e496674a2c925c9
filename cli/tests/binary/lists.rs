//! A region's licensed lists for the frailty index, in the place of our own.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::process::{run, words};
use super::stratify::{text, value};

const PEOPLE: usize = 12;

fn stratify(folder: &Path, lists: Option<&Path>) -> Output {
    with("SARSEN_POPULATION__EFI_CODES", folder, lists)
}

fn with(setting: &str, folder: &Path, lists: Option<&Path>) -> Output {
    let bundle = folder.join("people.json");
    let asked = [
        "stratify",
        "--bundle",
        text(&bundle),
        "--purpose",
        "invented-people",
        "--legal-basis",
        "none is needed",
        "--controller",
        "nobody",
        "--on",
        "2026-11-01",
    ];
    let lists = lists.map(|path| (setting, text(path)));
    run(&asked, lists.as_slice())
}

#[test]
fn a_region_goes_by_its_own_lists_and_a_fault_in_one_is_named_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    // A code that no list of ours has, five times over under different names.
    let codes = ["X00D1", "X00D2", "X00D3", "X00D4", "X00D5"];
    let entries: Vec<Value> = (0..PEOPLE)
        .flat_map(|at| {
            let id = format!("p{at}");
            let patient =
                json!({ "resource": { "resourceType": "Patient", "id": id, "birthDate": "1946-01-01" } });
            let facts = codes.map(|code| {
                json!({ "resource": { "resourceType": "Condition", "id": format!("{id}-{code}"),
                    "subject": { "reference": format!("Patient/{id}") }, "recordedDate": "2020-01-01",
                    "code": { "coding": [{ "system": "http://read.info/readctv3", "code": code }] } } })
            });
            std::iter::once(patient).chain(facts).collect::<Vec<Value>>()
        })
        .collect();
    let bundle = json!({ "resourceType": "Bundle", "entry": entries }).to_string();
    std::fs::write(folder.path().join("people.json"), bundle).expect("written");
    let of = |deficits: &[&str]| {
        let lines = deficits
            .iter()
            .zip(codes)
            .map(|(deficit, code)| format!("{deficit},ctv3,{code}\n"));
        format!("deficit,system,code\n{}", lines.collect::<String>())
    };
    let list = folder.path().join("lists.csv");
    let told = |lists: Option<&Path>| {
        let output = stratify(folder.path(), lists);
        assert!(output.status.success(), "{}", words(&output));
        String::from_utf8(output.stdout).expect("text")
    };

    let ours = told(None);
    assert_eq!(value(&ours, "ages 65 to 95,fit"), Some("10"), "{ours}");
    assert!(ours.contains("; looked up in our own code sets\","), "{ours}");
    std::fs::write(
        &list,
        of(&["stroke-tia", "chd", "falls", "dizziness", "dyspnoea"]),
    )
    .expect("written");
    let theirs = told(Some(&list));
    assert_eq!(value(&theirs, "ages 65 to 95,mild"), Some("10"), "{theirs}");
    assert!(
        theirs.contains("; looked up in the region's lists of 5 codes\","),
        "{theirs}"
    );

    for (lines, fault) in [
        (
            "falls,snomed-ct,1912003\n",
            "line 2: \"1912003\" is no SNOMED CT concept: the check digit",
        ),
        (
            "falls,ctv3,X00D1\nchd,ctv3,X00D1\n",
            "line 3: \"X00D1\" stands on line 2 already",
        ),
        (
            "tripping,ctv3,X00D1\n",
            "line 2: the deficit \"tripping\" is unknown",
        ),
        ("", "lists no code"),
    ] {
        std::fs::write(&list, format!("deficit,system,code\n{lines}")).expect("written");
        let refused = stratify(folder.path(), Some(&list));
        assert!(!refused.status.success());
        let said = words(&refused);
        assert!(
            said.contains("population.efi_codes") && said.contains(fault),
            "{said}"
        );
    }
    std::fs::remove_file(&list).expect("removed");
    let gone = stratify(folder.path(), Some(&list));
    assert!(
        !gone.status.success() && words(&gone).contains("cannot be read"),
        "{}",
        words(&gone)
    );
}

#[test]
fn a_region_s_lists_for_segments_are_taken_whole_or_refused_by_their_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let patient =
        json!({ "resource": { "resourceType": "Patient", "id": "one", "birthDate": "1946-01-01" } });
    let bundle = json!({ "resourceType": "Bundle", "entry": [patient] }).to_string();
    std::fs::write(folder.path().join("people.json"), bundle).expect("written");
    let list = folder.path().join("elements.csv");
    let setting = "SARSEN_POPULATION__SEGMENT_CODES";
    std::fs::write(&list, "element,system,code\nhas-carer,ctv3,918F.\n").expect("written");
    let taken = with(setting, folder.path(), Some(&list));
    assert!(taken.status.success(), "{}", words(&taken));
    for (lines, fault) in [
        ("", "it lists no code"),
        (
            "bmi-above-30,ctv3,22K5.",
            "line 2: it is measured and has no codes",
        ),
        (
            "has-carer,ctv3,918F.\nend-of-life,ctv3,918F.",
            "line 3: \"918F.\" stands on line 2 already",
        ),
    ] {
        std::fs::write(&list, format!("element,system,code\n{lines}\n")).expect("written");
        let refused = with(setting, folder.path(), Some(&list));
        let said = words(&refused);
        assert!(!refused.status.success(), "{said}");
        assert!(
            said.contains("population.segment_codes") && said.contains(fault),
            "{said}"
        );
    }
}
