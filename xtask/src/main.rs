//! Repository checks and code generation: `cargo xtask check` and `cargo xtask generate`.
//!
//! Used by `make check`, `make test` and by whoever regenerates the tables in `fhir/src/generated/`.
//! It never builds the workspace and never needs the network, unless `generate` is asked for.

mod check;
mod evidence;
mod floors;
mod generate;
mod tree;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::tree::Tree;

const USAGE: &str = "\
cargo xtask check [NAME…]     run the repository checks (all, or those named)
cargo xtask check --list      name each check and the rule it keeps
cargo xtask generate          make the generated tables anew
cargo xtask generate local    make the table of our own search parameters anew, without the network
cargo xtask generate --check  fail when the generated tables are not what their sources give
cargo xtask generate hazards  print the hazard log's page anew from its data
cargo xtask evidence --junit FILE --journeys FILE
                              fail when a test that is named as evidence did not run and pass
cargo xtask seal FOLDER       list the hashes of a generated folder, after its own generator ran
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Where `generate` writes.
const FHIR_TABLES: &str = "fhir/src/generated";

/// Runs one command line; `false` means that a check found something.
fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let root = repository_root()?;
    match arguments.split_first() {
        Some((command, rest)) if command == "check" => check::run(&root, rest),
        Some((command, rest)) if command == "evidence" => evidence::run(&root, rest),
        Some((command, [what, rest @ ..])) if command == "generate" && what == "hazards" => {
            evidence::generate(&root, rest.iter().any(|word| word == "--check"))
        }
        Some((command, rest)) if command == "generate" => {
            generate::run(&root, rest)?;
            if !rest.iter().any(|word| word == "--check") {
                check::generated::seal(&Tree::of_repository(&root)?, FHIR_TABLES)?;
            }
            Ok(true)
        }
        Some((command, [folder])) if command == "seal" => {
            check::generated::seal(&Tree::of_repository(&root)?, folder)?;
            Ok(true)
        }
        _ => {
            std::io::stdout().write_all(USAGE.as_bytes())?;
            Ok(arguments
                .first()
                .is_none_or(|word| word == "help" || word == "--help"))
        }
    }
}

/// The repository's root: the folder above this crate's own.
fn repository_root() -> anyhow::Result<PathBuf> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").context("run this through `cargo xtask`")?;
    Path::new(&manifest)
        .parent()
        .map(Path::to_path_buf)
        .context("xtask stands in no repository")
}
