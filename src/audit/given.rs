//! The policy that somebody gives to an audit: what judges in place of the shipped defaults, and what is to be said of the policy itself.

use std::collections::BTreeMap;
use std::fmt;

use super::Judged;
use crate::finding::{self, Finding};
use crate::origin::{FileId, Files, Origin};
use crate::pipeline::Project;
use crate::policy::{self, Date, Policy};
use crate::report;
use crate::rule::{Audit, Check, Rule};
use crate::source::Verdict;
use crate::workspace::Alone;

/// A policy to judge YAML by.
pub struct Given {
    alone: Alone,
    /// The same without what is said of exceptions: those are held against identities of YAML, and over all repositories.
    judging: Policy,
    /// Whether no repository is looked at by another run.
    is_all: bool,
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given").field("policy", &self.judging.source).finish_non_exhaustive()
    }
}

/// What came of the policy itself in one repository or in several.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// How many findings each exception covered, in their order; none for one that may cover nothing.
    covered: Vec<Option<usize>>,
    /// What was wrong with its custom rules, by what tells it apart, and the texts that it points into.
    faults: BTreeMap<String, Finding>,
    files: Files,
}

impl Given {
    /// Makes a policy ready; a rule that it says nothing of speaks as it does without one. `is_all` says that no repository is looked at
    /// by another run, which what this one does not find could be in.
    #[must_use]
    pub fn new(alone: Alone, strict: bool, is_all: bool) -> Self {
        let whole = alone.policy();
        let most = if strict { Audit::Strict } else { Audit::Always };
        let is_wanted = |rule: &Rule| rule.audit <= most || rule.audit == Audit::Strict && whole.speaks_of(rule);
        let mut judging = Policy { exceptions: Vec::new(), ..whole.clone() };
        judging.silence(|rule| matches!(rule.check, Check::Policy(_)) || !is_wanted(rule));
        Self { alone, judging, is_all }
    }

    /// What a repository is judged by.
    pub(super) const fn judging(&self) -> &Policy {
        &self.judging
    }

    /// The policy as it is written.
    pub(super) fn whole(&self) -> &Policy {
        self.alone.policy()
    }

    /// The texts that it points into.
    pub(super) const fn files(&self) -> &Files {
        self.alone.files()
    }

    /// What its custom rules answer about a repository; what is wrong with them is noted.
    pub(super) fn answers(&self, project: &Project, files: &mut Files, met: &mut Met) -> Vec<Verdict> {
        let (verdicts, mut faults) = self.alone.answers(project, files);
        finding::carry(&mut faults, files, &mut met.files);
        met.faults.extend(faults.into_iter().map(|fault| (format!("{} {}", fault.fingerprint(), fault.message), fault)));
        verdicts
    }

    /// Takes the findings away that the policy's exceptions cover, by identities of YAML.
    pub(super) fn cover(&self, findings: &mut Vec<Finding>, now: Date, met: &mut Met) {
        met.covered = policy::cover(self.whole(), findings, now);
    }

    /// What there is to say of the policy after all repositories. Whether an exception finds nothing is known where all of each was
    /// looked at: `is_whole`.
    pub(super) fn end(&self, met: Met, is_whole: bool, now: Date) -> Judged {
        let mut files = self.files().clone();
        let mut findings: Vec<Finding> = met.faults.into_values().collect();
        finding::carry(&mut findings, &met.files, &mut files);
        let covered: Vec<Option<usize>> = (0..self.whole().exceptions.len())
            .map(|number| met.covered.get(number).copied().flatten().filter(|count| is_whole && self.is_all || *count > 0))
            .collect();
        let nothing = Project::of_files("", Origin::whole(FileId(0)));
        findings.append(&mut policy::of_exceptions(&nothing, self.whole(), &[], &covered, now));
        report::sort(&mut findings, &files);
        Judged { findings, files, ..Judged::default() }
    }
}

impl Met {
    /// Adds what came of it in another repository.
    pub(super) fn add(&mut self, other: Self) {
        let Self { covered, faults, files } = other;
        for (identity, mut fault) in faults {
            if !self.faults.contains_key(&identity) {
                finding::carry(std::slice::from_mut(&mut fault), &files, &mut self.files);
                self.faults.insert(identity, fault);
            }
        }
        if self.covered.is_empty() {
            self.covered = covered;
            return;
        }
        for (all, one) in self.covered.iter_mut().zip(covered) {
            *all = all.zip(one).map(|(all, one)| all + one);
        }
    }
}
