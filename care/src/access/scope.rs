//! What a system or app was granted, as SMART scopes: for which types of resource, to do what.
//!
//! Source: SMART App Launch 2.2, "Scopes for requesting FHIR Resources" (`patient/Observation.rs`), and the forms of version 1
//! (`.read`, `.write`, `.*`) with the meaning that version 2 gives them. A scope narrowed by a query
//! (`patient/Observation.rs?category=…`) permits nothing here: read as if it were wide it would give too much.

use std::fmt;

/// What may be done with resources of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Interaction {
    /// Make one.
    Create,
    /// Read one, and its versions.
    Read,
    /// Change one.
    Update,
    /// Delete one.
    Delete,
    /// Search for them.
    Search,
}

impl Interaction {
    /// Every interaction, in the order of the letters `cruds`.
    pub const ALL: [Interaction; 5] = [
        Interaction::Create,
        Interaction::Read,
        Interaction::Update,
        Interaction::Delete,
        Interaction::Search,
    ];

    /// What it is called.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Interaction::Create => "create",
            Interaction::Read => "read",
            Interaction::Update => "update",
            Interaction::Delete => "delete",
            Interaction::Search => "search",
        }
    }

    fn letter(self) -> char {
        match self {
            Interaction::Create => 'c',
            Interaction::Read => 'r',
            Interaction::Update => 'u',
            Interaction::Delete => 'd',
            Interaction::Search => 's',
        }
    }

    fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// Some of the five interactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Interactions(u8);

impl Interactions {
    /// Whether this one is among them.
    #[must_use]
    pub fn contains(self, one: Interaction) -> bool {
        self.0 & one.bit() != 0
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Interactions) -> Interactions {
        Interactions(self.0 & other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Reads the part after the dot. Letters stand in the order of `cruds`, each once.
    fn parse(text: &str) -> Option<Interactions> {
        match text {
            "read" => return Interactions::parse("rs"),
            "write" => return Interactions::parse("cud"),
            "*" => return Interactions::parse("cruds"),
            _ => {}
        }
        let mut found = Interactions::default();
        let mut left = Interaction::ALL.iter();
        for letter in text.chars() {
            let one = left.find(|one| one.letter() == letter)?;
            found.0 |= one.bit();
        }
        (!found.is_empty()).then_some(found)
    }
}

impl fmt::Display for Interactions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Interaction::ALL
            .iter()
            .filter(|one| self.contains(**one))
            .try_for_each(|one| write!(f, "{}", one.letter()))
    }
}

/// In whose name something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// For the one person of the launch.
    Patient,
    /// For everything that the signed-in person may see.
    User,
    /// For the system itself, with nobody signed in.
    System,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Patient => "patient",
            Level::User => "user",
            Level::System => "system",
        }
    }
}

/// One scope for resources.
///
/// ```
/// use care::access::scope::{Interaction, Level, Scope};
/// let scope = Scope::parse("patient/Observation.rs").unwrap();
/// assert_eq!(scope.level, Level::Patient);
/// assert!(scope.permits("Observation", Interaction::Search));
/// assert!(!scope.permits("Observation", Interaction::Create));
/// assert!(!scope.permits("Condition", Interaction::Read));
/// assert_eq!(Scope::parse("user/*.read").unwrap().to_string(), "user/*.rs");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// In whose name.
    pub level: Level,
    /// For which type; none: for every type.
    pub resource_type: Option<String>,
    /// To do what.
    pub interactions: Interactions,
}

impl Scope {
    /// Reads one scope; nothing when it is no scope for resources, or one narrowed by a query.
    #[must_use]
    pub fn parse(text: &str) -> Option<Scope> {
        let (level, rest) = text.split_once('/')?;
        let level = [Level::Patient, Level::User, Level::System]
            .into_iter()
            .find(|one| one.word() == level)?;
        let (resource_type, interactions) = rest.split_once('.')?;
        let resource_type = match resource_type {
            "*" => None,
            name => {
                let letters = name.bytes().all(|letter| letter.is_ascii_alphabetic());
                let named = letters && name.starts_with(|first: char| first.is_ascii_uppercase());
                Some(named.then(|| name.to_owned())?)
            }
        };
        Some(Scope {
            level,
            resource_type,
            interactions: Interactions::parse(interactions)?,
        })
    }

