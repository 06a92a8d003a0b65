//! What starts a pipeline, as what a rule asks of the pipeline that GitLab is about to make.
//!
//! Each start is one of the author's events, so that conditions on events are decided here and not by GitLab.

mod filter;

use self::filter::{changes, heads, names};
pub(super) use self::filter::{matching, patterns};
use super::condition::Plan;
use super::expression::{Expr, What};
use super::lowering::{Lowering, Place};
use crate::origin::At;
use crate::pipeline::gitlab::start;
pub(super) use crate::pipeline::gitlab::start::{PIPELINE, SCHEDULE};
use crate::pipeline::moment::Moment;
use crate::pipeline::trigger::{Event, Filter, Triggers};
use crate::pipeline::{Job, Pipeline, Project};

/// The variable by which a caller says what started it: in a pipeline that is called, GitLab only says that it was.
pub(super) const SOURCE: &str = "PIPEWARD_SOURCE";

/// GitLab's variables that starts look at.
pub(super) const PIPELINE_SOURCE: &str = "CI_PIPELINE_SOURCE";
pub(super) const BRANCH: &str = "CI_COMMIT_BRANCH";
pub(super) const DEFAULT_BRANCH: &str = "CI_DEFAULT_BRANCH";
pub(super) const TAG: &str = "CI_COMMIT_TAG";
pub(super) const LABELS: &str = "CI_MERGE_REQUEST_LABELS";
const SOURCE_BRANCH: &str = "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME";
const TARGET_BRANCH: &str = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME";
const SOURCE_PROJECT: &str = "CI_MERGE_REQUEST_SOURCE_PROJECT_ID";
const TRAIN: &str = "CI_MERGE_REQUEST_EVENT_TYPE";

/// One way in which a pipeline starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Start {
    /// What holds of GitLab's pipeline then.
    pub(super) when: Expr,
    /// Only if one of these files changed; any if there is none.
    pub(super) changes: Vec<String>,
    /// What starts it; nothing of a pipeline that is called, which starts with its caller.
    pub(super) event: Option<Event>,
    /// The variable that holds the branch.
    pub(super) branch: &'static str,
}

impl Start {
    fn of(event: Event, when: impl IntoIterator<Item = Expr>) -> Self {
        Self { when: Expr::all(when), changes: Vec::new(), event: Some(event), branch: BRANCH }
    }
}

/// Every way in which the pipeline starts. One that is called starts with its caller.
pub(super) fn starts(lowering: &mut Lowering<'_>) -> Vec<Start> {
    if lowering.place == Place::Called {
        return vec![Start { when: Expr::True, changes: Vec::new(), event: None, branch: BRANCH }];
    }
    let on = &lowering.pipeline.on;
    let mut starts = Vec::new();
    for event in on.events() {
        let origin = on.origin(event).unwrap_or(lowering.pipeline.on_origin);
        match event {
            Event::PullRequest => starts.extend(merge_requests(lowering)),
            Event::Push => starts.extend(pushes(lowering)),
            Event::MergeGroup => {
                let branches = heads(lowering, TARGET_BRANCH, on.merge_group.as_deref());
                starts.push(Start::of(event, [train(), branches]));
            }
            Event::Release => {
                lowering.lose("release", origin);
                starts.push(Start::of(event, [source("push"), Expr::set(TAG)]));
            }
            Event::Schedule => {
                lowering.lose("schedule", origin);
                starts.push(Start::of(event, [source("schedule"), Expr::equal(SCHEDULE, &lowering.pipeline.id)]));
            }
            Event::Manual => {
                lowering.lose("manual-start", origin);
                starts.push(Start::of(event, [by_hand(), Expr::equal(PIPELINE, &lowering.pipeline.id)]));
            }
            _ => lowering.lose("event", origin),
        }
    }
    starts
}

/// What holds while an event is what started the pipeline, wherever that is asked and not known.
pub(super) fn started_by(lowering: &Lowering<'_>, event: Event) -> Expr {
    let on = &lowering.pipeline.on;
    let variable = if lowering.place == Place::Called { SOURCE } else { PIPELINE_SOURCE };
    let source = |name: &str| Expr::equal(variable, name);
    match event {
        Event::PullRequest if has_trains(lowering.project) => Expr::all([source("merge_request_event"), train().not()]),
        Event::PullRequest => source("merge_request_event"),
        Event::MergeGroup => Expr::all([source("merge_request_event"), train()]),
        Event::Push if on.release.is_some() && !tags(on) => Expr::all([source("push"), Expr::set(TAG).not()]),
        Event::Push => source("push"),
        Event::Release => Expr::all([source("push"), Expr::set(TAG)]),
        Event::Schedule => source("schedule"),
        Event::Manual => Expr::is(variable, What::Pattern(BY_HAND.to_owned())),
        _ => Expr::False,
    }
}

