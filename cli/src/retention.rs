//! `sarsen retention`: whose records have been kept as long as they must be, and how two officers begin to look at them.

use std::process::ExitCode;

use actions::person::{due_records, review};
use actions::{Actions, Actor, Purpose};
use anyhow::{Context, bail};
use care::retention::Kept;
use jiff::civil::Date;
use record::RecordError;

use crate::config::Settings;
use crate::house::{House, say};

/// Who asks says so by a token, which stands in no command line that others can see.
const TOKEN: &str = "SARSEN_TOKEN";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// List the records that are due: id, date, rule and reason; no names. Reads every record, and each read is audited.
    List {
        #[command(flatten)]
        asked: Asked,
    },
    /// Ask, as the first of two privacy officers, for the records of these people to be destroyed because they are due.
    /// Each gives a word, which another officer hands in. Nothing is destroyed by this command.
    Review {
        /// Ids, as `sarsen retention list` prints them.
        #[arg(required = true, value_name = "ID")]
        people: Vec<String>,
        #[command(flatten)]
        asked: Asked,
    },
}

#[derive(clap::Args)]
struct Asked {
    /// What this house keeps: health, social-care, mental-health, maternity, gp. All unless said otherwise, which keeps
    /// records longest.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<Kept>,
    /// The record's folder.
    #[arg(long, value_name = "FOLDER")]
    data: Option<std::path::PathBuf>,
}

fn kind(code: &str) -> Result<Kept, String> {
    Kept::from_code(code).ok_or_else(|| {
        let known = Kept::ALL.map(Kept::code).join(", ");
        format!("one of {known}")
    })
}

impl Asked {
    fn kinds(&self) -> &[Kept] {
        if self.kinds.is_empty() {
            &Kept::ALL
        } else {
            &self.kinds
        }
    }
}

pub(crate) async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let asked = match &arguments.verb {
        Verb::List { asked } | Verb::Review { asked, .. } => asked,
    };
    let token = std::env::var(TOKEN)
        .with_context(|| format!("{TOKEN}: give the token of a privacy officer (access.officers)"))?;
    let directory = asked
        .data
        .clone()
        .unwrap_or_else(|| settings.record.directory.clone());
    let tokens = settings.access.tokens().map_err(anyhow::Error::msg)?;
    let house = match House::open(&settings, &directory, tokens).await {
        Ok(house) => house,
        Err(error) if matches!(error.downcast_ref(), Some(RecordError::InUse)) => {
            bail!(
                "a running service has the record: stop it, or run this where another process may open it (PostgreSQL)"
            );
        }
        Err(error) => return Err(error),
    };
    let code = match actions::access::sign_in(&house.actions, &token) {
        None => Err(anyhow::anyhow!("{TOKEN}: nobody has this token")),
        Some(officer) => answer(&house.actions, &officer, &arguments.verb).await,
    };
    house.close().await;
    code
}

async fn answer(actions: &Actions, officer: &Actor, verb: &Verb) -> anyhow::Result<ExitCode> {
    // By the clock of the day: the care clock may be set, and what is destroyed does not come back.
    let today = care::london::date_of(actions.system_now());
    match verb {
        Verb::List { asked } => list(actions, officer, asked.kinds(), today).await,
        Verb::Review { people, asked } => begin(actions, officer, asked.kinds(), today, people).await,
    }
}

async fn list(actions: &Actions, officer: &Actor, kinds: &[Kept], on: Date) -> anyhow::Result<ExitCode> {
    let found = due_records(actions, officer, Purpose::ServiceManagement, kinds, on).await?;
    for one in &found.due {
        let held = one.held.map_or(String::new(), |reason| {
            format!("  ON HOLD ({}): it may not be destroyed", reason.code())
        });
        say(&format!(
            "{}  {}  {}  {}{held}",
            one.id,
            one.due.on,
            one.due.rule.code(),
            one.due.why
        ));
    }
    say(&format!(
        "{} of {} records are due; of {} no day can be told, and they are kept; people without a date of birth were not looked at",
        found.due.len(),
        found.looked_at,
        found.kept
    ));
    Ok(ExitCode::SUCCESS)
}

async fn begin(
    actions: &Actions,
    officer: &Actor,
    kinds: &[Kept],
    on: Date,
    people: &[String],
) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for person in people {
        match review(actions, officer, Purpose::ServiceManagement, kinds, on, person).await {
            Ok(begun) => {
                let patients = begun.patients.join(", ");
                say(&format!("asked for: {patients}"));
                say(
                    "within a week another privacy officer hands this in as `confirmation` (docs/ig/retention.md):",
                );
                say(&begun.word);
            }
            Err(error) => {
                say(&format!("refused: {person}: {error}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}
