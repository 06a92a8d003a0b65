//! The image that the commands of a job run in.

use super::lowering::Lowering;
use super::machine::Stand;
use super::{options, services};
use crate::origin::At;
use crate::pipeline::container::Container;
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::{Job, Value};
use crate::yaml::{Map, Node};

/// Puts `image` into the map of a job: its own, that of Nix, or that of its machine. A machine without containers has what it has.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, machine: &Stand, map: &mut Map) {
    if let Some(container) = job.container.as_ref().filter(|_| machine.has_shell) {
        lowering.lose("container-shell", container.origin);
    }
    if machine.is_shell {
        return;
    }
    if let Some(container) = &job.container {
        let image = own(lowering, container);
        map.put_some("image", image);
        return;
    }
    if super::machine::runs_in_nix(job) {
        let image = lowering.image_at(lowering.settings.nix.as_ref());
        if image.is_none() {
            let step = job.all_steps().map(|step| job.toolchain_of(step)).find(|one| matches!(one.value, Toolchain::Nix(_)));
            let origin = step.map_or(job.toolchain.origin, |toolchain| toolchain.origin);
            let message = "nothing says which image has Nix on GitLab".to_owned();
            let help =
                format!("write backends.gitlab.nix = \"…\" in {}, the name of one of its `images`", lowering.project.source);
            lowering.refuse("runner-unmapped", origin, message, help, "nix");
        }
        map.put_some("image", image);
        return;
    }
    map.put_some("image", machine.image.clone());
}

/// The name of an image: one of the project's table, or what is worked out before the job starts.
pub(super) fn name(lowering: &mut Lowering<'_>, image: &At<Value>) -> Option<String> {
    match image.plain() {
        Some(name) => Some(lowering.image(name, image.origin)),
        None => lowering.early(image),
    }
}

fn own(lowering: &mut Lowering<'_>, container: &At<Container>) -> Option<Node> {
    if let Some(credentials) = &container.credentials {
        lowering.lose("container-credentials", credentials.origin);
    }
    for port in &container.ports {
        lowering.lose("container-ports", port.origin);
    }
    services::volumes(lowering, container);
    let name = name(lowering, &container.image)?;
    let said = container.options.as_ref().map(|options| options::read(lowering, options)).unwrap_or_default();
    if said.is_empty() {
        return Some(Node::Text(name));
    }
    let mut image = Map::new();
    image.put("name", name);
    image.entries.extend(said.entries);
    Some(Node::Map(image))
}
