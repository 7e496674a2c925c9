//! The funnel as a whole: how many came so far at least.

use actions::population::Crossed;
use askama::Template;
use care::risk::funnel::Step;

use super::words::{count_words, whole};
use crate::charts::bars::{self, Row};
use crate::charts::drawn::Drawn;

#[derive(Debug, Clone)]
struct Stage {
    words: &'static str,
    count: String,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/funnel.html")]
pub(crate) struct Funnel {
    wide: Drawn,
    narrow: Drawn,
    stages: Vec<Stage>,
}

impl askama::filters::HtmlSafe for Funnel {}

/// The stages, each with the steps that count for it.
const STAGES: [(&str, &[Step]); 4] = [
    ("Found", &Step::ALL),
    (
        "Offered help",
        &[Step::Offered, Step::Declined, Step::Accepted, Step::Done],
    ),
    ("Said yes", &[Step::Accepted, Step::Done]),
    ("Done, with an outcome", &[Step::Done]),
];

/// From a figure whose columns are the steps; none when nobody was found.
pub(super) fn funnel_of(crossed: &Crossed) -> Option<Funnel> {
    let place = |step: &Step| {
        let mut columns = crossed.columns.iter();
        columns.position(|group| group.key == step.code())
    };
    // A stage of which a part is hidden is hidden too, but for the first, which is the table's own total.
    let counts: Vec<Option<u64>> = STAGES
        .iter()
        .enumerate()
        .map(|(at, (_, steps))| match at {
            0 => crossed.table.total,
            _ => {
                let places: Option<Vec<usize>> = steps.iter().map(place).collect();
                crossed.sum_of_columns(&places?)
            }
        })
        .collect();
    let all = crossed.table.total.filter(|all| *all > 0)?;
    let rows: Vec<Row> = STAGES
        .iter()
        .zip(&counts)
        .map(|((words, _), count)| Row {
            label: (*words).to_owned(),
            parts: vec![*count, count.map(|count| all.saturating_sub(count))],
            total: Some(all),
            end: count.map_or_else(|| "hidden".to_owned(), whole),
            words: format!("{words}: {}", count_words(*count)),
        })
        .collect();
    let drawn = bars::draw(
        &rows,
        "funnel",
        "From found to an outcome",
        "One bar a stage: 1 came so far, 2 did not, or not yet. Striped is what is hidden.",
    )?;
    Some(Funnel {
        wide: drawn.wide,
        narrow: drawn.narrow,
        stages: STAGES
            .iter()
            .zip(&counts)
            .map(|((words, _), count)| Stage {
                words,
                count: count_words(*count),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actions::population::{Figure, Places};

    #[test]
    fn a_funnel_of_rounded_counts_adds_up_and_never_panics() {
        let figure = Figure::from_code("funnel-by-sex").expect("a figure");
        // Each step of 13 is told as 15: the four together would be 60 of 50.
        let crossed = Crossed::sample(figure, &Places::none(), |row, column| {
            if row == 0 && column > 0 { 13 } else { 0 }
        });
        let funnel = funnel_of(&crossed).expect("a funnel");
        let counts: Vec<&str> = funnel.stages.iter().map(|stage| stage.count.as_str()).collect();
        assert_eq!(counts, ["50", "50", "25", "15"]);
    }
}
