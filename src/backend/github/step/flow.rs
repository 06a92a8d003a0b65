//! `parallel`, `wait`, `wait-all`, `cancel`.

use super::{apart, put_tolerance};
use crate::backend::github::lowering::Lowering;
use crate::pipeline::step::Kind;
use crate::pipeline::{Job, Step};
use crate::yaml::{Map, Node};

/// A group. What prepares one of its steps comes before it: in the group it would run beside what it prepares.
pub(super) fn group<'a>(lowering: &mut Lowering<'a>, job: &'a Job, steps: &'a [Step]) -> Vec<Map> {
    let mut all: Vec<Map> = Vec::new();
    let mut beside = Vec::new();
    for step in steps {
        lowering.enter(job, Some(step));
        let (before, own) = apart(lowering, job, step);
        for map in before {
            // Two steps of a group may need the same preparation.
            if !all.contains(&map) {
                all.push(map);
            }
        }
        beside.extend(own.map(Node::Map));
    }
    let mut group = Map::new();
    group.put("parallel", beside);
    all.push(group);
    all
}

/// A step that waits for others or stops one.
pub(super) fn waiting(lowering: &mut Lowering<'_>, step: &Step) -> Map {
    let (key, value, name) = match &step.kind.value {
        Kind::Wait(ids) => {
            let ids: Vec<&str> = ids.iter().map(|id| id.value.as_str()).collect();
            let name = format!("Wait for {}", ids.join(", "));
            ("wait", if let [id] = ids.as_slice() { Node::from(*id) } else { Node::from(ids) }, name)
        }
        Kind::Cancel(id) => ("cancel", Node::from(id.value.as_str()), format!("Stop {}", id.value)),
        _ => ("wait-all", Node::Null, "Wait for all steps in the background".to_owned()),
    };
    let mut map = Map::new();
    map.put_some("name", super::name(lowering, step).or_else(|| (!lowering.is_as_written()).then_some(name)));
    map.put_some("id", step.id.as_ref().map(|id| id.value.as_str()));
    put_tolerance(lowering, &mut map, step);
    map.put(key, value);
    map
}
