//! `docker_build`: an image, built from the sources and perhaps pushed.

use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::{Bindings, Value};

/// What is built, and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct DockerBuild {
    /// The directory that is sent to the build; the root of the sources if none.
    pub context: Option<At<Value>>,
    /// The Dockerfile.
    pub file: Option<At<Value>>,
    /// The stage that is built.
    pub target: Option<At<Value>>,
    /// The names it gets.
    pub tags: Vec<At<Value>>,
    /// Its labels.
    pub labels: Vec<At<Value>>,
    /// Arguments of the build.
    pub arguments: Bindings,
    /// Platforms, such as `linux/amd64`.
    pub platforms: Vec<At<String>>,
    /// Whether it is pushed; it is not if nothing is said.
    pub push: Option<At<bool>>,
    /// Whether layers are kept in the forge's cache; they are not if nothing is said.
    pub cache: Option<At<bool>>,
    /// How to sign in to the registry it is pushed to.
    pub login: Option<At<Login>>,
}

/// How to sign in to a registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// The registry's host.
    pub registry: At<String>,
    /// Who.
    pub user: At<Value>,
    /// With what.
    pub password: At<Value>,
}

impl DockerBuild {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["context", "file", "target", "tags", "labels", "arguments", "platforms", "push", "cache", "login"]);
        if place.get("tags").is_none() {
            reader.missing(place, "tags", "write tags = [\"name:version\"]");
        }
        let mut list = |name: &str| place.get(name).map_or_else(Vec::new, |items| reader.list(&items, Value::read));
        let (tags, labels) = (list("tags"), list("labels"));
        Some(Self {
            context: Value::field(reader, place, "context"),
            file: Value::field(reader, place, "file"),
            target: Value::field(reader, place, "target"),
            tags,
            labels,
            arguments: Value::bindings(reader, place, "arguments"),
            platforms: reader.texts_of(place, "platforms"),
            push: reader.flag_of(place, "push"),
            cache: reader.flag_of(place, "cache"),
            login: place.get("login").and_then(|login| Login::read(reader, &login)),
        })
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let mut values = Vec::new();
        values.extend(self.context.iter().map(|value| ("docker_build.context", value)));
        values.extend(self.file.iter().map(|value| ("docker_build.file", value)));
        values.extend(self.target.iter().map(|value| ("docker_build.target", value)));
        values.extend(self.tags.iter().map(|value| ("docker_build.tags", value)));
        values.extend(self.labels.iter().map(|value| ("docker_build.labels", value)));
        values.extend(self.arguments.values().map(|binding| ("docker_build.arguments", &binding.value)));
        if let Some(login) = &self.login {
            values.push(("docker_build.login.user", &login.user));
            values.push(("docker_build.login.password", &login.password));
        }
        values
    }
}

impl Login {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["registry", "user", "password"]);
        let registry = reader.required(place, "registry");
        let user = Value::required(reader, place, "user");
        let password = Value::required(reader, place, "password");
        Some(At::new(Self { registry: registry?, user: user?, password: password? }, place.origin()))
    }
}
