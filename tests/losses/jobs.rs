//! What stands around the steps of a job: where it runs, beside what, how often, and what it may do.

use super::Case;

/// A case of each row of `src/loss/jobs.rs`.
pub(super) const CASES: &[Case] = &[
    Case(
        "cancel-timeout",
        r#"on = push, jobs.a = plain & { github.cancel-timeout-minutes = 3 }"#,
        "/jobs/a/cancel-timeout-minutes=3",
    ),
    Case(
        "concurrency-cancel",
        "on = push, concurrency = { group = 'PerRef, cancel = true }, jobs.a = plain",
        "/concurrency/cancel-in-progress=true",
    ),
    Case(
        "concurrency-later",
        r#"on = push, jobs.a = plain & {
             github.concurrency = { group = "a", cancel-in-progress = "${{ github.event_name == 'push' }}" },
           }"#,
        "/jobs/a/concurrency/cancel-in-progress=${{ github.event_name == 'push' }}",
    ),
    Case(
        "concurrency-name",
        r#"on = push, concurrency = { group = 'Named ["a-", 'Ref], cancel = false }, jobs.a = plain"#,
        "/concurrency/group=a-${{ github.ref }}",
    ),
    Case(
        "concurrency-of-pipeline",
        "on = push, concurrency = { group = 'PerPipeline, cancel = false }, jobs.a = plain",
        "/concurrency/group=concurrency-of-pipeline-${{ github.workflow }}",
    ),
    Case(
        "concurrency-of-ref",
        "on = push, concurrency = { group = 'PerRef, cancel = false }, jobs.a = plain",
        "/concurrency/group=concurrency-of-ref-${{ github.workflow }}-${{ github.ref }}",
    ),
    Case(
        "concurrency-queue",
        "on = push, concurrency = { group = 'PerPipeline, cancel = false }, jobs.a = plain",
        "/concurrency/cancel-in-progress=false",
    ),
    Case(
        "container-certificates",
        r#"on = push, jobs.a = plain & {
             container = { image = "python", volumes = ["certificates:/certs/client"] },
             services.docker = { image = "docker", volumes = ["certificates:/certs/client"] },
           }"#,
        "/jobs/a/services/docker/volumes/0=certificates:/certs/client",
    ),
    Case(
        "container-credentials",
        r#"on = push, jobs.a = plain & {
             container = { image = "python", credentials = { username = "a", password = 'Secret "TOKEN" } },
           }"#,
        "/jobs/a/container/credentials/username=a",
    ),
    Case(
        "container-options",
        r#"on = push, jobs.a = plain & { container = { image = "python", options = "--cpus 2" } }"#,
        "/jobs/a/container/options=--cpus 2",
    ),
    Case(
        "container-ports",
        r#"on = push, jobs.a = plain & { container = { image = "python", ports = [80] } }"#,
        "/jobs/a/container/ports/0=80",
    ),
    Case(
        "container-privileged",
        r#"on = push, jobs.a = plain & { services.docker = { image = "docker", options = "--privileged" } }"#,
        "/jobs/a/services/docker/options=--privileged",
    ),
    Case(
        "container-shell",
        r#"on = push, jobs.a = plain & { runner = "metal", container = "python" }"#,
        "/jobs/a/container/image",
    ),
    Case(
        "container-volumes",
        r#"on = push, jobs.a = plain & { container = { image = "python", volumes = ["data:/data"] } }"#,
        "/jobs/a/container/volumes/0=data:/data",
    ),
    Case(
        "deployment-late",
        r#"on = push, jobs.a = plain & {
             github.environment = { name = "shop", deployment = "${{ github.ref_name == 'main' }}" },
           }"#,
        "/jobs/a/environment/deployment=${{ github.ref_name == 'main' }}",
    ),
    Case(
        "environment-auto-stop",
        r#"on = push, jobs.a = plain & { environment = { name = "shop", auto_stop = "7 days" } }"#,
        "/environment/auto_stop_in=7 days",
    ),
    Case(
        "environment-on-stop",
        r#"on = push, jobs = {
             a = plain & { environment = { name = "shop", on_stop = "b" } },
             b = plain & { manual.blocks = false, environment = { name = "shop", action = 'Stop } },
           }"#,
        "/environment/on_stop=environment-on-stop/b",
    ),
    Case(
        "environment-skipped",
        r#"on = push, jobs = { a = plan, b = plain & asks & { environment.name = "shop" } }"#,
        "/jobs/b/environment/name=shop",
    ),
    Case(
        "environment-stop",
        r#"on = push, jobs.a = plain & { manual.blocks = false, environment = { name = "shop", action = 'Stop } }"#,
        "/environment/action=stop",
    ),
    Case(
        "environment-stop-files",
        r#"on = push, jobs = {
             a = plan,
             b = plain & { needs = ["a"], env.PLAN = 'Output "a.plan", environment = { name = "shop", action = 'Stop } },
           }"#,
        "/jobs/b/env/PLAN=${{ needs.a.outputs.plan }}",
    ),
    Case(
        "environment-tier",
        r#"on = push, jobs.a = plain & { environment = { name = "shop", tier = 'Production } }"#,
        "/environment/deployment_tier=production",
    ),
    Case("fail-fast", "on = push, jobs.a = plain & { matrix.n = [1, 2], fail_fast = true }", "/jobs/a/strategy/fail-fast=true"),
    Case("gitlab-job", r#"on = push, jobs.a = job & { gitlab.script = ["make own"] }"#, "/script/0=make own"),
    Case(
        "id-token",
        r#"on = push, jobs.a = plain & { permissions.id_token = 'Write "signs in" }"#,
        "/jobs/a/permissions/id-token=write",
    ),
    Case("manual", r#"on = push, jobs.a = plain & { manual = {}, environment.name = "shop" }"#, "/rules/0/when=manual"),
    Case("manual-unguarded", "on = push, jobs.a = plain & { manual = {} }", "/rules/0/when=manual"),
    Case(
        "matrix-late",
        r#"on = push, jobs = { a = plan, b = plain & { needs = ["a"], matrix = 'Output "a.plan" } }"#,
        "/jobs/b/strategy/matrix=${{ fromJSON(needs.a.outputs.plan) }}",
    ),
    Case(
        "matrix-nested",
        r#"on = push, jobs.a = plain & { github.strategy.matrix.of = [{ b = 1 }] }"#,
        "/jobs/a/strategy/matrix/of/0/b=1",
    ),
    Case(
        "max-parallel",
        "on = push, jobs.a = plain & { matrix.n = [1, 2, 3], max_parallel = 2 }",
        "/jobs/a/strategy/max-parallel=2",
    ),
    Case(
        "max-parallel-one",
        "on = push, jobs.a = plain & { matrix.n = [1, 2], max_parallel = 1 }",
        "/jobs/a/strategy/max-parallel=1",
    ),
    Case("output", "on = push, jobs.a = plan", "/jobs/a/outputs/plan=${{ steps.plan.outputs.plan }}"),
    Case(
        "output-files",
        r#"on = push, jobs = {
             a = job & {
               outputs.plan = 'Step "plan.plan",
               steps = [{ id = "plan", run = "make" }, kept "plan" ["plan.txt"]],
             },
             b = plain & { needs = ["a"], env.PLAN = 'Output "a.plan" },
           }"#,
        "/jobs/b/env/PLAN=${{ needs.a.outputs.plan }}",
    ),
    Case(
        "outputs-many",
        r#"on = push, jobs.a = plain & {
             outputs = std.record.from_array (std.array.generate (fun at => { field = "o%{std.to_string at}", value = 'Commit }) 51),
           }"#,
        "/jobs/a/outputs/o50=${{ github.sha }}",
    ),
    Case(
        "own-commands",
        r#"on = push, jobs.a = plain & { outputs.of = 'Commit, gitlab.script = ["make"] }"#,
        "/jobs/a/outputs/of=${{ github.sha }}",
    ),
    Case(
        "permissions",
        r#"on = push, jobs.a = plain & { permissions.issues = 'Write "says so" }"#,
        "/jobs/a/permissions/issues=write",
    ),
    Case("retry", "on = push, jobs.a = plain & { retry = { max = 2, exit_codes = [137] } }", "/retry/exit_codes=- 137"),
    Case(
        "runner-late",
        r#"on.manual.inputs.where = { default = "ubuntu-24.04" }, jobs.a = plain & { runner = 'Input "where" }"#,
        "/jobs/a/runs-on=${{ inputs.where }}",
    ),
    Case(
        "secret",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", env.TOKEN = 'Secret "TOKEN" }] }"#,
        "/jobs/a/steps/0/env/TOKEN=${{ secrets.TOKEN }}",
    ),
    Case(
        "service-health",
        r#"on = push, jobs.a = plain & { services.db = { image = "postgres", health.command = "pg_isready" } }"#,
        "/jobs/a/services/db/options=--health-cmd \"pg_isready\" --health-interval 10s --health-timeout 5s --health-retries 5",
    ),
    Case(
        "service-ports",
        r#"on = push, jobs.a = plain & { services.db = { image = "postgres", ports = ["5432:5432"] } }"#,
        "/jobs/a/services/db/ports/0=5432:5432",
    ),
    Case(
        "services-late",
        r#"on = push, jobs.a = plain & { github.services = "${{ fromJSON(vars.MINUTES) }}" }"#,
        "/jobs/a/services=${{ fromJSON(vars.MINUTES) }}",
    ),
    Case(
        "timeout-late",
        r#"on = push, jobs.a = { permissions = {}, steps = make, github.timeout-minutes = "${{ fromJSON(vars.MINUTES) }}" }"#,
        "/jobs/a/timeout-minutes=${{ fromJSON(vars.MINUTES) }}",
    ),
    Case(
        "warn-if",
        "on = push, jobs.a = plain & { warn_if = 'Tag }",
        "/jobs/a/continue-on-error=${{ startsWith(github.ref, 'refs/tags/') }}",
    ),
];
