//! `required-use`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::Pipeline;
use crate::pipeline::github::action;
use crate::pipeline::step::Kind;
use crate::source::Node;
use crate::view::actions::is;
use crate::view::calls::reached;
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "required-use",
    summary: "something that the policy requires is not there",
    why: "A scan that every repository shall have is forgotten in the next one, or removed when it is in the way. Said in the \
          policy, its absence is seen. What is required may be an action, however a step comes to use it, or a pipeline that \
          is called.",
    severity: Severity::Error,
    settings: r#"required
  | Array {
    action | String | doc "An action, `owner/name`; `*` is any text." | optional,
    calls | String | doc "The id of a pipeline." | optional,
    pipelines | Array String | doc "By id, the pipelines that each must have it, themselves or through a call; without it, one of all." | optional,
  }
  | doc "What must be there."
  | default
  = [],"#,
    loosens: &[("required", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")])
            .policy(r#"{ rules.required-use.settings.required = [{ action = "github/codeql-action/*" }] }"#),
        Example::bad(&[("ci", "{ jobs.test.steps = [{ checkout = {} }] }"), ("release", r#"{ on = { release = {} }, jobs.test.steps = [{ run = "make" }] }"#)])
            .policy(r#"{ rules.required-use.settings.required = [{ action = "actions/checkout", pipelines = ["*"] }] }"#),
        Example::bad(&[("ci", "{}"), ("scan", "{ on = { call = {} } }")])
            .policy(r#"{ rules.required-use.settings.required = [{ calls = "scan", pipelines = ["ci"] }] }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ sarif = { file = "a.sarif" } }] }"#), ("other", "{}")])
            .policy(r#"{ rules.required-use.settings.required = [{ action = "github/codeql-action/*" }] }"#),
        Example::good(&[
            ("ci", r#"{ jobs.scan.calls = "scan" }"#),
            ("scan", r#"{ on = { call = {} }, jobs.test.steps = [{ uses = "GitHub/CodeQL-Action/analyze" }] }"#),
        ])
        .policy(
            r#"{ rules.required-use.settings.required = [{ calls = "scan", pipelines = ["c*"] }, { action = "github/codeql-action/analyze", pipelines = ["ci"] }] }"#,
        ),
        Example::good(&[("ci", "{}")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    // What a file that could not be read holds is not known.
    if !project.unread.is_empty() {
        return;
    }
    for required in scope.settings.get("required").and_then(Node::items).unwrap_or_default() {
        let text = |name: &str| required.get(name).and_then(Node::text);
        let action = text("action").map(str::to_lowercase);
        let (action, calls) = (action.as_deref(), text("calls"));
        let what = action.map_or_else(|| format!("a call of `{}`", calls.unwrap_or_default()), |action| format!("`{action}`"));
        let has = |pipeline: &Pipeline| {
            action.is_some_and(|action| uses(pipeline, action)) || calls.is_some_and(|id| calls_it(pipeline, id))
        };
        let Some(patterns) = required.get("pipelines").and_then(Node::items) else {
            // Of files that were picked out, others may have it.
            let is_known = project.declares || project.is_whole && !project.pipelines.is_empty();
            if is_known && !project.pipelines.iter().any(has) {
                let first = project.pipelines.first().filter(|_| !project.declares);
                let origin = first.map_or(project.origin, |pipeline| pipeline.origin);
                findings
                    .report(Identity::of("project"), origin, format!("no pipeline has {what}"))
                    .key(what.clone())
                    .decided(scope.settings, "required")
                    .help(format!("add {what} to a pipeline"));
            }
            continue;
        };
        for pipeline in &project.pipelines {
            let meant = glob::matches_any(patterns.iter().filter_map(Node::text), &pipeline.id);
            if meant && !reached(project, pipeline).into_iter().any(has) {
                findings
                    .report(
                        pipeline.identity(),
                        pipeline.origin,
                        format!("`{}` has no {}", pipeline.id, what.trim_start_matches("a ")),
                    )
                    .key(what.clone())
                    .decided(scope.settings, "required")
                    .help(format!("add {what}"));
            }
        }
    }
}

fn uses(pipeline: &Pipeline, pattern: &str) -> bool {
    let fits = |name: &str| glob::matches(pattern, &name.to_lowercase());
    pipeline.jobs.values().any(|job| {
        action::of_job(job).into_iter().any(fits)
            || job.all_steps().any(|step| match &step.kind.value {
                Kind::Uses(uses) => is(uses, pattern) || fits(&uses.action),
                kind => action::of_kind(kind).into_iter().any(fits),
            })
    })
}

fn calls_it(pipeline: &Pipeline, id: &str) -> bool {
    pipeline.jobs.values().filter_map(|job| job.call()).any(|call| call.callee.id() == Some(id))
}
