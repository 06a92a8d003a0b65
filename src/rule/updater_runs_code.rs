//! `updater-runs-code`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};

pub(super) static RULE: Rule = Rule {
    id: "updater-runs-code",
    summary: "what is to be updated may run its code in the bot that updates it",
    why: "Some manifests are programs. With `insecure-external-code-execution: allow` Dependabot runs them, and with them the code \
          of every release it looks at, where the secrets of its registries are. A project of ours cannot say it.",
    severity: Severity::Warning,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            ".github/dependabot.yml",
            "version: 2\nupdates:\n  - package-ecosystem: bundler\n    directory: /\n    schedule: { interval: weekly }\n    \
             insecure-external-code-execution: allow\n",
        )]),
        Example::good(&[(
            ".github/dependabot.yml",
            "version: 2\nupdates:\n  - package-ecosystem: bundler\n    directory: /\n    schedule: { interval: weekly }\n    \
             insecure-external-code-execution: deny\n",
        )]),
        Example::good(&[("ci", "{}")]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for update in &scope.project.updates {
        if let Some(origin) = update.runs_code {
            findings
                .report(
                    Identity::of("project").part("updates").part(&update.ecosystem),
                    origin,
                    "the code of what is updated may run while it is looked at",
                )
                .key("insecure-external-code-execution")
                .help("remove `insecure-external-code-execution`");
        }
    }
}
