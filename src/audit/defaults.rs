//! The policy that judges YAML where nobody has written one: the shipped defaults, evaluated before the program was built.
//!
//! To evaluate them takes longer than to judge a hundred files.

use std::sync::LazyLock;

use serde_json::Value as Json;

use crate::origin::{FileId, Origin};
use crate::pipeline::{Place, Reader};
use crate::policy::{Layer, Policy};
use crate::rule::Audit;
use crate::source::{Field, Node, Value};

/// What the contracts make of an empty policy; a test writes it.
const TEXT: &str = include_str!("defaults.json");

/// The same of a policy in which the rules speak that wait for settings; the test has it.
const STRICT: &str = include_str!("strict.json");

/// The shipped policy, without the rules that an audit does not listen to.
pub(super) fn policy(strict: bool) -> Option<&'static Policy> {
    static ALWAYS: LazyLock<Option<Policy>> = LazyLock::new(|| heard(TEXT, Audit::Always));
    static MORE: LazyLock<Option<Policy>> = LazyLock::new(|| heard(STRICT, Audit::Strict));
    if strict { MORE.as_ref() } else { ALWAYS.as_ref() }
}

/// The shipped policy with every rule, for those who judge something else than YAML.
pub(crate) fn shipped() -> Option<Policy> {
    whole(TEXT)
}

fn heard(text: &str, most: Audit) -> Option<Policy> {
    let mut policy = whole(text)?;
    policy.silence(|rule| rule.audit > most);
    Some(policy)
}

fn whole(text: &str) -> Option<Policy> {
    let node = node(&serde_json::from_str(text).ok()?);
    Policy::read(&mut Reader::default(), &Place::root(&node), Layer::Repository, "the shipped policy")
}

/// JSON as evaluated data; a text that begins with `'` is a tag.
fn node(json: &Json) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => number.as_f64().map_or(Value::Null, Value::Number),
        Json::String(text) => match text.strip_prefix('\'') {
            Some(tag) => Value::Tag(tag.to_owned(), None),
            None => Value::String(text.clone()),
        },
        Json::Array(items) => Value::Array(items.iter().map(node).collect()),
        Json::Object(fields) => Value::Record(
            fields.iter().map(|(name, value)| Field { name: name.clone(), key: NOWHERE, node: node(value) }).collect(),
        ),
    };
    Node { value, origin: NOWHERE }
}

const NOWHERE: Origin = Origin::whole(FileId(0));

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::origin::Files;
    use crate::source::{Evaluator, Request};
    use crate::workspace;

    fn json(node: &Node) -> Json {
        match &node.value {
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(number) => serde_json::json!(number),
            Value::String(text) => {
                assert!(!text.starts_with('\''), "{text} would be a tag");
                Json::String(text.clone())
            }
            Value::Array(items) => Json::Array(items.iter().map(json).collect()),
            Value::Record(fields) => Json::Object(fields.iter().map(|field| (field.name.clone(), json(&field.node))).collect()),
            Value::Tag(tag, None) => Json::String(format!("'{tag}")),
            other => panic!("no default is {other:?}"),
        }
    }

    /// What a strict audit sets.
    const SETTINGS: &str = "{
      rules.adhoc-packages.settings.managers =
        ['bun, 'bundle, 'cargo, 'gem, 'go, 'npm, 'npx, 'pip, 'pipx, 'pnpm, 'uv, 'uvx, 'yarn],
      rules.runner-label-unknown.settings.guess = true,
      rules.superfluous-action.settings.report = true,
      rules.template-injection.settings.plain = true,
      rules.unpinned-images.settings.tagged = true,
    }";

    #[test]
    fn the_defaults_are_what_the_contracts_make_of_nothing() {
        let evaluator = Evaluator::here(Path::new("/"));
        for (file, settings, known) in [("defaults", "{}", TEXT), ("strict", SETTINGS, STRICT)] {
            let request = Request { text: Some(settings.to_owned()), ..workspace::shipped() };
            let evaluated = evaluator.evaluate(&[request], &mut Files::default()).remove(0);
            assert!(evaluated.faults.is_empty(), "{:?}", evaluated.faults);
            let text = format!("{}\n", serde_json::to_string_pretty(&json(&evaluated.node)).expect("JSON"));
            if std::env::var_os("PIPEWARD_WRITE").is_some() {
                let path = format!("{}/src/audit/{file}.json", env!("CARGO_MANIFEST_DIR"));
                std::fs::write(path, &text).expect("it can be written");
            } else {
                assert_eq!(known, text, "run it again with PIPEWARD_WRITE=1");
            }
        }
    }
}
