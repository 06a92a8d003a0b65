//! The comments of a workflow, and where they go.

use std::collections::HashMap;

use super::tree::{Tree, Word};
use crate::origin::Origin;
use crate::source::{Node, Value};

/// The comments of a file.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Those at its head.
    pub(super) head: Vec<String>,
    /// Those above something, by the byte of what comes next, and those that nothing follows, by their own.
    above: Vec<(u32, Vec<String>)>,
    /// Those behind something, by the byte at which it ends.
    behind: HashMap<u32, String>,
    /// How many aliases there are.
    pub(super) aliases: usize,
    heads: usize,
}

impl Comments {
    pub(super) fn of(text: &str, root: &Node, aliases: usize) -> Self {
        let mut spans = Vec::new();
        scalars(root, &mut spans);
        spans.sort_unstable();
        let mut found = Self { aliases, ..Self::default() };
        let first = root.fields().and_then(|fields| fields.first()).map_or(0, |field| field.key.start);
        let mut open: Vec<String> = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let lead = line.len() - line.trim_start().len();
            let inside = spans.iter().any(|(from, to)| (*from as usize) < start + lead && start + lead < *to as usize);
            if inside {
                continue;
            }
            let body = line.trim();
            if let Some(comment) = body.strip_prefix('#') {
                open.push(comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned());
                continue;
            }
            if body.is_empty() {
                if start < first as usize {
                    found.close_head(&mut open);
                }
                continue;
            }
            let next = body.trim_start_matches("- ").trim_start();
            let next = start + line.find(next).unwrap_or(lead);
            if next <= first as usize {
                found.close_head(&mut open);
            }
            found.close(&mut open, u32::try_from(next).unwrap_or(u32::MAX));
            found.behind(line, start, &spans);
        }
        found.close(&mut open, u32::try_from(text.len()).unwrap_or(u32::MAX));
        found
    }

    fn close_head(&mut self, open: &mut Vec<String>) {
        self.heads += usize::from(!open.is_empty());
        self.head.append(open);
    }

    fn close(&mut self, open: &mut Vec<String>, next: u32) {
        if !open.is_empty() {
            self.above.push((next, std::mem::take(open)));
        }
    }

    fn behind(&mut self, line: &str, start: usize, spans: &[(u32, u32)]) {
        let last = spans.iter().rev().find(|(from, to)| (*from as usize) >= start && (*to as usize) <= start + line.len());
        // A key whose value comes on the next lines has its comment behind the colon.
        let after = last.map_or_else(|| line.find(':').map_or(0, |at| at + 1), |(_, to)| *to as usize - start);
        let rest = line.get(after..).unwrap_or_default();
        let comment = rest.trim_start_matches([' ', '\t', ']', '}', ',', ':', '|', '>', '-', '+']).trim_end();
        if let Some(comment) = comment.strip_prefix('#').filter(|_| rest.contains(" #") || rest.contains("\t#")) {
            let end = u32::try_from(start + after).unwrap_or(u32::MAX);
            self.behind.insert(end, comment.trim().to_owned());
        }
    }

    /// How many there are; lines that follow each other are one.
    pub(super) fn count(&self) -> usize {
        self.heads + self.above.len() + self.behind.len()
    }

    /// What stands behind the value that ends at a byte.
    pub(super) fn beside(&self, end: u32) -> Option<&str> {
        self.behind.get(&end).map(String::as_str)
    }

    /// What stands behind values, as reasons for permissions.
    pub(super) fn reasons(&self) -> HashMap<u32, String> {
        self.behind.iter().filter(|(_, text)| !text.is_empty()).map(|(end, text)| (*end, text.clone())).collect()
    }

    /// Puts each above what it is about, or above what is nearest to that; answers how many are kept.
    pub(super) fn put(&self, tree: &mut Tree) -> usize {
        let mut kept = self.heads;
        let end = tree.origin.end;
        for (next, lines) in &self.above {
            let at = if *next >= end { end.saturating_sub(1) } else { *next };
            kept += usize::from(above(tree, at, lines));
        }
        let mut behind: Vec<(&u32, &String)> = self.behind.iter().collect();
        behind.sort();
        for (end, text) in behind {
            let is_said = says(tree, text) || super::project::version(text).is_some();
            kept += usize::from(is_said || above(tree, end.saturating_sub(1), std::slice::from_ref(text)));
        }
        kept
    }
}

/// Where scalars stand, but for keys.
fn scalars(node: &Node, spans: &mut Vec<(u32, u32)>) {
    match &node.value {
        Value::Record(fields) => fields.iter().for_each(|field| {
            scalars(&field.node, spans);
        }),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, spans)),
        _ => spans.push((node.origin.start, node.origin.end)),
    }
}

/// Puts lines above the outermost thing that begins at a byte, else above the innermost that it lies in.
fn above(tree: &mut Tree, at: u32, lines: &[String]) -> bool {
    if begins(tree, at, lines) {
        return true;
    }
    within(tree, at, lines)
}

fn begins(tree: &mut Tree, at: u32, lines: &[String]) -> bool {
    let put = |tree: &mut Tree, start: u32| {
        let here = start == at;
        if here {
            tree.above.extend_from_slice(lines);
        }
        here
    };
    match &mut tree.word {
        Word::Record(entries) => {
            entries.iter_mut().any(|entry| put(&mut entry.tree, entry.key.start) || begins(&mut entry.tree, at, lines))
        }
        Word::List(items) => items.iter_mut().any(|item| {
            let start = item.origin.start;
            put(item, start) || begins(item, at, lines)
        }),
        _ => false,
    }
}

fn within(tree: &mut Tree, at: u32, lines: &[String]) -> bool {
    let holds = |key: u32, origin: Origin| key <= at && at <= origin.end;
    match &mut tree.word {
        Word::Record(entries) => {
            let mut around: Vec<usize> =
                (0..entries.len()).filter(|index| holds(entries[*index].key.start, entries[*index].tree.origin)).collect();
            around.sort_by_key(|index| {
                std::cmp::Reverse((entries[*index].key.start, std::cmp::Reverse(entries[*index].tree.origin.end)))
            });
            // What holds more than one thing of the file may begin where another does.
            if !around.iter().any(|index| within(&mut entries[*index].tree, at, lines)) {
                let Some(nearest) = around.first() else { return false };
                entries[*nearest].tree.above.extend_from_slice(lines);
            }
            true
        }
        Word::List(items) => {
            let Some(item) = items.iter_mut().find(|item| holds(item.origin.start, item.origin)) else { return false };
            // An item of a list of texts is read better with its list.
            if !within(item, at, lines) {
                if !matches!(item.word, Word::Record(_)) {
                    return false;
                }
                item.above.extend_from_slice(lines);
            }
            true
        }
        _ => false,
    }
}

/// Whether a permission says it as its reason.
fn says(tree: &Tree, text: &str) -> bool {
    match &tree.word {
        Word::Record(entries) => entries.iter().any(|entry| says(&entry.tree, text)),
        Word::List(items) => items.iter().any(|item| says(item, text)),
        Word::Tag(name, Some(reason)) => {
            matches!(name.as_str(), "Read" | "Write") && matches!(&reason.word, Word::Text(reason) if reason == text)
        }
        _ => false,
    }
}
