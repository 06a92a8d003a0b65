//! Policies of git revisions: an organisation's, and those of the branch that a pull request goes to.

use std::path::Path;
use std::process::Command;

use super::sandbox::{Sandbox, TODAY, run};

pub(crate) fn git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-C"])
        .arg(directory)
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git is here");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a repository of a directory, everything in it committed and called `base`.
pub(crate) fn commit(directory: &Path) {
    git(directory, &["init", "-q"]);
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "-m", "base"]);
    git(directory, &["tag", "base"]);
}

/// A project whose policy is committed as `base`.
fn project(policy: &str) -> Sandbox {
    let project = Sandbox::new();
    project.write("policies/main.ncl", policy);
    commit(&project.path(""));
    project
}

const POLICY: &str = r#"let deep = import "lib/deep.ncl" in
{
  rules.job-timeout-over-limit.settings.max = "20m",
  rules.forbidden-uses.settings.allow = ["actions/*"],
  custom.named = import "named.ncl",
  custom.inline = { summary = "never", why = "A test.", check = fun pipeline => deep.nothing pipeline },
  exceptions.slow = {
    rule = "job-timeout-over-limit", where = "ci/unit", reason = "soak test", owner = "platform", expires = "2026-08-30",
  },
}
"#;

fn with_rules() -> Sandbox {
    let project = Sandbox::new();
    project.write("policies/main.ncl", POLICY);
    project.write("policies/lib/deep.ncl", "{ nothing = fun pipeline => [] }\n");
    project.write("policies/named.ncl", "{ summary = \"never\", why = \"A test.\", check = fun pipeline => [] }\n");
    project.change("pipelines/ci.ncl", "\"10m\"", "\"30m\"");
    assert_eq!(project.run(&["emit", "--now", TODAY]).code, 0);
    commit(&project.path(""));
    assert_eq!(project.check(&["--policy-ref", "base"]).findings(), Vec::<String>::new());
    project
}

#[test]
fn the_policies_of_a_revision_judge_and_not_those_of_the_change() {
    let project = project("{ rules.job-timeout-over-limit.settings.max = \"5m\" }");
    project.write("policies/main.ncl", "{ rules.job-timeout-over-limit.settings.max = \"1h\" }");
    assert_eq!(project.check(&[]).code, 0);
    let said = project.check(&["--policy-ref", "base"]);
    assert_eq!(said.code, 1);
    let findings = said.findings();
    assert_eq!(
        findings,
        [
            "job-timeout-over-limit ci/unit: 10m, the most allowed is 5m @ pipelines/ci.ncl:6",
            "policy-weakened policies/main.ncl/rules/job-timeout-over-limit: `max` is \"1h\", and was \"5m\" @ policies/main.ncl:1",
        ]
    );
    let list = said.list();
    assert_eq!(list[0]["related"][0]["file"], "base:policies/main.ncl");
    assert_eq!((&list[1]["severity"], &list[1]["related"][0]["file"]), (&"error".into(), &"base:policies/main.ncl".into()));
    assert_eq!(project.run(&["emit", "--policy-ref", "base"]).code, 1, "what the gate refuses is not written");
    project.write("policies/main.ncl", "{ rules.job-timeout-over-limit.settings.max = \"4m\" }");
    assert_eq!(project.check(&["--policy-ref", "base"]).findings().len(), 1, "a stricter policy is no weakened one");
}

