//! Conditions of the model as the text of `if`.

use super::expression::{Level, Scope, Term, bare, member, quoted, result};
use super::lowering::Lowering;
use crate::origin::{At, Origin};
use crate::pipeline::condition::{Spoken, branch_start};
use crate::pipeline::key::Key;
use crate::pipeline::trigger::InputKind;
use crate::pipeline::words::pieces;
use crate::pipeline::{Condition, Reference, Value};

/// The text of `if`, without braces.
pub(super) fn lower(lowering: &mut Lowering<'_>, key: Key, condition: &At<Condition>) -> String {
    if key == Key::JobIf && condition.asks_for_failure() {
        // A job whose `if` names no status is skipped after any failure, so it would never see the one it waits for.
        let guarded = guarded(lowering, key, condition);
        return Term::joined(&[Term::whole("always()"), guarded], "&&", Level::And, "").text;
    }
    term(lowering, key, condition).text
}

/// The condition under `always()`: alternatives that ask for no failure hold after success alone, as they would by themselves.
fn guarded(lowering: &mut Lowering<'_>, key: Key, condition: &At<Condition>) -> Term {
    match &condition.value {
        Condition::Any(inner) => {
            let terms: Vec<Term> = inner.iter().map(|inner| guarded(lowering, key, inner)).collect();
            Term::joined(&terms, "||", Level::Or, "false")
        }
        _ if condition.asks_for_failure() => term(lowering, key, condition),
        _ => Term::joined(&[Term::whole("success()"), term(lowering, key, condition)], "&&", Level::And, ""),
    }
}

fn term(lowering: &mut Lowering<'_>, key: Key, condition: &At<Condition>) -> Term {
    let scope = lowering.scope(key);
    needs_status(lowering, key, condition);
    match &condition.value {
        Condition::Always => Term::whole("always()"),
        Condition::OnSuccess => Term::whole("success()"),
        Condition::OnFailure => Term::whole("failure()"),
        Condition::NotCancelled => Term { text: "!cancelled()".to_owned(), level: Level::Not },
        Condition::Label(label) => Term::whole(format!("contains(github.event.pull_request.labels.*.name, {})", quoted(label))),
        Condition::Event(events) => any(events.iter().map(|event| equals("github.event_name", &quoted(event.value.name())))),
        Condition::Changed(_) => {
            lowering.lose("changed", condition.origin);
            Term::whole("true")
        }
        Condition::Branch(branches) => {
            let terms: Vec<Term> = branches.iter().map(|branch| branch_term(lowering, branch)).collect();
            any(terms.into_iter())
        }
        Condition::DefaultBranch => equals("github.ref", &quoted(&format!("refs/heads/{}", lowering.shared.default_branch))),
        Condition::Tag => Term::whole("startsWith(github.ref, 'refs/tags/')"),
        Condition::Input(name, value) => {
            lowering.look(key, value);
            let kind = lowering.pipeline.on.input(name).map(|input| &input.kind.value);
            let right = input_value(scope, kind, value);
            Term::compared(&Term::whole(member("inputs", name)), "==", &right)
        }
        Condition::Output(path, value) => {
            lowering.look(key, value);
            let (job, name) = path.split_once('.').unwrap_or((path, ""));
            let left = member(&format!("{}.outputs", member("needs", job)), name);
            Term::compared(&Term::whole(left), "==", &scope.text_term(value))
        }
        Condition::Result(job, outcome) => equals(&result("needs", job), &quoted(outcome.word())),
        Condition::Matrix(name, value) => {
            lowering.look(key, value);
            needs_matrix(lowering, key, name.origin);
            Term::compared(&Term::whole(member("matrix", name)), "==", &scope.term(value))
        }
        Condition::Present(value) => {
            lowering.look(key, value);
            Term::compared(&scope.term(value), "!=", &Term::whole("''"))
        }
        Condition::All(inner) => {
            let terms: Vec<Term> = inner.iter().map(|condition| term(lowering, key, condition)).collect();
            Term::joined(&terms, "&&", Level::And, "true")
        }
        Condition::Any(inner) => {
            let terms: Vec<Term> = inner.iter().map(|condition| term(lowering, key, condition)).collect();
            Term::joined(&terms, "||", Level::Or, "false")
        }
        Condition::Not(inner) => not(&term(lowering, key, inner)),
        Condition::Raw(spoken) => raw(lowering, key, spoken, condition.origin),
    }
}

