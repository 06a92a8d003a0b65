//! The Nickel library that pipelines import, embedded: one domain per file, `pipeward.ncl` is its index.

macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("contracts/", $name)))),*] };
}

/// Every file: name and text.
///
/// To add one: its file under `contracts/`, a line here, and a line in `pipeward.ncl`.
pub const FILES: &[(&str, &str)] = files![
    "action.ncl",
    "artifact.ncl",
    "checkout.ncl",
    "condition.ncl",
    "container.ncl",
    "credentials.ncl",
    "custom.ncl",
    "docker.ncl",
    "github_event.ncl",
    "github_job.ncl",
    "github_pipeline.ncl",
    "github_step.ncl",
    "github_surroundings.ncl",
    "gitlab.ncl",
    "gitlab_artifact.ncl",
    "gitlab_environment.ncl",
    "gitlab_failure.ncl",
    "gitlab_form.ncl",
    "gitlab_image.ncl",
    "gitlab_include.ncl",
    "gitlab_input.ncl",
    "gitlab_job.ncl",
    "gitlab_need.ncl",
    "gitlab_pipeline.ncl",
    "gitlab_release.ncl",
    "gitlab_rule.ncl",
    "gitlab_run.ncl",
    "gitlab_secret.ncl",
    "gitlab_step.ncl",
    "gitlab_text.ncl",
    "gitlab_workflow.ncl",
    "input.ncl",
    "job.ncl",
    "matrix.ncl",
    "message.ncl",
    "permission.ncl",
    "pin.ncl",
    "pipeline.ncl",
    "pipeward.ncl",
    "policy.ncl",
    "project.ncl",
    "reference.ncl",
    "report.ncl",
    "retry.ncl",
    "rules.ncl",
    "scalar.ncl",
    "step.ncl",
    "surroundings.ncl",
    "text.ncl",
    "time.ncl",
    "trigger.ncl",
    "update.ncl",
    "validator.ncl",
    "value.ncl",
];

/// The file an author imports.
pub const ENTRY: &str = "pipeward.ncl";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_library_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/contracts");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .expect("the library")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        there.sort();
        let mut embedded: Vec<&str> = FILES.iter().map(|(name, _)| *name).collect();
        embedded.sort_unstable();
        assert_eq!(embedded, there);
    }
}
