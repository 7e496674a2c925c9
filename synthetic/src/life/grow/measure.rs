//! Measurements: what the body would show on a day, given who it is and what it has.

use super::Growing;
use crate::day::{Day, Moment};
use crate::life::{Life, Measurement, Panel, Sex};
use crate::random::{Random, Stream};

/// What the body is like apart from disease, and which diseases bear on it.
pub(super) struct Body {
    pressure: f64,
    weight: f64,
    height: f64,
    /// Severity and age at onset.
    sugar: Option<(f64, f64)>,
    kidney: Option<(f64, f64)>,
    /// Age today: what begins after it shows from its onset on.
    age_today: f64,
    lungs: f64,
    oxygen: f64,
    heart: bool,
    anaemia: bool,
    thyroid: bool,
    statin: bool,
    smoker: u8,
    units: f64,
    mood: f64,
    age_now: f64,
    last: Day,
}

impl Body {
    /// The body of a person.
    pub(super) fn of(growing: &Growing<'_>, life: &Life) -> Body {
        let mut random = Random::new(
            growing.region.options.seed,
            Stream::Measurement,
            u64::from(growing.index),
        );
        let male = growing.bones.sex == Sex::Male;
        let onset = |key: &str| {
            let place = growing.region.parameters.condition(key)?;
            let problem = life.problems.iter().find(|problem| problem.condition == place)?;
            Some((
                f64::from(problem.severity),
                problem.onset.age_since(growing.bones.birth),
            ))
        };
        let height = random.normal_within(if male { 176.0 } else { 162.5 }, 6.8, 140.0, 205.0);
        let index = random.normal_within(25.6, 3.4, 17.5, 30.9)
            + if growing.has("obesity") {
                7.0 + 7.0 * random.unit()
            } else {
                0.0
            };
        let smoker = life
            .measurements
            .iter()
            .rev()
            .find(|one| growing.region.parameters.test("smoking_status") == Some(one.test))
            .map_or(0, |one| one.value as u8);
        Body {
            pressure: random.normal() * 7.0 + if growing.has("hypertension") { 13.0 } else { 0.0 },
            weight: index * (height / 100.0) * (height / 100.0),
            height,
            sugar: onset("diabetes_type_2")
                .or(onset("diabetes_type_1"))
                .or(onset("prediabetes").map(|(_, age)| (-0.45, age))),
            kidney: onset("chronic_kidney_disease_3")
                .or(onset("chronic_kidney_disease_4").map(|(_, age)| (1.6, age))),
            lungs: if growing.has("copd") {
                0.55
            } else if growing.has("asthma") {
                0.82
            } else {
                1.0
            },
            oxygen: if growing.has("copd") { 93.5 } else { 97.6 },
            heart: growing.has("heart_failure"),
            anaemia: growing.has("anaemia_iron"),
            thyroid: growing.has("hypothyroidism"),
            statin: growing.has("coronary_heart_disease")
                || growing.has("high_cholesterol")
                || growing.has("stroke"),
            smoker,
            units: (6.0 * random.exponential(1.0)).min(60.0)
                + if growing.has("alcohol_dependence") {
                    45.0
                } else {
                    0.0
                },
            mood: if growing.has("depression") || growing.has("anxiety") {
                11.0
            } else {
                3.0
            },
            age_today: growing.age(growing.now()),
            age_now: growing.age(growing.last),
            last: growing.last,
        }
    }

