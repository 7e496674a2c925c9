//! Areas: Lower-layer Super Output Areas 2021, with their people by age, sex, ethnic group and housing.

use std::collections::HashMap;

use super::{Council, Files, table};
use crate::error::SynthError;

/// Ages 0 to 90, where 90 stands for 90 and over.
pub(crate) const AGES: usize = 91;

/// An area.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// LSOA code (2021).
    pub code: String,
    /// LSOA name.
    pub name: String,
    /// Electoral ward (2024).
    pub ward: String,
    /// Place of its council.
    pub council: u8,
    /// IMD 2025 decile: 1 most deprived.
    pub decile: u8,
    /// Rural-urban class 2021.
    pub rural_urban: String,
    /// It counts as rural.
    pub rural: bool,
    /// Longitude and latitude of where its people live.
    pub position: (f64, f64),
    /// Residents, Census 2021.
    pub residents: f64,
    /// Residents of each age, 0 to 90 and over: Census bands, spread within each as mid-2020 estimates are.
    pub ages: Vec<f64>,
    /// Residents of the five ethnic groups: Asian, Black, mixed, White, other.
    pub ethnic: [f64; 5],
    /// Households: owned outright, mortgaged or shared, social rent, private rent.
    pub tenure: [f64; 4],
    /// Share of households with too few rooms.
    pub overcrowded: f64,
    /// Share of females at each age, 0 to 90 and over.
    pub female: Vec<f64>,
}

const AGE_BANDS: [(&str, usize, usize); 6] = [
    ("Aged 15 years and under", 0, 15),
    ("Aged 16 to 24 years", 16, 24),
    ("Aged 25 to 34 years", 25, 34),
    ("Aged 35 to 49 years", 35, 49),
    ("Aged 50 to 64 years", 50, 64),
    ("Aged 65 years and over", 65, 90),
];
const ETHNIC: [&str; 5] = [
    "Asian, Asian British or Asian Welsh",
    "Black, Black British, Black Welsh, Caribbean or African",
    "Mixed or Multiple ethnic groups",
    "White",
    "Other ethnic group",
];

/// The councils and areas of a place.
///
/// # Errors
/// When a file is missing, was edited, or holds a value that cannot be used.
pub fn areas(files: &Files) -> Result<(Vec<Council>, Vec<Area>), SynthError> {
    let mut councils: Vec<Council> = Vec::new();
    let list = table(files, "lsoa21_bsw.csv")?;
    for row in list.rows() {
        let code = row.text("ltla24_code")?;
        if !councils.iter().any(|council| council.code == code) {
            councils.push(Council {
                code: code.to_owned(),
                name: row.text("ltla24_name")?.to_owned(),
            });
        }
    }
    councils.sort_by(|one, other| one.code.cmp(&other.code));
    let older = single_years(files)?;
    let bands = by_code(
        files,
        "lsoa21_census21_age6.csv",
        &AGE_BANDS.map(|(name, ..)| name),
    )?;
    let ethnic = by_code(files, "lsoa21_census21_ethnic_group.csv", &ETHNIC)?;
    let tenure = by_code(files, "lsoa21_census21_household_tenure.csv", &TENURE)?;
    let crowding = by_code(files, "lsoa21_census21_household_overcrowding.csv", &CROWDING)?;
    let positions = by_code(
        files,
        "lsoa21_centroids.csv",
        &["postcode_mean_lon", "postcode_mean_lat"],
    )?;
    let female = female_shares(files, &councils)?;
    let mut areas = Vec::new();
    for row in list.rows() {
        let code = row.text("lsoa21_code")?;
        let missing = |file: &str| row.broken("lsoa21_code", &format!("{code} is not in {file}"));
        let bands = bands
            .get(code)
            .ok_or_else(|| missing("lsoa21_census21_age6.csv"))?;
        let years = older
            .get(code)
            .ok_or_else(|| missing("lsoa11_pop2020_single_year_persons.csv"))?;
        let tenure = tenure
            .get(code)
            .ok_or_else(|| missing("lsoa21_census21_household_tenure.csv"))?;
        let crowding = crowding
            .get(code)
            .ok_or_else(|| missing("lsoa21_census21_household_overcrowding.csv"))?;
        let ethnic = ethnic
            .get(code)
            .ok_or_else(|| missing("lsoa21_census21_ethnic_group.csv"))?;
        let position = positions
            .get(code)
            .ok_or_else(|| missing("lsoa21_centroids.csv"))?;
        let decile = row.number("imd2025_overall_decile")?;
        if !(1.0..=10.0).contains(&decile) {
            return Err(row.broken("imd2025_overall_decile", "a decile is from 1 to 10"));
        }
        let council_code = row.text("ltla24_code")?;
        let council = councils
            .iter()
            .position(|council| council.code == council_code)
            .unwrap_or(0);
        areas.push(Area {
            code: code.to_owned(),
            name: row.text("lsoa21_name")?.to_owned(),
            ward: row.text("ward24_name")?.to_owned(),
            council: council as u8,
            decile: decile as u8,
            rural_urban: row.text("ruc21_class")?.to_owned(),
            rural: row.text("ruc21_urban_rural")? == "Rural",
            position: (position[0], position[1]),
            residents: row.number("census21_residents")?,
            ages: spread(bands, years),
            ethnic: [ethnic[0], ethnic[1], ethnic[2], ethnic[3], ethnic[4]],
            tenure: [
                tenure[0],
                tenure[1] + tenure[2],
                tenure[3] + tenure[4],
                tenure[5] + tenure[6] + tenure[7],
            ],
            overcrowded: (crowding[3] + crowding[4]) / crowding.iter().sum::<f64>().max(1.0),
            female: female[council].clone(),
        });
    }
    areas.sort_by(|one, other| one.code.cmp(&other.code));
    Ok((councils, areas))
}

