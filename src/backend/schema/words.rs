//! What a schema refuses, in our words: what is expected there, what is there, and which known name is nearest.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use crate::source::nearest;

/// A longer text is not repeated in a message.
const LONGEST: usize = 60;
/// As many names of a list are said.
const NAMED: usize = 8;

/// What is wrong, as a fragment, and what may have been meant.
pub(super) fn of(error: &ValidationError<'_>, schema: &Value) -> (String, Option<String>) {
    let got = || shown(error.instance());
    let message = match error.kind() {
        Kind::Enum { options } => {
            let options: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let near = error.instance().as_str().and_then(|text| nearest(text, &options));
            return (format!("expected {}, got {}", one_of(&options), got()), near.map(meant));
        }
        Kind::AdditionalProperties { unexpected } => {
            let known = siblings(error, schema);
            let near = unexpected.iter().find_map(|name| nearest(name, &known));
            return (format!("unknown key {}", listed(unexpected)), near.map(meant));
        }
        Kind::FalseSchema => {
            let path = error.instance_path().to_string();
            format!("`{}` may not stand beside the other keys", path.rsplit('/').next().unwrap_or_default())
        }
        Kind::Required { property } => format!("expected the key {}, which is missing", bare(property)),
        Kind::Type { kind } => format!("expected {}, got {}", types(kind), got()),
        Kind::Constant { expected_value } => format!("expected {}, got {}", shown(expected_value), got()),
        Kind::Pattern { pattern } => format!("expected a text that matches `{pattern}`, got {}", got()),
        Kind::MinProperties { limit } => format!("expected at least {}, got {}", many(*limit, "key"), length(error.instance())),
        Kind::MaxProperties { limit } => format!("expected at most {}, got {}", many(*limit, "key"), length(error.instance())),
        Kind::MinItems { limit } => format!("expected at least {}, got {}", many(*limit, "item"), length(error.instance())),
        Kind::MaxItems { limit } => format!("expected at most {}, got {}", many(*limit, "item"), length(error.instance())),
        Kind::MinLength { limit } => format!("expected at least {}, got {}", many(*limit, "character"), got()),
        Kind::MaxLength { limit } => format!("expected at most {}, got {}", many(*limit, "character"), length(error.instance())),
        Kind::Minimum { limit } => format!("expected {limit} or more, got {}", got()),
        Kind::Maximum { limit } => format!("expected {limit} or less, got {}", got()),
        Kind::UniqueItems => format!("expected each item once, got {}", twice(error.instance())),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => return nearest_form(context, schema),
        Kind::Not { schema } => match schema["pattern"].as_str() {
            Some(pattern) => format!("expected a text that does not match `{pattern}`, got {}", got()),
            None => {
                let names: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                format!("{} cannot stand together with these values", listed(&names))
            }
        },
        _ => error.masked().to_string(),
    };
    (message, None)
}

/// Of several forms that a value may have, what is wrong with those it comes nearest to: the forms it fits deepest.
fn nearest_form(forms: &[Vec<ValidationError<'static>>], schema: &Value) -> (String, Option<String>) {
    let depth = |form: &[ValidationError<'_>]| {
        form.iter().map(|error| error.instance_path().to_string().matches('/').count()).min().unwrap_or_default()
    };
    let deepest = forms.iter().map(|form| depth(form)).max().unwrap_or_default();
    let mut messages: Vec<String> = Vec::new();
    let mut help = None;
    for error in forms.iter().filter(|form| depth(form) == deepest).filter_map(|form| form.first()) {
        let (message, meant) = of(error, schema);
        help = help.or(meant);
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    (messages.join("; or "), help)
}

/// The keys that the schema knows beside one it does not.
fn siblings<'a>(error: &ValidationError<'_>, schema: &'a Value) -> Vec<&'a str> {
    let path = error.schema_path().to_string();
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let known = schema.pointer(above).and_then(|schema| schema["properties"].as_object());
    known.into_iter().flat_map(|known| known.keys()).map(String::as_str).collect()
}

fn meant(name: &str) -> String {
    format!("did you mean `{name}`?")
}

fn one_of(options: &[&str]) -> String {
    match options {
        [one] => format!("`{one}`"),
        _ => format!("one of {}", listed(options)),
    }
}

/// Names, as many as fit a line.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{}`", name.as_ref())).collect();
    let more = if names.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn bare(name: &Value) -> String {
    name.as_str().map_or_else(|| name.to_string(), |name| format!("`{name}`"))
}

fn types(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => word(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

const fn word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "a flag",
        JsonType::Integer => "a whole number",
        JsonType::Null => "nothing",
        JsonType::Number => "a number",
        JsonType::Object => "a map",
        JsonType::String => "a text",
    }
}

/// A value as a message has it; what is long is named by its kind.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) if text.len() <= LONGEST && !text.contains('\n') => format!("\"{text}\""),
        Value::String(_) => "another text".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(map) if map.is_empty() => "an empty map".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    }
}

