//! How a setting has changed, by what its rule says loosens it.

use crate::pipeline::{Duration, Retention};
use crate::rule::Loosens;
use crate::source::{Node, Value};
use crate::view::glob;

/// How a setting has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It has not.
    Same,
    /// It lets less pass.
    Tighter,
    /// It lets more pass; what is said of it.
    Looser(String),
    /// Nobody knows; what is said of it.
    Unclear(String),
}

/// How a setting has changed from one policy to another; `new` is none where it is gone, `loosens` where
/// nobody has told what does.
pub(super) fn compare(loosens: Option<Loosens>, setting: &str, old: &Node, new: Option<&Node>) -> Change {
    let Some(new) = new else { return Change::Unclear(format!("`{setting}` is gone, and was {}", shown(old))) };
    if same(old, new) {
        return Change::Same;
    }
    let changed = format!("`{setting}` is {}, and was {}", shown(new), shown(old));
    let by_order = |more_is_looser: bool| match (magnitude(old), magnitude(new)) {
        (Some(old), Some(new)) if (new > old) == more_is_looser => Change::Looser(changed.clone()),
        (Some(_), Some(_)) => Change::Tighter,
        _ => Change::Unclear(changed.clone()),
    };
    let Some(loosens) = loosens else { return Change::Unclear(changed) };
    match loosens {
        Loosens::More => by_order(true),
        Loosens::Less => by_order(false),
        Loosens::ItemOrNone if is_empty(new) => Change::Looser(format!("`{setting}` is empty, which allows everything")),
        Loosens::ItemOrNone if is_empty(old) => Change::Tighter,
        Loosens::Item | Loosens::ItemOrNone => lists(old, new, |gone, fresh| {
            let message = format!("`{setting}` also has {}", fresh.join(", "));
            if !fresh.is_empty() {
                Change::Looser(message)
            } else if gone.is_empty() {
                Change::Same
            } else {
                Change::Tighter
            }
        })
        .unwrap_or(Change::Unclear(changed)),
        Loosens::NoItem => lists(old, new, |gone, fresh| {
            let message = format!("`{setting}` no longer has {}", gone.join(", "));
            if !gone.is_empty() {
                Change::Looser(message)
            } else if fresh.is_empty() {
                Change::Same
            } else {
                Change::Tighter
            }
        })
        .unwrap_or(Change::Unclear(changed)),
        Loosens::Grants => grants(setting, old, new),
        Loosens::Each => each(setting, old, new, |was, is| is <= was),
        Loosens::EachLess => each(setting, old, new, |was, is| is >= was),
    }
}

/// By name: what is not as tight bounds less, what is gone or new is bounded otherwise than it was.
fn each(setting: &str, old: &Node, new: &Node, is_tight: fn(f64, f64) -> bool) -> Change {
    let (Some(before), Some(after)) = (old.fields(), new.fields()) else {
        return Change::Unclear(format!("`{setting}` was changed"));
    };
    let mut change = Change::Tighter;
    for field in before.iter().filter(|field| new.get(&field.name).is_none_or(|new| !same(&field.node, new))) {
        let place = format!("{setting}.{}", field.name);
        let sizes = new.get(&field.name).map(|new| (new, magnitude(&field.node), magnitude(new)));
        match sizes {
            Some((_, Some(was), Some(is))) if is_tight(was, is) => {}
            Some((new, Some(_), Some(_))) => {
                return Change::Looser(format!("`{place}` is {}, and was {}", shown(new), shown(&field.node)));
            }
            Some(_) => change = Change::Unclear(format!("`{place}` was changed")),
            None => change = Change::Unclear(format!("`{place}` is gone, and was {}", shown(&field.node))),
        }
    }
    match after.iter().find(|field| old.get(&field.name).is_none()) {
        Some(field) if change == Change::Tighter => Change::Unclear(format!("`{setting}` also has `{}`", field.name)),
        _ => change,
    }
}

