//! AUDIT: YAML as it is, without a project: files found, each repository read into a model and judged by the rules.
//!
//! Repositories are judged one beside the other and let go again, so what is in memory does not grow with how many there are; what
//! is said of one never depends on another.

mod defaults;
mod find;
mod fixtures;
mod given;
mod include;
mod mend;
#[cfg(test)]
mod tests;
mod waive;
mod walk;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

pub(crate) use self::defaults::shipped as shipped_policy;
pub use self::find::{Candidate, Found, Lost, Search, find};
pub use self::given::Given;
use self::given::Met;
pub use self::mend::{Change, Mended, mend};
pub use self::walk::{Pattern, files_below};
use crate::finding::{self, Finding, Identity, Kind, Severity};
use crate::fix;
use crate::local;
use crate::origin::Files;
use crate::parallel;
use crate::pipeline::Project;
use crate::pipeline::action::is_action;
use crate::policy::{self, Date, Layered};
use crate::read::{Repository, Source, What};
use crate::report;
use crate::view::facts;

/// What an audit says of one repository.
#[derive(Debug, Default)]
pub struct Judged {
    /// What was found, sorted.
    pub findings: Vec<Finding>,
    /// The texts of the files that findings point into.
    pub files: Files,
    /// How many files were looked at.
    pub looked: usize,
    /// What came of the policy itself.
    met: Met,
}

impl Judged {
    /// The same with what would mend each finding.
    #[must_use]
    pub fn with_fixes(mut self) -> Self {
        fix::attach(&mut self.findings, &self.files);
        self
    }
}

/// What no audit of files can know: how old its facts are, and what it would have to ask the network.
#[must_use]
pub fn limits() -> String {
    format!("what is known of actions is of {}; not looked at: {}", facts::READ_ON, facts::NOT_DONE.join(", "))
}

/// What repositories are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The day the run counts as.
    pub now: Date,
    /// Whether rules speak that say much of what nobody minds.
    pub strict: bool,
    /// The policy that judges in place of the shipped defaults.
    pub policy: Option<&'a Given>,
}

/// Judges each repository and makes of it what is told, on all cores; it is told in the order of the repositories, as soon as it is known,
/// and after them what is to be said of the policy.
pub fn audit<T: Send>(found: Vec<Found>, terms: &Terms<'_>, make: impl Fn(Judged) -> T + Sync, mut tell: impl FnMut(T) + Send) {
    let is_whole = found.iter().all(|found| found.is_whole);
    let mut all = Met::default();
    let judged = |found: Found| {
        let mut judged = judge(&found, terms);
        let met = std::mem::take(&mut judged.met);
        (make(judged), met)
    };
    parallel::stream(found, judged, |(made, met)| {
        all.add(met);
        tell(made);
    });
    if let Some(policy) = terms.policy {
        tell(make(policy.end(all, is_whole, terms.now)));
    }
}

fn judge(found: &Found, terms: &Terms<'_>) -> Judged {
    let (sources, lost) = gather(found);
    let mut judged = of_sources(found, &sources, terms);
    tell_apart(&mut judged.findings, found);
    judged.looked += lost.len();
    judged.findings.splice(0..0, lost);
    report::sort(&mut judged.findings, &judged.files);
    judged
}

/// The texts of a repository's files, and what is to be said of those that cannot be read.
#[must_use]
pub fn gather(found: &Found) -> (Vec<Source>, Vec<Finding>) {
    let (mut sources, mut lost) = (Vec::new(), Vec::new());
    for (file, text) in parallel::map(found.files.iter().collect(), |file| (file, file.read())) {
        match text {
            Ok(text) => {
                if let Some(what) = file.kind(&text) {
                    sources.push(Source { what, path: file.path_of(what).to_owned(), shown: file.shown.clone(), text });
                }
            }
            Err(reason) => lost.push(unreadable(&file.shown, &reason)),
        }
    }
    lost.extend(include::follow(found, &mut sources));
    (sources, lost)
}

/// Where the files that are judged belong.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    name: &'a str,
    root: Option<&'a Path>,
    is_whole: bool,
}

impl<'a> From<&'a Found> for Standing<'a> {
    fn from(found: &'a Found) -> Self {
        Self { name: &found.name, root: (!found.is_alone).then_some(found.root.as_path()), is_whole: found.is_whole }
    }
}

impl<'a> From<&'a str> for Standing<'a> {
    fn from(name: &'a str) -> Self {
        Self { name, root: None, is_whole: false }
    }
}

