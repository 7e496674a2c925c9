//! Settings: the defaults, then the file, then the environment (`SARSEN_RECORD__DIRECTORY=…`).
//!
//! `config.example.toml` lists every setting; a test holds it equal to these defaults.

mod clients;
mod providers;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actions::access::{Policies, Tokens};
use actions::population::Grounds;
use actions::subscription::Receiver;
use actions::{Actor, Role};
use anyhow::{Context, anyhow, bail};
use codes::clinical::efi;
use codes::clinical::segmentation::{self, RegionsElements};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use record::view::ViewSettings;
use record::{Engine, Postgres};
use serde::{Deserialize, Serialize};

use crate::tls::Certificate;
pub(crate) use clients::{ClientSettings, TrustedIssuer, issuers};
pub(crate) use providers::{Provider, providers};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(default)]
    pub(crate) server: Server,
    #[serde(default)]
    pub(crate) record: Store,
    #[serde(default)]
    pub(crate) backup: Backup,
    #[serde(default)]
    pub(crate) fhir: Fhir,
    #[serde(default)]
    pub(crate) web: Web,
    #[serde(default)]
    pub(crate) access: Access,
    #[serde(default)]
    pub(crate) audit: Audit,
    #[serde(default)]
    pub(crate) views: Views,
    #[serde(default)]
    pub(crate) population: Population,
    #[serde(default)]
    pub(crate) limits: crate::limits::Settings,
    #[serde(default)]
    pub(crate) webhooks: Vec<Webhook>,
}

/// Where Sarsen listens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Address and port; port 0 takes a free one.
    pub(crate) address: SocketAddr,
    /// The address that others know it by, without a slash at the end; empty: `http://` and the address.
    pub(crate) public_url: String,
    /// The file of the certificate, with those that vouch for it after it (PEM); empty: no TLS.
    pub(crate) certificate: PathBuf,
    /// The file of its key (PEM).
    pub(crate) key: PathBuf,
    /// The most connections at a time.
    pub(crate) connections: usize,
    /// Seconds a client has to send a request's head; a connection that is idle longer is closed.
    pub(crate) head_seconds: u64,
    /// Seconds a client has to send a request's body.
    pub(crate) body_seconds: u64,
}

/// The record, and what keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Store {
    /// Its folder.
    pub(crate) directory: PathBuf,
    /// Connections for reading.
    pub(crate) readers: usize,
    /// Page cache of the writer, in MiB; each reader has a quarter of it.
    pub(crate) cache_mib: usize,
    /// Commits that may wait before a client is told that the record is busy.
    pub(crate) queue: usize,
    /// The address of a PostgreSQL database; empty: the record is kept in its folder.
    pub(crate) postgres: String,
    /// The address of a replica that views and followers read; empty: they read the database itself.
    pub(crate) replica: String,
    /// The file of the authorities that vouch for PostgreSQL's certificate (PEM); empty: those that the system trusts.
    pub(crate) postgres_roots: PathBuf,
    /// Connections that write to PostgreSQL.
    pub(crate) writers: usize,
    /// Partitions of each table when the schema is made in PostgreSQL.
    pub(crate) partitions: u16,
}

/// Backups: what `sarsen backup` does when it is not told otherwise, and what `sarsen doctor` expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Backup {
    /// Their folder; empty: none is expected.
    pub(crate) directory: PathBuf,
    /// Who can restore them (age1…).
    pub(crate) recipients: Vec<String>,
    /// Hours after which the newest is too old.
    pub(crate) max_age_hours: u64,
}

/// Limits of documents from outside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Fhir {
    /// Largest document or Bundle, in bytes.
    pub(crate) max_bytes: usize,
    /// Deepest nesting of JSON objects and arrays.
    pub(crate) max_depth: usize,
}

/// Pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Web {
    /// The organisation named in the header.
    pub(crate) organisation: String,
    /// Every page says that the data are synthetic and not for clinical use.
    pub(crate) synthetic: bool,
    /// Minutes without a request after which a session ends.
    pub(crate) idle_minutes: u64,
    /// The same for operators of the hub, who share desks.
    pub(crate) desk_idle_minutes: u64,
    /// The same for citizens.
    pub(crate) citizen_idle_minutes: u64,
}

/// Who comes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Access {
    /// The development token; empty: nobody can sign in.
    pub(crate) development_token: String,
    /// Privacy officers: they join, part, move, hold and destroy records; a destruction takes two of them.
    pub(crate) officers: Vec<Officer>,
    /// Whom people may sign in with.
    pub(crate) providers: Vec<Provider>,
    /// Systems and apps that may ask for tokens.
    pub(crate) clients: Vec<ClientSettings>,
    /// Others whose access tokens are taken.
    pub(crate) issuers: Vec<TrustedIssuer>,
    /// The folder of the policies; empty: those that are built in.
    pub(crate) policies: String,
}

