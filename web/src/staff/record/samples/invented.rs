//! The invented records: ordinary, empty, very long and hostile.

use care::concept::{Coding, Concept};
use care::partial_date::PartialDate;
use care::person::death::DeathStatement;
use care::person::{
    Address, ContactPerson, Death, Gender, HeldNhsNumber, Language, Name, NameUse, Person, Reach, Telecom,
    Whereabouts,
};
use care::quantity::Quantity;
use care::record::fact::allergy::{AllergyStatus, Criticality, Reaction, ReactionSeverity};
use care::record::fact::document::{Content, DocumentStatus};
use care::record::fact::encounter::EncounterStatus;
use care::record::fact::flag::FlagStatus;
use care::record::fact::goal::GoalStatus;
use care::record::fact::medicine::{Dose, MedicineSource, MedicineStatus};
use care::record::fact::plan::{Activity, PlanStatus};
use care::record::fact::problem::{Certainty, ProblemStatus};
use care::record::fact::result::{Component, ReferenceRange, ResultStatus, Value};
use care::record::fact::{
    Allergy, Document, Encounter, Fact, Flag, Goal, Immunisation, Medicine, Observed, Other, Plan, Problem,
    Procedure, Report, Unmapped,
};
use care::record::{Mention, PersonRecord, Provenance};
use care::when::{Period, When};
use codes::nhs_number::NhsNumber;
use codes::system::{SNOMED_CT, UCUM};

const HOSTILE: &str = "<script>alert('x')</script>\"><img src=x onerror=alert(1)> & ' OR 1=1 --";

fn on(text: &str) -> Option<PartialDate> {
    PartialDate::parse(text)
}

fn origin(organisation: &str, role: &str, effective: &str) -> Provenance {
    Provenance {
        organisation: (!organisation.is_empty()).then(|| organisation.to_owned()),
        author: (!role.is_empty()).then(|| Mention {
            role: Some(role.to_owned()),
            ..Mention::default()
        }),
        recorded: on(effective),
        effective: on(effective).map(When::At),
        received: on("2026-07-30T06:00:00Z"),
        system: None,
    }
}

fn fact<T>(id: impl Into<String>, what: T, provenance: Provenance) -> Fact<T> {
    Fact {
        provenance,
        ..Fact::new(&id.into(), what)
    }
}

fn snomed(code: &str, words: &str) -> Concept {
    Concept::coded(SNOMED_CT, code, words)
}

const SURGERY: &str = "Combe Down Surgery";
const TRUST: &str = "Royal United Hospitals";
const COMMUNITY: &str = "Wiltshire community nursing";

fn person() -> Person {
    let name = |kind, given: &str| Name {
        kind: Some(kind),
        prefix: vec!["Mrs".to_owned()],
        given: vec![given.to_owned()],
        family: Some("Okafor-Whitcombe".to_owned()),
        ..Name::default()
    };
    Person {
        id: "sample".to_owned(),
        nhs_number: NhsNumber::parse("9434765919").ok().map(|number| HeldNhsNumber {
            number,
            status: Some("01".to_owned()),
        }),
        names: vec![name(NameUse::Official, "Clara"), name(NameUse::Usual, "Clarrie")],
        birth_date: on("1940-03-12"),
        gender: Some(Gender::Female),
        whereabouts: Whereabouts::Known(Reach {
            addresses: vec![Address {
                lines: vec!["4 Example Street".to_owned()],
                city: Some("Bath".to_owned()),
                postcode: Some("BA1 1AA".to_owned()),
                ..Address::default()
            }],
            ..Reach::default()
        }),
        languages: vec![Language {
            language: Concept::text("Igbo"),
            preferred: Some(true),
        }],
        interpreter_needed: Some(true),
        contacts: vec![ContactPerson {
            names: vec![Name {
                given: vec!["Ngozi".to_owned()],
                family: Some("Okafor".to_owned()),
                ..Name::default()
            }],
            relationships: vec![Concept::coded(
                "http://terminology.hl7.org/CodeSystem/v2-0131",
                "C",
                "Daughter, emergency contact",
            )],
            telecom: vec![Telecom {
                channel: Some(care::person::Channel::Phone),
                value: Some("01632 960 123".to_owned()),
                ..Telecom::default()
            }],
            ..ContactPerson::default()
        }],
        ..Person::default()
    }
}

