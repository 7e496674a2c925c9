//! `sarsen user`: accounts of the house's own, for regions and demos without a provider of identities.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use actions::access::Tokens;
use actions::access::accounts::{self, AccountKind, AccountRole, Kept, NewAccount};
use actions::{ActionError, Actions};
use anyhow::{Context, bail};

use crate::config::Settings;
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
    /// Make an account with one role, and print the code with which it is set up.
    Add {
        /// The name to sign in with.
        name: String,
        /// How surely the identity was proved: 0 to 3; of citizens 0, 5 or 9.
        #[arg(long, default_value_t = 0)]
        identity: u8,
        /// The Patient that they are themself, by id.
        #[arg(long, value_name = "ID")]
        person: Option<String>,
        /// The Practitioner that they are, by id.
        #[arg(long, value_name = "ID")]
        practitioner: Option<String>,
        #[command(flatten)]
        role: RoleArguments,
    },
    /// List accounts: name, id, whether they are set up, with which providers they are linked, roles.
    List,
    /// Link an account of a member of staff with an identity at a provider, which then comes in as this account.
    Link {
        /// The name to sign in with.
        name: String,
        /// The provider's name in the settings.
        #[arg(long, value_name = "ID")]
        provider: String,
        /// The provider's own name for them: the claim `sub`; of NHS CIS2 the user id.
        #[arg(long, value_name = "SUB")]
        subject: String,
    },
    /// Take a link with a provider away, and sign the account out everywhere.
    Unlink {
        /// The name to sign in with.
        name: String,
        /// The provider's name in the settings when it was linked.
        #[arg(long, value_name = "ID")]
        provider: String,
    },
    /// Close an account, and sign it out everywhere.
    Disable {
        /// The name to sign in with.
        name: String,
    },
    /// Open an account again.
    Enable {
        /// The name to sign in with.
        name: String,
    },
    /// Take away what somebody proves themself with, and print a new code for setting it up.
    Reset {
        /// The name to sign in with.
        name: String,
        /// Keep the password as it is until the account is set up again.
        #[arg(long)]
        second_factor: bool,
    },
    /// Sign an account out everywhere, also where it came in by a provider.
    SignOut {
        /// The name to sign in with.
        name: String,
    },
    /// Give or take a role.
    #[command(subcommand)]
    Role(RoleVerb),
}

#[derive(clap::Subcommand)]
enum RoleVerb {
    /// Give one more role.
    Add {
        /// The name to sign in with.
        name: String,
        #[command(flatten)]
        role: RoleArguments,
    },
    /// Take a role, and sign the account out everywhere.
    Remove {
        /// The name to sign in with.
        name: String,
        /// The role's number, as `sarsen user list` shows it.
        number: String,
    },
}

/// A role.
#[derive(clap::Args)]
struct RoleArguments {
    /// clinician, coordinator, operator, administrator, privacy-officer or citizen.
    #[arg(long)]
    role: String,
    /// What pages call it: "Community nurse at Example Trust".
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// The ODS code of the organisation acted for.
    #[arg(long, value_name = "CODE")]
    organisation: Option<String>,
    /// The national job role, such as S8000:G8000:R8000.
    #[arg(long, value_name = "CODE")]
    job_role: Option<String>,
    /// A national activity code, such as B0360; as often as needed.
    #[arg(long = "activity", value_name = "CODE")]
    activities: Vec<String>,
    /// Who else they are in records: CareTeam/…, PractitionerRole/…, RelatedPerson/…; as often as needed.
    #[arg(long = "party", value_name = "REFERENCE")]
    parties: Vec<String>,
}

impl RoleArguments {
    fn role(self) -> AccountRole {
        let words = self.title.unwrap_or_else(|| self.role.replace('-', " "));
        AccountRole {
            id: "1".to_owned(),
            role: self.role,
            words,
            organisation: self.organisation,
            job_role: self.job_role,
            activities: self.activities.into_iter().collect::<BTreeSet<_>>(),
            parties: self.parties.into_iter().collect(),
        }
    }
}

