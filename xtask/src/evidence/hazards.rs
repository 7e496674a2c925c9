//! The hazard log as data, with the columns of DCB0129, and what would make it untrue.

use std::collections::BTreeSet;

use anyhow::Context as _;
use serde::Deserialize;

use super::HAZARDS;
use super::matrix::Matrix;
use crate::tree::Tree;

/// The whole log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HazardLog {
    #[serde(rename = "hazard")]
    pub(crate) hazards: Vec<Hazard>,
}

/// One hazard, a row of the log.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hazard {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) causes: String,
    pub(crate) effect: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Harm and clinical impact.
    pub(crate) harm: String,
    pub(crate) initial: Risk,
    pub(crate) residual: Risk,
    pub(crate) owner: String,
    pub(crate) status: String,
    /// What guards against it today.
    pub(crate) existing: Vec<Existing>,
    /// What was added because of it, or is to come.
    #[serde(default)]
    pub(crate) new: Vec<New>,
}

/// How bad, and how likely.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Risk {
    pub(crate) severity: String,
    pub(crate) likelihood: String,
}

/// A control that stands, with the tests that show it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Existing {
    pub(crate) control: String,
    pub(crate) tests: Vec<String>,
}

/// A control beyond those: of the product, or of those who use it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct New {
    pub(crate) by: By,
    pub(crate) control: String,
    #[serde(default)]
    pub(crate) tests: Vec<String>,
    /// It does not stand yet, and lowers no rating.
    #[serde(default)]
    pub(crate) to_come: bool,
}

/// DCB0129's four kinds of control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum By {
    Design,
    Test,
    Training,
    /// Business process.
    Process,
}

impl By {
    pub(crate) fn words(self) -> &'static str {
        match self {
            By::Design => "Design",
            By::Test => "Test",
            By::Training => "Training",
            By::Process => "Business process",
        }
    }
}

impl HazardLog {
    /// The log of the repository.
    ///
    /// # Errors
    /// When the file is missing, or is no hazard log: the message names the place.
    pub(crate) fn of(tree: &Tree) -> anyhow::Result<HazardLog> {
        let text = tree
            .text(HAZARDS)
            .with_context(|| format!("{HAZARDS} is missing"))?;
        toml::from_str(&text).context(HAZARDS)
    }

    /// Each test that is named, with the hazard's id.
    pub(crate) fn tests(&self) -> impl Iterator<Item = (&str, &str)> {
        self.hazards.iter().flat_map(|hazard| {
            let existing = hazard.existing.iter().flat_map(|control| &control.tests);
            let new = hazard.new.iter().flat_map(|control| &control.tests);
            existing
                .chain(new)
                .map(|test| (hazard.id.as_str(), test.as_str()))
        })
    }

    /// What is wrong with it, one line each.
    pub(crate) fn faults(&self, matrix: &Matrix) -> Vec<String> {
        let mut faults = Vec::new();
        let mut ids = BTreeSet::new();
        for hazard in &self.hazards {
            if !ids.insert(&hazard.id) {
                faults.push(format!("{}: the id stands twice", hazard.id));
            }
            hazard.faults(matrix, &mut faults);
        }
        faults
    }
}

impl Hazard {
    fn faults(&self, matrix: &Matrix, faults: &mut Vec<String>) {
        let mut fault = |words: String| faults.push(format!("{}: {words}", self.id));
        let columns = [
            ("name", &self.name),
            ("description", &self.description),
            ("causes", &self.causes),
            ("effect", &self.effect),
            ("type", &self.kind),
            ("harm", &self.harm),
            ("owner", &self.owner),
            ("status", &self.status),
        ];
        for (column, words) in columns {
            if words.trim().is_empty() {
                fault(format!("the column {column} is empty"));
            }
        }
        let [initial, residual] = [&self.initial, &self.residual].map(|risk| {
            let rating = matrix.rating(&risk.severity, &risk.likelihood);
            if rating.is_none() {
                fault(format!(
                    "the matrix knows no {} severity with {} likelihood",
                    risk.severity, risk.likelihood
                ));
            }
            rating
        });
        if residual > initial {
            fault("its residual risk is greater than its initial one".to_owned());
        }
        let stand = !self.existing.is_empty() || self.new.iter().any(|new| !new.to_come);
        if residual < initial && !stand {
            fault("nothing that stands lowers its risk".to_owned());
        }
        for existing in self.existing.iter().filter(|existing| existing.tests.is_empty()) {
            fault(format!("no test shows the control \"{}\"", existing.control));
        }
        for new in &self.new {
            let of_the_product = matches!(new.by, By::Design | By::Test);
            if of_the_product && !new.to_come && new.tests.is_empty() {
                fault(format!("no test shows the control \"{}\"", new.control));
            }
            if new.to_come && !new.tests.is_empty() {
                fault(format!("\"{}\" is to come and has tests already", new.control));
            }
        }
    }
}

