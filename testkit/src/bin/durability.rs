//! `durability --runs 200 --report FILE`: the durability proof in full. Called with `--child` it is one of the
//! processes that die.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use record::clock::{SystemClock, Wall};
use testkit::durability::child::{self, Child};
use testkit::durability::parent::Proof;
use testkit::durability::report::{Series, markdown};
use testkit::durability::work::{Death, Removed};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["--child", death, removed, run, seed, directory] => {
            become_child(death, removed, run, seed, directory).await
        }
        _ => prove(&words).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(words) => {
            eprintln!("{words}");
            ExitCode::FAILURE
        }
    }
}

async fn become_child(
    death: &str,
    removed: &str,
    run: &str,
    seed: &str,
    directory: &str,
) -> Result<(), String> {
    child::run(&Child {
        directory: directory.into(),
        death: Death::from_word(death).ok_or("no such death")?,
        removed: Removed::from_word(removed).ok_or("no such guarantee")?,
        run: run.parse().map_err(|_| "the run is not a number")?,
        seed: seed.parse().map_err(|_| "the seed is not a number")?,
    })
    .await
}

fn option<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    let at = words.iter().position(|word| *word == name)?;
    words.get(at + 1).copied()
}

async fn prove(words: &[&str]) -> Result<(), String> {
    let runs = option(words, "--runs")
        .map_or(Ok(200), str::parse)
        .map_err(|_| "--runs wants a number")?;
    let seed = option(words, "--seed")
        .map_or(Ok(1), str::parse)
        .map_err(|_| "--seed wants a number")?;
    let report = option(words, "--report").map(PathBuf::from);
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = std::env::temp_dir().join(format!("sarsen-durability-{}", std::process::id()));
    let mut series = Vec::new();
    for (death, removed) in [
        (Death::Kill, Removed::Nothing),
        (Death::Power, Removed::Nothing),
        (Death::Kill, Removed::Order),
        (Death::Power, Removed::Order),
        (Death::Power, Removed::Sync),
    ] {
        let folder = folder.join(format!("{}-{}", death.word(), removed.word()));
        let proof = Proof {
            program: program.clone(),
            folder,
            death,
            removed,
            runs,
            seed,
        };
        let outcome = proof.run().await.map_err(|error| error.to_string())?;
        println!(
            "{}, {} removed: {} runs, {} commits and {} reads acknowledged, {} failures",
            death.word(),
            removed.word(),
            outcome.runs,
            outcome.commits,
            outcome.reads,
            outcome.failures.len()
        );
        series.push(Series {
            death,
            removed,
            outcome,
        });
    }
    let _ = std::fs::remove_dir_all(&folder);
    if let Some(path) = report {
        write_report(&path, &series)?;
    }
    if series.iter().all(Series::is_as_it_must_be) {
        Ok(())
    } else {
        Err("the proof did not hold".to_owned())
    }
}

fn write_report(path: &Path, series: &[Series]) -> Result<(), String> {
    let commit = Command::new("git")
        .args(["rev-parse", "--short=12", "HEAD"])
        .output()
        .ok();
    let commit = commit
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    let date = record::instant(Wall.now());
    std::fs::write(path, markdown(&date[..10], &commit, series)).map_err(|error| error.to_string())
}
