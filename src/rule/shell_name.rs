//! `shell-name`

use super::{Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::Severity;
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
          file with the commands goes. A shell it does not know fails the job when the step begins.",
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
        Example::good(&[("ci", r#"{ jobs.test.defaults.shell = "perl {0}" }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { toolchain = 'Nix, steps = [
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
        if let Kind::Run(run) = &step.kind.value
            && let Some(shell) = shell_of(pipeline, job, run).filter(|shell| matches!(shell.as_str(), "cmd" | "powershell"))
            && matches!(job.toolchain_of(step).value, Toolchain::Nix(_))
        {
            findings
                .report(pipeline.step_identity(job, step), shell.origin, format!("the Nix shell has no `{}`", shell.value))
                .key("shell")
                .help("write toolchain = 'Host at the step, or another shell");
        }
    }
    // A step's own shell is a text its contract judges; a default may be worked out when the pipeline runs.
    for held in scope.values().iter().filter(|held| held.field == "defaults.shell") {
        if let Some(shell) = held.value.print().filter(|shell| !is_shell(shell)) {
            findings
                .report(held.spot.identity(), held.value.origin, format!("expected a shell, got \"{shell}\""))
                .key("defaults.shell")
                .help("write bash, sh, pwsh, powershell, cmd or python, or a command line such as \"perl {0}\"");
        }
    }
}

/// What the contract of a step's shell accepts.
fn is_shell(shell: &str) -> bool {
    let program = shell.split("{0}").next().unwrap_or_default();
    KNOWN.contains(&shell)
        || program.len() < shell.len()
            && program.starts_with(|first: char| !first.is_whitespace() && !matches!(first, '{' | '}'))
            && !program.contains('\n')
            && !shell.contains("${{")
}
