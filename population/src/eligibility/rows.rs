//! The cells of each programme, and what its rule says of them.

use care::eligibility::{Judged, Past, Programme};
use jiff::civil::Date;

use super::evidence::{Event, Evidence};
use crate::day::Day;
use crate::facts::MEASURES;
use crate::score::NotCounted;

/// One programme's answer for one person.
#[derive(Debug, Clone)]
pub struct Found {
    /// Which.
    pub programme: &'static Programme,
    /// The answer with its inputs.
    pub judged: Judged,
    /// What would count and is odd.
    pub not_counted: Vec<NotCounted>,
    /// What is not looked for, in words.
    pub not_looked_for: Option<&'static str>,
    /// Whether the reader's role does not see all of what it counts.
    pub unseen: bool,
}

/// Types in which conditions stand.
const CONDITIONS: &[&str] = &["Condition", "Observation"];
/// Types in which it stands that something was done.
const DONE: &[&str] = &["Procedure", "Observation"];
const MEDICINES: &[&str] = &["MedicationRequest", "MedicationStatement"];
const NO_AORTA: &str = "No code is known here by which a scan of the aorta would be found.";
const NO_CHECK: &str = "No code is known here by which an earlier check would be found.";
const ORGANS: &str = "Which organs somebody has is not looked for: ask.";
const HEALTH_CHECK: &str = "Not looked for: an earlier check that found a risk of 20% or more, and statins other than three products.";
const DIABETES: &str = "Not looked for: fasting glucose, diabetes in a pregnancy, bariatric surgery, whether somebody can be active.";
const EYES: &str = "What a screening found is not looked for.";
/// Codes of the elements of the yearly check that are measured or asked: alcohol, smoking, and what else than a measure tells of them.
const AUDIT_C: [&str; 2] = ["763256006", "75626-2"];
const SMOKING: [&str; 5] = ["365981007", "72166-2", "77176002", "266919005", "8517006"];

/// Every programme but the immunisations, in the order of the guide.
#[must_use]
pub fn programmes(evidence: &Evidence<'_>) -> Vec<Found> {
    let all = care::eligibility::programmes().iter().copied();
    all.filter(|programme| programme.definition.name != care::eligibility::immunisation::PROGRAMME)
        .map(|programme| found(evidence, programme))
        .collect()
}

fn found(evidence: &Evidence<'_>, programme: &'static Programme) -> Found {
    let mut row = Row::default();
    if let Some(born) = evidence.born() {
        row.put("born", &born, None);
    }
    let gender = evidence.record.person.as_ref().and_then(|person| person.gender);
    // The call goes by one of these two; what is registered otherwise is not known here.
    let sex = gender
        .map(care::person::Gender::code)
        .filter(|code| ["female", "male"].contains(code));
    let name = programme.definition.name;
    let counts = fill(evidence, name, sex, &mut row);
    let cell = |name: &str| {
        let cells = row.cells.iter();
        cells
            .rev()
            .find(|(known, _)| known == name)
            .map(|(_, text)| text.as_str())
    };
    Found {
        programme,
        judged: programme.of_row(&cell, evidence.today),
        not_counted: row.not_counted,
        not_looked_for: row.not_looked_for,
        unseen: !counts.iter().all(|kinds| evidence.sees(kinds)),
    }
}

/// Fills a programme's cells, and says which types it counts.
fn fill(
    evidence: &Evidence<'_>,
    name: &str,
    sex: Option<&str>,
    row: &mut Row,
) -> Vec<&'static [&'static str]> {
    let sees_conditions = evidence.sees(CONDITIONS);
    match name {
        "nhs-health-check" => {
            row.not_looked_for = Some(HEALTH_CHECK);
            row.recorded(evidence);
            row.last(evidence, name, "Health check");
            vec![CONDITIONS, MEDICINES, DONE]
        }
        "diabetes-prevention" => {
            row.not_looked_for = Some(DIABETES);
            row.measure(evidence, "hba1c");
            let diabetes = evidence.ever("diabetes");
            row.yes_or("diabetes", diabetes, sees_conditions.then_some("no"));
            row.pregnant(evidence);
            // Of a pregnancy somebody registered male is not asked, unless one is recorded.
            if sex == Some("male") {
                row.put("gestational_diabetes", &"no", None);
                if !evidence.is_pregnant() {
                    row.put("pregnant", &"no", None);
                }
            }
            row.yes_or(
                "eating_disorder",
                evidence.standing().remove("eating-disorder"),
                None,
            );
            vec![CONDITIONS]
        }
        "bowel-screening" => {
            row.last(evidence, name, "Bowel screening");
            vec![DONE]
        }
        "breast-screening" => {
            row.sex(sex);
            row.last(evidence, name, "Breast screening");
            vec![DONE]
        }
        "cervical-screening" => {
            row.not_looked_for = Some(ORGANS);
            row.last(evidence, name, "Cervical sample");
            vec![DONE]
        }
        "aaa-screening" => {
            row.not_looked_for = Some(NO_AORTA);
            row.sex(sex);
            Vec::new()
        }
        "diabetic-eye-screening" => {
            row.not_looked_for = Some(EYES);
            row.yes_or("diabetes", evidence.standing().remove("diabetes"), None);
            row.pregnant(evidence);
            row.eyes(evidence, name);
            vec![CONDITIONS, DONE]
        }
        "learning-disability-check" => {
            row.not_looked_for = Some(NO_CHECK);
            row.yes_or(
                "on_register",
                evidence.standing().remove("learning-disability"),
                None,
            );
            vec![CONDITIONS]
        }
        "severe-mental-illness-check" => {
            let register = evidence.standing().remove("serious-mental-illness");
            row.yes_or("on_register", register, None);
            row.elements(evidence);
            vec![CONDITIONS]
        }
        _ => Vec::new(),
    }
}

