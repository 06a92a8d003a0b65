//! The part of a job that is written as GitHub spells it.

use super::super::call::{Call, Callee};
use super::super::condition::Condition;
use super::super::container::Container;
use super::super::duration::Duration;
use super::super::given::{Given, expression};
use super::super::matrix::Matrix;
use super::super::permission::{self, Level};
use super::super::reader::{Place, Reader};
use super::super::runner::Runner;
use super::super::step::Impact;
use super::super::surroundings::{Concurrency, Defaults, Environment, key_of};
use super::super::value::{Bindings, Value};
use super::super::{Job, job};
use super::{condition, said_twice};
use crate::origin::At;

/// What GitHub's words say of a job and no other field has a place for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Its name, if an expression is part of it.
    pub name: Option<At<Value>>,
    /// How many minutes it may take, worked out when the pipeline runs.
    pub timeout: Option<At<Value>>,
    /// How many minutes what runs after a cancellation may take.
    pub cancel_timeout: Option<At<Given<u32>>>,
    /// The whole strategy, worked out when the pipeline runs.
    pub strategy: Option<At<Value>>,
    /// All services, worked out when the pipeline runs.
    pub services: Option<At<Value>>,
    /// The whole environment, worked out when the pipeline runs.
    pub env: Option<At<Value>>,
    /// One level for every scope: `read-all`, `write-all`. The scopes are in the job's permissions as well.
    pub permissions: Option<At<Level>>,
    /// Whether its permissions are those of the pipeline, because it says nothing of its own.
    pub is_granted: bool,
    /// The image that is made of the runner when the job has ended well.
    pub snapshot: Option<At<Snapshot>>,
}

impl Words {
    /// What is one value each, by name.
    pub fn lone(&self) -> impl Iterator<Item = (&'static str, &At<Value>)> {
        [
            ("name", &self.name),
            ("timeout", &self.timeout),
            ("strategy", &self.strategy),
            ("services", &self.services),
            ("env", &self.env),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_ref()?)))
    }
}

/// An image made of a runner.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What it is called.
    pub image: At<String>,
    /// The versions it counts up: `2.*`.
    pub version: Option<At<String>>,
    /// When it is made.
    pub when: Option<At<Condition>>,
}

const FIELDS: &[&str] = &[
    "name",
    "needs",
    "if",
    "permissions",
    "runs-on",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "timeout-minutes",
    "cancel-timeout-minutes",
    "continue-on-error",
    "strategy",
    "container",
    "services",
    "snapshot",
    "uses",
    "with",
    "secrets",
];
/// What a job that calls may have of them.
pub(crate) const CALLER: &[&str] = &["name", "needs", "if", "permissions", "concurrency", "strategy", "uses", "with", "secrets"];

/// The keys that other fields say as well.
const PAIRS: &[(&str, &[&str])] = &[
    ("name", &["name"]),
    ("needs", &["needs"]),
    ("if", &["when"]),
    ("permissions", &["permissions"]),
    ("runs-on", &["runner"]),
    ("environment", &["environment"]),
    ("concurrency", &["concurrency"]),
    ("outputs", &["outputs"]),
    ("env", &["env"]),
    ("defaults", &["defaults"]),
    ("timeout-minutes", &["timeout"]),
    ("continue-on-error", &["impact", "warn_if"]),
    ("container", &["container"]),
    ("services", &["services"]),
    ("with", &["with"]),
    ("secrets", &["secrets"]),
];
const STRATEGY: &[(&str, &[&str])] =
    &[("fail-fast", &["fail_fast"]), ("max-parallel", &["max_parallel"]), ("matrix", &["matrix"])];
const WHOLE_STRATEGY: &[(&str, &[&str])] = &[("strategy", &["matrix", "shards", "fail_fast", "max_parallel"])];

/// Reads `github` of a job into it. What the job calls is read with the job's body.
pub(crate) fn read(reader: &mut Reader, place: &Place<'_>, job: &mut Job) {
    let Some(github) = reader.record_of(place, "github") else { return };
    reader.known(&github, FIELDS);
    said_twice(reader, place, &github, PAIRS);
    identity(reader, &github, job);
    access(reader, &github, job);
    limits(reader, &github, job);
    if let Some(strategy) = github.get("strategy") {
        self::strategy(reader, place, &strategy, job);
    }
    images(reader, &github, job);
    let outputs = Value::outputs(reader, &github, Value::in_words);
    job.outputs.extend(outputs);
    match github.get("env").and_then(|env| expression(reader, &env)) {
        Some(env) => job.github.env = env,
        None => job.env.extend(Value::environment_in_words(reader, &github)),
    }
    take(&mut job.defaults, github.get("defaults").and_then(|field| Defaults::in_words(reader, &field)));
    job.github.snapshot = github.get("snapshot").and_then(|field| Snapshot::read(reader, &field));
}

