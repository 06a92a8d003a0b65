//! `concurrency-shared-with-caller`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::At;
use crate::pipeline::Part;
use crate::pipeline::surroundings::Concurrency;
use crate::view::calls::{groups, reached};
use crate::view::scope::named;

pub(super) static RULE: Rule = Rule {
    id: "concurrency-shared-with-caller",
    summary: "a run waits for a concurrency group that it holds itself",
    why: "A pipeline holds its group until its last job has ended, and so does a job that calls another pipeline. If that \
          pipeline, or a job inside, asks for the same group, it waits for its own caller: the platform sees the deadlock and \
          cancels the run, or the call cancels the caller. `'PerRef` and `'PerPipeline` are different for every pipeline.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[
            ("ci", r#"{ concurrency = { group = 'Named "deploy", cancel = true }, jobs.more.calls = "more" }"#),
            ("more", r#"{ on = { call = {} }, concurrency = { group = 'Named "deploy", cancel = true } }"#),
        ]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", concurrency = { group = 'Named ["d-", 'Ref], cancel = false } } }"#),
            ("more", r#"{ on = { call = {} }, jobs.test.concurrency = { group = 'Named ["d-", 'Ref], cancel = false } }"#),
        ]),
        Example::bad(&[(
            "ci",
            r#"{ concurrency = { group = 'Named "deploy", cancel = false }, jobs.test.concurrency = { group = 'Named "deploy", cancel = false } }"#,
        )]),
        Example::good(&[
            ("ci", r#"{ concurrency = { group = 'Named "ci", cancel = true }, jobs.more.calls = "more" }"#),
            ("more", r#"{ on = { call = {} }, concurrency = { group = 'Named "deploy", cancel = true } }"#),
        ]),
        Example::good(&[
            ("ci", r#"{ concurrency = { group = 'PerRef, cancel = true }, jobs.more.calls = "more" }"#),
            ("more", "{ on = { call = {} }, concurrency = { group = 'PerRef, cancel = true } }"),
        ]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for pipeline in &scope.project.pipelines {
        for job in pipeline.jobs.values() {
            let inside = match job.call().and_then(|call| scope.project.callee(call)) {
                Some(callee) => reached(scope.project, callee).into_iter().flat_map(groups).collect(),
                None => Vec::new(),
            };
            let own: Vec<_> = job.concurrency.iter().collect();
            let held = pipeline.concurrency.iter().map(|held| (held, inside.iter().chain(&own).copied().collect::<Vec<_>>()));
            let held = held.chain(own.iter().map(|held| (*held, inside.clone())));
            for (held, asked) in held {
                let Some(name) = group(held) else { continue };
                if let Some(asked) = asked.into_iter().find(|asked| group(asked).as_ref() == Some(&name)) {
                    findings
                        .report(
                            pipeline.job_identity(job),
                            asked.group.origin,
                            "the group is held by the run that asks for it here",
                        )
                        .related(held.group.origin, "held from here on")
                        .help("give one of them another group");
                    break;
                }
            }
        }
    }
}

/// The parts of a group's name, without their places.
fn group(concurrency: &At<Concurrency>) -> Option<Vec<&Part>> {
    Some(named(concurrency)?.parts.iter().map(|part| &part.value).collect())
}
