//! A condition that is read is written as an expression that the forge takes, or a finding says why it cannot be.

use pipeward::backend;
use pipeward::origin::{FileId, Origin};
use pipeward::pipeline::{Pipeline, Place, Project, Reader, Words};
use pipeward::source::{Field, Node, Value};

/// Holds the text as a condition of a job and of a step, a line for each of its parts.
pub fn hold(bytes: &[u8]) {
    let mut lines = super::text(bytes).lines();
    let condition = condition(&mut lines, 0);
    let mut reader = Reader::default();
    let root =
        record([("name", string("fuzz")), ("visibility", tag("Public", None)), ("backends", record([("github", record([]))]))]);
    let mut project = Project::read(&mut reader, &Place::root(&root), "pipelines/main.ncl").expect("a project");
    let pipeline = pipeline(&condition);
    let read = Pipeline::read_file(&mut reader, &Place::root(&pipeline), "ci", "pipelines/ci.ncl");
    for fault in &reader.faults {
        assert!(!fault.message.is_empty() && !fault.path.is_empty(), "{fault:?}");
    }
    if !reader.faults.is_empty() {
        return;
    }
    let conditions =
        read[0].jobs["unit"].when.iter().chain(read[0].jobs["unit"].all_steps().filter_map(|step| step.when.as_ref()));
    assert_eq!(conditions.count(), 2, "a condition is lost without a fault: {condition:?}");
    project.pipelines.extend(read);
    let output = backend::render(&project);
    assert_eq!(output, backend::render(&project), "written otherwise the second time");
    let [file] = output.files.as_slice() else {
        assert!(!output.findings.is_empty(), "nothing is written, and nobody says why: {condition:?}");
        return;
    };
    let document: serde_yaml::Value = serde_yaml::from_str(&file.text).expect("YAML");
    let job = &document["jobs"]["unit"];
    for held in [&job["if"], &job["steps"][0]["if"]] {
        let Some(text) = held.as_str() else { continue };
        let words = Words::parse(text).unwrap_or_else(|problem| panic!("{text:?}: {problem:?}"));
        assert!(!words.is_template() || is_raw(&condition), "{text:?} is a template");
    }
}

fn pipeline(condition: &Node) -> Node {
    let step = record([("run", string("true")), ("when", condition.clone())]);
    let unit = record([("timeout", string("5m")), ("when", condition.clone()), ("steps", node(Value::Array(vec![step])))]);
    let input = |kind| record([("type", tag(kind, None))]);
    let inputs = record([("flag", input("Flag")), ("text", record([])), ("number", input("Number"))]);
    record([
        ("name", string("CI")),
        ("on", record([("manual", record([("inputs", inputs)]))])),
        ("jobs", record([("unit", unit)])),
    ])
}

/// Whether an author who knows the forge's words has written some.
fn is_raw(node: &Node) -> bool {
    match &node.value {
        Value::Tag(name, argument) => name == "Raw" || argument.as_deref().is_some_and(is_raw),
        Value::Array(items) => items.iter().any(is_raw),
        Value::Record(fields) => fields.iter().any(|field| is_raw(&field.node)),
        _ => false,
    }
}

/// One condition: the first character of a line says which, the rest is what it is about. What is inside of `&`, `|` and `!` is on
/// the lines that follow, as far as a line that begins with `.`.
fn condition(lines: &mut std::str::Lines<'_>, depth: usize) -> Node {
    let line = lines.next().unwrap_or("s");
    let kind = line.chars().next().unwrap_or('s');
    let rest = line.get(kind.len_utf8()..).unwrap_or_default();
    let some = |name, argument| tag(name, Some(argument));
    let words = || node(Value::Array(rest.split(' ').map(string).collect()));
    let equality = |subject, name: &'static str| {
        let (what, equals) = rest.split_once('=').unwrap_or((rest, ""));
        some(subject, record([(name, string(what)), ("equals", value(equals))]))
    };
    match kind {
        'a' => tag("Always", None),
        's' => tag("OnSuccess", None),
        'f' => tag("OnFailure", None),
        'c' => tag("NotCancelled", None),
        'd' => tag("DefaultBranch", None),
        't' => tag("Tag", None),
        'L' => some("Label", string(rest)),
        'B' => some("Branch", words()),
        'E' => some("Event", node(Value::Array(rest.split(' ').map(|name| tag(name, None)).collect()))),
        'I' => equality("Input", "name"),
        'O' => equality("Output", "name"),
        'M' => equality("Matrix", "key"),
        'R' => {
            let (job, is) = rest.split_once('=').unwrap_or((rest, "Failure"));
            some("Result", record([("job", string(job)), ("is", tag(is, None))]))
        }
        'P' => some("Present", value(rest)),
        '#' => some("Raw", record([("github", string(rest))])),
        '!' if depth < 64 => some("Not", condition(lines, depth + 1)),
        '&' | '|' if depth < 64 => {
            let mut inner = Vec::new();
            while lines.clone().next().is_some_and(|line| !line.starts_with('.')) {
                inner.push(condition(lines, depth + 1));
            }
            lines.next();
            some(if kind == '&' { "All" } else { "Any" }, node(Value::Array(inner)))
        }
        _ => tag(rest, Some(string(rest))),
    }
}

/// A value: a flag, a number, a reference after `$`, several parts between `+`, else a text.
fn value(text: &str) -> Node {
    if text.contains('+') {
        return node(Value::Array(text.split('+').map(value).collect()));
    }
    if let Some((name, argument)) = text.strip_prefix('$').and_then(|reference| reference.split_once(' ')) {
        return match name {
            "Raw" => tag(name, Some(record([("github", string(argument))]))),
            "Hash" => tag(name, Some(node(Value::Array(argument.split(' ').map(string).collect())))),
            _ => tag(name, Some(string(argument))),
        };
    }
    match text {
        "true" | "false" => node(Value::Bool(text == "true")),
        _ => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => node(Value::Number(number)),
            _ => text.strip_prefix('$').map_or_else(|| string(text), |name| tag(name, None)),
        },
    }
}

const fn node(value: Value) -> Node {
    Node { value, origin: Origin::whole(FileId(0)) }
}

fn string(text: &str) -> Node {
    node(Value::String(text.to_owned()))
}

fn tag(name: &str, argument: Option<Node>) -> Node {
    node(Value::Tag(name.to_owned(), argument.map(Box::new)))
}

fn record<const N: usize>(fields: [(&str, Node); N]) -> Node {
    let field = |(name, node): (&str, Node)| Field { name: name.to_owned(), key: Origin::whole(FileId(0)), node };
    node(Value::Record(fields.into_iter().map(field).collect()))
}
