//! `parameters.tsv` and `compartment.tsv`: what can be searched, and what belongs to a person.

use super::source::Definitions;
use anyhow::{Context as _, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One line a resource type and parameter, with the parts of the expression that concern that type, and why it
/// is not served if it is not.
pub(crate) fn parameters(definitions: &Definitions) -> anyhow::Result<String> {
    let mut lines = BTreeMap::new();
    for (id, parameter) in &definitions.parameters {
        let Some(expression) = parameter["expression"].as_str() else {
            continue;
        };
        // Parameters over extensions and those shown as examples are no part of the base standard.
        if id.starts_with("example") || expression.contains("xtension(") {
            continue;
        }
        let text = |name: &str| parameter[name].as_str().unwrap_or_default();
        let bases = parameter["base"]
            .as_array()
            .context("a search parameter has no base")?;
        for base in bases.iter().filter_map(Value::as_str) {
            let own = for_base(base, expression);
            let kind = text("type");
            let reason = unsupported(text("code"), kind, &own);
            lines.insert(
                (base.to_owned(), text("code").to_owned()),
                format!("{kind}\t{}\t{own}\t{reason}", text("url")),
            );
        }
    }
    let mut out = String::from("#type\tcode\tkind\tdefinition\texpression\tunsupported because\n");
    for ((base, code), line) in lines {
        writeln!(out, "{base}\t{code}\t{line}")?;
    }
    Ok(out)
}

/// The same lines for parameters of our own, each served: one that could not be is refused here.
pub(crate) fn local(text: &str) -> anyhow::Result<String> {
    let parameters: Vec<Value> = serde_json::from_str(text).context("not a list of search parameters")?;
    let mut lines = BTreeMap::new();
    for parameter in &parameters {
        let text = |name: &str| parameter[name].as_str().unwrap_or_default();
        let (code, kind, expression) = (text("code"), text("type"), text("expression"));
        let bases = parameter["base"]
            .as_array()
            .with_context(|| format!("`{code}` has no base"))?;
        for name in ["url", "code", "type", "expression", "description"] {
            ensure!(!text(name).is_empty(), "`{code}` has no {name}");
        }
        for base in bases.iter().filter_map(Value::as_str) {
            let own = for_base(base, expression);
            ensure!(!own.is_empty(), "`{code}` says nothing of {base}");
            let reason = unsupported(code, kind, &own);
            ensure!(reason.is_empty(), "`{code}` of {base}: {reason}");
            lines.insert(
                (base.to_owned(), code.to_owned()),
                format!("{kind}\t{}\t{own}\t", text("url")),
            );
        }
    }
    let mut out = String::from("#type\tcode\tkind\tdefinition\texpression\tunsupported because\n");
    for ((base, code), line) in lines {
        writeln!(out, "{base}\t{code}\t{line}")?;
    }
    Ok(out)
}

/// The alternatives of a union that begin at `base`, without white space that carries no meaning.
fn for_base(base: &str, expression: &str) -> String {
    let mut own: Vec<&str> = Vec::new();
    for part in expression.split('|').map(str::trim) {
        let head: String = part
            .trim_start_matches('(')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        let general = base == "Resource" || base == "DomainResource";
        if (head == base || general || !head.starts_with(char::is_uppercase)) && !own.contains(&part) {
            own.push(part);
        }
    }
    own.join(" | ")
}

fn unsupported(code: &str, kind: &str, expression: &str) -> &'static str {
    match kind {
        "composite" => "composite parameters are not served",
        "quantity" | "number" => "quantity and number parameters are not served",
        "special" => "special parameters are not served",
        _ if code == "_id" || code == "_lastUpdated" => "kept by the record, not by the index",
        _ if code == "phonetic" => "no phonetic matching",
        _ if expression.contains('[') => "points into a Bundle",
        _ => "",
    }
}

/// One line a type of the patient compartment: its parameters' codes.
pub(crate) fn compartment(definitions: &Definitions) -> anyhow::Result<String> {
    let mut out = String::from("#type\tparameters\n");
    let resources = definitions.patient_compartment["resource"]
        .as_array()
        .context("no patient compartment")?;
    let mut lines = BTreeMap::new();
    for resource in resources {
        let codes: Vec<&str> = resource["param"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        if !codes.is_empty() {
            lines.insert(resource["code"].as_str().unwrap_or_default(), codes.join(" "));
        }
    }
    for (name, codes) in lines {
        writeln!(out, "{name}\t{codes}")?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::local;

    const OWN: &str = r#"[{"url":"https://a.example/b","code":"own","base":["Patient"],"type":"token","description":"d",
        "expression":"Patient.gender"}]"#;

    #[test]
    fn a_parameter_of_our_own_becomes_a_line() {
        let table = local(OWN).unwrap();
        assert!(table.ends_with("Patient\town\ttoken\thttps://a.example/b\tPatient.gender\t\n"));
    }

    #[test]
    fn one_that_could_not_be_served_is_refused_by_its_code() {
        for wrong in [
            ("token", "composite"),
            ("Patient.gender", "Person.gender"),
            ("\"d\"", "\"\""),
        ] {
            let refused = local(&OWN.replace(wrong.0, wrong.1)).unwrap_err();
            assert!(refused.to_string().contains("`own`"), "{refused}");
        }
    }
}