fn problem(code: &str, words: &str, status: ProblemStatus) -> Problem {
    Problem {
        condition: Some(snomed(code, words)),
        status: Some(status),
        certainty: Some(Certainty::Confirmed),
        ..Problem::default()
    }
}

fn medicine(code: &str, words: &str, dose: &str, status: MedicineStatus) -> Medicine {
    Medicine {
        source: MedicineSource::Request,
        forbidden: false,
        medicine: Some(snomed(code, words)),
        product: None,
        status: Some(status),
        status_reason: None,
        intent: None,
        course: Some(Concept::text("Repeat")),
        doses: vec![Dose {
            text: Some(dose.to_owned()),
            ..Dose::default()
        }],
        period: None,
        reasons: Vec::new(),
        notes: Vec::new(),
    }
}

fn amount(value: f64, unit: &str) -> Quantity {
    Quantity {
        value: Some(value),
        unit: Some(unit.to_owned()),
        system: Some(UCUM.to_owned()),
        code: Some(unit.to_owned()),
        comparator: None,
    }
}

fn measured(
    code: &str,
    words: &str,
    category: &str,
    value: Quantity,
    range: Option<(f64, f64)>,
    mark: Option<&str>,
) -> Observed {
    let unit = value.code.clone().unwrap_or_default();
    Observed {
        code: Concept::coded(codes::system::LOINC, code, words),
        categories: vec![Concept::coded(
            "http://terminology.hl7.org/CodeSystem/observation-category",
            category,
            category,
        )],
        status: Some(ResultStatus::Final),
        value: Some(Value::Quantity(value)),
        interpretations: mark
            .map(|mark| {
                Concept::coded(
                    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                    mark,
                    mark,
                )
            })
            .into_iter()
            .collect(),
        ranges: range
            .map(|(low, high)| ReferenceRange {
                low: Some(amount(low, &unit)),
                high: Some(amount(high, &unit)),
                ..ReferenceRange::default()
            })
            .into_iter()
            .collect(),
        ..Observed::default()
    }
}

fn pressure(systolic: f64, diastolic: f64) -> Observed {
    let part = |code: &str, words: &str, value: f64| Component {
        code: Concept::coded(codes::system::LOINC, code, words),
        value: Some(Value::Quantity(amount(value, "mm[Hg]"))),
        ..Component::default()
    };
    Observed {
        value: None,
        components: vec![
            part("8480-6", "Systolic blood pressure", systolic),
            part("8462-4", "Diastolic blood pressure", diastolic),
        ],
        ..measured(
            "85354-9",
            "Blood pressure",
            "vital-signs",
            amount(0.0, "mm[Hg]"),
            None,
            None,
        )
    }
}

const EGFR: [(&str, f64); 9] = [
    ("2022-09-14", 58.0),
    ("2023-03-02", 55.0),
    ("2023-09-20", 56.0),
    ("2024-03-18", 51.0),
    ("2024-10-01", 49.0),
    ("2025-04-11", 46.0),
    ("2025-11-05", 47.0),
    ("2026-03-19", 41.0),
    ("2026-07-22", 38.0),
];
const POTASSIUM: [(&str, f64, Option<&str>); 7] = [
    ("2024-10-01", 4.4, None),
    ("2025-04-11", 4.6, None),
    ("2025-11-05", 4.9, None),
    ("2026-03-19", 5.4, Some("H")),
    ("2026-06-02", 5.1, None),
    ("2026-07-22", 5.8, Some("H")),
    ("2026-07-29", 5.2, None),
];
const PRESSURE: [(&str, f64, f64); 6] = [
    ("2025-01-09", 148.0, 84.0),
    ("2025-04-11", 142.0, 80.0),
    ("2025-08-01", 139.0, 78.0),
    ("2025-11-05", 144.0, 82.0),
    ("2026-03-19", 128.0, 70.0),
    ("2026-07-22", 118.0, 64.0),
];

