//! Where a job runs: the tags of its runner, its image, and the services beside it.

use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::backends::Machine;
use crate::pipeline::runner::Runner;
use crate::pipeline::surroundings::Toolchain;
use crate::yaml::Map;

/// Puts `tags` and `image` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    let machine = machine(lowering, job);
    if let Some(machine) = machine.filter(|machine| !machine.tags.is_empty()) {
        map.put("tags", machine.tags.iter().map(|tag| tag.value.as_str()).collect::<Vec<&str>>());
    }
    let own = job.container.as_ref().and_then(|container| container.image.plain().map(|name| (name, container.image.origin)));
    let nix = matches!(job.toolchain.value, Toolchain::Nix(_)).then(|| lowering.settings.nix.as_ref()).flatten();
    let image = match (own, nix) {
        (Some((name, origin)), _) => Some(lowering.image(name, origin)),
        (None, Some(nix)) => Some(lowering.image(nix, nix.origin)),
        (None, None) => {
            lowering.image_at(machine.and_then(|machine| machine.image.as_ref()).or(lowering.settings.image.as_ref()))
        }
    };
    map.put_some("image", image);
}

/// What stands for the runner of a job.
fn machine<'a>(lowering: &Lowering<'a>, job: &Job) -> Option<&'a Machine> {
    let name = match job.runner.as_ref().map(|runner| &runner.value) {
        None => lowering.project.default_runner.value.as_str(),
        Some(Runner::Name(name)) => name,
        Some(_) => return None,
    };
    lowering.settings.runners.get(name)
}
