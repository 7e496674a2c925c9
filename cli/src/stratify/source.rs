//! Where the people come from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use actions::access::Tokens;
use actions::population::note_run;
use anyhow::{Context, bail};
use boards::person_lookup::PersonLookup;
use population::bundle::Bundles;
use population::left_out::{Checked, Heeded, LeftOut, NationalAnswer, leave_out};
use population::parquet::{self, FilesError, Purpose};
use population::{Columns, Population};
use record::audit::Run;
use record::clock::{SystemClock as _, Wall};
use record::view::{Live, View};

use super::national::refuse_wrong_sense;
use super::purpose::Allowed;
use crate::config::Settings;
use crate::house::{House, say_error};

/// One of three.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Source {
    /// A record's folder, which no server may be using.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// A folder of Parquet files that `--write` made.
    #[arg(long, value_name = "FOLDER")]
    parquet: Option<PathBuf>,
    /// FHIR bundles (JSON); a Patient and what refers to them stand in the same file.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    bundle: Option<Vec<PathBuf>>,
}

/// Where the people come from.
pub(crate) enum Kind<'s> {
    Record(&'s Path),
    Files(&'s Path),
    Bundles(&'s [PathBuf]),
}

/// A question to everybody.
pub(crate) trait Question {
    type Answer;
    /// What the read audit calls it.
    const NAME: &'static str;

    /// Of everybody in the columns.
    fn of(&self, columns: &Columns) -> Self::Answer;

    /// Of everybody in a folder of files, shard by shard.
    fn of_files(&self, folder: &Path) -> Result<Self::Answer, FilesError>;
}

/// What is asked of them.
pub(crate) struct Asked<'a, Q> {
    pub(crate) question: Q,
    pub(crate) threads: usize,
    pub(crate) write: Option<&'a Path>,
    pub(crate) allowed: Allowed,
    pub(crate) purpose: &'a Purpose,
    /// The answer of the national check service, for a purpose that needs it.
    pub(crate) answer: Option<NationalAnswer>,
}

/// People without those who are left out; of a run that heeds no objection nothing is copied.
struct Kept {
    columns: Option<Columns>,
    left_out: LeftOut,
    people: u64,
}

impl<Q: Question> Asked<'_, Q> {
    fn of(&self, columns: &Columns) -> anyhow::Result<Q::Answer> {
        if let Some(folder) = self.write {
            parquet::write(columns, folder, self.purpose.clone(), Wall.now())?;
        }
        Ok(self.question.of(columns))
    }

    /// Leaves out, with their whole records, those whom this purpose may not have.
    fn kept(&self, columns: &Columns, checked: Option<&Checked>) -> Kept {
        let all = columns.people() as u64;
        if !self.allowed.heeds_objections() {
            return Kept {
                columns: None,
                left_out: LeftOut::default(),
                people: all,
            };
        }
        let heeded = Heeded {
            type_1: true,
            stratification: true,
            national: checked,
        };
        let (columns, left_out) = leave_out(columns, &heeded, self.threads);
        Kept {
            people: columns.people() as u64,
            columns: Some(columns),
            left_out,
        }
    }

    /// The run, as the read audit keeps it.
    fn run(&self, kept: &Kept) -> Run {
        Run {
            question: Q::NAME.to_owned(),
            scope: "region:all".to_owned(),
            basis: self.purpose.legal_basis.clone(),
            controller: self.purpose.controller.clone(),
            people: kept.people,
            objected: kept.left_out.people,
            to_stratification: kept.left_out.stratification,
            nationally: kept.left_out.national + kept.left_out.unchecked,
        }
    }
}

/// What was found.
pub(crate) struct Found<A> {
    pub(crate) answer: A,
    pub(crate) left_out: LeftOut,
    /// People and changes that could not be read.
    pub(crate) incomplete: u64,
}

/// Says on the side how many could not be read.
pub(crate) fn say_incomplete(incomplete: u64) {
    if incomplete > 0 {
        say_error(&format!(
            "{incomplete} people or changes could not be read: the counts are not complete"
        ));
    }
}

