//! What an actor may see, resource by resource: written apart from the product. It reads each resource's JSON by itself, finds
//! out who has to do with the person by looking at every other resource of theirs (`situation.rs`), and asks the policies of each
//! resource and of each label on it (`policies.rs`). Of apps it reads the scopes (`scopes.rs`).

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde_json::Value;

use super::askers::Asker;
use super::masked;
use super::people::{ACCESS, Item, SEALED_BY};
use super::policies::Questions;
use super::scopes::{ANYWHERE, LAUNCHED, grant};
use super::situation::{self, Situation};
use super::world::World;

pub(super) const CARE: &str = "direct-care";
pub(super) const FINDING: &str = "risk-stratification";
pub(super) const RUNNING: &str = "service-management";

/// What an actor may see.
pub(super) struct Allowed {
    /// By type and id: the resource as the actor sees it; a deleted one has none.
    pub(super) seen: HashMap<(String, String), Option<Value>>,
    /// Of what is seen, by type and id: which of its versions are, the oldest first.
    versions: HashMap<(String, String), Vec<bool>>,
    /// Whom the actor may know of.
    pub(super) known: BTreeSet<String>,
    /// Of whom the actor may be told that the record is closed to them, and no more: own, family, colleagues and those who refused,
    /// with whom they have to do.
    pub(super) closed: BTreeSet<String>,
    /// What of the kinds of cases this one has.
    pub(super) kinds: BTreeSet<&'static str>,
    hidden: usize,
}

impl Allowed {
    pub(super) fn sees(&self, item: &Item) -> bool {
        self.seen.contains_key(&(item.kind.to_owned(), item.id.clone()))
    }

    pub(super) fn shown(&self, item: &Item) -> Option<&Value> {
        self.seen.get(&(item.kind.to_owned(), item.id.clone()))?.as_ref()
    }

    /// Whether a version is seen, the oldest being 1.
    pub(super) fn sees_version(&self, item: &Item, version: usize) -> bool {
        let versions = self.versions.get(&(item.kind.to_owned(), item.id.clone()));
        versions.is_some_and(|versions| versions[version - 1])
    }

    /// Whether some of the world is seen and some is not.
    pub(super) fn is_mixed(&self) -> bool {
        !self.seen.is_empty() && self.hidden > 0
    }
}

/// System and code of each label, with its name.
static LABELS: LazyLock<Vec<(String, String, String)>> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fhir/data/labels.registry.csv");
    let text = std::fs::read_to_string(path).expect("the labels");
    text.lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[1].to_owned(), fields[2].to_owned(), fields[3].to_owned())
        })
        .collect()
});

/// Kind of each type.
static KINDS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../codes/data/resource_kinds.csv");
    let text = std::fs::read_to_string(path).expect("the kinds");
    let pair = |line: &str| line.split_once(',').map(|(a, b)| (a.to_owned(), b.to_owned()));
    text.lines().skip(1).filter_map(pair).collect()
});

/// What somebody may see of the world for a purpose.
pub(super) fn evaluate(world: &World, asker: &Asker, purpose: &'static str) -> Allowed {
    let mut allowed = Allowed {
        seen: HashMap::new(),
        versions: HashMap::new(),
        known: BTreeSet::new(),
        closed: BTreeSet::new(),
        kinds: BTreeSet::new(),
        hidden: 0,
    };
    if asker.is_limited() {
        allowed.kinds.insert("app");
    }
    for person in &world.people {
        let situation = situation::of(world, asker, purpose, person);
        allowed.kinds.extend(kinds_of(world, &situation, person));
        let questions = Questions::of(asker, &situation);
        let unknown = is_unknown(world, asker, &questions, person);
        for item in world.items.iter().filter(|item| item.home == *person) {
            let shown = if unknown {
                None
            } else {
                shown(world, asker, &questions, item)
            };
            let Some(shown) = shown else {
                allowed.hidden += 1;
                continue;
            };
            if item.kind == "Patient" {
                allowed.known.insert(person.clone());
            }
            let key = (item.kind.to_owned(), item.id.clone());
            allowed
                .versions
                .insert(key.clone(), versions(asker, &questions, item));
            allowed.seen.insert(key, shown);
        }
        let close =
            situation.own || situation.kin || situation.household || situation.colleague || situation.refused;
        if close && !situation.ties.is_empty() {
            allowed.closed.insert(person.clone());
        }
    }
    allowed
}

fn kinds_of(world: &World, situation: &Situation, person: &str) -> impl Iterator<Item = &'static str> {
    [
        ("household", situation.household && !situation.own),
        ("colleague", situation.colleague && !situation.own),
        ("objection", situation.objects),
        ("joined person", world.one_with(person).len() > 1),
    ]
    .into_iter()
    .filter_map(|(kind, is)| is.then_some(kind))
}

/// Whoever may not see a label on a person's own entry does not know of the person.
fn is_unknown(world: &World, asker: &Asker, questions: &Questions, person: &str) -> bool {
    world
        .of(person)
        .filter(|item| item.kind == "Patient")
        .any(|item| {
            let labels = item
                .present()
                .map(|json| labels_of(asker, item, json))
                .unwrap_or_default();
            !labels
                .iter()
                .all(|label| questions.permit("seeLabel", "Label", label))
        })
}

