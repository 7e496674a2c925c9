//! Rows that no chain covers: who was destroyed, and which labels a current resource bears.

use std::sync::Arc;

use crate::access::{Facts, Judge, Sight};
use crate::body;
use crate::chain;
use crate::dialect::params;
use crate::feed::log_rows;
use crate::reader::seen::KNOWN;
use crate::verify::Proof;
use crate::verify::forgery::engine::{On, apart};
use crate::verify::forgery::estate::{Estate, actor, finds, prepare};
use crate::verify::order::version_facts;
use crate::{Change, Commit, Expected, Lens, Purpose, Reason, WholeRecord};
use fhir::{Label, ResourceType};

/// A destruction as its table tells it, of one version of the person that the estate is about.
const DESTRUCTION: &str = "INSERT INTO destruction
      (bucket, person, mark, at, ground, first_actor, second_actor, commit_id, versions, finished)
    SELECT bucket, person, MARK, at, 5, 'one', 'another', commit_id, 1, 1
    FROM (SELECT l.bucket, l.person, f.at, f.commit_id FROM log l JOIN feed f ON f.bucket = l.bucket
      AND f.position = 6 WHERE l.bucket = BUCKET AND l.version = 6) AS last";

impl Estate {
    /// Empties an earlier version as a destruction does, and takes its row of the history away.
    fn empty(&self, version: u64) {
        apart(|| {
            let connection = self.connection();
            let all = log_rows(&connection, self.bucket, 0, i64::MAX >> 1).expect("read");
            let row = all.iter().find(|row| row.version == version).expect("a version");
            let encoded = body::unpack(&row.body, row.seq).expect("unpacks");
            let digest = chain::row(&version_facts(row, body::digest_of(&encoded)));
            connection
                .prepare("UPDATE log SET body = ?3 WHERE bucket = ?1 AND seq = ?2")
                .expect("a statement")
                .execute(params![self.bucket.number(), row.seq, body::tombstone(&digest)])
                .expect("emptied");
            connection
                .prepare("DELETE FROM history WHERE version = ?1")
                .expect("a statement")
                .execute(params![version])
                .expect("removed");
        });
    }

    fn blob(&self, hex: &str) -> String {
        match self.is_on_server() {
            true => format!("'\\x{hex}'"),
            false => format!("x'{hex}'"),
        }
    }

    /// Keeps one change, or does something to a whole record.
    async fn keep(&self, commit: Commit) -> String {
        let record = self.open().await;
        let kept = record
            .commit(&Sight::own(), &actor(), Purpose::DirectCare, commit)
            .await
            .expect("kept");
        record.close().await;
        kept.outcomes
            .first()
            .map(|outcome| outcome.id.clone())
            .unwrap_or_default()
    }
}

async fn a_version_taken_away_as_if_it_was_destroyed_is_found(on: On) {
    let estate = Estate::new(on).await;
    estate.empty(3);
    estate.run_in_bucket(&DESTRUCTION.replace("MARK", &estate.blob(&"07".repeat(16))));
    let report = estate.verify(&Proof::default());
    finds(&report, "destruction", "but no entry of the feed tells of it");
    finds(&report, "destruction", "has emptied versions that no destruction");
}

async fn a_version_taken_away_behind_a_destruction_that_was_one_is_found(on: On) {
    let estate = Estate::new(on).await;
    let json = r#"{"resourceType":"Patient","name":[{"family":"Nash"}]}"#;
    let prepared = prepare(json);
    let other = estate
        .keep(Commit::new("test", vec![Change::Create { id: None, prepared }]))
        .await;
    let destroy = WholeRecord::Destroy {
        people: vec![other],
        ground: Reason::CourtOrder,
        asked_by: "actor-2".to_owned(),
    };
    estate.keep(Commit::of_deed("test", destroy)).await;
    assert_eq!(estate.verify(&Proof::default()).faults, []);
    estate.run("UPDATE destruction SET second_actor = 'somebody'");
    let report = estate.verify(&Proof::default());
    finds(&report, "destruction", "the feed tells it otherwise");
    estate.run("UPDATE destruction SET second_actor = 'actor-1'");
    assert_eq!(estate.verify(&Proof::default()).faults, []);
    estate.empty(3);
    estate.run("UPDATE destruction SET versions = versions + 1");
    let report = estate.verify(&Proof::default());
    finds(&report, "destruction", "the feed tells it otherwise");
    finds(&report, "destruction", "has emptied versions that no destruction");
    estate.run("DELETE FROM destruction");
    let report = estate.verify(&Proof::default());
    finds(&report, "destruction", "but the table does not tell of it");
}

