//! A project's root and a day in, everything there is to say about the project out: refusals, rules, backends, drift.

mod earlier;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use self::earlier::Earlier;
use crate::backend::{self, Rendered};
use crate::baseline::{Baseline, Held};
use crate::drift::{self, Entry, OnDisk};
use crate::finding::{Finding, Kind, Severity, Verdict};
use crate::local::{self, Sought};
use crate::loss::Loss;
use crate::origin::Files;
use crate::pipeline::Project;
use crate::policy::{Date, Level};
use crate::report::{self, Report, Thing, count};
use crate::revision::Revision;
use crate::rule::{self, Check, RULES, Rule};
use crate::source::Evaluator;
use crate::vendor;
use crate::workspace::{self, Workspace};

/// What came of a check.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Everything found, sorted.
    pub findings: Vec<Finding>,
    /// The texts the findings point into.
    pub files: Files,
    /// The project, if it could be read; none if the outcome is remembered from an earlier run.
    pub project: Option<Project>,
    /// How many pipelines were looked at.
    pub pipelines: usize,
    /// How many rules looked at them.
    pub rules: usize,
    /// How many files are written.
    pub current: usize,
    /// Whether every file of the project was read and every one that is written is known.
    pub whole: bool,
    /// The files as they should be; none if the outcome is remembered.
    pub rendered: Vec<Rendered>,
    /// The files as they are; none if the outcome is remembered.
    pub on_disk: OnDisk,
    /// What does not mean on a forge what it means in the model; none if the outcome is remembered.
    pub losses: Vec<Loss>,
    /// What was looked for on the disk because something uses it.
    pub sought: Sought,
    /// What earlier runs have found too, and what is gone since.
    pub held: Held,
    /// The drift that is not said because its pipeline has errors, sorted.
    pub quiet: Vec<Finding>,
}

impl Outcome {
    /// What the findings come to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.findings)
    }

    /// The findings, to be written in some format.
    #[must_use]
    pub const fn report(&self, color: bool) -> Report<'_> {
        let whole = Report::new(self.findings.as_slice(), &self.files, self.pipelines, Thing::Pipeline);
        Report { known: self.held.known, color, ..whole }
    }

    /// What is said when nothing was found: `ok: 8 pipelines, 31 rules, 8 files current`.
    #[must_use]
    pub fn passed(&self) -> String {
        let (pipelines, rules) = (count(self.pipelines, "pipeline"), count(self.rules, "rule"));
        format!("ok: {pipelines}, {rules}, {} current", count(self.current, "file"))
    }
}

/// What a project is judged with, besides itself.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The day the run counts as.
    pub now: Date,
    /// The revision whose policies judge in place of the project's own.
    pub policies: Option<&'a Revision>,
    /// What earlier runs have found.
    pub known: Option<&'a Baseline>,
}

