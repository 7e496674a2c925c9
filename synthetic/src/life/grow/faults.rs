//! What is wrong with the data, on purpose: rates are assumptions in `numbers.csv`.

use super::Growing;
use crate::life::{Fault, FaultKind, Life};
use crate::random::Stream;

/// Deals out faults.
pub(super) fn faults(growing: &Growing<'_>, life: &mut Life) {
    let mut random = growing.random(Stream::Fault);
    let [duplicate, spellings, merged, wrong_letter, ..] = growing.rates.faults;
    let mut deal = |kind, share: f64, life: &mut Life| {
        let [hit, when] = std::array::from_fn(|_| random.unit());
        if hit < share {
            let span = f64::from((growing.last.0 - growing.since.0).max(1));
            life.faults.push(Fault {
                kind,
                day: growing.since.plus((span * when) as i32),
            });
        }
    };
    deal(FaultKind::Duplicate, duplicate, life);
    deal(FaultKind::TwoSpellings, spellings, life);
    let may_have_had_another = life.person.superseded.is_some();
    deal(
        FaultKind::MergedNumber,
        if may_have_had_another { merged } else { 0.0 },
        life,
    );
    let letters = life.letters.len();
    deal(
        FaultKind::WrongLetter,
        if letters > 0 { wrong_letter } else { 0.0 },
        life,
    );
    if let Some(fault) = life
        .faults
        .iter()
        .find(|fault| fault.kind == FaultKind::WrongLetter)
    {
        let at = fault.day.0.unsigned_abs() as usize % letters.max(1);
        if let Some(letter) = life.letters.get_mut(at) {
            letter.misfiled = true;
        }
    }
    for problem in &life.problems {
        if problem.recorded.0 - problem.onset.0 > 365 {
            life.faults.push(Fault {
                kind: FaultKind::LateEntry,
                day: problem.recorded,
            });
            break;
        }
    }
    if let Some(problem) = life.problems.iter().find(|problem| problem.uncoded) {
        life.faults.push(Fault {
            kind: FaultKind::MissingCode,
            day: problem.recorded,
        });
    }
    // One practice's system went silent a year ago: what it did since then never came.
    let silent = growing.now().plus(-365);
    if usize::from(growing.bones.practice) == growing.region.place.practices.len() / 3
        && life.faults.len().is_multiple_of(2)
    {
        life.faults.push(Fault {
            kind: FaultKind::SilentSource,
            day: silent,
        });
    }
}
