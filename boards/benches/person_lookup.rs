//! Bench row "caller lookup": how long the lookup takes over 941,000 invented people, and what it costs in memory.
//!
//! `cargo bench -p boards` prints one line for each kind of question; `PEOPLE=100000` asks for fewer people. Names are
//! made of syllables and drawn as unevenly as real ones are (the n-th most frequent 1/n as often), so that lists are as
//! long as they would be: the commonest family name is borne by about one in a hundred. NHS numbers are of the 999 range,
//! and repeat past 500,000 people.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

use boards::person_lookup::{Asked, Born, PersonLookup};
use codes::nhs_number::NhsNumber;
use fhir::ResourceType;
use jiff::civil::Date;
use record::view::{PersonNow, View};
use record::{Bucket, PersonKey, Stored};

type Outcome<T> = Result<T, Box<dyn Error>>;

const FAMILIES: u64 = 60_000;
const GIVEN: u64 = 8_000;
const QUESTIONS: usize = 2_000;

/// Repeatable pseudo-random numbers (SplitMix64, Steele, Lea and Flood 2014).
struct Seed(u64);

impl Seed {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A rank from 0, the n-th about 1/n as often as the first.
    fn rank(&mut self, ranks: u64) -> u64 {
        let share = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        (((ranks + 1) as f64).powf(share) as u64)
            .saturating_sub(1)
            .min(ranks - 1)
    }
}

/// The name of a rank, out of syllables: no two ranks share one.
fn name(rank: u64, stems: &[&str], ends: &[&str]) -> String {
    let (count, last) = (stems.len() as u64, ends.len() as u64);
    let mut text = stems[(rank % count) as usize].to_owned();
    let mut rest = rank / count;
    while rest > 0 {
        text.push_str(ends[(rest % last) as usize]);
        rest /= last;
    }
    text
}

const STEMS: [&str; 24] = [
    "Ash", "Bar", "Cor", "Dun", "El", "Fen", "Gar", "Hol", "Il", "Jes", "Kel", "Lan", "Mar", "Nor", "Ol",
    "Pen", "Quin", "Ros", "Sel", "Thor", "Ul", "Ven", "Wes", "Yar",
];
const ENDS: [&str; 20] = [
    "a", "by", "den", "er", "field", "gate", "ham", "ing", "ka", "ley", "man", "nor", "o", "pur", "ris",
    "son", "ton", "ura", "well", "worth",
];

struct Someone {
    given: String,
    family: String,
    born: Date,
    number: String,
    postcode: String,
    telephone: String,
}

fn someone(seed: &mut Seed, at: u64) -> Outcome<Someone> {
    let stem = 2 * (at % 500_000);
    let number = (stem..stem + 2)
        .flat_map(|stem| (0..10).map(move |check| format!("999{stem:06}{check}")))
        .find(|digits| NhsNumber::parse(digits).is_ok())
        .ok_or("a number")?;
    Ok(Someone {
        given: name(seed.rank(GIVEN), &STEMS, &ENDS),
        family: name(seed.rank(FAMILIES), &STEMS, &ENDS),
        born: Date::new(
            1930 + seed.below(95) as i16,
            1 + seed.below(12) as i8,
            1 + seed.below(28) as i8,
        )?,
        number,
        postcode: format!(
            "ZZ{} {}{}B",
            1 + seed.below(60),
            seed.below(10),
            (b'A' + seed.below(20) as u8) as char
        ),
        telephone: format!("07700 9{:05}", seed.below(100_000)),
    })
}

fn patient(kind: ResourceType, at: u64, one: &Someone) -> Stored {
    let id = format!("{:08x}-0000-7000-8000-{:012x}", at, at * 7919);
    let json = format!(
        r#"{{"resourceType":"Patient","id":"{id}","identifier":[{{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"{}"}}],"name":[{{"use":"official","family":"{}","given":["{}"]}}],"telecom":[{{"system":"phone","value":"{}"}}],"gender":"female","birthDate":"{}","address":[{{"use":"home","line":["1 Mill Lane"],"city":"Nowhere","postalCode":"{}"}}]}}"#,
        one.number, one.family, one.given, one.telephone, one.born, one.postcode
    );
    Stored {
        resource_type: kind,
        id,
        version: 1,
        updated: jiff::Timestamp::UNIX_EPOCH,
        json: json.into_bytes(),
        person: key(at),
        deleted: false,
    }
}

fn key(at: u64) -> PersonKey {
    let bucket = Bucket::all().nth((at % 1024) as usize);
    PersonKey::new(bucket.unwrap_or_else(|| Bucket::of_hash(&[])), at / 1024 + 1)
}

