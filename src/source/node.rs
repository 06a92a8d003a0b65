//! A value that Nickel evaluated, as plain data with the place of each part: what a worker hands back.

use std::cell::Cell;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::limits::DEEPEST;
use crate::origin::Origin;

/// How deep values of a message may nest: a worker stops at [`DEEPEST`], and the data of a model is a little deeper than its file.
const DEEPEST_SENT: usize = 2 * DEEPEST;

/// One value and where it was written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written, or its nearest written ancestor.
    pub origin: Origin,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// It could not be evaluated; a [`Fault`](super::Fault) says why.
    Broken,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// A record, its fields in the author's order.
    Record(Vec<Field>),
    /// A tag with or without an argument: `'Always`, `'Secret "TOKEN"`.
    Tag(String, Option<Box<Node>>),
    /// A function: data to nobody but Nickel.
    Function,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub key: Origin,
    /// Its value.
    pub node: Node,
}

thread_local! {
    /// How deep this thread is in the values of a message.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// One more level of values, for as long as it lives.
struct Level;

impl Level {
    fn enter() -> Option<Self> {
        DEPTH.with(|depth| {
            let deeper = depth.get() + 1;
            (deeper <= DEEPEST_SENT).then(|| {
                depth.set(deeper);
                Self
            })
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}

/// What a message says may have been a stranger's to choose, and every level of it takes stack from who reads it.
impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Sent {
            value: Value,
            origin: Origin,
        }
        let _level = Level::enter().ok_or_else(|| D::Error::custom("values nest too deep"))?;
        let Sent { value, origin } = Sent::deserialize(deserializer)?;
        Ok(Self { value, origin })
    }
}

impl Node {
    /// Changes every origin in it.
    pub fn visit(&mut self, change: &mut impl FnMut(&mut Origin)) {
        change(&mut self.origin);
        match &mut self.value {
            Value::Array(items) => items.iter_mut().for_each(|item| item.visit(change)),
            Value::Record(fields) => {
                for field in fields {
                    change(&mut field.key);
                    field.node.visit(change);
                }
            }
            Value::Tag(_, Some(argument)) => argument.visit(change),
            _ => {}
        }
    }

    /// The fields, if this is a record.
    #[must_use]
    pub fn fields(&self) -> Option<&[Field]> {
        match &self.value {
            Value::Record(fields) => Some(fields),
            _ => None,
        }
    }

    /// The field of that name, if this is a record that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields()?.iter().find(|field| field.name == name)
    }

    /// The value of the field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.field(name).map(|field| &field.node)
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text, if this is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The tag's name and argument, if this is one.
    #[must_use]
    pub fn tag(&self) -> Option<(&str, Option<&Self>)> {
        match &self.value {
            Value::Tag(name, argument) => Some((name, argument.as_deref())),
            _ => None,
        }
    }

    /// What this is, in the words of an error message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Broken => "a broken value",
            Value::Null => "null",
            Value::Bool(_) => "a Bool",
            Value::Number(_) => "a Number",
            Value::String(_) => "a String",
            Value::Array(_) => "an Array",
            Value::Record(_) => "a Record",
            Value::Tag(..) => "a tag",
            Value::Function => "a function",
        }
    }
}
