//! `variables-undeclared`

use super::{Audit, Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "variables-undeclared",
    summary: "a variable is used that the project does not declare",
    why: "The platform gives an empty text for a variable that does not exist, so a misspelt name looks like a setting that is \
          switched off. The project's list of variables is where it stands what each is for.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.HOST = 'Variable "SMTP_HOTS" }] }"#)])
            .project(r#"{ variables.SMTP_HOST = { purpose = "where mail goes", owner = "platform" } }"#),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.HOST = 'Variable "SMTP_HOST" }] }"#)])
            .project(r#"{ variables.SMTP_HOST = { purpose = "where mail goes", owner = "platform" } }"#),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions() {
        if let Reference::Variable(name) = &mention.reference
            && !scope.project.variables.contains_key(name)
        {
            findings
                .report(mention.spot.identity(), mention.origin, format!("no variable `{name}` is declared"))
                .key(name.clone())
                .suggest(near(name, scope.project.variables.keys().map(String::as_str)))
                .help(format!("declare it in {}: variables.{name} = {{ purpose, owner }}", scope.project.source));
        }
    }
}
