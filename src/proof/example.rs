//! The small complete project that examples of rules are merged over: tests judge what documentation shows.

use crate::read::{Source, What};
use crate::rule::Example;
use crate::source::{Request, Role};

const PIPELINE: &str = r#"{
  name | default = "<id>",
  on | default = { pull_request = {} },
  jobs.test = {
    timeout | default = "10m",
    permissions | default = { contents = 'Read },
    steps | default = [{ checkout = {} }, { name = "Test", run = "make test" }],
  },
}"#;

const ACTION: &str = r#"{ name | default = "<id>", description | default = "What it is for." }"#;

const PROJECT: &str = r#"{
  name | default = "example",
  visibility | default = 'Public,
  pins | default = {
    "actions/cache" = { version = "v6.1.0", revision = "55cc8345863c7cc4c66a329aec7e433d2d1c52a9" },
    "actions/checkout" = { version = "v7.0.1", revision = "3d3c42e5aac5ba805825da76410c181273ba90b1" },
    "actions/upload-artifact" = { version = "v7.0.1", revision = "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a" },
  },
  updates | default = [{ ecosystem = "github-actions", interval = 'Weekly, cooldown = "7 days" }],
}"#;

/// The files of an example: the project, its pipelines, its policy, each with its text.
pub(super) fn texts(example: &Example) -> Vec<Request> {
    let file = |name: &str, role, text: String| Request { name: name.to_owned(), text: Some(text), role };
    let over = |base: &str, fragment: &str| format!("{base}\n& ({fragment})\n");
    let mut files = vec![file("pipelines/main.ncl", Role::Project, over(PROJECT, example.project))];
    let written = example.pipelines.iter().filter(|_| !example.is_yaml());
    files.extend(written.map(|(id, fragment)| match id.strip_prefix("actions/") {
        Some(action) => file(&format!("{id}.ncl"), Role::Action, over(&ACTION.replace("<id>", action), fragment)),
        None => file(&format!("pipelines/{id}.ncl"), Role::Pipeline, over(&PIPELINE.replace("<id>", id), fragment)),
    }));
    files.push(file("policies/main.ncl", Role::Policy, example.policy.to_owned()));
    files
}

/// The files of an example that is YAML.
pub(super) fn sources(example: &Example) -> Vec<Source> {
    let source = |(path, text): &(&str, &str)| Source {
        what: What::of(path).unwrap_or(if path.ends_with(".gitlab-ci.yml") { What::GitLab } else { What::Workflow }),
        path: (*path).to_owned(),
        shown: (*path).to_owned(),
        text: (*text).to_owned(),
    };
    example.pipelines.iter().map(source).collect()
}
