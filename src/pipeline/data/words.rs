//! The small words that data is made of.

use indexmap::IndexMap;

use crate::origin::{At, Origin};
use crate::pipeline::condition::Condition;
use crate::pipeline::duration::Duration;
use crate::pipeline::gitlab::file::File;
use crate::pipeline::gitlab::{Data, Entry, Tree};
use crate::pipeline::given::Given;
use crate::pipeline::value::{Bindings, Part, Reference};
use crate::source::{Field, Node, Value};

pub(super) fn text(text: &str, origin: Origin) -> Node {
    Node { value: Value::String(text.to_owned()), origin }
}

pub(super) const fn number(number: f64, origin: Origin) -> Node {
    Node { value: Value::Number(number), origin }
}

pub(super) const fn flag(flag: At<bool>) -> Node {
    Node { value: Value::Bool(flag.value), origin: flag.origin }
}

pub(super) fn minutes(duration: &At<Duration>) -> Node {
    number(duration.as_minutes(), duration.origin)
}

pub(super) fn list(items: impl Iterator<Item = Node>, origin: Origin) -> Node {
    Node { value: Value::Array(items.collect()), origin }
}

pub(super) fn texts(items: &[At<String>], origin: Origin) -> Node {
    list(items.iter().map(|item| text(item, item.origin)), origin)
}

