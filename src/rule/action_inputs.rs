//! `action-inputs`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::source::nearest;
use crate::view::actions::{input, is, used};

/// What an action of the forge or of its best known authors takes.
struct Known {
    action: &'static str,
    /// Every input that a version of it has or had.
    inputs: &'static [&'static str],
    required: &'static [&'static str],
}

const fn known(action: &'static str, required: &'static [&'static str], inputs: &'static [&'static str]) -> Known {
    Known { action, inputs, required }
}

/// Read from the actions' own descriptions, 2026-11. A version that is newer may take more, so what is near to none of these is
/// not judged.
const KNOWN: &[Known] = &[
    known(
        "actions/cache",
        &["key", "path"],
        &[
            "key",
            "path",
            "restore-keys",
            "upload-chunk-size",
            "enableCrossOsArchive",
            "fail-on-cache-miss",
            "lookup-only",
            "save-always",
        ],
    ),
    known(
        "actions/cache/restore",
        &["key", "path"],
        &["key", "path", "restore-keys", "enableCrossOsArchive", "fail-on-cache-miss", "lookup-only"],
    ),
    known("actions/cache/save", &["key", "path"], &["key", "path", "upload-chunk-size", "enableCrossOsArchive"]),
    known(
        "actions/checkout",
        &[],
        &[
            "repository",
            "ref",
            "token",
            "ssh-key",
            "ssh-known-hosts",
            "ssh-strict",
            "ssh-user",
            "persist-credentials",
            "path",
            "clean",
            "filter",
            "sparse-checkout",
            "sparse-checkout-cone-mode",
            "fetch-depth",
            "fetch-tags",
            "show-progress",
            "lfs",
            "submodules",
            "set-safe-directory",
            "github-server-url",
        ],
    ),
    known(
        "actions/download-artifact",
        &[],
        &[
            "name",
            "artifact-ids",
            "path",
            "pattern",
            "merge-multiple",
            "github-token",
            "repository",
            "run-id",
            "skip-decompress",
            "digest-mismatch",
        ],
    ),
    known(
        "actions/github-script",
        &["script"],
        &[
            "script",
            "github-token",
            "debug",
            "user-agent",
            "previews",
            "result-encoding",
            "retries",
            "retry-exempt-status-codes",
            "base-url",
        ],
    ),
    known(
        "actions/setup-go",
        &[],
        &[
            "go-version",
            "go-version-file",
            "check-latest",
            "token",
            "cache",
            "cache-dependency-path",
            "architecture",
            "go-download-base-url",
        ],
    ),
    known(
        "actions/setup-node",
        &[],
        &[
            "always-auth",
            "node-version",
            "node-version-file",
            "architecture",
            "check-latest",
            "registry-url",
            "scope",
            "token",
            "cache",
            "package-manager-cache",
            "cache-dependency-path",
            "mirror",
            "mirror-token",
            "version",
        ],
    ),
    known(
        "actions/setup-python",
        &[],
        &[
            "python-version",
            "python-version-file",
            "cache",
            "architecture",
            "check-latest",
            "token",
            "cache-dependency-path",
            "update-environment",
            "allow-prereleases",
            "freethreaded",
            "pip-version",
            "pip-install",
            "ignore-platform-version",
        ],
    ),
    known(
        "actions/upload-artifact",
        &["path"],
        &[
            "name",
            "path",
            "if-no-files-found",
            "retention-days",
            "compression-level",
            "overwrite",
            "include-hidden-files",
            "archive",
        ],
    ),
    known(
        "astral-sh/setup-uv",
        &[],
        &[
            "version",
            "version-file",
            "python-version",
            "activate-environment",
            "venv-path",
            "working-directory",
            "checksum",
            "github-token",
            "enable-cache",
            "cache-dependency-glob",
            "restore-cache",
            "save-cache",
            "cache-suffix",
            "cache-local-path",
            "prune-cache",
            "cache-python",
            "ignore-nothing-to-cache",
            "ignore-empty-workdir",
            "tool-dir",
            "tool-bin-dir",
            "manifest-file",
            "add-problem-matchers",
            "resolution-strategy",
            "server-url",
            "pyproject-file",
            "uv-file",
            "no-project",
            "quiet",
        ],
    ),
    known(
        "docker/build-push-action",
        &[],
        &[
            "add-hosts",
            "allow",
            "annotations",
            "attests",
            "build-args",
            "build-contexts",
            "builder",
            "cache-from",
            "cache-to",
            "call",
            "cgroup-parent",
            "context",
            "file",
            "labels",
            "load",
            "network",
            "no-cache",
            "no-cache-filters",
            "outputs",
            "platforms",
            "provenance",
            "pull",
            "push",
            "sbom",
            "secrets",
            "secret-envs",
            "secret-files",
            "shm-size",
            "ssh",
            "tags",
            "target",
            "ulimit",
            "github-token",
        ],
    ),
    known(
        "docker/login-action",
        &[],
        &["registry", "username", "password", "scope", "ecr", "logout", "registry-auth", "attempts"],
    ),
    known("docker/setup-qemu-action", &[], &["image", "platforms", "cache-image"]),
];

pub(super) static RULE: Rule = Rule {
    id: "action-inputs",
    summary: "an action is given an input it does not take, or not given one it needs",
    why: "The forge takes any input for any action, and an unknown one is a line in a log that nobody reads: `fetch-dept` \
          fetches one commit, `retention-day` keeps for 90 days. What well-known actions take is known before anything runs.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.node-verison = 24 }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "Actions/GitHub-Script", with.github-token = 'Token }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with = { Node-Version = 24, quite-new = true } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing", with.node-verison = 24 }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(known) = KNOWN.iter().find(|known| is(uses, known.action)) else { continue };
        let identity = pipeline.step_identity(job, step);
        for (name, binding) in &uses.with {
            let lower = name.to_ascii_lowercase();
            if known.inputs.iter().any(|input| input.eq_ignore_ascii_case(name)) {
                continue;
            }
            if let Some(near) = nearest(&lower, known.inputs) {
                findings
                    .report(identity.clone(), binding.key, format!("`{}` takes no `{name}`", known.action))
                    .key(name.clone())
                    .help(format!("did you mean `{near}`?"));
            }
        }
        for name in known.required.iter().filter(|name| input(uses, name).is_none()) {
            findings
                .report(identity.clone(), uses.action.origin, format!("`{}` needs `{name}`", known.action))
                .key(*name)
                .help(format!("write with.{name} = …"));
        }
    }
}
