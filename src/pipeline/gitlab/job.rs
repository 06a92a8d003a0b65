//! The part of a job that is written as GitLab spells it.

use indexmap::IndexMap;

use super::super::container::Container;
use super::super::github::said_twice;
use super::super::given::Given;
use super::super::job::Job;
use super::super::matrix::{Cell, Leg, Matrix};
use super::super::reader::{Place, Reader};
use super::super::retry::{ByHand, Failure, Retry};
use super::super::step::Impact;
use super::super::surroundings::{Act, Concurrency, Environment, Group, Tier};
use super::super::value::{Part, Value};
use super::{Data, Tree, hold, limit, span, verbatim, words};
use crate::origin::At;
use crate::source::{Node, Value as Source};

/// Every key.
pub(in crate::pipeline) const FIELDS: &[&str] = &[
    "after_script",
    "allow_failure",
    "artifacts",
    "before_script",
    "cache",
    "coverage",
    "dast_configuration",
    "dependencies",
    "environment",
    "extends",
    "hooks",
    "id_tokens",
    "identity",
    "image",
    "inherit",
    "inputs",
    "interruptible",
    "manual_confirmation",
    "needs",
    "pages",
    "parallel",
    "publish",
    "release",
    "resource_group",
    "retry",
    "rules",
    "run",
    "script",
    "secrets",
    "services",
    "stage",
    "start_in",
    "tags",
    "timeout",
    "trigger",
    "variables",
    "when",
];

/// Whether GitLab has a word of a job by that name.
#[must_use]
pub fn is_key(name: &str) -> bool {
    FIELDS.contains(&name)
}

/// What a job that calls a pipeline may have of them: a job of GitLab's that starts a pipeline has no more.
pub(in crate::pipeline) const CALLER: &[&str] = &[
    "allow_failure",
    "extends",
    "inherit",
    "interruptible",
    "manual_confirmation",
    "needs",
    "resource_group",
    "rules",
    "stage",
    "trigger",
    "variables",
    "when",
];

/// The keys that other fields say as well.
const PAIRS: &[(&str, &[&str])] = &[
    ("timeout", &["timeout"]),
    ("image", &["container"]),
    ("services", &["services"]),
    ("environment", &["environment"]),
    ("allow_failure", &["impact", "warn_if"]),
    ("needs", &["needs"]),
    ("parallel", &["matrix", "shards"]),
    ("resource_group", &["concurrency"]),
    ("retry", &["retry"]),
    ("stage", &["stage"]),
    ("when", &["manual"]),
    ("rules", &["when"]),
];

/// Whether the `gitlab` part of a job says what the job does, without any step.
pub(in crate::pipeline) fn says_all(place: &Place<'_>) -> bool {
    let gitlab = place.node.get("gitlab");
    gitlab.is_some_and(|gitlab| hold::BODIES.iter().chain(&["extends"]).any(|name| gitlab.field(name).is_some()))
}

/// Whether it says how long the job may take, or that it starts a pipeline, which has no such limit.
pub(in crate::pipeline) fn is_timed(place: &Place<'_>) -> bool {
    let gitlab = place.node.get("gitlab");
    gitlab.is_some_and(|gitlab| ["timeout", "trigger"].iter().any(|name| gitlab.field(name).is_some()))
}

/// Reads `gitlab` of a job into it.
pub(in crate::pipeline) fn read(reader: &mut Reader, around: &Place<'_>, job: &mut Job) {
    if reader.as_written {
        return of_file(reader, around, job);
    }
    let Some(place) = reader.record_of(around, "gitlab") else { return };
    reader.known(&place, FIELDS);
    said_twice(reader, around, &place, PAIRS);
    hold::job(reader, &place);
    take(reader, &place, job);
}

/// What stands in files of old for `rules`.
pub(in crate::pipeline) const INSTEAD_OF_RULES: &[&str] = &["only", "except"];

