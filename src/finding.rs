//! What anything says that looks at a project: contracts, rules, backends, drift and the examples of rules.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::{SHORT, hex};
use crate::origin::{FileId, Files, Origin};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Worth mending.
    Warning,
    /// Fails the gate.
    Error,
}

impl Severity {
    /// Every severity, gravest first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The word for it in every format: `error`, `warning`, `note`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a finding is about, by name and never by line: `ci/unit/upload-unit`, `project/secrets/MAIL_TO`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity(String);

impl Identity {
    /// The identity of a pipeline, of the project (`project`) or of a policy's file.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// A part of it: a job of a pipeline, a step of a job.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What kind of thing a finding reports; it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A file did not become a model: a contract refused it or it could not be evaluated. Nothing was judged there.
    Refused,
    /// A rule found something.
    Judged,
    /// A rule found something, and the policy only evaluates the rule: it is shown and fails nothing.
    Evaluated,
}

/// A second place that explains a finding, such as the policy line that decided it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Where.
    pub origin: Origin,
    /// What is to be seen there.
    pub message: String,
}

/// Changes of a file after which a finding is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What is done, in a sentence fragment.
    pub title: String,
    /// Whether the file means afterwards what its author meant; else somebody should look at it.
    pub safe: bool,
    /// What stands at each place instead.
    pub edits: Vec<(Origin, String)>,
}

/// One thing a check has to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id, or the id of the rule whose contract refused the value.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether a file was refused or a rule judged.
    pub kind: Kind,
    /// What it is about.
    pub identity: Identity,
    /// The rule's summary, in the words of the rule.
    pub summary: String,
    /// What is so at this place, in a sentence fragment.
    pub message: String,
    /// Where; none only for things that are in no file, such as a missing one.
    pub origin: Option<Origin>,
    /// Other places that explain it.
    pub related: Vec<Related>,
    /// What to do about it.
    pub help: Vec<String>,
    /// A unified diff, for drift.
    pub diff: Option<String>,
    /// What would mend it, where that is known and somebody asks.
    pub fix: Option<Fix>,
    /// Tells two findings of one rule on one identity apart in the fingerprint: a field's name, a scope. Never a line or a message.
    pub key: String,
}

impl Finding {
    /// Something that a rule has found, with nothing more to say than its message, at no place yet.
    #[must_use]
    pub fn new(rule: &str, summary: &str, severity: Severity, identity: Identity, message: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            kind: Kind::Judged,
            identity,
            summary: summary.to_owned(),
            message: message.into(),
            origin: None,
            related: Vec::new(),
            help: Vec::new(),
            diff: None,
            fix: None,
            key: String::new(),
        }
    }

    /// How bad it counts now: a note while its rule is only evaluated, whatever it would be once it is enforced.
    #[must_use]
    pub fn weight(&self) -> Severity {
        if self.kind == Kind::Evaluated { Severity::Note } else { self.severity }
    }

    /// A stable name for the finding: made of rule, identity and key, so it survives moved lines and new wordings.
    ///
    /// 16 hexadecimal digits: the first 8 bytes of SHA-256 over `rule NUL identity NUL key`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.rule);
        hash.update([0]);
        hash.update(self.identity.as_str());
        hash.update([0]);
        hash.update(&self.key);
        hex(&hash.finalize()[..SHORT])
    }
}

/// Makes findings point into `into`, and adds to that the texts they point into and no others.
pub fn carry(findings: &mut [Finding], files: &Files, into: &mut Files) {
    let mut known: BTreeMap<FileId, FileId> = BTreeMap::new();
    for finding in findings {
        let Finding { origin, related, fix, .. } = finding;
        let edits = fix.iter_mut().flat_map(|fix| fix.edits.iter_mut().map(|(origin, _)| origin));
        for origin in origin.iter_mut().chain(related.iter_mut().map(|related| &mut related.origin)).chain(edits) {
            let id = known.entry(origin.file).or_insert_with(|| into.add(files.name(origin.file), files.text(origin.file)));
            origin.file = *id;
        }
    }
}

/// What the findings of a run come to; `cli` makes an exit code of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing that fails the gate.
    Passed,
    /// At least one finding at `error`: exit code 1.
    Failed,
    /// Something could not be checked, whatever else was found: exit code 3.
    CouldNotCheck,
}

impl Verdict {
    /// The word for it in reports: `passed`, `failed`, `could-not-check`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::CouldNotCheck => "could-not-check",
        }
    }

    /// The verdict over findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|finding| finding.kind == Kind::Refused) {
            Self::CouldNotCheck
        } else if findings.iter().any(|finding| finding.weight() == Severity::Error) {
            Self::Failed
        } else {
            Self::Passed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(kind: Kind, severity: Severity) -> Finding {
        let identity = Identity::of("ci").part("unit").part("upload");
        Finding { kind, ..Finding::new("retention-missing", "", severity, identity, "no retention") }
    }

    #[test]
    fn a_fingerprint_ignores_wording_and_place() {
        let one = finding(Kind::Judged, Severity::Error);
        let mut other = one.clone();
        other.message = "reworded".to_owned();
        other.severity = Severity::Note;
        assert_eq!(one.fingerprint(), other.fingerprint());
        other.key = "second".to_owned();
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint().len(), 16);
    }

    #[test]
    fn could_not_check_outweighs_everything() {
        let refused = finding(Kind::Refused, Severity::Error);
        let error = finding(Kind::Judged, Severity::Error);
        let warning = finding(Kind::Judged, Severity::Warning);
        assert_eq!(Verdict::of(&[error.clone(), refused]), Verdict::CouldNotCheck);
        assert_eq!(Verdict::of(&[warning.clone(), error]), Verdict::Failed);
        assert_eq!(Verdict::of(&[warning]), Verdict::Passed);
        assert_eq!(Verdict::of(&[finding(Kind::Evaluated, Severity::Error)]), Verdict::Passed);
        assert_eq!(Verdict::of(&[]), Verdict::Passed);
    }
}
