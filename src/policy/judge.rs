//! The project held against one policy: built-in rules, custom rules, exceptions, and the rules about exceptions.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Date, Exception, Level, Mode, Policy, exception};
use crate::finding::{Finding, Identity, Kind};
use crate::origin::Origin;
use crate::parallel;
use crate::pipeline::action::{Action, is_action};
use crate::pipeline::{Pipeline, Project, data};
use crate::rule::{self, Check, RULES, Rule, Waivers};
use crate::source::{Node, Value, Verdict};
use crate::view::{Findings, Index, Scope, glob};

/// One policy of a project, and the answers of its custom rules.
#[derive(Clone, Copy, Debug)]
pub struct Layered<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What its custom rules answer.
    pub verdicts: &'a [Verdict],
    /// The exceptions that the change leaves of it; none if it is judged by its own policies.
    pub left: Option<&'a [Exception]>,
}

/// What each policy has to say about a project, in the order of the policies.
///
/// `said` is what others have found and policies decide about: the comparison with the disk, and with the policies of a revision.
/// `now` decides which exceptions still hold.
#[must_use]
pub fn judge(project: &Project, layers: &[Layered<'_>], said: &[Finding], now: Date) -> Vec<Vec<Finding>> {
    let index = Index::new(project);
    let mut found: Vec<Vec<Finding>> = layers.iter().map(|layer| found(&index, layer, said)).collect();
    let covered = exception::cover(layers, &mut found, now);
    let told: Vec<(Cow<'_, Policy>, Vec<Option<usize>>)> =
        layers.iter().zip(covered).map(|(layer, covered)| exception::left(layer, covered)).collect();
    for ((policy, covered), findings) in told.iter().zip(&mut found) {
        let policy = policy.as_ref();
        let others: Vec<&Policy> =
            told.iter().map(|(other, _)| other.as_ref()).filter(|other| other.layer != policy.layer).collect();
        tried_out(policy, findings);
        findings.append(&mut of_exceptions(project, policy, &others, covered, now));
    }
    found
}

/// Takes the findings away that the exceptions of a policy cover; how many each covered, none for one that may cover nothing.
#[must_use]
pub fn cover(policy: &Policy, findings: &mut Vec<Finding>, now: Date) -> Vec<Option<usize>> {
    let mut found = [std::mem::take(findings)];
    let covered = exception::cover(&[Layered { policy, verdicts: &[], left: None }], &mut found, now);
    let [left] = found;
    *findings = left;
    covered.into_iter().flatten().collect()
}

/// What there is to say of the exceptions of a policy, that covered so many findings each.
#[must_use]
pub fn of_exceptions(
    project: &Project,
    policy: &Policy,
    others: &[&Policy],
    covered: &[Option<usize>],
    now: Date,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        if let Check::Policy(check) = rule.check
            && let Some(mut said) = ruling(policy, rule, project)
        {
            check(&Waivers { project, policy, others, covered, now, settings: policy.settings(rule.id) }, &mut said);
            findings.append(&mut said.list);
        }
    }
    tried_out(policy, &mut findings);
    findings
}

/// Marks the findings of rules that are only evaluated.
fn tried_out(policy: &Policy, findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| mode(policy, &finding.rule) == Mode::Evaluate) {
        finding.kind = Kind::Evaluated;
    }
}

/// What the rules of one policy find, before exceptions.
fn found<'a>(index: &'a Index<'a>, layer: &'a Layered<'_>, said: &[Finding]) -> Vec<Finding> {
    let policy = layer.policy;
    let mut findings: Vec<Finding> = said.iter().filter_map(|finding| decided(policy, finding)).collect();
    let asked = RULES.iter().filter_map(|rule| match rule.check {
        Check::Project(check) => Some((rule, check, ruling(policy, rule, index.project)?)),
        _ => None,
    });
    let said = parallel::map(asked.collect(), |(rule, check, mut said)| {
        check(&Scope::new(index, policy.settings(rule.id), rule.forges.one()), &mut said);
        said.settle(index.project);
        said.list
    });
    findings.extend(said.into_iter().flatten());
    findings.extend(custom(index.project, policy, layer.verdicts));
    findings
}

/// Whether the findings of a rule, built in or the policy's own, fail the gate.
fn mode(policy: &Policy, id: &str) -> Mode {
    let own = || policy.custom.iter().find(|rule| rule.id == id).map(|rule| rule.mode);
    policy.rules.get(id).and_then(|ruling| ruling.mode).map(|mode| mode.value).or_else(own).unwrap_or_default()
}

