//! `local-action-inputs`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::action::Action;
use crate::pipeline::step::{Kind, Uses};
use crate::pipeline::{Job, Reference, Step};
use crate::view::actions::used;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "local-action-inputs",
    summary: "an action of this project is used otherwise than it says it is",
    why: "What the action asks for and gives back stands in its own file. The platform takes any input, an unknown one is a \
          line in a log, a required one that is not said is an empty text, and so is an output that the action does not have.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("actions/build", r#"{ inputs.target = { description = "What" }, steps = [{ run = "make" }] }"#),
            ("ci", r#"{ jobs.test.steps = [{ uses = "./.github/actions/build", with.traget = "all" }] }"#),
        ]),
        Example::bad(&[
            ("actions/build", r#"{ inputs.target = { description = "What", required = true }, steps = [{ run = "make" }] }"#),
            ("ci", r#"{ jobs.test.steps = [{ uses = "$/.github/actions/build" }] }"#),
        ]),
        Example::bad(&[
            (
                "actions/build",
                r#"{ inputs.target = { description = "What", deprecated = "say `goal`" }, steps = [{ run = "make" }] }"#,
            ),
            ("ci", r#"{ jobs.test.steps = [{ uses = "./.github/actions/build", with.target = "all" }] }"#),
        ]),
        Example::bad(&[
            (
                "actions/build",
                r#"{ outputs.digest = { description = "Which", value = 'Step "a.digest" }, steps = [{ id = "a", run = "make" }] }"#,
            ),
            (
                "ci",
                r#"{ jobs.test.steps = [{ id = "b", uses = "./.github/actions/build" }, { run = "make", env.D = 'Step "b.digset" }] }"#,
            ),
        ]),
        Example::good(&[
            (
                "actions/build",
                r#"{
                  inputs = { target = { description = "What", required = true }, level = { description = "How", default = 1 } },
                  outputs.digest = { description = "Which", value = 'Step "a.digest" },
                  steps = [{ id = "a", run = "make \"$TARGET\"", env.TARGET = 'Input "target" }],
                }"#,
            ),
            (
                "ci",
                r#"{ jobs.test.steps = [
                  { id = "b", uses = "./.github/actions/build", with.Target = "all" },
                  { run = "make", env.D = 'Step "b.digest" },
                  { uses = "./.github/actions/by-hand", with.any = "thing" },
                ] }"#,
            ),
        ]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(action) = named(scope, uses) else { continue };
        let identity = pipeline.step_identity(job, step);
        for (name, binding) in &uses.with {
            let asked = action.inputs.iter().find(|(input, _)| input.eq_ignore_ascii_case(name));
            match asked {
                None => {
                    findings
                        .report(identity.clone(), binding.key, format!("`{}` takes no `{name}`", action.id))
                        .key(name.clone())
                        .suggest(near(name, action.inputs.keys().map(String::as_str)));
                }
                Some((_, input)) => {
                    if let Some(instead) = &input.deprecated {
                        findings
                            .report(identity.clone(), binding.key, format!("`{name}` of `{}` is out of use", action.id))
                            .key(name.clone())
                            .help(format!("the action says: {}", instead.value.trim_end_matches('.')))
                            .related(input.key, "it is declared here");
                    }
                }
            }
        }
        let said = |name: &str| uses.with.keys().any(|key| key.eq_ignore_ascii_case(name));
        for (name, input) in action.inputs.iter().filter(|(name, input)| input.required && !said(name)) {
            findings
                .report(identity.clone(), uses.action.origin, format!("`{}` needs `{name}`", action.id))
                .key(name.clone())
                .mend(format!("write with.{name} = …"), format!("write {name}: … below with:"))
                .related(input.key, "it is asked for here");
        }
    }
    for mention in scope.mentions() {
        let Reference::Step(id, name) = &mention.reference else { continue };
        let steps = mention.spot.job.into_iter().flat_map(Job::all_steps);
        let step = steps.filter(|step| is_named(step, id)).find_map(|step| match &step.kind.value {
            Kind::Uses(uses) => named(scope, uses),
            _ => None,
        });
        if let Some(action) = step.filter(|action| !action.outputs.keys().any(|output| output.eq_ignore_ascii_case(name))) {
            findings
                .report(mention.spot.identity(), mention.origin, format!("`{}` has no output `{name}`", action.id))
                .key(format!("{}/{id}.{name}", mention.field))
                .suggest(near(name, action.outputs.keys().map(String::as_str)));
        }
    }
}

/// The action of this project that a step uses.
fn named<'a>(scope: &Scope<'a>, uses: &Uses) -> Option<&'a Action> {
    scope.project.actions.iter().find(|action| action.is_used_by(uses.used()))
}

fn is_named(step: &Step, id: &str) -> bool {
    step.id.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(id))
}
