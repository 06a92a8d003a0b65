//! What steps do, and the values they are given.

use super::Case;

/// A case of each row of `src/loss/steps.rs`.
pub(super) const CASES: &[Case] = &[
    Case(
        "action",
        r#"on = push, jobs.a = job & { steps = [{ uses = "astral-sh/setup-uv" }] }"#,
        "/jobs/a/steps/0/uses=astral-sh/setup-uv@20cfd1bf945f4377ade1205e4dbc17946fc9a30d",
    ),
    Case(
        "background",
        r#"on = push, jobs.a = job & { steps = [{ id = "b", run = "make", background = true }, { wait = ["b"] }] }"#,
        "/jobs/a/steps/0/background=true",
    ),
    Case(
        "cache",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a", paths = ["b"] } }] }"#,
        "/jobs/a/steps/0/with/path=b",
    ),
    Case(
        "cache-condition",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a", paths = ["b"] }, when = 'Tag }] }"#,
        "/jobs/a/steps/0/if=startsWith(github.ref, 'refs/tags/')",
    ),
    Case(
        "cache-files",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = 'Hash ["a", "b", "c"], paths = ["d"] } }] }"#,
        "/jobs/a/steps/0/with/key=${{ hashFiles('a', 'b', 'c') }}",
    ),
    Case(
        "cache-hash",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = 'Hash ["a"], paths = ["d"] } }] }"#,
        "/jobs/a/steps/0/with/key=${{ hashFiles('a') }}",
    ),
    Case(
        "cache-home",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a", paths = ["~/b"] } }] }"#,
        "/jobs/a/steps/0/with/path=~/b",
    ),
    Case(
        "cache-many",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a", paths = ["b"], restore = ["c", "d", "e", "f"] } }] }"#,
        "/jobs/a/steps/0/with/restore-keys=c\nd\ne\nf\n",
    ),
    Case(
        "cache-outside",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a", paths = ["/opt/b"] } }] }"#,
        "/jobs/a/steps/0/with/path=/opt/b",
    ),
    Case(
        "cache-restore",
        r#"on = push, jobs.a = job & { steps = [{ cache = { key = "a-b", paths = ["b"], restore = ["a-"] } }] }"#,
        "/jobs/a/steps/0/with/restore-keys=a-",
    ),
    Case(
        "checkout-condition",
        "on = push, jobs.a = job & { steps = [{ checkout = {}, when = 'Tag }] }",
        "/jobs/a/steps/0/if=startsWith(github.ref, 'refs/tags/')",
    ),
    Case(
        "checkout-other",
        r#"on = push, jobs.a = job & { steps = [{ checkout = { repository = "k2/data", path = "data" } }] }"#,
        "/jobs/a/steps/0/with/repository=k2/data",
    ),
    Case(
        "comment",
        r#"on.pull_request = {}, jobs.a = job & {
             permissions.pull_requests = 'Write "keeps one comment",
             steps = [{ comment = { body = "All well", topic = "a" } }],
           }"#,
        "/jobs/a/steps/0/env/BODY=All well",
    ),
    Case(
        "coverage",
        r#"on = push, jobs.a = job & { steps = [{ coverage = { file = "coverage.xml", service = 'Codecov, token = 'Secret "TOKEN" } }] }"#,
        "/jobs/a/steps/0/with/files=coverage.xml",
    ),
    Case(
        "docker-build",
        r#"on = push, jobs.a = job & { steps = [{ docker_build.tags = ["k2:ci"] }] }"#,
        "/jobs/a/steps/0/with/tags=k2:ci",
    ),
    Case("dollar", r#"on = push, jobs.a = plain & { environment.name = "costs-$HOME" }"#, "/jobs/a/environment/name=costs-$HOME"),
    Case(
        "download",
        r#"on = push, jobs = {
             a = job & { steps = [kept "out" ["out"]] },
             b = job & { needs = ["a"], steps = [{ download.name = "out" }] },
           }"#,
        "/jobs/b/steps/0/with/name=out",
    ),
    Case(
        "download-legs",
        r#"on = push, jobs = {
             a = job & { matrix.n = [1, 2], steps = [kept ["out-", 'Matrix "n"] ["out"]] },
             b = job & { needs = ["a"], steps = [{ download.pattern = "out-*" }] },
           }"#,
        "/jobs/b/steps/0/with/pattern=out-*",
    ),
    Case(
        "download-unknown",
        r#"on = push, jobs.a = job & { steps = [{ download.name = "out" }] }"#,
        "/jobs/a/steps/0/with/name=out",
    ),
    Case(
        "github-variable",
        r#"on = push, jobs.a = job & { steps = [{ run = "echo \"$GITHUB_SHA\"" }] }"#,
        "/jobs/a/steps/0/run=echo \"$GITHUB_SHA\"",
    ),
    Case(
        "hash",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", env.SUM = 'Hash ["a"] }] }"#,
        "/jobs/a/steps/0/env/SUM=${{ hashFiles('a') }}",
    ),
    Case(
        "raw-value",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", env.WHO = 'Raw { github = "github.actor_id" } }] }"#,
        "/jobs/a/steps/0/env/WHO=${{ github.actor_id }}",
    ),
    Case(
        "ref",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", env.REF = 'Ref }] }"#,
        "/jobs/a/steps/0/env/REF=${{ github.ref }}",
    ),
    Case(
        "report",
        r#"on = push, jobs.a = job & { steps = [kept "unit" ["unit.xml"] & { upload.report = 'JUnit }] }"#,
        "/artifacts/reports/junit=unit.xml",
    ),
    Case(
        "report-files",
        r#"on = push, jobs.a = job & { steps = [kept "unit" ["a.xml", "b.xml"] & { upload.report = 'Cobertura }] }"#,
        "/jobs/a/steps/0/with/path=a.xml\nb.xml\n",
    ),
    Case(
        "sarif",
        r#"on = push, jobs.a = job & {
             permissions.security_events = 'Write "the security page",
             steps = [{ sarif = { file = "trivy.sarif", category = "trivy" } }],
           }"#,
        "/jobs/a/steps/0/with/sarif_file=trivy.sarif",
    ),
    Case(
        "script-commands",
        r#"on = push, jobs.a = job & { steps = [{ run = "echo '::error::no'" }] }"#,
        "/jobs/a/steps/0/run=echo '::error::no'",
    ),
    Case(
        "step-after-cancellation",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", when = 'Always }] }"#,
        "/jobs/a/steps/0/if=always()",
    ),
    Case(
        "step-timeout",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", timeout = "2m" }] }"#,
        "/jobs/a/steps/0/timeout-minutes=2",
    ),
    Case(
        "step-timeout-later",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", github.timeout-minutes = "${{ fromJSON(vars.MINUTES) }}" }] }"#,
        "/jobs/a/steps/0/timeout-minutes=${{ fromJSON(vars.MINUTES) }}",
    ),
    Case("summary", r#"on = push, jobs.a = job & { steps = [{ summary = "All well" }] }"#, "/jobs/a/steps/0/env/BODY=All well"),
    Case(
        "token",
        r#"on = push, jobs.a = job & { steps = [{ run = "make", env.TOKEN = 'Token }] }"#,
        "/jobs/a/steps/0/env/TOKEN=${{ github.token }}",
    ),
    Case("upload", r#"on = push, jobs.a = job & { steps = [kept "out" ["out"]] }"#, "/jobs/a/steps/0/with/path=out"),
    Case(
        "upload-condition",
        r#"on = push, jobs.a = job & { steps = [kept "out" ["out"] & { when = 'Tag }] }"#,
        "/jobs/a/steps/0/if=startsWith(github.ref, 'refs/tags/')",
    ),
    Case(
        "upload-exclude",
        r#"on = push, jobs.a = job & { steps = [kept "out" ["a", "!a/b", "a/b/c"]] }"#,
        "/jobs/a/steps/0/with/path=a\n!a/b\na/b/c\n",
    ),
    Case(
        "upload-outside",
        r#"on = push, jobs.a = job & { steps = [kept "out" ["/tmp/a"]] }"#,
        "/jobs/a/steps/0/with/path=/tmp/a",
    ),
    Case(
        "value-late",
        r#"on = push, jobs.a = job & {
             steps = [{ id = "x", run = "make" }, { cache = { key = 'Step "x.y", paths = ["b"] } }],
           }"#,
        "/jobs/a/steps/0/with/key=${{ steps.x.outputs.y }}",
    ),
];
