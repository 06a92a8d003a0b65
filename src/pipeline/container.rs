//! The images a job and its services run in.

use indexmap::IndexMap;

use super::duration::Duration;
use super::reader::{Place, Reader};
use super::value::{Bindings, Value};
use crate::origin::At;

/// An image a job or a service runs in.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// A name of the project's image table, or an image with its digest.
    pub image: At<Value>,
    /// Whether the image is all that is written, in the words of the forge: an expression there may turn out to be a whole record.
    pub bare: bool,
    /// With what the image is fetched.
    pub credentials: Option<At<Credentials>>,
    /// Its environment.
    pub env: Bindings,
    /// Ports opened.
    pub ports: Vec<At<Value>>,
    /// Volumes mounted.
    pub volumes: Vec<At<Value>>,
    /// Further options of `docker create`.
    pub options: Option<At<Value>>,
    /// How to see that it is ready; services only.
    pub health: Option<At<Health>>,
    /// What runs in it instead of what the image says; services only.
    pub entrypoint: Option<At<Value>>,
    /// What that is given; services only.
    pub command: Option<At<Value>>,
}

/// With what an image is fetched from a registry that asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Credentials {
    /// Who.
    pub username: At<Value>,
    /// With what.
    pub password: At<Value>,
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

/// How the values of a container are read: as the language has them, or in GitHub's words.
pub type ReadValue = fn(&mut Reader, &Place<'_>) -> Option<At<Value>>;

const FIELDS: &[&str] = &["image", "credentials", "env", "ports", "volumes", "options", "entrypoint", "command", "health"];
/// How many of the fields a job's container has, a service in GitHub's words, and a service of the language.
const JOB: usize = 6;
const SERVICE: usize = 8;
const OWN_SERVICE: usize = 9;

impl Container {
    /// An image and nothing else.
    pub(super) fn of(image: At<Value>, bare: bool) -> Self {
        Self {
            image,
            bare,
            credentials: None,
            env: Bindings::new(),
            ports: Vec::new(),
            volumes: Vec::new(),
            options: None,
            health: None,
            entrypoint: None,
            command: None,
        }
    }

    /// Reads the container of a job, or a service: a record, or just the image.
    pub fn read(reader: &mut Reader, place: &Place<'_>, service: bool) -> Option<At<Self>> {
        let fields = if service { OWN_SERVICE } else { JOB };
        Self::with(reader, place, &FIELDS[..fields], Value::read, false)
    }

    /// The same in GitHub's words.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>, service: bool) -> Option<At<Self>> {
        let fields = if service { SERVICE } else { JOB };
        Self::with(reader, place, &FIELDS[..fields], Value::in_words, true)
    }

    fn with(reader: &mut Reader, place: &Place<'_>, known: &[&str], value: ReadValue, bare: bool) -> Option<At<Self>> {
        if place.node.text().is_some() || place.node.tag().is_some() {
            return Some(At::new(Self::of(value(reader, place)?, bare), place.origin()));
        }
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, known);
        if place.get("image").is_none() {
            reader.missing(place, "image", "");
        }
        let mut of = |name: &str| place.get(name).and_then(|field| value(reader, &field));
        let (image, options, entrypoint, command) = (of("image"), of("options"), of("entrypoint"), of("command"));
        let mut list = |name: &str| place.get(name).map_or_else(Vec::new, |field| reader.list(&field, value));
        let (ports, volumes) = (list("ports"), list("volumes"));
        let container = Self {
            env: if bare { Value::environment_in_words(reader, place) } else { Value::environment(reader, place) },
            ports,
            volumes,
            options,
            entrypoint,
            command,
            credentials: place.get("credentials").and_then(|field| Credentials::read(reader, &field, value)),
            health: place.get("health").and_then(|health| Health::read(reader, &health)),
            ..Self::of(image?, false)
        };
        Some(At::new(container, place.origin()))
    }

    /// Reads the services of a job.
    pub fn services(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, At<Self>> {
        let Some(services) = reader.record_of(place, "services") else { return IndexMap::new() };
        Self::each(reader, &services, |reader, here| Self::read(reader, here, true))
    }

    /// Reads services by name.
    pub fn each(
        reader: &mut Reader,
        services: &Place<'_>,
        read: fn(&mut Reader, &Place<'_>) -> Option<At<Self>>,
    ) -> IndexMap<String, At<Self>> {
        reader.identifiers(services);
        services.fields().filter_map(|(field, here)| Some((field.name.clone(), read(reader, &here)?))).collect()
    }

    /// Every value in it, with the name of its field.
    #[must_use]
    pub fn values(&self) -> Vec<(String, &At<Value>)> {
        let lone = [("options", &self.options), ("entrypoint", &self.entrypoint), ("command", &self.command)];
        let mut values = vec![("image".to_owned(), &self.image)];
        if let Some(credentials) = &self.credentials {
            values.push(("credentials.username".to_owned(), &credentials.username));
            values.push(("credentials.password".to_owned(), &credentials.password));
        }
        values.extend(self.env.iter().map(|(key, binding)| (format!("env.{key}"), &binding.value)));
        values.extend(self.ports.iter().map(|port| ("ports".to_owned(), port)));
        values.extend(self.volumes.iter().map(|volume| ("volumes".to_owned(), volume)));
        values.extend(lone.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_ref()?))));
        values
    }
}

impl Credentials {
    fn read(reader: &mut Reader, place: &Place<'_>, value: ReadValue) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["username", "password"]);
        let mut of = |name: &str, help: &str| match place.get(name) {
            Some(field) => value(reader, &field),
            None => {
                reader.missing(place, name, help);
                None
            }
        };
        let username = of("username", "");
        let password = of("password", "write password = 'Secret \"NAME\"");
        Some(At::new(Self { username: username?, password: password? }, place.origin()))
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