/// Reads a job of a file of GitLab's: what it takes from elsewhere may say what belongs to what it says itself.
pub(in crate::pipeline) fn of_file(reader: &mut Reader, around: &Place<'_>, job: &mut Job) {
    let Some(place) = reader.record_of(around, "gitlab") else { return };
    let ours: &[&str] = if reader.is_of_yaml() { &[] } else { &[verbatim::WORD] };
    let known: Vec<&str> = FIELDS.iter().chain(INSTEAD_OF_RULES).chain(ours).copied().collect();
    reader.known(&place, &known);
    said_twice(reader, around, &place, PAIRS);
    let is_whole = hold::BODIES.iter().any(|name| place.node.field(name).is_some()) && place.node.field("extends").is_none();
    if is_whole && !is_filled_in(place.node) {
        hold::job(reader, &place);
    }
    take(reader, &place, job);
}

/// Whether an input of the file is a part of it.
fn is_filled_in(node: &Node) -> bool {
    match &node.value {
        Source::String(text) => text.contains("$[["),
        Source::Array(items) => items.iter().any(is_filled_in),
        Source::Record(fields) => fields.iter().any(|field| is_filled_in(&field.node)),
        _ => false,
    }
}

/// Keeps the words of a job, and reads into it what its fields mean too.
fn take(reader: &mut Reader, place: &Place<'_>, job: &mut Job) {
    let Some(mut tree) = words(reader, place) else { return };
    verbatim::lift(&mut tree);
    if let Some(timeout) = tree.get("timeout")
        && let Some(text) = timeout.text()
    {
        match span::parse(text) {
            Some(span) => job.timeout = job.timeout.or_else(|| Some(At::new(span, timeout.origin))),
            None if text.contains("$[[") => {}
            None => {
                if let Some(here) = place.get("timeout") {
                    reader.refuse(&here, format!("expected a span of time, got \"{text}\""), "write \"1 hour 30 minutes\"");
                }
            }
        }
    }
    images(&tree, job);
    order(&tree, job);
    if job.environment.is_none() {
        job.environment = tree.get("environment").and_then(environment);
    }
    if let (None, Some(failure)) = (&job.impact, tree.get("allow_failure")) {
        let impact = failure.flag().map(|allowed| if allowed { Impact::Warn } else { Impact::Block });
        job.impact = impact.map(|impact| At::new(impact, failure.origin));
    }
    if let (None, Some(count)) = (&job.shards, tree.get("parallel")) {
        job.shards = count.count().filter(|count| *count > 0).map(|number| At::new(number, count.origin));
    }
    if let (None, Some(rows)) = (&job.matrix, tree.get("parallel").and_then(|parallel| parallel.get("matrix"))) {
        job.matrix = matrix(rows);
    }
    if let (None, Some(group)) = (&job.concurrency, tree.get("resource_group")) {
        job.concurrency = value(group).map(|name| {
            let group = At::new(Group::Named(name), group.origin);
            let origin = group.origin;
            At::new(Concurrency { group, cancel: At::new(Given::Now(false), origin), queue: None }, origin)
        });
    }
    job.gitlab = Some(tree);
}

/// When it runs beside others: its stage, whether somebody starts it, and how often it is tried.
fn order(tree: &Tree, job: &mut Job) {
    let plain = |tree: &Tree| Some(At::new(tree.plain()?.to_owned(), tree.origin));
    if let (None, Some(stage)) = (&job.stage, tree.get("stage")) {
        job.stage = plain(stage);
    }
    if let (None, Some(when)) = (&job.manual, tree.get("when").filter(|when| when.text() == Some("manual"))) {
        let confirm = tree.get("manual_confirmation").and_then(plain);
        let blocks = tree.get("allow_failure").and_then(Tree::flag) == Some(false);
        job.manual = Some(At::new(ByHand { confirm, blocks }, when.origin));
    }
    if let (None, Some(retry)) = (&job.retry, tree.get("retry")) {
        job.retry = self::retry(retry);
    }
}

