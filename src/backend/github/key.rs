//! The keys of a workflow that may hold an expression, and what an expression may look at in each.

use crate::pipeline::Reference;
use crate::pipeline::value::Known;

/// A key of a workflow that may hold an expression. What the expression may look at differs from key to key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    WorkflowEnv,
    WorkflowConcurrency,
    InputDefault,
    CallOutput,
    JobIf,
    JobEnv,
    JobConcurrency,
    JobOutput,
    Matrix,
    EnvironmentUrl,
    Container,
    CallInput,
    CallSecret,
    StepIf,
    Step,
}

const STEP: &[&str] = &["github", "inputs", "vars", "needs", "matrix", "runner", "steps", "secrets", "hashFiles"];
const STEP_IF: &[&str] = &["github", "inputs", "vars", "needs", "matrix", "runner", "steps", "hashFiles"];

impl Key {
    /// What an expression may look at there, as GitHub's documentation has it (read 2026-08).
    pub(super) const fn contexts(self) -> &'static [&'static str] {
        match self {
            Self::WorkflowEnv => &["github", "inputs", "vars", "secrets"],
            Self::WorkflowConcurrency | Self::InputDefault => &["github", "inputs", "vars"],
            Self::CallOutput => &["github", "inputs", "vars", "needs"],
            Self::JobIf | Self::Matrix => &["github", "inputs", "vars", "needs"],
            Self::JobConcurrency | Self::CallInput => &["github", "inputs", "vars", "needs", "matrix"],
            Self::JobEnv | Self::CallSecret => &["github", "inputs", "vars", "needs", "matrix", "secrets"],
            Self::Container => &["github", "inputs", "vars", "needs", "matrix", "runner", "secrets"],
            Self::EnvironmentUrl => &["github", "inputs", "vars", "needs", "matrix", "runner", "steps"],
            Self::JobOutput => &["github", "inputs", "vars", "needs", "matrix", "runner", "steps", "secrets"],
            Self::StepIf => STEP_IF,
            Self::Step => STEP,
        }
    }

    /// What the key is, in the words of a message.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::WorkflowEnv => "the environment of a pipeline",
            Self::WorkflowConcurrency => "the concurrency of a pipeline",
            Self::InputDefault => "the default of an input",
            Self::CallOutput => "an output of a pipeline",
            Self::JobIf => "the condition of a job",
            Self::JobEnv => "the environment of a job",
            Self::JobConcurrency => "the concurrency of a job",
            Self::JobOutput => "an output of a job",
            Self::Matrix => "a matrix",
            Self::EnvironmentUrl => "the address of an environment",
            Self::Container => "a container",
            Self::CallInput => "an input of a called pipeline",
            Self::CallSecret => "a secret of a called pipeline",
            Self::StepIf => "the condition of a step",
            Self::Step => "a step",
        }
    }
}

/// What a reference looks at, if it is something that only some keys know.
pub(super) const fn context(reference: &Reference) -> Option<&'static str> {
    Some(match reference {
        Reference::Secret(_) => "secrets",
        Reference::Variable(_) => "vars",
        Reference::Output(..) | Reference::Result(_) => "needs",
        Reference::Step(..) => "steps",
        Reference::Matrix(_) | Reference::Known(Known::Shard) => "matrix",
        Reference::Input(_) => "inputs",
        Reference::Hash(_) => "hashFiles",
        Reference::Known(Known::Os) => "runner",
        Reference::Known(_) => "github",
        Reference::Raw(_) => return None,
    })
}
