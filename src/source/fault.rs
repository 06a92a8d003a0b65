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
    /// A name that is not among the known ones, with the nearest that is.
    #[must_use]
    pub fn unknown(path: Vec<String>, origin: Origin, name: &str, known: &[&str]) -> Self {
        let note = nearest(name, known)
            .map_or_else(|| format!("the fields are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
        Self {
            kind: FaultKind::Unknown,
            path,
            origin,
            message: format!("unknown field `{name}`"),
            notes: vec![note],
            related: Vec::new(),
        }
    }
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
