//! The columns at the size of a region: memory, the frailty index of everybody, one person changed, a snapshot, files.
//!
//! `cargo bench -p population --bench columns [PEOPLE] [CODED FACTS EACH]` (941,000 and 60). With `COLUMNS_FILES=FOLDER` the
//! Parquet files stay in that folder; `scripts/bench-columns.sh` and `scripts/bench-model.sh` hold others against them. The people are
//! drawn at random: the index does not depend on which codes they have, the files' size does, and real records pack better.
//! Emergency visits and stays come more often to the old and to those whom chance made ill, so that a model has something to learn.

use std::time::Instant;

use codes::clinical::efi::{OURS, System};
use codes::system::{DMD, SNOMED_CT};
use jiff::civil::date;
use population::facts::{Class, CodeName, Coded, Contact, Course, Kind, Mark, Measured, Person, Sex};
use population::model::{Data, Plan, Tables, check, examples, is_trained_on, judge, train};
use population::parquet::{Purpose, stratify, write};
use population::score::{DeficitTable, DiagnosisTable, comorbidity, frailty, frailty_of};
use population::segment::{Meanings, SegmentsOn};
use population::{Columns, Day, Facts, People, Population};
use record::view::View;
use record::{Bucket, PersonKey};

struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn day(&mut self) -> Day {
        // 1976 to 2026.
        Day::from_number(27_760 + self.below(18_400) as u16).unwrap_or_default()
    }
}

/// Codes as they are met: 4,000, the first of them the deficits', few of which make up most facts.
fn names() -> Vec<CodeName> {
    let deficits = OURS.iter().filter(|(system, _, _)| *system == System::SnomedCt);
    let mut names: Vec<CodeName> = deficits
        .map(|(_, code, _)| CodeName::new(SNOMED_CT, code))
        .collect();
    names.sort();
    let others =
        (names.len()..4000).map(|number| CodeName::new(SNOMED_CT, &format!("{}", 1_000_000 + number)));
    names.extend(others.collect::<Vec<_>>());
    names
}

fn person(chance: &mut Chance, names: &[CodeName], coded: u64) -> Facts<CodeName> {
    let mut facts = Facts {
        person: Person {
            birth: Day::from_number(11_000 + chance.below(35_000) as u16).unwrap_or_default(),
            sex: [Sex::Female, Sex::Male][chance.below(2) as usize],
            ethnicity: b"AAAAAAAAABCDHJLMNSZ"[chance.below(19) as usize],
            ..Person::default()
        },
        ..Facts::default()
    };
    for _ in 0..coded / 2 + chance.below(coded + 1) {
        let (one, other) = (chance.below(names.len() as u64), chance.below(names.len() as u64));
        facts.coded.push(Coded {
            day: chance.day(),
            kind: Kind::from_number(chance.below(5) as u8).unwrap_or(Kind::Problem),
            code: names[(one * other / names.len() as u64) as usize].clone(),
            mark: if chance.below(100) == 0 {
                Mark::Unsure
            } else {
                Mark::Sound
            },
            also: false,
            partial: false,
            over: false,
        });
    }
    for _ in 0..chance.below(20) {
        facts.measured.push(Measured {
            day: chance.day(),
            code: names[chance.below(40) as usize].clone(),
            value: Some(chance.below(2000) as f32 / 10.0),
            mark: Mark::Sound,
        });
    }
    for _ in 0..chance.below(10) {
        let current = chance.below(2) == 0;
        let start = chance.day();
        facts.courses.push(Course {
            code: CodeName::new(DMD, &format!("{}", chance.below(1500))),
            start,
            end: if current { Day::UNKNOWN } else { start },
            current,
            mark: Mark::Sound,
        });
    }
    for _ in 0..chance.below(16) {
        let start = chance.day();
        facts.contacts.push(Contact {
            start,
            end: start,
            class: Class::Ambulatory,
            mark: Mark::Sound,
        });
    }
    emergencies(chance, &mut facts);
    facts.sort();
    facts
}

