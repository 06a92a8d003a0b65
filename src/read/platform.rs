//! What GitHub refuses a whole workflow for, as far as that is seen in the model: the backend does not write such a file, and here it is
//! written already.

use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::pipeline::Pipeline;
use crate::pipeline::github::too_large;
use crate::rule;

/// What is said of a workflow whose text is so many bytes long.
pub(super) fn refused(pipeline: &Pipeline, bytes: usize) -> Vec<Finding> {
    let mut found = Vec::new();
    if let Some(message) = too_large(bytes) {
        let help = "move scripts to files of the repository, or make it several workflows";
        found.extend(said("workflow-too-large", pipeline.identity(), pipeline.name.origin, (message, help), "size"));
    }
    for job in pipeline.jobs.values() {
        let Some(matrix) = &job.matrix else { continue };
        if let Some((message, help)) = matrix.refused() {
            found.extend(said("matrix", pipeline.job_identity(job), matrix.origin, (message.to_owned(), help), "legs"));
        }
    }
    found
}

fn said(id: &str, identity: Identity, origin: Origin, (message, help): (String, &str), key: &str) -> Option<Finding> {
    let rule = rule::find(id)?;
    let found = Finding::new(id, rule.summary, rule.severity, identity, message);
    Some(Finding { origin: Some(origin), help: vec![help.to_owned()], key: key.to_owned(), ..found })
}
