//! Conditions: who has them, from what age, and what goes with what.

use crate::error::SynthError;
use crate::table::Table;

/// A point of the curve of those who have, or had, a condition by an age.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Age in years.
    pub age: f64,
    /// Share, relative to the other points.
    pub share: f64,
}

/// What a condition's number of people is brought to.
#[derive(Debug, Clone, PartialEq)]
pub enum Register {
    /// A register of the Quality and Outcomes Framework, with the ages that it counts: by council and IMD decile.
    Qof {
        /// Its code: "HYP".
        code: String,
        /// Ages counted: from.
        from: u8,
        /// To, both among them.
        to: u8,
    },
    /// A share of the people of some ages.
    Share {
        /// Share, 0 to 1.
        share: f64,
        /// Ages counted: from.
        from: u8,
        /// To.
        to: u8,
    },
    /// Part of another condition's people, drawn among them (heart attack among heart disease).
    Among {
        /// Place of the other condition.
        other: u8,
        /// Share of them.
        share: f64,
    },
    /// In the place of another condition for some of its people (type 1 among all diabetes).
    Instead {
        /// Place of the other condition.
        other: u8,
        /// Share of them.
        share: f64,
    },
    /// It passes: people get it so many times a year, by age.
    Passing,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Key, stable.
    pub key: String,
    /// Words for it.
    pub name: String,
    /// SNOMED CT concept, when one was verified.
    pub snomed: Option<String>,
    /// ICD-10 code.
    pub icd10: Option<String>,
    /// What its number of people is brought to.
    pub register: Register,
    /// The curve by age.
    pub curve: Vec<Anchor>,
    /// How much likelier it is in females than in males: 1 for as likely, 0 for never.
    pub female: f64,
    /// How much likelier in the most than in the least deprived tenth, where no register says it.
    pub deprived: f64,
    /// How much likelier in the Asian and in the Black group.
    pub asian: f64,
    /// As above.
    pub black: f64,
    /// Weights of the five liabilities: general, heart and metabolism, mind, ageing, lungs and allergy.
    pub liabilities: [f64; 5],
    /// How much it raises emergency care: added to a rate of 1.
    pub emergency: f64,
    /// How much it raises contacts with the practice, a year.
    pub practice: f64,
    /// It counts among the long-term conditions of multimorbidity.
    pub long_term: bool,
    /// For what passes: times a person-year at the curve's share of 1.
    pub rate: f64,
    /// For what passes: days it lasts.
    pub days: f64,
}

impl Condition {
    /// The curve at an age, between its points on straight lines.
    #[must_use]
    pub fn at(&self, age: f64) -> f64 {
        let after = self.curve.iter().position(|anchor| anchor.age > age);
        match after {
            None => self.curve.last().map_or(0.0, |anchor| anchor.share),
            Some(0) => self.curve.first().map_or(0.0, |anchor| anchor.share),
            Some(after) => {
                let (low, high) = (self.curve[after - 1], self.curve[after]);
                low.share + (high.share - low.share) * (age - low.age) / (high.age - low.age)
            }
        }
    }

    /// The age by which a share `part` (0–1) of those who have it at `age` had it.
    #[must_use]
    pub fn onset(&self, age: f64, part: f64) -> f64 {
        let mut most: f64 = 0.0;
        let step = 0.5;
        let steps = (age / step).ceil() as usize;
        let reached = |at: f64, most: f64| self.at(at).max(most);
        for place in 0..=steps {
            most = reached((place as f64 * step).min(age), most);
        }
        let wanted = most * part;
        let mut so_far: f64 = 0.0;
        for place in 0..=steps {
            let at = (place as f64 * step).min(age);
            let before = so_far;
            so_far = reached(at, so_far);
            if so_far >= wanted {
                let share = if so_far > before {
                    (wanted - before) / (so_far - before)
                } else {
                    0.0
                };
                return (at - step * (1.0 - share)).clamp(0.0, age);
            }
        }
        age
    }
}

