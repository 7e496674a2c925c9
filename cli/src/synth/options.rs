//! What a region is grown from, and the note of it that stands beside what was made.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use record::clock::{SystemClock as _, Wall};
use serde::{Deserialize, Serialize};
use synthetic::day::Day;
use synthetic::place::Files;
use synthetic::{Options, Region};

use crate::house::say;

/// What a region is grown from.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct RegionArguments {
    /// People alive: 50 to 2,000,000.
    #[arg(
        long,
        default_value = "5000",
        value_name = "PEOPLE",
        allow_negative_numbers = true
    )]
    pub(crate) people: String,
    /// The seed: the same seed, people and day give the same region. [default: 1]
    #[arg(long, default_value = "1", value_name = "SEED", allow_negative_numbers = true)]
    pub(crate) seed: String,
    /// The place: bsw, or a folder with the files that data/bsw/CHECKSUMS.csv lists.
    #[arg(long, default_value = "bsw", value_name = "PLACE")]
    pub(crate) place: String,
    /// The day that is today in the region (2026-11-01). [default: today, or the day that the folder's region was grown on]
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<String>,
}

impl RegionArguments {
    /// The options that the arguments name; `otherwise` is the day when none is named.
    pub(crate) fn options(&self, otherwise: Option<Day>) -> anyhow::Result<Options> {
        let people: u64 = self.people.replace(',', "").parse().map_err(|_| {
            anyhow!(
                "--people: \"{}\" is not a whole number from 50 to 2,000,000",
                self.people
            )
        })?;
        if !(synthetic::FEWEST..=synthetic::MOST).contains(&people) {
            bail!("--people: {people} is not from 50 to 2,000,000");
        }
        let seed = self.seed.parse().map_err(|_| {
            anyhow!(
                "--seed: \"{}\" is not a whole number from 0 to 18446744073709551615",
                self.seed
            )
        })?;
        let today = match (&self.today, otherwise) {
            (Some(text), _) => {
                let date: jiff::civil::Date = text
                    .parse()
                    .map_err(|_| anyhow!("--today: \"{text}\" is not a date such as 2026-11-01"))?;
                if !(2023..=2100).contains(&date.year()) {
                    bail!(
                        "--today: {date} is not from 2023 to 2100: the published months begin in April 2022"
                    );
                }
                Day::of(date)
            }
            (None, Some(day)) => day,
            (None, None) => Day::of(
                Wall.now()
                    .to_zoned(jiff::tz::TimeZone::get("Europe/London")?)
                    .date(),
            ),
        };
        Ok(Options {
            seed,
            people,
            today,
            files: Files::named(&self.place)?,
        })
    }
}

/// The note of what a folder's region was grown from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    place: String,
    seed: u64,
    people: u64,
    today: String,
    /// The version of the program: another one may make other lives.
    version: String,
    /// The edition of the lives: [`synthetic::EDITION`]. Notes of before it was kept are of the first.
    #[serde(default = "first")]
    edition: u32,
}

fn first() -> u32 {
    1
}

/// A region that a folder is filled from, with the note kept.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    options: Options,
    note: Note,
}

const NOTE: &str = "region.json";

impl Kept {
    /// The region of a folder: the one that is noted there, or the one that the arguments name, which is then noted.
    ///
    /// # Errors
    /// When the folder was begun with another region.
    pub(crate) fn of(folder: &Path, arguments: &RegionArguments) -> anyhow::Result<Kept> {
        let path = folder.join(NOTE);
        let before: Option<Note> = match std::fs::read_to_string(&path) {
            Ok(text) => Some(serde_json::from_str(&text).with_context(|| {
                format!("{}: not a note of a region; use another folder", path.display())
            })?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let day = match &before {
            Some(note) => Some(Day::of(
                note.today
                    .parse()
                    .with_context(|| format!("{}: today", path.display()))?,
            )),
            None => None,
        };
        let options = arguments.options(day)?;
        let note = Note {
            place: match &options.files {
                Files::Bsw => "bsw".to_owned(),
                Files::Folder(folder) => folder.display().to_string(),
            },
            seed: options.seed,
            people: options.people,
            today: options.today.date().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            edition: synthetic::EDITION,
        };
        match before {
            Some(before) if before != note => bail!(
                "{}: it was begun with the region of seed {}, {} people, {}, today {} (sarsen {}, lives {}), and this would be seed {}, \
                 {} people, {}, today {} (sarsen {}, lives {}); two regions do not go into one folder: name another folder, or the same region",
                folder.display(),
                before.seed,
                before.people,
                before.place,
                before.today,
                before.version,
                before.edition,
                note.seed,
                note.people,
                note.place,
                note.today,
                note.version,
                note.edition,
            ),
            Some(_) => {}
            None => write_whole(&path, &serde_json::to_vec_pretty(&note)?)?,
        }
        Ok(Kept { options, note })
    }

    /// Grows the region.
    pub(crate) fn grow(&self) -> anyhow::Result<Region> {
        let region = Region::grow(self.options.clone())?;
        if region.without_number() > 0 {
            say(&format!(
                "{} of {} lives have no NHS number: the 999 range, which is never issued, has no more",
                region.without_number(),
                region.lives()
            ));
        }
        Ok(region)
    }

    /// What tells this region from any other: part of the key of every slice.
    pub(crate) fn key(&self) -> String {
        let Note {
            place,
            seed,
            people,
            today,
            version,
            edition,
        } = &self.note;
        format!("synthetic/{version}/{edition}/{place}/{seed}/{people}/{today}")
    }
}

/// Writes a file so that it is there whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let beside = PathBuf::from(format!("{}.part", path.display()));
    let written = std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::File::open(&beside)?.sync_all())
        .and_then(|()| std::fs::rename(&beside, path));
    if let Err(error) = written {
        // What was begun is of no use; that it cannot be removed changes nothing.
        let _ = std::fs::remove_file(&beside);
        return Err(error).with_context(|| {
            format!(
                "{} cannot be written; what is there is whole, and the same command goes on from there",
                path.display()
            )
        });
    }
    Ok(())
}
