//! What a pipeline says in GitHub's own words: `github = { … }` beside its name and its jobs.
//!
//! What a field of the pipeline means is read into that field, so that every rule sees it; the rest stays here.

use super::super::Job;
use super::super::gitlab::Tree;
use super::super::permission::{self, Level, Permissions};
use super::super::reader::{Place, Reader};
use super::super::surroundings::{Concurrency, Defaults, key_of};
use super::super::trigger::Triggers;
use super::super::value::{Bindings, Value};
use super::said_twice;
use crate::origin::At;

/// What only a workflow of GitHub knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workflow {
    /// What one run is called in the list of runs.
    pub run_name: Option<At<Value>>,
    /// Whether the description is a key of the file instead of a comment at its head.
    pub describes_itself: bool,
    /// What the token of a job may do that says nothing of it, at the key; the permissions of such a job are these.
    pub permissions: Option<At<Permissions>>,
    /// One level for every scope of them: `read-all`, `write-all`.
    pub all: Option<At<Level>>,
    /// Whether its file says what the pipeline says and nothing more: GitHub's defaults hold where it is silent.
    pub as_written: bool,
    /// Keys of its file that no contract holds, put over what is written, if it says what the pipeline says.
    pub verbatim: Option<Tree>,
    /// What its file is called, if not by its id.
    pub file: Option<At<String>>,
}

/// The fields of a pipeline that its `github` part may say as well.
pub(in crate::pipeline) struct Ours<'a> {
    /// What starts it.
    pub(in crate::pipeline) on: &'a mut Triggers,
    /// What it is for.
    pub(in crate::pipeline) description: &'a mut Option<At<String>>,
    /// What may not run at the same time.
    pub(in crate::pipeline) concurrency: &'a mut Option<At<Concurrency>>,
    /// The environment of all its jobs.
    pub(in crate::pipeline) env: &'a mut Bindings,
    /// What the commands of all its jobs start from.
    pub(in crate::pipeline) defaults: &'a mut Option<Defaults>,
}

const FIELDS: &[&str] =
    &["on", "run-name", "description", "permissions", "concurrency", "env", "defaults", "as_written", "verbatim", "file"];

/// The keys of a workflow's own file: what only says how the file is to be written has no place in it.
const KEYS: &[&str] = &["name", "on", "run-name", "description", "permissions", "concurrency", "env", "defaults", "jobs"];

/// The keys that other fields say as well.
const PAIRS: &[(&str, &[&str])] =
    &[("description", &["description"]), ("concurrency", &["concurrency"]), ("env", &["env"]), ("defaults", &["defaults"])];

impl Workflow {
    /// Reads the `github` part of the pipeline at `around`; what `ours` can hold goes there.
    pub(in crate::pipeline) fn read(reader: &mut Reader, around: &Place<'_>, ours: Ours<'_>) -> Self {
        let Some(place) = reader.record_of(around, "github") else { return Self::default() };
        reader.known(&place, if reader.is_of_yaml() { KEYS } else { FIELDS });
        said_twice(reader, around, &place, PAIRS);
        if let Some(on) = place.get("on") {
            ours.on.read_raw(reader, &on);
        }
        let description = reader.text_of(&place, "description");
        let describes_itself = description.is_some();
        if describes_itself {
            *ours.description = description;
        }
        if let Some(concurrency) = place.get("concurrency") {
            *ours.concurrency = Concurrency::in_words(reader, &concurrency);
        }
        ours.env.extend(Value::environment_in_words(reader, &place));
        if let Some(defaults) = place.get("defaults") {
            *ours.defaults = Defaults::in_words(reader, &defaults);
        }
        let granted = place.get("permissions").map(|field| permission::in_words(reader, &field));
        let (permissions, all) = granted.map_or((None, None), |(granted, all)| (Some(granted), all));
        let as_written = reader.flag_of(&place, "as_written").is_some_and(|flag| flag.value);
        let verbatim = reader.record_of(&place, "verbatim");
        if let Some(verbatim) = verbatim.filter(|_| !as_written) {
            let message = "`verbatim` belongs to a pipeline that is as it is written";
            reader.refuse(&verbatim, message, "write github.as_written = true, or remove it");
        }
        Self {
            run_name: place.get("run-name").and_then(|field| Value::in_words(reader, &field)),
            describes_itself,
            permissions: permissions.map(|granted| At::new(granted, key_of(&place, "permissions"))),
            all,
            as_written,
            verbatim: verbatim.and_then(|verbatim| Tree::read(reader, &verbatim)),
            file: Self::file(reader, &place),
        }
    }

