//! The model as a file: JSON that says what it is for, what it must not be used for, of whom it was learned, and each coefficient. It names
//! nobody, and no term that tells of fewer than ten people stands in it.

use serde_json::{Value, json};

use super::member::Members;
use super::terms::{COUNT, TERMS};
use super::train::{LEAST, MOST_PENALTY, SHARES};
use super::{DAYS, Data, Dropped, Model, Plan, Weighed};
use crate::day::Day;
use crate::parquet::Purpose;

/// What the file calls itself.
pub const FORMAT: &str = "sarsen-risk-model";
/// Its version: a term that is added, taken away or read otherwise makes another.
pub const VERSION: u64 = 1;
/// What the model is for.
pub const INTENDED_PURPOSE: &str = "For analysts: to see how well facts of the record tell who comes to hospital unplanned within twelve \
    months, in which groups of people it is wrong, and what another score must at least do here. It informs no decision about anybody, \
    puts nobody in an order, and is shown beside nobody's name.";
/// Its class as a device, and why.
pub const CLASS: &str = "Not placed on the market and not put into service as a medical device: it informs no decision about a person. Used \
    to choose people for an offer it would be software for prediction under the UK Medical Devices Regulations 2002, and need a \
    clinical safety officer's signature (DCB0129) and its deployer's (DCB0160) before any such use.";
/// The hazard that it is taken for more.
pub const HAZARD: &str = "H62";
/// The outcome.
pub const OUTCOME: &str = "A stay in hospital (a sound contact of class inpatient, or observation or short stay) that begins after the index day \
    and not later than 365 days after it, on the day on which a contact of class emergency began or on the day after. Not told apart: \
    how somebody was admitted, so that an emergency stay that did not begin in an emergency department is not counted. Whoever died \
    or moved away without such a stay counts as without.";
/// The method.
pub const METHOD: &str = "Logistic regression by Newton's method; the penalty is on the squares of the coefficients of terms of standard deviation 1, \
    none on the intercept. Standard errors are of the penalised fit.";

/// A file that is no model: what is wrong with which member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {rule}")]
pub struct FileError {
    /// The way to the member.
    pub field: String,
    /// The rule that it breaks.
    pub rule: String,
}

impl FileError {
    pub(super) fn new(field: &str, rule: &str) -> FileError {
        FileError {
            field: field.to_owned(),
            rule: rule.to_owned(),
        }
    }
}

const MEMBERS: [&str; 20] = [
    "format",
    "version",
    "use",
    "signed",
    "intended_purpose",
    "device_class",
    "hazard",
    "outcome",
    "index_day",
    "region",
    "purpose",
    "legal_basis",
    "controller",
    "data",
    "method",
    "trained_on",
    "intercept",
    "features",
    "left_out",
    "ethnicity",
];
const USE: &str = "not for clinical use";
const ETHNICITY: &str = "no feature; a group of the check";
const SOURCES: [&str; 3] = ["record", "parquet", "bundle"];

impl Model {
    /// The model as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let plan = &self.plan;
        let features: Vec<Value> = self
            .terms
            .iter()
            .filter_map(|one| {
                let term = TERMS.get(one.place)?;
                Some(json!({
                    "name": term.name,
                    "one_more_is": term.meaning,
                    "coefficient": one.coefficient,
                    "standard_error": one.error,
                    "mean": one.mean,
                    "standard_deviation": one.deviation,
                }))
            })
            .collect();
        let left_out: Vec<Value> = self
            .dropped
            .iter()
            .map(|one| json!({ "name": one.name, "why": one.why }))
            .collect();
        let files: Vec<Value> = plan
            .data
            .files
            .iter()
            .map(|(name, sha256)| json!({ "name": name, "sha256": sha256 }))
            .collect();
        json!({
            "format": FORMAT,
            "version": VERSION,
            "use": USE,
            "signed": null,
            "intended_purpose": INTENDED_PURPOSE,
            "device_class": CLASS,
            "hazard": HAZARD,
            "outcome": { "is": OUTCOME, "days": DAYS },
            "index_day": plan.index_day.to_string(),
            "region": plan.region,
            "purpose": plan.purpose.purpose,
            "legal_basis": plan.purpose.legal_basis,
            "controller": plan.purpose.controller,
            "data": { "source": plan.data.source, "until": plan.data.until.to_string(), "files": files },
            "method": { "is": METHOD, "penalty": plan.penalty, "share_in_100": plan.share },
            "trained_on": { "people": self.people, "outcomes": self.outcomes },
            "intercept": { "coefficient": self.intercept, "standard_error": self.intercept_error },
            "features": features,
            "left_out": left_out,
            "ethnicity": ETHNICITY,
        })
    }

    /// Reads a model.
    ///
    /// # Errors
    /// [`FileError`]: another format or version, a member or feature that is missing, unknown or twice there, a number that is not finite
    /// or out of range, a signature, which this version cannot check.
    pub fn read(bytes: &[u8]) -> Result<Model, FileError> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| FileError::new("file", &format!("it is no JSON that can be read: {error}")))?;
        // The version first: another one has other members.
        let of_file = |name: &str| value.get(name).unwrap_or(&Value::Null);
        for (name, expected) in [("format", json!(FORMAT)), ("version", json!(VERSION))] {
            if *of_file(name) != expected {
                return Err(FileError::new(name, &format!("it must be {expected}")));
            }
        }
        let file = Members::of(&value, "", &MEMBERS)?;
        for (name, expected) in [
            ("use", json!(USE)),
            ("signed", Value::Null),
            ("intended_purpose", json!(INTENDED_PURPOSE)),
            ("device_class", json!(CLASS)),
            ("hazard", json!(HAZARD)),
            ("outcome", json!({ "is": OUTCOME, "days": DAYS })),
            ("ethnicity", json!(ETHNICITY)),
        ] {
            file.must_be(name, &expected)?;
        }
        let trained = file.object("trained_on", &["people", "outcomes"])?;
        let (people, outcomes) = (trained.whole("people")?, trained.whole("outcomes")?);
        if outcomes < LEAST || people < outcomes.saturating_add(LEAST) {
            return Err(trained.refused("outcomes", "at least 100 people must be with it, and 100 without"));
        }
        let intercept = file.object("intercept", &["coefficient", "standard_error"])?;
        let (terms, dropped) = features(&file)?;
        Ok(Model {
            plan: plan(&file)?,
            people,
            outcomes,
            intercept: intercept.number("coefficient")?,
            intercept_error: intercept.size("standard_error")?,
            terms,
            dropped,
        })
    }
}

