//! The keys of a job that are steps: its commands, what is reused and what is kept.

use std::collections::BTreeSet;

use super::entry;
use super::job::settled;
use crate::backend::gitlab::{entries, keeps_to_itself};
use crate::import::tree::{Entries, Entry, Tree, Word};
use crate::origin::Origin;
use crate::pipeline::Retention;
use crate::pipeline::gitlab::{names, span};
use crate::source::{Field, Node};

/// The key of GitLab's that a step says, by the path to the step or into it.
pub(super) fn key_of_step(tree: &Tree, path: &[String]) -> &'static str {
    let step = tree.nearest(path.get(..4).unwrap_or(path));
    let has = |name: &str| matches!(&step.word, Word::Record(entries) if entries.iter().any(|entry| entry.name == name));
    match () {
        () if has("cache") => "cache",
        () if has("upload") => "artifacts",
        () => "script",
    }
}

/// Whole days.
pub(super) fn days(text: &str) -> Option<String> {
    let seconds = span::parse(text)?.as_seconds();
    let days = seconds / 86_400;
    let text = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    (seconds % 86_400 == 0 && Retention::parse(&text).is_some()).then_some(text)
}

/// The steps that a key is.
pub(super) fn steps(id: &str, field: &Field, secrets: &BTreeSet<String>) -> Option<Vec<Tree>> {
    let node = &field.node;
    let step = |name: &str, tree: Tree| Tree::record(vec![entry(name, field.key, tree)], node.origin);
    match field.name.as_str() {
        "script" => script(node, secrets),
        "cache" => {
            let caches = node.items().unwrap_or(std::slice::from_ref(node));
            let steps = caches.iter().map(|one| Some(step("cache", cache(one)?))).collect::<Option<Vec<Tree>>>()?;
            (!steps.is_empty()).then_some(steps)
        }
        "artifacts" => artifacts(id, node).map(|tree| vec![tree]),
        _ => None,
    }
}

/// Commands: those that are a line each in one step, and each of several lines in its own, if none hangs on another's shell.
fn script(node: &Node, secrets: &BTreeSet<String>) -> Option<Vec<Tree>> {
    let items = node.items().unwrap_or(std::slice::from_ref(node));
    let can_be = |text: &&str| !text.trim().is_empty() && !["$[[", "${{", "$env:"].iter().any(|sign| text.contains(sign));
    let mut groups: Vec<(String, Origin)> = Vec::new();
    let mut is_open = false;
    for item in items {
        let text = item.text().filter(can_be)?.trim_end_matches('\n');
        let is_line = !text.contains('\n');
        match groups.last_mut() {
            Some((last, origin)) if is_open && is_line => {
                *last = format!("{last}\n{text}");
                origin.end = origin.end.max(item.origin.end);
            }
            _ => groups.push((text.to_owned(), item.origin)),
        }
        is_open = is_line;
    }
    let written: Vec<String> = groups.iter().flat_map(|(text, _)| entries(text)).collect();
    let same = written.len() == items.len()
        && written
            .iter()
            .zip(items)
            .all(|(written, item)| item.text().is_some_and(|text| text.trim_end_matches('\n') == written));
    let apart = groups.len() == 1 || groups.iter().all(|(text, _)| keeps_to_itself(text));
    let step = |(text, origin): (String, Origin)| {
        let mut step = vec![entry("run", origin, Tree::text(&text, origin))];
        let used: BTreeSet<&str> = names(&text).map(|(name, _)| name).filter(|name| secrets.contains(*name)).collect();
        let bound = |name: &&str| entry(name, origin, Tree::tag("Secret", Some(Tree::text(name, origin)), origin));
        let env: Vec<Entry> = used.iter().map(bound).collect();
        if !env.is_empty() {
            step.push(entry("env", origin, Tree::record(env, origin)));
        }
        Tree::record(step, origin)
    };
    (same && apart).then(|| groups.into_iter().map(step).collect())
}

fn cache(node: &Node) -> Option<Tree> {
    let mut entries = Entries::default();
    let key = match node.get("key") {
        None => Tree::text("default", node.origin),
        Some(key) => match key.fields() {
            None => Tree::text(settled(key)?, key.origin),
            Some([files]) if files.name == "files" => {
                let files = files.node.items()?.iter().map(|file| Some(Tree::text(settled(file)?, file.origin)));
                Tree::tag("Hash", Some(Tree::list(files.collect::<Option<_>>()?, key.origin)), key.origin)
            }
            Some(_) => return None,
        },
    };
    entries.put("key", node.origin, key);
    for field in node.fields()? {
        match field.name.as_str() {
            "key" => {}
            "paths" => entries.put("paths", field.key, globs(&field.node)?),
            _ => return None,
        }
    }
    node.get("paths").is_some().then(|| Tree::record(entries.all, node.origin))
}

fn globs(node: &Node) -> Option<Tree> {
    let glob = |item: &Node| settled(item).filter(|text| !text.starts_with('!')).map(|text| Tree::text(text, item.origin));
    let globs = node.items()?.iter().map(glob).collect::<Option<Vec<Tree>>>()?;
    (!globs.is_empty()).then(|| Tree::list(globs, node.origin))
}

/// What is kept, if it is said for how many days.
fn artifacts(id: &str, node: &Node) -> Option<Tree> {
    let (mut upload, mut step) = (Entries::default(), Entries::default());
    upload.put("name", node.origin, Tree::text(id, node.origin));
    for field in node.fields()? {
        let origin = field.node.origin;
        match field.name.as_str() {
            "paths" => upload.put("paths", field.key, globs(&field.node)?),
            "expire_in" => upload.put("retention", field.key, Tree::text(&days(settled(&field.node)?)?, origin)),
            "when" => match field.node.text()? {
                "on_success" => {}
                "always" => step.put("when", field.key, Tree::tag("Always", None, origin)),
                "on_failure" => step.put("when", field.key, Tree::tag("OnFailure", None, origin)),
                _ => return None,
            },
            _ => return None,
        }
    }
    node.get("paths").and(node.get("expire_in"))?;
    // GitLab only says that nothing is there.
    upload.put("missing", node.origin, Tree::tag("Warn", None, node.origin));
    step.all.insert(0, entry("upload", node.origin, Tree::record(upload.all, node.origin)));
    Some(Tree::record(step.all, node.origin))
}
