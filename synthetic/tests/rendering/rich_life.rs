//! A life with at least one of everything.

use synthetic::day::Day;
use synthetic::life::{
    Adjustment, Admission, Allergy, Appointment, Attendance, Carer, Contact, ContactKind, Course, Ethnicity,
    Fall, Fault, FaultKind, Form, FormKind, Immunisation, Letter, LetterKind, Life, Measurement, Name,
    NumberStatus, Organisation, Package, PackageKind, Panel, Pathway, Person, Plan, PlanKind, Preferences,
    Problem, Procedure, Referral, ReferralState, Relation, Sex, Tenure,
};
use synthetic::parameters::Parameters;
use synthetic::place::{Place, ServiceKind, SiteKind};

/// The day on which the life is told.
pub(super) const TODAY: Day = Day(20_600);
/// The seed.
pub(super) const SEED: u64 = 42;

fn service(place: &Place, kind: ServiceKind) -> Organisation {
    let found = place.services.iter().position(|service| service.kind == kind);
    Organisation::Service(found.expect("a service of the kind") as u8)
}

fn hospital(place: &Place) -> Organisation {
    let found = place.sites.iter().position(|site| site.kind == SiteKind::Acute);
    Organisation::Site(found.expect("an acute hospital") as u16)
}

fn name(title: &'static str, given: &'static str, family: &str) -> Name {
    Name {
        title,
        given: vec![given],
        family: family.to_owned(),
        known_as: None,
    }
}

/// The person: a widow of 84 who is cared for by her daughter.
pub(super) fn person() -> Person {
    Person {
        index: 4711,
        superseded: Some("9990000018".to_owned()),
        nhs_number: "9990548609".to_owned(),
        number_status: NumberStatus::Verified,
        name: Name {
            known_as: Some("Peggy"),
            ..name("Mrs", "Margaret", "Phillips")
        },
        earlier_name: Some(name("Miss", "Margaret", "Long")),
        sex: Sex::Female,
        birth: Day::ymd(1942, 3, 9),
        ethnicity: Ethnicity {
            group: 3,
            category: 'A',
        },
        area: 12,
        lines: vec!["3 Sarsen Court".to_owned()],
        town: "Devizes".to_owned(),
        postcode: "SN10 9ZZ".to_owned(),
        earlier_address: Some((
            vec!["1 Old Lane".to_owned()],
            "Calne".to_owned(),
            "SN11 9ZZ".to_owned(),
            Day::ymd(2015, 5, 1),
        )),
        tenure: Tenure::Outright,
        alone: true,
        telephone: "01632 960001".to_owned(),
        mobile: "07700 900001".to_owned(),
        email: "peggy@example.com".to_owned(),
        preferences: Preferences {
            language: "pl",
            interpreter: true,
            paper: true,
            adjustments: vec![
                Adjustment::LargePrint,
                Adjustment::HearingSupport,
                Adjustment::StepFree,
            ],
        },
        practice: Some(3),
        registered: Day::ymd(2015, 5, 2),
        household: 9,
        relations: vec![
            Relation {
                index: Some(77),
                name: name("Ms", "Jane", "Phillips"),
                role: "DAUC",
                telephone: "07700 900002".to_owned(),
                next_of_kin: true,
                carer: true,
            },
            Relation {
                name: name("Mr", "Tom", "Reed"),
                role: "NBOR",
                ..Relation::default()
            },
        ],
        carer: Some(Carer {
            hours: 8,
            strain: 30,
            since: Day::ymd(2019, 1, 1),
        }),
        veteran: true,
        occupation: "Weaver",
        routine_manual: true,
        ..Person::default()
    }
}

