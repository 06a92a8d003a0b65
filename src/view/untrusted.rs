//! What others than the author of a pipeline have a hand in: the texts, the sources and the names in a run that anybody can
//! choose who may open an issue or a pull request.

use super::provenance::{self, Root};
use super::scope::Spot;
use super::scripts::is_named;
use crate::origin::At;
use crate::pipeline::value::{Known, Value};
use crate::pipeline::{Pipeline, Project, Reference};

/// How much an outsider can put into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Any text of one line.
    Line,
    /// Any text.
    Lines,
}

/// The contexts an outsider fills in; `*` is any name or number. Read from the forge's reference of webhook events, 2026-11.
const WRITTEN: &[(&str, Reach)] = &[
    ("github.event.changes.body.from", Reach::Lines),
    ("github.event.changes.head.ref.from", Reach::Line),
    ("github.event.changes.title.from", Reach::Line),
    ("github.event.comment.body", Reach::Lines),
    ("github.event.commits.*.author.email", Reach::Line),
    ("github.event.commits.*.author.name", Reach::Line),
    ("github.event.commits.*.message", Reach::Lines),
    ("github.event.discussion.body", Reach::Lines),
    ("github.event.discussion.title", Reach::Line),
    ("github.event.head_commit.author.email", Reach::Line),
    ("github.event.head_commit.author.name", Reach::Line),
    ("github.event.head_commit.message", Reach::Lines),
    ("github.event.issue.body", Reach::Lines),
    ("github.event.issue.title", Reach::Line),
    ("github.event.merge_group.head_commit.author.email", Reach::Line),
    ("github.event.merge_group.head_commit.author.name", Reach::Line),
    ("github.event.merge_group.head_commit.message", Reach::Lines),
    ("github.event.pages.*.page_name", Reach::Line),
    ("github.event.pages.*.title", Reach::Line),
    ("github.event.pull_request.body", Reach::Lines),
    ("github.event.pull_request.head.label", Reach::Line),
    ("github.event.pull_request.head.ref", Reach::Line),
    ("github.event.pull_request.head.repo.default_branch", Reach::Line),
    ("github.event.pull_request.head.repo.description", Reach::Line),
    ("github.event.pull_request.head.repo.homepage", Reach::Line),
    ("github.event.pull_request.title", Reach::Line),
    ("github.event.review.body", Reach::Lines),
    ("github.event.review_comment.body", Reach::Lines),
    ("github.event.workflow_run.display_title", Reach::Line),
    ("github.event.workflow_run.head_branch", Reach::Line),
    ("github.event.workflow_run.head_commit.author.email", Reach::Line),
    ("github.event.workflow_run.head_commit.author.name", Reach::Line),
    ("github.event.workflow_run.head_commit.message", Reach::Lines),
    ("github.event.workflow_run.head_repository.description", Reach::Line),
    ("github.event.workflow_run.pull_requests.*.head.ref", Reach::Line),
    ("github.head_ref", Reach::Line),
];

/// What names the sources of whoever proposed a change.
pub(crate) const SOURCES: &[&str] = &[
    "github.event.check_run.head_sha",
    "github.event.check_suite.head_branch",
    "github.event.check_suite.head_commit",
    "github.event.check_suite.head_sha",
    "github.event.issue.number",
    "github.event.number",
    "github.event.pull_request.head",
    "github.event.pull_request.merge_commit_sha",
    "github.event.pull_request.number",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit",
    "github.event.workflow_run.head_repository",
    "github.event.workflow_run.head_sha",
    "github.event.workflow_run.pull_requests",
    "github.head_ref",
];

/// Who did the last thing that started the run, which is not who wrote what it runs on.
pub(crate) const ACTORS: &[&str] =
    &["github.actor", "github.actor_id", "github.event.sender.id", "github.event.sender.login", "github.triggering_actor"];

/// By what a run can ask who gave a command.
pub(crate) const AUTHORS: &[&str] = &[
    "github.actor",
    "github.actor_id",
    "github.event.comment.author_association",
    "github.event.comment.user",
    "github.event.issue.author_association",
    "github.event.sender",
    "github.triggering_actor",
];

/// Whether a context is one of these or stands in one.
pub(crate) fn is_within(name: &str, contexts: &[&str]) -> bool {
    contexts.iter().any(|context| parts(name) >= parts(context) && meet(name, context))
}

/// The variables that every step has from the forge and whose values outsiders choose, with the context of the same value.
const VARIABLES: &[(&str, &str)] = &[("GITHUB_HEAD_REF", "github.head_ref")];

/// Those of the forge's own variables that a text names and whose values outsiders choose, each with the context of the same value.
pub(crate) fn variables_in(text: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    VARIABLES.iter().copied().filter(move |(name, _)| text.contains(name))
}

/// The variables that GitLab sets and whose values outsiders choose; whether only a merge request brings them along: what somebody
/// else has merged keeps the message and the author of its commits. Read from the forge's list of predefined variables, 2026-11.
const GITLAB: &[(&str, Reach, bool)] = &[
    ("CI_COMMIT_AUTHOR", Reach::Line, false),
    ("CI_COMMIT_DESCRIPTION", Reach::Lines, false),
    ("CI_COMMIT_MESSAGE", Reach::Lines, false),
    ("CI_COMMIT_REF_NAME", Reach::Line, true),
    ("CI_COMMIT_TITLE", Reach::Line, false),
    ("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", Reach::Line, false),
    ("CI_MERGE_REQUEST_DESCRIPTION", Reach::Lines, true),
    ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", Reach::Line, true),
    ("CI_MERGE_REQUEST_TITLE", Reach::Line, true),
    ("GITLAB_USER_NAME", Reach::Line, true),
];

