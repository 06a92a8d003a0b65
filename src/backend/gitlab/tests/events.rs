//! The table of events: for each thing that happens exactly the expected jobs, on both forges.

use github_actions_expressions::Evaluation;

use super::*;
use crate::pipeline::deduce::{self, Facts, Possible, Shape};
use crate::pipeline::fixture;
use crate::pipeline::glob::{Glob, Subject, lets_in};
use crate::pipeline::trigger::{Event, Filter};
use crate::pipeline::words::Words;
use crate::pipeline::{Job, Pipeline};

/// Something that happens, as each forge tells it.
#[derive(Default)]
struct Happening {
    what: &'static str,
    /// GitLab's variables.
    gitlab: &'static [(&'static str, &'static str)],
    /// What starts workflows of GitHub.
    github: &'static [Told],
    /// The jobs that run if all goes well.
    jobs: &'static [&'static str],
    /// The same on GitHub, where it does something else.
    elsewhere: Option<&'static [&'static str]>,
}

/// An event of GitHub's.
#[derive(Default)]
struct Told {
    event: Option<Event>,
    /// `github.ref`.
    reference: &'static str,
    /// The branch that a pull request goes to.
    base: &'static str,
    label: bool,
    /// The pipeline that the clock or somebody starts.
    pipeline: &'static str,
    skip: bool,
}

