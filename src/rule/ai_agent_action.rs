//! `ai-agent-action`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::origin::Origin;
use crate::pipeline::step::Uses;
use crate::view::actions::{input, is_any, is_on, said, used};
use crate::view::scope::Spot;
use crate::view::untrusted;

/// Actions that let a language model act. As of 2026-11.
const AGENTS: &[&str] = &[
    "actions/ai-inference",
    "anthropics/claude-code-action",
    "anthropics/claude-code-base-action",
    "augmentcode/augment-agent",
    "google-gemini/gemini-cli-action",
    "google-github-actions/run-gemini-cli",
    "openai/codex-action",
    "qodo-ai/pr-agent",
    "sst/opencode/github",
    "warpdotdev/warp-agent-action",
];
/// Inputs that tell the model what to do.
const PROMPTS: &[&str] = &[
    "prompt",
    "direct_prompt",
    "override_prompt",
    "custom_instructions",
    "append_system_prompt",
    "system-prompt",
    "system_prompt",
    "instruction",
];
/// Inputs that let anybody start it.
const OPEN: &[&str] = &["allowed_non_write_users", "allow-users", "allowed_bots", "allow-bots"];
/// What takes away every limit of what it may do, in an input.
const UNBOUND: &[&str] = &[
    "--dangerously-skip-permissions",
    "bypasspermissions",
    "danger-full-access",
    "--yolo",
    "--dangerously-bypass-approvals-and-sandbox",
    "\"sandbox\": false",
    "\"sandbox\":false",
];

pub(super) static RULE: Rule = Rule {
    id: "ai-agent-action",
    summary: "a language model acts on what outsiders tell it",
    why: "A model cannot tell the text it is to work on from an order in it: a title that says to print the secrets is one. An \
          agent that anybody may start, that is told what outsiders wrote, or that may run any command, does with the job's \
          token what they want.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "anthropics/claude-code-action", with.prompt = ["Review: ", 'Raw { github = "github.event.pull_request.body" }] }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "Anthropics/Claude-Code-Action", with.allowed_non_write_users = "*" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "openai/codex-action", with = { prompt = "review", sandbox = "danger-full-access" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "openai/codex-action", with = { prompt = "review", allow-bots = true } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "anthropics/claude-code-action", with = { prompt = "review", claude_args = "--allowedTools Bash,Edit" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "anthropics/claude-code-action", with = { prompt = ["Review pull request ", 'PullRequest], claude_args = "--allowedTools Bash(gh pr diff:*),Read" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ uses = "someone/prompt", with.prompt = 'Raw { github = "github.event.pull_request.body" } }] }"#,
        )]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (pipeline, job, step, uses) in used(scope).filter(|(_, _, _, uses)| is_any(uses, AGENTS)) {
        for (key, origin, message) in faults(scope, Spot { pipeline, job: Some(job), step: Some(step) }, uses) {
            findings
                .report(pipeline.step_identity(job, step), origin, message)
                .key(key)
                .help("let it read what it needs by commands that are named, started by people who may write to the repository");
        }
    }
}

fn faults(scope: &Scope<'_>, spot: Spot<'_>, uses: &Uses) -> Vec<(String, Origin, String)> {
    let mut faults = Vec::new();
    for name in PROMPTS {
        if let Some(binding) = input(uses, name)
            && let Some((source, _)) = untrusted::in_value(scope.project, spot, &binding.value)
        {
            faults.push(((*name).to_owned(), binding.value.origin, format!("it is told {source}, which outsiders write")));
        }
    }
    for name in OPEN {
        if let Some(binding) = input(uses, name)
            && (said(&binding.value).is_some_and(|text| text.split([',', ' ']).any(|one| one == "*")) || is_on(&binding.value))
        {
            faults.push(((*name).to_owned(), binding.value.origin, format!("`{name}` lets anybody start it")));
        }
    }
    for (name, binding) in &uses.with {
        let Some(text) = said(&binding.value) else { continue };
        let lower = text.to_ascii_lowercase();
        let unbound = UNBOUND.iter().find(|words| lower.contains(*words)).copied().or_else(|| any_command(name, &text));
        if let Some(words) = unbound {
            faults.push((name.clone(), binding.value.origin, format!("`{words}` lets it run any command")));
        }
    }
    faults
}

/// Whether a list of tools holds a shell without saying for which commands.
fn any_command(name: &str, text: &str) -> Option<&'static str> {
    let tools = name.to_ascii_lowercase().contains("tools")
        || text.to_ascii_lowercase().contains("allowedtools")
        || text.contains("allowed-tools");
    let mut words = text.split([',', ' ', '\n', '"', '\'', '=']);
    (tools && words.any(|word| matches!(word, "Bash" | "Bash(*)" | "Bash(*:*)"))).then_some("Bash")
}