async fn a_label_taken_off_a_row_is_found_also_of_what_was_deleted(on: On) {
    let estate = Estate::new(on).await;
    let json = r#"{"resourceType":"Patient","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},"name":[{"family":"Nash"}]}"#;
    let put = Change::Put {
        id: estate.patient.clone(),
        prepared: prepare(json),
        expected: Expected::Any,
    };
    estate.keep(Commit::new("test", vec![put])).await;
    let forged = format!("UPDATE current SET labels = {KNOWN}");
    let honest = format!("UPDATE current SET labels = {}", KNOWN | 1);
    for deleted in [false, true] {
        if deleted {
            let delete = Change::Delete {
                resource_type: ResourceType::from_name("Patient").expect("a type"),
                id: estate.patient.clone(),
                expected: Expected::Any,
            };
            estate.keep(Commit::new("test", vec![delete])).await;
        }
        assert_eq!(estate.verify(&Proof::default()).faults, []);
        estate.run(&forged);
        let report = estate.verify(&Proof::default());
        finds(&report, "current", "its labels are not those of its body");
        estate.run(&honest);
    }
}

/// Hides what clinicians found of somebody's capacity.
struct NoFindings;

impl Judge for NoFindings {
    fn lens(&self, _: &Facts) -> Arc<Lens> {
        Arc::new(Lens {
            hidden_labels: Label::named("capacity").map_or(0, Label::bit),
            ..Lens::everything()
        })
    }

    fn chooses_ids(&self) -> bool {
        false
    }

    fn keeps_access(&self) -> bool {
        false
    }

    fn changes_others(&self) -> bool {
        false
    }

    fn hears_of_destruction(&self) -> bool {
        false
    }

    fn fingerprint(&self) -> [u8; 32] {
        [7; 32]
    }
}

/// A row that an older release kept does not say that its Consent is a finding: it is none that was forged, and hides all the same.
async fn a_finding_kept_before_its_label_was_known_is_no_forgery_and_is_hidden(on: On) {
    let estate = Estate::new(on).await;
    let consent = |code: &str| {
        let json = format!(
            r#"{{"resourceType":"Consent","status":"active","scope":{{"text":"x"}},"category":[{{"coding":[{{"system":"{}","code":"{code}"}}]}}],"patient":{{"reference":"Patient/{}"}},"policyRule":{{"text":"x"}}}}"#,
            codes::access::SYSTEM,
            estate.patient
        );
        let prepared = prepare(&json);
        Commit::new("test", vec![Change::Create { id: None, prepared }])
    };
    let finding = estate.keep(consent(codes::access::LACKS_CAPACITY)).await;
    let other = estate.keep(consent(codes::access::REFUSAL)).await;
    let kind = ResourceType::from_name("Consent").expect("a type");
    estate.run(&format!(
        "UPDATE current SET labels = {KNOWN} WHERE type = {}",
        kind.number()
    ));
    assert_eq!(estate.verify(&Proof::default()).faults, []);
    let record = estate.open().await;
    let sight = Sight::of(Arc::new(NoFindings));
    for (id, is_shown) in [(&finding, false), (&other, true)] {
        let request = record.new_request();
        let mut ask = record.ask(&sight, &actor(), Purpose::DirectCare, request);
        assert_eq!(ask.read(kind, id).await.is_ok(), is_shown, "{id}");
        ask.disclose().await.expect("audited");
    }
    record.close().await;
}

on_each_engine!(
    a_finding_kept_before_its_label_was_known_is_no_forgery_and_is_hidden,
    a_version_taken_away_as_if_it_was_destroyed_is_found,
    a_version_taken_away_behind_a_destruction_that_was_one_is_found,
    a_label_taken_off_a_row_is_found_also_of_what_was_deleted,
);
