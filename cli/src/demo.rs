//! `sarsen demo`: a record of synthetic people, ready to sign in.

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use actions::access::Tokens;
use anyhow::Context;
use flate2::read::GzDecoder;

use crate::config::Settings;
use crate::house::{House, say};
use crate::import::{Summary, import_actor, load_document};
use crate::serve::{listen, serve};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    address: SocketAddr,
    /// The demo's folder; made when it is not there.
    #[arg(long, default_value = "demo-data", value_name = "FOLDER")]
    data: PathBuf,
    /// Also show every designed state of every page under /gallery.
    #[arg(long)]
    gallery: bool,
}

/// The demo's people, built into the binary: a dozen Synthea bundles (Apache-2.0, see NOTICE).
const PEOPLE: &[(&str, &[u8])] = &[
    (
        "erminia-ondricka",
        include_bytes!("../../data/demo/erminia-ondricka.json.gz"),
    ),
    (
        "seymour-kessler",
        include_bytes!("../../data/demo/seymour-kessler.json.gz"),
    ),
    (
        "angelita-howe",
        include_bytes!("../../data/demo/angelita-howe.json.gz"),
    ),
    (
        "dusty-stracke",
        include_bytes!("../../data/demo/dusty-stracke.json.gz"),
    ),
    ("twyla-moen", include_bytes!("../../data/demo/twyla-moen.json.gz")),
    (
        "elsy-bechtelar",
        include_bytes!("../../data/demo/elsy-bechtelar.json.gz"),
    ),
    (
        "rodrigo-mesa",
        include_bytes!("../../data/demo/rodrigo-mesa.json.gz"),
    ),
    (
        "gerard-thiel",
        include_bytes!("../../data/demo/gerard-thiel.json.gz"),
    ),
    (
        "jordan-cruickshank",
        include_bytes!("../../data/demo/jordan-cruickshank.json.gz"),
    ),
    (
        "ruthie-willms",
        include_bytes!("../../data/demo/ruthie-willms.json.gz"),
    ),
    (
        "beatrice-aufderhar",
        include_bytes!("../../data/demo/beatrice-aufderhar.json.gz"),
    ),
    (
        "kristopher-upton",
        include_bytes!("../../data/demo/kristopher-upton.json.gz"),
    ),
];

pub(crate) async fn run(mut settings: Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    settings.server.address = arguments.address;
    settings.record.directory = arguments.data;
    settings.web.synthetic = true;
    let token = match settings.access.development_token.as_str() {
        "" => new_token()?,
        token => token.to_owned(),
    };
    let tokens = Tokens::development(&token).map_err(anyhow::Error::msg)?;
    let listener = listen(&mut settings).await?;
    let house = House::open(&settings, &settings.record.directory.clone(), tokens).await?;
    let summary = people(&house).await?;
    say(&format!(
        "{} resources of {} synthetic people are in the record at {}",
        summary.kept + summary.kept_before,
        PEOPLE.len(),
        settings.record.directory.display()
    ));
    say(&format!("development token: {token}"));
    serve(&settings, listener, house, arguments.gallery).await?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps the demo's people, once however often the demo is started.
async fn people(house: &House) -> anyhow::Result<Summary> {
    let mut summary = Summary::default();
    for (name, packed) in PEOPLE {
        let mut bytes = Vec::new();
        GzDecoder::new(*packed)
            .read_to_end(&mut bytes)
            .with_context(|| format!("{name} cannot be unpacked"))?;
        let imported = load_document(&house.actions, &import_actor(), &format!("demo/{name}"), bytes).await?;
        if let Some(rejected) = imported.rejected.first() {
            let why = rejected
                .issues
                .first()
                .map_or("", |issue| issue.diagnostics.as_str());
            anyhow::bail!("{name} was refused: {why}");
        }
        summary.kept += imported.kept as u64;
        summary.kept_before += imported.kept_before as u64;
    }
    Ok(summary)
}

/// A token of 128 random bits, for this run.
fn new_token() -> anyhow::Result<String> {
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness for a token: {error}"))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}
