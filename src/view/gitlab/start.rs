//! What GitLab starts a pipeline for, and what its rules come to then. What the project's own variables hold is not known, so a
//! rule that asks for one may hold or not.

use super::{Said, said};
use crate::pipeline::gitlab::expression::{Expression, Operator, Pattern};
use crate::pipeline::gitlab::{Data, Tree};
use crate::pipeline::trigger::{Event, Filter};
use crate::pipeline::{Job, Pipeline, Project};
use crate::view::scope::may_run;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// A commit comes to a branch that is neither the default one nor protected, and a merge request is open for it.
    Branch,
    /// A merge request is opened or changed.
    MergeRequest,
}

/// What rules come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome<'a> {
    /// No rule holds, or one that says `never`.
    Never,
    /// For certain, as the rule says: `on_success`, `manual`.
    Runs(&'a str),
    /// It hangs on what is not known here.
    Unknown,
}

/// What a part of a condition is.
enum Found<'a> {
    Unknown,
    Null,
    Flag(bool),
    Text(&'a str),
    /// A text that is neither empty nor this one, the name of the default branch.
    Other(&'a str),
    Pattern(&'a Pattern),
}

impl Start {
    /// What a variable of GitLab's own holds.
    fn holds<'a>(self, project: &'a Project, name: &str) -> Found<'a> {
        let branch = self == Self::Branch;
        let other = Found::Other(&project.default_branch.value);
        match name {
            "CI_PIPELINE_SOURCE" => Found::Text(if branch { "push" } else { "merge_request_event" }),
            "CI_COMMIT_TAG" | "PIPEWARD_PIPELINE" | "PIPEWARD_SCHEDULE" => Found::Null,
            "CI_COMMIT_BRANCH" if !branch => Found::Null,
            "CI_COMMIT_BRANCH" | "CI_COMMIT_REF_NAME" | "CI_OPEN_MERGE_REQUESTS" => other,
            "CI_COMMIT_REF_PROTECTED" => Found::Text("false"),
            "CI_DEFAULT_BRANCH" => Found::Text(&project.default_branch.value),
            "CI" | "GITLAB_CI" => Found::Text("true"),
            "CI_MERGE_REQUEST_ID" | "CI_MERGE_REQUEST_IID" | "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME" if !branch => other,
            name if branch && name.starts_with("CI_MERGE_REQUEST_") => Found::Null,
            _ => Found::Unknown,
        }
    }

    /// Whether a condition holds; nothing if that is not known.
    fn truth(self, project: &Project, condition: &Expression) -> Option<bool> {
        match condition {
            Expression::Not(inner) => self.truth(project, inner).map(|holds| !holds),
            Expression::All(left, right) => match (self.truth(project, left), self.truth(project, right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            },
            Expression::Any(left, right) => match (self.truth(project, left), self.truth(project, right)) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            Expression::Compare(left, operator, right) => {
                let (left, right) = (self.find(project, left), self.find(project, right));
                match operator {
                    Operator::Equal => same(&left, &right),
                    Operator::Unequal => same(&left, &right).map(|same| !same),
                    Operator::Matches => matches(&left, &right),
                    Operator::Differs => matches(&left, &right).map(|matches| !matches),
                }
            }
            other => match self.find(project, other) {
                Found::Unknown => None,
                Found::Null | Found::Flag(false) => Some(false),
                Found::Text(text) => Some(!text.trim().is_empty()),
                Found::Flag(true) | Found::Other(_) | Found::Pattern(_) => Some(true),
            },
        }
    }

    fn find<'a>(self, project: &'a Project, part: &'a Expression) -> Found<'a> {
        match part {
            Expression::Null => Found::Null,
            Expression::Flag(flag) => Found::Flag(*flag),
            Expression::Text(text) => Found::Text(text),
            Expression::Pattern(pattern) => Found::Pattern(pattern),
            Expression::Variable(name) => self.holds(project, name),
            inner @ (Expression::Not(_) | Expression::Compare(..) | Expression::All(..) | Expression::Any(..)) => {
                self.truth(project, inner).map_or(Found::Unknown, Found::Flag)
            }
            Expression::Input(_) => Found::Unknown,
        }
    }

    /// What rules come to: the first one that holds decides.
    pub(crate) fn decide<'a>(self, project: &Project, rules: &'a Tree) -> Outcome<'a> {
        for rule in rules.items() {
            if !matches!(rule.data, Data::Map(_)) {
                return Outcome::Unknown;
            }
            let holds = |condition: &Tree| self.truth(project, &Expression::parse(condition.text()?).ok()?);
            let condition = rule.get("if").map_or(Some(true), holds);
            let files = ["changes", "exists"].iter().any(|name| rule.get(name).is_some());
            match (condition, rule.get("when").map_or(Some("on_success"), Tree::text)) {
                (Some(false), _) => {}
                (Some(true), Some(when)) if !files => {
                    return if when == "never" { Outcome::Never } else { Outcome::Runs(when) };
                }
                _ => return Outcome::Unknown,
            }
        }
        Outcome::Never
    }

    /// What starts a pipeline of the model so, if that is all there is to it: what its triggers and the condition of a job say.
    fn by_triggers(self, pipeline: &Pipeline, job: &Job) -> Outcome<'static> {
        let (event, open) = match self {
            Self::MergeRequest => (Event::PullRequest, pipeline.on.pull_request.as_ref().map(|_| true)),
            // Which of two starts covers a merge request is decided where both are written, so that there is but one.
            Self::Branch if pipeline.on.pull_request.is_some() => return Outcome::Never,
            Self::Branch => (Event::Push, pipeline.on.push.as_ref().and_then(|push| takes_any(push))),
        };
        match (open, &job.when) {
            (None, _) => Outcome::Never,
            (Some(true), None) => Outcome::Runs("on_success"),
            _ if may_run(job.when.as_ref(), event) => Outcome::Unknown,
            _ => Outcome::Never,
        }
    }
}

