//! What the contexts of a run hold at a moment. Read 2026-11 from GitHub's documentation of contexts and of events.

use github_actions_expressions::Evaluation;

use super::{CALL, HEADS, Moment, TAGS};
use crate::pipeline::deduce::{Facts, Names, Possible, Shape};
use crate::pipeline::trigger::event::Ref;
use crate::pipeline::trigger::{Event, InputKind};

/// The activities of a pull request that start a run if nothing is said of them.
const BY_DEFAULT: &[&str] = &["opened", "synchronize", "reopened"];

impl Facts for Moment<'_> {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        match path {
            ["matrix", ..] => self.matrix?.look(path),
            ["inputs", name] => self.input(name, false),
            ["inputs", _, ..] => None,
            ["github", "event", "inputs", name] => self.input(name, true),
            ["github", "event_name"] => Some(Possible::one(match self.event {
                // A call has the event of its caller.
                None => Shape::Any(Some(true), vec![CALL.to_owned()]),
                Some(Event::PullRequestComment) => return None,
                Some(event) => Shape::text(event.name()),
            })),
            ["github", "ref"] => Some(Possible::one(self.full.clone())),
            ["github", "ref_name"] => Some(Possible::one(self.short())),
            ["github", "ref_type"] => {
                let word = match self.reference {
                    Ref::Tag => "tag",
                    Ref::Branch | Ref::Default | Ref::Queue | Ref::Pull => "branch",
                    Ref::Pushed | Ref::Unknown => return None,
                };
                Some(Possible::one(Shape::text(word)))
            }
            ["github", "base_ref"] => self.proposed(|moment| {
                let filter = moment.on.and_then(|on| on.filter(moment.event?));
                let names = filter.map_or_else(Names::default, |filter| {
                    let only = filter.branches.iter().map(|name| name.as_str());
                    Names::default().held(only, filter.branches_ignore.iter().map(|name| name.as_str()))
                });
                match names.listed() {
                    Some(listed) => listed.iter().map(|name| Shape::text(name)).collect(),
                    None => Possible::one(Shape::Like(names, Vec::new())),
                }
            }),
            ["github", "head_ref"] => self.proposed(|_| Possible::one(Shape::Like(Names::default(), Vec::new()))),
            ["github", "event", "action"] => self.activity(),
            ["github", "event", "pull_request", rest @ ..] => match self.event? {
                event if event.has_pull_request() => rest.is_empty().then(|| Possible::one(Shape::Any(Some(true), Vec::new()))),
                event if is_about_no_pull_request(event) => Some(Possible::nothing()),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Moment<'_> {
    /// `github.ref_name`.
    fn short(&self) -> Shape {
        let without =
            |full: &str| [HEADS, TAGS, "refs/pull/"].iter().find_map(|start| full.strip_prefix(start)).map(str::to_owned);
        match &self.full {
            Shape::This(Evaluation::String(full)) => without(full).map_or_else(Shape::anything, |name| Shape::text(&name)),
            Shape::Like(names, not) => {
                let not = not.iter().filter_map(|full| without(full)).collect();
                without(names.start()).map_or_else(Shape::anything, |start| Shape::Like(names.from(&start), not))
            }
            _ => Shape::Any(Some(true), Vec::new()),
        }
    }

    /// What only a pull request has; where there is none, an empty text.
    fn proposed(&self, of: impl FnOnce(&Self) -> Possible) -> Option<Possible> {
        match self.event? {
            Event::PullRequest | Event::PullRequestTarget => Some(of(self)),
            event if is_about_no_pull_request(event) && event != Event::MergeGroup => Some(Possible::one(Shape::text(""))),
            _ => None,
        }
    }

    /// `github.event.action`.
    fn activity(&self) -> Option<Possible> {
        let event = self.event?;
        if matches!(event, Event::Push | Event::Schedule | Event::Manual | Event::Create | Event::Delete) {
            return Some(Possible::nothing());
        }
        let filter = self.on?.filter(event)?;
        let told: Vec<&str> = filter.types.iter().map(|activity| activity.value.as_str()).collect();
        let known: &[&str] = match event {
            _ if !told.is_empty() => &told,
            Event::PullRequest | Event::PullRequestTarget => BY_DEFAULT,
            _ => return None,
        };
        Some(known.iter().map(|activity| Shape::text(activity)).collect())
    }

    /// What whoever started the run said; `raw` is what the event holds, where all is text.
    fn input(&self, name: &str, raw: bool) -> Option<Possible> {
        let on = self.on?;
        match self.event {
            Some(Event::Manual) => {}
            // A call has inputs of its own, and its caller's event.
            None if !raw => {}
            None | Some(_) => return self.event.map(|_| Possible::nothing()),
        }
        let declared = |inputs: &indexmap::IndexMap<String, crate::pipeline::trigger::Input>| {
            inputs.iter().find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, input)| input.clone())
        };
        let input = match self.event {
            Some(_) => on.manual.as_ref().and_then(|manual| declared(&manual.inputs)),
            None => on.call.as_ref().and_then(|call| declared(&call.inputs)),
        }?;
        match &input.kind.value {
            InputKind::Flag if raw => Some(["true", "false", ""].into_iter().map(Shape::text).collect()),
            InputKind::Flag => Some([true, false].into_iter().map(Shape::flag).collect()),
            InputKind::Choice(options) => {
                let options = options.iter().map(|option| Shape::text(option));
                Some(options.chain([Shape::text(""), Shape::This(Evaluation::Null)]).collect())
            }
            InputKind::Text | InputKind::Number | InputKind::Environment => None,
        }
    }
}

/// Whether what an event tells of has no field `pull_request`.
const fn is_about_no_pull_request(event: Event) -> bool {
    matches!(
        event,
        Event::Push
            | Event::MergeGroup
            | Event::Release
            | Event::Schedule
            | Event::Manual
            | Event::Create
            | Event::Delete
            | Event::Fork
            | Event::IssueComment
            | Event::Issues
            | Event::Watch
            | Event::WorkflowRun
    )
}
