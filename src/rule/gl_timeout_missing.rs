//! `gl-timeout-missing`

use std::collections::BTreeMap;

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::gitlab::Tree;
use crate::view::gitlab::described;

/// How far templates are followed. As documented, read 2026-11: GitLab goes as far.
const DEEPEST: usize = 11;

pub(super) static RULE: Rule = Rule {
    id: "gl-timeout-missing",
    summary: "a job of GitLab's has no timeout",
    why: "A job that hangs holds its runner for as long as the project lets it: an hour unless somebody has set another time, and what \
          is set there is for the slowest job of all. A timeout that fits the work ends it in minutes and says which job it was.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("a.gitlab-ci.yml", "test:\n  script: make\n")]),
        Example::bad(&[("a.gitlab-ci.yml", ".base:\n  image: a\ntest:\n  extends: .base\n  script: make\n")]),
        Example::good(&[("a.gitlab-ci.yml", "test:\n  script: make\n  timeout: 5 minutes\n")]),
        Example::good(&[("a.gitlab-ci.yml", "default:\n  timeout: 5 minutes\ntest:\n  script: make\n")]),
        Example::good(&[("a.gitlab-ci.yml", ".base:\n  timeout: 5m\ntest:\n  extends: .base\n  script: make\n")]),
        Example::good(&[("a.gitlab-ci.yml", "test:\n  extends: .elsewhere\n  script: make\n")]),
        Example::good(&[("a.gitlab-ci.yml", "test:\n  trigger: group/other\n")]),
    ],
    audit: Audit::Strict,
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // A job that is written in Nickel cannot be without one.
    if scope.project.declares {
        return;
    }
    let parts = described(scope.project);
    let words: BTreeMap<&str, &Tree> = parts.iter().map(|part| (part.name, part.words)).collect();
    if words.get("default").is_some_and(|default| default.get("timeout").is_some()) {
        return;
    }
    for part in parts.iter().filter(|part| part.job.is_some() && part.words.get("trigger").is_none()) {
        if let (Some(job), false) = (part.job, has_timeout(part.words, &words, DEEPEST)) {
            findings
                .report(part.identity(), job.key, format!("`{}` runs for as long as the project lets it", part.name))
                .mend("write timeout = \"10m\"", "write timeout: 10 minutes, in the job or below default:");
        }
    }
}

/// Whether a timeout is written in a job or in what it extends, as far as that is known.
fn has_timeout(job: &Tree, words: &BTreeMap<&str, &Tree>, deep: usize) -> bool {
    if deep == 0 || job.get("timeout").is_some() {
        return true;
    }
    let extends = job.get("extends").map_or_else(Vec::new, Tree::texts);
    extends.iter().any(|(_, name)| words.get(name.value).is_none_or(|template| has_timeout(template, words, deep - 1)))
}
