//! General practice: who comes how often, for what, and what is measured then.

use super::Growing;
use super::measure::{Body, take};
use crate::day::Day;
use crate::life::{Appointment, Contact, ContactKind, Life, Organisation, Procedure, Sex};
use crate::random::{Random, Stream};

/// Contacts with the practice a year without any condition, relative to the base, by age and sex (assumption after the
/// shape of Hobbs et al. 2016, doi 10.1016/S0140-6736(16)00620-6: highest in the youngest and oldest, women above men).
fn rate(age: f64, sex: Sex) -> f64 {
    let by_age = [
        (0.0, 2.4),
        (2.0, 1.7),
        (6.0, 0.8),
        (15.0, 0.75),
        (25.0, 0.95),
        (45.0, 1.0),
        (65.0, 1.35),
        (80.0, 1.9),
        (95.0, 2.2),
    ];
    let after = by_age.iter().position(|(at, _)| *at > age);
    let shape = match after {
        Some(0) => by_age[0].1,
        None => by_age[by_age.len() - 1].1,
        Some(after) => {
            let ((low, from), (high, to)) = (by_age[after - 1], by_age[after]);
            from + (to - from) * (age - low) / (high - low)
        }
    };
    let woman = if sex == Sex::Female && (15.0..50.0).contains(&age) {
        1.55
    } else if sex == Sex::Female {
        1.08
    } else {
        1.0
    };
    shape * woman
}

/// Every contact with the practice, with measurements, reviews and appointments.
pub(super) fn contacts(growing: &Growing<'_>, life: &mut Life) {
    if growing.bones.practice == u16::MAX {
        return;
    }
    let body = Body::of(growing, life);
    let mut random = growing.random(Stream::Practice);
    let organisation = Organisation::Practice(growing.bones.practice);
    let parameters = &growing.region.parameters;
    let mut day = growing.since;
    // What passed is seen at the time, three times in four.
    let seen: Vec<(Day, u8)> = life
        .problems
        .iter()
        .filter(|problem| usize::from(problem.condition) >= parameters.chronic)
        .map(|problem| (problem.recorded, problem.condition))
        .collect();
    for (on, condition) in seen {
        if random.chance(0.7) {
            let contact = visit(growing, life, on, organisation, Some(condition), &mut random);
            if random.chance(0.3) {
                let at = life.contacts[contact as usize].start;
                take(
                    growing,
                    life,
                    &body,
                    &["temperature", "pulse", "oxygen_saturation"],
                    at,
                    Some(contact),
                    &mut random,
                );
            }
        }
    }
    while day < growing.last {
        let end = day.plus(365).min(growing.last);
        let years = end.age_since(day);
        let age = growing.age(day);
        let mut mean = growing.rates.practice_base * rate(age, growing.bones.sex);
        let active: Vec<(u8, f64)> = life
            .problems
            .iter()
            .filter(|problem| usize::from(problem.condition) < parameters.chronic)
            .filter(|problem| problem.recorded < end && problem.ended.is_none_or(|ended| ended > day))
            .map(|problem| {
                (
                    problem.condition,
                    parameters.conditions[usize::from(problem.condition)].practice,
                )
            })
            .collect();
        mean += 0.62 * active.iter().map(|(_, more)| more).sum::<f64>();
        let count = random.poisson(mean * years);
        let weights: Vec<f64> = active.iter().map(|(_, more)| *more + 0.05).collect();
        for _ in 0..count {
            let on = day
                .plus(random.below((end.0 - day.0).max(1) as usize) as i32)
                .working();
            let reason =
                (!active.is_empty() && random.chance(0.75)).then(|| active[random.weighted(&weights)].0);
            let contact = visit(
                growing,
                life,
                on.min(growing.last),
                organisation,
                reason,
                &mut random,
            );
            if random.chance(0.45) && age >= 18.0 {
                let at = life.contacts[contact as usize].start;
                take(
                    growing,
                    life,
                    &body,
                    &["systolic"],
                    at,
                    Some(contact),
                    &mut random,
                );
            }
        }
        if !active.is_empty() || !(2.0..65.0).contains(&age) {
            review(
                growing,
                life,
                &body,
                day,
                end,
                age,
                organisation,
                &active,
                &mut random,
            );
        }
        day = end;
    }
}

/// One contact, with the appointment it came of.
fn visit(
    growing: &Growing<'_>,
    life: &mut Life,
    on: Day,
    organisation: Organisation,
    reason: Option<u8>,
    random: &mut Random,
) -> u32 {
    let age = growing.age(on);
    let home = growing.bones.care_home || (age > 85.0 && random.chance(0.15));
    let kind = match random.unit() {
        at if at < 0.44 => ContactKind::Doctor,
        at if at < 0.56 => ContactKind::Nurse,
        _ => ContactKind::Telephone,
    };
    let kind = if home && kind != ContactKind::Telephone {
        ContactKind::HomeVisit
    } else {
        kind
    };
    let start = on.at((8 * 60 + 30 + 5 * random.below(112)) as u16);
    let minutes = random.between(6, 18);
    let place = life.contacts.len() as u32;
    life.contacts.push(Contact {
        kind,
        start,
        end: Some(start.plus(minutes)),
        organisation,
        reason,
        ..Contact::default()
    });
    // Appointments of the last three years are kept as such.
    if growing.last.0 - on.0 < 1096 && kind != ContactKind::HomeVisit {
        life.appointments.push(Appointment {
            at: start,
            minutes: 10,
            organisation,
            contact: Some(place),
            ..Appointment::default()
        });
        if random.chance(0.045) {
            let missed = on.plus(-random.between(3, 20)).working();
            if missed > growing.since {
                life.appointments.push(Appointment {
                    at: missed.at(10 * 60),
                    minutes: 10,
                    organisation,
                    missed: random.chance(0.8),
                    ..Appointment::default()
                });
                if let Some(last) = life.appointments.last_mut() {
                    last.cancelled = !last.missed;
                }
            }
        }
    }
    place
}