/// Puts what was read in its place, if anything was.
fn take<T>(place: &mut Option<T>, read: Option<T>) {
    if read.is_some() {
        *place = read;
    }
}

fn identity(reader: &mut Reader, github: &Place<'_>, job: &mut Job) {
    if let Some(name) = github.get("name").and_then(|field| Value::in_words(reader, &field)) {
        match name.plain() {
            Some(text) => job.name = Some(At::new(text.to_owned(), name.origin)),
            None => job.github.name = Some(name),
        }
    }
    if let Some(needs) = github.get("needs") {
        let read = match needs.node.text() {
            Some(_) => reader.text(&needs).into_iter().collect(),
            None => reader.texts(&needs),
        };
        job.needs.extend(read);
    }
    take(&mut job.when, github.get("if").and_then(|field| condition(reader, &field)));
}

fn access(reader: &mut Reader, github: &Place<'_>, job: &mut Job) {
    if let Some(field) = github.get("permissions") {
        job.permissions_key = Some(key_of(github, "permissions"));
        let (permissions, all) = permission::in_words(reader, &field);
        job.permissions = permissions;
        job.github.permissions = all;
    }
    take(&mut job.environment, github.get("environment").and_then(|field| Environment::in_words(reader, &field)));
    take(&mut job.concurrency, github.get("concurrency").and_then(|field| Concurrency::in_words(reader, &field)));
    take(&mut job.runner, github.get("runs-on").and_then(|field| Runner::in_words(reader, &field)));
}

fn limits(reader: &mut Reader, github: &Place<'_>, job: &mut Job) {
    if let Some(timeout) = github.get("timeout-minutes").and_then(|field| Given::count(reader, &field)) {
        match timeout.value {
            Given::Now(minutes) => job.timeout = Some(At::new(Duration::minutes(u64::from(minutes)), timeout.origin)),
            Given::Later(value) => job.github.timeout = Some(value),
        }
    }
    job.github.cancel_timeout = github.get("cancel-timeout-minutes").and_then(|field| Given::count(reader, &field));
    if let Some(field) = github.get("continue-on-error") {
        match &field.node.value {
            crate::source::Value::Bool(true) => job.impact = Some(At::new(Impact::Warn, field.origin())),
            crate::source::Value::Bool(false) => job.impact = Some(At::new(Impact::Block, field.origin())),
            _ => take(&mut job.warn_if, condition(reader, &field)),
        }
    }
}

fn strategy(reader: &mut Reader, place: &Place<'_>, strategy: &Place<'_>, job: &mut Job) {
    if let Some(whole) = expression(reader, strategy) {
        if let Some(github) = place.get("github") {
            said_twice(reader, place, &github, WHOLE_STRATEGY);
        }
        job.github.strategy = whole;
        return;
    }
    if !reader.is_record(strategy) {
        return;
    }
    reader.known(strategy, &["fail-fast", "max-parallel", "matrix"]);
    said_twice(reader, place, strategy, STRATEGY);
    take(&mut job.fail_fast, strategy.get("fail-fast").and_then(|field| Given::flag(reader, &field)));
    take(&mut job.max_parallel, strategy.get("max-parallel").and_then(|field| Given::count(reader, &field)));
    take(&mut job.matrix, strategy.get("matrix").and_then(|field| Matrix::in_words(reader, &field)));
}

fn images(reader: &mut Reader, github: &Place<'_>, job: &mut Job) {
    take(&mut job.container, github.get("container").and_then(|field| Container::in_words(reader, &field, false)));
    let Some(services) = github.get("services") else { return };
    if let Some(whole) = expression(reader, &services) {
        job.github.services = whole;
    } else if reader.is_record(&services) {
        let read = Container::each(reader, &services, |reader, here| Container::in_words(reader, here, true));
        job.services.extend(read);
    }
}

