//! NHS Diabetes Prevention Programme: a raised blood sugar that is not diabetes, in the last twelve months.
//!
//! Source: NHS England's and providers' pages, read in November 2026. The range is 42 to 47 mmol/mol, which providers write as
//! below 48. A history of diabetes in pregnancy qualifies with a normal test. The 24 months of the pandemic no longer hold.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::eligibility::row::{BORN, LICENCE, Programme};
use crate::eligibility::{Answer, Judging, Past, Verdict, age, later};
use crate::score::definition::{Allowed, Definition, needed, optional};
use crate::score::row::Reading;

/// The programme's name in the data.
pub const PROGRAMME: &str = "diabetes-prevention";

/// HbA1c that is believed, mmol/mol: what people have, above every percentage that is met (20% are 195 mmol/mol). No limit of health.
pub const HBA1C: std::ops::RangeInclusive<f64> = 21.0..=200.0;
/// Fasting plasma glucose that is believed, mmol/L: below most values in mg/dL. No limit of health.
pub const FASTING_GLUCOSE: std::ops::RangeInclusive<f64> = 1.0..=50.0;

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Day of birth.
    pub born: Date,
    /// Latest HbA1c, mmol/mol, and its day. One outside [`HBA1C`] is taken for another unit or a slip.
    pub hba1c: Option<(f64, Date)>,
    /// Latest fasting plasma glucose, mmol/L, and its day. One outside [`FASTING_GLUCOSE`] is taken for another unit or a slip.
    pub fasting_glucose: Option<(f64, Date)>,
    /// Whether diabetes was ever recorded.
    pub diabetes: Option<bool>,
    /// Whether there was diabetes in a pregnancy.
    pub gestational_diabetes: Option<bool>,
    /// Whether pregnant; not known is taken as not so and said, here and below.
    pub pregnant: Option<bool>,
    /// Whether there is an active eating disorder.
    pub eating_disorder: Option<bool>,
    /// The day of bariatric surgery, if any.
    pub bariatric_surgery: Past<Date>,
    /// Whether light or moderate activity is possible; not known is taken as possible and said.
    pub can_be_active: Option<bool>,
}

/// A column that may be empty: that it is not known is named, and hinders nothing.
const fn named(name: &'static str, label: &'static str, allowed: Allowed) -> crate::score::Input {
    optional(name, label, "", allowed, "")
}

pub(super) static ROWS: Programme = Programme {
    definition: &Definition {
        name: PROGRAMME,
        title: "NHS Diabetes Prevention Programme",
        version: "dated rules, reading 1",
        source: "NHS England and providers' pages (read in November 2026)",
        licence: LICENCE,
        purpose: "shows whether a referral may be offered",
        not_for_clinical_use: true,
        inputs: &[
            BORN,
            optional(
                "hba1c",
                "Latest HbA1c",
                "mmol/mol",
                Allowed::Number(*HBA1C.start(), *HBA1C.end()),
                "",
            ),
            optional(
                "fasting_glucose",
                "Latest fasting plasma glucose",
                "mmol/L",
                Allowed::Number(*FASTING_GLUCOSE.start(), *FASTING_GLUCOSE.end()),
                "",
            ),
            needed("diabetes", "Diabetes was ever recorded", "", Allowed::YesNo),
            named("gestational_diabetes", "Diabetes in a pregnancy", Allowed::YesNo),
            named("pregnant", "Pregnant", Allowed::YesNo),
            named("eating_disorder", "Active eating disorder", Allowed::YesNo),
            named("bariatric_surgery", "Bariatric surgery", Allowed::DayOrNone),
            named(
                "can_be_active",
                "Light or moderate activity is possible",
                Allowed::YesNo,
            ),
        ],
        bands: &[],
    },
    judge: of_row,
};

fn of_row(reading: &mut Reading<'_, '_, '_>, on: Date) -> Answer {
    let born = reading.day("born");
    let (hba1c, fasting_glucose) = (reading.number_on("hba1c"), reading.number_on("fasting_glucose"));
    let (diabetes, gestational_diabetes) = (reading.yes("diabetes"), reading.yes("gestational_diabetes"));
    let (pregnant, eating_disorder) = (reading.yes("pregnant"), reading.yes("eating_disorder"));
    let bariatric_surgery = reading.past("bariatric_surgery");
    let can_be_active = reading.yes("can_be_active");
    let Some(born) = born else {
        return Answer::without_birth(PROGRAMME);
    };
    let facts = Facts {
        born,
        hba1c,
        fasting_glucose,
        diabetes,
        gestational_diabetes,
        pregnant,
        eating_disorder,
        bariatric_surgery,
        can_be_active,
    };
    judge(&facts, on)
}