/// Visits to an emergency department, half of them with a stay, in each half year from 2021 to 2026: from 0.5% for a healthy child to
/// 14% for somebody old and ill.
fn emergencies(chance: &mut Chance, facts: &mut Facts<CodeName>) {
    let old = u64::from(46_000 - facts.person.birth.number().min(46_000)) / 365;
    let ill = chance.below(100);
    let rate = 5 + old * old / 120 + ill * ill / 150;
    for half in 0..12 {
        if chance.below(1_000) < rate {
            let on = Day::from_number(44_200 + half * 182 + chance.below(182) as u16).unwrap_or_default();
            let mut contact = |class| {
                facts.contacts.push(Contact {
                    start: on,
                    end: on,
                    class,
                    mark: Mark::Sound,
                });
            };
            contact(Class::Emergency);
            if chance.below(2) == 0 {
                contact(Class::Inpatient);
            }
        }
    }
}

/// The learned model of everybody: seconds, and how well it tells.
fn learned(columns: &Columns) -> Result<(), Box<dyn std::error::Error>> {
    let index_day = date(2025, 11, 1);
    let tables = Tables::of(columns.dictionary());
    for threads in [1, 2] {
        let began = Instant::now();
        let people = examples(columns, &tables, index_day, threads).people;
        let found = began.elapsed().as_secs_f64();
        let plan = Plan {
            index_day,
            penalty: 1.0,
            share: 70,
            region: "drawn people".to_owned(),
            purpose: purpose(),
            data: Data {
                source: "record".to_owned(),
                until: date(2026, 11, 2),
                files: Vec::new(),
            },
        };
        let began = Instant::now();
        let model = train(&people, &plan, threads)?;
        let trained = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let others = people.iter().filter(|one| !is_trained_on(one.person, plan.share));
        let checked = check(&judge(&model, others), threads);
        let area = checked
            .all
            .figures()
            .and_then(|all| all.auroc)
            .map_or(0.0, |area| area.value);
        say(&format!(
            "learned model, {threads} threads: features {found:.2} s, trained on {} people ({} outcomes, {} features) in {trained:.2} s, \
             checked in {:.2} s, AUROC {area:.4}",
            model.people,
            model.outcomes,
            model.terms.len(),
            began.elapsed().as_secs_f64()
        ));
    }
    Ok(())
}

fn purpose() -> Purpose {
    Purpose {
        purpose: "measuring".to_owned(),
        legal_basis: "invented people".to_owned(),
        controller: "nobody".to_owned(),
    }
}

fn resident() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1000.0
}

fn say(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{words}");
}

