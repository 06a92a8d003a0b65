//! `gl-include-forbidden`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::view::gitlab::include::{From, Included, all};
use crate::view::glob;

pub(super) static RULE: Rule = Rule {
    id: "gl-include-forbidden",
    summary: "jobs are included from a place that the policy does not allow",
    why: "What is included runs with the project's variables, its token and its runners. Whose files an organisation trusts with \
          that is its own decision, made once and written down. Files of the project itself and GitLab's own templates are always \
          allowed, and so is everything while the list is empty.",
    severity: Severity::Error,
    settings: r#"allow | Array String | doc "Projects, components without their version, and addresses that may be included, `*` is any text: acme/ci/*. Empty: all." | default = [],
deny | Array String | doc "What may not be included even so." | default = [],"#,
    loosens: &[("allow", Loosens::ItemOrNone), ("deny", Loosens::NoItem)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab."include" = [{ project = "somebody/ci", ref = "main", file = "a.yml" }] }"#)
            .policy(r#"{ rules.gl-include-forbidden.settings.allow = ["acme/*"] }"#),
        Example::bad(&[("ci", r#"{ gitlab."include" = "https://example.org/ci.yml" }"#)])
            .project("{ backends.gitlab = {} }")
            .policy(r#"{ rules.gl-include-forbidden.settings.deny = ["https://example.org/*"] }"#),
        Example::bad(&[("ci", r#"{ jobs.child.gitlab.trigger."include" = [{ component = "gitlab.com/else/lint/rust@1.2.0" }] }"#)])
            .project("{ backends.gitlab = {} }")
            .policy(r#"{ rules.gl-include-forbidden.settings.allow = ["gitlab.com/acme/*"] }"#),
        Example::good(&[("ci", "{}")])
            .project(
                r#"{ backends.gitlab."include" = ["ci/lint.yml", { template = "Jobs/SAST.gitlab-ci.yml" }, { component = "gitlab.com/Acme/lint/rust@1.2.0" }] }"#,
            )
            .policy(r#"{ rules.gl-include-forbidden.settings.allow = ["gitlab.com/acme/*"] }"#),
        Example::good(&[("ci", "{}")])
            .project(r#"{ backends.gitlab."include" = [{ project = "somebody/ci", ref = "main", file = "a.yml" }] }"#),
    ],
    ..Rule::GITLAB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let list = |name| scope.settings.texts(name).into_iter().map(str::to_lowercase).collect::<Vec<_>>();
    let (allow, deny) = (list("allow"), list("deny"));
    let fits = |patterns: &[String], name: &str| glob::matches_any(patterns.iter().map(String::as_str), name);
    for Included { identity, words, from } in all(scope.project) {
        let name = match from {
            From::Remote(name) | From::Project(name) => name,
            From::Component(name) => name.rsplit_once('@').map_or(name, |(name, _)| name),
            From::Local(_) | From::Other => continue,
        };
        let lower = name.to_lowercase();
        let (setting, message) = if fits(&deny, &lower) {
            ("deny", format!("`{name}` is denied"))
        } else if !allow.is_empty() && !fits(&allow, &lower) {
            ("allow", format!("`{name}` is not among what may be included"))
        } else {
            continue;
        };
        findings
            .report(identity, words.origin, message)
            .key(name)
            .decided(scope.settings, setting)
            .help("include a file of this project, or one that the policy allows");
    }
}
