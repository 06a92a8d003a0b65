//! The documentation of the Nickel library, run: every example accepts or refuses what it says, every name has some.

use std::collections::BTreeMap;
use std::path::Path;

use nickel_lang_core::ast::record::{FieldMetadata, Record};
use nickel_lang_core::ast::{Ast, Node as Syntax};
use nickel_lang_core::traverse::{TraverseAlloc as _, TraverseControl};
use pipeward::origin::Files;
use pipeward::source::{Evaluation, Evaluator, Node, Request, Role, Value};

#[path = "support/library.rs"]
mod library;

use library::{Example, Expected, each_file, examples};

/// How many examples there are: one that is lost on the way to be run is missed here.
const EXAMPLES: usize = 900;

/// What the library's files say of themselves.
#[derive(Default)]
struct Library {
    /// Documentation by the name of what is documented.
    docs: BTreeMap<String, String>,
    /// Declared fields that have none.
    undocumented: Vec<String>,
}

impl Library {
    fn read() -> Self {
        let mut library = Self::default();
        each_file(&mut |name, _, ast| {
            let _: Option<()> = ast.traverse_ref(
                &mut |ast: &Ast<'_>, (): &()| {
                    if let Syntax::Record(record) = &ast.node {
                        library.record(name, record);
                    }
                    TraverseControl::<(), ()>::Continue
                },
                &(),
            );
        });
        library
    }

    fn record(&mut self, file: &str, record: &Record<'_>) {
        for include in record.includes {
            self.field(file, include.ident.label(), &include.metadata, false);
        }
        for field in record.field_defs {
            let name = field.name_as_ident().map_or_else(|| "?".to_owned(), |name| name.label().to_owned());
            self.field(file, &name, &field.metadata, field.value.is_none());
        }
    }

    /// A field that is declared and not given a value is one an author may write: it must be documented.
    fn field(&mut self, file: &str, name: &str, metadata: &FieldMetadata<'_>, declared: bool) {
        match metadata.doc {
            Some(doc) if doc.contains("# Examples") => {
                let before = self.docs.insert(name.to_owned(), doc.to_owned());
                assert!(before.is_none(), "{file}: `{name}` is documented twice");
            }
            Some(doc) if !doc.trim().is_empty() => {}
            _ if declared => self.undocumented.push(format!("{file}: {name}")),
            _ => {}
        }
    }

    fn examples(&self) -> Vec<Example> {
        self.docs.iter().flat_map(|(contract, doc)| examples(contract, doc)).collect()
    }
}

/// Whether a message says what is expected, in Nickel's words or, where the walk tells it better, in Pipeward's.
fn says(message: &str, expected: &str) -> bool {
    let ours = match (expected.strip_prefix("missing definition for "), expected.strip_prefix("extra field ")) {
        (Some("`"), _) => "is missing".to_owned(),
        (Some(name), _) => format!("{name} is missing"),
        (_, Some(name)) => format!("unknown field {name}"),
        _ => return message.contains(expected),
    };
    message.contains(expected) || message.contains(&ours)
}

/// The names an author takes from the library.
fn exported() -> Vec<String> {
    let text = "std.record.fields (import \"pipeward.ncl\")";
    let names = evaluate(&[(Role::Free, text.to_owned())]).0.remove(0);
    assert!(names.faults.is_empty(), "{:?}", names.faults);
    names.node.items().expect("a list").iter().map(|name| name.text().expect("a name").to_owned()).collect()
}

fn evaluate(texts: &[(Role, String)]) -> (Vec<Evaluation>, Files) {
    let mut files = Files::default();
    let requests: Vec<Request> = texts
        .iter()
        .enumerate()
        .map(|(index, (role, text))| Request { name: format!("example-{index}.ncl"), text: Some(text.clone()), role: *role })
        .collect();
    let evaluations = Evaluator::here(Path::new(env!("CARGO_MANIFEST_DIR"))).evaluate(&requests, &mut files);
    (evaluations, files)
}

#[test]
fn every_example_says_what_happens() {
    let examples = Library::read().examples();
    assert!(examples.len() >= EXAMPLES, "{} examples are left of {EXAMPLES}", examples.len());
    let names = exported().join(", ");
    let texts: Vec<(Role, String)> = examples
        .iter()
        .map(|example| {
            let snippet = match &example.expected {
                Expected::Value(value) => format!("(\n{}\n) == (\n{value}\n)", example.snippet),
                Expected::Error(_) => example.snippet.clone(),
            };
            (Role::Free, format!("let {{ {names} }} = import \"pipeward.ncl\" in\n{snippet}\n"))
        })
        .collect();
    let (evaluations, _) = evaluate(&texts);
    let mut wrong = Vec::new();
    for (example, evaluation) in examples.iter().zip(&evaluations) {
        let messages: Vec<&str> = evaluation.faults.iter().map(|fault| fault.message.as_str()).collect();
        let holds = match &example.expected {
            Expected::Value(_) => messages.is_empty() && evaluation.node.value == Value::Bool(true),
            Expected::Error(expected) => messages.iter().any(|message| says(message, expected)),
        };
        if !holds {
            let expected = match &example.expected {
                Expected::Value(value) => value.clone(),
                Expected::Error(message) => format!("error: {message}"),
            };
            wrong.push(format!("{}: {}\n  expected {expected}\n  got {messages:?}", example.contract, example.snippet));
        }
    }
    assert!(wrong.is_empty(), "{} of {} examples are wrong\n{}", wrong.len(), examples.len(), wrong.join("\n"));
}

