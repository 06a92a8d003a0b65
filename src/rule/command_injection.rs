//! `command-injection`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::shell::{self, Command};
use crate::view::{scripts, tainted};

/// Programs that run a text they are given, and the options that give it.
const INTERPRETERS: &[(&[&str], &[&str])] = &[
    (&["bash", "sh", "dash", "zsh", "ksh", "su", "ssh", "python", "python3", "pwsh"], &["-c", "-ec", "-lc", "-xc", "-command"]),
    (&["perl", "ruby", "node"], &["-e", "--eval"]),
    (&["php"], &["-r"]),
];
/// What a script holds that calls one of them so, or evaluates a text itself.
const HINTS: &[&str] = &["eval", "-c", "-ec", "-lc", "-xc", "-command", "-e", "-r"];

pub(super) static RULE: Rule = Rule {
    id: "command-injection",
    summary: "a script runs a text that outsiders write",
    why: "A value in the environment is only a value until a script hands it to something that runs texts: `eval \"$TITLE\"` and \
          `bash -c \"$TITLE\"` run whatever somebody put into a title or a comment, with the secrets and the token of the job. On GitLab the \
          variables `CI_COMMIT_MESSAGE` and `CI_COMMIT_TITLE` keep an outsider's words after the merge, where a pipeline has every \
          protected variable; what a merge request chooses counts where merge requests start the pipeline.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$HEAD\"", env.HEAD = 'Branch }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "bash -c \"make $HEAD\"", env.HEAD = 'Branch }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "IT=$HEAD\nsudo python3 -c \"$IT\"", env.HEAD = 'Branch }] }"#)]),
        Example::bad(&[("ci", r#"{ on = { push = {} }, jobs.test.steps = [{ run = "eval \"echo $CI_COMMIT_TITLE\"" }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.before_script = ["sh -c \"echo $CI_MERGE_REQUEST_TITLE\""] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { gitlab.variables.TITLE = "Of $CI_MERGE_REQUEST_TITLE", steps = [{ run = "eval $TITLE" }] } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab.default.after_script = ["bash -c \"echo ${CI_COMMIT_MESSAGE}\""] }"#),
        Example::good(&[(
            "ci",
            r#"{ on = { push = {} }, jobs.test.steps = [{ run = "eval \"make $CI_COMMIT_REF_NAME $CI_JOB_ID\"" }] }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"echo $CI_COMMIT_TITLE\"" }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "bash -c 'make \"$HEAD\"'", env.HEAD = 'Branch }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"$HEAD\" -c", env.HEAD = 'Branch }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "eval \"$TASK\"", env.TASK = "make" }] }"#)]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::with_any(scope, HINTS) {
        let mut tainted = tainted::variables(scope, script);
        if tainted.is_empty() {
            continue;
        }
        let commands = shell::commands(script.text);
        tainted::follow(&commands, &mut tainted);
        for command in shell::every(&commands) {
            let Some(program) = runs_a_text(command) else { continue };
            for (name, (source, _)) in &tainted {
                if command.words.iter().any(|word| word.names.contains(name)) {
                    let message = format!("`{program}` runs `${name}`, and outsiders write {source}");
                    findings
                        .report(script.identity(), script.origin, message)
                        .key(format!("{program}/{name}"))
                        .help("hand it over as an argument of a command that is written out, between double quotes");
                }
            }
        }
    }
}

/// The name of what is called, if it runs a text that stands among its words.
pub(super) fn runs_a_text(command: &Command) -> Option<&str> {
    let name = command.name();
    let given = |options: &[&str]| command.arguments().iter().any(|word| options.contains(&word.text.as_str()));
    let interprets = INTERPRETERS.iter().any(|(programs, options)| programs.contains(&name) && given(options));
    (name == "eval" || interprets).then_some(name)
}
