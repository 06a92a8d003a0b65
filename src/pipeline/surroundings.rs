//! What stands around a job while it runs: environment, concurrency, defaults, toolchain.

use super::deduce::{self, Anywhere};
use super::duration::Retention;
use super::given::Given;
use super::reader::{Place, Reader};
use super::value::{Part, Reference, Value};
use super::{Job, Pipeline};
use crate::origin::{At, Origin};

/// Where a job deploys to, or what guards it.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name.
    pub name: At<Value>,
    /// Where the deployment is to be seen.
    pub url: Option<At<Value>>,
    /// Whether entering it counts as a deployment; it does if nothing is said.
    pub deployment: Option<At<Given<bool>>>,
    /// What the job does to it; it starts it if nothing is said.
    pub action: Option<At<Act>>,
    /// What it is for.
    pub tier: Option<At<Tier>>,
    /// The job of the same pipeline that stops it.
    pub on_stop: Option<At<String>>,
    /// After how long without a deployment it stops by itself.
    pub auto_stop: Option<At<Retention>>,
}

/// What a job does to an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// It deploys there.
    Start,
    /// It makes it ready for a deployment.
    Prepare,
    /// It looks whether a deployment works.
    Verify,
    /// It uses it, and is guarded by it.
    Access,
    /// It takes it down.
    Stop,
}

/// What an environment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// The one that users have.
    Production,
    /// The last one before it.
    Staging,
    /// One for tests.
    Testing,
    /// One for whoever works on it.
    Development,
    /// Anything else.
    Other,
}

impl Act {
    /// Every one, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 5] = [
        ("Start", Self::Start),
        ("Prepare", Self::Prepare),
        ("Verify", Self::Verify),
        ("Access", Self::Access),
        ("Stop", Self::Stop),
    ];

    /// The word for it in data, and on GitLab.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Prepare => "prepare",
            Self::Verify => "verify",
            Self::Access => "access",
            Self::Stop => "stop",
        }
    }
}

impl Tier {
    /// Every one, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 5] = [
        ("Production", Self::Production),
        ("Staging", Self::Staging),
        ("Testing", Self::Testing),
        ("Development", Self::Development),
        ("Other", Self::Other),
    ];

    /// The word for it in data, and on GitLab.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Testing => "testing",
            Self::Development => "development",
            Self::Other => "other",
        }
    }
}

/// What may not run at the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    /// Runs of one group wait for each other.
    pub group: At<Group>,
    /// Whether a new run cancels the one before.
    pub cancel: At<Given<bool>>,
    /// How many may wait; one if nothing is said.
    pub queue: Option<At<Queue>>,
}

/// How many runs of a group may wait for the one that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// The newest.
    Single,
    /// As many as the forge keeps: 100.
    Max,
}

impl Queue {
    /// Every one, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 2] = [("Single", Self::Single), ("Max", Self::Max)];

    /// The forge's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Max => "max",
        }
    }
}

/// What the commands of every step start from unless a step says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Defaults {
    /// The shell.
    pub shell: Option<At<Value>>,
    /// The directory.
    pub directory: Option<At<Value>>,
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

/// How long the name of an environment may be on GitHub, read 2026-11.
const LONGEST_NAME: usize = 255;

impl Environment {
    /// An environment of which the name is all that is known.
    #[must_use]
    pub const fn named(name: At<Value>) -> Self {
        Self { name, url: None, deployment: None, action: None, tier: None, on_stop: None, auto_stop: None }
    }

    /// Whether the job that has it deploys there.
    #[must_use]
    pub fn is_deployed_to(&self) -> bool {
        let counts = self.deployment.as_ref().is_none_or(|deployment| deployment.now() != Some(&false));
        counts && self.action.as_ref().is_none_or(|action| action.value == Act::Start)
    }

    /// Reads the environment of a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["name", "url", "deployment", "action", "tier", "on_stop", "auto_stop"]);
        let url = Value::field(reader, place, "url");
        let deployment = reader.flag_of(place, "deployment").map(|flag| flag.map(Given::Now));
        let action = place.get("action").and_then(|field| reader.choice(&field, &Act::ALL));
        let tier = place.get("tier").and_then(|field| reader.choice(&field, &Tier::ALL));
        let on_stop = reader.text_of(place, "on_stop");
        let auto_stop = place.get("auto_stop").and_then(|field| Retention::read(reader, &field));
        if let (Some(deployment), Some(_)) = (&deployment, &action) {
            let message = "`deployment` and `action` both say what the job does to the environment";
            reader.refuse_at(place, deployment.origin, message, "remove one of the two");
        }
        let name = Value::required(reader, place, "name")?;
        Self::hold(reader, place, &name);
        Some(At::new(Self { name, url, deployment, action, tier, on_stop, auto_stop }, place.origin()))
    }

    /// Reads `environment` in GitHub's words: its name, or a record.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if place.node.fields().is_none() {
            let name = Value::in_words(reader, place)?;
            Self::hold(reader, place, &name);
            return Some(At::new(Self::named(name), place.origin()));
        }
        reader.known(place, &["name", "url", "deployment"]);
        if place.get("name").is_none() {
            reader.missing(place, "name", "");
        }
        let mut value = |name| place.get(name).and_then(|field| Value::in_words(reader, &field));
        let (name, url) = (value("name"), value("url"));
        let deployment = place.get("deployment").and_then(|field| Given::flag(reader, &field));
        let name = name?;
        Self::hold(reader, place, &name);
        Some(At::new(Self { url, deployment, ..Self::named(name) }, place.origin()))
    }

    /// Says that a name is none that the forge gives an environment.
    fn hold(reader: &mut Reader, place: &Place<'_>, name: &At<Value>) {
        let Some(text) = name.plain() else { return };
        let length = text.chars().count();
        if length > LONGEST_NAME || text.chars().any(char::is_control) {
            let message = if length > LONGEST_NAME {
                format!("expected the name of an environment, got {length} characters")
            } else {
                format!("expected the name of an environment, got \"{}\"", text.escape_debug())
            };
            let help = format!("write at most {LONGEST_NAME} characters, all of which can be seen");
            reader.misnamed(place, name.origin, message, &help);
        }
    }

    /// Every value in it, with the name of its field.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let url = self.url.iter().map(|url| ("url", url));
        let deployment = self.deployment.iter().filter_map(|given| given.later()).map(|value| ("deployment", value));
        std::iter::once(("name", &self.name)).chain(url).chain(deployment).collect()
    }
}

