//! `sarsen demo`: a synthetic region, ready to sign in, that grows while it is served.

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use actions::academy::{Academy, Directory};
use actions::access::Tokens;
use anyhow::Context;
use flate2::read::GzDecoder;
use synthetic::Region;
use synthetic::report::Report;
use web::{Growth, ShownRegion};

use crate::config::Settings;
use crate::demo_accounts;
use crate::house::{House, say, say_error};
use crate::import::{Summary, import_actor, load_document};
use crate::serve::{Pages, listen, serve};
use crate::synth::{Kept, Progress, RegionArguments, bar, live, pour, pour_directory};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Address and port; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    address: SocketAddr,
    /// The demo's folder; made when it is not there.
    #[arg(long, default_value = "demo-data", value_name = "FOLDER")]
    data: PathBuf,
    #[command(flatten)]
    region: RegionArguments,
    /// Also keep the twelve sample people of data/demo, who are of no place.
    #[arg(long)]
    samples: bool,
    /// Also show every designed state of every page under /gallery.
    #[arg(long)]
    gallery: bool,
}

/// The sample people, built into the binary: a dozen Synthea bundles (Apache-2.0, see NOTICE).
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
    let directory = settings.record.directory.clone();
    // What is wrong with the region is said before anything is made.
    arguments.region.options(None)?;
    let token = match settings.access.development_token.as_str() {
        "" => new_token()?,
        token => token.to_owned(),
    };
    let tokens = Tokens::development(&token).map_err(anyhow::Error::msg)?;
    let listener = listen(&mut settings).await?;
    let house = House::open(&settings, &directory, tokens).await?;
    let kept = Kept::of(&directory, &arguments.region)?;
    let growing = {
        let kept = kept.clone();
        tokio::task::spawn_blocking(move || kept.grow())
    };
    if arguments.samples {
        let summary = people(&house).await?;
        say(&format!(
            "{} resources of {} sample people are in the record at {}",
            summary.kept + summary.kept_before,
            PEOPLE.len(),
            directory.display()
        ));
    }
    let region = Arc::new(growing.await??);
    say(&format!(
        "a synthetic region of {} people, seed {}, today {}, grows in {}",
        region.options.people,
        region.options.seed,
        region.options.today.date(),
        directory.display()
    ));
    let shown = ShownRegion::new(region.options.files.read("lsoa21_boundaries.geojson")?);
    pour_directory(&house.actions, &region, &kept).await?;
    demo_accounts::make(&house.actions, &region.place, region.options.seed)
        .await
        .context("the accounts of the demo's invented people")?;
    let teams = Directory {
        place: region.place.clone(),
        seed: region.options.seed,
    };
    let house = house.open_academy(Academy::new().with_directory(teams));
    if let Some(now) = actions::academy::go_on(&house.actions).await? {
        say(&format!("the care clock goes on from {now}"));
    }
    say(&format!("development token: {token}"));
    let growing = grow(house.actions.clone(), region, kept, directory, shown.clone());
    let keeping = keep_clock(house.actions.clone());
    let grower = tokio::spawn(async { tokio::join!(growing, keeping) });
    let pages = Pages {
        gallery: arguments.gallery,
        region: Some(shown),
        grower: Some(grower.abort_handle()),
    };
    serve(&settings, listener, house, pages).await?;
    Ok(ExitCode::SUCCESS)
}

/// Keeps how the care clock stands, so that a demo that is killed goes on from a few seconds before.
async fn keep_clock(actions: Actions) {
    let mut kept = None;
    loop {
        tokio::time::sleep(Duration::from_secs(3)).await;
        // At the pace of the day what was kept when it was turned stays true.
        let now = actions.moved_care_clock().map(|now| now.timestamp());
        if now != kept {
            match actions::academy::keep_clock(&actions).await {
                Ok(()) => kept = now,
                Err(error) => tracing::warn!(%error, "how the care clock stands was not kept"),
            }
        }
    }
}

/// Pours the region's lives while pages are served, and tells the Region page how far it is.
async fn grow(actions: Actions, region: Arc<Region>, kept: Kept, directory: PathBuf, shown: ShownRegion) {
    let of = region.lives() as u32;
    let summary = {
        let region = Arc::clone(&region);
        tokio::task::spawn_blocking(move || Report::of(&region, 1))
    };
    let progress = Progress::default();
    let bar = bar(u64::from(of));
    let mut tick = tokio::time::interval(Duration::from_millis(500));
    let mut pouring = std::pin::pin!(pour(&actions, &region, &kept, &directory, &progress, Some(&bar)));
    let mut summary = std::pin::pin!(summary);
    let mut compared = false;
    let poured = loop {
        tokio::select! {
            poured = &mut pouring => break poured,
            made = &mut summary, if !compared => {
                compared = true;
                match made {
                    Ok(Ok(report)) => shown.show(report.summary),
                    Ok(Err(error)) => tracing::warn!(%error, "the region was not compared with what was published"),
                    Err(error) => tracing::warn!(%error, "the comparison of the region ended early"),
                }
            }
            _ = tick.tick() => shown.set_growth(Growth::Pouring { poured: progress.lives(), of }),
        }
    };
    bar.finish_and_clear();
    let whole = poured.is_ok();
    match poured {
        Ok(poured) => {
            say(&format!(
                "the region is whole: {of} lives, {} resources",
                poured.kept + poured.kept_before
            ));
            shown.set_growth(Growth::Whole);
        }
        Err(error) => {
            say_error(&format!(
                "sarsen: the region stopped growing: {error:#}; start the demo again to go on"
            ));
            shown.set_growth(Growth::Stopped {
                poured: progress.lives(),
                of,
                why: format!("{error:#}"),
            });
        }
    }
    if !compared && let Ok(Ok(report)) = summary.await {
        shown.show(report.summary);
    }
    if whole && let Err(error) = live(&actions, &region, &kept, &directory).await {
        say_error(&format!(
            "sarsen: the region stopped living: {error:#}; start the demo again to go on"
        ));
    }
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
