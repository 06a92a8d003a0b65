//! Reads evaluated values into the model: expects a shape, says what it got instead, and goes on to the next value.
//!
//! The library's contracts refuse wrong shapes first, with better words; this is what stands behind them when a file
//! carries no contract.

use std::ops::Range;
use std::sync::Arc;

use super::words::{Problem, Words};
use crate::origin::{At, FileId, Origin};
use crate::source::{Fault, FaultKind, Field, Node, Value};
use crate::yaml::within;

/// How many jobs a pipeline, steps a job and pipelines a file may have. Rules walk from job to job: this also says how deep.
const MOST: usize = 1_000;

/// A value together with the way to it, such as `jobs.unit.steps.3.upload`.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The value.
    pub node: &'a Node,
    segment: Segment<'a>,
    parent: Option<&'a Self>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'a> {
    Root,
    Name(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The value a file holds.
    #[must_use]
    pub const fn root(node: &'a Node) -> Self {
        Self { node, segment: Segment::Root, parent: None }
    }

    /// The field of that name, if it is written.
    #[must_use]
    pub fn get(&'a self, name: &str) -> Option<Self> {
        self.node.field(name).map(|field| self.of_field(field))
    }

    /// Every field.
    pub fn fields(&'a self) -> impl Iterator<Item = (&'a Field, Place<'a>)> {
        self.node.fields().unwrap_or_default().iter().map(|field| (field, self.of_field(field)))
    }

    /// Every item.
    pub fn items(&'a self) -> impl Iterator<Item = Place<'a>> {
        let items = self.node.items().unwrap_or_default();
        items.iter().enumerate().map(|(index, node)| Place { node, segment: Segment::Index(index), parent: Some(self) })
    }

    /// The argument of a tag, at the tag's own path.
    #[must_use]
    pub fn argument(&'a self) -> Option<Self> {
        let node = self.node.tag()?.1?;
        Some(Place { node, segment: Segment::Root, parent: Some(self) })
    }

    /// Where it was written.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.node.origin
    }

    /// The names and indices from the file's value to this one.
    #[must_use]
    pub fn path(&self) -> Vec<String> {
        let mut path = self.parent.map_or_else(Vec::new, Place::path);
        match self.segment {
            Segment::Root => {}
            Segment::Name(name) => path.push(name.to_owned()),
            Segment::Index(index) => path.push(index.to_string()),
        }
        path
    }

    fn of_field(&'a self, field: &'a Field) -> Self {
        Place { node: &field.node, segment: Segment::Name(&field.name), parent: Some(self) }
    }
}

/// How long the id of a job or a step may be on GitHub, read 2026-11.
const LONGEST_ID: usize = 100;

/// What stands before the names of fields of which one is required.
pub(crate) const ONE_OF: &str = "write one of ";

/// Whether a name is made of letters, digits, `_` and `-`, and begins with a letter or `_`.
pub(crate) fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Collects what is wrong while the model is read.
#[derive(Debug, Default)]
pub struct Reader {
    /// What was wrong so far.
    pub faults: Vec<Fault>,
    /// The files, if what is read is YAML: a part of a text is found in its file, however the text is written there.
    yaml: Vec<(FileId, Arc<str>)>,
    /// Whether the pipeline that is read is as it is written for GitLab: what it does not say is GitLab's to know.
    pub(super) as_written: bool,
    /// Where a text that nothing evaluates holds an expression: the way to it from the file's value.
    unevaluated: Vec<At<Vec<String>>>,
}

impl Reader {
    /// Of a file of YAML, and of those whose values may stand in it.
    #[must_use]
    pub fn of_yaml(files: Vec<(FileId, Arc<str>)>) -> Self {
        Self { yaml: files, ..Self::default() }
    }

    /// Whether what is read is a file of the forge's own, and no text of ours.
    pub(super) const fn is_of_yaml(&self) -> bool {
        !self.yaml.is_empty()
    }

    /// Where a part of a text stands, by bytes of what the text says; the whole of it where that cannot be told.
    pub(super) fn within(&self, text: Origin, part: Range<usize>) -> Origin {
        let file = self.yaml.iter().find(|(file, _)| *file == text.file);
        file.map_or(text, |(_, file)| within(file, text, part))
    }

    /// Says that a value is not what it should be.
    pub fn refuse(&mut self, place: &Place<'_>, message: impl Into<String>, help: &str) {
        self.refuse_at(place, place.origin(), message, help);
    }

    /// The same, at a narrower origin than the value's own.
    pub fn refuse_at(&mut self, place: &Place<'_>, origin: Origin, message: impl Into<String>, help: &str) {
        self.refuse_as(FaultKind::Contract, place, origin, message, help);
    }

    /// Says that a name cannot be one.
    pub fn misnamed(&mut self, place: &Place<'_>, key: Origin, message: impl Into<String>, help: &str) {
        self.refuse_as(FaultKind::Name, place, key, message, help);
    }

    fn refuse_as(&mut self, kind: FaultKind, place: &Place<'_>, origin: Origin, message: impl Into<String>, help: &str) {
        let notes = if help.is_empty() { Vec::new() } else { vec![help.to_owned()] };
        self.faults.push(Fault { notes, ..Fault::new(kind, place.path(), origin, message) });
    }

    /// Says that a required field is not there; without help of its own, that it is a text to be written.
    pub fn missing(&mut self, place: &Place<'_>, name: &str, help: &str) {
        let mut path = place.path();
        path.push(name.to_owned());
        let notes = vec![if help.is_empty() { format!("write {name} = \"…\"") } else { help.to_owned() }];
        let message = format!("`{name}` is missing");
        self.faults.push(Fault { notes, ..Fault::new(FaultKind::Missing, path, place.origin(), message) });
    }

    /// Says that what holds nothing should hold something. That is not said where what it held was refused.
    pub fn empty(&mut self, place: &Place<'_>, message: &str, help: &str) {
        self.refuse_as(FaultKind::Missing, place, place.origin(), message, help);
    }

    /// Says that none of several fields is there, of which one is required.
    pub fn none_of(&mut self, place: &Place<'_>, message: impl Into<String>, ways: &[&str]) {
        let help = format!("{ONE_OF}{}", ways.join(", "));
        self.refuse_as(FaultKind::Missing, place, place.origin(), message, &help);
    }

    /// Says "expected X, got Y", unless the value is broken and something was said of it before.
    pub fn expected(&mut self, place: &Place<'_>, what: &str, help: &str) {
        if place.node.value != Value::Broken {
            self.refuse(place, format!("expected {what}, got {}", place.node.kind()), help);
        }
    }

    /// Refuses every field whose name is not among `known`, naming the nearest that is.
    pub fn known(&mut self, place: &Place<'_>, known: &[&str]) {
        for (field, here) in place.fields() {
            if !known.contains(&field.name.as_str()) {
                let fault = Fault::unknown(here.path(), field.key, &field.name, known);
                self.faults.push(fault);
            }
        }
    }

    /// A text.
    pub fn text(&mut self, place: &Place<'_>) -> Option<At<String>> {
        if let Some(text) = place.node.text() {
            if text.contains("${{") {
                self.unevaluated.push(At::new(place.path(), place.origin()));
            }
            return Some(At::new(text.to_owned(), place.origin()));
        }
        self.expected(place, "a String", "write it between quotes");
        None
    }

    /// `true` or `false`.
    pub fn flag(&mut self, place: &Place<'_>) -> Option<At<bool>> {
        if let Value::Bool(flag) = place.node.value {
            return Some(At::new(flag, place.origin()));
        }
        self.expected(place, "a Bool", "write true or false");
        None
    }

    /// A whole number, `least` or more.
    pub fn count(&mut self, place: &Place<'_>, least: u32) -> Option<At<u32>> {
        match place.node.value {
            Value::Number(number) if number.fract() == 0.0 && number >= f64::from(least) && number <= f64::from(u32::MAX) =>
            {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the guard has just checked it")]
                Some(At::new(number as u32, place.origin()))
            }
            _ => {
                self.expected(place, &format!("a whole number, {least} or more"), "");
                None
            }
        }
    }

    /// A list, each item read by `read`; items that cannot be read are left out.
    pub fn list<T>(&mut self, place: &Place<'_>, mut read: impl FnMut(&mut Self, &Place<'_>) -> Option<T>) -> Vec<T> {
        if place.node.items().is_none() {
            self.expected(place, "an Array", "write it between [ and ]");
        }
        // No room for items that do not come: of some there are many, and large ones.
        let mut list = Vec::with_capacity(place.node.items().map_or(0, <[Node]>::len));
        list.extend(place.items().filter_map(|item| read(self, &item)));
        list
    }

    /// A list of texts.
    pub fn texts(&mut self, place: &Place<'_>) -> Vec<At<String>> {
        self.list(place, Self::text)
    }

    /// The text of an optional field.
    pub fn text_of(&mut self, place: &Place<'_>, name: &str) -> Option<At<String>> {
        place.get(name).and_then(|field| self.text(&field))
    }

    /// The texts of an optional field; none if it is not there.
    pub fn texts_of(&mut self, place: &Place<'_>, name: &str) -> Vec<At<String>> {
        place.get(name).map_or_else(Vec::new, |field| self.texts(&field))
    }

    /// The flag of an optional field.
    pub fn flag_of(&mut self, place: &Place<'_>, name: &str) -> Option<At<bool>> {
        place.get(name).and_then(|field| self.flag(&field))
    }

    /// Whether there are no more than a thousand things of a kind in one place, far more than any forge runs; says so if there are.
    pub(super) fn countable(&mut self, place: &Place<'_>, what: &str) -> bool {
        let number = place.node.fields().map_or_else(|| place.node.items().map_or(0, <[Node]>::len), <[Field]>::len);
        if number > MOST {
            self.refuse(place, format!("holds {number} {what}, and {MOST} is the most"), "divide it");
        }
        number <= MOST
    }

    /// The text of a required field.
    pub fn required(&mut self, place: &Place<'_>, name: &str) -> Option<At<String>> {
        if place.get(name).is_none() {
            self.missing(place, name, "");
        }
        self.text_of(place, name)
    }

    /// One of the tags of a table, by name.
    pub fn choice<T: Copy>(&mut self, place: &Place<'_>, table: &[(&str, T)]) -> Option<At<T>> {
        let found = place.node.tag().and_then(|(name, _)| table.iter().find(|(known, _)| *known == name));
        if let Some((_, value)) = found {
            return Some(At::new(*value, place.origin()));
        }
        let names: Vec<String> = table.iter().map(|(name, _)| format!("'{name}")).collect();
        self.expected(place, "one of a few tags", &format!("write {}", names.join(", ")));
        None
    }

    /// The words of the forge in a `'Raw { github = ".." }`.
    pub fn raw(&mut self, place: &Place<'_>) -> Option<At<Words>> {
        self.known(place, &["github"]);
        self.raw_github(place)
    }

    /// The words of GitHub in it, whatever stands beside them.
    pub(super) fn raw_github(&mut self, place: &Place<'_>) -> Option<At<Words>> {
        let Some(here) = place.get("github") else {
            self.missing(place, "github", "");
            return None;
        };
        let Some(text) = here.node.text() else { return self.text(&here).and(None) };
        match Words::parse(text) {
            Ok(words) => Some(At::new(words, here.origin())),
            Err(problem) => {
                self.misworded(&here, "an expression of GitHub", &problem);
                None
            }
        }
    }

    /// The texts read since the last call that hold an expression nothing evaluates, each with the way to it from `place`.
    pub(super) fn unevaluated(&mut self, place: &Place<'_>) -> Vec<At<Vec<String>>> {
        let above = place.path().len();
        let found = std::mem::take(&mut self.unevaluated).into_iter();
        found.map(|text| text.map(|path| path.into_iter().skip(above).collect())).collect()
    }

    /// Says that a text is not what a forge takes there, and at which of its characters that shows.
    pub fn misworded(&mut self, place: &Place<'_>, expected: &str, problem: &Problem) {
        let parts = place.node.text().and_then(|text| text.split_at_checked(problem.offset));
        let before = parts.map_or(0, |(before, _)| before.chars().count());
        let length = parts.and_then(|(_, rest)| rest.chars().next()).map_or(1, char::len_utf8);
        let message = format!("expected {expected}, got one that breaks at character {}", before + 1);
        let origin = self.within(place.origin(), problem.offset..problem.offset + length);
        self.refuse_at(place, origin, message, &problem.message);
    }

    /// Whether a name can be the id of a job or a step: one of letters, digits, `_` and `-`, as long as the forge takes them.
    pub fn identifier(&mut self, place: &Place<'_>, key: Origin, name: &str) -> bool {
        if name.starts_with("__") {
            self.misnamed(
                place,
                key,
                format!("expected an id, got \"{name}\""),
                "the forge keeps ids that begin with __ for itself",
            );
            return false;
        }
        if name.len() > LONGEST_ID {
            let message = format!("expected an id of at most {LONGEST_ID} characters, got {}", name.len());
            self.misnamed(place, key, message, "write a shorter one");
            return false;
        }
        self.word(place, key, name)
    }

    /// Says of every field's name that cannot be an id that it cannot.
    pub fn identifiers(&mut self, place: &Place<'_>) {
        for (field, here) in place.fields() {
            self.identifier(&here, field.key, &field.name);
        }
    }

    /// Whether a name is made of letters, digits, `_` and `-` and begins with a letter or `_`; says so if it is not.
    pub fn word(&mut self, place: &Place<'_>, key: Origin, name: &str) -> bool {
        let fine = is_identifier(name);
        if !fine {
            let message = format!("expected an id, got \"{name}\"");
            self.misnamed(place, key, message, "write letters, digits, _ and -, a letter first");
        }
        fine
    }

    /// The record in an optional field; says so if something else is there.
    pub fn record_of<'a>(&mut self, place: &'a Place<'a>, name: &str) -> Option<Place<'a>> {
        place.get(name).filter(|field| self.is_record(field))
    }

    /// Whether the value is a record; says so if it is not.
    pub fn is_record(&mut self, place: &Place<'_>) -> bool {
        if place.node.fields().is_none() {
            self.expected(place, "a Record", "write it between { and }");
        }
        place.node.fields().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;
    use crate::pipeline::{Pipeline, Project};

    fn node(value: Value) -> Node {
        Node { value, origin: Origin::whole(FileId(0)) }
    }

    fn record(fields: &[(&str, Node)]) -> Node {
        let field = |(name, node): &(&str, Node)| Field { name: (*name).to_owned(), key: node.origin, node: node.clone() };
        node(Value::Record(fields.iter().map(field).collect()))
    }

    fn paths(reader: &Reader) -> Vec<String> {
        let expected = |fault: &&Fault| fault.message == "expected a Record, got a Number";
        reader.faults.iter().filter(expected).map(|fault| fault.path.join(".")).collect()
    }

    #[test]
    fn what_should_be_a_record_and_is_not_is_said() {
        let number = || node(Value::Number(3.0));
        let mut reader = Reader::default();
        let names = ["policy", "backends", "secrets", "variables", "pins", "images", "runners"];
        let fields: Vec<(&str, Node)> = names.iter().map(|name| (*name, number())).collect();
        Project::read(&mut reader, &Place::root(&record(&fields)), "main.ncl");
        let mut said = paths(&reader);
        said.sort();
        let mut wanted = names.to_vec();
        wanted.sort_unstable();
        assert_eq!(said, wanted);

        let mut reader = Reader::default();
        let call = record(&[("inputs", number()), ("secrets", number()), ("outputs", number())]);
        let handed = record(&[("secrets", record(&[("TOKEN", number())]))]);
        for (call, wanted) in
            [(call, vec!["on.call.inputs", "on.call.secrets", "on.call.outputs"]), (handed, vec!["on.call.secrets.TOKEN"])]
        {
            reader.faults.clear();
            Pipeline::read(&mut reader, &Place::root(&record(&[("on", record(&[("call", call)]))])), "ci", "ci.ncl");
            let mut said = paths(&reader);
            said.sort();
            let mut wanted = wanted;
            wanted.sort_unstable();
            assert_eq!(said, wanted);
        }
    }
}
