//! The built-in rules: one file each, everything about a rule in it.

mod action_inputs;
mod action_step_unsupported;
mod adhoc_packages;
mod ai_agent_action;
mod app_token_broad;
mod archived_action;
mod artifact_no_files_policy;
mod artifact_poisoning;
mod budget_exceeded;
mod cache_bloat;
mod cache_mode_grant;
mod cache_poisoning;
mod call_signature;
mod call_unknown;
mod calls_over_platform;
mod checkout_credentials;
mod command_injection;
mod concurrency_cancels_other_event;
mod concurrency_drops_calls;
mod concurrency_missing;
mod concurrency_shared_with_caller;
mod condition_never_holds;
mod container_credentials_literal;
mod container_invalid;
mod context_dump;
mod contract_broken;
mod coverage_below_minimum;
mod coverage_dropped;
mod coverage_of_changes;
mod coverage_unmeasured;
mod cron;
mod cron_too_often;
mod dangerous_trigger;
mod debug_enabled;
mod deployment_not_blocked;
mod deprecated_commands;
mod dind_without_tls;
mod dispatch_inputs;
mod docker_in_docker;
mod duration_not_whole_minutes;
mod env_file_write;
mod env_name_taken;
mod evaluation_failed;
mod expression_not_evaluated;
mod expression_types;
mod forbidden_uses;
mod gate_weakened;
mod generated_file_drift;
mod gl_cache_unprotected;
mod gl_calls_too_deep;
mod gl_double_pipeline;
mod gl_include_forbidden;
mod gl_include_missing;
mod gl_include_unpinned;
mod gl_input_expansion;
mod gl_interruptible;
mod gl_name_unknown;
mod gl_needs_limit;
mod gl_pages;
mod gl_parallel_limit;
mod gl_production_unprotected;
mod gl_timeout_missing;
mod gl_timeout_over_platform;
mod gl_token_scope;
mod gl_variable_evaluated;
mod gl_variable_override;
mod globs;
mod id_rules;
mod id_token_ungated;
mod import_refused;
mod input_unknown;
mod inputs_too_many;
mod insecure_commands;
mod insecure_url;
mod job_timeout_missing;
mod job_timeout_over_limit;
mod job_timeout_over_platform;
mod local_action_inputs;
mod matrix;
mod matrix_duplicate;
mod matrix_exclude_idle;
mod matrix_key_unknown;
mod matrix_too_large;
mod matrix_zero_lost;
mod misfeature;
mod mutable_runner_label;
mod needs_graph;
mod not_portable;
mod obfuscation;
mod parallel_steps;
mod permissions_all;
mod permissions_call_mismatch;
mod permissions_insufficient;
mod permissions_invalid;
mod permissions_missing;
mod permissions_open;
mod permissions_over_grant;
mod permissions_undocumented;
mod permissions_wide;
mod pin_unused;
mod policy_weakened;
mod reference_unavailable;
mod registry;
mod required_use;
mod retention_missing;
mod retention_over_limit;
mod retention_over_platform;
mod retired_action;
mod runner_label_unknown;
mod runner_not_approved;
mod runner_unmapped;
mod secrets_context_dump;
mod secrets_dynamic_index;
mod secrets_in_artifact;
mod secrets_in_command;
mod secrets_inherit;
mod secrets_literal;
mod secrets_structured;
mod secrets_undeclared;
mod secrets_ungated;
mod secrets_unused;
mod secrets_wide_env;
mod self_hosted_on_pr;
mod shell_custom;
mod shell_name;
mod spoofable_actor;
mod step_output_unknown;
mod superfluous_action;
mod suppression_banned;
mod suspect_command;
mod syntax;
mod template_injection;
mod timeout_unsupported_place;
mod trigger_invalid;
mod trusted_publishing;
mod typosquat_action;
mod unknown_field;
mod unknown_rule_id;
mod unmanaged_workflow;
mod unpinned_images;
mod unpinned_tools;
mod unpinned_uses;
mod unsigned_release;
mod unsound_condition;
mod unsound_contains;
mod unsound_ternary;
mod untrusted_checkout;
mod unverified_script;
mod updater_missing;
mod updater_runs_code;
mod uses_missing;
mod variables_undeclared;
mod vendored_library_stale;
mod vulnerable_action;
mod waiver_expired;
mod waiver_unjustified;
mod waiver_unused;
mod weak_gate;
mod workflow_run_unknown;
mod workflow_too_large;
mod workflow_unnamed;

