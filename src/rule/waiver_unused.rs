//! `waiver-unused`

use super::{Check, Example, Findings, Rule, Waivers};
use crate::finding::{Identity, Severity};
use crate::pipeline::Project;
use crate::rule;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "waiver-unused",
    summary: "an exception covers nothing",
    why: "What it was for has been mended, renamed or removed. Left where it is, it silently lets the next such thing pass.",
    severity: Severity::Error,
    check: Check::Policy(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/gone", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
        Example::good(&[("ci", r#"{ jobs.test.timeout = "25h" }"#)]).policy(
            r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/test", reason = "soak test", owner = "platform", expires = "2027-01-31" } }"#,
        ),
    ],
    ..Rule::PORTABLE
};

fn check(waivers: &Waivers<'_>, findings: &mut Findings) {
    // What would be found in a file that could not be read is not known.
    if !waivers.project.unread.is_empty() {
        return;
    }
    let policy = waivers.policy;
    for (exception, covered) in policy.exceptions.iter().zip(waivers.covered) {
        // What a gate finds is not known here.
        if rule::find(&exception.rule).is_some_and(|rule| matches!(rule.check, Check::Gate)) {
            continue;
        }
        let known = waivers.known().contains(&exception.rule.as_str());
        // One that is past its day, or names no rule, has a finding of its own that says so.
        if *covered == Some(0) && known && exception.expires.value >= waivers.now {
            let place = exception.identity.value.as_str();
            let identity = Identity::of(&policy.source).part("exceptions").part(&exception.name);
            if !waivers.project.declares {
                let message = format!("`{}` finds nothing at `{place}`", exception.rule.value);
                findings.report(identity, exception.key, message).help(
                    "remove it, or mend `where`: what stands in YAML is called by its file, .github/workflows/ci.yml/job/step",
                );
                continue;
            }
            let there = identities(waivers.project);
            if there.iter().any(|known| known == place) {
                let message = format!("`{}` finds nothing at `{place}`", exception.rule.value);
                findings.report(identity, exception.key, message).help("remove it");
            } else {
                let meant = near(place, there.iter().map(String::as_str));
                findings
                    .report(identity, exception.identity.origin, format!("nothing is called `{place}`"))
                    .help("remove it, or mend `where` if the thing has another name now")
                    .suggest(meant);
            }
        }
    }
}

/// Whatever findings are about in a project: pipelines, jobs, steps, and what the project declares.
fn identities(project: &Project) -> Vec<String> {
    let mut all = vec!["project".to_owned()];
    let names: [(&str, Vec<&String>); 5] = [
        ("secrets", project.secrets.keys().collect()),
        ("variables", project.variables.keys().collect()),
        ("pins", project.pins.keys().collect()),
        ("images", project.images.keys().collect()),
        ("runners", project.runners.keys().collect()),
    ];
    all.extend(names.iter().flat_map(|(field, names)| names.iter().map(move |name| format!("project/{field}/{name}"))));
    for (action, job) in project.actions.iter().filter_map(|action| Some((action, action.job()?))) {
        all.push(action.identity().to_string());
        all.extend(job.all_steps().map(|step| action.within.step_identity(job, step).to_string()));
    }
    for pipeline in &project.pipelines {
        all.push(pipeline.identity().to_string());
        for job in pipeline.jobs.values() {
            all.push(pipeline.job_identity(job).to_string());
            let raw = job.on_gitlab.steps.iter();
            all.extend(job.all_steps().chain(raw).map(|step| pipeline.step_identity(job, step).to_string()));
        }
    }
    all
}
