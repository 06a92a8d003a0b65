//! `gate-weakened`

use super::{Check, Example, Findings, Loosens, Rule, Scope};
use crate::finding::{Identity, Severity};
use crate::origin::Origin;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::step::Impact;
use crate::pipeline::{Condition, Job, Pipeline, Step};
use crate::view::glob;
use crate::view::scripts::{self, Script};
use crate::view::shell::Command;

pub(super) static RULE: Rule = Rule {
    id: "gate-weakened",
    summary: "a job that the policy counts on can be passed without passing it",
    why: "A scan whose failure is only said, or that is skipped under a condition, stops nobody: a skipped job counts as passed. \
          Which jobs are gates is said in the policy, so that making one of them optional is seen.",
    severity: Severity::Error,
    settings: r#"gates | Array String | doc "The jobs that must hold, `pipeline/job`; `*` is any text. Each must be there." | default = [],
conditions | Bool | doc "Whether a gate may have a condition." | default = false,"#,
    loosens: &[("gates", Loosens::NoItem), ("conditions", Loosens::More)],
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", "{ jobs.scan = { impact = 'Warn, timeout = \"5m\", steps = [{ run = \"make scan\" }] } }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/scan"] }"#),
        Example::bad(&[("ci", "{ jobs.test.steps = [{ run = \"make\", impact = 'Warn }] }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["*/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Label "full" }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{ jobs.test.warn_if = 'Event ['PullRequest] }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ parallel = [{ run = "make", warn_if = 'DefaultBranch }] }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{}")]).policy(r#"{ rules.gate-weakened.settings.gates = ["ci/scan"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make || true" }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "set +e\ncargo test --locked\nexit 0" }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{ jobs.test.manual = {} }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_COMMIT_TAG" }, { allow_failure = true }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::bad(&[("ci", "{ jobs.test.gitlab.allow_failure.exit_codes = [3] }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.rules = [{ "if" = "$CI_COMMIT_TAG", when = "on_success" }, { allow_failure = false }] }"#)])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "rm -r out || true\nset +e\nmake test\nstatus=$?\ndocker stop db\nexit $status" }, { run = "set +e\nmake test" }, { run = "make test || exit 1; exit 0" }] }"#,
        )])
        .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::good(&[("ci", "{ jobs.test.when = 'Always }")])
            .policy(r#"{ rules.gate-weakened.settings.gates = ["ci/test"] }"#),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Label "full" }"#)])
            .policy(r#"{ rules.gate-weakened.settings = { gates = ["ci/test"], conditions = true } }"#),
        Example::good(&[("ci", "{ jobs.test.impact = 'Warn }")]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let conditions = scope.settings.flag("conditions");
    for gate in scope.settings.texts("gates") {
        let mut found = false;
        for (pipeline, job) in scope.jobs() {
            let identity = pipeline.job_identity(job);
            if !glob::matches(gate, identity.as_str()) {
                continue;
            }
            found = true;
            if let Some(impact) = job.impact.as_ref().filter(|impact| impact.value == Impact::Warn) {
                findings
                    .report(identity.clone(), impact.origin, "its failure is only said")
                    .key("impact")
                    .decided(scope.settings, "gates")
                    .help("remove `impact`");
            }
            if let Some(when) = &job.warn_if {
                findings
                    .report(identity.clone(), when.origin, "under this condition its failure is only said")
                    .key("warn_if")
                    .decided(scope.settings, "gates")
                    .help("remove it");
            }
            if let Some(when) = job.when.as_ref().filter(|when| !conditions && may_skip(when)) {
                findings
                    .report(
                        identity.clone(),
                        when.origin,
                        "under this condition it is skipped, and a skipped job counts as passed",
                    )
                    .key("when")
                    .decided(scope.settings, "gates")
                    .mend("remove `when`, or set conditions = true in the policy", "remove `if`");
            }
            if let Some((origin, message)) = job.manual.as_ref().map(|manual| (manual.origin, BY_HAND)).or_else(|| on_gitlab(job))
            {
                findings
                    .report(identity.clone(), origin, message)
                    .key("gitlab")
                    .decided(scope.settings, "gates")
                    .help("let it start by itself, and let its failure count");
            }
            for step in job.all_steps() {
                check_step(scope, pipeline, job, step, findings);
            }
        }
        // In a file that could not be read, or that nobody has shown, it may well be.
        let is_all = scope.project.declares || scope.project.is_whole && !scope.project.pipelines.is_empty();
        if !found && is_all && scope.project.unread.is_empty() {
            findings
                .report(Identity::of("project"), scope.project.origin, format!("there is no job `{gate}`"))
                .key(gate)
                .decided(scope.settings, "gates")
                .help(known(&scope.project.pipelines));
        }
    }
}

const BY_HAND: &str = "somebody has to start it, and it holds nothing up while nobody does";

/// How GitLab's words let a job be passed: rules under which it is started by hand or its failure is only said.
fn on_gitlab(job: &Job) -> Option<(Origin, &'static str)> {
    let words = job.gitlab.as_ref()?;
    let rules = words.get("rules").map_or(&[][..], Tree::items);
    rules.iter().chain([words]).find_map(|rule| {
        let manual = rule.get("when").filter(|when| when.text() == Some("manual")).map(|when| (when.origin, BY_HAND));
        let failure = rule.get("allow_failure").filter(|_| !std::ptr::eq(rule, words) || job.impact.is_none());
        let allowed = failure.filter(|failure| failure.flag() == Some(true) || failure.get("exit_codes").is_some());
        manual.or_else(|| allowed.map(|failure| (failure.origin, "its failure is only said")))
    })
}

fn check_step(scope: &Scope<'_>, pipeline: &Pipeline, job: &Job, step: &Step, findings: &mut Findings) {
    if let Some(impact) = step.impact.as_ref().filter(|impact| impact.value == Impact::Warn) {
        findings
            .report(pipeline.step_identity(job, step), impact.origin, "the failure of this step is only said")
            .key("impact")
            .decided(scope.settings, "gates")
            .help("remove `impact`");
    }
    if let Some(when) = &step.warn_if {
        findings
            .report(pipeline.step_identity(job, step), when.origin, "under this condition the failure of this step is only said")
            .key("warn_if")
            .decided(scope.settings, "gates")
            .help("remove it");
    }
    let script = scripts::of(pipeline, job, step).filter(|script| script.posix);
    if let Some((script, (name, how))) = script.and_then(|script| Some((script, swallowed(script)?))) {
        findings
            .report(pipeline.step_identity(job, step), script.origin, format!("`{name}` may fail and the step passes: {how}"))
            .key("run")
            .decided(scope.settings, "gates")
            .help("let the command fail, or keep its status and end with it");
    }
}

/// The programs that a gate is there for: builds, tests, linters, scanners.
const CHECKERS: &[&str] = &[
    "actionlint",
    "bandit",
    "bazel",
    "cargo",
    "clippy-driver",
    "ctest",
    "eslint",
    "flake8",
    "go",
    "golangci-lint",
    "gradle",
    "gradlew",
    "grype",
    "hadolint",
    "jest",
    "make",
    "mvn",
    "mvnw",
    "mypy",
    "nix",
    "npm",
    "npx",
    "nox",
    "pipeward",
    "pnpm",
    "pyright",
    "pytest",
    "ruff",
    "semgrep",
    "shellcheck",
    "tox",
    "trivy",
    "tsc",
    "uv",
    "vitest",
    "yarn",
    "zizmor",
];

/// How a script lets a check fail and goes on, if it does: the name of what is checked by, and how its failure is lost.
fn swallowed(script: Script<'_>) -> Option<(String, &'static str)> {
    let commands = script.commands();
    let text = |command: &Command, text: &str| command.all_words().any(|word| word.text.contains(text));
    let mut goes_on = false;
    for (number, command) in commands.iter().enumerate() {
        if command.name() == "set" {
            for word in command.arguments() {
                let letters = word.text.get(1..).unwrap_or_default();
                match word.text.as_bytes().first() {
                    Some(b'+') if letters.contains('e') => goes_on = true,
                    Some(b'-') if letters.contains('e') && !letters.starts_with('-') => goes_on = false,
                    _ => {}
                }
            }
        }
        if !CHECKERS.contains(&command.name()) {
            continue;
        }
        // A pipe ends with its last command.
        let last =
            command.feeds.map_or(number, |_| (number..commands.len()).find(|at| commands[*at].feeds.is_none()).unwrap_or(number));
        let rest = &commands[(last + 1).min(commands.len())..];
        let nothing = |next: &&Command| {
            let zero = next.arguments().first().is_some_and(|word| word.text == "0");
            next.otherwise && (matches!(next.name(), "true" | ":") || next.name() == "exit" && zero)
        };
        if rest.first().filter(nothing).is_some() {
            return Some((command.name().to_owned(), "`||` turns its failure into a success"));
        }
        // Who looks at the status afterwards decides; the status of the last command is the script's.
        let looked_at = rest.iter().any(|later| {
            let failing = later.name() == "exit" && later.arguments().first().is_some_and(|word| word.text != "0");
            failing || later.name() == "false" || text(later, "$?") || text(later, "PIPESTATUS")
        });
        if goes_on && !rest.is_empty() && !looked_at {
            return Some((command.name().to_owned(), "after `set +e` its failure stops nothing"));
        }
    }
    None
}

/// Whether a job may be left out under a condition although all it needs went well.
fn may_skip(when: &Condition) -> bool {
    !matches!(when, Condition::Always | Condition::OnSuccess | Condition::NotCancelled)
}

fn known(pipelines: &[Pipeline]) -> String {
    let jobs: Vec<String> = pipelines
        .iter()
        .flat_map(|pipeline| pipeline.jobs.values().map(|job| pipeline.job_identity(job).to_string()))
        .take(12)
        .collect();
    if jobs.is_empty() {
        "write the job, or take it out of the policy".to_owned()
    } else {
        format!("there are {}", jobs.join(", "))
    }
}
