//! `concurrency-cancels-other-event`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::given::Given;
use crate::pipeline::moment::Moment;
use crate::pipeline::surroundings::{Concurrency, Group};
use crate::pipeline::trigger::Event;
use crate::pipeline::trigger::event::Ref;
use crate::pipeline::value::{Known, Part, Reference};
use crate::pipeline::{Job, Pipeline, Words};

pub(super) static RULE: Rule = Rule {
    id: "concurrency-cancels-other-event",
    summary: "a run is cancelled by one that does not do its work",
    why: "At the clock, a comment, an issue or a start by hand, a run is at the default branch, as a push to it is, so that all of \
          them share a group that is named by the branch. With `cancel`, what somebody writes into an issue ends the run of the \
          last push, and a job that only runs at pushes is not made up for by anything. The event in the name of the group keeps \
          them apart.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ on = { push.branches = ["main"], schedule = [{ cron = "7 3 * * *" }] }, concurrency = { group = 'PerRef, cancel = true }, jobs.test.when = 'Event ['Push] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on = { push = {}, manual = {} }, concurrency = { group = 'Named ["ci-", 'Branch], cancel = true }, jobs.test.when = 'Raw { github = "github.event_name == 'workflow_dispatch'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ on.push = {}, github.on.issues = {}, github.concurrency = { group = "ci-${{ github.workflow }}-${{ github.head_ref || github.ref }}", cancel-in-progress = "${{ github.event_name != 'pull_request' }}" }, jobs.test.when = 'Event ['Push] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main"], schedule = [{ cron = "7 3 * * *" }] }, concurrency = { group = 'PerRef, cancel = true } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main"], schedule = [{ cron = "7 3 * * *" }] }, concurrency = { group = 'PerRef, cancel = false }, jobs.test.when = 'Event ['Push] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.branches = ["main"], schedule = [{ cron = "7 3 * * *" }] }, concurrency = { group = 'Named ["ci-", 'Ref, "-", 'Event], cancel = true }, jobs.test.when = 'Event ['Push] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push.tags = ["v*"], schedule = [{ cron = "7 3 * * *" }] }, concurrency = { group = 'PerRef, cancel = true }, jobs.test.when = 'Event ['Push] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {}, pull_request = {} }, concurrency = { group = 'PerRef, cancel = true }, jobs.test.when = 'Event ['Push] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        let Some(concurrency) = pipeline.concurrency.as_ref().filter(|concurrency| is_shared(concurrency)) else { continue };
        let moments: Vec<Moment<'_>> =
            Moment::all(&pipeline.on, scope.project).into_iter().filter(|moment| is_at_default(moment)).collect();
        let events: Vec<Event> = pipeline.on.events();
        let pairs = events.iter().flat_map(|lost| events.iter().filter(move |new| *new != lost).map(move |new| (*lost, *new)));
        for (lost, new) in pairs {
            let of = |event: Event| moments.iter().filter(move |moment| moment.event() == Some(event)).collect::<Vec<_>>();
            let (before, after) = (of(lost), of(new));
            let cancelled = !before.is_empty() && after.iter().any(|moment| cancels(concurrency, moment));
            if let Some(job) = pipeline.jobs.values().find(|job| cancelled && only(job, &before, &after)) {
                report(pipeline, concurrency, (lost, new), job, findings);
                break;
            }
        }
    }
}

fn report(pipeline: &Pipeline, concurrency: &At<Concurrency>, (lost, new): (Event, Event), job: &Job, findings: &mut Findings) {
    let message = format!(
        "`{}` at the default branch cancels a run of `{}`, and does not run `{}` itself",
        new.name(),
        lost.name(),
        job.id
    );
    let said = findings.report(pipeline.identity(), concurrency.cancel.origin, message);
    let said = match &job.when {
        Some(when) => said.related(when.origin, "when it runs"),
        None => said,
    };
    said.related(concurrency.group.origin, "the group of both").mend(
        "put the event into the name of the group: group = 'Named [\"ci-\", 'Ref, \"-\", 'Event]",
        "put the event into the name of the group: ${{ github.ref }}-${{ github.event_name }}",
    );
}

/// Whether a run is at the default branch, or may be, and belongs to no pull request.
fn is_at_default(moment: &Moment<'_>) -> bool {
    let beside = |event: Event| matches!(event, Event::Push | Event::Manual) || event.reference() == Ref::Default;
    moment.event().is_some_and(beside) && moment.may_be_at_default()
}

/// Whether a job may run at some moments, and does not at others.
fn only(job: &Job, before: &[&Moment<'_>], after: &[&Moment<'_>]) -> bool {
    let Some(when) = &job.when else { return false };
    let may = |moments: &[&Moment<'_>]| moments.iter().any(|moment| moment.holds(when) != Some(false));
    may(before) && !may(after)
}

/// Whether a run that starts at a moment cancels the one before.
fn cancels(concurrency: &Concurrency, moment: &Moment<'_>) -> bool {
    match &concurrency.cancel.value {
        Given::Now(flag) => *flag,
        Given::Later(value) => value.references().any(|part| match part.value {
            Reference::Raw(words) => words.expressions().iter().all(|asked| moment.truth(asked) == Some(true)),
            _ => false,
        }),
    }
}

/// Whether all events at one branch are of the group.
fn is_shared(concurrency: &Concurrency) -> bool {
    match &concurrency.group.value {
        Group::PerRef | Group::PerPipeline => true,
        Group::Named(name) => name.parts.iter().all(|part| match &part.value {
            Part::Reference(Reference::Known(known)) => {
                matches!(known, Known::Branch | Known::Ref | Known::Repository | Known::Owner)
            }
            Part::Reference(Reference::Raw(words)) => is_same_at_each(words),
            Part::Reference(_) | Part::When(_) => false,
            Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        }),
    }
}

/// Whether words come out the same for all that happens at one branch.
fn is_same_at_each(words: &Words) -> bool {
    let same = |path: &Vec<String>| {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        matches!(
            names.as_slice(),
            ["github", "workflow" | "ref" | "ref_name" | "ref_type" | "repository" | "head_ref" | "base_ref"]
        )
    };
    words.functions().is_empty() && words.paths().iter().all(same)
}
