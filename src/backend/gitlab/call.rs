//! A job that calls another pipeline: it starts the file of that pipeline as a child and ends as it does.

use std::collections::{HashMap, HashSet};

use super::form::{self, typed};
use super::lowering::{Lowering, Place};
use super::trigger::{PIPELINE_SOURCE, SOURCE};
use super::{condition, value};
use crate::origin::At;
use crate::pipeline::call::Callee;
use crate::pipeline::trigger::{Input, InputKind};
use crate::pipeline::value::Known;
use crate::pipeline::{Call, Job, Pipeline, Project, Reference, Value};
use crate::yaml::{Map, Node};

/// Puts what calls into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, call: &Call, map: &mut Map) {
    let project = lowering.project;
    let Some(callee) = project.callee(call).filter(|callee| callee.on.call.is_some()) else {
        unknown(lowering, call);
        // A job has to do something.
        map.put("script", vec!["true"]);
        return;
    };
    let (inputs, mut variables) = given(lowering, call, callee);
    for (name, given) in &call.secrets {
        if !matches!(given.value.sole(), Some(Reference::Secret(secret)) if secret == name) {
            lowering.lose("call-secret", given.key);
        }
    }
    let ended = condition::asked_of_needs(lowering, job);
    if !ended.is_empty() {
        let each: Vec<String> = ended.iter().map(|need| format!("${{{}}}", value::result(&need.id))).collect();
        variables.put(&after(callee), each.join(" "));
    }
    let mut include = Map::new();
    include.put("local", super::called_path(callee));
    if !inputs.is_empty() {
        include.put("inputs", inputs);
    }
    let mut trigger = Map::new();
    trigger.put("include", vec![include]);
    trigger.put("strategy", "depend");
    // All that a child pipeline was given could be handed on by a word of GitLab's, but what jobs have handed on goes with it then, and
    // stands over what jobs of the same names hand on there.
    let source = if lowering.place == Place::Root { PIPELINE_SOURCE } else { SOURCE };
    variables.put(SOURCE, format!("${source}"));
    let mut inherit = Map::new();
    inherit.put("variables", form::inherited(lowering, [map.get("rules"), Some(&Node::Map(variables.clone()))]));
    map.put("inherit", inherit);
    if !variables.is_empty() {
        map.put("variables", variables);
    }
    map.put("trigger", trigger);
}

/// Says what is wrong with a call of what is no pipeline that can be called.
fn unknown(lowering: &mut Lowering<'_>, call: &Call) {
    let known = lowering.project.callee(call).is_some();
    match &call.callee.value {
        // It may be in a file that could not be read.
        Callee::Pipeline(_) if !known && !lowering.project.unread.is_empty() => {}
        Callee::Pipeline(id) => {
            let message = format!("`{id}` is no pipeline that can be called");
            let help = "write the id of a pipeline that has `on.call`".to_owned();
            lowering.refuse("call-unknown", call.callee.origin, message, help, id);
        }
        Callee::File(_) | Callee::Foreign(..) => lowering.lose("call-foreign", call.callee.origin),
    }
}

/// What a callee is given: inputs that are known now, and variables for those that only the run knows.
fn given(lowering: &mut Lowering<'_>, call: &Call, callee: &Pipeline) -> (Map, Map) {
    let (mut inputs, mut variables) = (Map::new(), Map::new());
    let declared = callee.on.call.as_ref().map(|call| &call.inputs);
    for (name, given) in &call.with {
        let Some(input) = declared.and_then(|inputs| inputs.get(name)) else { continue };
        if let Some(text) = given.value.print() {
            inputs.put(name, typed(input, Some(&text)));
            continue;
        }
        // What only the caller knows arrives as the variable that the input becomes there.
        inputs.put(name, placeholder(input));
        match handed(lowering, &given.value) {
            Some(text) => {
                variables.put(&value::input(&callee.id, name), text);
            }
            None => lowering.lose("call-input-late", given.value.origin),
        }
    }
    (inputs, variables)
}

/// What stands for an input until its variable does: something that fits its type.
fn placeholder(input: &Input) -> Node {
    match &input.kind.value {
        InputKind::Choice(options) => options.first().map(|option| option.value.as_str()).unwrap_or_default().into(),
        _ => typed(input, None),
    }
}

/// A value as the variable of a job that starts a pipeline: GitLab puts it together from what it knows, and no runner does. None if it
/// cannot.
fn handed(lowering: &mut Lowering<'_>, value: &At<Value>) -> Option<String> {
    if let Some(reference @ Reference::Output(..)) = value.sole() {
        return Some(format!("${{{}}}", value::variable(lowering, reference)));
    }
    let is_of_runner = |reference: &Reference| match reference {
        Reference::Known(known) => {
            matches!(known, Known::Event | Known::Ref | Known::Shard | Known::Shards | Known::Token | Known::Workspace)
        }
        // It may be coded, and what is joined to a code is none.
        Reference::Input(name) => value.parts.len() > 1 && is_coded(lowering, name),
        _ => false,
    };
    if value.references().any(|reference| is_of_runner(reference.value)) {
        return None;
    }
    value::expanded(lowering, value)
}

/// Whether an input of the pipeline that is written arrives as outputs of jobs do, which are coded if they are more than a plain word.
pub(super) fn is_coded(lowering: &Lowering<'_>, input: &str) -> bool {
    lowering.place == Place::Called && arrives_coded(lowering.project, lowering.pipeline, input, &mut Vec::new())
}

fn arrives_coded<'p>(project: &'p Project, callee: &'p Pipeline, input: &str, above: &mut Vec<&'p str>) -> bool {
    if above.contains(&callee.id.as_str()) {
        return false;
    }
    above.push(&callee.id);
    let coded = callers(project, callee).any(|(caller, job)| {
        match job.call().and_then(|call| call.with.get(input)).and_then(|given| given.value.sole()) {
            Some(Reference::Output(..)) => true,
            Some(Reference::Input(outer)) => arrives_coded(project, caller, outer, above),
            _ => false,
        }
    });
    above.pop();
    coded
}

/// The jobs that call a pipeline, each with its own.
fn callers<'p>(project: &'p Project, callee: &'p Pipeline) -> impl Iterator<Item = (&'p Pipeline, &'p Job)> {
    let jobs = project.pipelines.iter().flat_map(|caller| caller.jobs.values().map(move |job| (caller, job)));
    jobs.filter(move |(_, job)| job.call().and_then(|call| project.callee(call)).is_some_and(|called| called.id == callee.id))
}

/// The variable by which a caller says how what it needs has ended.
fn after(callee: &Pipeline) -> String {
    value::word_of(&format!("PIPEWARD_{}_AFTER", callee.id))
}

/// The rule that leaves a job out of a called pipeline whose caller needs a job that was skipped in the run: GitLab has started it all the
/// same. None if no caller does.
pub(super) fn left_out(lowering: &Lowering<'_>) -> Option<Map> {
    let callee = lowering.pipeline;
    let mut known: HashMap<&str, HashSet<&str>> = HashMap::new();
    callers(lowering.project, callee).find(|(caller, job)| {
        let guarded = known.entry(&caller.id).or_insert_with(|| condition::guarded(caller));
        condition::may_be_skipped(guarded, job)
    })?;
    let mut rule = Map::new();
    rule.put("if", format!("${} =~ /skipped/", after(callee)));
    rule.put("when", "never");
    Some(rule)
}
