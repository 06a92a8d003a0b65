//! A file of GitLab's as a pipeline all of whose words are GitLab's: the shape that the model reads raw words in.

mod include;
mod inputs;
mod names;
mod reference;
mod ruby;

use std::sync::Arc;

pub use self::include::{Include, included};
pub(super) use self::include::{configurations, too_deep};
pub(super) use self::inputs::{unfit, unknown};
pub(super) use self::names::{Held, unmet};
pub(super) use self::reference::Lookup;
use super::document::{Document, Slip};
use super::{short, words};
use crate::origin::{FileId, Origin};
use crate::pipeline::gitlab::whole::ONCE_AT_THE_TOP;
use crate::source::{Field, Node, Value};

/// The words of a file that are read as they are.
const WORDS: &[&str] = &["$schema", "include", "workflow"];
/// The file that GitLab begins with.
pub(super) const ROOT: &str = ".gitlab-ci.yml";
/// The words that order jobs.
pub(super) const STAGES: &[&str] = &["stages", "types"];

/// A file of GitLab's, read as data.
#[derive(Debug)]
pub(super) struct Part {
    /// Its path from the root of the repository.
    pub(super) path: String,
    /// The file.
    pub(super) file: FileId,
    /// Its text.
    pub(super) text: Arc<str>,
    /// The id of the pipeline that it becomes.
    pub(super) id: String,
    /// The head, which is a document of its own.
    pub(super) head: Option<Node>,
    /// What it says.
    pub(super) root: Node,
    /// What it includes.
    pub(super) includes: Vec<Include>,
}

impl Part {
    /// Takes a document apart; nothing if it holds no record. `text` is the whole file.
    pub(super) fn of(document: &mut Document, text: &str, (path, id, file): (&str, &str, FileId)) -> Option<Self> {
        let (head, root) = configuration(document, text, file)?;
        let includes = include::of(&root);
        Some(Self { path: path.to_owned(), file, text: text.into(), id: id.to_owned(), head, root, includes })
    }

    /// The fields that are jobs and what jobs start from.
    pub(super) fn jobs(&self) -> impl Iterator<Item = &Field> {
        self.root.fields().unwrap_or_default().iter().filter(|field| !is_word(&field.name))
    }
}

/// The head of a file of GitLab's and what follows it, as GitLab reads them; nothing if it holds no record.
pub fn configuration(document: &mut Document, text: &str, file: FileId) -> Option<(Option<Node>, Node)> {
    let mut roots = document.roots.drain(..).map(|root| ruby::read(root, text));
    let mut root = roots.next()?;
    let mut head = None;
    if root.get("spec").is_some() {
        head = Some(root);
        root = roots.next().unwrap_or(Node { value: Value::Record(Vec::new()), origin: Origin::whole(file) });
    }
    if root.value == Value::Null && head.is_some() {
        root.value = Value::Record(Vec::new());
    }
    root.fields()?;
    Some((head, root))
}

/// Whether a name at the top of a file is GitLab's own.
fn is_word(name: &str) -> bool {
    let lists = [WORDS, ONCE_AT_THE_TOP, STAGES, &["default", "variables"]];
    lists.iter().any(|list| list.contains(&name))
}

/// Puts a file into the shape of a pipeline, with what its references lead to in their place.
pub(super) fn pipeline(part: &Part, lookup: &Lookup<'_>, slips: &mut Vec<Slip>) -> Node {
    let mut budget = reference::MOST;
    let root = lookup.resolve(part.root.clone(), &mut budget);
    let origin = root.origin;
    let Value::Record(fields) = root.value else { return root };
    let (mut words, mut default, mut templates, mut jobs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut default_key = None;
    for field in fields {
        let name = field.name.as_str();
        if name == "default" {
            default_key = Some((field.key, field.node.origin));
            let Value::Record(fields) = around(field.node).value else { continue };
            default.extend(fields);
        } else if ONCE_AT_THE_TOP.contains(&name) {
            default_key = default_key.or(Some((field.key, field.node.origin)));
            default.push(field);
        } else if name == "variables" {
            words.push(Field { node: variables(field.node), ..field });
        } else if WORDS.contains(&name) {
            words.push(Field { node: around(field.node), ..field });
        } else if name.starts_with('.') {
            templates.push(Field { node: around(field.node), ..field });
        } else if !STAGES.contains(&name) {
            jobs.extend(job(field, slips));
        }
    }
    let mut put = |name: &str, key: Origin, node: Node| words.push(Field { name: name.to_owned(), key, node });
    if let Some((key, origin)) = default_key {
        put("default", key, Node { value: Value::Record(default), origin });
    }
    if let Some(spec) = part.head.as_ref().and_then(|head| head.field("spec")) {
        put("spec", spec.key, spec.node.clone());
    }
    if !templates.is_empty() {
        put("templates", origin, Node { value: Value::Record(templates), origin });
    }
    let field = |name: &str, value| Field { name: name.to_owned(), key: origin, node: Node { value, origin } };
    Node { value: Value::Record(vec![field("gitlab", Value::Record(words)), field("jobs", Value::Record(jobs))]), origin }
}

fn job(field: Field, slips: &mut Vec<Slip>) -> Option<Field> {
    if field.node.fields().is_none() {
        slips.push(Slip {
            origin: field.key,
            message: format!(
                "`{}` is no word of GitLab's, and no job: expected a mapping, got {}",
                field.name,
                words::said(field.node.kind())
            ),
            help: "write script: below it, or a dot before its name if it only holds what others use".to_owned(),
            path: vec!["jobs".to_owned(), field.name],
        });
        return None;
    }
    let origin = field.node.origin;
    let words = around(field.node);
    let own = Field { name: "gitlab".to_owned(), key: field.key, node: words };
    Some(Field { node: Node { value: Value::Record(vec![own]), origin }, ..field })
}

/// What a job, a template and what all start from may say alike, its short forms written out.
fn around(node: Node) -> Node {
    let Value::Record(fields) = node.value else { return node };
    let said = |field: Field| {
        let node = match field.name.as_str() {
            "variables" => variables(field.node),
            "rules" => each(flat(field.node)),
            "services" => each(field.node),
            _ => field.node,
        };
        Field { node, ..field }
    };
    Node { value: Value::Record(fields.into_iter().map(said).collect()), ..node }
}

fn each(node: Node) -> Node {
    let Value::Array(items) = node.value else { return node };
    Node { value: Value::Array(items.into_iter().map(around).collect()), ..node }
}

/// Rules may be lists in each other.
fn flat(node: Node) -> Node {
    let Value::Array(items) = node.value else { return node };
    let items = items.into_iter().flat_map(|item| match flat(item) {
        Node { value: Value::Array(inner), .. } => inner,
        one => vec![one],
    });
    Node { value: Value::Array(items.collect()), ..node }
}

/// Variables: numbers and flags are texts, and nothing is an empty one.
fn variables(node: Node) -> Node {
    let Value::Record(fields) = short::bindings(node.clone()).value else { return node };
    let said = |field: Field| {
        let node = match field.node.value {
            Value::Record(inner) => {
                let inner = inner.into_iter().map(|field| match field.name.as_str() {
                    "value" => Field { node: short::text(field.node), ..field },
                    _ => field,
                });
                Node { value: Value::Record(inner.collect()), ..field.node }
            }
            _ => short::text(field.node),
        };
        Field { node, ..field }
    };
    Node { value: Value::Record(fields.into_iter().map(said).collect()), ..node }
}
