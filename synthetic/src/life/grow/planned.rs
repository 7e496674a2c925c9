//! Planned care: referrals and waits, outpatients, operations, births, falls, packages, plans and forms.

use super::Growing;
use crate::day::Day;
use crate::life::{
    Admission, Appointment, Contact, ContactKind, Fall, Form, FormKind, Letter, LetterKind, Life, Package,
    PackageKind, Pathway, Plan, PlanKind, Procedure, Referral, ReferralState, Sex,
};
use crate::people::born_on;
use crate::place::{ServiceKind, SiteKind};
use crate::random::{Random, Stream};

/// Referrals of the last ten years, with what became of each.
pub(super) fn referrals(growing: &Growing<'_>, life: &mut Life) {
    let mut random = growing.random(Stream::Planned);
    let parameters = &growing.region.parameters;
    let from = growing.since.max(growing.last.plus(-3650));
    let years = growing.last.age_since(from);
    if years <= 0.0 || growing.bones.practice == u16::MAX {
        return;
    }
    let age = growing.age(growing.last);
    let shape = match age {
        at if at < 18.0 => 0.5,
        at if at < 45.0 => 0.7,
        at if at < 65.0 => 1.1,
        _ => 1.7,
    };
    let burden = 0.6
        + 0.16
            * life
                .problems
                .iter()
                .filter(|problem| {
                    usize::from(problem.condition) < parameters.chronic && problem.onset <= growing.today
                })
                .count() as f64;
    for _ in 0..random.poisson(growing.rates.outpatient_rate * shape * burden * years) {
        let made = from
            .plus(random.below((growing.last.0 - from.0).max(1) as usize) as i32)
            .working()
            .min(growing.last);
        // A specialty that fits what the person has, if any does.
        let weights: Vec<f64> = parameters
            .specialties
            .iter()
            .map(|specialty| {
                let fits = life.problems.iter().any(|problem| {
                    problem.onset <= made
                        && specialty
                            .reasons
                            .contains(&parameters.conditions[usize::from(problem.condition)].key)
                });
                let child = specialty.code == "420";
                if child == (age < 16.0) {
                    specialty.weight * if fits { 6.0 } else { 1.0 }
                } else {
                    0.0
                }
            })
            .collect();
        let specialty = random.weighted(&weights) as u8;
        let kind = &parameters.specialties[usize::from(specialty)];
        let reason = life
            .problems
            .iter()
            .rev()
            .find(|problem| {
                problem.onset <= made
                    && kind
                        .reasons
                        .contains(&parameters.conditions[usize::from(problem.condition)].key)
            })
            .map(|problem| problem.condition);
        let urgent = random.chance(0.07);
        let wait = if urgent {
            random.between(6, 26)
        } else {
            (kind.wait_weeks * 7.0 * (0.85 * random.normal()).exp()) as i32
        };
        let to = growing.site(&[SiteKind::Acute], &mut random);
        let seen = made.plus(wait).working();
        let state = match random.unit() {
            at if at < 0.09 && !urgent => ReferralState::Advised,
            at if at < 0.12 && !urgent => ReferralState::Withdrawn,
            _ if seen > growing.last => ReferralState::Waiting,
            _ => ReferralState::Seen,
        };
        let answered = match state {
            ReferralState::Seen => Some(seen),
            ReferralState::Advised => {
                Some(made.plus(random.between(2, 14))).filter(|day| *day <= growing.last)
            }
            ReferralState::Waiting | ReferralState::Withdrawn => None,
        };
        let referral = life.referrals.len() as u32;
        life.referrals.push(Referral {
            specialty,
            made: made.at((9 * 60 + random.below(480)) as u16),
            urgent,
            state,
            answered,
            to,
            reason,
            contact: None,
        });
        let at = seen.at((8 * 60 + 30 + 15 * random.below(30)) as u16);
        match state {
            ReferralState::Waiting if growing.bones.death.is_none() && random.chance(0.5) => {
                life.appointments.push(Appointment {
                    at,
                    minutes: 20,
                    organisation: to,
                    specialty: Some(specialty),
                    referral: Some(referral),
                    ..Appointment::default()
                });
            }
            ReferralState::Seen => seen_there(growing, life, referral, at, reason, &mut random),
            _ => {}
        }
    }
}

