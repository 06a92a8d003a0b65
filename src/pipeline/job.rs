//! One job: where it runs, what it may do, what it waits for, and its steps, or the pipeline it calls.

mod values;

use std::collections::HashSet;

use indexmap::IndexMap;

pub use super::call::{Call, Callee};
use super::condition::Condition;
use super::container::Container;
use super::duration::Duration;
use super::github;
use super::gitlab;
use super::given::Given;
use super::matrix::Matrix;
use super::permission::{self, Permissions};
use super::reader::{Place, Reader};
use super::retry::{ByHand, Retry};
use super::runner::Runner;
use super::step::{Impact, Step};
use super::surroundings::{Concurrency, Defaults, Environment, Toolchain, key_of};
use super::value::{Bindings, Value};
use crate::origin::{At, Origin};
use crate::source::{Fault, FaultKind, Field};

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
    /// The stage it is shown in. It orders nothing: `needs` does.
    pub stage: Option<At<String>>,
    /// What it runs on; the project's default if none.
    pub runner: Option<At<Runner>>,
    /// The jobs that come before.
    pub needs: Vec<At<String>>,
    /// When it runs.
    pub when: Option<At<Condition>>,
    /// What its failure does.
    pub impact: Option<At<Impact>>,
    /// When its failure is only said.
    pub warn_if: Option<At<Condition>>,
    /// Whether somebody has to start it.
    pub manual: Option<At<ByHand>>,
    /// How often it is tried again after a failure.
    pub retry: Option<At<Retry>>,
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
    pub fail_fast: Option<At<Given<bool>>>,
    /// How many legs at once.
    pub max_parallel: Option<At<Given<u32>>>,
    /// What may not run at the same time.
    pub concurrency: Option<At<Concurrency>>,
    /// Its environment.
    pub env: Bindings,
    /// What it hands to the jobs after it.
    pub outputs: Bindings,
    /// What its commands start from.
    pub defaults: Option<Defaults>,
    /// What its commands run in.
    pub toolchain: At<Toolchain>,
    /// What GitHub's words say of it that has no place above.
    pub github: github::job::Words,
    /// What is said of it in GitLab's own words. What has a place above stands there too.
    pub gitlab: Option<gitlab::Tree>,
    /// What that comes to with all that the job takes from elsewhere. No backend writes it.
    pub on_gitlab: gitlab::whole::Whole,
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

const FIELDS: &[&str] = &[
    "name",
    "timeout",
    "expected",
    "stage",
    "runner",
    "needs",
    "when",
    "impact",
    "warn_if",
    "manual",
    "retry",
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
    "defaults",
    "toolchain",
    "steps",
    "calls",
    "uses",
    "with",
    "secrets",
    "github",
    "gitlab",
];
/// What a job that calls a pipeline may have: the rest is the called pipeline's own.
const CALLER: &[&str] = &[
    "name",
    "expected",
    "stage",
    "needs",
    "when",
    "permissions",
    "matrix",
    "fail_fast",
    "max_parallel",
    "concurrency",
    "calls",
    "uses",
    "with",
    "secrets",
    "github",
    "gitlab",
];

impl Job {
    /// What the steps of an action stand in: nothing is around them that the job that uses it does not have.
    pub(super) fn of_action(id: &str, origin: Origin, steps: Vec<Step>, outputs: Bindings) -> Self {
        Self { outputs, body: Body::Steps(steps), ..Self::bare(id, origin, origin) }
    }

    /// A job of a file of GitLab's, all of whose words are GitLab's.
    pub(super) fn of_gitlab(reader: &mut Reader, place: &Place<'_>, field: &Field) -> Self {
        let mut job = Self::bare(&field.name, field.key, place.origin());
        gitlab::job::of_file(reader, place, &mut job);
        job
    }

    /// One of which nothing is said.
    fn bare(id: &str, key: Origin, origin: Origin) -> Self {
        Self {
            id: id.to_owned(),
            key,
            origin,
            name: None,
            timeout: None,
            expected: None,
            stage: None,
            runner: None,
            needs: Vec::new(),
            when: None,
            impact: None,
            warn_if: None,
            manual: None,
            retry: None,
            permissions: Permissions::new(),
            permissions_key: None,
            environment: None,
            container: None,
            services: IndexMap::new(),
            matrix: None,
            shards: None,
            fail_fast: None,
            max_parallel: None,
            concurrency: None,
            env: Bindings::new(),
            outputs: Bindings::new(),
            defaults: None,
            toolchain: At::new(Toolchain::Host, origin),
            github: github::job::Words::default(),
            gitlab: None,
            on_gitlab: gitlab::whole::Whole::default(),
            body: Body::Steps(Vec::new()),
        }
    }

    /// Whether it becomes several jobs.
    #[must_use]
    pub const fn has_legs(&self) -> bool {
        self.matrix.is_some() || self.shards.is_some()
    }

