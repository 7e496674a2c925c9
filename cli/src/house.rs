//! Wiring that subcommands share: the record opened, the clocks, the actions, what is said to the operator.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use actions::Actions;
use actions::academy::Academy;
use actions::access::Tokens;
use actions::population::Kept;
use anyhow::Context;
use boards::caseload::Caseloads;
use boards::organisation::Organisations;
use boards::person_lookup::PersonLookup;
use boards::risk::RiskMemory;
use population::Population;
use record::clock::{CareClock, SystemClock, Wall};
use record::view::{Live, View};
use record::{Options, Record};

use crate::config::Settings;

/// An opened house.
pub(crate) struct House {
    pub(crate) actions: Actions,
    pub(crate) record: Record,
    lookup: Option<Live<PersonLookup>>,
    population: Option<Kept>,
}

impl House {
    /// Opens the record of `directory` and puts the actions over it.
    pub(crate) async fn open(settings: &Settings, directory: &Path, tokens: Tokens) -> anyhow::Result<House> {
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let options = Options {
            anchor_file: settings.audit.anchor_file(),
            ..options(settings, directory)
        };
        let record = Record::open(options, Arc::clone(&system))
            .await
            .with_context(|| format!("the record in {} cannot be opened", directory.display()))?;
        let care = CareClock::new(Arc::clone(&system));
        let policies = settings.access.policies().map_err(anyhow::Error::msg)?;
        let actions =
            Actions::new(record.clone(), care, system, tokens, settings.limits()).with_policies(policies);
        Ok(House {
            actions,
            record,
            lookup: None,
            population: None,
        })
    }

    /// Begins to keep the views, for a house that pages are served from. What is not kept has no snapshot either: one that
    /// nobody follows would hold what has been destroyed since.
    pub(crate) fn keep_views(self, settings: &Settings, directory: &Path) -> anyhow::Result<House> {
        let mut names = vec![PersonLookup::NAME];
        if settings.population.keep {
            names.extend([
                Population::NAME,
                Caseloads::NAME,
                Organisations::NAME,
                RiskMemory::NAME,
            ]);
        }
        record::view::remove_others(directory, &names)
            .context("old snapshots in the folder views cannot be removed")?;
        let lookup = Live::open(&self.record, settings.views()).context("the person lookup")?;
        let mut actions = self.actions.with_person_lookup(lookup.clone());
        let mut population = None;
        if settings.population.keep {
            let kept = Kept {
                people: Live::open(&self.record, settings.views()).context("the population")?,
                caseloads: Live::open(&self.record, settings.views()).context("the caseloads")?,
                memory: Live::open(&self.record, settings.views()).context("the risk memory")?,
                organisations: Live::open(&self.record, settings.views()).context("the organisations")?,
                grounds: settings.grounds(),
                threads: settings.population.threads(),
            };
            actions = actions.with_population(kept.clone());
            population = Some(kept);
        }
        Ok(House {
            actions,
            record: self.record,
            lookup: Some(lookup),
            population,
        })
    }

    /// Lets people sign in with the providers of the settings, for a server that is known as `public`.
    pub(crate) fn with_providers(self, settings: &Settings, public: &str) -> anyhow::Result<House> {
        let clock: Arc<dyn SystemClock> = Arc::new(Wall);
        let providers = crate::config::providers(&settings.access.providers, public, &clock)?;
        Ok(House {
            actions: self.actions.with_providers(providers),
            ..self
        })
    }

    /// Opens the academy, for a record of synthetic people alone.
    pub(crate) fn open_academy(self, academy: Academy) -> House {
        House {
            actions: self.actions.with_academy(academy),
            ..self
        }
    }

    /// Writes the views' snapshots, seals and closes the record.
    pub(crate) async fn close(self) {
        drop(self.actions);
        if let Some(lookup) = self.lookup {
            close(lookup).await;
        }
        if let Some(kept) = self.population {
            close(kept.people).await;
            close(kept.caseloads).await;
            close(kept.organisations).await;
            close(kept.memory).await;
        }
        self.record.close().await;
    }
}

/// Writes a view's snapshot and ends it.
async fn close<V: View>(view: Live<V>) {
    if let Err(error) = view.close().await {
        tracing::warn!(view = V::NAME, %error, "a view has no new snapshot");
    }
}

/// How the record of `directory` is opened, by whoever serves it and by whoever looks at it from outside.
pub(crate) fn options(settings: &Settings, directory: &Path) -> Options {
    Options {
        readers: settings.record.readers,
        cache_mib: settings.record.cache_mib,
        queue: settings.record.queue,
        engine: settings.record.engine(),
        ..Options::new(directory)
    }
}

/// One line to the operator.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice, not our fault.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// One line to the operator about what went wrong.
pub(crate) fn say_error(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Writes a secret to a new file that its owner alone may read.
pub(crate) fn create_secret(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// Logs go to standard error; `SARSEN_LOG=debug` shows more.
pub(crate) fn start_logging() {
    let level = std::env::var("SARSEN_LOG")
        .ok()
        .and_then(|level| level.parse().ok())
        .unwrap_or(tracing::Level::WARN);
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .try_init();
}
