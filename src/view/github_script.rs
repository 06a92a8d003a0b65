//! The scripts of `actions/github-script`: which functions of its toolkit they call, and with what of outsiders'.

use super::actions::{input, said};
use super::tainted::Tainted;
use super::untrusted;
use crate::origin::Origin;
use crate::pipeline::step::Uses;

/// The action that runs them.
pub(crate) const ACTION: &str = "actions/github-script";

/// A call of a function of the toolkit, `core.…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Call<'t> {
    /// The function.
    pub(crate) name: &'static str,
    /// What stands between its brackets.
    pub(crate) arguments: &'t str,
}

/// The script of a step, as far as it is written, and where.
pub(crate) fn text(uses: &Uses) -> Option<(String, Origin)> {
    let script = input(uses, "script")?;
    Some((said(&script.value)?, script.value.origin))
}

/// The calls of some functions of the toolkit.
pub(crate) fn calls<'t>(text: &'t str, names: &[&'static str]) -> Vec<Call<'t>> {
    let found = text.match_indices("core.").filter_map(|(at, start)| {
        let rest = &text[at + start.len()..];
        let name =
            names.iter().copied().find(|name| rest.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('(')))?;
        let (_, arguments) = rest.split_once('(')?;
        Some(Call { name, arguments: &arguments[..closed(arguments)] })
    });
    found.collect()
}

/// Where the bracket is closed before which a text begins; quotes hide brackets.
fn closed(text: &str) -> usize {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            _ if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') if depth == 0 => return at,
            (None, b')') => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// What of outsiders' gets into a part of a script: whose it is. `environment` has the variables of the step that hold such.
pub(crate) fn taken(script: &str, part: &str, environment: &Tainted) -> Option<String> {
    let names = script.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest = ["const ", "let ", "var "].iter().find_map(|word| line.strip_prefix(word))?;
        let (name, value) = rest.split_once('=')?;
        Some((name.trim(), direct(value, environment)?))
    });
    direct(part, environment).or_else(|| names.into_iter().find(|(name, _)| is_word(part, name)).map(|(_, source)| source))
}

/// What stands there itself: `process.env.NAME`, `context.payload.…`.
fn direct(part: &str, environment: &Tainted) -> Option<String> {
    let bound = paths(part, "process.env").find_map(|path| environment.get(&path).map(|(source, _)| source.clone()));
    bound.or_else(|| {
        let mut names = paths(part, "context.payload").map(|path| format!("github.event.{}", path.to_ascii_lowercase()));
        names.find(|name| untrusted::written(name).is_some()).map(|name| format!("`{name}`"))
    })
}

/// The names after every mention of an object: `a.b`, `a?.b`, `a['b']`; a number is `*`, and a method is left out.
fn paths<'t>(part: &'t str, object: &'t str) -> impl Iterator<Item = String> + 't {
    part.match_indices(object).map(move |(at, _)| {
        let rest = &part[at + object.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.?[]'\"".contains(c))).unwrap_or(rest.len());
        let names = rest[..end].split(['.', '?', '[', ']', '\'', '"']).filter(|name| !name.is_empty());
        let names = names.map(|name| if name.bytes().all(|byte| byte.is_ascii_digit()) { "*" } else { name });
        let mut names: Vec<&str> = names.collect();
        if rest[end..].starts_with('(') {
            names.pop();
        }
        names.join(".")
    })
}

/// Whether a name stands in a text as a word of its own.
fn is_word(text: &str, name: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            // `${name}` in a template is the name.
            !before.is_some_and(|c| inner(c) || c == '.') && !after.is_some_and(inner)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_up_to_its_own_bracket() {
        let text = "await x(); core.exportVariable('A)', f(\"(\", `)`)); core.addPath (p";
        let found: Vec<_> =
            calls(text, &["exportVariable", "addPath"]).into_iter().map(|call| (call.name, call.arguments)).collect();
        assert_eq!(found, [("exportVariable", "'A)', f(\"(\", `)`)"), ("addPath", "p")]);
        assert_eq!(calls("core.setOutput('a', b); core.exportVariables()", &["exportVariable"]), []);
    }

    #[test]
    fn what_outsiders_write_is_followed_into_a_name() {
        let script = "const title = context.payload.pull_request?.title;\nconst n = context.payload.issue.number";
        for part in ["context.payload.issue.title", "context.payload['comment'].body.trim()", "title", "`x${title}`"] {
            assert!(taken(script, part, &Tainted::new()).is_some(), "{part}");
        }
        for part in ["n", "subtitle", "a.title", "context.payload.issue.number", "process.env.TITLE"] {
            assert_eq!(taken(script, part, &Tainted::new()), None, "{part}");
        }
    }
}
