//! A job and what stands around its steps.

use super::condition;
use super::machine;
use super::tree::{Entries, Tree, Word};
use super::trigger::texts;
use super::value::{self, Seat, bindings, value};
use super::workflow::Translator;
use crate::origin::Origin;
use crate::pipeline::permission::SCOPES;
use crate::pipeline::uses::Used;
use crate::source::{Field, Node, Value};

/// The keys that only the forge has a word for.
const FORGES: &[&str] = &["snapshot", "cancel-timeout-minutes"];
/// What a job says of its permissions whose author has said no reason.
const REASON: &str = "TODO: reason";
/// How long GitHub lets a job run that says nothing of it.
const LONGEST: &str = "6h";

impl Translator<'_> {
    pub(super) fn job(&self, id: &str, node: &Node) -> Tree {
        let Some(fields) = node.fields() else { return value::plain(node) };
        let origin = node.origin;
        let (mut own, mut words) = (Entries::default(), Entries::default());
        for field in fields.iter().filter(|field| field.name != "steps" && !says_nothing(field)) {
            self.job_key(id, field, &mut own, &mut words);
        }
        let has = |name: &str| fields.iter().any(|field| field.name == name);
        if !has("timeout-minutes") && has("steps") {
            let is_before = |entry: &super::tree::Entry| matches!(entry.name.as_str(), "runner" | "name");
            let after = own.all.iter().rposition(is_before).map_or(0, |at| at + 1);
            let timeout = super::tree::Entry {
                name: "timeout".to_owned(),
                key: unwritten(origin),
                tree: Tree::text(LONGEST, unwritten(origin)),
            };
            own.all.insert(after.min(own.all.len()), timeout);
        }
        own.all.sort_by_key(|entry| entry.name != "name");
        if let Some(github) = words.some(origin) {
            own.put("github", origin, github);
        }
        if let Some(field) = fields.iter().find(|field| field.name == "steps") {
            own.put("steps", field.key, self.steps(id, &field.node));
        }
        Tree::record(own.all, origin)
    }

    fn job_key(&self, id: &str, field: &Field, own: &mut Entries, words: &mut Entries) {
        let name = field.name.as_str();
        if name == "strategy" && field.node.fields().is_some() {
            self.strategy(id, &field.node, own, words, field);
            return;
        }
        let level = self.withdrawn.level(&["jobs", id, name]);
        let ours = if level == 0 || (name == "if" && level == 1) { self.our_key(field, level) } else { None };
        match ours {
            Some((name, tree)) => {
                own.put(name, field.key, tree);
                self.ours();
            }
            None => {
                let has_word = name != "uses" && !(name == "secrets" && field.node.text().is_some());
                if has_word && !FORGES.contains(&name) {
                    self.forges();
                }
                words.put(name, field.key, value::spoken(field));
            }
        }
    }

    /// The field of ours for a key, if it can say the same.
    fn our_key(&self, field: &Field, level: u8) -> Option<(&'static str, Tree)> {
        let node = &field.node;
        Some(match field.name.as_str() {
            "name" => ("name", name(node)?),
            "needs" => ("needs", texts(node)?),
            "if" => ("when", when(node, level)?),
            "permissions" => ("permissions", self.permissions(node)?),
            "runs-on" => ("runner", self.runner(node)?),
            "timeout-minutes" => ("timeout", minutes(node)?),
            "env" => ("env", bindings(node, Seat::Other)?),
            "outputs" => ("outputs", bindings(node, Seat::Other)?),
            "defaults" => ("defaults", defaults(node)?),
            "container" => ("container", container(node)?),
            "services" => ("services", services(node)?),
            "environment" => ("environment", environment(node)?),
            "concurrency" => ("concurrency", concurrency(node)?),
            "continue-on-error" => ("impact", impact(node)?),
            "uses" => self.callee(node)?,
            "with" => ("with", bindings(node, Seat::Other)?),
            "secrets" => ("secrets", bindings(node, Seat::Other)?),
            _ => return None,
        })
    }

    /// Levels by scope, each with its reason: the comment behind it, if there is one.
    fn permissions(&self, node: &Node) -> Option<Tree> {
        let mut entries = Entries::default();
        for field in node.fields()? {
            let scope = field.name.replace('-', "_");
            SCOPES.iter().find(|known| known.name == scope)?;
            let origin = field.node.origin;
            let found = self.reasons.get(&origin.end).or_else(|| self.reasons.get(&field.key.start));
            let reason = found.map_or(REASON, String::as_str);
            let said = || Some(Tree::text(reason, origin));
            let tree = match (field.node.text()?, scope.as_str()) {
                ("none", _) => Tree::tag("None", None, origin),
                ("read", "contents") if reason == REASON => Tree::tag("Read", None, origin),
                ("read", _) => Tree::tag("Read", said(), origin),
                ("write", _) => Tree::tag("Write", said(), origin),
                _ => return None,
            };
            entries.put(&scope, field.key, tree);
        }
        Some(Tree::record(entries.all, node.origin))
    }

    /// One label, or the runner that the project declares with these.
    fn runner(&self, node: &Node) -> Option<Tree> {
        if let Some(name) = machine::asked(node).and_then(|asked| self.machines.get(&asked)) {
            return Some(Tree::text(name, node.origin));
        }
        let one = match node.items() {
            Some([one]) => one,
            Some(_) => return None,
            None => node,
        };
        one.text().filter(|text| !text.is_empty())?;
        let tree = value(one, Seat::Other);
        (!matches!(tree.word, Word::List(_))).then_some(tree)
    }

    /// A workflow of this repository by its pipeline's id, one of another at its pin.
    fn callee(&self, node: &Node) -> Option<(&'static str, Tree)> {
        let text = node.text()?;
        if let Some(path) = text.strip_prefix("./").or_else(|| text.strip_prefix("$/")) {
            let file = path.strip_prefix(".github/workflows/")?;
            // A pipeline is called by its id where its file is named by that.
            let id = self.callable.get(file).filter(|id| file.strip_suffix(".yml") == Some(id.as_str()))?;
            return text.starts_with("./").then(|| ("calls", Tree::text(id, node.origin)));
        }
        let foreign = Used::of(text).foreign()?;
        let pinned = self.pins.get(foreign.repository()).is_some_and(|(_, revision)| Some(revision.as_str()) == foreign.revision);
        pinned.then(|| ("uses", Tree::text(foreign.path, node.origin)))
    }

    fn strategy(&self, id: &str, node: &Node, own: &mut Entries, words: &mut Entries, around: &Field) {
        let mut theirs = Entries::default();
        for field in node.fields().unwrap_or_default().iter().filter(|field| field.node.value != Value::Null) {
            let portable = self.withdrawn.level(&["jobs", id, "strategy", &field.name]) == 0;
            let ours = match (field.name.as_str(), &field.node.value) {
                ("fail-fast", Value::Bool(_)) => Some(("fail_fast", value::plain(&field.node))),
                ("max-parallel", Value::Number(_)) => Some(("max_parallel", value::plain(&field.node))),
                ("matrix", _) => matrix(&field.node).map(|tree| ("matrix", tree)),
                _ => None,
            };
            match ours.filter(|_| portable) {
                Some((name, tree)) => {
                    own.put(name, field.key, tree);
                    self.ours();
                }
                None => {
                    theirs.put(&field.name, field.key, value::in_words(&field.node));
                    self.forges();
                }
            }
        }
        if let Some(tree) = theirs.some(node.origin) {
            words.put("strategy", around.key, tree);
        }
    }
}

