use care::concept::Concept;
use care::record::fact::problem::{Certainty, ProblemStatus};
use care::record::{PersonRecord, problems};
use codes::system::SNOMED_CT;

use crate::made::{at, problem};

#[test]
fn severe_problems_come_first_then_the_newest() {
    let mut severe = at(
        problem("a", "195967001", "Asthma", Some(ProblemStatus::Active)),
        "2001",
    );
    severe.what.severity = Some(Concept::coded(SNOMED_CT, "24484000", "Severe"));
    let record = PersonRecord {
        problems: vec![
            at(
                problem(
                    "b",
                    "38341003",
                    "Hypertension (disorder)",
                    Some(ProblemStatus::Active),
                ),
                "2010-05-01",
            ),
            at(
                problem("c", "73211009", "Diabetes mellitus", Some(ProblemStatus::Relapse)),
                "2020-05-01",
            ),
            problem("d", "84757009", "Epilepsy", None),
            severe,
        ],
        ..PersonRecord::default()
    };
    let list = problems(&record);
    let words: Vec<&str> = list.active.iter().map(|line| line.fact.what.words()).collect();
    assert_eq!(words, ["Asthma", "Diabetes mellitus", "Hypertension", "Epilepsy"]);
}

#[test]
fn an_active_entry_is_never_folded_into_a_resolved_one() {
    let record = PersonRecord {
        problems: vec![
            at(
                problem("a", "195967001", "Asthma", Some(ProblemStatus::Active)),
                "2001",
            ),
            at(
                problem("b", "195967001", "Asthma", Some(ProblemStatus::Resolved)),
                "2020",
            ),
            at(
                problem("c", "195967001", "Asthma", Some(ProblemStatus::Active)),
                "2015",
            ),
        ],
        ..PersonRecord::default()
    };
    let list = problems(&record);
    assert_eq!(list.active.len(), 1);
    assert_eq!(list.active[0].members.len(), 2);
    assert_eq!(list.active[0].fact.id, "c");
    assert_eq!(list.inactive.len(), 1);
}

#[test]
fn left_and_right_are_two_problems() {
    let side = |id: &str, code: &str| {
        let mut fact = problem(
            id,
            "239873007",
            "Osteoarthritis of hip",
            Some(ProblemStatus::Active),
        );
        fact.what.body_sites = vec![Concept::coded(SNOMED_CT, code, "")];
        fact
    };
    let record = PersonRecord {
        problems: vec![side("a", "287579007"), side("b", "287679003")],
        ..PersonRecord::default()
    };
    assert_eq!(problems(&record).active.len(), 2);
}

#[test]
fn refuted_problems_stand_apart() {
    let mut refuted = problem("a", "195967001", "Asthma", Some(ProblemStatus::Active));
    refuted.what.certainty = Some(Certainty::Refuted);
    let record = PersonRecord {
        problems: vec![refuted],
        ..PersonRecord::default()
    };
    let list = problems(&record);
    assert_eq!(
        (list.active.len(), list.inactive.len(), list.refuted.len()),
        (0, 0, 1)
    );
}
