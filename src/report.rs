//! SAY: findings in, a text out, in the format somebody asked for.
//!
//! A format never decides anything: what is a finding, how bad it is and what the run comes to is settled before.

mod codequality;
mod escape;
mod excerpt;
mod github;
mod json;
mod junit;
mod losses;
mod markdown;
mod sarif;
mod shard;
mod text;

pub use escape::{inline, json_text, multiline};
pub use shard::Shard;

use std::collections::BTreeMap;

use crate::finding::{Finding, Kind, Severity, Verdict};
use crate::loss::Loss;
use crate::origin::{Files, Place};
use crate::parallel;

/// One way to say findings.
#[derive(Debug)]
pub struct Format {
    /// The word that chooses it.
    pub id: &'static str,
    /// Who it is for.
    pub summary: &'static str,
    /// What writes it.
    pub write: fn(&Report<'_>) -> String,
    /// How it is written piece by piece; none where the whole has to be known first.
    pub pieces: Option<Pieces>,
}

/// A text that is one piece after the other, and what stands around them.
#[derive(Clone, Copy, Debug)]
pub struct Pieces {
    /// What stands before the first of them.
    pub start: &'static str,
    /// What is said of some of the findings; empty without any.
    pub each: fn(&Report<'_>) -> String,
    /// What stands between two that are not empty.
    pub between: &'static str,
    /// Whether it says what would mend a finding.
    pub mends: bool,
    /// What is said after the last of them.
    pub end: fn(&Counts, Tail<'_>) -> String,
}

/// What a report says besides its findings, whoever is asked for them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tail<'a> {
    /// How many further findings were known before.
    pub known: usize,
    /// What does not mean on a forge what it means in the model, and the texts that this points into.
    pub losses: Option<(&'a [Loss], &'a Files)>,
    /// Which part of the repositories it is about.
    pub shard: Option<Shard>,
    /// Whether it is an audit's, which says how old its facts are and what it did not look at.
    pub is_audit: bool,
}

impl Pieces {
    /// What is said of the findings of a report, without start and end.
    #[must_use]
    pub fn inner(&self, report: &Report<'_>) -> String {
        let parts: Vec<_> = report.findings.chunks(PART).map(|findings| Report { findings, ..*report }).collect();
        parallel::map(parts, |part| (self.each)(&part)).join(self.between)
    }

    /// A report as a whole.
    fn whole(&self, report: &Report<'_>) -> String {
        let Report { known, losses, files, shard, thing, .. } = *report;
        let tail = Tail { known, losses: Some((losses, files)), shard, is_audit: thing == Thing::File };
        let end = (self.end)(&report.counts(), tail);
        [self.start, &self.inner(report), &end].concat()
    }
}

/// How many findings are said together; more of them are said on all cores.
const PART: usize = 128;

/// What pipelines are to those who wrote them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thing {
    /// One of a project.
    #[default]
    Pipeline,
    /// A file that is there.
    File,
}

impl Thing {
    const fn word(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::File => "file",
        }
    }
}

/// How much there is to say.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How many pipelines were looked at.
    pub pipelines: usize,
    /// What people call them.
    pub thing: Thing,
    /// How many findings there are of each severity, gravest first.
    found: [usize; Severity::ALL.len()],
    /// How many findings are of rules that are only evaluated.
    evaluated: usize,
    /// What the findings come to.
    refused: bool,
    /// The rules that found something, by id, and what one of the findings says of it.
    rules: BTreeMap<String, String>,
}

impl Counts {
    /// Adds some of the findings.
    pub fn add(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.refused |= finding.kind == Kind::Refused;
            if !self.rules.contains_key(&finding.rule) {
                self.rules.insert(finding.rule.clone(), finding.summary.clone());
            }
            if finding.kind == Kind::Evaluated {
                self.evaluated += 1;
            } else if let Some(index) = Severity::ALL.iter().position(|severity| *severity == finding.severity) {
                self.found[index] += 1;
            }
        }
    }

    /// Adds those of other pipelines.
    pub fn join(&mut self, other: Self) {
        (self.pipelines, self.thing) = (self.pipelines + other.pipelines, other.thing);
        self.found.iter_mut().zip(other.found).for_each(|(number, more)| *number += more);
        self.evaluated += other.evaluated;
        self.refused |= other.refused;
        for (rule, summary) in other.rules {
            self.rules.entry(rule).or_insert(summary);
        }
    }

    /// How many findings there are.
    #[must_use]
    pub fn all(&self) -> usize {
        self.found.iter().sum::<usize>() + self.evaluated
    }

    /// How many findings have that severity; those of rules that are only evaluated have none that counts.
    #[must_use]
    pub fn of(&self, severity: Severity) -> usize {
        Severity::ALL.iter().zip(self.found).filter(|(one, _)| **one == severity).map(|(_, number)| number).sum()
    }

    /// What they come to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.of(Severity::Error) {
            _ if self.refused => Verdict::CouldNotCheck,
            0 => Verdict::Passed,
            _ => Verdict::Failed,
        }
    }
}

