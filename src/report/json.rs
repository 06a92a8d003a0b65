//! Findings as JSON, version 1, for programs. Described in `docs/json.md`; a change that breaks a reader is a new version.

use serde::Serialize;
use serde_json::json;

use super::{Counts, Format, Pieces, Report, Shard, Tail, json_text};
use crate::finding::{Finding, Fix, Kind, Related, Severity};
use crate::loss::{Fate, Loss};
use crate::origin::{Files, Origin};
use crate::view::facts;

pub(super) const FORMAT: Format =
    Format { id: "json", summary: "data for programs, version 1, described in docs/json.md", write, pieces: Some(PIECES) };

const PIECES: Pieces = Pieces { start: "{\n  \"version\": 1,\n  \"findings\": [", each, between: ",", mends: true, end };

/// What stands behind the version and the findings.
#[derive(Serialize)]
struct Rest<'a> {
    verdict: &'static str,
    pipelines: usize,
    counts: Numbers,
    losses: Vec<Lost<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audit: Option<Audit>,
}

/// What an audit knows of the world outside of the files.
#[derive(Serialize)]
pub(super) struct Audit {
    facts_of: &'static str,
    not_done: &'static [&'static str],
}

impl Audit {
    /// Of this build; nothing if no audit is told.
    pub(super) fn of(tail: Tail<'_>) -> Option<Self> {
        tail.is_audit.then_some(Self { facts_of: facts::READ_ON, not_done: facts::NOT_DONE })
    }
}

/// The part of the repositories that a document is about.
#[derive(Serialize)]
struct Part {
    number: u32,
    of: u32,
    pipeward: &'static str,
}

#[derive(Serialize)]
struct Numbers {
    error: usize,
    warning: usize,
    note: usize,
    evaluated: usize,
    known: usize,
}

#[derive(Serialize)]
struct Said<'a> {
    rule: &'a str,
    severity: &'static str,
    kind: &'static str,
    mode: &'static str,
    identity: &'a str,
    summary: &'a str,
    message: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
    related: Vec<Seen<'a>>,
    help: &'a [String],
    diff: Option<&'a str>,
    fix: Option<Mending<'a>>,
    fingerprint: String,
}

/// What would mend a finding.
#[derive(Serialize)]
struct Mending<'a> {
    title: &'a str,
    safe: bool,
    edits: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    text: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

/// What does not mean on a forge what it means in the model.
#[derive(Serialize)]
struct Lost<'a> {
    construct: &'static str,
    forge: &'static str,
    fate: &'static str,
    how: &'static str,
    identity: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

#[derive(Serialize)]
struct Seen<'a> {
    message: &'a str,
    #[serde(flatten)]
    location: Location<'a>,
}

#[derive(Default, Serialize)]
struct Location<'a> {
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl<'a> Location<'a> {
    fn of(origin: Origin, files: &'a Files) -> Self {
        let place = files.place(origin);
        Self {
            file: Some(files.name(origin.file)),
            line: Some(place.line),
            column: Some(place.column),
            end_line: Some(place.end_line),
            end_column: Some(place.end_column),
        }
    }
}

impl<'a> Said<'a> {
    fn of(finding: &'a Finding, files: &'a Files) -> Self {
        let seen = |related: &'a Related| Seen { message: &related.message, location: Location::of(related.origin, files) };
        Self {
            rule: &finding.rule,
            severity: finding.severity.word(),
            kind: match finding.kind {
                Kind::Refused => "refused",
                Kind::Judged | Kind::Evaluated => "judged",
            },
            mode: if finding.kind == Kind::Evaluated { "evaluate" } else { "enforce" },
            identity: finding.identity.as_str(),
            summary: &finding.summary,
            message: &finding.message,
            location: finding.origin.map(|origin| Location::of(origin, files)).unwrap_or_default(),
            related: finding.related.iter().map(seen).collect(),
            help: &finding.help,
            diff: finding.diff.as_deref(),
            fix: finding.fix.as_ref().map(|fix| Mending::of(fix, files)),
            fingerprint: finding.fingerprint(),
        }
    }
}

impl<'a> Mending<'a> {
    fn of(fix: &'a Fix, files: &'a Files) -> Self {
        let edits = fix.edits.iter().map(|(origin, text)| Change { text, location: Location::of(*origin, files) });
        Self { title: &fix.title, safe: fix.safe, edits: edits.collect() }
    }
}

impl<'a> Lost<'a> {
    fn of(loss: &'a Loss, files: &'a Files) -> Self {
        let (fate, how) = match loss.fate() {
            Fate::Exact => ("exact", ""),
            Fate::Emulated(how) => ("emulated", how),
            Fate::Impossible(why) => ("impossible", why),
        };
        Self {
            construct: loss.construct.id,
            forge: loss.forge.name(),
            fate,
            how,
            identity: loss.identity.as_str(),
            location: Location::of(loss.origin, files),
        }
    }
}

fn write(report: &Report<'_>) -> String {
    PIECES.whole(report)
}

fn each(report: &Report<'_>) -> String {
    let said = |finding: &Finding| {
        let text = json_text(&json!(Said::of(finding, report.files)));
        // No text in JSON has a line end within it.
        format!("\n    {}", text.trim_end().replace('\n', "\n    "))
    };
    report.findings.iter().map(said).collect::<Vec<_>>().join(PIECES.between)
}

fn end(counts: &Counts, tail: Tail<'_>) -> String {
    let losses = tail.losses.into_iter().flat_map(|(losses, files)| losses.iter().map(|loss| Lost::of(loss, files)));
    let rest = Rest {
        verdict: counts.verdict().word(),
        pipelines: counts.pipelines,
        counts: Numbers {
            error: counts.of(Severity::Error),
            warning: counts.of(Severity::Warning),
            note: counts.of(Severity::Note),
            evaluated: counts.evaluated,
            known: tail.known,
        },
        losses: losses.collect(),
        shard: tail.shard.map(|Shard { number, of }| Part { number, of, pipeward: env!("CARGO_PKG_VERSION") }),
        audit: Audit::of(tail),
    };
    let line = if counts.all() == 0 { "" } else { "\n  " };
    format!("{line}],{}", json_text(&json!(rest)).trim_start_matches('{'))
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn version_1_is_as_it_was() {
        insta::assert_snapshot!(write(&Sample::new().report()));
    }
}
