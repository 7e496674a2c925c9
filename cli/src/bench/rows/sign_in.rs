//! Row "sign-in": people sign in at a hundred a second, each with a password and a code, while a hub reads records: what the hub
//! feels of it, and how many come in.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actions::access::Tokens;
use actions::access::accounts::{
    AccountKind, AccountRole, Answer, Knock, NewAccount, add, begin_session, code_at, confirm_set_up,
    give_code, give_password, invite, set_password, show_set_up,
};
use actions::{Actions, Actor, Purpose, Role, Standing};
use anyhow::{Context, anyhow, bail};
use fhir::ResourceType;
use record::clock::{CareClock, SystemClock, Wall};
use record::{Options, Record};
use tokio::task::JoinSet;

use super::lens;
use crate::bench::figures::Figure;
use crate::bench::run::Bench;

/// Accounts, each with ten codes that serve once.
const ACCOUNTS: usize = 60;
/// Reads a second at the hub.
const READS: u32 = 200;
/// Sign-ins a second that knock.
const KNOCKS: u32 = 100;
/// How long each part lasts.
const LONG: Duration = Duration::from_secs(5);
/// Nobody chose it who lives.
const PASSWORD: &str = "a bench of seventeen planks";

pub(super) async fn measure(bench: &mut Bench) -> anyhow::Result<()> {
    let folder = bench.place.scratch.join("sign-in");
    let system: Arc<dyn SystemClock> = Arc::new(Wall);
    let record = Record::open(Options::new(&folder), Arc::clone(&system)).await?;
    let care = CareClock::new(Arc::clone(&system));
    let limits = fhir::Limits::default();
    let actions = Actions::new(record.clone(), care, system, Tokens::none(), limits);
    lens::keep_people(&actions, 50).await?;
    let people = set_up(&actions).await?;
    let mut alone = hub(&actions, LONG).await?;
    let (mut beside, mut knocked) = tokio::try_join!(hub(&actions, LONG), knock(&actions, people))?;
    let came = knocked.len();
    let size = u64::from(KNOCKS);
    bench.note(vec![
        Figure::new(
            "sign-in",
            size,
            lens::percentile(&mut alone, 0.99),
            "ms p99 of a read, nobody signs in",
        ),
        Figure::new(
            "sign-in",
            size,
            lens::percentile(&mut beside, 0.99),
            "ms p99 of a read, 100 a second sign in",
        )
        // What a caller's lookup may take at most: beside it nobody at the hub waits for those who sign in.
        .at_most(30.0),
        Figure::new(
            "sign-in",
            size,
            came as f64 / LONG.as_secs_f64(),
            "a second came in",
        ),
        Figure::new(
            "sign-in",
            size,
            lens::percentile(&mut knocked, 0.5),
            "ms median to come in",
        ),
        Figure::new(
            "sign-in",
            size,
            lens::percentile(&mut knocked, 0.99),
            "ms p99 to come in",
        ),
    ]);
    drop(actions);
    record.close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Reads records at a steady rate; how long each read took, in milliseconds from when it was due.
async fn hub(actions: &Actions, long: Duration) -> anyhow::Result<Vec<f64>> {
    let operator = Actor::new("operator", Role::Clinician, Some("RVJ".to_owned())).with_standing(Standing {
        activities: ["B0360", "B0380"].map(str::to_owned).into(),
        identity_assurance: 3,
        authentication_assurance: 2,
        ..Standing::default()
    });
    let kind = ResourceType::from_name("Patient").context("no type Patient")?;
    let mut reads = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_secs(1) / READS);
    let began = Instant::now();
    for number in 0.. {
        let due = tick.tick().await;
        if began.elapsed() >= long {
            break;
        }
        let (actions, operator) = (actions.clone(), operator.clone());
        reads.spawn(async move {
            let id = format!("lens-{}", number % 50);
            let read = actions::record::read(&actions, &operator, Purpose::DirectCare, kind, &id).await;
            read.map(|_| due.elapsed().as_secs_f64() * 1e3)
                .map_err(|error| anyhow!("a read failed: {error}"))
        });
    }
    reads.join_all().await.into_iter().collect()
}

/// One who signs in: the name and a code that serves once.
type Person = (String, String);