/// The word with one slip in it.
fn slipped(seed: &mut Seed, word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = seed.below(letters.len() as u64 - 1) as usize;
    match seed.below(3) {
        0 => letters.swap(at, at + 1),
        1 => letters[at] = 'e',
        _ => drop(letters.remove(at)),
    }
    letters.into_iter().collect()
}

fn resident() -> Outcome<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split(' ').nth(1).ok_or("statm")?.parse()?;
    Ok(pages * 4096)
}

type Question = fn(&mut Seed, &Someone) -> Outcome<Asked>;

const KINDS: [(&str, Question); 9] = [
    ("NHS number", |_, one| {
        Ok(Asked::default().nhs_number(&number(one)?))
    }),
    ("whole name", |_, one| {
        Ok(Asked::default().name(&format!("{} {}", one.given, one.family)))
    }),
    ("name with a slip", |seed, one| {
        Ok(Asked::default().name(&format!("{} {}", one.given, slipped(seed, &one.family))))
    }),
    ("family name alone, with a slip", |seed, one| {
        Ok(Asked::default().name(&slipped(seed, &one.family)))
    }),
    ("two letters of each name", |_, one| {
        Ok(Asked::default().name(&format!("{} {}", &one.given[..2], &one.family[..2])))
    }),
    ("date of birth", |_, one| {
        Ok(Asked::default().born(Born::on(one.born)))
    }),
    ("slip, date of birth swapped", |seed, one| {
        let swapped =
            Date::new(one.born.year(), one.born.day().min(12), one.born.month()).unwrap_or(one.born);
        let asked = Asked::default().name(&slipped(seed, &one.family));
        Ok(asked.born(Born::on(swapped)))
    }),
    ("postcode's first half and name", |_, one| {
        let half = one.postcode.split(' ').next().unwrap_or_default();
        Ok(Asked::default().postcode(half).name(&one.family))
    }),
    ("telephone", |_, one| {
        Ok(Asked::default().telephone(&one.telephone))
    }),
];

fn number(one: &Someone) -> Outcome<NhsNumber> {
    NhsNumber::parse(&one.number).map_err(|error| error.to_string().into())
}

fn main() -> Outcome<()> {
    let count: u64 = match std::env::var("PEOPLE") {
        Ok(text) => text.parse()?,
        Err(_) => 941_000,
    };
    let mut out = std::io::stdout().lock();
    let kind = ResourceType::from_name("Patient").ok_or("no type Patient")?;
    let mut seed = Seed(11);
    let mut lookup = PersonLookup::default();
    let mut asked_of = Vec::new();
    let before = resident()?;
    let began = Instant::now();
    for at in 0..count {
        let one = someone(&mut seed, at)?;
        let stored = [patient(kind, at, &one)];
        let now = PersonNow {
            person: key(at),
            survivor: None,
            resources: &stored,
        };
        lookup.put(key(at), PersonLookup::keep(&now)?);
        if at % (count / QUESTIONS as u64).max(1) == 0 {
            asked_of.push(one);
        }
    }
    let million = 1e6 / count as f64;
    writeln!(
        out,
        "people {count}; built in {:.0} s; memory {:.0} MB by the process, {:.0} MB by the view's own count, for a million people",
        began.elapsed().as_secs_f64(),
        (resident()? - before) as f64 / 1e6 * million,
        lookup.bytes() as f64 / 1e6 * million
    )?;
    let began = Instant::now();
    let mut saved = Vec::new();
    lookup.save(&mut |person, bytes| {
        saved.extend(person.value().to_be_bytes());
        saved.extend(bytes);
        Ok(())
    })?;
    writeln!(
        out,
        "saved in {:.2} s, {:.0} MB for a million people",
        began.elapsed().as_secs_f64(),
        saved.len() as f64 / 1e6 * million
    )?;
    writeln!(
        out,
        "{:32} {:>9} {:>9} {:>9} {:>8}",
        "question", "p50 ms", "p99 ms", "worst ms", "found"
    )?;
    for (name, question) in KINDS {
        let mut times = Vec::new();
        let mut found = 0;
        for one in &asked_of {
            let asked = question(&mut seed, one)?;
            let began = Instant::now();
            let answer = lookup.find(&asked, 60);
            times.push(began.elapsed().as_secs_f64() * 1000.0);
            found += usize::from(answer.total > 0);
        }
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        let share = found as f64 / times.len() as f64 * 100.0;
        writeln!(
            out,
            "{name:32} {:>9.3} {:>9.3} {:>9.3} {share:>7.1}%",
            at(0.5),
            at(0.99),
            at(1.0)
        )?;
    }
    Ok(())
}
