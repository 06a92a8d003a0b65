//! The examples of a policy's own rules, held to what they claim.

use std::path::Path;

use super::layer::{self, Loaded, Source};
use super::{Error, PROJECT, Request, Role, requests};
use crate::finding::{Finding, Identity, Related, Severity};
use crate::origin::Origin;
use crate::pipeline::action::is_action;
use crate::pipeline::{Place, Project, Reader};
use crate::policy::Custom;
use crate::proof::{self, Proof};
use crate::refusal;
use crate::source::{Evaluator, Field, Models, Node, Value};
use crate::view::Findings;

/// Holds the custom rules of a project's policies to their examples.
///
/// # Errors
///
/// If the project's files cannot be listed.
pub fn prove(root: &Path, evaluator: &Evaluator) -> Result<Proof, Error> {
    let mut proof = Proof::default();
    let mut policies = Vec::new();
    let mut take = |found: Result<Loaded, Vec<Finding>>, proof: &mut Proof| match found {
        Ok(loaded) => policies.push(loaded),
        Err(refused) => proof.findings.extend(refused),
    };
    let asked: Vec<Request> =
        requests(root)?.into_iter().filter(|request| matches!(request.role, Role::Project | Role::Policy)).collect();
    for (request, evaluation) in asked.iter().zip(evaluator.evaluate(&asked, &mut proof.files)) {
        if request.role == Role::Policy {
            take(Source::repository(request).take(evaluation), &mut proof);
            continue;
        }
        let mut reader = Reader::default();
        let project = Project::read(&mut reader, &Place::root(&evaluation.node), PROJECT);
        let faults = super::merge(evaluation.faults, reader.faults);
        proof.findings.extend(faults.iter().map(refusal::of_project));
        let Some(named) = project.and_then(|project| project.organisation) else { continue };
        match layer::organisation(root, evaluator, &named, None) {
            Ok(Some(source)) => take(source.load(evaluator, &mut proof.files), &mut proof),
            Ok(None) => {}
            Err(fault) => proof.findings.push(refusal::of_project(&fault)),
        }
    }
    if policies.iter().any(|loaded| !loaded.policy.custom.is_empty()) {
        let base = proof::complete(root, evaluator);
        for loaded in &policies {
            for rule in &loaded.policy.custom {
                Trial { loaded, rule, evaluator: loaded.source.evaluator(evaluator) }.run(base.as_ref(), &mut proof);
            }
        }
    }
    Ok(proof)
}

/// One rule of a policy.
struct Trial<'a> {
    loaded: &'a Loaded,
    rule: &'a Custom,
    evaluator: &'a Evaluator,
}

impl Trial<'_> {
    fn run(&self, base: Option<&Node>, proof: &mut Proof) {
        proof.rules += 1;
        let examples =
            |which: &str| self.rule.examples.as_ref().and_then(|examples| examples.get(which)?.items()).unwrap_or_default();
        for (which, fires) in [("bad", true), ("good", false)] {
            for (index, example) in examples(which).iter().enumerate() {
                proof.examples += 1;
                let identity = self.identity().part("examples").part(which).part(&index.to_string());
                self.hold(example, fires, identity, base, proof);
            }
        }
        if examples("bad").is_empty() {
            let mut findings = Findings::new(&self.rule.id, "a rule is shown by no example", Severity::Warning);
            findings
                .report(self.identity(), self.rule.key, "no example makes it fire")
                .help("write examples = { good = [..], bad = [..] } with at least one pipeline in `bad`");
            proof.findings.append(&mut findings.list);
        }
    }

    fn identity(&self) -> Identity {
        Identity::of(&self.loaded.policy.source).part("custom").part(&self.rule.id)
    }

    fn hold(&self, example: &Node, fires: bool, identity: Identity, base: Option<&Node>, proof: &mut Proof) {
        // An action stands as it is: it has nothing that all others have too.
        let (id, model) = match example.get("id").and_then(Node::text).filter(|id| is_action(id)) {
            Some(id) => (id, example.clone()),
            None => ("example", base.map_or_else(|| example.clone(), |base| filled(example, base))),
        };
        let models = Models { count: 1, of: &|_| (id.to_owned(), model.clone()), made: &|_| None };
        let (verdicts, faults) =
            self.evaluator.judge(&self.loaded.source.request, std::slice::from_ref(&self.rule.id), models, &mut proof.files);
        if !faults.is_empty() {
            for fault in &faults {
                let mut finding = self.loaded.source.refusal(fault);
                finding.identity = identity.clone();
                finding.related.push(Related { origin: example.origin, message: "while it looked at this example".to_owned() });
                proof.findings.push(finding);
            }
            return;
        }
        let answers: Vec<&Node> = verdicts.iter().flat_map(|verdict| verdict.answer.items().unwrap_or_default()).collect();
        if answers.is_empty() != fires {
            return;
        }
        let mut findings = Findings::new(&self.rule.id, "a rule and its examples disagree", Severity::Error);
        let message = if fires { "the example must fire, and does not" } else { "the example must not fire, and does" };
        let said = answers.first().and_then(|answer| answer.get("message")?.text());
        let place: Origin = example.origin;
        findings
            .report(identity, place, message)
            .related(self.rule.key, "the rule")
            .suggest(said.map(|said| format!("it says: {said}")));
        proof.findings.append(&mut findings.list);
    }
}

/// An example with what it leaves out: its own fields stand as they are, and its jobs have what a complete job has.
fn filled(example: &Node, base: &Node) -> Node {
    let mut whole = over(example, base);
    let job = base.get("jobs").and_then(Node::fields).and_then(|jobs| jobs.first());
    if let (Some(job), Value::Record(fields)) = (job, &mut whole.value)
        && let Some(jobs) = fields.iter_mut().find(|field| field.name == "jobs")
        && let Value::Record(jobs) = &mut jobs.node.value
    {
        // One that calls a pipeline has nothing of its own.
        for field in jobs.iter_mut().filter(|field| field.node.get("calls").is_none()) {
            field.node = over(&field.node, &job.node);
        }
    }
    whole
}

/// A record with the fields of another that it lacks.
fn over(node: &Node, base: &Node) -> Node {
    let (Value::Record(fields), Value::Record(more)) = (&node.value, &base.value) else { return node.clone() };
    let missing = |field: &&Field| fields.iter().all(|known| known.name != field.name);
    let all = fields.iter().chain(more.iter().filter(missing)).cloned().collect();
    Node { value: Value::Record(all), origin: node.origin }
}
