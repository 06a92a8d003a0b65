//! The short forms that GitHub reads, written out as the model's reader knows them: one event as a word, nothing where a mapping may
//! stand, one branch where a list may, a number where a text may.

use crate::pipeline::words::OPEN;
use crate::source::{Field, Node, Value};

/// Writes out `on`: a word, a list of words, or events with what narrows them.
pub(super) fn events(on: Node) -> Node {
    let origin = on.origin;
    let event = |node: Node| Field { name: node.text().unwrap_or_default().to_owned(), key: node.origin, node: empty(&node) };
    let value = match on.value {
        Value::String(_) => Value::Record(vec![event(on)]),
        Value::Array(items) if items.iter().all(|item| item.text().is_some()) => {
            Value::Record(items.into_iter().map(event).collect())
        }
        Value::Record(fields) => {
            Value::Record(fields.into_iter().map(|field| Field { node: filters(field.node), ..field }).collect())
        }
        other => other,
    };
    Node { value, origin }
}

/// What narrows an event: nothing, or lists of which one item may stand alone.
fn filters(event: Node) -> Node {
    let Value::Record(fields) = event.value else {
        return if event.value == Value::Null { empty(&event) } else { event };
    };
    let listed = |field: Field| match field.name.as_str() {
        "types" | "branches" | "branches-ignore" | "tags" | "tags-ignore" | "paths" | "paths-ignore" | "workflows" => {
            Field { node: list(field.node), ..field }
        }
        "inputs" | "secrets" | "outputs" => Field { node: each(field.node), ..field },
        _ => field,
    };
    Node { value: Value::Record(fields.into_iter().map(listed).collect()), ..event }
}

/// Inputs and their like: what is said of one may be nothing.
fn each(node: Node) -> Node {
    match node.value {
        Value::Null => empty(&node),
        Value::Record(fields) => {
            let said = |field: Field| Field {
                node: if field.node.value == Value::Null { empty(&field.node) } else { field.node },
                ..field
            };
            Node { value: Value::Record(fields.into_iter().map(said).collect()), ..node }
        }
        _ => node,
    }
}

fn list(node: Node) -> Node {
    let origin = node.origin;
    match node.value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Node { value: Value::Array(vec![text(node)]), origin },
        Value::Array(items) => Node { value: Value::Array(items.into_iter().map(text).collect()), origin },
        _ => node,
    }
}

/// An environment or inputs: a value that is not there is an empty text.
pub(super) fn bindings(node: Node) -> Node {
    let Value::Record(fields) = node.value else { return node };
    let said = |field: Field| {
        let origin = field.node.origin;
        let node =
            if field.node.value == Value::Null { Node { value: Value::String(String::new()), origin } } else { field.node };
        Field { node, ..field }
    };
    Node { value: Value::Record(fields.into_iter().map(said).collect()), ..node }
}

/// Variables; those that one expression gives have no names here, and stand as one that no variable can have.
pub(super) fn environment(node: Node) -> Node {
    let whole = node.text().map(str::trim).filter(|text| text.starts_with(OPEN) && text.ends_with("}}")).map(nameless);
    match whole {
        Some(name) => {
            let origin = node.origin;
            Node { value: Value::Record(vec![Field { name, key: origin, node }]), origin }
        }
        None => bindings(node),
    }
}

/// The expression without blanks, for no name of a variable begins so or has one in it.
fn nameless(text: &str) -> String {
    text.split_whitespace().collect()
}

/// A number or a flag where a text is meant.
pub(super) fn text(node: Node) -> Node {
    let value = match node.value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        other => other,
    };
    Node { value, ..node }
}

fn empty(node: &Node) -> Node {
    Node { value: Value::Record(Vec::new()), origin: node.origin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;
    use crate::read::Document;

    fn read(yaml: &str) -> Node {
        Document::read(yaml, FileId(0)).roots.remove(0)
    }

    fn shape(node: &Node) -> String {
        match &node.value {
            Value::Record(fields) => format!(
                "{{{}}}",
                fields.iter().map(|field| format!("{}: {}", field.name, shape(&field.node))).collect::<Vec<_>>().join(", ")
            ),
            Value::Array(items) => format!("[{}]", items.iter().map(shape).collect::<Vec<_>>().join(", ")),
            Value::String(text) => format!("{text:?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_short_form_of_a_trigger_is_one_long_form() {
        for (short, long) in [
            ("push", "{push: {}}"),
            ("[push, pull_request]", "{push: {}, pull_request: {}}"),
            ("{push: , pull_request: {branches: main}}", r#"{push: {}, pull_request: {branches: ["main"]}}"#),
            ("{workflow_dispatch: {inputs: {a: }}}", "{workflow_dispatch: {inputs: {a: {}}}}"),
            ("{push: {tags: [1.0, v2]}}", r#"{push: {tags: ["1", "v2"]}}"#),
            ("{schedule: [{cron: a}]}", r#"{schedule: [{cron: "a"}]}"#),
        ] {
            assert_eq!(shape(&events(read(short))), long, "{short}");
        }
    }

    #[test]
    fn a_binding_without_a_value_is_an_empty_text() {
        assert_eq!(shape(&bindings(read("{a: , b: 1}"))), r#"{a: "", b: Number(1.0)}"#);
    }
}
