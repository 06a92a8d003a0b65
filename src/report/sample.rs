//! Findings of every shape, for the tests of all formats.

use crate::finding::{Finding, Identity, Kind, Related, Severity};
use crate::origin::{Files, Origin};

const SOURCE: &str = "{\n  timeout = \"90m\",\n  name = \"a\u{1b}[31mb\u{202e}\", é = 1,\n  jobs = {\n    unit = {\n      steps = [],\n    },\n  },\n}\n";
const POLICY: &str = "{\n  settings.max = \"60m\",\n}\n";

pub(super) struct Sample {
    pub(super) files: Files,
    pub(super) findings: Vec<Finding>,
}

fn finding(rule: &str, severity: Severity, message: &str, origin: Option<Origin>) -> Finding {
    let summary = "a job may run longer than the policy allows";
    let found = Finding::new(rule, summary, severity, Identity::of("ci").part("unit"), message);
    Finding { origin, help: vec!["lower the timeout".to_owned()], ..found }
}

impl Sample {
    /// A finding without a place, one at a file as a whole, one with a second place, one among control characters, one over many lines.
    pub(super) fn new() -> Self {
        let mut files = Files::default();
        let policy = files.add("policies/main.ncl", POLICY);
        let file = files.add("pipelines/c:i,%.ncl", SOURCE);
        let emitted = files.add(".github/workflows/ci.yml", "# Generated\non: push\n");
        let span = |text: &str| {
            let start = SOURCE.find(text).expect("it is in the source");
            Origin { file, start: start as u32, end: (start + text.len()) as u32 }
        };
        let drift = Finding {
            diff: Some(
                "--- a/.github/workflows/ci.yml\n+++ b/.github/workflows/ci.yml\n@@ -1,2 +1,2 @@\n # Generated\n-on: push\r\n+on: pull\n"
                    .to_owned(),
            ),
            ..finding("sample-drift", Severity::Error, "stale", Some(Origin::whole(emitted)))
        };
        let max = POLICY.find("\"60m\"").expect("it is there") as u32;
        let related = vec![Related {
            origin: Origin { file: policy, start: max, end: max + 5 },
            message: "the policy says so here".to_owned(),
        }];
        let timeout = Finding {
            related,
            ..finding("sample-limit", Severity::Error, "90 minutes, the most allowed is 60", Some(span("\"90m\"")))
        };
        let odd = finding("sample-name", Severity::Warning, "100% odd\n::error::a\u{1b}[31mb", Some(span("é = 1")));
        let refused = Finding {
            kind: Kind::Refused,
            summary: String::new(),
            ..finding("sample-missing", Severity::Error, "missing field `timeout`", Some(span("{\n      steps = [],\n    }")))
        };
        let evaluated =
            Finding { kind: Kind::Evaluated, ..finding("sample-tried", Severity::Error, "no steps", Some(span("steps = []"))) };
        let nowhere = Finding { help: Vec::new(), ..finding("sample-nowhere", Severity::Note, "no project", None) };
        Self { files, findings: vec![nowhere, drift, timeout, odd, refused, evaluated] }
    }

    pub(super) fn report(&self) -> super::Report<'_> {
        super::Report::new(&self.findings, &self.files, 8, super::Thing::Pipeline)
    }
}