/// By event, then by scope: an event that is not there is not limited, a scope that is not there is not granted.
fn grants(setting: &str, old: &Node, new: &Node) -> Change {
    for event in old.fields().unwrap_or_default() {
        let Some(limits) = new.get(&event.name) else {
            return Change::Looser(format!("`{setting}.{}` is gone, so nothing limits it", event.name));
        };
        for scope in limits.fields().unwrap_or_default() {
            let before = event.node.get(&scope.name).map_or(Some(0.0), magnitude);
            match (before, magnitude(&scope.node)) {
                (Some(before), Some(after)) if after <= before => {}
                (Some(_), Some(_)) => {
                    let place = format!("{setting}.{}.{}", event.name, scope.name);
                    let was = event.node.get(&scope.name).map_or_else(|| "not granted".to_owned(), shown);
                    return Change::Looser(format!("`{place}` is {}, and was {was}", shown(&scope.node)));
                }
                _ => return Change::Unclear(format!("`{setting}.{}` was changed", event.name)),
            }
        }
    }
    Change::Tighter
}

/// The items that are gone and those that are new, if both are lists.
fn lists(old: &Node, new: &Node, tell: impl FnOnce(Vec<String>, Vec<String>) -> Change) -> Option<Change> {
    let (old, new) = (old.items()?, new.items()?);
    // What a pattern of the other list stands for is there as well.
    let stands = |pattern: &Node, one: &Node| match (pattern.text(), one.text()) {
        (Some(pattern), Some(one)) => glob::matches_any([pattern], one),
        _ => same(pattern, one),
    };
    let beyond = |these: &[Node], those: &[Node]| {
        these.iter().filter(|one| !those.iter().any(|other| stands(other, one))).map(shown).collect::<Vec<_>>()
    };
    Some(tell(beyond(old, new), beyond(new, old)))
}

fn is_empty(node: &Node) -> bool {
    node.items().is_some_and(<[Node]>::is_empty)
}

/// How much a value is, among values of its kind.
fn magnitude(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(number) => Some(*number * 60.0),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        Value::String(text) => {
            let seconds = Duration::parse(text).and_then(|span| u32::try_from(span.as_seconds()).ok());
            seconds.or_else(|| Retention::parse(text).map(|span| span.days)).map(f64::from)
        }
        Value::Tag(name, None) => ["None", "Read", "Choices", "Write", "All"]
            .iter()
            .position(|known| known == name)
            .and_then(|rank| u8::try_from(rank).ok())
            .map(f64::from),
        _ => None,
    }
}

/// Whether two values are the same, wherever they stand.
fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Record(one), Value::Record(other)) => {
            let known = |name: &str| other.iter().find(|field| field.name == name);
            one.len() == other.len()
                && one.iter().all(|field| known(&field.name).is_some_and(|twin| same(&field.node, &twin.node)))
        }
        (Value::Tag(one, argument), Value::Tag(other, twin)) => {
            one == other
                && match (argument, twin) {
                    (Some(argument), Some(twin)) => same(argument, twin),
                    (None, None) => true,
                    _ => false,
                }
        }
        (one, other) => one == other,
    }
}

