//! Progress in bytes read, and where an interrupted import of a file had got to.
//!
//! The mark is a hint that saves reading again what is kept; that nothing is kept twice rests on the commits'
//! idempotency keys, so a mark that is behind costs time only, and it is written after its commits were acknowledged.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar on a terminal, nothing elsewhere.
pub(super) fn bar(bytes: u64) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes}  {msg}  {eta}") {
        bar.set_style(style);
    }
    bar
}

/// How many slices of each file are kept, by the file's digest.
pub(super) struct Marks {
    path: PathBuf,
    slices: HashMap<String, u64>,
}

impl Marks {
    pub(super) fn read(directory: &Path) -> Marks {
        let path = directory.join("import-marks.txt");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let slices = text
            .lines()
            .filter_map(|line| {
                let (digest, slices) = line.split_once(' ')?;
                Some((digest.to_owned(), slices.parse().ok()?))
            })
            .collect();
        Marks { path, slices }
    }

    pub(super) fn of(&self, digest: &str) -> u64 {
        self.slices.get(digest).copied().unwrap_or(0)
    }

    pub(super) fn set(&mut self, digest: &str, slices: u64) {
        self.slices.insert(digest.to_owned(), slices);
        let text: String = self
            .slices
            .iter()
            .map(|(digest, slices)| format!("{digest} {slices}\n"))
            .collect();
        let beside = self.path.with_extension("tmp");
        if std::fs::write(&beside, text)
            .and_then(|()| std::fs::rename(&beside, &self.path))
            .is_err()
        {
            tracing::warn!(
                "the import's mark could not be written; a later run reads the file again from its start"
            );
        }
    }
}
