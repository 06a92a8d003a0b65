//! `secrets-ungated`

use std::collections::BTreeSet;

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "secrets-ungated",
    summary: "a secret is used in a job that no environment guards",
    why: "A secret of the repository goes to every job that asks, on every branch. A secret of an environment goes to jobs in \
          that environment only, and the environment says which branches and which people may get there. A job that calls a \
          pipeline only hands secrets over: the jobs of that pipeline are looked at. GitLab guards a variable by itself: the project \
          protects it, and only protected branches and tags get it.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Secrets that need no environment; `*` is any text." | default = [],"#,
    loosens: &[("allow", Loosens::Item)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make publish", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make publish", env.TOKEN = 'Secret "TOKEN" }] }"#)])
            .policy(r#"{ rules.secrets-ungated.settings.allow = ["CODECOV_*"] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { environment.name = "release", steps = [{ run = "make publish", env.TOKEN = 'Secret "TOKEN" }] } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make cover", env.TOKEN = 'Secret "CODECOV_TOKEN" }] }"#)])
            .policy(r#"{ rules.secrets-ungated.settings.allow = ["CODECOV_*"] }"#),
        Example::good(&[
            ("ci", r#"{ jobs.mail = { calls = "mail", secrets.TO = 'Secret "MAIL_TO" } }"#),
            ("mail", "{ on = { call = {} } }"),
        ]),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.texts("allow");
    let mut said = BTreeSet::new();
    for mention in scope.mentions() {
        let (Some(job), Reference::Secret(name)) = (mention.spot.job, &mention.reference) else { continue };
        let identity = mention.spot.identity();
        let gated = job.environment.is_some() || job.call().is_some();
        if !gated && !glob::matches_any(allow.iter().copied(), name) && said.insert((identity.clone(), name.clone())) {
            findings
                .report(identity, mention.origin, format!("`{name}` is used, and the job has no environment"))
                .key(name.clone())
                .decided(scope.settings, "allow")
                .mend(
                    "give the job an environment and keep the secret there: environment.name = \"release\"",
                    "give the job an environment and keep the secret there: environment: release",
                );
        }
    }
}
