//! The small project that tests break: its own file, and a pipeline that nothing is wrong with.

/// `pipelines/main.ncl`.
pub(crate) const PROJECT: &str = r#"{
  name = "sample",
  visibility = 'Public,
  backends.github = {},
  updates = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }],
}
"#;
/// `pipelines/ci.ncl`.
pub(crate) const PIPELINE: &str = r#"{
  name = "Tests",
  on.pull_request.branches = ["main"],
  concurrency = { group = 'PerRef, cancel = true },
  jobs.unit = {
    timeout = "10m",
    permissions.contents = 'Read,
    steps = [{ name = "Test", run = "make test" }],
  },
}
"#;