#[test]
fn every_contract_shows_what_it_accepts_and_what_it_refuses() {
    let library = Library::read();
    for name in exported() {
        let doc = library.docs.get(&name).unwrap_or_else(|| panic!("`{name}` has no examples"));
        let first = doc.lines().next().unwrap_or_default();
        assert!(first.starts_with("Accepts ") && first.ends_with('.'), "`{name}` begins: {first}");
        let (accepted, refused): (Vec<_>, Vec<_>) =
            examples(&name, doc).into_iter().partition(|example| matches!(example.expected, Expected::Value(_)));
        assert!(!accepted.is_empty(), "`{name}` shows nothing it accepts");
        assert!(!refused.is_empty(), "`{name}` shows nothing it refuses");
    }
}

#[test]
fn every_field_is_documented() {
    let library = Library::read();
    assert!(library.undocumented.is_empty(), "{:?}", library.undocumented);
    assert!(library.docs.len() >= 50, "{} documents found", library.docs.len());
}

/// One of everything that is written as text or number.
const WHOLE: &str = r#"{
  name = "All",
  description = "Everything a pipeline may say.",
  budget = "5m",
  on = { pull_request.branches = ["main"], schedule = [{ cron = "0 2 * * *" }], call.inputs.python = { type = 'Choice ["3.13"] } },
  concurrency = { group = 'Named ["all-", 'Branch], cancel = true },
  env.LANG = "C",
  jobs.build = {
    timeout = 10,
    needs = ["lint"],
    when = 'Any ['Label "ready", 'Input { name = "python", equals = "3.13" }],
    permissions = { contents = 'Read, checks = 'Write "annotates" },
    container = { image = "nix", ports = [8080] },
    services.db = "postgres",
    matrix = { os = ["linux", "mac"], "include" = [{ os = "bsd" }] },
    steps = [
      { run = "make test", env = { TAG = ["main-", 'Commit], LEVEL = 3 } },
      { upload = { name = "unit", paths = ["unit.xml"], retention = "7 days" } },
      { docker_build = { tags = [["k2:", 'Output "meta.digest"]] } },
    ],
  },
}"#;

/// The texts and numbers of a value that do not stand where they came from.
fn misplaced(node: &Node, text: &str, wrong: &mut Vec<String>) -> usize {
    let written = text.get(node.origin.range()).unwrap_or_default();
    let expected = match &node.value {
        Value::String(value) => format!("\"{value}\""),
        Value::Number(value) => value.to_string(),
        Value::Tag(name, _) => format!("'{name}"),
        _ => String::new(),
    };
    if !written.starts_with(&expected) || (matches!(node.value, Value::String(_) | Value::Number(_)) && written != expected) {
        wrong.push(format!("{expected} is said to stand at {written}"));
    }
    let parts: Vec<&Node> = match &node.value {
        Value::Array(items) => items.iter().collect(),
        Value::Record(fields) => fields.iter().map(|field| &field.node).collect(),
        Value::Tag(_, argument) => argument.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    let here = usize::from(!expected.is_empty());
    here + parts.into_iter().map(|part| misplaced(part, text, wrong)).sum::<usize>()
}

#[test]
fn contracts_leave_every_value_where_its_author_wrote_it() {
    let authored = format!("(import \"pipeward.ncl\") |> match {{ {{ Pipeline, .. }} => {WHOLE} | Pipeline }}");
    for text in [WHOLE.to_owned(), authored] {
        let (evaluations, _) = evaluate(&[(Role::Pipeline, text.clone())]);
        assert!(evaluations[0].faults.is_empty(), "{:?}", evaluations[0].faults);
        let mut wrong = Vec::new();
        let seen = misplaced(&evaluations[0].node, &text, &mut wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(seen, 38, "places looked at");
    }
}

#[test]
fn a_policy_has_every_rule_with_its_defaults() {
    let text = "{ rules.job-timeout-over-limit.settings.max = \"7m\" }";
    let (evaluations, _) = evaluate(&[(Role::Policy, "{}".to_owned()), (Role::Policy, text.to_owned())]);
    let rules = |evaluation: &Evaluation| {
        assert!(evaluation.faults.is_empty(), "{:?}", evaluation.faults);
        let rules = evaluation.node.get("rules").and_then(Node::fields).unwrap_or_default();
        let mut ids: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
        ids.sort();
        ids
    };
    let max = |evaluation: &Evaluation, rule: &str| {
        let settings = evaluation.node.get("rules").and_then(|rules| rules.get(rule)?.get("settings"));
        settings.and_then(|settings| settings.get("max")?.text().map(str::to_owned))
    };
    let ids: Vec<&str> = pipeward::rule::RULES.iter().map(|rule| rule.id).collect();
    let [untouched, tuned] = [&evaluations[0], &evaluations[1]];
    assert_eq!(rules(untouched), ids);
    assert_eq!(rules(tuned), ids);
    assert_eq!(max(tuned, "job-timeout-over-limit").as_deref(), Some("7m"));
    assert!(max(untouched, "job-timeout-over-limit").is_some_and(|max| max != "7m"));
    assert_eq!(max(tuned, "retention-over-limit"), max(untouched, "retention-over-limit"));
    assert!(max(untouched, "retention-over-limit").is_some());
}
