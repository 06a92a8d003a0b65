//! The script of a job: the functions that all jobs share, what the job is given, an entry for each step, and what it hands on.
//!
//! Commands run as GitHub runs them, each step in a process of its own. So the same text means the same on both forges, and nothing
//! that a step writes into the files it is given can become a command of this script.

mod piece;

pub(super) use self::piece::Piece;
use super::condition::Plan;
use super::lowering::Lowering;
use super::{call, condition, ended, failure, step, value};
use crate::origin::At;
use crate::pipeline::surroundings::{Act, Environment};
use crate::pipeline::value::Bindings;
use crate::pipeline::{Condition, Job, Reference, Step};
use crate::yaml::{Map, Node};

/// The name of the hidden job whose `before_script` defines what the scripts call.
pub(super) const SHARED: &str = ".pipeward";
/// Where a job leaves what it hands on, for `artifacts:reports:dotenv`.
pub(super) const REPORT: &str = ".pipeward/job.env";
/// How many variables GitLab.com takes of a job without a subscription, read 2026-11.
const MOST_HANDED: usize = 50;
/// Where a job leaves its summaries.
pub(super) const SUMMARY: &str = ".pipeward/summary.md";

/// The hidden job of a file whose jobs call these.
pub(super) fn shared(pieces: impl IntoIterator<Item = Piece>) -> Map {
    let mut map = Map::new();
    map.put("before_script", vec![Piece::together(pieces)]);
    map
}

/// Whether a job has what the hidden job defines.
pub(super) fn is_ours(job: &Map) -> bool {
    let shared = Node::from(SHARED);
    job.get("extends").is_some_and(|extends| match extends {
        Node::List(all) => all.contains(&shared),
        one => *one == shared,
    })
}

/// The list of `script`.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, steps: &'a [Step], plan: &Plan) -> Node {
    lowering.pieces = vec![Piece::Base];
    let mut entries = Vec::new();
    if is_asked_for(lowering, job) {
        lowering.call(Piece::Report);
        entries.push(Node::from(format!("report {} {}", result(job), failure::word(job))));
    }
    entries.extend(inherited(lowering, job).into_iter().map(Node::from));
    entries.extend(ended::entry(lowering, job, plan).map(Node::from));
    if let Some(test) = condition::guard(lowering, job) {
        lowering.call(Piece::Skip);
        let stops = |environment: &Environment| environment.action.as_ref().is_some_and(|action| action.value == Act::Stop);
        if let Some(environment) = job.environment.as_ref().filter(|one| one.is_deployed_to() || stops(one)) {
            lowering.lose("environment-skipped", environment.origin);
        }
        entries.push(Node::from(format!("if ! {{ {test}; }}; then skip 'its condition does not hold'; fi")));
    }
    let bound = bound(lowering, job);
    for words in value::late(lowering, &bound) {
        lowering.call(Piece::Environment);
        entries.push(Node::from(format!("provide {words}")));
    }
    for step in steps {
        entries.extend(step::lower(lowering, job, step));
    }
    lowering.enter(job, None);
    let ends = !job.outputs.is_empty() || job.warn_if.is_some();
    if ends && lowering.pieces.contains(&Piece::Beside) {
        entries.push(Node::from("await_all ''"));
    }
    if let Some((_, binding)) = job.outputs.iter().nth(MOST_HANDED - usize::from(is_asked_for(lowering, job))) {
        lowering.lose("outputs-many", binding.key);
    }
    for (name, binding) in &job.outputs {
        lowering.call(Piece::Report);
        lowering.lose("output", binding.key);
        let word = value::word(lowering, &binding.value);
        entries.push(Node::from(format!("output {} {word}", value::output(&job.id, name))));
    }
    if let Some(when) = &job.warn_if {
        let test = condition::holds(lowering, when).to_string();
        entries.push(Node::from(failure::ending(&test, is_asked_for(lowering, job))));
    }
    entries.push(Node::from("finish"));
    Node::from(entries)
}

/// What a job is given: the nearest value of a variable is the one, whichever of them is known before the job begins.
pub(super) fn bound(lowering: &Lowering<'_>, job: &Job) -> Bindings {
    let mut bound = lowering.pipeline.env.clone();
    bound.extend(job.container.iter().flat_map(|container| container.env.clone()));
    bound.extend(job.env.clone());
    bound
}

/// Whether a text is handed on as it is: what else GitLab would change on its way, the piece that hands outputs on puts in a code.
pub(super) fn is_plain(text: &str) -> bool {
    !text.starts_with("base64:") && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_./:@,+?=&%~-".contains(letter))
}

/// Whether the job writes a report: it has outputs, or its result is asked for.
pub(super) fn has_report(lowering: &Lowering<'_>, job: &Job) -> bool {
    !job.outputs.is_empty() || is_asked_for(lowering, job)
}

/// The variable under which the job says how it ended; each of several legs has its own.
fn result(job: &Job) -> String {
    let name = value::result(&job.id);
    if job.has_legs() { format!("\"{name}_$CI_NODE_INDEX\"") } else { name }
}

/// Whether a job after this one asks how it ended.
pub(super) fn is_asked_for(lowering: &Lowering<'_>, job: &Job) -> bool {
    let id = job.id.as_str();
    lowering.ends.telling.contains(id) || lowering.ends.asked.contains(id)
}

/// What the jobs before this one have handed on and this one asks for: taken out of the form in which it came.
pub(super) fn inherited(lowering: &mut Lowering<'_>, job: &Job) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let of_pipeline = lowering.pipeline.env.values().flat_map(|binding| binding.value.references().map(owned));
    for asked in asks(job).into_iter().chain(of_pipeline) {
        let coded = match &asked.value {
            Reference::Output(..) => true,
            Reference::Input(name) => call::is_coded(lowering, name),
            _ => false,
        };
        if coded {
            lowering.claim(&asked.value, asked.origin);
            let name = value::variable(lowering, &asked.value);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if !names.is_empty() {
        lowering.call(Piece::Inherit);
    }
    names.into_iter().map(|name| format!("inherit {name} \"${{{name}-}}\"")).collect()
}

/// Everything that a job refers to, in its values and its conditions.
pub(super) fn asks(job: &Job) -> Vec<At<Reference>> {
    let values = job.values();
    let conditions = job.conditions().map(|(_, condition)| condition);
    let conditions = conditions.chain(job.all_steps().flat_map(|step| step.when.iter().chain(step.warn_if.as_deref())));
    let conditions = conditions.chain(values.iter().flat_map(|(_, _, value)| value.conditions()));
    let mut found: Vec<At<Reference>> = conditions.flat_map(of_condition).collect();
    found.extend(values.iter().flat_map(|(_, _, value)| value.references().map(owned)));
    found
}

fn owned(reference: At<&Reference>) -> At<Reference> {
    At::new(reference.value.clone(), reference.origin)
}

fn of_condition(condition: &At<Condition>) -> Vec<At<Reference>> {
    let each = |inner: &Condition| match inner {
        Condition::Result(job, _) => vec![At::new(Reference::Result(job.value.clone()), job.origin)],
        Condition::Output(path, value) => {
            let output = path.split_once('.').map(|(job, name)| Reference::Output(job.to_owned(), name.to_owned()));
            let output = output.map(|output| At::new(output, path.origin));
            output.into_iter().chain(value.references().map(owned)).collect()
        }
        Condition::Input(_, value) | Condition::Matrix(_, value) | Condition::Present(value) => {
            value.references().map(owned).collect()
        }
        _ => Vec::new(),
    };
    condition.walk().into_iter().flat_map(each).collect()
}

#[cfg(test)]
mod tests;
