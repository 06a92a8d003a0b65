//! Expressions whose values no shell could be led astray by: numbers, commits, names that the forge chooses, and what is written in
//! the file itself.

use super::provenance::{self, Root};
use super::scope::Spot;
use super::spoken::named;
use crate::origin::At;
use crate::pipeline::value::{Known, Part, Value};
use crate::pipeline::{Project, Reference};

/// Contexts whose values are such; `*` is any name. Read from the forge's references of contexts and of webhook events, 2026-11.
const PLAIN: &[&str] = &[
    "github.action",
    "github.api_url",
    "github.event.after",
    "github.event.before",
    "github.event.issue.number",
    "github.event.number",
    "github.event.pull_request.base.sha",
    "github.event.pull_request.head.sha",
    "github.event.pull_request.number",
    "github.event_name",
    "github.graphql_url",
    "github.job",
    "github.ref_type",
    "github.repository_id",
    "github.repository_owner_id",
    "github.retention_days",
    "github.run_attempt",
    "github.run_id",
    "github.run_number",
    "github.server_url",
    "github.sha",
    "github.token",
    "github.workflow_sha",
    "github.workspace",
    "job.status",
    "needs.*.result",
    "runner.arch",
    "runner.os",
    "secrets.*",
    "steps.*.conclusion",
    "steps.*.outcome",
    "strategy.*",
];

/// Whether all that is put into a value is plain.
pub(crate) fn is_plain(project: &Project, spot: Spot<'_>, value: &At<Value>) -> bool {
    value.parts.iter().all(|part| is_part_plain(project, spot, part))
}

/// The same of one part of it.
pub(crate) fn is_part_plain(project: &Project, spot: Spot<'_>, part: &At<Part>) -> bool {
    match &part.value {
        Part::Reference(reference) => is_reference_plain(project, spot, reference, part),
        Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        Part::When(_) => false,
    }
}

fn is_reference_plain(project: &Project, spot: Spot<'_>, reference: &Reference, part: &At<Part>) -> bool {
    match reference {
        Reference::Secret(_) | Reference::Result(_) | Reference::Hash(_) => true,
        Reference::Matrix(key) => is_context_plain(project, spot, &format!("matrix.{}", key.to_ascii_lowercase()), part),
        Reference::Raw(words) => words.expressions().iter().all(|expression| {
            // What only decides which value it is gets nowhere.
            let leaves = expression.leaf_expressions();
            let mut contexts = leaves.into_iter().flat_map(|leaf| leaf.dataflow_contexts());
            contexts.all(|(context, _)| named(context).is_some_and(|name| is_context_plain(project, spot, &name, part)))
        }),
        Reference::Known(known) => matches!(
            known,
            Known::Commit
                | Known::Event
                | Known::Os
                | Known::PullRequest
                | Known::RunId
                | Known::RunUrl
                | Known::Shard
                | Known::Shards
                | Known::Token
                | Known::Workspace
        ),
        Reference::Variable(_) | Reference::Output(..) | Reference::Step(..) | Reference::Input(_) => false,
    }
}

fn is_context_plain(project: &Project, spot: Spot<'_>, name: &str, part: &At<Part>) -> bool {
    if is_listed(name) {
        return true;
    }
    if !["env.", "matrix."].iter().any(|start| name.starts_with(start)) {
        return false;
    }
    // What a matrix or an environment says is followed to where it is written.
    provenance::of_context(project, spot, name, part.origin).iter().all(|source| match &source.root {
        Root::Text(_) => true,
        Root::Context(context) => is_listed(context),
        Root::Reference(reference) => matches!(reference, Reference::Secret(_) | Reference::Known(Known::Commit | Known::RunId)),
    })
}

fn is_listed(name: &str) -> bool {
    let is = |listed: &str| {
        let (mut own, mut others) = (name.split('.'), listed.split('.'));
        let fits = others.by_ref().all(|other| own.next().is_some_and(|own| own == other || other == "*"));
        fits && own.next().is_none()
    };
    PLAIN.iter().any(|listed| is(listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_as_a_whole() {
        for plain in ["github.sha", "strategy.job-index", "needs.build.result", "steps.a.outcome"] {
            assert!(is_listed(plain), "{plain}");
        }
        for other in
            ["github", "github.event", "github.head_ref", "needs.build", "needs.build.outputs.a", "github.sha.x", "strategy"]
        {
            assert!(!is_listed(other), "{other}");
        }
        assert!(PLAIN.is_sorted());
    }
}
