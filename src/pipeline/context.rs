//! What GitHub's expressions can name: its contexts, what each of them holds, and its functions. Read 2026-11 from GitHub's
//! documentation of contexts and from the grammar of its language services.

/// Every context.
pub const CONTEXTS: &[&str] =
    &["github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs"];

/// Every function.
pub const FUNCTIONS: &[&str] = &[
    "always",
    "cancelled",
    "case",
    "contains",
    "endsWith",
    "failure",
    "format",
    "fromJSON",
    "hashFiles",
    "join",
    "startsWith",
    "success",
    "toJSON",
];

/// What the contexts hold whose members no pipeline decides, each name with what may follow it.
const MEMBERS: &[(&str, &[&str])] = &[
    ("github", GITHUB),
    (
        "job",
        &[
            "check_run_id",
            "container",
            "services",
            "status",
            "workflow_file_path",
            "workflow_ref",
            "workflow_repository",
            "workflow_sha",
        ],
    ),
    ("runner", &["arch", "debug", "environment", "name", "os", "temp", "tool_cache", "workspace"]),
    ("strategy", &["fail-fast", "job-index", "job-total", "max-parallel"]),
];

const GITHUB: &[&str] = &[
    "action",
    "action_path",
    "action_ref",
    "action_repository",
    "action_status",
    "actor",
    "actor_id",
    "api_url",
    "artifacts",
    "artifacts_list",
    "base_ref",
    "env",
    "event",
    "event_name",
    "event_path",
    "graphql_url",
    "head_ref",
    "job",
    "output",
    "path",
    "ref",
    "ref_name",
    "ref_protected",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "repository_visibility",
    "repositoryUrl",
    "retention_days",
    "run_attempt",
    "run_id",
    "run_number",
    "secret_source",
    "server_url",
    "sha",
    "state",
    "step_summary",
    "token",
    "triggering_actor",
    "workflow",
    "workflow_ref",
    "workflow_sha",
    "workspace",
];

/// What is known of a step that has run.
pub const STEP: &[&str] = &["conclusion", "outcome", "outputs"];
/// What is known of a job that has ended.
pub const JOB: &[&str] = &["outputs", "result"];
/// What is known of the container of a job.
pub const CONTAINER: &[&str] = &["id", "network"];
/// What is known of a service beside a job.
pub const SERVICE: &[&str] = &["id", "network", "ports"];

/// What a context holds, if that is the same in every pipeline.
#[must_use]
pub fn members(context: &str) -> Option<&'static [&'static str]> {
    MEMBERS.iter().find(|(name, _)| *name == context).map(|(_, members)| *members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_of_known_contexts() {
        assert!(FUNCTIONS.is_sorted());
        for (context, members) in MEMBERS {
            assert!(CONTEXTS.contains(context), "{context}");
            assert!(members.is_sorted_by_key(|name| name.to_ascii_lowercase()), "{context}");
        }
        assert_eq!(members("github"), Some(GITHUB));
        assert_eq!(members("secrets"), None);
    }
}
