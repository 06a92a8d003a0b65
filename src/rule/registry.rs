//! Every built-in rule, in one list.

use super::Rule;
use crate::source::Fault;

/// The rules, sorted by id.
///
/// To add one: its file beside this one, a `mod` line and a line here.
pub static RULES: &[&Rule] = &[];

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The id of the rule that a fault stands for, if it stands for one.
#[must_use]
pub fn id_of_fault(fault: &Fault) -> Option<&'static str> {
    RULES
        .iter()
        .find(|rule| rule.refused.iter().any(|refused| refused.kind == fault.kind && matches(refused.path, &fault.path)))
        .map(|rule| rule.id)
}

fn matches(pattern: &str, path: &[String]) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    parts.len() == path.len() && parts.iter().zip(path).all(|(part, name)| *part == "*" || part == name)
}
