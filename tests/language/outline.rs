//! The order in which an author needs the contracts, which no source tells.

/// A part of the page: its heading, and the contracts it explains.
pub(crate) struct Part {
    pub(crate) heading: &'static str,
    pub(crate) contracts: &'static [&'static str],
}

const fn part(heading: &'static str, contracts: &'static [&'static str]) -> Part {
    Part { heading, contracts }
}

/// The contract of the built-in rules: generated from them, and explained by the tool.
pub(crate) const RULES: &str = "Rules";

pub(crate) const PARTS: &[Part] = &[
    part(
        "The project",
        &[
            "Project",
            "Visibility",
            "Backends",
            "GitlabBackend",
            "GitlabLayout",
            "GitlabMachine",
            "GitlabExecutor",
            "PolicySource",
            "Declared",
            "Pin",
            "Revision",
            "Image",
            "Runner",
            "Update",
            "Interval",
            "Day",
        ],
    ),
    part("A pipeline", &["Pipeline"]),
    part(
        "What starts a pipeline",
        &[
            "Triggers",
            "PullRequest",
            "Push",
            "MergeGroup",
            "Release",
            "Schedule",
            "Manual",
            "Callable",
            "Input",
            "InputType",
            "SecretInput",
            "Returned",
        ],
    ),
    part(
        "A job",
        &[
            "Job",
            "Environment",
            "Act",
            "Tier",
            "Container",
            "Service",
            "Credentials",
            "Health",
            "Matrix",
            "Leg",
            "Concurrency",
            "Group",
            "Queue",
            "Defaults",
            "Toolchain",
            "JobImpact",
            "ByHand",
            "Retry",
            "Tries",
            "Failure",
        ],
    ),
    part(
        "A job as GitHub spells it",
        &[
            "GithubJob",
            "GithubRunsOn",
            "GithubStrategy",
            "GithubContainer",
            "GithubService",
            "GithubEnvironment",
            "GithubConcurrency",
            "GithubPermissions",
            "GithubDefaults",
            "GithubSnapshot",
            "ConditionInWords",
            "FlagInWords",
            "CountInWords",
        ],
    ),
    part(
        "A step and its kinds",
        &[
            "Step",
            "GithubStep",
            "Impact",
            "Script",
            "Checkout",
            "Upload",
            "Paths",
            "Missing",
            "Report",
            "Download",
            "Cache",
            "WaitFor",
            "Comment",
            "Email",
            "Slack",
            "DockerBuild",
            "Login",
            "Sarif",
            "Coverage",
            "CoverageService",
        ],
    ),
    part("An action", &["Action", "ActionInput", "ActionOutput", "ActionNode", "NodeRuntime", "ActionDocker", "Branding"]),
    part("References and joined text", &["Value", "TextValue", "Values"]),
    part("Conditions", &["Condition"]),
    part("What a token may do", &["Permissions"]),
    part(
        "Texts, numbers and times",
        &[
            "NonEmpty",
            "Said",
            "Path",
            "Shell",
            "Id",
            "Version",
            "Duration",
            "Retention",
            "Date",
            "Clock",
            "Cron",
            "Flag",
            "Count",
            "CountOrZero",
            "Percent",
            "Severity",
            "Mode",
        ],
    ),
    part(
        "In GitHub's own words",
        &[
            "GithubPipeline",
            "GithubEvents",
            "GithubActivities",
            "GithubPullRequest",
            "GithubPush",
            "GithubMergeGroup",
            "GithubWorkflowRun",
            "GithubImageVersion",
            "GithubDispatch",
            "GithubInput",
            "GithubInputType",
            "GithubCall",
            "GithubCallInput",
            "GithubCallInputType",
            "GithubOutput",
            "TextOrTexts",
        ],
    ),
    part(
        "In GitLab's own words",
        &[
            "GitlabPipeline",
            "GitlabFile",
            "GitlabWorkflow",
            "GitlabVariable",
            "GitlabDefault",
            "GitlabJob",
            "GitlabStep",
            "GitlabReference",
            "GitlabText",
            "GitlabTexts",
            "GitlabGlobs",
            "GitlabScript",
            "GitlabSpan",
            "GitlabExpiry",
            "GitlabRegex",
            "GitlabValue",
            "GitlabInputs",
            "GitlabImage",
            "GitlabService",
            "GitlabReports",
            "GitlabArtifacts",
            "GitlabCache",
            "GitlabExpression",
            "GitlabChanges",
            "GitlabExists",
            "GitlabCancel",
            "GitlabRule",
            "GitlabWorkflowRule",
            "GitlabIncludeRule",
            "GitlabNeed",
            "GitlabParallel",
            "GitlabAllowFailure",
            "GitlabRetry",
            "GitlabEnvironment",
            "GitlabIdToken",
            "GitlabSecret",
            "GitlabRelease",
            "GitlabPages",
            "GitlabInclude",
            "GitlabTrigger",
            "GitlabInput",
            "GitlabJobInput",
            "GitlabSpec",
            "GitlabRun",
        ],
    ),
    part("Policies and rules", &["Policy", RULES, "Exception", "ExceptionsAllowed", "CustomRule", "Answer", "Examples"]),
];

/// What is said before the first part.
pub(crate) const INTRODUCTION: &str = r#"# The language

<!-- Generated from src/contracts/*.ncl by tests/language/main.rs; do not edit. -->

Everything an author may write, contract by contract. Each file is [Nickel](https://nickel-lang.org) and ends in the contract of what it holds:

| file | holds |
|---|---|
| `pipelines/main.ncl` | a [`Project`](#project) |
| `pipelines/ID.ncl` | a [`Pipeline`](#pipeline); its file name is its id |
| `actions/ID.ncl` | an [`Action`](#action); its file name is its id |
| `policies/main.ncl` | a [`Policy`](#policy) |

```nickel
let ci = import "pipeward.ncl" in
{ name = "CI", on.pull_request = {}, jobs.unit = { timeout = "10m", steps = [{ run = "make test" }] } } | ci.Pipeline
```

How to read the tables:

- `Array X` is a list of `X`, written `[ … ]`; `{ _ | X }` is a record of any names whose values are `X`; `{ .. }` is any record, `Dyn` anything at all.
- A field that a table does not list is refused.
- What is shown as refused is refused with a message that contains the words beside it.
- `jobs.unit = x` is short for `jobs = { unit = x }`, and `'Read` with its tick is a tag, not a text.
"#;

/// What stands in place of the built-in rules.
pub(crate) const RULES_TEXT: &str = "\
Accepts what a policy says of the built-in rules, by id: `severity`, and `settings` where a rule has some.

`pipeward rules` lists them. `pipeward explain RULE` says what one finds and why, its settings with their defaults, and examples.

```nickel
{ rules.job-timeout-over-limit.settings.max = \"30m\" }
```
";
