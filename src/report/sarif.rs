//! Findings as SARIF 2.1.0, for code scanning.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::escape::{json_text, multiline, uri};
use super::{Format, Report, Shard, said};
use crate::finding::{Finding, Fix, Kind, Severity};
use crate::origin::{Files, Origin};
use crate::rule;
use crate::rulebook;

pub(super) const FORMAT: Format = Format { id: "sarif", summary: "SARIF 2.1.0, for code scanning", write, pieces: None };

/// Where a finding without a place is shown: code scanning refuses results that are nowhere.
const NOWHERE: &str = "pipelines/main.ncl";

fn write(report: &Report<'_>) -> String {
    let ids: Vec<&str> =
        report.findings.iter().map(|finding| finding.rule.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
    let refused = report.findings.iter().any(|finding| finding.kind == Kind::Refused);
    let mut log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pipeward",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": ids.iter().map(|id| rule_of(id, report)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "ROOT": { "description": { "text": "the project's root" } } },
            "invocations": [{ "executionSuccessful": !refused }],
            "results": report.findings.iter().map(|finding| result(finding, &ids, report.files)).collect::<Vec<_>>(),
        }],
    });
    if let Some(Shard { number, of }) = report.shard {
        log["runs"][0]["properties"] = json!({ "shard": { "number": number, "of": of } });
    }
    json_text(&log)
}

fn rule_of(id: &str, report: &Report<'_>) -> Value {
    let first = report.findings.iter().find(|finding| finding.rule == id);
    let known = rule::find(id);
    let summary =
        known.map(|rule| rule.summary).or(first.map(|finding| finding.summary.as_str())).filter(|text| !text.is_empty());
    let severity = known.map_or(Severity::Error, |rule| rule.severity);
    let mut value = json!({
        "id": id,
        "shortDescription": { "text": plain(summary.unwrap_or(id)) },
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

fn result(finding: &Finding, ids: &[&str], files: &Files) -> Value {
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
        "ruleIndex": ids.binary_search(&finding.rule.as_str()).unwrap_or_default(),
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
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("it has one")).expect("it is small");
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
            let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("it is somewhere");
            assert!(!uri.contains([':', ',', ' ']) && !uri.is_empty(), "{uri}");
            assert_eq!(result["partialFingerprints"]["pipeward/v1"].as_str().map(str::len), Some(16));
        }
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    }
}
