//! The answer of the national check service, as a file that is given for one run: read into memory, held against the record, and
//! forgotten with the run. No line of it is ever repeated, in an error neither.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use codes::nhs_number::NhsNumber;
use population::left_out::{Checked, NationalAnswer, Sense};

use super::purpose::Allowed;

/// How many bad lines are named.
const NAMED: usize = 20;
/// From so many records on, more than half of them opted out is taken for a list of the wrong sense: a twentieth of England did.
const WRONG_SENSE_FROM: usize = 20;

/// One of two, for a purpose that needs it, and neither for another.
#[derive(clap::Args, Debug)]
#[group(required = false, multiple = false)]
pub(crate) struct Files {
    /// NHS numbers that have opted out nationally, one a line: for this run alone, and kept nowhere.
    #[arg(long, value_name = "FILE")]
    opted_out: Option<PathBuf>,
    /// The national check service's answer as it came: the NHS numbers that may be used, one a line. Whoever is not on it is left out.
    #[arg(long, value_name = "FILE")]
    may_be_used: Option<PathBuf>,
}

impl Files {
    /// The answer for a run of this purpose; nothing where the national opt-out is not applied.
    pub(crate) fn answer(&self, purpose: Allowed) -> anyhow::Result<Option<NationalAnswer>> {
        let given = match (&self.opted_out, &self.may_be_used) {
            (Some(file), None) => Some(("--opted-out", Sense::OptedOut, file)),
            (None, Some(file)) => Some(("--may-be-used", Sense::MayBeUsed, file)),
            _ => None,
        };
        match given {
            Some((option, _, _)) if !purpose.heeds_objections() => bail!(
                "{option}: the national opt-out is not applied to {}; leave the file out",
                purpose.words()
            ),
            None if purpose.heeds_objections() => bail!(
                "--purpose: {} leaves out whoever opted out nationally, of whom nothing is kept here. Give the answer of the national \
                 check service for this run: --opted-out FILE (those who did) or --may-be-used FILE (those who did not)",
                purpose.words()
            ),
            None => Ok(None),
            Some((option, sense, file)) => {
                let numbers = numbers(option, file)?;
                Ok(Some(NationalAnswer::new(sense, numbers)))
            }
        }
    }
}

fn numbers(option: &str, file: &Path) -> anyhow::Result<BTreeSet<NhsNumber>> {
    let bytes =
        std::fs::read(file).with_context(|| format!("{option}: {} cannot be read", file.display()))?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| {
        let line = bytes
            .iter()
            .take_while(|byte| byte.is_ascii())
            .filter(|byte| **byte == b'\n')
            .count()
            + 1;
        format!("{option}: line {line}: it is no text of digits")
    })?;
    parse(option, text)
}

/// One number a line; the comma that the service puts behind each, and empty lines at the end, are passed over.
fn parse(option: &str, text: &str) -> anyhow::Result<BTreeSet<NhsNumber>> {
    let (mut numbers, mut bad) = (BTreeSet::new(), Vec::new());
    for (at, line) in (1..).zip(text.trim_end().lines()) {
        let line = line.trim_end();
        match NhsNumber::parse(line.strip_suffix(',').unwrap_or(line)) {
            Ok(number) => {
                numbers.insert(number);
            }
            Err(rule) => bad.push(format!("line {at}: {rule}")),
        }
    }
    if !bad.is_empty() {
        let more = match bad.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        bad.truncate(NAMED);
        bail!("{option}: nothing was run. {}{more}", bad.join("; "));
    }
    if numbers.is_empty() {
        bail!(
            "{option}: line 1: there is no NHS number in it; an empty answer is taken for one that did not arrive"
        );
    }
    Ok(numbers)
}

/// Refuses a list of those who opted out on which most of the record stands: it is the answer as it came, of those who did not.
pub(super) fn refuse_wrong_sense(answer: &NationalAnswer, checked: &Checked) -> anyhow::Result<()> {
    let (all, opted_out) = checked.counts();
    if answer.sense() == Sense::OptedOut && all >= WRONG_SENSE_FROM && opted_out * 2 > all {
        bail!(
            "--opted-out: more than half of the people here are on it. The check service answers with those who did not opt out: \
             give that answer as --may-be-used"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse("--opted-out", text).expect_err("refused").to_string()
    }

    #[test]
    fn lines_are_numbers_and_what_is_none_is_refused_by_its_line_and_rule() {
        let good = "9990548609\n999 000 0018\r\n9990548609,\n\n";
        assert_eq!(parse("--opted-out", good).expect("numbers").len(), 2);
        let words = refusal(
            "9990548609\n9990548608\n\n12\nThe file contains one or more invalid NHS Numbers.\n9990000018\n",
        );
        for part in [
            "line 2: the check digit does not match the other nine",
            "line 3: an NHS number has 10 digits, this has 0",
            "line 4: an NHS number has 10 digits, this has 2",
            "line 5: an NHS number has only digits, spaces and hyphens",
        ] {
            assert!(words.contains(part), "{words}");
        }
        // No number is repeated.
        assert!(!words.contains("999054860"), "{words}");
        let words = refusal(&"1\n".repeat(25));
        assert!(words.contains("line 20") && words.contains("and 5 more") && !words.contains("line 21"));
        for nothing in ["", "\n\n"] {
            assert!(refusal(nothing).contains("no NHS number"), "{nothing:?}");
        }
    }

    #[test]
    fn a_purpose_beyond_care_needs_an_answer_and_care_takes_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("answer");
        std::fs::write(&file, "9990548609\n").expect("written");
        let none = || Files {
            opted_out: None,
            may_be_used: None,
        };
        let opted_out = || Files {
            opted_out: Some(file.clone()),
            ..none()
        };
        for purpose in [Allowed::RiskStratification, Allowed::Planning, Allowed::Research] {
            let words = none().answer(purpose).expect_err("refused").to_string();
            assert!(
                words.contains("--opted-out") && words.contains(purpose.words()),
                "{words}"
            );
            let answer = opted_out().answer(purpose).expect("an answer");
            assert_eq!(answer.expect("an answer").sense(), Sense::OptedOut);
        }
        for purpose in [Allowed::DirectCare, Allowed::InventedPeople] {
            assert!(none().answer(purpose).expect("none is needed").is_none());
            let words = opted_out().answer(purpose).expect_err("refused").to_string();
            assert!(words.contains("not applied"), "{words}");
        }
        std::fs::write(&file, b"9990548609\n\xff\n").expect("written");
        let words = opted_out()
            .answer(Allowed::Research)
            .expect_err("refused")
            .to_string();
        assert!(words.contains("line 2"), "{words}");
    }

    #[test]
    fn the_answer_as_it_came_is_not_taken_for_those_who_opted_out() {
        let number = |text: &str| NhsNumber::parse(text).expect("a number");
        let (listed, other) = (number("9990548609"), number("9990000018"));
        let held = |sense, on_it: usize| {
            let answer = NationalAnswer::new(sense, BTreeSet::from([listed]));
            let mut checked = Checked::default();
            for at in 0..WRONG_SENSE_FROM {
                let person = record::PersonKey::from_value(at as u64);
                let bears = if at < on_it { listed } else { other };
                checked.add(person, &[bears], &[], &answer);
            }
            refuse_wrong_sense(&answer, &checked)
        };
        assert!(held(Sense::OptedOut, 10).is_ok());
        assert!(held(Sense::OptedOut, 11).is_err_and(|error| error.to_string().contains("--may-be-used")));
        assert!(held(Sense::MayBeUsed, 11).is_ok() && held(Sense::MayBeUsed, 1).is_ok());
    }
}