/// A privacy officer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Officer {
    /// The officer's internal id, as the audit names them; never a name.
    pub(crate) id: String,
    /// The officer's own token, at least 16 characters.
    pub(crate) token: String,
}

impl Access {
    /// The policies in force.
    pub(crate) fn policies(&self) -> Result<Policies, String> {
        if self.policies.is_empty() {
            return Policies::built_in();
        }
        Policies::read(PathBuf::from(&self.policies))
    }

    /// Everyone who may come in.
    pub(crate) fn tokens(&self) -> Result<Tokens, String> {
        let tokens = match self.development_token.as_str() {
            "" => Tokens::none(),
            token => Tokens::development(token)?,
        };
        self.officers.iter().try_fold(tokens, |tokens, officer| {
            let actor = Actor::new(officer.id.clone(), Role::PrivacyOfficer, None);
            tokens.and(&officer.token, actor)
        })
    }
}

/// What proves that nobody rewrote the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Audit {
    /// The file to which each seal is appended, on another volume or machine; empty: none.
    pub(crate) anchor_file: String,
}

impl Audit {
    /// The anchor file, when there is to be one.
    pub(crate) fn anchor_file(&self) -> Option<PathBuf> {
        (!self.anchor_file.is_empty()).then(|| PathBuf::from(&self.anchor_file))
    }
}

/// Somebody who is told of changes.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    /// What it is called in letters and on the operators' page.
    pub(crate) name: String,
    /// Where it is told.
    pub(crate) url: String,
    /// The file of the authorities that vouch for its certificate (PEM); empty: those that the system trusts.
    #[serde(default)]
    pub(crate) roots: PathBuf,
    /// Of which resource types.
    pub(crate) types: Vec<String>,
    /// The ODS code of the organisation that is told; a star for a system that is told of everybody.
    pub(crate) organisation: String,
    /// What is signed with, at least 32 characters.
    pub(crate) secret: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Copies in memory that follow the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Views {
    /// Seconds between snapshots of a view that has changed; 0 writes one when the server stops, and none before.
    pub(crate) snapshot_seconds: u64,
    /// Milliseconds for which changes are gathered before a view takes them in.
    pub(crate) gather_milliseconds: u64,
}

/// Everybody in columns: risk lists and population pages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Population {
    /// Whether this server keeps them; without them it has no such pages.
    pub(crate) keep: bool,
    /// The legal basis on which people are asked about, in words; kept with each run.
    pub(crate) legal_basis: String,
    /// Who answers for it: the controller, in words.
    pub(crate) controller: String,
    /// Threads that one question may use; 0: one a core.
    pub(crate) threads: usize,
    /// The file of the region's licensed lists for the deficits of the frailty index, in the place of our own; empty: our own.
    pub(crate) efi_codes: String,
    /// The file of the region's lists for elements of the segments, in the place of our own of these; empty: our own.
    pub(crate) segment_codes: String,
}

impl Default for Population {
    fn default() -> Population {
        Population {
            keep: true,
            legal_basis: String::new(),
            controller: String::new(),
            threads: 0,
            efi_codes: String::new(),
            segment_codes: String::new(),
        }
    }
}

impl Population {
    /// Takes the region's lists into use, if there are some.
    pub(crate) fn use_lists(&self) -> anyhow::Result<()> {
        if let Some((path, text)) = list("efi_codes", &self.efi_codes)? {
            let lists = efi::CodeSets::read(&text)
                .map_err(|error| anyhow!("population.efi_codes: {}: {error}", path.display()))?;
            if lists.is_empty() {
                bail!("population.efi_codes: {} lists no code", path.display());
            }
            efi::use_instead(lists);
        }
        if let Some((path, text)) = list("segment_codes", &self.segment_codes)? {
            let lists = RegionsElements::read(&text)
                .map_err(|error| anyhow!("population.segment_codes: {}: {error}", path.display()))?;
            segmentation::use_elements(lists);
        }
        Ok(())
    }

    pub(crate) fn threads(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        }
    }
}

/// The text of a list that a setting names, if it names one.
fn list<'p>(setting: &str, path: &'p str) -> anyhow::Result<Option<(&'p Path, String)>> {
    if path.is_empty() {
        return Ok(None);
    }
    let path = Path::new(path);
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("population.{setting}: {} cannot be read", path.display()))?;
    Ok(Some((path, text)))
}

impl Default for Views {
    fn default() -> Views {
        Views {
            snapshot_seconds: 300,
            gather_milliseconds: 20,
        }
    }
}

impl Default for Server {
    fn default() -> Server {
        Server {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            certificate: PathBuf::new(),
            key: PathBuf::new(),
            connections: 2048,
            head_seconds: 30,
            body_seconds: 60,
        }
    }
}