/// What follows once a person is seen: did-not-attends, follow-ups, investigations, an operation.
fn seen_there(
    growing: &Growing<'_>,
    life: &mut Life,
    referral: u32,
    first: crate::day::Moment,
    reason: Option<u8>,
    random: &mut Random,
) {
    let parameters = &growing.region.parameters;
    let Referral { specialty, to, .. } = life.referrals[referral as usize];
    let dna = growing.between(growing.rates.dna);
    let code = parameters.specialties[usize::from(specialty)].code.clone();
    let visits = 1 + random.poisson(2.5);
    let mut at = first;
    for number in 0..visits {
        if at.day > growing.last {
            break;
        }
        let missed = random.chance(dna);
        let contact = (!missed).then_some(life.contacts.len() as u32);
        life.appointments.push(Appointment {
            at,
            minutes: 20,
            organisation: to,
            specialty: Some(specialty),
            missed,
            cancelled: false,
            contact,
            referral: Some(referral),
        });
        if !missed {
            life.contacts.push(Contact {
                kind: ContactKind::Outpatient,
                start: at,
                end: Some(at.plus(20)),
                organisation: to,
                reason,
                ..Contact::default()
            });
            let late = if random.chance(0.1) {
                random.between(14, 60)
            } else {
                random.between(1, 12)
            };
            life.letters.push(Letter {
                kind: LetterKind::Outpatient,
                at: at.plus(600),
                late: late as u16,
                contact,
                misfiled: false,
            });
            let tests: &[&str] = match code.as_str() {
                "110" => &["xray_knee", "mri_knee"],
                "650" => &["physiotherapy"],
                "301" => &["colonoscopy", "gastroscopy"],
                "320" => &["echocardiogram", "ecg", "coronary_angioplasty"],
                "340" => &["spirometry", "xray_chest"],
                "400" => &["ct_head", "mri_spine"],
                "100" | "101" | "502" => &["ultrasound_abdomen"],
                _ => &[],
            };
            if !tests.is_empty()
                && random.chance(0.4)
                && let Some(procedure) = parameters.procedure(random.pick::<&str>(tests))
            {
                life.procedures.push(Procedure {
                    procedure,
                    at,
                    contact,
                    problem: None,
                    not_done: false,
                });
            }
            let operation = match code.as_str() {
                "110" if number > 0 && random.chance(0.35) => Some(if random.chance(0.55) {
                    "knee_replacement"
                } else {
                    "hip_replacement"
                }),
                "130" if random.chance(0.4) => Some("cataract_extraction"),
                "100" if number > 0 && random.chance(0.3) => Some("hernia_repair"),
                _ => None,
            };
            if let Some(key) = operation {
                operate(
                    growing,
                    life,
                    key,
                    at.day.plus(random.between(60, 220)).working(),
                    reason,
                    random,
                );
                break;
            }
        }
        at = at.day.plus(random.between(60, 160)).working().at(at.minute);
    }
}

/// A planned stay or day case with its operation.
fn operate(
    growing: &Growing<'_>,
    life: &mut Life,
    key: &str,
    day: Day,
    reason: Option<u8>,
    random: &mut Random,
) {
    let Some(procedure) = growing.region.parameters.procedure(key) else {
        return;
    };
    if day >= growing.last {
        return;
    }
    let day_case = matches!(key, "cataract_extraction" | "hernia_repair");
    let nights = if day_case { 0 } else { random.between(1, 5) };
    let start = day.at(7 * 60 + 30);
    let end = if day_case {
        start.plus(400)
    } else {
        day.plus(nights).at(11 * 60)
    };
    let place = life.contacts.len() as u32;
    life.contacts.push(Contact {
        kind: ContactKind::PlannedAdmission,
        start,
        end: Some(end),
        organisation: growing.site(&[SiteKind::Elective, SiteKind::Acute], random),
        reason,
        admission: Some(Admission {
            method: 11,
            nights: Some(nights as u16),
            pathway: Pathway(0),
            day_case,
            ..Admission::default()
        }),
        ..Contact::default()
    });
    life.procedures.push(Procedure {
        procedure,
        at: start.plus(120),
        contact: Some(place),
        problem: None,
        not_done: false,
    });
    life.letters.push(Letter {
        kind: LetterKind::Discharge,
        at: end,
        late: 1,
        contact: Some(place),
        misfiled: false,
    });
    if !day_case {
        life.packages.push(Package {
            kind: PackageKind::Therapy,
            start: day.plus(nights + 3),
            end: Some(day.plus(nights + 60)).filter(|end| *end < growing.last),
            weekly: 1,
            organisation: growing.service(ServiceKind::Therapy),
            item: 0,
        });
    }
}

