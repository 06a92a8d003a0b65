//! `gate-weakened`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::step::Impact;
use crate::pipeline::{Condition, Job, Pipeline, Step};
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "gate-weakened",
    summary: "a job that the policy counts on can be passed without passing it",
    why: "A scan whose failure is only said, or that is skipped under a condition, stops nobody: a skipped job counts as passed. \
          Which jobs are gates is said in the policy, so that making one of them optional is seen.",
    severity: Severity::Error,
    settings: r#"gates | Array String | doc "The jobs that must hold, `pipeline/job`; `*` is any text. Each must be there." | default = [],
conditions | Bool | doc "Whether a gate may have a condition." | default = false,"#,
    loosens: &[("gates", Loosens::NoItem), ("conditions", Loosens::More)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.scan = { impact = 'Warn, timeout = \"5m\", steps = [{ run = \"make scan\" }] } }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/scan"] }"#),
        Example::bad(&[("ci", "{ jobs.test.steps = [{ run = \"make\", impact = 'Warn }] }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["*/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Label "full" }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{ jobs.test.warn_if = 'Event ['PullRequest] }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ run = "make", warn_if = 'DefaultBranch }] }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{}")]).policy(r#"{ rules.gate-weakened.settings.gates = ["ci/scan"] }"#),
        Example::good(&[("ci", "{ jobs.test.when = 'Always }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Label "full" }"#)])
            .policy(r#"{ rules.gate-weakened.settings = { gates = ["ci/test"], conditions = true } }"#),
        Example::good(&[("ci", "{ jobs.test.impact = 'Warn }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let conditions = scope.settings.flag("conditions");
    for gate in scope.settings.texts("gates") {
        let mut found = false;
        for (pipeline, job) in scope.jobs() {
            let identity = pipeline.job_identity(job);
            if !glob::matches(gate, identity.as_str()) {
                continue;
            }
            found = true;
            if let Some(impact) = job.impact.as_ref().filter(|impact| impact.value == Impact::Warn) {
                findings
                    .report(identity.clone(), impact.origin, "its failure is only said")
                    .key("impact")
                    .decided(scope.settings, "gates")
                    .help("remove `impact`");
            }
            if let Some(when) = &job.warn_if {
                findings
                    .report(identity.clone(), when.origin, "under this condition its failure is only said")
                    .key("warn_if")
                    .decided(scope.settings, "gates")
                    .help("remove it");
            }
            if let Some(when) = job.when.as_ref().filter(|when| !conditions && may_skip(when)) {
                findings
                    .report(
                        identity.clone(),
                        when.origin,
                        "under this condition it is skipped, and a skipped job counts as passed",
                    )
                    .key("when")
                    .decided(scope.settings, "gates")
                    .help("remove `when`, or set conditions = true in the policy");
            }
            for step in job.all_steps() {
                check_step(scope, pipeline, job, step, findings);
            }
        }
        // In a file that could not be read it may well be.
        if !found && scope.project.unread.is_empty() {
            findings
                .report(Identity::of("project"), scope.project.origin, format!("there is no job `{gate}`"))
                .key(gate)
                .decided(scope.settings, "gates")
                .help(known(&scope.project.pipelines));
        }
    }
}

fn check_step(scope: &Scope<'_>, pipeline: &Pipeline, job: &Job, step: &Step, findings: &mut Findings) {
    if let Some(impact) = step.impact.as_ref().filter(|impact| impact.value == Impact::Warn) {
        findings
            .report(pipeline.step_identity(job, step), impact.origin, "the failure of this step is only said")
            .key("impact")
            .decided(scope.settings, "gates")
            .help("remove `impact`");
    }
    if let Some(when) = &step.warn_if {
        findings
            .report(pipeline.step_identity(job, step), when.origin, "under this condition the failure of this step is only said")
            .key("warn_if")
            .decided(scope.settings, "gates")
            .help("remove it");
    }
}

/// Whether a job may be left out under a condition although all it needs went well.
fn may_skip(when: &Condition) -> bool {
    !matches!(when, Condition::Always | Condition::OnSuccess | Condition::NotCancelled)
}

fn known(pipelines: &[Pipeline]) -> String {
    let jobs: Vec<String> = pipelines
        .iter()
        .flat_map(|pipeline| pipeline.jobs.values().map(|job| pipeline.job_identity(job).to_string()))
        .take(12)
        .collect();
    if jobs.is_empty() {
        "write the job, or take it out of the policy".to_owned()
    } else {
        format!("there are {}", jobs.join(", "))
    }
}