pub(crate) use coverage_below_minimum::RULE as COVERAGE_BELOW_MINIMUM;
pub(crate) use coverage_dropped::RULE as COVERAGE_DROPPED;
pub(crate) use coverage_of_changes::RULE as COVERAGE_OF_CHANGES;
pub(crate) use coverage_unmeasured::RULE as COVERAGE_UNMEASURED;
pub use registry::{RULES, find, of_fault};

use crate::finding::Severity;
use crate::pipeline::Project;
use crate::pipeline::backends::{Backends, Forge};
use crate::policy::{Date, Policy};
use crate::source::FaultKind;
use crate::view::{Findings, Scope, Settings};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Names the defect, in kebab case.
    pub id: &'static str,
    /// What is wrong where it fires, in a sentence fragment.
    pub summary: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// How bad it is unless a policy says otherwise.
    pub severity: Severity,
    /// The fields of its settings as a Nickel record contract, each with a default: `max | Duration | default = "60m",`.
    pub settings: &'static str,
    /// What loosens each of them, by name: which way a change of a policy lets more pass.
    pub loosens: &'static [(&'static str, Loosens)],
    /// The faults by which a contract refuses what the rule is about before it can be judged.
    pub refused: &'static [Refused],
    /// What looks for the defect.
    pub check: Check,
    /// What must and must not fire; they are its test and its documentation.
    pub examples: &'static [Example],
    /// The forges it is about: it is idle in a project that writes for none of them.
    pub forges: Forges,
    /// When an audit of YAML that nobody emits listens to it.
    pub audit: Audit,
}

impl Rule {
    /// What most rules of the portable model have in common; each names the rest itself.
    const PORTABLE: Self = Self {
        id: "",
        summary: "",
        why: "",
        severity: Severity::Error,
        settings: "",
        loosens: &[],
        refused: &[],
        check: Check::Contract,
        examples: &[],
        forges: Forges::Every,
        audit: Audit::Always,
    };

    /// The same for rules about GitHub: its limits, its actions, its words, its tokens.
    const GITHUB: Self = Self { forges: Forges::Only(Forge::GitHub), ..Self::PORTABLE };
    /// The same of a rule that is about GitLab.
    const GITLAB: Self = Self { forges: Forges::Only(Forge::GitLab), ..Self::PORTABLE };

    /// What loosens a setting of it; none if there is no such setting.
    #[must_use]
    pub fn loosened_by(&self, setting: &str) -> Option<Loosens> {
        self.loosens.iter().find(|(name, _)| *name == setting).map(|(_, loosens)| *loosens)
    }

    /// Whether it is about anything that the project writes.
    #[must_use]
    pub fn concerns(&self, backends: &Backends) -> bool {
        match self.forges {
            Forges::Every => true,
            Forges::Only(forge) => backends.write_for(forge),
        }
    }

    /// Whether it says nothing until a policy has settings for it: by its examples, which show each rule at its defaults if there is
    /// anything to show.
    #[must_use]
    pub fn waits_for_settings(&self) -> bool {
        let mut bad = self.examples.iter().filter(|example| example.fires).peekable();
        !self.settings.is_empty() && bad.peek().is_some() && bad.all(|example| example.policy.contains("settings"))
    }
}

/// What loosens a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loosens {
    /// More of it.
    More,
    /// Less of it.
    Less,
    /// A further item, whose absence forbids.
    Item,
    /// A further item; an empty list forbids nothing, though.
    ItemOrNone,
    /// An item that is gone.
    NoItem,
    /// By name: one that is gone bounds nothing any more, and a greater one bounds less.
    Grants,
    /// By name: a greater one; one that is gone or new is held to another setting from then on.
    Each,
    /// By name: a smaller one; the same of one that is gone or new.
    EachLess,
}

/// The forges a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forges {
    /// Every one: what the rule finds is wrong in the portable model, whatever it is written for.
    Every,
    /// One, whose platform, words or actions it is about.
    Only(Forge),
}

impl Forges {
    /// The one, if it is about one.
    #[must_use]
    pub const fn one(self) -> Option<Forge> {
        match self {
            Self::Every => None,
            Self::Only(forge) => Some(forge),
        }
    }

    /// Their names, sorted.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let is_meant = |forge: &&Forge| self == Self::Every || self == Self::Only(**forge);
        Forge::ALL.iter().filter(is_meant).map(|forge| forge.name()).collect()
    }
}

