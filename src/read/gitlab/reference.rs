//! What `!reference` stands for: parts of the file, or of a file that is included beside it.

use super::Part;
use super::ruby::REFERENCE;
use crate::source::{Field, Node, Value};

/// How often a reference leads to another one. As documented, read 2026-11.
const DEPTH: usize = 10;
/// How many values references may bring into a file: they multiply where they lead to each other.
pub(super) const MOST: usize = 100_000;

/// Where names are looked up: the file itself, then the others of its configuration.
#[derive(Debug)]
pub(in crate::read) struct Lookup<'a> {
    pub(in crate::read) parts: Vec<&'a Part>,
}

impl<'a> Lookup<'a> {
    /// What stands under a path of names; else how many of them lead somewhere.
    pub(in crate::read) fn find(&self, path: &[&str]) -> Result<&'a Node, usize> {
        let mut reached = 0;
        for part in &self.parts {
            let mut node = &part.root;
            let mut taken = 0;
            for name in path {
                match node.get(name) {
                    Some(next) => (node, taken) = (next, taken + 1),
                    None => break,
                }
            }
            if taken == path.len() {
                return Ok(node);
            }
            reached = reached.max(taken);
        }
        Err(reached)
    }

    /// A value with what its references lead to in their place; one that leads nowhere stays.
    pub(super) fn resolve(&self, node: Node, budget: &mut usize) -> Node {
        self.resolved(node, DEPTH, budget)
    }

    fn resolved(&self, node: Node, depth: usize, budget: &mut usize) -> Node {
        let origin = node.origin;
        let value = match node.value {
            Value::Record(fields) => {
                let fields = fields.into_iter().map(|field| Field { node: self.resolved(field.node, depth, budget), ..field });
                Value::Record(fields.collect())
            }
            Value::Array(items) => {
                let mut all = Vec::with_capacity(items.len());
                for item in items {
                    let is_reference = item.tag().is_some();
                    match self.resolved(item, depth, budget) {
                        // A list that is taken into a list is part of it.
                        Node { value: Value::Array(inner), .. } if is_reference => all.extend(inner),
                        one => all.push(one),
                    }
                }
                Value::Array(all)
            }
            Value::Tag(name, Some(argument)) => {
                let target = path(&argument).and_then(|path| self.find(&path).ok());
                match target.filter(|_| depth > 0 && *budget > 0) {
                    Some(target) => {
                        *budget = budget.saturating_sub(size(target));
                        return self.resolved(target.clone(), depth - 1, budget);
                    }
                    None => Value::Tag(name, Some(argument)),
                }
            }
            other => other,
        };
        Node { value, origin }
    }
}

/// The names that a reference follows.
pub(super) fn path(argument: &Node) -> Option<Vec<&str>> {
    argument.items()?.iter().map(Node::text).collect::<Option<Vec<&str>>>().filter(|path| !path.is_empty())
}

/// Every reference in a value: where it is, and the names it follows.
pub(super) fn all<'a>(node: &'a Node, found: &mut Vec<(&'a Node, Vec<&'a str>)>) {
    match &node.value {
        Value::Tag(name, Some(argument)) if name == REFERENCE => found.extend(path(argument).map(|path| (node, path))),
        Value::Array(items) => items.iter().for_each(|item| all(item, found)),
        Value::Record(fields) => fields.iter().for_each(|field| all(&field.node, found)),
        _ => {}
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Record(fields) => fields.iter().map(|field| size(&field.node)).sum(),
        _ => 0,
    }
}
