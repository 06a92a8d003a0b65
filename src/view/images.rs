//! The images that a job has on GitLab besides its containers: those of templates and of what all jobs start from, and those that a
//! variable is a part of.

use crate::origin::{At, Origin};
use crate::pipeline::Job;
use crate::pipeline::gitlab::Tree;

/// Every such image.
pub(crate) fn of_job(job: &Job) -> Vec<At<&str>> {
    let known: Vec<Origin> = job.containers().map(|(_, container)| container.image.origin).collect();
    let words = ["image", "services"].into_iter().filter_map(|name| job.on_gitlab.word(name));
    words.flat_map(Tree::items).filter_map(text).filter(|text| !known.contains(&text.origin)).collect()
}

/// An image is a text, or the name in a record.
fn text(tree: &Tree) -> Option<At<&str>> {
    let named = if tree.text().is_some() { tree } else { tree.get("name")? };
    Some(At::new(named.text()?, named.origin))
}