fn source(name: &str) -> Expr {
    Expr::equal(PIPELINE_SOURCE, name)
}

/// The form on the pipelines' page, and the interface for programs.
const BY_HAND: &str = "^(api|web)$";

fn by_hand() -> Expr {
    Expr::is(PIPELINE_SOURCE, What::Pattern(BY_HAND.to_owned()))
}

fn train() -> Expr {
    Expr::equal(TRAIN, "merge_train")
}

/// Whether a merge train asks, where that is told from another pipeline of a merge request.
pub(super) fn on_train(lowering: &Lowering<'_>) -> Expr {
    if has_trains(lowering.project) { train() } else { Expr::False }
}

/// Whether merge trains start pipelines of their own in a project.
fn has_trains(project: &Project) -> bool {
    project.pipelines.iter().any(|pipeline| pipeline.on.merge_group.is_some())
}

/// Whether pushed tags start a pipeline: a filter for branches alone leaves them out.
const fn tags(on: &Triggers) -> bool {
    let Some(At { value: push, .. }) = &on.push else { return false };
    let named = !push.tags.is_empty() || !push.tags_ignore.is_empty();
    named || push.branches.is_empty() && push.branches_ignore.is_empty()
}

/// The pushed branches that start a pipeline: nothing if none does.
fn pushed(lowering: &mut Lowering<'_>, variable: &str, push: &Filter) -> Option<Expr> {
    let named = !push.branches.is_empty() || !push.branches_ignore.is_empty();
    let tags = !push.tags.is_empty() || !push.tags_ignore.is_empty();
    (named || !tags).then(|| heads(lowering, variable, Some(push)))
}

/// How a push and a pull request of one commit share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Only one of the two starts the pipeline, or each asks for files of its own, as on GitHub.
    Nothing,
    /// The push of a branch that it names is the one.
    Push,
    /// The pull request is the one, but for the default branch.
    PullRequest,
}

/// How they do in a pipeline.
pub(super) fn share(pipeline: &Pipeline) -> Share {
    let (Some(push), Some(pull)) = (&pipeline.on.push, &pipeline.on.pull_request) else { return Share::Nothing };
    let narrowed = |filter: &Filter| !filter.paths.is_empty() || !filter.paths_ignore.is_empty();
    let named = !push.branches.is_empty() || !push.branches_ignore.is_empty();
    let tags_alone = !named && [&push.tags, &push.tags_ignore].iter().any(|list| !list.is_empty());
    let whatever = pull.branches.is_empty() && pull.branches_ignore.is_empty() && pull.types.is_empty();
    // Where files are asked for, both may run, so that no job has to be left out.
    let runs = |job: &Job, event| job.when.as_ref().is_none_or(|when| Moment::of(event).holds(when) != Some(false));
    let alike = || pipeline.jobs.values().all(|job| runs(job, Event::Push) && runs(job, Event::PullRequest));
    match (narrowed(push), narrowed(pull)) {
        _ if tags_alone => Share::Nothing,
        (false, false) if !named => Share::PullRequest,
        // Whatever is pushed there starts the pipeline.
        (false, false) => Share::Push,
        (false, true) if alike() => Share::Push,
        // Whatever comes to a merge request does.
        (true, false) if whatever && alike() => Share::PullRequest,
        _ => Share::Nothing,
    }
}

fn pushes(lowering: &mut Lowering<'_>) -> Vec<Start> {
    let on = &lowering.pipeline.on;
    let Some(push) = &on.push else { return Vec::new() };
    let mut starts = Vec::new();
    if let Some(branches) = pushed(lowering, BRANCH, push) {
        let alone = if share(lowering.pipeline) == Share::PullRequest {
            let open = Expr::set("CI_OPEN_MERGE_REQUESTS");
            Expr::any([open.not(), Expr::is(BRANCH, What::Variable(DEFAULT_BRANCH.to_owned()))])
        } else {
            Expr::True
        };
        let changes = changes(lowering, push);
        if let Some(first) = push.paths.first().filter(|_| !changes.is_empty()) {
            lowering.lose("changed-unknown", first.origin);
        }
        starts.push(Start { changes, ..Start::of(Event::Push, [source("push"), branches, alone]) });
    }
    if tags(on) {
        let named = names(lowering, TAG, &push.tags, &push.tags_ignore);
        starts.push(Start::of(Event::Push, [source("push"), named]));
    }
    starts
}

