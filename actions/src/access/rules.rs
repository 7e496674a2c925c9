//! The policies in force: read, checked against their schema, and asked.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use care::access::Situation;
use cedar_policy::{
    ActionConstraint, Authorizer, Context, Decision, Effect, Entities, Entity, EntityId, EntityTypeName,
    EntityUid, PolicyId, PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};

use crate::access::answers::{Answers, Remembered, SeenAs};
use crate::access::judge::situation_for;

/// The policies that are built in: the folder `policies/` as it was when the program was made.
pub(crate) const BUILT_IN: [(&str, &str); 9] = [
    ("house.cedar", include_str!("../../../policies/house.cedar")),
    ("staff.cedar", include_str!("../../../policies/staff.cedar")),
    ("hub.cedar", include_str!("../../../policies/hub.cedar")),
    ("privacy.cedar", include_str!("../../../policies/privacy.cedar")),
    ("citizen.cedar", include_str!("../../../policies/citizen.cedar")),
    ("systems.cedar", include_str!("../../../policies/systems.cedar")),
    (
        "population.cedar",
        include_str!("../../../policies/population.cedar"),
    ),
    ("labels.cedar", include_str!("../../../policies/labels.cedar")),
    ("limits.cedar", include_str!("../../../policies/limits.cedar")),
];

const SCHEMA: &str = include_str!("../../../policies/sarsen.cedarschema");

/// A set of policies that holds.
#[derive(Debug)]
pub struct Rules {
    policies: PolicySet,
    /// The policies that can have to do with an action, by its name: the others need not be asked.
    by_action: HashMap<String, PolicySet>,
    version: u64,
    authorizer: Authorizer,
    remembered: Remembered,
}

/// Who asks, as the policies see them.
#[derive(Debug)]
pub(crate) struct Principal {
    uid: EntityUid,
    entities: Entities,
}

/// An attribute of a principal or of a situation.
#[derive(Debug, Clone)]
pub(crate) enum Attribute {
    Text(String),
    Set(Vec<String>),
    Number(i64),
    Is(bool),
}

impl From<Attribute> for RestrictedExpression {
    fn from(attribute: Attribute) -> RestrictedExpression {
        match attribute {
            Attribute::Text(text) => RestrictedExpression::new_string(text),
            Attribute::Set(texts) => {
                RestrictedExpression::new_set(texts.into_iter().map(RestrictedExpression::new_string))
            }
            Attribute::Number(number) => RestrictedExpression::new_long(number),
            Attribute::Is(is) => RestrictedExpression::new_bool(is),
        }
    }
}

impl Rules {
    /// The policies that are built in.
    ///
    /// # Errors
    /// Never in a release: a test loads them.
    pub fn built_in() -> Result<Rules, String> {
        Rules::of(BUILT_IN.iter().map(|(name, text)| (*name, *text)))
    }

    /// No policy: nothing is permitted.
    pub(crate) fn none() -> Rules {
        Rules {
            policies: PolicySet::new(),
            by_action: HashMap::new(),
            version: 0,
            authorizer: Authorizer::new(),
            remembered: Remembered::default(),
        }
    }

    /// The policies of a folder: every file that ends in `.cedar`, in the order of their names.
    ///
    /// # Errors
    /// The file and what is wrong with it.
    pub fn read(folder: &Path) -> Result<Rules, String> {
        let listed = std::fs::read_dir(folder).map_err(|error| format!("access.policies: {error}"))?;
        let mut files = Vec::new();
        for entry in listed {
            let path = entry.map_err(|error| format!("access.policies: {error}"))?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned();
            if path.extension().is_some_and(|end| end == "cedar") {
                let text = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
                files.push((name, text));
            }
        }
        if files.is_empty() {
            return Err("access.policies: the folder holds no file that ends in .cedar".to_owned());
        }
        files.sort();
        let rules = Rules::of(files.iter().map(|(name, text)| (name.as_str(), text.as_str())))?;
        // Half a folder, as it stands while it is copied, must not open what the other half forbids.
        if let Some(id) = forbidden(&Rules::built_in()?.policies).find(|id| !rules.forbids(id)) {
            return Err(format!(
                "access.policies: the folder holds no policy @id(\"{id}\") that forbids, so that what it forbids would be allowed: copy \
                 it from the built-in policies, and change its condition if that is meant"
            ));
        }
        Ok(rules)
    }

    fn forbids(&self, id: &str) -> bool {
        let policy = self.policies.policy(&PolicyId::new(id));
        policy.is_some_and(|policy| policy.effect() == Effect::Forbid)
    }

