//! The keys of GitHub's files that may hold an expression, and what an expression may name at each: one row of GitHub's table of
//! contexts for each key, read 2026-11 from its documentation and from the grammar of its language services.

use super::Reference;
use super::value::Known;

/// A key that may hold an expression. What the expression may name differs from key to key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// `run-name`, and what else stands outside of the jobs.
    Workflow,
    /// `env`
    WorkflowEnv,
    /// `concurrency`
    WorkflowConcurrency,
    /// `on.workflow_call.inputs.<id>.default`
    InputDefault,
    /// `on.workflow_call.outputs.<id>.value`
    CallOutput,
    /// `jobs.<id>.if`
    JobIf,
    /// `jobs.<id>.strategy`
    Matrix,
    /// `jobs.<id>.name`, `runs-on`, `timeout-minutes`, `continue-on-error`, and what else stands beside the steps.
    Job,
    /// `jobs.<id>.env`
    JobEnv,
    /// `jobs.<id>.concurrency`
    JobConcurrency,
    /// `jobs.<id>.environment` and its name
    Environment,
    /// `jobs.<id>.environment.url`
    EnvironmentUrl,
    /// `jobs.<id>.defaults.run`
    JobDefaults,
    /// `jobs.<id>.outputs.<id>`
    JobOutput,
    /// `jobs.<id>.container` and the services: image, ports, volumes, options
    Container,
    /// the environment of either
    ContainerEnv,
    /// the credentials of either
    Credentials,
    /// `jobs.<id>.snapshot.if`
    SnapshotIf,
    /// `jobs.<id>.with.<id>`
    CallInput,
    /// `jobs.<id>.secrets.<id>`
    CallSecret,
    /// `jobs.<id>.steps[*].if`
    StepIf,
    /// `jobs.<id>.steps[*]`: everything else
    Step,
    /// `runs.steps[*].if` of an action
    ActionStepIf,
    /// `runs.steps[*]` of an action: everything else
    ActionStep,
    /// `inputs.<id>.default` of an action
    ActionInputDefault,
    /// `outputs.<id>.value` of an action
    ActionOutput,
    /// `runs.pre-if` and `runs.post-if` of an action
    ActionIf,
    /// `runs.args` and `runs.env` of an action
    ActionArgument,
}

const RUN: &[&str] = &["github", "inputs", "vars"];
const RUN_SECRETS: &[&str] = &["github", "inputs", "vars", "secrets"];
const CALLED: &[&str] = &["github", "inputs", "vars", "jobs"];
const NEEDS: &[&str] = &["github", "inputs", "vars", "needs"];
const LEG: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix"];
const LEG_ENV: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "env"];
const LEG_SECRETS: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets"];
const LEG_ENV_SECRETS: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "env", "secrets"];
const RUNNER: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "job", "runner", "env"];
const RUNNING: &[&str] = &["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"];
const RUNNING_SECRETS: &[&str] =
    &["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"];
const ACTION: &[&str] = &["github", "inputs", "strategy", "matrix", "steps", "job", "runner", "env"];
const ACTION_IF: &[&str] = &["github", "inputs", "strategy", "matrix", "job", "runner", "env"];
const ACTION_DEFAULT: &[&str] = &["github", "strategy", "matrix", "job", "runner"];
const ARGUMENT: &[&str] = &["inputs"];

/// How the run has gone so far: what only a condition may ask.
const STATUS: &[&str] = &["always", "cancelled", "failure", "success"];
const HASH: &str = "hashFiles";

/// What a key does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// A context.
    Context(String),
    /// A function.
    Function(&'static str),
}

impl Unavailable {
    /// The name of it, a function with parentheses.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Context(name) => name.clone(),
            Self::Function(name) => format!("{name}()"),
        }
    }
}

impl Key {
    /// The key of a field of a pipeline.
    #[must_use]
    pub fn of_pipeline(field: &str) -> Self {
        match split(field) {
            ("env", _) => Self::WorkflowEnv,
            ("concurrency", _) => Self::WorkflowConcurrency,
            ("on", rest) if rest.starts_with("call.outputs.") => Self::CallOutput,
            ("on", _) => Self::InputDefault,
            _ => Self::Workflow,
        }
    }