/// Whether a push to a branch of any name counts; nothing if none does but those that are listed.
fn takes_any(push: &Filter) -> Option<bool> {
    if push.branches.is_empty() {
        return (push.tags.is_empty() || !push.branches_ignore.is_empty())
            .then_some(push.branches_ignore.is_empty() && push.paths.is_empty());
    }
    push.branches
        .iter()
        .any(|branch| branch.contains('*'))
        .then(|| push.branches.iter().any(|branch| branch.value == "**") && push.paths.is_empty())
}

/// The rules of a job in GitLab's own words: its own, or those of its pipeline.
pub(crate) fn rules<'a>(pipeline: &'a Pipeline, job: &'a Job) -> Option<&'a Tree> {
    let own = job.gitlab.as_ref().and_then(|words| words.get("rules"));
    own.or_else(|| pipeline.gitlab.as_ref().and_then(|file| file.rules.as_ref()).map(|entry| &entry.tree))
}

/// What becomes of a job then, whoever decides.
pub(crate) fn of<'a>(start: Start, project: &'a Project, pipeline: &'a Pipeline, job: &'a Job) -> Outcome<'a> {
    let outcome = match rules(pipeline, job) {
        Some(rules) => start.decide(project, rules),
        // They are written for every job that has none, and stand over those of a template.
        None => start.by_triggers(pipeline, job),
    };
    let manual = job.manual.is_some() || job.gitlab.as_ref().and_then(|words| words.get("when")?.text()) == Some("manual");
    match (outcome, started(start, project)) {
        (Outcome::Never, _) | (_, Outcome::Never) => Outcome::Never,
        (Outcome::Unknown, _) | (_, Outcome::Unknown) => Outcome::Unknown,
        (Outcome::Runs("on_success"), _) if manual => Outcome::Runs("manual"),
        (runs, _) => runs,
    }
}

/// The rules of the project's pipelines as a whole, in GitLab's own words.
pub(crate) fn workflow(project: &Project) -> Option<&Tree> {
    let whole = said(project).into_iter().find(|said| said.pipeline.is_none());
    whole.and_then(|Said { file, .. }| file.word("workflow")?.get("rules"))
}

/// Whether there is a pipeline then at all.
fn started(start: Start, project: &Project) -> Outcome<'_> {
    if let Some(rules) = workflow(project) {
        return start.decide(project, rules);
    }
    // What is written then is what any pipeline asks for.
    let asks = |pipeline: &Pipeline| match start {
        Start::MergeRequest => pipeline.on.pull_request.as_ref().map(|_| true),
        Start::Branch if pipeline.on.pull_request.is_some() => None,
        Start::Branch => pipeline.on.push.as_ref().and_then(|push| takes_any(push)),
    };
    let asked: Vec<bool> = project.pipelines.iter().filter_map(asks).collect();
    match asked.iter().any(|certain| *certain) {
        true => Outcome::Runs("always"),
        false if asked.is_empty() => Outcome::Never,
        false => Outcome::Unknown,
    }
}

