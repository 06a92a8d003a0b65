//! What was wrong with a file before there was a model to judge.

use serde::{Deserialize, Serialize};

use crate::origin::Origin;

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

    /// A name that is not among the known ones, with the nearest that is.
    #[must_use]
    pub fn unknown(path: Vec<String>, origin: Origin, name: &str, known: &[&str]) -> Self {
        let near = ours(name).filter(|word| known.contains(word)).or_else(|| nearest(name, known));
        let note = near.map_or_else(|| format!("the fields are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
        Self { notes: vec![note], ..Self::new(FaultKind::Unknown, path, origin, format!("unknown field `{name}`")) }
    }
}

/// Our word for one of a forge's, which is what people write first.
fn ours(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 22] = [
        ("cancel-in-progress", "cancel"),
        ("continue-on-error", "impact"),
        ("cron", "schedule"),
        ("expire_in", "retention"),
        ("fail-fast", "fail_fast"),
        ("fetch-depth", "depth"),
        ("if", "when"),
        ("if-no-files-found", "missing"),
        ("image_name", "image"),
        ("max-parallel", "max_parallel"),
        ("parallel", "shards"),
        ("pull_request_target", "pull_request"),
        ("retention-days", "retention"),
        ("rules", "when"),
        ("runs-on", "runner"),
        ("script", "run"),
        ("strategy", "matrix"),
        ("timeout-minutes", "timeout"),
        ("timeout_minutes", "timeout"),
        ("workflow_call", "call"),
        ("workflow_dispatch", "manual"),
        ("working-directory", "directory"),
    ];
    WORDS.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| *ours)
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
    }
}
