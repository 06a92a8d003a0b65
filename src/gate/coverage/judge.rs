//! What reports come to, held against the tree, a baseline, a change and policies.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::{Baseline, Count, Coverage, Marks, Tree, Whole};
use crate::finding::{Finding, Identity, Kind};
use crate::gate::{Fault, judged, unmeasured};
use crate::origin::{Files, Origin};
use crate::policy::Policy;
use crate::report;
use crate::rule::{COVERAGE_BELOW_MINIMUM, COVERAGE_DROPPED, COVERAGE_OF_CHANGES, COVERAGE_UNMEASURED};
use crate::view::{Findings, Settings, glob};

/// The lines that a change adds or alters.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Since which revision.
    pub since: String,
    /// The lines of each file.
    pub lines: BTreeMap<String, Vec<RangeInclusive<u32>>>,
}

/// What a measurement is held against.
pub struct Terms<'a> {
    /// Whose demands, each on its own.
    pub policies: &'a [&'a Policy],
    /// The files that there are.
    pub tree: &'a Tree,
    /// What stands in one of them.
    pub text: &'a dyn Fn(&str) -> Option<String>,
    /// When what is checked out was committed, in seconds since 1970, if it is known.
    pub committed: Option<u64>,
    /// How many reports there have to be, if somebody says.
    pub parts: Option<usize>,
    /// An earlier measurement.
    pub baseline: Option<&'a Baseline>,
    /// What was changed.
    pub changed: Option<&'a Changed>,
}

/// What a measurement came to.
#[derive(Debug)]
pub struct Measured {
    /// The lines of the tree's files.
    pub coverage: Coverage,
    /// What there is to say.
    pub findings: Vec<Finding>,
    /// How many of the reports count.
    pub reports: usize,
    /// How many of the changed lines a test could run, and how many one ran, if a change was given.
    pub changed: Option<Count>,
}

/// By how many seconds the clocks of two machines may differ.
const SKEW: u64 = 120;
/// How many names a message tells before it only counts.
const TOLD: usize = 5;

/// Judges reports; those that cannot be read are named. The texts that findings point into are added to `files`.
#[must_use]
pub fn judge(reports: &[Result<Whole, (String, Fault)>], terms: &Terms<'_>, files: &mut Files) -> Measured {
    let mut doubts = of_reports(reports, terms);
    let ignored = ignored(terms.policies);
    let mut coverage = Coverage::default();
    for report in reports.iter().flatten() {
        let foreign = place(report, terms.tree, &ignored, &mut coverage);
        if !foreign.is_empty() {
            let message = format!("{} knows {} that the repository does not have", report.name, told(&foreign, "file"));
            let help = "measure this tree; what is generated is left out by coverage-below-minimum.settings.ignore";
            doubts.push((identity().part(&report.name), message, help));
        }
    }
    doubts.extend(of_versions(&coverage, terms));
    doubts.extend(terms.baseline.and_then(|baseline| of_baseline(baseline, &coverage, terms.tree, &ignored)));
    if coverage.count().lines == 0 && doubts.is_empty() {
        doubts.push((identity(), "nothing is measured: every file is ignored".to_owned(), ""));
    }
    let mut changed = None;
    let mut findings = Vec::new();
    if coverage.count().lines > 0 {
        findings.extend(terms.policies.iter().flat_map(|policy| below(policy, &coverage)));
        if let Some(baseline) = terms.baseline {
            findings.extend(terms.policies.iter().flat_map(|policy| dropped(policy, &coverage, baseline)));
        }
        if let Some(change) = terms.changed {
            let Change { count, bare, unknown } = Change::of(change, &coverage, &ignored);
            if !unknown.is_empty() {
                let message = format!("no report knows {}, changed since {}", told(&unknown, "file"), change.since);
                let help = "measure them too, or leave them out by coverage-below-minimum.settings.ignore";
                doubts.push((identity(), message, help));
            }
            let place =
                |(path, lines): (&'_ str, RangeInclusive<u32>)| (origin(path, &lines, terms, files), path.to_owned(), lines);
            let bare: Vec<_> = bare.into_iter().map(place).collect();
            findings.extend(terms.policies.iter().flat_map(|policy| of_changes(policy, count, &bare, &change.since)));
            changed = Some(count);
        }
    }
    findings.extend(unmeasured(&COVERAGE_UNMEASURED, doubts));
    report::sort(&mut findings, files);
    Measured { coverage, findings, reports: reports.iter().flatten().count(), changed }
}

/// What all of it is about.
fn identity() -> Identity {
    Identity::of("coverage")
}

/// Why something cannot be told: what it is about, what is so, and what to do.
type Doubt = (Identity, String, &'static str);

/// What is wrong with the reports themselves.
fn of_reports(reports: &[Result<Whole, (String, Fault)>], terms: &Terms<'_>) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for (name, fault) in reports.iter().filter_map(|report| report.as_ref().err()) {
        doubts.push((identity().part(name), fault.of(name), ""));
    }
    if let Some(parts) = terms.parts.filter(|parts| *parts != reports.len()) {
        let message = format!("expected the reports of {parts} parts, got {}", reports.len());
        doubts.push((identity(), message, "name the report of each part; one may not have been uploaded"));
    }
    let read: Vec<&Whole> = reports.iter().flatten().collect();
    for (index, one) in read.iter().enumerate() {
        if let Some(other) = read[..index].iter().find(|other| other.digest == one.digest) {
            let message = format!("{} is {} once more, byte for byte", one.name, other.name);
            let help = "name each report once; a part's may have taken the place of another's";
            doubts.push((identity().part(&one.name), message, help));
        }
        if let Some((made, committed)) = one.coverage.made.zip(terms.committed)
            && made + SKEW < committed
        {
            let message = format!("{} was made {} before HEAD was committed", one.name, span(committed - made));
            doubts.push((identity().part(&one.name), message, "measure this version: run the tests again"));
        }
    }
    doubts
}

/// The files that are shorter than the reports know them.
fn of_versions(coverage: &Coverage, terms: &Terms<'_>) -> Vec<Doubt> {
    let known = coverage.files.iter().filter_map(|(path, marks)| Some((path, marks.last()? as usize)));
    let lengths = known.map(|(path, last)| (path, last, (terms.text)(path).map_or(0, |text| text.lines().count())));
    let longer = lengths.filter(|(_, last, length)| last > length);
    let doubt = |(path, last, length): (&String, usize, usize)| {
        let message = format!("{path} has {}, and a report knows line {last}", report::count(length, "line"));
        (identity().part(path), message, "measure this version: the report is of another one")
    };
    longer.map(doubt).collect()
}

/// The files that the baseline knows, are still there, and no report knows.
fn of_baseline(baseline: &Baseline, coverage: &Coverage, tree: &Tree, ignored: &[&str]) -> Option<Doubt> {
    let is_lost = |path: &&str| {
        !coverage.files.contains_key(*path) && !matches(ignored, path) && tree.find(path, &[]).is_some_and(|known| known == *path)
    };
    let lost: Vec<&str> = baseline.files.keys().map(String::as_str).filter(is_lost).collect();
    let message = format!("no report knows {}, which the baseline does", told(&lost, "file"));
    let help = "a part may be missing; or write the baseline anew if they are measured no more";
    (!lost.is_empty()).then(|| (identity(), message, help))
}

/// Adds what a report says of the tree's files; those of its files that are not there.
fn place<'a>(report: &'a Whole, tree: &Tree, ignored: &[&str], into: &mut Coverage) -> Vec<&'a str> {
    let mut foreign = Vec::new();
    for (path, marks) in &report.coverage.files {
        match tree.find(path, &report.coverage.roots) {
            Some(known) if matches(ignored, known) => {}
            Some(known) => into.add(known, marks.clone()),
            None if matches(ignored, path) => {}
            None => foreign.push(path.as_str()),
        }
    }
    foreign
}

