//! `sarsen client`: systems and apps that may ask for tokens. With the record in a folder the service has to be stopped for it;
//! `[[access.clients]]` in the settings is the other way, at the next start.

use std::path::PathBuf;
use std::process::ExitCode;

use actions::Actions;
use actions::access::Tokens;
use actions::access::smart;
use anyhow::{Context, bail};

use crate::config::{ClientSettings, Settings};
use crate::house::{House, say};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The record's folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Register a client, or change one, from a TOML file with the settings of one [[access.clients]].
    Add {
        /// The file.
        file: PathBuf,
    },
    /// List the clients.
    List,
    /// End what a client may ask for, and every token that it holds.
    Disable {
        /// The client's id.
        id: String,
    },
}

pub(crate) async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let house = House::open(&settings, &directory, Tokens::none()).await?;
    let done = deal(&house.actions, arguments.verb).await;
    house.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn deal(actions: &Actions, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Add { file } => {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("{} cannot be read", file.display()))?;
            let client: ClientSettings =
                toml::from_str(&text).with_context(|| format!("{} cannot be used", file.display()))?;
            smart::add_client(actions, &client.client()?).await?;
            say(&format!("{} may ask for tokens: {}", client.id, client.scopes));
        }
        Verb::List => {
            for client in smart::clients(actions).await? {
                let state = match (client.disabled, client.feed) {
                    (true, _) => "disabled",
                    (false, true) => "may ask, a feed",
                    (false, false) => "may ask",
                };
                say(&format!("{}  {state}  {}", client.id, client.scopes));
            }
        }
        Verb::Disable { id } => {
            if !smart::disable_client(actions, &id).await? {
                bail!("no client is registered as {id}");
            }
            say(&format!(
                "{id} may ask for nothing any more; its tokens have ended"
            ));
        }
    }
    Ok(())
}

/// Registers the clients of the settings, or changes them. One that was disabled stays so.
///
/// # Errors
/// The setting that cannot be used.
pub(crate) async fn register(actions: &Actions, clients: &[ClientSettings]) -> anyhow::Result<()> {
    let known = smart::clients(actions).await?;
    for client in clients {
        if known.iter().any(|one| one.id == client.id && one.disabled) {
            tracing::warn!(
                client = client.id,
                "a client of the settings was disabled; `sarsen client add` lets it in again"
            );
            continue;
        }
        smart::add_client(actions, &client.client()?).await?;
    }
    Ok(())
}
