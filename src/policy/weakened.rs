//! Two versions of a policy held against each other: what the new one lets pass that the old one does not.
//!
//! What is certainly looser is an error. What has changed in a way that cannot be told, such as the code of a rule, is a warning.

use super::direction::{self, Change};
use super::{Allowance, Bounds, Custom, Exception, Level, Mode, Policy, Ruling};
use crate::finding::{Finding, Identity, Severity};
use crate::origin::{Files, Origin};
use crate::pipeline::Retention;
use crate::rule::{self, RULES, Rule};
use crate::source::Node;
use crate::view::Findings;

/// The rule that speaks here.
const RULE: &str = "policy-weakened";

/// What the comparison has found so far.
pub struct Weakened {
    /// Looser for certain.
    certain: Findings,
    /// Changed, nobody knows how.
    unclear: Findings,
}

/// A place in the new policy, and the place in the old one that explains it.
struct Spot<'a> {
    identity: Identity,
    place: Origin,
    was: Option<Origin>,
    key: &'a str,
}

impl Default for Weakened {
    fn default() -> Self {
        let summary = rule::find(RULE).map_or("", |rule| rule.summary);
        Self { certain: Findings::new(RULE, summary, Severity::Error), unclear: Findings::new(RULE, summary, Severity::Warning) }
    }
}

impl Weakened {
    /// Everything found.
    #[must_use]
    pub fn findings(mut self) -> Vec<Finding> {
        self.certain.list.append(&mut self.unclear.list);
        self.certain.list
    }

    /// Says something that is looser for certain.
    pub fn certain(&mut self, identity: Identity, place: Origin, was: Option<Origin>, message: impl Into<String>) {
        Self::say(&mut self.certain, Spot { identity, place, was, key: "" }, message.into());
    }

    /// Says something that has changed, nobody knows how.
    pub fn unclear(&mut self, identity: Identity, place: Origin, was: Option<Origin>, message: impl Into<String>) {
        Self::say(&mut self.unclear, Spot { identity, place, was, key: "" }, message.into());
    }

    fn say(findings: &mut Findings, spot: Spot<'_>, message: String) {
        let said = findings.report(spot.identity, spot.place, message).key(spot.key);
        if let Some(was) = spot.was {
            said.related(was, "it was so here");
        }
    }

    /// Holds a policy against what it was. Where there was none, only what it lets pass counts: its rules add to others.
    pub fn compare(&mut self, was: Option<&Policy>, is: &Policy, files: &Files) {
        if let Some(was) = was {
            self.rules(was, is);
            self.custom(was, is, files);
            self.allowance(was, is);
        }
        for exception in &is.exceptions {
            self.exception(was.map_or(&[], |was| was.exceptions.as_slice()), is, exception);
        }
    }

    fn rules(&mut self, was: &Policy, is: &Policy) {
        for rule in RULES.iter().filter(|rule| rule.check.is_decided()) {
            let (old, new) = (was.rules.get(rule.id), is.rules.get(rule.id));
            let identity = Identity::of(&is.source).part("rules").part(rule.id);
            let place = new.map_or(is.origin, |new| new.origin);
            let spot = |place, was, key| Spot { identity: identity.clone(), place, was, key };
            let level = |policy: &Policy| policy.severity(rule).map_or(Level::Off, Level::On);
            let (before, after) = (level(was), level(is));
            let written = |ruling: Option<&Ruling>| ruling.and_then(|ruling| ruling.severity).map(|level| level.origin);
            if rank(after) < rank(before) {
                let place = written(new).unwrap_or(place);
                Self::say(&mut self.certain, spot(place, written(old), "severity"), severity_message(before, after));
            }
            if after == Level::Off {
                continue;
            }
            let mode = |ruling: Option<&Ruling>| ruling.and_then(|ruling| ruling.mode);
            if mode(new).is_some_and(|mode| mode.value == Mode::Evaluate)
                && mode(old).is_none_or(|mode| mode.value == Mode::Enforce)
            {
                let place = mode(new).map_or(place, |mode| mode.origin);
                let was = mode(old).map(|mode| mode.origin);
                Self::say(&mut self.certain, spot(place, was, "mode"), "the rule is only evaluated, and was enforced".to_owned());
            }
            if before == Level::Off {
                continue;
            }
            let fields = |ruling: Option<&Ruling>| ruling.and_then(|ruling| ruling.settings.clone());
            let (Some(old), Some(new)) = (fields(old), fields(new)) else { continue };
            self.settings(rule, &identity, &old, &new);
        }
    }

    fn settings(&mut self, rule: &Rule, identity: &Identity, old: &Node, new: &Node) {
        for field in old.fields().unwrap_or_default() {
            let after = new.field(&field.name);
            let place = after.map_or(new.origin, |after| after.node.origin);
            // What nobody wrote is nowhere to be seen.
            let was = (field.node.origin != old.origin).then_some(field.node.origin);
            let spot = Spot { identity: identity.clone(), place, was, key: &field.name };
            match direction::compare(rule.loosened_by(&field.name), &field.name, &field.node, after.map(|after| &after.node)) {
                Change::Same | Change::Tighter => {}
                Change::Looser(message) => Self::say(&mut self.certain, spot, message),
                Change::Unclear(message) => Self::say(&mut self.unclear, spot, message),
            }
        }
    }

