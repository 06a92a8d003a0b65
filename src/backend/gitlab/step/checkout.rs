//! `checkout`: GitLab fetches the sources before the script begins; what it does not fetch, a script does.

use super::Part;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::backend::gitlab::value::{quoted, word};
use crate::origin::At;
use crate::pipeline::step::{Checkout, Kind};
use crate::pipeline::{Job, Step, Value};
use crate::yaml::Map;

/// The variables by which the runner fetches the sources as the job wants them, or nothing.
///
/// None where GitLab's own words say what the job does: they mean what GitLab says they do, and what starts a pipeline hands its
/// variables over to the jobs of that pipeline.
pub(in crate::backend::gitlab) fn sources(lowering: &mut Lowering<'_>, job: &Job) -> Map {
    let mut map = Map::new();
    let says = |word: &str| job.gitlab.as_ref().is_some_and(|words| words.get(word).is_some());
    if says("trigger") {
        return map;
    }
    let mut plain = job.all_steps().filter_map(|step| match &step.kind.value {
        Kind::Checkout(checkout) if is_plain(checkout) => Some((step, checkout)),
        _ => None,
    });
    let Some((step, checkout)) = plain.next() else {
        let own = says("script") || says("run") || job.top_steps().is_empty() && says("extends");
        return if own { map } else { no_sources() };
    };
    if let Some(when) = &step.when {
        lowering.lose("checkout-condition", when.origin);
    }
    map.put("GIT_DEPTH", checkout.depth.as_ref().map_or(1, |depth| depth.value).to_string());
    if is_on(checkout.submodules.as_ref()) {
        map.put("GIT_SUBMODULE_STRATEGY", "normal");
    }
    if !is_on(checkout.lfs.as_ref()) {
        map.put("GIT_LFS_SKIP_SMUDGE", "1");
    }
    map
}

/// The variables of a job that asks for no sources: an empty directory, whatever an earlier job left there.
pub(in crate::backend::gitlab) fn no_sources() -> Map {
    let mut map = Map::new();
    map.put("GIT_STRATEGY", "empty");
    map
}

/// Fetches what the runner does not.
pub(super) fn lower(lowering: &mut Lowering<'_>, step: &Step, checkout: &Checkout) -> Option<Part> {
    if is_plain(checkout) {
        return None;
    }
    lowering.lose("checkout-other", step.kind.origin);
    let mut value = |value: &Option<At<Value>>, otherwise: &str| {
        value.as_ref().map_or_else(|| otherwise.to_owned(), |value| word(lowering, value))
    };
    // Of the same project, the revision is that of the pipeline.
    let revision = if checkout.repository.is_none() { "\"$CI_COMMIT_SHA\"" } else { "''" };
    let arguments = vec![
        value(&checkout.repository, "\"$CI_PROJECT_PATH\""),
        value(&checkout.revision, revision),
        quoted(checkout.path.as_ref().map_or(".", |path| &path.value)),
        checkout.depth.as_ref().map_or(1, |depth| depth.value).to_string(),
        yes(is_on(checkout.submodules.as_ref())),
        yes(is_on(checkout.lfs.as_ref())),
    ];
    Some(Part { arguments, ..Part::calling("Check out", Piece::Checkout) })
}

/// Whether it is what the runner fetches: the revision of the pipeline, to the root of the sources.
const fn is_plain(checkout: &Checkout) -> bool {
    checkout.repository.is_none() && checkout.revision.is_none() && checkout.path.is_none()
}

fn is_on(flag: Option<&At<bool>>) -> bool {
    flag.is_some_and(|flag| flag.value)
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}
