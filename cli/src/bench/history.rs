//! `bench/history.csv`: one line for each figure of each run, never changed afterwards.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::figures::Figure;

/// The columns; those of `docs/bench.md`.
pub(super) const HEADER: &str = "date,commit,row,size,value,unit,peer value,ratio";

/// When and of what the figures are.
#[derive(Debug, Clone)]
pub(super) struct Occasion {
    /// As 2026-11-22.
    pub(super) date: String,
    pub(super) commit: String,
    /// What follows the row's name when the record was not kept in its folder.
    pub(super) engine: &'static str,
}

/// Appends figures; the file is made, with its header, when it is not there.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn append(path: &Path, occasion: &Occasion, figures: &[Figure]) -> anyhow::Result<()> {
    let cannot = || format!("{} cannot be written", path.display());
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(cannot)?;
    let mut text = String::new();
    if file.metadata().with_context(cannot)?.len() == 0 {
        text.push_str(HEADER);
        text.push('\n');
    }
    for figure in figures {
        text.push_str(&line(occasion, figure));
        text.push('\n');
    }
    // One write, so that a run that is killed leaves whole lines.
    file.write_all(text.as_bytes()).with_context(cannot)
}

fn line(occasion: &Occasion, figure: &Figure) -> String {
    let peer = figure
        .beside
        .as_ref()
        .map(|beside| plain(beside.value))
        .unwrap_or_default();
    let ratio = figure
        .ratio()
        .map(|ratio| format!("{ratio:.3}"))
        .unwrap_or_default();
    [
        &occasion.date,
        &occasion.commit,
        &format!("{}{}", figure.row, occasion.engine),
        &figure.size.to_string(),
        &plain(figure.value),
        figure.unit,
        &peer,
        &ratio,
    ]
    .map(field)
    .join(",")
}

/// Four digits after the point, without noughts at the end.
fn plain(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A field as RFC 4180 writes it.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{HEADER, Occasion, append};
    use crate::bench::figures::Figure;

    fn occasion() -> Occasion {
        Occasion {
            date: "2026-11-22".to_owned(),
            commit: "abc1234".to_owned(),
            engine: "",
        }
    }

    #[test]
    fn runs_are_appended_below_one_header() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history.csv");
        let figure = Figure::new("read", 300_000, 0.05, "CPU-ms each").beside("still", 0.025);
        append(&path, &occasion(), &[figure]).expect("written");
        append(
            &path,
            &occasion(),
            &[Figure::new("disk", 300_000, 512.0, "bytes each")],
        )
        .expect("written");
        let text = std::fs::read_to_string(&path).expect("read");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines,
            [
                HEADER,
                "2026-11-22,abc1234,read,300000,0.05,CPU-ms each,0.025,2.000",
                "2026-11-22,abc1234,disk,300000,512,bytes each,,",
            ]
        );
    }

    #[test]
    fn a_file_that_has_only_its_header_keeps_it_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history.csv");
        std::fs::write(&path, format!("{HEADER}\n")).expect("written");
        append(&path, &occasion(), &[Figure::new("start", 1, 0.1, "s")]).expect("written");
        assert_eq!(
            std::fs::read_to_string(&path)
                .expect("read")
                .matches("date,")
                .count(),
            1
        );
    }

    #[test]
    fn commas_and_quotes_stay_inside_their_field() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("history.csv");
        let occasion = Occasion {
            commit: "a\"b,c".to_owned(),
            engine: " on postgresql",
            ..occasion()
        };
        append(&path, &occasion, &[Figure::new("read", 1, 1.0, "s")]).expect("written");
        assert!(
            std::fs::read_to_string(&path)
                .expect("read")
                .contains("2026-11-22,\"a\"\"b,c\",read on postgresql,1,1,s,,\n")
        );
    }
}
