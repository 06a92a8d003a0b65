//! `shell-custom`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::view::scripts::shell_of;

/// The shells that the forge knows, and so does who reads scripts; of `cmd` another rule speaks.
const KNOWN: &[&str] = &["bash", "cmd", "cmd.exe", "powershell", "pwsh", "python", "sh"];

pub(super) static RULE: Rule = Rule {
    id: "shell-custom",
    summary: "commands are run by a program that is no shell of the forge",
    why: "Nothing that reads scripts reads these: no linter, no rule about injections or tokens. A file of its own, run by a \
          line of `bash`, is looked at by what looks at its language.",
    severity: Severity::Note,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "print(1)", shell = "Rscript {0}" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test = { defaults.shell = "/usr/bin/fish {0}", steps = [{ run = "make" }] } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", shell = "/bin/bash -e {0}" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "print(1)", shell = "python" }] }"#)]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step) in scope.steps() {
        let Kind::Run(run) = &step.kind.value else { continue };
        let Some(shell) = shell_of(pipeline, job, run) else { continue };
        let program = shell.split_whitespace().next().unwrap_or_default();
        let program = program.rsplit(['/', '\\']).next().unwrap_or_default();
        if !KNOWN.contains(&program.to_ascii_lowercase().as_str()) {
            findings
                .report(pipeline.step_identity(job, step), shell.origin, format!("nothing that reads scripts reads `{program}`"))
                .help("put the commands into a file, and run it by a line of bash");
        }
    }
}
