//! Findings as GitLab's Code Quality report: an array of violations, each at a file and a line.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::escape::{inline, json_text};
use super::{Format, Report, said};
use crate::finding::{Finding, Kind, Severity};
use crate::workspace::PROJECT;

pub(super) const FORMAT: Format =
    Format { id: "codequality", summary: "GitLab Code Quality, for the widget of a merge request", write, pieces: None };

fn write(report: &Report<'_>) -> String {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut violations = Vec::with_capacity(report.findings.len());
    for finding in report.findings {
        let fingerprint = finding.fingerprint();
        let number = seen.entry(fingerprint.clone()).or_default();
        *number += 1;
        violations.push(violation(finding, report, &numbered(&fingerprint, *number)));
    }
    json_text(&violations.into())
}

/// GitLab keeps one violation of each fingerprint, so a second one of the same name is told apart by its number.
fn numbered(fingerprint: &str, number: usize) -> String {
    if number == 1 { fingerprint.to_owned() } else { format!("{fingerprint}-{number}") }
}

fn violation(finding: &Finding, report: &Report<'_>, fingerprint: &str) -> Value {
    // A violation is always somewhere: what is in no file is about the project.
    let (path, line) = report.location(finding).map_or((PROJECT, 1), |(file, place)| (file, place.line));
    json!({
        "description": description(finding),
        "check_name": inline(&finding.rule),
        "fingerprint": fingerprint,
        "severity": severity(finding),
        "location": { "path": path, "lines": { "begin": line } },
    })
}

fn description(finding: &Finding) -> String {
    let help = finding.help.first().map_or_else(String::new, |help| format!("; {help}"));
    // A violation has no field for it, and its severity tells no mode.
    let mode = if finding.kind == Kind::Evaluated { "evaluated: " } else { "" };
    inline(&format!("{mode}{} ({}){help}", said(finding), finding.identity))
}

/// GitLab's words for it: what was refused blocks, for nothing in it was judged.
fn severity(finding: &Finding) -> &'static str {
    match (finding.kind, finding.weight()) {
        (Kind::Refused, _) => "blocker",
        (_, Severity::Error) => "critical",
        (_, Severity::Warning) => "minor",
        (_, Severity::Note) => "info",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    /// Written from GitLab's documentation of the report: what it needs, and the words it knows.
    const SCHEMA: &str = include_str!("codequality.schema.json");

    fn read(report: &Report<'_>) -> Value {
        let value: Value = serde_json::from_str(&write(report)).expect("it is JSON");
        let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let wrong: Vec<String> = jsonschema::validator_for(&schema)
            .expect("the schema is one")
            .iter_errors(&value)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        value
    }

    #[test]
    fn code_quality_is_as_it_was() {
        let sample = Sample::new();
        insta::assert_snapshot!(write(&sample.report()));
        assert_eq!(read(&sample.report()).as_array().map(Vec::len), Some(sample.findings.len()));
    }

    #[test]
    fn nothing_found_is_an_empty_report() {
        let sample = Sample::new();
        assert_eq!(read(&Report { findings: &[], ..sample.report() }), json!([]));
    }

    #[test]
    fn no_two_violations_have_one_fingerprint() {
        let mut sample = Sample::new();
        sample.findings.push(sample.findings[2].clone());
        let value = read(&sample.report());
        let mut fingerprints: Vec<&str> =
            value.as_array().expect("a list").iter().filter_map(|one| one["fingerprint"].as_str()).collect();
        let first = sample.findings[2].fingerprint();
        assert!(fingerprints.contains(&first.as_str()) && fingerprints.contains(&format!("{first}-2").as_str()));
        fingerprints.sort_unstable();
        fingerprints.dedup();
        assert_eq!(fingerprints.len(), sample.findings.len());
    }
}
