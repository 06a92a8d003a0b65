//! Nickel as data, and its text.

use std::fmt;

/// A value of Nickel.
#[derive(Clone, Debug)]
pub(crate) enum Nickel {
    Text(String),
    Number(i64),
    Flag(bool),
    Tag(&'static str, Option<Box<Self>>),
    List(Vec<Self>),
    Record(Vec<(String, Self)>),
}

impl Nickel {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) const fn tag(name: &'static str) -> Self {
        Self::Tag(name, None)
    }

    pub(crate) fn of(name: &'static str, argument: Self) -> Self {
        Self::Tag(name, Some(Box::new(argument)))
    }

    pub(crate) fn record<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Record(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// Adds a field to a record.
    pub(crate) fn put(&mut self, name: impl Into<String>, value: Self) {
        if let Self::Record(fields) = self {
            fields.push((name.into(), value));
        }
    }

    /// The same with the fields of every record the other way round, which says the same: records have no order.
    pub(crate) fn reversed(&self) -> Self {
        match self {
            Self::Record(fields) => {
                Self::Record(fields.iter().rev().map(|(name, value)| (name.clone(), value.reversed())).collect())
            }
            Self::List(items) => Self::List(items.iter().map(Self::reversed).collect()),
            Self::Tag(name, argument) => Self::Tag(name, argument.as_ref().map(|argument| Box::new(argument.reversed()))),
            other => other.clone(),
        }
    }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t").replace("%{", "\\%{");
    format!("\"{escaped}\"")
}

impl fmt::Display for Nickel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => out.write_str(&quoted(text)),
            Self::Number(number) => write!(out, "{number}"),
            Self::Flag(flag) => write!(out, "{flag}"),
            Self::Tag(name, None) => write!(out, "'{name}"),
            Self::Tag(name, Some(argument)) => write!(out, "('{name} ({argument}))"),
            Self::List(items) => {
                out.write_str("[")?;
                items.iter().try_for_each(|item| write!(out, "{item}, "))?;
                out.write_str("]")
            }
            Self::Record(fields) => {
                out.write_str("{ ")?;
                fields.iter().try_for_each(|(name, value)| write!(out, "{} = {value}, ", quoted(name)))?;
                out.write_str("}")
            }
        }
    }
}
