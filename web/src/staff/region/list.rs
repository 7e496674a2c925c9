//! The list of areas: the map's twin, complete without it, grouped by council.

use std::collections::BTreeMap;

use synthetic::summary::{AreaFigures, Summary};

use super::chosen::{Chosen, Order};
use super::classes::Classes;
use super::words::{tally, value_words};

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) code: String,
    pub(super) href: String,
    pub(super) name: String,
    pub(super) ward: String,
    pub(super) value: String,
    /// "3", or a dash where the value is not shown.
    pub(super) class: String,
}

#[derive(Debug, Clone)]
pub(super) struct Council {
    pub(super) name: String,
    /// "132 areas".
    pub(super) areas: String,
    pub(super) rows: Vec<Row>,
}

/// The areas of each council, in the order that was chosen.
pub(super) fn councils(summary: &Summary, chosen: &Chosen<'_>, classes: &Classes) -> Vec<Council> {
    type Line<'s> = (&'s AreaFigures, Option<usize>);
    let mut councils: BTreeMap<&str, Vec<Line<'_>>> = BTreeMap::new();
    for line in summary.areas.iter().zip(classes.of_areas.iter().copied()) {
        councils.entry(line.0.council.as_str()).or_default().push(line);
    }
    let value = |line: &Line<'_>| line.0.values.get(chosen.index).copied().flatten();
    let council = |(name, mut lines): (&str, Vec<Line<'_>>)| {
        lines.sort_by(|a, b| {
            let by_value = chosen.order.of_values(value(a), value(b));
            by_value.then_with(|| a.0.name.cmp(&b.0.name))
        });
        let row = |line: &Line<'_>| Row {
            code: line.0.code.clone(),
            href: href(&line.0.code),
            name: line.0.name.clone(),
            ward: line.0.ward.clone(),
            value: value_words(chosen.measure, value(line)),
            class: line.1.map_or_else(|| "–".to_owned(), |class| class.to_string()),
        };
        Council {
            name: name.to_owned(),
            areas: match lines.len() {
                1 => "1 area".to_owned(),
                many => format!("{} areas", tally(many)),
            },
            rows: lines.iter().map(row).collect(),
        }
    };
    councils.into_iter().map(council).collect()
}

/// The address of an area's page.
pub(super) fn href(code: &str) -> String {
    format!("/staff/region/area/{}", crate::path_segment::encode(code))
}

/// What `aria-sort` says of the columns of name and of value.
pub(super) fn sorts(order: Order) -> (Option<&'static str>, Option<&'static str>) {
    match order {
        Order::Name => (Some("ascending"), None),
        Order::Highest => (None, Some("descending")),
        Order::Lowest => (None, Some("ascending")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::chosen::{Chosen, Order};
    use super::super::classes::classes;
    use super::super::samples::summary;
    use super::councils;

    #[test]
    fn every_area_stands_once_under_its_council_in_the_order_chosen() {
        let summary = summary();
        for order in Order::ALL {
            let chosen = Chosen {
                index: 1,
                measure: &summary.measures[1],
                order,
            };
            let councils = councils(&summary, &chosen, &classes(&summary, 1, chosen.measure));
            let rows: usize = councils.iter().map(|council| council.rows.len()).sum();
            assert_eq!(rows, summary.areas.len());
            let hidden: Vec<usize> = councils
                .iter()
                .flat_map(|council| council.rows.iter().rev().enumerate())
                .filter(|(_, row)| row.class == "–")
                .map(|(from_the_end, _)| from_the_end)
                .collect();
            assert!(!hidden.is_empty());
            if order != Order::Name {
                assert!(hidden.iter().all(|place| *place == 0), "what is hidden is last");
            }
        }
    }
}
