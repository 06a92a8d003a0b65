//! The inputs that a file takes up: each is one that its head describes.

use std::ops::Range;

use super::names::Missing;
use super::{Part, include};
use crate::origin::Origin;
use crate::source::{Field, Node, Value, nearest};
use crate::yaml::within;

/// The inputs that are taken up and that the head does not describe, each once for each place. A file without a head takes up none, and what
/// a head includes is not known.
pub(in crate::read) fn unknown(part: &Part) -> Vec<Missing> {
    let Some(spec) = part.head.as_ref().and_then(|head| head.get("spec")) else { return Vec::new() };
    if spec.get("include").is_some() {
        return Vec::new();
    }
    let known: Vec<&str> =
        spec.get("inputs").and_then(Node::fields).unwrap_or_default().iter().map(|one| one.name.as_str()).collect();
    let mut found = Vec::new();
    for field in part.root.fields().unwrap_or_default() {
        let job = (!super::is_word(&field.name) && !field.name.starts_with('.')).then_some(field.name.as_str());
        let mut taken = Vec::new();
        of_text(&field.name, field.key, &mut taken);
        of_node(&field.node, &mut taken);
        for (name, scalar, range) in taken.into_iter().filter(|(name, ..)| !known.contains(name)) {
            let help = match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("describe it above: spec: {{ inputs: {{ {name}: {{}} }} }}"),
            };
            found.push(Missing {
                rule: "gl-name-unknown",
                job: job.map(str::to_owned),
                origin: within(&part.text, scalar, range),
                message: format!("the head of the file has no input `{name}`"),
                help,
                key: name.to_owned(),
            });
        }
    }
    found
}

/// What a file gives to those that it includes and their heads do not fit: GitLab refuses the whole configuration.
pub(in crate::read) fn unfit(part: &Part, parts: &[Part]) -> Vec<Missing> {
    let own = part.root.get("include").into_iter().map(|written| (None, written));
    let children = part.jobs().filter_map(|field| Some((Some(field.name.as_str()), field.node.get("trigger")?.get("include")?)));
    let mut found = Vec::new();
    for (job, written) in own.chain(children) {
        for (node, include) in
            written.items().unwrap_or(std::slice::from_ref(written)).iter().map(|node| (node, include::one(node)))
        {
            let is_it = |part: &&Part| include.path().is_some_and(|path| part.path == path);
            let Some(callee) = parts.iter().find(is_it) else { continue };
            let mut say = |origin, name: &str, message, help| {
                let (rule, job) = ("call-signature", job.map(str::to_owned));
                found.push(Missing { rule, job, origin, message, help, key: format!("{}/{name}", callee.path) });
            };
            held_against(callee, node, include.origin, &mut say);
        }
    }
    found
}

fn held_against(callee: &Part, include: &Node, at: Origin, say: &mut impl FnMut(Origin, &str, String, String)) {
    let spec = callee.head.as_ref().and_then(|head| head.get("spec"));
    if spec.is_some_and(|spec| spec.get("include").is_some()) {
        return;
    }
    let asked = spec.and_then(|spec| spec.get("inputs")).and_then(Node::fields).unwrap_or_default();
    let names: Vec<&str> = asked.iter().map(|field| field.name.as_str()).collect();
    let written = include.get("inputs");
    let Some(given) = written.map_or(Some(&[][..]), Node::fields) else { return };
    for field in given.iter().filter(|field| !names.contains(&field.name.as_str())) {
        let help = match nearest(&field.name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove it, or describe it under spec: inputs: there".to_owned(),
        };
        say(field.key, &field.name, format!("{} asks for no input `{}`", callee.path, field.name), help);
    }
    // A rule of the head may give one that has no default of its own.
    let is_needed = |field: &&Field| ["default", "rules"].iter().all(|word| field.node.get(word).is_none());
    for field in asked.iter().filter(is_needed).filter(|field| given.iter().all(|one| one.name != field.name)) {
        let message = format!("{} asks for the input `{}`, and it is not given", callee.path, field.name);
        say(at, &field.name, message, format!("write inputs: {{ {}: … }} beside it, or give it a default there", field.name));
    }
}

/// The name of an input, the scalar that takes it up, and where in its text.
type Taken<'a> = (&'a str, Origin, Range<usize>);

fn of_node<'a>(node: &'a Node, found: &mut Vec<Taken<'a>>) {
    match &node.value {
        Value::String(text) => of_text(text, node.origin, found),
        Value::Array(items) => items.iter().for_each(|item| of_node(item, found)),
        Value::Record(fields) => {
            for field in fields {
                of_text(&field.name, field.key, found);
                of_node(&field.node, found);
            }
        }
        Value::Tag(_, Some(argument)) => of_node(argument, found),
        _ => {}
    }
}

fn of_text<'a>(text: &'a str, origin: Origin, found: &mut Vec<Taken<'a>>) {
    for (open, _) in text.match_indices("$[[") {
        let inner = &text[open + 3..];
        let Some((inner, _)) = inner.split_once("]]") else { continue };
        let Some(rest) = inner.trim_start().strip_prefix("inputs.") else { continue };
        let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '_' | '-')).unwrap_or(rest.len());
        let start = open + 3 + (inner.len() - inner.trim_start().len()) + "inputs.".len();
        if end > 0 {
            found.push((&rest[..end], origin, start..start + end));
        }
    }
}