/// The yearly review, and what is measured at it.
#[expect(
    clippy::too_many_arguments,
    reason = "one review: whose, when, where and for what"
)]
fn review(
    growing: &Growing<'_>,
    life: &mut Life,
    body: &Body,
    from: Day,
    to: Day,
    age: f64,
    organisation: Organisation,
    active: &[(u8, f64)],
    random: &mut Random,
) {
    let parameters = &growing.region.parameters;
    let has = |key: &str| {
        active
            .iter()
            .any(|(condition, _)| parameters.conditions[usize::from(*condition)].key == key)
    };
    if age >= 2.0 && !random.chance(0.82) {
        return;
    }
    let on = from
        .plus(random.below((to.0 - from.0).max(1) as usize) as i32)
        .working()
        .min(growing.last);
    let reason = active.first().map(|(condition, _)| *condition);
    let contact = visit(growing, life, on, organisation, reason, random);
    life.contacts[contact as usize].kind = if growing.bones.care_home {
        ContactKind::HomeVisit
    } else if random.chance(0.75) {
        ContactKind::Nurse
    } else {
        ContactKind::Doctor
    };
    let at = life.contacts[contact as usize].start;
    let mut keys: Vec<&str> = vec!["weight", "height"];
    if age >= 18.0 {
        keys.extend(["bmi", "systolic", "pulse"]);
    }
    let diabetes = has("diabetes_type_2") || has("diabetes_type_1");
    let heart = has("hypertension")
        || has("coronary_heart_disease")
        || has("heart_failure")
        || has("atrial_fibrillation")
        || has("stroke");
    let kidney = has("chronic_kidney_disease_3") || has("chronic_kidney_disease_4");
    if diabetes || has("prediabetes") {
        keys.push("hba1c");
    }
    if diabetes || heart || kidney || age >= 75.0 {
        keys.extend(["creatinine", "egfr", "sodium", "potassium", "urea"]);
    }
    if diabetes || heart || has("high_cholesterol") {
        keys.extend(["total_cholesterol", "hdl", "ldl"]);
    }
    if kidney || diabetes {
        keys.push("urine_acr");
    }
    if age >= 70.0 || has("anaemia_iron") || has("rheumatoid_arthritis") || kidney {
        keys.extend(["haemoglobin", "white_cells", "platelets"]);
    }
    if has("rheumatoid_arthritis")
        || has("liver_disease")
        || has("alcohol_dependence")
        || has("epilepsy")
        || has("schizophrenia")
    {
        keys.extend(["alt", "alp", "bilirubin", "albumin"]);
    }
    if has("hypothyroidism") {
        keys.push("tsh");
    }
    if has("copd") || has("asthma") {
        keys.extend(["peak_flow", "oxygen_saturation"]);
    }
    if has("copd") {
        keys.push("fev1");
    }
    if has("heart_failure") {
        keys.push("bnp_nt_pro");
    }
    if has("depression") {
        keys.push("phq9");
    }
    if has("anxiety") {
        keys.push("gad7");
    }
    if age >= 18.0 && random.chance(0.5) {
        keys.extend(["alcohol_units", "audit_c"]);
    }
    if age >= 75.0 || growing.bones.care_home {
        keys.push("rockwood");
    }
    if random.chance(0.12) && age >= 18.0 {
        keys.extend(["crp", "ferritin", "vitamin_d"]);
    }
    take(growing, life, body, &keys, at, Some(contact), random);
    let mut reviews: Vec<&str> = Vec::new();
    for (key, review) in [
        ("asthma", "asthma_review"),
        ("copd", "copd_review"),
        ("learning_disability", "annual_health_check_ld"),
        ("dementia_alzheimer", "memory_assessment"),
        ("rheumatoid_arthritis", "blood_sampling"),
    ] {
        if has(key) {
            reviews.push(review);
        }
    }
    if diabetes {
        reviews.extend(["foot_check_diabetic", "diabetic_eye_screening"]);
    }
    if active.len() >= 3 {
        reviews.push("medication_review");
    }
    if age >= 80.0 && active.len() >= 5 && random.chance(0.25) {
        reviews.push("cga");
    }
    for key in reviews {
        if let Some(procedure) = parameters.procedure(key) {
            life.procedures.push(Procedure {
                procedure,
                at,
                contact: Some(contact),
                problem: None,
                not_done: random.chance(0.06),
            });
        }
    }
}
