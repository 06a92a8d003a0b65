//! The moments at which a pipeline starts: an event, and what `github.ref` is then. What holds at each is worked out from the
//! conditions; what cannot be known before a run is not guessed.

mod facts;

use github_actions_expressions::SpannedExpr;

use super::Job;
use super::condition::{Condition, branch_start};
use super::deduce::{self, Names, Shape};
use super::matrix::Matrix;
use super::project::Project;
use super::trigger::event::Ref;
use super::trigger::{CALL, Event, Filter, Triggers};
use super::words::Words;
use crate::origin::At;

/// What the full names of branches, tags and the merges of pull requests begin with, and of the merge queue's own branches.
const HEADS: &str = "refs/heads/";
const TAGS: &str = "refs/tags/";
const PULLS: &str = "refs/pull/";
const QUEUE: &str = "refs/heads/gh-readonly-queue/";

/// How many branches a filter may list for each of them to be a moment of its own.
const LISTED: usize = 16;

/// An event, and where a run that it starts is.
#[derive(Clone, Debug)]
pub struct Moment<'a> {
    /// What starts the run; nothing of a run that may be anybody's, as a called pipeline's is.
    event: Option<Event>,
    reference: Ref,
    /// `github.ref`.
    full: Shape,
    /// Where more is known of the event.
    on: Option<&'a Triggers>,
    default_branch: Option<&'a str>,
    /// The legs of the job that is looked at.
    matrix: Option<&'a Matrix>,
}

impl<'a> Moment<'a> {
    /// An event, whatever narrows it down.
    #[must_use]
    pub fn of(event: Event) -> Self {
        Self::at(event, event.reference(), None)
    }

    /// A call: what started the run is the caller's affair.
    #[must_use]
    pub fn called(on: &'a Triggers) -> Self {
        let full = Shape::Any(Some(true), Vec::new());
        Self { event: None, reference: Ref::Unknown, full, on: Some(on), default_branch: None, matrix: None }
    }

    fn at(event: Event, reference: Ref, on: Option<&'a Triggers>) -> Self {
        let full = match reference {
            Ref::Branch | Ref::Default => Shape::Like(Names::after(HEADS), Vec::new()),
            Ref::Tag => Shape::Like(Names::after(TAGS), Vec::new()),
            Ref::Pull => Shape::Like(Names::after(PULLS), Vec::new()),
            Ref::Queue => Shape::Like(Names::after(QUEUE), Vec::new()),
            Ref::Pushed | Ref::Unknown => Shape::Any(Some(true), Vec::new()),
        };
        Self { event: Some(event), reference, full, on, default_branch: None, matrix: None }
    }

    /// Every moment at which triggers start a run of their own.
    #[must_use]
    pub fn all(on: &'a Triggers, project: &'a Project) -> Vec<Self> {
        on.events().into_iter().flat_map(|event| Self::all_of(event, on, project)).collect()
    }

    fn all_of(event: Event, on: &'a Triggers, project: &'a Project) -> Vec<Self> {
        let filter = on.filter(event).map(|filter| &filter.value);
        let default_branch = Some(project.default_branch.value.as_str());
        let at = |reference| Self { default_branch, ..Self::at(event, reference, Some(on)) };
        match event.reference() {
            Ref::Pushed if event == Event::Push => {
                let (branches, tags) = filter.map_or((true, true), pushed);
                let mut all = Vec::new();
                if branches {
                    all.extend(at(Ref::Branch).each(HEADS, filter, |filter| [&filter.branches, &filter.branches_ignore]));
                }
                if tags {
                    all.extend(at(Ref::Tag).each(TAGS, filter, |filter| [&filter.tags, &filter.tags_ignore]));
                }
                all
            }
            Ref::Pushed => vec![at(Ref::Branch), at(Ref::Tag)],
            Ref::Default => {
                let declared = project.default_branch.origin != project.origin;
                let full = Shape::text(&format!("{HEADS}{}", project.default_branch.value));
                let here = at(Ref::Default);
                vec![if declared { Self { full, ..here } } else { here }]
            }
            // A pull request that was merged tells of the branch it went to.
            Ref::Pull if may_be_merged(event, filter) => {
                let mut all = at(Ref::Branch).each(HEADS, filter, |filter| [&filter.branches, &filter.branches_ignore]);
                all.push(at(Ref::Pull));
                all
            }
            reference => vec![at(reference)],
        }
    }

