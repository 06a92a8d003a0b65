//! A policy file's value, read into a [`Policy`].

use indexmap::IndexMap;

use super::{Allowance, Bounds, Custom, Date, Exception, Layer, Level, Mode, Policy, Ruling};
use crate::finding::Severity;
use crate::origin::{At, Origin};
use crate::pipeline::{Place, Reader, Retention};
use crate::rule;

const LEVELS: [(&str, Level); 4] = [
    ("Error", Level::On(Severity::Error)),
    ("Warning", Level::On(Severity::Warning)),
    ("Note", Level::On(Severity::Note)),
    ("Off", Level::Off),
];

const MODES: [(&str, Mode); 2] = [("Enforce", Mode::Enforce), ("Evaluate", Mode::Evaluate)];

impl Policy {
    /// Reads the value of a policy file.
    pub fn read(reader: &mut Reader, place: &Place<'_>, layer: Layer, source: &str) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["rules", "custom", "exceptions", "exceptions_allowed"]);
        let rules = place.get("rules").map_or_else(IndexMap::default, |rules| {
            rules.fields().map(|(field, here)| (field.name.clone(), Ruling::read(reader, &here))).collect()
        });
        let custom = place.get("custom").map_or_else(Vec::new, |custom| {
            custom.fields().filter_map(|(field, here)| Custom::read(reader, &here, &field.name, field.key)).collect()
        });
        let exceptions = place.get("exceptions").map_or_else(Vec::new, |exceptions| {
            exceptions.fields().filter_map(|(field, here)| Exception::read(reader, &here, &field.name, field.key)).collect()
        });
        let exceptions_allowed = place.get("exceptions_allowed").and_then(|allowed| Allowance::read(reader, &allowed));
        Some(Self { exceptions_allowed, layer, origin: place.origin(), source: source.to_owned(), rules, custom, exceptions })
    }
}

impl Ruling {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        reader.known(place, &["severity", "mode", "settings"]);
        let severity = place.get("severity").and_then(|severity| reader.choice(&severity, &LEVELS));
        let mode = place.get("mode").and_then(|mode| reader.choice(&mode, &MODES));
        Self { origin: place.origin(), severity, mode, settings: place.get("settings").map(|settings| settings.node.clone()) }
    }
}

impl Custom {
    fn read(reader: &mut Reader, place: &Place<'_>, id: &str, key: Origin) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        if rule::find(id).is_some() {
            reader.misnamed(place, key, format!("`{id}` is a built-in rule"), "give the rule another id");
        }
        reader.known(place, &["summary", "why", "severity", "mode", "settings", "check", "check_action", "examples"]);
        let severity = match place.get("severity") {
            Some(severity) => reader.choice(&severity, &LEVELS).map(|level| level.value),
            None => Some(Level::On(Severity::Error)),
        };
        let mode = match place.get("mode") {
            Some(mode) => reader.choice(&mode, &MODES).map(|mode| mode.value),
            None => Some(Mode::Enforce),
        };
        let examples = place.get("examples").map(|examples| examples.node.clone());
        let summary = reader.required(place, "summary");
        let why = reader.required(place, "why");
        Some(Self {
            examples,
            origin: place.origin(),
            id: id.to_owned(),
            key,
            summary: summary?.value,
            why: why?.value,
            severity: severity?,
            mode: mode?,
        })
    }
}

impl Allowance {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        if place.node.tag().is_some_and(|(name, _)| name == "None") {
            return Some(Self::None(place.origin()));
        }
        if place.node.fields().is_none() {
            reader.expected(place, "'None or a Record", "write 'None or { longest = \"90 days\" }");
            return None;
        }
        reader.known(place, &["rules", "longest", "owners"]);
        let mut texts = |name| place.get(name).map(|list| reader.list(&list, Reader::text));
        Some(Self::Within(Bounds {
            rules: texts("rules"),
            owners: texts("owners"),
            longest: place.get("longest").and_then(|longest| Retention::read(reader, &longest)),
            origin: place.origin(),
        }))
    }
}

impl Exception {
    fn read(reader: &mut Reader, place: &Place<'_>, name: &str, key: Origin) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["rule", "where", "reason", "owner", "expires"]);
        let mut text = |name| reader.required(place, name);
        let (rule, identity, reason, owner) = (text("rule"), text("where"), text("reason"), text("owner"));
        let Some(expires) = reader.text_of(place, "expires") else {
            if place.get("expires").is_none() {
                reader.missing(place, "expires", "write expires = \"2027-01-31\", the last day it holds");
            }
            return None;
        };
        let Some(day) = Date::parse(&expires) else {
            if let Some(field) = place.get("expires") {
                reader.refuse(&field, format!("expected a day, got \"{}\"", expires.value), "write \"2027-01-31\"");
            }
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            key,
            rule: rule?,
            identity: identity?,
            reason: reason?,
            owner: owner?,
            expires: At::new(day, expires.origin),
        })
    }
}