pub(super) fn record(fields: Vec<(&'static str, Node)>, origin: Origin) -> Node {
    let fields = fields.into_iter().map(|(name, node)| Field { name: name.to_owned(), key: node.origin, node });
    Node { value: Value::Record(fields.collect()), origin }
}

pub(super) fn bindings(bindings: &Bindings, origin: Origin) -> Node {
    let fields =
        bindings.iter().map(|(name, binding)| Field { name: name.clone(), key: binding.key, node: value(&binding.value) });
    Node { value: Value::Record(fields.collect()), origin }
}

/// Words of GitLab's, as they were written; a reference is a record of that.
pub(super) fn tree(found: &Tree) -> Node {
    let origin = found.origin;
    match &found.data {
        Data::Null => Node { value: Value::Null, origin },
        Data::Flag(written) => flag(At::new(*written, origin)),
        Data::Number(written) => number(*written, origin),
        Data::Text(written) => text(written, origin),
        Data::List(items) => list(items.iter().map(tree), origin),
        Data::Map(entries) => named(entries, origin),
        Data::Reference(path) => record(vec![("reference", list(path.iter().map(|part| text(part, origin)), origin))], origin),
    }
}

fn named(entries: &IndexMap<String, Entry>, origin: Origin) -> Node {
    Node { value: Value::Record(fields(entries)), origin }
}

fn fields(entries: &IndexMap<String, Entry>) -> Vec<Field> {
    let field = |(name, entry): (&String, &Entry)| Field { name: name.clone(), key: entry.key, node: tree(&entry.tree) };
    entries.iter().map(field).collect()
}

/// The words of a file of GitLab's.
pub(super) fn file(file: &File, origin: Origin) -> Node {
    let mut fields = fields(&file.words);
    for (name, entry) in [("spec", &file.spec), ("rules", &file.rules)] {
        fields.extend(entry.as_ref().map(|entry| Field { name: name.to_owned(), key: entry.key, node: tree(&entry.tree) }));
    }
    if !file.templates.is_empty() {
        fields.push(Field { name: "templates".to_owned(), key: origin, node: named(&file.templates, origin) });
    }
    Node { value: Value::Record(fields), origin }
}

/// What is written, or the value that it is worked out from.
pub(super) fn given<T>(found: &At<Given<T>>, written: impl Fn(At<&T>) -> Node) -> Node {
    match &found.value {
        Given::Now(now) => written(At::new(now, found.origin)),
        Given::Later(later) => value(later),
    }
}

/// One part is itself, several are a list of parts.
pub(super) fn value(found: &At<crate::pipeline::Value>) -> Node {
    match found.parts.as_slice() {
        [one] => part(one),
        several => list(several.iter().map(part), found.origin),
    }
}

fn part(part: &At<Part>) -> Node {
    match &part.value {
        Part::Text(found) => text(found, part.origin),
        Part::Number(found) => number(*found, part.origin),
        Part::Flag(found) => flag(At::new(*found, part.origin)),
        Part::Reference(found) => reference(found, part.origin),
        Part::When(when) => record(vec![("when", condition(Some(when), part.origin))], part.origin),
    }
}

fn reference(reference: &Reference, origin: Origin) -> Node {
    let named = |name: &'static str, of: &str| record(vec![(name, text(of, origin))], origin);
    match reference {
        Reference::Secret(name) => named("secret", name),
        Reference::Variable(name) => named("variable", name),
        Reference::Output(job, name) => named("output", &format!("{job}.{name}")),
        Reference::Step(id, name) => named("step", &format!("{id}.{name}")),
        Reference::Result(job) => named("result", job),
        Reference::Matrix(key) => named("matrix", key),
        Reference::Input(name) => named("input", name),
        Reference::Hash(globs) => record(vec![("hash", list(globs.iter().map(|glob| text(glob, origin)), origin))], origin),
        Reference::Raw(words) => named("raw", words.text()),
        Reference::Known(known) => named("known", known.word()),
    }
}

/// The data of a condition; `"on-success"` where none is written.
pub(super) fn condition(found: Option<&At<Condition>>, origin: Origin) -> Node {
    let Some(found) = found else { return text("on-success", origin) };
    let origin = found.origin;
    let equality = |tag, key, name: &At<String>, equals: &At<crate::pipeline::Value>| {
        record(vec![(tag, record(vec![(key, text(name, name.origin)), ("equals", value(equals))], origin))], origin)
    };
    let several = |tag, conditions: &[At<Condition>]| {
        record(vec![(tag, list(conditions.iter().map(|inner| condition(Some(inner), origin)), origin))], origin)
    };
    match &found.value {
        Condition::Always => text("always", origin),
        Condition::OnSuccess => text("on-success", origin),
        Condition::OnFailure => text("on-failure", origin),
        Condition::NotCancelled => text("not-cancelled", origin),
        Condition::DefaultBranch => text("default-branch", origin),
        Condition::Tag => text("tag", origin),
        Condition::Label(label) => record(vec![("label", text(label, origin))], origin),
        Condition::Event(events) => {
            let words = events.iter().map(|event| text(event.value.word(), event.origin));
            record(vec![("event", list(words, origin))], origin)
        }
        Condition::Changed(files) => record(vec![("changed", texts(files, origin))], origin),
        Condition::Branch(branches) => record(vec![("branch", texts(branches, origin))], origin),
        Condition::Input(name, equals) => equality("input", "name", name, equals),
        Condition::Output(name, equals) => equality("output", "name", name, equals),
        Condition::Matrix(key, equals) => equality("matrix", "key", key, equals),
        Condition::Result(job, is) => {
            let parts = vec![("job", text(job, job.origin)), ("is", text(is.value.word(), is.origin))];
            record(vec![("result", record(parts, origin))], origin)
        }
        Condition::Present(found) => record(vec![("present", value(found))], origin),
        Condition::All(inner) => several("all", inner),
        Condition::Any(inner) => several("any", inner),
        Condition::Not(inner) => record(vec![("not", condition(Some(inner), origin))], origin),
        Condition::Raw(spoken) => {
            let github = spoken.github.as_ref().map(|words| ("raw", text(words.text(), words.origin)));
            let gitlab = spoken.gitlab.as_ref().map(|words| ("raw_gitlab", text(words, words.origin)));
            record(github.into_iter().chain(gitlab).collect(), origin)
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::condition::Outcome;
    use crate::pipeline::step::Impact;
    use crate::pipeline::trigger::Event;
    use crate::pipeline::value::Known;

    /// A tag in lower case, its words joined by `-`.
    fn kebab(tag: &str) -> String {
        let split: String =
            tag.chars().flat_map(|one| one.is_ascii_uppercase().then_some('-').into_iter().chain([one])).collect();
        split.trim_start_matches('-').to_ascii_lowercase()
    }

    /// Custom rules compare with these words: who knows the tag knows the word.
    #[test]
    fn a_word_is_its_tag_in_kebab_case() {
        let mut words: Vec<(&str, &str)> = Known::ALL.iter().map(|(tag, known)| (*tag, known.word())).collect();
        words.extend(Event::ALL.iter().map(|(tag, event)| (*tag, event.word())));
        words.extend(Impact::ALL.iter().map(|(tag, impact)| (*tag, impact.word())));
        words.extend(Outcome::ALL.iter().map(|(tag, outcome)| (*tag, outcome.word())));
        assert!(words.contains(&("CommitMessage", "commit-message")));
        for (tag, word) in words {
            assert_eq!(word, kebab(tag));
        }
    }
}
