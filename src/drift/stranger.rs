//! Workflows that somebody wrote by hand beside those that are emitted: nothing judges them.

use super::OnDisk;
use crate::backend::github::WORKFLOWS;
use crate::finding::{Finding, Identity};
use crate::origin::{Files, Origin};
use crate::rule;

/// The rule they are said under.
const RULE: &str = "unmanaged-workflow";

/// Each workflow of somebody else's that the forge would run, as a finding. No more than its path is looked at.
#[must_use]
pub fn strangers(on_disk: &OnDisk, files: &mut Files) -> Vec<Finding> {
    let Some(rule) = rule::find(RULE) else { return Vec::new() };
    let found = on_disk.strangers().filter(|path| is_workflow(path)).map(|path| {
        let message = format!("no pipeline emits `{path}`, and pipeward did not write it: nothing judges what it runs");
        let help = "write a pipeline that does the same, or name it in rules.unmanaged-workflow.settings.allow of the policy";
        Finding {
            origin: Some(Origin::whole(files.add(path, ""))),
            help: vec![help.to_owned()],
            ..Finding::new(RULE, rule.summary, rule.severity, Identity::of(path), message)
        }
    });
    found.collect()
}

fn is_workflow(path: &str) -> bool {
    let extension = [".yml", ".yaml"].iter().any(|extension| path.ends_with(extension));
    extension && path.strip_prefix(WORKFLOWS).is_some_and(|rest| rest.starts_with('/'))
}
