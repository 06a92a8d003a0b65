//! A workflow of GitHub as a pipeline all of whose words are GitHub's: the shape that the model reads raw words in.

use super::document::Slip;
use super::{alike, short, used};
use crate::origin::Origin;
use crate::pipeline::permission::Level;
use crate::source::{Field, Node, Value};

/// Puts a workflow of this text into the shape of a pipeline; a file without a name is called by its `stem`.
pub(super) fn pipeline(root: Node, text: &str, stem: &str, slips: &mut Vec<Slip>) -> Node {
    alike::alike(&root, slips);
    let origin = root.origin;
    let Value::Record(fields) = root.value else { return root };
    let (mut own, mut words) = (Vec::new(), Vec::new());
    for field in fields {
        match field.name.as_str() {
            "jobs" => own.push(Field { node: jobs(field.node, text, slips), ..field }),
            "name" if field.node.text().is_some_and(|name| !name.is_empty()) => own.push(field),
            "name" => {}
            "on" => words.push(Field { node: short::events(field.node), ..field }),
            "permissions" => words.push(Field { node: granted(field.node, text), ..field }),
            _ => words.push(around(field)),
        }
    }
    if own.iter().all(|field| field.name != "name") {
        own.push(field("name", Value::String(stem.to_owned()), origin));
    }
    own.push(field("github", Value::Record(words), origin));
    Node { value: Value::Record(own), origin }
}

pub(super) fn field(name: &str, value: Value, origin: Origin) -> Field {
    Field { name: name.to_owned(), key: origin, node: Node { value, origin } }
}

fn jobs(node: Node, text: &str, slips: &mut Vec<Slip>) -> Node {
    let Value::Record(fields) = node.value else { return node };
    let jobs =
        fields.into_iter().map(|field| Field { node: job(field.node, text, (&field.name, field.key), slips), ..field }).collect();
    Node { value: Value::Record(jobs), ..node }
}

/// A job: its steps in our shape, everything else in GitHub's words.
fn job(node: Node, text: &str, (id, key): (&str, Origin), slips: &mut Vec<Slip>) -> Node {
    let origin = node.origin;
    let Value::Record(fields) = node.value else { return node };
    let has = |name: &str| fields.iter().any(|field| field.name == name);
    if !has("uses") && !has("runs-on") {
        // Only Nickel has a runner for a job that names none.
        slips.push(Slip {
            origin: key,
            message: "`runs-on` is missing".to_owned(),
            help: "write runs-on: ubuntu-24.04, or uses: to call a workflow".to_owned(),
            path: vec!["jobs".to_owned(), id.to_owned(), "runs-on".to_owned()],
        });
    }
    let (mut own, mut words) = (Vec::new(), Vec::new());
    for field in fields {
        match field.name.as_str() {
            "steps" => {
                let path = ["jobs", id, "steps"].map(str::to_owned);
                own.push(Field { node: steps(field.node, &path, slips), ..field });
            }
            "uses" => {
                slips.extend(used::workflow(&field.node, ["jobs", id, "uses"].map(str::to_owned).to_vec()));
                words.push(field);
            }
            "permissions" => words.push(Field { node: granted(field.node, text), ..field }),
            _ => words.push(around(field)),
        }
    }
    own.push(field("github", Value::Record(words), origin));
    Node { value: Value::Record(own), origin }
}

/// What a workflow, a job and a step may say alike, its short forms written out.
fn around(field: Field) -> Field {
    let node = match field.name.as_str() {
        "env" => short::environment(field.node),
        "with" | "outputs" => short::bindings(field.node),
        "name" | "run-name" | "run" | "shell" | "working-directory" => short::text(field.node),
        _ => return field,
    };
    Field { node, ..field }
}

/// Permissions, each with the comment behind it as its reason: YAML has no other place for one.
fn granted(node: Node, text: &str) -> Node {
    let Value::Record(fields) = node.value else { return node };
    let fields = fields.into_iter().map(|field| {
        let level = field.node.text().and_then(|word| Level::ALL.iter().find(|(_, level)| level.word() == word));
        let Some(((tag, _), reason)) = level.zip(comment(text, field.node.origin)) else { return field };
        let origin = field.node.origin;
        let node = Node { value: Value::Tag((*tag).to_owned(), Some(Box::new(reason))), origin };
        Field { node, ..field }
    });
    Node { value: Value::Record(fields.collect()), ..node }
}

/// The comment that ends the line of a value, without its sign.
fn comment(text: &str, value: Origin) -> Option<Node> {
    let start = value.end as usize;
    let rest = text.get(start..)?.lines().next()?;
    let at = rest.find('#').filter(|at| rest[..*at].trim_matches([' ', '\t', ',', '}']).is_empty())?;
    let said = rest[at..].trim_start_matches('#').trim();
    let end = value.end + u32::try_from(rest.trim_end().len()).ok()?;
    let origin = Origin { start: end - u32::try_from(said.len()).ok()?, end, ..value };
    (!said.is_empty()).then(|| Node { value: Value::String(said.to_owned()), origin })
}

/// Steps, each with everything in GitHub's words; `path` leads to them.
pub(super) fn steps(node: Node, path: &[String], slips: &mut Vec<Slip>) -> Node {
    let Value::Array(items) = node.value else { return node };
    let items = items.into_iter().enumerate().map(|(index, item)| match item.value {
        Value::Record(fields) => {
            let origin = item.origin;
            if let Some(uses) = fields.iter().find(|field| field.name == "uses") {
                let path = || [path, &[index.to_string(), "uses".to_owned()]].concat();
                slips.extend(used::action(&uses.node, path));
            }
            let words = Value::Record(fields.into_iter().map(around).collect());
            Node { value: Value::Record(vec![field("github", words, origin)]), origin }
        }
        value => Node { value, ..item },
    });
    Node { value: Value::Array(items.collect()), ..node }
}
