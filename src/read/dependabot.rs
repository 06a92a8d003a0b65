//! What Dependabot keeps up to date, as far as rules ask for it. Its file has many words; none that is not known here is a fault.

use indexmap::IndexMap;

use crate::origin::{At, Origin};
use crate::pipeline::Retention;
use crate::pipeline::update::{Interval, Update};
use crate::source::{Node, Value};

/// The updates of a file.
pub(super) fn updates(root: &Node) -> Vec<At<Update>> {
    root.get("updates").and_then(Node::items).unwrap_or_default().iter().filter_map(update).collect()
}

fn update(node: &Node) -> Option<At<Update>> {
    let ecosystem = text(node, "package-ecosystem")?;
    let place = node.field("package-ecosystem").map_or(node.origin, |field| field.node.origin);
    let schedule = node.get("schedule");
    let word = |name: &str| schedule.and_then(|schedule| text(schedule, name));
    let interval = word("interval").and_then(|word| Some(At::new(Interval::of(&word)?, word.origin)));
    let directories = texts(node, "directories");
    let directory = text(node, "directory").unwrap_or_else(|| At::new("/".to_owned(), place));
    let groups = node.get("groups").and_then(Node::fields).unwrap_or_default();
    let update = Update {
        ecosystem,
        directories: if directories.is_empty() { vec![directory] } else { directories },
        interval: interval.unwrap_or_else(|| At::new(Interval::Weekly, place)),
        day: word("day"),
        time: word("time"),
        timezone: word("timezone"),
        groups: groups.iter().map(|field| (field.name.clone(), texts(&field.node, "patterns"))).collect::<IndexMap<_, _>>(),
        labels: texts(node, "labels"),
        limit: number(node, "open-pull-requests-limit"),
        cooldown: node.get("cooldown").and_then(cooldown),
        prefix: node.get("commit-message").and_then(|message| text(message, "prefix")),
        runs_code: runs_code(node),
    };
    Some(At::new(update, place))
}

/// How old a release must be at least; a file that says so of some releases alone lets the others in at once.
fn cooldown(node: &Node) -> Option<At<Retention>> {
    let days = number(node, "default-days")?;
    (days.value > 0).then(|| At::new(Retention { days: days.value }, days.origin))
}

/// Where it is said that what is updated may run while it is looked at.
fn runs_code(node: &Node) -> Option<Origin> {
    text(node, "insecure-external-code-execution").filter(|word| word.value == "allow").map(|word| word.origin)
}

fn text(node: &Node, name: &str) -> Option<At<String>> {
    let node = node.get(name)?;
    Some(At::new(node.text()?.to_owned(), node.origin))
}

fn texts(node: &Node, name: &str) -> Vec<At<String>> {
    let items = node.get(name).and_then(Node::items).unwrap_or_default();
    items.iter().filter_map(|item| Some(At::new(item.text()?.to_owned(), item.origin))).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is held to a range of whole numbers first")]
fn number(node: &Node, name: &str) -> Option<At<u32>> {
    let node = node.get(name)?;
    match node.value {
        Value::Number(number) if (0.0..1e9).contains(&number) => Some(At::new(number as u32, node.origin)),
        _ => None,
    }
}
