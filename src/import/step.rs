//! The steps of a job.

use super::job::{impact, minutes, name, says_nothing, when};
use super::tree::{Entries, Entry, Tree};
use super::value::{self, Seat, bindings};
use super::workflow::Translator;
use crate::pipeline::github::action::{CACHE, CHECKOUT, DOWNLOAD, UPLOAD};
use crate::pipeline::uses::Used;
use crate::source::{Field, Node, Value};

impl Translator<'_> {
    pub(super) fn steps(&self, job: &str, node: &Node) -> Tree {
        let Some(items) = node.items() else { return value::plain(node) };
        let steps = (0..).zip(items).map(|(index, item)| self.step(job, index, item)).collect();
        Tree::list(steps, node.origin)
    }

    fn step(&self, job: &str, index: usize, node: &Node) -> Tree {
        let Some(fields) = node.fields() else { return value::plain(node) };
        let index = index.to_string();
        let level = |key: &str| self.withdrawn.level(&["jobs", job, "steps", &index, key]);
        let (mut own, mut words) = (Entries::default(), Entries::default());
        let kind = self.kind(fields, level("uses"));
        for field in fields.iter().filter(|field| !says_nothing(field) || field.name == "wait-all") {
            let key = field.name.as_str();
            match &kind {
                Some(found) if key == "uses" => {
                    own.put(found.0, field.key, found.1.clone());
                    self.ours();
                    continue;
                }
                Some(found) if key == "with" && found.0 != "uses" => {
                    self.ours();
                    continue;
                }
                _ => {}
            }
            let level = level(key);
            let ours = if level == 0 || (key == "if" && level == 1) { our_key(field, level) } else { None };
            match ours {
                Some((name, tree)) => {
                    own.put(name, field.key, tree);
                    self.ours();
                }
                None => {
                    if key != "uses" {
                        self.forges();
                    }
                    words.put(key, field.key, in_words(field));
                }
            }
        }
        own.all.sort_by_key(|entry| entry.name != "name");
        if let Some(github) = words.some(node.origin) {
            // What the step does comes before how.
            let kind = own.all.iter().position(|entry| matches!(entry.name.as_str(), "with" | "env")).unwrap_or(own.all.len());
            own.all.insert(kind, Entry { name: "github".to_owned(), key: node.origin, tree: github });
        }
        Tree::record(own.all, node.origin)
    }

    /// What `uses` of a step is in our words: a kind of its own, or the action that the project pins.
    fn kind(&self, fields: &[Field], level: u8) -> Option<(&'static str, Tree)> {
        let field = fields.iter().find(|field| field.name == "uses")?;
        let text = field.node.text()?;
        let own = |text: &str| Some(("uses", Tree::text(text, field.node.origin)));
        if level > 1 {
            return None;
        }
        let foreign = match Used::of(text) {
            // The revision of these is not a matter of the table of pins.
            Used::Own(_) | Used::Image(_) => return own(text),
            Used::Foreign(foreign) => foreign,
        };
        let pinned = self.pins.get(foreign.repository()).is_some_and(|(_, revision)| Some(revision.as_str()) == foreign.revision);
        if !pinned {
            return None;
        }
        let with = fields.iter().find(|field| field.name == "with").map(|field| &field.node);
        let kind = if level == 0 { kind_of(foreign.path, with, field) } else { None };
        kind.or_else(|| own(foreign.path))
    }
}

/// The forge's words for a key. Commands of several lines end with the last of them.
fn in_words(field: &Field) -> Tree {
    match (field.name.as_str(), &field.node.value) {
        ("run", Value::String(text)) => Tree::text(text.trim_end_matches('\n'), field.node.origin),
        // GitHub takes any scalar for a text.
        ("run" | "name" | "id" | "shell" | "working-directory", Value::Bool(_) | Value::Number(_)) => {
            Tree::text(&value::as_text(&field.node).unwrap_or_default(), field.node.origin)
        }
        _ => value::spoken(field),
    }
}