    /// What the file is called: a name that GitHub looks at, in the one folder it looks into.
    fn file(reader: &mut Reader, place: &Place<'_>) -> Option<At<String>> {
        let file = reader.text_of(place, "file")?;
        if !is_file(&file) {
            let message = format!("expected the name of a workflow's file, got \"{}\"", file.escape_debug());
            reader.misnamed(place, file.origin, message, "write letters, digits, `.`, `_` and `-`, and `.yml` at the end");
        }
        Some(file)
    }

    /// Gives a job that says nothing of permissions those of the pipeline.
    pub(in crate::pipeline) fn grant(&self, job: &mut Job) {
        if let (Some(permissions), None) = (&self.permissions, job.permissions_key) {
            job.permissions.clone_from(&permissions.value);
            job.permissions_key = Some(permissions.origin);
            job.github.permissions = self.all;
            job.github.is_granted = true;
        }
    }

    /// Every value in it, with its field.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        self.run_name.iter().map(|value| ("run-name", value)).collect()
    }
}

fn is_file(file: &str) -> bool {
    let stem = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml")).unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-');
    !stem.is_empty() && !stem.starts_with('.') && stem.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Pipeline;
    use crate::pipeline::fixture;
    use crate::pipeline::surroundings::{Group, Queue};

    const JOBS: &str = r#""jobs": {
        "own": { "timeout": "5m", "permissions": { "contents": "'Read" }, "steps": [{ "run": "make" }] },
        "none": { "timeout": "5m", "steps": [{ "run": "make" }] }
    }"#;

    fn pipeline(github: &str) -> Pipeline {
        let text = format!(r#"{{ "name": "CI", "on": {{ "push": {{}} }}, "github": {github}, {JOBS} }}"#);
        fixture::project("{}", &[("ci", &text)]).pipelines.remove(0)
    }

    #[test]
    fn permissions_of_a_pipeline_are_those_of_a_job_without_its_own() {
        let found = pipeline(r#"{ "permissions": { "id-token": "write" } }"#);
        let scopes = |job: &str| found.jobs[job].permissions.keys().copied().collect::<Vec<&str>>();
        assert_eq!((scopes("own"), scopes("none")), (vec!["contents"], vec!["id_token"]));
        let found = pipeline(r#"{ "permissions": "read-all" }"#);
        assert_eq!(found.jobs["none"].github.permissions.map(|level| level.value), Some(Level::Read));
        assert_eq!(found.jobs["none"].permissions["models"].level.value, Level::Read);
        assert!(!found.jobs["none"].permissions.contains_key("id_token"), "there is nothing of it to read");
    }

    #[test]
    fn what_a_field_means_is_read_into_it() {
        let found = pipeline(
            r#"{
                "concurrency": { "group": "ci-${{ github.ref }}", "cancel-in-progress": "${{ github.ref != 'a' }}", "queue": "single" },
                "env": { "LANG": "C" }, "description": "What it is", "defaults": { "run": { "shell": "pwsh" } }
            }"#,
        );
        let concurrency = found.concurrency.expect("a group");
        assert!(matches!(concurrency.group.value, Group::Named(_)));
        assert!(concurrency.cancel.later().is_some());
        assert_eq!(concurrency.queue.map(|queue| queue.value), Some(Queue::Single));
        assert_eq!(found.env["LANG"].value.plain(), Some("C"));
        assert_eq!(found.description.as_ref().map(|text| text.as_str()), Some("What it is"));
        assert!(found.defaults.is_some_and(|defaults| defaults.shell.is_some()));
    }

    #[test]
    fn what_is_said_twice_is_refused_at_the_raw_key() {
        let text = r#"{ "name": "CI", "on": {"push": {}}, "description": "a", "env": {},
            "jobs": {"unit": {"timeout": "5m", "steps": [{"run": "make"}]}},
            "github": { "description": "b", "env": {}, "concurrency": { "group": "x", "cancel-in-progress": true, "queue": "max" } } }"#;
        let node = fixture::node(&serde_json::from_str(text).expect("JSON"));
        let mut reader = Reader::default();
        Pipeline::read(&mut reader, &Place::root(&node), "ci", "ci.ncl");
        let said: Vec<(String, &str)> =
            reader.faults.iter().map(|fault| (fault.path.join("."), fault.message.as_str())).collect();
        assert_eq!(
            said,
            [
                ("github.description".to_owned(), "`description` is said by `description` already"),
                ("github.env".to_owned(), "`env` is said by `env` already"),
                ("github.concurrency".to_owned(), "a run that cancels the one before has none to wait behind"),
            ]
        );
    }
}
