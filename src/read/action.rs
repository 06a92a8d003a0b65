//! A file that describes an action, in the shape that the model knows one in: its steps and values in GitHub's words.
//!
//! What GitHub does not look at is not looked at: a missing description, a field that nobody knows outside of `runs`.

use super::alike::alike;
use super::document::Slip;
use super::github::{field, steps};
use super::short;
use crate::origin::Origin;
use crate::source::{Field, Node, Value};

/// The keys of a program and of an image, and what the model calls them.
const KEYS: &[(&str, &str)] = &[
    ("main", "main"),
    ("pre", "pre"),
    ("pre-if", "pre_if"),
    ("post", "post"),
    ("post-if", "post_if"),
    ("image", "image"),
    ("args", "args"),
    ("env", "env"),
    ("entrypoint", "entrypoint"),
    ("pre-entrypoint", "pre_entrypoint"),
    ("post-entrypoint", "post_entrypoint"),
];

/// Puts an action into its shape; one without a name is called `called`. What cannot run is nothing.
pub(super) fn action(root: Node, called: &str, slips: &mut Vec<Slip>) -> Option<Node> {
    alike(&root, slips);
    let origin = root.origin;
    let Value::Record(fields) = root.value else {
        slips.push(slip(origin, "expected a mapping that describes an action", "write name, description and runs", &[]));
        return None;
    };
    let mut own = Vec::new();
    let mut runs = None;
    for written in fields {
        match written.name.as_str() {
            "name" | "description" | "author" => own.extend(text(written)),
            "inputs" => own.push(Field { node: each(written.node, input), ..written }),
            "outputs" => own.push(Field { node: each(written.node, output), ..written }),
            "runs" => runs = Some(written),
            _ => {}
        }
    }
    for (name, otherwise) in [("name", called), ("description", "")] {
        if own.iter().all(|written| written.name != name) {
            own.push(field(name, Value::String(otherwise.to_owned()), origin));
        }
    }
    let Some(runs) = runs else {
        slips.push(slip(origin, "`runs` is missing", "write runs: with using: composite and steps", &["runs"]));
        return None;
    };
    let runs = what(runs, &mut own, slips)?;
    own.push(runs);
    Some(Node { value: Value::Record(own), origin })
}

fn slip(origin: Origin, message: impl Into<String>, help: &str, path: &[&str]) -> Slip {
    let path = path.iter().map(|name| (*name).to_owned()).collect();
    Slip { origin, message: message.into(), help: help.to_owned(), path }
}

/// What the action runs, one of three; the values of outputs belong to steps alone.
fn what(runs: Field, own: &mut [Field], slips: &mut Vec<Slip>) -> Option<Field> {
    let using = runs.node.field("using").map(|using| (using.node.origin, using.node.text().unwrap_or_default().to_lowercase()));
    let Some((place, using)) = using else {
        slips.push(slip(runs.key, "`runs.using` is missing", "write using: composite, docker or node24", &["runs", "using"]));
        return None;
    };
    let named = |name: &str, node: Node| Field { name: name.to_owned(), key: runs.key, node };
    if using != "composite" {
        own.iter_mut().filter(|field| field.name == "outputs").for_each(|outputs| valueless(&mut outputs.node));
    }
    match using.as_str() {
        "composite" => {
            let Value::Record(fields) = runs.node.value else { return None };
            let Some(written) = fields.into_iter().find(|field| field.name == "steps") else {
                slips.push(slip(runs.key, "`runs.steps` is missing", "write the steps of the action", &["runs", "steps"]));
                return None;
            };
            shells(&written.node, slips);
            Some(Field { node: steps(written.node, &["steps".to_owned()], slips), ..written })
        }
        "docker" => Some(named("docker", program(runs.node, None))),
        "node12" | "node16" | "node20" | "node24" => {
            let runtime = Value::Tag(format!("Node{}", using.trim_start_matches("node")), None);
            Some(named("node", program(runs.node, Some(Node { value: runtime, origin: place }))))
        }
        _ => {
            let message = format!("expected what runs the action, got \"{using}\"");
            slips.push(slip(place, message, "write composite, docker or node24", &["runs", "using"]));
            None
        }
    }
}