#[cfg(test)]
pub(crate) const SAMPLE: &str = r#"
[[hazard]]
id = "H01"
name = "A missing allergy is read as none"
description = "Nobody recorded one."
causes = "A blank."
effect = "A medicine is given."
type = "Omission"
harm = "Anaphylaxis."
initial = { severity = "major", likelihood = "medium" }
residual = { severity = "major", likelihood = "low" }
owner = "makers"
status = "open"
existing = [
  { control = "It is said.", tests = ["care/tests/allergies.rs::said"] },
]
new = [
  { by = "training", control = "Read it aloud.", to_come = true },
]
"#;

#[cfg(test)]
mod tests {
    use super::{HazardLog, SAMPLE};
    use crate::evidence::matrix::Matrix;
    use crate::tree::sample::Sample;

    fn faults(of: &str, becomes: &str) -> Vec<String> {
        let changed = SAMPLE.replace(of, becomes);
        assert!(of.is_empty() || changed != SAMPLE, "`{of}` stands in the sample");
        let log: HazardLog = toml::from_str(&changed).unwrap();
        let sample = Sample::new(&[(crate::evidence::MATRIX, crate::evidence::matrix::SAMPLE)]);
        log.faults(&Matrix::of(&sample.tree()).unwrap())
    }

    #[test]
    fn a_whole_row_has_no_fault_and_each_neighbour_one_edit_away_has_one() {
        assert_eq!(faults("", ""), Vec::<String>::new());
        for (of, becomes, said) in [
            ("\"A blank.\"", "\" \"", "the column causes is empty"),
            (
                "\"medium\"",
                "\"often\"",
                "the matrix knows no major severity with often",
            ),
            (
                "[\"care/tests/allergies.rs::said\"]",
                "[]",
                "no test shows the control \"It is said.\"",
            ),
            (
                "by = \"training\", control = \"Read it aloud.\", to_come = true",
                "by = \"design\", control = \"Read it aloud.\"",
                "no test shows the control \"Read it aloud.\"",
            ),
            (
                "to_come = true",
                "to_come = true, tests = [\"a.rs::b\"]",
                "is to come and has tests already",
            ),
        ] {
            let found = faults(of, becomes);
            assert!(
                found.iter().any(|fault| fault.contains(said)),
                "{said}: {found:?}"
            );
        }
    }

    #[test]
    fn a_risk_that_grows_and_one_that_falls_by_itself_are_faults() {
        let residual = "residual = { severity = \"major\", likelihood = \"low\" }";
        let initial = "initial = { severity = \"major\", likelihood = \"medium\" }";
        let small = initial.replace("major", "minor").replace("medium", "low");
        assert!(faults(initial, &small)[0].contains("greater than its initial"));
        let control = "{ control = \"It is said.\", tests = [\"care/tests/allergies.rs::said\"] },";
        let without = SAMPLE.replace(control, "").replace(
            residual,
            "residual = { severity = \"minor\", likelihood = \"low\" }",
        );
        assert!(faults(SAMPLE, &without)[0].contains("nothing that stands lowers"));
    }

    #[test]
    fn an_id_that_stands_twice_is_a_fault_and_an_unknown_column_is_refused() {
        let twice = format!("{SAMPLE}{SAMPLE}");
        assert_eq!(faults(SAMPLE, &twice), ["H01: the id stands twice"]);
        assert!(toml::from_str::<HazardLog>(&SAMPLE.replace("owner =", "ovner =")).is_err());
    }
}