    /// How many jobs it becomes, and where that is said; none if it stays one, or nobody can count its legs before the run.
    #[must_use]
    pub fn leg_count(&self) -> Option<(usize, Origin)> {
        let legs = self.matrix.as_ref().map_or(Some(1), |matrix| matrix.legs())?;
        let origin = self.matrix.as_ref().map(|matrix| matrix.origin).or(self.shards.map(|shards| shards.origin))?;
        Some((legs.max(1).saturating_mul(self.shards.map_or(1, |shards| shards.value as usize)), origin))
    }

    /// The steps as they follow each other, a group as one; none if it calls a pipeline. Who looks for something in steps
    /// wants [`Self::all_steps`].
    #[must_use]
    pub fn top_steps(&self) -> &[Step] {
        match &self.body {
            Body::Steps(steps) => steps,
            Body::Call(_) => &[],
        }
    }

    /// Every step, those of groups after the group they are in.
    pub fn all_steps(&self) -> impl Iterator<Item = &Step> {
        self.top_steps().iter().flat_map(Step::all)
    }

    /// The step that a path leads to, and what of the path is left: `steps`, its index, and `parallel`, an index in a group.
    #[must_use]
    pub fn step_at<'p, S: AsRef<str>>(&self, path: &'p [S]) -> Option<(&Step, &'p [S])> {
        let [steps, index, rest @ ..] = path else { return None };
        let step = self.top_steps().get(index.as_ref().parse::<usize>().ok()?).filter(|_| steps.as_ref() == "steps")?;
        let rest = match rest {
            [github, group @ ..]
                if github.as_ref() == "github" && group.first().is_some_and(|group| group.as_ref() == "parallel") =>
            {
                group
            }
            rest => rest,
        };
        if let [group, index, inner @ ..] = rest
            && group.as_ref() == "parallel"
            && let Some(found) = index.as_ref().parse().ok().and_then(|index: usize| step.kind.value.group().get(index))
        {
            return Some((found, inner));
        }
        Some((step, rest))
    }

    /// What the commands of a step run in.
    #[must_use]
    pub fn toolchain_of<'a>(&'a self, step: &'a Step) -> &'a At<Toolchain> {
        step.toolchain.as_ref().unwrap_or(&self.toolchain)
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

    /// Reads the jobs of a pipeline, by id.
    pub fn read_all(reader: &mut Reader, jobs: &Place<'_>) -> IndexMap<String, Self> {
        let mut ids = HashSet::new();
        let mut read = IndexMap::with_capacity(jobs.node.fields().map_or(0, <[Field]>::len));
        for (field, here) in jobs.fields() {
            // The forge does not look at capitals, and refuses a file with two jobs of one id.
            if !ids.insert(field.name.to_ascii_lowercase()) {
                let message = format!("`{}` is the id of an earlier job as well, but for capitals", field.name);
                reader.misnamed(&here, field.key, message, "rename one of the two");
            }
            if let Some(job) = Self::read(reader, &here, &field.name, field.key) {
                read.insert(field.name.clone(), job);
            }
        }
        gitlab::job::link(&mut read);
        read
    }

    /// Reads one job.
    pub fn read(reader: &mut Reader, place: &Place<'_>, id: &str, key: Origin) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.identifier(place, key, id);
        reader.known(place, FIELDS);
        let body = Self::body(reader, place);
        let timed = place.get("timeout").is_some() || place.get("github").is_some_and(|raw| raw.get("timeout-minutes").is_some());
        let is_limited = timed || reader.as_written || gitlab::job::is_timed(place);
        if !names_callee(place) && !is_limited {
            reader.missing(place, "timeout", "write timeout = \"10m\": without one a hung job holds its runner for hours");
        }
        let mut span = |name: &str| place.get(name).and_then(|field| Duration::read(reader, &field));
        let (timeout, expected) = (span("timeout"), span("expected"));
        let permissions = place.get("permissions");
        let mut job = Self {
            id: id.to_owned(),
            key,
            origin: place.origin(),
            name: reader.text_of(place, "name"),
            timeout,
            expected,
            stage: reader.text_of(place, "stage"),
            runner: place.get("runner").and_then(|field| Runner::read(reader, &field)),
            needs: reader.texts_of(place, "needs"),
            when: Condition::field(reader, place, "when"),
            impact: place.get("impact").and_then(|field| reader.choice(&field, &Impact::ALL)),
            warn_if: Condition::field(reader, place, "warn_if"),
            manual: place.get("manual").and_then(|field| ByHand::read(reader, &field)),
            retry: place.get("retry").and_then(|field| Retry::read(reader, &field)),
            permissions_key: permissions.as_ref().map(|_| key_of(place, "permissions")),
            permissions: permissions.map_or_else(Permissions::new, |field| permission::read(reader, &field)),
            environment: place.get("environment").and_then(|field| Environment::read(reader, &field)),
            container: place.get("container").and_then(|field| Container::read(reader, &field, false)),
            services: Container::services(reader, place),
            matrix: place.get("matrix").and_then(|field| Matrix::read(reader, &field)),
            shards: place.get("shards").and_then(|field| reader.count(&field, 1)),
            fail_fast: reader.flag_of(place, "fail_fast").map(|flag| flag.map(Given::Now)),
            max_parallel: place.get("max_parallel").and_then(|field| reader.count(&field, 1)).map(|most| most.map(Given::Now)),
            concurrency: place.get("concurrency").and_then(|field| Concurrency::read(reader, &field)),
            env: Value::environment(reader, place),
            outputs: Value::outputs(reader, place, Value::read),
            defaults: place.get("defaults").and_then(|field| Defaults::read(reader, &field)),
            toolchain: place
                .get("toolchain")
                .and_then(|field| Toolchain::read(reader, &field))
                .unwrap_or_else(|| At::new(Toolchain::Host, key)),
            github: github::job::Words::default(),
            gitlab: None,
            on_gitlab: gitlab::whole::Whole::default(),
            // What was refused is no reason to take the job for one that is not there.
            body: body.unwrap_or_else(|| Body::Steps(Vec::new())),
        };
        if let (Some(impact), Some(_)) = (&job.impact, &job.warn_if) {
            let message = "`impact` and `warn_if` both say what a failure does";
            reader.refuse_at(place, impact.origin, message, "remove one of the two");
        }
        github::job::read(reader, place, &mut job);
        gitlab::job::read(reader, place, &mut job);
        Some(job)
    }

    /// What it does: one of the ways to say it, and only one.
    fn body(reader: &mut Reader, place: &Place<'_>) -> Option<Body> {
        let github = place.get("github").filter(|github| github.node.fields().is_some());
        let raw = github.as_ref().and_then(|github| github.get("uses"));
        let (steps, calls, uses) = (place.get("steps"), place.get("calls"), place.get("uses"));
        let written: Vec<&Place<'_>> = [&steps, &calls, &uses, &raw].into_iter().flatten().collect();
        match written.as_slice() {
            [] if reader.as_written || gitlab::job::says_all(place) => return Some(Body::Steps(Vec::new())),
            [] => {
                reader.missing(place, "steps", "write steps = [ … ], or calls = \"another-pipeline\"");
                return None;
            }
            [_] => {}
            [_, second, ..] => {
                reader.refuse(second, "a job either has `steps` or `calls` a pipeline", "make it two jobs");
                return None;
            }
        }
        if let Some(steps) = steps {
            for around in [Some(place), github.as_ref()].into_iter().flatten() {
                not_handed(reader, around);
            }
            if steps.node.items().is_some_and(<[_]>::is_empty) {
                reader.empty(&steps, "a job needs a step", "write steps = [{ run = \"make test\" }]");
            }
            return reader.countable(&steps, "steps").then(|| Body::Steps(Step::list(reader, &steps)));
        }
        only(reader, place, FIELDS, CALLER);
        github::job::hold_caller(reader, place);
        if let Some(gitlab) = place.get("gitlab") {
            only(reader, &gitlab, gitlab::job::FIELDS, gitlab::job::CALLER);
        }
        if let (Some(github), Some(raw)) = (&github, &raw) {
            return github::job::call(reader, place, github, raw).map(Body::Call);
        }
        let callee = match (calls, uses) {
            (Some(calls), _) => Callee::pipeline(reader, &calls),
            (None, Some(uses)) => Callee::workflow(reader, &uses),
            (None, None) => None,
        };
        let mut call = Call::read(reader, place, callee?);
        if let Some(github) = &github {
            github::job::handed(reader, github, &mut call);
        }
        Some(Body::Call(call))
    }
}

/// Says of every field that is among the `known` ones and not among those a calling job has that it has no place there.
pub(super) fn only(reader: &mut Reader, place: &Place<'_>, known: &[&str], caller: &[&str]) {
    for (field, here) in place.fields() {
        if known.contains(&field.name.as_str()) && !caller.contains(&field.name.as_str()) {
            let message = format!("a job that calls a pipeline has no `{}`", field.name);
            let notes = vec!["the called pipeline's jobs have their own".to_owned()];
            reader.faults.push(Fault { notes, ..Fault::new(FaultKind::Unknown, here.path(), field.key, message) });
        }
    }
}

fn not_handed(reader: &mut Reader, place: &Place<'_>) {
    for name in ["with", "secrets"] {
        if let Some(field) = place.node.field(name) {
            let message = format!("`{name}` belongs to a job that calls a pipeline");
            reader.refuse_at(place, field.key, message, "bind values at the step that uses them");
        }
    }
}

/// Whether a job says that it calls a pipeline, whatever else it says.
fn names_callee(place: &Place<'_>) -> bool {
    let has = |around: &Place<'_>, name: &str| around.get(name).is_some();
    has(place, "calls") || has(place, "uses") || place.get("github").is_some_and(|github| has(&github, "uses"))
}
