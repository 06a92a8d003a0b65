//! GitLab's words as they are, the names of jobs in them as their ids.

use super::Translator;
use crate::import::tree::{Entries, Tree, Word};
use crate::import::value::plain;
use crate::pipeline::gitlab::job::is_key;
use crate::source::{Node, Value};

/// Words whose texts, and the `job` of whose records, name jobs.
const NAMING: &[&str] = &["needs", "dependencies", "extends", "on_stop"];

/// Whether a template looks like a job.
pub(super) fn is_template(node: &Node) -> bool {
    node.fields().is_some_and(|fields| !fields.is_empty() && fields.iter().all(|field| is_key(&field.name)))
}

impl Translator<'_> {
    /// What a key says in GitLab's words.
    pub(super) fn word(&self, key: &str, node: &Node) -> Tree {
        let origin = node.origin;
        let id = |name: &str| self.ids.get(name).map_or_else(|| name.to_owned(), String::clone);
        match &node.value {
            Value::String(name) if NAMING.contains(&key) => Tree::text(&id(name), origin),
            Value::Array(items) => Tree::list(items.iter().map(|item| self.word(key, item)).collect(), origin),
            Value::Record(fields) => {
                let elsewhere = ["project", "pipeline"].iter().any(|name| node.field(name).is_some());
                let mut entries = Entries::default();
                for field in fields {
                    let names_job = field.name == "job" && ["needs", "include"].contains(&key) && !elsewhere;
                    let inner = if names_job { "needs" } else { field.name.as_str() };
                    entries.put(&field.name, field.key, self.word(inner, &field.node));
                }
                Tree::record(entries.all, origin)
            }
            Value::Tag(name, Some(path)) => {
                let mut path = plain(path);
                if let Word::List(parts) = &mut path.word
                    && let Some(Tree { word: Word::Text(first), .. }) = parts.first_mut()
                {
                    *first = id(first);
                }
                Tree::tag(name, Some(path), origin)
            }
            _ => plain(node),
        }
    }
}
