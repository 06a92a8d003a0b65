//! What is written as YAML is read back equal by another reader, wherever it stands.

use pipeward::yaml::{Map, Node, render};
use serde_yaml::Value;
use serde_yaml::value::{Tag, TaggedValue};

/// Holds the text as a key, a value, an item and a comment, at several depths; its first bytes as a number too.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let (key, value) = text.split_once('\0').unwrap_or((text, text));
    let number = bytes.first_chunk().map_or(0.0, |bytes| f64::from_le_bytes(*bytes));
    // A document of a forge holds no such number, and the model cannot either.
    let number = if number.is_finite() { number } else { 0.5 };
    let mut inner = Map::new();
    inner.put(key, value).comment = Some(text.to_owned());
    inner.put(&format!("{key}\0"), vec![vec![value, key], vec![value]]).spaced();
    let mut document = Map::new();
    document.put(key, value);
    document.put(&format!("{key}\u{1}"), inner.clone()).comment = Some(key.to_owned());
    document.put(&format!("{key}\u{2}"), vec![inner.clone(), inner]);
    document.put(&format!("{key}\u{3}"), number).comment = Some(text.to_owned());
    document.put(&format!("{key}\u{4}"), vec![Node::Reference(vec![key.to_owned(), value.to_owned()])]);
    let written = render(&[text, key], &document);
    assert!(written.lines().all(|line| !line.ends_with([' ', '\t'])), "a line ends in a space:\n{written}");
    let hidden =
        |character: char| character.is_control() && !"\n\t".contains(character) || "\u{202e}\u{2066}".contains(character);
    assert!(!written.contains(hidden), "something is hidden:\n{}", written.escape_debug());
    let read: Value = serde_yaml::from_str(&written).unwrap_or_else(|error| panic!("{error}:\n{written}"));
    assert_eq!(doubles(read), plain(&Node::Map(document)), "read back from:\n{written}");
}

fn plain(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Flag(flag) => Value::Bool(*flag),
        Node::Number(number) => Value::from(*number),
        Node::Text(text) => Value::from(text.as_str()),
        Node::List(items) => Value::Sequence(items.iter().map(plain).collect()),
        Node::Reference(path) => {
            let names = path.iter().map(|name| Value::from(name.as_str())).collect();
            Value::Tagged(Box::new(TaggedValue { tag: Tag::new("!reference"), value: Value::Sequence(names) }))
        }
        Node::Map(map) => {
            Value::Mapping(map.entries.iter().map(|entry| (Value::from(entry.key.as_str()), plain(&entry.value))).collect())
        }
    }
}

/// The same with every number as a double: one without a point is read as an integer.
fn doubles(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(doubles).collect()),
        Value::Mapping(map) => Value::Mapping(map.into_iter().map(|(key, value)| (key, doubles(value))).collect()),
        other => other,
    }
}