fn many(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn length(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        Value::String(text) => text.chars().count(),
        _ => 0,
    }
}

/// The first item that is there before.
fn twice(value: &Value) -> String {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let again = items.iter().enumerate().find(|(index, item)| items[..*index].contains(item));
    again.map_or_else(|| shown(value), |(_, item)| format!("{} again", shown(item)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(schema: &Value, value: &Value) -> Vec<(String, Option<String>)> {
        let validator = jsonschema::validator_for(schema).expect("a schema");
        validator.iter_errors(value).map(|error| of(&error, schema)).collect()
    }

    #[test]
    fn what_is_expected_and_what_is_there_are_both_said() {
        for (schema, value, message, help) in [
            (json!({"enum": ["read", "write"]}), json!("raed"), "expected one of `read`, `write`, got \"raed\"", Some("read")),
            (json!({"const": 2}), json!(3), "expected 2, got 3", None),
            (json!({"type": "string"}), json!(["a"]), "expected a text, got a list", None),
            (json!({"required": ["on"]}), json!({"no": 1}), "expected the key `on`, which is missing", None),
            (json!({"minItems": 1}), json!([]), "expected at least 1 item, got 0", None),
            (json!({"uniqueItems": true}), json!(["a", "b", "a"]), "expected each item once, got \"a\" again", None),
            (json!({"properties": {"main": false}}), json!({"main": 1}), "`main` may not stand beside the other keys", None),
            (json!({"not": {"pattern": "x"}}), json!("axb"), "expected a text that does not match `x`, got \"axb\"", None),
            (json!({"pattern": "^a"}), json!("b\nc"), "expected a text that matches `^a`, got another text", None),
            (
                json!({"properties": {"runs-on": {}}, "additionalProperties": false}),
                json!({"run-on": 1}),
                "unknown key `run-on`",
                Some("runs-on"),
            ),
        ] {
            let help = help.map(meant);
            assert_eq!(said(&schema, &value), [(message.to_owned(), help)], "{schema}");
        }
    }

    #[test]
    fn of_several_forms_the_one_that_fits_deepest_is_meant() {
        let step = json!({"anyOf": [
            {"type": "string"},
            {"type": "object", "properties": {"run": {"type": "string"}}},
        ]});
        assert_eq!(said(&step, &json!({"run": 1})), [("expected a text, got 1".to_owned(), None)]);
        assert_eq!(said(&step, &json!(true)), [("expected a text, got true; or expected a map, got true".to_owned(), None)]);
    }

    #[test]
    fn a_key_is_looked_for_where_a_reference_leads() {
        let schema = json!({
            "$defs": {"step": {"properties": {"shell": {}}, "additionalProperties": false}},
            "items": {"$ref": "#/$defs/step"},
        });
        let found = said(&schema, &json!([{"shel": "bash"}]));
        assert_eq!(found, [("unknown key `shel`".to_owned(), Some(meant("shell")))]);
    }
}
