//! The conditions of GitLab's rules: `$CI_COMMIT_TAG =~ /^v[0-9]+/ && $TIER != "test"`, parsed with places and evaluated.
//!
//! A text is read as GitLab reads it: a regular expression has two characters or more, and a condition a hundred words at most.
//! As in its source and its documentation, read 2026-11.

mod lexer;
mod parser;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};

pub use self::pattern::Pattern;
pub use super::super::words::Problem;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `null`: what a variable is that is not set.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A text between quotes.
    Text(String),
    /// `$NAME`.
    Variable(String),
    /// `$[[ inputs.name ]]`.
    Input(String),
    /// `/…/`.
    Pattern(Pattern),
    /// `!`
    Not(Box<Self>),
    /// Two of them, compared.
    Compare(Box<Self>, Operator, Box<Self>),
    /// `&&`
    All(Box<Self>, Box<Self>),
    /// `||`
    Any(Box<Self>, Box<Self>),
}

/// How two parts are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `=~`
    Matches,
    /// `!~`
    Differs,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Matches => "=~",
            Self::Differs => "!~",
        }
    }
}

/// What a condition is evaluated in: a name that is not there is null.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Variables by name.
    pub variables: BTreeMap<String, String>,
    /// Inputs by name.
    pub inputs: BTreeMap<String, String>,
}

/// What a part is found to be.
enum Found<'a> {
    Null,
    Flag(bool),
    Text(&'a str),
    Pattern(&'a Pattern),
}

impl Expression {
    /// Parses a condition.
    ///
    /// # Errors
    ///
    /// If GitLab would refuse it: where, and why.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parser::parse(&lexer::words(text)?, text.len())
    }

    /// How many words GitLab reads in a text; none of one that it would refuse.
    #[must_use]
    pub fn words(text: &str) -> usize {
        lexer::words(text).map_or(0, |words| words.len())
    }

    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, scope: &Scope) -> bool {
        self.find(scope).says_something()
    }

    /// The variables it names.
    #[must_use]
    pub fn variables(&self) -> BTreeSet<&str> {
        match self {
            Self::Variable(name) => BTreeSet::from([name.as_str()]),
            Self::Not(inner) => inner.variables(),
            Self::Compare(left, _, right) | Self::All(left, right) | Self::Any(left, right) => {
                left.variables().into_iter().chain(right.variables()).collect()
            }
            Self::Null | Self::Flag(_) | Self::Text(_) | Self::Input(_) | Self::Pattern(_) => BTreeSet::new(),
        }
    }

    fn find<'a>(&'a self, scope: &'a Scope) -> Found<'a> {
        let of = |found: Option<&'a String>| found.map_or(Found::Null, |text| Found::Text(text));
        match self {
            Self::Null => Found::Null,
            Self::Flag(flag) => Found::Flag(*flag),
            Self::Text(text) => Found::Text(text),
            Self::Variable(name) => of(scope.variables.get(name)),
            Self::Input(name) => of(scope.inputs.get(name)),
            Self::Pattern(pattern) => Found::Pattern(pattern),
            Self::Not(inner) => Found::Flag(!inner.find(scope).says_something()),
            Self::Compare(left, operator, right) => {
                let (left, right) = (left.find(scope), right.find(scope));
                Found::Flag(match operator {
                    Operator::Equal => left.same(&right),
                    Operator::Unequal => !left.same(&right),
                    Operator::Matches => left.matches(&right),
                    Operator::Differs => !left.matches(&right),
                })
            }
            // An empty text is no reason to look further: only null and false are.
            Self::All(left, right) => Some(left.find(scope)).filter(|left| !left.is_there()).unwrap_or_else(|| right.find(scope)),
            Self::Any(left, right) => Some(left.find(scope)).filter(Found::is_there).unwrap_or_else(|| right.find(scope)),
        }
    }
}

impl Found<'_> {
    /// Whether it is neither null nor false.
    const fn is_there(&self) -> bool {
        !matches!(self, Self::Null | Self::Flag(false))
    }

    /// Whether a condition that comes to this holds.
    fn says_something(&self) -> bool {
        match self {
            Self::Text(text) => !text.trim().is_empty(),
            found => found.is_there(),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Flag(one), Self::Flag(other)) => one == other,
            (Self::Text(one), Self::Text(other)) => one == other,
            (Self::Pattern(one), Self::Pattern(other)) => one == other,
            _ => false,
        }
    }

    /// Whether what the right side is matches the left one, which is empty if it is null. A text on the right is a pattern if it
    /// looks like one, else what the left side is looked for in.
    fn matches(&self, right: &Self) -> bool {
        let text = match self {
            Self::Text(text) => text,
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
            Self::Null | Self::Pattern(_) => "",
        };
        match right {
            Self::Pattern(pattern) => pattern.matches(text),
            Self::Text(right) => match Pattern::parse(right) {
                Ok(pattern) => pattern.matches(text),
                Err(_) => right.contains(text),
            },
            Self::Null | Self::Flag(_) => false,
        }
    }
}

#[cfg(test)]
mod tests;
