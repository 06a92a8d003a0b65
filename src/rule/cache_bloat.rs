//! `cache-bloat`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::step::{Cache, Kind};
use crate::pipeline::value::Known;
use crate::view::actions::{input, is, is_any, used};

pub(super) static RULE: Rule = Rule {
    id: "cache-bloat",
    summary: "a cache's key does not follow what is cached",
    why: "A cache entry never changes once it is written. A key that is the same for ever keeps the first version of the \
          dependencies for ever; a key that is new in each run stores another copy each time, until the repository's 10 GB \
          are full and the useful entries are thrown out. A hash over the lock file changes exactly when it should.",
    severity: Severity::Warning,
    settings: r#"growing | Bool | doc "Whether a cache may store a copy in each run if it restores an earlier one." | default = false,"#,
    loosens: &[("growing", Loosens::More)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ cache = { key = ["uv-", 'Os], paths = ["~/.cache/uv"] } }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ cache = { key = ["uv-", 'RunId], paths = ["~/.cache/uv"] } }] }"#)])
            .policy("{ rules.cache-bloat.settings.growing = true }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ cache = { key = ["cc-", 'Commit], paths = ["~/.ccache"], restore = ["cc-"] } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.cache = { key = "uv-$CI_COMMIT_SHA", paths = [".uv"] } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/cache", with = { path = "out", key = ["out-", 'Commit] } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{
              jobs.test.steps = [{ uses = "actions/cache", with = { path = "out", key = ["out-", 'Commit] } }],
              jobs.more = {
                timeout = "5m",
                steps = [{ uses = "actions/cache/restore", with = { path = "out", key = ["out-", 'Commit] } }],
              },
            }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.cache = { key = "$CI_COMMIT_REF_SLUG", paths = [".uv"] } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ cache = { key = ["cc-", 'Commit], paths = ["~/.ccache"], restore = ["cc-"] } }] }"#,
        )])
        .policy("{ rules.cache-bloat.settings.growing = true }"),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ cache = { key = ["uv-", 'Os, "-", 'Hash ["uv.lock"]], paths = ["~/.cache/uv"] } }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let growing = scope.settings.flag("growing");
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Cache(cache) = &step.kind.value
            && let Some(message) = fault(cache, growing, step.forge.is_some())
        {
            let origin = cache.key.origin;
            findings
                .report(pipeline.step_identity(job, step), origin, message)
                .mend(NICKEL, YAML)
                .decided(scope.settings, "growing");
        }
    }
    let caches: Vec<_> = used(scope).filter(|(.., uses)| is_any(uses, &[CACHE, "actions/cache/restore"])).collect();
    for (pipeline, job, step, uses) in &caches {
        let Some(key) = input(uses, "key").filter(|_| is(uses, CACHE)) else { continue };
        // What a run keeps for its own later jobs has the same key there.
        let is_shared = caches.iter().any(|(.., other)| {
            !std::ptr::eq(*other, *uses) && input(other, "key").is_some_and(|other| other.value.same(&key.value))
        });
        if !is_shared
            && input(uses, "restore-keys").is_none()
            && key.value.references().any(|reference| is_each_run(reference.value))
        {
            findings.report(pipeline.step_identity(job, step), key.value.origin, NEVER_FOUND).key("key").mend(NICKEL, YAML);
        }
    }
}

const NICKEL: &str = "put a hash over the lock file into the key: 'Hash [\"uv.lock\"]";
const YAML: &str = "put a hash over the lock file into the key: ${{ hashFiles('uv.lock') }}";
const NEVER_FOUND: &str = "the key is new in each run and nothing else is restored, so no run ever finds it";
const CACHE: &str = "actions/cache";

fn is_each_run(reference: &Reference) -> bool {
    matches!(reference, Reference::Known(Known::Commit | Known::RunId | Known::RunUrl | Known::CommitMessage))
}

/// What is wrong with a key. What GitLab stores under a key takes the place of what was there: one that is the same for ever is
/// right, and so is one with a new copy for each run that another cache is restored from.
fn fault(cache: &Cache, growing: bool, replaced: bool) -> Option<&'static str> {
    let parts: Vec<&Reference> = cache.key.references().map(|reference| reference.value).collect();
    let each_run = parts.iter().any(|part| is_each_run(part));
    let constant = parts.iter().all(|part| matches!(part, Reference::Matrix(_) | Reference::Known(_)));
    if each_run && cache.restore.is_empty() {
        Some(NEVER_FOUND)
    } else if each_run {
        (!growing && !replaced).then_some("the key is new in each run, so each run stores another copy")
    } else {
        (constant && !replaced).then_some("the key never changes, so what is stored first stays for ever")
    }
}
