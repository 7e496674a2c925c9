//! Hospital: emergency departments by month, stays by age, criteria to reside by day.

use super::compared;
use super::page::Series;
use super::row::Rows;
use crate::day::Day;
use crate::emergency::{BANDS, band};
use crate::place::table;
use crate::summary::Figure;
use crate::{Region, SynthError};

const NAMES: [&str; 7] = [
    "0 to 4",
    "5 to 17",
    "18 to 44",
    "45 to 64",
    "65 to 74",
    "75 to 84",
    "85 and over",
];

pub(super) fn figures(
    region: &Region,
    rows: &Rows,
    figures: &mut Vec<Figure>,
    series: &mut Vec<Series>,
) -> Result<(), SynthError> {
    let residents: f64 = region.place.areas.iter().map(|area| area.residents).sum();
    let scale = region.options.people as f64 / residents;
    let first = region.calendar.first;
    let mut months: Vec<(String, Day, Day, f64, f64)> = Vec::new();
    for row in table(&region.options.files, "activity_icb_accidents_emergency.csv")?.rows() {
        let text = row.text("date")?;
        let Some((year, month)) = crate::emergency::month(text) else {
            continue;
        };
        let begin = Day::ymd(year, month, 1);
        let end = begin.plus(i32::from(begin.date().days_in_month()));
        months.push((
            text.to_owned(),
            begin,
            end,
            row.number("total_attendances")?,
            row.number("total_emergency_admissions")?,
        ));
    }
    months.sort_by_key(|(_, begin, ..)| *begin);
    let sum = |by_day: &[u32], begin: Day, end: Day| -> f64 {
        let from = (begin.0 - first.0).max(0) as usize;
        let to = ((end.0 - first.0).max(0) as usize).min(by_day.len());
        by_day
            .get(from..to)
            .map_or(0.0, |days| days.iter().map(|count| f64::from(*count)).sum())
    };
    for (key, label, by_day, of) in [
        (
            "attendances",
            "Emergency and urgent attendances",
            &rows.visits_by_day,
            3,
        ),
        ("emergency_stays", "Emergency stays", &rows.stays_by_day, 4),
    ] {
        let published: Vec<f64> = months
            .iter()
            .map(|month| scale * if of == 3 { month.3 } else { month.4 })
            .collect();
        let generated: Vec<f64> = months.iter().map(|month| sum(by_day, month.1, month.2)).collect();
        let within = published
            .iter()
            .zip(&generated)
            .filter(|(wanted, found)| {
                (**found - **wanted).abs() <= (0.10 * **wanted).max(2.0 * wanted.sqrt())
            })
            .count();
        figures.push(compared(
            &format!("{key}_months"),
            "Hospital",
            &format!(
                "{label}: months (of {}) within 10%, or two standard errors, of the published number",
                months.len()
            ),
            "months",
            (months.len() as f64, within as f64),
            0.0,
            0.0,
            "NHS England, BSW, April 2022 to July 2025",
        ));
        figures.push(compared(
            &format!("{key}_mean"),
            "Hospital",
            &format!("{label} a month"),
            "a month",
            (mean(&published), mean(&generated)),
            0.10,
            0.0,
            "NHS England, BSW, April 2022 to July 2025",
        ));
        series.push(Series {
            name: format!("{label} by month"),
            unit: "a month".to_owned(),
            labels: months.iter().map(|month| month.0.clone()).collect(),
            published,
            generated,
        });
    }
    by_age(region, rows, figures)?;
    waiting(region, rows, scale, figures, series)
}

fn by_age(region: &Region, rows: &Rows, figures: &mut Vec<Figure>) -> Result<(), SynthError> {
    let mut people = [0.0; 7];
    let mut stays = [0.0; 7];
    for row in &rows.rows {
        let band = band(row.age);
        if row.living {
            people[band] += 1.0;
            stays[band] += f64::from(row.stays);
        }
    }
    // Who died in the last year had stays in it too.
    for (row, bones) in rows.rows.iter().zip(&region.people) {
        if bones
            .death
            .is_some_and(|death| region.options.today.0 - death.0 < 365)
        {
            stays[band(row.age)] += f64::from(row.stays) * 0.5;
        }
    }
    // What the months ask of everybody, over what the rates alone would give: the level of the last published year.
    let published: Vec<f64> = BANDS
        .iter()
        .map(|first| region.parameters.number(&format!("emergency_{first}")))
        .collect::<Result<_, _>>()?;
    let found: f64 = stays.iter().sum();
    let asked: f64 = published
        .iter()
        .zip(&people)
        .map(|(rate, people)| rate / 1000.0 * people)
        .sum();
    let level = found / asked.max(1e-9);
    for band in 2..7 {
        let rate = 1000.0 * stays[band] / f64::max(people[band], 1.0);
        let wanted = published[band] * level;
        let mut figure = compared(
            &format!("emergency_age_{}", BANDS[band]),
            "Hospital",
            &format!("Emergency stays at {}, at the level of the months", NAMES[band]),
            "per 1000 a year",
            (wanted, rate),
            0.10,
            2.0 * 1000.0 * (2.0 * stays[band]).sqrt() / f64::max(people[band], 1.0),
            "SUS 2023 (Strategy Unit)",
        );
        figure.joint = true;
        figures.push(figure);
    }
    Ok(())
}

