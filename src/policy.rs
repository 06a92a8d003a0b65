//! JUDGE: what an organisation decides, and the project held against it.

mod date;
mod direction;
mod exception;
mod facts;
mod judge;
mod read;
mod weakened;

pub use date::Date;
pub use exception::{Allowance, Bounds, Exception, Forbidden};
pub use judge::{Layered, cover, judge, of_exceptions};
pub use weakened::Weakened;

use indexmap::IndexMap;

use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::rule::{RULES, Rule};
use crate::source::Node;
use crate::view::Settings;

/// Whose decisions a policy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The organisation's, for many repositories.
    Organisation,
    /// The repository's own.
    Repository,
}

/// One policy file, evaluated.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Whose it is.
    pub layer: Layer,
    /// The whole of it.
    pub origin: Origin,
    /// The file, from the project's root.
    pub source: String,
    /// What it says of built-in rules, by id; every rule is here, with its defaults where nothing is said.
    pub rules: IndexMap<String, Ruling, foldhash::fast::RandomState>,
    /// Its own rules.
    pub custom: Vec<Custom>,
    /// What it lets pass.
    pub exceptions: Vec<Exception>,
    /// What it says of the exceptions that a repository makes.
    pub exceptions_allowed: Option<Allowance>,
}

impl Policy {
    /// The severity of a rule under this policy; none if the policy turns it off.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        match self.rules.get(rule.id).and_then(|ruling| ruling.severity) {
            Some(At { value: Level::Off, .. }) => None,
            Some(At { value: Level::On(severity), .. }) => Some(severity),
            None => Some(rule.severity),
        }
    }

    /// Whether anybody has written anything of a rule here.
    #[must_use]
    pub fn speaks_of(&self, rule: &Rule) -> bool {
        let is_written = |settings: &Node| {
            let fields = settings.fields().unwrap_or_default();
            fields.iter().any(|field| self.settings(rule.id).written(&field.name).is_some())
        };
        self.rules.get(rule.id).is_some_and(|Ruling { severity, mode, settings, .. }| {
            severity.is_some() || mode.is_some() || settings.as_ref().is_some_and(is_written)
        })
    }

    /// Turns rules off.
    pub fn silence(&mut self, which: impl Fn(&Rule) -> bool) {
        for rule in RULES.iter().filter(|rule| which(rule)) {
            let nothing = Ruling { origin: self.origin, severity: None, mode: None, settings: None };
            let ruling = self.rules.entry(rule.id.to_owned()).or_insert(nothing);
            ruling.severity = Some(At::new(Level::Off, self.origin));
        }
    }

    /// What this policy sets for a rule, by its id.
    #[must_use]
    pub fn settings(&self, id: &str) -> Settings<'_> {
        Settings::new(self.rules.get(id).and_then(|ruling| ruling.settings.as_ref()))
    }
}

/// What a policy says of one rule.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The whole of it.
    pub origin: Origin,
    /// Another severity than the rule's own.
    pub severity: Option<At<Level>>,
    /// Whether the rule fails the gate.
    pub mode: Option<At<Mode>>,
    /// The rule's settings.
    pub settings: Option<Node>,
}

/// What a rule's findings do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They fail the gate, if their severity does.
    #[default]
    Enforce,
    /// They are shown and fail nothing: the rule is being tried out.
    Evaluate,
}

/// A severity a policy may give, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule is not run.
    Off,
    /// The rule's findings have this severity.
    On(Severity),
}

/// A rule of the organisation's own, written in Nickel.
#[derive(Clone, Debug)]
pub struct Custom {
    /// Its id: the field's name.
    pub id: String,
    /// Where its name stands.
    pub key: Origin,
    /// The whole of it, in whatever file.
    pub origin: Origin,
    /// What is wrong where it fires.
    pub summary: String,
    /// Why that matters.
    pub why: String,
    /// How bad it is.
    pub severity: Level,
    /// Whether it fails the gate.
    pub mode: Mode,
    /// What must and must not make it fire: `good` and `bad`, each a list of pipelines as data.
    pub examples: Option<Node>,
}