    /// The value of a test on a day at an age, and a second value.
    pub(super) fn value(
        &self,
        key: &str,
        day: Day,
        age: f64,
        male: bool,
        random: &mut Random,
    ) -> (f64, Option<f64>) {
        let noise = random.normal();
        let since = |of: Option<(f64, f64)>| {
            of.filter(|(_, onset)| *onset <= self.age_today || age >= *onset)
                .map(|(severity, onset)| (severity, (age - onset).max(-5.0)))
        };
        // Height of the growing and the shrinking.
        let height = if age < 18.0 {
            (50.0 + (self.height - 50.0) * (1.0 - (-age / 5.6).exp()) / (1.0 - (-18.0f64 / 5.6).exp()))
                .min(self.height)
        } else {
            self.height - (age - 60.0).max(0.0) * 0.08
        };
        let weight = if age < 18.0 {
            let full = self.weight * (height / self.height).powf(2.4);
            full.max(3.4)
        } else {
            let course = 0.35 * (age.min(62.0) - self.age_now.min(62.0)) - 0.35 * (age - 75.0).max(0.0);
            (self.weight + course + 0.8 * noise).max(35.0)
        };
        let systolic = 106.0 + 0.38 * age.clamp(18.0, 85.0) + self.pressure + 8.0 * noise;
        let decline = match since(self.kidney) {
            Some((severity, years)) => 30.0 + 12.0 * severity + 0.8 * years,
            None => 0.0,
        };
        let egfr = (112.0 - 0.62 * (age - 25.0).max(0.0) - decline + 4.0 * noise).clamp(9.0, 120.0);
        let round = |value: f64| (value, None);
        match key {
            "hba1c" => {
                let raised = match since(self.sugar) {
                    Some((severity, years)) if severity < 0.0 => 7.0 + 0.4 * years.clamp(0.0, 5.0),
                    Some((severity, years)) => 12.0 + 26.0 * severity + 0.9 * years.clamp(0.0, 15.0),
                    None => 0.0,
                };
                round((35.0 + 0.04 * age + raised + 2.0 * noise).clamp(22.0, 130.0))
            }
            "glucose" => {
                // The mean of glucose that goes with a level of HbA1c (Nathan et al. 2008, doi 10.2337/dc08-0545).
                let (hba1c, _) = self.value("hba1c", day, age, male, random);
                let mean = 1.59 * (0.0915 * hba1c + 2.15) - 2.59;
                round((mean + 1.9 * noise).clamp(2.4, 27.0))
            }
            "egfr" => round(egfr),
            "creatinine" => round(((if male { 7600.0 } else { 5900.0 }) / (egfr + 8.0)).clamp(35.0, 600.0)),
            "sodium" => round(139.5 + 2.0 * noise - if self.heart { 1.5 } else { 0.0 }),
            "potassium" => round(4.4 + 0.32 * noise + if decline > 30.0 { 0.25 } else { 0.0 }),
            "urea" => round((5.2 + (90.0 - egfr).max(0.0) * 0.09 + 0.9 * noise).max(1.5)),
            "haemoglobin" => round(
                (if male { 148.0 } else { 134.0 })
                    - if self.anaemia { 26.0 } else { 0.0 }
                    - (age - 70.0).max(0.0) * 0.4
                    + 7.0 * noise,
            ),
            "white_cells" => round((6.8 + 1.5 * noise + if self.smoker == 2 { 1.0 } else { 0.0 }).max(2.0)),
            "platelets" => round((255.0 + 50.0 * noise).max(60.0)),
            "alt" => round((22.0 + (self.weight - 70.0).max(0.0) * 0.3 + 7.0 * noise).max(6.0)),
            "alp" => round((75.0 + 18.0 * noise).max(25.0)),
            "bilirubin" => round((9.0 + 3.5 * noise).max(2.0)),
            "albumin" => round((43.0 - (age - 65.0).max(0.0) * 0.15 + 2.2 * noise).max(18.0)),
            "tsh" => round(
                (if self.thyroid {
                    3.0 + 1.8 * noise
                } else {
                    2.0 + 0.8 * noise
                })
                .max(0.05),
            ),
            "total_cholesterol" => round((5.2 - if self.statin { 1.1 } else { 0.0 } + 0.7 * noise).max(2.2)),
            "hdl" => round(((if male { 1.25 } else { 1.55 }) + 0.28 * noise).max(0.6)),
            "ldl" => round((3.1 - if self.statin { 1.0 } else { 0.0 } + 0.6 * noise).max(0.8)),
            "crp" => round((3.0 * random.exponential(1.0) + 1.0).min(240.0)),
            "ferritin" => round((if self.anaemia { 10.0 } else { 110.0 } * (0.5 * noise).exp()).max(3.0)),
            "vitamin_d" => round((52.0 + 18.0 * noise).max(10.0)),
            "psa" => round(((age - 40.0).max(0.0) * 0.05 * (0.6 * noise).exp()).max(0.2)),
            "bnp_nt_pro" => round(if self.heart {
                1400.0 * (0.8 * noise).exp()
            } else {
                110.0 * (0.6 * noise).exp()
            }),
            "urine_acr" => round(if self.sugar.is_some() { 2.4 } else { 1.1 } * (0.8 * noise).exp()),
            "inr" => round((2.5 + 0.5 * noise).max(0.9)),
            "height" => round(height),
            "weight" => round(weight),
            "bmi" => round(weight / (height / 100.0) / (height / 100.0)),
            "systolic" => (
                systolic.clamp(82.0, 210.0),
                Some((64.0 + 0.14 * (systolic - 100.0) + 4.0 * random.normal()).clamp(40.0, 120.0)),
            ),
            "pulse" => round((74.0 + 8.0 * noise + if age < 5.0 { 40.0 } else { 0.0 }).clamp(42.0, 190.0)),
            "respiratory_rate" => round(
                (15.0
                    + 1.6 * noise
                    + if self.oxygen < 95.0 { 3.0 } else { 0.0 }
                    + if age < 5.0 { 12.0 } else { 0.0 })
                .clamp(9.0, 50.0),
            ),
            "oxygen_saturation" => round((self.oxygen + 0.9 * noise).clamp(82.0, 100.0)),
            "temperature" => round(36.7 + 0.3 * noise),
            "peak_flow" => round(
                (self.lungs * ((if male { 560.0 } else { 420.0 }) - (age - 35.0).max(0.0) * 3.0)
                    + 25.0 * noise)
                    .max(80.0),
            ),
            "fev1" => round(
                (self.lungs * ((if male { 3.9 } else { 2.9 }) - (age - 30.0).max(0.0) * 0.026)
                    + 0.15 * noise)
                    .max(0.5),
            ),
            "alcohol_units" => round((self.units * (0.25 * noise).exp()).min(120.0)),
            "audit_c" => round((self.units / 6.0 + noise).clamp(0.0, 12.0)),
            "phq9" => round((self.mood + 3.0 * noise).clamp(0.0, 27.0)),
            "gad7" => round((self.mood * 0.8 + 2.5 * noise).clamp(0.0, 21.0)),
            "waist" => round(self.weight * 0.75 + 32.0 + 3.0 * noise),
            "rockwood" => {
                let soon = if self.last.0 - day.0 < 400 { 1.0 } else { 0.0 };
                round((2.2 + (age - 65.0).max(0.0) * 0.1 + soon + noise).clamp(1.0, 8.0))
            }
            _ => round(0.0),
        }
    }
}

