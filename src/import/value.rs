//! Texts of a workflow as values of ours: a reference where it is written back as the very same words, else the forge's words.

use super::tree::{Entries, Tree, Word};
use crate::backend::github::spelt;
use crate::origin::Origin;
use crate::pipeline::Reference;
use crate::pipeline::value::Known;
use crate::pipeline::words::{self, Piece};
use crate::source::{Field, Node, Value};

/// Where a value stands, as far as references are named differently there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    /// An output of a workflow that is called.
    Output,
    /// Anywhere else.
    Other,
}

/// A value in our words. What is neither a text, a number nor a flag stays what it is.
pub(super) fn value(node: &Node, seat: Seat) -> Tree {
    let origin = node.origin;
    match &node.value {
        Value::String(text) if text.contains("${{") => {
            let Ok(pieces) = words::pieces(text) else { return Tree::text(text, origin) };
            let parts: Vec<Tree> = pieces.into_iter().map(|piece| part(&piece, seat, origin)).collect();
            match <[Tree; 1]>::try_from(parts) {
                Ok([one]) => one,
                Err(parts) => Tree::list(parts, origin),
            }
        }
        // Nothing and an empty text are the same to whoever reads a variable or an input.
        Value::Null => Tree::text("", origin),
        _ => plain(node),
    }
}

/// A text with expressions as the forge writes it, unless reading it would spell one of them in another way.
pub(super) fn in_words(node: &Node) -> Tree {
    match &node.value {
        Value::String(text) if text.contains("${{") && is_respelt(text) => value(node, Seat::Other),
        Value::Array(items) => Tree::list(items.iter().map(in_words).collect(), node.origin),
        Value::Record(fields) => {
            let mut entries = Entries::default();
            for field in fields {
                entries.put(&field.name, field.key, in_words(&field.node));
            }
            Tree::record(entries.all, node.origin)
        }
        _ => plain(node),
    }
}

/// A key in the forge's words: where values stand, nothing is the empty text, and a condition is one text.
pub(super) fn spoken(field: &Field) -> Tree {
    if field.name == "if" {
        return plain(&field.node);
    }
    let mut tree = in_words(&field.node);
    if let (Word::Record(entries), "env" | "with" | "secrets" | "outputs") = (&mut tree.word, field.name.as_str()) {
        for entry in entries.iter_mut().filter(|entry| entry.tree.word == Word::Null) {
            entry.tree.word = Word::Text(String::new());
        }
    }
    tree
}

/// The same value in Nickel.
pub(super) fn plain(node: &Node) -> Tree {
    let word = match &node.value {
        Value::Bool(flag) => Word::Flag(*flag),
        Value::Number(number) => Word::Number(*number),
        Value::String(text) => Word::Text(text.clone()),
        Value::Array(items) => Word::List(items.iter().map(plain).collect()),
        Value::Record(fields) => {
            let mut entries = Entries::default();
            for field in fields {
                entries.put(&field.name, field.key, plain(&field.node));
            }
            Word::Record(entries.all)
        }
        _ => Word::Null,
    };
    Tree::new(word, node.origin)
}

/// What a scalar is as a text, if it is one that can be.
pub(super) fn as_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Names and their values; nothing if one of these is read better in the forge's words: lines with expressions in them.
pub(super) fn bindings(node: &Node, seat: Seat) -> Option<Tree> {
    let mut entries = Entries::default();
    for field in node.fields()? {
        let lines = field.node.text().filter(|text| text.trim_end().contains('\n') && text.contains("${{"));
        if lines.is_some_and(|text| !words::pieces(text).is_ok_and(|pieces| pieces.len() == 1)) {
            return None;
        }
        entries.put(&field.name, field.key, value(&field.node, seat));
    }
    Some(Tree::record(entries.all, node.origin))
}

/// Words of the forge as an expression of theirs.
pub(super) fn raw(expression: &str, origin: Origin) -> Tree {
    let mut entries = Entries::default();
    entries.put("github", origin, Tree::text(expression.trim(), origin));
    Tree::tag("Raw", Some(Tree::record(entries.all, origin)), origin)
}

fn part(piece: &Piece<'_>, seat: Seat, origin: Origin) -> Tree {
    match piece {
        Piece::Text(text) => Tree::text(text, origin),
        Piece::Expression(expression, _) => match known(expression, seat) {
            Some(reference) => written(&reference, origin),
            None => raw(expression, origin),
        },
    }
}

/// The reference that is written as this expression.
pub(super) fn known(expression: &str, seat: Seat) -> Option<Reference> {
    let expression = expression.trim();
    // Two names of one token.
    if expression == "secrets.GITHUB_TOKEN" {
        return Some(Reference::Known(Known::Token));
    }
    let found = words::reference(expression).or_else(|| hash(expression)).or_else(|| {
        let branch = Reference::Known(Known::Branch);
        (spelt(&branch, false) == expression).then_some(branch)
    })?;
    (spelt(&found, seat == Seat::Output) == expression && can_be_written(&found)).then_some(found)
}

/// Whether the name in a reference is one that our words take.
fn can_be_written(reference: &Reference) -> bool {
    match reference {
        Reference::Output(job, _) | Reference::Step(job, _) => !job.contains('.'),
        _ => true,
    }
}

fn hash(expression: &str) -> Option<Reference> {
    let inner = expression.strip_prefix("hashFiles('")?.strip_suffix("')")?;
    let globs: Vec<String> = inner.split("', '").map(str::to_owned).collect();
    globs.iter().all(|glob| !glob.contains('\'')).then_some(Reference::Hash(globs))
}

/// A reference as its author would write it.
pub(super) fn written(reference: &Reference, origin: Origin) -> Tree {
    let tag = |name: &str, text: &str| Tree::tag(name, Some(Tree::text(text, origin)), origin);
    match reference {
        Reference::Secret(name) => tag("Secret", name),
        Reference::Variable(name) => tag("Variable", name),
        Reference::Output(job, name) => tag("Output", &format!("{job}.{name}")),
        Reference::Step(id, name) => tag("Step", &format!("{id}.{name}")),
        Reference::Result(job) => tag("Result", job),
        Reference::Matrix(key) => tag("Matrix", key),
        Reference::Input(name) => tag("Input", name),
        Reference::Hash(globs) => {
            let globs = globs.iter().map(|glob| Tree::text(glob, origin)).collect();
            Tree::tag("Hash", Some(Tree::list(globs, origin)), origin)
        }
        Reference::Raw(words) => raw(words.text(), origin),
        Reference::Known(known) => {
            let name = Known::ALL.iter().find(|(_, one)| one == known).map_or("Commit", |(name, _)| *name);
            Tree::tag(name, None, origin)
        }
    }
}

/// Whether the model would write one of a text's expressions in other words than these.
fn is_respelt(text: &str) -> bool {
    words::pieces(text).is_ok_and(|pieces| {
        pieces.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Expression(expression, _) => {
                words::reference(expression).is_some() && known(expression, Seat::Other).is_none()
            }
        })
    })
}
