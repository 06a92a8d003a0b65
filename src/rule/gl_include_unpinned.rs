//! `gl-include-unpinned`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::view::gitlab::include::{From, Included, all};
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "gl-include-unpinned",
    summary: "jobs are included from a place whose text can change",
    why: "What is included runs with everything the project's own jobs have: its variables, its token, its runners. A branch, a \
          tag, `~latest`, a part of a version or an address alone name whatever is there at the time, so whoever may write there \
          writes jobs here. A file of another project is pinned by the full `ref` of a commit, an address by `integrity`, a \
          component by a commit or by the exact version of a release. A template that comes with GitLab changes with GitLab \
          itself and cannot be pinned: nothing is said of it.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Projects, components and addresses that need no pin; `*` is any text." | default = [],
releases | Bool | doc "Whether the exact version of a component counts as a pin." | default = true,"#,
    loosens: &[("allow", Loosens::Item), ("releases", Loosens::More)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = [{ project = "group/ci", ref = "main", file = "a.yml" }] } }"#),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = { project = "group/ci", file = "a.yml" } } }"#),
        Example::bad(&[("ci", "{}")]).project(r#"{ backends.gitlab = { "include" = "https://example.org/ci.yml" } }"#),
        Example::bad(&[("ci", r#"{ gitlab."include" = [{ remote = "https://example.org/ci.yml" }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = [{ component = "gitlab.com/group/lint/rust@~latest" }] } }"#),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = [{ component = "gitlab.com/group/lint/rust@1.2" }] } }"#),
        Example::bad(&[(
            "ci",
            r#"{ jobs.child.gitlab.trigger."include" = [{ project = "group/ci", ref = "v1", file = "a.yml" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = [{ component = "gitlab.com/group/lint/rust@1.2.0" }] } }"#)
            .policy("{ rules.gl-include-unpinned.settings.releases = false }"),
        Example::good(&[("ci", "{}")]).project(
            r#"{ backends.gitlab = { "include" = [
              { project = "group/ci", ref = "3d3c42e5aac5ba805825da76410c181273ba90b1", file = "a.yml" },
              { remote = "https://example.org/ci.yml", integrity = "sha256-n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=" },
              { component = "gitlab.com/group/lint/rust@1.2.0" },
              { component = "gitlab.com/group/lint/rust@3d3c42e5aac5ba805825da76410c181273ba90b1" },
              { local = "ci/lint.yml" }, { template = "Jobs/SAST.gitlab-ci.yml" }, "ci/*.yml",
            ] } }"#,
        ),
        Example::good(&[("ci", "{}")])
            .project(r#"{ backends.gitlab = { "include" = [{ project = "acme/ci/lint", ref = "main", file = "a.yml" }] } }"#)
            .policy(r#"{ rules.gl-include-unpinned.settings.allow = ["acme/ci/*"] }"#),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.texts("allow");
    for Included { identity, words, from } in all(scope.project) {
        let (name, fault) = match from {
            From::Remote(address) => (address, remote(words, address)),
            From::Project(name) => (name, project(words, name)),
            From::Component(name) => (name, component(words, name, scope.settings.flag("releases"))),
            From::Local(_) | From::Other => continue,
        };
        let bare = name.split('@').next().unwrap_or_default();
        if let Some((origin, message, (help, yaml))) = fault.filter(|_| !glob::matches_any(allow.iter().copied(), bare)) {
            let said = findings.report(identity, origin, message).key(name).mend(help, yaml);
            let written = ["releases", "allow"].into_iter().find(|name| scope.settings.written(name).is_some());
            written.into_iter().fold(said, |said, name| said.decided(scope.settings, name));
        }
    }
}

/// Where the fault is, what it is, and what to write, in Nickel and in YAML.
type Fault = (Origin, String, (&'static str, &'static str));

fn remote(words: &Tree, address: &str) -> Option<Fault> {
    let help = (
        "add integrity = \"sha256-…\", or keep the file in the repository and include it with `local`",
        "add integrity: sha256-…, or keep the file in the repository and include it with `local`",
    );
    words.get("integrity").is_none().then(|| (words.origin, format!("nothing tells what `{address}` sends"), help))
}

fn project(words: &Tree, name: &str) -> Option<Fault> {
    let help = (
        "write ref = \"…\" with the full name of a commit, 40 hexadecimal digits",
        "write ref: with the full name of a commit, 40 hexadecimal digits",
    );
    let Some(reference) = words.get("ref") else {
        return Some((words.origin, format!("`{name}` is included as its default branch is"), help));
    };
    let text = reference.text().unwrap_or_default();
    (!is_commit(text)).then(|| (reference.origin, format!("`{text}` of `{name}` is no commit, and may change"), help))
}

fn component(words: &Tree, name: &str, releases: bool) -> Option<Fault> {
    let written = words.get("component").map_or(words.origin, |component| component.origin);
    let version = name.rsplit_once('@').map_or("", |(_, version)| version);
    let fixed = is_commit(version) || releases && is_release(version);
    let help = if releases {
        "write the exact version of a release, or the full name of a commit"
    } else {
        "write the full name of a commit, 40 hexadecimal digits"
    };
    (!fixed).then(|| (written, format!("the version `{version}` may change"), (help, help)))
}

/// Whether a text is the full name of a commit, of this project's own too.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        || matches!(text, "$CI_COMMIT_SHA" | "${CI_COMMIT_SHA}")
}

/// Whether a text is a whole version: `1.2.0`, `1.2.0-rc.1`.
fn is_release(text: &str) -> bool {
    let main = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = main.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
