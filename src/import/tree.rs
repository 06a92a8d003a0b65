//! What an import writes, as a tree: Nickel's values with the place in the workflow that each was made from, and comments.

use crate::origin::Origin;
use crate::source::{Field, Node, Value};

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub(super) word: Word,
    /// What it was made from.
    pub(super) origin: Origin,
    /// The lines of a comment above it.
    pub(super) above: Vec<String>,
    /// Those of one below it, which nothing follows.
    pub(super) below: Vec<String>,
}

/// What is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
    /// `'Always`, `'Secret "TOKEN"`.
    Tag(String, Option<Box<Tree>>),
    List(Vec<Tree>),
    Record(Vec<Entry>),
    /// Steps that stand in a file of their own, under a name there.
    Shared(String, Vec<Tree>),
    /// A job that does.
    SharedJob(String, Box<Tree>),
}

/// A name and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) name: String,
    /// What the name was made from.
    pub(super) key: Origin,
    pub(super) tree: Tree,
}

impl Tree {
    pub(super) const fn new(word: Word, origin: Origin) -> Self {
        Self { word, origin, above: Vec::new(), below: Vec::new() }
    }

    /// Whether no comment stands around it.
    pub(super) const fn is_bare(&self) -> bool {
        self.above.is_empty() && self.below.is_empty()
    }

    pub(super) fn text(text: &str, origin: Origin) -> Self {
        Self::new(Word::Text(text.to_owned()), origin)
    }

    pub(super) const fn flag(flag: bool, origin: Origin) -> Self {
        Self::new(Word::Flag(flag), origin)
    }

    pub(super) fn tag(name: &str, argument: Option<Self>, origin: Origin) -> Self {
        Self::new(Word::Tag(name.to_owned(), argument.map(Box::new)), origin)
    }

    pub(super) const fn list(items: Vec<Self>, origin: Origin) -> Self {
        Self::new(Word::List(items), origin)
    }

    pub(super) const fn record(entries: Vec<Entry>, origin: Origin) -> Self {
        Self::new(Word::Record(entries), origin)
    }

    /// What evaluating it comes to.
    pub(super) fn node(&self) -> Node {
        let value = match &self.word {
            Word::Null => Value::Null,
            Word::Flag(flag) => Value::Bool(*flag),
            Word::Number(number) => Value::Number(*number),
            Word::Text(text) => Value::String(text.clone()),
            Word::Tag(name, argument) => Value::Tag(name.clone(), argument.as_ref().map(|argument| Box::new(argument.node()))),
            Word::List(items) => Value::Array(items.iter().flat_map(Self::nodes).collect()),
            Word::Shared(_, items) => Value::Array(items.iter().map(Self::node).collect()),
            Word::SharedJob(_, job) => return job.node(),
            Word::Record(entries) => {
                let field = |entry: &Entry| Field { name: entry.name.clone(), key: entry.key, node: entry.tree.node() };
                Value::Record(entries.iter().map(field).collect())
            }
        };
        Node { value, origin: self.origin }
    }

    /// The items that an item of a list stands for: what is shared is more than one.
    fn nodes(&self) -> Vec<Node> {
        match &self.word {
            Word::Shared(_, items) => items.iter().map(Self::node).collect(),
            _ => vec![self.node()],
        }
    }

    /// What stands at a path of names and indices, or the nearest thing on the way to it.
    pub(super) fn nearest(&self, path: &[String]) -> &Self {
        let Some((first, rest)) = path.split_first() else { return self };
        let next = match &self.word {
            Word::Record(entries) => entries.iter().find(|entry| entry.name == *first).map(|entry| &entry.tree),
            Word::List(items) => {
                let flat = items.iter().flat_map(|item| match &item.word {
                    Word::Shared(_, items) => items.as_slice(),
                    _ => std::slice::from_ref(item),
                });
                first.parse::<usize>().ok().and_then(|index| flat.into_iter().nth(index))
            }
            Word::Tag(_, Some(argument)) => Some(&**argument),
            Word::SharedJob(_, job) => return job.nearest(path),
            _ => None,
        };
        next.map_or(self, |next| next.nearest(rest))
    }
}

/// Entries that are put together one by one.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    pub(super) all: Vec<Entry>,
}

impl Entries {
    pub(super) fn put(&mut self, name: &str, key: Origin, tree: Tree) {
        self.all.push(Entry { name: name.to_owned(), key, tree });
    }

    /// The record of them; nothing if there are none.
    pub(super) fn some(self, origin: Origin) -> Option<Tree> {
        (!self.all.is_empty()).then(|| Tree::record(self.all, origin))
    }
}
