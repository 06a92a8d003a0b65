//! MEASURE: what coverage, tests and benchmarks come to, held against what policies demand.
//!
//! A gate that looked at nothing has not passed: whatever cannot be read, belongs to another tree or is missing ends in *could not check*.

pub mod coverage;
mod lines;

use std::io::{self, Read};

use crate::finding::{Finding, Identity, Kind};
use crate::policy::Policy;
use crate::rule::Rule;
use crate::view::{Findings, Settings};

/// What is wrong with a report of a tool, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; none if it is about the report as a whole.
    pub line: Option<u64>,
    /// What was expected, and what is there.
    pub message: String,
}

impl Fault {
    fn new(line: u64, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }

    fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    fn of_disk(error: &io::Error) -> Self {
        Self::whole(format!("it cannot be read: {error}"))
    }

    /// The same, said of a report of that name.
    fn of(&self, name: &str) -> String {
        self.line.map_or_else(|| format!("{name}: {}", self.message), |line| format!("{name}:{line}: {}", self.message))
    }
}

/// A report of a tool: what it is called and its bytes, as they come.
pub struct Report<'a> {
    /// The name it is shown by.
    pub name: String,
    /// When its file was written, in seconds since 1970; it is no older than that, whatever it says of itself.
    pub written: Option<u64>,
    /// Its bytes.
    pub bytes: Box<dyn Read + 'a>,
}

/// What one rule of a gate finds under a policy; nothing if the policy turns the rule off.
fn judged(policy: &Policy, rule: &'static Rule, check: impl FnOnce(Settings<'_>, &mut Findings)) -> Vec<Finding> {
    let Some(severity) = policy.severity(rule) else { return Vec::new() };
    let mut findings = Findings::new(rule.id, rule.summary, severity);
    check(policy.settings(rule.id), &mut findings);
    findings.list
}

/// What could not be checked, whatever a policy says.
fn unmeasured(rule: &'static Rule, said: impl IntoIterator<Item = (Identity, String, &'static str)>) -> Vec<Finding> {
    let mut findings = Findings::new(rule.id, rule.summary, rule.severity);
    for (identity, message, help) in said {
        findings.tell(Kind::Refused, identity, message);
        if let Some(finding) = findings.list.last_mut() {
            finding.key.clone_from(&finding.message);
            finding.help.extend(Some(help).filter(|help| !help.is_empty()).map(str::to_owned));
        }
    }
    findings.list
}
