//! The judge of one actor for one purpose: facts become a situation, a situation is put to the policies once, and what they say
//! is a lens.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use ::record::access::mutants::is_removed;
use ::record::access::{Facts, Judge, Party, Tie, TieKind};
use ::record::clock::{CareClock, SystemClock};
use ::record::{Lens, Types, Writes};
use care::access::scope::{Interaction, Level, Scopes};
use care::access::{ProxyScope, Situation, Whose, children};
use cedar_policy::{Context, EntityUid};
use fhir::{Label, ResourceType};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::access::answers::{Answers, SeenAs};
use crate::access::colleagues::Colleagues;
use crate::access::rules::{Attribute, Rules, context, uid};
use crate::{Actor, Purpose};

/// Lenses kept; a full memory is emptied.
const MOST: usize = 4096;

/// A kind of resource, as policies name it, with its types.
struct Kind {
    uid: EntityUid,
    types: Types,
}

static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(|| {
    let mut types: HashMap<&str, Types> = HashMap::new();
    for (name, kind) in codes::access::kinds() {
        if let Some(resource_type) = ResourceType::from_name(name) {
            types.entry(kind).or_default().insert(resource_type);
        }
    }
    types
        .into_iter()
        .filter_map(|(kind, types)| {
            Some(Kind {
                uid: uid("Sarsen::Kind", kind)?,
                types,
            })
        })
        .collect()
});

static LABELS: LazyLock<Vec<(EntityUid, u64)>> = LazyLock::new(|| {
    Label::all()
        .iter()
        .filter_map(|label| Some((uid("Sarsen::Label", label.name)?, label.bit())))
        .collect()
});

/// Types that scopes open.
#[derive(Debug, Clone, Copy, Default)]
struct Granted {
    read: Types,
    write: Writes,
}

impl Granted {
    /// What scopes open, with those for the person of the launch or without.
    fn of(scopes: &Scopes, launched: bool) -> Granted {
        let levels: &[Level] = if launched {
            &[Level::Patient, Level::User, Level::System]
        } else {
            &[Level::User, Level::System]
        };
        let mut granted = Granted::default();
        for kind in ResourceType::all() {
            let permits = |interaction| {
                let mut levels = levels.iter();
                levels.any(|level| scopes.permits_at(*level, kind.name(), interaction))
            };
            if permits(Interaction::Read) || permits(Interaction::Search) {
                granted.read.insert(kind);
            }
            let ways = [
                (Interaction::Create, &mut granted.write.create),
                (Interaction::Update, &mut granted.write.update),
                (Interaction::Delete, &mut granted.write.delete),
            ];
            for (interaction, types) in ways {
                if permits(interaction) {
                    types.insert(kind);
                }
            }
        }
        granted
    }
}

/// Now, by both clocks.
#[derive(Clone, Copy)]
struct Moment {
    care: Timestamp,
    /// By the clock that nobody can set.
    system: Timestamp,
}

impl Moment {
    /// Whether a tie holds.
    fn holds(self, tie: &Tie) -> bool {
        tie.from.is_none_or(|from| from <= self.of(tie)) && self.will_hold(tie)
    }

    /// Whether a tie holds, or is to begin.
    fn will_hold(self, tie: &Tie) -> bool {
        tie.until.is_none_or(|until| self.of(tie) <= until)
    }

    /// Now for a tie. What somebody opened for a time goes by the clock that nobody can set.
    fn of(self, tie: &Tie) -> i64 {
        match tie.kind {
            TieKind::BreakGlass | TieKind::Claimed => self.system,
            _ => self.care,
        }
        .as_millisecond()
    }

    /// Whether it lies in one of these stretches of time.
    fn lies_in(self, stretches: &[(Option<i64>, i64)]) -> bool {
        let now = self.care.as_millisecond();
        let mut stretches = stretches.iter();
        stretches.any(|(from, until)| from.is_none_or(|from| from <= now) && now <= *until)
    }
}

