//! What starts a pipeline, and when its jobs and steps run.

use super::Case;

/// A case of each row of `src/loss/starts.rs`.
pub(super) const CASES: &[Case] = &[
    Case("activities", r#"on.pull_request.types = ["opened"], jobs.a = plain"#, "/on/pull_request/types/0=opened"),
    Case("activity", r#"on.pull_request.types = ["closed"], jobs.a = plain"#, "/on/pull_request/types/0=closed"),
    Case(
        "activity-label",
        r#"on.pull_request.types = ["opened", "synchronize", "reopened", "labeled"], jobs.a = plain"#,
        "/on/pull_request/types/0=labeled",
    ),
    Case("always", "on = push, jobs.a = plain & { when = 'Always }", "/jobs/a/if=always()"),
    Case(
        "call-after-skipped",
        r#"on = push, jobs = {
             a = plan,
             b = plain & asks & { matrix.n = [1, 2] },
             c = { needs = ["b"], calls = "callee", permissions = {} },
           }"#,
        "/jobs/c/needs/0=b",
    ),
    Case(
        "call-foreign",
        r#"on = push, jobs.a = { uses = "actions/checkout/.github/workflows/test.yml", permissions = {} }"#,
        "/jobs/a/uses=actions/checkout/.github/workflows/test.yml@3d3c42e5aac5ba805825da76410c181273ba90b1",
    ),
    Case(
        "call-input-coded",
        r#"on.call.inputs.what = {}, jobs.a = plain & { when = 'Input { name = "what", equals = "a b" } }"#,
        "/jobs/a/if=inputs.what == 'a b'",
    ),
    Case(
        "call-input-late",
        r#"on = push, jobs = {
             a = plan,
             b = { needs = ["a"], calls = "callee", permissions = {}, with.what = ["v", 'Output "a.plan"] },
           }"#,
        "/jobs/b/with/what=v${{ needs.a.outputs.plan }}",
    ),
    Case(
        "call-output",
        r#"on.call.outputs.plan = 'Output "a.plan", jobs.a = plan"#,
        "/on/workflow_call/outputs/plan/value=${{ jobs.a.outputs.plan }}",
    ),
    Case(
        "call-secret",
        r#"on = push, jobs.a = { calls = "callee", permissions = {}, secrets.OTHER = 'Secret "TOKEN" }"#,
        "/jobs/a/secrets/OTHER=${{ secrets.TOKEN }}",
    ),
    Case("cancelled", "on = push, jobs.a = plain & { when = 'Not 'NotCancelled }", "/jobs/a/if=!(!cancelled())"),
    Case("changed", r#"on = push, jobs.a = plain & { when = 'Changed ["src/**"] }"#, "/rules/0/changes"),
    Case("changed-in-step", r#"on = push, jobs.a = job & { steps = [{ run = "make", when = 'Changed ["src/**"] }] }"#, ""),
    Case("changed-not", r#"on = push, jobs.a = plain & { when = 'Not ('Changed ["src/**"]) }"#, ""),
    Case("changed-twice", r#"on.push.paths = ["src/**"], jobs.a = plain & { when = 'Changed ["docs/**"] }"#, ""),
    Case("changed-unknown", r#"on.push.paths = ["src/**"], jobs.a = plain"#, "/on/push/paths/0=src/**"),
    Case("condition", "on = push, jobs = { a = plan, b = plain & asks }", "/jobs/b/if=needs.a.outputs.plan == 'go'"),
    Case(
        "condition-large",
        r#"on = push, jobs = {
             a = plan,
             b = plain & {
               needs = ["a"],
               when =
                 let is = fun text => 'Output { name = "a.plan", equals = "%{text}" } in
                 'All (std.array.generate (fun at => 'Any [is "%{std.to_string at}", is "x%{std.to_string at}"]) 40),
             },
           }"#,
        "/jobs/b/if",
    ),
    Case(
        "condition-mixed",
        r#"on = push, jobs = {
             a = plan,
             b = plain & { needs = ["a"], when = 'Any ['OnFailure, 'Output { name = "a.plan", equals = "go" }] },
           }"#,
        "/jobs/b/if=failure() || needs.a.outputs.plan == 'go'",
    ),
    Case(
        "condition-of-call",
        r#"on = push, jobs = { a = plan, b = { calls = "callee", permissions = {} } & asks }"#,
        "/jobs/b/if=needs.a.outputs.plan == 'go'",
    ),
    Case("event", r#"github.on.issues.types = ["opened"], jobs.a = plain"#, "/on/issues/types/0=opened"),
    Case("event-name", "on = push, jobs.a = plain & { env.WHY = 'Event }", "/jobs/a/env/WHY=${{ github.event_name }}"),
    Case(
        "failure-before",
        r#"on = push, jobs = { a = plain, b = plain & { needs = ["a"] }, c = plain & { needs = ["b"], when = 'OnFailure } }"#,
        "/jobs/c/if=failure()",
    ),
    Case(
        "input-required",
        r#"on.manual.inputs.what = { required = true }, jobs.a = plain"#,
        "/on/workflow_dispatch/inputs/what/required=true",
    ),
    Case(
        "input-type",
        r#"on.manual.inputs.what = { type = 'Number, default = 3 }, jobs.a = plain"#,
        "/on/workflow_dispatch/inputs/what/type=number",
    ),
    Case(
        "left-to-pull-request",
        r#"on = { push = {}, pull_request = {} }, jobs = { a = plain, b = plain & { when = 'Event ['Push] } }"#,
        "/jobs/b/if=github.event_name == 'push'",
    ),
    Case(
        "left-to-push",
        r#"on = { push.branches = ["main", "feat/*"], pull_request = {} },
           jobs = { a = plain, b = plain & { when = 'Event ['PullRequest] } }"#,
        "/jobs/b/if=github.event_name == 'pull_request'",
    ),
    Case(
        "manual-after",
        r#"on = push, jobs = {
             a = plain,
             b = plain & { needs = ["a"], manual = {}, environment.name = "shop", when = 'OnFailure },
           }"#,
        "/jobs/b/if=failure()",
    ),
    Case("manual-start", "on.manual = {}, jobs.a = plain", "/on/workflow_dispatch"),
    Case("path-pattern", r#"on.push.paths = ["**", "!docs/**"], jobs.a = plain"#, "/on/push/paths/0=!docs/**"),
    Case("paths-ignore", r#"on.push.paths_ignore = ["docs/**"], jobs.a = plain"#, "/on/push/paths-ignore/0=docs/**"),
    Case("push-and-pull-request", "on = push & { pull_request = {} }, jobs.a = plain", "/on/pull_request"),
    Case(
        "push-and-pull-request-files",
        r#"on = { push = { branches = ["feat/*"], paths = ["src/**"] }, pull_request.paths = ["docs/**"] }, jobs.a = plain"#,
        "/on/pull_request/paths/0=docs/**",
    ),
    Case(
        "raw",
        r#"on = push, jobs.a = plain & { when = 'Raw { github = "github.actor == 'a'" } }"#,
        "/jobs/a/if=github.actor == 'a'",
    ),
    Case(
        "raw-github",
        r#"on = push, jobs.a = plain & { when = 'Raw { gitlab = "$CI_COMMIT_TITLE =~ /ready/" } }"#,
        "/rules/0/if",
    ),
    Case(
        "raw-in-run",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", when = 'Raw { github = "github.actor == 'a'", gitlab = "$A" } }] }"#,
        "/jobs/a/steps/0/if=github.actor == 'a'",
    ),
    Case("release", r#"on.release.types = ["published"], jobs.a = plain"#, "/on/release/types/0=published"),
    Case(
        "result-cancelled",
        r#"on = push, jobs = { a = plain, b = plain & { needs = ["a"], when = 'Result { job = "a", is = 'Cancelled } } }"#,
        "/jobs/b/if=always() && needs.a.result == 'cancelled'",
    ),
    Case(
        "result-unsaid",
        r#"on = push, jobs = {
             a = plain & { gitlab.script = ["make"] },
             b = plain & { needs = ["a"], when = 'Always, env.HOW = 'Result "a" },
           }"#,
        "/jobs/b/env/HOW=${{ needs.a.result }}",
    ),
    Case("schedule", r#"on.schedule = [{ cron = "5 2 * * *" }], jobs.a = plain"#, "/on/schedule/0/cron=5 2 * * *"),
];