/// The legs of `parallel:matrix`, if no variable of GitLab's is a part of them: the values of one record, or a leg for each
/// combination of several.
fn matrix(tree: &Tree) -> Option<At<Matrix>> {
    let cell = |value: &Tree| {
        let text = match value.data {
            Data::Number(number) => number.to_string(),
            Data::Flag(flag) => flag.to_string(),
            _ => value.plain()?.to_owned(),
        };
        let part = At::new(Part::Text(text), value.origin);
        Some(At::new(Cell::One(At::new(Value { parts: vec![part] }, value.origin)), value.origin))
    };
    let mut rows: Vec<IndexMap<String, At<Vec<At<Cell>>>>> = Vec::new();
    for row in tree.items() {
        let keys = row.entries().map(|(name, entry)| {
            let cells = entry.tree.items().iter().map(cell).collect::<Option<_>>()?;
            Some((name.to_owned(), At::new(cells, entry.tree.origin)))
        });
        rows.push(keys.collect::<Option<_>>()?);
    }
    if rows.len() == 1 {
        return Some(At::new(Matrix { keys: rows.pop()?, ..Matrix::default() }, tree.origin));
    }
    let mut include = Vec::new();
    for (row, written) in rows.iter().zip(tree.items()) {
        let mut legs = vec![Leg::new()];
        for (name, cells) in row {
            let with = |leg: &Leg, cell: &At<Cell>| {
                let mut leg = leg.clone();
                leg.insert(name.clone(), cell.clone());
                leg
            };
            legs = legs.iter().flat_map(|leg| cells.iter().map(|cell| with(leg, cell)).collect::<Vec<Leg>>()).collect();
            // A matrix that is too large is refused, and nobody has to see it in full.
            legs.truncate(limit::LEGS + 1);
        }
        include.extend(legs.into_iter().map(|leg| At::new(leg, written.origin)));
    }
    Some(At::new(Matrix { include, ..Matrix::default() }, tree.origin))
}

/// GitLab's names for the failures that have one of ours.
const FAILURES: &[(&str, Failure)] = &[
    ("api_failure", Failure::Forge),
    ("job_execution_timeout", Failure::Timeout),
    ("runner_system_failure", Failure::Runner),
    ("script_failure", Failure::Script),
    ("stuck_or_timeout_failure", Failure::Stuck),
    ("unknown_failure", Failure::Unknown),
];

/// How often a job is tried again, if all that is said of it has a name of ours.
fn retry(tree: &Tree) -> Option<At<Retry>> {
    let most = if tree.count().is_some() { tree } else { tree.get("max")? };
    let max = At::new(most.count().filter(|count| (1..=2).contains(count))?, most.origin);
    let failure = |name: &Tree| {
        let (_, failure) = FAILURES.iter().find(|(known, _)| name.text() == Some(known))?;
        Some(At::new(*failure, name.origin))
    };
    let always = |when: &&Tree| when.text() != Some("always");
    let after = tree.get("when").filter(always).map_or(&[][..], Tree::items).iter().map(failure).collect::<Option<_>>()?;
    let codes = tree.get("exit_codes").map_or(&[][..], Tree::items).iter();
    let exit_codes = codes.map(|code| Some(At::new(code.count()?, code.origin))).collect::<Option<_>>()?;
    Some(At::new(Retry { max, after, exit_codes }, tree.origin))
}

/// A text of GitLab's that no variable is a part of, as a value.
fn value(tree: &Tree) -> Option<At<Value>> {
    let text = tree.plain()?;
    Some(At::new(Value { parts: vec![At::new(Part::Text(text.to_owned()), tree.origin)] }, tree.origin))
}

/// A text, or what a name says of a record.
fn named<'a>(tree: &'a Tree, name: &str) -> Option<&'a Tree> {
    if tree.text().is_some() { Some(tree) } else { tree.get(name) }
}

