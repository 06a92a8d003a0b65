//! What was known before: findings by fingerprint, so that a run says only what is new.
//!
//! Read from the JSON of an earlier `check`, or from the small file that `--write-baseline` writes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::finding::{Finding, Kind};
use crate::report::json_text;
use crate::rule::{self, Check};

/// The findings of an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// How often each was found, by fingerprint, with the rule and the identity for people.
    known: BTreeMap<String, (usize, Entry)>,
}

/// A finding of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// What it was about.
    pub identity: String,
}

/// What came of holding findings against a baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How many findings were known, and are said no more.
    pub known: usize,
    /// What was found then and is not any more.
    pub gone: Vec<Entry>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not what `check` writes.
    #[error("{0}")]
    Shape(String),
    /// It is of another version.
    #[error("expected version 1, got {0}")]
    Version(u64),
    /// A fingerprint is none.
    #[error("expected 16 hexadecimal digits, got \"{0}\"")]
    Fingerprint(String),
}

#[derive(Deserialize)]
struct Document {
    version: u64,
    findings: Vec<Written>,
}

#[derive(Deserialize)]
struct Written {
    rule: String,
    identity: String,
    fingerprint: String,
    #[serde(default)]
    kind: Option<String>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    ///
    /// If the text is neither a report of `check --format json` nor written by [`write`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let document: Document = serde_json::from_str(text).map_err(|error| Error::Shape(error.to_string()))?;
        if document.version != 1 {
            return Err(Error::Version(document.version));
        }
        let mut baseline = Self::default();
        for found in document.findings {
            if found.fingerprint.len() != 16 || !found.fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(Error::Fingerprint(found.fingerprint));
            }
            // What could not be checked then may well be found now.
            if found.kind.as_deref() != Some("refused") {
                let entry = Entry { rule: found.rule, identity: found.identity };
                baseline.known.entry(found.fingerprint).or_insert((0, entry)).0 += 1;
            }
        }
        Ok(baseline)
    }

    /// Takes the findings away that it knows: of several alike, as many as there were.
    pub fn hold(&self, findings: &mut Vec<Finding>) -> Held {
        let mut left: BTreeMap<&str, usize> = self.known.iter().map(|(name, (count, _))| (name.as_str(), *count)).collect();
        let before = findings.len();
        findings.retain(|finding| match left.get_mut(finding.fingerprint().as_str()) {
            Some(count) if *count > 0 && can_wait(finding) => {
                *count -= 1;
                false
            }
            _ => true,
        });
        let untouched =
            |(name, (count, entry)): (&String, &(usize, Entry))| (left.get(name.as_str()) == Some(count)).then(|| entry.clone());
        let mut gone: Vec<Entry> = self.known.iter().filter_map(untouched).collect();
        gone.sort();
        Held { known: before - findings.len(), gone }
    }
}

/// A baseline of findings, as text; how many it holds.
#[must_use]
pub fn write(findings: &[Finding]) -> (String, usize) {
    let mut entries: Vec<(&str, &str, String)> = findings
        .iter()
        .filter(|finding| can_wait(finding))
        .map(|finding| (finding.rule.as_str(), finding.identity.as_str(), finding.fingerprint()))
        .collect();
    entries.sort();
    let entry = |(rule, identity, fingerprint): &(&str, &str, String)| json!({ "rule": rule, "identity": identity, "fingerprint": fingerprint });
    let text = json_text(&json!({ "version": 1, "findings": entries.iter().map(entry).collect::<Vec<_>>() }));
    (text, entries.len())
}

/// Whether a finding may wait until somebody has time: not what could not be checked, what cannot be written, or what a change
/// does to the policy it goes through.
fn can_wait(finding: &Finding) -> bool {
    let waits = |check: &Check| check.is_decided() && !matches!(check, Check::Change);
    finding.kind != Kind::Refused && rule::find(&finding.rule).is_none_or(|rule| waits(&rule.check))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Identity, Severity};

    fn finding(rule: &str, identity: &str, kind: Kind) -> Finding {
        Finding { kind, ..Finding::new(rule, "", Severity::Error, Identity::of(identity), "found") }
    }

    #[test]
    fn what_is_known_is_taken_away_as_often_as_it_was_found() {
        let old = finding("job-timeout-over-limit", "ci/a", Kind::Judged);
        let (text, count) = write(&[old.clone(), finding("budget-exceeded", "ci", Kind::Evaluated)]);
        assert_eq!(count, 2);
        let baseline = Baseline::parse(&text).expect("a baseline");
        let fresh = finding("job-timeout-over-limit", "ci/b", Kind::Judged);
        let mut findings = vec![old.clone(), old.clone(), fresh.clone()];
        let held = baseline.hold(&mut findings);
        assert_eq!(findings, [old, fresh]);
        let gone = Entry { rule: "budget-exceeded".to_owned(), identity: "ci".to_owned() };
        assert_eq!(held, Held { known: 1, gone: vec![gone] });
    }

    #[test]
    fn some_findings_never_wait() {
        let never = [
            finding("job-timeout-over-limit", "ci/a", Kind::Refused),
            finding("syntax", "ci/a", Kind::Judged),
            finding("policy-weakened", "policies/main.ncl", Kind::Judged),
        ];
        assert_eq!(write(&never).1, 0);
        let entries: Vec<_> = never
            .iter()
            .map(|finding| json!({ "rule": finding.rule, "identity": finding.identity.as_str(), "fingerprint": finding.fingerprint() }))
            .collect();
        let text = json!({ "version": 1, "findings": entries }).to_string();
        let mut findings = never.to_vec();
        assert_eq!(Baseline::parse(&text).expect("a baseline").hold(&mut findings).known, 0);
        assert_eq!(findings, never);
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        for (text, wanted) in [
            ("", "EOF"),
            ("[]", "invalid"),
            ("{ \"version\": 1 }", "missing field `findings`"),
            ("{ \"version\": 2, \"findings\": [] }", "expected version 1, got 2"),
            ("{ \"version\": 1, \"findings\": [{ \"rule\": \"a\", \"identity\": \"b\" }] }", "missing field `fingerprint`"),
            (
                "{ \"version\": 1, \"findings\": [{ \"rule\": \"a\", \"identity\": \"b\", \"fingerprint\": \"xyz\" }] }",
                "expected 16 hexadecimal digits, got \"xyz\"",
            ),
        ] {
            let error = Baseline::parse(text).expect_err(text).to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
    }
}
