//! `upload`, `download`, `cache`: files that outlive the job.

use crate::origin::At;
use crate::pipeline::duration::Retention;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::Value;

/// Files kept after the job.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// The artifact's name; different in each leg of a matrix.
    pub name: At<Value>,
    /// Globs of what is kept.
    pub paths: Vec<At<String>>,
    /// How long. Required: the forge's own default is the longest and dearest.
    pub retention: Option<At<Retention>>,
    /// What to do when no file matches; fail if nothing is said.
    pub missing: Option<At<Missing>>,
    /// What sort of artifact it is, for policies that keep some longer: `report`, `release`.
    pub class: Option<At<String>>,
    /// What its files are to a forge that shows them.
    pub report: Option<At<Report>>,
}

/// What files are to a forge that shows more of them than their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// How tests ended, as JUnit writes it.
    JUnit,
    /// Which lines were run, as Cobertura writes it.
    Cobertura,
    /// Faults of the code, as Code Climate writes them.
    CodeQuality,
    /// Figures, as OpenMetrics writes them.
    Metrics,
}

impl Report {
    const ALL: [(&'static str, Self); 4] =
        [("JUnit", Self::JUnit), ("Cobertura", Self::Cobertura), ("CodeQuality", Self::CodeQuality), ("Metrics", Self::Metrics)];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::JUnit => "junit",
            Self::Cobertura => "cobertura",
            Self::CodeQuality => "code-quality",
            Self::Metrics => "metrics",
        }
    }
}

/// What to do when no file matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Fail the step.
    Fail,
    /// Say so.
    Warn,
    /// Nothing.
    Ignore,
}

impl Missing {
    const ALL: [(&'static str, Self); 3] = [("Fail", Self::Fail), ("Warn", Self::Warn), ("Ignore", Self::Ignore)];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Ignore => "ignore",
        }
    }
}

/// Files that an earlier job kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Download {
    /// One artifact, by name.
    pub name: Option<At<Value>>,
    /// Several, by a glob over names.
    pub pattern: Option<At<String>>,
    /// Where to.
    pub path: Option<At<String>>,
    /// Whether several go into one directory; into one each if nothing is said.
    pub merge: Option<At<bool>>,
}

/// Files reused between runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cache {
    /// What must be equal for the files to be reused as they are.
    pub key: At<Value>,
    /// What is kept.
    pub paths: Vec<At<String>>,
    /// Beginnings of keys whose files are better than nothing.
    pub restore: Vec<At<Value>>,
}

impl Upload {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["name", "paths", "retention", "missing", "class", "report"]);
        for name in ["paths", "retention"] {
            if place.get(name).is_none() {
                let help = if name == "paths" { "write paths = [\"…\"]" } else { "write retention = \"7 days\"" };
                reader.missing(place, name, help);
            }
        }
        Some(Self {
            paths: reader.texts_of(place, "paths"),
            retention: place.get("retention").and_then(|field| Retention::read(reader, &field)),
            missing: place.get("missing").and_then(|field| reader.choice(&field, &Missing::ALL)),
            class: reader.text_of(place, "class"),
            report: place.get("report").and_then(|field| reader.choice(&field, &Report::ALL)),
            name: Value::required(reader, place, "name")?,
        })
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        vec![("upload.name", &self.name)]
    }
}

impl Download {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["name", "pattern", "path", "merge"]);
        let download = Self {
            name: Value::field(reader, place, "name"),
            pattern: reader.text_of(place, "pattern"),
            path: reader.text_of(place, "path"),
            merge: reader.flag_of(place, "merge"),
        };
        if download.name.is_some() == download.pattern.is_some() {
            reader.refuse(place, "expected either `name` or `pattern`", "write name = \"one\" or pattern = \"several-*\"");
        }
        Some(download)
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        self.name.iter().map(|value| ("download.name", value)).collect()
    }
}

impl Cache {
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["key", "paths", "restore"]);
        if place.get("paths").is_none() {
            reader.missing(place, "paths", "write paths = [\"…\"]");
        }
        Some(Self {
            paths: reader.texts_of(place, "paths"),
            restore: place.get("restore").map_or_else(Vec::new, |keys| reader.list(&keys, Value::read)),
            key: Value::required(reader, place, "key")?,
        })
    }

    pub(super) fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        let restore = self.restore.iter().map(|value| ("cache.restore", value));
        std::iter::once(("cache.key", &self.key)).chain(restore).collect()
    }
}
