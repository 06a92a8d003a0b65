//! `secrets-inherit`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "secrets-inherit",
    summary: "a called pipeline is handed every secret there is",
    why: "`secrets: inherit` gives the called pipeline all secrets that the caller can reach, those that are added next year \
          included, and nothing in either of the two says which ones it uses. Hand over each by its name.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("ci", r#"{ jobs.mail = { calls = "mail", github.secrets = "inherit" } }"#),
            ("mail", "{ on = { call.secrets.TO.required = true } }"),
        ]),
        Example::good(&[
            ("ci", r#"{ jobs.mail = { calls = "mail", secrets.TO = 'Secret "MAIL_TO" } }"#),
            ("mail", "{ on = { call.secrets.TO.required = true } }"),
        ]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        if let Some(call) = job.call()
            && let Some(origin) = call.inherit
        {
            findings.report(pipeline.job_identity(job), origin, format!("`{}` gets every secret", call.callee.value)).mend(
                "write secrets.NAME = 'Secret \"NAME\" for each that it needs",
                "write NAME: ${{ secrets.NAME }} for each that it needs",
            );
        }
    }
}
