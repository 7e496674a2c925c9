//! Features, outcome and side of each person as CSV, for other programs to train on. It bears no key, and its rows are sorted by what they
//! say, so that nothing tells where somebody stands; yet it is of people, and its owner alone may read it.

use std::fs::File;
use std::io::BufWriter;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context;
use population::model::{Example, Inputs, TERMS, is_trained_on};

/// Columns after the features.
const AFTER: [&str; 2] = ["outcome", "trained_on"];

pub(super) fn write(path: &Path, people: &[Example], share: u8) -> anyhow::Result<()> {
    let cannot = || format!("--matrix: {} cannot be written", path.display());
    let file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut rows: Vec<(Inputs, bool, bool)> = people
        .iter()
        .map(|one| (one.inputs, one.outcome, is_trained_on(one.person, share)))
        .collect();
    rows.sort_unstable();
    let mut out = csv::Writer::from_writer(BufWriter::new(file.with_context(cannot)?));
    let names = TERMS.iter().map(|term| term.name.as_str());
    out.write_record(names.chain(AFTER))?;
    let side = |holds: bool| if holds { "1" } else { "0" };
    for (inputs, outcome, trained) in &rows {
        for value in inputs.values() {
            out.write_field(value.to_string())?;
        }
        out.write_record([side(*outcome), side(*trained)])?;
    }
    out.flush().with_context(cannot)
}