    /// Whether this scope permits it.
    #[must_use]
    pub fn permits(&self, resource_type: &str, interaction: Interaction) -> bool {
        let typed = self
            .resource_type
            .as_deref()
            .is_none_or(|name| name == resource_type);
        typed && self.interactions.contains(interaction)
    }

    /// What both permit, if anything.
    #[must_use]
    pub fn and(&self, other: &Scope) -> Option<Scope> {
        let resource_type = match (&self.resource_type, &other.resource_type) {
            (Some(one), Some(other)) if one != other => return None,
            (Some(one), _) | (None, Some(one)) => Some(one.clone()),
            (None, None) => None,
        };
        let interactions = self.interactions.and(other.interactions);
        (self.level == other.level && !interactions.is_empty()).then_some(Scope {
            level: self.level,
            resource_type,
            interactions,
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resource_type = self.resource_type.as_deref().unwrap_or("*");
        write!(f, "{}/{resource_type}.{}", self.level.word(), self.interactions)
    }
}

/// Everything that was granted at once.
///
/// ```
/// use care::access::scope::{Interaction, Scopes};
/// let scopes = Scopes::parse("launch/patient openid patient/*.rs user/Task.cruds");
/// assert!(scopes.permits("Condition", Interaction::Read));
/// assert!(scopes.permits("Task", Interaction::Delete));
/// assert!(!scopes.permits("Condition", Interaction::Update));
/// assert!(scopes.has("openid") && !scopes.has("fhirUser"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes {
    resources: Vec<Scope>,
    others: Vec<String>,
}

impl Scopes {
    /// Reads words between spaces. What is no scope for resources is kept as a word, and permits nothing.
    #[must_use]
    pub fn parse(text: &str) -> Scopes {
        let mut scopes = Scopes::default();
        for word in text.split_ascii_whitespace() {
            match Scope::parse(word) {
                Some(scope) if !scopes.resources.contains(&scope) => scopes.resources.push(scope),
                Some(_) => {}
                None if !scopes.has(word) => scopes.others.push(word.to_owned()),
                None => {}
            }
        }
        scopes
    }

    /// Whether one of them permits it, at any level.
    #[must_use]
    pub fn permits(&self, resource_type: &str, interaction: Interaction) -> bool {
        self.resources
            .iter()
            .any(|scope| scope.permits(resource_type, interaction))
    }

    /// Whether one of this level permits it. Who was granted `patient/` alone sees the person of the launch and nobody else.
    #[must_use]
    pub fn permits_at(&self, level: Level, resource_type: &str, interaction: Interaction) -> bool {
        let mut resources = self.resources.iter();
        resources.any(|scope| scope.level == level && scope.permits(resource_type, interaction))
    }

    /// Those for resources.
    #[must_use]
    pub fn resources(&self) -> &[Scope] {
        &self.resources
    }

    /// Whether this word (`openid`, `launch/patient`, `offline_access`) is among them.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.others.iter().any(|one| one == word)
    }

    /// What of these is within `allowed`: each scope as far as one of those reaches, each word that stands there.
    #[must_use]
    pub fn within(&self, allowed: &Scopes) -> Scopes {
        let mut granted = Scopes::default();
        for asked in &self.resources {
            for scope in allowed.resources.iter().filter_map(|one| asked.and(one)) {
                if !granted.resources.contains(&scope) {
                    granted.resources.push(scope);
                }
            }
        }
        let others = self.others.iter().filter(|word| allowed.has(word));
        granted.others = others.cloned().collect();
        granted
    }

    /// Those of one level for resources, with every other word.
    #[must_use]
    pub fn at(mut self, levels: &[Level]) -> Scopes {
        self.resources.retain(|scope| levels.contains(&scope.level));
        self
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.others.is_empty()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resources = self.resources.iter().map(ToString::to_string);
        let words: Vec<String> = self.others.iter().cloned().chain(resources).collect();
        f.write_str(&words.join(" "))
    }
}
