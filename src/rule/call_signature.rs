//! `call-signature`

use std::collections::BTreeSet;

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::trigger::Callable;
use crate::pipeline::{Call, Job, Pipeline, Reference};
use crate::view::scope::near;

pub(super) static RULE: Rule = Rule {
    id: "call-signature",
    summary: "a call does not fit the pipeline it calls",
    why: "A called pipeline says which inputs and secrets it takes. One too many, one missing or one of another type makes the \
          platform refuse the calling file. A secret that the called pipeline uses without asking for it is an empty text \
          there, unless its job is in an environment that has the secret.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", with.tgt = "x" } }"#),
            ("more", "{ on = { call.inputs.target = {} } }"),
        ]),
        Example::bad(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { call.inputs.target.required = true } }")]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", with.count = "three" } }"#),
            ("more", "{ on = { call.inputs.count.type = 'Number } }"),
        ]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", with.size = 3 } }"#),
            ("more", r#"{ on = { call.inputs.size.type = 'Choice ["1", "2"] } }"#),
        ]),
        Example::bad(&[("ci", r#"{ jobs.more.calls = "more" }"#), ("more", "{ on = { call.secrets.TOKEN.required = true } }")]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", secrets.TOKEN = 'Secret "TOKEN" } }"#),
            ("more", "{ on = { call = {} } }"),
        ]),
        Example::bad(&[("more", r#"{ on = { call = {} }, jobs.test.steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", with = { target = "x", count = 3 }, secrets.TOKEN = 'Secret "TOKEN" } }"#),
            (
                "more",
                r#"{ on = { call = { inputs = { target.required = true, count.type = 'Number, dry.type = 'Flag }, secrets.TOKEN.required = true } } }"#,
            ),
        ]),
        Example::good(&[(
            "more",
            r#"{ on = { call = {} }, jobs.test = { environment.name = "release", steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] } }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job) in scope.jobs() {
        let Some(call) = job.call() else { continue };
        if let Some(callable) = scope.project.callee(call).and_then(|callee| callee.on.call.as_ref()) {
            inputs(pipeline, job, call, callable, findings);
            secrets(pipeline, job, call, callable, findings);
        }
    }
    let mut said = BTreeSet::new();
    for mention in scope.mentions() {
        let (Reference::Secret(name), Some(callable)) = (&mention.reference, &mention.spot.pipeline.on.call) else { continue };
        let gated = mention.spot.job.is_some_and(|job| job.environment.is_some());
        let identity = mention.spot.identity();
        if !gated && callable.secret(name).is_none() && said.insert((identity.clone(), name.clone())) {
            findings
                .report(identity, mention.origin, format!("`{name}` is empty here when the pipeline is called"))
                .key(name.clone())
                .mend(
                    format!("ask for it: on.call.secrets.{name}.required = true, or put the job into an environment"),
                    format!("ask for it under on.workflow_call.secrets: {name}: {{ required: true }}, or put the job into an environment"),
                );
        }
    }
}

fn inputs(pipeline: &Pipeline, job: &Job, call: &Call, callable: &Callable, findings: &mut Findings) {
    for (name, binding) in &call.with {
        match callable.inputs.get(name) {
            None => {
                let help = near(name, callable.inputs.keys().map(String::as_str));
                let message = format!("`{}` takes no input `{name}`", call.callee.value);
                findings.report(pipeline.job_identity(job), binding.key, message).key(name.clone()).suggest(help);
            }
            Some(input) => {
                if let Some(kind) = input.kind.misfit(&binding.value) {
                    let message = format!("`{name}` is to be {kind}");
                    findings
                        .report(pipeline.job_identity(job), binding.value.origin, message)
                        .key(name.clone())
                        .related(input.kind.origin, "declared here");
                }
            }
        }
    }
    for (name, input) in &callable.inputs {
        if input.required && input.default.is_none() && !call.with.contains_key(name) {
            let message = format!("`{}` requires the input `{name}`", call.callee.value);
            findings
                .report(pipeline.job_identity(job), call.callee.origin, message)
                .key(name.clone())
                .related(input.key, "required here");
        }
    }
}

fn secrets(pipeline: &Pipeline, job: &Job, call: &Call, callable: &Callable, findings: &mut Findings) {
    for (name, binding) in call.secrets.iter().filter(|(name, _)| callable.secret(name).is_none()) {
        findings
            .report(pipeline.job_identity(job), binding.key, format!("`{}` takes no secret `{name}`", call.callee.value))
            .key(format!("secrets/{name}"))
            .suggest(near(name, callable.secrets.keys().map(String::as_str)));
    }
    for (name, required) in &callable.secrets {
        if required.required && call.inherit.is_none() && !call.secrets.keys().any(|given| given.eq_ignore_ascii_case(name)) {
            findings
                .report(
                    pipeline.job_identity(job),
                    call.callee.origin,
                    format!("`{}` requires the secret `{name}`", call.callee.value),
                )
                .key(format!("secrets/{name}"))
                .related(required.key, "required here");
        }
    }
}
