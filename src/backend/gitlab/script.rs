//! The steps of a job as its script: one entry for each, run by a small shell function that all jobs share.

use super::lowering::Lowering;
use crate::pipeline::gitlab::Tree;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Step};
use crate::yaml::{Map, Node};

/// The name of the hidden job whose `before_script` defines what the scripts call.
pub(super) const SHARED: &str = ".pipeward";
/// What it defines.
const PRELUDE: &str = include_str!("script/prelude.sh");

/// The hidden job.
pub(super) fn shared() -> Map {
    let mut map = Map::new();
    map.put("before_script", vec![PRELUDE]);
    map
}

/// The list of `script`.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job, steps: &'a [Step]) -> Node {
    let mut entries = Vec::new();
    for step in steps {
        lowering.enter(job, Some(step));
        if let Some(words) = &step.gitlab {
            instead(step, words, &mut entries);
            continue;
        }
        match &step.kind.value {
            Kind::Run(run) => entries.push(Node::from(entry(step, &run.script))),
            Kind::Uses(_) => lowering.lose("action", step.kind.origin),
            _ => {}
        }
    }
    entries.push(Node::from("finish"));
    Node::from(entries)
}

/// The commands that stand in place of a step. References stand beside it: what they lead to is no text yet.
fn instead(step: &Step, words: &Tree, entries: &mut Vec<Node>) {
    let lines: Vec<&str> = words.items().iter().filter_map(Tree::text).collect();
    if lines.len() < words.items().len() {
        entries.extend(words.items().iter().map(Tree::to_yaml));
    } else if !lines.is_empty() {
        entries.push(Node::from(entry(step, &lines.join("\n"))));
    }
}

/// One step: its commands stand between two marks that no line of them is, so the shell reads them as they are.
fn entry(step: &Step, script: &str) -> String {
    let name = step.name.as_ref().map_or(step.identity.as_str(), |name| &name.value);
    let quoted = format!("'{}'", name.replace('\'', "'\\''"));
    let mut end = "END".to_owned();
    while script.lines().any(|line| line == end) {
        end.push('_');
    }
    let script = script.trim_end();
    format!("step {} {quoted} <<'{end}'\n{script}\n{end}\n", step.identity.trim_start_matches('#'))
}
