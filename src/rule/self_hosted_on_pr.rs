//! `self-hosted-on-pr`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::moment::Moment;
use crate::pipeline::project::Visibility;
use crate::pipeline::trigger::Event;
use crate::view::scope::may_run;

pub(super) static RULE: Rule = Rule {
    id: "self-hosted-on-pr",
    summary: "a proposed change runs on a machine of one's own",
    why: "A pull request runs what its author wrote. On a hosted runner the machine is gone afterwards; on one's own it stays, \
          with the network it is in and with whatever the last run left behind for the next. In a public repository, anybody \
          is the author. On GitLab, what a fork proposes runs on the fork's machines.",
    severity: Severity::Error,
    settings: r#"private | Bool | doc "Whether private repositories are held to it, too." | default = false,"#,
    loosens: &[("private", Loosens::Less)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.runner = "own" }"#)])
            .project(r#"{ runners.own = { labels = ["self-hosted", "linux"], hosted = false } }"#),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = ["Self-Hosted", "linux"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = { group = "ours", labels = ["self-hosted"] } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = "x64" }"#)]).project(
            r#"{ runners = { big = { labels = ["x64", "16-cores"], hosted = true }, own = { labels = ["self-hosted", "x64"], hosted = false } } }"#,
        ),
        Example::bad(&[("ci", r#"{ jobs.test.runner = "own" }"#)])
            .project(r#"{ visibility = 'Private, runners.own = { labels = ["self-hosted"], hosted = false } }"#)
            .policy("{ rules.self-hosted-on-pr.settings.private = true }"),
        Example::good(&[("ci", r#"{ jobs.test.runner = "own" }"#)])
            .project(r#"{ visibility = 'Private, runners.own = { labels = ["self-hosted"], hosted = false } }"#),
        Example::good(&[(
            "ci",
            r#"{ on = { pull_request = {}, push = {} }, jobs.test = { runner = "own", when = 'Event ['Push] } }"#,
        )])
        .project(r#"{ runners.own = { labels = ["self-hosted"], hosted = false } }"#),
        Example::good(&[("ci", r#"{ jobs.test.runner = "ubuntu-24.04" }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.runs-on = "${{ github.event.pull_request.head.repo.fork && 'ubuntu-24.04' || 'self-hosted' }}" }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.github.runs-on = "${{ fromJSON('[\"self-hosted\", \"linux\"]') }}" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ on.push = {}, jobs.test.github.runs-on = "${{ github.event_name == 'push' && 'self-hosted' || 'ubuntu-24.04' }}" }"#,
        )]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    let public = project.visibility.value == Visibility::Public;
    if !public && !scope.settings.flag("private") {
        return;
    }
    for (pipeline, job) in scope.jobs() {
        // What tells of a pull request brings the sources of whoever proposes it.
        let brings = |event: &Event| event.has_pull_request() && may_run(job.when.as_ref(), *event);
        if job.call().is_some() {
            continue;
        }
        let mut told: Vec<String> = Vec::new();
        let events = pipeline.on.events().into_iter().filter(brings);
        let given = events.flat_map(|event| {
            let machines = project.machines_under(job, &Moment::of(event).within(job));
            machines.into_iter().chain(project.tagged(job)).map(move |machine| (event, machine))
        });
        for (event, machine) in given.filter(|(_, machine)| machine.hosted() == Some(false)) {
            if told.contains(&machine.words) {
                continue;
            }
            told.push(machine.words.clone());
            let said = findings
                .report(
                    pipeline.job_identity(job),
                    machine.origin,
                    format!("`{}` is no hosted runner, and `{}` may start the job", machine.words, event.name()),
                )
                .key(machine.words.clone())
                .help("run it on a hosted runner, or under an event that only people with rights bring about");
            if !public {
                said.decided(scope.settings, "private");
            }
        }
    }
}