fn merge_requests(lowering: &mut Lowering<'_>) -> Vec<Start> {
    let on = &lowering.pipeline.on;
    let Some(pull) = &on.pull_request else { return Vec::new() };
    if !activities(lowering, pull) {
        return Vec::new();
    }
    let started = started_by(lowering, Event::PullRequest);
    let targets = if pull.branches.is_empty() && pull.branches_ignore.is_empty() {
        Expr::True
    } else {
        heads(lowering, TARGET_BRANCH, Some(pull))
    };
    let own = Expr::is(SOURCE_PROJECT, What::Variable("CI_PROJECT_ID".to_owned()));
    let shared = share(lowering.pipeline);
    // What of the pull requests the push of their branch stands for.
    let covered = match (shared, &on.push) {
        (Share::Push, Some(push)) => pushed(lowering, SOURCE_BRANCH, push).unwrap_or(Expr::False),
        // Where the push asks for files, it may start nothing.
        (Share::PullRequest, Some(push)) if push.paths.is_empty() && push.paths_ignore.is_empty() => {
            Expr::is(SOURCE_BRANCH, What::Variable(DEFAULT_BRANCH.to_owned()))
        }
        _ => Expr::False,
    };
    match (shared, &on.push) {
        (Share::Nothing, Some(push)) if pushed(lowering, BRANCH, push).is_some() => {
            lowering.lose("push-and-pull-request-files", pull.origin);
        }
        (Share::Nothing, _) => {}
        _ => lowering.lose("push-and-pull-request", pull.origin),
    }
    let not_covered = Expr::all([covered.clone(), own.clone()]).not();
    let changes = changes(lowering, pull);
    let mut starts = vec![Start { changes, ..Start::of(Event::PullRequest, [started.clone(), targets.clone(), not_covered]) }];
    if shared == Share::PullRequest && targets != Expr::True {
        // The push of a branch with a merge request to elsewhere gave way to one that asks for nothing: it is a push all the same.
        let instead = Start::of(Event::Push, [started, targets.not(), own, covered.not()]);
        starts.push(Start { branch: SOURCE_BRANCH, ..instead });
    }
    starts
}

/// Says which jobs are left out of commits whose other start, for which they do not run, is the one that starts the pipeline.
pub(super) fn look_at_shares(lowering: &mut Lowering<'_>, plan: &Plan) {
    let pipeline = lowering.pipeline;
    let shared = share(pipeline);
    let default = &lowering.project.default_branch.value;
    let elsewhere = || {
        let other = [Expr::equal(BRANCH, default), Expr::is(BRANCH, What::Variable(DEFAULT_BRANCH.to_owned())), Expr::set(TAG)];
        Expr::all(other.map(Expr::not))
    };
    // Whether it comes to this on a branch other than the default one.
    let is_left = |start: &Start, way: &Expr| Expr::all([start.when.clone(), way.clone(), elsewhere()]) != Expr::False;
    for job in pipeline.jobs.values().filter(|job| start::rules(pipeline, job).is_none()) {
        let of = |event: Event| plan.of(job).filter(move |(start, _)| start.event == Some(event));
        let on_push =
            of(Event::Push).any(|(start, ways)| start.branch == BRANCH && ways.iter().any(|way| is_left(start, &way.when)));
        let on_request = of(Event::PullRequest).any(|(_, ways)| !ways.is_empty());
        let covers = of(Event::Push).any(|(start, _)| is_left(start, &Expr::True));
        let construct = match shared {
            Share::Push if on_request && !on_push && covers => "left-to-push",
            Share::PullRequest if on_push && !on_request => "left-to-pull-request",
            _ => continue,
        };
        lowering.enter(job, None);
        lowering.lose(construct, job.when.as_ref().map_or(job.key, |when| when.origin));
    }
}

/// Whether any activity of a pull request that is asked for starts a pipeline on GitLab; says what becomes of each.
fn activities(lowering: &mut Lowering<'_>, pull: &Filter) -> bool {
    let mut starts = pull.types.is_empty();
    let own = ["opened", "synchronize", "reopened"];
    for activity in &pull.types {
        match activity.as_str() {
            word if own.contains(&word) => starts = true,
            "labeled" | "unlabeled" => {
                starts = true;
                lowering.lose("activity-label", activity.origin);
            }
            _ => lowering.lose("activity", activity.origin),
        }
    }
    if let Some(first) = pull.types.first().filter(|_| starts)
        && own.iter().any(|word| pull.types.iter().all(|activity| activity.value != *word))
    {
        lowering.lose("activities", first.origin);
    }
    starts
}
