//! The five classes of a map: quantiles of the areas' values, so that each class holds about as many areas.

use synthetic::summary::{Measure, Summary};

use super::words::{rounded, value_words};

/// How many classes a map has at most.
pub(in crate::staff) const CLASSES: usize = 5;

/// The values of one measure, rounded as they are shown, put into classes.
#[derive(Debug, Clone)]
pub(in crate::staff) struct Classes {
    /// One an area, in the order of the areas: 1 is the lowest class; none where the value is not shown.
    pub(in crate::staff) of_areas: Vec<Option<usize>>,
    /// The classes that hold areas, lowest first.
    pub(in crate::staff) limits: Vec<Limits>,
    /// How many areas have no value to show.
    pub(in crate::staff) hidden: usize,
}

/// What one class holds.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staff) struct Limits {
    pub(in crate::staff) lowest: f64,
    pub(in crate::staff) highest: f64,
    pub(in crate::staff) areas: usize,
}

impl Limits {
    /// "1,012 to 1,344 people", or the one value.
    pub(in crate::staff) fn words(&self, measure: &Measure) -> String {
        let highest = value_words(measure, Some(self.highest));
        if self.lowest.total_cmp(&self.highest).is_eq() {
            return highest;
        }
        let number = super::words::number_words(self.lowest, measure.decimals);
        format!("{number} to {highest}")
    }
}

/// Classes of the measure that stands at `index` of the summary's.
pub(in crate::staff) fn classes(summary: &Summary, index: usize, measure: &Measure) -> Classes {
    let values: Vec<Option<f64>> = summary
        .areas
        .iter()
        .map(|area| {
            let value = area.values.get(index).copied().flatten();
            value
                .filter(|value| value.is_finite())
                .map(|value| rounded(value, measure.decimals))
        })
        .collect();
    let cuts = cuts(values.iter().flatten().copied().collect());
    let class = |value: f64| 1 + cuts.iter().filter(|cut| value >= **cut).count();
    let of_areas: Vec<Option<usize>> = values.iter().map(|value| value.map(class)).collect();
    let limits = (1..=cuts.len() + 1)
        .filter_map(|wanted| {
            let held = || {
                values
                    .iter()
                    .flatten()
                    .copied()
                    .filter(|value| class(*value) == wanted)
            };
            Some(Limits {
                lowest: held().min_by(f64::total_cmp)?,
                highest: held().max_by(f64::total_cmp)?,
                areas: held().count(),
            })
        })
        .collect();
    Classes {
        hidden: values.iter().filter(|value| value.is_none()).count(),
        of_areas,
        limits,
    }
}

/// Where a class above the first begins: the value at each fifth of the ordered values, each once. Equal values are never
/// parted, so there may be fewer than four.
fn cuts(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> = (1..CLASSES)
        .filter_map(|fifth| values.get(values.len() * fifth / CLASSES).copied())
        .collect();
    cuts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let first = values.first().copied();
    cuts.retain(|cut| first.is_some_and(|first| cut.total_cmp(&first).is_gt()));
    cuts
}

#[cfg(test)]
mod tests {
    use super::{Limits, classes};
    use synthetic::summary::{AreaFigures, Measure, Summary};

    fn of(values: &[Option<f64>]) -> (super::Classes, Measure) {
        let measure = Measure {
            unit: "%".to_owned(),
            decimals: 1,
            ..Measure::default()
        };
        let areas = values.iter().map(|value| AreaFigures {
            values: vec![*value],
            ..AreaFigures::default()
        });
        let summary = Summary {
            areas: areas.collect(),
            ..Summary::default()
        };
        (classes(&summary, 0, &measure), measure)
    }

    #[test]
    fn each_class_holds_as_many_areas_and_no_two_overlap() {
        let values: Vec<Option<f64>> = (0..100).rev().map(|n| Some(f64::from(n))).collect();
        let (classes, measure) = of(&values);
        let held: Vec<usize> = classes.limits.iter().map(|limits| limits.areas).collect();
        assert_eq!(held, [20; 5]);
        assert!(
            classes
                .limits
                .windows(2)
                .all(|pair| pair[0].highest < pair[1].lowest)
        );
        assert_eq!(classes.of_areas.first(), Some(&Some(5)));
        assert_eq!(classes.limits[0].words(&measure), "0.0 to 19.0%");
    }

    #[test]
    fn equal_values_are_in_one_class_and_what_is_hidden_is_in_none() {
        let (classes, measure) = of(&[Some(2.0), None, Some(2.0), Some(2.01), Some(2.0), None]);
        assert_eq!(classes.of_areas, [Some(1), None, Some(1), Some(1), Some(1), None]);
        assert_eq!(classes.hidden, 2);
        assert_eq!(
            classes.limits,
            [Limits {
                lowest: 2.0,
                highest: 2.0,
                areas: 4
            }]
        );
        assert_eq!(classes.limits[0].words(&measure), "2.0%");
    }

    #[test]
    fn a_region_without_values_has_no_classes() {
        let (classes, _) = of(&[None, None]);
        assert!(classes.limits.is_empty());
        assert!(of(&[]).0.of_areas.is_empty());
    }
}
