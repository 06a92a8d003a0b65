//! `deprecated-commands`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::scripts::{self, Script};
use crate::view::shell::every;

/// Commands in the output of a program that the forge has given up, and the file that takes their place.
const GIVEN_UP: &[(&str, &str)] = &[
    ("::set-output ", "$GITHUB_OUTPUT"),
    ("::save-state ", "$GITHUB_STATE"),
    ("::set-env ", "$GITHUB_ENV"),
    ("::add-path::", "$GITHUB_PATH"),
];

pub(super) static RULE: Rule = Rule {
    id: "deprecated-commands",
    summary: "a step speaks to the forge in words it has given up",
    why: "Whatever a program printed could hold `::set-env` and change the steps after it, so the forge does not listen to \
          these words any more, or will not for long. A line in the file that `$GITHUB_OUTPUT` or `$GITHUB_ENV` names does \
          the same.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"::set-output name=tag::$(git describe)\"" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo ::set-output name=tag::v1" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "if true; then printf '::add-path::%s\\n' /opt; fi" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "print('::set-output name=tag::v1')", shell = "python" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "Write-Host \"::set-env name=TAG::v1\"", shell = "pwsh" }] }"#)]),
        Example::good(&[("ci", r##"{ jobs.test.steps = [{ run = "# no ::set-output name=tag::v1", shell = "python" }] }"##)]),
        Example::good(&[(
            "ci",
            r#"{ github.defaults.run.shell = "python", jobs.test.steps = [{ run = "echo ::set-output name=a::b" }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"tag=$(git describe)\" >> \"$GITHUB_OUTPUT\"" }] }"#)]),
        Example::good(&[("ci", r##"{ jobs.test.steps = [{ run = "# no echo ::set-output name=a::b\necho '::group::a'" }] }"##)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let printing = |text: &str| GIVEN_UP.iter().any(|(words, _)| text.contains(words));
    for script in scripts::all(scope).filter(|script| printing(script.text)) {
        if !script.posix {
            any(script, findings);
            continue;
        }
        let commands = script.commands();
        let printed: Vec<&str> = every(&commands)
            .into_iter()
            .filter(|command| matches!(command.name(), "echo" | "printf" | "cat"))
            .flat_map(|command| command.arguments().iter().chain(&command.reads))
            .map(|word| word.text.as_str())
            .collect();
        for (words, file) in GIVEN_UP {
            // Without quotes the words end where the shell's word does.
            if printed.iter().any(|text| text.contains(words) || text.ends_with(words.trim_end())) {
                let identity = script.identity();
                let words = words.trim_end();
                findings
                    .report(identity, script.origin, format!("the commands print `{words}`"))
                    .key(words)
                    .help(format!("write a line to \"{file}\""));
            }
        }
    }
}

/// A language whose commands are not read: a text in it that begins as such a command does is there to be printed.
fn any(script: Script<'_>, findings: &mut Findings) {
    for (words, file) in GIVEN_UP {
        if ["\"", "'"].iter().any(|quote| script.text.contains(&format!("{quote}{words}"))) {
            let words = words.trim_end();
            findings
                .report(script.identity(), script.origin, format!("the commands print `{words}`"))
                .key(words)
                .help(format!("write a line to the file that the variable {} names", file.trim_start_matches('$')));
        }
    }
}