/// The author's words, if some of them are GitHub's.
fn raw(lowering: &mut Lowering<'_>, key: Key, spoken: &Spoken, origin: Origin) -> Term {
    let Some(words) = &spoken.github else {
        lowering.lose("raw-github", origin);
        return Term::whole("true");
    };
    lowering.look_at(key, &words.clone().map(Reference::Raw));
    // A text around braces always holds, blanks and a line's end as well: what was silent of that stays so.
    if lowering.is_as_written() && words.is_template() && pieces(words.text()).is_ok_and(|pieces| pieces.len() > 1) {
        return Term { text: words.text().to_owned(), level: Level::Or };
    }
    Term { text: bare(words.text()).replace(['\n', '\r'], " "), level: Level::Or }
}

/// Refuses a condition that asks how the run has gone where nobody can tell.
fn needs_status(lowering: &mut Lowering<'_>, key: Key, condition: &At<Condition>) {
    if let Some(function) = status(condition)
        && !key.calls(function)
    {
        let message = format!("`{function}()` is not known in {}", key.words());
        let help = "only what decides whether something runs may ask how the run has gone".to_owned();
        lowering.refuse("reference-unavailable", condition.origin, message, help, function);
    }
}

/// Refuses a condition on the leg of a job where there are no legs yet.
fn needs_matrix(lowering: &mut Lowering<'_>, key: Key, origin: Origin) {
    if !key.contexts().contains(&"matrix") {
        let message = format!("`matrix` is not known in {}", key.words());
        let help = "GitHub decides on a job before it knows its legs: put the condition on the steps".to_owned();
        lowering.refuse("reference-unavailable", origin, message, help, "matrix");
    }
}

/// The function by which a condition asks how the run has gone.
const fn status(condition: &Condition) -> Option<&'static str> {
    Some(match condition {
        Condition::Always => "always",
        Condition::OnSuccess => "success",
        Condition::OnFailure => "failure",
        Condition::NotCancelled => "cancelled",
        _ => return None,
    })
}

/// What an input is compared with: a flag with a flag, a text with a text, whatever the author wrote it as.
fn input_value(scope: Scope, kind: Option<&InputKind>, value: &Value) -> Term {
    match (kind, value.plain()) {
        (Some(InputKind::Flag), Some(flag @ ("true" | "false"))) => Term::whole(flag),
        (Some(InputKind::Text | InputKind::Choice(_)), _) => scope.text_term(value),
        _ => scope.term(value),
    }
}

fn branch_term(lowering: &mut Lowering<'_>, branch: &At<String>) -> Term {
    let known = branch_start(branch);
    if known.is_none() {
        let message = format!("no condition can match the branch `{}`", branch.value);
        let help = "GitHub's conditions know whole names and beginnings: write \"main\" or \"release/**\"".to_owned();
        lowering.refuse("globs", branch.origin, message, help, &branch.value);
    }
    let (start, more) = known.unwrap_or((branch.as_str(), false));
    let name = quoted(&format!("refs/heads/{start}"));
    if more { Term::whole(format!("startsWith(github.ref, {name})")) } else { equals("github.ref", &name) }
}

fn equals(left: &str, right: &str) -> Term {
    Term::compared(&Term::whole(left), "==", &Term::whole(right))
}

fn any(terms: impl Iterator<Item = Term>) -> Term {
    let terms: Vec<Term> = terms.collect();
    Term::joined(&terms, "||", Level::Or, "false")
}

/// The opposite, as a person would write it.
fn not(term: &Term) -> Term {
    if term.level == Level::Equal {
        for (operator, opposite) in [(" == ", " != "), (" != ", " == ")] {
            let mut sides = term.text.splitn(2, operator);
            if let (Some(left), Some(right)) = (sides.next(), sides.next())
                && !left.contains(['\'', '('])
            {
                return Term { text: format!("{left}{opposite}{right}"), level: Level::Equal };
            }
        }
    }
    Term { text: format!("!{}", term.within(Level::Whole)), level: Level::Not }
}

#[cfg(test)]
mod tests {
    use super::super::lowering::Shared;
    use super::*;
    use crate::pipeline::fixture;

