//! `parallel`, `wait`, `wait-all`, `cancel`: processes of the job's shell.

use super::{id, tolerance};
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Step};
use crate::yaml::Node;

/// A group: every step of it begins, and then they are waited for.
pub(super) fn group<'a>(lowering: &mut Lowering<'a>, job: &'a Job, group: &'a Step, steps: &'a [Step]) -> Vec<Node> {
    lowering.lose("background", group.kind.origin);
    lowering.call(Piece::Beside);
    let mut entries = Vec::new();
    let mut ids = Vec::new();
    for step in steps {
        lowering.enter(job, Some(step));
        let lowered = super::entries(lowering, job, step, true);
        if !lowered.is_empty() {
            ids.push(id(step));
        }
        entries.extend(lowered);
    }
    if !ids.is_empty() {
        entries.push(Node::from(format!("await {}", ids.join(" "))));
    }
    entries
}

/// A step that waits for others or stops one.
pub(super) fn waiting(lowering: &mut Lowering<'_>, step: &Step) -> String {
    let warn = tolerance(lowering, step);
    lowering.call(Piece::Beside);
    match &step.kind.value {
        Kind::Wait(ids) => {
            let warn = warn.map_or_else(String::new, |word| format!("--warn {word} "));
            format!("await {warn}{}", ids.iter().map(|id| id.value.as_str()).collect::<Vec<&str>>().join(" "))
        }
        Kind::Cancel(id) => format!("stop {}", id.value),
        _ => format!("await_all {}", warn.unwrap_or_else(|| "''".to_owned())),
    }
}
