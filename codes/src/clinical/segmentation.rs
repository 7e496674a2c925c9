//! A model of segments as data: which elements put somebody in which segment, in order of priority.
//!
//! Ours is the adult model of Suffolk and North East Essex (2024, MIT): `data/clinical/segmentation_snee_2024.csv`. A region
//! edits the file, or loads its own with [`Model::read`]; nothing of the order or the elements stands in code.

use std::sync::{LazyLock, OnceLock};

use crate::clinical::code_sets::{CodeSets, ListError, Member};
use crate::table::Table;

/// A model that cannot be read; lines are counted from 1, the heading.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The heading line is another.
    #[error("line 1: the headings must begin with segment,label,element")]
    Headings,
    /// A line without a segment's name and label.
    #[error("line {0}: a segment and its label are needed")]
    Cells(usize),
    /// A segment whose lines do not stand together: its priority would be in doubt.
    #[error("line {0}: the segment stands further up already; its lines must follow each other")]
    Scattered(usize),
    /// An element that stands there twice.
    #[error("line {0}: the element stands further up already")]
    Duplicate(usize),
    /// A segment without elements that is not the last, or a second one.
    #[error("line {0}: only the last segment may be without elements")]
    Rest(usize),
    /// The last segment has elements, so somebody could be in none.
    #[error("the last segment must be without elements: it takes who is in no other")]
    NoRest,
    /// More than 64 elements.
    #[error("a model has at most 64 elements")]
    TooMany,
}

/// One segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its name in files.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// Its elements: bit N is the Nth of [`Model::elements`].
    pub elements: u64,
}

/// Segments from the first priority to the last, which takes the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    segments: Vec<Segment>,
    elements: Vec<String>,
}

impl Model {
    /// Reads comma-separated text with the headings `segment,label,element`; further columns are for people. The
    /// order of the lines is the order of priority.
    ///
    /// ```
    /// use codes::clinical::segmentation::Model;
    /// let model = Model::read("segment,label,element\nill,Ill,cancer\nwell,Well,\n").unwrap();
    /// assert_eq!(model.segments()[model.place(1)].name, "ill");
    /// assert_eq!(model.segments()[model.place(0)].name, "well");
    /// assert!(Model::read("segment,label,element\nill,Ill,cancer\n").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Model, ModelError> {
        let mut lines = (1..).zip(text.trim_start_matches('\u{feff}').lines());
        if !lines
            .next()
            .is_some_and(|(_, line)| line.starts_with("segment,label,element"))
        {
            return Err(ModelError::Headings);
        }
        let mut model = Model::default();
        for (line, text) in lines.filter(|(_, line)| !line.trim().is_empty()) {
            let mut cells = text.splitn(4, ',').map(str::trim);
            let (name, label, element) = (cells.next(), cells.next(), cells.next());
            match (name, label) {
                (Some(name), Some(label)) if !name.is_empty() && !label.is_empty() => {
                    model.take(line, name, label, element.unwrap_or(""))?;
                }
                _ => return Err(ModelError::Cells(line)),
            }
        }
        match model.segments.last() {
            Some(last) if last.elements == 0 => Ok(model),
            _ => Err(ModelError::NoRest),
        }
    }

    fn take(&mut self, line: usize, name: &str, label: &str, element: &str) -> Result<(), ModelError> {
        if self.segments.last().is_none_or(|last| last.name != name) {
            if self.segments.iter().any(|segment| segment.name == name) {
                return Err(ModelError::Scattered(line));
            }
            if self.segments.last().is_some_and(|last| last.elements == 0) {
                return Err(ModelError::Rest(line));
            }
            self.segments.push(Segment {
                name: name.to_owned(),
                label: label.to_owned(),
                elements: 0,
            });
        }
        if element.is_empty() {
            return Ok(());
        }
        if self.elements.iter().any(|known| known == element) {
            return Err(ModelError::Duplicate(line));
        }
        if self.elements.len() == 64 {
            return Err(ModelError::TooMany);
        }
        if let Some(segment) = self.segments.last_mut() {
            segment.elements |= 1 << self.elements.len();
        }
        self.elements.push(element.to_owned());
        Ok(())
    }

    /// The segments, from the first priority to the rest.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The elements' names; an element's bit is its place.
    pub fn elements(&self) -> &[String] {
        &self.elements
    }

    /// The bit of an element.
    pub fn element(&self, name: &str) -> Option<u64> {
        self.elements
            .iter()
            .position(|known| known == name)
            .map(|place| 1 << place)
    }

    /// The place of the segment for somebody with these elements: the first that has any of them, else the last.
    pub fn place(&self, elements: u64) -> usize {
        self.segments
            .iter()
            .position(|segment| segment.elements & elements != 0)
            .unwrap_or(self.segments.len().saturating_sub(1))
    }
}