/// The judge of one actor for one purpose under one set of policies.
pub(crate) struct ActorJudge {
    actor: Actor,
    purpose: Purpose,
    rules: Arc<Rules>,
    care_clock: CareClock,
    system_clock: Arc<dyn SystemClock>,
    /// What the policies said to those who are to them what the actor is.
    answers: Arc<Answers>,
    parties: HashSet<Party>,
    seals: Arc<[String]>,
    colleagues: Arc<Colleagues>,
    /// What was granted, where something was: in every record, and in that of the person of the launch.
    granted: Option<[Granted; 2]>,
    lenses: Mutex<HashMap<(Situation, bool), Arc<Lens>>>,
}

impl ActorJudge {
    pub(crate) fn new(
        actor: &Actor,
        purpose: Purpose,
        rules: Arc<Rules>,
        care_clock: CareClock,
        system_clock: Arc<dyn SystemClock>,
        colleagues: Arc<Colleagues>,
    ) -> ActorJudge {
        let seen = SeenAs::of(actor, purpose);
        ActorJudge {
            answers: rules.answers(&seen),
            parties: parties(actor),
            seals: actor.organisation.iter().cloned().collect(),
            granted: actor.standing.scopes.as_deref().map(|scopes| {
                let scopes = Scopes::parse(scopes);
                [Granted::of(&scopes, false), Granted::of(&scopes, true)]
            }),
            actor: actor.clone(),
            purpose,
            rules,
            care_clock,
            system_clock,
            colleagues,
            lenses: Mutex::default(),
        }
    }

    /// Whether the policies permit something about the record as a whole.
    pub(crate) fn may(&self, action: &str, situation: &Situation) -> bool {
        self.may_of(action, uid("Sarsen::Record", "record"), situation)
    }