/// Every way to weaken a policy, each with what is said of it and how bad that is.
#[test]
fn whatever_weakens_a_policy_is_said_at_its_line() {
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "max = \"20m\"",
            "max = \"40m\"",
            "rules/job-timeout-over-limit: `max` is \"40m\", and was \"20m\" @ policies/main.ncl:3",
            "error",
        ),
        (
            "settings.max = \"20m\"",
            "severity = 'Off",
            "rules/job-timeout-over-limit: the rule is turned off, and was at error @ policies/main.ncl:3",
            "error",
        ),
        (
            "settings.max = \"20m\"",
            "mode = 'Evaluate",
            "rules/job-timeout-over-limit: the rule is only evaluated, and was enforced @ policies/main.ncl:3",
            "error",
        ),
        (
            "[\"actions/*\"]",
            "[]",
            "rules/forbidden-uses: `allow` is empty, which allows everything @ policies/main.ncl:4",
            "error",
        ),
        (
            "[\"actions/*\"]",
            "[\"actions/*\", \"x/*\"]",
            "rules/forbidden-uses: `allow` also has \"x/*\" @ policies/main.ncl:4",
            "error",
        ),
        (
            "  rules.forbidden",
            "  rules.unpinned-uses.severity = 'Note,\n  rules.forbidden",
            "rules/unpinned-uses: the severity is note, and was error @ policies/main.ncl:4",
            "error",
        ),
        (
            "  custom.named = import \"named.ncl\",\n",
            "",
            "custom/named: the rule `named` is removed @ policies/main.ncl:2",
            "error",
        ),
        (
            "import \"named.ncl\"",
            "(import \"named.ncl\") & { severity = 'Warning }",
            "custom/named: the severity is warning, and was error @ policies/main.ncl:5",
            "error",
        ),
        (
            "deep.nothing pipeline }",
            "[] }",
            "custom/inline: what `inline` looks for may have changed @ policies/main.ncl:6",
            "warning",
        ),
        (
            "let deep = import \"lib/deep.ncl\" in",
            "let deep = { nothing = fun _ => [] } in",
            "custom/inline: what `inline` looks for may have changed @ policies/main.ncl:6",
            "warning",
        ),
        (
            "2026-08-30",
            "2027-08-30",
            "exceptions/slow: the exception holds until 2027-08-30, and did until 2026-08-30 @ policies/main.ncl:8",
            "error",
        ),
        (
            "where = \"ci/unit\"",
            "where = \"ci\"",
            "exceptions/slow: the exception is about `ci`, and was about `ci/unit` @ policies/main.ncl:8",
            "error",
        ),
        (
            "exceptions.slow",
            "exceptions.more = { rule = \"unpinned-uses\", where = \"ci\", reason = \"new\", owner = \"o\", expires = \"2026-08-30\" },\n  exceptions.slow",
            "exceptions/more: an exception to `unpinned-uses` is added @ policies/main.ncl:7",
            "error",
        ),
        (
            "  rules.forbidden",
            "  exceptions_allowed = {},\n  rules.forbidden",
            "exceptions_allowed: exceptions of the repository hold for this policy too, and did not @ policies/main.ncl:4",
            "error",
        ),
    ];
    let project = with_rules();
    for (from, to, wanted, severity) in cases {
        project.write("policies/main.ncl", POLICY);
        project.change("policies/main.ncl", from, to);
        let said = project.check(&["--policy-ref", "base"]);
        let wanted = format!("policy-weakened policies/main.ncl/{wanted}");
        let at = said.findings().iter().position(|finding| *finding == wanted);
        let at = at.unwrap_or_else(|| panic!("{wanted} is not in {:#?}", said.findings()));
        assert_eq!(said.list()[at]["severity"], *severity, "{wanted}");
        assert_eq!(said.code, i32::from(*severity == "error"), "{wanted}");
    }
    project.write("policies/main.ncl", POLICY);
    for (file, text, wanted) in [
        (
            "policies/lib/deep.ncl",
            "{ nothing = fun _ => [] }\n",
            "custom: policies/lib/deep.ncl has changed, and rules of the policy may be made of it @ policies/lib/deep.ncl:1",
        ),
        (
            "policies/named.ncl",
            "{ summary = \"never\", why = \"A test.\", check = fun _ => [] }\n",
            "custom/named: what `named` looks for may have changed @ policies/main.ncl:5",
        ),
    ] {
        let before = project.read(file);
        project.write(file, text);
        let findings = project.check(&["--policy-ref", "base"]).findings();
        assert_eq!(findings, [format!("policy-weakened policies/main.ncl/{wanted}")]);
        project.write(file, &before);
    }
    std::fs::remove_file(project.path("policies/main.ncl")).expect("removed");
    let findings = project.check(&["--policy-ref", "base"]).findings();
    assert_eq!(findings, ["policy-weakened policies/main.ncl: the repository's policy is removed @ pipelines/main.ncl:1"]);
}

