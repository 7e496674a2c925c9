//! A measured amount with its unit, and numbers written for people.

/// A number with an optional comparator and unit. Units are never converted and never assumed.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Quantity {
    /// The number as sent; nothing when only a unit came.
    pub value: Option<f64>,
    /// `<`, `<=`, `>=`, `>` or another comparator as sent.
    pub comparator: Option<String>,
    /// The unit in words.
    pub unit: Option<String>,
    /// The code system of the unit, usually UCUM.
    pub system: Option<String>,
    /// The unit's code.
    pub code: Option<String>,
}

impl Quantity {
    /// A number with a UCUM unit.
    pub fn ucum(value: f64, code: &str) -> Quantity {
        Quantity {
            value: Some(value),
            unit: Some(code.to_owned()),
            system: Some(codes::system::UCUM.to_owned()),
            code: Some(code.to_owned()),
            ..Quantity::default()
        }
    }

    /// What tells one unit from another: the code, else the words; two quantities may share an axis only when equal.
    pub fn unit_key(&self) -> &str {
        self.code.as_deref().or(self.unit.as_deref()).unwrap_or("")
    }

    /// The unit as a clinician writes it: mmHg, °C, % and so on; empty when none was sent.
    pub fn unit_words(&self) -> &str {
        let ucum = self.system.as_deref() == Some(codes::system::UCUM);
        match (ucum, self.code.as_deref()) {
            (true, Some("mm[Hg]")) => "mmHg",
            (true, Some("Cel")) => "°C",
            (true, Some("[degF]")) => "°F",
            (true, Some("/min" | "{beats}/min" | "{breaths}/min")) => "per minute",
            (true, Some("kg/m2")) => "kg/m²",
            (true, Some("10*9/L")) => "×10⁹/L",
            (true, Some("10*12/L")) => "×10¹²/L",
            (true, Some("ug")) => "micrograms",
            (true, Some("{score}" | "{ScoreOf}" | "1" | "{INR}")) => "",
            _ => self.unit.as_deref().or(self.code.as_deref()).unwrap_or(""),
        }
    }

    /// The number and its unit: "37.2°C", "98%", "120 mmHg", "<5 mg/L".
    pub fn words(&self) -> String {
        let Some(value) = self.value else {
            return "no value".to_owned();
        };
        let number = format!("{}{}", self.comparator_words(), number_words(value));
        match self.unit_words() {
            "" => number,
            unit @ ("%" | "°C" | "°F") => format!("{number}{unit}"),
            unit => format!("{number} {unit}"),
        }
    }

    /// As a dose, by the NHS service manual: weights and volumes without a space ("250mg"), words with one
    /// ("2 tablets"), micrograms in full.
    pub fn dose_words(&self) -> String {
        let Some(value) = self.value else {
            return "dose not stated".to_owned();
        };
        let number = format!("{}{}", self.comparator_words(), number_words(value));
        match self.unit_words() {
            "" => format!("{number} (unit not given)"),
            unit @ ("mg" | "g" | "kg" | "mL" | "ml" | "L" | "%" | "mmol") => format!("{number}{unit}"),
            "mcg" | "µg" | "μg" | "ug" => format!("{number} micrograms"),
            "ng" => format!("{number} nanograms"),
            "U" | "u" | "IU" | "iu" | "[IU]" | "[iU]" => format!("{number} units"),
            unit => format!("{number} {unit}"),
        }
    }

    fn comparator_words(&self) -> &str {
        self.comparator
            .as_deref()
            .map_or("", |comparator| match comparator {
                "<=" => "≤",
                ">=" => "≥",
                other => other,
            })
    }
}

/// A number for people: commas above 999, no trailing zeros; a number of more than six significant figures (the debris
/// of binary arithmetic) is rounded to four, but never loses a digit before the decimal point.
///
/// ```
/// use care::quantity::number_words;
/// assert_eq!(number_words(37.2), "37.2");
/// assert_eq!(number_words(12500.0), "12,500");
/// assert_eq!(number_words(176.35499866729558), "176.4");
/// assert_eq!(number_words(0.0123), "0.0123");
/// ```
pub fn number_words(value: f64) -> String {
    if !value.is_finite() {
        return "not a number".to_owned();
    }
    let exact = format!("{}", value.abs());
    let significant = exact
        .trim_start_matches(['0', '.'])
        .chars()
        .filter(char::is_ascii_digit)
        .count();
    let text = if significant <= 6 || !exact.contains('.') {
        exact
    } else {
        rounded(value.abs())
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut words = String::new();
    if value < 0.0 && text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        words.push('\u{2212}');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            words.push(',');
        }
        words.push(digit);
    }
    if !fraction.is_empty() {
        words.push('.');
        words.push_str(fraction);
    }
    words
}

fn rounded(value: f64) -> String {
    let before_point = if value >= 1.0 {
        format!("{}", value.trunc()).len()
    } else {
        0
    };
    let leading_zeros = if value > 0.0 && value < 1.0 {
        format!("{value}")
            .bytes()
            .skip(2)
            .take_while(|b| *b == b'0')
            .count()
    } else {
        0
    };
    let decimals = 4usize.saturating_sub(before_point) + leading_zeros;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
