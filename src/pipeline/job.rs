//! One job: where it runs, what it may do, what it waits for, and its steps, or the pipeline it calls.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::condition::Condition;
use super::duration::Duration;
use super::matrix::Matrix;
use super::permission::{self, Permissions};
use super::reader::{Place, Reader};
use super::step::{Impact, Step};
use super::surroundings::{Concurrency, Container, Environment, Toolchain, key_of};
use super::value::{Bindings, Value};
use crate::origin::{At, Origin};

/// One job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its name in the pipeline.
    pub id: String,
    /// Where its name stands.
    pub key: Origin,
    /// The whole of it.
    pub origin: Origin,
    /// What people call it.
    pub name: Option<At<String>>,
    /// How long it may take. Only a job that calls a pipeline has none.
    pub timeout: Option<At<Duration>>,
    /// How long it is expected to take.
    pub expected: Option<At<Duration>>,
    /// A hosted image such as `ubuntu-24.04`, or a runner the project declares; the project's default if none.
    pub runner: Option<At<String>>,
    /// The jobs that come before.
    pub needs: Vec<At<String>>,
    /// When it runs.
    pub when: Option<At<Condition>>,
    /// What its failure does.
    pub impact: Option<At<Impact>>,
    /// What its token may do: nothing unless granted.
    pub permissions: Permissions,
    /// Where the permissions are written, if they are.
    pub permissions_key: Option<Origin>,
    /// What it deploys to, or what guards it.
    pub environment: Option<At<Environment>>,
    /// The image its steps run in.
    pub container: Option<At<Container>>,
    /// What runs beside it.
    pub services: IndexMap<String, At<Container>>,
    /// Its legs.
    pub matrix: Option<At<Matrix>>,
    /// Equal parts of the same work, told apart by `$SHARD` of `$SHARDS`.
    pub shards: Option<At<u32>>,
    /// Whether one failed leg stops the others; it does not if nothing is said.
    pub fail_fast: Option<At<bool>>,
    /// How many legs at once.
    pub max_parallel: Option<At<u32>>,
    /// What may not run at the same time.
    pub concurrency: Option<At<Concurrency>>,
    /// Its environment.
    pub env: Bindings,
    /// What it hands to the jobs after it.
    pub outputs: Bindings,
    /// What its commands run in.
    pub toolchain: At<Toolchain>,
    /// What it does.
    pub body: Body,
}

/// What a job does.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Steps, one after the other.
    Steps(Vec<Step>),
    /// Another pipeline.
    Call(Call),
}

/// A call of another pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its id.
    pub pipeline: At<String>,
    /// Its inputs.
    pub with: Bindings,
    /// The secrets handed over.
    pub secrets: Bindings,
}

const FIELDS: &[&str] = &[
    "name",
    "timeout",
    "expected",
    "runner",
    "needs",
    "when",
    "impact",
    "permissions",
    "environment",
    "container",
    "services",
    "matrix",
    "shards",
    "fail_fast",
    "max_parallel",
    "concurrency",
    "env",
    "outputs",
    "toolchain",
    "steps",
    "calls",
    "with",
    "secrets",
];
/// What a job that calls a pipeline may have: the rest is the called pipeline's own.
const CALLER: &[&str] = &[
    "name",
    "expected",
    "needs",
    "when",
    "permissions",
    "matrix",
    "fail_fast",
    "max_parallel",
    "concurrency",
    "calls",
    "with",
    "secrets",
];