/// A finding with the severity the policy gives its rule; none if the policy turns the rule off.
fn decided(policy: &Policy, finding: &Finding) -> Option<Finding> {
    let Some(rule) = rule::find(&finding.rule) else { return Some(finding.clone()) };
    let decided = policy.severity(rule)?;
    // What others find is about paths and names: those that a setting allows pass.
    if matches!(rule.check, Check::Drift) && glob::matches_any(policy.settings(rule.id).texts("allow"), finding.identity.as_str())
    {
        return None;
    }
    // What nobody can be certain of stays milder, whatever the policy thinks of the rest.
    let severity = if matches!(rule.check, Check::Change) { decided.min(finding.severity) } else { decided };
    Some(Finding { severity, ..finding.clone() })
}

/// Where a rule's findings go, with the severity the policy gives it; none if the policy turns it off or it is idle.
fn ruling(policy: &Policy, rule: &Rule, project: &Project) -> Option<Findings> {
    policy
        .severity(rule)
        .filter(|_| rule.concerns(&project.backends))
        .map(|severity| Findings::new(rule.id, rule.summary, severity).of_yaml(!project.declares))
}

/// The answers of custom rules as findings at the author's places.
fn custom(project: &Project, policy: &Policy, verdicts: &[Verdict]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut models: HashMap<&str, (Subject<'_>, Node)> = HashMap::new();
    for rule in &policy.custom {
        let Level::On(severity) = rule.severity else { continue };
        let mut said = Findings::new(&rule.id, &rule.summary, severity);
        for verdict in verdicts.iter().filter(|verdict| verdict.rule == rule.id) {
            let answers = verdict.answer.items().unwrap_or_default();
            if answers.is_empty() {
                continue;
            }
            let Some(subject) = Subject::find(project, &verdict.pipeline) else { continue };
            let (subject, model) = &*models.entry(&verdict.pipeline).or_insert_with(|| (subject, subject.data()));
            // What is wrong with an answer that is broken has been said of the rule.
            for answer in answers.iter().filter(|answer| answer.value != Value::Broken) {
                let path: Vec<&str> =
                    answer.get("at").and_then(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
                let message = answer.get("message").and_then(Node::text).unwrap_or(&rule.summary);
                let place = locate(*subject, model, &path);
                let said = said.report(place.identity, place.origin, message).key(path.join("/")).help(rule.why.clone());
                if let Some(lost) = place.lost {
                    said.help(format!("the rule's answer leads nowhere from `{lost}` on: at = {path:?}"));
                }
            }
        }
        findings.append(&mut said.list);
    }
    findings
}

/// What a custom rule has looked at.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Pipeline(&'a Pipeline),
    Action(&'a Action),
}

impl<'a> Subject<'a> {
    fn find(project: &'a Project, id: &str) -> Option<Self> {
        let action = || project.actions.iter().find(|action| action.identity().as_str() == id);
        if is_action(id) { action().map(Self::Action) } else { project.pipeline(id).map(Self::Pipeline) }
    }

    fn data(self) -> Node {
        match self {
            Self::Pipeline(pipeline) => data::of(pipeline),
            Self::Action(action) => data::of_action(action),
        }
    }

    /// What a path into its data is about.
    fn identity(self, path: &[&str]) -> Identity {
        let (identity, job, rest) = match (self, path) {
            (Self::Pipeline(pipeline), ["jobs", id, rest @ ..]) => (pipeline.identity().part(id), pipeline.jobs.get(*id), rest),
            (Self::Pipeline(pipeline), _) => (pipeline.identity(), None, path),
            (Self::Action(action), _) => (action.identity(), action.job(), path),
        };
        let step = job.and_then(|job| job.step_at(rest));
        step.map_or_else(|| identity.clone(), |(step, _)| identity.part(&step.identity))
    }
}

/// Where a path into a pipeline's or an action's data leads.
struct Located<'a> {
    identity: Identity,
    origin: Origin,
    /// The first name that is not there; everything else is as far as the path leads.
    lost: Option<&'a str>,
}

/// Follows a path into the data.
fn locate<'a>(subject: Subject<'_>, model: &Node, path: &[&'a str]) -> Located<'a> {
    let identity = subject.identity(path);
    let mut here = model;
    let mut origin = here.origin;
    for name in path {
        let next = match here.items() {
            Some(items) => name.parse::<usize>().ok().and_then(|index| items.get(index)).map(|node| (node, node.origin)),
            None => here.field(name).map(|field| (&field.node, field.node.origin)),
        };
        let Some((node, place)) = next else { return Located { identity, origin, lost: Some(name) } };
        (here, origin) = (node, place);
    }
    Located { identity, origin, lost: None }
}