/// The life of [`person`].
pub(super) fn life(place: &Place, parameters: &Parameters) -> Life {
    let practice = Organisation::Practice(3);
    let hospital = hospital(place);
    let condition = |key: &str| parameters.condition(key).expect("a condition");
    let mut life = Life {
        person: person(),
        ..Life::default()
    };
    for (key, onset, ended, uncoded) in [
        ("hypertension", 12_000, None, false),
        ("diabetes_type_2", 14_000, None, false),
        ("osteoarthritis_knee", 15_000, None, true),
        ("urinary_tract_infection", 20_300, Some(20_310), false),
    ] {
        life.problems.push(Problem {
            condition: condition(key),
            onset: Day(onset),
            recorded: Day(onset + 40),
            ended: ended.map(Day),
            severity: 0.5,
            uncoded,
        });
    }
    contacts(&mut life, place, condition("urinary_tract_infection"));
    measurements(&mut life, parameters);
    for (medicine, stop, regular, not_tolerated, stated) in [
        (0, None, true, false, false),
        (1, Some(15_000), true, true, false),
        (2, None, true, false, true),
        (3, Some(20_320), false, false, false),
        (4, None, true, false, false),
        (5, None, true, false, false),
        (6, None, true, false, false),
    ] {
        life.courses.push(Course {
            medicine,
            start: Day(14_000 + i32::from(medicine)),
            stop: stop.map(Day),
            problem: Some(0),
            regular,
            not_tolerated,
            stated,
        });
    }
    for (allergy, severe) in [(0, true), (1, false)] {
        life.allergies.push(Allergy {
            allergy,
            recorded: Day(9_000),
            severe,
        });
    }
    for (day, declined) in [(20_000, false), (20_365, true)] {
        life.immunisations.push(Immunisation {
            vaccine: 1,
            dose: 1,
            day: Day(day),
            declined,
        });
    }
    for (key, not_done) in [
        ("xray_knee", false),
        ("breast_screening", true),
        ("falls_assessment", false),
    ] {
        life.procedures.push(Procedure {
            procedure: parameters.procedure(key).expect("a procedure"),
            at: Day(20_200).at(600),
            contact: (!not_done).then_some(0),
            problem: Some(2),
            not_done,
        });
    }
    planned(&mut life, practice, hospital, condition("osteoarthritis_knee"));
    care(&mut life, place);
    for kind in [
        FaultKind::Duplicate,
        FaultKind::TwoSpellings,
        FaultKind::MergedNumber,
        FaultKind::WrongLetter,
        FaultKind::LateEntry,
        FaultKind::MissingCode,
    ] {
        life.faults.push(Fault {
            kind,
            day: Day(20_100),
        });
    }
    life
}

/// A GP visit, then 111, 999, the emergency department and a stay, each after the one before; and one of every other.
fn contacts(life: &mut Life, place: &Place, reason: u8) {
    let hospital = hospital(place);
    let practice = Organisation::Practice(3);
    let mut contact = |kind, organisation, day: i32, minute, minutes: i32, after| {
        let start = Day(day).at(minute);
        life.contacts.push(Contact {
            kind,
            start,
            end: Some(start.plus(minutes)),
            organisation,
            reason: Some(reason),
            attendance: (kind == ContactKind::Emergency).then_some(Attendance {
                ambulance: true,
                minutes: 312,
                admitted: true,
            }),
            admission: (kind == ContactKind::EmergencyAdmission).then_some(Admission {
                method: 21,
                nights: Some(9),
                ready: Some(Day(20_308)),
                delay_reason: 3,
                pathway: Pathway(1),
                ..Admission::default()
            }),
            after,
        });
    };
    contact(ContactKind::Doctor, practice, 20_200, 560, 12, None);
    contact(
        ContactKind::Call111,
        service(place, ServiceKind::Call111),
        20_302,
        700,
        14,
        None,
    );
    contact(
        ContactKind::Call999,
        service(place, ServiceKind::Ambulance),
        20_302,
        730,
        70,
        Some(1),
    );
    contact(ContactKind::Emergency, hospital, 20_302, 810, 312, Some(2));
    contact(
        ContactKind::EmergencyAdmission,
        hospital,
        20_302,
        1122,
        9 * 1440,
        Some(3),
    );
    contact(ContactKind::Outpatient, hospital, 20_400, 600, 25, Some(0));
    for kind in [
        ContactKind::Nurse,
        ContactKind::Telephone,
        ContactKind::HomeVisit,
        ContactKind::UrgentTreatment,
        ContactKind::PlannedAdmission,
        ContactKind::MaternityAdmission,
        ContactKind::Community,
        ContactKind::SocialCare,
        ContactKind::MentalHealth,
        ContactKind::Maternity,
        ContactKind::RapidResponse,
    ] {
        contact(kind, Organisation::Council(0), 20_410, 600, 25, None);
    }
    // A stay that goes on.
    life.contacts.push(Contact {
        kind: ContactKind::EmergencyAdmission,
        start: Day(20_595).at(100),
        end: None,
        organisation: hospital,
        admission: Some(Admission {
            method: 22,
            ready: Some(Day(20_599)),
            ..Admission::default()
        }),
        ..Contact::default()
    });
}

