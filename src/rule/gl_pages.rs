//! `gl-pages`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Pipeline};

/// The folder that is published if nothing else is said.
const PUBLIC: &str = "public";

pub(super) static RULE: Rule = Rule {
    id: "gl-pages",
    summary: "a job makes a site and GitLab publishes nothing, or nothing is there to publish",
    why: "GitLab publishes the site of a job that says `pages`, out of the folder `public` or the one that `publish` names, as far \
          as the job keeps it as an artifact. A job that is only named `pages` is known by its pipeline as well in what is \
          written, `ci/pages`, and GitLab looks for the bare name. The folder is kept by itself since GitLab 17.10, but not \
          where it is left out on purpose.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.pages = { timeout = "5m", steps = [{ run = "make site" }, { upload = { name = "site", paths = ["public"], retention = "1 day" } }] } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.site.gitlab = { timeout = "5m", script = ["make"], pages.publish = "dist", artifacts = { paths = ["dist"], exclude = ["dist/**/*"], expire_in = "1 day" } } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.site.gitlab = { timeout = "5m", script = ["make"], pages.publish = "/srv/www" } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.pages.gitlab = { timeout = "5m", script = ["make"], pages = true } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.site.gitlab = { timeout = "5m", script = ["make"], pages.publish = "dist", artifacts = { paths = ["dist"], expire_in = "1 day" } } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.pages = { timeout = "5m", steps = [{ run = "make site" }] } }"#)])
            .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let pages = job.gitlab.as_ref().and_then(|words| words.get("pages"));
        match pages {
            None if job.id == "pages" && !scope.project.declares && lacks_site(job) => {
                findings
                    .report(pipeline.job_identity(job), job.key, "GitLab publishes what this job keeps, and it keeps no site")
                    .help("write artifacts: { paths: [public] }");
            }
            None if job.id == "pages" && scope.project.declares => {
                if let Some(origin) = keeps_public(job) {
                    findings
                        .report(pipeline.job_identity(job), origin, "the site is kept as an artifact and not published")
                        .mend("write gitlab.pages = true at the job", "write pages: true at the job");
                }
            }
            Some(pages) => publish(pipeline, job, pages, findings),
            None => {}
        }
    }
}

/// Where a job keeps the folder that is published.
fn keeps_public(job: &Job) -> Option<Origin> {
    let is_public = |path: &str| path.trim_start_matches("./").split('/').next() == Some(PUBLIC);
    let uploaded = job.all_steps().find_map(|step| match &step.kind.value {
        Kind::Upload(upload) => upload.paths.iter().find(|path| is_public(path)).map(|path| path.origin),
        _ => None,
    });
    let paths = job.gitlab.as_ref().and_then(|words| words.at(&["artifacts", "paths"])).map_or(&[][..], Tree::items);
    uploaded.or_else(|| paths.iter().find(|path| path.text().is_some_and(is_public)).map(|path| path.origin))
}

/// Whether a job of a file of GitLab's, where the bare name is enough, keeps nothing that could be its site.
fn lacks_site(job: &Job) -> bool {
    let whole = &job.on_gitlab;
    let folder = whole.word("publish").and_then(Tree::text).unwrap_or(PUBLIC);
    let kept = whole.word("artifacts");
    let untracked = kept.is_some_and(|kept| kept.get("untracked").is_some());
    let paths = kept.and_then(|kept| kept.get("paths")).map_or(&[][..], Tree::items);
    let may_be = |path: &Tree| path.text().is_none_or(|path| path.contains(['$', '*']) || path.contains(folder));
    !whole.is_open && whole.word("pages").is_none() && !untracked && !folder.contains('$') && !paths.iter().any(may_be)
}

fn publish(pipeline: &Pipeline, job: &Job, pages: &Tree, findings: &mut Findings) {
    let folder = pages.get("publish");
    let name = folder.and_then(Tree::text).unwrap_or(PUBLIC).trim_start_matches("./").trim_end_matches('/');
    if let Some(folder) = folder.filter(|_| name.starts_with('/') || name.split('/').any(|part| part == "..")) {
        findings
            .report(
                pipeline.job_identity(job),
                folder.origin,
                format!("`{name}` is outside of the project, and nothing of it is kept"),
            )
            .key("publish")
            .help("write a path from the root of the project");
    }
    let excluded = job.gitlab.as_ref().and_then(|words| words.at(&["artifacts", "exclude"])).map_or(&[][..], Tree::items);
    let whole = |path: &&Tree| {
        let rest = path.text().and_then(|path| path.trim_start_matches("./").strip_prefix(name));
        rest.is_some_and(|rest| matches!(rest, "" | "/" | "/*" | "/**" | "/**/*"))
    };
    if let Some(path) = excluded.iter().find(whole) {
        findings
            .report(
                pipeline.job_identity(job),
                path.origin,
                format!("`{name}` is to be published, and is left out of what is kept"),
            )
            .key("exclude")
            .help("leave it in");
    }
}