impl Server {
    /// The certificate to show; none where it speaks without TLS.
    ///
    /// # Errors
    /// When one of the two files is not named or cannot be used: the message names the setting.
    pub(crate) fn certificate(&self) -> anyhow::Result<Option<Certificate>> {
        match (
            self.certificate.as_os_str().is_empty(),
            self.key.as_os_str().is_empty(),
        ) {
            (true, true) => Ok(None),
            (false, false) => Certificate::open(self.certificate.clone(), self.key.clone()).map(Some),
            (true, false) => bail!("server.certificate: name it too, as server.key is set"),
            (false, true) => bail!("server.key: name it too, as server.certificate is set"),
        }
    }
}

impl Default for Store {
    fn default() -> Store {
        Store {
            directory: PathBuf::from("sarsen-data"),
            readers: 4,
            cache_mib: 64,
            queue: 4096,
            postgres: String::new(),
            replica: String::new(),
            postgres_roots: PathBuf::new(),
            writers: 2,
            partitions: 16,
        }
    }
}

impl Default for Backup {
    fn default() -> Backup {
        Backup {
            directory: PathBuf::new(),
            recipients: Vec::new(),
            max_age_hours: 26,
        }
    }
}

impl Store {
    /// What keeps the record.
    pub(crate) fn engine(&self) -> Engine {
        if self.postgres.is_empty() {
            return Engine::Sqlite;
        }
        Engine::Postgres(Postgres {
            replica_url: (!self.replica.is_empty()).then(|| self.replica.clone()),
            roots: (!self.postgres_roots.as_os_str().is_empty()).then(|| self.postgres_roots.clone()),
            writers: self.writers,
            partitions: self.partitions,
            ..Postgres::new(self.postgres.clone())
        })
    }
}

impl Default for Fhir {
    fn default() -> Fhir {
        let limits = fhir::Limits::default();
        Fhir {
            max_bytes: limits.max_bytes,
            max_depth: limits.max_depth,
        }
    }
}

impl Default for Web {
    fn default() -> Web {
        Web {
            organisation: "Sarsen".to_owned(),
            synthetic: true,
            idle_minutes: 30,
            desk_idle_minutes: 10,
            citizen_idle_minutes: 15,
        }
    }
}

