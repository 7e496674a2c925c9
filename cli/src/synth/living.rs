//! The region goes on living: each day of the care clock that has come brings what befell on it.
//!
//! A day's news of a person are the resources that are new or other than on the day before. What was kept is marked after
//! its commits; a day that was cut short is gone through again, and its slices' keys keep each once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actions::Actions;
use synthetic::day::Day;
use synthetic::fhir::{Rendered, resources};
use synthetic::{AHEAD, Region};

use super::Kept;
use super::options::write_whole;
use super::pour::{Poured, keep, prepared};

/// How often the care clock is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Lives looked through at a time: short enough that a stop is not waited for.
const PART: usize = 250;

/// Lives on, day by day, until the process stops or the days that lives are told of are over.
///
/// # Errors
/// When a day cannot be kept; what is kept of it is whole, and the next start goes on.
pub(crate) async fn live(
    actions: &Actions,
    region: &Arc<Region>,
    kept: &Kept,
    folder: &Path,
) -> anyhow::Result<()> {
    let mark = folder.join("region-lived.txt");
    let end = region.options.today.plus(AHEAD);
    let mut lived = lived(&mark, kept).unwrap_or(region.options.today);
    loop {
        let today = Day::of(actions.today()).min(end);
        while lived < today {
            let day = lived.plus(1);
            let poured = one_day(actions, region, kept, day).await?;
            tracing::info!(day = %day.date(), resources = poured.kept, "the region lived a day");
            lived = day;
            write_whole(&mark, format!("{} {}\n", kept.key(), lived.0).as_bytes())?;
        }
        if lived >= end {
            tracing::warn!(day = %end.date(), "the region has no days after this one; grow it anew from a later day");
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn lived(mark: &Path, kept: &Kept) -> Option<Day> {
    let text = std::fs::read_to_string(mark).ok()?;
    let (key, day) = text.trim().rsplit_once(' ')?;
    (key == kept.key()).then_some(())?;
    day.parse().ok().map(Day)
}

async fn one_day(actions: &Actions, region: &Arc<Region>, kept: &Kept, day: Day) -> anyhow::Result<Poured> {
    let mut poured = Poured::default();
    let people = region.options.people as usize;
    for from in (0..people).step_by(PART) {
        let (region, kept, of_people) = (Arc::clone(region), kept.clone(), actions.clone());
        let slices = tokio::task::spawn_blocking(move || {
            let mut slices = Vec::new();
            for index in from..(from + PART).min(people) {
                let news = news(&region, index, day);
                if !news.is_empty() {
                    slices.extend(prepared(
                        news,
                        &format!("{}/day/{}/{index}", kept.key(), day.0),
                        &of_people,
                    ));
                }
            }
            slices
        })
        .await?;
        keep(actions, slices, &mut poured).await?;
    }
    Ok(poured)
}

/// What is new or other about a person at the end of a day.
fn news(region: &Region, index: usize, day: Day) -> Vec<Rendered> {
    let life = region.life(index);
    if !life.changes_on(day) {
        return Vec::new();
    }
    let rendered =
        |life, on: Day| resources(&region.place, &region.parameters, region.options.seed, on, &life);
    let mut before: HashMap<String, Rendered> = rendered(life.clone().as_of(day.plus(-1)), day.plus(-1))
        .into_iter()
        .map(|one| (one.id.clone(), one))
        .collect();
    let mut news = rendered(life.as_of(day), day);
    news.retain(|one| before.remove(&one.id).is_none_or(|old| old.body != one.body));
    let mut ceased: Vec<Rendered> = before.into_values().filter_map(ceased).collect();
    ceased.sort_by(|one, other| one.id.cmp(&other.id));
    news.extend(ceased);
    news
}

/// What a person's record showed the day before and does not any more: done, or no longer so. Else it stays as it was.
fn ceased(mut of: Rendered) -> Option<Rendered> {
    let status = match of.resource_type {
        "Task" => "completed",
        "Flag" => "inactive",
        _ => return None,
    };
    let mut resource: serde_json::Value = serde_json::from_slice(&of.body).ok()?;
    *resource.get_mut("status")? = status.into();
    of.body = serde_json::to_vec(&resource).ok()?;
    Some(of)
}
