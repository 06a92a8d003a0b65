//! A document as a tree in, YAML text out: the same bytes every time, in the style that linters of workflows ask for.
//!
//! No serializer writes comments, blank lines and block scalars where a reader wants them, so this one does. What it
//! writes is read back by an independent reader in the tests.

mod scalar;
mod within;
mod writer;

pub use within::within;
pub use writer::{render, render_all};

/// A value of a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// Nothing after the key.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number.
    Number(f64),
    /// Text, read back as exactly this text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Keys and values.
    Map(Map),
    /// What stands elsewhere in the document, by the names that lead there: `!reference [job, script]`. The only tag there is.
    Reference(Vec<String>),
}

/// Keys and values, in the order they were put in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map {
    /// The entries.
    pub entries: Vec<Entry>,
}

/// One key, its value, and what stands around it for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Node,
    /// A comment after the value, on the key's line.
    pub comment: Option<String>,
    /// Whether an empty line stands before it.
    pub blank: bool,
    /// Whether the key is a word of the file's grammar, written bare though some readers take it for another value: `on`.
    pub bare: bool,
}

impl Map {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds an entry; what it returns takes a comment or an empty line.
    pub fn put(&mut self, key: &str, value: impl Into<Node>) -> &mut Entry {
        self.entries.push(Entry { key: key.to_owned(), value: value.into(), comment: None, blank: false, bare: false });
        let last = self.entries.len() - 1;
        &mut self.entries[last]
    }

    /// Adds an entry if there is a value.
    pub fn put_some(&mut self, key: &str, value: Option<impl Into<Node>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// The same as JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        to_json(&self.entries)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
}

impl Entry {
    /// With an empty line before it.
    pub const fn spaced(&mut self) -> &mut Self {
        self.blank = true;
        self
    }

    /// With its key written bare.
    pub const fn bare(&mut self) -> &mut Self {
        self.bare = true;
        self
    }
}

impl Node {
    /// The same value as JSON, for checking it against a schema.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Flag(flag) => serde_json::Value::Bool(*flag),
            Self::Number(number) => json_number(*number),
            Self::Text(text) => serde_json::Value::String(text.clone()),
            Self::List(items) => serde_json::Value::Array(items.iter().map(Self::to_json).collect()),
            Self::Reference(path) => serde_json::json!({ REFERENCE: path }),
            Self::Map(map) => map.to_json(),
        }
    }
}

/// Entries of a map as JSON.
#[must_use]
pub fn to_json(entries: &[Entry]) -> serde_json::Value {
    serde_json::Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect())
}

/// The tag of a reference, which is the one key of it as JSON.
pub const REFERENCE: &str = "!reference";

/// A whole number as an integer, so that a schema's `integer` and an independent reader agree on it.
fn json_number(number: f64) -> serde_json::Value {
    #[expect(clippy::cast_possible_truncation, reason = "the guard has just checked it")]
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return serde_json::Value::from(number as i64);
    }
    serde_json::Value::from(number)
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Node {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Node {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<f64> for Node {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
