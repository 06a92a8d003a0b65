//! What is said in GitLab's own words, as an ordered tree of plain data; each part of it knows where it was written.

use indexmap::IndexMap;

use super::super::reader::{Place, Reader};
use crate::origin::{At, Origin};
use crate::source::Value;
use crate::yaml;

/// One part, and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// What it holds.
    pub data: Data,
    /// Where it was written.
    pub origin: Origin,
}

/// What a part holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Text, in which `$NAME` is a variable of GitLab's.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// Parts by name, in the author's order.
    Map(IndexMap<String, Entry>),
    /// What stands elsewhere in the file: the name of a job, and the keys to the part that is meant.
    Reference(Vec<String>),
}

/// A named part.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Where its name stands.
    pub key: Origin,
    /// The part.
    pub tree: Tree,
}

/// What to write for a reference.
const REFERENCE_HELP: &str = "write 'Reference [\"job\", \"script\"]";

impl Tree {
    /// Reads what is written; what is no data is said and left out.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        let data = match &place.node.value {
            Value::Null => Data::Null,
            Value::Bool(flag) => Data::Flag(*flag),
            Value::Number(number) => Data::Number(*number),
            Value::String(text) => Data::Text(text.clone()),
            Value::Array(_) => Data::List(reader.list(place, Self::read)),
            Value::Record(_) => Data::Map(
                place
                    .fields()
                    .filter_map(|(field, here)| {
                        Some((field.name.clone(), Entry { key: field.key, tree: Self::read(reader, &here)? }))
                    })
                    .collect(),
            ),
            Value::Tag(..) => Data::Reference(Self::reference(reader, place)?),
            Value::Function | Value::Broken => {
                reader.expected(place, "a value", "write a text, a number, a flag, a list or a record");
                return None;
            }
        };
        Some(Self { data, origin: place.origin() })
    }

    fn reference(reader: &mut Reader, place: &Place<'_>) -> Option<Vec<String>> {
        let path = match (place.node.tag(), place.argument()) {
            (Some(("Reference", Some(_))), Some(path)) => reader.texts(&path),
            _ => Vec::new(),
        };
        if path.is_empty() || path.iter().any(|part| part.is_empty()) {
            reader.expected(place, "a reference", REFERENCE_HELP);
            return None;
        }
        Some(path.into_iter().map(|part| part.value).collect())
    }

    /// The part of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.entry(name).map(|entry| &entry.tree)
    }

    /// The part of that name, and where the name stands.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.data {
            Data::Map(entries) => entries.get(name),
            _ => None,
        }
    }

    /// The part that names lead to; a number leads into a list.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, part| match &tree.data {
            Data::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => tree.get(part),
        })
    }

    /// Its named parts, in the author's order.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        let entries = match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        };
        entries.into_iter().flatten().map(|(name, entry)| (name.as_str(), entry))
    }

    /// The items of a list; else the part itself, as the only one.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, if it is one that no variable of GitLab's is a part of.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        self.text().filter(|text| !text.contains('$'))
    }

    /// The number, if it is a whole one that is not negative.
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        match self.data {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the guard has just checked it")]
            Data::Number(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number) => Some(number as u32),
            _ => None,
        }
    }

    /// The flag, if it is one.
    #[must_use]
    pub const fn flag(&self) -> Option<bool> {
        match self.data {
            Data::Flag(flag) => Some(flag),
            _ => None,
        }
    }

    /// Every text in it, with the names and indices that lead there.
    #[must_use]
    pub fn texts(&self) -> Vec<(Vec<String>, At<&str>)> {
        let mut found = Vec::new();
        self.gather(&mut Vec::new(), &mut found);
        found
    }

    fn gather<'a>(&'a self, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, At<&'a str>)>) {
        let mut inside = |name: String, tree: &'a Self| {
            path.push(name);
            tree.gather(path, found);
            path.pop();
        };
        match &self.data {
            Data::Text(text) => found.push((path.clone(), At::new(text, self.origin))),
            Data::List(items) => items.iter().enumerate().for_each(|(index, item)| inside(index.to_string(), item)),
            Data::Map(entries) => entries.iter().for_each(|(name, entry)| inside(name.clone(), &entry.tree)),
            Data::Null | Data::Flag(_) | Data::Number(_) | Data::Reference(_) => {}
        }
    }

    /// The same as part of a document.
    #[must_use]
    pub fn to_yaml(&self) -> yaml::Node {
        match &self.data {
            Data::Null => yaml::Node::Null,
            Data::Flag(flag) => yaml::Node::Flag(*flag),
            Data::Number(number) => yaml::Node::Number(*number),
            Data::Text(text) => yaml::Node::Text(text.clone()),
            Data::List(items) => yaml::Node::List(items.iter().map(Self::to_yaml).collect()),
            Data::Map(entries) => {
                let mut map = yaml::Map::new();
                for (name, entry) in entries {
                    map.put(name, entry.tree.to_yaml());
                }
                yaml::Node::Map(map)
            }
            Data::Reference(path) => yaml::Node::Reference(path.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;

    fn read(json: &str) -> (Option<Tree>, Vec<String>) {
        let node = fixture::node(&serde_json::from_str(json).expect("JSON"));
        let mut reader = Reader::default();
        let tree = Tree::read(&mut reader, &Place::root(&node));
        (tree, reader.faults.iter().map(|fault| format!("{}: {}", fault.path.join("."), fault.message)).collect())
    }

    #[test]
    fn it_keeps_order_and_is_found_by_path() {
        let (tree, faults) = read(
            r#"{ "script": ["make", {"'Reference": [".a", "script"]}], "b": { "x": null, "a": 1.5 }, "retry": 2, "on": true }"#,
        );
        assert_eq!(faults, Vec::<String>::new());
        let tree = tree.expect("a tree");
        assert_eq!(tree.entries().map(|(name, _)| name).collect::<Vec<_>>(), ["script", "b", "retry", "on"]);
        assert_eq!(tree.at(&["script", "0"]).and_then(Tree::text), Some("make"));
        assert_eq!(tree.at(&["script", "1"]).map(|tree| &tree.data), Some(&Data::Reference(vec![".a".into(), "script".into()])));
        assert_eq!((tree.get("retry").and_then(Tree::count), tree.at(&["b", "a"]).and_then(Tree::count)), (Some(2), None));
        assert_eq!((tree.get("on").and_then(Tree::flag), tree.at(&["script", "2"])), (Some(true), None));
        assert_eq!(
            tree.texts().iter().map(|(path, text)| (path.join("."), text.value)).collect::<Vec<_>>(),
            [("script.0".to_owned(), "make")]
        );
        let yaml::Node::Map(map) = tree.to_yaml() else { panic!("a map") };
        let text = yaml::render(&[], &map);
        assert_eq!(text, "script:\n  - make\n  - !reference [.a, script]\nb:\n  x:\n  a: 1.5\nretry: 2\n\"on\": true\n");
    }

    #[test]
    fn what_is_no_data_is_said_and_left_out() {
        let (tree, faults) = read(r#"{ "a": "'Commit", "b": {"'Reference": []}, "c": {"'Reference": [1, ""]}, "d": 1 }"#);
        assert_eq!(tree.expect("a tree").entries().map(|(name, _)| name).collect::<Vec<_>>(), ["d"]);
        assert_eq!(
            faults,
            [
                "a: expected a reference, got a tag",
                "b: expected a reference, got a tag",
                "c.0: expected a String, got a Number",
                "c: expected a reference, got a tag"
            ]
        );
    }
}
