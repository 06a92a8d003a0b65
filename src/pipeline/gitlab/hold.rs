//! What no contract of one value can see: words that exclude each other, and words that need another one.

use super::super::reader::{Place, Reader};
use super::limit::LEGS;
use crate::source::{Node, Value};

/// What a job that starts a pipeline may have beside `trigger`. As documented, read 2026-11.
const BESIDE_TRIGGER: &[&str] = &[
    "trigger",
    "allow_failure",
    "environment",
    "except",
    "extends",
    "inherit",
    "interruptible",
    "manual_confirmation",
    "needs",
    "only",
    "parallel",
    "resource_group",
    "rules",
    "stage",
    "variables",
    "when",
];

/// What says what a job does.
pub(super) const BODIES: &[&str] = &["script", "run", "trigger"];

/// Holds a job.
pub(super) fn job(reader: &mut Reader, place: &Place<'_>) {
    let bodies: Vec<&str> = BODIES.iter().copied().filter(|name| place.node.field(name).is_some()).collect();
    if let [first, second, ..] = bodies.as_slice() {
        let message = format!("a job has `{first}` or `{second}`, not both");
        refuse_key(reader, place, second, message, "make it two jobs");
    } else if bodies == ["trigger"] {
        for (field, _) in place.fields().filter(|(field, _)| !BESIDE_TRIGGER.contains(&field.name.as_str())) {
            let message = format!("a job that starts a pipeline has no `{}`", field.name);
            reader.refuse_at(place, field.key, message, "the jobs of that pipeline have their own");
        }
    }
    delayed(reader, place);
    if place.node.field("rules").is_some() && place.node.field("start_in").is_some() {
        refuse_key(reader, place, "start_in", "`start_in` stands in a rule where there are rules".to_owned(), "move it there");
    }
    if let Some(confirmation) = place.node.field("manual_confirmation")
        && place.node.get("when").is_some_and(|when| when.text().is_some_and(|when| when != "manual"))
    {
        let message = "only a job that somebody starts asks anything";
        reader.refuse_at(place, confirmation.key, message, "write when = \"manual\", or remove it");
    }
    if let Some(rules) = place.get("rules") {
        rules.items().for_each(|item| rule(reader, &item));
    }
    if let Some(needs) = place.get("needs") {
        needs.items().for_each(|item| need(reader, &item));
    }
    if let Some(matrix) = place.get("parallel").as_ref().and_then(|parallel| parallel.get("matrix")) {
        legs(reader, &matrix);
    }
    if let Some(secrets) = place.get("secrets") {
        secrets.fields().for_each(|(_, secret)| provider(reader, &secret));
    }
    if let Some(trigger) = place.get("trigger") {
        self::trigger(reader, &trigger);
    }
    if let Some(given) = place.get("inputs") {
        inputs(reader, &given);
    }
    if let Some(run) = place.get("run") {
        let ways = &["script", "step", "func"];
        run.items().for_each(|step| exactly_one(reader, &step, ways, "what it does"));
    }
}

/// Holds a rule: of a job, of a pipeline, of a file that is included.
pub(super) fn rule(reader: &mut Reader, place: &Place<'_>) {
    delayed(reader, place);
    for name in ["changes", "exists"] {
        if let Some(files) = place.get(name).filter(|files| files.node.fields().is_some()) {
            exactly_one(reader, &files, &["paths", "regexp"], "the files");
        }
    }
}

/// Holds one or several files that are included.
pub(super) fn included(reader: &mut Reader, place: &Place<'_>) {
    for file in place.items().chain(place.node.fields().is_some().then_some(*place)) {
        if file.node.fields().is_none() {
            continue;
        }
        exactly_one(reader, &file, &["local", "project", "template", "remote", "component"], "what is included");
        for (name, of) in [("file", "project"), ("ref", "project"), ("integrity", "remote"), ("cache", "remote")] {
            belongs(reader, &file, name, of);
        }
        if file.node.field("project").is_some() && file.node.field("file").is_none() {
            reader.missing(&file, "file", "");
        }
        if let Some(rules) = file.get("rules") {
            rules.items().for_each(|rule| self::rule(reader, &rule));
        }
    }
}

/// Holds the inputs of a file's head, or of a job.
pub(super) fn inputs(reader: &mut Reader, place: &Place<'_>) {
    for (_, input) in place.fields() {
        if input.node.field("rules").is_some() {
            for name in ["default", "options"] {
                if input.node.field(name).is_some() {
                    let message = format!("`rules` say what `{name}` says");
                    refuse_key(reader, &input, name, message, "move it into a rule without a condition");
                }
            }
        }
        let kind = input.get("type");
        let written = kind.as_ref().and_then(|kind| kind.node.text()).unwrap_or("string");
        if let Some(kind) = kind.filter(|_| !TYPES.contains(&written)) {
            reader.refuse(
                &kind,
                format!("expected the type of an input, got \"{written}\""),
                "write string, number, boolean or array",
            );
            continue;
        }
        let Some(default) = input.get("default") else { continue };
        let is = match &default.node.value {
            Value::String(_) => "string",
            Value::Number(_) => "number",
            Value::Bool(_) => "boolean",
            Value::Array(_) => "array",
            _ => written,
        };
        if is != written {
            let help = format!("write another default, or type = \"{is}\"");
            reader.expected(&default, &format!("a value of the type {written}"), &help);
        } else if let Some(pattern) = input.node.get("regex").and_then(Node::text)
            && default.node.text().is_some_and(|text| misses(pattern, text))
        {
            let message = format!("the default does not match the `regex`, {pattern}");
            reader.refuse(&default, message, "write one that does");
        } else if input.get("options").is_some_and(|options| !is_option(&default, &options)) {
            let message = "the default is none of the `options`".to_owned();
            reader.refuse(&default, message, "write it among the options, or another default");
        }
    }
}