/// Those of GitLab's own variables that a text names and whose values outsiders choose, each with how much they can put there;
/// `proposed` says whether merge requests start what it stands in.
pub(crate) fn gitlab_variables_in(text: &str, proposed: bool) -> impl Iterator<Item = (&'static str, Reach)> {
    let written = GITLAB.iter().filter(move |(name, _, asks)| (proposed || !asks) && is_named(text, name));
    written.map(|(name, reach, _)| (*name, *reach))
}

/// Whether proposed changes start a pipeline, or any of them where none is meant. What is called is started by whoever calls.
///
/// On GitLab, what a fork proposes runs in the fork, with the fork's variables and machines, unless a member starts it in the
/// project; what it is called by, and what its commits say, stays the outsider's after a merge.
pub(crate) fn is_proposed(project: &Project, pipeline: Option<&Pipeline>) -> bool {
    let is =
        |pipeline: &Pipeline| pipeline.on.call.is_some() || pipeline.on.events().iter().any(|event| event.has_pull_request());
    pipeline.map_or_else(|| project.pipelines.iter().any(is), is)
}

/// What a value takes from outsiders, wherever in the project it comes from: how an author knows it, and how much they can put there.
pub(crate) fn in_value<'a>(project: &'a Project, spot: Spot<'a>, value: &'a At<Value>) -> Option<(String, Reach)> {
    let sources = provenance::of(project, spot, value);
    let found = sources.into_iter().filter_map(|source| match source.root {
        Root::Reference(reference) => in_reference(source.spot.pipeline, reference),
        Root::Context(name) => written(&name).map(|reach| (format!("`{name}`"), reach)),
        Root::Text(_) => None,
    });
    found.max_by_key(|(_, reach)| *reach)
}

/// The same of one reference.
fn in_reference(pipeline: &Pipeline, reference: &Reference) -> Option<(String, Reach)> {
    match reference {
        // Only those who may push choose the names of the repository's own branches.
        Reference::Known(Known::Branch) => pipeline
            .on
            .events()
            .iter()
            .any(|event| event.has_pull_request())
            .then(|| ("the name of the branch".to_owned(), Reach::Line)),
        Reference::Known(Known::CommitMessage) => Some(("the message of the commit".to_owned(), Reach::Lines)),
        _ => None,
    }
}

/// How much of what stands under a name outsiders write; an object that holds such a value counts as the value.
pub(crate) fn written(name: &str) -> Option<Reach> {
    // `github` and `github.event` hold all of them: handing those over is a matter of its own.
    let under = |context: &str| (parts(context).min(3)..=parts(context)).contains(&parts(name)) && meet(name, context);
    WRITTEN.iter().filter(|(context, _)| under(context)).map(|(_, reach)| *reach).max()
}

/// Of how many names a context is made.
fn parts(name: &str) -> usize {
    name.split('.').count()
}

/// Whether one context is the other or holds it; `*` is any name or number.
fn meet(one: &str, other: &str) -> bool {
    one.split('.').zip(other.split('.')).all(|(one, other)| one == other || one == "*" || other == "*")
}

#[cfg(test)]
mod tests {
    use super::super::spoken::named;
    use super::*;
    use crate::pipeline::Words;

    /// How much of the result of an expression outsiders write.
    fn in_words(words: &Words) -> Option<Reach> {
        let expressions = words.expressions();
        let flows = expressions.iter().flat_map(|expression| expression.dataflow_contexts());
        flows.filter_map(|(context, _)| written(&named(context)?)).max()
    }

    #[test]
    fn a_context_is_within_what_holds_it() {
        for name in ["github.event.sender", "github.event.sender.login", "github.event.*.login", "github.actor"] {
            assert!(is_within(name, AUTHORS), "{name}");
        }
        for name in ["github", "github.event", "github.event.sender_x", "github.actors", "github.event.comment.body"] {
            assert!(!is_within(name, AUTHORS), "{name}");
        }
    }

    #[test]
    fn what_outsiders_write_is_known_in_every_spelling() {
        let reach = |text: &str| in_words(&Words::parse(text).expect("words"));
        for text in ["github.event.issue.title", "GitHub.Event.Issue['title']", "github.head_ref || github.ref_name"] {
            assert_eq!(reach(text), Some(Reach::Line), "{text}");
        }
        for text in [
            "github.event.commits[0].message",
            "github.event.commits.*.message",
            "join(github.event.commits.*.message, ' ')",
            "toJSON(github.event.issue)",
            "x ${{ github.event.comment.body }}",
            "github.event_name == 'issues' && github.event.issue.body || ''",
        ] {
            assert_eq!(reach(text), Some(Reach::Lines), "{text}");
        }
        for text in [
            "github.sha",
            "github.event.issue.number",
            "contains(github.event.issue.title, 'x')",
            "github.head_ref == 'x'",
            "github.event.pull_request.head.sha",
            "'github.head_ref'",
            "github",
            "github.event",
        ] {
            assert_eq!(reach(text), None, "{text}");
        }
    }
}
