//! What the failure of a job does: another try, or nothing but a warning.

use super::lowering::Lowering;
use crate::pipeline::Job;
use crate::pipeline::retry::Failure;
use crate::pipeline::step::Impact;
use crate::yaml::{Map, Node};

/// The exit code with which a job ends that has failed where its failure is only said. The script of the job gives it to no other.
pub(super) const WARNED: u32 = 170;

/// How a job has ended, for those after it, that has failed: where its failure is only said, it counts as well there, as on GitHub.
pub(super) fn word(job: &Job) -> &'static str {
    if is_only_said(job) { "success" } else { "failure" }
}

fn is_only_said(job: &Job) -> bool {
    job.impact.as_ref().is_some_and(|impact| impact.value == Impact::Warn)
}

/// Puts `allow_failure` and `retry` into the map of a job.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    if let Some(when) = &job.warn_if {
        lowering.lose("warn-if", when.origin);
        let mut codes = Map::new();
        codes.put("exit_codes", vec![WARNED]);
        map.put("allow_failure", codes);
    } else if is_only_said(job) {
        map.put("allow_failure", true);
    }
    map.put_some("retry", retry(job, usize::MAX));
}

/// The end of a job whose failure is only said if a condition holds: `test` is a command that asks for it. A job that `reports` how it
/// ended says that it ended well then.
pub(super) fn ending(test: &str, reports: bool) -> String {
    let said = if reports { " only_said;" } else { "" };
    format!(
        "if failed; then\n  if {test}; then pw_failed={WARNED};{said} elif [ \"$pw_failed\" = {WARNED} ]; then pw_failed=1; fi\nfi\n"
    )
}

/// The number of tries, with so many of GitLab's words for each failure: the first is the one that is read as it.
pub(super) fn retry(job: &Job, most: usize) -> Option<Node> {
    let retry = job.retry.as_ref()?;
    if retry.after.is_empty() && retry.exit_codes.is_empty() {
        return Some(Node::from(retry.max.value));
    }
    let mut map = Map::new();
    map.put("max", retry.max.value);
    if !retry.after.is_empty() {
        let words: Vec<&str> = retry.after.iter().flat_map(|failure| words(failure.value).iter().take(most)).copied().collect();
        map.put("when", words);
    }
    if !retry.exit_codes.is_empty() {
        map.put("exit_codes", retry.exit_codes.iter().map(|code| code.value).collect::<Vec<u32>>());
    }
    Some(Node::Map(map))
}

/// GitLab's words for a failure.
const fn words(failure: Failure) -> &'static [&'static str] {
    match failure {
        Failure::Script => &["script_failure"],
        Failure::Runner => &["runner_system_failure", "runner_unsupported"],
        Failure::Stuck => &["stuck_or_timeout_failure", "stale_schedule"],
        Failure::Timeout => &["job_execution_timeout"],
        Failure::Forge => &["api_failure", "scheduler_failure", "data_integrity_failure"],
        Failure::Unknown => &["unknown_failure"],
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// How a job ends whose steps ended so, and whose condition is that command.
    fn end(failed: &str, test: &str) -> Option<i32> {
        let script = format!(
            "pw_failed='{failed}'\nfailed() {{ [ -n \"$pw_failed\" ]; }}\n{}exit \"${{pw_failed:-0}}\"\n",
            ending(test, false)
        );
        Command::new("sh").args(["-euc", &script]).status().expect("sh").code()
    }

    #[test]
    fn only_a_failure_that_is_only_said_ends_with_its_code() {
        assert_eq!(end("", "true"), Some(0));
        assert_eq!(end("2", "true"), Some(170));
        assert_eq!(end("2", "false"), Some(2));
        assert_eq!(end("170", "false"), Some(1));
    }
}
