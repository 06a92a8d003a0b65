//! What becomes of each construct of the model on each forge: it is said as it is, by other means, or not at all.
//!
//! A backend that cannot say something as it is tells so at the author's place by the id of the construct; the words for it, and
//! whether it is a fault, stand here alone.

mod jobs;
mod page;
mod starts;
mod steps;

pub use page::page;

use crate::finding::{Finding, Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::backends::Forge;
use crate::rule;

/// What becomes of a construct on a forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It means there what it means here.
    Exact,
    /// It is done by other means, which are: a sentence without its full stop.
    Emulated(&'static str),
    /// It cannot be done, because: a sentence without its full stop.
    Impossible(&'static str),
}

/// Something an author can write.
#[derive(Debug, PartialEq, Eq)]
pub struct Construct {
    /// Its id, kebab-case.
    pub id: &'static str,
    /// What it is, in words that stand in a table.
    pub words: &'static str,
    /// What becomes of it on GitHub.
    pub github: Fate,
    /// What becomes of it on GitLab.
    pub gitlab: Fate,
}

/// Every construct that has a row of its own.
pub fn constructs() -> impl Iterator<Item = &'static Construct> {
    TABLES.iter().copied().flatten()
}

/// The rows, by what they are about.
const TABLES: [&[Construct]; 3] = [starts::ROWS, jobs::ROWS, steps::ROWS];

/// One place where something is lost, or said by other means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub construct: &'static Construct,
    /// On which forge.
    pub forge: Forge,
    /// Whose.
    pub identity: Identity,
    /// Where it is written.
    pub origin: Origin,
}

/// The rule that says what a forge cannot do.
const RULE: &str = "not-portable";

impl Construct {
    /// What becomes of it on a forge.
    #[must_use]
    pub const fn on(&self, forge: Forge) -> Fate {
        match forge {
            Forge::GitHub => self.github,
            Forge::GitLab => self.gitlab,
        }
    }
}

impl Loss {
    /// The loss of a construct at a place, by the id of its row; none if `said` holds it already.
    ///
    /// # Panics
    ///
    /// If no construct has that id: a backend only names those that have a row.
    #[must_use]
    pub fn of(id: &str, forge: Forge, identity: &Identity, origin: Origin, said: &[Self]) -> Option<Self> {
        let construct = find(id).expect("a construct has a row");
        let loss = Self { construct, forge, identity: identity.clone(), origin };
        (!said.contains(&loss)).then_some(loss)
    }

    /// What becomes of it there.
    #[must_use]
    pub const fn fate(&self) -> Fate {
        self.construct.on(self.forge)
    }

    /// What is said of it if it cannot be done there.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        let Fate::Impossible(why) = self.fate() else { return None };
        let summary = rule::find(RULE).map_or("", |rule| rule.summary);
        let message = format!("{} cannot do this: {}", self.forge.title(), self.construct.words);
        Some(Finding {
            origin: Some(self.origin),
            help: vec![why.to_owned()],
            key: format!("{}/{}", self.forge.name(), self.construct.id),
            ..Finding::new(RULE, summary, Severity::Error, self.identity.clone(), message)
        })
    }
}

/// The construct of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Construct> {
    constructs().find(|construct| construct.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn constructs_are_told_apart_and_explained_in_fragments() {
        for pair in TABLES.iter().flat_map(|rows| rows.windows(2)) {
            assert!(pair[0].id < pair[1].id, "{} comes before {}", pair[1].id, pair[0].id);
        }
        let mut ids = HashSet::new();
        for construct in constructs() {
            assert!(ids.insert(construct.id), "{} has two rows", construct.id);
            assert!(construct.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", construct.id);
            let lost = Forge::ALL.iter().filter_map(|forge| match construct.on(*forge) {
                Fate::Exact => None,
                Fate::Emulated(how) | Fate::Impossible(how) => Some(how),
            });
            for words in lost.chain([construct.words]) {
                assert!(!words.is_empty() && !words.ends_with('.') && !words.contains(['\n', '|']), "{}: {words}", construct.id);
            }
        }
    }
}