    /// Policies from texts, each with the name of its file.
    ///
    /// # Errors
    /// The file, the policy and what is wrong with it.
    pub fn of<'t>(files: impl Iterator<Item = (&'t str, &'t str)>) -> Result<Rules, String> {
        let (schema, _) =
            Schema::from_cedarschema_str(SCHEMA).map_err(|error| format!("the schema: {error}"))?;
        let mut policies = PolicySet::new();
        let mut digest = DefaultHasher::new();
        for (name, text) in files {
            (name, text).hash(&mut digest);
            let read = PolicySet::from_str(text).map_err(|error| told(name, text, &error))?;
            for policy in read.policies() {
                let Some(id) = policy.annotation("id") else {
                    return Err(format!("{name}: a policy has no @id"));
                };
                let policy = policy.new_id(PolicyId::new(id));
                policies.add(policy).map_err(|error| format!("{name}: {error}"))?;
            }
            if read.templates().next().is_some() {
                return Err(format!("{name}: templates are not used here"));
            }
        }
        let by_action = by_action(&schema, &policies)?;
        let checked = Validator::new(schema).validate(&policies, ValidationMode::Strict);
        if let Some(error) = checked.validation_errors().next() {
            return Err(format!("policy {}: {error}", error.policy_id()));
        }
        Ok(Rules {
            policies,
            by_action,
            version: digest.finish(),
            authorizer: Authorizer::new(),
            remembered: Remembered::default(),
        })
    }

    /// A number that differs when the policies do.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The ids of the policies, in order.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .policies
            .policies()
            .map(|policy| policy.id().to_string())
            .collect();
        ids.sort();
        ids
    }

    /// What these policies said to those who are seen so; what does not depend on a situation is asked at once.
    pub(crate) fn answers(&self, seen: &SeenAs) -> Arc<Answers> {
        self.remembered.of(seen, || {
            let mut answers = Answers::to(seen.principal());
            let context = situation_for(seen.purpose(), &Situation::default());
            let may = |action| {
                let record = uid("Sarsen::Record", "record");
                match (&answers.principal, record, &context) {
                    (Some(who), Some(record), Some(context)) => self.permit(who, action, record, context),
                    _ => false,
                }
            };
            let (chooses, keeps, hears) = (may("chooseIds"), may("keepAccess"), may("hearOfDestruction"));
            answers.chooses_ids = chooses;
            answers.keeps_access = keeps;
            answers.changes_others = may("changeOthers");
            answers.hears_of_destruction = hears;
            answers
        })
    }

    /// Whether the policies permit it; what cannot be decided is not permitted.
    pub(crate) fn permit(
        &self,
        who: &Principal,
        action: &str,
        resource: EntityUid,
        context: &Context,
    ) -> bool {
        // An action that the schema does not know is permitted by nothing.
        let (Some(policies), Some(action)) = (self.by_action.get(action), uid("Sarsen::Action", action))
        else {
            return false;
        };
        let Ok(request) = Request::new(who.uid.clone(), action, resource, context.clone(), None) else {
            return false;
        };
        let answer = self.authorizer.is_authorized(&request, policies, &who.entities);
        // A policy that fails to evaluate may be a forbid: then nothing is certain.
        answer.decision() == Decision::Allow && answer.diagnostics().errors().next().is_none()
    }
}

/// The ids of policies that forbid.
fn forbidden(policies: &PolicySet) -> impl Iterator<Item = String> {
    let forbid = policies
        .policies()
        .filter(|policy| policy.effect() == Effect::Forbid);
    forbid.map(|policy| policy.id().to_string())
}

/// The policies that can have to do with each action of the schema. The schema has no groups of actions, so a policy names
/// its actions one by one, or none and is about all.
fn by_action(schema: &Schema, policies: &PolicySet) -> Result<HashMap<String, PolicySet>, String> {
    let mut all = HashMap::new();
    for action in schema.actions() {
        let mut set = PolicySet::new();
        for policy in policies.policies() {
            let concerned = match policy.action_constraint() {
                ActionConstraint::Any => true,
                ActionConstraint::Eq(one) => one == *action,
                ActionConstraint::In(some) => some.contains(action),
            };
            if concerned {
                let added = set.add(policy.clone());
                added.map_err(|error| format!("policy {}: {error}", policy.id()))?;
            }
        }
        all.insert(action.id().unescaped().to_owned(), set);
    }
    Ok(all)
}

/// The words of an error with the line where it stands.
fn told(name: &str, text: &str, error: &cedar_policy::ParseErrors) -> String {
    use miette::Diagnostic;
    let line = error
        .iter()
        .next()
        .and_then(|first| first.labels()?.next())
        .map(|label| {
            1 + text
                .bytes()
                .take(label.offset())
                .filter(|byte| *byte == b'\n')
                .count()
        });
    match line {
        Some(line) => format!("{name}:{line}: {error}"),
        None => format!("{name}: {error}"),
    }
}

