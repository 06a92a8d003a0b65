//! The last look before a file is written: the tree against a closed schema of what its reader accepts.
//!
//! Each schema is compiled once. What it refuses is either something no contract checks or a mistake of a backend, so it
//! is said at the pipeline and the file is not written.

mod words;

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::cannot_write;
use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::parallel;
use crate::yaml::{self, Map, REFERENCE};

/// How many entries of a document are looked at together.
const PART: usize = 64;

/// The files that have a schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum File {
    /// `.github/workflows/*.yml`
    Workflow,
    /// `.github/dependabot.yml`
    Dependabot,
    /// `.github/actions/*/action.yml`
    Action,
    /// `.gitlab-ci.yml`, and what it includes
    GitLab,
    /// The document before the first `---` of such a file.
    GitLabHead,
}

static WORKFLOW: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("github.schema.json")));
static ACTION: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("action.schema.json")));
static GITLAB: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("gitlab.schema.json")));
static GITLAB_HEAD: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("gitlab_head.schema.json")));
static DEPENDABOT: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("dependabot.schema.json")));

/// A schema, and what holds values to it.
struct Schema {
    text: Value,
    validator: Validator,
}

fn compile(schema: &str) -> Option<Schema> {
    let text = serde_json::from_str(schema).ok()?;
    let validator = jsonschema::validator_for(&text).ok()?;
    Some(Schema { text, validator })
}

/// Compiles both schemas now instead of at the first file.
pub(super) fn prepare() {
    LazyLock::force(&WORKFLOW);
    LazyLock::force(&DEPENDABOT);
}