    /// Whether the policies permit a question to the people of a level (`team`, `practice`, `network`, `region`), to which the
    /// actor stands in these ways.
    pub(crate) fn may_ask(&self, action: &str, level: &str, ties: &[&'static str]) -> bool {
        let situation = Situation {
            ties: ties.iter().copied().collect(),
            ..Situation::default()
        };
        // What was granted to an app or a system names types of resources, and no population.
        self.granted.is_none() && self.may_of(action, uid("Sarsen::Population", level), &situation)
    }

    fn may_of(&self, action: &str, resource: Option<EntityUid>, situation: &Situation) -> bool {
        let context = situation_for(self.purpose, situation);
        let (Some(who), Some(resource), Some(context)) = (&self.answers.principal, resource, context) else {
            return false;
        };
        self.rules.permit(who, action, resource, &context)
    }

    /// How the actor stands to the person of whom these are the facts, now.
    pub(crate) fn situation(&self, facts: &Facts) -> Situation {
        let whose = match facts.whose {
            ::record::access::Whose::Nobody => return Situation::default(),
            ::record::access::Whose::Unit(_) => Whose::Directory,
            ::record::access::Whose::Person => Whose::Person,
        };
        let standing = &self.actor.standing;
        let mut situation = Situation {
            whose,
            own: standing
                .own_record
                .as_ref()
                .is_some_and(|own| facts.people.contains(own)),
            kin: facts.numbers.iter().any(|number| standing.kin.contains(number)),
            household: facts.homes.iter().any(|home| standing.homes.contains(home))
                && !is_removed("household"),
            colleague: self
                .actor
                .organisation
                .as_ref()
                .is_some_and(|organisation| self.colleagues.any_at(&facts.people, organisation))
                && !is_removed("colleague"),
            objects_to_stratification: facts.objects_to_stratification && !is_removed("objection"),
            competent: facts.competent,
            restricted: facts.restricted,
            dead: facts.dead,
            ..Situation::default()
        };
        if whose == Whose::Directory {
            return situation;
        }
        let now = self.moment();
        let born = facts.born.map(|(_, last)| at(last));
        situation.age = born.and_then(|born| age(born, london(now.care)));
        // Of most kinds one tie says as much as twenty: what was found once is not looked for again.
        let mut found = 0u32;
        for tie in &facts.ties {
            let kind = 1 << tie.kind as u32;
            if found & kind == 0 && now.holds(tie) && self.parties.contains(&tie.party) {
                if tie.kind != TieKind::Attorney || now.lies_in(&facts.lacks_capacity) {
                    take(tie, born, &mut situation);
                }
                if tie.kind.is_plain() {
                    found |= kind;
                }
            }
        }
        situation
    }

    fn moment(&self) -> Moment {
        Moment {
            care: self.care_clock.now(),
            system: self.system_clock.now(),
        }
    }

    /// What the policies say of a situation. They are asked once for each that occurs to whoever is the same to them.
    pub(crate) fn ask(&self, situation: &Situation) -> Lens {
        let mut lens = self.answers.lens(situation, || self.put(situation));
        lens.opens_seals_of = Arc::clone(&self.seals);
        lens
    }

    /// Puts a situation to the policies.
    fn put(&self, situation: &Situation) -> Lens {
        let context = situation_for(self.purpose, situation);
        let (Some(who), Some(context)) = (&self.answers.principal, context) else {
            return Lens::default();
        };
        let mut lens = Lens::default();
        for kind in KINDS.iter() {
            if self.rules.permit(who, "read", kind.uid.clone(), &context) {
                lens.read = lens.read.or(kind.types);
            }
            if self.rules.permit(who, "write", kind.uid.clone(), &context) {
                lens.write = lens.write.or(kind.types);
            }
        }
        let all = LABELS.iter().fold(0, |bits, (_, bit)| bits | bit);
        // Nothing labelled is shown where nothing is shown.
        lens.hidden_labels = all;
        if !lens.read.is_empty() {
            for (label, bit) in LABELS.iter() {
                if self.rules.permit(who, "seeLabel", label.clone(), &context) {
                    lens.hidden_labels &= !bit;
                }
            }
        }
        if situation.whose == Whose::Person {
            if !lens.knows_person() && self.may("identify", situation) {
                lens.read.extend(ResourceType::from_name("Patient"));
                lens.mask.all_but_identity = true;
            }
            lens.mask.place = !self.may("seePlace", situation);
        }
        lens.present_only = !self.may("seeHistory", situation);
        lens
    }
}

impl Judge for ActorJudge {
    fn lens(&self, facts: &Facts) -> Arc<Lens> {
        let lens = self.lens_of(self.situation(facts), self.is_of_the_launch(facts));
        // Whoever may not see the person's own entry does not know of the person.
        if facts.labels & lens.hidden_labels != 0 {
            return Arc::default();
        }
        lens
    }

    fn chooses_ids(&self) -> bool {
        self.answers.chooses_ids
    }

    fn keeps_access(&self) -> bool {
        self.answers.keeps_access
    }

    fn changes_others(&self) -> bool {
        self.answers.changes_others
    }

    fn would_stay(&self, facts: &Facts, made: &[Tie]) -> bool {
        let now = self.moment();
        let theirs = |tie: &&Tie| tie.kind.is_of_staff() && self.parties.contains(&tie.party);
        let mut standing = facts
            .ties
            .iter()
            .filter(theirs)
            .filter(|tie| now.holds(tie))
            .peekable();
        // Whoever has none writes as something else, such as the person themself; a feed brings what happened, whatever else is.
        !self.answers.chooses_ids
            && standing.peek().is_some()
            && standing.all(|tie| tie.kind.is_passing())
            && made.iter().filter(theirs).any(|tie| now.will_hold(tie))
    }

    fn hears_of_destruction(&self) -> bool {
        self.answers.hears_of_destruction
    }