/// A resource as it is shown; a deleted one without its words; none where it is not there for whoever asks.
fn shown(world: &World, asker: &Asker, questions: &Questions, item: &Item) -> Option<Option<Value>> {
    let last = item.versions.iter().rev().flatten().next()?;
    let whole = may_read(asker, questions, item, last);
    let identity = item.kind == "Patient" && !questions.reads("identity") && questions.may("identify");
    if !(whole || identity) || !grant(asker, levels(world, asker, item), item.kind, "rs") {
        return None;
    }
    let mut shown = item.present().cloned();
    if identity {
        shown = shown.map(|json| masked::identity(&json));
    }
    if !questions.may("seePlace") {
        shown = shown.map(|json| masked::without_places(&json));
    }
    Some(shown)
}

/// Which versions of something that is seen are: each by the labels that it bore itself, and a deletion with what it ended; to whoever sees
/// no history the present one alone.
fn versions(asker: &Asker, questions: &Questions, item: &Item) -> Vec<bool> {
    let mut seen: Vec<bool> = Vec::new();
    for version in &item.versions {
        let before = seen.last().copied().unwrap_or(true);
        let own = |json: &Value| {
            let labels = labels_borne(asker, item, json, true);
            labels
                .iter()
                .all(|label| questions.permit("seeLabel", "Label", label))
        };
        seen.push(version.as_ref().map_or(before, own));
    }
    if !questions.may("seeHistory") {
        seen.fill(false);
    }
    // The last is the one by which it is seen at all.
    if let Some(last) = seen.last_mut() {
        *last = true;
    }
    seen
}

/// The levels at which scopes count in the record of a resource.
fn levels(world: &World, asker: &Asker, item: &Item) -> &'static [&'static str] {
    let launched = asker.actor.standing.launched_for.as_deref();
    match launched.is_some_and(|person| world.one_with(&item.home).contains(&person)) {
        true => LAUNCHED,
        false => ANYWHERE,
    }
}

/// Whether the policies permit to read the audit of somebody; whoever looks at it runs the service.
pub(super) fn may_read_audit(world: &World, asker: &Asker, person: &str) -> bool {
    let situation = situation::of(world, asker, RUNNING, person);
    let questions = Questions::of(asker, &situation);
    questions.reads("audit") && !is_unknown(world, asker, &questions, person)
}

/// Whether a resource may be written into its person's record, in this way of `cruds`. Everything here was written by somebody else than
/// whoever asks.
pub(super) fn may_write(world: &World, asker: &Asker, item: &Item, letter: &str) -> bool {
    let kind = KINDS.get(item.kind).expect("a kind");
    let questions = Questions::of(asker, &situation::of(world, asker, CARE, &item.home));
    let others = letter == "c" || questions.may("changeOthers");
    others
        && questions.permit("write", "Kind", kind)
        && grant(asker, levels(world, asker, item), item.kind, letter)
}

/// Whether somebody may do this with the people of a scope (`team:AAA01`): apps and systems that were granted scopes may not.
pub(super) fn may_of_population(asker: &Asker, action: &str, scope: &str, purpose: &'static str) -> bool {
    let (level, code) = scope.split_once(':').expect("a level and a code");
    let own = asker.actor.organisation.as_deref() == Some(code);
    let ties: &[&'static str] = match (own, level) {
        (true, "team") => &["caseload"],
        (true, "practice") => &["practice"],
        _ => &[],
    };
    let questions = Questions::of(asker, &Situation::to_population(purpose, ties));
    !asker.is_limited() && questions.permit(action, "Population", level)
}

fn may_read(asker: &Asker, questions: &Questions, item: &Item, json: &Value) -> bool {
    let kind = KINDS.get(item.kind).expect("a kind");
    questions.reads(kind)
        && labels_of(asker, item, json)
            .iter()
            .all(|label| questions.permit("seeLabel", "Label", label))
}

/// The labels that count for this actor: what their own organisation sealed is open to them while it is there, and on a Patient
/// a restriction is about places.
fn labels_of(asker: &Asker, item: &Item, json: &Value) -> Vec<String> {
    labels_borne(asker, item, json, item.present().is_some())
}

/// What a clinician found of whether the person can decide, which is a Consent by its category.
fn is_of_capacity(item: &Item, json: &Value) -> bool {
    let categories = json["category"].as_array().into_iter().flatten();
    let mut codings = categories.flat_map(|one| one["coding"].as_array().into_iter().flatten());
    item.kind == "Consent"
        && codings.any(|coding| {
            coding["system"] == ACCESS
                && ["competent", "lacks-capacity"]
                    .iter()
                    .any(|code| coding["code"] == *code)
        })
}

/// The same of one version; `opens` says whether the actor's own organisation opens what it sealed.
fn labels_borne(asker: &Asker, item: &Item, json: &Value, opens: bool) -> Vec<String> {
    let list = |path: &str| {
        json.pointer(path)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let own = opens
        && list("/meta/tag").iter().any(|tag| {
            tag["system"] == SEALED_BY && asker.actor.organisation.as_deref() == tag["code"].as_str()
        });
    list("/meta/security")
        .iter()
        .filter_map(|coding| {
            let known = LABELS.iter().find(|(system, code, _)| {
                coding["system"] == system.as_str() && coding["code"] == code.as_str()
            })?;
            Some(known.2.clone())
        })
        .filter(|label| item.kind != "Patient" || !label.ends_with("restricted"))
        .filter(|label| !(own && ["sealed", "locked"].contains(&label.as_str())))
        .chain(is_of_capacity(item, json).then(|| "capacity".to_owned()))
        .collect()
}
