//! The package with the definitions: fetched, verified, read.

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "hl7.fhir.r4.examples";
const VERSION: &str = "4.0.1";
const SHA256: &str = "dce87f1b5b9341867033f7d1f544fa1b5232503f6d62813887ac6b8a8b6cb682";

/// What `VERSION` says.
pub(crate) fn version_line() -> String {
    format!("{PACKAGE} {VERSION} sha256:{SHA256}\n")
}

/// An unpacked package; a fetched one is removed when this is dropped.
pub(crate) struct Package {
    path: PathBuf,
    temporary: Option<PathBuf>,
}

impl Package {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Package {
    fn drop(&mut self) {
        if let Some(folder) = &self.temporary {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// The package in `from`, or fetched by name and exact version with npm and checked against its hash.
pub(crate) fn open(from: Option<&Path>) -> anyhow::Result<Package> {
    if let Some(from) = from {
        return Ok(Package {
            path: from.to_path_buf(),
            temporary: None,
        });
    }
    let folder = std::env::temp_dir().join(format!("sarsen-definitions-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let package = Package {
        path: folder.join("package"),
        temporary: Some(folder.clone()),
    };
    let archive = folder.join(format!("{PACKAGE}-{VERSION}.tgz"));
    command(
        &folder,
        "npm",
        &["pack", "--silent", &format!("{PACKAGE}@{VERSION}")],
    )?;
    let name = archive.to_string_lossy().into_owned();
    let hash = command(&folder, "sha256sum", &[&name])?;
    ensure!(
        hash.starts_with(SHA256),
        "{PACKAGE} {VERSION} has another hash than expected: {hash}"
    );
    command(&folder, "tar", &["xzf", &name])?;
    Ok(package)
}

fn command(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .with_context(|| format!("running {program}"))?;
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The definitions we make tables of.
pub(crate) struct Definitions {
    /// Resource and complex types by name.
    pub(crate) structures: BTreeMap<String, Value>,
    /// Search parameters by id.
    pub(crate) parameters: BTreeMap<String, Value>,
    /// Value sets by canonical URL.
    pub(crate) value_sets: BTreeMap<String, Value>,
    /// Code systems by canonical URL.
    pub(crate) code_systems: BTreeMap<String, Value>,
    pub(crate) patient_compartment: Value,
}

impl Definitions {
    pub(crate) fn read(package: &Path) -> anyhow::Result<Self> {
        let mut all = Self {
            structures: BTreeMap::new(),
            parameters: BTreeMap::new(),
            value_sets: BTreeMap::new(),
            code_systems: BTreeMap::new(),
            patient_compartment: Value::Null,
        };
        let mut names: Vec<PathBuf> = std::fs::read_dir(package)?
            .map(|entry| entry.map(|e| e.path()))
            .collect::<Result<_, _>>()?;
        names.sort();
        for path in names {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let wanted = [
                "StructureDefinition-",
                "SearchParameter-",
                "ValueSet-",
                "CodeSystem-",
            ];
            if name == "CompartmentDefinition-patient.json" {
                all.patient_compartment = read_json(&path)?;
            } else if name.ends_with(".json") && wanted.iter().any(|prefix| name.starts_with(prefix)) {
                all.add(read_json(&path)?);
            }
        }
        ensure!(
            all.structures.len() > 180,
            "the package holds {} types only",
            all.structures.len()
        );
        Ok(all)
    }

    fn add(&mut self, resource: Value) {
        let field = |name: &str| resource[name].as_str().unwrap_or_default().to_owned();
        match field("resourceType").as_str() {
            "StructureDefinition" => {
                let kind = field("kind");
                let profile = field("derivation") == "constraint";
                if !profile && (kind == "resource" || kind == "complex-type") {
                    self.structures.insert(field("name"), resource);
                }
            }
            "SearchParameter" => {
                self.parameters.insert(field("id"), resource);
            }
            "ValueSet" => {
                self.value_sets.insert(field("url"), resource);
            }
            "CodeSystem" => {
                self.code_systems.insert(field("url"), resource);
            }
            _ => {}
        }
    }
}

fn read_json(path: &Path) -> anyhow::Result<Value> {
    let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("parsing {}", path.display()))
}