    /// The key of a field of a job, as values are named by it: `env.TOKEN`, `services.db.env.PASSWORD`, `when`.
    #[must_use]
    pub fn of_job(field: &str) -> Self {
        match split(field) {
            ("when", _) => Self::JobIf,
            // No forge but GitLab has `variables`; what they hold may stand in any environment.
            ("env" | "variables", _) => Self::JobEnv,
            ("outputs", _) => Self::JobOutput,
            ("with", _) => Self::CallInput,
            ("secrets", _) => Self::CallSecret,
            ("concurrency", _) => Self::JobConcurrency,
            ("defaults", _) => Self::JobDefaults,
            ("environment", "url") => Self::EnvironmentUrl,
            ("environment", _) => Self::Environment,
            ("snapshot", "if") => Self::SnapshotIf,
            ("matrix" | "strategy" | "fail_fast" | "max_parallel", _) => Self::Matrix,
            ("container", rest) => Self::of_container(rest),
            ("services", rest) => Self::of_container(split(rest).1),
            _ => Self::Job,
        }
    }

    /// The key of a field of a step.
    #[must_use]
    pub fn of_step(field: &str) -> Self {
        if field == "when" { Self::StepIf } else { Self::Step }
    }

    /// The key of a field of an action, `step` if it is one of a step.
    #[must_use]
    pub fn of_action(field: &str, step: bool) -> Self {
        match split(field) {
            ("when", _) if step => Self::ActionStepIf,
            _ if step => Self::ActionStep,
            ("inputs", _) => Self::ActionInputDefault,
            ("args" | "env", _) => Self::ActionArgument,
            ("pre_if" | "post_if", _) => Self::ActionIf,
            _ => Self::ActionOutput,
        }
    }

    /// The same key in an action, where fewer things are known than in a job.
    #[must_use]
    pub const fn in_action(self) -> Self {
        match self {
            Self::StepIf => Self::ActionStepIf,
            Self::Step => Self::ActionStep,
            other => other,
        }
    }

    /// Whether it is a key of an action.
    #[must_use]
    pub const fn is_of_action(self) -> bool {
        matches!(
            self,
            Self::ActionStepIf
                | Self::ActionStep
                | Self::ActionInputDefault
                | Self::ActionOutput
                | Self::ActionIf
                | Self::ActionArgument
        )
    }

    fn of_container(field: &str) -> Self {
        match split(field) {
            ("env", _) => Self::ContainerEnv,
            ("credentials", _) => Self::Credentials,
            _ => Self::Container,
        }
    }

    /// The contexts an expression may look at there.
    #[must_use]
    pub const fn contexts(self) -> &'static [&'static str] {
        match self {
            Self::Workflow | Self::WorkflowConcurrency | Self::InputDefault => RUN,
            Self::WorkflowEnv => RUN_SECRETS,
            Self::CallOutput => CALLED,
            Self::JobIf | Self::Matrix => NEEDS,
            Self::Job | Self::JobConcurrency | Self::Environment | Self::Container | Self::SnapshotIf | Self::CallInput => LEG,
            Self::JobEnv | Self::CallSecret => LEG_SECRETS,
            Self::JobDefaults => LEG_ENV,
            Self::Credentials => LEG_ENV_SECRETS,
            Self::ContainerEnv => RUNNER,
            Self::EnvironmentUrl | Self::StepIf => RUNNING,
            Self::JobOutput | Self::Step => RUNNING_SECRETS,
            Self::ActionStepIf | Self::ActionStep | Self::ActionOutput => ACTION,
            Self::ActionIf => ACTION_IF,
            Self::ActionInputDefault => ACTION_DEFAULT,
            Self::ActionArgument => ARGUMENT,
        }
    }

    /// Whether a function may be called there. The others than those of status and `hashFiles` may be called anywhere.
    #[must_use]
    pub fn calls(self, function: &str) -> bool {
        if STATUS.contains(&function) {
            return matches!(self, Self::JobIf | Self::StepIf | Self::ActionStepIf | Self::ActionIf);
        }
        let hashed = matches!(
            self,
            Self::StepIf | Self::Step | Self::ActionStepIf | Self::ActionStep | Self::ActionInputDefault | Self::ActionIf
        );
        function != HASH || hashed
    }

    /// What a reference needs and the key does not know.
    #[must_use]
    pub fn unavailable(self, reference: &Reference) -> Vec<Unavailable> {
        let context = |name: &str| (!self.contexts().contains(&name)).then(|| Unavailable::Context(name.to_owned()));
        let function = |name: &'static str| (!self.calls(name)).then_some(Unavailable::Function(name));
        match reference {
            Reference::Raw(words) => {
                let contexts = words.contexts();
                let contexts = contexts.iter().filter_map(|name| context(name));
                contexts.chain(words.functions().iter().copied().filter_map(function)).collect()
            }
            Reference::Hash(_) => function(HASH).into_iter().collect(),
            // An output of a called pipeline names its jobs, which nothing else can.
            Reference::Output(..) | Reference::Result(_) if self == Self::CallOutput => Vec::new(),
            _ => looks_at(reference).and_then(context).into_iter().collect(),
        }
    }

    /// What the key is, in the words of a message.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Workflow => "a pipeline, outside of its jobs",
            Self::WorkflowEnv => "the environment of a pipeline",
            Self::WorkflowConcurrency => "the concurrency of a pipeline",
            Self::InputDefault => "the default of an input",
            Self::CallOutput => "an output of a pipeline",
            Self::JobIf => "the condition of a job",
            Self::Matrix => "a matrix",
            Self::Job => "a job, outside of its steps",
            Self::JobEnv => "the environment of a job",
            Self::JobConcurrency => "the concurrency of a job",
            Self::Environment => "the name of an environment",
            Self::EnvironmentUrl => "the address of an environment",
            Self::JobDefaults => "the defaults of a job",
            Self::JobOutput => "an output of a job",
            Self::Container => "a container",
            Self::ContainerEnv => "the environment of a container",
            Self::Credentials => "the credentials of a container",
            Self::SnapshotIf => "the condition of a snapshot",
            Self::CallInput => "an input of a called pipeline",
            Self::CallSecret => "a secret of a called pipeline",
            Self::StepIf => "the condition of a step",
            Self::Step => "a step",
            Self::ActionStepIf => "the condition of a step of an action",
            Self::ActionStep => "a step of an action",
            Self::ActionInputDefault => "the default of an action's input",
            Self::ActionOutput => "an output of an action",
            Self::ActionIf => "a condition of an action",
            Self::ActionArgument => "an argument of an action",
        }
    }
}

