//! What GitHub reads in YAML otherwise than YAML does: keys that are the same but for their capitals, and tags.

use std::collections::HashMap;

use super::document::Slip;
use crate::source::{Field, Node, Value};

/// Fewer fields are compared one by one.
const MANY: usize = 16;

/// Says where a text without quotes begins with `!` and is none, and which keys stand in a mapping twice but for their capitals; of keys that are the same, reading has said so, and of the ids of
/// jobs a rule does.
pub(super) fn alike(root: &Node, slips: &mut Vec<Slip>) {
    look(root, &mut Vec::new(), slips);
}

fn look<'a>(node: &'a Node, path: &mut Vec<&'a str>, slips: &mut Vec<Slip>) {
    match &node.value {
        Value::Record(fields) => {
            if *path != ["jobs"] {
                compare(fields, path, slips);
            }
            for field in fields {
                path.push(&field.name);
                if matches!(field.node.value, Value::Tag(..)) {
                    slips.push(Slip {
                        origin: field.key,
                        message: format!("`!` at the front of `{}` begins a tag of YAML, and no text", field.name.escape_debug()),
                        help: "write the text between quotes".to_owned(),
                        path: path.iter().map(|name| (*name).to_owned()).collect(),
                    });
                }
                look(&field.node, path, slips);
                path.pop();
            }
        }
        Value::Array(items) => {
            for item in items {
                path.push("*");
                look(item, path, slips);
                path.pop();
            }
        }
        _ => {}
    }
}

fn compare(fields: &[Field], path: &[&str], slips: &mut Vec<Slip>) {
    let mut say = |field: &Field, before: &str| {
        slips.push(Slip {
            origin: field.key,
            message: format!("the key `{}` stands here already, as `{before}`", field.name.escape_debug()),
            help: "remove one of the two: capitals make no other key".to_owned(),
            path: path.iter().map(|name| (*name).to_owned()).chain([field.name.clone()]).collect(),
        });
    };
    if fields.len() < MANY {
        for (index, field) in fields.iter().enumerate() {
            let is_it = |one: &&Field| one.name != field.name && one.name.eq_ignore_ascii_case(&field.name);
            if let Some(before) = fields[..index].iter().find(is_it) {
                say(field, &before.name);
            }
        }
        return;
    }
    let mut seen: HashMap<String, &str> = HashMap::new();
    for field in fields {
        match seen.get(&field.name.to_ascii_lowercase()) {
            Some(before) if *before != field.name => say(field, before),
            Some(_) => {}
            None => {
                seen.insert(field.name.to_ascii_lowercase(), &field.name);
            }
        }
    }
}
