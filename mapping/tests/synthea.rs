//! Real bundles of synthetic people, when the shared test data stands beside the repository.

use std::io::Read;
use std::path::PathBuf;

use care::record::{
    PersonRecord, TimelineFilter, encounters, first_two_minutes, medicines, problems, results, timeline,
};
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from("../../shared/testdata/fhir/synthea")
}

/// The resources of each bundle; none, with a printed note, when the data is not there.
pub(crate) fn bundles() -> Vec<Vec<Value>> {
    let Ok(files) = std::fs::read_dir(folder()) else {
        println!("skipped: no test data at ../shared/testdata/fhir/synthea");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = files
        .filter_map(|file| file.ok().map(|file| file.path()))
        .collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "gz"));
    paths.sort();
    paths.iter().map(|path| resources(path)).collect()
}

fn resources(path: &std::path::Path) -> Vec<Value> {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let bundle: Value = serde_json::from_str(&text).unwrap();
    bundle["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"].clone())
        .collect()
}

fn count(resources: &[Value], kind: &str) -> usize {
    resources
        .iter()
        .filter(|resource| resource["resourceType"] == kind)
        .count()
}

fn read(resources: &[Value]) -> PersonRecord {
    let bytes: Vec<Vec<u8>> = resources
        .iter()
        .map(|resource| serde_json::to_vec(resource).unwrap())
        .collect();
    mapping::person_record(bytes.iter().map(Vec::as_slice))
}

#[test]
fn every_resource_of_every_bundle_turns_up_as_a_fact_or_as_other() {
    for resources in bundles() {
        let record = read(&resources);
        assert!(record.person.is_some());
        assert!(record.unmapped.is_empty(), "{:?}", record.unmapped);
        assert_eq!(record.facts().count() + 1, resources.len());
        assert_eq!(record.problems.len(), count(&resources, "Condition"));
        assert_eq!(record.results.len(), count(&resources, "Observation"));
        assert_eq!(record.medicines.len(), count(&resources, "MedicationRequest"));
        assert_eq!(record.encounters.len(), count(&resources, "Encounter"));
        let unmapped = [
            "Claim",
            "ExplanationOfBenefit",
            "ImagingStudy",
            "Organization",
            "Practitioner",
        ];
        assert_eq!(
            record.others.len(),
            unmapped.iter().map(|kind| count(&resources, kind)).sum::<usize>()
        );
    }
}

#[test]
fn no_fact_is_lost_by_folding_grouping_or_sorting() {
    let now = "2019-12-01T00:00:00Z".parse().unwrap();
    for resources in bundles() {
        let record = read(&resources);
        let list = problems(&record);
        let folded = |lines: &[care::record::ProblemLine<'_>]| {
            lines.iter().map(|line| line.members.len()).sum::<usize>()
        };
        assert_eq!(
            folded(&list.active) + folded(&list.inactive) + list.refuted.len(),
            record.problems.len()
        );
        let list = medicines(&record, now);
        let lines = list.current.iter().chain(&list.past);
        assert_eq!(
            lines.map(care::record::MedicineLine::count).sum::<usize>(),
            record.medicines.len()
        );
        let list = results(&record);
        assert_eq!(
            list.groups.iter().map(|group| group.results.len()).sum::<usize>(),
            record.results.len()
        );
        let list = encounters(&record, now);
        let held = list.under_way.len() + list.to_come.len() + list.past.len() + list.not_held.len();
        assert_eq!(held, record.encounters.len());
        let shown = timeline(&record, &TimelineFilter::default());
        let placed = shown.days.iter().map(|day| day.entries.len()).sum::<usize>() + shown.undated.len();
        assert_eq!(placed + record.others.len(), record.facts().count());
    }
}

#[test]
fn every_measured_value_stands_in_exactly_one_series_of_its_own_unit() {
    for resources in bundles() {
        let measured: usize = resources
            .iter()
            .filter(|resource| resource["resourceType"] == "Observation")
            .map(|resource| {
                let parts = resource["component"].as_array().map_or(0, |parts| {
                    parts
                        .iter()
                        .filter(|part| part["valueQuantity"]["value"].is_number())
                        .count()
                });
                parts + usize::from(resource["valueQuantity"]["value"].is_number())
            })
            .sum();
        let record = read(&resources);
        let list = results(&record);
        let mut points = 0;
        for series in list.groups.iter().flat_map(|group| &group.series) {
            for line in &series.lines {
                points += line.points.len();
                assert!(
                    line.points
                        .iter()
                        .all(|point| point.quantity.unit_key() == series.unit_key)
                );
                assert!(line.points.is_sorted_by_key(|point| point.date));
            }
        }
        assert_eq!(points, measured);
    }
}

#[test]
fn the_first_two_minutes_agree_with_the_bundle() {
    let now = "2019-12-01T00:00:00Z".parse().unwrap();
    for resources in bundles() {
        let record = read(&resources);
        let page = first_two_minutes(&record, now);
        let active = |kind: &str, is: &dyn Fn(&Value) -> bool| {
            resources
                .iter()
                .filter(|resource| resource["resourceType"] == kind && is(resource))
                .count()
        };
        let conditions = active("Condition", &|one| {
            one["clinicalStatus"]["coding"][0]["code"] == "active"
        });
        assert_eq!(
            page.problems.iter().map(|line| line.members.len()).sum::<usize>(),
            conditions
        );
        let requests = active("MedicationRequest", &|one| one["status"] == "active");
        assert_eq!(
            page.medicines
                .iter()
                .map(care::record::MedicineLine::count)
                .sum::<usize>(),
            requests
        );
        assert!(
            page.medicines
                .iter()
                .all(|line| !line.fact.what.dose_words().is_empty())
        );
        let plans = active("CarePlan", &|one| one["status"] == "active");
        assert!(page.plans.len() <= plans);
        let allergies = active("AllergyIntolerance", &|one| {
            one["clinicalStatus"]["coding"][0]["code"] == "active"
        });
        assert_eq!(page.allergies.active.len(), allergies);
        assert!(page.last_encounter.is_some());
    }
}

#[test]
fn every_clinical_fact_names_its_source_through_its_author_or_encounter() {
    for resources in bundles() {
        let record = read(&resources);
        for fact in &record.problems {
            assert_ne!(
                fact.provenance.source_words(),
                "Source not recorded",
                "{}",
                fact.id
            );
        }
        for fact in &record.medicines {
            assert_ne!(
                fact.provenance.author_words(),
                "Author not recorded",
                "{}",
                fact.id
            );
        }
    }
}

#[test]
fn mapped_resources_survive_the_way_to_care_and_back() {
    for resources in bundles() {
        for value in &resources {
            let kind = value["resourceType"].as_str().unwrap();
            macro_rules! stays {
                ($module:ident) => {{
                    let read = mapping::$module::from_fhir(value).unwrap();
                    assert_eq!(
                        mapping::$module::from_fhir(&mapping::$module::to_fhir(&read)).unwrap(),
                        read
                    );
                }};
            }
            match kind {
                "Patient" => stays!(patient),
                "Condition" => stays!(condition),
                "AllergyIntolerance" => stays!(allergy_intolerance),
                "MedicationRequest" => stays!(medication_request),
                "Observation" => stays!(observation),
                "DiagnosticReport" => stays!(diagnostic_report),
                "Encounter" => stays!(encounter),
                "CarePlan" => stays!(care_plan),
                "Goal" => stays!(goal),
                "Procedure" => stays!(procedure),
                "Immunization" => stays!(immunization),
                _ => {}
            }
        }
    }
}
