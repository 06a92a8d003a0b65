//! What GitLab starts a pipeline for, and what its rules come to then. What the project's own variables hold is not known, so a
//! rule that asks for one may hold or not.

use super::expression::{Expression, Operator, Pattern};
use super::{Data, Tree};
use crate::pipeline::{Job, Pipeline, Project};

/// The variable by which the schedules of GitLab say which pipeline they are for.
pub const SCHEDULE: &str = "PIPEWARD_SCHEDULE";
/// The variable by which whoever starts a pipeline by hand says which.
pub const PIPELINE: &str = "PIPEWARD_PIPELINE";

/// What happens, as far as it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// What GitLab calls the source of the pipeline.
    pub source: &'static str,
    /// What the pipeline is on.
    pub on: On,
    /// Whether it is everyday work: a branch that is neither the default one nor protected, and a merge request is open for it.
    everyday: bool,
}

/// What a pipeline is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The default branch.
    Default,
    /// Another branch.
    Branch,
    /// A tag.
    Tag,
    /// A merge request.
    Request,
    /// None of these.
    Nothing,
}

/// What rules come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<'a> {
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
    /// A text that is neither empty nor this one.
    Other(&'a str),
    Pattern(&'a Pattern),
}

/// What starts a pipeline on a branch or a tag, by GitLab's names for it; read 2026-11.
const SOURCES: [&str; 11] = [
    "push",
    "schedule",
    "web",
    "api",
    "trigger",
    "pipeline",
    "parent_pipeline",
    "chat",
    "webide",
    "external",
    "external_pull_request_event",
];

impl Start {
    /// A commit comes to a branch that is neither the default one nor protected, and a merge request is open for it.
    pub const BRANCH: Self = Self { source: "push", on: On::Branch, everyday: true };
    /// A merge request from such a branch is opened or changed.
    pub const MERGE_REQUEST: Self = Self { source: REQUEST, on: On::Request, everyday: true };
    /// What no rule names.
    const NOTHING: Self = Self { source: "nothing", on: On::Nothing, everyday: false };

    /// Everything that starts a pipeline.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let refs = [On::Default, On::Branch, On::Tag];
        let mut all: Vec<Self> = SOURCES.iter().flat_map(|source| refs.map(|on| Self { source, on, everyday: false })).collect();
        all.push(Self { source: REQUEST, on: On::Request, everyday: false });
        all
    }

    /// What a variable of GitLab's own holds.
    fn holds<'a>(self, project: &'a Project, name: &str) -> Found<'a> {
        let default = project.default_branch.value.as_str();
        let is_event = ["push", REQUEST].contains(&self.source);
        match (name, self.on) {
            ("CI_PIPELINE_SOURCE", _) => Found::Text(self.source),
            ("CI" | "GITLAB_CI", _) => Found::Text("true"),
            ("CI_DEFAULT_BRANCH", _) => Found::Text(default),
            ("CI_COMMIT_TAG", On::Tag) => Found::Other(""),
            ("CI_COMMIT_TAG", _) => Found::Null,
            (SCHEDULE | PIPELINE, On::Nothing) => Found::Null,
            (SCHEDULE | PIPELINE, _) if is_event => Found::Null,
            ("CI_COMMIT_BRANCH" | "CI_COMMIT_REF_NAME", On::Default) => Found::Text(default),
            ("CI_COMMIT_BRANCH" | "CI_COMMIT_REF_NAME", On::Branch) => Found::Other(default),
            ("CI_COMMIT_BRANCH", _) | ("CI_COMMIT_REF_NAME" | "CI_OPEN_MERGE_REQUESTS", On::Nothing) => Found::Null,
            ("CI_COMMIT_REF_NAME" | "CI_OPEN_MERGE_REQUESTS", _) if self.everyday => Found::Other(default),
            ("CI_COMMIT_REF_PROTECTED", _) if self.everyday => Found::Text("false"),
            ("CI_MERGE_REQUEST_ID" | "CI_MERGE_REQUEST_IID", On::Request) => Found::Other(""),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", On::Request) if self.everyday => Found::Other(default),
            (name, on) if on != On::Request && name.starts_with("CI_MERGE_REQUEST_") => Found::Null,
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
    #[must_use]
    pub fn decide<'a>(self, project: &Project, rules: &'a Tree) -> Outcome<'a> {
        self.decide_by(project, rules, |_| true)
    }

    /// What the rules that name what starts a pipeline come to, for which there has to be one.
    #[must_use]
    pub fn asked<'a>(self, project: &Project, rules: &'a Tree) -> Outcome<'a> {
        self.decide_by(project, rules, |rule| is_never(rule) || names_start(project, rule))
    }

    fn decide_by<'a>(self, project: &Project, rules: &'a Tree, counts: impl Fn(&Tree) -> bool) -> Outcome<'a> {
        for rule in rules.items().iter().filter(|rule| counts(rule)) {
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
}

/// What GitLab calls the source of the pipeline of a merge request.
const REQUEST: &str = "merge_request_event";

/// The rules of a job in GitLab's own words: its own, or those of its pipeline.
#[must_use]
pub fn rules<'a>(pipeline: &'a Pipeline, job: &'a Job) -> Option<&'a Tree> {
    let own = job.gitlab.as_ref().and_then(|words| words.get("rules"));
    own.or_else(|| pipeline.gitlab.as_ref().and_then(|file| file.rules.as_ref()).map(|entry| &entry.tree))
}

/// Whether a rule leaves out what it holds for.
#[must_use]
pub fn is_never(rule: &Tree) -> bool {
    rule.get("when").and_then(Tree::text) == Some("never")
}

/// Whether a rule names what starts a pipeline: a branch, a tag, a merge request, a source. One that only leaves something out, or asks
/// for variables of the project, is about pipelines that there are anyway.
#[must_use]
pub fn names_start(project: &Project, rule: &Tree) -> bool {
    let condition = rule.get("if").and_then(|condition| Expression::parse(condition.text()?).ok());
    condition.is_some_and(|condition| Start::NOTHING.truth(project, &condition) == Some(false))
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
            let found = [Start::BRANCH, Start::MERGE_REQUEST].map(|start| short(decide(start, &rules)));
            assert_eq!(found, [*branch, *request], "{condition}");
        }
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let branch = |rules: &str| decide(Start::BRANCH, rules);
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_TAG" }, { "when": "manual" }]"#), "Runs(\"manual\")");
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_BRANCH", "when": "never" }, { "when": "always" }]"#), "Never");
        assert_eq!(branch(r#"[{ "if": "$X", "when": "never" }, { "when": "always" }]"#), "Unknown");
        assert_eq!(branch(r#"[{ "changes": ["src/*"] }]"#), "Unknown");
        assert_eq!(branch(r#"[{ "if": "$CI_COMMIT_TAG", "changes": ["src/*"] }]"#), "Never");
        assert_eq!(branch("[]"), "Never");
    }
}