/// What the schema of a file refuses in a document. `locate` tells what a path in the document was made from.
pub(super) fn check(file: File, document: &Map, locate: impl Fn(&[&str]) -> (Identity, Origin)) -> Vec<Finding> {
    let schema = match file {
        File::Workflow => &WORKFLOW,
        File::Dependabot => &DEPENDABOT,
        File::Action => &ACTION,
        File::GitLab => &GITLAB,
        File::GitLabHead => &GITLAB_HEAD,
    };
    let Some(schema) = schema.as_ref() else {
        let (identity, origin) = locate(&[]);
        let message = "the schema of the file cannot be read".to_owned();
        return vec![cannot_write("syntax", &identity, origin, message, Vec::new(), "schema")];
    };
    // What GitLab's says of a document it says of each entry by itself: many jobs are looked at on all cores.
    let size = if matches!(file, File::GitLab) { PART } else { usize::MAX };
    let parts = if document.is_empty() { vec![&[][..]] } else { document.entries.chunks(size).collect() };
    let refused = parallel::map(parts, |entries| {
        let json = yaml::to_json(entries);
        (!schema.validator.is_valid(&json)).then_some(json)
    });
    refused
        .iter()
        .flatten()
        .flat_map(|json| schema.validator.iter_errors(json))
        .filter(|error| error.instance().get(REFERENCE).is_none())
        .map(|error| {
            let path = error.instance_path().to_string();
            let parts: Vec<&str> = path.split('/').skip(1).collect();
            let (identity, origin) = locate(&parts);
            let place = if path.is_empty() { "the top" } else { &path };
            let (message, meant) = words::of(&error, &schema.text);
            let stands = format!("this would stand at `{place}` of the file that is written, and its reader refuses it");
            let help = meant.into_iter().chain([stands]).collect();
            cannot_write("syntax", &identity, origin, message, help, &path)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;

    #[test]
    fn entries_of_a_document_for_gitlab_may_be_looked_at_apart() {
        let schema = &GITLAB.as_ref().expect("a schema").text;
        let apart = ["additionalProperties", "patternProperties", "properties", "propertyNames", "type"];
        let whole = |word: &&String| !apart.contains(&word.as_str()) && !["$schema", "title", "$defs"].contains(&word.as_str());
        let words = schema.as_object().expect("an object").keys().filter(whole).collect::<Vec<_>>();
        assert_eq!(words, Vec::<&String>::new(), "these may be about several entries at once");
    }

    #[test]
    fn what_is_wrong_with_one_of_many_jobs_is_found() {
        let mut document = Map::new();
        for number in 0..200 {
            let mut job = Map::new();
            job.put(if number == 150 { "scripts" } else { "script" }, "make");
            document.put(&format!("job-{number}"), job);
        }
        let locate = |path: &[&str]| (Identity::of(path[0]), Origin::whole(FileId(0)));
        let said = check(File::GitLab, &document, locate);
        assert!(!said.is_empty() && said.iter().all(|finding| finding.identity.as_str() == "job-150"), "{said:?}");
    }

    #[test]
    fn both_schemas_compile() {
        assert!(WORKFLOW.is_some() && DEPENDABOT.is_some() && ACTION.is_some());
        assert!(GITLAB.is_some() && GITLAB_HEAD.is_some());
    }

    fn refused(json: &str) -> Vec<String> {
        let schema = GITLAB.as_ref().expect("a schema");
        let document = serde_json::from_str(json).expect("JSON");
        let errors = schema.validator.iter_errors(&document).filter(|error| error.instance().get(REFERENCE).is_none());
        errors.map(|error| format!("{}: {}", error.instance_path(), words::of(&error, &schema.text).0)).collect()
    }

    #[test]
    fn a_reference_may_stand_wherever_a_job_says_something() {
        let reference = r#"{ "!reference": [".a", "b"] }"#;
        for job in [
            format!(r#"{{ "script": {reference}, "rules": {reference}, "variables": {{ "A": {reference} }} }}"#),
            format!(r#"{{ "script": ["a", {reference}], "rules": [{reference}], "tags": [{reference}], "when": {reference} }}"#),
            format!(r#"{{ "script": "a", "cache": {reference}, "retry": {reference}, "image": {{ "name": {reference} }} }}"#),
        ] {
            assert_eq!(refused(&format!(r#"{{ "a": {job} }}"#)), Vec::<String>::new(), "{job}");
        }
    }

    #[test]
    fn what_gitlab_refuses_is_refused() {
        for (job, said) in [
            (r#"{ "tags": ["a"] }"#, "/a: expected the key `script`, which is missing"),
            (r#"{ "script": [] }"#, "/a/script: expected at least 1 item, got 0"),
            (r#"{ "script": "a", "only": ["main"] }"#, "/a: unknown key `only`"),
            (r#"{ "script": "a", "when": "delayed" }"#, "/a: expected the key `start_in`, which is missing"),
            (r#"{ "script": "a", "start_in": "5m" }"#, "/a/start_in: `start_in` may not stand beside the other keys"),
            (r#"{ "script": "a", "parallel": 201 }"#, "/a/parallel: expected 200 or less, got 201"),
            (r#"{ "script": "a", "retry": 3 }"#, "/a/retry: expected 2 or less, got 3"),
            (r#"{ "script": "a", "timeout": 5 }"#, "/a/timeout: expected a text, got 5"),
            (r#"{ "trigger": "a/b", "script": "a" }"#, "/a/script: `script` may not stand beside the other keys"),
            (r#"{ "script": "a", "secrets": { "A": { "file": true } } }"#, "/a/secrets/A: "),
            (r#"{ "script": "a", "needs": [{ "job": "b", "project": "c" }] }"#, "/a/needs/0: "),
            (r#"{ "script": "a", "artifacts": { "reports": { "tap": "a" } } }"#, "/a/artifacts/reports: unknown key `tap`"),
        ] {
            let found = refused(&format!(r#"{{ "a": {job} }}"#));
            assert!(found.iter().any(|found| found.starts_with(said)), "{job}: {found:#?}");
        }
        assert_eq!(refused(r#"{ "image": "a" }"#), ["/image: `image` may not stand beside the other keys"]);
        assert_eq!(refused(r#"{ ".a": { "tags": ["b"] }, "include": ["a.yml", { "local": "b.yml" }] }"#), Vec::<String>::new());
    }

    #[test]
    fn what_the_reader_refuses_is_said_with_its_place() {
        let mut document = Map::new();
        document.put("version", 2.0);
        let mut update = Map::new();
        update.put("package-ecosystem", "nonsense");
        update.put("directory", "/");
        update.put("schedule", Map::new());
        document.put("updates", vec![update]);
        let findings = check(File::Dependabot, &document, |parts| (Identity::of(&parts.join(".")), Origin::whole(FileId(0))));
        let identities: Vec<&str> = findings.iter().map(|finding| finding.identity.as_str()).collect();
        assert_eq!(identities, ["updates.0.package-ecosystem", "updates.0.schedule"]);
        let keys: Vec<&str> = findings.iter().map(|finding| finding.key.as_str()).collect();
        assert_eq!(keys, ["/updates/0/package-ecosystem", "/updates/0/schedule"]);
        assert!(findings.iter().all(|finding| finding.rule == "syntax"));
    }
}
