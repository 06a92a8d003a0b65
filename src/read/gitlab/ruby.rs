//! What GitLab's reader, which is Ruby's, makes of data: keys that merge, and words that are flags.

use indexmap::IndexMap;

use super::super::document::MERGE;
use crate::source::{Field, Node, Value};

/// The tag under which parts of a file stand elsewhere.
pub(super) const REFERENCE: &str = "Reference";

/// A value as Ruby reads it; `text` is the file it stands in.
pub(super) fn read(node: Node, text: &str) -> Node {
    let origin = node.origin;
    let value = match node.value {
        Value::Record(fields) => Value::Record(merged(fields, text)),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| read(item, text)).collect()),
        Value::String(_) | Value::Number(_) => {
            let bare = text.get(origin.start as usize..origin.end as usize).unwrap_or_default();
            match &node.value {
                Value::String(word) if word != bare => node.value,
                plain => {
                    flag(bare).map(Value::Bool).or_else(|| integer(bare).map(Value::Number)).unwrap_or_else(|| plain.clone())
                }
            }
        }
        Value::Tag(name, Some(argument)) if name == REFERENCE => Value::Tag(name, Some(Box::new(read(*argument, text)))),
        // A tag that nobody knows changes nothing.
        Value::Tag(_, Some(argument)) => return read(*argument, text),
        other => other,
    };
    Node { value, origin }
}

/// The words that are flags in YAML 1.1, besides those that are in every YAML.
fn flag(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "yes" | "on" => Some(true),
        "no" | "off" => Some(false),
        _ => None,
    }
}

/// The numbers that are written otherwise in YAML 1.1: `0644` by eights, `1_000`, `0b101`, `12:30` by sixties.
fn integer(word: &str) -> Option<f64> {
    let (sign, digits) = word.strip_prefix('-').map_or((1.0, word.strip_prefix('+').unwrap_or(word)), |rest| (-1.0, rest));
    if !digits.starts_with(|first: char| first.is_ascii_digit()) || digits.ends_with('_') {
        return None;
    }
    let plain = digits.replace('_', "");
    let radix = |digits: &str, radix: u32| u64::from_str_radix(digits, radix).ok().map(|number| sign * as_float(number));
    if let Some(digits) = plain.strip_prefix("0b") {
        return radix(digits, 2);
    }
    if plain.contains(':') {
        let mut sum = 0;
        for (index, part) in plain.split(':').enumerate() {
            let number: u64 = part.parse().ok().filter(|number| index == 0 || *number < 60 && part.len() < 3)?;
            sum = 60_u64.checked_mul(sum)?.checked_add(number)?;
        }
        return (plain.matches(':').count() < 3).then(|| sign * as_float(sum));
    }
    match plain.strip_prefix('0') {
        Some(octal) if !octal.is_empty() => radix(octal, 8),
        _ if plain.len() < digits.len() => radix(&plain, 10),
        _ => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of more digits than a float holds is the nearest float")]
const fn as_float(number: u64) -> f64 {
    number as f64
}

/// The fields in which each name stands once: the last one counts, and what `<<` brings counts from where it stands.
fn merged(fields: Vec<Field>, text: &str) -> Vec<Field> {
    let mut all: IndexMap<String, Field> = IndexMap::with_capacity(fields.len());
    let mut put = |field: Field| {
        all.insert(field.name.clone(), field);
    };
    for field in fields {
        if field.name != MERGE {
            put(Field { node: read(field.node, text), ..field });
            continue;
        }
        match read(field.node, text).value {
            Value::Record(brought) => brought.into_iter().for_each(&mut put),
            // The first of a list counts.
            Value::Array(records) => {
                for record in records.into_iter().rev() {
                    if let Value::Record(brought) = record.value {
                        brought.into_iter().for_each(&mut put);
                    }
                }
            }
            _ => {}
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;
    use crate::read::Document;

    fn shown(yaml: &str) -> String {
        fn show(node: &Node) -> String {
            match &node.value {
                Value::Record(fields) => {
                    let fields: Vec<String> =
                        fields.iter().map(|field| format!("{}: {}", field.name, show(&field.node))).collect();
                    format!("{{{}}}", fields.join(", "))
                }
                Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
                Value::String(text) => format!("'{text}'"),
                Value::Bool(flag) => flag.to_string(),
                other => format!("{other:?}"),
            }
        }
        show(&read(Document::read(yaml, FileId(0)).roots.remove(0), yaml))
    }

    #[test]
    fn keys_merge_from_where_they_stand() {
        let base = "a: &a {x: 1st, y: 1st}\nb: &b {y: 2nd, z: 2nd}\n";
        for (merge, made) in [
            ("{<<: *a, x: own}", "{x: 'own', y: '1st'}"),
            ("{x: own, <<: *a}", "{x: '1st', y: '1st'}"),
            ("{<<: [*a, *b]}", "{y: '1st', z: '2nd', x: '1st'}"),
        ] {
            let text = shown(&format!("{base}c: {merge}\n"));
            assert!(text.ends_with(&format!("c: {made}}}")), "{merge}: {text}");
        }
    }

    #[test]
    fn some_numbers_are_written_otherwise() {
        for (word, number) in
            [("0644", 420.0), ("1_000", 1000.0), ("0b101", 5.0), ("12:30", 750.0), ("-1:00:00", -3600.0), ("017", 15.0)]
        {
            assert_eq!(integer(word), Some(number), "{word}");
        }
        for word in ["0", "644", "089", "1:60", "22:", "a:1", "1.5", "10:100", "", "0x1F"] {
            assert_eq!(integer(word), None, "{word}");
        }
        assert_eq!(shown("[0644, \"0644\", '12:30', 12:30]"), "[Number(420.0), '0644', '12:30', Number(750.0)]");
    }

    #[test]
    fn some_words_are_flags_unless_they_are_quoted() {
        assert_eq!(shown("[yes, Off, 'on', \"no\", none]"), "[true, false, 'on', 'no', 'none']");
    }
}
