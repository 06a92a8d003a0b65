//! Whether two workflows say the same to the forge: both are put into one form, and every place that differs is told.
//!
//! What counts as the same, and nothing else does: the three forms of `on`; one text and a list of one; a lone name of an
//! environment, a group, an image and its record; defaults that GitHub documents; the order of keys; a number or a flag and the
//! text of it; nothing and an empty text or record; blanks and needless parentheses in expressions; line ends after commands.

pub(super) mod gitlab;

use std::collections::BTreeMap;

use github_actions_expressions::Expr;

use super::condition::bare;
use crate::origin::Origin;
use crate::pipeline::words::{self, Piece};
use crate::source::{Field, Node, Value};

/// A place in which two workflows differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The names and indices that lead to it.
    pub path: Vec<String>,
    /// What is there and what should be.
    pub message: String,
    /// Where it is, or the nearest thing to it, in the workflow that is imported.
    pub origin: Origin,
}

/// A value in the one form.
#[derive(Clone, Debug)]
enum Form {
    Scalar(String, Origin),
    /// A condition, without `${{ }}`.
    If(String, Origin),
    List(Vec<Self>, Origin),
    Map(BTreeMap<String, Self>, Origin),
}

/// Every place in which `emitted` says something else than `written`, and how many scalars there are in the latter. `file` is what
/// both are called.
#[must_use]
pub fn differences(written: &Node, emitted: &Node, file: &str) -> (Vec<Difference>, usize) {
    let (written, emitted) = (workflow(written, file), workflow(emitted, file));
    let mut found = Vec::new();
    compare(&written, &emitted, &mut Vec::new(), &mut found);
    (found, written.scalars())
}

/// The same for the files of a bot: one directory is a list of one.
pub(super) fn of_bot(written: &Node, emitted: &Node) -> (Vec<Difference>, usize) {
    let of = |root: &Node| {
        told(
            root,
            |field| {
                if field.name == "updates" {
                    Form::List(field.node.items().unwrap_or_default().iter().map(update).collect(), root.origin)
                } else {
                    plain(&field.node)
                }
            },
            |_, _| false,
        )
    };
    let (written, emitted) = (of(written), of(emitted));
    let mut found = Vec::new();
    compare(&written, &emitted, &mut Vec::new(), &mut found);
    (found, written.scalars())
}

fn update(node: &Node) -> Form {
    let mut form = told(
        node,
        |field| if field.name.starts_with("director") { listed(&field.node) } else { plain(&field.node) },
        |_, _| false,
    );
    if let Form::Map(entries, _) = &mut form
        && let Some(one) = entries.remove("directory")
    {
        entries.insert("directories".to_owned(), one);
    }
    form
}

impl Form {
    const fn origin(&self) -> Origin {
        match self {
            Self::Scalar(_, origin) | Self::If(_, origin) | Self::List(_, origin) | Self::Map(_, origin) => *origin,
        }
    }

    fn scalars(&self) -> usize {
        match self {
            Self::Scalar(..) | Self::If(..) => 1,
            Self::List(items, _) => items.iter().map(Self::scalars).sum(),
            Self::Map(entries, _) => entries.values().map(Self::scalars).sum(),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::List(items, _) => items.is_empty(),
            Self::Map(entries, _) => entries.is_empty(),
            Self::Scalar(..) | Self::If(..) => false,
        }
    }

    fn is(&self, text: &str) -> bool {
        matches!(self, Self::Scalar(written, _) if written == text)
    }

    /// Whether it is the empty text.
    fn is_unsaid(&self) -> bool {
        matches!(self, Self::Scalar(text, _) | Self::If(text, _) if text.is_empty())
    }

    fn tell(&self) -> String {
        match self {
            Self::Scalar(text, _) | Self::If(text, _) => {
                let short: String = text.chars().take(60).collect();
                format!("`{}`", short.escape_debug())
            }
            Self::List(items, _) => format!("a list of {}", items.len()),
            Self::Map(entries, _) => format!("keys {}", entries.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
        }
    }
}

fn compare(written: &Form, emitted: &Form, path: &mut Vec<String>, found: &mut Vec<Difference>) {
    let mut differ = |path: &[String], message: String, origin: Origin| {
        found.push(Difference { path: path.to_vec(), message, origin });
    };
    match (written, emitted) {
        (Form::Scalar(one, _), Form::Scalar(other, _)) if same_text(one, other) => {}
        (Form::If(one, _), Form::If(other, _)) if same_expression(one, other) => {}
        (Form::List(one, _), Form::List(other, _)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                path.push(index.to_string());
                compare(one, other, path, found);
                path.pop();
            }
        }
        (Form::Map(one, origin), Form::Map(other, _)) => {
            for (name, value) in one {
                path.push(name.clone());
                match other.get(name) {
                    Some(other) => compare(value, other, path, found),
                    None => found.push(Difference {
                        path: path.clone(),
                        message: format!("expected {}, and it is not emitted", value.tell()),
                        origin: value.origin(),
                    }),
                }
                path.pop();
            }
            for (name, value) in other.iter().filter(|(name, _)| !one.contains_key(*name)) {
                path.push(name.clone());
                let message = format!("expected nothing, and {} is emitted", value.tell());
                found.push(Difference { path: path.clone(), message, origin: *origin });
                path.pop();
            }
        }
        _ => differ(path, format!("expected {}, and {} is emitted", written.tell(), emitted.tell()), written.origin()),
    }
}

