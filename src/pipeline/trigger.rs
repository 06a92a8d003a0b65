//! What starts a pipeline: events of the forge, narrowed by filters, the clock, people, and other pipelines.

pub mod event;
mod input;
mod misfit;
mod raw;

use indexmap::IndexMap;

pub use self::event::Event;
pub use self::input::{Callable, Handed, Input, InputKind, Manual, Returned};
pub use self::misfit::Misfit;
use super::reader::{Place, Reader};
use crate::origin::{At, Origin};

/// GitHub's name for a call.
pub const CALL: &str = "workflow_call";

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
    /// The events that have no field of their own, by what they are.
    pub others: IndexMap<Event, At<Filter>>,
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
    /// Not these tags.
    pub tags_ignore: Vec<At<String>>,
    /// Only if one of these files changed.
    pub paths: Vec<At<String>>,
    /// Not if only these files changed.
    pub paths_ignore: Vec<At<String>>,
    /// Only these activities, in the forge's words: `opened`, `labeled`.
    pub types: Vec<At<String>>,
    /// Only these workflows, by name.
    pub workflows: Vec<At<String>>,
    /// Only images of these names.
    pub names: Vec<At<String>>,
    /// Only these versions of an image.
    pub versions: Vec<At<String>>,
}

/// A time of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    /// Five fields: minute, hour, day of month, month, day of week.
    pub cron: At<String>,
    /// A time zone of the IANA database; UTC if none.
    pub timezone: Option<At<String>>,
}

impl Triggers {
    /// The events that start a run of its own; a call is none.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        Event::ALL.iter().map(|(_, event)| *event).filter(|event| self.origin(*event).is_some()).collect()
    }

    /// Where an event is written, if it starts the pipeline.
    #[must_use]
    pub fn origin(&self, event: Event) -> Option<Origin> {
        match event {
            Event::Schedule => self.schedule.first().map(|time| time.origin),
            Event::Manual => self.manual.as_ref().map(|manual| manual.origin),
            _ => self.filter(event).map(|filter| filter.origin),
        }
    }

    /// What narrows an event down, if it starts the pipeline and is one that filters narrow.
    #[must_use]
    pub fn filter(&self, event: Event) -> Option<&At<Filter>> {
        match event {
            Event::PullRequest => self.pull_request.as_ref(),
            Event::Push => self.push.as_ref(),
            Event::MergeGroup => self.merge_group.as_ref(),
            Event::Release => self.release.as_ref(),
            Event::Schedule | Event::Manual => None,
            _ => self.others.get(&event),
        }
    }

    /// Every event that filters narrow, with its filter.
    pub fn filters(&self) -> impl Iterator<Item = (Event, &At<Filter>)> {
        Event::ALL.iter().filter_map(|(_, event)| Some((*event, self.filter(*event)?)))
    }

    /// Everything that starts the pipeline, a call as well, by its name on GitHub, with where it is written.
    #[must_use]
    pub fn names(&self) -> Vec<(&'static str, Origin)> {
        let events = self.events().into_iter().filter_map(|event| Some((event.name(), self.origin(event)?)));
        events.chain(self.call.as_ref().map(|call| (CALL, call.origin))).collect()
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
            push: Filter::field(
                reader,
                place,
                "push",
                &["branches", "branches_ignore", "tags", "tags_ignore", "paths", "paths_ignore"],
            ),
            merge_group: Filter::field(reader, place, "merge_group", &["branches", "branches_ignore", "types"]),
            release: Filter::field(reader, place, "release", &["types"]),
            schedule: place.get("schedule").map_or_else(Vec::new, |times| reader.list(&times, Cron::read)),
            manual: place.get("manual").map(|manual| At::new(Manual::read(reader, &manual), manual.origin())),
            call: place.get("call").map(|call| At::new(Callable::read(reader, &call), call.origin())),
            others: IndexMap::new(),
        }
    }
}

impl Filter {
    /// What it says, under GitHub's names, in GitHub's order.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[At<String>]); 10] {
        [
            ("branches", &self.branches),
            ("branches-ignore", &self.branches_ignore),
            ("tags", &self.tags),
            ("tags-ignore", &self.tags_ignore),
            ("paths", &self.paths),
            ("paths-ignore", &self.paths_ignore),
            ("types", &self.types),
            ("workflows", &self.workflows),
            ("names", &self.names),
            ("versions", &self.versions),
        ]
    }

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
            tags_ignore: reader.texts_of(&here, "tags_ignore"),
            paths: reader.texts_of(&here, "paths"),
            paths_ignore: reader.texts_of(&here, "paths_ignore"),
            types: reader.texts_of(&here, "types"),
            ..Self::default()
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
