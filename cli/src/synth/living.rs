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
/// Days after a death on which something of the person still comes: the last letters.
const AFTER_DEATH: i32 = 60;
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
    let people: Vec<usize> = region.living_on().collect();
    for part in people.chunks(PART) {
        let (region, kept, of_people) = (Arc::clone(region), kept.clone(), actions.clone());
        let part = part.to_vec();
        let slices = tokio::task::spawn_blocking(move || {
            let mut slices = Vec::new();
            for index in part {
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
    let bones = region.bones(index as u32);
    // Of those who are not born yet nothing is known, and nothing comes after a death has been told and registered.
    if bones.birth > day || bones.dies.is_some_and(|death| day > death.plus(AFTER_DEATH)) {
        return Vec::new();
    }
    let life = region.life(index);
    if !life.changes_on(day) {
        return Vec::new();
    }
    let rendered =
        |life, on: Day| resources(&region.place, &region.parameters, region.options.seed, on, &life);
    let born = bones.birth == day && region.mother(index as u32).is_some();
    let yesterday = if born {
        Vec::new()
    } else {
        rendered(life.clone().as_of(day.plus(-1)), day.plus(-1))
    };
    let mut before: HashMap<String, Rendered> =
        yesterday.into_iter().map(|one| (one.id.clone(), one)).collect();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use synthetic::Options;
    use synthetic::place::Files;

    use super::*;

    /// What a record shows of everybody on a day, by id.
    fn shown(region: &Region, day: Day) -> BTreeMap<String, (&'static str, Vec<u8>)> {
        let (living, all) = (region.living_on(), region.options.people as usize..region.lives());
        living
            .chain(all)
            .filter(|index| region.bones(*index as u32).birth <= day)
            .flat_map(|index| {
                let life = region.life_on(index, day);
                resources(&region.place, &region.parameters, region.options.seed, day, &life)
            })
            .map(|one| (one.id, (one.resource_type, one.body)))
            .collect()
    }

    #[test]
    fn a_record_that_lived_the_days_is_the_record_that_was_grown_after_them() {
        let options = Options {
            seed: 7,
            people: 250,
            today: Day::ymd(2026, 11, 1),
            files: Files::Bsw,
        };
        let region = Region::grow(options).expect("a region");
        let today = region.options.today;
        let mut record = shown(&region, today);
        let end = today.plus(150);
        for day in today.0 + 1..=end.0 {
            for index in region.living_on() {
                for one in news(&region, index, Day(day)) {
                    record.insert(one.id, (one.resource_type, one.body));
                }
            }
        }
        let grown = shown(&region, end);
        let mut wrong: BTreeMap<&str, (usize, String)> = BTreeMap::new();
        for (id, (resource_type, body)) in &grown {
            // The list of medicines and its review bear the day on which they are rendered.
            let dated =
                *resource_type == "List" || String::from_utf8_lossy(body).contains("Medication review");
            if record.get(id).is_none_or(|(_, kept)| kept != body && !dated) {
                let kept = record
                    .get(id)
                    .map(|(_, kept)| String::from_utf8_lossy(kept).into_owned());
                let words = format!("{} / {kept:?}", String::from_utf8_lossy(body));
                let of_type = wrong.entry(resource_type).or_insert((0, words));
                of_type.0 += 1;
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(grown.len() > 30_000, "{}", grown.len());
    }
}
