//! What starts a workflow.

use super::job::says_nothing;
use super::tree::{Entries, Entry, Tree, Word};
use super::value::{self, Seat};
use super::workflow::Translator;
use crate::origin::Origin;
use crate::pipeline::trigger::Event;
use crate::source::{Field, Node, Value};

/// The events that have a word of ours, each with its filters under both names.
const EVENTS: &[(&str, &str)] = &[
    ("pull_request", "pull_request"),
    ("push", "push"),
    ("merge_group", "merge_group"),
    ("release", "release"),
    ("schedule", "schedule"),
    ("workflow_dispatch", "manual"),
    ("workflow_call", "call"),
];

/// Puts `on` of a workflow into `on` of a pipeline, what has no word there into `github.on`.
pub(super) fn put(translator: &Translator<'_>, field: &Field, own: &mut Entries, words: &mut Entries) {
    let (mut ours, mut theirs, mut verbatim) = (Entries::default(), Entries::default(), Entries::default());
    for (name, key, node) in events(&field.node) {
        let known = EVENTS.iter().find(|(event, _)| *event == name);
        let level = translator.withdrawn.level(&["on", &name]);
        let (node, rest) = if level < VERBATIM { (node, None) } else { divided(&name, node) };
        verbatim.all.extend(rest.map(|rest| Entry { name: name.clone(), key, tree: value::plain(&rest) }));
        let portable = known.filter(|_| level == 0);
        match portable.and_then(|(_, word)| Some((word, event(&name, &node)?))) {
            Some((word, tree)) => {
                ours.put(word, key, tree);
                translator.ours();
            }
            None => {
                if known.is_some() {
                    translator.forges();
                }
                theirs.put(&name, key, in_words(&node));
            }
        }
    }
    if let Some(tree) = verbatim.some(field.node.origin) {
        let on = Entry { name: "on".to_owned(), key: field.key, tree };
        words.put("verbatim", field.key, Tree::record(vec![on], field.node.origin));
    }
    for (entries, ours, theirs) in [(ours, true, false), (theirs, false, true)] {
        if let Some(tree) = entries.some(field.node.origin) {
            let into = if ours && !theirs { &mut *own } else { &mut *words };
            into.put("on", field.key, tree);
        }
    }
}

/// How far an event is withdrawn of which some is said in words that no contract holds.
const VERBATIM: u8 = 2;

/// What the model has a place for of an event, and the rest: lists that hold nothing, and what GitHub does not know there.
fn divided(name: &str, node: Node) -> (Node, Option<Node>) {
    let takes = match name {
        "workflow_dispatch" => &["inputs"],
        "workflow_call" => &["inputs", "outputs", "secrets"][..],
        _ => Event::named(name).map_or(&[][..], Event::takes),
    };
    let origin = node.origin;
    let Value::Record(fields) = node.value else { return (node, None) };
    let has_place = |field: &Field| {
        takes.contains(&field.name.as_str()) && field.node.items().is_none_or(|items| !items.is_empty())
            || is_nothing(&field.node)
    };
    let (known, rest): (Vec<Field>, Vec<Field>) = fields.into_iter().partition(has_place);
    let rest = (!rest.is_empty()).then_some(Node { value: Value::Record(rest), origin });
    (Node { value: Value::Record(known), origin }, rest)
}