/// Whether two texts are the same but for blanks and parentheses in their expressions.
fn same_text(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (Ok(first), Ok(second)) = (words::pieces(one), words::pieces(other)) else { return false };
    let same = |pair: (&Piece<'_>, &Piece<'_>)| match pair {
        (Piece::Text(one), Piece::Text(other)) => one == other,
        (Piece::Expression(one, _), Piece::Expression(other, _)) => same_expression(one, other),
        _ => false,
    };
    one.contains("${{") && first.len() == second.len() && first.iter().zip(&second).all(same)
}

fn same_expression(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        // A text around braces is no expression, and each of its blanks counts.
        if text.contains("${{") {
            return text.to_owned();
        }
        let text = text.trim().replace(['\n', '\r'], " ");
        // Two names of one token.
        if text == "secrets.GITHUB_TOKEN" { "github.token".to_owned() } else { text }
    };
    let (one, other) = (plain(one), plain(other));
    if one == other || one.contains("${{") {
        return one == other;
    }
    matches!((Expr::parse(&one), Expr::parse(&other)), (Ok(one), Ok(other)) if one == other)
}

fn scalar_text(node: &Node) -> Option<String> {
    Some(match &node.value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    })
}

/// A value as it is.
fn plain(node: &Node) -> Form {
    match &node.value {
        Value::Array(items) => Form::List(items.iter().map(plain).collect(), node.origin),
        Value::Record(fields) => map(fields, node.origin, |field| plain(&field.node)),
        _ => Form::Scalar(scalar_text(node).unwrap_or_default(), node.origin),
    }
}

fn map(fields: &[Field], origin: Origin, of: impl Fn(&Field) -> Form) -> Form {
    Form::Map(fields.iter().map(|field| (field.name.clone(), of(field))).collect(), origin)
}

/// A record of which keys that hold nothing, or what holds anyway, are left out.
fn told(node: &Node, of: impl Fn(&Field) -> Form, anyway: impl Fn(&str, &Form) -> bool) -> Form {
    let Some(fields) = node.fields() else { return plain(node) };
    let said = fields.iter().filter(|field| field.node.value != Value::Null);
    let entries = said.map(|field| (field.name.clone(), of(field))).filter(|(name, form)| !anyway(name, form));
    Form::Map(entries.collect(), node.origin)
}

fn workflow(root: &Node, file: &str) -> Form {
    let of = |field: &Field| match field.name.as_str() {
        "on" => triggers(&field.node),
        "permissions" => permissions(&field.node),
        "concurrency" => concurrency(&field.node),
        "jobs" => told(&field.node, |field| job(&field.node), |_, _| false),
        _ => plain(&field.node),
    };
    let by_default = format!(".github/workflows/{file}");
    told(root, of, |name, form| match name {
        "name" => form.is("") || form.is(&by_default),
        "description" => form.is(""),
        "env" | "defaults" => form.is_empty(),
        _ => false,
    })
}

fn triggers(node: &Node) -> Form {
    let nothing = |origin| Form::Map(BTreeMap::new(), origin);
    match &node.value {
        Value::String(name) => Form::Map([(name.clone(), nothing(node.origin))].into(), node.origin),
        Value::Array(items) => Form::Map(
            items.iter().map(|item| (scalar_text(item).unwrap_or_default(), nothing(item.origin))).collect(),
            node.origin,
        ),
        Value::Record(fields) => map(fields, node.origin, |field| match (field.name.as_str(), &field.node.value) {
            (_, Value::Null) => nothing(field.key),
            ("workflow_dispatch" | "workflow_call", _) => {
                told(&field.node, handed, |name, form| form.is_empty() && matches!(name, "inputs" | "secrets" | "outputs"))
            }
            ("schedule", _) => plain(&field.node),
            _ => told(&field.node, |filter| listed(&filter.node), |_, _| false),
        }),
        _ => plain(node),
    }
}

