//! What the address of the region's page chooses: the measure, and the order of the list.

use std::cmp::Ordering;

use synthetic::summary::{Measure, Summary};

use crate::failure::Failure;

/// The query as it came.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    measure: Option<String>,
    order: Option<String>,
}

/// The order of the areas of a council.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Name,
    Highest,
    Lowest,
}

impl Order {
    pub(super) const ALL: [Order; 3] = [Order::Name, Order::Highest, Order::Lowest];

    pub(super) fn key(self) -> &'static str {
        match self {
            Order::Name => "name",
            Order::Highest => "highest",
            Order::Lowest => "lowest",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Order::Name => "Name",
            Order::Highest => "Highest value first",
            Order::Lowest => "Lowest value first",
        }
    }

    /// Compares two values; what is not shown comes last in either order.
    pub(super) fn of_values(self, one: Option<f64>, other: Option<f64>) -> Ordering {
        match (one, other) {
            (Some(one), Some(other)) => match self {
                Order::Name => Ordering::Equal,
                Order::Highest => other.total_cmp(&one),
                Order::Lowest => one.total_cmp(&other),
            },
            (Some(_), None) if self != Order::Name => Ordering::Less,
            (None, Some(_)) if self != Order::Name => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

/// What is shown: the measure, where it stands among the summary's, and the order.
#[derive(Debug, Clone)]
pub(super) struct Chosen<'s> {
    pub(super) index: usize,
    pub(super) measure: &'s Measure,
    pub(super) order: Order,
}

impl Asked {
    /// An address of the gallery.
    pub(super) fn sample(measure: &str, order: &str) -> Asked {
        Asked {
            measure: Some(measure.to_owned()),
            order: Some(order.to_owned()),
        }
    }

    /// What the address chooses of this summary; the first measure and the order by name where it says nothing.
    ///
    /// # Errors
    /// The field that names nothing, with what it may name.
    pub(super) fn of<'s>(&self, summary: &'s Summary) -> Result<Chosen<'s>, Failure> {
        let wanted = self.measure.as_deref();
        let mut measures = summary.measures.iter().enumerate();
        let found = measures.find(|(_, one)| wanted.is_none_or(|key| one.key == key));
        let (index, measure) = found.ok_or_else(|| Failure::UnknownChoice {
            field: "measure",
            known: summary.measures.iter().map(|one| one.key.clone()).collect(),
        })?;
        let wanted = self.order.as_deref().unwrap_or(Order::Name.key());
        let order = Order::ALL.into_iter().find(|one| one.key() == wanted);
        Ok(Chosen {
            index,
            measure,
            order: order.ok_or_else(|| Failure::UnknownChoice {
                field: "order",
                known: Order::ALL.map(|one| one.key().to_owned()).to_vec(),
            })?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Order};
    use crate::failure::Failure;
    use crate::staff::region::samples::summary;
    use std::cmp::Ordering;

    fn asked(measure: Option<&str>, order: Option<&str>) -> Asked {
        Asked {
            measure: measure.map(str::to_owned),
            order: order.map(str::to_owned),
        }
    }

    #[test]
    fn an_address_that_says_nothing_shows_the_first_measure_by_name() {
        let summary = summary();
        let chosen = asked(None, None).of(&summary).expect("chosen");
        assert_eq!((chosen.index, chosen.order), (0, Order::Name));
        let chosen = asked(Some("over-65"), Some("highest"))
            .of(&summary)
            .expect("chosen");
        assert_eq!((chosen.index, chosen.order), (1, Order::Highest));
    }

    #[test]
    fn a_measure_or_an_order_that_is_not_known_is_refused_by_the_fields_name() {
        let summary = summary();
        for (measure, order, name) in [
            (Some("over-66"), None, "measure"),
            (Some(""), None, "measure"),
            (None, Some("up"), "order"),
        ] {
            let refused = asked(measure, order).of(&summary).expect_err("refused");
            assert!(
                matches!(&refused, Failure::UnknownChoice { field, known } if *field == name && known.len() >= 3),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn what_is_not_shown_comes_last_in_either_order_of_values() {
        for order in [Order::Highest, Order::Lowest] {
            assert_eq!(order.of_values(Some(1.0), None), Ordering::Less);
            assert_eq!(order.of_values(None, Some(1.0)), Ordering::Greater);
        }
        assert_eq!(Order::Highest.of_values(Some(2.0), Some(1.0)), Ordering::Less);
        assert_eq!(Order::Lowest.of_values(Some(2.0), Some(1.0)), Ordering::Greater);
    }
}
