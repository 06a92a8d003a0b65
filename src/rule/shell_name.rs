//! `shell-name`

use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Job;
use crate::pipeline::runner::{Machine, Sort};
use crate::pipeline::step::Kind;
use crate::pipeline::surroundings::Toolchain;
use crate::source::FaultKind;
use crate::view::scripts::shell_of;

/// The shells that every runner knows by name.
const KNOWN: &[&str] = &["bash", "sh", "pwsh", "powershell", "cmd", "python"];

pub(super) static RULE: Rule = Rule {
    id: "shell-name",
    summary: "commands are handed to a shell that does not exist",
    why: "The runner knows bash, sh, pwsh, powershell, cmd and python; any other program is a command line with `{0}` where the \
          file with the commands goes. A shell it does not know fails the job when the step begins, and so do `cmd` and \
          `powershell` elsewhere than on Windows.",
    severity: Severity::Error,
    refused: &[
        Refused { kind: FaultKind::Contract, path: "jobs/*/steps/*/shell" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/steps/*/parallel/*/shell" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/steps/*/github/shell" },
        Refused { kind: FaultKind::Contract, path: "jobs/*/steps/*/github/parallel/*/shell" },
    ],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", shell = "bahs" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ run = "make", shell = "perl" }] }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "dir", shell = "cmd", toolchain = 'Nix }] }"#)]),
        Example::bad(&[("ci", r#"{ defaults.shell = "fish" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.defaults.shell = "perl" }"#)]),
        Example::bad(&[("ci", r#"{ github.defaults.run.shell = "fish" }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.github.defaults.run.shell = "{0}" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ defaults.shell = "pwsh", jobs.test = { matrix.shell = ["sh"], github.defaults.run.shell = "${{ matrix.shell }}" } }"#,
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: make\n        shell: bash -e\n",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: macos-15\n    steps:\n      - run: dir\n        shell: cmd\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    strategy: { matrix: { os: [ubuntu-24.04, windows-2025] } }\n    runs-on: ${{ matrix.os }}\n    steps:\n      - run: dir\n        if: runner.os == 'Windows'\n        shell: cmd\n      - run: make\n        shell: Bash\n",
        )]),
        Example::good(&[("ci", r#"{ jobs.test.defaults.shell = "perl {0}" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { runner = "windows-2025", toolchain = 'Nix, steps = [
              { run = "print 1", shell = "perl {0}" },
              { run = "make", shell = "bash" },
              { run = "dir", shell = "cmd", toolchain = 'Host },
            ] } }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step) in scope.steps() {
        let Kind::Run(run) = &step.kind.value else { continue };
        let Some(shell) = shell_of(pipeline, job, run) else { continue };
        let is_nix = matches!(job.toolchain_of(step).value, Toolchain::Nix(_));
        let (message, help) = if run.shell.is_some() && !is_shell(&shell) {
            // In Nickel its contract has refused it.
            (format!("expected a shell, got \"{}\"", shell.escape_debug()), HELP)
        } else if is_nix && is_of_windows(&shell) {
            (
                format!("the Nix shell has no `{}`", shell.value),
                "take the `toolchain` of the host at the step, or write another shell",
            )
        } else if let Some(image) = is_of_windows(&shell).then(|| elsewhere(scope, job)).flatten() {
            (format!("`{image}` has no `{}`", shell.value), "write bash, sh, pwsh or python, or run the job on Windows")
        } else {
            continue;
        };
        findings.report(pipeline.step_identity(job, step), shell.origin, message).key("shell").help(help);
    }
    // A default may be worked out when the pipeline runs.
    for held in scope.values().iter().filter(|held| held.field == "defaults.shell") {
        if let Some(shell) = held.value.print().filter(|shell| !is_shell(shell)) {
            findings
                .report(held.spot.identity(), held.value.origin, format!("expected a shell, got \"{shell}\""))
                .key("defaults.shell")
                .help(HELP);
        }
    }
}

const HELP: &str = "write bash, sh, pwsh, powershell, cmd or python, or a command line such as \"perl {0}\"";

fn is_of_windows(shell: &str) -> bool {
    ["cmd", "powershell"].iter().any(|one| one.eq_ignore_ascii_case(shell))
}

/// The image of the platform that a job runs on, if none that it may get is one of Windows.
fn elsewhere<'a>(scope: &Scope<'a>, job: &'a Job) -> Option<String> {
    let machines = scope.machines(job);
    let image = |machine: &Machine<'_>| match &machine.sort {
        Sort::Labels(labels) if labels.len() == 1 => labels.first().cloned(),
        _ => None,
    };
    let images: Vec<String> = machines.iter().map(image).collect::<Option<_>>()?;
    let is_other = |image: &&String| image.starts_with("ubuntu-") || image.starts_with("macos-");
    if images.iter().any(|image| !is_other(&image)) { None } else { images.into_iter().next() }
}

/// What the contract of a step's shell accepts; the runner does not look at capitals.
fn is_shell(shell: &str) -> bool {
    let program = shell.split("{0}").next().unwrap_or_default();
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(shell))
        || program.len() < shell.len()
            && program.starts_with(|first: char| !first.is_whitespace() && !matches!(first, '{' | '}'))
            && !program.contains('\n')
            && !shell.contains("${{")
}
