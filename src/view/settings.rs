//! What a policy sets for one rule, already checked by the rule's own contract.

use crate::origin::{At, Origin};
use crate::pipeline::duration::{Duration, Retention};
use crate::pipeline::{Place, Reader};
use crate::source::{Node, Value};

/// The settings of one rule under one policy.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    node: Option<&'a Node>,
}

impl<'a> Settings<'a> {
    /// Over the record a policy holds for the rule; none for a rule without settings.
    #[must_use]
    pub const fn new(node: Option<&'a Node>) -> Self {
        Self { node }
    }

    /// The value of a setting.
    #[must_use]
    pub fn get(self, name: &str) -> Option<&'a Node> {
        self.node?.get(name)
    }

    /// A span of time.
    #[must_use]
    pub fn duration(self, name: &str) -> Option<At<Duration>> {
        Duration::read(&mut Reader::default(), &Place::root(self.get(name)?))
    }

    /// A span of keeping.
    #[must_use]
    pub fn retention(self, name: &str) -> Option<At<Retention>> {
        Retention::read(&mut Reader::default(), &Place::root(self.get(name)?))
    }

    /// A number.
    #[must_use]
    pub fn number(self, name: &str) -> Option<f64> {
        let Value::Number(number) = self.get(name)?.value else { return None };
        Some(number)
    }

    /// Numbers by name, each with where it was written.
    #[must_use]
    pub fn numbers(self, name: &str) -> Vec<(&'a str, At<f64>)> {
        let fields = self.get(name).and_then(Node::fields).unwrap_or_default();
        let number = |node: &Node| if let Value::Number(number) = node.value { Some(At::new(number, node.origin)) } else { None };
        fields.iter().filter_map(|field| Some((field.name.as_str(), number(&field.node)?))).collect()
    }

    /// A list of texts.
    #[must_use]
    pub fn texts(self, name: &str) -> Vec<&'a str> {
        self.get(name).and_then(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect()
    }

    /// A flag.
    #[must_use]
    pub fn flag(self, name: &str) -> bool {
        self.get(name).is_some_and(|node| node.value == Value::Bool(true))
    }

    /// Where somebody wrote the setting; none if it is the shipped default.
    #[must_use]
    pub fn written(self, name: &str) -> Option<Origin> {
        let record = self.node?;
        let origin = record.get(name)?.origin;
        (origin != record.origin).then_some(origin)
    }
}