impl Settings {
    /// Reads the settings.
    ///
    /// # Errors
    /// A file that is not there, a setting that does not exist, or a value out of range: each names the setting.
    pub(crate) fn load(file: Option<&Path>) -> anyhow::Result<Settings> {
        let mut figment = Figment::from(Serialized::defaults(Settings::default()));
        if let Some(file) = file {
            if !file.is_file() {
                bail!("settings file {} is not there", file.display());
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let settings: Settings = figment
            .merge(
                Env::prefixed("SARSEN_")
                    .ignore(&["config", "log", "url", "token", "target_dir"])
                    .split("__"),
            )
            .extract()
            .context("the settings cannot be used")?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> anyhow::Result<()> {
        if !self.server.address.ip().is_loopback() && self.server.public_url.is_empty() {
            bail!("server.public_url: say how others know this server when it listens beyond this machine");
        }
        if self.record.readers == 0 || self.record.readers > 256 {
            bail!("record.readers: a number from 1 to 256");
        }
        if self.record.writers == 0 || self.record.writers > 64 {
            bail!("record.writers: a number from 1 to 64");
        }
        if self.record.partitions == 0 || self.record.partitions > 1024 {
            bail!("record.partitions: a number from 1 to 1024");
        }
        if self.record.postgres.is_empty() && !self.record.postgres_roots.as_os_str().is_empty() {
            bail!("record.postgres_roots: name record.postgres too, whose certificate they vouch for");
        }
        if self.fhir.max_depth < 8 || self.fhir.max_depth > 128 {
            bail!("fhir.max_depth: a number from 8 to 128");
        }
        if self.fhir.max_bytes < 1024 {
            bail!("fhir.max_bytes: at least 1024");
        }
        if self.views.gather_milliseconds > 60_000 {
            bail!("views.gather_milliseconds: at most 60000");
        }
        if self.population.threads > 64 {
            bail!("population.threads: at most 64");
        }
        if self.population.legal_basis.trim().is_empty() != self.population.controller.trim().is_empty() {
            bail!("population.legal_basis and population.controller: state both or neither");
        }
        for (name, words) in [
            ("legal_basis", &self.population.legal_basis),
            ("controller", &self.population.controller),
        ] {
            if words.len() > 500 {
                bail!("population.{name}: at most 500 bytes");
            }
        }
        if !self.web.synthetic && !self.access.development_token.is_empty() {
            bail!(
                "access.development_token: it opens everything, and is for synthetic records alone; leave it empty where                  web.synthetic is false"
            );
        }
        if self.server.connections == 0 {
            bail!("server.connections: at least 1");
        }
        self.receivers()?;
        Ok(())
    }

    /// Those who are told of changes.
    ///
    /// # Errors
    /// The setting that cannot be used, without its value.
    pub(crate) fn receivers(&self) -> anyhow::Result<Vec<Receiver>> {
        self.webhooks
            .iter()
            .map(|one| {
                Receiver::parse(&one.name, &one.url, &one.types, &one.organisation, &one.secret)
                    .map(|receiver| receiver.trusting(&one.roots))
                    .map_err(anyhow::Error::msg)
            })
            .collect()
    }

    /// The limits that documents are held to.
    pub(crate) fn limits(&self) -> fhir::Limits {
        fhir::Limits {
            max_bytes: self.fhir.max_bytes,
            max_depth: self.fhir.max_depth,
            own_base: self.own_base(),
            ..fhir::Limits::default()
        }
    }

    /// How others know this server, without a slash at the end.
    pub(crate) fn public_url(&self) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" if self.server.certificate.as_os_str().is_empty() => format!("http://{}", self.server.address),
            "" => format!("https://{}", self.server.address),
            url => url.to_owned(),
        }
    }

    /// The address below which a reference means a resource of ours.
    fn own_base(&self) -> Option<Arc<str>> {
        let known = self.server.address.port() != 0 || !self.server.public_url.is_empty();
        known.then(|| format!("{}/fhir", self.public_url()).into())
    }

    /// On what grounds everybody may be asked about. Invented people need none of their own.
    pub(crate) fn grounds(&self) -> Option<Grounds> {
        let stated = |words: &str| !words.trim().is_empty();
        let population = &self.population;
        if stated(&population.legal_basis) && stated(&population.controller) {
            return Some(Grounds {
                basis: population.legal_basis.trim().to_owned(),
                controller: population.controller.trim().to_owned(),
            });
        }
        self.web.synthetic.then(|| Grounds {
            basis: "Invented people: none is needed".to_owned(),
            controller: "Whoever runs this demonstration".to_owned(),
        })
    }

    /// How views are kept.
    pub(crate) fn views(&self) -> ViewSettings {
        let seconds = self.views.snapshot_seconds;
        ViewSettings {
            snapshot_every: (seconds > 0).then(|| Duration::from_secs(seconds)),
            gather: Duration::from_millis(self.views.gather_milliseconds),
        }
    }

    pub(crate) fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.server.body_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    /// The example's settings with their comment marks taken off.
    fn example() -> String {
        include_str!("../../config.example.toml")
            .lines()
            .map(|line| {
                line.strip_prefix("# ")
                    .filter(|rest| rest.contains(" = ") || rest.starts_with('['))
                    .unwrap_or(line)
            })
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_example_file_lists_every_setting_with_its_default() {
        let example: toml::Value = toml::from_str(&example()).expect("the example is TOML");
        let defaults = toml::Value::try_from(Settings::default()).expect("the defaults are TOML");
        assert_eq!(example, defaults);
    }

    #[test]
    fn a_setting_that_does_not_exist_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sarsen.toml");
        std::fs::write(&file, "[server]\nadress = \"127.0.0.1:80\"\n").expect("written");
        let refused = Settings::load(Some(&file)).expect_err("refused");
        assert!(format!("{refused:#}").contains("adress"), "{refused:#}");
    }

    #[test]
    fn a_webhook_that_cannot_be_used_is_refused_by_name_without_its_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sarsen.toml");
        let text = |kind: &str| {
            format!(
                "[[webhooks]]\nname = \"pas\"\nurl = \"http://127.0.0.1:9/told\"\ntypes = [\"{kind}\"]\norganisation = \"RVJ\"\n\
                 secret = \"0123456789abcdef0123456789abcdef\"\n"
            )
        };
        std::fs::write(&file, text("Pateint")).expect("written");
        let refused = format!("{:#}", Settings::load(Some(&file)).expect_err("refused"));
        assert!(
            refused.contains("webhooks.types of pas") && !refused.contains("0123"),
            "{refused}"
        );
        std::fs::write(&file, text("Patient")).expect("written");
        let taken = Settings::load(Some(&file)).expect("its neighbour is taken");
        assert!(!format!("{taken:?}").contains("0123"));
    }

    #[test]
    fn a_value_out_of_range_is_refused_by_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sarsen.toml");
        std::fs::write(&file, "[record]\nreaders = 0\n").expect("written");
        let refused = Settings::load(Some(&file)).expect_err("refused");
        assert!(format!("{refused:#}").contains("record.readers"), "{refused:#}");
        std::fs::write(&file, "[record]\npostgres_roots = \"authority.pem\"\n").expect("written");
        let refused = Settings::load(Some(&file)).expect_err("refused");
        assert!(
            format!("{refused:#}").contains("record.postgres_roots"),
            "{refused:#}"
        );
    }
}