fn result_facts() -> Vec<Fact<Observed>> {
    let lab = |on: &str| origin(TRUST, "Biochemist", on);
    let egfr = EGFR.iter().enumerate().map(|(n, (on, value))| {
        let mark = (*value < 60.0).then_some("L");
        let what = measured(
            "33914-3",
            "Estimated glomerular filtration rate",
            "laboratory",
            Quantity {
                unit: Some("mL/min/1.73 m²".to_owned()),
                ..amount(*value, "mL/min/{1.73_m2}")
            },
            None,
            mark,
        );
        fact(format!("egfr-{n}"), what, lab(on))
    });
    let potassium = POTASSIUM.iter().enumerate().map(|(n, (on, value, mark))| {
        let what = measured(
            "2823-3",
            "Potassium",
            "laboratory",
            amount(*value, "mmol/L"),
            Some((3.5, 5.3)),
            *mark,
        );
        fact(format!("potassium-{n}"), what, lab(on))
    });
    let pressures = PRESSURE.iter().enumerate().map(|(n, (on, systolic, diastolic))| {
        fact(
            format!("bp-{n}"),
            pressure(*systolic, *diastolic),
            origin(COMMUNITY, "Community nurse", on),
        )
    });
    let glucose = [
        ("2025-04-11", 6.1, "mmol/L"),
        ("2025-11-05", 117.0, "mg/dL"),
        ("2026-03-19", 6.8, "mmol/L"),
        ("2026-07-22", 122.0, "mg/dL"),
    ];
    let glucose = glucose.into_iter().enumerate().map(|(n, (on, value, unit))| {
        fact(
            format!("glucose-{n}"),
            measured("2339-0", "Glucose", "laboratory", amount(value, unit), None, None),
            lab(on),
        )
    });
    let vital = |id: &str, code: &str, words: &str, value, unit, mark| {
        fact(
            id,
            measured(code, words, "vital-signs", amount(value, unit), None, mark),
            origin(COMMUNITY, "Community nurse", "2026-07-22T09:40:00Z"),
        )
    };
    let crp = Quantity {
        comparator: Some("<".to_owned()),
        ..amount(5.0, "mg/L")
    };
    egfr.chain(potassium)
        .chain(pressures)
        .chain(glucose)
        .chain([
            vital("rr", "9279-1", "Respiratory rate", 18.0, "/min", None),
            vital("spo2", "59408-5", "Oxygen saturation", 94.0, "%", None),
            vital("pulse", "8867-4", "Heart rate", 96.0, "/min", None),
            vital("temp", "8310-5", "Body temperature", 37.2, "Cel", None),
            fact(
                "crp",
                measured("1988-5", "C-reactive protein", "laboratory", crp, None, None),
                lab("2026-07-22"),
            ),
        ])
        .collect()
}