/// Knocks at a steady rate; how long each who came in within the time took, in milliseconds.
async fn knock(actions: &Actions, people: Vec<Person>) -> anyhow::Result<Vec<f64>> {
    let mut knocks = JoinSet::new();
    let mut tick = tokio::time::interval(Duration::from_secs(1) / KNOCKS);
    let began = Instant::now();
    let number = Arc::new(AtomicUsize::new(0));
    for (name, code) in people {
        let due = tick.tick().await;
        if began.elapsed() >= LONG {
            break;
        }
        let (actions, number) = (actions.clone(), Arc::clone(&number));
        knocks.spawn(async move {
            let this = number.fetch_add(1, Ordering::Relaxed);
            come_in(&actions, this, &name, &code).await?;
            let long = due.elapsed().as_secs_f64() * 1e3;
            Ok::<_, anyhow::Error>((long, began.elapsed() <= LONG))
        });
    }
    let came: Vec<(f64, bool)> = knocks
        .join_all()
        .await
        .into_iter()
        .collect::<anyhow::Result<_>>()?;
    Ok(came
        .into_iter()
        .filter_map(|(long, in_time)| in_time.then_some(long))
        .collect())
}

async fn come_in(actions: &Actions, number: usize, name: &str, code: &str) -> anyhow::Result<()> {
    let (ticket, secret) = (format!("{number:064x}"), format!("{:064x}", number + (1 << 32)));
    let source = format!("10.0.{}.{}", number / 250, number % 250);
    let knock = Knock {
        source: &source,
        device: None,
    };
    let answer = give_password(actions, &ticket, name, PASSWORD, knock).await?;
    if answer != Answer::Right {
        bail!("{name}: the password was answered with {answer:?}");
    }
    let answer = give_code(actions, &ticket, code, knock).await?;
    if answer != Answer::Right {
        bail!("{name}: the code was answered with {answer:?}");
    }
    let times = |_: &Actor| (Duration::from_secs(600), Duration::from_secs(3600));
    let begun = begin_session(actions, &ticket, "1", &secret, times, "bench", knock).await?;
    begun
        .map(|_| ())
        .with_context(|| format!("{name} did not come in"))
}

/// Accounts with a password and codes; one entry for each code, so that no account comes twice in a row.
async fn set_up(actions: &Actions) -> anyhow::Result<Vec<Person>> {
    let mut by_account = Vec::new();
    for number in 0..ACCOUNTS {
        let name = format!("bench.{number}");
        let role = AccountRole {
            id: "1".to_owned(),
            role: "clinician".to_owned(),
            words: "Nurse".to_owned(),
            organisation: Some("RVJ".to_owned()),
            job_role: None,
            activities: ["B0360".to_owned()].into(),
            parties: std::collections::BTreeSet::default(),
        };
        let new = NewAccount {
            name: name.clone(),
            kind: AccountKind::Staff,
            roles: vec![role],
            person: None,
            practitioner: None,
            identity: 3,
            demo: false,
        };
        let account = add(actions, new).await?;
        let code = invite(actions, &account.id).await?;
        set_password(actions, &code, PASSWORD).await?;
        let shown = show_set_up(actions, &code).await?.context("the code is good")?;
        let secret = from_base32(&shown.secret.context("a secret")?)?;
        let now = code_at(&secret, actions.system_now())?;
        by_account.push((name, confirm_set_up(actions, &code, &now).await?));
    }
    let most = by_account.iter().map(|(_, codes)| codes.len()).max().unwrap_or(0);
    Ok((0..most)
        .flat_map(|round| {
            by_account
                .iter()
                .filter_map(move |(name, codes)| Some((name.clone(), codes.get(round)?.clone())))
        })
        .collect())
}

/// What a telephone reads of a secret that is spelt in base 32 (RFC 4648).
fn from_base32(spelt: &str) -> anyhow::Result<Vec<u8>> {
    let (mut bits, mut held, mut bytes) = (0u32, 0u32, Vec::new());
    for letter in spelt.bytes().filter(u8::is_ascii_alphanumeric) {
        let value = match letter.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => bail!("a secret that is no base 32"),
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff)?);
        }
    }
    Ok(bytes)
}
