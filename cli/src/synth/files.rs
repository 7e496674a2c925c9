//! `sarsen synth write`: lives as files, in parts that are each there whole or not at all.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, bail};
use synthetic::Region;
use synthetic::fhir::{Rendered, directory, resources};

use super::options::{Kept, write_whole};
use super::{RegionArguments, pour};
use crate::house::say;

#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    region: RegionArguments,
    /// The folder; made when it is not there. What an interrupted run left is gone on with.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// What is written.
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Format,
    /// Threads: the files are the same on any number. [default: one a core]
    #[arg(long, value_name = "NUMBER")]
    threads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// One resource a line: directory.ndjson, and the lives in parts of 500.
    Ndjson,
    /// One collection bundle a life, and one for the directory.
    Bundles,
    /// Hospital messages (ADT: admitted, discharged, registered, changed, died) as HL7 v2.4, in parts of 500 lives.
    Hl7,
}

/// Lives in a part.
const PART: usize = 500;

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.region.options(None)?;
    std::fs::create_dir_all(&arguments.to)
        .with_context(|| format!("{} cannot be made", arguments.to.display()))?;
    let lock = lock(&arguments.to)?;
    let kept = Kept::of(&arguments.to, &arguments.region)?;
    let region = kept.grow()?;
    let threads = arguments
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
        .clamp(1, 64);
    if arguments.format != Format::Hl7 {
        let rendered = directory(&region.place, &region.parameters, region.options.seed);
        let (name, bytes) = match arguments.format {
            Format::Ndjson => ("directory.ndjson", lines(rendered)),
            _ => ("directory.json", bundle(rendered)),
        };
        write_whole(&arguments.to.join(name), &bytes)?;
    }
    let bar = pour::bar(region.lives() as u64);
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<anyhow::Error>> = Mutex::new(None);
    let parts = region.lives().div_ceil(PART);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let part = next.fetch_add(1, Ordering::Relaxed);
                    if part >= parts {
                        break;
                    }
                    if let Err(error) = write_part(&region, part, arguments) {
                        next.store(parts, Ordering::Relaxed);
                        if let Ok(mut failed) = failed.lock() {
                            failed.get_or_insert(error);
                        }
                        break;
                    }
                    bar.inc(PART as u64);
                }
            });
        }
    });
    bar.finish_and_clear();
    drop(lock);
    if let Some(error) = failed.into_inner().ok().flatten() {
        return Err(error);
    }
    say(&format!(
        "{} lives of an invented region of {} people are in {}",
        region.lives(),
        region.options.people,
        arguments.to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The folder to oneself: a second generator into it is refused.
pub(super) fn lock(folder: &Path) -> anyhow::Result<std::fs::File> {
    let path = folder.join("region.lock");
    let file = std::fs::File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            bail!(
                "{}: another process writes a region there; wait for it, or name another folder",
                folder.display()
            )
        }
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

fn write_part(region: &Region, part: usize, arguments: &Arguments) -> anyhow::Result<()> {
    let lives = part * PART..((part + 1) * PART).min(region.lives());
    let rendered = |index: usize| {
        let life = region.life_on(index, region.options.today);
        resources(
            &region.place,
            &region.parameters,
            region.options.seed,
            region.options.today,
            &life,
        )
    };
    match arguments.format {
        Format::Ndjson => {
            let path = arguments.to.join(format!("lives-{part:05}.ndjson"));
            if !path.exists() {
                let bytes: Vec<u8> = lives.flat_map(|index| lines(rendered(index))).collect();
                write_whole(&path, &bytes)?;
            }
        }
        Format::Bundles => {
            for index in lives {
                let path = arguments.to.join(format!("life-{index:07}.json"));
                if !path.exists() {
                    write_whole(&path, &bundle(rendered(index)))?;
                }
            }
        }
        Format::Hl7 => {
            let path = arguments.to.join(format!("adt-{part:05}.hl7"));
            if !path.exists() {
                let text: String = lives
                    .map(|index| {
                        synthetic::hl7v2::messages(region, &region.life_on(index, region.options.today))
                    })
                    .collect();
                write_whole(&path, text.as_bytes())?;
            }
        }
    }
    Ok(())
}

fn lines(rendered: Vec<Rendered>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rendered.iter().map(|one| one.body.len() + 1).sum());
    for one in rendered {
        bytes.extend(one.body);
        bytes.push(b'\n');
    }
    bytes
}

fn bundle(rendered: Vec<Rendered>) -> Vec<u8> {
    let mut bytes = br#"{"resourceType":"Bundle","type":"collection","entry":["#.to_vec();
    for (place, one) in rendered.into_iter().enumerate() {
        if place > 0 {
            bytes.push(b',');
        }
        bytes.extend_from_slice(b"{\"resource\":");
        bytes.extend(one.body);
        bytes.push(b'}');
    }
    bytes.extend_from_slice(b"]}\n");
    bytes
}
