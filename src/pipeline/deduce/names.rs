//! Names of which only the sort is known: those of the branches that a filter lets in.

use crate::pipeline::glob::{Glob, Subject, lets_in};

/// Texts that begin the same and go on, as patterns let them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    start: String,
    only: Vec<Glob>,
    never: Vec<Glob>,
}

impl Names {
    /// Every text that begins so and does not end there.
    #[must_use]
    pub fn after(start: &str) -> Self {
        Self { start: start.to_owned(), ..Self::default() }
    }

    /// The same, what follows held to patterns: let in by one list, if it is not empty, and not by the other. A pattern that is none
    /// lets everything in.
    #[must_use]
    pub fn held<'t>(self, only: impl Iterator<Item = &'t str>, never: impl Iterator<Item = &'t str>) -> Self {
        let parse = |text| Glob::parse(text, Subject::Name);
        let only = only.map(parse).collect::<Result<_, _>>().unwrap_or_default();
        let never = never.map(parse).collect::<Result<_, _>>().unwrap_or_default();
        Self { only, never, ..self }
    }

    /// The same names, without or with another beginning.
    #[must_use]
    pub fn from(&self, start: &str) -> Self {
        Self { start: start.to_owned(), ..self.clone() }
    }

    /// What all of them begin with.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.start
    }

    /// The names, if the patterns let in only these.
    #[must_use]
    pub fn listed(&self) -> Option<Vec<String>> {
        let names: Option<Vec<String>> = self.only.iter().map(|glob| glob.literal().filter(|_| !glob.negated)).collect();
        let names = names.filter(|names| !names.is_empty())?;
        let left = names.into_iter().filter(|name| !lets_in(&self.never, name));
        Some(left.map(|name| format!("{}{name}", self.start)).collect())
    }

    /// Whether one of them may be a text, in whichever case. No two branches are thought to differ in case alone.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return true;
        }
        let Some(name) = without(text, &self.start) else { return false };
        let fits = self.only.is_empty() || lets_in(&self.only, name) || lets_in_any_case(&self.only, name);
        !name.is_empty() && fits && !lets_in(&self.never, name)
    }

    /// Whether they begin with a text, in whichever case, if all or none of them do.
    #[must_use]
    pub fn start_with(&self, text: &str) -> Option<bool> {
        if without(&self.start, text).is_some() {
            return Some(true);
        }
        let rest = if text.is_ascii() { without(text, &self.start) } else { return None };
        let Some(rest) = rest else { return Some(false) };
        // What is taken away again does not say how the rest begins.
        let heads: Vec<(String, bool)> =
            self.only.iter().filter(|glob| !glob.negated).map(|glob| (glob.head(), glob.literal().is_some())).collect();
        let begins = |head: &str| without(head, rest).is_some();
        if heads.is_empty() {
            return None;
        }
        if heads.iter().all(|(head, _)| begins(head)) {
            return Some(true);
        }
        let may = heads.iter().any(|(head, whole)| begins(head) || !whole && without(rest, head).is_some());
        (!may).then_some(false)
    }
}

/// What follows a beginning, in whichever case.
fn without<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    let begins = text.get(..start.len())?.eq_ignore_ascii_case(start);
    begins.then(|| &text[start.len()..])
}

/// The same, whichever case the patterns that let in are written in.
fn lets_in_any_case(globs: &[Glob], name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let taken = globs.iter().any(|glob| glob.negated && glob.matches(name));
    !taken && globs.iter().any(|glob| !glob.negated && glob.lower().matches(&lower))
}
