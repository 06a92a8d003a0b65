//! A job of GitLab's.

use super::step::{days, steps};
use super::{Translator, VERBATIM, Variables, entry, tags_of};
use crate::import::job::unwritten;
use crate::import::tree::{Entries, Tree};
use crate::import::value::plain;
use crate::pipeline::gitlab::job::is_key;
use crate::pipeline::gitlab::span;
use crate::pipeline::retry::Failure;
use crate::pipeline::surroundings::{Act, Tier};
use crate::source::{Field, Node, Value};

/// The keys of GitLab's, each with the field of ours that says it.
const FIELDS: &[(&str, &str)] = &[
    ("stage", "stage"),
    ("tags", "runner"),
    ("timeout", "timeout"),
    ("needs", "needs"),
    ("when", "when"),
    ("when", "manual"),
    ("allow_failure", "impact"),
    ("retry", "retry"),
    ("environment", "environment"),
    ("image", "container"),
    ("services", "services"),
    ("parallel", "matrix"),
    ("parallel", "shards"),
    ("resource_group", "concurrency"),
];
/// The keys that steps say.
const OF_STEPS: &[&str] = &["script", "cache", "artifacts"];

/// The fields of a job in the order in which they are read best.
const ORDER: &[&str] = &[
    "name",
    "stage",
    "needs",
    "when",
    "manual",
    "runner",
    "container",
    "services",
    "timeout",
    "retry",
    "impact",
    "concurrency",
    "environment",
    "matrix",
    "shards",
    "env",
    "gitlab",
    "steps",
];

/// The key of GitLab's that a field says.
pub(super) fn key_of(field: &str) -> &str {
    FIELDS.iter().find(|(_, ours)| *ours == field).map_or(field, |(key, _)| key)
}

/// A text in which GitLab puts nothing.
pub(super) fn settled(node: &Node) -> Option<&str> {
    node.text().filter(|text| !text.trim().is_empty() && !text.contains('$'))
}

/// What a job is put together from.
#[derive(Default)]
struct Parts {
    own: Entries,
    words: Entries,
    verbatim: Entries,
    variables: Variables,
    caches: Vec<Tree>,
    commands: Vec<Tree>,
    kept: Vec<Tree>,
}

