//! Files of GitLab's in the one form.
//!
//! What counts as the same, and nothing else does: one command and a list of one, and lists in each other; one text and a list of one
//! where GitLab takes both; the name of an image, a service, an environment, a needed job, a project or a file alone and its record;
//! defaults that GitLab documents; the units of a span of time; a number or a flag that is the value of a variable and the text of it.

use std::collections::BTreeMap;

use super::{Difference, Form, compare};
use crate::origin::Origin;
use crate::pipeline::gitlab::span;
use crate::source::{Field, Node, Value};

/// Every place in which `emitted` says something else than `written`, each a head and what follows it, and how many scalars there are
/// in the latter.
#[must_use]
pub fn differences(written: (Option<&Node>, &Node), emitted: (Option<&Node>, &Node)) -> (Vec<Difference>, usize) {
    let (written, emitted) = (file(written), file(emitted));
    let mut found = Vec::new();
    compare(&written, &emitted, &mut Vec::new(), &mut found);
    (found, written.scalars())
}

fn file((head, root): (Option<&Node>, &Node)) -> Form {
    let mut entries: BTreeMap<String, Form> = BTreeMap::new();
    for field in root.fields().unwrap_or_default() {
        let form = match field.name.as_str() {
            "variables" => variables(&field.node),
            "include" => each(&field.node, |item| long(item, if is_address(item) { "remote" } else { "local" })),
            "image" | "services" | "cache" | "before_script" | "after_script" => word(field),
            "workflow" => record(&field.node, word),
            _ if field.node.fields().is_some() => job(&field.node),
            _ => plain(&field.node),
        };
        if !(field.name == "variables" && form.is_empty()) {
            entries.insert(field.name.clone(), form);
        }
    }
    if let Some(spec) = head.and_then(|head| head.get("spec")) {
        entries.insert("spec".to_owned(), plain(spec));
    }
    Form::Map(entries, root.origin)
}

fn is_address(node: &Node) -> bool {
    node.text().is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
}

/// A scalar: a text that looks like something else is told from it.
fn scalar(node: &Node) -> Form {
    let text = match &node.value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.is_empty() || text.parse::<f64>().is_ok() || text == "true" || text == "false" => {
            format!("\"{text}\"")
        }
        Value::String(text) => text.clone(),
        _ => String::new(),
    };
    Form::Scalar(text, node.origin)
}

fn plain(node: &Node) -> Form {
    match &node.value {
        Value::Array(items) => Form::List(items.iter().map(plain).collect(), node.origin),
        Value::Record(_) => record(node, |field| plain(&field.node)),
        Value::Tag(name, Some(argument)) => Form::Map([(format!("!{name}"), plain(argument))].into(), node.origin),
        _ => scalar(node),
    }
}

/// The text of a scalar, whatever it looks like.
fn text(node: &Node) -> Form {
    match &node.value {
        Value::Number(number) => Form::Scalar(number.to_string(), node.origin),
        Value::String(text) => Form::Scalar(text.clone(), node.origin),
        _ => plain(node),
    }
}

fn record(node: &Node, of: impl Fn(&Field) -> Form) -> Form {
    let Some(fields) = node.fields() else { return plain(node) };
    Form::Map(fields.iter().map(|field| (field.name.clone(), of(field))).collect(), node.origin)
}

/// Without the entries that hold anyway.
fn without(form: Form, anyway: &[(&str, &str)]) -> Form {
    let Form::Map(mut entries, origin) = form else { return form };
    entries.retain(|name, form| !anyway.iter().any(|(key, text)| key == name && form.is(text)));
    Form::Map(entries, origin)
}

fn each(node: &Node, of: impl Fn(&Node) -> Form) -> Form {
    let items = node.items().unwrap_or(std::slice::from_ref(node));
    Form::List(items.iter().map(of).collect(), node.origin)
}

fn listed(node: &Node) -> Form {
    if matches!(node.value, Value::Null | Value::Record(_)) { plain(node) } else { each(node, plain) }
}

/// A lone text as the record that it is short for.
fn long(node: &Node, key: &str) -> Form {
    match &node.value {
        Value::String(_) => Form::Map([(key.to_owned(), scalar(node))].into(), node.origin),
        _ => plain(node),
    }
}

fn variables(node: &Node) -> Form {
    record(node, |field| match field.node.value {
        Value::Record(_) => {
            record(&field.node, |field| if field.name == "value" { text(&field.node) } else { plain(&field.node) })
        }
        _ => text(&field.node),
    })
}

/// Commands: lists in each other are one, and so is a command alone.
fn commands(node: &Node) -> Form {
    fn gather(node: &Node, found: &mut Vec<Form>) {
        match node.items() {
            Some(items) => items.iter().for_each(|item| gather(item, found)),
            // Line ends after the last command mean nothing.
            None => found.push(match plain(node) {
                Form::Scalar(text, origin) => Form::Scalar(text.trim_end_matches('\n').to_owned(), origin),
                other => other,
            }),
        }
    }
    if node.value == Value::Null {
        return plain(node);
    }
    let mut found = Vec::new();
    gather(node, &mut found);
    Form::List(found, node.origin)
}