#[test]
fn what_makes_a_policy_stricter_or_only_rewrites_it_is_not_said() {
    let project = with_rules();
    for (from, to) in [
        ("\"20m\"", "\"1200s\""),
        ("\"20m\"", "\"10m\""),
        ("[\"actions/*\"]", "[\"actions/checkout\"]"),
        ("\"20m\"", "20"),
        ("exceptions.slow", "exceptions.renamed"),
        ("where = \"ci/unit\"", "where = \"ci/unit/test\""),
        ("2026-08-30", "2026-07-30"),
        ("  rules.forbidden", "  # said again\n\n  rules.forbidden"),
        ("  rules.forbidden", "  exceptions_allowed = 'None,\n  rules.forbidden"),
        ("soak test", "a soak test"),
    ] {
        project.write("policies/main.ncl", POLICY);
        project.change("policies/main.ncl", from, to);
        let findings = project.check(&["--policy-ref", "base"]).findings();
        assert!(findings.iter().all(|finding| !finding.starts_with("policy-weakened")), "{to}: {findings:#?}");
    }
}

#[test]
fn who_decides_about_the_organisation_is_the_revision() {
    let project = Sandbox::new();
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/organisation\",\n  backends");
    project.write("policies/organisation/main.ncl", "{ rules.job-timeout-over-limit.settings.max = \"5m\" }");
    commit(&project.path(""));
    let limit = "job-timeout-over-limit ci/unit: 10m, the most allowed is 5m @ pipelines/ci.ncl:6";
    assert_eq!(project.check(&[]).findings(), [limit]);
    for (from, to, wanted) in [
        (
            "policy.organisation = \"policies/organisation\",",
            "",
            "policy-weakened project/policy/organisation: the organisation's policy no longer judges the project: it was policies/organisation @ pipelines/main.ncl:1",
        ),
        (
            "policies/organisation",
            "policies/other.ncl",
            "policy-weakened project/policy/organisation: the organisation's policy is policies/other.ncl, and was policies/organisation @ pipelines/main.ncl:4",
        ),
    ] {
        let before = project.read("pipelines/main.ncl");
        project.write("policies/other.ncl", "{}");
        project.change("pipelines/main.ncl", from, to);
        assert_eq!(project.check(&[]).code, 0, "its own policies let it pass");
        let findings = project.check(&["--policy-ref", "base"]).findings();
        for wanted in [limit, wanted] {
            assert!(findings.iter().any(|finding| finding == wanted), "{wanted} is not in {findings:#?}");
        }
        project.write("pipelines/main.ncl", &before);
    }
    project.write("policies/organisation/main.ncl", "{ rules.job-timeout-over-limit.severity = 'Off }");
    let findings = project.check(&["--policy-ref", "base"]).findings();
    assert!(
        findings[1]
            .starts_with("policy-weakened policies/organisation/main.ncl/rules/job-timeout-over-limit: the rule is turned off"),
        "{findings:#?}"
    );
    assert_eq!(findings[0], limit);
}

#[test]
fn an_organisation_that_lets_everything_pass_does_not_replace_the_shipped_defaults_unseen() {
    let project = Sandbox::new();
    commit(&project.path(""));
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/lax.ncl\",\n  backends");
    project.write("policies/lax.ncl", "{ rules.secrets-ungated.severity = 'Off }");
    let findings = project.check(&["--policy-ref", "base"]).findings();
    assert_eq!(
        findings,
        ["policy-weakened policies/lax.ncl/rules/secrets-ungated: the rule is turned off, and was at error @ policies/lax.ncl:1"]
    );
}

