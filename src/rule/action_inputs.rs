//! `action-inputs`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::pipeline::step::Uses;
use crate::source::nearest;
use crate::view::actions::{input, used};
use crate::view::facts;
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "action-inputs",
    summary: "an action is given an input it does not take, or not given one it needs",
    why: "The forge takes any input for any action, and an unknown one is a line in a log that nobody reads: `fetch-dept` \
          fetches one commit, `retention-day` keeps for 90 days. What well-known actions take is known before anything runs, by their major versions up to a day, which an audit names.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with.node-verison = 24 }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "Actions/GitHub-Script", with.github-token = 'Token }] }"#)]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v4\n        with: { package-manager-cache: false }\n",
        )]),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: reviewdog/action-shellcheck@v1\n        with: { fail_on_error: true }\n",
        )]),
        Example::good(&[(
            ".github/workflows/ci.yml",
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: Actions/Setup-Node@v5\n        with: { Package-Manager-Cache: false }\n      - uses: actions/setup-node@v99\n        with: { node-verison: 99 }\n",
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/setup-node", with = { Node-Version = 24, quite-new = true } }] }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ uses = "someone/thing", with.node-verison = 24 }] }"#)]),
    ],
    ..Rule::GITHUB
};

/// What any action that is a container takes beside its own inputs.
const OF_CONTAINERS: [&str; 2] = ["args", "entrypoint"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope) {
        let Some(foreign) = uses.used().foreign() else { continue };
        let Some(known) = facts::known(foreign.path) else { continue };
        let identity = pipeline.step_identity(job, step);
        let version = facts::version(scope.project, foreign);
        match (known.inputs(version.as_ref().and_then(|version| version.first().copied())), version) {
            (Some(inputs), _) => judge(&identity, uses, known.name, &inputs, findings),
            (None, None) => suspect(&identity, uses, known, findings),
            // What a version takes that is newer than what is known, nobody can say.
            (None, Some(_)) => {}
        }
    }
}

/// The version is known, and so is all that it takes.
fn judge(identity: &Identity, uses: &Uses, action: &str, inputs: &[&facts::Entry], findings: &mut Findings) {
    for (name, binding) in &uses.with {
        match inputs.iter().find(|input| input.is(name)) {
            Some(input) if input.deprecated => {
                findings
                    .report(identity.clone(), binding.key, format!("`{name}` of `{action}` is out of use"))
                    .key(name.clone())
                    .help("its page says what is written instead");
            }
            Some(_) => {}
            None if OF_CONTAINERS.iter().any(|other| other.eq_ignore_ascii_case(name)) => {}
            None => {
                findings
                    .report(identity.clone(), binding.key, format!("this version of `{action}` takes no `{name}`"))
                    .key(name.clone())
                    .suggest(near(name, inputs.iter().map(|input| input.name)));
            }
        }
    }
    for needed in inputs.iter().filter(|one| one.needed && input(uses, one.name).is_none()) {
        findings
            .report(identity.clone(), uses.action.origin, format!("`{action}` needs `{}`", needed.name))
            .key(needed.name)
            .mend(format!("write with.{} = …", needed.name), format!("write {}: … below with:", needed.name));
    }
}

/// The version is not told: only what is near to a name that some version has is taken for a slip.
fn suspect(identity: &Identity, uses: &Uses, known: &facts::Known, findings: &mut Findings) {
    let names: Vec<&str> = known.all_inputs().map(|input| input.name).collect();
    for (name, binding) in uses.with.iter().filter(|(name, _)| !known.all_inputs().any(|input| input.is(name))) {
        if let Some(near) = nearest(&name.to_ascii_lowercase(), &names) {
            findings
                .report(identity.clone(), binding.key, format!("`{}` takes no `{name}`", known.name))
                .key(name.clone())
                .help(format!("did you mean `{near}`?"));
        }
    }
    for needed in known.all_inputs().filter(|one| one.needed && one.is_always() && input(uses, one.name).is_none()) {
        findings
            .report(identity.clone(), uses.action.origin, format!("`{}` needs `{}`", known.name, needed.name))
            .key(needed.name)
            .mend(format!("write with.{} = …", needed.name), format!("write {}: … below with:", needed.name));
    }
}