fn project() -> Project {
    let ci = pipeline(
        r#"{"push": {"branches": ["main", "develop"]}, "pull_request": {"branches": ["main"]}, "schedule": [{"cron": "0 2 * * *"}], "release": {"types": ["published"]}}"#,
        &[
            ("validate", ""),
            ("build", r#""needs": ["validate"], "when": {"'Not": {"'Event": ["'PullRequest"]}}"#),
            ("measure", r#""when": {"'Event": ["'Schedule", "'Release"]}"#),
            ("gate", r#""needs": ["measure"]"#),
            ("deploy", r#""needs": ["build"], "when": {"'All": ["'DefaultBranch", {"'Event": ["'Push"]}]}"#),
            ("publish", r#""needs": ["build"], "when": "'Tag""#),
            ("debug", r#""needs": ["validate"], "when": "'OnFailure""#),
        ],
    );
    let full = pipeline(
        r#"{"pull_request": {"branches": ["main", "develop"], "types": ["opened", "synchronize", "reopened", "labeled"]}, "manual": {}}"#,
        &[
            ("check", r#""when": {"'Any": [{"'Label": "ready"}, {"'Event": ["'Manual"]}]}"#),
            ("after", r#""needs": ["check"]"#),
            ("verdict", r#""needs": ["check"], "when": "'Always""#),
        ],
    );
    let nightly = pipeline(
        r#"{"schedule": [{"cron": "0 3 * * *"}], "manual": {"inputs": {"skip": {"type": "'Flag", "default": false}}}}"#,
        &[
            ("unit", ""),
            ("slow", r#""when": {"'Not": {"'Input": {"name": "skip", "equals": true}}}"#),
            ("summary", r#""needs": ["unit", "slow"], "when": "'Always""#),
        ],
    );
    let every = pipeline(
        r#"{"push": {}, "pull_request": {"branches": ["main"]}}"#,
        &[("lint", ""), ("pushed", r#""when": {"'Event": ["'Push"]}"#), ("feature", r#""when": {"'Branch": ["feature/**"]}"#)],
    );
    let queue = pipeline(r#"{"merge_group": {}}"#, &[("last", ""), ("never", r#""when": "'Tag""#)]);
    let tags = pipeline(r#"{"push": {"tags": ["v*", "!v0.*"]}}"#, &[("sign", "")]);
    let unreached = pipeline(r#"{"pull_request": {}}"#, &[("never", r#""when": {"'Label": "never"}"#)]);
    fixture::project(
        &both(),
        &[
            ("ci", &ci),
            ("full", &full),
            ("nightly", &nightly),
            ("every", &every),
            ("queue", &queue),
            ("tags", &tags),
            ("unreached", &unreached),
        ],
    )
}

const fn push(reference: &'static str) -> Told {
    Told { event: Some(Event::Push), reference, base: "", label: false, pipeline: "", skip: false }
}

const fn request(base: &'static str, label: bool) -> Told {
    Told { event: Some(Event::PullRequest), reference: "refs/pull/1/merge", base, label, pipeline: "", skip: false }
}

const fn started(event: Event, pipeline: &'static str, skip: bool) -> Told {
    Told { event: Some(event), reference: "refs/heads/main", base: "", label: false, pipeline, skip }
}

const REQUEST: (&str, &str) = ("CI_PIPELINE_SOURCE", "merge_request_event");
const MAIN: (&str, &str) = ("CI_DEFAULT_BRANCH", "main");
const OWN: [(&str, &str); 2] = [("CI_PROJECT_ID", "1"), ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "1")];
const WEB: (&str, &str) = ("CI_PIPELINE_SOURCE", "web");
/// What the form holds if nobody changes it, in every pipeline there is.
const FORM: [(&str, &str); 2] = [("PIPEWARD_PIPELINE", "none"), ("NIGHTLY_SKIP", "false")];
const TARGET: &str = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME";
const SOURCE: &str = "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME";

const TABLE: &[Happening] = &[
    Happening {
        what: "a push to the default branch",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_BRANCH", "main")],
        github: &[push("refs/heads/main")],
        jobs: &["ci/validate", "ci/build", "ci/deploy", "every/lint", "every/pushed"],
        elsewhere: None,
    },
    Happening {
        what: "a push to a branch that is named",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_BRANCH", "develop")],
        github: &[push("refs/heads/develop")],
        jobs: &["ci/validate", "ci/build", "every/lint", "every/pushed"],
        elsewhere: None,
    },
    Happening {
        what: "a push to another branch",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_BRANCH", "feature/x")],
        github: &[push("refs/heads/feature/x")],
        jobs: &["every/lint", "every/pushed", "every/feature"],
        elsewhere: None,
    },
    Happening {
        what: "a push to a branch of a merge request, whose own pipeline stands for it",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_BRANCH", "feature/x"), ("CI_OPEN_MERGE_REQUESTS", "o/p!1")],
        github: &[push("refs/heads/feature/x")],
        jobs: &[],
        elsewhere: Some(&["every/lint", "every/pushed", "every/feature"]),
    },
    Happening {
        what: "a merge request without the label",
        gitlab: &[REQUEST, MAIN, OWN[0], OWN[1], (SOURCE, "feature/x"), (TARGET, "main"), ("CI_OPEN_MERGE_REQUESTS", "o/p!1")],
        github: &[request("main", false)],
        jobs: &["ci/validate", "every/lint", "full/verdict"],
        elsewhere: None,
    },
    Happening {
        what: "a merge request with the label",
        gitlab: &[
            REQUEST,
            MAIN,
            OWN[0],
            OWN[1],
            (SOURCE, "feature/x"),
            (TARGET, "main"),
            ("CI_MERGE_REQUEST_LABELS", "bug,ready"),
        ],
        github: &[request("main", true)],
        jobs: &["ci/validate", "every/lint", "full/check", "full/after", "full/verdict"],
        elsewhere: None,
    },
    Happening {
        what: "a merge request with a label that only holds the name",
        gitlab: &[
            REQUEST,
            MAIN,
            OWN[0],
            OWN[1],
            (SOURCE, "feature/x"),
            (TARGET, "main"),
            ("CI_MERGE_REQUEST_LABELS", "not-ready,ready2"),
        ],
        github: &[request("main", false)],
        jobs: &["ci/validate", "every/lint", "full/verdict"],
        elsewhere: None,
    },
    Happening {
        what: "a merge request from a fork, from a branch that pushes here would cover",
        gitlab: &[
            REQUEST,
            MAIN,
            ("CI_PROJECT_ID", "1"),
            ("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "2"),
            (SOURCE, "main"),
            (TARGET, "main"),
        ],
        github: &[request("main", false)],
        jobs: &["ci/validate", "every/lint", "full/verdict"],
        elsewhere: None,
    },
    Happening {
        what: "a merge request from a branch whose push has run the pipeline",
        gitlab: &[REQUEST, MAIN, OWN[0], OWN[1], (SOURCE, "develop"), (TARGET, "main")],
        github: &[request("main", false)],
        jobs: &["every/lint", "full/verdict"],
        elsewhere: Some(&["ci/validate", "every/lint", "full/verdict"]),
    },
    Happening {
        what: "a merge request to a branch that is not asked for stands for the push that gave way to it",
        gitlab: &[REQUEST, MAIN, OWN[0], OWN[1], (SOURCE, "feature/x"), (TARGET, "release"), ("CI_OPEN_MERGE_REQUESTS", "o/p!1")],
        github: &[push("refs/heads/feature/x"), request("release", false)],
        jobs: &["every/lint", "every/pushed", "every/feature"],
        elsewhere: None,
    },
    Happening {
        what: "a tag",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_TAG", "v1.0")],
        github: &[
            push("refs/tags/v1.0"),
            Told { event: Some(Event::Release), reference: "refs/tags/v1.0", base: "", label: false, pipeline: "", skip: false },
        ],
        jobs: &["ci/validate", "ci/build", "ci/measure", "ci/gate", "ci/publish", "every/lint", "every/pushed", "tags/sign"],
        elsewhere: None,
    },
    Happening {
        what: "a tag that a pattern takes away",
        gitlab: &[("CI_PIPELINE_SOURCE", "push"), MAIN, ("CI_COMMIT_TAG", "v0.9")],
        github: &[push("refs/tags/v0.9")],
        // GitHub knows releases, GitLab the tags that they are made from.
        jobs: &["ci/validate", "ci/build", "ci/measure", "ci/gate", "ci/publish", "every/lint", "every/pushed"],
        elsewhere: Some(&["every/lint", "every/pushed"]),
    },
    Happening {
        what: "the schedule of ci",
        gitlab: &[("CI_PIPELINE_SOURCE", "schedule"), MAIN, ("CI_COMMIT_BRANCH", "main"), ("PIPEWARD_SCHEDULE", "ci")],
        github: &[started(Event::Schedule, "ci", false)],
        jobs: &["ci/validate", "ci/build", "ci/measure", "ci/gate"],
        elsewhere: None,
    },
    Happening {
        what: "the schedule of nightly",
        gitlab: &[("CI_PIPELINE_SOURCE", "schedule"), MAIN, ("CI_COMMIT_BRANCH", "main"), ("PIPEWARD_SCHEDULE", "nightly")],
        github: &[started(Event::Schedule, "nightly", false)],
        jobs: &["nightly/unit", "nightly/slow", "nightly/summary"],
        elsewhere: None,
    },
    Happening {
        what: "a schedule that says nothing",
        gitlab: &[("CI_PIPELINE_SOURCE", "schedule"), MAIN, ("CI_COMMIT_BRANCH", "main")],
        github: &[],
        jobs: &[],
        elsewhere: None,
    },
    Happening {
        what: "a start of full by hand",
        gitlab: &[WEB, MAIN, ("CI_COMMIT_BRANCH", "main"), ("PIPEWARD_PIPELINE", "full")],
        github: &[started(Event::Manual, "full", false)],
        jobs: &["full/check", "full/after", "full/verdict"],
        elsewhere: None,
    },
    Happening {
        what: "a start of nightly by hand",
        gitlab: &[WEB, MAIN, ("CI_COMMIT_BRANCH", "main"), ("PIPEWARD_PIPELINE", "nightly")],
        github: &[started(Event::Manual, "nightly", false)],
        jobs: &["nightly/unit", "nightly/slow", "nightly/summary"],
        elsewhere: None,
    },
    Happening {
        what: "a start of nightly by hand, without the slow ones",
        gitlab: &[WEB, MAIN, ("CI_COMMIT_BRANCH", "main"), ("PIPEWARD_PIPELINE", "nightly"), ("NIGHTLY_SKIP", "true")],
        github: &[started(Event::Manual, "nightly", true)],
        jobs: &["nightly/unit", "nightly/summary"],
        elsewhere: None,
    },
    Happening {
        what: "a start by hand of nothing",
        gitlab: &[WEB, MAIN, ("CI_COMMIT_BRANCH", "main")],
        github: &[],
        jobs: &[],
        elsewhere: None,
    },
    Happening {
        what: "a merge train",
        gitlab: &[
            REQUEST,
            MAIN,
            OWN[0],
            OWN[1],
            (SOURCE, "feature/x"),
            (TARGET, "main"),
            ("CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"),
            ("CI_MERGE_REQUEST_LABELS", "ready,never"),
        ],
        github: &[Told {
            event: Some(Event::MergeGroup),
            reference: "refs/heads/gh-readonly-queue/main/pr-1",
            base: "main",
            label: true,
            pipeline: "",
            skip: false,
        }],
        jobs: &["queue/last"],
        elsewhere: None,
    },
];

/// What a run of GitHub's knows.
impl Facts for Told {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        match path {
            ["github", "event_name"] => Some(Possible::one(Shape::text(self.event?.name()))),
            ["github", "ref"] => Some(Possible::one(Shape::text(self.reference))),
            ["inputs", "skip"] if self.event == Some(Event::Manual) => Some(Possible::one(Shape::flag(self.skip))),
            ["inputs", "skip"] => Some(Possible::one(Shape::This(Evaluation::Null))),
            _ => panic!("{path:?} is not told"),
        }
    }
}

fn named(only: &[crate::origin::At<String>], name: &str) -> bool {
    let globs: Vec<Glob> = only.iter().map(|text| Glob::parse(text, Subject::Name).expect("a pattern")).collect();
    globs.is_empty() || lets_in(&globs, name)
}

impl Told {
    /// Whether it starts a pipeline on GitHub, by its filters.
    fn starts(&self, pipeline: &Pipeline) -> bool {
        let Some(event) = self.event.filter(|event| pipeline.on.events().contains(event)) else { return false };
        let none = Filter::default();
        let filter = pipeline.on.filter(event).map_or(&none, |filter| &filter.value);
        match event {
            Event::Schedule | Event::Manual => self.pipeline == pipeline.id,
            Event::PullRequest => named(&filter.branches, self.base),
            Event::Push => match self.reference.strip_prefix("refs/heads/") {
                Some(branch) => named(&filter.branches, branch) && (filter.tags.is_empty() || !filter.branches.is_empty()),
                None => {
                    let tag = self.reference.trim_start_matches("refs/tags/");
                    named(&filter.tags, tag) && (filter.branches.is_empty() || !filter.tags.is_empty())
                }
            },
            _ => true,
        }
    }

    /// Whether a job runs on GitHub if all goes well: by the `if` that is emitted for it, and those of what it needs.
    fn runs(&self, workflow: &Value, pipeline: &Pipeline, job: &Job) -> bool {
        let text = workflow["jobs"][&job.id].get("if").map_or("success()", |text| text.as_str().expect("a text"));
        let met = || job.needs.iter().all(|need| self.runs(workflow, pipeline, &pipeline.jobs[&need.value]));
        let mut text = text.to_owned();
        for label in ["ready", "never"] {
            let asked = format!("contains(github.event.pull_request.labels.*.name, '{label}')");
            text = text.replace(
                &asked,
                if self.label && self.event != Some(Event::MergeGroup) && label == "ready" { "true" } else { "false" },
            );
        }
        if text.contains("failure()") || !["always()", "success()"].iter().any(|word| text.contains(word)) && !met() {
            return false;
        }
        let text = text.replace("always()", "true").replace("success()", if met() { "true" } else { "false" });
        let words = Words::parse(&text).expect("an expression");
        deduce::truth(&words.expressions()[0], self).unwrap_or_else(|| panic!("{text} is not decided"))
    }
}

#[test]
fn each_event_runs_exactly_the_expected_jobs_on_both_forges() {
    let project = project();
    let output = crate::backend::render(&project);
    let root = &documents(&output, ROOT)[0];
    for Happening { what, gitlab, github, jobs, elsewhere } in TABLE {
        let variables: Vec<(&str, &str)> = FORM.iter().chain(*gitlab).copied().collect();
        let made = made(root, &scope(&variables));
        assert!(made.as_ref().is_none_or(|jobs| !jobs.is_empty()), "{what}: an empty pipeline");
        let run: Vec<&str> =
            made.unwrap_or_default().into_iter().filter(|(_, when)| *when != "on_failure").map(|(name, _)| name).collect();
        assert_eq!(run, *jobs, "{what}, on GitLab");
        let mut run = Vec::new();
        for pipeline in &project.pipelines {
            let workflow = &documents(&output, &crate::backend::github::path(pipeline))[0];
            for job in pipeline.jobs.values() {
                if github.iter().any(|told| told.starts(pipeline) && told.runs(workflow, pipeline, job)) {
                    run.push(format!("{}/{}", pipeline.id, job.id));
                }
            }
        }
        assert_eq!(run, elsewhere.unwrap_or(jobs), "{what}, on GitHub");
    }
}