/// What all policies together leave out.
fn ignored<'a>(policies: &[&'a Policy]) -> Vec<&'a str> {
    let of_each = policies.iter().map(|policy| policy.settings(COVERAGE_BELOW_MINIMUM.id).texts("ignore"));
    let of_each: Vec<Vec<&str>> = of_each.collect();
    let Some((first, others)) = of_each.split_first() else { return Vec::new() };
    first.iter().copied().filter(|pattern| others.iter().all(|other| other.contains(pattern))).collect()
}

fn matches(patterns: &[&str], path: &str) -> bool {
    glob::matches_any(patterns.iter().copied(), path)
}

/// `3 files: a, b, c`.
fn told(names: &[&str], thing: &str) -> String {
    let more = if names.len() > TOLD { ", …" } else { "" };
    format!("{}: {}{more}", report::count(names.len(), thing), names[..names.len().min(TOLD)].join(", "))
}

/// A span of time, about.
fn span(seconds: u64) -> String {
    let (number, unit) = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
        .into_iter()
        .find(|(length, _)| seconds >= *length)
        .unwrap_or((1, "second"));
    report::count(usize::try_from(seconds / number).unwrap_or(usize::MAX), unit)
}

/// Whether a share falls short.
fn is_below(count: Count, minimum: f64) -> bool {
    (count.covered as f64) * 100.0 < minimum * (count.lines as f64)
}

fn share(count: Count) -> String {
    format!("{} % ({} of {} lines)", count.percent().unwrap_or_default(), count.covered, count.lines)
}

/// What a policy demands; of one that says nothing the most, since silence must not let anything pass.
fn demanded(settings: Settings<'_>, name: &str, most: f64) -> f64 {
    settings.number(name).unwrap_or(most)
}

