//! `template-injection`: a value reaches the script through its environment, where the shell leaves it a value.

use github_actions_expressions::Expr;

use super::script::{self, Quoting};
use super::site::Entry;
use super::{Edit, Example, Fixer, Mend, Site, Which};
use crate::source::Node;

pub(super) static FIXER: Fixer = Fixer {
    rule: "template-injection",
    title: "bind the value under env and use the variable",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - name: Say\n      run: |\n        # What it's called.\n        echo \"title: ${{ github.event.pull_request.title }}\"\n        echo ${{ github.head_ref }}\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - name: Say\n      env:\n        EVENT_PULL_REQUEST_TITLE: ${{ github.event.pull_request.title }}\n        HEAD_REF: ${{ github.head_ref }}\n      run: |\n        # What it's called.\n        echo \"title: ${EVENT_PULL_REQUEST_TITLE}\"\n        echo \"${HEAD_REF}\"\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: \"echo \\\"${{ github.head_ref }}\\\" ${{ github.head_ref }}\"\n      env:\n        A: b # c\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: \"echo \\\"${HEAD_REF}\\\" \\\"${HEAD_REF}\\\"\"\n      env:\n        HEAD_REF: ${{ github.head_ref }}\n        A: b # c\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: echo '${{ github.head_ref }}'\n",
            after: None,
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: echo \"$${{ github.head_ref }}\"\n",
            after: None,
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: windows-2025\n    timeout-minutes: 5\n    steps:\n    - run: echo \"${{ github.head_ref }}\"\n",
            after: None,
        },
        Example {
            which: Which::Safe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make ${{ github.event.pull_request.body }}\n",
            after: None,
        },
        Example {
            which: Which::Unsafe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make ${{ github.event.pull_request.body }}\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - env:\n        EVENT_PULL_REQUEST_BODY: ${{ github.event.pull_request.body }}\n      run: make \"${EVENT_PULL_REQUEST_BODY}\"\n",
            ),
        },
    ],
};

/// Values in which nothing is that a shell would split.
const WORDS: &[&str] = &["github.head_ref", "github.base_ref", "github.ref", "github.ref_name", "github.sha", "github.actor"];

fn mend(site: &Site<'_>) -> Option<Mend> {
    let step = site.step()?;
    let (run, text) = script::posix(site, step)?;
    let (mut safe, mut edits, mut bound) = (true, Vec::new(), Vec::<(String, String)>::new());
    for (start, end) in script::expressions(text) {
        let expression = text[start + 3..end - 2].trim();
        let quoting = script::quoting(text, start);
        let before = text[..start].trim_end_matches([' ', '\t']).chars().next_back();
        let line = text[..start].rsplit('\n').next().unwrap_or_default();
        // What is compared as a pattern is no text, and what names a command is none to quote.
        let named = matches!(before, None | Some('\n' | ';' | '&' | '|' | '(' | '`'));
        // Behind either sign the braces of a variable would mean something else.
        if line.ends_with(['$', '\\']) || line.contains("=~") || quoting == Quoting::Other || (quoting == Quoting::Bare && named)
        {
            return None;
        }
        let name = match bound.iter().find(|(_, known)| known == expression) {
            Some((name, _)) => name.clone(),
            None => {
                let name = name_for(site, expression, text, &bound)?;
                bound.push((name.clone(), expression.to_owned()));
                name
            }
        };
        let assigned = line.ends_with('=') && !line.trim_start().contains(' ');
        safe &= quoting != Quoting::Bare || assigned || WORDS.contains(&expression);
        let variable = if quoting == Quoting::Bare { format!("\"${{{name}}}\"") } else { format!("${{{name}}}") };
        edits.push(site.replace_within(run.origin, start..end, &variable)?);
    }
    edits.push(bind(site, step, &bound)?);
    Some(Mend { safe, edits })
}

/// A name that nothing else has, made of what the expression asks for.
fn name_for(site: &Site<'_>, expression: &str, script: &str, bound: &[(String, String)]) -> Option<String> {
    let parsed = Expr::parse(expression).ok()?;
    let contexts = parsed.contexts();
    let (_, origin) = contexts.first()?;
    let path = origin.raw.trim();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if !path.bytes().all(plain) {
        return None;
    }
    let name = path.strip_prefix("github.").unwrap_or(path).replace(['.', '-'], "_").to_ascii_uppercase();
    let taken = |name: &str| {
        let key = format!("{name}:");
        script.contains(name) || site.text.contains(&key) || bound.iter().any(|(known, _)| known == name) || is_kept(name)
    };
    (1..10).map(|number| if number == 1 { name.clone() } else { format!("{name}_{number}") }).find(|name| !taken(name))
}

/// Whether the forge or the system has a variable of that name.
fn is_kept(name: &str) -> bool {
    ["GITHUB_", "RUNNER_", "ACTIONS_"].iter().any(|prefix| name.starts_with(prefix))
        || matches!(name, "PATH" | "HOME" | "CI" | "ENV")
}

/// A change that binds names to expressions in the environment of a step.
fn bind(site: &Site<'_>, step: &Node, bound: &[(String, String)]) -> Option<Edit> {
    let value = |expression: &str, flow: bool| {
        let text = format!("${{{{ {expression} }}}}");
        let quoted = flow || text.contains(": ") || text.contains(" #");
        if quoted { format!("'{}'", text.replace('\'', "''")) } else { text }
    };
    if bound.iter().any(|(_, expression)| expression.contains('\n')) {
        return None;
    }
    let lines = |indent: &str| {
        bound.iter().map(|(name, expression)| format!("{indent}{name}: {}", value(expression, false))).collect::<Vec<_>>()
    };
    let flow: Vec<String> = bound.iter().map(|(name, expression)| format!("{name}: {}", value(expression, true))).collect();
    let flow = flow.join(", ");
    match step.get("env") {
        Some(env) => site.add(env, None, Entry { lines: &lines(""), flow: &flow }),
        None => {
            let lines: Vec<String> = std::iter::once("env:".to_owned()).chain(lines("  ")).collect();
            let before = step.fields()?.iter().position(|field| field.name == "run")?.checked_sub(1);
            let after = before.and_then(|number| step.fields()?.get(number)).map(|field| field.name.as_str());
            site.add(step, after, Entry { lines: &lines, flow: &format!("env: {{ {flow} }}") })
        }
    }
}
