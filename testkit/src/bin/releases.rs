//! `releases --older-postgres PROGRAM --older-sqlite PROGRAM --this PROGRAM --report FILE`: the proof that releases work side
//! by side. `scripts/proof-releases.sh` builds the programs.

use std::path::Path;
use std::process::ExitCode;

use testkit::proof::{ended, path, write_report};
use testkit::releases::beside::Removed;
use testkit::releases::report::{Course, markdown};
use testkit::releases::{after, beside};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    ended(prove(&arguments).await)
}

async fn prove(arguments: &[String]) -> Result<(), String> {
    let path = |name: &str| path(arguments, name).ok_or_else(|| format!("{name} is missing"));
    let (older, this) = (path("--older-postgres")?, path("--this")?);
    let oldest = path("--older-sqlite")?;
    let folder = std::env::temp_dir().join(format!("sarsen-releases-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let words = |error: std::io::Error| error.to_string();
    let mut courses = Vec::new();
    for (name, removed) in [
        ("side by side on PostgreSQL", Removed::Nothing),
        (
            "the same, and a column that the older does not fill",
            Removed::Expansion,
        ),
    ] {
        let folder = folder.join(format!("{removed:?}"));
        let outcome = beside::run(older.clone(), this.clone(), &folder, removed).await;
        courses.push(said(Course {
            name: format!("{name}, beside {}", name_of(&older)),
            holds: removed == Removed::Nothing,
            outcome: outcome.map_err(words)?,
        }));
    }
    courses.push(said(Course {
        name: format!("one after the other on SQLite, after {}", name_of(&oldest)),
        holds: true,
        outcome: after::run(oldest.clone(), this, &folder).await.map_err(words)?,
    }));
    let _ = std::fs::remove_dir_all(&folder);
    if let Ok(report) = path("--report") {
        write_report(&report, |date, commit| markdown(date, commit, &courses))?;
    }
    if courses.iter().all(Course::is_as_it_must_be) {
        Ok(())
    } else {
        Err("the proof did not hold".to_owned())
    }
}

/// The program's name: `sarsen-` and its commit.
fn name_of(program: &Path) -> String {
    let name = program.file_name().unwrap_or_default();
    format!("`{}`", name.to_string_lossy())
}

/// Says what a course found.
fn said(course: Course) -> Course {
    let heard = &course.outcome.heard;
    println!(
        "{}: {} writes, {} failures",
        course.name,
        heard.writes,
        heard.faults.len()
    );
    for step in &course.outcome.steps {
        println!("  {step}");
    }
    for fault in heard.faults.iter().take(6) {
        println!("  failed: {fault}");
    }
    course
}
