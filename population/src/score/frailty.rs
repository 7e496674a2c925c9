//! The electronic Frailty Index of everybody, by `care::score::efi`.
//!
//! Its inputs here: a deficit counts from its first sound code on or before the day (undated ones count, since it never
//! lapses) among problems, procedures and findings; medicines are different codes of sound courses that were taken on any
//! of the twelve months' days up to the day.

use std::sync::atomic::{AtomicUsize, Ordering};

use care::score::efi::{DeficitSet, Efi, Frailty};
use jiff::Span;
use jiff::civil::Date;
use record::{Bucket, PersonKey};

use super::ages::Ages;
use super::deficits::DeficitTable;
use super::whole::Whole;
use crate::columns::{Columns, Shard};
use crate::day::Day;
use crate::facts::{Kind, Mark, flag};

/// The kinds of coded facts that show a deficit, as bits by number.
const SHOW: u8 = 1 << Kind::Problem as u8 | 1 << Kind::Procedure as u8 | 1 << Kind::Finding as u8;
const KIND: u8 = 0b0111;

/// One person's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scored {
    /// Who.
    pub person: PersonKey,
    /// Age in years on the day.
    pub age: u8,
    /// The index.
    pub efi: Efi,
    /// Different medicines in twelve months.
    pub medicines: u32,
    /// Facts that were not counted since something is odd about them, and resources that could not be read.
    pub odd: u32,
}

/// Who has no index, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Died, verified or not.
    pub died: u64,
    /// The birth is not known, comes after the day, or lies too far back.
    pub birth: u64,
    /// Counted with the person their record was joined to.
    pub joined: u64,
    /// The entry is not in use, or was replaced by another.
    pub replaced: u64,
}

impl LeftOut {
    fn add(&mut self, other: LeftOut) {
        self.died += other.died;
        self.birth += other.birth;
        self.joined += other.joined;
        self.replaced += other.replaced;
    }
}

/// Everybody's index on one day.
#[derive(Debug, Clone, Default)]
pub struct Frailties {
    /// By bucket and key.
    pub people: Vec<Scored>,
    /// Those who have none.
    pub left_out: LeftOut,
}

impl Frailties {
    /// Takes in those of further people.
    pub(crate) fn extend(&mut self, part: Frailties) {
        self.people.extend(part.people);
        self.left_out.add(part.left_out);
    }

    /// How many of an age in this range are in each band, from fit to severe.
    #[must_use]
    pub fn bands(&self, ages: &std::ops::RangeInclusive<u8>) -> [u64; 4] {
        let mut bands = [0; 4];
        for person in self.people.iter().filter(|person| ages.contains(&person.age)) {
            let band = match person.efi.frailty() {
                Frailty::Fit => 0,
                Frailty::Mild => 1,
                Frailty::Moderate => 2,
                Frailty::Severe => 3,
            };
            bands[band] += 1;
        }
        bands
    }
}

/// The day and what follows from it.
struct Asked<'a> {
    columns: &'a Columns,
    table: &'a DeficitTable,
    whole: Whole,
    ages: Ages,
    today: Day,
    /// A course that ended on this day or before lies outside the twelve months.
    year_ago: Day,
}

/// Everybody's index on a day, by so many threads. A day outside 1900 to June 2079 gives nobody's.
#[must_use]
pub fn frailty(columns: &Columns, table: &DeficitTable, today: Date, threads: usize) -> Frailties {
    let Some(asked) = asked(columns, table, today) else {
        return Frailties::default();
    };
    let next = AtomicUsize::new(0);
    let mut parts: Vec<(usize, Frailties)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some((bucket, shard)) = columns.shards().nth(at) else {
                            return done;
                        };
                        done.push((at, of_shard(&asked, bucket, shard)));
                    }
                })
            })
            .collect();
        // A worker only reads; were one to fail all the same, the count must fail with it and never fall short.
        workers
            .into_iter()
            .flat_map(|worker| {
                worker
                    .join()
                    .unwrap_or_else(|fault| std::panic::resume_unwind(fault))
            })
            .collect()
    });
    parts.sort_unstable_by_key(|(at, _)| *at);
    let mut all = Frailties::default();
    all.people
        .reserve_exact(parts.iter().map(|(_, part)| part.people.len()).sum());
    for (_, part) in parts {
        all.people.extend(part.people);
        all.left_out.add(part.left_out);
    }
    all
}

/// One person's index on a day; `None` for whoever has none.
#[must_use]
pub fn frailty_of(columns: &Columns, table: &DeficitTable, today: Date, person: PersonKey) -> Option<Scored> {
    let asked = asked(columns, table, today)?;
    let shard = columns.shard(person.bucket())?;
    one(&asked, person.bucket(), shard, shard.find(person.number())?).ok()
}