/// The least of five runs, in seconds.
fn least<T>(mut run: impl FnMut() -> T) -> f64 {
    let times = (0..5).map(|_| {
        let began = Instant::now();
        std::hint::black_box(run());
        began.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<u64> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let (people, coded) = (
        numbers.first().copied().unwrap_or(941_000),
        numbers.get(1).copied().unwrap_or(60),
    );
    let names = names();
    let mut chance = Chance(1);
    let key = |at: u64| {
        let bucket = Bucket::all().nth((at % 1024) as usize);
        bucket.map(|bucket| PersonKey::new(bucket, at / 1024 + 1))
    };
    let before = resident();
    let began = Instant::now();
    let mut columns = Columns::default();
    for at in 0..people {
        if let Some(key) = key(at) {
            columns.put(key, Some(person(&mut chance, &names, coded)));
        }
    }
    let facts = columns.facts();
    say(&format!(
        "{people} people, {facts:?} coded, measured, courses, contacts; made and put in {:.1} s",
        began.elapsed().as_secs_f64()
    ));
    say(&format!(
        "columns {:.0} MB by their own count, {:.0} MB resident",
        columns.bytes() as f64 / 1e6,
        resident() - before
    ));
    let table = DeficitTable::of(columns.dictionary());
    say(&format!(
        "table of deficits {:.2} ms",
        least(|| DeficitTable::of(columns.dictionary())) * 1000.0
    ));
    let today = date(2026, 11, 1);
    for threads in [1, 2] {
        let took = least(|| frailty(&columns, &table, today, threads));
        say(&format!(
            "frailty index of everybody, {threads} threads: {took:.3} s, {:.0} M coded facts/s",
            facts[0] as f64 / took / 1e6
        ));
    }
    let (diagnoses, meanings) = (
        DiagnosisTable::of(columns.dictionary()),
        Meanings::of(columns.dictionary()),
    );
    let segments = SegmentsOn::new(&columns, &meanings, &table, today).ok_or("the day is out of range")?;
    let everybody = People::of(&columns);
    let took = [
        least(|| frailty(&columns, &table, today, 2)),
        least(|| comorbidity(&columns, &diagnoses, today, 2)),
        least(|| everybody.scan(2, |person| segments.placed(person))),
    ];
    say(&format!(
        "hot, 2 threads: frailty index {:.3} s, comorbidities {:.3} s, segments {:.3} s; all {:.3} s",
        took[0],
        took[1],
        took[2],
        took.iter().sum::<f64>()
    ));
    drop(everybody);
    say(&format!(
        "bands {:?}",
        frailty(&columns, &table, today, 2).bands(&(65..=95))
    ));
    learned(&columns)?;
    // The limit: the bytes that the index has to read (code, day, sort and mark of each fact), only added up.
    let words = vec![1u64; facts[0]];
    let took = least(|| words.iter().fold(0u64, |sum, word| sum.wrapping_add(*word)));
    say(&format!(
        "the same {:.0} MB added up, 1 thread: {took:.3} s, {:.1} GB/s",
        words.len() as f64 * 8.0 / 1e6,
        words.len() as f64 * 8.0 / took / 1e9
    ));
    drop(words);
    let mut times: Vec<f64> = (0..2000)
        .filter_map(|_| {
            let key = key(chance.below(people))?;
            let facts = person(&mut chance, &names, coded);
            let began = Instant::now();
            columns.put(key, Some(facts));
            std::hint::black_box(frailty_of(&columns, &table, today, key));
            Some(began.elapsed().as_secs_f64() * 1000.0)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    say(&format!(
        "one person changed and scored: median {:.3} ms, p99 {:.3} ms",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    ));
    let kept = std::env::var_os("COLUMNS_FILES").map(std::path::PathBuf::from);
    let folder = kept
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("population-bench-{}", std::process::id())));
    let began = Instant::now();
    // The day after the last of these people's facts.
    let written = "2026-11-02T12:00:00Z".parse()?;
    let manifest = write(&columns, &folder, purpose(), written)?;
    let wrote = began.elapsed().as_secs_f64();
    let view = Population::from(columns);
    let began = Instant::now();
    let mut saved: Vec<(PersonKey, Vec<u8>)> = Vec::new();
    view.save(&mut |person, bytes| {
        saved.push((person, bytes.to_vec()));
        Ok(())
    })?;
    say(&format!(
        "snapshot: {:.0} MB in {:.1} s",
        saved.iter().map(|(_, bytes)| bytes.len() + 12).sum::<usize>() as f64 / 1e6,
        began.elapsed().as_secs_f64()
    ));
    drop(view);
    let began = Instant::now();
    let mut again = Population::default();
    for (person, bytes) in &saved {
        again.put(*person, Population::load(bytes));
    }
    say(&format!(
        "restored from it in {:.1} s, {} people",
        began.elapsed().as_secs_f64(),
        again.columns().people()
    ));
    drop((again, saved));
    let took = least(|| stratify(&folder, today, 2));
    say(&format!(
        "Parquet: {:.0} MB, written in {wrote:.1} s, frailty index from the files {took:.2} s",
        manifest.bytes() as f64 / 1e6
    ));
    let whole = population::parquet::read(&folder)?;
    if kept.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    say(&format!("read back whole: {} people", whole.people()));
    Ok(())
}