fn waiting(
    region: &Region,
    rows: &Rows,
    scale: f64,
    figures: &mut Vec<Figure>,
    series: &mut Vec<Series>,
) -> Result<(), SynthError> {
    let first = region.calendar.first;
    let (mut months, mut week) = (Vec::<((i16, i8), [f64; 3])>::new(), [[0.0; 3]; 7]);
    for row in table(&region.options.files, "activity_icb_criteria_to_reside.csv")?.rows() {
        let Ok(date) = row.text("date")?.parse::<jiff::civil::Date>() else {
            continue;
        };
        let wanted = row.number_or("do_not_meet_criteria_to_reside", 0.0)? * scale;
        let at = Day::of(date).0 - first.0;
        // The first two months fill up: nobody waited before the first day counted.
        let Some(found) = usize::try_from(at)
            .ok()
            .filter(|at| *at > 60)
            .and_then(|at| rows.waiting_by_day.get(at))
        else {
            continue;
        };
        let found = f64::from(*found);
        let month = (date.year(), date.month());
        let place = months
            .iter()
            .position(|(known, _)| *known == month)
            .unwrap_or_else(|| {
                months.push((month, [0.0; 3]));
                months.len() - 1
            });
        let day = usize::from(Day::of(date).weekday());
        for sums in [&mut months[place].1, &mut week[day]] {
            sums[0] += wanted;
            sums[1] += found;
            sums[2] += 1.0;
        }
    }
    let mut levels: Vec<f64> = months.iter().map(|(_, sums)| sums[0] / sums[2]).collect();
    levels.sort_by(f64::total_cmp);
    let median = levels.get(levels.len() / 2).copied().unwrap_or(0.0);
    let sound: Vec<&((i16, i8), [f64; 3])> = months
        .iter()
        .filter(|(_, sums)| sums[0] / sums[2] >= 0.6 * median)
        .collect();
    let published: Vec<f64> = sound.iter().map(|(_, sums)| sums[0] / sums[2]).collect();
    let generated: Vec<f64> = sound.iter().map(|(_, sums)| sums[1] / sums[2]).collect();
    figures.push(compared(
        "criteria_level",
        "Hospital",
        "People a day without criteria to reside (months in which a hospital was silent left out)",
        "people",
        (mean(&published), mean(&generated)),
        0.15,
        0.0,
        "NHS England, BSW, daily 2022-25",
    ));
    let by_week: Vec<(f64, f64)> = week
        .iter()
        .map(|sums| (sums[0] / f64::max(sums[2], 1.0), sums[1] / f64::max(sums[2], 1.0)))
        .collect();
    let mut figure = compared(
        "criteria_weekdays",
        "Hospital",
        "Weekday pattern of people without criteria to reside: correlation",
        "r",
        (1.0, correlation(&by_week)),
        0.20,
        0.0,
        "NHS England, BSW, daily 2022-25",
    );
    figure.tolerance = "at least 0.8".to_owned();
    figures.push(figure);
    series.push(Series {
        name: "People without criteria to reside, by weekday".to_owned(),
        unit: "people".to_owned(),
        labels: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
            .map(str::to_owned)
            .to_vec(),
        published: by_week.iter().map(|(wanted, _)| *wanted).collect(),
        generated: by_week.iter().map(|(_, found)| *found).collect(),
    });
    Ok(())
}

fn mean(of: &[f64]) -> f64 {
    of.iter().sum::<f64>() / f64::max(of.len() as f64, 1.0)
}

fn correlation(of: &[(f64, f64)]) -> f64 {
    let count = of.len() as f64;
    let (x, y) = (
        of.iter().map(|(x, _)| x).sum::<f64>() / count,
        of.iter().map(|(_, y)| y).sum::<f64>() / count,
    );
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (one, other) in of {
        xy += (one - x) * (other - y);
        xx += (one - x) * (one - x);
        yy += (other - y) * (other - y);
    }
    xy / (xx * yy).sqrt().max(1e-12)
}