    fn fingerprint(&self) -> [u8; 32] {
        let standing = &self.actor.standing;
        let words = format!(
            "{:?} {} {:?} {:?}",
            self.purpose.number(),
            self.rules.version(),
            standing.activities,
            (
                &standing.job_role,
                &standing.scopes,
                &standing.launched_for,
                &standing.own_record,
                standing.house
            )
        );
        Sha256::digest(words.as_bytes()).into()
    }
}

/// Takes a tie that is the actor's, and holds, into the situation.
fn take(tie: &Tie, born: Option<Date>, situation: &mut Situation) {
    // How old the person was when it was given.
    let given = || {
        let from = Timestamp::from_millisecond(tie.from?).ok()?;
        age(born?, london(from))
    };
    match tie.kind {
        TieKind::Related => situation.kin = true,
        TieKind::Refused => situation.refused = true,
        TieKind::Proxy if !children::proxy_stands(situation.age, given()) => {}
        TieKind::Proxy | TieKind::Attorney => {
            let scopes = tie.scopes.iter().filter_map(|code| ProxyScope::from_code(code));
            situation.proxy.extend(scopes);
        }
        TieKind::Parent => {
            let stands = situation
                .age
                .is_some_and(|age| children::parent_stands(age, given()));
            situation.parent |= stands;
        }
        TieKind::Practice
        | TieKind::CareTeam
        | TieKind::Caseload
        | TieKind::Admission
        | TieKind::Contact
        | TieKind::Referral
        | TieKind::Task
        | TieKind::HubCase
        | TieKind::Claimed
        | TieKind::BreakGlass => {
            situation.ties.insert(tie.kind.name());
        }
    }
}

/// A situation as policies see it.
pub(crate) fn situation_for(purpose: Purpose, situation: &Situation) -> Option<Context> {
    context(vec![
        ("purpose", Attribute::Text(purpose.code().to_owned())),
        ("whose", Attribute::Text(situation.whose.name().to_owned())),
        ("own", Attribute::Is(situation.own)),
        ("kin", Attribute::Is(situation.kin)),
        ("household", Attribute::Is(situation.household)),
        ("colleague", Attribute::Is(situation.colleague)),
        (
            "ties",
            Attribute::Set(situation.ties.iter().map(|tie| (*tie).to_owned()).collect()),
        ),
        ("involved", Attribute::Is(situation.is_involved())),
        (
            "proxy",
            Attribute::Set(
                situation
                    .proxy
                    .iter()
                    .map(|scope| scope.code().to_owned())
                    .collect(),
            ),
        ),
        ("parent", Attribute::Is(situation.parent)),
        ("competent", Attribute::Is(situation.competent)),
        ("refused", Attribute::Is(situation.refused)),
        (
            "objectsToStratification",
            Attribute::Is(situation.objects_to_stratification),
        ),
        ("restricted", Attribute::Is(situation.restricted)),
        ("dead", Attribute::Is(situation.dead)),
        ("age", Attribute::Number(situation.age.map_or(-1, i64::from))),
    ])
}

/// Everybody that a record may call the actor.
fn parties(actor: &Actor) -> HashSet<Party> {
    let identified = |system: &str, value: &str| Party::Identified {
        system: system.to_owned(),
        value: value.to_owned(),
    };
    let standing = &actor.standing;
    let mut parties: HashSet<Party> = standing.parties.iter().cloned().map(Party::Resource).collect();
    parties.insert(identified(codes::access::ACTOR, &actor.id));
    if let Some(organisation) = &actor.organisation {
        parties.insert(identified(codes::system::ODS_ORGANISATION, organisation));
    }
    if let (Some(own), Some(resource_type)) = (&standing.own_record, ResourceType::from_name("Patient")) {
        parties.insert(Party::Resource(fhir::LocalReference {
            resource_type,
            id: own.clone(),
        }));
    }
    parties
}

fn at(millisecond: i64) -> Date {
    london(Timestamp::from_millisecond(millisecond).unwrap_or(Timestamp::UNIX_EPOCH))
}

fn london(moment: Timestamp) -> Date {
    static LONDON: LazyLock<TimeZone> =
        LazyLock::new(|| TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC));
    LONDON.to_datetime(moment).date()
}

