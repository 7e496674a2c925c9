//! Population, practices, life expectancy.

use super::compared;
use super::page::Series;
use super::row::Rows;
use crate::people::life_expectancy;
use crate::place::table;
use crate::summary::Figure;
use crate::{Region, SynthError};

const BANDS: [(&str, u8, u8); 6] = [
    ("Aged 15 years and under", 0, 15),
    ("Aged 16 to 24 years", 16, 24),
    ("Aged 25 to 34 years", 25, 34),
    ("Aged 35 to 49 years", 35, 49),
    ("Aged 50 to 64 years", 50, 64),
    ("Aged 65 years and over", 65, 120),
];

pub(super) fn figures(
    region: &Region,
    rows: &Rows,
    figures: &mut Vec<Figure>,
    series: &mut Vec<Series>,
) -> Result<(), SynthError> {
    let place = &region.place;
    let residents: f64 = place.areas.iter().map(|area| area.residents).sum();
    let scale = region.options.people as f64 / residents;
    let living = || rows.rows.iter().filter(|row| row.living);
    let census = "ONS Census 2021";
    // Areas: every one of them, told by the worst and by how many lie within.
    let mut by_area = vec![0.0; place.areas.len()];
    living().for_each(|row| by_area[usize::from(row.area)] += 1.0);
    let within = place
        .areas
        .iter()
        .zip(&by_area)
        .filter(|(area, count)| {
            let wanted = area.residents * scale;
            (**count - wanted).abs() <= (0.03 * wanted).max(1.0 + 1e-6)
        })
        .count();
    figures.push(compared(
        "areas_within",
        "Population",
        "Areas (LSOA) whose people are within 3%, or one person, of the Census share",
        "%",
        (100.0, 100.0 * within as f64 / place.areas.len() as f64),
        0.0,
        0.0,
        census,
    ));
    for (council, of) in place.councils.iter().enumerate() {
        let wanted: f64 = place
            .areas
            .iter()
            .filter(|area| usize::from(area.council) == council)
            .map(|area| area.residents)
            .sum();
        let count = living()
            .filter(|row| usize::from(place.areas[usize::from(row.area)].council) == council)
            .count();
        let figure = compared(
            &format!("people_{}", of.code),
            "Population",
            &format!("People in {}", of.name),
            "people",
            (wanted * scale, count as f64),
            0.02,
            1.5,
            census,
        );
        figures.push(figure);
    }
    let mut wanted = [0.0; 6];
    for row in table(&region.options.files, "lsoa21_census21_age6.csv")?.rows() {
        for (band, (name, ..)) in BANDS.iter().enumerate() {
            wanted[band] += row.number_or(name, 0.0)?;
        }
    }
    let total: f64 = wanted.iter().sum();
    for (band, (name, from, to)) in BANDS.iter().enumerate() {
        let count = living().filter(|row| (*from..=*to).contains(&row.age)).count();
        let published = wanted[band] / total * region.options.people as f64;
        figures.push(compared(
            &format!("age_{from}"),
            "Population",
            name,
            "people",
            (published, count as f64),
            0.02,
            1.5,
            census,
        ));
    }
    for row in table(&region.options.files, "la_census21_age3_sex.csv")?.rows() {
        let code = row.text("ltla21_code")?;
        let Some(council) = place.councils.iter().position(|council| council.code == code) else {
            continue;
        };
        let all: f64 = place
            .areas
            .iter()
            .filter(|area| usize::from(area.council) == council)
            .map(|area| area.residents)
            .sum();
        let census_all = row.number("total_population")?;
        let here = |row: &&super::Row| usize::from(place.areas[usize::from(row.area)].council) == council;
        for (sex, male) in [("females", false), ("males", true)] {
            let count = living().filter(here).filter(|row| row.male == male).count();
            figures.push(compared(
                &format!("sex_{code}_{sex}"),
                "Population",
                &format!(
                    "{}, {}",
                    if male { "Males" } else { "Females" },
                    place.councils[council].name
                ),
                "people",
                (
                    row.number(&format!("total_{sex}"))? * all / census_all * scale,
                    count as f64,
                ),
                0.02,
                1.5,
                census,
            ));
        }
        for (name, label, from, to) in [
            ("younger", "0 to 15", 0, 15),
            ("working_age", "16 to 64", 16, 64),
            ("older", "75 and over", 75, 120),
        ] {
            let female = row.number(&format!("{name}_females"))?;
            let male = row.number(&format!("{name}_males"))?;
            let of: Vec<bool> = living()
                .filter(here)
                .filter(|row| (from..=to).contains(&row.age))
                .map(|row| row.male)
                .collect();
            let found = of.iter().filter(|male| !**male).count() as f64 / f64::max(of.len() as f64, 1.0);
            let mut figure = compared(
                &format!("female_{code}_{name}"),
                "Population",
                &format!(
                    "Females among people of {label}, {}",
                    place.councils[council].name
                ),
                "%",
                (100.0 * female / (female + male), 100.0 * found),
                0.02,
                // Half of what chance alone would give: the sample is even over areas and ages.
                50.0 * (1.0 / f64::max(of.len() as f64, 1.0)).sqrt(),
                "ONS Census 2021; its \"older\" read as 75 and over, since its parts leave 65 to 74 out",
            );
            figure.joint = true;
            figures.push(figure);
        }
    }
    practices(region, rows, figures);
    expectancy(region, rows, figures)?;
    pyramid(region, rows, series);
    Ok(())
}

