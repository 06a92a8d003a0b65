//! `permissions-over-grant`

use super::scope::may_run;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::Level;
use crate::pipeline::trigger::Event;
use crate::source::Node;

/// The events by the names a pipeline's `on` has for them.
const EVENTS: &[(&str, Event)] = &[
    ("pull_request", Event::PullRequest),
    ("push", Event::Push),
    ("merge_group", Event::MergeGroup),
    ("release", Event::Release),
    ("schedule", Event::Schedule),
    ("manual", Event::Manual),
];

pub(super) static RULE: Rule = Rule {
    id: "permissions-over-grant",
    summary: "a job is granted more than the policy allows for what starts it",
    why: "The code of a pull request is whatever its author wrote, and it runs with the permissions of the job it is in. A \
          policy says for each event how much of each scope a job may have; a scope it does not name there is not allowed, \
          and an event it does not name is not limited.",
    severity: Severity::Error,
    settings: r#"allow
  | {
    pull_request | { _ | [| 'None, 'Read, 'Write |] } | optional,
    push | { _ | [| 'None, 'Read, 'Write |] } | optional,
    merge_group | { _ | [| 'None, 'Read, 'Write |] } | optional,
    release | { _ | [| 'None, 'Read, 'Write |] } | optional,
    schedule | { _ | [| 'None, 'Read, 'Write |] } | optional,
    manual | { _ | [| 'None, 'Read, 'Write |] } | optional,
  }
  | doc "By what starts a job, then by scope: the most it may have."
  | default
  = {},"#,
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { packages = 'Read "pulls the base image" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {}, push = {} }, jobs.test = { when = 'Event ['Push], permissions = { contents = 'Write "pushes the changelog" } } }"#,
        )])
        .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::good(&[("ci", r#"{ on = { push = {} }, jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let events = pipeline.on.events();
        for (event, limits) in scope
            .settings
            .get("allow")
            .and_then(Node::fields)
            .unwrap_or_default()
            .iter()
            .filter_map(|field| EVENTS.iter().find(|(name, _)| *name == field.name).map(|event| (event, field)))
        {
            if !events.contains(&event.1) || !may_run(job.when.as_ref(), event.1) {
                continue;
            }
            for (name, grant) in &job.permissions {
                let allowed = limits.node.get(name).map_or(Level::None, level);
                if grant.level.value > allowed {
                    findings
                        .report(
                            pipeline.job_identity(job),
                            grant.level.origin,
                            format!(
                                "`{name}` is {}, and {} may start the job: {} is allowed",
                                grant.level.word(),
                                event.0,
                                allowed.word()
                            ),
                        )
                        .key(format!("{}/{name}", event.0))
                        .related(limits.key, "the policy says so here")
                        .help("move what needs it to a job that another event starts");
                }
            }
        }
    }
}

fn level(node: &Node) -> Level {
    let name = node.tag().map_or("None", |(name, _)| name);
    Level::ALL.iter().find(|(tag, _)| *tag == name).map_or(Level::None, |(_, level)| *level)
}
