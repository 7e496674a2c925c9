//! Questions put to the policies, each by itself: with the schema at hand, so that a context that lacks what policies read fails the
//! test rather than leave a policy out.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression as Expression, Schema,
};

use super::askers::Asker;
use super::situation::Situation;

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| {
    let mut text = String::new();
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .expect("the policies")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "cedar"))
        .collect();
    files.sort();
    for file in files {
        text.push_str(&std::fs::read_to_string(file).expect("a policy"));
    }
    PolicySet::from_str(&text).expect("policies")
});

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let text = std::fs::read_to_string(folder().join("sarsen.cedarschema")).expect("the schema");
    Schema::from_cedarschema_str(&text).expect("a schema").0
});

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(
        EntityTypeName::from_str(&format!("Sarsen::{kind}")).expect("a name"),
        EntityId::new(id),
    )
}

fn text(text: &str) -> Expression {
    Expression::new_string(text.to_owned())
}

/// An asker in one situation. What was asked once is not asked again.
pub(super) struct Questions {
    who: EntityUid,
    entities: Entities,
    context: Context,
    answered: RefCell<BTreeMap<[String; 3], bool>>,
}

impl Questions {
    pub(super) fn of(asker: &Asker, situation: &Situation) -> Questions {
        let standing = &asker.actor.standing;
        let attributes = [
            ("role", text(asker.actor.role.code())),
            (
                "activities",
                Expression::new_set(standing.activities.iter().map(|code| text(code))),
            ),
            ("jobRole", text("")),
            (
                "organisation",
                text(asker.actor.organisation.as_deref().unwrap_or("")),
            ),
            (
                "identity",
                Expression::new_long(standing.identity_assurance.into()),
            ),
            (
                "authentication",
                Expression::new_long(standing.authentication_assurance.into()),
            ),
            ("house", Expression::new_bool(false)),
        ];
        let attributes: HashMap<String, Expression> = attributes
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let who = uid("Actor", "somebody");
        let entity = Entity::new(who.clone(), attributes, HashSet::new()).expect("an entity");
        let pairs = attributes_of(situation)
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Questions {
            who,
            entities: Entities::from_entities([entity], None).expect("entities"),
            context: Context::from_pairs(pairs).expect("a context"),
            answered: RefCell::default(),
        }
    }

    /// Whether the policies permit it.
    pub(super) fn permit(&self, action: &str, kind: &str, id: &str) -> bool {
        let question = [action, kind, id].map(str::to_owned);
        if let Some(answer) = self.answered.borrow().get(&question) {
            return *answer;
        }
        let request = Request::new(
            self.who.clone(),
            uid("Action", action),
            uid(kind, id),
            self.context.clone(),
            Some(&*SCHEMA),
        );
        let request = request.expect("the naive context has what the schema has");
        let answer = Authorizer::new().is_authorized(&request, &POLICIES, &self.entities);
        let errors: Vec<String> = answer.diagnostics().errors().map(ToString::to_string).collect();
        assert_eq!(errors, Vec::<String>::new(), "policies that could not be asked");
        let answer = answer.decision() == Decision::Allow;
        self.answered.borrow_mut().insert(question, answer);
        answer
    }

    pub(super) fn reads(&self, kind: &str) -> bool {
        self.permit("read", "Kind", kind)
    }

    /// Something about the record as a whole.
    pub(super) fn may(&self, action: &str) -> bool {
        self.permit(action, "Record", "record")
    }
}

/// A situation as the policies see it; what the schema has and this has not fails every question.
fn attributes_of(situation: &Situation) -> Vec<(&'static str, Expression)> {
    let is = Expression::new_bool;
    vec![
        ("purpose", text(situation.purpose)),
        ("whose", text(situation.whose)),
        ("own", is(situation.own)),
        ("kin", is(situation.kin)),
        ("household", is(situation.household)),
        ("colleague", is(situation.colleague)),
        ("involved", is(!situation.ties.is_empty())),
        (
            "ties",
            Expression::new_set(situation.ties.iter().map(|tie| text(tie))),
        ),
        (
            "proxy",
            Expression::new_set(situation.proxy.iter().map(|scope| text(scope))),
        ),
        ("parent", is(situation.parent)),
        ("competent", is(situation.competent)),
        ("refused", is(situation.refused)),
        ("objectsToStratification", is(situation.objects)),
        ("restricted", is(situation.restricted)),
        ("dead", is(situation.dead)),
        ("age", Expression::new_long(situation.age)),
    ]
}
