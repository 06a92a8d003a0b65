//! Every built-in rule, in one list.

use super::{
    ANYWHERE, Rule, artifact_no_files_policy, budget_exceeded, cache_bloat, cache_poisoning, call_signature, call_unknown,
    concurrency_missing, concurrency_shared_with_caller, contract_broken, cron, cron_too_often, duration_not_whole_minutes,
    evaluation_failed, forbidden_uses, generated_file_drift, globs, id_rules, id_token_ungated, import_refused, input_unknown,
    job_timeout_missing, job_timeout_over_limit, job_timeout_over_platform, matrix, matrix_key_unknown, matrix_too_large,
    mutable_runner_label, needs_graph, permissions_call_mismatch, permissions_invalid, permissions_over_grant,
    permissions_undocumented, pin_unused, reference_unavailable, retention_missing, retention_over_limit,
    retention_over_platform, runner_label_unknown, secrets_in_artifact, secrets_in_command, secrets_undeclared, secrets_ungated,
    secrets_unused, secrets_wide_env, step_output_unknown, suppression_banned, syntax, template_injection, trigger_invalid,
    unknown_field, unknown_rule_id, unpinned_images, unpinned_uses, updater_missing, variables_undeclared, waiver_expired,
    waiver_unjustified, waiver_unused, workflow_unnamed,
};
use crate::source::FaultKind;

/// The rules, sorted by id.
///
/// To add one: its file beside this one, a `mod` line and a line here.
pub static RULES: &[&Rule] = &[
    &artifact_no_files_policy::RULE,
    &budget_exceeded::RULE,
    &cache_bloat::RULE,
    &cache_poisoning::RULE,
    &call_signature::RULE,
    &call_unknown::RULE,
    &concurrency_missing::RULE,
    &concurrency_shared_with_caller::RULE,
    &contract_broken::RULE,
    &cron::RULE,
    &cron_too_often::RULE,
    &duration_not_whole_minutes::RULE,
    &evaluation_failed::RULE,
    &forbidden_uses::RULE,
    &generated_file_drift::RULE,
    &globs::RULE,
    &id_rules::RULE,
    &id_token_ungated::RULE,
    &import_refused::RULE,
    &input_unknown::RULE,
    &job_timeout_missing::RULE,
    &job_timeout_over_limit::RULE,
    &job_timeout_over_platform::RULE,
    &matrix::RULE,
    &matrix_key_unknown::RULE,
    &matrix_too_large::RULE,
    &mutable_runner_label::RULE,
    &needs_graph::RULE,
    &permissions_call_mismatch::RULE,
    &permissions_invalid::RULE,
    &permissions_over_grant::RULE,
    &permissions_undocumented::RULE,
    &pin_unused::RULE,
    &reference_unavailable::RULE,
    &retention_missing::RULE,
    &retention_over_limit::RULE,
    &retention_over_platform::RULE,
    &runner_label_unknown::RULE,
    &secrets_in_artifact::RULE,
    &secrets_in_command::RULE,
    &secrets_undeclared::RULE,
    &secrets_ungated::RULE,
    &secrets_unused::RULE,
    &secrets_wide_env::RULE,
    &step_output_unknown::RULE,
    &suppression_banned::RULE,
    &syntax::RULE,
    &template_injection::RULE,
    &trigger_invalid::RULE,
    &unknown_field::RULE,
    &unknown_rule_id::RULE,
    &unpinned_images::RULE,
    &unpinned_uses::RULE,
    &updater_missing::RULE,
    &variables_undeclared::RULE,
    &waiver_expired::RULE,
    &waiver_unjustified::RULE,
    &waiver_unused::RULE,
    &workflow_unnamed::RULE,
];

/// The rule of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// The rule that a fault stands for: one that names its path, else the one for any fault of its kind.
///
/// `path` is the way to the value from the pipeline; in the project's file it begins with `project`, in a policy's with `policy`.
#[must_use]
pub fn of_fault(kind: FaultKind, path: &[String]) -> Option<&'static Rule> {
    let stands = |exact: bool| {
        RULES.iter().copied().find(|rule| {
            let mut refused = rule.refused.iter().filter(|refused| refused.kind == kind);
            refused.any(|refused| if exact { matches(refused.path, path) } else { refused.path == ANYWHERE })
        })
    };
    stands(true).or_else(|| stands(false))
}

fn matches(pattern: &str, path: &[String]) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    parts.len() == path.len() && parts.iter().zip(path).all(|(part, name)| *part == "*" || part == name)
}
