//! The seals against their anchors: what stands outside cannot be recomputed by whoever owns the database, not even with
//! the signing key.

use std::collections::BTreeMap;
use std::path::Path;

use crate::instant::instant;
use crate::seal::anchor::{self, Anchored};
use crate::seal::line::Line;
use crate::verify::seals::Sealed;
use crate::verify::{Anchors, LeftBehind, VerifyReport};
use crate::writer::write::timestamp;

/// Compares one anchor file with the seals; what is proven is told in the report. A seal that a restore left behind, by a
/// signed line, is not there and need not be.
pub(super) fn check(path: &Path, sealed: &Sealed, history: &[Line], report: &mut VerifyReport) {
    let lines = match anchor::read(path) {
        Ok(lines) => lines,
        Err(error) => {
            report.fault("anchor", format!("the anchor file cannot be read: {error}"));
            return;
        }
    };
    let seals: BTreeMap<u64, _> = sealed.seals.iter().map(|seal| (seal.number, seal)).collect();
    let newest = seals.keys().next_back().copied().unwrap_or(0);
    let found = report.anchors.get_or_insert_with(Anchors::default);
    found.torn_lines += lines.torn;
    found.seals += lines.anchored.len() as u64;
    let mut wrong: Vec<String> = Vec::new();
    for line in &lines.anchored {
        let Anchored {
            number, hash, public, ..
        } = line;
        let when = instant(line.at);
        let found_there = seals.get(number);
        if found_there.is_none_or(|seal| seal.hash != *hash)
            && let Some(began) = history.iter().find(|began| began.left(line))
        {
            found.leave_behind(began);
            continue;
        }
        match found_there {
            None if *number > newest => wrong.push(format!(
                "seal {number}, anchored at {when}, is gone: the seals were cut after {newest}"
            )),
            None => wrong.push(format!("seal {number}, anchored at {when}, was removed")),
            Some(seal) if seal.hash != *hash => wrong.push(format!(
                "seal {number} is not the one anchored at {when}: the chain was recomputed, at this seal or before it"
            )),
            Some(seal) if seal.signer.is_none_or(|signer| signer.as_bytes() != public) => wrong.push(format!(
                "seal {number}: its signer is not the key anchored at {when}"
            )),
            Some(_) => {
                if found.last.is_none_or(|(known, _)| known < *number) {
                    found.last = Some((*number, line.at));
                }
            }
        }
    }
    if lines.anchored.is_empty() {
        wrong.push("the anchor file names no seal: it was emptied, or is another file".to_owned());
    }
    for words in wrong {
        report.fault("anchor", words);
    }
}

impl Anchors {
    fn leave_behind(&mut self, line: &Line) {
        match self.left_behind.iter_mut().find(|left| left.line == line.number) {
            Some(left) => left.seals += 1,
            None => self.left_behind.push(LeftBehind {
                line: line.number,
                run: line.run.clone(),
                at: timestamp(line.at),
                until: line.until.map(timestamp),
                seals: 1,
            }),
        }
    }
}