pub(crate) async fn run(settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let directory = arguments
        .data
        .unwrap_or_else(|| settings.record.directory.clone());
    let house = House::open(&settings, &directory, Tokens::none()).await.context(
        "accounts are changed beside a running service with PostgreSQL; on SQLite stop the service first",
    )?;
    let house = match &arguments.verb {
        Verb::Link { .. } => house.with_providers(&settings, &settings.public_url())?,
        _ => house,
    };
    let done = of(&house.actions, arguments.verb).await;
    house.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

async fn of(actions: &Actions, verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Add {
            name,
            identity,
            person,
            practitioner,
            role,
        } => {
            let role = role.role();
            let kind = match role.role.as_str() {
                "citizen" => AccountKind::Citizen,
                _ => AccountKind::Staff,
            };
            let new = NewAccount {
                name,
                kind,
                roles: vec![role],
                person,
                practitioner,
                identity,
                demo: false,
            };
            let account = accounts::add(actions, new).await.map_err(told)?;
            say(&format!("{} is made: {}", account.name, account.id));
            invite(actions, &account.id).await
        }
        Verb::List => list(actions).await,
        Verb::Link {
            name,
            provider,
            subject,
        } => {
            let kept = named(actions, &name).await?;
            accounts::link(actions, &kept.account.id, &provider, &subject)
                .await
                .map_err(told)?;
            say(&format!("whoever {provider} vouches for so comes in as {name}"));
            Ok(())
        }
        Verb::Unlink { name, provider } => {
            let kept = named(actions, &name).await?;
            accounts::unlink(actions, &kept.account.id, &provider)
                .await
                .map_err(told)?;
            say("the link is taken away, and nobody is signed in");
            Ok(())
        }
        Verb::Disable { name } => {
            let kept = named(actions, &name).await?;
            accounts::disable(actions, &kept.account.id).await.map_err(told)?;
            say("nobody can sign in with it, and nobody is signed in");
            Ok(())
        }
        Verb::Enable { name } => {
            let kept = named(actions, &name).await?;
            accounts::enable(actions, &kept.account.id).await.map_err(told)?;
            say("it can be used again");
            Ok(())
        }
        Verb::Reset { name, second_factor } => {
            let kept = named(actions, &name).await?;
            accounts::reset(actions, &kept.account.id, !second_factor)
                .await
                .map_err(told)?;
            invite(actions, &kept.account.id).await
        }
        Verb::SignOut { name } => {
            let kept = named(actions, &name).await?;
            let ended = accounts::sign_out_everywhere(actions, &kept.account.id, None)
                .await
                .map_err(told)?;
            say(&format!("{ended} sessions ended"));
            Ok(())
        }
        Verb::Role(RoleVerb::Add { name, role }) => {
            let kept = named(actions, &name).await?;
            let number = accounts::add_role(actions, &kept.account.id, role.role())
                .await
                .map_err(told)?;
            say(&format!("role {number} is given"));
            Ok(())
        }
        Verb::Role(RoleVerb::Remove { name, number }) => {
            let kept = named(actions, &name).await?;
            accounts::drop_role(actions, &kept.account.id, &number)
                .await
                .map_err(told)?;
            say("the role is taken, and its sessions are ended");
            Ok(())
        }
    }
}

async fn named(actions: &Actions, name: &str) -> anyhow::Result<Kept> {
    match accounts::account_named(actions, name).await? {
        Some(kept) => Ok(kept),
        None => bail!("there is no account of this name; `sarsen user list` lists them"),
    }
}

async fn invite(actions: &Actions, id: &str) -> anyhow::Result<()> {
    let code = accounts::invite(actions, id).await.map_err(told)?;
    say(&format!(
        "set-up code, good once within three days, at /set-up: {code}"
    ));
    Ok(())
}

async fn list(actions: &Actions) -> anyhow::Result<()> {
    let mut after: Option<String> = None;
    loop {
        let page = accounts::list(actions, after.as_deref()).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.account.id.clone());
        for Kept { account, .. } in &page {
            let state = match (
                account.disabled,
                account.has_password(),
                account.has_second_factor(),
            ) {
                (true, _, _) => "disabled",
                (false, true, true) => "set up",
                (false, _, _) if account.demo => "invented",
                (false, false, _) if !account.links().is_empty() => "linked",
                (false, _, _) => "not set up",
            };
            say(&format!("{}\t{}\t{state}", account.name, account.id));
            for (provider, since) in account.links() {
                say(&format!(
                    "\tlinked with {provider} since {}",
                    since.strftime("%-d %B %Y")
                ));
            }
            for role in &account.roles {
                say(&format!("\t{}\t{}\t{}", role.id, role.role, role.words));
            }
        }
    }
}

/// A refusal in the words of its fields.
fn told(error: ActionError) -> anyhow::Error {
    match error {
        ActionError::Form(problems) => {
            let words: Vec<String> = problems.into_iter().map(|problem| problem.words).collect();
            anyhow::anyhow!(words.join("; "))
        }
        other => other.into(),
    }
}