/// The model of Suffolk and North East Essex. That it can be read is tested.
pub static SNEE: LazyLock<Model> = LazyLock::new(|| {
    Model::read(include_str!("../../data/clinical/segmentation_snee_2024.csv")).unwrap_or_default()
});

/// The 15 long-term conditions that it counts, by name.
pub static CONDITIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let table = Table::read(include_str!(
        "../../data/clinical/segmentation_snee_2024_conditions.csv"
    ));
    table.rows(["condition"]).into_iter().map(|[name]| name).collect()
});

/// A long-term condition by its place in [`CONDITIONS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition(pub usize);

impl Member for Condition {
    const WHAT: &'static str = "condition";

    fn named(name: &str) -> Option<Condition> {
        CONDITIONS.iter().position(|known| *known == name).map(Condition)
    }
}

/// Our own short sets of codes for the 15 conditions; the model itself names national clusters.
pub static CONDITION_CODES: LazyLock<CodeSets<Condition>> = LazyLock::new(|| {
    CodeSets::read(include_str!(
        "../../data/clinical/segmentation_snee_2024_condition_codes.csv"
    ))
    .unwrap_or_default()
});

/// An element of [`SNEE`] that is known by a code, by its place in [`Model::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Element(pub usize);

impl Member for Element {
    const WHAT: &'static str = "element";

    fn named(name: &str) -> Option<Element> {
        SNEE.elements()
            .iter()
            .position(|known| known == name)
            .map(Element)
    }
}

/// Our own short sets of codes for those elements that a code shows. Depression and anxiety are among the conditions.
pub static ELEMENT_CODES: LazyLock<CodeSets<Element>> = LazyLock::new(|| {
    CodeSets::read(include_str!(
        "../../data/clinical/segmentation_snee_2024_element_codes.csv"
    ))
    .unwrap_or_default()
});

/// Our own short sets of codes for those elements that stays in hospital show: a code counts when it was written down within a stay.
/// Mental health is F10 to F61 without tobacco and without what is organic, with self-harm and homelessness; dentistry is decay, pulp and gums.
pub static HOSPITAL_CODES: LazyLock<CodeSets<Element>> = LazyLock::new(|| {
    CodeSets::read(include_str!(
        "../../data/clinical/segmentation_snee_2024_hospital_codes.csv"
    ))
    .unwrap_or_default()
});

/// The element of [`HOSPITAL_CODES`] that an emergency stay alone shows.
pub const IN_EMERGENCY_STAYS: &str = "hospital-emergency-dentistry";

/// SNOMED CT codes that say that somebody does not smoke (any more): a later one ends what an earlier "smoker" said.
pub const NOT_SMOKING: [&str; 2] = ["266919005", "8517006"];
/// SNOMED CT "Pregnancy".
pub const PREGNANCY: &str = "77386006";

