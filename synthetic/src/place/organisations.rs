//! Practices, networks, hospitals and trusts.

use super::{Files, table};
use crate::error::SynthError;

/// A general practice.
#[derive(Debug, Clone, PartialEq)]
pub struct Practice {
    /// ODS code.
    pub code: String,
    /// Name, in title case.
    pub name: String,
    /// Lines of the real address.
    pub lines: Vec<String>,
    /// Postcode of the real address.
    pub postcode: String,
    /// Place of its network in [`super::Place::networks`], if it has one.
    pub network: Option<u16>,
    /// Longitude and latitude.
    pub position: (f64, f64),
    /// Registered people, 2025/26.
    pub list: f64,
}

/// A primary care network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// ODS code.
    pub code: String,
    /// Name, in title case.
    pub name: String,
}

/// What kind of site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiteKind {
    /// Acute hospital with an emergency department.
    Acute,
    /// Community hospital.
    Community,
    /// Mental health unit.
    MentalHealth,
    /// Treatment centre for planned operations.
    Elective,
    /// Urgent treatment centre, minor injury unit or walk-in centre.
    Urgent,
    /// Independent hospital.
    Independent,
    /// Outside the place.
    OutOfArea,
}

/// A hospital or another site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// ODS site code; empty when the source has none.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: SiteKind,
    /// Place of its trust in [`super::Place::trusts`], if it belongs to one that is listed.
    pub trust: Option<u8>,
    /// Postcode.
    pub postcode: String,
    /// Longitude and latitude.
    pub position: (f64, f64),
}

/// An NHS trust.
#[derive(Debug, Clone, PartialEq)]
pub struct Trust {
    /// ODS code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Longitude and latitude.
    pub position: (f64, f64),
}

/// Practices that are open, with their networks.
pub(super) fn practices(files: &Files) -> Result<(Vec<Practice>, Vec<Network>), SynthError> {
    let mut networks = Vec::new();
    for row in table(files, "pcns.csv")?.rows() {
        if row.text("close")?.is_empty() {
            networks.push(Network {
                code: row.text("pcn_code")?.to_owned(),
                name: title(row.text("pcn_name")?),
            });
        }
    }
    networks.sort_by(|one, other| one.code.cmp(&other.code));
    let mut practices = Vec::new();
    for row in table(files, "gp_practices.csv")?.rows() {
        let open = row.text("active_nov2025")? == "True" && row.text("kind")? == "gp_practice";
        let list = row.number_or("registered_pop_2025_26", 0.0)?;
        if !open || list <= 0.0 {
            continue;
        }
        let lines = ["addr1", "addr2", "addr3"]
            .iter()
            .filter_map(|column| row.text(column).ok())
            .filter(|line| !line.is_empty())
            .map(title)
            .collect();
        let network = row.text("pcn_code")?;
        practices.push(Practice {
            code: row.text("ods_code")?.to_owned(),
            name: title(row.text("name")?),
            lines,
            postcode: row.text("postcode")?.to_owned(),
            network: networks
                .iter()
                .position(|known| known.code == network)
                .map(|at| at as u16),
            position: (row.number("lon")?, row.number("lat")?),
            list,
        });
    }
    practices.sort_by(|one, other| one.code.cmp(&other.code));
    Ok((practices, networks))
}

/// Sites that are open, and the trusts.
pub(super) fn sites(files: &Files) -> Result<(Vec<Site>, Vec<Trust>), SynthError> {
    let mut trusts = Vec::new();
    for row in table(files, "nhs_trusts.csv")?.rows() {
        trusts.push(Trust {
            code: row.text("ods_code")?.to_owned(),
            name: row.text("name")?.to_owned(),
            position: (row.number("lon")?, row.number("lat")?),
        });
    }
    let mut sites = Vec::new();
    for row in table(files, "hospitals.csv")?.rows() {
        let kind = match row.text("kind")? {
            "acute" => SiteKind::Acute,
            "community" => SiteKind::Community,
            "mental_health" => SiteKind::MentalHealth,
            "elective_centre" => SiteKind::Elective,
            "urgent_care" | "walk_in" => SiteKind::Urgent,
            "independent" => SiteKind::Independent,
            "out_of_area" => SiteKind::OutOfArea,
            _ => continue,
        };
        let parent = row.text("parent_ods_code_2014")?;
        let code = row.text("ods_site_code")?;
        // A site keeps its trust's code as its beginning where the file of 2014 has no parent that is still open.
        let trust = trusts
            .iter()
            .position(|trust| trust.code == parent || code.starts_with(&trust.code))
            .map(|at| at as u8);
        sites.push(Site {
            code: code.to_owned(),
            name: row.text("name")?.to_owned(),
            kind,
            trust,
            postcode: row.text("postcode")?.to_owned(),
            position: (row.number("lon")?, row.number("lat")?),
        });
    }
    Ok((sites, trusts))
}

/// Capitals as a reader expects them: "ST MARK'S ROAD PCN" becomes "St Mark's Road PCN".
pub(crate) fn title(text: &str) -> String {
    let word = |word: &str| -> String {
        if matches!(
            word,
            "PCN" | "NHS" | "GP" | "RUH" | "GWH" | "UTC" | "MIU" | "II" | "III"
        ) {
            return word.to_owned();
        }
        let lower = word.to_lowercase();
        let mut out = String::with_capacity(lower.len());
        let mut start = true;
        for letter in lower.chars() {
            if start {
                out.extend(letter.to_uppercase());
            } else {
                out.push(letter);
            }
            start = matches!(letter, '-' | '(' | '.' | '/' | '&');
        }
        out
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn capitals_are_as_a_reader_expects_them() {
        assert_eq!(title("ST MARK'S ROAD PCN"), "St Mark's Road PCN");
        assert_eq!(title("STRATTON-ON-THE-FOSSE"), "Stratton-On-The-Fosse");
    }
}
