//! A bearer token becomes an actor, or nobody.

use ::record::{Actor, Role};
use sha2::{Digest, Sha256};

use crate::Actions;

/// The tokens that open the door, kept as digests so that a dump of memory or of settings shows none.
#[derive(Clone)]
pub struct Tokens {
    development: Option<[u8; 32]>,
    /// People by name, each with a token of their own.
    people: Vec<([u8; 32], Actor)>,
}

impl Tokens {
    /// The shortest development token that is taken, in characters.
    pub const SHORTEST: usize = 16;

    /// No token: nobody can sign in.
    #[must_use]
    pub fn none() -> Tokens {
        Tokens {
            development: None,
            people: Vec::new(),
        }
    }

    /// One token for the development actor.
    ///
    /// # Errors
    /// Words for the operator when the token is shorter than [`Tokens::SHORTEST`] characters.
    pub fn development(token: &str) -> Result<Tokens, String> {
        if token.chars().count() < Tokens::SHORTEST {
            return Err(format!(
                "access.development_token: use at least {} characters",
                Tokens::SHORTEST
            ));
        }
        Ok(Tokens {
            development: Some(digest(token)),
            people: Vec::new(),
        })
    }

    /// These tokens and one more, of a person or system.
    ///
    /// # Errors
    /// Words for the operator when the token is shorter than [`Tokens::SHORTEST`] characters.
    pub fn and(mut self, token: &str, actor: Actor) -> Result<Tokens, String> {
        if token.chars().count() < Tokens::SHORTEST {
            return Err(format!(
                "access.people: the token of {} needs at least {} characters",
                actor.id,
                Tokens::SHORTEST
            ));
        }
        self.people.push((digest(token), actor));
        Ok(self)
    }
}

/// Whether anybody can come in by a token at all.
#[must_use]
pub fn takes_tokens(actions: &Actions) -> bool {
    actions.tokens.development.is_some() || !actions.tokens.people.is_empty()
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The actor whose token this is. Digests are compared, so the time taken tells nothing about the token.
#[must_use]
pub fn sign_in(actions: &Actions, token: &str) -> Option<Actor> {
    let given = digest(token.trim());
    let tokens = &actions.tokens;
    if tokens.development.is_some_and(|expected| same(&expected, &given)) {
        return Some(Actor::new("development", Role::Development, None));
    }
    let known = tokens.people.iter().find(|(expected, _)| same(expected, &given));
    known.map(|(_, actor)| actor.clone())
}

fn same(expected: &[u8; 32], given: &[u8; 32]) -> bool {
    let differences = expected.iter().zip(given).map(|(a, b)| a ^ b);
    differences.fold(0u8, |all, one| all | one) == 0
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    #[test]
    fn a_short_development_token_is_refused_with_the_setting_s_name() {
        let refused = Tokens::development("short").err().expect("refused");
        assert!(refused.contains("access.development_token"), "{refused}");
        assert!(Tokens::development("sixteen-letters!").is_ok());
    }
}