/// The elements of [`SNEE`] that our own lists cannot show: how far a disease has come, contacts with other services, and whether there is
/// a carer.
pub const NOT_LOOKED_AT: [&str; 7] = [
    "end-of-life",
    "end-stage-liver-disease",
    "end-stage-heart-disease",
    "end-stage-renal-disease",
    "end-stage-copd",
    "has-carer",
    "mental-health-contact",
];

/// An element of [`SNEE`] that a region may list codes of, by its place in [`Model::elements`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listed(pub usize);

impl Listed {
    fn name(self) -> &'static str {
        SNEE.elements().get(self.0).map_or("", String::as_str)
    }
}

impl Member for Listed {
    const WHAT: &'static str = "element";

    fn named(name: &str) -> Option<Listed> {
        Element::named(name).map(|element| Listed(element.0))
    }

    fn uncoded(self) -> Option<&'static str> {
        let name = self.name();
        match name {
            "four-or-more-conditions" | "one-to-three-conditions" => {
                Some("it is counted from the long-term conditions and has no codes")
            }
            "bmi-above-30" => Some("it is measured and has no codes"),
            "mental-health-contact" => Some("it is known by contacts within twelve months and not by codes"),
            _ if name.starts_with("hospital-") => {
                Some("it is known by stays in hospital and not by codes alone")
            }
            _ if CONDITIONS.contains(&name) => {
                Some("it is one of the long-term conditions, and known by their codes")
            }
            _ => None,
        }
    }
}

/// A region's lists that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementsError {
    /// As for any list.
    #[error(transparent)]
    List(#[from] ListError),
    /// A code of one of the 15 conditions: it would show one of the two only.
    #[error("{code:?} stands for the long-term condition {condition} already")]
    OfACondition {
        /// The code.
        code: String,
        /// The condition.
        condition: &'static str,
    },
    /// Nothing is listed.
    #[error("it lists no code")]
    Empty,
}

/// A region's own lists for elements of the model: `element,system,code`. Those of an element that is listed take the place of ours.
#[derive(Debug)]
pub struct RegionsElements(CodeSets<Listed>);

impl RegionsElements {
    /// Reads comma-separated text with the headings `element,system,code`; all of it is taken or none.
    ///
    /// ```
    /// use codes::clinical::segmentation::RegionsElements;
    /// assert!(RegionsElements::read("element,system,code\nhas-carer,ctv3,918F.\n").is_ok());
    /// let wrong = RegionsElements::read("element,system,code\nbmi-above-30,ctv3,22K5.\n").unwrap_err();
    /// assert_eq!(wrong.to_string(), "line 2: it is measured and has no codes");
    /// ```
    ///
    /// # Errors
    /// [`ElementsError`], which names the line or the code.
    pub fn read(text: &str) -> Result<RegionsElements, ElementsError> {
        let lists = CodeSets::<Listed>::read(text)?;
        for (system, code, _) in lists.iter() {
            if let Some(condition) = CONDITION_CODES.find(system.name(), code) {
                return Err(ElementsError::OfACondition {
                    code: code.to_owned(),
                    condition: CONDITIONS.get(condition.0).copied().unwrap_or_default(),
                });
            }
        }
        if lists.is_empty() {
            return Err(ElementsError::Empty);
        }
        Ok(RegionsElements(lists))
    }

    /// How many codes there are.
    #[must_use]
    pub fn codes(&self) -> usize {
        self.0.len()
    }

    fn lists(&self, element: usize) -> bool {
        self.0.iter().any(|(_, _, listed)| listed.0 == element)
    }
}

/// A region's lists, when it has some.
static REGIONS: OnceLock<RegionsElements> = OnceLock::new();

/// Takes a region's lists into use; once, when the program starts, before a code is looked up. False when that was done already: then
/// nothing changes.
pub fn use_elements(lists: RegionsElements) -> bool {
    REGIONS.set(lists).is_ok()
}

/// The element that a recorded code shows, by the region's list of that element or else by our own.
#[must_use]
pub fn element(system: &str, code: &str) -> Option<Element> {
    element_by(REGIONS.get(), system, code)
}

