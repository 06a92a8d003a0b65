//! `unpinned-tools`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::actions::{input, is, is_on, said, used};
use crate::view::provenance::{self, Root};
use crate::view::scope::Spot;

/// What stands for whatever is newest.
const NEWEST: &[&str] =
    &["latest", "current", "newest", "edge", "canary", "tip", "*", "x", "stable", "nightly", "lts", "lts/*", "latest-lts"];

/// Actions that install the newest version of a tool unless this input says which, by their own descriptions, 2026-11.
const UNLESS: &[(&str, &str)] = &[
    ("1password/load-secrets-action", "version"),
    ("aquasecurity/setup-trivy", "version"),
    ("extractions/setup-crate", "version"),
    ("extractions/setup-just", "just-version"),
];

pub(super) static RULE: Rule = Rule {
    id: "unpinned-tools",
    summary: "an action installs whatever version of a tool is newest",
    why: "A pinned action that installs `latest` runs another program each week: a build breaks on a day when nobody changed \
          anything, and a release that was taken over reaches the pipeline within the hour. A version changes when somebody \
          changes it.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv", with.version = "latest" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "oven-sh/setup-bun", with.Bun-Version = "Canary" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "hashicorp/setup-terraform", with.terraform_version = "*" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.node-version = "lts/*" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with = { node-version = 24, check-latest = true } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-go", with.go-version = 'Raw { github = "github.ref_name == 'main' && '1.25.4' || 'latest'" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.go = ["1.25.4", "stable"], steps = [{ uses = "actions/setup-go", with.go-version = 'Matrix "go" }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "extractions/setup-just" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "extractions/setup-just", with.just-version = "1.43.0" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { matrix.go = ["1.25.4", "1.24.9"], steps = [{ uses = "actions/setup-go", with.go-version = 'Matrix "go" }] } }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [
              { uses = "actions/setup-node", with.node-version = "lts/krypton" },
              { uses = "actions/setup-python", with = { python-version = "3.14.0", check-latest = true } },
            ] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "astral-sh/setup-uv", with.version = "0.9.8" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.node-version = 24 }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "docker/metadata-action", with.flavor = "latest" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let spot = Spot { pipeline, job: Some(job), step: Some(step) };
        let versions = uses.with.iter().filter(|(name, _)| is_version(name));
        for (name, binding) in versions.clone() {
            let sources = provenance::of(scope.project, spot, &binding.value);
            let newest = sources.into_iter().filter(|source| source.whole).find_map(|source| match source.root {
                Root::Text(text) => is_newest(&text).then_some((text, source.origin)),
                _ => None,
            });
            if let Some((text, origin)) = newest {
                let said = findings
                    .report(spot.identity(), binding.value.origin, format!("`{text}` is another version each week"))
                    .key(name.clone())
                    .help("write the version that is meant");
                if origin != binding.value.origin {
                    said.related(origin, "where it is written");
                }
            }
        }
        let silent = UNLESS.iter().find(|(name, version)| is(uses, name) && input(uses, version).is_none());
        if let Some((name, version)) = silent {
            findings
                .report(
                    spot.identity(),
                    uses.action.origin,
                    format!("`{name}` installs the newest unless `{version}` says which"),
                )
                .key("default")
                .help(format!("write the version that is meant under `with.{version}`"));
        }
        // With an exact version there is nothing newer to look for.
        let exact = versions.filter_map(|(_, binding)| said(&binding.value)).any(|text| is_exact(&text));
        if let Some(binding) = input(uses, "check-latest").filter(|binding| is_on(&binding.value) && !exact) {
            findings
                .report(spot.identity(), binding.value.origin, "the newest version that fits is looked for in every run")
                .key("check-latest")
                .help("remove `check-latest`, or write the version that is meant in full");
        }
    }
}

/// Whether an input says which version of a tool is installed.
fn is_version(input: &str) -> bool {
    let input = input.to_ascii_lowercase();
    input == "version" || input.ends_with("-version") || input.ends_with("_version")
}

fn is_newest(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    NEWEST.contains(&text.as_str()) || text.starts_with("lts/-")
}

/// Whether a text is one version: three numbers at least.
fn is_exact(text: &str) -> bool {
    let parts: Vec<&str> = text.trim().trim_start_matches(['v', '=']).split(['.', '-', '+']).collect();
    let number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.iter().take_while(|part| number(part)).count() >= 3
}