/// Inputs, secrets or outputs: each record without what holds anyway.
fn handed(part: &Field) -> Form {
    let one = |field: &Field| {
        let origin = field.node.origin;
        let mut form = match &field.node.value {
            Value::Null => Form::Map(BTreeMap::new(), origin),
            _ => told(
                &field.node,
                |field| plain(&field.node),
                |name, form| match name {
                    "required" => form.is("false"),
                    "description" => form.is(""),
                    _ => false,
                },
            ),
        };
        if let Form::Map(entries, _) = &mut form
            && part.name == "inputs"
        {
            entries.entry("type".to_owned()).or_insert_with(|| Form::Scalar("string".to_owned(), origin));
        }
        form
    };
    part.node.fields().map_or_else(|| plain(&part.node), |fields| map(fields, part.node.origin, one))
}

/// One value is a list of one.
fn listed(node: &Node) -> Form {
    match plain(node) {
        list @ Form::List(..) => list,
        one => Form::List(vec![one], node.origin),
    }
}

/// What is not granted and what is granted not at all are the same.
fn permissions(node: &Node) -> Form {
    told(node, |field| plain(&field.node), |_, form| form.is("none"))
}

/// A lone text as the record that it is short for.
fn long(node: &Node, key: &str) -> Form {
    match scalar_text(node) {
        Some(text) => Form::Map([(key.to_owned(), Form::Scalar(text, node.origin))].into(), node.origin),
        None => told(node, |field| plain(&field.node), |_, _| false),
    }
}

fn concurrency(node: &Node) -> Form {
    let mut form = long(node, "group");
    if let Form::Map(entries, _) = &mut form {
        entries.retain(|name, form| name != "cancel-in-progress" || !form.is("false"));
    }
    form
}

fn image(node: &Node) -> Form {
    let mut form = long(node, "image");
    if let Form::Map(entries, _) = &mut form {
        entries.retain(|_, form| !form.is_empty());
    }
    form
}

fn condition(node: &Node) -> Form {
    match scalar_text(node) {
        Some(text) => Form::If(bare(&text).to_owned(), node.origin),
        None => plain(node),
    }
}

fn runner(node: &Node) -> Form {
    match node.fields() {
        None => listed(node),
        Some(fields) => match fields {
            [only] if only.name == "labels" => listed(&only.node),
            _ => told(node, |field| if field.name == "labels" { listed(&field.node) } else { plain(&field.node) }, |_, _| false),
        },
    }
}

fn job(node: &Node) -> Form {
    let of = |field: &Field| match field.name.as_str() {
        "needs" => listed(&field.node),
        "if" => condition(&field.node),
        "permissions" => permissions(&field.node),
        "runs-on" => runner(&field.node),
        "environment" => long(&field.node, "name"),
        "concurrency" => concurrency(&field.node),
        "container" => image(&field.node),
        "services" => told(&field.node, |field| image(&field.node), |_, _| false),
        "snapshot" => long(&field.node, "image-name"),
        "uses" => called(&field.node),
        "strategy" => told(&field.node, |field| plain(&field.node), |name, form| name == "fail-fast" && form.is("true")),
        "steps" => steps(&field.node),
        _ => plain(&field.node),
    };
    told(node, of, |name, form| match name {
        "env" | "outputs" | "with" | "secrets" | "services" | "defaults" | "strategy" | "needs" => form.is_empty(),
        "continue-on-error" => form.is("false"),
        "name" | "if" => form.is_unsaid(),
        "environment" => matches!(form, Form::Map(entries, _) if entries.values().all(Form::is_unsaid)),
        "timeout-minutes" => form.is("360"),
        _ => false,
    })
}

/// Of a workflow that is called, both signs name the commit of the caller.
fn called(node: &Node) -> Form {
    match node.text().and_then(|text| text.strip_prefix("$/")) {
        Some(path) => Form::Scalar(format!("./{path}"), node.origin),
        None => plain(node),
    }
}

fn steps(node: &Node) -> Form {
    match node.items() {
        Some(items) => Form::List(items.iter().map(step).collect(), node.origin),
        None => plain(node),
    }
}

fn step(node: &Node) -> Form {
    let of = |field: &Field| match (field.name.as_str(), &field.node.value) {
        ("if", _) => condition(&field.node),
        ("run", Value::String(text)) => Form::Scalar(text.trim_end_matches('\n').to_owned(), field.node.origin),
        ("parallel", _) => steps(&field.node),
        ("wait", _) => listed(&field.node),
        _ => plain(&field.node),
    };
    let form = told(node, of, |name, form| match name {
        "env" | "with" => form.is_empty(),
        "continue-on-error" => form.is("false"),
        "name" | "if" => form.is_unsaid(),
        _ => false,
    });
    match (form, node.field("wait-all")) {
        // The key alone says it.
        (Form::Map(mut entries, origin), Some(field)) => {
            entries.insert("wait-all".to_owned(), Form::Scalar(String::new(), field.key));
            Form::Map(entries, origin)
        }
        (form, _) => form,
    }
}