fn same(one: &Found<'_>, other: &Found<'_>) -> Option<bool> {
    match (one, other) {
        (Found::Unknown, _) | (_, Found::Unknown) => None,
        (Found::Null, Found::Null) => Some(true),
        (Found::Flag(one), Found::Flag(other)) => Some(one == other),
        (Found::Text(one), Found::Text(other)) => Some(one == other),
        (Found::Pattern(one), Found::Pattern(other)) => Some(one == other),
        (Found::Other(_), Found::Other(_)) => None,
        (Found::Other(never), Found::Text(text)) | (Found::Text(text), Found::Other(never)) => {
            (text.is_empty() || text == never).then_some(false)
        }
        _ => Some(false),
    }
}

fn matches(left: &Found<'_>, right: &Found<'_>) -> Option<bool> {
    let text = match left {
        Found::Text(text) => text,
        Found::Null => "",
        _ => return None,
    };
    match right {
        Found::Pattern(pattern) => Some(pattern.matches(text)),
        Found::Text(right) => Pattern::parse(right).ok().map(|pattern| pattern.matches(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;
    use crate::pipeline::{Place, Reader};

    fn project() -> Project {
        let text = r#"{ "name": "p", "visibility": "'Public", "default_branch": "trunk" }"#;
        let node = fixture::node(&serde_json::from_str(text).expect("JSON"));
        Project::read(&mut Reader::default(), &Place::root(&node), "pipelines/main.ncl").expect("a project")
    }

    fn decide(start: Start, rules: &str) -> String {
        let node = fixture::node(&serde_json::from_str(rules).expect("JSON"));
        let tree = Tree::read(&mut Reader::default(), &Place::root(&node)).expect("a tree");
        format!("{:?}", start.decide(&project(), &tree))
    }

    /// A condition, and what comes of it for a branch and for a merge request.
    const CONDITIONS: &[(&str, &str, &str)] = &[
        ("$CI_COMMIT_BRANCH", "yes", "no"),
        ("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", "no", "no"),
        ("$CI_COMMIT_BRANCH != $CI_DEFAULT_BRANCH", "yes", "yes"),
        ("$CI_COMMIT_BRANCH == 'trunk'", "no", "no"),
        ("$CI_COMMIT_BRANCH == 'next'", "?", "no"),
        ("$CI_COMMIT_BRANCH =~ /^release/", "?", "no"),
        ("$CI_COMMIT_TAG || $CI_PIPELINE_SOURCE =~ /^merge/", "no", "yes"),
        ("$CI_MERGE_REQUEST_IID", "no", "yes"),
        ("$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS", "yes", "no"),
        ("$CI_COMMIT_REF_PROTECTED == 'true'", "no", "no"),
        ("$DEPLOY == 'yes'", "?", "?"),
        ("$DEPLOY && $CI_COMMIT_TAG", "no", "no"),
        ("!($CI_PIPELINE_SOURCE == 'push')", "no", "yes"),
        ("$CI_MERGE_REQUEST_LABELS =~ /full/", "no", "?"),
    ];

    #[test]
    fn conditions_are_decided_as_far_as_they_are_known() {
        let short = |outcome: String| match outcome.as_str() {
            "Never" => "no",
            "Unknown" => "?",
            _ => "yes",
        };
        for (condition, branch, request) in CONDITIONS {
            let rules = format!(r#"[{{ "if": "{condition}" }}]"#);
            let found = [Start::Branch, Start::MergeRequest].map(|start| short(decide(start, &rules)));
            assert_eq!(found, [*branch, *request], "{condition}");
        }
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let branch = |rules: &str| decide(Start::Branch, rules);
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_TAG" }, { "when": "manual" }]"#), "Runs(\"manual\")");
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_BRANCH", "when": "never" }, { "when": "always" }]"#), "Never");
        assert_eq!(branch(r#"[{ "if": "$X", "when": "never" }, { "when": "always" }]"#), "Unknown");
        assert_eq!(branch(r#"[{ "changes": ["src/*"] }]"#), "Unknown");
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_TAG", "changes": ["src/*"] }]"#), "Never");
        assert_eq!(branch("[]"), "Never");
    }
}
