//! What may not run at the same time: jobs that a newer pipeline of their branch ends, and jobs that wait for each other.

use super::lowering::Lowering;
use super::{parallel, value};
use crate::origin::At;
use crate::pipeline::surroundings::{Concurrency, Group, Queue, is_cancelling, may_be_ended};
use crate::pipeline::value::Known;
use crate::pipeline::{Job, Pipeline, Reference, Value};
use crate::yaml::Map;

/// Puts `interruptible` and `resource_group` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    let pipeline = lowering.pipeline;
    let (own, shared) = (job.concurrency.as_ref(), pipeline.concurrency.as_ref());
    lowering.of_pipeline(|lowering| tell(lowering, shared));
    tell(lowering, own);
    if may_be_ended(pipeline, job) {
        map.put("interruptible", true);
    } else if is_cancelling(shared) {
        // Words of the whole file must not make it so either.
        map.put("interruptible", false);
    }
    let own = own.filter(|_| !is_cancelling(own));
    let shared = shared.filter(|_| !is_cancelling(shared));
    let group = match (own, shared) {
        (Some(own), _) => group(lowering, own, &format!("{}/{}", pipeline.id, job.id), ""),
        // Jobs of one pipeline go on beside each other; each waits for itself in an earlier one.
        (None, Some(shared)) => lowering.of_pipeline(|lowering| {
            lowering.lose("concurrency-of-pipeline", shared.origin);
            group(lowering, shared, &format!("{}/{}", pipeline.id, job.id), &format!("/{}", job.id))
        }),
        (None, None) => return,
    };
    let named = own.is_some_and(|own| matches!(own.group.value, Group::Named(_)));
    // Legs go on beside each other, unless somebody says that they do not.
    let apart = job.has_legs() && !named && !parallel::one_by_one(job);
    map.put("resource_group", if apart { format!("{group}/$CI_NODE_INDEX") } else { group });
}

/// Whether a newer pipeline of a branch ends any job of this one.
pub(super) fn is_interruptible(pipeline: &Pipeline) -> bool {
    pipeline.jobs.values().any(|job| may_be_ended(pipeline, job))
}

/// What a new pipeline of a branch does to the one before: it ends the jobs that say they may be.
pub(super) fn auto_cancel() -> Map {
    let mut map = Map::new();
    map.put("on_new_commit", "interruptible");
    map
}

/// Says what becomes of a group in which a new run ends the one before, or may.
fn tell(lowering: &mut Lowering<'_>, concurrency: Option<&At<Concurrency>>) {
    let Some(concurrency) = concurrency else { return };
    match concurrency.cancel.now() {
        Some(false) => {}
        Some(true) => lowering.lose("concurrency-cancel", concurrency.origin),
        None => lowering.lose("concurrency-later", concurrency.cancel.origin),
    }
}

fn group(lowering: &mut Lowering<'_>, concurrency: &At<Concurrency>, own: &str, part: &str) -> String {
    if concurrency.queue.as_ref().is_none_or(|queue| queue.value == Queue::Single) {
        lowering.lose("concurrency-queue", concurrency.origin);
    }
    let group = match &concurrency.group.value {
        Group::PerPipeline => own.to_owned(),
        Group::PerRef => format!("{own}/$CI_COMMIT_REF_NAME"),
        Group::Named(name) => named(lowering, name, own, part),
    };
    // What stands for a name in addresses holds fewer letters, and is the same for several branches.
    if group.contains("CI_COMMIT_REF_NAME") {
        lowering.lose("concurrency-of-ref", concurrency.group.origin);
    }
    group
}

/// A name as GitLab takes it: letters, digits, spaces, `-_/.` and variables. One that only the run knows is that of the job.
fn named(lowering: &mut Lowering<'_>, name: &At<Value>, own: &str, part: &str) -> String {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_/. ${}".contains(letter);
    for reference in name.references() {
        if let Reference::Known(Known::Ref | Known::Event) = reference.value {
            lowering.lose("concurrency-name", reference.origin);
        }
    }
    let Some(text) = value::expanded(lowering, name) else {
        lowering.lose("value-late", name.origin);
        return own.to_owned();
    };
    format!("{}{part}", text.replace("$$", "-").replace(|letter| !fits(letter), "-"))
}
