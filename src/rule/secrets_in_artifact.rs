//! `secrets-in-artifact`

use super::glob;
use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::step::{Kind, Upload};

/// Paths that take credentials along, and what they are.
const TAKERS: &[(&str, &str)] = &[
    (".", "the whole workspace, hidden files included"),
    ("*/..", "what is above the workspace"),
    ("..*", "what is above the workspace"),
    ("~", "the home directory with its credentials"),
    ("$HOME", "the home directory with its credentials"),
    (".git", "the repository's configuration, where tokens are kept"),
    ("*/.git", "the repository's configuration, where tokens are kept"),
    (".env", "an environment file"),
    ("*/.env", "an environment file"),
    ("*.env", "an environment file"),
    (".env.*", "an environment file"),
    ("*/.env.*", "an environment file"),
    ("*.ssh", "SSH keys"),
    ("*id_rsa*", "SSH keys"),
    ("*id_ed25519*", "SSH keys"),
    ("*.pem", "a private key"),
    ("*.p12", "a private key"),
    ("*.netrc", "a file of passwords"),
    ("*.npmrc", "a registry's token"),
    ("*.pypirc", "a registry's password"),
    ("*.aws", "a cloud's credentials"),
    ("*.docker", "a registry's password"),
    ("*.kube", "a cluster's credentials"),
];

pub(super) static RULE: Rule = Rule {
    id: "secrets-in-artifact",
    summary: "an artifact takes credentials along",
    why: "Whoever can read a repository can download its artifacts, and of a public one that is everybody who is signed in. \
          The whole workspace or home directory holds more than the report one had in mind: `.git/config`, `.env`, \
          `.netrc`. The name of an artifact is shown to everybody.",
    severity: Severity::Error,
    settings: "",
    refused: &[],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ upload = { name = "all", paths = ["."], retention = "7 days" } }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["dist", "./.git/"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["app/prod.env"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["~/.ssh/**"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = ["a-", 'Secret "TOKEN"], paths = ["dist"], retention = "7 days" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["dist", "docs/environment.md", ".gitlab/report.xml"], retention = "7 days" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["dist/**", "!dist/.env"], retention = "7 days" } }] }"#,
        )]),
    ],
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step) in scope.steps() {
        let Kind::Upload(upload) = &step.kind.value else { continue };
        let identity = pipeline.step_identity(job, step);
        for path in &upload.paths {
            if let Some(what) = taken(path) {
                findings
                    .report(identity.clone(), path.origin, format!("`{}` is {what}", path.value))
                    .key(path.value.clone())
                    .help("name the files that are meant");
            }
        }
        if let Some(origin) = secret_in_name(upload) {
            findings.report(identity, origin, "a secret is part of the artifact's name").key("name");
        }
    }
}

/// What an upload of this path takes that it should not.
fn taken(path: &str) -> Option<&'static str> {
    if path.starts_with('!') {
        return None;
    }
    let mut path = path.trim().trim_start_matches("./");
    while let Some(shorter) = ["/", "/*", "/**", "/."].iter().find_map(|end| path.strip_suffix(end)) {
        path = shorter;
    }
    let path = if matches!(path, "" | "*" | "**") { "." } else { path };
    TAKERS.iter().find(|(pattern, _)| glob::matches(pattern, path)).map(|(_, what)| *what)
}

fn secret_in_name(upload: &Upload) -> Option<crate::origin::Origin> {
    upload.name.references().find(|reference| matches!(reference.value, Reference::Secret(_))).map(|reference| reference.origin)
}