fn below(policy: &Policy, coverage: &Coverage) -> Vec<Finding> {
    judged(policy, &COVERAGE_BELOW_MINIMUM, |settings, findings| {
        let all = identity();
        if let Some(minimum) = Some(demanded(settings, "minimum", 100.0)).filter(|minimum| is_below(coverage.count(), *minimum)) {
            let message = format!("tests run {}, the least allowed is {minimum} %", share(coverage.count()));
            findings.tell(Kind::Judged, all.part("total"), message).decided(settings, "minimum").help("test what is not run");
        }
        for (pattern, minimum) in settings.numbers("paths") {
            let mut count = Count::default();
            let files = coverage.files.iter().filter(|(path, _)| glob::matches(pattern, path));
            files.for_each(|(_, marks)| count.add(marks.count()));
            if count.lines == 0 {
                let said = findings.report(all.part(pattern), minimum.origin, "no measured file is called so");
                said.refused().help("write the path from the repository's root; `*` is any text");
            } else if is_below(count, minimum.value) {
                let message = format!("tests run {} of {pattern}, the least allowed is {} %", share(count), minimum.value);
                findings.tell(Kind::Judged, all.part(pattern), message).related(minimum.origin, "the policy says so here");
            }
        }
    })
}

fn dropped(policy: &Policy, coverage: &Coverage, baseline: &Baseline) -> Vec<Finding> {
    judged(policy, &COVERAGE_DROPPED, |settings: Settings<'_>, findings: &mut Findings| {
        let (was, is) = (baseline.count(), coverage.count());
        let points = |count: Count| count.covered as f64 * 100.0 / count.lines as f64;
        let most = demanded(settings, "max_drop", 0.0);
        // A share that is the same in another number of lines has not sunk.
        if points(was) - points(is) > most + 1e-9 {
            let message = format!("tests run {}, and ran {} before: more than {most} points less", share(is), share(was));
            findings
                .tell(Kind::Judged, identity().part("total"), message)
                .decided(settings, "max_drop")
                .help("test what is new, or write the baseline anew where it is meant to be so");
        }
    })
}

/// What a change comes to.
struct Change<'a> {
    count: Count,
    /// The runs of lines of each file that no test runs.
    bare: Vec<(&'a str, RangeInclusive<u32>)>,
    /// The files that no report knows, though it knows others of their kind.
    unknown: Vec<&'a str>,
}

impl<'a> Change<'a> {
    fn of(change: &'a Changed, coverage: &Coverage, ignored: &[&str]) -> Self {
        let kinds: BTreeSet<&str> = coverage.files.keys().filter_map(|path| kind(path)).collect();
        let mut said = Self { count: Count::default(), bare: Vec::new(), unknown: Vec::new() };
        for (path, ranges) in change.lines.iter().filter(|(path, _)| !matches(ignored, path)) {
            match coverage.files.get(path) {
                Some(marks) => said.add(path, ranges, marks),
                None if kind(path).is_some_and(|kind| kinds.contains(kind)) => said.unknown.push(path),
                None => {}
            }
        }
        said
    }

    fn add(&mut self, path: &'a str, ranges: &[RangeInclusive<u32>], marks: &Marks) {
        for range in ranges {
            let mut open: Option<(u32, u32)> = None;
            for line in range.clone() {
                match marks.get(line) {
                    Some(true) => {
                        self.count.add(Count { covered: 1, lines: 1 });
                        self.bare.extend(open.take().map(|(start, end)| (path, start..=end)));
                    }
                    Some(false) => {
                        self.count.add(Count { covered: 0, lines: 1 });
                        open = Some((open.map_or(line, |(start, _)| start), line));
                    }
                    None => {}
                }
            }
            self.bare.extend(open.map(|(start, end)| (path, start..=end)));
        }
    }
}

/// What sort of file it is, by the end of its name.
fn kind(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, kind)| kind)
}

/// Lines of a file of the tree.
fn origin(path: &str, lines: &RangeInclusive<u32>, terms: &Terms<'_>, files: &mut Files) -> Option<Origin> {
    let text = (terms.text)(path)?;
    let start: usize = text.split_inclusive('\n').take(*lines.start() as usize - 1).map(str::len).sum();
    let length: usize = text[start..].split_inclusive('\n').take(lines.clone().count()).map(str::len).sum();
    let end = start + text[start..start + length].trim_end().len();
    let file = files.add(path, &text);
    Some(Origin { file, start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
}

fn of_changes(
    policy: &Policy,
    count: Count,
    bare: &[(Option<Origin>, String, RangeInclusive<u32>)],
    since: &str,
) -> Vec<Finding> {
    judged(policy, &COVERAGE_OF_CHANGES, |settings, findings| {
        let Some(minimum) = Some(demanded(settings, "minimum", 100.0)).filter(|minimum| is_below(count, *minimum)) else {
            return;
        };
        let all = identity().part("changes");
        let message = format!("tests run {} changed since {since}, the least allowed is {minimum} %", share(count));
        findings.tell(Kind::Judged, all.clone(), message).decided(settings, "minimum");
        for (number, (origin, path, lines)) in bare.iter().enumerate() {
            let Some(origin) = origin else { continue };
            let message = match lines.clone().count() {
                1 => "no test runs this line".to_owned(),
                number => format!("no test runs these {number} lines"),
            };
            findings.report(all.part(path), *origin, message).key(number.to_string());
        }
    })
}
