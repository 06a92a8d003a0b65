//! The project held against one policy: built-in rules, custom rules, exceptions, and the rules about exceptions.

use std::collections::HashMap;

use super::{Date, Exception, Level, Mode, Policy};
use crate::finding::{Finding, Identity, Kind, Severity};
use crate::origin::{At, Origin};
use crate::pipeline::{Pipeline, Project, data};
use crate::rule::{self, Check, Findings, RULES, Rule, Scope, Settings, Waivers};
use crate::source::{Node, Value, Verdict};

/// What one policy has to say about a project.
///
/// `verdicts` are the answers of the policy's custom rules, `drifted` what the comparison with the disk has found; `now` decides which
/// exceptions still hold.
#[must_use]
pub fn judge(project: &Project, policy: &Policy, verdicts: &[Verdict], drifted: &[Finding], now: Date) -> Vec<Finding> {
    let mut findings: Vec<Finding> = drifted.iter().filter_map(|finding| decided(policy, finding)).collect();
    for rule in RULES {
        if let Check::Project(check) = rule.check
            && let Some(mut said) = ruling(policy, rule)
        {
            check(&Scope { project, settings: settings(policy, rule.id) }, &mut said);
            findings.append(&mut said.list);
        }
    }
    findings.extend(custom(project, policy, verdicts));
    let covered = cover(policy, &mut findings, now);
    for rule in RULES {
        if let Check::Policy(check) = rule.check
            && let Some(mut said) = ruling(policy, rule)
        {
            check(&Waivers { project, policy, covered: &covered, now, settings: settings(policy, rule.id) }, &mut said);
            findings.append(&mut said.list);
        }
    }
    for finding in findings.iter_mut().filter(|finding| mode(policy, &finding.rule) == Mode::Evaluate) {
        finding.kind = Kind::Evaluated;
    }
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
    let severity = severity(policy, rule)?;
    Some(Finding { severity, ..finding.clone() })
}

/// Where a rule's findings go, with the severity the policy gives it; none if the policy turns it off.
fn ruling(policy: &Policy, rule: &Rule) -> Option<Findings> {
    severity(policy, rule).map(|severity| Findings::new(rule.id, rule.summary, severity))
}

/// The severity of a rule under a policy; none if the policy turns it off.
fn severity(policy: &Policy, rule: &Rule) -> Option<Severity> {
    match policy.rules.get(rule.id).and_then(|ruling| ruling.severity) {
        Some(At { value: Level::Off, .. }) => None,
        Some(At { value: Level::On(severity), .. }) => Some(severity),
        None => Some(rule.severity),
    }
}

fn settings<'a>(policy: &'a Policy, id: &str) -> Settings<'a> {
    Settings::new(policy.rules.get(id).and_then(|ruling| ruling.settings.as_ref()))
}

/// Takes away the findings that an exception covers; how many each exception covered.
fn cover(policy: &Policy, findings: &mut Vec<Finding>, now: Date) -> Vec<usize> {
    let banned = settings(policy, "suppression-banned").texts("banned");
    let mut covered = vec![0; policy.exceptions.len()];
    findings.retain(|finding| {
        let holds = |exception: &Exception| {
            exception.expires.value >= now && exception.covers(finding) && !banned.contains(&exception.rule.as_str())
        };
        let hit = policy.exceptions.iter().position(holds);
        if let Some(index) = hit {
            covered[index] += 1;
        }
        hit.is_none()
    });
    covered
}

impl Exception {
    /// Whether the finding is what it is about, or something below that.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let identity = finding.identity.as_str();
        let inside = identity.strip_prefix(self.identity.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside && finding.rule == self.rule.value
    }
}

/// The answers of custom rules as findings at the author's places.
fn custom(project: &Project, policy: &Policy, verdicts: &[Verdict]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut models: HashMap<&str, (&Pipeline, Node)> = HashMap::new();
    for rule in &policy.custom {
        let Level::On(severity) = rule.severity else { continue };
        let mut said = Findings::new(&rule.id, &rule.summary, severity);
        for verdict in verdicts.iter().filter(|verdict| verdict.rule == rule.id) {
            let answers = verdict.answer.items().unwrap_or_default();
            if answers.is_empty() {
                continue;
            }
            let Some(pipeline) = project.pipeline(&verdict.pipeline) else { continue };
            let (pipeline, model) = &*models.entry(&pipeline.id).or_insert_with(|| (pipeline, data::of(pipeline)));
            // What is wrong with an answer that is broken has been said of the rule.
            for answer in answers.iter().filter(|answer| answer.value != Value::Broken) {
                let path: Vec<&str> =
                    answer.get("at").and_then(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
                let message = answer.get("message").and_then(Node::text).unwrap_or(&rule.summary);
                let place = locate(pipeline, model, &path);
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

/// Where a path into a pipeline's data leads.
struct Located<'a> {
    identity: Identity,
    origin: Origin,
    /// The first name that is not there; everything else is as far as the path leads.
    lost: Option<&'a str>,
}

/// Follows a path into a pipeline's data.
fn locate<'a>(pipeline: &Pipeline, model: &Node, path: &[&'a str]) -> Located<'a> {
    let mut identity = pipeline.identity();
    let mut job = None;
    for (index, name) in path.iter().enumerate() {
        match (index, path[0]) {
            (1, "jobs") => {
                job = pipeline.jobs.get(*name);
                identity = identity.part(name);
            }
            (3, "jobs") if path[2] == "steps" => {
                let step = job.and_then(|job| job.steps().get(name.parse::<usize>().ok()?));
                if let Some(step) = step {
                    identity = identity.part(&step.identity);
                }
            }
            _ => {}
        }
    }
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
