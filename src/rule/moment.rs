//! The moments at which a pipeline starts: an event, and what `github.ref` is then. What holds at each is worked out from the
//! conditions; what cannot be known before a run is not guessed.

use crate::pipeline::condition::{Condition, branch_start};
use crate::pipeline::glob::{Glob, Subject, lets_in};
use crate::pipeline::trigger::event::Ref;
use crate::pipeline::trigger::{Event, Filter, Triggers};

/// The branches of the merge queue are all below this.
const QUEUE: &str = "gh-readonly-queue/";

/// An event, and where a run that it starts is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment<'a> {
    pub(super) event: Event,
    reference: Ref,
    /// What narrows the branches of a push.
    filter: Option<&'a Filter>,
    default_branch: Option<&'a str>,
}

impl<'a> Moment<'a> {
    /// An event, whatever narrows it down.
    pub(super) const fn of(event: Event) -> Self {
        Self { event, reference: event.reference(), filter: None, default_branch: None }
    }

    /// Every moment at which triggers start a run.
    pub(super) fn all(on: &'a Triggers, default_branch: &'a str) -> Vec<Self> {
        let at = |event, reference| {
            let filter = if event == Event::Push { on.push.as_deref() } else { None };
            Self { event, reference, filter, default_branch: Some(default_branch) }
        };
        let mut moments = Vec::new();
        for event in on.events() {
            let (branches, tags) = if event == Event::Push { pushed(on) } else { (true, true) };
            match event.reference() {
                Ref::Pushed => {
                    moments.extend(branches.then(|| at(event, Ref::Branch)));
                    moments.extend(tags.then(|| at(event, Ref::Tag)));
                }
                reference => moments.push(at(event, reference)),
            }
        }
        moments
    }

    /// Whether a condition holds; nothing if that depends on what is only known when it runs.
    pub(super) fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Event(events) => Some(events.iter().any(|one| one.value == self.event)),
            Condition::Label(_) if !self.event.has_pull_request() => Some(false),
            Condition::Tag => match self.reference {
                Ref::Tag => Some(true),
                Ref::Pushed | Ref::Unknown => None,
                Ref::Default | Ref::Branch | Ref::Pull | Ref::Queue => Some(false),
            },
            Condition::DefaultBranch => {
                let may = self.default_branch.is_none_or(|branch| self.may_be(branch, false)) && !self.off_branches();
                if may { None } else { Some(false) }
            }
            Condition::Branch(branches) => {
                // Of a pattern that no condition can match, another rule speaks.
                let may = |pattern: &str| branch_start(pattern).is_none_or(|(start, more)| self.may_be(start, more));
                if self.off_branches() || !branches.iter().any(|branch| may(branch)) { Some(false) } else { None }
            }
            Condition::Not(inner) => self.holds(inner).map(|held| !held),
            Condition::All(inner) => {
                let held: Vec<Option<bool>> = inner.iter().map(|condition| self.holds(condition)).collect();
                joined(&held, false)
            }
            Condition::Any(inner) => {
                let held: Vec<Option<bool>> = inner.iter().map(|condition| self.holds(condition)).collect();
                joined(&held, true)
            }
            _ => None,
        }
    }

    /// Whether the run is on no branch for certain.
    const fn off_branches(&self) -> bool {
        matches!(self.reference, Ref::Tag | Ref::Pull)
    }

    /// Whether the run may be on a branch of that name, or of a name that begins so.
    fn may_be(&self, start: &str, beginning: bool) -> bool {
        if self.reference == Ref::Queue {
            return start.starts_with(QUEUE) || beginning && QUEUE.starts_with(start);
        }
        let Some(filter) = self.filter else { return true };
        let globs = |texts: &[crate::origin::At<String>]| -> Option<Vec<Glob>> {
            texts.iter().map(|text| Glob::parse(text, Subject::Name).ok()).collect()
        };
        let (Some(only), Some(never)) = (globs(&filter.branches), globs(&filter.branches_ignore)) else { return true };
        if !beginning {
            return (only.is_empty() || lets_in(&only, start)) && !lets_in(&never, start);
        }
        // Names that begin so are many: only a list of whole names says for certain that none of them is meant.
        let whole: Option<Vec<String>> = only.iter().map(Glob::literal).collect();
        only.is_empty() || whole.is_none_or(|names| names.iter().any(|name| name.starts_with(start)))
    }
}

/// Whether branches and tags start a run when they are pushed: a filter for the one alone leaves the other out.
fn pushed(on: &Triggers) -> (bool, bool) {
    let Some(push) = &on.push else { return (true, true) };
    let branches = !push.branches.is_empty() || !push.branches_ignore.is_empty();
    let tags = !push.tags.is_empty() || !push.tags_ignore.is_empty();
    (branches || !tags, tags || !branches)
}

/// What is decided as soon as one is `decisive`, and not before all are known otherwise.
fn joined(held: &[Option<bool>], decisive: bool) -> Option<bool> {
    if held.contains(&Some(decisive)) {
        Some(decisive)
    } else if held.contains(&None) {
        None
    } else {
        Some(!decisive)
    }
}