fn measurements(life: &mut Life, parameters: &Parameters) {
    let keys = [
        ("systolic", 148.0, Some(82.0)),
        ("weight", 63.25, None),
        ("height", 160.0, None),
        ("bmi", 24.7, None),
        ("pulse", 78.0, None),
        ("oxygen_saturation", 96.0, None),
        ("temperature", 37.2, None),
        ("news2", 2.0, None),
        ("hba1c", 58.0, None),
        ("sodium", 128.0, None),
        ("creatinine", 90.0, None),
        ("urine_acr", 2.0, None),
        ("smoking_status", 1.0, None),
        ("phq9", 6.0, None),
        ("rockwood", 5.0, None),
        ("peak_flow", 310.0, None),
    ];
    for (key, value, second) in keys {
        life.measurements.push(Measurement {
            test: parameters.test(key).expect("a test"),
            at: Day(20_200).at(565),
            value,
            second,
            contact: Some(0),
        });
    }
    let panel = |name, measurements| Panel {
        name,
        measurements,
        taken: Day(20_200).at(565),
        reported: Day(20_201).at(900),
        contact: Some(0),
    };
    life.panels = vec![
        panel("Urea and electrolytes", vec![9, 10]),
        panel("Glycated haemoglobin", vec![8]),
        panel("Urine albumin to creatinine ratio", vec![11]),
    ];
}

fn planned(life: &mut Life, practice: Organisation, hospital: Organisation, reason: u8) {
    for (state, contact) in [
        (ReferralState::Seen, Some(0)),
        (ReferralState::Waiting, Some(6)),
        (ReferralState::Advised, None),
        (ReferralState::Withdrawn, None),
    ] {
        life.referrals.push(Referral {
            specialty: 0,
            made: Day(20_200).at(570),
            urgent: contact == Some(6),
            state,
            answered: None,
            to: hospital,
            reason: Some(reason),
            contact,
        });
    }
    let appointment = Appointment {
        at: Day(20_400).at(600),
        minutes: 20,
        organisation: hospital,
        specialty: Some(0),
        contact: Some(5),
        referral: Some(0),
        ..Appointment::default()
    };
    let other = Appointment {
        contact: None,
        referral: None,
        specialty: None,
        organisation: practice,
        at: Day(20_580).at(700),
        ..appointment
    };
    life.appointments = vec![
        appointment,
        Appointment {
            missed: true,
            ..other
        },
        Appointment {
            cancelled: true,
            ..other
        },
        Appointment {
            at: Day(20_601).at(620),
            ..other
        },
    ];
}

fn care(life: &mut Life, place: &Place) {
    for (kind, contact, late, misfiled) in [
        (LetterKind::Discharge, 4, 1, false),
        (LetterKind::Outpatient, 5, 30, false),
        (LetterKind::Emergency, 3, 0, false),
        (LetterKind::Report111, 1, 0, false),
        (LetterKind::SocialCare, 13, 2, false),
        (LetterKind::Charity, 13, 2, false),
        (LetterKind::Outpatient, 5, 2, true),
    ] {
        life.letters.push(Letter {
            kind,
            at: Day(20_412).at(800),
            late,
            contact: Some(contact),
            misfiled,
        });
    }
    for contact in [Some(2), None] {
        life.falls.push(Fall {
            at: Day(20_302).at(650),
            injured: contact.is_some(),
            contact,
        });
    }
    for (kind, resuscitation) in [
        (PlanKind::Support, 0),
        (PlanKind::Frailty, 2),
        (PlanKind::EndOfLife, 1),
        (PlanKind::LearningDisability, 0),
        (PlanKind::MentalHealth, 0),
        (PlanKind::Maternity, 0),
        (PlanKind::Rehabilitation, 0),
    ] {
        life.plans.push(Plan {
            kind,
            start: Day(20_320),
            end: None,
            review: TODAY.plus(10),
            matters: 2,
            preferred_place: 0,
            resuscitation,
        });
    }
    for (kind, by) in [
        (PackageKind::DistrictNursing, ServiceKind::DistrictNursing),
        (PackageKind::HomeCare, ServiceKind::HomeCare),
        (PackageKind::Equipment, ServiceKind::Therapy),
        (PackageKind::Reablement, ServiceKind::Reablement),
    ] {
        life.packages.push(Package {
            kind,
            start: Day(20_312),
            end: (kind == PackageKind::Reablement).then_some(Day(20_350)),
            weekly: 7,
            organisation: service(place, by),
            item: 1,
        });
    }
    for kind in [
        FormKind::HomeAssessment,
        FormKind::CarersAssessment,
        FormKind::Communication,
    ] {
        life.forms.push(Form {
            kind,
            at: Day(20_313).at(615),
            answers: [0, 1, 2, 3, 0, 1],
        });
    }
}