    fn custom(&mut self, was: &Policy, is: &Policy, files: &Files) {
        for old in &was.custom {
            let identity = Identity::of(&is.source).part("custom").part(&old.id);
            let Some(new) = is.custom.iter().find(|new| new.id == old.id) else {
                if old.severity != Level::Off {
                    self.certain(identity, is.origin, Some(old.key), format!("the rule `{}` is removed", old.id));
                }
                continue;
            };
            if rank(new.severity) < rank(old.severity) {
                let message = severity_message(old.severity, new.severity);
                self.certain(identity.clone(), new.key, Some(old.key), message);
            }
            if (old.mode, new.mode) == (Mode::Enforce, Mode::Evaluate) && new.severity != Level::Off {
                self.certain(identity.clone(), new.key, Some(old.key), "the rule is only evaluated, and was enforced");
            }
            if code(was, old, files) != code(is, new, files) {
                self.unclear(identity, new.key, Some(old.key), format!("what `{}` looks for may have changed", old.id));
            }
        }
    }

    /// An exception that no old one stands for: of the same rule, at the same place or above it, at least as long.
    fn exception(&mut self, old: &[Exception], is: &Policy, new: &Exception) {
        let identity = Identity::of(&is.source).part("exceptions").part(&new.name);
        let within = |old: &Exception| {
            new.identity.strip_prefix(old.identity.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut alike = old.iter().filter(|old| old.rule.value == new.rule.value && within(old));
        let longest = alike.clone().max_by_key(|old| old.expires.value);
        if alike.any(|old| old.expires.value >= new.expires.value) {
            return;
        }
        if let Some(old) = longest {
            let message = format!("the exception holds until {}, and did until {}", new.expires.value, old.expires.value);
            return self.certain(identity, new.expires.origin, Some(old.expires.origin), message);
        }
        let narrower = old.iter().find(|old| old.name == new.name && old.rule.value == new.rule.value);
        match narrower {
            Some(old) => {
                let message = format!("the exception is about `{}`, and was about `{}`", new.identity.value, old.identity.value);
                self.certain(identity, new.identity.origin, Some(old.identity.origin), message);
            }
            None => self.certain(identity, new.key, None, format!("an exception to `{}` is added", new.rule.value)),
        }
    }

    fn allowance(&mut self, was: &Policy, is: &Policy) {
        let identity = Identity::of(&is.source).part("exceptions_allowed");
        let place = |allowance: &Allowance| match allowance {
            Allowance::None(origin) => *origin,
            Allowance::Within(bounds) => bounds.origin,
        };
        match (&was.exceptions_allowed, &is.exceptions_allowed) {
            (None, None | Some(Allowance::None(_))) | (Some(_), Some(Allowance::None(_))) => {}
            (Some(old), None) => {
                self.certain(identity, is.origin, Some(place(old)), "what a repository may except is no longer bounded");
            }
            (None, Some(new)) => {
                let message = "exceptions of the repository hold for this policy too, and did not";
                self.certain(identity, place(new), None, message);
            }
            (Some(old @ Allowance::None(_)), Some(new)) => {
                self.certain(identity, place(new), Some(place(old)), "a repository may make exceptions, and might make none");
            }
            (Some(Allowance::Within(old)), Some(Allowance::Within(new))) => self.bounds(&identity, old, new),
        }
    }

    fn bounds(&mut self, identity: &Identity, old: &Bounds, new: &Bounds) {
        for (name, old_list, new_list) in [("rules", &old.rules, &new.rules), ("owners", &old.owners, &new.owners)] {
            let Some(old_list) = old_list else { continue };
            let identity = identity.part(name);
            let Some(new_list) = new_list else {
                self.certain(identity, new.origin, Some(old.origin), format!("`{name}` is no longer bounded"));
                continue;
            };
            for item in new_list.iter().filter(|item| old_list.iter().all(|old| old.value != item.value)) {
                self.certain(identity.clone(), item.origin, Some(old.origin), format!("`{name}` has `{}` too", item.value));
            }
        }
        let days = |bounds: &Bounds| bounds.longest.map_or(u32::MAX, |longest| longest.value.days);
        if days(new) > days(old) {
            let shown =
                |longest: Option<Retention>| longest.map_or_else(|| "without end".to_owned(), |longest| longest.to_string());
            let message = format!(
                "an exception may hold {}, and might hold {}",
                shown(new.longest.map(|longest| longest.value)),
                shown(old.longest.map(|longest| longest.value))
            );
            let place = new.longest.map_or(new.origin, |longest| longest.origin);
            self.certain(identity.part("longest"), place, old.longest.map(|longest| longest.origin), message);
        }
    }
}

/// Greater is stricter.
const fn rank(level: Level) -> u8 {
    match level {
        Level::Off => 0,
        Level::On(Severity::Note) => 1,
        Level::On(Severity::Warning) => 2,
        Level::On(Severity::Error) => 3,
    }
}

fn severity_message(before: Level, after: Level) -> String {
    let word = |level| match level {
        Level::Off => "off",
        Level::On(severity) => severity.word(),
    };
    match after {
        Level::Off => format!("the rule is turned off, and was at {}", word(before)),
        Level::On(_) => format!("the severity is {}, and was {}", word(after), word(before)),
    }
}

/// The text that decides what a custom rule looks for, as far as it stands in the file the rule is written in: the whole of a
/// file of its own; within the policy's file the rule, and what stands before the policy's record.
fn code<'a>(policy: &Policy, rule: &Custom, files: &'a Files) -> (&'a str, &'a str) {
    let text = files.text(rule.origin.file);
    if rule.origin.file != policy.origin.file {
        return (text, "");
    }
    let before = text.get(..policy.origin.start as usize).unwrap_or_default();
    (before, text.get(rule.origin.range()).unwrap_or_default())
}