impl Source {
    pub(crate) fn kind(&self) -> anyhow::Result<Kind<'_>> {
        match (&self.data, &self.parquet, &self.bundle) {
            (Some(data), None, None) => Ok(Kind::Record(data)),
            (None, Some(folder), None) => Ok(Kind::Files(folder)),
            (None, None, Some(files)) => Ok(Kind::Bundles(files)),
            _ => bail!("one of --data, --parquet and --bundle is needed"),
        }
    }

    pub(crate) fn found<Q: Question>(
        &self,
        settings: &Settings,
        asked: Asked<'_, Q>,
    ) -> anyhow::Result<Found<Q::Answer>> {
        let complete = |answer| Found {
            answer,
            left_out: LeftOut::default(),
            incomplete: 0,
        };
        if self.parquet.is_some() && asked.allowed.heeds_objections() {
            bail!(
                "--parquet: the files hold no NHS numbers, so that nobody in them can be checked for the national opt-out: run {} on the \
                 record (--data)",
                asked.purpose.purpose
            );
        }
        match self.kind()? {
            Kind::Record(data) => {
                if !data.is_dir() {
                    bail!("--data: there is no record in {}", data.display());
                }
                let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
                runtime.block_on(of_record(settings, data, &asked))
            }
            Kind::Files(folder) if asked.write.is_none() => Ok(complete(asked.question.of_files(folder)?)),
            Kind::Files(folder) => Ok(complete(asked.of(&parquet::read(folder)?)?)),
            Kind::Bundles(files) => of_bundles(files, asked),
        }
    }
}

fn of_bundles<Q: Question>(files: &[PathBuf], mut asked: Asked<'_, Q>) -> anyhow::Result<Found<Q::Answer>> {
    let mut bundles = match asked.answer.take() {
        Some(answer) => Bundles::checked_by(answer),
        None => Bundles::default(),
    };
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        bundles
            .take(&bytes)
            .with_context(|| format!("{}", path.display()))?;
    }
    if bundles.of_nobody > 0 {
        say_error(&format!(
            "{} resources name no Patient of their bundle and are not counted",
            bundles.of_nobody
        ));
    }
    let (columns, national) = bundles.columns();
    if let Some((answer, checked)) = &national {
        refuse_wrong_sense(answer, checked)?;
    }
    let kept = asked.kept(&columns, national.as_ref().map(|(_, checked)| checked));
    Ok(Found {
        answer: asked.of(kept.columns.as_ref().unwrap_or(&columns))?,
        left_out: kept.left_out,
        incomplete: 0,
    })
}

/// Waits until a view has seen everything. Nobody else writes to this record, so that it is whole once nothing is behind.
async fn caught_up<V: View>(live: &Live<V>) -> anyhow::Result<()> {
    loop {
        let status = live.status().await?;
        if status.ready && status.building.is_none() && status.behind == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Holds everybody's NHS numbers against the answer. They are looked up where the record keeps them, and the answer goes with this run.
async fn checked(settings: &Settings, house: &House, answer: &NationalAnswer) -> anyhow::Result<Checked> {
    let lookup: Live<PersonLookup> =
        Live::open(&house.record, settings.views()).context("the person lookup")?;
    caught_up(&lookup).await?;
    let checked = lookup.read(|view| {
        let mut checked = Checked::default();
        for (person, in_use, former) in view.numbers() {
            checked.add(person, &in_use, &former, answer);
        }
        checked
    });
    if let Err(error) = lookup.close().await {
        tracing::warn!(%error, "the person lookup has no new snapshot");
    }
    let checked = checked.context("the person lookup is not ready")?;
    refuse_wrong_sense(answer, &checked)?;
    Ok(checked)
}

async fn of_record<Q: Question>(
    settings: &Settings,
    data: &Path,
    asked: &Asked<'_, Q>,
) -> anyhow::Result<Found<Q::Answer>> {
    let house = House::open(settings, data, Tokens::none()).await?;
    let found = of_house(settings, &house, asked).await;
    house.close().await;
    found
}

async fn of_house<Q: Question>(
    settings: &Settings,
    house: &House,
    asked: &Asked<'_, Q>,
) -> anyhow::Result<Found<Q::Answer>> {
    let checked = match &asked.answer {
        Some(answer) => Some(checked(settings, house, answer).await?),
        None => None,
    };
    let live: Live<Population> = Live::open(&house.record, settings.views()).context("the population")?;
    caught_up(&live).await?;
    let found = of_view(house, &live, asked, checked.as_ref()).await;
    let incomplete = live.incomplete().unwrap_or_default();
    if let Err(error) = live.close().await {
        tracing::warn!(%error, "the population has no new snapshot");
    }
    Ok(Found { incomplete, ..found? })
}

async fn of_view<Q: Question>(
    house: &House,
    live: &Live<Population>,
    asked: &Asked<'_, Q>,
    checked: Option<&Checked>,
) -> anyhow::Result<Found<Q::Answer>> {
    const NOT_READY: &str = "the population is not ready";
    let kept = live
        .read(|view| asked.kept(view.columns(), checked))
        .context(NOT_READY)?;
    // Nothing is told or written before the run is on record.
    note_run(&house.actions, asked.allowed.audited(), asked.run(&kept)).await?;
    let answer = match &kept.columns {
        Some(columns) => asked.of(columns)?,
        None => live.read(|view| asked.of(view.columns())).context(NOT_READY)??,
    };
    Ok(Found {
        answer,
        left_out: kept.left_out,
        incomplete: 0,
    })
}
