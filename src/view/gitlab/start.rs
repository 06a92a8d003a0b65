//! Which jobs of the project are part of a pipeline that GitLab starts so, as far as it is known.

use super::{Said, said};
use crate::pipeline::gitlab::Tree;
pub(crate) use crate::pipeline::gitlab::start::{On, Outcome, Start, rules};
use crate::pipeline::trigger::{Event, Filter};
use crate::pipeline::{Job, Pipeline, Project};
use crate::view::scope::may_run;

/// The event of the model that a start is, and whether it starts a pipeline for certain: nothing if it does not.
fn asks(start: Start, pipeline: &Pipeline) -> Option<(Event, bool)> {
    let on = &pipeline.on;
    match (start.source, start.on) {
        (_, On::Request) if on.pull_request.is_some() => Some((Event::PullRequest, true)),
        (_, On::Request) => on.merge_group.as_ref().map(|_| (Event::MergeGroup, false)),
        // Which of two starts covers a merge request is decided where both are written, so that there is but one.
        _ if start == Start::BRANCH && on.pull_request.is_some() => None,
        _ if start == Start::BRANCH => Some((Event::Push, takes_any(on.push.as_ref()?)?)),
        ("push", On::Tag) if on.push.is_none() => on.release.as_ref().map(|_| (Event::Release, false)),
        ("push", _) => on.push.as_ref().map(|_| (Event::Push, false)),
        ("schedule", _) => (!on.schedule.is_empty()).then_some((Event::Schedule, false)),
        ("web" | "api", _) => on.manual.as_ref().map(|_| (Event::Manual, false)),
        _ => None,
    }
}

/// What the triggers of a pipeline and the condition of a job come to, if that is all there is to it.
fn by_triggers(start: Start, pipeline: &Pipeline, job: &Job) -> Outcome<'static> {
    match (asks(start, pipeline), &job.when) {
        (None, _) => Outcome::Never,
        (Some((_, true)), None) => Outcome::Runs("on_success"),
        (Some((event, _)), when) if may_run(when.as_ref(), event) => Outcome::Unknown,
        _ => Outcome::Never,
    }
}

/// Whether a push to a branch of any name counts; nothing if none does but those that are listed.
fn takes_any(push: &Filter) -> Option<bool> {
    if push.branches.is_empty() {
        return (push.tags.is_empty() || !push.branches_ignore.is_empty())
            .then_some(push.branches_ignore.is_empty() && push.paths.is_empty());
    }
    push.branches
        .iter()
        .any(|branch| branch.contains('*'))
        .then(|| push.branches.iter().any(|branch| branch.value == "**") && push.paths.is_empty())
}

/// The rules by which a job runs: in what is written by hand those of a template count, too.
pub(crate) fn decisive<'a>(project: &Project, pipeline: &'a Pipeline, job: &'a Job) -> Option<&'a Tree> {
    rules(pipeline, job).or_else(|| job.on_gitlab.word("rules").filter(|_| !project.declares))
}

/// What becomes of a job without rules in a file of GitLab's: branches and tags start it, or what `only` says.
fn by_file(start: Start, project: &Project, job: &Job) -> Outcome<'static> {
    /// What `only` names is one of the model's two starts, or none of them.
    const NAMED: &[(&str, Start)] =
        &[("branches", Start::BRANCH), ("pushes", Start::BRANCH), ("merge_requests", Start::MERGE_REQUEST)];
    let words = &job.on_gitlab;
    let (only, except) = (words.word("only"), words.word("except"));
    if words.is_open || except.is_some() {
        return Outcome::Unknown;
    }
    let Some(only) = only else {
        let runs = workflow(project).is_some() || start.on != On::Request;
        return if runs { Outcome::Runs("on_success") } else { Outcome::Never };
    };
    let refs = if only.entries().next().is_none() { only } else { only.get("refs").unwrap_or(only) };
    let mut names = refs.items().iter().map(|name| name.text().unwrap_or_default());
    let narrowed = only.entries().any(|(name, _)| name != "refs");
    if !narrowed && names.clone().any(|name| NAMED.contains(&(name, start))) {
        return Outcome::Runs("on_success");
    }
    let other = start == Start::BRANCH || narrowed;
    let known = names.all(|name| NAMED.iter().any(|(known, _)| name == *known) || matches!(name, "tags" | "schedules" | "web"));
    if known && !narrowed || !other { Outcome::Never } else { Outcome::Unknown }
}

/// What becomes of a job then, whoever decides.
pub(crate) fn of<'a>(start: Start, project: &'a Project, pipeline: &'a Pipeline, job: &'a Job) -> Outcome<'a> {
    let outcome = match decisive(project, pipeline, job) {
        Some(rules) => start.decide(project, rules),
        None if !project.declares => by_file(start, project, job),
        // They are written for every job that has none, and stand over those of a template.
        None => by_triggers(start, pipeline, job),
    };
    let words =
        if project.declares { job.gitlab.as_ref().and_then(|words| words.get("when")) } else { job.on_gitlab.word("when") };
    let manual = job.manual.is_some() || words.and_then(Tree::text) == Some("manual");
    match (outcome, started(start, project)) {
        (Outcome::Never, _) | (_, Outcome::Never) => Outcome::Never,
        (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
        (Outcome::Runs("on_success"), _) if manual => Outcome::Runs("manual"),
        (runs, _) => runs,
    }
}

/// The rules of the project's pipelines as a whole, in GitLab's own words.
pub(crate) fn workflow(project: &Project) -> Option<&Tree> {
    let mut whole = said(project).into_iter().filter(|said| said.pipeline.is_none() || !project.declares);
    whole.find_map(|Said { file, .. }| file.word("workflow")?.get("rules"))
}

/// Whether there is a pipeline then at all.
pub(crate) fn started(start: Start, project: &Project) -> Outcome<'_> {
    if let Some(rules) = workflow(project) {
        return start.decide(project, rules);
    }
    if !project.declares {
        return Outcome::Runs("always");
    }
    // What is written then is what any pipeline asks for, and any job in GitLab's own words.
    let mut all = Outcome::Never;
    for pipeline in project.pipelines.iter().filter(|pipeline| !pipeline.on.events().is_empty()) {
        let by_event = asks(start, pipeline).map(|(_, certain)| if certain { Outcome::Runs("always") } else { Outcome::Unknown });
        let by_rules = pipeline.jobs.values().filter_map(|job| Some(start.asked(project, rules(pipeline, job)?)));
        for one in by_event.into_iter().chain(by_rules) {
            match one {
                Outcome::Runs(_) => return Outcome::Runs("always"),
                Outcome::Unknown => all = Outcome::Unknown,
                Outcome::Never => {}
            }
        }
    }
    all
}