/// A place that nothing of the workflow lies at: what stands there is written by us.
pub(super) fn unwritten(near: Origin) -> Origin {
    Origin { start: u32::MAX, end: u32::MAX, ..near }
}

/// Whether a key means what it means where it is missing.
pub(super) fn says_nothing(field: &Field) -> bool {
    let is_empty = field.node.text().is_some_and(str::is_empty);
    field.node.value == Value::Null || is_empty && matches!(field.name.as_str(), "name" | "if" | "environment" | "description")
}

/// A name in which nothing is worked out.
pub(super) fn name(node: &Node) -> Option<Tree> {
    let text = value::as_text(node).filter(|text| !text.trim().is_empty() && !text.contains("${{"))?;
    Some(Tree::text(&text, node.origin))
}

/// `if`: part for part, or all of it as one expression.
pub(super) fn when(node: &Node, level: u8) -> Option<Tree> {
    let text = value::as_text(node)?;
    // Text around `${{ }}` is always true, which no condition of ours is.
    if text.contains("${{") && condition::bare(&text).contains("${{") {
        return None;
    }
    match level {
        0 => condition::condition(&text, node.origin),
        _ => Some(condition::whole(&text, node.origin)),
    }
}

/// Whole minutes as a span of time.
pub(super) fn minutes(node: &Node) -> Option<Tree> {
    let Value::Number(minutes) = node.value else { return None };
    (minutes >= 1.0 && minutes.fract() == 0.0).then(|| Tree::text(&format!("{minutes}m"), node.origin))
}

/// Whether a failure is only said.
pub(super) fn impact(node: &Node) -> Option<Tree> {
    let Value::Bool(flag) = node.value else { return None };
    Some(Tree::tag(if flag { "Warn" } else { "Block" }, None, node.origin))
}