/// An ordinary record of somebody with several conditions, a plan and a contradiction or two.
pub(super) fn ordinary() -> PersonRecord {
    let gp = |on: &str| origin(SURGERY, "General practitioner", on);
    let ended = |what: Problem, on_date: &str| Problem {
        ended: on(on_date).map(When::At),
        ..what
    };
    let severe = Problem {
        severity: Some(snomed("24484000", "Severe")),
        ..problem("84114007", "Heart failure", ProblemStatus::Active)
    };
    PersonRecord {
        person: Some(person()),
        problems: vec![
            fact("hf", severe, gp("2021-05-04")),
            fact("hf-2", Problem { severity: Some(snomed("24484000", "Severe")), ..problem("84114007", "Heart failure", ProblemStatus::Active) }, origin(TRUST, "Cardiologist", "2021-05-19")),
            fact("ckd", problem("433144002", "Chronic kidney disease stage 3", ProblemStatus::Active), gp("2022-09-14")),
            fact("oa", problem("239873007", "Osteoarthritis of knee", ProblemStatus::Active), gp("2014")),
            fact("memory", Problem { certainty: Some(Certainty::Provisional), ..problem("386806002", "Impaired cognition", ProblemStatus::Active) }, gp("2026-06-02")),
            fact("hip", ended(problem("5913000", "Fracture of neck of femur", ProblemStatus::Resolved), "2019-12-01"), origin(TRUST, "Orthopaedic surgeon", "2019-03-11")),
            fact("mi", Problem { certainty: Some(Certainty::Refuted), ..problem("22298006", "Myocardial infarction", ProblemStatus::Inactive) }, origin(TRUST, "", "2023-02-20")),
            Fact { entered_in_error: true, ..fact("wrong", problem("73211009", "Diabetes mellitus", ProblemStatus::Active), gp("2020-01-01")) },
        ],
        medicines: vec![
            fact("bisoprolol", medicine("318475005", "Bisoprolol 2.5mg tablets", "One tablet each morning", MedicineStatus::Active), gp("2024-02-01")),
            fact("furosemide", medicine("317972004", "Furosemide 40mg tablets", "One tablet in the morning and one at midday", MedicineStatus::Active), gp("2026-03-20")),
            fact("spironolactone", medicine("318056008", "Spironolactone 25mg tablets", "Half a tablet each day", MedicineStatus::OnHold), origin(TRUST, "Heart failure nurse", "2026-07-23")),
            fact("paracetamol", medicine("322236009", "Paracetamol 500mg tablets", "Two tablets up to four times a day when needed for pain", MedicineStatus::Active), gp("2025-01-09")),
            fact("ramipril", medicine("318858005", "Ramipril 5mg capsules", "One capsule each day", MedicineStatus::Stopped), gp("2023-01-10")),
        ],
        allergies: vec![
            fact("penicillin", Allergy {
                substance: Some(snomed("373270004", "Penicillin")),
                criticality: Some(Criticality::High),
                status: Some(AllergyStatus::Active),
                reactions: vec![Reaction { manifestations: vec![snomed("39579001", "Anaphylaxis")], severity: Some(ReactionSeverity::Severe), ..Reaction::default() }],
                ..Allergy::default()
            }, gp("1987")),
            fact("latex", Allergy { substance: Some(snomed("1003755004", "Latex")), status: Some(AllergyStatus::Active), ..Allergy::default() }, origin(TRUST, "Theatre nurse", "2019-03-11")),
        ],
        results: result_facts(),
        reports: vec![fact("report", Report {
            code: Concept::text("Urea and electrolytes"),
            results: vec![Mention::default(), Mention::default()],
            conclusion: Some("Potassium above range; repeat within one week.".to_owned()),
            ..Report::default()
        }, origin(TRUST, "Biochemist", "2026-07-22"))],
        encounters: vec![
            fact("next", Encounter {
                status: Some(EncounterStatus::Planned),
                types: vec![Concept::text("Heart failure clinic")],
                period: Some(Period { start: on("2026-08-11T09:30:00Z"), end: None }),
                locations: vec![Mention::named("Clinic B, Royal United Hospitals")],
                ..Encounter::default()
            }, origin(TRUST, "", "2026-07-23")),
            fact("visit", Encounter {
                status: Some(EncounterStatus::Finished),
                types: vec![Concept::text("Home visit")],
                reasons: vec![Concept::text("Breathlessness and swollen ankles")],
                period: Some(Period { start: on("2026-07-22T09:30:00Z"), end: on("2026-07-22T10:20:00Z") }),
                participants: vec![Mention { role: Some("Community nurse".to_owned()), ..Mention::default() }],
                locations: vec![Mention::named("At home")],
                ..Encounter::default()
            }, origin(COMMUNITY, "Community nurse", "2026-07-22")),
        ],
        procedures: vec![fact("hip-op", Procedure { code: Some(snomed("52734007", "Total replacement of hip")), reasons: vec![Concept::text("Fracture of neck of femur")], ..Procedure::default() }, origin(TRUST, "Orthopaedic surgeon", "2019-03-12"))],
        immunisations: vec![fact("flu", Immunisation { vaccine: Concept::text("Influenza vaccine"), lot: Some("FL-2209".to_owned()), ..Immunisation::default() }, origin(SURGERY, "Practice nurse", "2025-10-14"))],
        documents: vec![
            fact("respect", Document {
                status: Some(DocumentStatus::Current),
                kind: Some(Concept::text("ReSPECT form")),
                description: Some("ReSPECT form".to_owned()),
                contents: vec![Content { content_type: Some("application/pdf".to_owned()), size: Some(148_000), embedded: true, ..Content::default() }],
                ..Document::default()
            }, origin(SURGERY, "General practitioner", "2026-06-02")),
            fact("letter", Document {
                status: Some(DocumentStatus::Current),
                kind: Some(Concept::text("Outpatient letter")),
                description: Some("Heart failure clinic letter".to_owned()),
                contents: vec![Content { text: Some("Dear Doctor,\n\nThank you for asking us to see Mrs Okafor-Whitcombe. Her breathlessness is no worse. We have paused spironolactone because her potassium is 5.8 mmol/L; please repeat it within the week.\n\nYours sincerely".to_owned()), embedded: true, ..Content::default() }],
                ..Document::default()
            }, origin(TRUST, "Heart failure nurse", "2026-07-23")),
        ],
        plans: vec![fact("plan", Plan {
            status: Some(PlanStatus::Active),
            title: Some("Personalised care and support plan".to_owned()),
            description: Some("To stay at home with her garden, and not to go to hospital for what can be done at home.".to_owned()),
            period: Some(Period { start: on("2026-06-02"), end: None }),
            goals: vec![Mention { reference: Some("Goal/goal".to_owned()), ..Mention::default() }],
            activities: vec![
                Activity { description: Some("Weigh each morning; telephone the team if 2 kg heavier in three days".to_owned()), status: Some("in-progress".to_owned()), ..Activity::default() },
                Activity { description: Some("Daughter has the spare key".to_owned()), ..Activity::default() },
            ],
            ..Plan::default()
        }, origin(COMMUNITY, "Care coordinator", "2026-06-02"))],
        goals: vec![fact("goal", Goal { status: Some(GoalStatus::Active), description: Concept::text("Walk to the end of the garden and back by September"), ..Goal::default() }, origin(COMMUNITY, "Physiotherapist", "2026-06-10"))],
        flags: vec![
            fact("adjustment", Flag {
                code: Concept::text("Hard of hearing: face her, speak to the left ear"),
                categories: vec![Concept { codings: vec![adjustment_category()], text: None }],
                status: Some(FlagStatus::Active),
                period: None,
            }, origin(SURGERY, "Practice nurse", "2025-01-09")),
            fact("alert", Flag { code: Concept::text("Two-person visit"), status: Some(FlagStatus::Active), ..Flag::default() }, origin(COMMUNITY, "Care coordinator", "2026-05-01")),
        ],
        others: (0..3).map(|n| fact(format!("claim-{n}"), Other { type_name: "ExplanationOfBenefit".to_owned(), words: None }, origin("", "", "2025-02-01"))).collect(),
        unmapped: vec![fact("odd", Unmapped { type_name: "Observation".to_owned(), why: "its date is not a date".to_owned() }, Provenance::default())],
        ..PersonRecord::default()
    }
}

