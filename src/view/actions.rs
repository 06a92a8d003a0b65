//! The actions that steps use: the forge finds them, and their inputs, however the names are capitalised.

use super::Scope;
use crate::pipeline::step::{Kind, Uses};
use crate::pipeline::value::{Binding, Part, Value};
use crate::pipeline::{Job, Pipeline, Step};

/// Every step that uses an action.
pub(crate) fn used<'a>(scope: &Scope<'a>) -> impl Iterator<Item = (&'a Pipeline, &'a Job, &'a Step, &'a Uses)> {
    scope.steps().filter_map(|(pipeline, job, step)| match &step.kind.value {
        Kind::Uses(uses) => Some((pipeline, job, step, uses)),
        _ => None,
    })
}

/// Whether it is the action of this name: `owner/name` or `owner/name/path`.
pub(crate) fn is(uses: &Uses, name: &str) -> bool {
    // Most are not, and their beginning tells.
    let begins = uses.action.as_bytes().get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()));
    begins && uses.used().foreign().is_some_and(|foreign| foreign.path.eq_ignore_ascii_case(name))
}

/// Whether it is one of these.
pub(crate) fn is_any(uses: &Uses, names: &[&str]) -> bool {
    names.iter().any(|name| is(uses, name))
}

/// An input of it.
pub(crate) fn input<'a>(uses: &'a Uses, name: &str) -> Option<&'a Binding> {
    uses.with.iter().find(|(written, _)| written.eq_ignore_ascii_case(name)).map(|(_, binding)| binding)
}

/// What a value says for certain, as a text.
pub(crate) fn said(value: &Value) -> Option<String> {
    let mut text = String::new();
    for part in &value.parts {
        match &part.value {
            Part::Text(more) => text.push_str(more),
            Part::Number(number) => text.push_str(&number.to_string()),
            Part::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Part::Reference(_) | Part::When(_) => return None,
        }
    }
    Some(text)
}

/// Whether a value says for certain that something is on.
pub(crate) fn is_on(value: &Value) -> bool {
    said(value).is_some_and(|text| matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on"))
}

/// Whether a value says for certain that something is off.
pub(crate) fn is_off(value: &Value) -> bool {
    said(value).is_some_and(|text| text.trim().eq_ignore_ascii_case("false"))
}