/// A value in the words of a message.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::String(text) => format!("\"{text}\""),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Tag(name, None) => format!("'{name}"),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Record(_) => "another record".to_owned(),
        _ => node.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};
    use crate::rule;
    use crate::source::Field;

    fn node(value: Value) -> Node {
        Node { value, origin: Origin::whole(FileId(0)) }
    }

    fn text(text: &str) -> Node {
        node(Value::String(text.to_owned()))
    }

    fn list(items: &[&str]) -> Node {
        node(Value::Array(items.iter().map(|item| text(item)).collect()))
    }

    fn record(fields: &[(&str, Node)]) -> Node {
        let field = |(name, node): &(&str, Node)| Field { name: (*name).to_owned(), key: node.origin, node: node.clone() };
        node(Value::Record(fields.iter().map(field).collect()))
    }

    fn word(rule: &str, setting: &str, old: &Node, new: &Node) -> &'static str {
        let loosens = rule::find(rule).and_then(|rule| rule.loosened_by(setting));
        match compare(loosens, setting, old, Some(new)) {
            Change::Same => "same",
            Change::Tighter => "tighter",
            Change::Looser(_) => "looser",
            Change::Unclear(_) => "unclear",
        }
    }

    #[test]
    fn what_is_bounded_by_name_is_loosened_by_what_is_greater() {
        let classes =
            |fields: &[(&str, &str)]| record(&fields.iter().map(|(name, days)| (*name, text(days))).collect::<Vec<_>>());
        let word =
            |old: &[(&str, &str)], new: &[(&str, &str)]| word("retention-over-limit", "classes", &classes(old), &classes(new));
        let logs: &[(&str, &str)] = &[("logs", "7 days")];
        assert_eq!(word(logs, &[("logs", "8 days")]), "looser");
        assert_eq!(word(&[("logs", "8 days")], logs), "tighter");
        assert_eq!(word(logs, &[]), "unclear");
        assert_eq!(word(&[], logs), "unclear");
        assert_eq!(word(&[("logs", "7 days"), ("release", "9 days")], &[("release", "10 days")]), "looser");
    }

    #[test]
    fn a_setting_is_loosened_one_way_and_tightened_the_other() {
        for (rule, setting, one, other) in [
            ("job-timeout-over-limit", "max", text("60m"), text("2h")),
            ("job-timeout-over-limit", "max", text("90s"), node(Value::Number(2.0))),
            ("retention-over-limit", "max", text("3 weeks"), text("30 days")),
            ("docker-in-docker", "hosted", node(Value::Bool(true)), node(Value::Bool(false))),
            ("secrets-ungated", "allow", list(&["A"]), list(&["A", "B"])),
            ("forbidden-uses", "allow", list(&["actions/*"]), list(&[])),
            ("forbidden-uses", "deny", list(&["a", "b"]), list(&["b"])),
            ("suppression-banned", "banned", list(&["a"]), list(&[])),
            ("dispatch-inputs", "allow", node(Value::Tag("Choices".to_owned(), None)), node(Value::Tag("All".to_owned(), None))),
            ("cache-bloat", "growing", node(Value::Bool(false)), node(Value::Bool(true))),
        ] {
            assert_eq!(word(rule, setting, &one, &other), "looser", "{rule} {setting}");
            assert_eq!(word(rule, setting, &other, &one), "tighter", "{rule} {setting}");
            assert_eq!(word(rule, setting, &one, &one), "same", "{rule} {setting}");
            assert_eq!(word(rule, "shape", &one, &other), "unclear", "{rule} {setting}");
        }
        assert_eq!(word("secrets-ungated", "allow", &list(&["A"]), &list(&["B"])), "looser", "one for another");
        assert_eq!(word("forbidden-uses", "allow", &list(&["a", "b"]), &list(&["b", "a"])), "same");
        assert_eq!(
            word("forbidden-uses", "allow", &list(&["a/*"]), &list(&["a/b", "a/c*"])),
            "tighter",
            "what the pattern stood for"
        );
        assert!(matches!(compare(Some(Loosens::More), "max", &text("5m"), None), Change::Unclear(_)));
    }

    #[test]
    fn a_grant_is_loosened_by_its_scopes_and_by_an_event_that_is_gone() {
        let level = |name: &str| node(Value::Tag(name.to_owned(), None));
        let allow = |scopes: &[(&str, Node)]| record(&[("pull_request", record(scopes))]);
        let reads = allow(&[("contents", level("Read"))]);
        for looser in [
            record(&[]),
            allow(&[("contents", level("Write"))]),
            allow(&[("contents", level("Read")), ("checks", level("Read"))]),
        ] {
            assert_eq!(word("permissions-over-grant", "allow", &reads, &looser), "looser", "{looser:?}");
            assert_eq!(word("permissions-over-grant", "allow", &looser, &reads), "tighter", "{looser:?}");
        }
    }
}