/// Takes measurements at a contact; those of a laboratory's panel come back as a report a day later.
pub(super) fn take(
    growing: &Growing<'_>,
    life: &mut Life,
    body: &Body,
    keys: &[&str],
    at: Moment,
    contact: Option<u32>,
    random: &mut Random,
) {
    let parameters = &growing.region.parameters;
    let age = growing.age(at.day);
    let male = growing.bones.sex == Sex::Male;
    let mut panels: Vec<(&str, Vec<u32>)> = Vec::new();
    for key in keys {
        let Some(test) = parameters.test(key) else {
            continue;
        };
        let kind = &parameters.tests[usize::from(test)];
        let (value, second) = body.value(key, at.day, age, male, random);
        let digits = 10f64.powi(i32::from(kind.decimals));
        let round = |value: f64| ((value * digits).round() / digits) as f32;
        let place = life.measurements.len() as u32;
        life.measurements.push(Measurement {
            test,
            at,
            value: round(value),
            second: second.map(round),
            contact,
        });
        if let Some(panel) = panel(&kind.panel) {
            match panels.iter_mut().find(|(name, _)| *name == panel) {
                Some((_, of)) => of.push(place),
                None => panels.push((panel, vec![place])),
            }
        }
    }
    for (name, measurements) in panels {
        life.panels.push(Panel {
            name,
            measurements,
            taken: at,
            reported: at.plus(60 * random.between(5, 30)),
            contact,
        });
    }
}

/// The report that a laboratory's panel is called by; none for what is measured in the room.
fn panel(of: &str) -> Option<&'static str> {
    Some(match of {
        "diabetes" => "Glycated haemoglobin",
        "renal" => "Urea and electrolytes",
        "full_blood_count" => "Full blood count",
        "liver" => "Liver function tests",
        "thyroid" => "Thyroid function tests",
        "lipids" => "Lipid profile",
        "inflammation" => "C-reactive protein",
        "iron" => "Ferritin",
        "bone" => "Vitamin D",
        "prostate" => "Prostate specific antigen",
        "cardiac" => "NT-proBNP",
        "urine" => "Urine albumin to creatinine ratio",
        "coagulation" => "International normalised ratio",
        _ => return None,
    })
}