/// Loads, judges, renders and compares the project of a root.
///
/// # Errors
///
/// If the project cannot be loaded at all; whatever is wrong with a file of it is a finding.
pub fn check(root: &Path, evaluator: &Evaluator, terms: &Terms<'_>) -> Result<Outcome, workspace::Error> {
    // The schemas are compiled while the workers evaluate: this process has nothing else to do meanwhile.
    let mut workspace = std::thread::scope(|scope| {
        scope.spawn(backend::prepare);
        workspace::load_under(root, evaluator, terms.policies)
    })?;
    let mut files = std::mem::take(&mut workspace.files);
    let (mut withheld, mut drifted) = (None, Vec::new());
    let mut losses = Vec::new();
    let (mut rendered, mut on_disk) = (Vec::new(), OnDisk::default());
    let mut sought = Sought::new();
    if let Some(project) = &workspace.project {
        let earlier = Earlier::new(root, evaluator, &workspace.made_of);
        let mut output = backend::render_after(project, &earlier);
        rendered = std::mem::take(&mut output.files);
        losses = std::mem::take(&mut output.losses);
        drifted.extend(losses.iter().filter_map(Loss::finding));
        on_disk = look(root, project, &rendered, earlier.read(), &output.withheld);
        drifted.extend(drift::compare(&rendered, &on_disk, &mut files));
        drifted.extend(drift::strangers(&on_disk, &mut files));
        let (missing, looked_for) = local::missing(root, project);
        drifted.extend(missing);
        sought = looked_for;
        withheld = Some(output);
    }
    drifted.extend(vendor::stale(root, &mut files));
    let mut findings = workspace.judge(&drifted, terms.now);
    let held = terms.known.map(|known| known.hold(&mut findings)).unwrap_or_default();
    let is_whole = withheld.as_ref().is_some_and(|output| output.withheld.is_empty());
    // What keeps a file from being written is no policy's to decide.
    let unsaid = withheld.map_or_else(Vec::new, |output| output.unsaid(&findings));
    findings.extend(unsaid);
    let mut quiet = quiet_drift(&mut findings);
    report::sort(&mut quiet, &files);
    report::sort(&mut findings, &files);
    let rules = rules(&workspace);
    let whole = is_whole && workspace.project.as_ref().is_some_and(|project| project.unread.is_empty());
    let project = workspace.project;
    let pipelines = project.as_ref().map_or(0, |project| project.pipelines.len() + project.unread.len());
    let current = rendered.len();
    Ok(Outcome { findings, files, project, pipelines, rules, current, whole, rendered, on_disk, sought, losses, held, quiet })
}

/// Takes away the drift of pipelines that have errors of their own, and returns it: `emit` would refuse them, and what they would
/// write is wrong.
fn quiet_drift(findings: &mut Vec<Finding>) -> Vec<Finding> {
    let is_of_files = |finding: &Finding| rule::find(&finding.rule).is_some_and(|rule| matches!(rule.check, Check::Drift));
    let wrong: HashSet<String> = findings
        .iter()
        .filter(|finding| finding.weight() == Severity::Error && (finding.kind == Kind::Refused || !is_of_files(finding)))
        .map(|finding| pipeline_of(finding).to_owned())
        .collect();
    findings.extract_if(.., |finding| is_mended_by_emit(finding) && wrong.contains(pipeline_of(finding))).collect()
}

/// The first part of an identity: the pipeline's id.
fn pipeline_of(finding: &Finding) -> &str {
    finding.identity.as_str().split('/').next().unwrap_or_default()
}

/// The files where emitted ones go; what only another finding keeps from being rendered is nobody's orphan.
fn look(root: &Path, project: &Project, rendered: &[Rendered], seen: BTreeMap<String, Entry>, withheld: &[String]) -> OnDisk {
    let spared =
        |path: &str, source: &str| withheld.iter().any(|one| one == path) || project.unread.iter().any(|one| one == source);
    OnDisk::read(root, rendered.iter().map(|file| file.path.as_str()), seen, &backend::owned(), &spared)
}

/// How many rules judge the project: those that no policy turns off and that are about anything it writes, and the policies' own.
fn rules(workspace: &Workspace) -> usize {
    let policies = || workspace.policies.iter().map(|judging| &judging.policy);
    let judges = |rule: &Rule| policies().next().is_none() || policies().any(|policy| policy.severity(rule).is_some());
    let concerns = |rule: &Rule| workspace.project.as_ref().is_none_or(|project| rule.concerns(&project.backends));
    let built_in = RULES.iter().filter(|rule| judges(rule) && concerns(rule));
    let custom = policies().flat_map(|policy| &policy.custom).filter(|rule| rule.severity != Level::Off);
    built_in.count() + custom.count()
}

/// Whether a finding only says that files on disk are not as they should be: what `emit` mends.
#[must_use]
pub fn is_mended_by_emit(finding: &Finding) -> bool {
    finding.rule == drift::RULE && finding.kind != Kind::Refused
}
