//! `permissions-over-grant`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::permission::Level;
use crate::pipeline::trigger::Event;
use crate::source::Node;
use crate::view::scope::may_run;

pub(super) static RULE: Rule = Rule {
    id: "permissions-over-grant",
    summary: "a job is granted more than the policy allows for what starts it",
    why: "The code of a pull request is whatever its author wrote, and it runs with the permissions of the job it is in. A \
          policy says for each event how much of each scope a job may have; a scope it does not name there is not allowed, \
          and an event it does not name is not limited.",
    severity: Severity::Error,
    settings: r#"allow
  | (
    let Levels = { _ | [| 'None, 'Read, 'Write |] } in
    {
      branch_protection_rule | Levels | optional,
      check_run | Levels | optional,
      check_suite | Levels | optional,
      create | Levels | optional,
      delete | Levels | optional,
      deployment | Levels | optional,
      deployment_status | Levels | optional,
      discussion | Levels | optional,
      discussion_comment | Levels | optional,
      fork | Levels | optional,
      gollum | Levels | optional,
      image_version | Levels | optional,
      issue_comment | Levels | optional,
      issues | Levels | optional,
      label | Levels | optional,
      manual | Levels | optional,
      merge_group | Levels | optional,
      milestone | Levels | optional,
      page_build | Levels | optional,
      project | Levels | optional,
      project_card | Levels | optional,
      project_column | Levels | optional,
      public | Levels | optional,
      pull_request | Levels | optional,
      pull_request_comment | Levels | optional,
      pull_request_review | Levels | optional,
      pull_request_review_comment | Levels | optional,
      pull_request_target | Levels | optional,
      push | Levels | optional,
      registry_package | Levels | optional,
      release | Levels | optional,
      repository_dispatch | Levels | optional,
      schedule | Levels | optional,
      status | Levels | optional,
      watch | Levels | optional,
      workflow_run | Levels | optional,
    }
  )
  | doc "By what starts a job, then by scope: the most it may have."
  | default
  = {},"#,
    loosens: &[("allow", Loosens::Grants)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::bad(&[("ci", r#"{ jobs.test.permissions = { packages = 'Read "pulls the base image" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::bad(&[(
            "ci",
            r#"{ github.on.issue_comment = {}, jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#,
        )])
        .policy("{ rules.permissions-over-grant.settings.allow.issue_comment = { contents = 'Read } }"),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {}, push = {} }, jobs.test = { when = 'Event ['Push], permissions = { contents = 'Write "pushes the changelog" } } }"#,
        )])
        .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::good(&[("ci", r#"{ on = { push = {} }, jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)])
            .policy("{ rules.permissions-over-grant.settings.allow.pull_request = { contents = 'Read } }"),
        Example::good(&[("ci", r#"{ jobs.test.permissions = { contents = 'Write "pushes the changelog" } }"#)]),
    ],
    ..Rule::GITHUB
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
            .filter_map(|field| Some((event_of(&field.name)?, field)))
        {
            if !events.contains(&event) || !may_run(job.when.as_ref(), event) {
                continue;
            }
            for (name, grant) in &job.permissions {
                let allowed = limits.node.get(name).map_or(Level::None, level);
                if grant.level.value > allowed {
                    let said = findings.permission(name);
                    findings
                        .report(
                            pipeline.job_identity(job),
                            grant.level.origin,
                            format!(
                                "`{said}` is {}, and {} may start the job: {} is allowed",
                                grant.level.word(),
                                limits.name,
                                allowed.word()
                            ),
                        )
                        .key(format!("{}/{name}", limits.name))
                        .related(limits.key, "the policy says so here")
                        .help("move what needs it to a job that another event starts");
                }
            }
        }
    }
}

/// The event of a name that a pipeline's `on` has for it.
fn event_of(name: &str) -> Option<Event> {
    Event::named(if name == "manual" { "workflow_dispatch" } else { name })
}

fn level(node: &Node) -> Level {
    let name = node.tag().map_or("None", |(name, _)| name);
    Level::ALL.iter().find(|(tag, _)| *tag == name).map_or(Level::None, |(_, level)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_can_be_limited() {
        let written: Vec<&str> =
            RULE.settings.lines().filter_map(|line| line.trim().strip_suffix(" | Levels | optional,")).collect();
        let mut known: Vec<String> = Event::ALL.iter().map(|(_, event)| event.word().replace('-', "_")).collect();
        known.sort();
        assert_eq!(written, known);
        assert!(written.iter().all(|name| event_of(name).is_some_and(|event| event.word().replace('-', "_") == *name)));
    }
}
