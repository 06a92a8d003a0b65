//! What a bot keeps up to date: one ecosystem in one directory, when, and how its changes arrive.

use indexmap::IndexMap;

use super::duration::Retention;
use super::reader::{Place, Reader};
use crate::origin::{At, Origin};

/// One thing that a bot keeps up to date.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The bot's word for the kind of dependency: `uv`, `github-actions`, `docker`, `cargo`, `nix`.
    pub ecosystem: At<String>,
    /// Where the manifests are, from the root: one or more.
    pub directories: Vec<At<String>>,
    /// How often.
    pub interval: At<Interval>,
    /// On which day, for a weekly one: `monday`.
    pub day: Option<At<String>>,
    /// At what time: `06:00`.
    pub time: Option<At<String>>,
    /// The time's zone.
    pub timezone: Option<At<String>>,
    /// Changes that arrive together: a name, and globs over dependencies.
    pub groups: IndexMap<String, Vec<At<String>>>,
    /// Labels of the pull requests.
    pub labels: Vec<At<String>>,
    /// How many pull requests at once.
    pub limit: Option<At<u32>>,
    /// How old a release must be. Required: a fresh release is where a hijacked one hides.
    pub cooldown: Option<At<Retention>>,
    /// What commit messages begin with.
    pub prefix: Option<At<String>>,
    /// Where a bot is allowed to run the code of what it updates; nothing of ours says so.
    pub runs_code: Option<Origin>,
}

/// How often a bot looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every day.
    Daily,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Twice a year.
    Semiannually,
    /// Once a year.
    Yearly,
    /// By a plan of its own.
    Cron,
}

impl Interval {
    /// Those that a project says, under the tags an author writes.
    const ALL: [(&'static str, Self); 3] = [("Daily", Self::Daily), ("Weekly", Self::Weekly), ("Monthly", Self::Monthly)];

    const EVERY: [Self; 7] =
        [Self::Daily, Self::Weekly, Self::Monthly, Self::Quarterly, Self::Semiannually, Self::Yearly, Self::Cron];

    /// The one of a bot's word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|interval| interval.word() == word)
    }

    /// The bot's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Semiannually => "semiannually",
            Self::Yearly => "yearly",
            Self::Cron => "cron",
        }
    }
}

const FIELDS: &[&str] =
    &["ecosystem", "directories", "interval", "day", "time", "timezone", "groups", "labels", "limit", "cooldown", "prefix"];

impl Update {
    /// Reads one update.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, FIELDS);
        let interval = match place.get("interval") {
            Some(field) => reader.choice(&field, &Interval::ALL),
            None => {
                reader.missing(place, "interval", "write interval = 'Weekly");
                None
            }
        };
        let groups = reader.record_of(place, "groups").map_or_else(IndexMap::new, |groups| {
            groups.fields().map(|(field, here)| (field.name.clone(), reader.texts(&here))).collect()
        });
        let directories = if place.get("directories").is_some() {
            reader.texts_of(place, "directories")
        } else {
            vec![At::new("/".to_owned(), place.origin())]
        };
        let update = Self {
            directories,
            day: reader.text_of(place, "day"),
            time: reader.text_of(place, "time"),
            timezone: reader.text_of(place, "timezone"),
            groups,
            labels: reader.texts_of(place, "labels"),
            limit: place.get("limit").and_then(|limit| reader.count(&limit, 0)),
            cooldown: place.get("cooldown").and_then(|field| Retention::read(reader, &field)),
            prefix: reader.text_of(place, "prefix"),
            runs_code: None,
            ecosystem: reader.required(place, "ecosystem")?,
            interval: interval?,
        };
        Some(At::new(update, place.origin()))
    }
}
