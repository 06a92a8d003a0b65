//! What was wrong with a file before there was a model to judge.

use serde::{Deserialize, Serialize};

use super::foreign;
use crate::origin::Origin;
use crate::pipeline::trigger::Event;

/// One thing wrong, at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// The names and indices from the file's value to the faulty one; they tell the identity and the rule.
    pub path: Vec<String>,
    /// Where.
    pub origin: Origin,
    /// What is wrong, a fragment: "expected a duration, got \"5 minutes\"".
    pub message: String,
    /// What to write instead.
    pub notes: Vec<String>,
    /// Other places that explain it, such as the contract.
    pub related: Vec<(Origin, String)>,
}

/// The sorts of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FaultKind {
    /// A value that its contract refuses.
    Contract,
    /// Commands that hold an expression.
    Expression,
    /// A required field that is not there.
    Missing,
    /// A field that nobody knows.
    Unknown,
    /// A name that cannot be one, such as an id with a space in it.
    Name,
    /// Not Nickel.
    Syntax,
    /// An import that is not there or not allowed.
    Import,
    /// Evaluation itself failed.
    Evaluation,
    /// The file cannot be read.
    Unreadable,
}

impl Fault {
    /// A fault with nothing more to say than its message.
    #[must_use]
    pub fn new(kind: FaultKind, path: Vec<String>, origin: Origin, message: impl Into<String>) -> Self {
        Self { kind, path, origin, message: message.into(), notes: Vec::new(), related: Vec::new() }
    }

    /// A required field that is not there, with what its contract says of it.
    #[must_use]
    pub fn missing(path: Vec<String>, origin: Origin, name: &str, doc: Option<&str>) -> Self {
        let said = doc.and_then(|doc| doc.lines().next()).map(|line| line.trim_end_matches('.'));
        let notes = said.map(|said| format!("write {name} = …: {}", fragment(said)));
        Self { notes: notes.into_iter().collect(), ..Self::new(FaultKind::Missing, path, origin, format!("`{name}` is missing")) }
    }

    /// A name that is not among the known ones, with the nearest that is.
    #[must_use]
    pub fn unknown(path: Vec<String>, origin: Origin, name: &str, known: &[&str]) -> Self {
        let advice = foreign::advice(&path, name, known, |word| Event::named(word).is_some());
        let note = advice.unwrap_or_else(|| match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() && is_ruling(&path) => NO_RULING.to_owned(),
            None if known.is_empty() => "nothing may be written here".to_owned(),
            None if is_rule(&path) => "`pipeward rules` lists the ids there are".to_owned(),
            None => format!("the fields are {}", known.join(", ")),
        });
        Self { notes: vec![note], ..Self::new(FaultKind::Unknown, path, origin, format!("unknown field `{name}`")) }
    }
}

/// A sentence as a part of another: without its capital, if that is all that the capital is there for.
fn fragment(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => sentence.to_owned(),
    }
}

/// What is said of a setting of a rule that is not a policy's to decide.
const NO_RULING: &str = "remove it: this rule speaks whatever a policy says, and no policy can turn it off; \
                         `pipeward explain` tells what stands behind it";

/// Whether a path leads to what a policy says of a rule.
fn is_ruling(path: &[String]) -> bool {
    matches!(path, [rules, _, _] if rules == "rules")
}

/// Whether a path leads to a rule of a policy: there are more of them than anybody reads in a line.
fn is_rule(path: &[String]) -> bool {
    matches!(path, [rules, _] if rules == "rules")
}

/// The known name nearest to a misspelt one, if any is near.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().max(name.len()) / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forges_word_is_answered_with_ours() {
        let note = |name: &str, known: &[&str]| {
            Fault::unknown(Vec::new(), Origin::whole(crate::origin::FileId(0)), name, known).notes.remove(0)
        };
        assert_eq!(note("runs-on", &["runner", "needs"]), "did you mean `runner`?");
        assert_eq!(note("timeuot", &["timeout", "needs"]), "did you mean `timeout`?");
        assert_eq!(note("strategy", &["steps", "needs"]), "the fields are steps, needs");
        assert_eq!(note("severity", &[]), "nothing may be written here");
    }

    #[test]
    fn a_missing_field_is_told_by_its_documentation() {
        let notes = |doc| Fault::missing(Vec::new(), Origin::whole(crate::origin::FileId(0)), "aud", doc).notes;
        assert_eq!(notes(Some("Whom it is for.\nMore.")), ["write aud = …: whom it is for"]);
        assert_eq!(notes(Some("URLs of it.")), ["write aud = …: URLs of it"]);
        assert_eq!(notes(None), Vec::<String>::new());
    }

    #[test]
    fn a_rule_that_is_none_is_not_answered_with_all_there_are() {
        let note = |path: &[&str], known: &[&str]| {
            let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
            let name = path.last().cloned().unwrap_or_default();
            Fault::unknown(path, Origin::whole(crate::origin::FileId(0)), &name, known).notes.remove(0)
        };
        assert_eq!(note(&["rules", "no-such"], &["unpinned-uses"]), "`pipeward rules` lists the ids there are");
        assert_eq!(note(&["rules", "unpined-uses"], &["unpinned-uses"]), "did you mean `unpinned-uses`?");
        assert!(note(&["rules", "timeout", "severity"], &[]).contains("no policy can turn it off"));
    }
}
