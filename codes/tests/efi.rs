use std::collections::BTreeSet;

use codes::clinical::efi::{CodeSets, Deficit, ListError, OURS, System, deficit};
use codes::clinical::icd10::{Icd10, Prefixes};
use codes::snomed_ct;
use proptest::prelude::*;

const HEADINGS: &str = "deficit,system,code\n";

fn list(lines: &str) -> Result<CodeSets, ListError> {
    CodeSets::read(&format!("{HEADINGS}{lines}"))
}

#[test]
fn what_we_ship_can_be_read_and_leaves_no_deficit_but_polypharmacy_without_codes() {
    let text = include_str!("../data/clinical/efi_codes.csv");
    let read = CodeSets::read(text).unwrap();
    assert_eq!(read.len(), text.lines().count() - 1);
    assert_eq!(OURS.len(), read.len());
    let listed: BTreeSet<Deficit> = OURS.iter().map(|(_, _, deficit)| deficit).collect();
    let without: Vec<Deficit> = Deficit::ALL
        .into_iter()
        .filter(|deficit| !listed.contains(deficit))
        .collect();
    assert_eq!(without, [Deficit::Polypharmacy]);
}

#[test]
fn every_deficit_but_polypharmacy_has_a_snomed_code_of_ours() {
    let listed: BTreeSet<Deficit> = OURS
        .iter()
        .filter(|(system, _, _)| *system == System::SnomedCt)
        .map(|(_, _, deficit)| deficit)
        .collect();
    assert_eq!(listed.len(), 35);
}

#[test]
fn deficits_have_their_own_names_and_places() {
    let names: BTreeSet<&str> = Deficit::ALL.into_iter().map(Deficit::code).collect();
    assert_eq!(names.len(), 36);
    for (place, one) in Deficit::ALL.into_iter().enumerate() {
        assert_eq!(usize::try_from(one.place()), Ok(place));
        assert_eq!(Deficit::from_code(one.code()), Some(one));
    }
}

#[test]
fn a_code_is_found_by_the_name_and_by_the_uri_of_its_system() {
    assert_eq!(deficit("snomed-ct", "64859006"), Some(Deficit::Osteoporosis));
    assert_eq!(
        deficit("http://hl7.org/fhir/sid/icd-10", "M81.9"),
        Some(Deficit::Osteoporosis)
    );
    assert_eq!(deficit("http://loinc.org", "64859006"), None);
    assert_eq!(deficit("snomed-ct", ""), None);
    assert_eq!(deficit("icd-10", "64859006"), None);
}

#[test]
fn the_longest_prefix_decides() {
    let lists = list("falls,icd-10,W1\n");
    assert!(matches!(lists, Err(ListError::Form { line: 2, .. })));
    let lists = list("hypertension,icd-10,I11\nheart-failure,icd-10,I11.0\n").unwrap();
    assert_eq!(lists.find("icd-10", "I110"), Some(Deficit::HeartFailure));
    assert_eq!(lists.find("icd-10", "I11.9"), Some(Deficit::Hypertension));
    assert_eq!(lists.find("icd-10", "I1"), None);
}

#[test]
fn a_region_may_load_the_published_ctv3_lists() {
    let lists = list("stroke-tia,ctv3,X00D1\nchd,ctv3,G3...\n").unwrap();
    assert_eq!(lists.find("ctv3", "X00D1"), Some(Deficit::StrokeTia));
    assert_eq!(
        lists.find("http://read.info/readctv3", "G3..."),
        Some(Deficit::Chd)
    );
    assert_eq!(lists.find("ctv3", "x00d1"), None);
}