/// What is said of paths that could not be looked at.
#[must_use]
pub fn of_lost(lost: &[Lost]) -> Judged {
    let findings = lost.iter().map(|lost| unreadable(&lost.path, &lost.reason)).collect();
    Judged { findings, ..Judged::default() }
}

/// Judges the files of a repository, by their texts; what they use of it and none of them is, is looked for on the disk, unless all that
/// is known of the repository is its name.
#[must_use]
pub fn of_sources<'a>(standing: impl Into<Standing<'a>>, sources: &[Source], terms: &Terms<'_>) -> Judged {
    let Standing { name, root, is_whole } = standing.into();
    let mut met = Met::default();
    let mut files = terms.policy.map_or_else(Files::default, |given| given.files().clone());
    let mut repository = Repository::read(name, sources, &mut files);
    if let Some(root) = root.filter(|_| is_whole) {
        let folder = find::shown(&root.join(".github/workflows"));
        repository = repository.whole(&folder, &mut files);
    }
    let mut findings = repository.found;
    if let Some(root) = root {
        findings.extend(local::missing(find::folder(root), &repository.project).0);
    }
    let policy = terms.policy.map_or_else(|| defaults::policy(terms.strict), |given| Some(given.judging()));
    if let Some(policy) = policy {
        let mut judge = |project: &Project, said: &[Finding]| {
            let verdicts = terms.policy.map_or_else(Vec::new, |given| given.answers(project, &mut files, &mut met));
            let layer = Layered { policy, verdicts: &verdicts, left: None };
            policy::judge(project, &[layer], said, terms.now).into_iter().flatten().collect()
        };
        findings = judge(&repository.project, &findings);
        for configuration in &repository.configurations {
            findings.append(&mut judge(configuration, &[]));
        }
        once(&mut findings);
    }
    for finding in &mut findings {
        placed(finding, &repository.paths);
    }
    if let Some(given) = terms.policy {
        given.cover(&mut findings, terms.now, &mut met);
    }
    if let Some(policy) = terms.policy.map(Given::whole).or(policy) {
        waive::waive(&mut findings, sources, &files, policy, terms.now);
    }
    report::sort(&mut findings, &files);
    let looked = sources.iter().filter(|source| source.what != What::Updater).count();
    Judged { findings, files, looked, met }
}

/// A file may be part of several configurations, and what is wrong with it is said once.
fn once(findings: &mut Vec<Finding>) {
    let mut said = HashSet::new();
    let kept: Vec<bool> = findings
        .iter()
        .map(|Finding { rule, identity, message, origin, .. }| {
            origin.is_none() || said.insert((rule, identity, message, *origin))
        })
        .collect();
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

/// A finding's identity begins with the path of the file.
fn placed(finding: &mut Finding, paths: &BTreeMap<String, String>) {
    let identity = finding.identity.as_str();
    let id = if is_action(identity) {
        let end = identity.match_indices('/').nth(1).map_or(identity.len(), |(end, _)| end);
        &identity[..end]
    } else {
        identity.split_once('/').map_or(identity, |(id, _)| id)
    };
    if let Some(path) = paths.get(id) {
        let rest = identity[id.len()..].strip_prefix('/');
        let whole = Identity::of(path);
        finding.identity = rest.map_or_else(|| whole.clone(), |rest| whole.part(rest));
    }
}

/// A finding's identity begins with the way to its repository: others have files of the same path.
fn tell_apart(findings: &mut [Finding], found: &Found) {
    if found.below.is_empty() {
        return;
    }
    for finding in findings {
        finding.identity = Identity::of(&found.below).part(finding.identity.as_str());
    }
}

fn unreadable(shown: &str, reason: &str) -> Finding {
    let message = format!("{shown} cannot be read: {reason}");
    let found = Finding::new("evaluation-failed", "a file cannot be read", Severity::Error, Identity::of(shown), message);
    Finding { kind: Kind::Refused, ..found }
}

/// What was said of all repositories so far.
#[derive(Debug, Default)]
pub struct Told {
    /// The findings, in the order of the repositories.
    pub findings: Vec<Finding>,
    /// The texts they point into, and no others.
    pub files: Files,
    /// How many files were looked at.
    pub looked: usize,
}

impl Told {
    /// Adds what was said of one more.
    pub fn add(&mut self, judged: Judged) {
        let Judged { mut findings, files, looked, .. } = judged;
        self.looked += looked;
        finding::carry(&mut findings, &files, &mut self.files);
        self.findings.append(&mut findings);
    }
}
