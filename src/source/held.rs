//! Remembers which small values have passed which contracts: the same timeouts, images and permissions stand in every pipeline.
//!
//! Nickel is pure: a value that a contract let pass as it is, it lets pass again.

use std::collections::HashSet;

use nickel_lang_core::eval::value::{Container, NickelValue, ValueContentRef};

use super::{Node, Value};

/// What is longer than this is hardly written twice.
const LONGEST: usize = 64;
/// How many values are remembered for each contract.
const MOST: usize = 4096;

/// What has passed which contract.
#[derive(Default)]
pub(super) struct Held {
    passed: Vec<(NickelValue, HashSet<Box<[u8]>>)>,
}

impl Held {
    /// Whether a value has passed an evaluated contract.
    pub(super) fn knows(&self, contract: &NickelValue, key: &[u8]) -> bool {
        self.passed.iter().find(|(known, _)| known.phys_eq(contract)).is_some_and(|(_, keys)| keys.contains(key))
    }

    /// Remembers that a value has passed an evaluated contract.
    pub(super) fn learn(&mut self, contract: &NickelValue, key: Vec<u8>) {
        let index = self.passed.iter().position(|(known, _)| known.phys_eq(contract)).unwrap_or_else(|| {
            self.passed.push((contract.clone(), HashSet::new()));
            self.passed.len() - 1
        });
        let keys = &mut self.passed[index].1;
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(key.into_boxed_slice());
    }
}

/// Whether an evaluated contract judges a value as a whole, in a function of its own, so that what it answers for a value holds for
/// every equal one.
pub(super) fn is_scalar(contract: &NickelValue) -> bool {
    matches!(contract.content_ref(), ValueContentRef::CustomContract(_))
}

/// Whether an evaluated value may be small enough to be remembered.
pub(super) fn is_small(value: &NickelValue) -> bool {
    match value.content_ref() {
        ValueContentRef::String(text) => text.len() <= LONGEST,
        ValueContentRef::Array(Container::Alloc(data)) => data.array.len() <= LONGEST,
        ValueContentRef::Array(Container::Empty)
        | ValueContentRef::Null
        | ValueContentRef::Bool(_)
        | ValueContentRef::Number(_)
        | ValueContentRef::EnumVariant(_) => true,
        _ => false,
    }
}

/// What tells a small value from every other, wherever it stands; none for a value that is large or not plain data.
pub(super) fn key(node: &Node) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    write(node, &mut key)?;
    Some(key)
}

fn write(node: &Node, key: &mut Vec<u8>) -> Option<()> {
    match &node.value {
        Value::Broken | Value::Function | Value::Record(_) => return None,
        Value::Null => key.push(0),
        Value::Bool(flag) => key.push(1 + u8::from(*flag)),
        Value::Number(number) => {
            key.push(3);
            key.extend(number.to_bits().to_le_bytes());
        }
        Value::String(text) => text_into(4, text, key)?,
        Value::Array(items) => {
            key.extend([5, u8::try_from(items.len()).ok()?]);
            items.iter().try_for_each(|item| write(item, key))?;
        }
        Value::Tag(name, None) => text_into(6, name, key)?,
        Value::Tag(name, Some(argument)) => {
            text_into(7, name, key)?;
            write(argument, key)?;
        }
    }
    (key.len() <= LONGEST).then_some(())
}

fn text_into(kind: u8, text: &str, key: &mut Vec<u8>) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    key.extend([kind, u8::try_from(text.len()).ok()?]);
    key.extend(text.as_bytes());
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};

    fn node(value: Value) -> Node {
        Node { value, origin: Origin::whole(FileId(0)) }
    }

    #[test]
    fn different_values_have_different_keys() {
        let text = |text: &str| node(Value::String(text.to_owned()));
        let values = [
            node(Value::Null),
            node(Value::Bool(false)),
            node(Value::Bool(true)),
            node(Value::Number(1.0)),
            text("1"),
            text(""),
            node(Value::Array(Vec::new())),
            node(Value::Array(vec![text("1")])),
            node(Value::Array(vec![text("1"), text("")])),
            node(Value::Array(vec![node(Value::Array(vec![text("1")])), text("")])),
            node(Value::Tag("1".to_owned(), None)),
            node(Value::Tag("1".to_owned(), Some(Box::new(text("1"))))),
        ];
        let keys: HashSet<_> = values.iter().map(key).collect();
        assert_eq!(keys.len(), values.len());
        assert!(!keys.contains(&None));
        assert_eq!(key(&text(&"a".repeat(LONGEST + 1))), None);
        assert_eq!(key(&node(Value::Function)), None);
    }
}