/// Births that a woman gave since contacts are told in detail.
pub(super) fn births(growing: &Growing<'_>, life: &mut Life) {
    if growing.bones.sex != Sex::Female || growing.bones.care_home {
        return;
    }
    let parameters = &growing.region.parameters;
    let Some(pregnancy) = parameters
        .condition("pregnancy")
        .or(parameters.condition("anaemia_iron"))
    else {
        return;
    };
    let (seed, index) = (growing.region.options.seed, growing.index);
    let days = born_on(
        seed,
        index,
        growing.rates.births,
        growing.bones,
        growing.since,
        growing.last,
    );
    for born in days {
        let age = growing.age(born);
        let subject = 1 << 45 | u64::from(born.0.max(0) as u32) << 25 | u64::from(index);
        let mut random = Random::new(seed, Stream::Planned, subject);
        let hospital = growing.site(&[SiteKind::Acute], &mut random);
        for weeks_before in [30, 24, 15, 12, 9, 6, 4, 2] {
            let at = born.plus(-7 * weeks_before).working().at(10 * 60);
            if at.day >= growing.since {
                life.contacts.push(Contact {
                    kind: ContactKind::Maternity,
                    start: at,
                    end: Some(at.plus(30)),
                    organisation: growing.service(ServiceKind::Maternity),
                    ..Contact::default()
                });
            }
        }
        let caesarean = random.chance(0.42 + 0.008 * (age - 30.0));
        let nights = if caesarean {
            random.between(2, 4)
        } else {
            random.between(0, 2)
        };
        let start = born.at((random.below(24) * 60) as u16);
        let end = born.plus(nights).at(23 * 60 + 30);
        let place = life.contacts.len() as u32;
        life.contacts.push(Contact {
            kind: ContactKind::MaternityAdmission,
            start,
            end: Some(end),
            organisation: hospital,
            reason: Some(pregnancy).filter(|_| parameters.condition("pregnancy").is_some()),
            admission: Some(Admission {
                method: 31,
                nights: Some(nights as u16),
                ..Admission::default()
            }),
            ..Contact::default()
        });
        if let Some(procedure) = parameters.procedure(if caesarean { "caesarean" } else { "normal_delivery" })
        {
            life.procedures.push(Procedure {
                procedure,
                at: start,
                contact: Some(place),
                problem: None,
                not_done: false,
            });
        }
        life.plans.push(Plan {
            kind: PlanKind::Maternity,
            start: born.plus(-200).max(growing.bones.birth),
            end: Some(born.plus(42)).filter(|end| *end < growing.last),
            review: born,
            matters: random.below(parameters.matters.len()) as u16,
            ..Plan::default()
        });
        for (place, vaccine) in parameters.vaccines.iter().enumerate() {
            if vaccine.key.ends_with("pregnancy")
                && born >= Day::ymd(vaccine.first_year, 10, 1)
                && random.chance(0.6)
            {
                life.immunisations.push(crate::life::Immunisation {
                    vaccine: place as u8,
                    dose: 1,
                    day: born.plus(-80).working(),
                    declined: false,
                });
            }
        }
    }
}

/// Falls of people of 65 and over, with what was done.
pub(super) fn falls(growing: &Growing<'_>, life: &mut Life) {
    let from = growing
        .since
        .max(growing.bones.birth.plus_years(65.0))
        .max(growing.last.plus(-2190));
    let years = growing.last.age_since(from);
    if years <= 0.0 {
        return;
    }
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Planned,
        1 << 41 | u64::from(growing.index),
    );
    let age = growing.age(growing.last);
    let burden = if growing.has("parkinsons") { 1.8 } else { 1.0 }
        * if growing.has("dementia_alzheimer") {
            1.6
        } else {
            1.0
        }
        * if growing.has("stroke") { 1.3 } else { 1.0 };
    // Falls a year of which the share with at least one is that of the numbers: some fall often.
    let yearly = if growing.bones.care_home && age >= 80.0 {
        -(1.0 - growing.rates.falls_80_home).ln() * 1.5
    } else {
        -(1.0 - growing.rates.falls_65).ln() * (1.0 + 0.035 * (age - 75.0)).max(0.6) * burden
    };
    let often = (0.5 * random.normal() - 0.125).exp();
    for _ in 0..random.poisson((yearly * often * years).min(30.0)) {
        let day = from
            .plus(random.below((years * 365.0).max(1.0) as usize) as i32)
            .min(growing.last);
        let at = day.at((6 * 60 + random.below(17 * 60)) as u16);
        let injured = random.chance(0.2);
        let called = random.chance(if injured { 0.6 } else { 0.22 });
        let contact = called.then(|| {
            let place = life.contacts.len() as u32;
            life.contacts.push(Contact {
                kind: ContactKind::RapidResponse,
                start: at.plus(50),
                end: Some(at.plus(130)),
                organisation: growing.service(if random.chance(0.5) {
                    ServiceKind::Falls
                } else {
                    ServiceKind::RapidResponse
                }),
                reason: growing.region.parameters.condition("fall"),
                ..Contact::default()
            });
            if let Some(procedure) = growing.region.parameters.procedure("falls_assessment") {
                life.procedures.push(Procedure {
                    procedure,
                    at: at.plus(60),
                    contact: Some(place),
                    problem: None,
                    not_done: random.chance(0.3),
                });
            }
            place
        });
        life.falls.push(Fall { at, injured, contact });
    }
}

