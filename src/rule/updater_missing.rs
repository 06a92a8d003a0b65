//! `updater-missing`

use super::{Audit, Check, Example, Findings, Refused, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::update::Update;
use crate::source::FaultKind;

pub(super) static RULE: Rule = Rule {
    id: "updater-missing",
    summary: "nothing keeps the pins up to date, or it takes releases too fresh",
    why: "A pin that nobody raises keeps the weaknesses of its day. A bot that raises it within the hour brings in the hijacked \
          release that is found out two days later: a cooldown lets others find it first.",
    severity: Severity::Warning,
    refused: &[Refused { kind: FaultKind::Missing, path: "project/updates/*/cooldown" }],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{}")]).project("{ updates = [] }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ updates = [{ ecosystem = "cargo", interval = 'Weekly, cooldown = "7 days" }] }"#),
        Example::bad(&[("ci", "{}")]).project(r#"{ updates = [{ ecosystem = "github-actions", interval = 'Weekly }] }"#),
        Example::good(&[("ci", "{}")])
            .project(r#"{ updates = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }] }"#),
        Example::good(&[]).project("{ updates = [] }"),
    ],
    audit: Audit::Strict,
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let project = scope.project;
    let identity = Identity::of("project").part("updates");
    // Where not everything was looked at, what is not there may be elsewhere.
    let is_known = project.is_whole && !project.is_updated_elsewhere;
    let has_actions = project.updates.iter().any(|update| update.ecosystem.value == "github-actions");
    if is_known && !has_actions && !project.pipelines.is_empty() {
        findings
            .report(identity.clone(), project.origin, "no update is declared for `github-actions`")
            .key("github-actions")
            .mend(
                "write updates = [{ ecosystem = \"github-actions\", interval = 'Weekly, cooldown = \"7 days\" }]",
                "write .github/dependabot.yml with an update for github-actions",
            );
    }
    // One that opens no pull request raises nothing but what is known to be weak.
    let is_idle = |update: &Update| update.limit.as_ref().is_some_and(|limit| limit.value == 0);
    for update in project.updates.iter().filter(|update| update.cooldown.is_none() && !is_idle(update)) {
        findings
            .report(identity.part(&update.ecosystem), update.origin, "the update takes releases on the day they appear")
            .key("cooldown")
            .mend("write cooldown = \"7 days\"", "write cooldown: { default-days: 7 }");
    }
}