/// A command of an action says which shell it is for: there is no job around it that could.
fn shells(steps: &Node, slips: &mut Vec<Slip>) {
    for (index, step) in steps.items().unwrap_or_default().iter().enumerate() {
        if let Some(run) = step.field("run").filter(|_| step.field("shell").is_none()) {
            let index = index.to_string();
            let message = "a command of an action needs `shell`";
            slips.push(slip(run.key, message, "write shell: bash", &["steps", &index, "shell"]));
        }
    }
}

fn program(node: Node, runtime: Option<Node>) -> Node {
    let origin = node.origin;
    let Value::Record(fields) = node.value else { return node };
    let is_node = runtime.is_some();
    let mut own: Vec<Field> =
        runtime.into_iter().map(|node| Field { name: "runtime".to_owned(), key: node.origin, node }).collect();
    for written in fields {
        let Some((_, name)) = KEYS.iter().find(|(key, _)| *key == written.name) else { continue };
        // What belongs to the other kind is not looked at, and neither is what is said to be nothing.
        let fits = match *name {
            "main" | "pre" | "post" => is_node,
            "pre_if" | "post_if" => true,
            _ => !is_node,
        };
        if !fits || written.node.value == Value::Null {
            continue;
        }
        let node = match *name {
            "env" => short::bindings(written.node),
            "image" => image(written.node),
            "args" | "pre_if" | "post_if" => written.node,
            _ => short::text(written.node),
        };
        own.push(Field { name: (*name).to_owned(), node, ..written });
    }
    Node { value: Value::Record(own), origin }
}

/// An image, without the word that says that it is one of a registry.
fn image(node: Node) -> Node {
    match node.text().and_then(|text| text.strip_prefix("docker://")) {
        Some(image) => Node { value: Value::String(image.to_owned()), ..node },
        None => node,
    }
}

/// A field whose value is a text, or as good as one.
fn text(field: Field) -> Option<Field> {
    let node = short::text(field.node);
    node.text().is_some().then_some(Field { node, ..field })
}

/// Inputs or outputs, each put into its shape.
fn each(node: Node, shape: fn(Vec<Field>, Origin) -> Vec<Field>) -> Node {
    let origin = node.origin;
    let Value::Record(fields) = node.value else { return Node { value: Value::Record(Vec::new()), origin } };
    let shaped = fields.into_iter().map(|field| {
        let said = if let Value::Record(said) = field.node.value { said } else { Vec::new() };
        let mut own = shape(said, field.key);
        if own.iter().all(|field| field.name != "description") {
            own.push(self::field("description", Value::String(String::new()), field.key));
        }
        Field { node: Node { value: Value::Record(own), origin: field.node.origin }, ..field }
    });
    Node { value: Value::Record(shaped.collect()), origin }
}

fn input(said: Vec<Field>, _: Origin) -> Vec<Field> {
    let has_default = said.iter().any(|field| field.name == "default" && field.node.value != Value::Null);
    let shape = |field: Field| match field.name.as_str() {
        "description" => text(field),
        "default" if field.node.value != Value::Null => Some(field),
        // An input with a default need not be said, whatever else is written.
        "required" if !has_default => {
            let value = Value::Bool(field.node.value == Value::Bool(true) || field.node.text() == Some("true"));
            Some(Field { node: Node { value, ..field.node }, ..field })
        }
        "deprecationMessage" => text(Field { name: "deprecated".to_owned(), ..field }),
        _ => None,
    };
    said.into_iter().filter_map(shape).collect()
}

fn output(said: Vec<Field>, key: Origin) -> Vec<Field> {
    let shape = |field: Field| match field.name.as_str() {
        "description" => text(field),
        "value" => Some(field),
        _ => None,
    };
    let mut own: Vec<Field> = said.into_iter().filter_map(shape).collect();
    if own.iter().all(|field| field.name != "value") {
        own.push(field("value", Value::String(String::new()), key));
    }
    own
}

/// Takes the values from the outputs of a program, which sets them itself.
fn valueless(outputs: &mut Node) {
    let Value::Record(fields) = &mut outputs.value else { return };
    for field in fields {
        if let Value::Record(said) = &mut field.node.value {
            said.retain(|field| field.name != "value");
        }
    }
}