/// Community and social care, equipment and social prescribing.
pub(super) fn packages(growing: &Growing<'_>, life: &mut Life) {
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Planned,
        1 << 42 | u64::from(growing.index),
    );
    let age = growing.age(growing.last);
    let frail = age >= 65.0 && life.person.frailty > 0.9;
    let last = growing.last;
    let add = |life: &mut Life, kind, start: Day, days: Option<i32>, weekly, organisation, item| {
        if start < last && start > growing.bones.birth {
            life.packages.push(Package {
                kind,
                start,
                end: days.map(|days| start.plus(days)).filter(|end| *end < last),
                weekly,
                organisation,
                item,
            });
        }
    };
    if growing.bones.care_home {
        add(
            life,
            PackageKind::CareHome,
            last.plus(-random.between(60, 1400)),
            None,
            0,
            growing.service(ServiceKind::CareHome),
            0,
        );
    } else if age >= 75.0 && random.chance(if frail { 0.45 } else { 0.09 }) {
        add(
            life,
            PackageKind::HomeCare,
            last.plus(-random.between(30, 900)),
            None,
            *random.pick(&[7, 14, 21, 28]),
            growing.service(ServiceKind::HomeCare),
            0,
        );
    }
    if age >= 70.0 && random.chance(if frail { 0.4 } else { 0.1 }) {
        add(
            life,
            PackageKind::DistrictNursing,
            last.plus(-random.between(10, 500)),
            Some(random.between(60, 700)),
            *random.pick(&[1, 2, 3, 7]),
            growing.service(ServiceKind::DistrictNursing),
            0,
        );
    }
    if age >= 65.0 && !growing.bones.care_home {
        for _ in 0..random.poisson(if frail { 2.2 } else { 0.5 }) {
            let item = random.below(growing.region.parameters.equipment.len()) as u8;
            add(
                life,
                PackageKind::Equipment,
                last.plus(-random.between(30, 1500)),
                None,
                0,
                growing.service(ServiceKind::Therapy),
                item,
            );
        }
    }
    // After a stay with a way home on pathway 1: reablement.
    let after: Vec<Day> = life
        .contacts
        .iter()
        .filter(|contact| {
            contact
                .admission
                .is_some_and(|stay| stay.pathway.0 == 1 && !stay.died)
        })
        .filter_map(|contact| contact.end)
        .map(|end| end.day)
        .collect();
    for day in after {
        add(
            life,
            PackageKind::Reablement,
            day,
            Some(random.between(14, 42)),
            14,
            growing.service(ServiceKind::Reablement),
            0,
        );
    }
    if growing.has("schizophrenia") {
        add(
            life,
            PackageKind::MentalHealthTeam,
            last.plus(-random.between(200, 2500)),
            None,
            1,
            growing.service(ServiceKind::MentalHealth),
            0,
        );
    }
    if growing.has("palliative_care") {
        add(
            life,
            PackageKind::Palliative,
            last.plus(-random.between(20, 300)),
            None,
            2,
            growing.service(ServiceKind::Hospice),
            0,
        );
    }
    if age >= 18.0
        && random.chance(
            0.02 + if life.person.alone && age >= 65.0 {
                0.06
            } else {
                0.0
            },
        )
    {
        let charity = if random.chance(0.5) {
            ServiceKind::Charity
        } else {
            ServiceKind::LinkWorkers
        };
        let start = last.plus(-random.between(20, 700));
        add(
            life,
            PackageKind::SocialPrescribing,
            start,
            Some(random.between(60, 300)),
            1,
            growing.service(charity),
            0,
        );
        if start > growing.bones.birth {
            life.letters.push(Letter {
                kind: LetterKind::Charity,
                at: start.plus(40).min(last).at(15 * 60),
                late: 3,
                contact: None,
                misfiled: false,
            });
        }
    }
    visits_of_packages(growing, life, &mut random);
}