#[test]
fn an_organisations_policy_of_a_revision_is_made_of_files_of_that_revision() {
    let project = Sandbox::new();
    project.write("org/policies/main.ncl", "let limits = import \"../limits.ncl\" in let data = import \"data.json\" in { rules.job-timeout-over-limit.settings.max = limits.max, rules.retention-over-limit.settings.max = data.max } | (import \"pipeward.ncl\").Policy");
    project.write("org/limits.ncl", "{ max = \"5m\" }");
    project.write("org/policies/data.json", "{ \"max\": \"5 days\" }");
    commit(&project.path(""));
    std::fs::remove_dir_all(project.path("org")).expect("removed");
    // Files of the work tree at the same places mean nothing.
    project.write("org/limits.ncl", "{ max = \"5h\" }");
    let main = project.read("pipelines/main.ncl");
    for named in ["base:org/policies", "base:org/policies/main.ncl", "base:./org/policies/"] {
        project
            .write("pipelines/main.ncl", &main.replace("backends", &format!("policy.organisation = \"{named}\",\n  backends")));
        let said = project.check(&[]);
        assert_eq!(
            said.findings(),
            ["job-timeout-over-limit ci/unit: 10m, the most allowed is 5m @ pipelines/ci.ncl:6"],
            "{named}"
        );
        assert_eq!(said.list()[0]["related"][0]["file"], "base:org/limits.ncl", "{named}");
    }
}

#[test]
fn a_policy_that_cannot_be_had_is_said_where_the_project_names_it() {
    let project = project("{}");
    project.write("main.ncl", "{ rules.x = import \"../../etc/hostname\" }");
    project.write("escape/main.ncl", "import \"../../../secret.ncl\"");
    project.write("absolute/main.ncl", "import \"/etc/hostname\" as 'Text");
    std::os::unix::fs::symlink("/etc/hostname", project.path("link.ncl")).expect("a link");
    git(&project.path(""), &["add", "-A"]);
    git(&project.path(""), &["commit", "-q", "-m", "more"]);
    let main = project.read("pipelines/main.ncl");
    for (named, wanted) in [
        ("nowhere", "the project has no nowhere"),
        ("../up", "../up leads outside the project"),
        ("/etc", "/etc leads outside the project"),
        ("link.ncl", "link.ncl leads outside the project"),
        ("nobase:policies", "no revision is called \"nobase\" here"),
        ("--upload-pack=x:policies", "expected a revision, got \"--upload-pack=x\""),
        (":policies", "expected a revision, got \"\""),
        ("base:nowhere", "base has no nowhere"),
        ("base:pipelines/../..", "base has no pipelines/../.."),
        ("base:pipelines", "project"),
        ("HEAD:link.ncl", "link.ncl of HEAD is a symbolic link, which is not followed there"),
    ] {
        project
            .write("pipelines/main.ncl", &main.replace("backends", &format!("policy.organisation = \"{named}\",\n  backends")));
        let said = project.check(&[]);
        assert_eq!(said.code, 3, "{named}: {}", said.out);
        if named == "base:pipelines" {
            continue;
        }
        let wanted = format!("evaluation-failed project/policy/organisation: {wanted} @ pipelines/main.ncl:4");
        assert_eq!(said.findings(), [wanted], "{named}");
    }
    for (named, why) in [("HEAD:escape", "outside the project"), ("HEAD:absolute", "absolute path")] {
        project
            .write("pipelines/main.ncl", &main.replace("backends", &format!("policy.organisation = \"{named}\",\n  backends")));
        let said = project.check(&[]);
        let findings = said.findings();
        assert_eq!(said.code, 3);
        assert!(findings[0].starts_with("import-refused HEAD:") && findings[0].contains(why), "{findings:#?}");
    }
}

#[test]
fn a_revision_that_cannot_judge_ends_the_run() {
    let project = project("{}");
    for (name, wanted) in [
        ("nowhere", "no revision is called \"nowhere\" here\nhelp: name a branch, a tag or a commit that is here"),
        ("origin/next", "no revision is called \"origin/next\" here\nhelp: fetch it first: git fetch origin next"),
        ("0123456789", "no revision is called \"0123456789\" here\nhelp: fetch it first: git fetch origin 0123456789"),
        ("0123456789012345678901234567890123456789", "no revision is called \"0123456789012345678901234567890123456789\" here"),
        ("HEAD^{tree}", "\"HEAD^{tree}\" is no commit\nhelp: name a branch, a tag or a commit"),
        ("-x", "expected a revision, got \"-x\""),
        ("base:policies", "expected a revision"),
        ("", "expected a revision, got \"\""),
    ] {
        let said = project.run(&["check", &format!("--policy-ref={name}")]);
        assert_eq!(said.code, 3, "{name}: {}", said.err);
        assert!(said.err.contains(wanted) && said.out.is_empty(), "{name}: {}", said.err);
    }
    git(&project.path(""), &["rm", "-q", "-r", "--cached", "pipelines"]);
    git(&project.path(""), &["commit", "-q", "-m", "without"]);
    let said = project.run(&["check", "--policy-ref", "HEAD"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("HEAD has no pipelines/main.ncl"), "{}", said.err);
    let alone = Sandbox::new();
    let said = alone.run(&["check", "--policy-ref", "HEAD"]);
    assert!(said.code == 3 && said.err.contains("the project is in no git repository"), "{}", said.err);
    let nogit = Command::new(env!("CARGO_BIN_EXE_pipeward"))
        .args(["check", "--policy-ref", "HEAD"])
        .current_dir(alone.path(""))
        .env("PATH", "/nowhere")
        .output()
        .expect("it starts");
    assert_eq!(nogit.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&nogit.stderr).contains("git does not start"));
}

