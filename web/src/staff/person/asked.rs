//! What somebody typed into the search for a person, and what is wrong with it.

use actions::person::PersonQuery;
use codes::nhs_number::NhsNumber;
use jiff::civil::Date;

use crate::components::{DateParts, Problem, WrongParts};

/// The form as typed. It is kept in memory only, in the session, and never stands in an address.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) csrf: String,
    pub(crate) name: String,
    #[serde(rename = "nhs-number")]
    pub(crate) nhs_number: String,
    #[serde(rename = "born-day")]
    pub(crate) day: String,
    #[serde(rename = "born-month")]
    pub(crate) month: String,
    #[serde(rename = "born-year")]
    pub(crate) year: String,
    pub(crate) postcode: String,
    pub(crate) telephone: String,
}

/// What is wrong, by field; each in the words that stand beside the field and in the summary.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AskedProblems {
    pub(crate) nhs_number: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) born: Option<(String, WrongParts)>,
    pub(crate) postcode: Option<String>,
    pub(crate) telephone: Option<String>,
}

impl AskedProblems {
    pub(crate) fn is_empty(&self) -> bool {
        *self == AskedProblems::default()
    }

    /// For the error summary, in the order of the form.
    pub(crate) fn list(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        problems.extend(
            self.nhs_number
                .as_ref()
                .map(|words| Problem::new("nhs-number", words)),
        );
        problems.extend(self.name.as_ref().map(|words| Problem::new("name", words)));
        problems.extend(
            self.born
                .as_ref()
                .map(|(words, wrong)| Problem::new(format!("born-{}", wrong.first()), words)),
        );
        problems.extend(
            self.postcode
                .as_ref()
                .map(|words| Problem::new("postcode", words)),
        );
        problems.extend(
            self.telephone
                .as_ref()
                .map(|words| Problem::new("telephone", words)),
        );
        problems
    }
}

/// The most characters of a name, postcode or telephone number that are searched for.
const LONGEST_NAME: usize = 200;
const LONGEST_POSTCODE: usize = 12;
const LONGEST_TELEPHONE: usize = 40;

impl Asked {
    pub(crate) fn born(&self) -> DateParts {
        DateParts {
            day: self.day.clone(),
            month: self.month.clone(),
            year: self.year.clone(),
        }
    }

    /// The date of birth, when one was typed and is a date.
    pub(crate) fn born_date(&self) -> Option<Date> {
        born(&self.born(), Date::MAX).ok().flatten()
    }

    /// The query to ask, or what to put right first. `today` bounds the date of birth.
    pub(crate) fn query(&self, today: Date) -> Result<PersonQuery, Box<AskedProblems>> {
        let mut problems = AskedProblems::default();
        let nhs_number = match self.nhs_number.trim() {
            "" => None,
            typed => match NhsNumber::parse(typed) {
                Ok(number) => Some(number),
                Err(_) => {
                    problems.nhs_number = Some(nhs_number_words(typed));
                    None
                }
            },
        };
        let name = match self.name.trim() {
            "" => None,
            typed if typed.chars().any(char::is_control) => {
                problems.name = Some("Name must not contain control characters".to_owned());
                None
            }
            typed if typed.chars().count() > LONGEST_NAME => {
                problems.name = Some(format!("Name must be {LONGEST_NAME} characters or fewer"));
                None
            }
            typed if !typed.chars().any(char::is_alphabetic) => {
                problems.name = Some("Name must include letters".to_owned());
                None
            }
            typed => Some(typed.to_owned()),
        };
        let born = match born(&self.born(), today) {
            Ok(born) => born,
            Err(problem) => {
                problems.born = Some(problem);
                None
            }
        };
        let postcode = match self.postcode.trim() {
            "" => None,
            typed
                if typed.chars().count() <= LONGEST_POSTCODE
                    && typed
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-')
                    && typed.chars().any(|c| c.is_ascii_alphanumeric()) =>
            {
                Some(typed.to_owned())
            }
            _ => {
                problems.postcode = Some("Enter a real postcode, like BA1 1AA".to_owned());
                None
            }
        };
        let telephone = match self.telephone.trim() {
            "" => None,
            typed
                if typed.chars().count() <= LONGEST_TELEPHONE
                    && (5..=15).contains(&typed.chars().filter(char::is_ascii_digit).count())
                    && typed.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c)) =>
            {
                Some(typed.to_owned())
            }
            _ => {
                problems.telephone = Some("Enter a telephone number, like 01632 960 001".to_owned());
                None
            }
        };
        let nothing = name.is_none()
            && nhs_number.is_none()
            && born.is_none()
            && postcode.is_none()
            && telephone.is_none();
        if problems.is_empty() && nothing {
            problems.nhs_number = Some(
                "Enter an NHS number, a name, a date of birth, a postcode or a telephone number".to_owned(),
            );
        }
        if problems.is_empty() {
            Ok(PersonQuery {
                name,
                nhs_number,
                born,
                postcode,
                telephone,
            })
        } else {
            Err(Box::new(problems))
        }
    }
}

fn nhs_number_words(typed: &str) -> String {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    let others = typed
        .chars()
        .any(|c| !c.is_ascii_digit() && !c.is_whitespace() && c != '-');
    if others {
        "NHS number must only include numbers".to_owned()
    } else if digits == 10 {
        "NHS number is not valid: its last digit does not fit the others. Check each digit".to_owned()
    } else {
        format!("NHS number must be 10 digits; this has {digits}")
    }
}