    /// The same with what patterns say of its reference: for each name that they list, if they list all.
    fn each<'f>(self, start: &str, filter: Option<&'f Filter>, lists: fn(&'f Filter) -> [&'f [At<String>]; 2]) -> Vec<Self> {
        let Some([only, never]) = filter.map(lists) else { return vec![self] };
        let text = |text: &'f At<String>| text.value.as_str();
        let names = Names::after(start).held(only.iter().map(text), never.iter().map(text));
        match names.listed().filter(|listed| listed.len() <= LISTED) {
            Some(listed) => listed.iter().map(|full| Self { full: Shape::text(full), ..self.clone() }).collect(),
            None => vec![Self { full: Shape::Like(names, Vec::new()), ..self }],
        }
    }

    /// The same in a job, whose matrix says more.
    #[must_use]
    pub fn within(&self, job: &'a Job) -> Self {
        Self { matrix: job.matrix.as_deref(), ..self.clone() }
    }

    /// What starts the run, if that is known.
    #[must_use]
    pub const fn event(&self) -> Option<Event> {
        self.event
    }

    /// Whether the run may be at the default branch.
    #[must_use]
    pub fn may_be_at_default(&self) -> bool {
        self.default_branch.map_or_else(|| !self.off_branches(), |branch| self.may_be(branch, false))
    }

    /// Whether a condition holds; nothing if that depends on what is only known when it runs.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Event(events) => {
                let event = self.event?;
                Some(events.iter().any(|one| one.value == event))
            }
            Condition::Label(_) if !self.event?.has_pull_request() => Some(false),
            Condition::Tag => match self.reference {
                Ref::Tag => Some(true),
                Ref::Pushed | Ref::Unknown => None,
                Ref::Default | Ref::Branch | Ref::Pull | Ref::Queue => Some(false),
            },
            Condition::DefaultBranch => {
                if self.may_be_at_default() {
                    None
                } else {
                    Some(false)
                }
            }
            Condition::Branch(branches) => {
                // Of a pattern that no condition can match, another rule speaks.
                let may = |pattern: &str| branch_start(pattern).is_none_or(|(start, more)| self.may_be(start, more));
                if branches.iter().any(|branch| may(branch)) { None } else { Some(false) }
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
            Condition::Raw(spoken) => self.holds_in_words(spoken.github.as_ref()?),
            _ => None,
        }
    }

    /// Whether the one expression that words are holds.
    fn holds_in_words(&self, words: &Words) -> Option<bool> {
        match words.expressions().as_slice() {
            [expression] if words.is_one_expression() => self.truth(expression),
            _ => None,
        }
    }

    /// Whether an expression counts as true; nothing if that depends on what is only known when it runs.
    #[must_use]
    pub fn truth(&self, expression: &SpannedExpr<'_>) -> Option<bool> {
        let mut answers = self.split(expression).into_iter().map(|moment| deduce::truth(expression, &moment));
        let first = answers.next()??;
        answers.all(|answer| answer == Some(first)).then_some(first)
    }

    /// The same moment, each reference that an expression asks for a moment of its own: `github.ref` and `github.ref_name` are then
    /// known together.
    fn split(&self, expression: &SpannedExpr<'_>) -> Vec<Self> {
        let Shape::Like(names, not) = &self.full else { return vec![self.clone()] };
        let mut asked: Vec<String> = Vec::new();
        for (path, texts) in deduce::compared(expression) {
            match path.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["github", "ref"] => asked.extend(texts),
                ["github", "ref_name"] => {
                    let kind = [HEADS, TAGS, PULLS].into_iter().find(|kind| names.start().starts_with(kind)).unwrap_or_default();
                    asked.extend(texts.iter().map(|text| format!("{kind}{text}")));
                }
                _ => {}
            }
        }
        asked.retain(|full| self.full.may_be(full));
        asked.truncate(LISTED);
        let known = asked.iter().map(|full| Self { full: Shape::text(full), ..self.clone() });
        let other = Self { full: Shape::Like(names.clone(), not.iter().chain(&asked).cloned().collect()), ..self.clone() };
        known.chain([other]).collect()
    }

    /// Whether the run is on no branch for certain.
    const fn off_branches(&self) -> bool {
        matches!(self.reference, Ref::Tag | Ref::Pull)
    }

    /// Whether the run may be on a branch of that name, or of a name that begins so.
    fn may_be(&self, start: &str, beginning: bool) -> bool {
        let start = format!("{HEADS}{start}");
        match &self.full {
            Shape::This(full) => {
                let (full, start) = (full.sema().to_string().to_ascii_lowercase(), start.to_ascii_lowercase());
                if beginning { full.starts_with(&start) } else { full == start }
            }
            Shape::Like(names, _) if beginning => names.start_with(&start) != Some(false),
            full => full.may_be(&start),
        }
    }
}

/// Whether branches and tags start a run when they are pushed: a filter for the one alone leaves the other out.
const fn pushed(push: &Filter) -> (bool, bool) {
    let branches = !push.branches.is_empty() || !push.branches_ignore.is_empty();
    let tags = !push.tags.is_empty() || !push.tags_ignore.is_empty();
    (branches || !tags, tags || !branches)
}

/// What happens to pull requests that are open, and to no others. Without a word about activities, the first three start a run.
const OPEN: &[&str] = &["opened", "synchronize", "reopened", "ready_for_review", "converted_to_draft", "enqueued"];

/// Whether an event may tell of a pull request that was merged.
fn may_be_merged(event: Event, filter: Option<&Filter>) -> bool {
    event != Event::PullRequest
        || filter.is_some_and(|filter| filter.types.iter().any(|activity| !OPEN.contains(&activity.value.as_str())))
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
