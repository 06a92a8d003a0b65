//! What an action runs: steps, a program for Node.js, or an image.

use super::read::Wording;
use crate::origin::At;
use crate::pipeline::condition::Condition;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::{Bindings, Value};

/// What an action runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Runs {
    /// Steps, which stand in the pipeline within.
    Steps,
    /// A program for Node.js.
    Node(Box<Node>),
    /// An image.
    Docker(Box<Docker>),
}

/// A program for Node.js, its files from the action's directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it runs in.
    pub runtime: At<Runtime>,
    /// The program.
    pub main: At<String>,
    /// What runs before the job's first step, and when.
    pub pre: Option<At<String>>,
    /// When that runs.
    pub pre_if: Option<At<Condition>>,
    /// What runs after the job's last step.
    pub post: Option<At<String>>,
    /// When that runs.
    pub post_if: Option<At<Condition>>,
}

/// The versions of Node.js that an action may name. The contract takes those that the runner still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Node.js 12.
    Node12,
    /// Node.js 16.
    Node16,
    /// Node.js 20.
    Node20,
    /// Node.js 24.
    Node24,
}

impl Runtime {
    /// Every runtime, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 4] =
        [("Node12", Self::Node12), ("Node16", Self::Node16), ("Node20", Self::Node20), ("Node24", Self::Node24)];

    /// The forge's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Node12 => "node12",
            Self::Node16 => "node16",
            Self::Node20 => "node20",
            Self::Node24 => "node24",
        }
    }
}

/// An image: a Dockerfile beside the action, an image of the project, or one with its digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Docker {
    /// The image.
    pub image: At<String>,
    /// What the program in it is given.
    pub args: Vec<At<Value>>,
    /// Its environment.
    pub env: Bindings,
    /// The program, if it is not the image's own.
    pub entrypoint: Option<At<String>>,
    /// What runs before it.
    pub pre_entrypoint: Option<At<String>>,
    /// When that runs.
    pub pre_if: Option<At<Condition>>,
    /// What runs after the job's last step.
    pub post_entrypoint: Option<At<String>>,
    /// When that runs.
    pub post_if: Option<At<Condition>>,
}

impl Docker {
    /// Whether it is built from a file beside the action.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.image.rsplit('/').next().is_some_and(|file| file.starts_with("Dockerfile") || file.ends_with(".Dockerfile"))
    }

    pub(super) fn read(reader: &mut Reader, place: &Place<'_>, how: Wording) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        let known = ["image", "args", "env", "entrypoint", "pre_entrypoint", "pre_if", "post_entrypoint", "post_if"];
        reader.known(place, &known);
        let args = place.get("args").map_or_else(Vec::new, |args| reader.list(&args, how.value));
        let env = (how.environment)(reader, place);
        let entrypoint = reader.text_of(place, "entrypoint");
        let (pre_entrypoint, post_entrypoint) =
            (reader.text_of(place, "pre_entrypoint"), reader.text_of(place, "post_entrypoint"));
        let (pre_if, post_if) = (how.asked(reader, place, "pre_if"), how.asked(reader, place, "post_if"));
        let image = reader.required(place, "image")?;
        Some(Self { image, args, env, entrypoint, pre_entrypoint, pre_if, post_entrypoint, post_if })
    }
}

impl Node {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>, how: Wording) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["runtime", "main", "pre", "pre_if", "post", "post_if"]);
        let runtime = place.get("runtime").and_then(|field| reader.choice(&field, &Runtime::ALL));
        if place.get("runtime").is_none() {
            reader.missing(place, "runtime", "write runtime = 'Node24");
        }
        let (pre, post) = (reader.text_of(place, "pre"), reader.text_of(place, "post"));
        let (pre_if, post_if) = (how.asked(reader, place, "pre_if"), how.asked(reader, place, "post_if"));
        let main = reader.required(place, "main")?;
        Some(Self { runtime: runtime?, main, pre, pre_if, post, post_if })
    }
}

impl Runs {
    pub(super) fn values(&self) -> Vec<(String, &At<Value>)> {
        let Self::Docker(docker) = self else { return Vec::new() };
        let env = docker.env.iter().map(|(name, binding)| (format!("env.{name}"), &binding.value));
        docker.args.iter().map(|value| ("args".to_owned(), value)).chain(env).collect()
    }

    pub(super) fn conditions(&self) -> impl Iterator<Item = (&'static str, &At<Condition>)> {
        let (pre, post) = match self {
            Self::Steps => (None, None),
            Self::Node(node) => (node.pre_if.as_ref(), node.post_if.as_ref()),
            Self::Docker(docker) => (docker.pre_if.as_ref(), docker.post_if.as_ref()),
        };
        [("pre_if", pre), ("post_if", post)].into_iter().filter_map(|(name, condition)| Some((name, condition?)))
    }
}