#[test]
fn a_broken_policy_of_the_revision_or_of_the_change_is_never_passed_over() {
    let broken = project("{ rules = 3 }");
    broken.write("policies/main.ncl", "{}");
    let said = broken.check(&["--policy-ref", "base"]);
    assert_eq!(
        (said.code, said.findings()),
        (
            3,
            vec![
                "contract-broken policies/main.ncl/rules: expected a Record, got a Number @ base:policies/main.ncl:1".to_owned()
            ]
        )
    );
    let whole = project("{}");
    whole.write("policies/main.ncl", "{ rules = 3 }");
    assert_eq!(whole.check(&["--policy-ref", "base"]).code, 3);
}

/// What a repository's configuration would start, and what variables of a hook would point to, is never started or looked at.
#[test]
fn git_starts_nothing_and_looks_nowhere_else() {
    let project = project("{}");
    let root = project.path("");
    let trap = project.path("trap.sh");
    project.write("trap.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/sprung\"\n");
    Command::new("chmod").arg("+x").arg(&trap).status().expect("it runs");
    for setting in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "diff.external",
        "filter.x.smudge",
        "diff.x.textconv",
        "core.askPass",
        "uploadpack.packObjectsHook",
    ] {
        git(&root, &["config", setting, trap.to_str().expect("text")]);
    }
    project.write(".git/info/attributes", "* filter=x diff=x\n");
    let elsewhere = tempfile::tempdir().expect("a directory");
    let output = Command::new(env!("CARGO_BIN_EXE_pipeward"))
        .args(["check", "--policy-ref", "base", "--format", "json"])
        .current_dir(&root)
        .env("GIT_DIR", elsewhere.path())
        .env("GIT_EXTERNAL_DIFF", &trap)
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.fsmonitor")
        .env("GIT_CONFIG_VALUE_0", &trap)
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!project.path("sprung").exists());
}

#[test]
fn a_project_below_the_top_of_its_repository_is_found_in_the_revision() {
    let outer = Sandbox::new();
    let inner = outer.path("services/one");
    std::fs::create_dir_all(inner.join("pipelines")).expect("folders");
    for file in ["pipelines/main.ncl", "pipelines/ci.ncl"] {
        std::fs::copy(outer.path(file), inner.join(file)).expect("a copy");
    }
    outer.write("services/one/policies/main.ncl", "let common = import \"../../common.ncl\" in common");
    outer.write("services/common.ncl", "{ rules.job-timeout-over-limit.settings.max = \"5m\" }");
    commit(&outer.path(""));
    outer.write("services/one/policies/main.ncl", "{ rules.job-timeout-over-limit.settings.max = \"15m\" }");
    assert_eq!(run(&inner, &["emit"]).code, 0);
    let said = run(&inner, &["check", "--format", "json", "--policy-ref", "base"]);
    assert_eq!(
        said.findings(),
        [
            "job-timeout-over-limit ci/unit: 10m, the most allowed is 5m @ pipelines/ci.ncl:6",
            "policy-weakened policies/main.ncl/rules/job-timeout-over-limit: `max` is \"15m\", and was \"5m\" @ policies/main.ncl:1",
        ]
    );
}