fn element_by(regions: Option<&RegionsElements>, system: &str, code: &str) -> Option<Element> {
    let listed = regions.and_then(|lists| lists.0.find(system, code));
    listed.map(|one| Element(one.0)).or_else(|| {
        let ours = ELEMENT_CODES.find(system, code)?;
        (!regions.is_some_and(|lists| lists.lists(ours.0))).then_some(ours)
    })
}

/// The elements of [`SNEE`] that nothing can show here: [`NOT_LOOKED_AT`] but for those that the region lists codes of.
pub fn not_looked_at() -> Vec<&'static str> {
    let regions = REGIONS.get();
    let listed = |name: &str| {
        let place = Element::named(name).map(|element| element.0);
        regions
            .zip(place)
            .is_some_and(|(lists, place)| lists.lists(place))
    };
    NOT_LOOKED_AT.into_iter().filter(|name| !listed(name)).collect()
}

/// The name for people of an element of [`SNEE`]; its name in files when it has none.
pub fn element_label(name: &'static str) -> &'static str {
    static LABELS: LazyLock<Table> =
        LazyLock::new(|| Table::read(include_str!("../../data/clinical/segmentation_snee_2024.csv")));
    LABELS.find("element", name, "element_label").unwrap_or(name)
}

/// The long-term conditions' names for people, in the order of [`CONDITIONS`].
pub static CONDITION_LABELS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let table = Table::read(include_str!(
        "../../data/clinical/segmentation_snee_2024_conditions.csv"
    ));
    table.rows(["label"]).into_iter().map(|[label]| label).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SNOMED_CT;

    #[test]
    fn a_region_s_list_of_an_element_takes_the_place_of_ours_and_of_no_other() {
        let place = |name: &str| Element::named(name).expect("an element");
        // Housebound by our own list, and by another code of theirs.
        let (_, ours, housebound) = ELEMENT_CODES
            .iter()
            .find(|(_, _, element)| *element == place("housebound"))
            .expect("listed");
        let other = ELEMENT_CODES
            .iter()
            .find(|(system, _, element)| {
                *element != housebound && *system == crate::clinical::code_sets::System::SnomedCt
            })
            .expect("another");
        let lists = RegionsElements::read(
            "element,system,code\nhousebound,ctv3,13CC.\nend-of-life,ctv3,2JE..\nhas-carer,ctv3,918F.\n",
        )
        .expect("read");
        assert_eq!(lists.codes(), 3);
        assert_eq!(element_by(None, SNOMED_CT, ours), Some(housebound));
        assert_eq!(element_by(Some(&lists), SNOMED_CT, ours), None);
        assert_eq!(element_by(Some(&lists), "ctv3", "13CC."), Some(housebound));
        assert_eq!(
            element_by(Some(&lists), "ctv3", "2JE.."),
            Some(place("end-of-life"))
        );
        assert_eq!(element_by(Some(&lists), SNOMED_CT, other.1), Some(other.2));
    }

    #[test]
    fn what_a_region_cannot_list_is_named() {
        let said = |lines: &str| {
            let read = RegionsElements::read(&format!("element,system,code\n{lines}"));
            read.expect_err("refused").to_string()
        };
        for (lines, words) in [
            ("", "it lists no code"),
            ("tired,ctv3,X1", "line 2: the element \"tired\" is unknown"),
            (
                "hospital-fall,icd-10,W19",
                "line 2: it is known by stays in hospital and not by codes alone",
            ),
            (
                "mental-health-contact,ctv3,X1",
                "line 2: it is known by contacts within twelve months and not by codes",
            ),
            (
                "depression,icd-10,F32",
                "line 2: it is one of the long-term conditions, and known by their codes",
            ),
            (
                "has-carer,snomed-ct,13645005",
                "\"13645005\" stands for the long-term condition copd already",
            ),
        ] {
            assert_eq!(said(lines), words);
        }
    }
}