fn plan(file: &Members<'_>) -> Result<Plan, FileError> {
    let method = file.object("method", &["is", "penalty", "share_in_100"])?;
    method.must_be("is", &json!(METHOD))?;
    let penalty = method.size("penalty")?;
    if penalty > MOST_PENALTY {
        return Err(method.refused("penalty", "it must be at most 1,000,000"));
    }
    let share = u8::try_from(method.whole("share_in_100")?).ok();
    let share = share.filter(|share| SHARES.contains(share));
    let share = share.ok_or_else(|| method.refused("share_in_100", "it must be 10 to 90"))?;
    let index_day = file.date("index_day")?;
    let data = data(file)?;
    let end = Day::of(index_day)
        .and_then(|day| day.after(DAYS))
        .and_then(Day::date);
    if end.is_none_or(|end| end > data.until) {
        return Err(file.refused(
            "index_day",
            "the 365 days after it must be over on the day data.until",
        ));
    }
    Ok(Plan {
        index_day,
        penalty,
        share,
        region: file.text("region")?.to_owned(),
        purpose: Purpose {
            purpose: file.text("purpose")?.to_owned(),
            legal_basis: file.text("legal_basis")?.to_owned(),
            controller: file.text("controller")?.to_owned(),
        },
        data,
    })
}

fn data(file: &Members<'_>) -> Result<Data, FileError> {
    let data = file.object("data", &["source", "until", "files"])?;
    let source = data.text("source")?;
    if !SOURCES.contains(&source) {
        return Err(data.refused("source", "it must be record, parquet or bundle"));
    }
    let files = data.objects("files", &["name", "sha256"])?;
    let files = files.iter().map(|one| {
        let digest = one.text("sha256")?;
        if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(one.refused("sha256", "it must be 64 hexadecimal digits"));
        }
        Ok((one.text("name")?.to_owned(), digest.to_owned()))
    });
    Ok(Data {
        source: source.to_owned(),
        until: data.date("until")?,
        files: files.collect::<Result<_, FileError>>()?,
    })
}

const OF_FEATURE: [&str; 6] = [
    "name",
    "one_more_is",
    "coefficient",
    "standard_error",
    "mean",
    "standard_deviation",
];

/// Every term once, with its coefficient or with why it has none.
fn features(file: &Members<'_>) -> Result<(Vec<Weighed>, Vec<Dropped>), FileError> {
    let (mut terms, mut dropped) = (Vec::new(), Vec::new());
    let mut seen = [false; COUNT];
    let mut place_of = |one: &Members<'_>| {
        let name = one.text("name")?;
        let place = TERMS.iter().position(|term| term.name == name);
        let place =
            place.ok_or_else(|| one.refused("name", &format!("{name:?} is no feature of this version")))?;
        if std::mem::replace(&mut seen[place], true) {
            return Err(one.refused("name", &format!("{name:?} stands there twice")));
        }
        Ok(place)
    };
    for one in file.objects("features", &OF_FEATURE)? {
        let place = place_of(&one)?;
        one.must_be("one_more_is", &json!(TERMS[place].meaning))?;
        terms.push(Weighed {
            place,
            coefficient: one.number("coefficient")?,
            error: one.size("standard_error")?,
            mean: one.size("mean")?,
            deviation: one.size("standard_deviation")?,
        });
    }
    for one in file.objects("left_out", &["name", "why"])? {
        let place = place_of(&one)?;
        let why = one.text("why")?;
        if ![Dropped::SAME, Dropped::FEW].contains(&why) {
            return Err(one.refused("why", "it is no reason of this version"));
        }
        dropped.push(Dropped {
            name: TERMS[place].name.clone(),
            why: why.to_owned(),
        });
    }
    if let Some(missing) = seen.iter().position(|seen| !seen) {
        let rule = format!(
            "{:?} is missing, and does not stand in left_out",
            TERMS[missing].name
        );
        return Err(file.refused("features", &rule));
    }
    Ok((terms, dropped))
}
