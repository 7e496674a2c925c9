//! The funnel as a whole: how many came so far at least, each stage with the list of the people behind it.

use actions::population::{By, Cohort, Crossed, Places};
use askama::Template;
use care::risk::funnel::Stage;

use super::asked::address;
use super::words::{count_words, whole};
use crate::charts::bars::{self, Row};
use crate::charts::drawn::Drawn;

#[derive(Debug, Clone)]
struct StageRow {
    words: &'static str,
    definition: &'static str,
    count: String,
    /// The list of the people behind it; none where the number is hidden or nought, or the reader may not have names.
    href: Option<String>,
}

#[derive(Debug, Clone, Template)]
#[template(path = "staff/population/funnel.html")]
pub(crate) struct Funnel {
    wide: Drawn,
    narrow: Drawn,
    definition: String,
    stages: Vec<StageRow>,
}

impl askama::filters::HtmlSafe for Funnel {}

/// From a figure whose columns are the steps; none when nobody was found. `names` says whether its stages open lists; `within` is what it was
/// narrowed to.
pub(super) fn funnel_of(
    crossed: &Crossed,
    scope: &str,
    places: &Places,
    within: &Cohort,
    names: bool,
) -> Option<Funnel> {
    // A stage of which a part is hidden is hidden too, and opens nothing.
    let counts: Vec<(Stage, Option<u64>)> = Stage::ALL
        .into_iter()
        .map(|stage| (stage, crossed.stage(stage)))
        .collect();
    let all = crossed.table.total.filter(|all| *all > 0)?;
    let rows: Vec<Row> = counts
        .iter()
        .map(|(stage, count)| Row {
            label: stage.words().to_owned(),
            parts: vec![*count, count.map(|count| all.saturating_sub(count))],
            total: Some(all),
            end: count.map_or_else(|| "hidden".to_owned(), whole),
            words: format!("{}: {}", stage.words(), count_words(*count)),
        })
        .collect();
    let drawn = bars::draw(
        &rows,
        "funnel",
        "From found to an outcome",
        "One bar a stage: 1 came so far, 2 did not, or not yet. Striped is what is hidden.",
    )?;
    let opens = |stage: Stage| {
        let cohort = within.clone().with(By::CameTo, stage.code(), places).ok()?;
        Some(address("/people", scope, &cohort.query()))
    };
    Some(Funnel {
        wide: drawn.wide,
        narrow: drawn.narrow,
        definition: crossed.figure.definition(),
        stages: counts
            .into_iter()
            .map(|(stage, count)| StageRow {
                words: stage.words(),
                definition: stage.definition(),
                count: count_words(count),
                href: count
                    .filter(|count| names && *count > 0)
                    .and_then(|_| opens(stage)),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actions::population::Figure;
    use jiff::civil::Date;

    const TODAY: Date = Date::constant(2026, 11, 3);

    fn funnel(crossed: &Crossed, names: bool) -> Option<Funnel> {
        funnel_of(crossed, "practice:P1", &Places::none(), &Cohort::default(), names)
    }

    #[test]
    fn a_funnel_of_rounded_counts_adds_up_and_never_panics() {
        let figure = Figure::from_code("funnel-by-sex").expect("a figure");
        // Each step of 13 is told as 15: the four together would be 60 of 50.
        let crossed = Crossed::sample(figure, &Places::none(), TODAY, |row, column| {
            if row == 0 && column > 0 { 13 } else { 0 }
        });
        let funnel = funnel(&crossed, true).expect("a funnel");
        let counts: Vec<&str> = funnel.stages.iter().map(|stage| stage.count.as_str()).collect();
        assert_eq!(counts, ["50", "50", "25", "15"]);
    }

    #[test]
    fn a_stage_opens_its_list_unless_it_is_hidden_or_nought_or_the_reader_may_not_have_names() {
        let figure = Figure::from_code("funnel-by-sex").expect("a figure");
        // Forty were found, and of three it is done: those are hidden, and who said yes with them.
        let crossed = Crossed::sample(figure, &Places::none(), TODAY, |row, column| {
            match (row, column) {
                (0, 0) => 40,
                (0, 4) => 3,
                _ => 0,
            }
        });
        let links = |names| -> Vec<Option<String>> {
            let funnel = funnel(&crossed, names).expect("a funnel");
            funnel.stages.into_iter().map(|stage| stage.href).collect()
        };
        let found = links(true);
        assert_eq!(
            found[0].as_deref(),
            Some("/staff/population/people?scope=practice%3AP1&came-to=found")
        );
        assert_eq!(found[1..], [None, None, None]);
        assert_eq!(links(false), [None, None, None, None]);
    }
}