fn images(tree: &Tree, job: &mut Job) {
    let container = |written: &Tree| {
        let image = value(named(written, "name")?)?;
        Some(At::new(Container::of(image, false), written.origin))
    };
    if let (None, Some(image)) = (&job.container, tree.get("image")) {
        job.container = container(image);
    }
    let services = tree.get("services").map_or(&[][..], Tree::items);
    if !job.services.is_empty() {
        return;
    }
    for service in services {
        if let Some(found) = container(service) {
            let alias = service.get("alias").and_then(Tree::plain).and_then(|alias| alias.split_whitespace().next());
            let name = alias.map_or_else(|| host(found.image.plain().unwrap_or_default()), str::to_owned);
            job.services.entry(name).or_insert(found);
        }
    }
}

/// The name a service is reached by when nothing is said: that of the image, without its version, `/` as `-`.
fn host(image: &str) -> String {
    let name = image.split('@').next().unwrap_or_default();
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let end = name[last..].find(':').map_or(name.len(), |colon| last + colon);
    name[..end].replace([':', '/'], "-")
}

/// The environment of a job in GitLab's words.
pub(super) fn environment(written: &Tree) -> Option<At<Environment>> {
    let name = value(named(written, "name")?)?;
    let url = written.get("url").and_then(value);
    let word = |name: &str| written.get(name).and_then(|word| Some((word.text()?, word.origin)));
    let action = word("action").and_then(|(word, origin)| {
        let (_, act) = Act::ALL.iter().find(|(_, act)| act.word() == word)?;
        Some(At::new(*act, origin))
    });
    let tier = word("deployment_tier").and_then(|(word, origin)| {
        let (_, tier) = Tier::ALL.iter().find(|(_, tier)| tier.word() == word)?;
        Some(At::new(*tier, origin))
    });
    Some(At::new(Environment { url, action, tier, ..Environment::named(name) }, written.origin))
}

