//! The list of documents that were not kept, and why; the documents themselves stay where they were.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use fhir::Issue;
use serde_json::json;

/// Appends to the rejects file; the file is made when there is something to say.
pub(super) struct Rejects {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    pub(super) count: u64,
}

impl Rejects {
    pub(super) fn new(path: PathBuf) -> Rejects {
        Rejects {
            path,
            file: None,
            count: 0,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lists one document. `place` is its line, or its entry in a Bundle, from 1; 0 for a whole file.
    pub(super) fn add(&mut self, source: &Path, place: u64, issues: &[Issue]) -> anyhow::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let opened = OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(&self.path)
                    .with_context(|| format!("the rejects file {} cannot be written", self.path.display()))?;
                none.insert(BufWriter::new(opened))
            }
        };
        let issues: Vec<_> = issues
            .iter()
            .map(|issue| {
                json!({ "code": issue.code.code(), "expression": issue.expression, "diagnostics": issue.diagnostics })
            })
            .collect();
        let line = json!({ "file": source.display().to_string(), "place": place, "issues": issues });
        writeln!(file, "{line}").context("the rejects file cannot be written")?;
        self.count += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        if let Some(file) = &mut self.file {
            file.flush().context("the rejects file cannot be written")?;
        }
        Ok(())
    }
}
