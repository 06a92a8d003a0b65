//! `gl-timeout-over-platform`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::runner::Sort;
use crate::pipeline::{Duration, Job, Project};

/// What a hosted runner of gitlab.com gives a job, and the most that any project may set. As documented, read 2026-11.
const HOSTED: Duration = Duration::minutes(3 * 60);
const LONGEST: Duration = Duration::minutes(30 * 24 * 60);
/// What the tags of hosted runners begin with.
const TAG: &str = "saas-";

pub(super) static RULE: Rule = Rule {
    id: "gl-timeout-over-platform",
    summary: "a job's timeout is longer than GitLab lets the job run",
    why: "A hosted runner of gitlab.com ends a job after 3 hours, whatever the file says, and no project may let a job run for more \
          than a month. A longer timeout promises time that does not exist. Hosted runners are known by their tags, `saas-…`; what \
          other runners allow is set where they run.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("soak", r#"{ jobs.test.timeout = "4h" }"#)])
            .project(r#"{ backends.gitlab.runners."ubuntu-24.04".tags = ["saas-linux-small-amd64"] }"#),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "4h", gitlab.tags = ["saas-linux-large-amd64"] } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("soak", r#"{ jobs.test.timeout = "721h" }"#)]).project("{ backends.gitlab = {} }"),
        Example::bad(&[("soak", r#"{ jobs.test = { timeout = "4h", runner = "big" } }"#)]).project(
            r#"{ runners.big = { labels = ["big"], hosted = true }, backends.gitlab.runners.big.tags = ["saas-linux-2xlarge-amd64"] }"#,
        ),
        Example::good(&[("soak", r#"{ jobs.test.timeout = "3h" }"#)])
            .project(r#"{ backends.gitlab.runners."ubuntu-24.04".tags = ["saas-linux-small-amd64"] }"#),
        Example::good(&[("soak", r#"{ jobs.test.timeout = "25h" }"#)])
            .project(r#"{ backends.gitlab.runners."ubuntu-24.04".tags = ["own"] }"#),
        Example::good(&[("soak", r#"{ jobs.test.timeout = "25h" }"#)]).project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(timeout) = job.timeout else { continue };
        let hosted = hosted(scope.project, job).filter(|_| timeout.value > HOSTED);
        let message = match hosted {
            Some(_) => format!("{}, and a hosted runner ends a job after {HOSTED}", timeout.value),
            None if timeout.value > LONGEST => format!("{}, and {LONGEST} is the most that a project may set", timeout.value),
            None => continue,
        };
        let said = findings.report(pipeline.job_identity(job), timeout.origin, message);
        let said = match hosted {
            Some(origin) => said.related(origin, "the runner"),
            None => said,
        };
        said.help("split the job, or run it on a runner of your own");
    }
}

/// Where a job is given a hosted runner of gitlab.com, if it is.
fn hosted(project: &Project, job: &Job) -> Option<Origin> {
    let own = job.gitlab.as_ref().and_then(|words| words.get("tags"));
    if let Some(tags) = own {
        return tags.items().iter().find(|tag| tag.text().is_some_and(|tag| tag.starts_with(TAG))).map(|tag: &Tree| tag.origin);
    }
    let runners = &project.backends.gitlab.as_ref()?.value.runners;
    project.machines(job).iter().find_map(|machine| {
        let name = match &machine.sort {
            Sort::Declared(runner) => {
                project.runners.iter().find(|(_, one)| std::ptr::eq(*one, *runner)).map(|(name, _)| name.as_str())
            }
            _ => Some(machine.words.as_str()),
        };
        runners.get(name?)?.tags.iter().find(|tag| tag.starts_with(TAG)).map(|tag| tag.origin)
    })
}
