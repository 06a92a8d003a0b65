//! What a job waits for, and whose files it gets.

use super::lowering::Lowering;
use super::{ended, files, script, told};
use crate::pipeline::gitlab::limit;
use crate::pipeline::step::Kind;
use crate::pipeline::surroundings::Act;
use crate::pipeline::{Job, Reference};
use crate::yaml::{Map, Node};

/// The list of `needs`: always written, since a job without one waits for every job of an earlier stage.
///
/// A job whose files are downloaded is waited for, too, however far before this one it is: GitLab brings files of `needs` alone.
pub(super) fn lower(lowering: &mut Lowering<'_>, job: &Job) -> Node {
    let pipeline = lowering.pipeline;
    let downloads = job.all_steps().filter_map(|step| match &step.kind.value {
        Kind::Download(download) => Some(download),
        _ => None,
    });
    let givers: Vec<&str> =
        downloads.flat_map(|download| files::kept(lowering, job, download)).map(|(giver, _)| giver.id.as_str()).collect();
    let asks = |need: &str| {
        script::asks(job).iter().any(|asked| match &asked.value {
            Reference::Output(job, _) => job == need,
            _ => false,
        })
    };
    let mut needed: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).collect();
    let told: Vec<&str> = ended::told(lowering, job).iter().map(|before| before.id.as_str()).collect();
    for more in givers.iter().chain(&told) {
        if !needed.contains(more) {
            needed.push(more);
        }
    }
    let count = limit::needed(pipeline, needed.iter().copied());
    if count > limit::NEEDS {
        let origin = limit::over(pipeline, job).unwrap_or(job.key);
        let message = format!("{count} jobs come before, and {} is the most on GitLab", limit::NEEDS);
        let help = "put a job between that waits for some of them, and wait for that".to_owned();
        lowering.refuse("gl-needs-limit", origin, message, help, "gitlab");
    }
    let need = |need: &str| {
        let mut map = Map::new();
        map.put("job", lowering.name_of(need));
        // Outputs and results come as an artifact as well.
        let tells = lowering.ends.telling.contains(need);
        map.put("artifacts", givers.contains(&need) || asks(need) || tells || told.contains(&need));
        if lowering.ends.missing.contains(need) {
            map.put("optional", true);
        }
        map
    };
    let mut all: Vec<Map> = needed.iter().map(|id| need(id)).collect();
    // What asks for an output or a result gets the files of that job with it.
    for (need, map) in needed.iter().zip(&all) {
        let brings = map.get("artifacts") == Some(&Node::Flag(true)) && !givers.contains(need);
        if brings && pipeline.jobs.get(*need).is_some_and(keeps_files) {
            let origin = job.needs.iter().find(|written| written.value == *need).map_or(job.key, |written| written.origin);
            lowering.lose("output-files", origin);
        }
    }
    stop_takes(lowering, job, &all);
    // What it needs to know of a called pipeline, jobs beside it say.
    for called in needed.iter().filter(|id| told.contains(id)).filter_map(|id| pipeline.jobs.get(*id)) {
        all.extend(told::needed(lowering, job, called).into_iter().map(|name| {
            let mut map = Map::new();
            map.put("job", name);
            map.put("artifacts", true);
            map.put("optional", true);
            map
        }));
    }
    Node::from(all)
}

/// Says that a job which stops an environment takes something from what came before, if it does: it may run long after.
fn stop_takes(lowering: &mut Lowering<'_>, job: &Job, needs: &[Map]) {
    let action = job.environment.as_ref().and_then(|environment| environment.action.as_ref());
    let takes = || needs.iter().any(|need| need.get("artifacts") == Some(&Node::Flag(true)));
    if let Some(stop) = action.filter(|action| action.value == Act::Stop && takes()) {
        lowering.lose("environment-stop-files", stop.origin);
    }
}

fn keeps_files(job: &Job) -> bool {
    job.all_steps().any(|step| matches!(step.kind.value, Kind::Upload(_)))
}