/// Conditions in their order, the long-term ones first, and how many of these there are.
pub(super) fn read(
    model: (&str, &[u8]),
    codes: (&str, &[u8]),
) -> Result<(Vec<Condition>, usize), SynthError> {
    let codes_table = Table::read(codes.0, codes.1)?;
    let mut conditions: Vec<Condition> = Vec::new();
    let mut chronic = 0;
    let table = Table::read(model.0, model.1)?;
    for row in table.rows() {
        let key = row.text("key")?;
        let coded = codes_table
            .rows()
            .find(|coded| coded.text("key").ok() == Some(key))
            .ok_or_else(|| row.broken("key", "conditions_codes.csv has no such condition"))?;
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let register = register(row.text("register")?, &conditions).ok_or_else(|| {
            row.broken(
                "register",
                "it is QOF:CODE:FROM-TO, SHARE:SHARE:FROM-TO, AMONG:CONDITION:SHARE, INSTEAD:CONDITION:SHARE or PASSING",
            )
        })?;
        let mut curve = Vec::new();
        for point in row.text("curve")?.split_whitespace() {
            let anchor = point
                .split_once(':')
                .and_then(|(age, share)| {
                    Some(Anchor {
                        age: age.parse().ok()?,
                        share: share.parse().ok()?,
                    })
                })
                .ok_or_else(|| row.broken("curve", "its points are AGE:SHARE, with spaces between"))?;
            curve.push(anchor);
        }
        if curve.is_empty() || curve.windows(2).any(|two| two[0].age >= two[1].age) {
            return Err(row.broken("curve", "its ages must rise"));
        }
        let liabilities: Vec<f64> = row
            .text("liabilities")?
            .split_whitespace()
            .filter_map(|weight| weight.parse().ok())
            .collect();
        let liabilities: [f64; 5] = liabilities
            .try_into()
            .map_err(|_| row.broken("liabilities", "there are five"))?;
        if register == Register::Passing {
            // The long-term ones come first, so that they can be told by one bit each.
        } else if chronic == conditions.len() && chronic < 64 {
            chronic += 1;
        } else {
            return Err(row.broken(
                "register",
                "long-term conditions stand first, and there are at most 64",
            ));
        }
        conditions.push(Condition {
            key: key.to_owned(),
            name: coded.text("display")?.to_owned(),
            snomed: filled(coded.text("snomed")?),
            icd10: filled(coded.text("icd10")?),
            register,
            curve,
            female: row.number("female")?,
            deprived: row.number("deprived")?,
            asian: row.number("asian")?,
            black: row.number("black")?,
            liabilities,
            emergency: row.number("emergency")?,
            practice: row.number("practice")?,
            long_term: row.text("long_term")? == "yes",
            rate: row.number("rate")?,
            days: row.number("days")?,
        });
    }
    Ok((conditions, chronic))
}

fn register(text: &str, known: &[Condition]) -> Option<Register> {
    let parts: Vec<&str> = text.split(':').collect();
    let ages = |text: &str| {
        let (from, to) = text.split_once('-')?;
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    match parts.as_slice() {
        ["PASSING"] => Some(Register::Passing),
        ["QOF", code, span] => {
            let (from, to) = ages(span)?;
            Some(Register::Qof {
                code: (*code).to_owned(),
                from,
                to,
            })
        }
        ["SHARE", share, span] => {
            let (from, to) = ages(span)?;
            Some(Register::Share {
                share: share.parse().ok()?,
                from,
                to,
            })
        }
        ["AMONG", other, share] => Some(Register::Among {
            other: known.iter().position(|one| one.key == *other)? as u8,
            share: share.parse().ok()?,
        }),
        ["INSTEAD", other, share] => Some(Register::Instead {
            other: known.iter().position(|one| one.key == *other)? as u8,
            share: share.parse().ok()?,
        }),
        _ => None,
    }
}
