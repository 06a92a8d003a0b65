//! What stands around a job while it runs: runner container, services, environment, concurrency, toolchain.

use indexmap::IndexMap;

use super::duration::Duration;
use super::reader::{Place, Reader};
use super::value::{Bindings, Value};
use crate::origin::{At, Origin};

/// An image a job or a service runs in.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// A name of the project's image table, or an image with its digest.
    pub image: At<String>,
    /// Its environment.
    pub env: Bindings,
    /// Ports opened.
    pub ports: Vec<At<Value>>,
    /// Volumes mounted.
    pub volumes: Vec<At<String>>,
    /// Further options of `docker create`.
    pub options: Option<At<String>>,
    /// How to see that it is ready; services only.
    pub health: Option<At<Health>>,
}

/// A command that tells whether a service is ready.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The command, run inside the service.
    pub command: At<String>,
    /// Between two tries.
    pub interval: At<Duration>,
    /// Of one try.
    pub timeout: At<Duration>,
    /// Failures in a row that mean ill.
    pub retries: At<u32>,
}

/// Where a job deploys to, or what guards it.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: At<String>,
    /// Where the deployment is to be seen.
    pub url: Option<At<Value>>,
    /// Whether entering it counts as a deployment; it does if nothing is said.
    pub deployment: Option<At<bool>>,
}

/// What may not run at the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    /// Runs of one group wait for each other.
    pub group: At<Group>,
    /// Whether a new run cancels the one before.
    pub cancel: At<bool>,
}

/// A concurrency group.
#[derive(Clone, Debug, PartialEq)]
pub enum Group {
    /// One for each branch, tag or pull request of this pipeline.
    PerRef,
    /// One for this pipeline.
    PerPipeline,
    /// One of that name.
    Named(At<Value>),
}

/// What the commands of a job run in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// What the runner has.
    Host,
    /// The project's Nix development shell, by name; the default one if none.
    Nix(Option<At<String>>),
}

impl Container {
    /// Reads the container of a job: a record, or just the image.
    pub fn read(reader: &mut Reader, place: &Place<'_>, service: bool) -> Option<At<Self>> {
        let container = if place.node.text().is_some() {
            Self {
                image: reader.text(place)?,
                env: Bindings::new(),
                ports: Vec::new(),
                volumes: Vec::new(),
                options: None,
                health: None,
            }
        } else {
            if !reader.is_record(place) {
                return None;
            }
            let known: &[&str] = if service {
                &["image", "env", "ports", "volumes", "options", "health"]
            } else {
                &["image", "env", "ports", "volumes", "options"]
            };
            reader.known(place, known);
            Self {
                env: Value::environment(reader, place),
                ports: place.get("ports").map_or_else(Vec::new, |ports| reader.list(&ports, Value::read)),
                volumes: reader.texts_of(place, "volumes"),
                options: reader.text_of(place, "options"),
                health: place.get("health").and_then(|health| Health::read(reader, &health)),
                image: reader.required(place, "image")?,
            }
        };
        Some(At::new(container, place.origin()))
    }

    /// Reads the services of a job.
    pub fn services(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, At<Self>> {
        let Some(services) = reader.record_of(place, "services") else { return IndexMap::new() };
        services.fields().filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, true)?))).collect()
    }
}

impl Health {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["command", "interval", "timeout", "retries"]);
        let mut span = |name: &str, seconds: u64| match place.get(name) {
            Some(field) => Duration::read(reader, &field),
            None => Some(At::new(Duration::seconds(seconds), place.origin())),
        };
        let (interval, timeout) = (span("interval", 10), span("timeout", 5));
        let retries = match place.get("retries") {
            Some(field) => reader.count(&field, 1),
            None => Some(At::new(5, place.origin())),
        };
        let command = reader.required(place, "command");
        Some(At::new(Self { command: command?, interval: interval?, timeout: timeout?, retries: retries? }, place.origin()))
    }
}

impl Environment {
    /// Reads the environment of a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["name", "url", "deployment"]);
        let url = Value::field(reader, place, "url");
        let deployment = reader.flag_of(place, "deployment");
        Some(At::new(Self { name: reader.required(place, "name")?, url, deployment }, place.origin()))
    }
}

impl Concurrency {
    /// Reads the concurrency of a pipeline or a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["group", "cancel"]);
        for name in ["group", "cancel"] {
            if place.get(name).is_none() {
                reader.missing(place, name, "write group = 'PerRef, cancel = true");
            }
        }
        let group = place.get("group").and_then(|group| Group::read(reader, &group));
        let cancel = reader.flag_of(place, "cancel");
        Some(At::new(Self { group: group?, cancel: cancel? }, place.origin()))
    }
}

impl Group {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let group = match (place.node.tag(), place.argument()) {
            (Some(("PerRef", None)), _) => Self::PerRef,
            (Some(("PerPipeline", None)), _) => Self::PerPipeline,
            (Some(("Named", Some(_))), Some(name)) => Self::Named(Value::read(reader, &name)?),
            _ => {
                reader.expected(place, "a concurrency group", "write 'PerRef, 'PerPipeline or 'Named \"name\"");
                return None;
            }
        };
        Some(At::new(group, place.origin()))
    }
}

impl Toolchain {
    /// Reads the toolchain of a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let toolchain = match (place.node.tag(), place.argument()) {
            (Some(("Host", None)), _) => Self::Host,
            (Some(("Nix", None)), _) => Self::Nix(None),
            (Some(("Nix", Some(_))), Some(inner)) => {
                reader.known(&inner, &["shell"]);
                Self::Nix(reader.text_of(&inner, "shell"))
            }
            _ => {
                reader.expected(place, "a toolchain", "write 'Host, 'Nix or 'Nix { shell = \"name\" }");
                return None;
            }
        };
        Some(At::new(toolchain, place.origin()))
    }
}

/// Where the name of a field stands; the record's own place if the field is not written.
pub(super) fn key_of(place: &Place<'_>, name: &str) -> Origin {
    place.node.field(name).map_or_else(|| place.origin(), |field| field.key)
}

/// Whether an image names itself and ends in `@sha256:` and 64 hexadecimal digits: then it is one image for ever.
#[must_use]
pub fn has_digest(image: &str) -> bool {
    image.split_once("@sha256:").is_some_and(|(name, digest)| {
        !name.is_empty() && digest.len() == 64 && digest.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_whole_and_has_a_name_before_it() {
        let digest = "0a".repeat(32);
        assert!(has_digest(&format!("python:3.13@sha256:{digest}")));
        for image in [
            "python".to_owned(),
            format!("@sha256:{digest}"),
            format!("a@sha256:{digest}0"),
            format!("a@sha256:{}", digest.to_uppercase()),
        ] {
            assert!(!has_digest(&image), "{image}");
        }
    }
}
