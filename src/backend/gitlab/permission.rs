//! What the token of a job may do: on GitLab that is said in the settings of projects, not in a pipeline.

use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::permission::Level;

/// What the token of every job can do there: read the sources and work with the packages of the project.
const HAS: &[(&str, Level)] = &[("contents", Level::Read), ("packages", Level::Read), ("packages", Level::Write)];

/// Says what becomes of what a job is granted.
pub(super) fn look(lowering: &mut Lowering<'_>, job: &Job) {
    if let Some(all) = &job.github.permissions {
        lowering.lose("permissions", all.origin);
        return;
    }
    for (scope, grant) in &job.permissions {
        let level = grant.level.value;
        if level == Level::None || HAS.contains(&(*scope, level)) {
            continue;
        }
        if *scope == "id_token" {
            let named = job.gitlab.as_ref().is_some_and(|words| words.get("id_tokens").is_some());
            if !named {
                lowering.lose("id-token", grant.key);
            }
        } else {
            lowering.lose("permissions", grant.key);
        }
    }
}
