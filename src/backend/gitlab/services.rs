//! What runs beside a job.

use super::lowering::Lowering;
use super::machine::Stand;
use super::{image, options, value};
use crate::origin::At;
use crate::pipeline::container::Container;
use crate::pipeline::{Job, Value};
use crate::yaml::{Map, Node};

/// Where the certificates of a Docker daemon are that the runner itself brings to all containers of a job.
const CERTIFICATES: &str = "/certs/client";

/// Puts `services` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, machine: &Stand, map: &mut Map) {
    if let Some(service) = job.services.values().next().filter(|_| machine.has_shell) {
        lowering.lose("container-shell", service.origin);
    }
    if machine.is_shell {
        return;
    }
    let services: Vec<Map> = job.services.iter().filter_map(|(name, service)| lower(lowering, job, name, service)).collect();
    if let Some(whole) = &job.github.services {
        lowering.lose("services-late", whole.origin);
    }
    if !services.is_empty() {
        map.put("services", Node::from(services));
    }
}

/// A service under the name that the job reaches it by.
fn lower(lowering: &mut Lowering<'_>, job: &Job, name: &str, service: &At<Container>) -> Option<Map> {
    let mut map = Map::new();
    map.put("name", image::name(lowering, &service.image)?);
    map.put("alias", name);
    for (word, line) in [("entrypoint", &service.entrypoint), ("command", &service.command)] {
        map.put_some(word, line.as_ref().and_then(|line| command(lowering, line)));
    }
    if let Some(options) = &service.options {
        map.entries.extend(options::read(lowering, options).entries);
    }
    let variables = value::variables(lowering, &service.env);
    if !variables.is_empty() {
        map.put("variables", variables);
    }
    if let Some(credentials) = &service.credentials {
        lowering.lose("container-credentials", credentials.origin);
    }
    if let Some(health) = &service.health {
        lowering.lose("service-health", health.origin);
    }
    // A job in a container reaches what is beside it by name on either forge; one on the machine itself only through its ports.
    if let Some(port) = service.ports.first().filter(|_| job.container.is_none()) {
        lowering.lose("service-ports", port.origin);
    }
    volumes(lowering, service);
    Some(map)
}

/// Says what becomes of the volumes of a container.
pub(super) fn volumes(lowering: &mut Lowering<'_>, container: &Container) {
    for volume in &container.volumes {
        let target = volume.print().and_then(|text| Some(text.split(':').nth(1)?.to_owned()));
        let construct = if target.as_deref() == Some(CERTIFICATES) { "container-certificates" } else { "container-volumes" };
        lowering.lose(construct, volume.origin);
    }
}

/// A command line as the list of its words.
fn command(lowering: &mut Lowering<'_>, line: &At<Value>) -> Option<Vec<String>> {
    let words = options::words(&lowering.early(line)?);
    (!words.is_empty()).then_some(words)
}
