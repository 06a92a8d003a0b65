//! `pin-unused`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::step::Kind;
use crate::pipeline::surroundings::Toolchain;

pub(super) static RULE: Rule = Rule {
    id: "pin-unused",
    summary: "a pin is declared and nothing uses it",
    why: "A bot keeps raising it and people keep reviewing that, for nothing.",
    severity: Severity::Note,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).project(
            r#"{ pins = {
              "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
              "docker/login-action" = { version = "v4.6.0", revision = "dbcb813823bdd20940b903addbd779551569679f" },
            } }"#,
        ),
        Example::good(&[("ci", "{}")]).project(
            r#"{ pins = { "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" } } }"#,
        ),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "github/codeql-action/init" }] }"#,
        )])
        .project(
            r#"{ pins = { "github/codeql-action" = { version = "v4.37.8", revision = "db488ddef3bf6cb639b32c2e9a7c0a7ea8271d28" } } }"#,
        ),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What a file that could not be read uses is not known.
    if !scope.project.unread.is_empty() {
        return;
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (_, job, step) in scope.steps() {
        used.extend(actions(&step.kind.value));
        if matches!(job.toolchain.value, Toolchain::Nix(_)) {
            used.insert("cachix/install-nix-action".to_owned());
        }
    }
    for (name, pin) in scope.project.pins.iter().filter(|(name, _)| !used.contains(*name)) {
        findings
            .report(Identity::of("project").part("pins").part(name), pin.key, format!("no step needs `{name}`"))
            .help("remove it");
    }
}

/// The pins a step may need: what it names, or what a backend writes for its kind.
fn actions(kind: &Kind) -> Vec<String> {
    let names: &[&str] = match kind {
        Kind::Uses(uses) => return uses.repository().into_iter().collect(),
        Kind::Run(_) | Kind::WaitFor(_) | Kind::Summary(_) | Kind::Comment(_) | Kind::Email(_) | Kind::Slack(_) => &[],
        Kind::Checkout(_) => &["actions/checkout"],
        Kind::Upload(_) => &["actions/upload-artifact"],
        Kind::Download(_) => &["actions/download-artifact"],
        Kind::Cache(_) => &["actions/cache"],
        Kind::DockerBuild(build) if build.login.is_some() => {
            &["docker/setup-buildx-action", "docker/login-action", "docker/build-push-action"]
        }
        Kind::DockerBuild(_) => &["docker/setup-buildx-action", "docker/build-push-action"],
        Kind::Sarif(_) => &["github/codeql-action"],
        Kind::Coverage(_) => &["codecov/codecov-action"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}
