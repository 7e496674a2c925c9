//! The part of FHIRPath that R4's search parameters use: paths, `as`, `ofType`, `where(resolve() is X)`,
//! `where(name='value')`, unions.

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Child(&'static str),
    /// `as X`, `.as(X)`, `.ofType(X)`.
    As(&'static str),
    /// `.where(resolve() is X)`.
    ResolvesTo(&'static str),
    /// `.where(name='value')`.
    Where(&'static str, &'static str),
}

/// The paths of a union, each without its leading type name; `None` when something in it is beyond us.
pub(super) fn parse(expression: &'static str) -> Option<Vec<Vec<Step>>> {
    expression.split(" | ").map(|part| path(part.trim())).collect()
}

fn path(text: &'static str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    if let Some(inner) = text.strip_prefix('(') {
        let (inner, after) = inner.split_once(')')?;
        let (inner, cast) = inner.split_once(" as ")?;
        segments(inner, &mut steps)?;
        steps.push(Step::As(cast.trim()));
        rest = match after.strip_prefix('.') {
            Some(after) => after,
            None if after.is_empty() => return Some(steps),
            None => return None,
        };
    }
    segments(rest, &mut steps)?;
    Some(steps)
}

fn segments(text: &'static str, steps: &mut Vec<Step>) -> Option<()> {
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(['.', '(']).unwrap_or(rest.len());
        let name = &rest[..end];
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) || name.is_empty() {
            return None;
        }
        if rest[end..].starts_with('(') {
            let (arguments, after) = arguments(&rest[end + 1..])?;
            steps.push(call(name, arguments)?);
            rest = after;
        } else {
            // A leading type name is the resource itself.
            if !(steps.is_empty() && name.starts_with(char::is_uppercase)) {
                steps.push(Step::Child(name));
            }
            rest = &rest[end..];
        }
        rest = match rest.strip_prefix('.') {
            Some(after) => after,
            None if rest.is_empty() => rest,
            None => return None,
        };
    }
    Some(())
}

/// What stands before the closing parenthesis, and what comes after it.
fn arguments(text: &'static str) -> Option<(&'static str, &'static str)> {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

fn call(name: &str, arguments: &'static str) -> Option<Step> {
    match name {
        "as" | "ofType" => Some(Step::As(arguments.trim())),
        "where" => {
            if let Some(target) = arguments.trim().strip_prefix("resolve() is ") {
                return Some(Step::ResolvesTo(target.trim()));
            }
            let (field, value) = arguments.split_once('=')?;
            Some(Step::Where(
                field.trim(),
                value.trim().strip_prefix('\'')?.strip_suffix('\'')?,
            ))
        }
        _ => None,
    }
}