/// Reads the needs of each job that says them in GitLab's words: the jobs of this pipeline that have to come before it.
pub(in crate::pipeline) fn link(jobs: &mut IndexMap<String, Job>) {
    let ids: Vec<String> = jobs.keys().cloned().collect();
    for job in jobs.values_mut().filter(|job| job.needs.is_empty()) {
        let Some(needs) = job.gitlab.as_ref().and_then(|gitlab| gitlab.get("needs")) else { continue };
        let here = |need: &&Tree| ["project", "pipeline", "optional"].iter().all(|name| need.get(name).is_none());
        let named = needs.items().iter().filter(here).filter_map(|need| named(need, "job"));
        let known = named.filter_map(|name| Some(At::new(name.text()?.to_owned(), name.origin)));
        job.needs = known.filter(|name| ids.contains(name)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;
    use crate::pipeline::{Duration, Pipeline};

    const STEPS: &str = r#""steps": [{ "run": "make" }]"#;

    fn read(jobs: &str) -> (Pipeline, Vec<String>) {
        let text = format!(r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "jobs": {jobs} }}"#);
        let node = fixture::node(&serde_json::from_str(&text).expect("JSON"));
        let mut reader = Reader::default();
        let pipeline = Pipeline::read(&mut reader, &Place::root(&node), "ci", "ci.ncl").expect("a pipeline");
        (pipeline, reader.faults.iter().map(|fault| format!("{}: {}", fault.path.join("."), fault.message)).collect())
    }

    fn job(gitlab: &str) -> Job {
        let (mut pipeline, faults) = read(&format!(r#"{{ "a": {{ "gitlab": {gitlab}, {STEPS} }} }}"#));
        assert_eq!(faults, Vec::<String>::new(), "{gitlab}");
        pipeline.jobs.swap_remove("a").expect("the job")
    }

    #[test]
    fn what_a_field_means_is_read_into_it() {
        let found = job(r#"{
            "timeout": "1 hour 30 minutes", "image": { "name": "nix" }, "allow_failure": true, "parallel": 4,
            "services": ["docker.io/library/redis:8", { "name": "postgres", "alias": "db other" }],
            "environment": { "name": "staging", "url": "https://a.example" }, "resource_group": "deploy"
        }"#);
        assert_eq!(found.timeout.map(|timeout| timeout.value), Some(Duration::minutes(90)));
        assert_eq!(found.container.as_ref().and_then(|image| image.image.plain()), Some("nix"));
        assert_eq!(found.services.keys().collect::<Vec<_>>(), ["docker.io-library-redis", "db"]);
        assert_eq!(found.environment.as_ref().and_then(|environment| environment.name.plain()), Some("staging"));
        assert_eq!(
            (found.impact.map(|impact| impact.value), found.shards.map(|shards| shards.value)),
            (Some(Impact::Warn), Some(4))
        );
        assert!(
            matches!(found.concurrency.map(|group| group.value.group.value), Some(Group::Named(name)) if name.plain() == Some("deploy"))
        );
    }

    #[test]
    fn when_it_runs_is_read_into_its_fields() {
        let found = job(r#"{
            "timeout": "5m", "stage": "deploy", "when": "manual", "manual_confirmation": "Sure?", "allow_failure": false,
            "retry": { "max": 2, "when": ["runner_system_failure", "script_failure"], "exit_codes": 137 }
        }"#);
        assert_eq!(found.stage.as_ref().map(|stage| stage.as_str()), Some("deploy"));
        let manual = found.manual.expect("somebody starts it");
        assert_eq!((manual.confirm.as_ref().map(|confirm| confirm.as_str()), manual.blocks), (Some("Sure?"), true));
        let retry = found.retry.expect("it is tried again");
        let after: Vec<Failure> = retry.after.iter().map(|failure| failure.value).collect();
        assert_eq!((retry.max.value, after, retry.exit_codes.len()), (2, vec![Failure::Runner, Failure::Script], 1));
        for retry in ["0", r#"{ "max": 1, "when": "archived_failure" }"#, r#"{ "when": "always" }"#] {
            assert!(job(&format!(r#"{{ "timeout": "5m", "retry": {retry} }}"#)).retry.is_none(), "{retry}");
        }
        assert!(!job(r#"{ "timeout": "5m", "when": "manual" }"#).manual.expect("by hand").blocks);
    }

    #[test]
    fn what_a_variable_is_part_of_stays_as_it_is() {
        let found = job(r#"{ "timeout": "5m", "image": "$IMAGE", "environment": "review/$CI_COMMIT_REF_SLUG" }"#);
        assert!(found.container.is_none() && found.environment.is_none());
        assert_eq!(found.gitlab.as_ref().and_then(|words| words.get("image")?.text()), Some("$IMAGE"));
    }

    #[test]
    fn needs_are_those_of_this_pipeline() {
        let needs = r#"["b", { "job": "c", "optional": true }, { "job": "d" }, { "job": "b", "project": "x", "ref": "y" }, "z"]"#;
        let plain = format!(r#"{{ "timeout": "5m", {STEPS} }}"#);
        let (pipeline, faults) = read(&format!(
            r#"{{ "a": {{ "timeout": "5m", "gitlab": {{ "needs": {needs} }}, {STEPS} }}, "b": {plain}, "c": {plain}, "d": {plain} }}"#
        ));
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(pipeline.jobs["a"].needs.iter().map(|need| need.as_str()).collect::<Vec<_>>(), ["b", "d"]);
    }

    #[test]
    fn a_job_may_be_written_in_gitlabs_words_alone() {
        let (pipeline, faults) = read(
            r#"{ "a": { "gitlab": { "trigger": "group/project" } }, "b": { "gitlab": { "script": "make", "timeout": "5m" } } }"#,
        );
        assert_eq!(faults, Vec::<String>::new());
        assert!(pipeline.jobs.values().all(|job| job.top_steps().is_empty() && job.call().is_none()));
        let (_, faults) =
            read(r#"{ "a": { "gitlab": { "script": "make" } }, "b": { "gitlab": { "tags": ["x"] }, "timeout": "5m" } }"#);
        assert_eq!(faults, ["jobs.a.timeout: `timeout` is missing", "jobs.b.steps: `steps` is missing"]);
    }

    /// A word, and what is said of it where a job has it.
    const REFUSED: &[(&str, &str)] = &[
        (r#"{ "timeout": "soon" }"#, "timeout: expected a span of time, got \"soon\""),
        (r#"{ "image": "a" }, "container": "b""#, "image: `image` is said by `container` already"),
        (r#"{ "script": "a", "run": [] }"#, "run: a job has `script` or `run`, not both"),
        (r#"{ "trigger": "a/b", "cache": {} }"#, ": a job that starts a pipeline has no `cache`"),
        (r#"{ "when": "delayed" }"#, "start_in: `start_in` is missing"),
        (r#"{ "start_in": "5m" }"#, "start_in: `start_in` belongs to a job that is delayed"),
        (r#"{ "start_in": "5m", "rules": [] }"#, "start_in: `start_in` stands in a rule where there are rules"),
        (r#"{ "when": "always", "manual_confirmation": "?" }"#, ": only a job that somebody starts asks anything"),
        (
            r#"{ "rules": [{ "if": "$A = 1" }] }"#,
            "rules.0.if: expected a condition of GitLab, got one that breaks at character 4",
        ),
        (r#"{ "rules": [{ "when": "delayed" }] }"#, "rules.0.start_in: `start_in` is missing"),
        (r#"{ "rules": [{ "changes": {} }] }"#, "rules.0.changes: nothing says the files"),
        (
            r#"{ "rules": [{ "changes": { "paths": ["a"], "regexp": "b" } }] }"#,
            "rules.0.changes.regexp: `paths` and `regexp` both say the files",
        ),
        (r#"{ "needs": [{ "artifacts": true }] }"#, "needs.0.job: `job` is missing"),
        (r#"{ "needs": [{ "job": "a", "project": "b" }] }"#, "needs.0.ref: `ref` is missing"),
        (r#"{ "needs": [{ "job": "a", "ref": "b" }] }"#, "needs.0.ref: `ref` belongs to `project`"),
        (
            r#"{ "parallel": { "matrix": [{ "A": [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15], "B": [1,2,3,4,5,6,7,8,9,10,11,12,13,14] }] } }"#,
            "parallel.matrix: makes 210 jobs, and 200 is the most",
        ),
        (r#"{ "secrets": { "A": { "file": true } } }"#, "secrets.A: nothing says where it is kept"),
        (r#"{ "secrets": { "A": { "gcp_secret_manager": { "name": "a" } } } }"#, "secrets.A.token: `token` is missing"),
        (r#"{ "trigger": { "include": [{ "artifact": "a.yml" }] } }"#, "trigger.include.0.job: `job` is missing"),
        (r#"{ "trigger": { "branch": "a", "include": "a.yml" } }"#, "trigger.branch: `branch` belongs to `project`"),
        (r#"{ "run": [{ "name": "a" }] }"#, "run.0: nothing says what it does"),
        (
            r#"{ "inputs": { "a": { "type": "number", "default": "b" } } }"#,
            "inputs.a.default: expected a value of the type number, got a String",
        ),
        (
            r#"{ "inputs": { "a": { "default": "x", "options": ["y"] } } }"#,
            "inputs.a.default: the default is none of the `options`",
        ),
        (r#"{ "script": ["make", "'Commit"] }"#, "script.1: expected a reference, got a tag"),
        (r#"{ "scirpt": "make" }"#, "scirpt: unknown field `scirpt`"),
    ];

    #[test]
    fn words_that_exclude_or_need_each_other_are_held() {
        for (gitlab, said) in REFUSED {
            let timeout = if gitlab.contains("timeout") { "" } else { r#""timeout": "5m", "# };
            let (_, faults) = read(&format!(r#"{{ "a": {{ {timeout}"gitlab": {gitlab}, {STEPS} }} }}"#));
            let said = if let Some(rest) = said.strip_prefix(": ") {
                format!("jobs.a.gitlab: {rest}")
            } else {
                format!("jobs.a.gitlab.{said}")
            };
            assert!(faults.contains(&said), "{gitlab}: {faults:#?}");
        }
    }
}