/// Whole years, 18 for everyone older; nothing before the birth.
fn age(born: Date, today: Date) -> Option<u8> {
    let mut years = i32::from(today.year()) - i32::from(born.year());
    if (today.month(), today.day()) < (born.month(), born.day()) {
        years -= 1;
    }
    u8::try_from(years).ok().map(|years| years.min(18))
}

/// For whoever explains what is seen and why.
impl ActorJudge {
    /// The lens of a situation, asked of the policies when it occurs for the first time.
    fn lens_of(&self, situation: Situation, launched: bool) -> Arc<Lens> {
        let mut lenses = self.lenses.lock().unwrap_or_else(PoisonError::into_inner);
        let situation = (situation, launched);
        if is_removed("scopes") {
            return Arc::new(self.ask(&situation.0));
        }
        if let Some(lens) = lenses.get(&situation) {
            return Arc::clone(lens);
        }
        let mut lens = self.ask(&situation.0);
        if let Some(granted) = &self.granted {
            let granted = granted[usize::from(launched)];
            lens.read = lens.read.and(granted.read);
            let Writes {
                create,
                update,
                delete,
            } = granted.write;
            lens.write = lens.write.and(create.or(update).or(delete));
            lens.granted = Some(granted.write);
        }
        let lens = Arc::new(lens);
        if lenses.len() >= MOST {
            lenses.clear();
        }
        lenses.insert(situation, Arc::clone(&lens));
        lens
    }

    /// Whether scopes for the person of the launch count here: in that person's record, and in the directory.
    fn is_of_the_launch(&self, facts: &Facts) -> bool {
        match facts.whose {
            ::record::access::Whose::Unit(_) => true,
            _ => {
                let launched = self.actor.standing.launched_for.as_ref();
                launched.is_some_and(|patient| facts.people.contains(patient))
            }
        }
    }

    /// Whether a tie is the actor's, and holds now.
    pub(crate) fn counts(&self, tie: &Tie) -> bool {
        self.moment().holds(tie) && self.parties.contains(&tie.party)
    }

    /// Whether the actor may know of the person.
    pub(crate) fn knows(&self, facts: &Facts) -> bool {
        self.lens(facts).knows_person()
    }

    pub(crate) fn rules_version(&self) -> u64 {
        self.rules.version()
    }
}

#[cfg(test)]
mod tests {
    use ::record::clock::Wall;

    use super::*;
    use crate::{Role, Standing};

    #[test]
    fn whoever_may_delete_in_the_record_of_the_launch_may_not_therefore_in_another() {
        let system: Arc<dyn SystemClock> = Arc::new(Wall);
        let actor = Actor::new("app", Role::Development, None).with_standing(Standing {
            scopes: Some("patient/Observation.cruds user/Observation.c user/Observation.rs".to_owned()),
            launched_for: Some("ada".to_owned()),
            ..Standing::default()
        });
        let judge = ActorJudge::new(
            &actor,
            Purpose::DirectCare,
            Arc::new(Rules::built_in().expect("the policies hold")),
            CareClock::new(Arc::clone(&system)),
            system,
            Arc::default(),
        );
        let observation = ResourceType::from_name("Observation").expect("a type");
        let of = |person: &str| {
            let lens = judge.lens(&Facts {
                whose: ::record::access::Whose::Person,
                people: vec![person.to_owned()],
                ..Facts::default()
            });
            assert!(lens.write.contains(observation) && lens.read.contains(observation));
            let granted = lens.granted.expect("something was granted");
            [granted.create, granted.update, granted.delete].map(|types| types.contains(observation))
        };
        assert_eq!(of("ada"), [true, true, true]);
        assert_eq!(of("grace"), [true, false, false]);
    }
}