impl Job {
    /// The steps; none if it calls a pipeline.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        match &self.body {
            Body::Steps(steps) => steps,
            Body::Call(_) => &[],
        }
    }

    /// The call, if it is one.
    #[must_use]
    pub const fn call(&self) -> Option<&Call> {
        match &self.body {
            Body::Steps(_) => None,
            Body::Call(call) => Some(call),
        }
    }

    /// What people call it: its name, else its id.
    #[must_use]
    pub fn title(&self) -> &str {
        self.name.as_ref().map_or(&self.id, |name| &name.value)
    }

    /// The images it runs in and beside, each under the name of its field: `container`, `services.db`.
    pub fn containers(&self) -> impl Iterator<Item = (String, &At<Container>)> {
        let services = self.services.iter().map(|(name, service)| (format!("services.{name}"), service));
        services.chain(self.container.iter().map(|container| ("container".to_owned(), container)))
    }

    /// Every value of the job itself and of its steps, each with the name of its field and the step it is in.
    #[must_use]
    pub fn values(&self) -> Vec<(Option<&Step>, String, &At<Value>)> {
        let mut values: Vec<(Option<&Step>, String, &At<Value>)> = Vec::new();
        values.extend(self.env.iter().map(|(name, binding)| (None, format!("env.{name}"), &binding.value)));
        values.extend(self.outputs.iter().map(|(name, binding)| (None, format!("outputs.{name}"), &binding.value)));
        values.extend(
            self.environment
                .iter()
                .filter_map(|environment| environment.url.as_ref())
                .map(|url| (None, "environment.url".to_owned(), url)),
        );
        for (name, container) in self.containers() {
            values.extend(container.env.iter().map(|(key, binding)| (None, format!("{name}.env.{key}"), &binding.value)));
        }
        if let Some(call) = self.call() {
            values.extend(call.with.iter().map(|(name, binding)| (None, format!("with.{name}"), &binding.value)));
            values.extend(call.secrets.iter().map(|(name, binding)| (None, format!("secrets.{name}"), &binding.value)));
        }
        for step in self.steps() {
            values.extend(step.values().into_iter().map(|(name, value)| (Some(step), name, value)));
        }
        values
    }

    /// Reads one job.
    pub fn read(reader: &mut Reader, place: &Place<'_>, id: &str, key: Origin) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.identifier(place, key, id);
        reader.known(place, FIELDS);
        let body = Self::body(reader, place);
        let calls = matches!(body, Some(Body::Call(_)));
        if !calls && place.get("timeout").is_none() {
            reader.missing(place, "timeout", "write timeout = \"10m\": without one a hung job holds its runner for hours");
        }
        let mut span = |name: &str| place.get(name).and_then(|field| Duration::read(reader, &field));
        let (timeout, expected) = (span("timeout"), span("expected"));
        let permissions = place.get("permissions");
        Some(Self {
            id: id.to_owned(),
            key,
            origin: place.origin(),
            name: reader.text_of(place, "name"),
            timeout,
            expected,
            runner: reader.text_of(place, "runner"),
            needs: reader.texts_of(place, "needs"),
            when: Condition::field(reader, place, "when"),
            impact: place.get("impact").and_then(|field| reader.choice(&field, &Impact::ALL)),
            permissions_key: permissions.as_ref().map(|_| key_of(place, "permissions")),
            permissions: permissions.map_or_else(Permissions::new, |field| permission::read(reader, &field)),
            environment: place.get("environment").and_then(|field| Environment::read(reader, &field)),
            container: place.get("container").and_then(|field| Container::read(reader, &field, false)),
            services: Container::services(reader, place),
            matrix: place.get("matrix").and_then(|field| Matrix::read(reader, &field)),
            shards: place.get("shards").and_then(|field| reader.count(&field, 1)),
            fail_fast: reader.flag_of(place, "fail_fast"),
            max_parallel: place.get("max_parallel").and_then(|field| reader.count(&field, 1)),
            concurrency: place.get("concurrency").and_then(|field| Concurrency::read(reader, &field)),
            env: Value::environment(reader, place),
            outputs: Value::bindings(reader, place, "outputs"),
            toolchain: place
                .get("toolchain")
                .and_then(|field| Toolchain::read(reader, &field))
                .unwrap_or_else(|| At::new(Toolchain::Host, key)),
            body: body?,
        })
    }

    fn body(reader: &mut Reader, place: &Place<'_>) -> Option<Body> {
        match (place.get("steps"), place.get("calls")) {
            (Some(steps), None) => {
                for name in ["with", "secrets"] {
                    if let Some(field) = place.node.field(name) {
                        reader.refuse_at(
                            place,
                            field.key,
                            format!("`{name}` belongs to a job that calls a pipeline"),
                            "bind values at the step that uses them",
                        );
                    }
                }
                let mut index = 0;
                let mut ids = HashSet::new();
                let read = reader.list(&steps, |reader, place| {
                    index += 1;
                    let step = Step::read(reader, place, index - 1)?;
                    // The forge does not look at capitals, and refuses a file with two steps of one id.
                    if let Some(id) = step.id.as_ref().filter(|id| !ids.insert(id.to_ascii_lowercase())) {
                        let message = format!("`{}` is the id of an earlier step as well", id.value);
                        reader.misnamed(place, id.origin, message, "rename one of the two");
                    }
                    Some(step)
                });
                Some(Body::Steps(read))
            }
            (None, Some(calls)) => {
                for field in place.node.fields().unwrap_or_default() {
                    if FIELDS.contains(&field.name.as_str()) && !CALLER.contains(&field.name.as_str()) {
                        let message = format!("a job that calls a pipeline has no `{}`", field.name);
                        reader.refuse_at(place, field.key, message, "the called pipeline's jobs have their own");
                    }
                }
                let (with, secrets) = (Value::bindings(reader, place, "with"), Value::bindings(reader, place, "secrets"));
                Some(Body::Call(Call { pipeline: reader.text(&calls)?, with, secrets }))
            }
            (Some(_), Some(calls)) => {
                reader.refuse(&calls, "a job either has `steps` or `calls` a pipeline", "make it two jobs");
                None
            }
            (None, None) => {
                reader.missing(place, "steps", "write steps = [ … ], or calls = \"another-pipeline\"");
                None
            }
        }
    }
}