/// Whether somebody may be referred on a day.
pub fn judge(facts: &Facts, on: Date) -> Answer {
    let mut judging = Judging::begin(PROGRAMME, on);
    let ages = judging.rule("age_from");
    let sugar = (judging.rule("hba1c_from"), judging.rule("hba1c_below"));
    let fasting = (judging.rule("fpg_from"), judging.rule("fpg_below"));
    let times = (judging.months("test_within"), judging.months("bariatric_within"));
    let (
        Some(from),
        (Some(low), Some(high)),
        (Some(fasting_low), Some(fasting_high)),
        (Some(within), Some(surgery)),
    ) = (ages, sugar, fasting, times)
    else {
        return judging.end(Verdict::NotKnown);
    };
    let Some(age) = age(facts.born, on).map(f64::from) else {
        judging.needs("born");
        return judging.end(Verdict::NotKnown);
    };
    let since =
        |day: Date, months: i32| day <= on && later(day, months.months()).is_some_and(|end| end >= on);
    let excluded = [
        (age < from, "younger than the programme takes"),
        (facts.diabetes == Some(true), "has diabetes"),
        (facts.pregnant == Some(true), "is pregnant"),
        (
            facts.eating_disorder == Some(true),
            "has an active eating disorder",
        ),
        (
            facts
                .bariatric_surgery
                .last()
                .is_some_and(|day| since(day, surgery)),
            "had bariatric surgery in the last two years",
        ),
        (
            facts.can_be_active == Some(false),
            "cannot take part in light or moderate activity",
        ),
    ];
    let reasons: Vec<&str> = excluded
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, why)| *why)
        .collect();
    if !reasons.is_empty() {
        reasons.into_iter().for_each(|why| judging.because(why));
        return judging.end(Verdict::NotEligible);
    }
    if facts.diabetes.is_none() {
        judging.needs("whether diabetes was ever recorded");
        return judging.end(Verdict::NotKnown);
    }
    let tests = [
        (facts.hba1c, low, high, "HbA1c"),
        (
            facts.fasting_glucose,
            fasting_low,
            fasting_high,
            "fasting glucose",
        ),
    ];
    let recent = tests.map(|(test, low, high, name)| {
        test.filter(|(_, day)| since(*day, within))
            .map(|(value, _)| (value, low, high, name))
    });
    let believed = [HBA1C, FASTING_GLUCOSE];
    let mut is_odd = false;
    for ((value, _, _, name), believed) in recent
        .iter()
        .zip(believed)
        .filter_map(|(test, range)| Some((test.as_ref()?, range)))
    {
        if !believed.contains(value) {
            let unit = if *name == "HbA1c" { "mmol/mol" } else { "mmol/L" };
            judging.because(format!(
                "{name} {value} cannot be in {unit}: its unit is to be looked at"
            ));
            is_odd = true;
        }
    }
    if is_odd {
        judging.needs("a blood test whose unit is right");
        return judging.end(Verdict::NotKnown);
    }
    for (value, _, high, name) in recent.iter().flatten() {
        if value >= high {
            judging.because(format!(
                "{name} {value} lies in the range of diabetes: a clinician looks first"
            ));
            return judging.end(Verdict::NotEligible);
        }
    }
    for (value, low, _, name) in recent.iter().flatten() {
        if value >= low {
            judging.because(format!("{name} {value} within twelve months"));
            return end_due(judging, facts);
        }
    }
    if facts.gestational_diabetes == Some(true) && recent.iter().any(Option::is_some) {
        judging.because("had diabetes in a pregnancy, with a normal test within twelve months");
        return end_due(judging, facts);
    }
    if recent.iter().all(Option::is_none) {
        judging.needs("a blood test within twelve months");
        return judging.end(Verdict::NotKnown);
    }
    judging.because("blood sugar is normal");
    if facts.gestational_diabetes.is_none() {
        judging.because("after diabetes in a pregnancy a normal test qualifies too");
        judging.needs("whether there was diabetes in a pregnancy");
        return judging.end(Verdict::NotKnown);
    }
    judging.end(Verdict::NotEligible)
}

/// May be referred; what would exclude and is not known is to be asked first.
fn end_due(mut judging: Judging, facts: &Facts) -> Answer {
    let to_ask = [
        (facts.pregnant.is_none(), "whether pregnant"),
        (
            facts.eating_disorder.is_none(),
            "whether there is an active eating disorder",
        ),
        (
            facts.bariatric_surgery == Past::NotKnown,
            "whether there was bariatric surgery in the last two years",
        ),
        (
            facts.can_be_active.is_none(),
            "whether light activity is possible",
        ),
    ];
    for (_, what) in to_ask.into_iter().filter(|(is, _)| *is) {
        judging.because(format!("it is not known {what}: ask"));
        judging.needs(what);
    }
    judging.end(Verdict::Due)
}