/// What may not run at the same time, if whether it cancels is known.
pub(super) fn concurrency(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    let (group, cancel) = match node.fields() {
        None => (node, None),
        Some(fields) => {
            let known = |field: &Field| matches!(field.name.as_str(), "group" | "cancel-in-progress");
            if !fields.iter().all(known) {
                return None;
            }
            (node.get("group")?, node.get("cancel-in-progress"))
        }
    };
    let cancels = match cancel.map(|cancel| &cancel.value) {
        None => false,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => return None,
    };
    value::as_text(group)?;
    entries.put("group", group.origin, Tree::tag("Named", Some(value(group, Seat::Other)), group.origin));
    entries.put("cancel", cancel.unwrap_or(node).origin, Tree::flag(cancels, cancel.unwrap_or(node).origin));
    Some(Tree::record(entries.all, node.origin))
}

/// What commands start from.
pub(super) fn defaults(node: &Node) -> Option<Tree> {
    let [run] = node.fields()? else { return None };
    let mut entries = Entries::default();
    for field in run.node.fields().filter(|_| run.name == "run")? {
        let name = match field.name.as_str() {
            "shell" => "shell",
            "working-directory" => "directory",
            _ => return None,
        };
        field.node.text()?;
        entries.put(name, field.key, value(&field.node, Seat::Other));
    }
    Some(Tree::record(entries.all, node.origin))
}

fn environment(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    match node.fields() {
        None => {
            value::as_text(node)?;
            entries.put("name", node.origin, value(node, Seat::Other));
        }
        Some(fields) => {
            for field in fields {
                let tree = match (field.name.as_str(), &field.node.value) {
                    ("name" | "url", Value::String(_)) => value(&field.node, Seat::Other),
                    ("deployment", Value::Bool(_)) => value::plain(&field.node),
                    _ => return None,
                };
                entries.put(&field.name, field.key, tree);
            }
        }
    }
    Some(Tree::record(entries.all, node.origin))
}

fn container(node: &Node) -> Option<Tree> {
    let Some(fields) = node.fields() else {
        node.text()?;
        return Some(value(node, Seat::Other)).filter(|tree| !matches!(tree.word, Word::List(_)));
    };
    let mut entries = Entries::default();
    for field in fields.iter().filter(|field| field.node.value != Value::Null) {
        let tree = match field.name.as_str() {
            "image" | "options" | "entrypoint" | "command" => {
                field.node.text()?;
                value(&field.node, Seat::Other)
            }
            "env" | "credentials" => bindings(&field.node, Seat::Other)?,
            "ports" | "volumes" => {
                let items = field.node.items()?.iter().map(|item| value(item, Seat::Other)).collect();
                Tree::list(items, field.node.origin)
            }
            _ => return None,
        };
        entries.put(&field.name, field.key, tree);
    }
    Some(Tree::record(entries.all, node.origin))
}

fn services(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()? {
        entries.put(&field.name, field.key, container(&field.node)?);
    }
    Some(Tree::record(entries.all, node.origin))
}

/// Legs whose cells are texts, numbers and flags; what is read as JSON later is a reference.
fn matrix(node: &Node) -> Option<Tree> {
    if node.text().is_some() {
        return later(node);
    }
    let mut entries = Entries::default();
    for field in node.fields()?.iter().filter(|field| field.node.value != Value::Null) {
        let leg = |leg: &Node| {
            let plain = leg.fields()?.iter().all(|cell| is_scalar(&cell.node));
            plain.then(|| bindings(leg, Seat::Other))?
        };
        let tree = match (field.name.as_str(), field.node.items()) {
            (_, None) => later(&field.node)?,
            ("include" | "exclude", Some(items)) => {
                Tree::list(items.iter().map(leg).collect::<Option<Vec<Tree>>>()?, field.node.origin)
            }
            (_, Some(items)) if items.iter().all(is_scalar) => {
                Tree::list(items.iter().map(|item| value(item, Seat::Other)).collect(), field.node.origin)
            }
            _ => return None,
        };
        entries.put(&field.name, field.key, tree);
    }
    Some(Tree::record(entries.all, node.origin))
}

fn is_scalar(node: &Node) -> bool {
    matches!(node.value, Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null)
}

/// `${{ fromJSON(…) }}` of something that a reference can name.
fn later(node: &Node) -> Option<Tree> {
    let inner = condition::bare(node.text()?).strip_prefix("fromJSON(")?.strip_suffix(')')?;
    let reference = value::known(inner, Seat::Other)?;
    Some(value::written(&reference, node.origin))
}