/// Every format, the default first.
///
/// To add one: its file, and a line here.
pub static FORMATS: &[Format] =
    &[text::FORMAT, json::FORMAT, sarif::FORMAT, github::FORMAT, codequality::FORMAT, junit::FORMAT, markdown::FORMAT];

/// The format of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// What there is to say.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings, sorted by [`sort`].
    pub findings: &'a [Finding],
    /// The texts they point into.
    pub files: &'a Files,
    /// How many pipelines were looked at.
    pub pipelines: usize,
    /// What people call them.
    pub thing: Thing,
    /// How many further findings were known before, and are not among these.
    pub known: usize,
    /// Whether the reader's screen shows colours.
    pub color: bool,
    /// What does not mean on a forge what it means in the model, if somebody asks.
    pub losses: &'a [Loss],
    /// The address that files are found under, for links: `https://forge.example/owner/name/blob/main`.
    pub links: Option<&'a str>,
    /// Which part of the repositories this is about, if others are told elsewhere.
    pub shard: Option<Shard>,
}

impl<'a> Report<'a> {
    /// What there is to say of so many things, and nothing beside it.
    #[must_use]
    pub const fn new(findings: &'a [Finding], files: &'a Files, pipelines: usize, thing: Thing) -> Self {
        Self { findings, files, pipelines, thing, known: 0, color: false, losses: &[], links: None, shard: None }
    }

    /// How much there is to say.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { pipelines: self.pipelines, thing: self.thing, ..Counts::default() };
        counts.add(self.findings);
        counts
    }

    /// File and place of a finding, if it has them.
    fn location(&self, finding: &Finding) -> Option<(&str, Place)> {
        finding.origin.map(|origin| (self.files.name(origin.file), self.files.place(origin)))
    }
}

/// `3 errors, 1 warning in 8 pipelines`; without pipelines where the project itself was refused; nothing without findings.
fn summary(counts: &Counts) -> String {
    let numbers = Severity::ALL.into_iter().zip(counts.found);
    let said = numbers.filter(|(_, number)| *number > 0).map(|(severity, number)| count(number, severity.word()));
    let evaluated = Some(counts.evaluated).filter(|number| *number > 0).map(|number| format!("{number} only evaluated"));
    let said = said.chain(evaluated).collect::<Vec<_>>().join(", ");
    if counts.pipelines == 0 { said } else { format!("{said} in {}", count(counts.pipelines, counts.thing.word())) }
}

/// What a finding says at its place: its message, or the rule's words where it has none of its own.
fn said(finding: &Finding) -> &str {
    if finding.message.is_empty() { &finding.summary } else { &finding.message }
}

/// Puts findings in the order they are said in: by file, line, rule, identity, key and message, whoever found them first.
pub fn sort(findings: &mut [Finding], files: &Files) {
    let place = |one: &Finding, other: &Finding| match (one.origin, other.origin) {
        (Some(one), Some(other)) if one.file == other.file => one.start.cmp(&other.start),
        // Several texts may have one name.
        (Some(one), Some(other)) => files
            .name(one.file)
            .cmp(files.name(other.file))
            .then_with(|| files.place(one).line.cmp(&files.place(other).line))
            .then(one.start.cmp(&other.start)),
        (one, other) => one.is_some().cmp(&other.is_some()),
    };
    findings.sort_by(|one, other| {
        let [one_said, other_said] =
            [one, other].map(|finding| (&finding.rule, &finding.identity, &finding.key, &finding.message));
        place(one, other).then_with(|| one_said.cmp(&other_said))
    });
}

/// A number of things: `1 error`, `2 errors`.
#[must_use]
pub fn count(number: usize, thing: &str) -> String {
    let ending = match thing.ends_with('s') {
        _ if number == 1 => "",
        true => "es",
        false => "s",
    };
    format!("{number} {thing}{ending}")
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart_and_explained() {
        for (index, format) in FORMATS.iter().enumerate() {
            assert!(FORMATS[..index].iter().all(|other| other.id != format.id), "{} is there twice", format.id);
            assert!(format.id.bytes().all(|byte| byte.is_ascii_lowercase()), "{}", format.id);
            assert!(!format.summary.is_empty() && !format.summary.ends_with('.'), "{}", format.id);
            assert!(find(format.id).is_some());
        }
    }

    #[test]
    fn the_order_depends_on_nothing_but_the_findings() {
        let sample = sample::Sample::new();
        let mut backwards: Vec<Finding> = sample.findings.iter().rev().cloned().collect();
        sort(&mut backwards, &sample.files);
        assert_eq!(backwards, sample.findings);
        let lines: Vec<_> =
            backwards.iter().map(|finding| finding.origin.map(|origin| sample.files.place(origin).line)).collect();
        assert_eq!(lines, [None, Some(1), Some(2), Some(3), Some(5), Some(6)]);
    }
}