/// The visits of what goes on, from a month ago: a record shows them without being filled by them.
fn visits_of_packages(growing: &Growing<'_>, life: &mut Life, random: &mut Random) {
    let going: Vec<Package> = life
        .packages
        .iter()
        .copied()
        .filter(|package| package.weekly > 0)
        .collect();
    for package in going {
        let from = package.start.max(growing.today.min(growing.last).plus(-28));
        let end = package.end.unwrap_or(growing.last);
        let kind = match package.kind {
            PackageKind::HomeCare | PackageKind::Reablement => ContactKind::SocialCare,
            PackageKind::MentalHealthTeam => ContactKind::MentalHealth,
            _ => ContactKind::Community,
        };
        // Of many visits a week every other one or so is told of.
        let count = f64::from(package.weekly).min(3.5) * f64::from((end.0 - from.0).max(0)) / 7.0;
        for _ in 0..count as i32 {
            let start = from
                .plus(random.below((end.0 - from.0).max(1) as usize) as i32)
                .at((8 * 60 + 15 * random.below(40)) as u16);
            life.contacts.push(Contact {
                kind,
                start,
                end: Some(start.plus(30)),
                organisation: package.organisation,
                ..Contact::default()
            });
        }
    }
}

/// Plans of care.
pub(super) fn plans(growing: &Growing<'_>, life: &mut Life) {
    let parameters = &growing.region.parameters;
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Planned,
        1 << 43 | u64::from(growing.index),
    );
    let age = growing.age(growing.last);
    let last = growing.last;
    let long = life
        .problems
        .iter()
        .filter(|problem| problem.onset <= growing.today)
        .filter(|problem| parameters.conditions[usize::from(problem.condition)].long_term)
        .count();
    let mut kinds = Vec::new();
    if long >= 2 && random.chance(0.3) {
        kinds.push(PlanKind::Support);
    }
    if age >= 75.0 && life.person.frailty > 0.8 && random.chance(0.55) {
        kinds.push(PlanKind::Frailty);
    }
    if growing.has("palliative_care")
        || (age >= 85.0 && random.chance(0.15))
        || (growing.dies() && random.chance(0.35))
    {
        kinds.push(PlanKind::EndOfLife);
    }
    if growing.has("learning_disability") && random.chance(0.6) {
        kinds.push(PlanKind::LearningDisability);
    }
    if growing.has("schizophrenia") && random.chance(0.7) {
        kinds.push(PlanKind::MentalHealth);
    }
    for kind in kinds {
        let start = last.plus(-random.between(20, 700)).max(growing.bones.birth);
        let end_of_life = kind == PlanKind::EndOfLife;
        life.plans.push(Plan {
            kind,
            start,
            end: None,
            review: start.plus(*random.pick(&[180, 365])),
            matters: random.below(parameters.matters.len()) as u16,
            preferred_place: if end_of_life {
                random.weighted(&[0.58, 0.2, 0.16, 0.06]) as u8
            } else {
                0
            },
            resuscitation: if end_of_life {
                u8::from(random.chance(0.8))
            } else {
                0
            },
        });
    }
}

/// Questionnaires: a home assessment for the frail, a carer's assessment, how to be reached.
pub(super) fn forms(growing: &Growing<'_>, life: &mut Life) {
    let mut random = Random::new(
        growing.region.options.seed,
        Stream::Planned,
        1 << 44 | u64::from(growing.index),
    );
    let age = growing.age(growing.last);
    let mut push = |kind, harder: f64, random: &mut Random| {
        let at = growing
            .last
            .plus(-random.between(5, 600))
            .working()
            .at((9 * 60 + 30 * random.below(14)) as u16);
        if at.day > growing.bones.birth && at.day <= growing.last {
            life.forms.push(Form {
                kind,
                at,
                answers: std::array::from_fn(|_| (random.unit() * 2.0 + harder).min(3.0) as u8),
            });
        }
    };
    let frailty = f64::from(life.person.frailty);
    if age >= 75.0 && frailty > 0.7 && random.chance(0.6) {
        push(FormKind::HomeAssessment, frailty, &mut random);
    }
    if life.person.carer.is_some_and(|carer| carer.hours >= 20) && random.chance(0.5) {
        push(FormKind::CarersAssessment, 0.8, &mut random);
    }
    if !life.person.preferences.adjustments.is_empty() || random.chance(0.05) {
        push(FormKind::Communication, 0.0, &mut random);
    }
}