/// When an audit listens to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audit {
    /// Always: what it says is a defect to any careful reader.
    Always,
    /// With `--strict`: what it says is true, and many who own such a file decide otherwise.
    Strict,
    /// Never: it is about what only a project of ours has.
    Never,
}

impl Audit {
    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Strict => "strict",
            Self::Never => "never",
        }
    }
}

/// A fault of a contract that stands for a rule.
#[derive(Debug)]
pub struct Refused {
    /// The sort of fault.
    pub kind: FaultKind,
    /// The way to the faulty value, `*` for any one name: `jobs/*/timeout`; in the project's file it begins with `project`, in a
    /// policy's with `policy`. `**` is any value that no other rule names.
    pub path: &'static str,
}

/// The path of a fault that stands for a rule wherever it is.
pub(crate) const ANYWHERE: &str = "**";

/// What looks for a defect.
#[derive(Debug)]
pub enum Check {
    /// A look at the whole project.
    Project(fn(&Scope<'_>, &mut Findings)),
    /// A look at a policy after everything was judged by it.
    Policy(fn(&Waivers<'_>, &mut Findings)),
    /// The contracts refuse it; there is nothing left to look for.
    Contract,
    /// A backend says it instead of writing what a forge would not take.
    Backend,
    /// A backend says it where its forge cannot do what is written; it writes the rest.
    Loss,
    /// The comparison with the files on disk says it.
    Drift,
    /// The comparison with the policies of another revision says it.
    Change,
    /// A gate says it of what tests, coverage or benchmarks come to.
    Gate,
    /// A gate says it of what could not be measured.
    Unmeasured,
}

impl Check {
    /// Whether a policy decides about it: what a contract or a backend refuses cannot be judged otherwise.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        match self {
            Self::Project(_) | Self::Policy(_) | Self::Loss | Self::Drift | Self::Change | Self::Gate => true,
            Self::Contract | Self::Backend | Self::Unmeasured => false,
        }
    }
}

/// What a rule about exceptions sees.
#[derive(Clone, Copy, Debug)]
pub struct Waivers<'a> {
    /// The project it judged.
    pub project: &'a Project,
    /// The policy.
    pub policy: &'a Policy,
    /// The policies of other layers.
    pub others: &'a [&'a Policy],
    /// How many findings each exception of the policy covered, in its order; none for one that may cover nothing.
    pub covered: &'a [Option<usize>],
    /// The day the run counts as.
    pub now: Date,
    /// What the policy sets.
    pub settings: Settings<'a>,
}

impl<'a> Waivers<'a> {
    /// Every rule there is: the built-in ones, and those of any policy.
    fn known(self) -> Vec<&'a str> {
        let policies = std::iter::once(self.policy).chain(self.others.iter().copied());
        let custom = policies.flat_map(|policy| &policy.custom).map(|rule| rule.id.as_str());
        RULES.iter().map(|rule| rule.id).chain(custom).collect()
    }
}

/// A piece of Nickel that must or must not make a rule fire.
#[derive(Debug)]
pub struct Example {
    /// Whether it must.
    pub fires: bool,
    /// Pipelines by id; each is merged over a small complete pipeline. One whose id begins with `actions/` is an action. Where the
    /// ids are paths of YAML, these are whole files of a repository that nobody emits.
    pub pipelines: &'static [(&'static str, &'static str)],
    /// Merged over a small complete project.
    pub project: &'static str,
    /// The policy.
    pub policy: &'static str,
}

impl Example {
    /// Pipelines that must make the rule fire.
    #[must_use]
    pub const fn bad(pipelines: &'static [(&'static str, &'static str)]) -> Self {
        Self { fires: true, pipelines, project: "{}", policy: "{}" }
    }

    /// Pipelines that must not.
    #[must_use]
    pub const fn good(pipelines: &'static [(&'static str, &'static str)]) -> Self {
        Self { fires: false, ..Self::bad(pipelines) }
    }

    /// Whether its files are YAML that nobody emits.
    #[must_use]
    pub fn is_yaml(&self) -> bool {
        self.pipelines.first().is_some_and(|(id, _)| id.ends_with(".yml"))
    }

    /// In this project.
    #[must_use]
    pub const fn project(self, project: &'static str) -> Self {
        Self { project, ..self }
    }

    /// Under this policy.
    #[must_use]
    pub const fn policy(self, policy: &'static str) -> Self {
        Self { policy, ..self }
    }
}

/// The day examples are judged on.
pub const EXAMPLE_NOW: &str = "2026-06-01";
