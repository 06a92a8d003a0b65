//! `gl-cache-unprotected`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::gitlab::Tree;
use crate::view::gitlab::described;

pub(super) static RULE: Rule = Rule {
    id: "gl-cache-unprotected",
    summary: "protected branches take their cache from branches that nobody guards",
    why: "GitLab keeps one cache for protected branches and tags and another one for the rest, so that a branch anybody may push \
          to cannot put files into a release. `unprotect` makes them one.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.cache = { key = "a", paths = ["target"], unprotect = true } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab.default.cache = [{ key = "a", paths = ["target"], unprotect = true }] }"#),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.cache = { key = "a", paths = ["target"], unprotect = false } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab.cache = { key = "a", paths = ["target"], unprotect = true, policy = "push" } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for part in described(scope.project) {
        let caches = part.words.get("cache").map_or(&[][..], Tree::items);
        for cache in caches {
            // What is only written harms none that reads another one.
            let reads = cache.get("policy").and_then(Tree::text) != Some("push");
            if let Some(flag) = cache.get("unprotect").filter(|flag| reads && flag.flag() == Some(true)) {
                let message = format!("`{}` shares its cache between protected branches and others", part.name);
                let key = format!("{}/{}", part.name, cache.get("key").and_then(Tree::text).unwrap_or_default());
                findings.report(part.identity(), flag.origin, message).key(key).help("remove `unprotect`");
            }
        }
    }
}