    fn text(key: Key, json: &str) -> (String, usize) {
        let project = fixture::project(
            "{}",
            &[(
                "ci",
                r#"{"name": "CI", "on": {"manual": {"inputs": {"dry": {"type": "'Flag"}, "size": {}}}},
                    "jobs": {"unit": {"timeout": "5m", "steps": [{"run": "make"}]}}}"#,
            )],
        );
        let mut lowering = Lowering::new(Shared::of(&project), &project.pipelines[0]);
        let text = lower(&mut lowering, key, &fixture::condition(json));
        (text, lowering.told.findings.len())
    }

    #[test]
    fn conditions_are_written_as_a_person_would() {
        for (json, expected) in [
            (r#""'Always""#, "always()"),
            (r#""'NotCancelled""#, "!cancelled()"),
            (r#"{"'Label": "it's"}"#, "contains(github.event.pull_request.labels.*.name, 'it''s')"),
            (r#"{"'Label": "${{ x }}"}"#, "contains(github.event.pull_request.labels.*.name, format('{0}{{{{ x }}}}', '$'))"),
            (
                r#"{"'Input": {"name": "size", "equals": ["${", "'Commit"]}}"#,
                "inputs.size == format(format('{0}{{{{{{0}}', '$'), github.sha)",
            ),
            (
                r#"{"'Event": ["'Manual", "'PullRequest"]}"#,
                "github.event_name == 'workflow_dispatch' || github.event_name == 'pull_request'",
            ),
            (r#"{"'Branch": ["main"]}"#, "github.ref == 'refs/heads/main'"),
            (r#"{"'Branch": ["release/**"]}"#, "startsWith(github.ref, 'refs/heads/release/')"),
            (r#""'DefaultBranch""#, "github.ref == 'refs/heads/main'"),
            (r#""'Tag""#, "startsWith(github.ref, 'refs/tags/')"),
            (r#"{"'Input": {"name": "dry", "equals": true}}"#, "inputs.dry == true"),
            (r#"{"'Input": {"name": "dry", "equals": "true"}}"#, "inputs.dry == true"),
            (r#"{"'Input": {"name": "size", "equals": 3}}"#, "inputs.size == '3'"),
            (r#"{"'Output": {"name": "a.b", "equals": true}}"#, "needs.a.outputs.b == 'true'"),
            (r#"{"'Present": {"'Variable": "A"}}"#, "vars.A != ''"),
            (r#"{"'Not": {"'Present": {"'Variable": "A"}}}"#, "vars.A == ''"),
            (r#"{"'Not": "'NotCancelled"}"#, "!(!cancelled())"),
            (r#"{"'Not": {"'Any": ["'Always", "'Tag"]}}"#, "!(always() || startsWith(github.ref, 'refs/tags/'))"),
            (
                r#"{"'All": ["'OnFailure", {"'Any": ["'Tag", "'DefaultBranch"]}]}"#,
                "failure() && (startsWith(github.ref, 'refs/tags/') || github.ref == 'refs/heads/main')",
            ),
            (
                r#"{"'Any": ["'Tag", {"'All": ["'DefaultBranch", {"'Not": "'Tag"}]}]}"#,
                "startsWith(github.ref, 'refs/tags/') || github.ref == 'refs/heads/main' && !startsWith(github.ref, 'refs/tags/')",
            ),
            (r#"{"'Raw": {"github": "${{ github.actor == 'x' }}"}}"#, "github.actor == 'x'"),
            (
                r#"{"'All": [{"'Raw": {"github": "env.A || env.B"}}, "'Tag"]}"#,
                "(env.A || env.B) && startsWith(github.ref, 'refs/tags/')",
            ),
            (r#"{"'Not": {"'Event": ["'Push"]}}"#, "github.event_name != 'push'"),
        ] {
            assert_eq!(text(Key::StepIf, json), (expected.to_owned(), 0), "{json}");
        }
    }

    #[test]
    fn a_job_that_waits_for_a_failure_is_not_skipped_by_it() {
        let failed = r#"{"'Result": {"job": "a", "is": "'Failure"}}"#;
        assert_eq!(text(Key::JobIf, failed).0, "always() && needs.a.result == 'failure'");
        assert_eq!(text(Key::StepIf, failed).0, "needs.a.result == 'failure'");
        assert_eq!(text(Key::JobIf, r#"{"'Result": {"job": "a", "is": "'Success"}}"#).0, "needs.a.result == 'success'");
        let either = format!(r#"{{"'Any": ["'DefaultBranch", {failed}]}}"#);
        let expected = "always() && (success() && github.ref == 'refs/heads/main' || needs.a.result == 'failure')";
        assert_eq!(text(Key::JobIf, &either).0, expected);
        let said = r#"{"'All": ["'NotCancelled", {"'Result": {"job": "a", "is": "'Failure"}}]}"#;
        assert_eq!(text(Key::JobIf, said).0, "!cancelled() && needs.a.result == 'failure'");
    }

    #[test]
    fn what_github_cannot_decide_is_said() {
        assert_eq!(text(Key::StepIf, r#"{"'Branch": ["*-fix"]}"#).1, 1);
        assert_eq!(text(Key::JobIf, r#"{"'Matrix": {"key": "os", "equals": "linux"}}"#).1, 1);
        assert_eq!(text(Key::StepIf, r#"{"'Matrix": {"key": "os", "equals": "linux"}}"#).1, 0);
        assert_eq!(text(Key::StepIf, r#"{"'Present": {"'Secret": "A"}}"#).1, 1);
    }
}
