//! Makes the generated tables of `fhir/src/generated/` from the official R4 definitions.
//!
//! The source is HL7's own npm package, fetched by exact version and checked against a hash; the definitions
//! themselves are never committed. Output is sorted TSV, so that a change of version shows as a readable diff.

mod elements;
mod parameters;
mod source;
mod value_sets;

use anyhow::{Context as _, bail};
use std::path::Path;

/// One generated file: its name under `fhir/src/generated/` and its text.
pub(crate) type Generated = (&'static str, String);

/// Our own search parameters, as FHIR defines search parameters.
const LOCAL: &str = "fhir/data/search-parameters.local.json";
/// The table made of them.
const LOCAL_TABLE: &str = "parameters.local.tsv";

/// Makes the tables, or with `--check` compares them with what stands in the tree.
///
/// `--from DIR` reads an unpacked package in `DIR` instead of fetching it. `local` makes the table of our own search
/// parameters alone, which needs no package.
pub(crate) fn run(root: &Path, arguments: &[String]) -> anyhow::Result<()> {
    let mut check = false;
    let mut from = None;
    let mut ours_alone = false;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "fhir" => {}
            "local" => ours_alone = true,
            "--check" => check = true,
            "--from" => from = Some(words.next().context("--from needs a folder")?.as_str()),
            other => bail!("unknown argument {other}: generate [fhir|local] [--check] [--from DIR]"),
        }
    }
    let local = root.join(LOCAL);
    let ours = std::fs::read_to_string(&local).with_context(|| local.display().to_string())?;
    let ours = [(LOCAL_TABLE, parameters::local(&ours)?)];
    write_or_compare(&root.join("fhir/src/generated"), &ours, check)?;
    if ours_alone {
        return Ok(());
    }
    fhir(&root.join("fhir/src/generated"), from.map(Path::new), check)
}

/// Writes the tables of the `fhir` crate to `directory`, or compares them with what is there.
pub(crate) fn fhir(directory: &Path, from: Option<&Path>, check: bool) -> anyhow::Result<()> {
    let package = source::open(from)?;
    let definitions = source::Definitions::read(package.path())?;
    let bindings = value_sets::enumerate(&definitions);
    let mut files = vec![
        ("types.tsv", elements::types(&definitions)?),
        ("elements.tsv", elements::elements(&definitions, &bindings)?),
        ("value_sets.tsv", value_sets::table(&definitions, &bindings)?),
        ("parameters.tsv", parameters::parameters(&definitions)?),
        ("compartment.tsv", parameters::compartment(&definitions)?),
    ];
    files.push(("VERSION", source::version_line()));
    write_or_compare(directory, &files, check)
}

fn write_or_compare(directory: &Path, files: &[Generated], check: bool) -> anyhow::Result<()> {
    let mut stale = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        if check {
            if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
                stale.push(*name);
            }
        } else {
            std::fs::create_dir_all(directory)?;
            std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        }
    }
    if !stale.is_empty() {
        bail!(
            "fhir/src/generated is stale ({}): run `cargo xtask generate`",
            stale.join(", ")
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;
    use std::path::Path;

    #[test]
    fn the_table_of_our_own_parameters_is_what_their_definitions_give() {
        let root = Path::new("..");
        run(root, &["local".to_owned(), "--check".to_owned()]).unwrap();
    }
}