fn time(node: &Node) -> Form {
    let seconds = node.text().and_then(span::parse).map(|span| format!("{} s", span.as_seconds()));
    seconds.map_or_else(|| plain(node), |text| Form::Scalar(text, node.origin))
}

fn job(node: &Node) -> Form {
    record(node, word)
}

fn word(field: &Field) -> Form {
    let node = &field.node;
    match field.name.as_str() {
        "script" | "before_script" | "after_script" | "pre_get_sources_script" => commands(node),
        "hooks" => record(node, word),
        "variables" => variables(node),
        "image" => long(node, "name"),
        "services" => each(node, service),
        "environment" => environment(node),
        "needs" => each(node, |item| without(long(item, "job"), &[("artifacts", "true"), ("optional", "false")])),
        "extends" | "tags" | "dependencies" => listed(node),
        "timeout" | "start_in" => time(node),
        "retry" => retry(node),
        "parallel" => record(node, |field| if field.name == "matrix" { each(&field.node, row) } else { plain(&field.node) }),
        "cache" if matches!(node.value, Value::Record(_) | Value::Array(_)) => each(node, cache),
        "artifacts" => artifacts(node),
        "rules" => rules(node),
        "trigger" => trigger(node),
        "allow_failure" => record(node, |field| listed(&field.node)),
        _ => plain(node),
    }
}

fn service(node: &Node) -> Form {
    let mut form = long(node, "name");
    if let Form::Map(entries, origin) = &mut form
        && !entries.contains_key("alias")
        && let Some(Form::Scalar(image, _)) = entries.get("name")
        && !image.contains(['/', '$'])
    {
        let host = image.split([':', '@']).next().unwrap_or_default().to_owned();
        entries.insert("alias".to_owned(), Form::Scalar(host, *origin));
    }
    form
}

fn environment(node: &Node) -> Form {
    let form = match node.fields() {
        None => long(node, "name"),
        Some(_) => record(node, |field| if field.name == "auto_stop_in" { time(&field.node) } else { plain(&field.node) }),
    };
    without(form, &[("action", "start")])
}

fn retry(node: &Node) -> Form {
    match node.value {
        Value::Number(_) => Form::Map([("max".to_owned(), scalar(node))].into(), node.origin),
        _ => record(node, |field| if field.name == "max" { plain(&field.node) } else { listed(&field.node) }),
    }
}

fn row(node: &Node) -> Form {
    record(node, |field| each(&field.node, text))
}

fn cache(node: &Node) -> Form {
    let of = |field: &Field| match (field.name.as_str(), &field.node.value) {
        ("paths" | "fallback_keys", _) => listed(&field.node),
        ("key", Value::Record(_)) => {
            record(&field.node, |field| if field.name == "files" { listed(&field.node) } else { plain(&field.node) })
        }
        _ => plain(&field.node),
    };
    let anyway = [("key", "default"), ("policy", "pull-push"), ("when", "on_success"), ("untracked", "false")];
    without(record(node, of), &anyway)
}

fn artifacts(node: &Node) -> Form {
    let of = |field: &Field| match field.name.as_str() {
        "paths" | "exclude" => listed(&field.node),
        "expire_in" => time(&field.node),
        "reports" => record(&field.node, |field| listed(&field.node)),
        _ => plain(&field.node),
    };
    without(record(node, of), &[("when", "on_success"), ("untracked", "false")])
}

/// Rules, which may be lists in each other.
fn rules(node: &Node) -> Form {
    fn gather(node: &Node, found: &mut Vec<Form>) {
        match node.items() {
            Some(items) => items.iter().for_each(|item| gather(item, found)),
            None => found.push(record(node, |field| part(field, node.origin))),
        }
    }
    fn part(field: &Field, origin: Origin) -> Form {
        match (field.name.as_str(), &field.node.value) {
            ("changes" | "exists", Value::Array(_) | Value::String(_)) => {
                Form::Map([("paths".to_owned(), listed(&field.node))].into(), origin)
            }
            ("changes" | "exists", Value::Record(_)) => {
                record(&field.node, |field| if field.name == "paths" { listed(&field.node) } else { plain(&field.node) })
            }
            ("changes" | "exists", _) => plain(&field.node),
            _ => word(field),
        }
    }
    if node.value == Value::Null {
        return plain(node);
    }
    let mut found = Vec::new();
    gather(node, &mut found);
    Form::List(found, node.origin)
}

fn trigger(node: &Node) -> Form {
    match node.fields() {
        None => long(node, "project"),
        Some(_) => record(node, |field| match field.name.as_str() {
            "include" => each(&field.node, |item| long(item, "local")),
            _ => plain(&field.node),
        }),
    }
}
