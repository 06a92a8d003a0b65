//! What outsiders write: values of a run that anybody can choose who may open an issue or a pull request.

use super::spoken::named;
use crate::pipeline::value::{Known, Value};
use crate::pipeline::{Pipeline, Reference, Words};

/// How much an outsider can put into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
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

/// What a value takes from outsiders: how an author knows it, and how much they can put there.
pub(super) fn in_value(pipeline: &Pipeline, value: &Value) -> Option<(String, Reach)> {
    value.references().filter_map(|reference| in_reference(pipeline, reference.value)).max_by_key(|(_, reach)| *reach)
}

/// The same of one reference.
pub(super) fn in_reference(pipeline: &Pipeline, reference: &Reference) -> Option<(String, Reach)> {
    match reference {
        // Only those who may push choose the names of the repository's own branches.
        Reference::Known(Known::Branch) => pipeline
            .on
            .events()
            .iter()
            .any(|event| event.has_pull_request())
            .then(|| ("the name of the branch".to_owned(), Reach::Line)),
        Reference::Known(Known::CommitMessage) => Some(("the message of the commit".to_owned(), Reach::Lines)),
        Reference::Raw(words) => in_words(words),
        _ => None,
    }
}

/// The same of words of the forge: what flows into their result, not what they only ask about.
pub(super) fn in_words(words: &Words) -> Option<(String, Reach)> {
    let expressions = words.expressions();
    let found = expressions.iter().flat_map(|expression| expression.dataflow_contexts()).filter_map(|(context, _)| {
        let name = named(context)?;
        let reach = written(&name)?;
        Some((format!("`{name}`"), reach))
    });
    found.max_by_key(|(_, reach)| *reach)
}

/// How much of what stands under a name outsiders write; an object that holds such a value counts as the value.
fn written(name: &str) -> Option<Reach> {
    let parts: Vec<&str> = name.split('.').collect();
    let under = |pattern: &str| {
        let pattern: Vec<&str> = pattern.split('.').collect();
        let same = |(one, other): (&&str, &&str)| one == other || *one == "*" || *other == "*";
        // `github` and `github.event` hold all of them: handing those over is a matter of its own.
        parts.len() <= pattern.len() && parts.len() >= pattern.len().min(3) && parts.iter().zip(&pattern).all(same)
    };
    WRITTEN.iter().filter(|(pattern, _)| under(pattern)).map(|(_, reach)| *reach).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_outsiders_write_is_known_in_every_spelling() {
        let reach = |text: &str| in_words(&Words::parse(text).expect("words")).map(|(_, reach)| reach);
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