const TENURE: [&str; 8] = [
    "Owned: Owns outright",
    "Owned: Owns with a mortgage or loan",
    "Shared ownership: Shared ownership",
    "Social rented: Rents from council or Local Authority",
    "Social rented: Other social rented",
    "Private rented: Private landlord or letting agency",
    "Private rented: Other private rented",
    "Lives rent free",
];
const CROWDING: [&str; 5] = [
    "+2 or more (under-occupied)",
    "+1 (under-occupied)",
    "0 (ideal)",
    "-1 (overcrowded)",
    "-2 or less (overcrowded)",
];

/// Columns of a table by area; where a value is missing it counts as 0.
fn by_code(files: &Files, name: &str, columns: &[&str]) -> Result<HashMap<String, Vec<f64>>, SynthError> {
    let mut found = HashMap::new();
    for row in table(files, name)?.rows() {
        let values: Result<Vec<f64>, SynthError> =
            columns.iter().map(|column| row.number_or(column, 0.0)).collect();
        found.insert(row.text("lsoa21_code")?.to_owned(), values?);
    }
    Ok(found)
}

/// People of each single year by LSOA 2021; those that were split take the ages of what they were split from.
fn single_years(files: &Files) -> Result<HashMap<String, Vec<f64>>, SynthError> {
    let mut older = HashMap::new();
    let years = table(files, "lsoa11_pop2020_single_year_persons.csv")?;
    let columns: Vec<String> = years
        .columns()
        .into_iter()
        .filter(|name| name.starts_with("age_"))
        .collect();
    for row in years.rows() {
        let values: Result<Vec<f64>, SynthError> = columns.iter().map(|column| row.number(column)).collect();
        older.insert(row.text("lsoa11_code")?.to_owned(), values?);
    }
    let mut found = HashMap::new();
    for row in table(files, "lookup_lsoa11_lsoa21_bsw.csv")?.rows() {
        if let Some(values) = older.get(row.text("lsoa11_code")?) {
            found.insert(row.text("lsoa21_code")?.to_owned(), values.clone());
        }
    }
    Ok(found)
}

/// The Census bands, each spread over its years as the estimates are.
fn spread(bands: &[f64], years: &[f64]) -> Vec<f64> {
    let mut ages = vec![0.0; AGES];
    for (band, (_, from, to)) in bands.iter().zip(AGE_BANDS) {
        // One more of each age, so that a band without anybody in the older estimates still has people.
        let weight = |age: usize| years.get(age).copied().unwrap_or(0.0) + 0.2;
        let sum: f64 = (from..=to).map(weight).sum();
        for (age, slot) in ages.iter_mut().enumerate().take(to + 1).skip(from) {
            *slot = band * weight(age) / sum;
        }
    }
    ages
}

/// Share of females by council and age: mid-2011 shapes, brought to the Census 2021 totals of three broad ages. The file's
/// three ages leave out 65–74 (its parts sum to less than its totals by about that), so "older" is read as 75 and over.
fn female_shares(files: &Files, councils: &[Council]) -> Result<Vec<Vec<f64>>, SynthError> {
    let mut counts = vec![[[0.0f64; 2]; AGES]; councils.len()];
    for row in table(files, "la_pop_2011_single_year_by_sex.csv")?.rows() {
        let code = row.text("la_code")?;
        let Some(council) = councils.iter().position(|council| council.code == code) else {
            continue;
        };
        let age = (row.number("age")? as usize).min(AGES - 1);
        let sex = usize::from(row.text("sex")? == "male");
        counts[council][age][sex] += row.number("population")?;
    }
    let mut shares = Vec::new();
    for (council, counts) in councils.iter().zip(&counts) {
        let mut smooth = vec![0.5; AGES];
        for (age, share) in smooth.iter_mut().enumerate() {
            let near = age.saturating_sub(2)..=(age + 2).min(AGES - 1);
            let (female, both) = near.fold((0.0, 0.0), |(female, both), near| {
                (female + counts[near][0], both + counts[near][0] + counts[near][1])
            });
            *share = if both > 0.0 { female / both } else { 0.5 };
        }
        let file = table(files, "la_census21_age3_sex.csv")?;
        for row in file
            .rows()
            .filter(|row| row.text("ltla21_code").ok() == Some(council.code.as_str()))
        {
            for (name, from, to) in [
                ("younger", 0, 15),
                ("working_age", 16, 64),
                ("older", 75, AGES - 1),
            ] {
                let female = row.number(&format!("{name}_females"))?;
                let male = row.number(&format!("{name}_males"))?;
                if female + male <= 0.0 {
                    continue;
                }
                let (mut now, mut both) = (0.0, 0.0);
                for age in from..=to {
                    let people = counts[age][0] + counts[age][1];
                    now += smooth[age] * people;
                    both += people;
                }
                let ratio = (female / (female + male)) / (now / both.max(1.0));
                for share in &mut smooth[from..=to] {
                    *share = (*share * ratio).clamp(0.05, 0.95);
                }
            }
        }
        shares.push(smooth);
    }
    Ok(shares)
}
