//! `dispatch-inputs`

use super::{Audit, Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::trigger::InputKind;
use crate::source::Node;

pub(super) static RULE: Rule = Rule {
    id: "dispatch-inputs",
    summary: "whoever starts a pipeline by hand decides more than the policy lets them",
    why: "What is built from a text somebody typed can be built again by nobody, and two people build two different things from \
          one commit. Where a release must follow from the sources alone, a start by hand asks for nothing, or for one of a \
          few choices.",
    severity: Severity::Error,
    settings: r#"allow | [| 'All, 'Choices, 'None |] | doc "What a start by hand may ask for: anything, flags and choices, or nothing." | default = 'All,"#,
    loosens: &[("allow", Loosens::More)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ on = { manual.inputs.version = {} } }"#)])
            .policy("{ rules.dispatch-inputs.settings.allow = 'Choices }"),
        Example::bad(&[("ci", r#"{ on = { manual.inputs.level = { type = 'Choice ["a", "b"] } } }"#)])
            .policy("{ rules.dispatch-inputs.settings.allow = 'None }"),
        Example::good(&[(
            "ci",
            r#"{ on = { manual.inputs = { level = { type = 'Choice ["a", "b"] }, full = { type = 'Flag } } } }"#,
        )])
        .policy("{ rules.dispatch-inputs.settings.allow = 'Choices }"),
        Example::good(&[("ci", "{ on = { manual = {} } }")]).policy("{ rules.dispatch-inputs.settings.allow = 'None }"),
        Example::good(&[("ci", r#"{ on = { manual.inputs.version = {} } }"#)]),
    ],
    audit: Audit::Strict,
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let allow = scope.settings.get("allow").and_then(Node::tag).map_or("All", |(name, _)| name);
    for pipeline in &scope.project.pipelines {
        for (name, input) in pipeline.on.manual.iter().flat_map(|manual| &manual.inputs) {
            let free = matches!(input.kind.value, InputKind::Text | InputKind::Number);
            let message = match allow {
                "None" => format!("`{name}` is asked for, and nothing may be"),
                "Choices" if free => format!("`{name}` may be any text, and only flags and choices may be asked for"),
                _ => continue,
            };
            findings.report(pipeline.identity(), input.key, message).key(name.clone()).decided(scope.settings, "allow").mend(
                "take the value from the sources, or write type = 'Choice [\"…\"]",
                "take the value from the sources, or write type: choice with its options",
            );
        }
    }
}
