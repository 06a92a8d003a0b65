//! What a step or a job uses, in one of the forms that GitHub takes: in Nickel a pin may stand for the revision, in YAML nothing does.

use super::document::Slip;
use crate::pipeline::uses::{Foreign, Used};
use crate::source::Node;

const ACTION: &str = "write owner/name@v1, ./path or docker://image:tag";
const WORKFLOW: &str = "write owner/name/.github/workflows/file.yml@v1, or ./.github/workflows/file.yml";

/// What is wrong with the form of an action that a step uses.
pub(super) fn action(node: &Node, path: impl FnOnce() -> Vec<String>) -> Option<Slip> {
    let text = node.text().filter(|text| !text.contains("${{"))?;
    let message = match Used::of(text) {
        Used::Own(_) => return None,
        Used::Image(image) if image.is_empty() || image.ends_with(':') => "expected an image with its tag",
        Used::Image(_) => return None,
        Used::Foreign(used) => foreign(used)?,
    };
    let help = if is_path(text) { "write ./ before a path of this repository" } else { ACTION };
    Some(Slip {
        origin: node.origin,
        message: format!("{message}, got \"{}\"", text.escape_debug()),
        help: help.to_owned(),
        path: path(),
    })
}

/// The same of a workflow that a job calls; what else can be wrong with it the model says.
pub(super) fn workflow(node: &Node, path: Vec<String>) -> Option<Slip> {
    let text = node.text().filter(|text| !text.contains("${{"))?;
    let Used::Foreign(Foreign { path: called, revision: None }) = Used::of(text) else { return None };
    // What is no path of a workflow at all is told as that.
    called.contains("/.github/workflows/").then(|| Slip {
        origin: node.origin,
        message: format!("expected a revision of the workflow, got \"{}\"", text.escape_debug()),
        help: WORKFLOW.to_owned(),
        path,
    })
}

/// Names of other repositories have no `.` at their front.
fn is_path(text: &str) -> bool {
    text.starts_with('.')
}

fn foreign(used: Foreign<'_>) -> Option<&'static str> {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    let mut parts = used.path.splitn(3, '/');
    let owner_and_name = parts.by_ref().take(2).filter(|part| plain(part)).count() == 2;
    match used.revision {
        _ if is_path(used.path) && used.revision.is_none() => Some("expected an action"),
        _ if !owner_and_name => Some("expected the owner and the name of an action"),
        None => Some("expected a revision of the action"),
        Some("") => Some("expected a revision of the action"),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};
    use crate::source::Value;

    fn node(text: &str) -> Node {
        Node { value: Value::String(text.to_owned()), origin: Origin::whole(FileId(0)) }
    }

    #[test]
    fn an_action_has_an_owner_a_name_and_a_revision() {
        for good in [
            "actions/checkout@v4",
            "actions/cache/save@v4",
            "a/b/@v1",
            "./any/where",
            "$/x",
            "docker://alpine:3",
            "docker://alpine@sha256:0",
            "../other@v1",
            "${{ x }}@v1",
        ] {
            assert_eq!(action(&node(good), Vec::new), None, "{good}");
        }
        for bad in [
            "actions/checkout",
            "checkout@v2",
            "docker://image:",
            "docker://",
            ".github/my-actions/do",
            "actions/checkout@",
            "https://github.com/actions/checkout@v4",
            "actions/checkout:v4",
            "/checkout@v1",
        ] {
            assert!(action(&node(bad), Vec::new).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_workflow_of_another_repository_has_a_revision() {
        assert!(workflow(&node("a/b/.github/workflows/c.yml"), Vec::new()).is_some());
        for other in ["a/b/.github/workflows/c.yml@v1", "./.github/workflows/c.yml", "a/b"] {
            assert_eq!(workflow(&node(other), Vec::new()), None, "{other}");
        }
    }
}