fn asked<'a>(columns: &'a Columns, table: &'a DeficitTable, today: Date) -> Option<Asked<'a>> {
    Some(Asked {
        columns,
        table,
        whole: Whole::of(columns),
        ages: Ages::on(today),
        today: Day::of(today)?,
        year_ago: Day::of(today.checked_sub(Span::new().years(1)).ok()?)?,
    })
}

fn of_shard(asked: &Asked<'_>, bucket: Bucket, shard: &Shard) -> Frailties {
    let mut part = Frailties::default();
    part.people.reserve_exact(shard.people());
    for row in 0..shard.people() {
        match one(asked, bucket, shard, row) {
            Ok(scored) => part.people.push(scored),
            Err(reason) => part.left_out.add(reason),
        }
    }
    part
}

fn one(asked: &Asked<'_>, bucket: Bucket, shard: &Shard, row: usize) -> Result<Scored, LeftOut> {
    let left = LeftOut::default();
    let person = shard.key_of(bucket, row);
    if shard.joined[row] && asked.whole.is_counted_elsewhere(asked.columns, person) {
        return Err(LeftOut { joined: 1, ..left });
    }
    let flags = shard.flags[row];
    let death = shard.death[row];
    // A death that is dated after the day is not yet so on it.
    if flags & flag::DIED != 0 && (!death.is_known() || death <= asked.today) {
        return Err(LeftOut { died: 1, ..left });
    }
    if flags & flag::REPLACED != 0 {
        return Err(LeftOut { replaced: 1, ..left });
    }
    let age = asked
        .ages
        .of(shard.birth[row])
        .filter(|_| flags & flag::DEATH_BEFORE_BIRTH == 0);
    let age = age.ok_or(LeftOut { birth: 1, ..left })?;
    let mut found = Found::default();
    found.take(asked, shard, row);
    let others = if asked.whole.is_empty() {
        &[][..]
    } else {
        asked.whole.with(person)
    };
    let medicines = if others.is_empty() {
        distinct(asked, shard, row)
    } else {
        let mut codes: Vec<u32> = taken(asked, shard, row).collect();
        for other in others {
            let shard = asked.columns.shard(other.bucket());
            let row = shard.and_then(|shard| shard.find(other.number()));
            if let Some((shard, row)) = shard.zip(row) {
                found.take(asked, shard, row);
                codes.extend(taken(asked, shard, row));
            }
        }
        codes.sort_unstable();
        codes.dedup();
        u32::try_from(codes.len()).unwrap_or(u32::MAX)
    };
    Ok(Scored {
        person,
        age,
        efi: Efi::of(DeficitSet::from_bits(found.bits), medicines),
        medicines,
        odd: found.odd,
    })
}

#[derive(Default)]
struct Found {
    bits: u64,
    odd: u32,
}

impl Found {
    /// The hot loop: four columns read once, no branch.
    fn take(&mut self, asked: &Asked<'_>, shard: &Shard, row: usize) {
        let range = shard.coded_of(row);
        let table = &shard.coded;
        let (codes, days) = (&table.code[range.clone()], &table.day[range.clone()]);
        let (sorts, marks) = (&table.sort[range.clone()], &table.mark[range]);
        let mut odd = 0;
        for (((code, day), sort), mark) in codes.iter().zip(days).zip(sorts).zip(marks) {
            let past = *day <= asked.today;
            let sound = *mark == Mark::Sound;
            let counts = sound & past & ((SHOW >> (sort & KIND)) & 1 == 1);
            self.bits |= u64::from(counts) << asked.table.bit(*code);
            odd += u32::from(!(sound & past));
        }
        let medicines = shard.courses_of(row);
        let unsound = shard.courses.mark[medicines]
            .iter()
            .filter(|mark| !mark.is_sound());
        odd += u32::try_from(unsound.count()).unwrap_or(u32::MAX);
        self.odd = self
            .odd
            .saturating_add(odd)
            .saturating_add(shard.unread[row].into());
    }
}

/// The codes of medicines taken in the twelve months, those of one medicine beside each other.
fn taken<'s>(asked: &Asked<'_>, shard: &'s Shard, row: usize) -> impl Iterator<Item = u32> + use<'s> {
    let (today, year_ago) = (asked.today, asked.year_ago);
    let courses = &shard.courses;
    shard.courses_of(row).filter_map(move |at| {
        let begun = courses.start[at] <= today;
        // What goes on without a known start is taken now; what ended without a known day may have been years ago.
        let lasts = courses.current[at] || courses.end[at] > year_ago;
        (courses.mark[at].is_sound() && begun && lasts).then(|| courses.code[at])
    })
}

fn distinct(asked: &Asked<'_>, shard: &Shard, row: usize) -> u32 {
    let mut count = 0;
    let mut before = None;
    for code in taken(asked, shard, row) {
        count += u32::from(before != Some(code));
        before = Some(code);
    }
    count
}