impl Translator<'_> {
    pub(super) fn job(&self, name: &str, id: &str, node: &Node) -> Tree {
        let here = unwritten(node.origin);
        let mut parts = Parts::default();
        if name != id {
            parts.own.put("name", here, Tree::text(name, here));
        }
        // What somebody starts, what is asked then and whether others wait is one field of ours.
        let by_hand = ["when", "allow_failure", "manual_confirmation"].map(|key| self.level(&[name, key])).into_iter().max();
        for field in node.fields().unwrap_or_default() {
            let key = field.name.as_str();
            let level = if key == "when" { by_hand.unwrap_or(0) } else { self.level(&[name, key]) };
            if key == "variables" && level < VERBATIM && field.node.fields().is_some() {
                parts.variables = self.variables(&[name, key], &field.node);
            } else if level == 0 && self.ours(id, field, node, &mut parts) || by_hand == Some(0) && is_covered(field, node) {
                self.counted.ours.set(self.counted.ours.get() + 1);
            } else {
                if has_word(field) {
                    self.counted.forges.set(self.counted.forges.get() + 1);
                }
                let is_held = level < VERBATIM && field.node.value != Value::Null && is_key(key);
                let into = if is_held { &mut parts.words } else { &mut parts.verbatim };
                into.put(key, field.key, self.word(key, &field.node));
            }
        }
        self.put_together(parts, node)
    }

    /// Says a key in our words; whether it can be.
    fn ours(&self, id: &str, field: &Field, job: &Node, parts: &mut Parts) -> bool {
        if let Some(steps) = steps(id, field, &self.secrets) {
            match field.name.as_str() {
                "cache" => parts.caches = steps,
                "script" => parts.commands = steps,
                _ => parts.kept = steps,
            }
            return true;
        }
        let said = self.field(field, job);
        if let Some((name, tree)) = said {
            parts.own.put(name, field.key, tree);
            return true;
        }
        false
    }

    fn put_together(&self, parts: Parts, node: &Node) -> Tree {
        let Parts { mut own, mut words, mut verbatim, variables, caches, commands, kept } = parts;
        let origin = node.origin;
        let here = unwritten(origin);
        for (entries, name, tree) in [
            (&mut own, "env", variables.env.some(origin)),
            (&mut verbatim, "variables", variables.verbatim.some(origin)),
            (&mut words, "variables", variables.words.some(origin)),
        ] {
            if let Some(tree) = tree {
                entries.put(name, origin, tree);
            }
        }
        if let Some(tree) = verbatim.some(origin) {
            words.put("verbatim", origin, tree);
        }
        if let Some(tree) = words.some(origin) {
            own.put("gitlab", origin, tree);
        }
        // GitLab fetches the sources of every job unless somebody says otherwise.
        let fetched = !commands.is_empty() && !self.is_without_sources(node);
        let checkout = fetched.then(|| Tree::record(vec![entry("checkout", here, Tree::record(Vec::new(), here))], here));
        let steps: Vec<Tree> = checkout.into_iter().chain(caches).chain(commands).chain(kept).collect();
        if !steps.is_empty() {
            let key = node.field("script").map_or(here, |field| field.key);
            own.put("steps", key, Tree::list(steps, origin));
        }
        own.all.sort_by_key(|entry| ORDER.iter().position(|name| *name == entry.name));
        Tree::record(own.all, origin)
    }

    /// Whether a job says that the sources are not fetched.
    fn is_without_sources(&self, node: &Node) -> bool {
        let strategy = node.get("variables").and_then(|variables| variables.get("GIT_STRATEGY")).or(self.strategy);
        strategy.is_some_and(|strategy| strategy.text().is_none_or(|text| !matches!(text, "fetch" | "clone")))
    }

    /// The field of ours for a key, if it can say the same.
    fn field(&self, field: &Field, job: &Node) -> Option<(&'static str, Tree)> {
        let node = &field.node;
        let origin = node.origin;
        Some(match field.name.as_str() {
            "stage" => ("stage", Tree::text(settled(node)?, origin)),
            "tags" => ("runner", Tree::text(self.runners.get(&tags_of(node)?)?, origin)),
            "timeout" => ("timeout", timeout(node)?),
            "needs" => ("needs", self.needs(node)?),
            "when" => when(node, job)?,
            "allow_failure" => match (&node.value, job.get("when").and_then(Node::text)) {
                (_, Some("manual")) => return None,
                (Value::Bool(flag), _) => ("impact", Tree::tag(if *flag { "Warn" } else { "Block" }, None, origin)),
                _ => return None,
            },
            "retry" => ("retry", retry(node)?),
            "environment" => ("environment", self.environment(node)?),
            "image" => ("container", Tree::text(image(node)?, origin)),
            "services" => ("services", services(node)?),
            "parallel" => match &node.value {
                Value::Number(_) => ("shards", plain(node)),
                _ => ("matrix", matrix(node.get("matrix")?)?),
            },
            "resource_group" => {
                let mut entries = Entries::default();
                entries.put("group", origin, Tree::tag("Named", Some(Tree::text(settled(node)?, origin)), origin));
                entries.put("cancel", origin, Tree::flag(false, origin));
                ("concurrency", Tree::record(entries.all, origin))
            }
            _ => return None,
        })
    }

    /// The jobs of this file that come before; not an empty list, which says more than none.
    fn needs(&self, node: &Node) -> Option<Tree> {
        let job = |need: &Node| {
            let alone = need.fields().is_some_and(|fields| fields.len() == 1);
            let name = need.text().or_else(|| need.get("job").filter(|_| alone)?.text())?;
            Some(Tree::text(self.ids.get(name)?, need.origin))
        };
        let jobs = node.items()?.iter().map(job).collect::<Option<Vec<Tree>>>()?;
        (!jobs.is_empty()).then(|| Tree::list(jobs, node.origin))
    }

    fn environment(&self, node: &Node) -> Option<Tree> {
        let mut entries = Entries::default();
        if node.text().is_some() {
            entries.put("name", node.origin, Tree::text(settled(node)?, node.origin));
        }
        for field in node.fields().unwrap_or_default() {
            let (text, origin) = (settled(&field.node)?, field.node.origin);
            let tag = |found: Option<&'static str>| found.map(|tag| Tree::tag(tag, None, origin));
            let (name, tree) = match field.name.as_str() {
                "name" => ("name", Tree::text(text, origin)),
                "url" => ("url", Tree::text(text, origin)),
                "action" => ("action", tag(Act::ALL.iter().find(|(_, act)| act.word() == text).map(|(tag, _)| *tag))?),
                "deployment_tier" => ("tier", tag(Tier::ALL.iter().find(|(_, tier)| tier.word() == text).map(|(tag, _)| *tag))?),
                "on_stop" => ("on_stop", Tree::text(self.ids.get(text)?, origin)),
                "auto_stop_in" => ("auto_stop", Tree::text(&days(text)?, origin)),
                _ => return None,
            };
            entries.put(name, field.key, tree);
        }
        entries.some(node.origin)
    }
}

/// Whether a key has a word of ours that could say its value: no variable of GitLab's is a part of it.
fn has_word(field: &Field) -> bool {
    let has = FIELDS.iter().any(|(key, _)| *key == field.name) || OF_STEPS.contains(&field.name.as_str());
    let needs_nothing = field.name == "needs" && field.node.items().is_some_and(<[Node]>::is_empty);
    has && !needs_nothing && (field.name == "script" || is_plain(&field.node)) && !is_filled_in(&field.node)
}

fn is_plain(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => !text.contains('$'),
        Value::Array(items) => items.iter().all(is_plain),
        Value::Record(fields) => fields.iter().all(|field| is_plain(&field.node)),
        Value::Tag(..) => false,
        _ => true,
    }
}

/// Whether an input of the file or a part of another job is a part of it.
fn is_filled_in(node: &Node) -> bool {
    match &node.value {
        Value::String(text) => text.contains("$[["),
        Value::Array(items) => items.iter().any(is_filled_in),
        Value::Record(fields) => fields.iter().any(|field| is_filled_in(&field.node)),
        Value::Tag(..) => true,
        _ => false,
    }
}

