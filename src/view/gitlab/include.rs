//! What files of GitLab's include, and what child pipelines are made of.

use super::{Described, Said, described, said};
use crate::finding::Identity;
use crate::pipeline::Project;
use crate::pipeline::gitlab::Tree;

/// Something that is included.
#[derive(Clone, Debug)]
pub(crate) struct Included<'a> {
    /// Who includes it.
    pub(crate) identity: Identity,
    /// What is written of it: a text or a record.
    pub(crate) words: &'a Tree,
    /// Where it is.
    pub(crate) from: From<'a>,
}

/// Where something is that is included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum From<'a> {
    /// A file or a pattern of files of this project.
    Local(&'a str),
    /// An address.
    Remote(&'a str),
    /// Another project.
    Project(&'a str),
    /// A component, `host/path/name@version`.
    Component(&'a str),
    /// What comes with GitLab itself, or out of a job.
    Other,
}

impl<'a> From<'a> {
    fn of(words: &'a Tree) -> Self {
        if let Some(text) = words.text() {
            let is_address = ["http://", "https://"].iter().any(|start| text.starts_with(start));
            return if is_address { Self::Remote(text) } else { Self::Local(text) };
        }
        let text = |name: &str| words.get(name).and_then(Tree::text);
        if let Some(path) = text("local") {
            Self::Local(path)
        } else if let Some(address) = text("remote") {
            Self::Remote(address)
        } else if let Some(project) = text("project") {
            Self::Project(project)
        } else {
            text("component").map_or(Self::Other, Self::Component)
        }
    }
}

/// Everything that is included anywhere.
pub(crate) fn all(project: &Project) -> Vec<Included<'_>> {
    let mut all = Vec::new();
    for file in said(project) {
        let Said { file: words, .. } = file;
        let spec = words.spec.as_ref().and_then(|entry| entry.tree.get("include"));
        words.word("include").into_iter().chain(spec).for_each(|tree| gather(&file.identity(), tree, &mut all));
    }
    for part in described(project) {
        let Described { words, .. } = part;
        if let Some(tree) = words.get("trigger").and_then(|trigger| trigger.get("include")) {
            gather(&part.identity(), tree, &mut all);
        }
    }
    all
}

fn gather<'a>(identity: &Identity, tree: &'a Tree, all: &mut Vec<Included<'a>>) {
    let found = tree.items().iter().map(|words| Included { identity: identity.clone(), words, from: From::of(words) });
    all.extend(found);
}
