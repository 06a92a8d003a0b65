//! `secrets-undeclared`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "secrets-undeclared",
    summary: "a secret is used that the project does not declare",
    why: "The platform gives an empty text for a secret that does not exist, so a misspelt name is found out when the release \
          fails. The project's list of secrets is also where it stands what each is for and who looks after it.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = 'Secret "TOKNE" }] }"#)])
            .project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Present ('Secret "TOKEN") }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = 'Raw { github = "secrets.TOKNE" } }] }"#)])
            .project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.ALL = 'Raw { github = "toJSON(secrets)" } }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#)])
            .project(r#"{ secrets.TOKEN = { purpose = "publishes", owner = "platform" } }"#),
        Example::good(&[(
            "shared",
            r#"{ on = { call.secrets.TOKEN.required = true }, jobs.test.steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#,
        )]),
        Example::good(&[(
            "shared",
            r#"{ on = { call.secrets.token.required = true }, jobs.test.steps = [{ run = "make", env.TOKEN = 'Raw { github = "secrets.token" } }] }"#,
        )]),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions() {
        if let Reference::Raw(words) = &mention.reference
            && words.takes_unnamed_secrets()
        {
            findings
                .report(mention.spot.identity(), mention.origin, "takes every secret there is, declared or not")
                .key(mention.field.clone())
                .help("name the one that is needed: 'Secret \"NAME\"");
        }
        let Reference::Secret(name) = &mention.reference else { continue };
        let handed = mention.spot.pipeline.on.call.as_ref().is_some_and(|call| call.secret(name).is_some());
        if !handed && !scope.project.secrets.contains_key(name) {
            findings
                .report(mention.spot.identity(), mention.origin, format!("no secret `{name}` is declared"))
                .key(name.clone())
                .suggest(near(name, scope.project.secrets.keys().map(String::as_str)))
                .help(format!("declare it in {}: secrets.{name} = {{ purpose, owner }}", scope.project.source));
        }
    }
}
