//! PROVE: the examples of rules, built in and of policies, held to what they claim.

mod example;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::backend;
use crate::finding::{Finding, Identity, Kind, Severity};
use crate::loss;
use crate::origin::Files;
use crate::pipeline::{Project, data};
use crate::policy::{Date, Policy};
use crate::read::Repository;
use crate::rule::{Audit, Check, EXAMPLE_NOW, Example, RULES, Rule, Waivers};
use crate::source::{Evaluator, Node};
use crate::view::{Findings, Index, Scope};
use crate::workspace::{self, Workspace};

/// What came of all examples.
#[derive(Debug, Default)]
pub struct Proof {
    /// The examples that show something else than they should, and rules that no example shows.
    pub findings: Vec<Finding>,
    /// The texts that these point into.
    pub files: Files,
    /// How many rules were held to their examples.
    pub rules: usize,
    /// How many examples there were.
    pub examples: usize,
}

/// What a rule says of an example.
#[derive(Debug)]
pub struct Said {
    /// The findings.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub files: Files,
    /// What an audit would say if the example was YAML.
    pub in_yaml: Vec<Finding>,
}

/// Holds every built-in rule to its examples.
#[must_use]
pub fn built_in(root: &Path, evaluator: &Evaluator) -> Proof {
    let next = AtomicUsize::new(0);
    let wrong: Mutex<Vec<Finding>> = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(rule) = RULES.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = prove(root, evaluator, rule);
                    if let Ok(mut wrong) = wrong.lock() {
                        wrong.extend(found);
                    }
                }
            });
        }
    });
    let mut findings = wrong.into_inner().unwrap_or_default();
    findings.sort_by(|one, other| one.identity.cmp(&other.identity));
    let examples = RULES.iter().map(|rule| rule.examples.len()).sum();
    Proof { findings, files: Files::default(), rules: RULES.len(), examples }
}

fn prove(root: &Path, evaluator: &Evaluator, rule: &Rule) -> Vec<Finding> {
    let wrong = |(index, example): (usize, &Example)| {
        let (kind, message) = match say(root, evaluator, rule, example) {
            Ok(said) if said.findings.is_empty() != example.fires => return None,
            Ok(_) if example.fires => (Kind::Judged, "the example must fire, and does not".to_owned()),
            Ok(_) => (Kind::Judged, "the example must not fire, and does".to_owned()),
            Err(other) => (Kind::Refused, format!("the example cannot be judged: {other}")),
        };
        let identity = Identity::of("rules").part(rule.id).part("examples").part(&index.to_string());
        let mut findings = Findings::new(rule.id, "a rule and its examples disagree", Severity::Error);
        findings.tell(kind, identity, message);
        findings.list.pop()
    };
    rule.examples.iter().enumerate().filter_map(wrong).collect()
}

/// What a rule says of an example: what a contract refused in its name, else what it judges.
///
/// # Errors
///
/// What else was refused, if that keeps the example from being judged.
pub fn say(root: &Path, evaluator: &Evaluator, rule: &Rule, example: &Example) -> Result<Said, String> {
    let workspace = workspace::assemble(root, evaluator, &example::texts(example));
    if let Some(other) = workspace.refused.iter().find(|finding| finding.rule != rule.id) {
        return Err(format!("{} at {}: {}", other.rule, other.identity, other.message));
    }
    if !workspace.refused.is_empty() {
        return Ok(Said { findings: workspace.refused, files: workspace.files, in_yaml: Vec::new() });
    }
    let (mut files, yaml) = (workspace.files.clone(), example.is_yaml());
    let repository = yaml.then(|| Repository::read("example", &example::sources(example), &mut files));
    let refused = repository.iter().flat_map(|read| &read.found).find(|finding| finding.kind == Kind::Refused);
    if let Some(other) = refused.filter(|finding| finding.rule != rule.id) {
        return Err(format!("{} at {}: {}", other.rule, other.identity, other.message));
    }
    let read = repository.as_ref().map(|read| read.configurations.first().unwrap_or(&read.project));
    let project = read.or(workspace.project.as_ref()).ok_or("there is no project")?;
    let policy = &workspace.policies.first().ok_or("there is no policy")?.policy;
    let settings = policy.settings(rule.id);
    let mut findings = Findings::new(rule.id, rule.summary, rule.severity);
    match rule.check {
        _ if !rule.concerns(&project.backends) => {}
        Check::Project(check) => check(&Scope::new(&Index::new(project), settings, rule.forges.one()), &mut findings),
        Check::Policy(check) => {
            let covered = covered(policy, &workspace);
            let now = Date::parse(EXAMPLE_NOW).ok_or("the day of examples is none")?;
            check(&Waivers { project, policy, others: &[], covered: &covered, now, settings }, &mut findings);
        }
        Check::Backend => {
            findings.list = backend::render(project).findings.into_iter().filter(|finding| finding.rule == rule.id).collect();
        }
        Check::Loss => findings.list = backend::render(project).losses.iter().filter_map(loss::Loss::finding).collect(),
        Check::Contract | Check::Drift | Check::Change | Check::Gate | Check::Unmeasured => {}
    }
    let mut in_yaml = Findings::new(rule.id, rule.summary, rule.severity).of_yaml(true);
    if let Check::Project(check) = rule.check
        && rule.audit != Audit::Never
    {
        let project = Project { declares: false, ..project.clone() };
        check(&Scope::new(&Index::new(&project), settings, rule.forges.one()), &mut in_yaml);
    }
    Ok(Said { findings: findings.list, files, in_yaml: in_yaml.list })
}

/// Stands in for other rules, whose own examples these are not: an exception covers something if that is there.
fn covered(policy: &Policy, workspace: &Workspace) -> Vec<Option<usize>> {
    let there: BTreeSet<String> = workspace
        .project
        .iter()
        .flat_map(|project| &project.pipelines)
        .flat_map(|pipeline| pipeline.jobs.values().map(|job| pipeline.job_identity(job).to_string()))
        .collect();
    policy.exceptions.iter().map(|exception| Some(usize::from(there.contains(exception.identity.as_str())))).collect()
}

/// The small complete pipeline that examples of custom rules are filled up from, as these rules receive it.
#[must_use]
pub fn complete(root: &Path, evaluator: &Evaluator) -> Option<Node> {
    let workspace = workspace::assemble(root, evaluator, &example::texts(&Example::good(&[("example", "{}")])));
    workspace.project?.pipelines.first().map(data::of)
}