fn born(typed: &DateParts, today: Date) -> Result<Option<Date>, (String, WrongParts)> {
    if typed.is_empty() {
        return Ok(None);
    }
    let missing = WrongParts {
        day: typed.day.trim().is_empty(),
        month: typed.month.trim().is_empty(),
        year: typed.year.trim().is_empty(),
    };
    if missing != WrongParts::default() {
        let names: Vec<&str> = [
            (missing.day, "day"),
            (missing.month, "month"),
            (missing.year, "year"),
        ]
        .into_iter()
        .filter_map(|(is_missing, name)| is_missing.then_some(name))
        .collect();
        return Err((
            format!("Date of birth must include a {}", names.join(" and a ")),
            missing,
        ));
    }
    let day = number(&typed.day, 1, 31);
    let month = month(&typed.month);
    let year = number(&typed.year, 1850, 9999);
    let wrong = WrongParts {
        day: day.is_none(),
        month: month.is_none(),
        year: year.is_none(),
    };
    let (Some(day), Some(month), Some(year)) = (day, month, year) else {
        let words = match wrong {
            WrongParts {
                year: true,
                day: false,
                month: false,
            } => "Year of birth must be 4 numbers, like 1946",
            WrongParts { .. } => "Date of birth must be a real date",
        };
        return Err((words.to_owned(), wrong));
    };
    let real = i8::try_from(day)
        .ok()
        .zip(i8::try_from(month).ok())
        .and_then(|(day, month)| Date::new(year, month, day).ok());
    match real {
        None => Err((
            "Date of birth must be a real date".to_owned(),
            WrongParts {
                day: true,
                ..WrongParts::default()
            },
        )),
        Some(date) if date > today => Err(("Date of birth must be in the past".to_owned(), WrongParts::ALL)),
        Some(date) => Ok(Some(date)),
    }
}

fn number(typed: &str, low: i16, high: i16) -> Option<i16> {
    let typed = typed.trim();
    let digits = !typed.is_empty() && typed.len() <= 4 && typed.bytes().all(|byte| byte.is_ascii_digit());
    digits
        .then(|| typed.parse().ok())
        .flatten()
        .filter(|number| (low..=high).contains(number))
}

/// A month by its number or its English name.
fn month(typed: &str) -> Option<i16> {
    number(typed, 1, 12).or_else(|| {
        let typed = typed.trim().to_lowercase();
        if typed.len() < 3 {
            return None;
        }
        (1..=12).find(|month| {
            i8::try_from(*month).is_ok_and(|m| care::london::month_name(m).to_lowercase().starts_with(&typed))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::Asked;
    use jiff::civil::date;

    fn asked() -> Asked {
        Asked::default()
    }

    fn born(day: &str, month: &str, year: &str) -> Asked {
        Asked {
            day: day.to_owned(),
            month: month.to_owned(),
            year: year.to_owned(),
            ..asked()
        }
    }

    const TODAY: jiff::civil::Date = date(2026, 8, 3);

    #[test]
    fn an_empty_form_is_asked_to_be_filled_in_at_its_first_field() {
        let problems = asked().query(TODAY).expect_err("refused").list();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].target, "nhs-number");
    }

    #[test]
    fn an_nhs_number_is_taken_with_spaces_and_refused_with_a_wrong_check_digit() {
        let number = |typed: &str| {
            Asked {
                nhs_number: typed.to_owned(),
                ..asked()
            }
            .query(TODAY)
        };
        assert_eq!(
            number(" 943 476 5919 ")
                .expect("taken")
                .nhs_number
                .expect("number")
                .digits(),
            "9434765919"
        );
        let words = |typed: &str| number(typed).expect_err("refused").nhs_number.expect("words");
        assert!(words("943 476 5918").contains("last digit"));
        assert!(words("943 476 591").contains("this has 9"));
        assert!(words("943 476 591x").contains("only include numbers"));
    }

    #[test]
    fn a_date_of_birth_takes_a_month_by_number_or_name() {
        for month in ["2", "02", "Feb", "february"] {
            let query = born("29", month, "1944").query(TODAY).expect("taken");
            assert_eq!(query.born, Some(date(1944, 2, 29)), "{month}");
        }
    }

    #[test]
    fn a_date_of_birth_that_is_no_date_marks_what_is_wrong() {
        let words = |typed: Asked| typed.query(TODAY).expect_err("refused").born.expect("words");
        assert_eq!(
            words(born("30", "2", "1944")).0,
            "Date of birth must be a real date"
        );
        assert_eq!(words(born("", "2", "1944")).0, "Date of birth must include a day");
        assert_eq!(
            words(born("", "", "1944")).0,
            "Date of birth must include a day and a month"
        );
        assert_eq!(
            words(born("1", "2", "44")).0,
            "Year of birth must be 4 numbers, like 1946"
        );
        assert_eq!(
            words(born("4", "8", "2026")).0,
            "Date of birth must be in the past"
        );
        assert!(words(born("32", "2", "1944")).1.day);
        assert!(!words(born("32", "2", "1944")).1.year);
    }

    #[test]
    fn a_postcode_must_look_like_one() {
        let postcode = |typed: &str| {
            Asked {
                postcode: typed.to_owned(),
                ..asked()
            }
            .query(TODAY)
        };
        assert!(postcode("ba1 1aa").is_ok());
        assert!(postcode("<script>").is_err());
        assert!(postcode("--").is_err());
    }

    #[test]
    fn a_telephone_number_is_taken_in_any_spelling_and_words_are_not() {
        let telephone = |typed: &str| {
            Asked {
                telephone: typed.to_owned(),
                ..asked()
            }
            .query(TODAY)
        };
        assert!(telephone("+44 (0)1632 960-001").is_ok());
        for wrong in ["1234", "call me", "01632 960001 or 01632 960002"] {
            let problems = telephone(wrong).expect_err("refused").list();
            assert_eq!(problems[0].target, "telephone", "{wrong}");
        }
    }
}
