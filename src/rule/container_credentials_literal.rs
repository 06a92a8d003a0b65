//! `container-credentials-literal`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::step::Kind;
use crate::view::provenance::{self, Root, Source};

/// Actions that sign in to a registry or a server, and the input that is the password.
const PASSWORDS: &[(&str, &str)] = &[
    ("appleboy/scp-action", "with.password"),
    ("appleboy/ssh-action", "with.password"),
    ("azure/docker-login", "with.password"),
    ("docker/login-action", "with.password"),
    ("redhat-actions/podman-login", "with.password"),
];

pub(super) static RULE: Rule = Rule {
    id: "container-credentials-literal",
    summary: "a password stands in the pipeline",
    why: "Whoever can read the repository can read the password, and so can whoever ever could: it stays in the history after \
          it is removed. A secret is stored apart from the sources and can be changed without a commit.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ docker_build = { tags = ["a"], login = { registry = "ghcr.io", user = "me", password = "hunter2" } } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Docker/Login-Action", with = { username = "me", password = "hunter2" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "docker/login-action", with.password = 'Raw { github = "secrets.PASSWORD || 'hunter2'" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { matrix.password = ["hunter2"], steps = [{ uses = "docker/login-action", with.password = 'Matrix "password" }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ env.PASSWORD = "hunter2", jobs.test.steps = [{ uses = "docker/login-action", with.password = 'Raw { github = "env.PASSWORD" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "docker/login-action", with.password = 'Raw { github = "'hunter2'" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ env.PASSWORD = 'Secret "PASSWORD", jobs.test.steps = [{ uses = "docker/login-action", with.password = 'Raw { github = "github.event_name == 'push' && env.PASSWORD || ''" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ docker_build = { tags = ["a"], login = { registry = "ghcr.io", user = 'Actor, password = 'Token } } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "docker/login-action", with = { username = "me", password = 'Secret "PASSWORD" } }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for held in scope.values() {
        let action = held.spot.step.and_then(|step| match &step.kind.value {
            Kind::Uses(uses) => Some(uses.action.value.as_str()),
            _ => None,
        });
        let password = match action {
            Some(action) => {
                PASSWORDS.iter().any(|(name, field)| action.eq_ignore_ascii_case(name) && held.field.eq_ignore_ascii_case(field))
            }
            None => held.field.ends_with(".password"),
        };
        if !password {
            continue;
        }
        // A text that may be all of the password; nothing at all is none.
        let sources = provenance::of(scope.project, held.spot, held.value);
        let literal = |source: &Source<'_>| source.whole && matches!(&source.root, Root::Text(text) if !text.is_empty());
        if let Some(source) = sources.into_iter().find(literal) {
            let here = source.origin == held.value.origin;
            let said = findings
                .report(held.spot.identity(), held.value.origin, "this is the password itself")
                .key(held.field.clone())
                .mend(
                    "store it as a secret and write 'Secret \"NAME\"; change it, for it has been read",
                    "store it as a secret and write ${{ secrets.NAME }}; change it, for it has been read",
                );
            if !here {
                said.related(source.origin, "where it is written");
            }
        }
    }
}