#[derive(Default)]
struct Row {
    cells: Vec<(String, String)>,
    not_counted: Vec<NotCounted>,
    not_looked_for: Option<&'static str>,
}

impl Row {
    fn put(&mut self, name: &str, text: &impl ToString, day: Option<Date>) {
        self.cells.push((name.to_owned(), text.to_string()));
        if let Some(day) = day {
            self.cells.push((format!("{name}_date"), day.to_string()));
        }
    }

    fn sex(&mut self, sex: Option<&str>) {
        if let Some(sex) = sex {
            self.put("registered_sex", &sex, None);
        }
    }

    /// "Yes" of what is recorded; of what is not, this word or nothing.
    fn yes_or(&mut self, name: &str, since: Option<Day>, otherwise: Option<&str>) {
        match (since, otherwise) {
            (Some(since), _) => self.put(name, &"yes", since.date()),
            (None, Some(word)) => self.put(name, &word, None),
            (None, None) => {}
        }
    }

    fn pregnant(&mut self, evidence: &Evidence<'_>) {
        if evidence.is_pregnant() {
            self.put("pregnant", &"yes", None);
        }
    }

    /// What is recorded of the Health Check's exclusions. That there is none is said only to whoever sees all that would tell.
    fn recorded(&mut self, evidence: &Evidence<'_>) {
        let standing = evidence.standing();
        let mut words: Vec<&str> = care::eligibility::nhs_health_check::exclusions()
            .filter(|name| standing.contains_key(name))
            .collect();
        let statin = evidence.statin();
        if statin.is_some() {
            words.push("statin-now");
        }
        words.sort_unstable();
        words.dedup();
        if words.is_empty() {
            if evidence.sees(CONDITIONS) && evidence.sees(MEDICINES) {
                self.put("recorded", &"none", None);
            }
            return;
        }
        let days = words.iter().filter_map(|word| standing.get(word).copied());
        let last = days.chain(statin).max().and_then(Day::date);
        self.put("recorded", &words.join(";"), last);
    }

    /// The day of the last time. Whoever does not see where a later one may stand is told of none.
    fn last(&mut self, evidence: &Evidence<'_>, name: &str, what: &str) {
        if !evidence.sees(DONE) {
            return;
        }
        let Event { last, not_counted } = evidence.event(name, what);
        self.not_counted.extend(not_counted);
        if let Past::Last(day) = last {
            self.put("last", &day, Some(day));
        }
    }

    fn eyes(&mut self, evidence: &Evidence<'_>, name: &str) {
        if !evidence.sees(DONE) {
            return;
        }
        let Event { last, not_counted } = evidence.event(name, "Eye screening");
        self.not_counted.extend(not_counted);
        if let Past::Last(last) = last {
            let days = evidence.days(name).into_iter();
            let words: Vec<String> = days.map(|day| format!("{day}|unknown")).collect();
            self.put("screened", &words.join(";"), Some(last));
        }
    }

    /// A measurement with its day, in the measure's unit or as it came for the rule to refuse.
    fn measure(&mut self, evidence: &Evidence<'_>, name: &str) {
        let Some((reading, day)) = evidence.newest(&codes_of(name)) else {
            return;
        };
        reading.put_number(name, &mut self.cells);
        if let Some(day) = day {
            self.cells.push((format!("{name}_date"), day.to_string()));
        }
    }

    /// When each element of the yearly check was last recorded.
    fn elements(&mut self, evidence: &Evidence<'_>) {
        let mut alcohol = codes_of("alcohol");
        alcohol.extend(AUDIT_C);
        let mut lipids = codes_of("total-cholesterol");
        lipids.extend(codes_of("hdl-cholesterol"));
        lipids.extend(codes_of("ldl-cholesterol"));
        let elements = [
            ("alcohol", alcohol),
            ("blood_glucose", codes_of("hba1c")),
            ("blood_pressure", codes_of("systolic")),
            ("body_mass_index", codes_of("body-mass-index")),
            ("lipids", lipids),
            ("smoking", SMOKING.to_vec()),
        ];
        for (name, codes) in elements {
            if let Some((_, Some(day))) = evidence.newest(&codes) {
                self.put(name, &day, Some(day));
            }
        }
    }
}

/// The codes of a measure.
fn codes_of(name: &str) -> Vec<&'static str> {
    let measure = MEASURES.iter().find(|measure| measure.name == name);
    measure.map_or_else(Vec::new, |measure| {
        measure.codes.iter().map(|(_, code)| *code).collect()
    })
}