/// Reads the call of a job whose `github` has `uses`.
pub(crate) fn call(reader: &mut Reader, place: &Place<'_>, github: &Place<'_>, uses: &Place<'_>) -> Option<Call> {
    let callee = Callee::workflow(reader, uses);
    let mut call = Call::read(reader, place, callee?);
    handed(reader, github, &mut call);
    Some(call)
}

/// Reads `with` and `secrets` of `github` into a call.
pub(crate) fn handed(reader: &mut Reader, github: &Place<'_>, call: &mut Call) {
    call.with.extend(Value::bindings_by(reader, github, "with", Value::in_words));
    let Some(secrets) = github.get("secrets") else { return };
    let bindings: Bindings = match secrets.node.text() {
        Some("inherit") => {
            call.inherit = Some(secrets.origin());
            return;
        }
        Some(_) => {
            reader.refuse(&secrets, "expected secrets by name, or \"inherit\"", "write { TOKEN = \"${{ secrets.TOKEN }}\" }");
            return;
        }
        None => Value::bindings_by(reader, github, "secrets", Value::in_words),
    };
    call.secrets.extend(bindings);
}

/// Says of every field that a job that calls cannot have that it cannot.
pub(crate) fn hold_caller(reader: &mut Reader, place: &Place<'_>) {
    if let Some(github) = place.get("github") {
        job::only(reader, &github, FIELDS, CALLER);
    }
}

impl Snapshot {
    /// Reads the versions an image counts up: `2`, `2.1`, `2.*`.
    fn version(reader: &mut Reader, place: &Place<'_>) -> Option<At<String>> {
        let text = reader.text(place)?;
        let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let fine = match text.split_once('.') {
            Some((major, minor)) => number(major) && (number(minor) || minor == "*"),
            None => number(&text),
        };
        if !fine {
            let message = format!("expected a version of an image, got \"{}\"", text.value);
            reader.refuse(place, message, "write \"2\", \"2.1\" or \"2.*\"");
        }
        Some(text)
    }

    /// Reads `snapshot`: the image's name, or a record.
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let snapshot = if place.node.text().is_some() {
            Self { image: reader.text(place)?, version: None, when: None }
        } else {
            if !reader.is_record(place) {
                return None;
            }
            reader.known(place, &["image-name", "version", "if"]);
            let version = place.get("version").and_then(|field| Self::version(reader, &field));
            let when = place.get("if").and_then(|field| condition(reader, &field));
            Self { image: reader.required(place, "image-name")?, version, when }
        };
        Some(At::new(snapshot, place.origin()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Pipeline;
    use crate::pipeline::fixture;

    /// The faults of a job with these words: the path from its `github` and the message of each.
    fn faults(github: &str) -> Vec<String> {
        let text = format!(
            r#"{{"name": "CI", "on": {{"manual": {{}}}}, "jobs": {{"a": {{"timeout": "5m", "steps": [{{"run": "make"}}], "github": {github}}}}}}}"#
        );
        let node = fixture::node(&serde_json::from_str(&text).expect("JSON"));
        let mut reader = Reader::default();
        Pipeline::read(&mut reader, &Place::root(&node), "ci", "ci.ncl");
        reader.faults.into_iter().map(|fault| format!("{}: {}", fault.path[3..].join("."), fault.message)).collect()
    }

    #[test]
    fn services_and_outputs_have_ids() {
        for name in ["a b", "-x", "${{ github.sha }}", "__x"] {
            assert_eq!(
                faults(&format!(r#"{{"services": {{"{name}": {{"image": "postgres"}}}}, "outputs": {{"{name}": "1"}}}}"#)),
                [
                    format!(r#"services.{name}: expected an id, got "{name}""#),
                    format!(r#"outputs.{name}: expected an id, got "{name}""#)
                ]
            );
        }
        let fine = r#"{"services": {"db-1": {"image": "postgres"}}, "outputs": {"_tag": "1"}}"#;
        assert_eq!(faults(fine), Vec::<String>::new());
    }

    #[test]
    fn an_image_counts_up_one_or_two_numbers() {
        let said = |version: &str| faults(&format!(r#"{{"snapshot": {{"image-name": "a", "version": "{version}"}}}}"#));
        for version in ["1.2.3", "v1", "1.", "*", ".1", "1.x", "${{ x }}"] {
            assert_eq!(said(version), [format!(r#"snapshot.version: expected a version of an image, got "{version}""#)]);
        }
        for version in ["1", "1.2", "12.*"] {
            assert_eq!(said(version), Vec::<String>::new());
        }
    }
}
