//! The map of the areas with its legend: the region's own measures and figures of the record are painted by the same one. The list that
//! stands with it on a page says the same without it.

use askama::Template;
use synthetic::summary::{Measure, Summary};

use super::classes::Classes;
use super::data_block::DataBlock;
use super::organisations::points;
use super::words::tally;

#[derive(Debug, Clone)]
struct LegendLine {
    class: usize,
    words: String,
    areas: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/region/area_map.html")]
pub(in crate::staff) struct AreaMap {
    /// Where the script finds the boundaries.
    boundaries: &'static str,
    legend: Vec<LegendLine>,
    /// How many areas have no value to show; empty when all have one.
    hidden: String,
    classes: DataBlock,
    organisations: DataBlock,
}

impl askama::filters::HtmlSafe for AreaMap {}

impl AreaMap {
    pub(in crate::staff) fn new(
        summary: &Summary,
        measure: &Measure,
        classes: &Classes,
        boundaries: &'static str,
    ) -> AreaMap {
        let legend = classes
            .limits
            .iter()
            .enumerate()
            .map(|(index, limits)| LegendLine {
                class: index + 1,
                words: limits.words(measure),
                areas: areas_words(limits.areas),
            });
        AreaMap {
            boundaries,
            legend: legend.collect(),
            hidden: match classes.hidden {
                0 => String::new(),
                some => areas_words(some),
            },
            classes: painted(summary, classes),
            organisations: points(summary),
        }
    }
}

pub(in crate::staff) fn areas_words(areas: usize) -> String {
    match areas {
        1 => "1 area".to_owned(),
        many => format!("{} areas", tally(many)),
    }
}

/// Each area's class under its code, 0 where its value is not shown: what the script paints.
fn painted(summary: &Summary, classes: &Classes) -> DataBlock {
    let codes = summary.areas.iter().map(|area| area.code.as_str());
    let classes = classes.of_areas.iter().map(|class| class.unwrap_or(0));
    DataBlock::of(codes.zip(classes))
}
