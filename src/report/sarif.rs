//! Findings as SARIF 2.1.0, for code scanning.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::escape::{json_text, multiline, uri};
use super::json::Audit;
use super::{Counts, Format, Pieces, Report, Shard, Tail, said};
use crate::finding::{Finding, Fix, Kind, Severity, Verdict};
use crate::origin::{Files, Origin};
use crate::rule;
use crate::rulebook;

pub(super) const FORMAT: Format = Format { id: "sarif", summary: "SARIF 2.1.0, for code scanning", write, pieces: Some(PIECES) };

const PIECES: Pieces = Pieces { start: START, each, between: ",", mends: true, end };

/// What stands before the results, with which everything else is made out.
const START: &str = r#"{
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "version": "2.1.0",
  "runs": [
    {
      "columnKind": "unicodeCodePoints",
      "results": ["#;

/// Where a finding without a place is shown: code scanning refuses results that are nowhere.
const NOWHERE: &str = "pipelines/main.ncl";

fn write(report: &Report<'_>) -> String {
    PIECES.whole(report)
}

fn each(report: &Report<'_>) -> String {
    let results = report.findings.iter().map(|finding| format!("\n{}", indented(&result(finding, report.files), 8)));
    results.collect::<Vec<_>>().join(PIECES.between)
}

fn end(counts: &Counts, tail: Tail<'_>) -> String {
    let mut rest = json!({
        "tool": { "driver": {
            "name": "pipeward",
            "version": env!("CARGO_PKG_VERSION"),
            "rules": counts.rules.iter().map(|(id, summary)| rule_of(id, summary)).collect::<Vec<_>>(),
        } },
        "originalUriBaseIds": { "ROOT": { "description": { "text": "the project's root" } } },
        "invocations": [{ "executionSuccessful": counts.verdict() != Verdict::CouldNotCheck }],
    });
    if let Some(Shard { number, of }) = tail.shard {
        rest["properties"]["shard"] = json!({ "number": number, "of": of });
    }
    if let Some(audit) = Audit::of(tail) {
        rest["properties"]["audit"] = json!(audit);
    }
    let line = if counts.all() == 0 { "" } else { "\n      " };
    format!("{line}],{}\n  ]\n}}\n", indented(&rest, 4).trim_start().trim_start_matches('{'))
}

/// A value some columns to the right. No text in JSON has a line end within it.
fn indented(value: &Value, columns: usize) -> String {
    let margin = " ".repeat(columns);
    format!("{margin}{}", json_text(value).trim_end().replace('\n', &format!("\n{margin}")))
}

fn rule_of(id: &str, summary: &str) -> Value {
    let known = rule::find(id);
    let summary = known.map_or(summary, |rule| rule.summary);
    let severity = known.map_or(Severity::Error, |rule| rule.severity);
    let mut value = json!({
        "id": id,
        "shortDescription": { "text": plain(if summary.is_empty() { id } else { summary }) },
        "defaultConfiguration": { "level": severity.word() },
    });
    if let Some(rule) = known {
        value["fullDescription"] = json!({ "text": rule.why });
        value["help"] = json!({ "text": format!("{}\n\npipeward explain {id}", rule.why), "markdown": rulebook::page(rule) });
        if let Some(address) = rulebook::address(id) {
            value["helpUri"] = address.into();
        }
    }
    value
}

fn result(finding: &Finding, files: &Files) -> Value {
    let mut text = said(finding).to_owned();
    for help in &finding.help {
        let _ = write!(text, "\nhelp: {help}");
    }
    let mut location = finding.origin.map_or_else(
        || json!({ "physicalLocation": { "artifactLocation": artifact(NOWHERE) } }),
        |origin| json!({ "physicalLocation": physical(origin, files) }),
    );
    location["logicalLocations"] = json!([{ "fullyQualifiedName": finding.identity.as_str() }]);
    let mut value = json!({
        "ruleId": finding.rule,
        "level": finding.weight().word(),
        "message": { "text": plain(&text) },
        "locations": [location],
        "partialFingerprints": { "pipeward/v1": finding.fingerprint() },
    });
    if finding.kind == Kind::Evaluated {
        value["properties"] = json!({ "mode": "evaluate", "severity": finding.severity.word() });
    }
    if let Some(mend) = finding.fix.as_ref() {
        value["fixes"] = json!([fix(mend, files)]);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(index, related)| {
            json!({
                "id": index,
                "message": { "text": plain(&related.message) },
                "physicalLocation": physical(related.origin, files),
            })
        });
        value["relatedLocations"] = related.collect();
    }
    value
}

/// What would mend a finding: every edit of a fix is of one file.
fn fix(fix: &Fix, files: &Files) -> Value {
    let edits = fix.edits.iter();
    let replacements = edits
        .map(|(origin, text)| json!({ "deletedRegion": region(*origin, files), "insertedContent": { "text": text } }))
        .collect::<Vec<_>>();
    let file = fix.edits.first().map_or("", |(origin, _)| files.name(origin.file));
    json!({
        "description": { "text": plain(&fix.title) },
        "artifactChanges": [{ "artifactLocation": artifact(file), "replacements": replacements }],
        "properties": { "safe": fix.safe },
    })
}

fn region(origin: Origin, files: &Files) -> Value {
    let place = files.place(origin);
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

fn physical(origin: Origin, files: &Files) -> Value {
    json!({ "artifactLocation": artifact(files.name(origin.file)), "region": region(origin, files) })
}

/// Text in which nothing acts on who reads it, and a reader of SARIF finds no link: `[words](target)` is one even in plain text,
/// unless a backslash stands before its brackets.
fn plain(text: &str) -> String {
    let text = multiline(text);
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text }
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "ROOT" })
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn sarif_is_as_it_was() {
        insta::with_settings!({ filters => vec![(r#""version": "\d+\.\d+\.\d+","#, r#""version": "[version]","#)] }, {
            insta::assert_snapshot!(write(&Sample::new().report()));
        });
    }

    #[test]
    fn a_known_rule_brings_its_own_words() {
        let mut sample = Sample::new();
        let known = rule::RULES[0];
        sample.findings[0].rule = known.id.to_owned();
        let log: Value = serde_json::from_str(&write(&sample.report())).expect("it is JSON");
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("there are rules");
        let said = rules.iter().find(|rule| rule["id"] == known.id).expect("it is there");
        assert_eq!(
            (&said["shortDescription"]["text"], &said["fullDescription"]["text"]),
            (&known.summary.into(), &known.why.into())
        );
        assert_eq!(said["help"]["markdown"], rulebook::page(known));
        assert_eq!(said.get("helpUri").and_then(Value::as_str), rulebook::address(known.id).as_deref());
    }

    #[test]
    fn every_result_has_a_rule_a_place_and_a_fingerprint() {
        let log: Value = serde_json::from_str(&write(&Sample::new().report())).expect("it is JSON");
        let run = &log["runs"][0];
        for result in run["results"].as_array().expect("there are results") {
            let rules = run["tool"]["driver"]["rules"].as_array().expect("there are rules");
            assert_eq!(rules.iter().filter(|rule| rule["id"] == result["ruleId"]).count(), 1);
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("it is somewhere");
            assert!(!uri.contains([':', ',', ' ']) && !uri.is_empty(), "{uri}");
            assert_eq!(result["partialFingerprints"]["pipeward/v1"].as_str().map(str::len), Some(16));
        }
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }
}
