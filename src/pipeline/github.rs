//! What is written as GitHub spells it, under `github`: read into the model where the model has a place for it, else kept here.

pub mod action;
pub mod job;
pub mod step;
pub mod workflow;

pub use self::workflow::Workflow;
use super::condition::{Condition, Spoken};
use super::reader::{Place, Reader};
use super::words::Words;
use crate::origin::At;
use crate::source;

/// How large a workflow may be: what GitHub's own reader of workflows takes, read 2026-11.
const MOST_BYTES: usize = 500 * 1024;

/// Why GitHub does not read a workflow of so many bytes; none if it does.
#[must_use]
pub fn too_large(bytes: usize) -> Option<String> {
    let kibibytes = bytes.div_ceil(1024);
    (bytes > MOST_BYTES).then(|| format!("the workflow is {kibibytes} KiB, the most is {}", MOST_BYTES / 1024))
}

/// Says at each key of `github` that a field beside it says the same thing; the fields are those of the record around it.
pub(super) fn said_twice(reader: &mut Reader, around: &Place<'_>, github: &Place<'_>, pairs: &[(&str, &[&str])]) {
    for (key, fields) in pairs {
        let Some(written) = github.node.field(key) else { continue };
        if let Some(field) = fields.iter().find(|field| around.node.field(field).is_some())
            && let Some(here) = github.get(key)
        {
            reader.refuse_at(&here, written.key, format!("`{key}` is said by `{field}` already"), "remove one of the two");
        }
    }
}

/// Reads `if`: an expression, with or without `${{ }}` around all of it, a flag, or a condition of ours. Text around `${{ }}` is
/// always true; a rule says so.
pub(super) fn condition(reader: &mut Reader, place: &Place<'_>) -> Option<At<Condition>> {
    let text = match &place.node.value {
        source::Value::Bool(flag) => flag.to_string(),
        source::Value::String(text) => text.clone(),
        source::Value::Tag(..) => return Condition::read(reader, place),
        _ => {
            reader.expected(place, "a condition", "write an expression of GitHub as text, or one of ours such as 'Always");
            return None;
        }
    };
    match Words::parse(&text) {
        Ok(words) => {
            Some(At::new(Condition::Raw(Spoken { github: Some(At::new(words, place.origin())), gitlab: None }), place.origin()))
        }
        Err(problem) => {
            reader.misworded(place, "an expression of GitHub", &problem);
            None
        }
    }
}