/// Whether a new run of a group ends the one before for certain.
#[must_use]
pub fn is_cancelling(concurrency: Option<&At<Concurrency>>) -> bool {
    concurrency.is_some_and(|concurrency| concurrency.cancel.now() == Some(&true))
}

/// Whether a newer run may end a job in the middle: its own group decides, then that of its pipeline.
#[must_use]
pub fn may_be_ended(pipeline: &Pipeline, job: &Job) -> bool {
    is_cancelling(job.concurrency.as_ref().or(pipeline.concurrency.as_ref()))
}

impl Concurrency {
    /// Reads the concurrency of a pipeline or a job.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["group", "cancel", "queue"]);
        for name in ["group", "cancel"] {
            if place.get(name).is_none() {
                reader.missing(place, name, "write group = 'PerRef, cancel = true");
            }
        }
        let group = place.get("group").and_then(|group| Group::read(reader, &group));
        let cancel = reader.flag_of(place, "cancel").map(|flag| flag.map(Given::Now));
        let queue = place.get("queue").and_then(|queue| reader.choice(&queue, &Queue::ALL));
        let concurrency = Self { group: group?, cancel: cancel?, queue };
        concurrency.hold(reader, place);
        Some(At::new(concurrency, place.origin()))
    }

    /// Reads the concurrency in GitHub's words: the name of a group, or a record.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if place.node.fields().is_none() {
            let name = Value::in_words(reader, place)?;
            let group = At::new(Group::Named(name), place.origin());
            let cancel = At::new(Given::Now(false), place.origin());
            return Some(At::new(Self { group, cancel, queue: None }, place.origin()));
        }
        reader.known(place, &["group", "cancel-in-progress", "queue"]);
        if place.get("group").is_none() {
            reader.missing(place, "group", "");
        }
        let group =
            place.get("group").and_then(|group| Some(At::new(Group::Named(Value::in_words(reader, &group)?), group.origin())));
        let cancel = match place.get("cancel-in-progress") {
            Some(cancel) => Given::flag(reader, &cancel),
            None => Some(At::new(Given::Now(false), place.origin())),
        };
        let queue = place.get("queue").and_then(|queue| {
            let found = Queue::ALL.iter().find(|(_, known)| queue.node.text() == Some(known.word()));
            if found.is_none() {
                reader.expected(&queue, "\"single\" or \"max\"", "write \"max\" to let every run wait");
            }
            found.map(|(_, known)| At::new(*known, queue.origin()))
        });
        let concurrency = Self { group: group?, cancel: cancel?, queue };
        concurrency.hold(reader, place);
        Some(At::new(concurrency, place.origin()))
    }

    /// A run that ends the one before has none to wait behind: the forge refuses a queue for it.
    fn hold(&self, reader: &mut Reader, place: &Place<'_>) {
        if let Some(queue) = &self.queue
            && queue.value == Queue::Max
            && self.cancels_always()
        {
            let message = "a run that cancels the one before has none to wait behind";
            reader.refuse_at(place, queue.origin, message, "remove the queue, or let a new run wait instead of cancelling");
        }
    }

    /// Whether a new run cancels the one before, whatever the two are; an expression may say so, too.
    fn cancels_always(&self) -> bool {
        match &self.cancel.value {
            Given::Now(flag) => *flag,
            Given::Later(value) => match value.parts.as_slice() {
                [At { value: Part::Reference(Reference::Raw(words)), .. }] => {
                    words.expressions().iter().all(|expression| deduce::truth(expression, &Anywhere) == Some(true))
                }
                _ => false,
            },
        }
    }

    /// Every value in it, with the name of its field.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let group = match &self.group.value {
            Group::Named(name) => Some(("group", name)),
            Group::PerRef | Group::PerPipeline => None,
        };
        group.into_iter().chain(self.cancel.later().map(|value| ("cancel", value))).collect()
    }
}

impl Defaults {
    /// Reads what the commands of a pipeline or a job start from.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["shell", "directory"]);
        Some(Self { shell: Value::field(reader, place, "shell"), directory: Value::field(reader, place, "directory") })
    }

    /// Reads `defaults` in GitHub's words: `{ run = { shell, working-directory } }`.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["run"]);
        let run = reader.record_of(place, "run")?;
        reader.known(&run, &["shell", "working-directory"]);
        let mut value = |name| run.get(name).and_then(|field| Value::in_words(reader, &field));
        Some(Self { shell: value("shell"), directory: value("working-directory") })
    }

    /// Every value in it, with the name of its field.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let shell = self.shell.iter().map(|value| ("shell", value));
        shell.chain(self.directory.iter().map(|value| ("directory", value))).collect()
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