/// The field of ours for a key, if it can say the same.
fn our_key(field: &Field, level: u8) -> Option<(&'static str, Tree)> {
    let node = &field.node;
    let text = || node.text().filter(|text| !text.trim().is_empty() && !text.contains("${{"));
    let own = |name, text: &str| Some((name, Tree::text(text, node.origin)));
    if matches!(node.value, Value::Bool(_) | Value::Number(_)) && field.name == "run" {
        return own("run", &value::as_text(node)?);
    }
    match field.name.as_str() {
        "name" => Some(("name", name(node)?)),
        "id" => own("id", text()?),
        "if" => Some(("when", when(node, level)?)),
        "timeout-minutes" => Some(("timeout", minutes(node)?)),
        "continue-on-error" => Some(("impact", impact(node)?)),
        "env" => Some(("env", bindings(node, Seat::Other)?)),
        "with" => Some(("with", bindings(node, Seat::Other)?)),
        "run" => own("run", text()?.trim_end_matches('\n')),
        "shell" => own("shell", text()?),
        "working-directory" => own("directory", text()?),
        "background" => matches!(node.value, Value::Bool(_)).then(|| ("background", value::plain(node))),
        "cancel" => own("cancel", text()?),
        "wait" => Some(("wait", super::trigger::texts(node)?)),
        "wait-all" => Some(("wait_all", Tree::flag(true, node.origin))),
        _ => None,
    }
}

/// A kind of ours for a well-known action, with its inputs under our names; nothing if one of them has none.
fn kind_of(action: &str, with: Option<&Node>, field: &Field) -> Option<(&'static str, Tree)> {
    let names: &[(&str, &str)] = match action {
        CHECKOUT => &[
            ("repository", "repository"),
            ("ref", "revision"),
            ("path", "path"),
            ("fetch-depth", "depth"),
            ("submodules", "submodules"),
            ("lfs", "lfs"),
        ],
        UPLOAD => &[("name", "name"), ("path", "paths"), ("retention-days", "retention"), ("if-no-files-found", "missing")],
        DOWNLOAD => &[("name", "name"), ("pattern", "pattern"), ("path", "path"), ("merge-multiple", "merge")],
        CACHE => &[("path", "paths"), ("key", "key"), ("restore-keys", "restore")],
        _ => return None,
    };
    let mut entries = Entries::default();
    let given = with.and_then(Node::fields).unwrap_or_default();
    let keeps = given.iter().find(|field| field.name == "persist-credentials").map(|field| &field.node.value);
    if action == CHECKOUT && keeps != Some(&Value::Bool(false)) {
        return None;
    }
    for given in given.iter().filter(|given| action != CHECKOUT || given.name != "persist-credentials") {
        let (_, name) = names.iter().find(|(input, _)| *input == given.name)?;
        if let Some(tree) = input(name, &given.node)? {
            entries.put(name, given.key, tree);
        }
    }
    let kind = match action {
        CHECKOUT => "checkout",
        UPLOAD => "upload",
        DOWNLOAD => "download",
        _ => "cache",
    };
    Some((kind, Tree::record(entries.all, with.map_or(field.node.origin, |with| with.origin))))
}

/// An input of a well-known action as a field of the kind; the inner one is missing where the kind does so anyway.
#[expect(clippy::option_option, reason = "what needs not be said and what cannot be said are not the same")]
fn input(name: &str, node: &Node) -> Option<Option<Tree>> {
    let lines = |each: &dyn Fn(&str) -> Tree| {
        let lines = node.text()?.lines().filter(|line| !line.trim().is_empty()).map(str::trim);
        Some(Some(Tree::list(lines.map(each).collect(), node.origin)))
    };
    match (name, &node.value) {
        ("paths", _) => lines(&|line| Tree::text(line, node.origin)),
        ("restore", _) => {
            lines(&|line| value::value(&Node { value: Value::String(line.to_owned()), origin: node.origin }, Seat::Other))
        }
        ("retention", Value::Number(days)) => Some(Some(Tree::text(&format!("{days} days"), node.origin))),
        ("missing", Value::String(text)) => match text.as_str() {
            "error" => Some(None),
            "warn" => Some(Some(Tree::tag("Warn", None, node.origin))),
            "ignore" => Some(Some(Tree::tag("Ignore", None, node.origin))),
            _ => None,
        },
        ("retention" | "missing", _) => None,
        ("depth", Value::Number(_)) | ("submodules" | "lfs" | "merge", Value::Bool(_)) => Some(Some(value::plain(node))),
        ("depth" | "submodules" | "lfs" | "merge", _) => None,
        ("path" | "pattern", Value::String(text)) => (!text.contains("${{")).then(|| Some(value::plain(node))),
        (_, Value::String(_)) => Some(Some(value::value(node, Seat::Other))),
        _ => None,
    }
}