/// Whether what a key says is said with `manual`.
fn is_covered(field: &Field, job: &Node) -> bool {
    let is_manual = job.get("when").is_some_and(|written| when(written, job).is_some_and(|(name, _)| name == "manual"));
    is_manual && matches!(field.name.as_str(), "allow_failure" | "manual_confirmation")
}

/// When it runs, or that somebody starts it; with what is asked then, and whether others wait.
fn when(node: &Node, job: &Node) -> Option<(&'static str, Tree)> {
    // Beside rules it is what these start from.
    if ["rules", "start_in"].iter().any(|name| job.get(name).is_some()) {
        return None;
    }
    let tag = |name: &str| Tree::tag(name, None, node.origin);
    Some(match node.text()? {
        "always" => ("when", tag("Always")),
        "on_failure" => ("when", tag("OnFailure")),
        "on_success" => ("when", tag("OnSuccess")),
        "manual" => {
            let mut entries = Entries::default();
            match job.get("allow_failure").map(|allowed| &allowed.value) {
                None => entries.put("blocks", node.origin, Tree::flag(false, node.origin)),
                Some(Value::Bool(false)) => {}
                Some(_) => return None,
            }
            if let Some(asked) = job.get("manual_confirmation") {
                entries.put("confirm", asked.origin, Tree::text(settled(asked)?, asked.origin));
            }
            ("manual", Tree::record(entries.all, node.origin))
        }
        _ => return None,
    })
}

fn timeout(node: &Node) -> Option<Tree> {
    let span = span::parse(settled(node)?)?;
    Some(Tree::text(&span.to_string(), node.origin))
}

fn retry(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    if let Value::Number(_) = node.value {
        entries.put("max", node.origin, plain(node));
    }
    for field in node.fields().unwrap_or_default() {
        let listed = field.node.items().unwrap_or(std::slice::from_ref(&field.node));
        match field.name.as_str() {
            "max" => entries.put("max", field.key, plain(&field.node)),
            "when" => {
                let tag = |node: &Node| {
                    let (_, failure) = FAILURES.iter().find(|(name, _)| node.text() == Some(name))?;
                    let (tag, _) = Failure::ALL.iter().find(|(_, other)| other == failure)?;
                    Some(Tree::tag(tag, None, node.origin))
                };
                let tags = listed.iter().map(tag).collect::<Option<Vec<Tree>>>()?;
                entries.put("after", field.key, Tree::list(tags, field.node.origin));
            }
            "exit_codes" => {
                entries.put("exit_codes", field.key, Tree::list(listed.iter().map(plain).collect(), field.node.origin));
            }
            _ => return None,
        }
    }
    entries.some(node.origin)
}

/// Failures that one word of ours stands for.
const FAILURES: &[(&str, Failure)] = &[
    ("api_failure", Failure::Forge),
    ("job_execution_timeout", Failure::Timeout),
    ("runner_system_failure", Failure::Runner),
    ("script_failure", Failure::Script),
    ("stuck_or_timeout_failure", Failure::Stuck),
    ("unknown_failure", Failure::Unknown),
];

/// The name of an image of which nothing else is said.
fn image(node: &Node) -> Option<&str> {
    match node.fields() {
        Some([name]) if name.name == "name" => settled(&name.node),
        Some(_) => None,
        None => settled(node),
    }
}

/// Images by the names that the job reaches them by.
fn services(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    for item in node.items()? {
        let origin = item.origin;
        let (image, alias) = match item.fields() {
            None => (settled(item)?, None),
            Some(fields) if fields.iter().all(|field| matches!(field.name.as_str(), "name" | "alias")) => {
                (settled(item.get("name")?)?, item.get("alias"))
            }
            Some(_) => return None,
        };
        let name = match alias {
            Some(alias) => settled(alias)?,
            // One with a folder is reached by two names.
            None => Some(image.split([':', '@']).next()?).filter(|_| !image.contains('/'))?,
        };
        let is_taken = entries.all.iter().any(|entry| entry.name == name);
        if is_taken || !crate::pipeline::reader::is_identifier(name) {
            return None;
        }
        entries.put(name, origin, Tree::text(image, origin));
    }
    entries.some(node.origin)
}

/// The legs of one row.
fn matrix(node: &Node) -> Option<Tree> {
    let row = match node.items() {
        Some([row]) => row,
        Some(_) => return None,
        None => node,
    };
    let mut entries = Entries::default();
    for field in row.fields()? {
        let cells = field.node.items().unwrap_or(std::slice::from_ref(&field.node));
        let cell = |cell: &Node| match &cell.value {
            Value::String(_) => settled(cell).map(|_| plain(cell)),
            Value::Number(number) => (number.fract() == 0.0).then(|| plain(cell)),
            Value::Bool(_) => Some(plain(cell)),
            _ => None,
        };
        entries.put(&field.name, field.key, Tree::list(cells.iter().map(cell).collect::<Option<_>>()?, field.node.origin));
    }
    entries.some(node.origin)
}
