//! `gl-name-unknown`

use super::{Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "gl-name-unknown",
    summary: "a word of GitLab's names a job or a template that is not in the file",
    why: "GitLab refuses the whole file if a job extends, needs, takes files from, is stopped by or refers to what the file does not \
          have. What is included may bring any name, so nothing is said where something is.",
    severity: Severity::Error,
    check: Check::Backend,
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.extends = ".nope" }"#)]).project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.needs = ["nope"] }"#)]).project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.rules = [{ needs = ["nope"] }] }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.needs = [{ job = ".base" }], gitlab.templates.".base".script = ["make"] }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.dependencies = ["nope"] }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.environment = { name = "shop", on_stop = "nope" } }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.before_script = ['Reference ["nope", "script"]] }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab.before_script = ['Reference [".base", "scirpt"]], gitlab.templates.".base".script = ["make"] }"#,
        )])
        .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[("ci", r#"{ jobs.child.gitlab.trigger."include" = [{ artifact = "a.yml", job = "nope" }] }"#)])
            .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.gitlab.extends = ".base", gitlab.templates.".base".dependencies = ["nope"] }"#,
        )])
        .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::good(&[(
            "ci",
            r#"{
              jobs.test.gitlab = { extends = ".base", before_script = ['Reference [".base", "script"]] },
              gitlab.templates = { ".base".script = ["make"], ".idle".dependencies = ["nope"] },
            }"#,
        )])
        .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.gitlab.needs = [{ job = "nope", optional = true }, { job = "a", project = "group/other", ref = "main" }] }"#,
        )])
        .project(r#"{ backends.gitlab.image = "uv" }"#),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.extends = ".secret-analyzer" }"#)])
            .project(r#"{ backends.gitlab = { image = "uv", "include" = [{ template = "Jobs/Secret-Detection.gitlab-ci.yml" }] } }"#),
    ],
    ..Rule::GITLAB
};
