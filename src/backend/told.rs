//! What comes up while a pipeline is written, whatever the forge: what cannot be, and what is not what it is elsewhere.

use indexmap::IndexMap;

use super::cannot_write;
use crate::finding::{Finding, Identity};
use crate::loss::Loss;
use crate::origin::{At, Origin};
use crate::pipeline::backends::Forge;
use crate::pipeline::container::has_digest;

/// What was told of a pipeline so far, each thing once.
#[derive(Debug)]
pub(super) struct Told {
    /// The forge it is written for.
    forge: Forge,
    /// The part that is being written: what is told now is about it.
    pub(super) identity: Identity,
    pub(super) findings: Vec<Finding>,
    pub(super) losses: Vec<Loss>,
}

impl Told {
    /// Nothing yet.
    pub(super) const fn new(forge: Forge, identity: Identity) -> Self {
        Self { forge, identity, findings: Vec::new(), losses: Vec::new() }
    }

    /// Says what cannot be written, whatever a policy thinks of it.
    pub(super) fn refuse(&mut self, rule: &str, origin: Origin, message: String, help: String, key: &str) {
        let finding = cannot_write(rule, &self.identity, origin, message, vec![help], key);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Says that a construct is not what it is elsewhere, by the id of its row among [`crate::loss::constructs`].
    pub(super) fn lose(&mut self, construct: &str, origin: Origin) {
        self.losses.extend(Loss::of(construct, self.forge, &self.identity, origin, &self.losses));
    }

    /// An image with its digest: by its short name in the project, or written whole.
    pub(super) fn image(&mut self, images: &IndexMap<String, At<String>>, source: &str, name: &str, origin: Origin) -> String {
        let (image, place) = match images.get(name) {
            Some(image) => (image.value.clone(), image.origin),
            None => (name.to_owned(), origin),
        };
        if !has_digest(&image) {
            let message = format!("`{image}` names no exact image");
            let help = format!("write {image}@sha256:… with its digest, or its name in `images` of {source}");
            self.refuse("unpinned-images", place, message, help, &image);
        }
        image
    }
}