fn practices(region: &Region, rows: &Rows, figures: &mut Vec<Figure>) {
    let practices = &region.place.practices;
    let mut lists = vec![0.0; practices.len()];
    for row in rows
        .rows
        .iter()
        .filter(|row| row.living && row.practice != u16::MAX)
    {
        lists[usize::from(row.practice)] += 1.0;
    }
    let registered: f64 = lists.iter().sum();
    let published: f64 = practices.iter().map(|practice| practice.list).sum();
    let off = |at: usize| (lists[at] - practices[at].list / published * registered).abs();
    let within = (0..practices.len())
        .filter(|at| off(*at) <= (0.05 * practices[*at].list / published * registered).max(2.0))
        .count();
    figures.push(compared(
        "practices_within",
        "Practices",
        "Practices whose lists are within 5%, or two people, of the published share",
        "%",
        (100.0, 100.0 * within as f64 / practices.len() as f64),
        0.0,
        0.0,
        "NHS England 2025/26",
    ));
}

fn expectancy(region: &Region, rows: &Rows, figures: &mut Vec<Figure>) -> Result<(), SynthError> {
    let years = region.parameters.number("dead_years")?;
    let published = crate::table::Table::read(
        "life_expectancy.csv",
        include_bytes!("../../../data/synthetic/life_expectancy.csv"),
    )?;
    for wanted in published.rows() {
        let decile = wanted.number("decile")? as u8;
        let male = wanted.text("sex")? == "male";
        // Five-year bands, the last from 90 on.
        let (mut deaths, mut lived) = (vec![0.0; 19], vec![0.0; 19]);
        for row in rows
            .rows
            .iter()
            .filter(|row| row.male == male && region.place.areas[usize::from(row.area)].decile == decile)
        {
            let band = usize::from(row.age / 5).min(18);
            if row.living {
                lived[band] += years;
            } else {
                deaths[band] += 1.0;
            }
        }
        let people: f64 = lived.iter().sum::<f64>() / years;
        if people < 200.0 {
            continue;
        }
        let dead: f64 = deaths.iter().sum();
        // The last band is open: with hardly a death in it, it is told together with the one before.
        if deaths[18] < 3.0 {
            let (both, years) = (deaths[17] + deaths[18], lived[17] + lived[18]);
            (deaths[17], deaths[18]) = (both, both);
            (lived[17], lived[18]) = (years, years);
        }
        let rates: Vec<f64> = (0..=100)
            .map(|age: usize| {
                let band = (age / 5).min(18);
                // A band with hardly anybody takes the next one's rate.
                if lived[band] < years {
                    0.2
                } else {
                    deaths[band] / lived[band]
                }
            })
            .collect();
        let years_found = life_expectancy(&rates);
        let mut figure = compared(
            &format!("life_expectancy_{}_{decile}", if male { "m" } else { "f" }),
            "Deaths",
            &format!(
                "Life expectancy at birth, {}, tenth {decile} (1 most deprived)",
                if male { "males" } else { "females" }
            ),
            "years",
            (wanted.number("years")?, years_found),
            0.0,
            1.5,
            "ONS 2018-20, rebased",
        );
        // One standard error of a life expectancy from so many deaths is about 12 years over their root.
        let sample = 12.0 / dead.max(1.0).sqrt() * 1.2;
        figure.within = (figure.generated - figure.published).abs() <= 1.5f64.max(sample);
        figure.tolerance = format!("± 1.5 years, or {sample:.1} for the sample's size");
        figures.push(figure);
    }
    Ok(())
}

fn pyramid(region: &Region, rows: &Rows, series: &mut Vec<Series>) {
    let scale =
        region.options.people as f64 / region.place.areas.iter().map(|area| area.residents).sum::<f64>();
    let mut wanted = vec![0.0; 19];
    for area in &region.place.areas {
        for (age, people) in area.ages.iter().enumerate() {
            wanted[(age / 5).min(18)] += people * scale;
        }
    }
    let mut found = vec![0.0; 19];
    for row in rows.rows.iter().filter(|row| row.living) {
        found[usize::from(row.age / 5).min(18)] += 1.0;
    }
    let labels = (0..19).map(|band| {
        if band == 18 {
            "90+".to_owned()
        } else {
            format!("{}", band * 5)
        }
    });
    series.push(Series {
        name: "People by age".to_owned(),
        unit: "people in five-year bands".to_owned(),
        labels: labels.collect(),
        published: wanted,
        generated: found,
    });
}
