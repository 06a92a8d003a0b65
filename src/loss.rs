//! What becomes of each construct of the model on each forge: it is said as it is, by other means, or not at all.
//!
//! A backend that cannot say something as it is tells so at the author's place by the id of the construct; the words for it, and
//! whether it is a fault, stand here alone.

use crate::finding::Identity;
use crate::origin::Origin;

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
///
/// To add one: a line here, in the order of the ids.
pub const CONSTRUCTS: &[Construct] = &[
    Construct {
        id: "action",
        words: "a step that uses an action (`uses`)",
        github: Fate::Exact,
        gitlab: Fate::Impossible(
            "GitLab has no actions: write what stands for it in the step's `gitlab.script`, `[]` if nothing does",
        ),
    },
    Construct {
        id: "condition",
        words: "a condition on what only the run knows",
        github: Fate::Exact,
        gitlab: Fate::Impossible("GitLab decides on a job before the pipeline is made"),
    },
    Construct {
        id: "event",
        words: "an event that only GitHub has, such as `issues`",
        github: Fate::Exact,
        gitlab: Fate::Impossible("no such event starts a pipeline there"),
    },
];

/// One place where something is lost, or said by other means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// What.
    pub construct: &'static Construct,
    /// On which forge: the id of its backend.
    pub backend: &'static str,
    /// Whose.
    pub identity: Identity,
    /// Where it is written.
    pub origin: Origin,
}

impl Construct {
    /// What becomes of it on a forge, by the id of its backend.
    #[must_use]
    pub fn on(&self, backend: &str) -> Fate {
        match backend {
            "github" => self.github,
            "gitlab" => self.gitlab,
            _ => Fate::Exact,
        }
    }
}

impl Loss {
    /// What becomes of it there.
    #[must_use]
    pub fn fate(&self) -> Fate {
        self.construct.on(self.backend)
    }
}

/// The construct of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Construct> {
    CONSTRUCTS.iter().find(|construct| construct.id == id)
}