/// Every event with its filters, in whichever of the three forms they are written.
fn events(node: &Node) -> Vec<(String, Origin, Node)> {
    let empty = |origin| Node { value: Value::Record(Vec::new()), origin };
    match &node.value {
        Value::String(name) => vec![(name.clone(), node.origin, empty(node.origin))],
        Value::Array(items) => {
            items.iter().filter_map(|item| Some((item.text()?.to_owned(), item.origin, empty(item.origin)))).collect()
        }
        Value::Record(fields) => fields
            .iter()
            .map(|field| {
                let node = if field.node.value == Value::Null { empty(field.key) } else { field.node.clone() };
                (field.name.clone(), field.key, node)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The forge's words; what holds nothing is an empty record there.
fn in_words(node: &Node) -> Tree {
    let Value::Record(fields) = &node.value else { return value::in_words(node) };
    let mut entries = Entries::default();
    for field in fields.iter().filter(|field| !is_nothing(&field.node) || is_named(&field.name)) {
        entries.put(&field.name, field.key, nested(&field.node));
    }
    Tree::record(entries.all, node.origin)
}

fn nested(node: &Node) -> Tree {
    match &node.value {
        Value::Null => Tree::record(Vec::new(), node.origin),
        Value::Record(fields) => {
            let mut entries = Entries::default();
            for field in fields.iter().filter(|field| field.name != "description" || !says_nothing(field)) {
                let tree = if is_nothing(&field.node) && !is_default(&field.name) {
                    Tree::record(Vec::new(), field.node.origin)
                } else if is_default(&field.name) {
                    value::value(&field.node, Seat::Other)
                } else if field.node.fields().is_some() {
                    nested(&field.node)
                } else {
                    texts_or(&field.node)
                };
                entries.put(&field.name, field.key, tree);
            }
            Tree::record(entries.all, node.origin)
        }
        _ => texts_or(node),
    }
}

/// A list of one is one; numbers in filters are texts.
fn texts_or(node: &Node) -> Tree {
    match &node.value {
        Value::Array(items) if items.iter().all(|item| value::as_text(item).is_some()) => {
            texts(node).unwrap_or_else(|| value::in_words(node))
        }
        _ => value::in_words(node),
    }
}

fn is_default(name: &str) -> bool {
    name == "default"
}

fn is_nothing(node: &Node) -> bool {
    node.value == Value::Null
}

/// Whether what it holds is named by the author, so that nothing is something.
fn is_named(name: &str) -> bool {
    matches!(name, "inputs" | "secrets" | "outputs")
}

fn event(name: &str, node: &Node) -> Option<Tree> {
    match name {
        "schedule" => schedule(node),
        "workflow_dispatch" => manual(node),
        "workflow_call" => call(node),
        _ => filter(node),
    }
}

/// Filters: lists of texts under names with `_`.
fn filter(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()? {
        if !is_nothing(&field.node) {
            entries.put(&field.name.replace('-', "_"), field.key, texts(&field.node)?);
        }
    }
    Some(Tree::record(entries.all, node.origin))
}

/// A text or several, as a list.
pub(super) fn texts(node: &Node) -> Option<Tree> {
    let text = |node: &Node| value::as_text(node).map(|text| Tree::text(&text, node.origin));
    let items = match node.items() {
        Some(items) => items.iter().map(text).collect::<Option<Vec<Tree>>>()?,
        None => vec![text(node)?],
    };
    Some(Tree::list(items, node.origin))
}

fn schedule(node: &Node) -> Option<Tree> {
    let is_time = |item: &Node| item.fields().is_some_and(|fields| fields.iter().all(|field| field.node.text().is_some()));
    node.items()?.iter().all(is_time).then(|| value::plain(node))
}

fn manual(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()? {
        match (field.name.as_str(), is_nothing(&field.node)) {
            (_, true) => {}
            ("inputs", false) => entries.put("inputs", field.key, inputs(&field.node)?),
            _ => return None,
        }
    }
    Some(Tree::record(entries.all, node.origin))
}

fn call(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()?.iter().filter(|field| !is_nothing(&field.node)) {
        let tree = match field.name.as_str() {
            "inputs" => inputs(&field.node)?,
            "secrets" => secrets(&field.node)?,
            "outputs" => outputs(&field.node)?,
            _ => return None,
        };
        entries.put(&field.name, field.key, tree);
    }
    Some(Tree::record(entries.all, node.origin))
}

fn each(node: &Node, of: impl Fn(&Node) -> Option<Tree>) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()? {
        entries.put(&field.name, field.key, of(&field.node)?);
    }
    Some(Tree::record(entries.all, node.origin))
}

fn inputs(node: &Node) -> Option<Tree> {
    each(node, |node| {
        let mut entries = Entries::default();
        if is_nothing(node) {
            return Some(Tree::record(Vec::new(), node.origin));
        }
        let options = node.get("options");
        for field in node.fields()? {
            let tree = match field.name.as_str() {
                "description" if says_nothing(field) => continue,
                "description" => Tree::text(field.node.text().filter(|text| !text.trim().is_empty())?, field.node.origin),
                "type" => kind(&field.node, options)?,
                "options" => continue,
                "required" if is_nothing(&field.node) => continue,
                "required" => value::plain(&field.node),
                "default" => value::value(&field.node, Seat::Other),
                _ => return None,
            };
            entries.put(&field.name, field.key, tree);
        }
        Some(Tree::record(entries.all, node.origin))
    })
}

fn kind(node: &Node, options: Option<&Node>) -> Option<Tree> {
    let tag = match node.text()? {
        "string" => "Text",
        "boolean" => "Flag",
        "number" => "Number",
        "environment" => "Environment",
        "choice" => return Some(Tree::tag("Choice", Some(texts(options?)?), node.origin)),
        _ => return None,
    };
    Some(Tree::tag(tag, None, node.origin))
}

fn secrets(node: &Node) -> Option<Tree> {
    each(node, |node| if is_nothing(node) { Some(Tree::record(Vec::new(), node.origin)) } else { Some(value::plain(node)) })
}

fn outputs(node: &Node) -> Option<Tree> {
    each(node, |node| {
        let value = value::value(node.get("value")?, Seat::Output);
        let Some(description) = node.get("description") else { return Some(value) };
        let mut entries = Entries::default();
        entries.put("description", description.origin, Tree::new(Word::Text(description.text()?.to_owned()), description.origin));
        entries.put("value", value.origin, value);
        Some(Tree::record(entries.all, node.origin))
    })
}
