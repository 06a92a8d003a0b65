//! One job, many legs: the keys and their values, what is added and what is left out.

mod legs;
mod seen;

use indexmap::IndexMap;

pub use self::legs::MOST;
use super::reader::{Place, Reader};
use super::value::Value;
use crate::origin::At;

/// The legs of a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Each key's values.
    pub keys: IndexMap<String, At<Vec<At<Cell>>>>,
    /// Legs added.
    pub include: Vec<At<Leg>>,
    /// Legs left out.
    pub exclude: Vec<At<Leg>>,
    /// What of it is worked out when the pipeline runs.
    pub late: Late,
}

/// One leg: values by key.
pub type Leg = IndexMap<String, At<Cell>>;

/// What a leg has under a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A value.
    One(At<Value>),
    /// Values by name, in GitHub's words only.
    Record(IndexMap<String, At<Self>>),
    /// A list, in GitHub's words only.
    List(Vec<At<Self>>),
}

/// What of a matrix is worked out when the pipeline runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Late {
    /// All of it.
    pub whole: Option<Source>,
    /// The values of these keys.
    pub keys: IndexMap<String, Source>,
    /// The legs that are added.
    pub include: Option<Source>,
    /// The legs that are left out.
    pub exclude: Option<Source>,
}

/// Where a part of a matrix comes from when the pipeline runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The value.
    pub value: At<Value>,
    /// Whether it is a text that has to be read as JSON; in GitHub's words, the author says so.
    pub json: bool,
}

/// The form in which a matrix is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// That of the language: a list is joined to one value, and a tag alone is JSON that comes later.
    Own,
    /// That of GitHub's workflows.
    Words,
}

impl Cell {
    /// Whether another is the same, wherever the two are written.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => one.same(other),
            (Self::Record(one), Self::Record(other)) => {
                one.len() == other.len() && one.iter().all(|(key, cell)| other.get(key).is_some_and(|other| cell.same(other)))
            }
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.same(other))
            }
            _ => false,
        }
    }

    /// Whether nothing in it is worked out when the pipeline runs.
    #[must_use]
    pub fn is_written(&self) -> bool {
        match self {
            Self::One(value) => value.references().next().is_none(),
            Self::Record(cells) => cells.values().all(|cell| cell.is_written()),
            Self::List(cells) => cells.iter().all(|cell| cell.is_written()),
        }
    }

    /// Whether another may turn out to be the same: it prints the same, or one of the two is worked out when the pipeline runs.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::One(one), Self::One(other)) => match (one.print(), other.print()) {
                (Some(one), Some(other)) => one.eq_ignore_ascii_case(&other),
                _ => true,
            },
            _ => self.same(other) || !self.is_written() || !other.is_written(),
        }
    }

    /// Every value in it.
    #[must_use]
    pub fn values(&self) -> Vec<&At<Value>> {
        match self {
            Self::One(value) => vec![value],
            Self::Record(cells) => cells.values().flat_map(|cell| cell.values()).collect(),
            Self::List(cells) => cells.iter().flat_map(|cell| cell.values()).collect(),
        }
    }

    fn read(reader: &mut Reader, place: &Place<'_>, form: Form) -> Option<At<Self>> {
        let cell = match form {
            Form::Own => Self::One(Value::read(reader, place)?),
            Form::Words if place.node.items().is_some() => {
                Self::List(reader.list(place, |reader, item| Self::read(reader, item, form)))
            }
            Form::Words if place.node.fields().is_some() => Self::Record(Self::record(reader, place, form)),
            Form::Words => Self::One(Value::in_words(reader, place)?),
        };
        Some(At::new(cell, place.origin()))
    }

    fn record(reader: &mut Reader, place: &Place<'_>, form: Form) -> IndexMap<String, At<Self>> {
        place.fields().filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, form)?))).collect()
    }
}

