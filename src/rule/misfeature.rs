//! `misfeature`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::view::actions::{input, is, used};
use crate::view::scripts::shell_of;

pub(super) static RULE: Rule = Rule {
    id: "misfeature",
    summary: "a feature is used that does more harm than good",
    why: "`cmd` goes on after a command that failed and quotes by rules that nobody can follow. The input `pip-install` of \
          `actions/setup-python` installs into the interpreter that everything else uses, from no lock file.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test = { runner = "windows-2025", steps = [{ run = "build.bat", shell = "cmd" }] } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { runner = "windows-2025", steps = [{ run = "build.bat", shell = "C:\\Windows\\System32\\CMD.EXE /c {0}" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ defaults.shell = "cmd", jobs.test = { runner = "windows-2025", steps = [{ run = "build.bat" }] } }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-python", with.pip-install = "build" }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { runner = "windows-2025", steps = [{ run = "./build.ps1", shell = "pwsh" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-python", with.python-version = "3.13" }] }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Run(run) = &step.kind.value
            && let Some(shell) = shell_of(pipeline, job, run).filter(|shell| is_cmd(shell))
        {
            findings
                .report(pipeline.step_identity(job, step), shell.origin, "`cmd` goes on after a command that failed")
                .key("shell")
                .help("use pwsh or bash as the shell");
        }
    }
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| is(uses, "actions/setup-python")) {
        if let Some(binding) = input(uses, "pip-install") {
            findings
                .report(
                    pipeline.step_identity(job, step),
                    binding.key,
                    "packages are installed into the interpreter, from no lock file",
                )
                .key("pip-install")
                .help("install from a lock file into an environment of its own");
        }
    }
}

fn is_cmd(shell: &str) -> bool {
    let program = shell.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    matches!(program.rsplit(['/', '\\']).next(), Some("cmd" | "cmd.exe"))
}
