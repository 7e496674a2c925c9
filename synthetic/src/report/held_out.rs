//! Figures that were held out: nothing of the generator reads them.

use super::compared;
use super::row::{Row, Rows};
use crate::summary::Figure;
use crate::table::Table;
use crate::{Region, SynthError};

/// A generated figure, with the standard error of its sample.
type Found = (f64, f64);

pub(super) fn figures(region: &Region, rows: &Rows, figures: &mut Vec<Figure>) -> Result<(), SynthError> {
    let table = Table::read(
        "held_out.csv",
        include_bytes!("../../../data/synthetic/held_out.csv"),
    )?;
    for row in table.rows() {
        let key = row.text("key")?;
        let Some((found, error)) = found(region, rows, key) else {
            return Err(row.broken("key", "no such figure is counted"));
        };
        let mut figure = compared(
            key,
            row.text("group")?,
            row.text("label")?,
            row.text("unit")?,
            (row.number("published")?, found),
            row.number("tolerance")?,
            2.0 * error,
            row.text("source")?,
        );
        // The sample's own error comes on top of how far the model may be off.
        let most = figure.published.abs() * row.number("tolerance")? + 2.0 * error;
        figure.within = (figure.generated - figure.published).abs() <= most;
        figure.tolerance = format!(
            "± {}% and {:.2} for the sample's size",
            row.number("tolerance")? * 100.0,
            2.0 * error
        );
        figure.held_out = true;
        figure.joint = row.text("joint")? == "yes";
        figures.push(figure);
    }
    Ok(())
}

/// A share in per cent among the living whom `of` picks.
fn share(rows: &Rows, of: impl Fn(&Row) -> bool, is: impl Fn(&Row) -> bool) -> Found {
    let (mut all, mut with) = (0.0, 0.0);
    for row in rows.rows.iter().filter(|row| row.living && of(row)) {
        all += 1.0;
        with += f64::from(u8::from(is(row)));
    }
    part(with, all)
}

/// A share in per cent, with its standard error.
fn part(with: f64, all: f64) -> Found {
    let share = with / f64::max(all, 1.0);
    (
        100.0 * share,
        100.0 * (share * (1.0 - share) / f64::max(all, 1.0)).sqrt(),
    )
}

/// A rate of counted things, by people.
fn rate(count: f64, people: f64, per: f64) -> Found {
    // Things that befall the same people again spread wider than a count alone.
    (
        per * count / f64::max(people, 1.0),
        per * (2.0 * count).sqrt() / f64::max(people, 1.0),
    )
}

