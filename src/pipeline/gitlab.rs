//! What is written as GitLab spells it, under `gitlab`: kept as a tree, part by part as it was written, and read into the model
//! where the model has a place for it. In the file for GitLab, what is written here stands over what the model would say.

mod commands;
pub mod expression;
pub mod file;
mod hold;
pub mod job;
pub mod limit;
pub mod predefined;
pub mod span;
pub mod start;
pub mod step;
pub mod tree;
mod verbatim;
pub mod whole;

use indexmap::IndexMap;

pub(crate) use self::commands::names;
use self::expression::Expression;
pub use self::tree::{Data, Entry, Tree};
use super::reader::{Place, Reader};

/// Whether GitLab begins with a file by its name, rather than that others include or call it: `.gitlab-ci.yml`, `.gitlab-ci-nightly.yml`.
#[must_use]
pub fn begins(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once(".gitlab-ci").is_some_and(|(before, _)| !before.ends_with(|last: char| last.is_alphanumeric()))
}

/// Reads the `gitlab` part of a record, its conditions held to GitLab's grammar.
fn words(reader: &mut Reader, place: &Place<'_>) -> Option<Tree> {
    conditions(reader, place);
    Tree::read(reader, place)
}

/// Says of every condition in it that is none where it breaks. Conditions are the `if` of rules.
fn conditions(reader: &mut Reader, place: &Place<'_>) {
    for (field, here) in place.fields() {
        if field.name == "rules" {
            for rule in here.items() {
                if let Some(condition) = rule.get("if") {
                    self::condition(reader, &condition);
                }
            }
        } else {
            conditions(reader, &here);
        }
    }
    for item in place.items() {
        conditions(reader, &item);
    }
}

/// Says of a condition that is none of GitLab's where it breaks.
pub(super) fn condition(reader: &mut Reader, place: &Place<'_>) {
    let Some(text) = place.node.text() else { return };
    // What an input fills in is a condition only then.
    if let Err(problem) = Expression::parse(text)
        && !text.contains("$[[")
    {
        reader.misworded(place, "a condition of GitLab", &problem);
    }
}

/// The conditions of rules, each with its text, as far as they are conditions.
#[must_use]
pub fn expressions(rules: &Tree) -> Vec<(&Tree, Expression)> {
    let conditions = rules.items().iter().filter_map(|rule| rule.get("if"));
    conditions.filter_map(|tree| Some((tree, Expression::parse(tree.text()?).ok()?))).collect()
}

/// A tree for each field of a record.
fn trees(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Entry> {
    place
        .fields()
        .filter_map(|(field, here)| Some((field.name.clone(), Entry { key: field.key, tree: words(reader, &here)? })))
        .collect()
}
