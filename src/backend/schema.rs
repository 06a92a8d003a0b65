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
use crate::yaml::{Map, Node};

/// The files that have a schema.
#[derive(Clone, Copy, Debug)]
pub(super) enum File {
    /// `.github/workflows/*.yml`
    Workflow,
    /// `.github/dependabot.yml`
    Dependabot,
    /// `.github/actions/*/action.yml`
    Action,
}

static WORKFLOW: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("github.schema.json")));
static ACTION: LazyLock<Option<Schema>> = LazyLock::new(|| compile(include_str!("action.schema.json")));
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
    };
    let Some(schema) = schema.as_ref() else {
        let (identity, origin) = locate(&[]);
        let message = "the schema of the file cannot be read".to_owned();
        return vec![cannot_write("syntax", &identity, origin, message, Vec::new(), "schema")];
    };
    let json = Node::Map(document.clone()).to_json();
    if schema.validator.is_valid(&json) {
        return Vec::new();
    }
    schema
        .validator
        .iter_errors(&json)
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
    fn both_schemas_compile() {
        assert!(WORKFLOW.is_some() && DEPENDABOT.is_some() && ACTION.is_some());
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
