//! What starts a pipeline, and what whoever starts it may or must say.

use indexmap::IndexMap;

use super::reader::{Place, Reader};
use super::value::Value;
use crate::origin::{At, Origin};

/// Everything that starts a pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Triggers {
    /// A pull request is opened or changed.
    pub pull_request: Option<At<Filter>>,
    /// Commits or tags are pushed.
    pub push: Option<At<Filter>>,
    /// The forge's merge queue asks.
    pub merge_group: Option<At<Filter>>,
    /// A release changes.
    pub release: Option<At<Filter>>,
    /// The clock.
    pub schedule: Vec<At<Cron>>,
    /// Somebody, by hand.
    pub manual: Option<At<Manual>>,
    /// Another pipeline.
    pub call: Option<At<Callable>>,
}

/// Which of an event's occurrences count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Only these branches.
    pub branches: Vec<At<String>>,
    /// Not these branches.
    pub branches_ignore: Vec<At<String>>,
    /// Only these tags.
    pub tags: Vec<At<String>>,
    /// Only if one of these files changed.
    pub paths: Vec<At<String>>,
    /// Not if only these files changed.
    pub paths_ignore: Vec<At<String>>,
    /// Only these activities, in the forge's words: `opened`, `labeled`.
    pub types: Vec<At<String>>,
}

/// A time of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    /// Five fields: minute, hour, day of month, month, day of week.
    pub cron: At<String>,
    /// A time zone of the IANA database; UTC if none.
    pub timezone: Option<At<String>>,
}

/// A start by hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manual {
    /// What the form asks.
    pub inputs: IndexMap<String, Input>,
}

/// A start by another pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callable {
    /// What the caller says.
    pub inputs: IndexMap<String, Input>,
    /// The secrets the caller hands over: name, and whether it must.
    pub secrets: IndexMap<String, At<bool>>,
    /// What the caller gets back.
    pub outputs: IndexMap<String, At<Value>>,
}

/// One thing asked of whoever starts the pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where its name stands.
    pub key: Origin,
    /// What it is for.
    pub description: Option<At<String>>,
    /// What it may be.
    pub kind: At<InputKind>,
    /// Whether it must be said.
    pub required: bool,
    /// What it is when nothing is said.
    pub default: Option<At<Value>>,
}

/// What an input may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these.
    Choice(Vec<At<String>>),
}

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A pull request.
    PullRequest,
    /// A push of commits or tags.
    Push,
    /// The merge queue.
    MergeGroup,
    /// A release.
    Release,
    /// The clock.
    Schedule,
    /// Somebody, by hand.
    Manual,
}

impl Event {
    /// Every event, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 6] = [
        ("PullRequest", Self::PullRequest),
        ("Push", Self::Push),
        ("MergeGroup", Self::MergeGroup),
        ("Release", Self::Release),
        ("Schedule", Self::Schedule),
        ("Manual", Self::Manual),
    ];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PullRequest => "pull-request",
            Self::Push => "push",
            Self::MergeGroup => "merge-group",
            Self::Release => "release",
            Self::Schedule => "schedule",
            Self::Manual => "manual",
        }
    }
}

impl Triggers {
    /// The events that start a run of its own; a call is none.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let has = |event| match event {
            Event::PullRequest => self.pull_request.is_some(),
            Event::Push => self.push.is_some(),
            Event::MergeGroup => self.merge_group.is_some(),
            Event::Release => self.release.is_some(),
            Event::Schedule => !self.schedule.is_empty(),
            Event::Manual => self.manual.is_some(),
        };
        Event::ALL.iter().map(|(_, event)| *event).filter(|event| has(*event)).collect()
    }

    /// The input of that name, whoever gives it.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Input> {
        let manual = self.manual.as_ref().and_then(|manual| manual.inputs.get(name));
        manual.or_else(|| self.call.as_ref().and_then(|call| call.inputs.get(name)))
    }

    /// Reads the triggers of a pipeline.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        if !reader.is_record(place) {
            return Self::default();
        }
        reader.known(place, &["pull_request", "push", "merge_group", "release", "schedule", "manual", "call"]);
        Self {
            pull_request: Filter::field(
                reader,
                place,
                "pull_request",
                &["branches", "branches_ignore", "paths", "paths_ignore", "types"],
            ),
            push: Filter::field(reader, place, "push", &["branches", "branches_ignore", "tags", "paths", "paths_ignore"]),
            merge_group: Filter::field(reader, place, "merge_group", &["branches", "types"]),
            release: Filter::field(reader, place, "release", &["types"]),
            schedule: place.get("schedule").map_or_else(Vec::new, |times| reader.list(&times, Cron::read)),
            manual: place.get("manual").map(|manual| {
                reader.is_record(&manual);
                reader.known(&manual, &["inputs"]);
                At::new(Manual { inputs: Input::all(reader, &manual) }, manual.origin())
            }),
            call: place.get("call").map(|call| At::new(Callable::read(reader, &call), call.origin())),
        }
    }
}

