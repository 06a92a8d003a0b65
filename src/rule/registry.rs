//! Every built-in rule, in one list.

use super::{ANYWHERE, Rule};
use crate::source::FaultKind;

/// The rules, sorted by id.
///
/// To add one: its file beside this one, a `mod` line and a line here.
pub static RULES: &[&Rule] = &[
    &super::action_inputs::RULE,
    &super::action_step_unsupported::RULE,
    &super::adhoc_packages::RULE,
    &super::ai_agent_action::RULE,
    &super::app_token_broad::RULE,
    &super::archived_action::RULE,
    &super::artifact_no_files_policy::RULE,
    &super::artifact_poisoning::RULE,
    &super::budget_exceeded::RULE,
    &super::cache_bloat::RULE,
    &super::cache_mode_grant::RULE,
    &super::cache_poisoning::RULE,
    &super::call_signature::RULE,
    &super::call_unknown::RULE,
    &super::calls_over_platform::RULE,
    &super::checkout_credentials::RULE,
    &super::command_injection::RULE,
    &super::concurrency_cancels_other_event::RULE,
    &super::concurrency_drops_calls::RULE,
    &super::concurrency_missing::RULE,
    &super::concurrency_shared_with_caller::RULE,
    &super::condition_never_holds::RULE,
    &super::container_credentials_literal::RULE,
    &super::container_invalid::RULE,
    &super::context_dump::RULE,
    &super::contract_broken::RULE,
    &super::coverage_below_minimum::RULE,
    &super::coverage_dropped::RULE,
    &super::coverage_of_changes::RULE,
    &super::coverage_unmeasured::RULE,
    &super::cron::RULE,
    &super::cron_too_often::RULE,
    &super::dangerous_trigger::RULE,
    &super::debug_enabled::RULE,
    &super::deployment_not_blocked::RULE,
    &super::deprecated_commands::RULE,
    &super::dind_without_tls::RULE,
    &super::dispatch_inputs::RULE,
    &super::docker_in_docker::RULE,
    &super::duration_not_whole_minutes::RULE,
    &super::env_file_write::RULE,
    &super::env_name_taken::RULE,
    &super::evaluation_failed::RULE,
    &super::expression_not_evaluated::RULE,
    &super::expression_types::RULE,
    &super::forbidden_uses::RULE,
    &super::gate_weakened::RULE,
    &super::generated_file_drift::RULE,
    &super::gl_cache_unprotected::RULE,
    &super::gl_calls_too_deep::RULE,
    &super::gl_double_pipeline::RULE,
    &super::gl_include_forbidden::RULE,
    &super::gl_include_missing::RULE,
    &super::gl_include_unpinned::RULE,
    &super::gl_input_expansion::RULE,
    &super::gl_interruptible::RULE,
    &super::gl_name_unknown::RULE,
    &super::gl_needs_limit::RULE,
    &super::gl_pages::RULE,
    &super::gl_parallel_limit::RULE,
    &super::gl_production_unprotected::RULE,
    &super::gl_timeout_missing::RULE,
    &super::gl_timeout_over_platform::RULE,
    &super::gl_token_scope::RULE,
    &super::gl_variable_evaluated::RULE,
    &super::gl_variable_override::RULE,
    &super::globs::RULE,
    &super::id_rules::RULE,
    &super::id_token_ungated::RULE,
    &super::import_refused::RULE,
    &super::input_unknown::RULE,
    &super::inputs_too_many::RULE,
    &super::insecure_commands::RULE,
    &super::insecure_url::RULE,
    &super::job_timeout_missing::RULE,
    &super::job_timeout_over_limit::RULE,
    &super::job_timeout_over_platform::RULE,
    &super::local_action_inputs::RULE,
    &super::matrix::RULE,
    &super::matrix_duplicate::RULE,
    &super::matrix_exclude_idle::RULE,
    &super::matrix_key_unknown::RULE,
    &super::matrix_too_large::RULE,
    &super::matrix_zero_lost::RULE,
    &super::misfeature::RULE,
    &super::mutable_runner_label::RULE,
    &super::needs_graph::RULE,
    &super::not_portable::RULE,
    &super::obfuscation::RULE,
    &super::parallel_steps::RULE,
    &super::permissions_all::RULE,
    &super::permissions_call_mismatch::RULE,
    &super::permissions_insufficient::RULE,
    &super::permissions_invalid::RULE,
    &super::permissions_missing::RULE,
    &super::permissions_open::RULE,
    &super::permissions_over_grant::RULE,
    &super::permissions_undocumented::RULE,
    &super::permissions_wide::RULE,
    &super::pin_unused::RULE,
    &super::policy_weakened::RULE,
    &super::reference_unavailable::RULE,
    &super::required_use::RULE,
    &super::retention_missing::RULE,
    &super::retention_over_limit::RULE,
    &super::retention_over_platform::RULE,
    &super::retired_action::RULE,
    &super::runner_label_unknown::RULE,
    &super::runner_not_approved::RULE,
    &super::runner_unmapped::RULE,
    &super::secrets_context_dump::RULE,
    &super::secrets_dynamic_index::RULE,
    &super::secrets_in_artifact::RULE,
    &super::secrets_in_command::RULE,
    &super::secrets_inherit::RULE,
    &super::secrets_literal::RULE,
    &super::secrets_structured::RULE,
    &super::secrets_undeclared::RULE,
    &super::secrets_ungated::RULE,
    &super::secrets_unused::RULE,
    &super::secrets_wide_env::RULE,
    &super::self_hosted_on_pr::RULE,
    &super::shell_custom::RULE,
    &super::shell_name::RULE,
    &super::spoofable_actor::RULE,
    &super::step_output_unknown::RULE,
    &super::superfluous_action::RULE,
    &super::suppression_banned::RULE,
    &super::suspect_command::RULE,
    &super::syntax::RULE,
    &super::template_injection::RULE,
    &super::timeout_unsupported_place::RULE,
    &super::trigger_invalid::RULE,
    &super::trusted_publishing::RULE,
    &super::typosquat_action::RULE,
    &super::unknown_field::RULE,
    &super::unknown_rule_id::RULE,
    &super::unmanaged_workflow::RULE,
    &super::unpinned_images::RULE,
    &super::unpinned_tools::RULE,
    &super::unpinned_uses::RULE,
    &super::unsigned_release::RULE,
    &super::unsound_condition::RULE,
    &super::unsound_contains::RULE,
    &super::unsound_ternary::RULE,
    &super::untrusted_checkout::RULE,
    &super::unverified_script::RULE,
    &super::updater_missing::RULE,
    &super::updater_runs_code::RULE,
    &super::uses_missing::RULE,
    &super::variables_undeclared::RULE,
    &super::vendored_library_stale::RULE,
    &super::vulnerable_action::RULE,
    &super::waiver_expired::RULE,
    &super::waiver_unjustified::RULE,
    &super::waiver_unused::RULE,
    &super::weak_gate::RULE,
    &super::workflow_run_unknown::RULE,
    &super::workflow_too_large::RULE,
    &super::workflow_unnamed::RULE,
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
    // What a contract refuses in a step is the same whether a job or an action has it.
    let of_job: Vec<String> = match path {
        [action, rest @ ..] if action == "action" => {
            ["jobs", "*"].iter().map(|name| (*name).to_owned()).chain(rest.iter().cloned()).collect()
        }
        _ => Vec::new(),
    };
    let stands = |path: &[String], exact: bool| {
        RULES.iter().copied().find(|rule| {
            let mut refused = rule.refused.iter().filter(|refused| refused.kind == kind);
            refused.any(|refused| if exact { matches(refused.path, path) } else { refused.path == ANYWHERE })
        })
    };
    stands(path, true).or_else(|| stands(&of_job, true)).or_else(|| stands(path, false))
}

fn matches(pattern: &str, path: &[String]) -> bool {
    let parts: Vec<&str> = pattern.split('/').collect();
    parts.len() == path.len() && parts.iter().zip(path).all(|(part, name)| *part == "*" || part == name)
}
