//! Workflows that somebody wrote by hand beside those that are emitted: nothing judges them.

use super::OnDisk;
use crate::backend::github::WORKFLOWS;
use crate::finding::{Finding, Identity, Kind};
use crate::origin::{Files, Origin};
use crate::rule;

/// The rule they are said under.
const RULE: &str = "unmanaged-workflow";

/// Each workflow of somebody else's that the forge would run, as a finding. No more than its path is looked at.
#[must_use]
pub fn strangers(on_disk: &OnDisk, files: &mut Files) -> Vec<Finding> {
    let Some(rule) = rule::find(RULE) else { return Vec::new() };
    let found = on_disk.strangers().filter(|path| is_workflow(path)).map(|path| Finding {
        rule: RULE.to_owned(),
        severity: rule.severity,
        kind: Kind::Judged,
        identity: Identity::of(path),
        summary: rule.summary.to_owned(),
        message: format!("no pipeline emits `{path}`, and pipeward did not write it: nothing judges what it runs"),
        origin: Some(Origin::whole(files.add(path, ""))),
        related: Vec::new(),
        help: vec![
            "write a pipeline that does the same, or name it in rules.unmanaged-workflow.settings.allow of the policy".to_owned(),
        ],
        diff: None,
        key: String::new(),
    });
    found.collect()
}

fn is_workflow(path: &str) -> bool {
    let extension = [".yml", ".yaml"].iter().any(|extension| path.ends_with(extension));
    extension && path.strip_prefix(WORKFLOWS).is_some_and(|rest| rest.starts_with('/'))
}
