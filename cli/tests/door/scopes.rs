//! What an app or a system was granted, read from its scopes by a few lines of our own: `level/Type.letters`.

use super::askers::Asker;

/// At which levels scopes count: those for the person of the launch count in that person's record.
pub(super) const ANYWHERE: &[&str] = &["user", "system"];
pub(super) const LAUNCHED: &[&str] = &["user", "system", "patient"];

/// Whether scopes of these levels grant one of these letters of `cruds` for a type. A scope with a query grants nothing.
pub(super) fn grant(asker: &Asker, levels: &[&str], kind: &str, letters: &str) -> bool {
    let Some(scopes) = asker.actor.standing.scopes.as_deref() else {
        return true;
    };
    scopes.split(' ').any(|scope| {
        let Some((level, rest)) = scope.split_once('/') else {
            return false;
        };
        let (named, what) = rest.split_once('.').unwrap_or((rest, ""));
        let what = match what {
            "read" => "rs",
            "write" => "cud",
            "*" => "cruds",
            other => other,
        };
        levels.contains(&level)
            && [kind, "*"].contains(&named)
            && what.chars().all(|letter| "cruds".contains(letter))
            && what.chars().any(|letter| letters.contains(letter))
    })
}

/// Whether the asker may do this with the type at all: whoever may not is told so before anything is looked for.
pub(super) fn reach(asker: &Asker, kind: &str, letter: &str) -> bool {
    grant(asker, LAUNCHED, kind, letter)
}