/// The category of a reasonable-adjustment flag.
fn adjustment_category() -> Coding {
    Coding::new(
        codes::flag::REASONABLE_ADJUSTMENT_CATEGORY,
        "communication-support",
        "Communication support",
    )
}

/// Somebody of whom only a name is known.
pub(super) fn empty() -> PersonRecord {
    let name = Name {
        given: vec!["Jo".to_owned()],
        family: Some("Bell".to_owned()),
        ..Name::default()
    };
    PersonRecord {
        person: Some(Person {
            names: vec![name],
            ..Person::default()
        }),
        ..PersonRecord::default()
    }
}

/// Facts without a person: nothing at all but an id.
pub(super) fn nobody() -> PersonRecord {
    PersonRecord::default()
}

/// Everything long, many and hostile at once, of somebody who has died.
pub(super) fn long() -> PersonRecord {
    let unbroken = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe";
    let mut record = ordinary();
    let hostile = |n: usize| {
        origin(
            HOSTILE,
            unbroken,
            &format!("{}-{:02}-{:02}", 2001 + n % 25, 1 + n % 12, 1 + n % 28),
        )
    };
    if let Some(person) = &mut record.person {
        person.names = vec![
            Name {
                kind: Some(NameUse::Official),
                prefix: vec!["Professor".to_owned()],
                given: vec![HOSTILE.to_owned(), "Bartholomew".to_owned()],
                family: Some(unbroken.to_owned()),
                ..Name::default()
            },
            Name {
                kind: Some(NameUse::Usual),
                text: Some(format!("{HOSTILE} the Younger")),
                ..Name::default()
            },
        ];
        person.death = Death {
            statement: on("2026-05-01").map(DeathStatement::On),
            ..Death::default()
        };
        person.nhs_number = None;
    }
    for n in 0..10 {
        let words = format!("{n} {HOSTILE} {unbroken}");
        let own = Concept::text(&words);
        record.problems.push(fact(
            format!("p{n}"),
            Problem {
                condition: Some(own.clone()),
                notes: vec![HOSTILE.to_owned()],
                ..Problem::default()
            },
            hostile(n),
        ));
        record.medicines.push(fact(
            format!("m{n}"),
            Medicine {
                medicine: Some(own.clone()),
                ..medicine("1", HOSTILE, HOSTILE, MedicineStatus::Unknown)
            },
            hostile(n),
        ));
        record.allergies.push(fact(
            format!("a{n}"),
            Allergy {
                substance: Some(own.clone()),
                ..Allergy::default()
            },
            hostile(n),
        ));
        record.encounters.push(fact(
            format!("e{n}"),
            Encounter {
                types: vec![own.clone()],
                status: Some(EncounterStatus::Finished),
                ..Encounter::default()
            },
            hostile(n),
        ));
        record.documents.push(fact(
            format!("d{n}"),
            Document {
                description: Some(words.clone()),
                contents: vec![Content {
                    text: Some(HOSTILE.repeat(8)),
                    ..Content::default()
                }],
                ..Document::default()
            },
            hostile(n),
        ));
        record.plans.push(fact(
            format!("c{n}"),
            Plan {
                title: Some(words.clone()),
                description: Some(HOSTILE.to_owned()),
                ..Plan::default()
            },
            hostile(n),
        ));
        record.flags.push(fact(
            format!("f{n}"),
            Flag {
                code: own.clone(),
                status: Some(if n < 2 {
                    FlagStatus::Active
                } else {
                    FlagStatus::Inactive
                }),
                ..Flag::default()
            },
            hostile(n),
        ));
        record.procedures.push(fact(
            format!("o{n}"),
            Procedure {
                code: Some(own),
                ..Procedure::default()
            },
            hostile(n),
        ));
        let value = f64::from(u32::try_from(n % 17).unwrap_or(0)) * 1234.5 + 0.125;
        let unit = if n % 2 == 0 { HOSTILE } else { "mmol/L" };
        record.results.push(fact(
            format!("r{n}"),
            measured(
                "x-1",
                HOSTILE,
                "laboratory",
                amount(value, unit),
                Some((100.0, 9000.0)),
                Some(HOSTILE),
            ),
            hostile(n),
        ));
    }
    for n in 0..110 {
        record.results.push(fact(
            format!("w{n}"),
            measured(
                "29463-7",
                "Body weight",
                "vital-signs",
                amount(60.0 + f64::from(n % 23) / 4.0, "kg"),
                None,
                None,
            ),
            origin(
                COMMUNITY,
                "",
                &format!("{}-{:02}-{:02}", 2018 + n / 30, 1 + n % 12, 1 + n % 28),
            ),
        ));
    }
    record.unmapped.push(fact(
        "u",
        Unmapped {
            type_name: HOSTILE.to_owned(),
            why: HOSTILE.to_owned(),
        },
        Provenance::default(),
    ));
    record
}