/// The types that an input may have.
const TYPES: &[&str] = &["string", "number", "boolean", "array"];

/// Whether a pattern is one and a text has no part that fits it. GitLab reads patterns by RE2.
fn misses(pattern: &str, text: &str) -> bool {
    regex::Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
}

/// Whether a value is among options, as far as both are known.
fn is_option(value: &Place<'_>, options: &Place<'_>) -> bool {
    let options: Vec<Place<'_>> = options.items().collect();
    let same = |option: &Place<'_>| option.node.value == value.node.value || matches!(option.node.value, Value::Broken);
    options.is_empty() || matches!(value.node.value, Value::Broken) || options.iter().any(same)
}

fn delayed(reader: &mut Reader, place: &Place<'_>) {
    let when = place.node.get("when").and_then(|when| when.text());
    match (when == Some("delayed"), place.node.field("start_in").is_some()) {
        (true, false) => reader.missing(place, "start_in", "write start_in = \"30 minutes\""),
        (false, true) if place.node.field("rules").is_none() => {
            let message = "`start_in` belongs to a job that is delayed".to_owned();
            refuse_key(reader, place, "start_in", message, "write when = \"delayed\", or remove it");
        }
        _ => {}
    }
}

fn need(reader: &mut Reader, place: &Place<'_>) {
    if place.node.fields().is_none() {
        return;
    }
    let has = |name: &str| place.node.field(name).is_some();
    if !has("job") && !has("pipeline") {
        reader.missing(place, "job", "");
    }
    if has("project") && !has("ref") {
        reader.missing(place, "ref", "write ref = \"main\"");
    }
    belongs(reader, place, "ref", "project");
    if has("project") && has("pipeline") {
        let message = "a job of another project, or of another pipeline of this one".to_owned();
        refuse_key(reader, place, "pipeline", message, "remove one of the two");
    }
}

fn legs(reader: &mut Reader, matrix: &Place<'_>) {
    let count = |leg: &Place<'_>| {
        leg.fields().map(|(_, values)| values.node.items().map_or(1, <[_]>::len)).fold(1_usize, usize::saturating_mul)
    };
    let legs = matrix.items().fold(0_usize, |sum, leg| sum.saturating_add(count(&leg)));
    if legs > LEGS {
        reader.refuse(matrix, format!("makes {legs} jobs, and {LEGS} is the most"), "write fewer values, or two jobs");
    }
}

fn provider(reader: &mut Reader, secret: &Place<'_>) {
    let providers =
        ["vault", "gcp_secret_manager", "azure_key_vault", "aws_secrets_manager", "gitlab_secrets_manager", "akeyless"];
    exactly_one(reader, secret, &providers, "where it is kept");
    if secret.node.field("gcp_secret_manager").is_some() && secret.node.field("token").is_none() {
        reader.missing(secret, "token", "write token = \"$GCP_ID_TOKEN\": Google Cloud is asked with one");
    }
}

fn trigger(reader: &mut Reader, place: &Place<'_>) {
    if place.node.fields().is_none() {
        return;
    }
    exactly_one(reader, place, &["project", "include"], "what is started");
    belongs(reader, place, "branch", "project");
    if let Some(files) = place.get("include") {
        for file in files.items().filter(|file| file.node.fields().is_some()) {
            let ways = &["local", "template", "artifact", "project", "component", "remote"];
            exactly_one(reader, &file, ways, "the file");
            for (name, of) in [("job", "artifact"), ("file", "project"), ("ref", "project")] {
                belongs(reader, &file, name, of);
            }
            for (of, name) in [("artifact", "job"), ("project", "file")] {
                if file.node.field(of).is_some() && file.node.field(name).is_none() {
                    reader.missing(&file, name, "");
                }
            }
        }
    }
}

/// Says that none of several ways to say something is there, or more than one.
fn exactly_one(reader: &mut Reader, place: &Place<'_>, ways: &[&str], what: &str) {
    if place.node.fields().is_none() {
        return;
    }
    let written: Vec<&str> = ways.iter().copied().filter(|name| place.node.field(name).is_some()).collect();
    match written.as_slice() {
        [] => reader.none_of(place, format!("nothing says {what}"), ways),
        [_] => {}
        [first, second, ..] => {
            let message = format!("`{first}` and `{second}` both say {what}");
            refuse_key(reader, place, second, message, "remove one of the two");
        }
    }
}

/// Says that a word stands without the one it belongs to.
fn belongs(reader: &mut Reader, place: &Place<'_>, name: &str, of: &str) {
    if place.node.field(of).is_none() && place.node.field(name).is_some() {
        refuse_key(reader, place, name, format!("`{name}` belongs to `{of}`"), &format!("write {of}, or remove it"));
    }
}

fn refuse_key(reader: &mut Reader, place: &Place<'_>, name: &str, message: String, help: &str) {
    let origin = place.node.field(name).map_or_else(|| place.origin(), |field| field.key);
    match place.get(name) {
        Some(here) => reader.refuse_at(&here, origin, message, help),
        None => reader.refuse_at(place, origin, message, help),
    }
}
