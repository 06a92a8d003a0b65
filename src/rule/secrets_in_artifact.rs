//! `secrets-in-artifact`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::view::glob;
use crate::view::uploads::{Kept, kept};

/// Paths that take all there is, and what that is.
const WHOLE: &[(&str, &str)] = &[
    (".", "the whole workspace, with whatever was left there"),
    ("..", "what is above the workspace"),
    ("../*", "what is above the workspace"),
    ("~", "the home directory with its credentials"),
    ("$HOME", "the home directory with its credentials"),
];
/// Directories, wherever they stand in a path.
const FOLDERS: &[(&str, &str)] = &[
    (".git", "the repository's configuration, where tokens are kept"),
    (".ssh", "SSH keys"),
    (".gnupg", "private keys"),
    (".aws", "a cloud's credentials"),
    (".azure", "a cloud's credentials"),
    (".docker", "a registry's password"),
    (".kube", "a cluster's credentials"),
];
/// Files, by the last part of a path.
const FILES: &[(&str, &str)] = &[
    (".env", "an environment file"),
    ("*.env", "an environment file"),
    (".env.*", "an environment file"),
    ("id_rsa*", "an SSH key"),
    ("id_ecdsa*", "an SSH key"),
    ("id_ed25519*", "an SSH key"),
    ("*.pem", "a private key"),
    ("*.p12", "a private key"),
    (".netrc", "a file of passwords"),
    (".git-credentials", "a file of passwords"),
    (".npmrc", "a registry's token"),
    (".pypirc", "a registry's password"),
];
/// Endings of files that show what another holds without holding it.
const SAMPLES: &[&str] = &[".example", ".sample", ".template"];

pub(super) static RULE: Rule = Rule {
    id: "secrets-in-artifact",
    summary: "an artifact takes credentials along",
    why: "Whoever can read a repository can download its artifacts, and of a public one that is everybody who is signed in. \
          The whole workspace or home directory holds more than the report one had in mind: `.git/config`, `.env`, \
          `.netrc`. The name of an artifact is shown to everybody.",
    severity: Severity::Error,
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
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["~/.docker/config.json"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = ["a-", 'Secret "TOKEN"], paths = ["dist"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/upload-pages-artifact", with.path = "." }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "softprops/action-gh-release", with.files = "dist/*.whl\n.env" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.artifacts = { paths = ["dist", ".env"], expire_in = "1 day" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "softprops/action-gh-release", with.files = "dist/*.whl" }, { uses = "actions/upload-pages-artifact", with.path = "_site" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["dist", "docs/environment.md", ".gitlab/report.xml", ".env.example"], retention = "7 days" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ upload = { name = "a", paths = ["dist/**", "!dist/.env"], retention = "7 days" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = ".git", if-no-files-found = "error", retention-days = 7 } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "dist\n.git/\n", if-no-files-found = "error", retention-days = 7 } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ github = { uses = "Actions/upload-artifact", with = { Path = "${{ github.workspace }}/.ssh" } } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = 'Secret "TOKEN", path = "dist", if-no-files-found = "error", retention-days = 7 } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/upload-artifact", with = { name = "a", path = "dist\n!.git\n# .git", if-no-files-found = "error", retention-days = 7 } }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for upload in kept(scope) {
        let identity = upload.identity.clone();
        for path in &upload.paths {
            if let Some(what) = taken(path) {
                findings
                    .report(identity.clone(), path.origin, format!("`{}` takes {what}", path.value))
                    .key(path.value.clone())
                    .help("name the files that are meant");
            }
        }
        if let Some(origin) = secret_in_name(&upload) {
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
    let find = |table: &[(&str, &'static str)], name: &str| {
        table.iter().find(|(pattern, _)| glob::matches(pattern, name)).map(|(_, what)| *what)
    };
    let last = path.rsplit('/').next().unwrap_or(path);
    let sample = SAMPLES.iter().any(|ending| last.ends_with(ending));
    find(WHOLE, path)
        .or_else(|| path.split('/').find_map(|part| find(FOLDERS, part)))
        .or_else(|| find(FILES, last).filter(|_| !sample))
}

fn secret_in_name(upload: &Kept<'_>) -> Option<crate::origin::Origin> {
    let mut references = upload.name.into_iter().flat_map(|name| name.references());
    references.find(|reference| matches!(reference.value, Reference::Secret(_))).map(|reference| reference.origin)
}
