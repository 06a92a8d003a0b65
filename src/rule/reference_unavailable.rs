//! `reference-unavailable`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::key::{Key, Unavailable};
use crate::pipeline::value::Known;

pub(super) static RULE: Rule = Rule {
    id: "reference-unavailable",
    summary: "a reference stands where its value is not known",
    why: "The platform fills in a file in several passes: first what starts a run, then each job's condition and matrix, then \
          the job, then its steps on the runner. A secret, a hash over files or the runner's system is only there in the \
          later ones; asked for too early, the platform refuses the whole file.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", when = 'Present ('Secret "TOKEN") }] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.env.KEY = 'Hash ["uv.lock"] }"#)]),
        Example::bad(&[("ci", "{ env.OS = 'Os }")]),
        Example::bad(&[("ci", r#"{ jobs.test = { matrix.os = ["a", "b"], when = 'Matrix { key = "os", equals = "a" } } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.outputs.tag = 'Commit, env.TAG = 'Output "test.tag" }"#)]),
        Example::bad(&[
            ("ci", r#"{ jobs.more = { calls = "more", with.token = 'Secret "TOKEN" } }"#),
            ("more", "{ on = { call.inputs.token = {} } }"),
        ]),
        Example::bad(&[("ci", r#"{ jobs.test = { env.TAG = 'Step "meta.tag", steps = [{ id = "meta", run = "make" }] } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.env.ON = 'When ('Present ('Step "meta.tag")) }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "hashFiles('uv.lock') != ''" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "env.DEPLOY == 'yes'" } }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", env.FAILED = 'Raw { github = "failure()" } }] }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "failure() && hashFiles('uv.lock') != '' && env.CI" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test = { matrix.os = ["a", "b"], env.OS = 'Matrix "os", steps = [
              { run = "make", when = 'Matrix { key = "os", equals = "a" }, env = { OS = 'Os, KEY = 'Hash ["uv.lock"], TOKEN = 'Secret "TOKEN" } },
            ] } }"#,
        )]),
        Example::good(&[
            ("ci", r#"{ jobs.more = { calls = "more", secrets.TOKEN = 'Secret "TOKEN" } }"#),
            (
                "more",
                r#"{ on = { call = { secrets.TOKEN.required = true, outputs.tag = 'Output "test.tag" } }, jobs.test.outputs.tag = 'Commit }"#,
            ),
        ]),
        Example::bad(&[("actions/publish", r#"{ steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#)]),
        Example::bad(&[("actions/publish", r#"{ docker = { image = "Dockerfile", args = ['Commit] } }"#)]),
        Example::good(&[(
            "actions/publish",
            r#"{
              inputs = { token = { description = "With what", required = true }, name = { description = "What", default = 'Repository } },
              outputs.url = { description = "Where", value = 'Step "a.url" },
              steps = [{ id = "a", run = "make", env = { TOKEN = 'Input "token", SHA = 'Commit, KEY = 'Hash ["uv.lock"] } }],
            }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for mention in scope.mentions().iter().filter(|mention| !mention.hidden) {
        let key = mention.key();
        for unavailable in key.unavailable(&mention.reference) {
            let name = unavailable.name();
            let what = what(&mention.reference).map_or_else(|| format!("`{name}`"), str::to_owned);
            findings
                .report(mention.spot.identity(), mention.origin, format!("{what} is not known in {}", key.words()))
                .key(format!("{}/{name}", mention.field))
                .help(help(key, &unavailable));
        }
    }
}

/// What an author calls a reference, if it is one; the words of a forge name things themselves.
const fn what(reference: &Reference) -> Option<&'static str> {
    Some(match reference {
        Reference::Secret(_) => "a secret",
        Reference::Variable(_) => "a variable",
        Reference::Input(_) => "an input",
        Reference::Hash(_) => "a hash over files",
        Reference::Matrix(_) | Reference::Known(Known::Shard) => "a key of the matrix",
        Reference::Output(..) | Reference::Result(_) => "what came of a job",
        Reference::Step(..) => "what came of a step",
        Reference::Known(Known::Os) => "the runner's system",
        Reference::Known(_) | Reference::Raw(_) => return None,
    })
}

fn help(key: Key, unavailable: &Unavailable) -> String {
    let known = || format!("known there: {}", key.contexts().join(", "));
    match unavailable {
        Unavailable::Context(name) => match (name.as_str(), key) {
            ("secrets", key) if key.is_of_action() => {
                "make it an input of the action, and hand it over where the action is used".to_owned()
            }
            ("secrets", _) => "bind it under `env` of the step that needs it, and decide there".to_owned(),
            ("matrix", Key::JobIf | Key::Matrix) => "leave legs out with `exclude`, or put the condition on the steps".to_owned(),
            ("needs", Key::CallOutput) => "an output of a pipeline names its jobs by `jobs`".to_owned(),
            ("needs", _) => "use it in a job that needs that one".to_owned(),
            ("runner" | "steps" | "job", _) => "use it in a step".to_owned(),
            _ => known(),
        },
        Unavailable::Function("hashFiles") => "use it in a step: the files are there once it runs".to_owned(),
        Unavailable::Function(_) => "only a condition may ask how the run has gone: write it under `when`".to_owned(),
    }
}