#[test]
fn each_fault_of_a_list_is_named_with_its_line() {
    let said = |lines: &str| list(lines).unwrap_err().to_string();
    assert_eq!(
        said("falls,snomed-ct,1912002\nfalls,snomed-ct,1912003\n"),
        "line 3: \"1912003\" is no SNOMED CT concept: the check digit does not fit"
    );
    assert_eq!(
        said("falls,snomed-ct,1912002\ndizziness,snomed-ct,1912002\n"),
        "line 3: \"1912002\" stands on line 2 already"
    );
    assert_eq!(
        said("fall,snomed-ct,1912002\n"),
        "line 2: the deficit \"fall\" is unknown"
    );
    assert_eq!(
        said("falls,read,1912002\n"),
        "line 2: the system \"read\" is unknown: snomed-ct, icd-10 or ctv3"
    );
    assert_eq!(
        said("falls,snomed-ct\n"),
        "line 2: a deficit, a system and a code are needed"
    );
    assert_eq!(
        said("falls,ctv3,16D\n"),
        "line 2: \"16D\" is not formed like a code of CTV3"
    );
    assert_eq!(
        said("polypharmacy,snomed-ct,1912002\n"),
        "line 2: polypharmacy is counted from medicines and has no codes"
    );
    assert_eq!(
        CodeSets::read("code,deficit\n").unwrap_err(),
        ListError::Headings { what: "deficit" }
    );
    assert_eq!(
        CodeSets::read("").unwrap_err(),
        ListError::Headings { what: "deficit" }
    );
}

#[test]
fn the_check_digit_and_the_partition_are_looked_at() {
    use snomed_ct::NotAConcept;
    for good in ["38341003", "925791000000100", "999791000000106", "100005"] {
        assert_eq!(snomed_ct::concept(good), Ok(()), "{good}");
    }
    // A description of the international release.
    assert_eq!(snomed_ct::concept("64572011"), Err(NotAConcept::CheckDigit));
    assert_eq!(snomed_ct::concept("63816012"), Err(NotAConcept::Partition));
    for form in ["", "12345", "038341003", "3834100x", "1234567890123456789"] {
        assert_eq!(snomed_ct::concept(form), Err(NotAConcept::Form), "{form}");
    }
}

#[test]
fn a_code_may_belong_to_two_categories_of_one_table() {
    let table = Prefixes::new([("I11", 0), ("I110", 1), ("C0", 2)]);
    let of = |code: &str| Icd10::read(code).map(|code| table.categories(&code));
    assert_eq!(of("I11.0"), Some(0b011));
    assert_eq!(of("I119"), Some(0b001));
    assert_eq!(of("c06.9"), Some(0b100));
    assert_eq!(of("I10"), Some(0));
    assert_eq!(table.len(), 3);
}

#[test]
fn two_icd_10_codes_in_one_cell_are_none() {
    let read = |code: &str| Icd10::read(code).map(|code| code.as_str().to_owned());
    for two in [
        "I21.9,E11.9",
        "I219 E119",
        "I21.9;E11.9",
        "I21.9/E11.9",
        "I21.9.E11",
        "I21–9",
    ] {
        assert_eq!(read(two), None, "{two}");
    }
    for (one, code) in [
        ("I21.9", "I219"),
        ("i219", "I219"),
        ("I64.-", "I64"),
        ("I64X", "I64X"),
        ("F00.0*", "F000"),
        ("G30.0D", "G300D"),
        ("G30.0†", "G300"),
        ("A17.0+", "A170"),
        (" E11.9 ", "E119"),
    ] {
        assert_eq!(read(one).as_deref(), Some(code), "{one}");
    }
}

proptest! {
    #[test]
    fn one_changed_digit_never_passes(place in 0_usize..7, by in 1_u8..10) {
        let mut digits = b"38341003".to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + by) % 10;
        let changed = String::from_utf8(digits).unwrap();
        prop_assert!(snomed_ct::concept(&changed).is_err());
    }

    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,200}", code in "\\PC{0,20}") {
        let _ = CodeSets::read(&text);
        let _ = Icd10::read(&code);
        let _ = deficit("icd-10", &code);
        let _ = snomed_ct::concept(&code);
    }
}