impl Matrix {
    /// Every key a leg may have, as far as that is written.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let late = self.late.keys.keys();
        self.keys.keys().chain(late).chain(self.include.iter().flat_map(|leg| leg.keys())).map(String::as_str)
    }

    /// Whether it makes no leg and adds none, whatever it leaves out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.is_late() && self.keys.is_empty() && self.include.is_empty()
    }

    /// Why GitHub refuses a file with it, and what to write instead; none if it does not.
    #[must_use]
    pub fn refused(&self) -> Option<(&'static str, &'static str)> {
        let help = "write at least one value for each key and leave one leg in, or remove the matrix";
        if self.is_empty() {
            Some(("the matrix has no keys and adds no legs", help))
        } else {
            self.has_no_leg().then_some(("the matrix leaves no leg", help))
        }
    }

    /// Whether a leg may have keys that are not written.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.late.whole.is_some() || self.late.include.is_some()
    }

    /// Whether anything decides on the legs only when the pipeline runs.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.is_open() || !self.late.keys.is_empty() || self.late.exclude.is_some()
    }

    /// What a leg may have under a key; none if that is worked out when the pipeline runs.
    #[must_use]
    pub fn cells(&self, key: &str) -> Option<Vec<&At<Cell>>> {
        if self.is_open() || self.late.keys.contains_key(key) {
            return None;
        }
        let listed = self.keys.get(key).into_iter().flat_map(|values| &values.value);
        Some(listed.chain(self.include.iter().filter_map(|leg| leg.get(key))).collect())
    }

    /// Everything that is worked out when the pipeline runs, with the name of its field.
    #[must_use]
    pub fn sources(&self) -> Vec<(String, &Source)> {
        let whole = self.late.whole.iter().map(|source| ("matrix".to_owned(), source));
        let keys = self.late.keys.iter().map(|(key, source)| (format!("matrix.{key}"), source));
        let legs = [("matrix.include", &self.late.include), ("matrix.exclude", &self.late.exclude)];
        let legs = legs.into_iter().filter_map(|(name, source)| Some((name.to_owned(), source.as_ref()?)));
        whole.chain(keys).chain(legs).collect()
    }

    /// Every value in it, with the name of its field.
    #[must_use]
    pub fn values(&self) -> Vec<(String, &At<Value>)> {
        let listed = self.keys.iter().flat_map(|(key, cells)| cells.iter().map(move |cell| (key, cell)));
        let legs = self.include.iter().chain(&self.exclude).flat_map(|leg| &leg.value);
        let cells = listed.chain(legs).flat_map(|(key, cell)| cell.values().into_iter().map(move |value| (key, value)));
        let sources = self.sources().into_iter().map(|(name, source)| (name, &source.value));
        cells.map(|(key, value)| (format!("matrix.{key}"), value)).chain(sources).collect()
    }

    /// Reads the matrix of a job: a record, or a reference to a text that is one as JSON.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        Self::with(reader, place, Form::Own)
    }

    /// Reads `strategy.matrix`.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        Self::with(reader, place, Form::Words)
    }

    fn with(reader: &mut Reader, place: &Place<'_>, form: Form) -> Option<At<Self>> {
        let mut matrix = Self::default();
        if let Some(source) = Source::read(reader, place, form) {
            matrix.late.whole = Some(source?);
            return Some(At::new(matrix, place.origin()));
        }
        if !reader.is_record(place) {
            return None;
        }
        for (field, here) in place.fields() {
            let source = Source::read(reader, &here, form);
            match (field.name.as_str(), source) {
                ("include", Some(source)) => matrix.late.include = source,
                ("exclude", Some(source)) => matrix.late.exclude = source,
                ("include", None) => matrix.include = Self::legs_of(reader, &here, form),
                ("exclude", None) => matrix.exclude = Self::legs_of(reader, &here, form),
                (name, Some(source)) => matrix.late.keys.extend(source.map(|source| (name.to_owned(), source))),
                (name, None) => {
                    if form == Form::Words && here.node.items().is_some_and(<[_]>::is_empty) {
                        reader.refuse(
                            &here,
                            format!("expected values of `{name}`, got none"),
                            "write one or more, or remove the key",
                        );
                    }
                    let values = reader.list(&here, |reader, item| Cell::read(reader, item, form));
                    matrix.keys.insert(name.to_owned(), At::new(values, here.origin()));
                }
            }
        }
        Some(At::new(matrix, place.origin()))
    }

    fn legs_of(reader: &mut Reader, place: &Place<'_>, form: Form) -> Vec<At<Leg>> {
        reader
            .list(place, |reader, item| reader.is_record(item).then(|| At::new(Cell::record(reader, item, form), item.origin())))
    }
}

impl Source {
    /// What is worked out when the pipeline runs, if that is what stands there; the inner one is missing if it cannot be read.
    #[expect(clippy::option_option, reason = "nothing that comes later and a broken one are not the same")]
    fn read(reader: &mut Reader, place: &Place<'_>, form: Form) -> Option<Option<Self>> {
        if place.node.tag().is_some() {
            return Some(Value::read(reader, place).map(|value| Self { value, json: true }));
        }
        let words = form == Form::Words && place.node.text().is_some_and(|text| text.contains("${{"));
        words.then(|| Value::in_words(reader, place).map(|value| Self { value, json: false }))
    }
}
