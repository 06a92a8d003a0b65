//! An action that the project writes itself: steps, or a program, that its pipelines and other repositories use.
//!
//! The steps stand in a pipeline of their own, with the action as its one job and its inputs as those of a call: every rule and
//! every lowering of steps works on them as on any others.

mod read;
mod runs;

use indexmap::IndexMap;

pub use self::read::File;
pub use self::runs::{Docker, Node, Runs, Runtime};
use super::job::Job;
use super::uses::Used;
use super::value::Value;
use super::{Condition, Pipeline};
use crate::finding::Identity;
use crate::origin::{At, Origin};

/// What the ids of all actions begin with: `actions/set-up`, and `actions/set-up/build` for a step.
pub const FAMILY: &str = "actions";

/// Whether a name is the identity of an action, and not that of a pipeline.
#[must_use]
pub fn is_action(identity: &str) -> bool {
    identity.strip_prefix(FAMILY).is_some_and(|rest| rest.starts_with('/'))
}

/// One action.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Its id, the name of its directory: the file's stem, `_` read as `-`.
    pub id: String,
    /// Where it lies, from the root of the repository, without a `/` at the end.
    pub directory: String,
    /// What people call it.
    pub name: At<String>,
    /// What it is for.
    pub description: At<String>,
    /// Who wrote it.
    pub author: Option<At<String>>,
    /// How a marketplace shows it.
    pub branding: Option<Branding>,
    /// What it asks for.
    pub inputs: IndexMap<String, Input>,
    /// What it gives back.
    pub outputs: IndexMap<String, Output>,
    /// What runs.
    pub runs: Runs,
    /// The pipeline its steps stand in: one job of the action's id, without steps if it runs a program.
    pub within: Pipeline,
}

/// How a marketplace shows an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Branding {
    /// A colour.
    pub color: At<String>,
    /// An icon, by its name among the Feather icons.
    pub icon: At<String>,
}

/// One thing an action asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where its name stands.
    pub key: Origin,
    /// What it is for.
    pub description: At<String>,
    /// Whether it must be said.
    pub required: bool,
    /// What it is when nothing is said.
    pub default: Option<At<Value>>,
    /// What whoever still says it is told.
    pub deprecated: Option<At<String>>,
}

/// One thing an action gives back.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Where its name stands.
    pub key: Origin,
    /// What it is.
    pub description: At<String>,
    /// The value; a program sets its outputs itself.
    pub value: Option<At<Value>>,
}

impl Action {
    /// Its identity.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::of(FAMILY).part(&self.id)
    }

    /// The job its steps stand in.
    pub fn job(&self) -> Option<&Job> {
        self.within.jobs.get(&self.id)
    }

    /// Whether a step that uses this uses it.
    #[must_use]
    pub fn is_used_by(&self, used: Used<'_>) -> bool {
        used.own().is_some_and(|path| path == self.directory)
    }

    /// Every value of it that is not in a step, with the name of its field. The outputs are the job's.
    #[must_use]
    pub fn values(&self) -> Vec<(String, &At<Value>)> {
        let inputs = self.inputs.iter().filter_map(|(name, input)| Some((format!("inputs.{name}"), input.default.as_ref()?)));
        inputs.chain(self.runs.values()).collect()
    }

    /// Every condition of it that is not of a step, with the name of its field.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static str, &At<Condition>)> {
        self.runs.conditions()
    }
}
