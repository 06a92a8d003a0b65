//! The steps of a job as its script: one entry for each, run by a small shell function that all jobs share.

use super::lowering::Lowering;
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
        match &step.kind.value {
            Kind::Run(run) => entries.push(entry(step, &run.script)),
            Kind::Uses(_) => lowering.lose("action", step.kind.origin),
            _ => {}
        }
    }
    entries.push("finish".to_owned());
    Node::from(entries)
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