fn found(region: &Region, rows: &Rows, key: &str) -> Option<Found> {
    let decile = |row: &Row| region.place.areas[usize::from(row.area)].decile;
    let many = |row: &Row| row.physical + row.mental >= 2;
    let ages = |from: u8, to: u8| move |row: &Row| (from..=to).contains(&row.age);
    let adult = ages(18, 120);
    let sum = |of: &dyn Fn(&Row) -> f64| rows.rows.iter().filter(|row| row.living).map(of).sum::<f64>();
    Some(match key {
        "multimorbidity_all" => share(rows, |_| true, many),
        "one_or_more" => share(rows, |_| true, |row| row.physical + row.mental >= 1),
        "multimorbidity_0_24" => share(rows, ages(0, 24), many),
        "multimorbidity_25_44" => share(rows, ages(25, 44), many),
        "multimorbidity_45_64" => share(rows, ages(45, 64), many),
        "multimorbidity_65_84" => share(rows, ages(65, 84), many),
        "multimorbidity_85" => share(rows, ages(85, 120), many),
        "multimorbidity_25_34" => share(rows, ages(25, 34), many),
        "multimorbidity_75" => share(rows, ages(75, 120), many),
        "multimorbidity_18" => share(rows, adult, many),
        "multimorbidity_18_f" => share(rows, |row| adult(row) && !row.male, many),
        "multimorbidity_18_m" => share(rows, |row| adult(row) && row.male, many),
        "multimorbidity_q1" => share(rows, |row| adult(row) && decile(row) <= 2, many),
        "multimorbidity_q5" => share(rows, |row| adult(row) && decile(row) >= 9, many),
        "physical_mental_d1" => share(
            rows,
            |row| decile(row) == 1,
            |row| row.physical > 0 && row.mental > 0,
        ),
        "physical_mental_d10" => share(
            rows,
            |row| decile(row) == 10,
            |row| row.physical > 0 && row.mental > 0,
        ),
        "gp_by_multimorbid" | "stays_by_multimorbid" => {
            let of = |row: &Row| {
                if key.starts_with("gp") {
                    f64::from(row.practice_contacts)
                } else {
                    f64::from(row.stays)
                }
            };
            let all = sum(&|row| if adult(row) { of(row) } else { 0.0 });
            let with = sum(&|row| if adult(row) && many(row) { of(row) } else { 0.0 });
            part(with, all)
        }
        "any_stay" => share(rows, ages(24, 120), |row| row.first_year_night),
        "stay_odds_4" => odds(rows),
        "stay_days" | "stay_days_85" | "stays_five" => stays(rows, key),
        "emergency_f60" | "emergency_m60" | "emergency_f80" | "emergency_m80" => {
            let male = key.contains("_m");
            let (from, to) = if key.ends_with("60") { (57, 63) } else { (78, 82) };
            let of = |row: &Row| row.male == male && (from..=to).contains(&row.age);
            let people = sum(&|row| f64::from(u8::from(of(row))));
            // The months are those of the hospitals, whose level is above that of the residents: taken off here.
            let level = level(region, rows)?;
            let (found, error) = rate(
                sum(&|row| if of(row) { f64::from(row.stays) } else { 0.0 }),
                people,
                1000.0,
            );
            (found / level, error / level)
        }
        "ambulance_65" | "ambulance_75" | "ambulance_85" => {
            let (from, to) = match key {
                "ambulance_65" => (65, 74),
                "ambulance_75" => (75, 84),
                _ => (85, 120),
            };
            let of = ages(from, to);
            let people = sum(&|row| f64::from(u8::from(of(row))));
            rate(
                sum(&|row| if of(row) { f64::from(row.ambulance) } else { 0.0 }),
                people,
                1000.0,
            )
        }
        "gp_per_person" => {
            let people = sum(&|row| f64::from(u8::from(row.practice != u16::MAX)));
            rate(sum(&|row| f64::from(row.practice_contacts)), people, 1.0)
        }
        "gp_nurse" => part(
            sum(&|row| f64::from(row.nurse)),
            sum(&|row| f64::from(row.practice_contacts)),
        ),
        "op_missed" => part(
            sum(&|row| f64::from(row.missed)),
            sum(&|row| f64::from(row.outpatient)),
        ),
        "op_follow_ups" => {
            let first = sum(&|row| f64::from(row.first));
            let kept = sum(&|row| f64::from(row.outpatient - row.missed));
            rate(kept - first, first, 1.0)
        }
        "wait_18" => part(
            sum(&|row| f64::from(row.waiting[1])),
            sum(&|row| f64::from(row.waiting[0])),
        ),
        "died_in_hospital" => {
            let dead = rows.rows.iter().filter(|row| !row.living);
            let of = dead.clone().filter(|row| row.died_in_hospital).count();
            part(of as f64, dead.count() as f64)
        }
        "alone_65_f" => share(
            rows,
            |row| row.age >= 65 && !row.male && !row.care_home,
            |row| row.alone,
        ),
        "carers" => share(rows, ages(5, 120), |row| row.carer),
        "white_65" => share(rows, ages(65, 120), |row| row.ethnic == 3),
        "caesarean" => part(
            sum(&|row| f64::from(row.births[1])),
            sum(&|row| f64::from(row.births[0])),
        ),
        "hip_fractures" => {
            let people = sum(&|row| f64::from(u8::from(row.age >= 65)));
            rate(
                sum(&|row| f64::from(u8::from(row.age >= 65 && row.hip))),
                people * 3.0,
                100_000.0,
            )
        }
        "smoking_18_24" => share(
            rows,
            |row| row.smoking > 0 && (18..=24).contains(&row.age),
            |row| row.smoking == 3,
        ),
        "smoking_65" => share(
            rows,
            |row| row.smoking > 0 && row.age >= 65,
            |row| row.smoking == 3,
        ),
        _ => return None,
    })
}

/// Emergency stays of a year over what the rates by age give.
fn level(region: &Region, rows: &Rows) -> Option<f64> {
    let (mut found, mut asked) = (0.0, 0.0);
    for row in rows.rows.iter().filter(|row| row.living && row.age >= 18) {
        let first = crate::emergency::BANDS[crate::emergency::band(row.age)];
        asked += region.parameters.number(&format!("emergency_{first}")).ok()? / 1000.0;
        found += f64::from(row.stays);
    }
    Some(found / f64::max(asked, 1e-9))
}

/// Odds of any stay with four or more physical conditions against none, over bands of age and sex (Mantel and Haenszel).
fn odds(rows: &Rows) -> Found {
    let (mut above, mut below, mut cases) = (0.0, 0.0, 0.0);
    for band in 0..14 {
        for male in [false, true] {
            let mut cells = [[0.0f64; 2]; 2];
            for row in rows
                .rows
                .iter()
                .filter(|row| row.living && row.age >= 20 && row.male == male)
            {
                if usize::from((row.age - 20) / 6).min(13) == band && (row.physical == 0 || row.physical >= 4)
                {
                    cells[usize::from(row.physical >= 4)][usize::from(row.stays > 0)] += 1.0;
                }
            }
            let all: f64 = cells.iter().flatten().sum();
            if all > 0.0 {
                above += cells[1][1] * cells[0][0] / all;
                below += cells[1][0] * cells[0][1] / all;
                cases += cells[1][1];
            }
        }
    }
    let ratio = above / f64::max(below, 1e-9);
    (ratio, ratio * 2.0 / f64::max(cases, 1.0).sqrt())
}

fn stays(rows: &Rows, key: &str) -> Found {
    let overnight = || {
        rows.stays
            .iter()
            .filter(|stay| stay.nights > 0 && (key != "stay_days_85" || stay.age >= 85))
    };
    let count = overnight().count() as f64;
    if key == "stays_five" {
        return part(overnight().filter(|stay| stay.long >= 5).count() as f64, count);
    }
    let mean = overnight().map(|stay| f64::from(stay.nights)).sum::<f64>() / f64::max(count, 1.0);
    (mean, 1.4 * mean / f64::max(count, 1.0).sqrt())
}