impl Filter {
    fn field(reader: &mut Reader, place: &Place<'_>, name: &str, known: &[&str]) -> Option<At<Self>> {
        let here = place.get(name)?;
        if !reader.is_record(&here) {
            return None;
        }
        reader.known(&here, known);
        let filter = Self {
            branches: reader.texts_of(&here, "branches"),
            branches_ignore: reader.texts_of(&here, "branches_ignore"),
            tags: reader.texts_of(&here, "tags"),
            paths: reader.texts_of(&here, "paths"),
            paths_ignore: reader.texts_of(&here, "paths_ignore"),
            types: reader.texts_of(&here, "types"),
        };
        Some(At::new(filter, here.origin()))
    }
}

impl Cron {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["cron", "timezone"]);
        let cron = reader.required(place, "cron")?;
        Some(At::new(Self { cron, timezone: reader.text_of(place, "timezone") }, place.origin()))
    }
}

impl Callable {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        reader.is_record(place);
        reader.known(place, &["inputs", "secrets", "outputs"]);
        let secrets = reader.record_of(place, "secrets").map_or_else(IndexMap::new, |secrets| {
            secrets
                .fields()
                .filter_map(|(field, here)| {
                    if !reader.is_record(&here) {
                        return None;
                    }
                    reader.known(&here, &["required"]);
                    let required = here.get("required").map_or(Some(false), |flag| reader.flag(&flag).map(|flag| flag.value));
                    Some((field.name.clone(), At::new(required?, field.key)))
                })
                .collect()
        });
        let outputs = reader.record_of(place, "outputs").map_or_else(IndexMap::new, |outputs| {
            outputs.fields().filter_map(|(field, here)| Some((field.name.clone(), Value::read(reader, &here)?))).collect()
        });
        Self { inputs: Input::all(reader, place), secrets, outputs }
    }
}

impl Input {
    fn all(reader: &mut Reader, place: &Place<'_>) -> IndexMap<String, Self> {
        let Some(inputs) = reader.record_of(place, "inputs") else { return IndexMap::new() };
        inputs.fields().filter_map(|(field, here)| Some((field.name.clone(), Self::read(reader, &here, field.key)?))).collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, key: Origin) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["description", "type", "required", "default"]);
        let kind = match place.get("type") {
            None => At::new(InputKind::Text, key),
            Some(kind) => InputKind::read(reader, &kind)?,
        };
        Some(Self {
            key,
            description: reader.text_of(place, "description"),
            kind,
            required: reader.flag_of(place, "required").is_some_and(|flag| flag.value),
            default: Value::field(reader, place, "default"),
        })
    }
}

impl InputKind {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let kind = match (place.node.tag(), place.argument()) {
            (Some(("Text", None)), _) => Self::Text,
            (Some(("Number", None)), _) => Self::Number,
            (Some(("Flag", None)), _) => Self::Flag,
            (Some(("Choice", Some(_))), Some(options)) => Self::Choice(reader.texts(&options)),
            _ => {
                reader.expected(place, "an input's type", "write 'Text, 'Number, 'Flag or 'Choice [\"a\", \"b\"]");
                return None;
            }
        };
        Some(At::new(kind, place.origin()))
    }
}