/// An entity's name.
pub(crate) fn uid(kind: &str, id: &str) -> Option<EntityUid> {
    let kind = EntityTypeName::from_str(kind).ok()?;
    Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

/// An actor as the policies see them.
pub(crate) fn principal(attributes: Vec<(&str, Attribute)>) -> Option<Principal> {
    let uid = uid("Sarsen::Actor", "actor")?;
    let attributes: HashMap<String, RestrictedExpression> = attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let actor = Entity::new(uid.clone(), attributes, HashSet::new()).ok()?;
    let entities = Entities::from_entities([actor], None).ok()?;
    Some(Principal { uid, entities })
}

/// A situation as the policies see it.
pub(crate) fn context(attributes: Vec<(&str, Attribute)>) -> Option<Context> {
    let pairs = attributes
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()));
    Context::from_pairs(pairs).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policies_hold_and_each_has_a_name_of_its_own() {
        let rules = Rules::built_in().expect("they hold");
        assert!(rules.ids().len() > 30, "{:?}", rules.ids());
    }

    #[test]
    fn every_file_of_the_folder_is_built_in() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".cedar"))
            .collect();
        files.sort();
        let mut built_in: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
        built_in.sort_unstable();
        assert_eq!(files, built_in);
    }

    fn refused(text: &str) -> String {
        Rules::of([("mine.cedar", text)].into_iter()).expect_err("refused")
    }

    #[test]
    fn what_does_not_hold_is_refused_with_its_place() {
        let words = refused("@id(\"a\")\npermit (principal, action, resource)\nwhen { context. };");
        assert!(words.starts_with("mine.cedar:3:"), "{words}");
        let words = refused("permit (principal, action, resource);");
        assert!(words.contains("no @id"), "{words}");
        let words =
            refused("@id(\"a\") permit (principal, action, resource) when { context.purpos == \"x\" };");
        assert!(words.contains("policy a") && words.contains("purpos"), "{words}");
        let words = refused("@id(\"a\") permit (principal, action == Sarsen::Action::\"raed\", resource);");
        assert!(words.contains("raed"), "{words}");
    }

    /// A policy left out for an action would be a door left open, or shut: both ways of asking say the same.
    #[test]
    fn the_policies_of_an_action_say_what_all_of_them_say() {
        let rules = Rules::built_in().expect("they hold");
        assert!(rules.by_action.len() > 9, "every action has its policies");
        let whole = Rules {
            by_action: rules
                .by_action
                .keys()
                .map(|action| (action.clone(), rules.policies.clone()))
                .collect(),
            ..Rules::built_in().expect("they hold")
        };
        let mut said = [0usize; 2];
        for role in [
            "clinician",
            "operator",
            "citizen",
            "system",
            "privacy-officer",
            "development",
        ] {
            for (involved, own, refused) in [(true, false, false), (false, true, false), (true, false, true)]
            {
                let who = principal(vec![
                    ("role", Attribute::Text(role.to_owned())),
                    (
                        "activities",
                        Attribute::Set(vec!["B0360".to_owned(), "B1611".to_owned()]),
                    ),
                    ("jobRole", Attribute::Text(String::new())),
                    ("organisation", Attribute::Text(String::new())),
                    ("identity", Attribute::Number(9)),
                    ("authentication", Attribute::Number(2)),
                    ("house", Attribute::Is(false)),
                ])
                .expect("an actor");
                let ties = if involved {
                    ["caseload"].into()
                } else {
                    std::collections::BTreeSet::new()
                };
                let situation = Situation {
                    whose: care::access::Whose::Person,
                    ties,
                    own,
                    refused,
                    ..Situation::default()
                };
                let context = situation_for(crate::Purpose::DirectCare, &situation).expect("a context");
                let resources = [
                    ("Sarsen::Kind", "detail"),
                    ("Sarsen::Kind", "directory"),
                    ("Sarsen::Label", "mental-health"),
                    ("Sarsen::Record", "record"),
                ];
                for (kind, id) in resources {
                    let resource = uid(kind, id).expect("a resource");
                    for action in rules.by_action.keys() {
                        let one = rules.permit(&who, action, resource.clone(), &context);
                        assert_eq!(
                            one,
                            whole.permit(&who, action, resource.clone(), &context),
                            "{role} {action} {id}"
                        );
                        said[usize::from(one)] += 1;
                    }
                }
            }
        }
        assert!(said[0] > 100 && said[1] > 20, "both answers occur: {said:?}");
        let record = uid("Sarsen::Record", "record").expect("a record");
        let who = principal(Vec::new()).expect("an actor");
        let context = context(Vec::new()).expect("a context");
        assert!(!rules.permit(&who, "no-such-action", record, &context));
    }
}
