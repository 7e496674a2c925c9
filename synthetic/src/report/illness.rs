//! Registers: by council, and how they rise or fall with deprivation.

use std::collections::HashMap;

use super::compared;
use super::row::{Row, Rows};
use crate::parameters::Register;
use crate::place::table;
use crate::summary::Figure;
use crate::{Region, SynthError};

/// A register of the Quality and Outcomes Framework: which conditions count, at what ages.
struct Counted {
    code: String,
    name: String,
    bits: u64,
    from: u8,
    to: u8,
}

fn registers(region: &Region) -> Vec<Counted> {
    let mut found: Vec<Counted> = Vec::new();
    for (place, condition) in region
        .parameters
        .conditions
        .iter()
        .take(region.parameters.chronic)
        .enumerate()
    {
        if let Register::Qof { code, from, to } = &condition.register {
            let mut bits = 1 << place;
            for (other, kind) in region
                .parameters
                .conditions
                .iter()
                .enumerate()
                .take(region.parameters.chronic)
            {
                if matches!(kind.register, Register::Instead { other: of, .. } if usize::from(of) == place) {
                    bits |= 1 << other;
                }
            }
            found.push(Counted {
                code: code.clone(),
                name: condition.name.clone(),
                bits,
                from: *from,
                to: *to,
            });
        }
    }
    found
}

pub(super) fn figures(region: &Region, rows: &Rows, figures: &mut Vec<Figure>) -> Result<(), SynthError> {
    let place = &region.place;
    let files = &region.options.files;
    let mut names: HashMap<String, String> = HashMap::new();
    let mut by_council: HashMap<(String, usize), f64> = HashMap::new();
    for row in table(files, "qof_prevalence_2019_20_by_la.csv")?.rows() {
        let code = row.text("lad_code")?;
        let register = row.text("group_code")?.to_owned();
        names.insert(register.clone(), row.text("condition")?.to_owned());
        if let Some(council) = place.councils.iter().position(|council| council.code == code) {
            by_council.insert((register, council), row.number("prevalence")?);
        }
    }
    let mut england: HashMap<(String, u8), f64> = HashMap::new();
    for row in table(files, "qof_prevalence_2019_20_by_imd_england.csv")?.rows() {
        let decile = row.number("imd2019_decile_1_most_deprived")? as u8;
        england.insert(
            (row.text("group_code")?.to_owned(), decile),
            row.number("prevalence")?,
        );
    }
    let (mut all, mut with) = (0.0, 0.0);
    for row in rows.rows.iter().filter(|row| row.living) {
        all += 1.0;
        with += f64::from(u8::from(row.very_high_needs));
    }
    let share = with / f64::max(all, 1.0);
    figures.push(compared(
        "very_high_needs",
        "Illness",
        "Very high health and care needs, of all people: the definition is ours, in numbers.csv",
        "%",
        (
            100.0 * region.parameters.number("very_high_needs")?,
            100.0 * share,
        ),
        0.20,
        200.0 * (share * (1.0 - share) / f64::max(all, 1.0)).sqrt(),
        "BSW Care Model v1.1 (2022): about 5%",
    ));
    for register in registers(region) {
        let counts = |row: &&Row| row.living && (register.from..=register.to).contains(&row.age);
        let has = |row: &Row| row.conditions & register.bits != 0;
        let words = names
            .get(&register.code)
            .cloned()
            .unwrap_or_else(|| register.name.clone());
        for (council, of) in place.councils.iter().enumerate() {
            let Some(published) = by_council.get(&(register.code.clone(), council)) else {
                continue;
            };
            let here = |row: &&Row| usize::from(place.areas[usize::from(row.area)].council) == council;
            let (mut all, mut with) = (0.0, 0.0);
            for row in rows.rows.iter().filter(counts).filter(here) {
                all += 1.0;
                with += f64::from(u8::from(has(row)));
            }
            // Whole people, and those whose late entry is still to come.
            figures.push(compared(
                &format!("qof_{}_{}", register.code, of.code),
                "Illness",
                &format!("{words}, {}", of.name),
                "%",
                (published * 100.0, 100.0 * with / f64::max(all, 1.0)),
                0.10,
                100.0 * 1.6 / f64::max(all, 1.0),
                "QOF 2019/20, modelled to councils (Commons Library)",
            ));
        }
        // The slope over the tenths, relative to the mean, with the same people at each tenth.
        let mut by_decile = [(0.0, 0.0); 10];
        for row in rows.rows.iter().filter(counts) {
            let decile = usize::from(place.areas[usize::from(row.area)].decile - 1);
            by_decile[decile].0 += 1.0;
            by_decile[decile].1 += f64::from(u8::from(has(row)));
        }
        let found = slope(
            by_decile
                .iter()
                .enumerate()
                .map(|(at, (all, with))| (at as f64, *all, with / f64::max(*all, 1.0))),
        );
        let wanted = slope(by_decile.iter().enumerate().filter_map(|(at, (all, _))| {
            let share = england.get(&(register.code.clone(), at as u8 + 1))?;
            Some((at as f64, *all, *share))
        }));
        let people: f64 = by_decile.iter().map(|(all, _)| all).sum();
        let cases: f64 = by_decile.iter().map(|(_, with)| with).sum();
        // The standard error of a relative slope from so many cases spread over ten tenths.
        let sample = 2.0 / f64::max(cases, 1.0).sqrt() / 2.7;
        let mut figure = compared(
            &format!("gradient_{}", register.code),
            "Illness",
            &format!("{words}: change for each tenth of less deprivation, relative to the mean"),
            "a tenth",
            (wanted, found),
            0.20,
            sample,
            "QOF 2019/20 by IMD decile, England",
        );
        let steep = wanted.abs() > sample;
        figure.within = figure.within && (!steep || (wanted > 0.0) == (found > 0.0));
        figure.joint = true;
        if people > 0.0 {
            figures.push(figure);
        }
    }
    Ok(())
}

/// The slope of a weighted straight line, relative to the weighted mean.
fn slope(points: impl Iterator<Item = (f64, f64, f64)> + Clone) -> f64 {
    let (mut weight, mut x, mut y) = (0.0, 0.0, 0.0);
    for (at, of, share) in points.clone() {
        weight += of;
        x += at * of;
        y += share * of;
    }
    let (x, y) = (x / f64::max(weight, 1.0), y / f64::max(weight, 1.0));
    let (mut with, mut own) = (0.0, 0.0);
    for (at, of, share) in points {
        with += of * (at - x) * (share - y);
        own += of * (at - x) * (at - x);
    }
    with / f64::max(own, 1e-9) / f64::max(y, 1e-9)
}