/// The context a reference looks at.
const fn looks_at(reference: &Reference) -> Option<&'static str> {
    Some(match reference {
        Reference::Secret(_) => "secrets",
        Reference::Variable(_) => "vars",
        Reference::Output(..) | Reference::Result(_) => "needs",
        Reference::Step(..) => "steps",
        Reference::Matrix(_) | Reference::Known(Known::Shard) => "matrix",
        Reference::Input(_) => "inputs",
        Reference::Known(Known::Os) => "runner",
        Reference::Known(_) => "github",
        Reference::Hash(_) | Reference::Raw(_) => return None,
    })
}

fn split(field: &str) -> (&str, &str) {
    field.split_once('.').unwrap_or((field, ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Words;

    #[test]
    fn a_field_is_the_key_it_is_written_at() {
        for (field, key) in [
            ("env.env", Key::JobEnv),
            ("services.env.env.A", Key::ContainerEnv),
            ("services.db.credentials.password", Key::Credentials),
            ("services.db.image", Key::Container),
            ("container.env.A", Key::ContainerEnv),
            ("container.ports", Key::Container),
            ("environment.url", Key::EnvironmentUrl),
            ("environment.name", Key::Environment),
            ("name", Key::Job),
            ("when", Key::JobIf),
        ] {
            assert_eq!(Key::of_job(field), key, "{field}");
        }
        assert_eq!(Key::of_pipeline("on.call.outputs.tag"), Key::CallOutput);
        assert_eq!(Key::of_pipeline("run-name"), Key::Workflow);
        assert_eq!(Key::of_step("with.when"), Key::Step);
    }

    #[test]
    fn what_words_name_is_held_to_the_key() {
        let unknown = |key: Key, text: &str| -> Vec<String> {
            let words = Words::parse(text).expect("words");
            key.unavailable(&Reference::Raw(words)).iter().map(Unavailable::name).collect()
        };
        assert_eq!(unknown(Key::JobIf, "always() && secrets.A && runner.os"), ["secrets", "runner"]);
        assert_eq!(unknown(Key::Step, "failure() || hashFiles('a')"), ["failure()"]);
        assert_eq!(unknown(Key::Job, "format('{0}', HASHFILES('a'))"), ["hashFiles()"]);
        assert_eq!(unknown(Key::StepIf, "!cancelled() && env.A[github.sha]"), Vec::<String>::new());
        assert_eq!(unknown(Key::CallOutput, "needs.a.outputs.b || jobs.a.outputs.b"), ["needs"]);
        let output = Reference::Output("a".to_owned(), "b".to_owned());
        assert!(Key::CallOutput.unavailable(&output).is_empty() && !Key::Workflow.unavailable(&output).is_empty());
    }
}
