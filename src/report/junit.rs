//! Findings as JUnit XML, for the test reports of a CI: one case for each finding.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::escape::{inline, multiline};
use super::{Format, Report, count, said};
use crate::finding::{Finding, Kind, Severity};

pub(super) const FORMAT: Format = Format { id: "junit", summary: "JUnit XML, for the test report of a CI", write, pieces: None };

const NAME: &str = "pipeward";

fn write(report: &Report<'_>) -> String {
    let mut suite = TestSuite::new(NAME);
    if report.findings.is_empty() {
        // A report without a case counts as broken in more than one CI.
        let mut case = TestCase::new(count(report.pipelines, "pipeline"), TestCaseStatus::success());
        case.set_classname(NAME);
        suite.add_test_case(case);
    }
    suite.add_test_cases(report.findings.iter().map(|finding| case(finding, report)));
    let mut document = Document::new(NAME);
    document.add_test_suite(suite);
    let written = document.to_string();
    debug_assert!(written.is_ok(), "memory takes every byte");
    written.unwrap_or_default()
}

fn case(finding: &Finding, report: &Report<'_>) -> TestCase {
    let status = match (finding.kind, finding.weight()) {
        (Kind::Refused, _) => told(NonSuccessKind::Error, finding, report),
        (_, Severity::Error) => told(NonSuccessKind::Failure, finding, report),
        // What does not fail the gate fails no test.
        (_, Severity::Warning | Severity::Note) => TestCaseStatus::success(),
    };
    let passed = matches!(status, TestCaseStatus::Success { .. });
    let mut case = TestCase::new(format!("{}: {}", inline(finding.identity.as_str()), inline(said(finding))), status);
    case.set_classname(inline(&finding.rule));
    if let Some((file, place)) = report.location(finding) {
        case.extra.insert("file".into(), inline(file).into());
        case.extra.insert("line".into(), place.line.to_string().into());
    }
    if passed {
        case.set_system_out(whole(finding, report));
    }
    case
}

fn told(kind: NonSuccessKind, finding: &Finding, report: &Report<'_>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(inline(said(finding))).set_type(inline(&finding.rule)).set_description(whole(finding, report));
    status
}

/// All that a finding says, in lines.
fn whole(finding: &Finding, report: &Report<'_>) -> String {
    let mut text = finding.weight().word().to_owned();
    if finding.kind == Kind::Evaluated {
        let _ = write!(text, " (only evaluated, {} once enforced)", finding.severity.word());
    }
    for part in [&finding.summary, &finding.message].into_iter().filter(|part| !part.is_empty()) {
        let _ = write!(text, ": {}", inline(part));
    }
    if let Some((file, place)) = report.location(finding) {
        let _ = write!(text, "\nat {}:{}:{}", inline(file), place.line, place.column);
    }
    for related in &finding.related {
        let place = report.files.place(related.origin);
        let file = inline(report.files.name(related.origin.file));
        let _ = write!(text, "\n{} at {file}:{}:{}", inline(&related.message), place.line, place.column);
    }
    for help in &finding.help {
        let _ = write!(text, "\nhelp: {}", multiline(help));
    }
    if let Some(diff) = &finding.diff {
        let _ = write!(text, "\n{}", multiline(diff));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use super::*;

    #[test]
    fn junit_is_as_it_was() {
        insta::assert_snapshot!(write(&Sample::new().report()));
    }

    #[test]
    fn what_fails_the_gate_fails_a_test_and_nothing_else_does() {
        let sample = Sample::new();
        let text = write(&sample.report());
        let document = roxmltree::Document::parse(&text).expect("it is XML");
        let number = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
        assert_eq!((number("testcase"), number("failure"), number("error"), number("system-out")), (6, 2, 1, 3));
        let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
        let counted = ["tests", "failures", "errors", "disabled"].map(|name| suite.attribute(name).unwrap_or_default());
        assert_eq!(counted, ["6", "2", "1", "0"]);
    }

    #[test]
    fn nothing_found_is_one_case_that_passes() {
        let sample = Sample::new();
        let text = write(&Report { findings: &[], ..sample.report() });
        let document = roxmltree::Document::parse(&text).expect("it is XML");
        let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
        assert_eq!(cases.iter().map(|case| case.attribute("name")).collect::<Vec<_>>(), [Some("8 pipelines")]);
        assert!(!cases[0].descendants().skip(1).any(|node| node.is_element()));
    }
}
