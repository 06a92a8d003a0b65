//! What a job deploys to.

use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::surroundings::{Act, Environment};
use crate::yaml::Map;

/// Puts `environment` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    let Some(written) = &job.environment else { return };
    if let Some(environment) = lower(lowering, written) {
        map.put("environment", environment);
    }
}

fn lower(lowering: &mut Lowering<'_>, written: &Environment) -> Option<Map> {
    if let Some(stop) = written.on_stop.as_ref().filter(|stop| !lowering.pipeline.jobs.contains_key(&stop.value)) {
        let message = format!("no job of this pipeline is named `{}`", stop.value);
        lowering.refuse("needs-graph", stop.origin, message, "write the id of the job that takes it down".to_owned(), stop);
    }
    let mut map = Map::new();
    map.put("name", lowering.early(&written.name)?);
    map.put_some("url", written.url.as_ref().and_then(|url| lowering.early(url)));
    if let Some(later) = written.deployment.as_ref().filter(|given| given.later().is_some()) {
        lowering.lose("deployment-late", later.origin);
    }
    let counts = written.deployment.as_ref().is_none_or(|given| given.now() != Some(&false));
    let action = match written.action.as_ref().map(|action| action.value) {
        Some(action) => (action != Act::Start).then(|| action.word()),
        // Neither entering it nor what happens in it counts as a deployment.
        None => (!counts).then_some("access"),
    };
    map.put_some("action", action);
    map.put_some("deployment_tier", written.tier.as_ref().map(|tier| tier.word()));
    map.put_some("on_stop", written.on_stop.as_ref().map(|job| lowering.name_of(job)));
    map.put_some("auto_stop_in", written.auto_stop.as_ref().map(|span| format!("{} days", span.days)));
    Some(map)
}
