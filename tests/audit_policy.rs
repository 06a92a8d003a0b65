//! `pipeward audit --policy`: YAML judged by a policy, and what is said of the policy itself.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A workflow that breaks more than one rule.
const LOOSE: &str = "on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-22.04
    timeout-minutes: 5
    steps:
      - uses: someone/thing@0123456789012345678901234567890123456789 # v1
      - run: echo \"${{ github.event.pull_request.title }}\"
";

/// A rule of an organisation's own.
const CUSTOM: &str = "custom.old-machine = {
    summary = \"an old machine\",
    why = \"It is gone soon.\",
    check = fun pipeline =>
      std.record.to_array pipeline.jobs
      |> std.array.filter (fun { value, .. } => value.runner.labels == [\"ubuntu-22.04\"])
      |> std.array.map (fun { field, .. } => { at = [\"jobs\", field, \"runner\"], message = \"it is old\" }),
    examples = { good = [], bad = [] },
  },";

struct Said {
    code: i32,
    out: String,
    err: String,
}

/// A folder with an organisation's policy and some repositories with a workflow each.
fn fleet(policy: &str, repositories: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    let put = |path: String, text: &str| {
        let place = root.path().join(path);
        fs::create_dir_all(place.parent().expect("a parent")).expect("folders");
        fs::write(place, text).expect("a file");
    };
    put("policies/main.ncl".to_owned(), &format!("let ci = import \"pipeward.ncl\" in\n{{\n  {policy}\n}} | ci.Policy\n"));
    for (name, text) in repositories {
        put(format!("all/{name}/.github/workflows/ci.yml"), text);
    }
    root
}

fn audit(directory: &Path, args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    let output = command.current_dir(directory).arg("audit").args(args).output().expect("it starts");
    Said {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("it writes text"),
        err: String::from_utf8(output.stderr).expect("it writes text"),
    }
}

/// What is said, as `rule path:line` in order.
fn told(directory: &Path, args: &[&str]) -> Vec<String> {
    let said = audit(directory, &[args, &["--format", "json"]].concat());
    let report: serde_json::Value =
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err));
    let findings = report["findings"].as_array().expect("findings").iter();
    let place = |finding: &serde_json::Value| {
        let (file, line) = (&finding["file"], &finding["line"]);
        format!("{} {}:{line}", finding["rule"].as_str().expect("a rule"), file.as_str().unwrap_or_default())
    };
    findings.map(place).collect()
}

#[test]
fn a_policy_decides_what_is_said_of_yaml() {
    let policy = "rules = {
    template-injection.severity = 'Off,
    forbidden-uses.settings.allow = [\"actions/*\"],
    runner-not-approved.settings.allow = [\"ubuntu-24.04\"],
    concurrency-missing.severity = 'Warning,
  },";
    let root = fleet(policy, &[("a", LOOSE)]);
    let file = "all/a/.github/workflows/ci.yml";
    let wanted =
        [format!("concurrency-missing {file}:1"), format!("runner-not-approved {file}:5"), format!("forbidden-uses {file}:8")];
    assert_eq!(told(root.path(), &["--policy", "policies", "all"]), wanted);
    assert_eq!(told(root.path(), &["all"]), [format!("template-injection {file}:9")]);
    // What few would mend stays quiet under a policy that says nothing of it.
    let silent = fleet("rules.template-injection.severity = 'Off,", &[("a", LOOSE)]);
    assert_eq!(told(silent.path(), &["--policy", "policies/main.ncl", "all"]), Vec::<String>::new());
}

#[test]
fn a_rule_of_ones_own_speaks_at_the_line_of_the_yaml_in_every_repository() {
    let root = fleet(&format!("{CUSTOM} rules.template-injection.severity = 'Off,"), &[("a", LOOSE), ("b", LOOSE)]);
    let place = |name: &str| format!("old-machine all/{name}/.github/workflows/ci.yml:5");
    assert_eq!(told(root.path(), &["--policy", "policies", "all"]), [place("a"), place("b")]);
    let said = audit(root.path(), &["--policy", "policies", "all"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("    runs-on: ubuntu-22.04\n") && said.out.contains("it is old"), "{}", said.out);
}

#[test]
fn a_rule_of_ones_own_that_breaks_is_said_once_for_all_repositories() {
    let broken = CUSTOM.replace("value.runner.labels", "value.nothing");
    let root = fleet(&format!("{broken} rules.template-injection.severity = 'Off,"), &[("a", LOOSE), ("b", LOOSE)]);
    let said = audit(root.path(), &["--policy", "policies", "all"]);
    assert_eq!((said.code, said.out.matches("error[").count()), (3, 1), "{}", said.out);
    assert!(said.out.contains("policies/main.ncl/custom/old-machine"), "{}", said.out);
}

#[test]
fn exceptions_are_about_files_and_what_is_past_its_day_or_covers_nothing_is_said() {
    let exception = |name: &str, place: &str, until: &str| {
        format!(
            "exceptions.{name} = {{ rule = \"template-injection\", where = \"{place}\", reason = \"members only\", owner = \"platform\", expires = \"{until}\" }},"
        )
    };
    let (job, other) = (".github/workflows/ci.yml/test", ".github/workflows/other.yml");
    let run = |exceptions: &[&str], repositories: &[(&str, &str)], args: &[&str]| {
        let root = fleet(&exceptions.join("\n  "), repositories);
        told(root.path(), &[&["--policy", "policies", "--now", "2026-06-01"], args].concat())
    };
    let clean = LOOSE.replace("${{ github.event.pull_request.title }}", "it");
    // It need not cover anything in each.
    let good = exception("known", job, "2026-12-31");
    assert_eq!(run(&[&good], &[("a", &clean), ("b", LOOSE)], &["all"]), Vec::<String>::new());
    assert_eq!(run(&[&good], &[("a", &clean)], &["all"]), ["waiver-unused policies/main.ncl:3"]);
    // What was not looked at may be what it is about.
    assert_eq!(run(&[&good], &[("a", &clean)], &["all/a/.github/workflows/ci.yml"]), Vec::<String>::new());
    assert_eq!(run(&[&good], &[("a", &clean)], &["--shard", "1/1", "all"]), Vec::<String>::new());
    let found = "template-injection all/a/.github/workflows/ci.yml:9";
    let gone = exception("gone", other, "2026-12-31");
    assert_eq!(run(&[&good, &gone], &[("a", LOOSE)], &["all"]), ["waiver-unused policies/main.ncl:4"]);
    let old = exception("old", job, "2026-05-31");
    assert_eq!(run(&[&old], &[("a", LOOSE)], &["all"]), [found, "waiver-expired policies/main.ncl:3"]);
    let strange = good.replace("template-injection", "template-injektion");
    assert_eq!(run(&[&strange], &[("a", LOOSE)], &["all"]), [found, "unknown-rule-id policies/main.ncl:3"]);
}

#[test]
fn comments_hold_only_as_far_as_the_policy_lets_them() {
    let waived = LOOSE.replace("      - run:", "      # pipeward: allow[template-injection] members only\n      - run:");
    for (policy, wanted) in [
        ("", vec![]),
        ("exceptions_allowed = 'None,", vec!["suppression-banned", "template-injection"]),
        (
            "rules.suppression-banned.settings.banned = [\"template-injection\"],",
            vec!["suppression-banned", "template-injection"],
        ),
    ] {
        let root = fleet(policy, &[("a", &waived)]);
        let told = told(root.path(), &["--policy", "policies", "all"]);
        let rules: Vec<&str> = told.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(rules, wanted, "{policy}");
    }
}

#[test]
fn a_policy_that_is_none_judges_nothing() {
    let root = fleet("rules.no-such-rule.severity = 'Off,", &[("a", LOOSE)]);
    let said = audit(root.path(), &["--policy", "policies", "all"]);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("policies/main.ncl:3:9") && !said.out.contains("template-injection"), "{}", said.out);
    for wrong in ["nowhere", "all", "nowhere:policies", "policies/main.ncl/deeper"] {
        let said = audit(root.path(), &["--policy", wrong, "all"]);
        assert_eq!((said.code, said.out.as_str()), (3, ""), "{wrong}: {}", said.err);
        assert!(said.err.starts_with("error: "), "{wrong}: {}", said.err);
    }
}

#[test]
fn hostile_yaml_is_judged_by_a_policy_all_the_same() {
    let bomb = format!("a: &a [x]\n{}on: push\njobs: {{}}\n", (0..40).map(|_| "b: &a [*a, *a, *a, *a]\n").collect::<String>());
    let deep = format!("on: push\njobs: {}1{}\n", "[".repeat(5_000), "]".repeat(5_000));
    let files = [("bomb", bomb.as_str()), ("deep", deep.as_str()), ("tabs", "on: push\njobs:\n\tx: 1\n"), ("z", LOOSE)];
    let root = fleet(CUSTOM, &files);
    let said = audit(root.path(), &["--policy", "policies", "all"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.out.contains("all/z/.github/workflows/ci.yml:5:14"), "{}", said.out);
    for (name, _) in &files[..3] {
        assert!(said.out.contains(&format!("all/{name}/.github/workflows/ci.yml:")), "{name}: {}", said.out);
    }
}

#[test]
fn what_is_mended_is_what_the_policy_finds() {
    let root = fleet("rules.template-injection.severity = 'Off,", &[("a", LOOSE)]);
    let file = root.path().join("all/a/.github/workflows/ci.yml");
    audit(root.path(), &["--policy", "policies", "--fix", "all"]);
    assert_eq!(fs::read_to_string(&file).expect("the file"), LOOSE);
    audit(root.path(), &["--fix", "all"]);
    assert_ne!(fs::read_to_string(&file).expect("the file"), LOOSE);
}

#[test]
fn a_policy_may_be_one_of_a_revision() {
    let root = fleet(&format!("{CUSTOM} rules.template-injection.severity = 'Off,"), &[("a", LOOSE)]);
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(root.path()).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(args);
        assert!(command.output().expect("git starts").status.success(), "{args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "policies"]);
    git(&["commit", "-qm", "Decide"]);
    fs::write(root.path().join("policies/main.ncl"), "{}").expect("a file");
    let wanted = ["old-machine all/a/.github/workflows/ci.yml:5"];
    assert_eq!(told(root.path(), &["--policy", "HEAD:policies", "all"]), wanted);
    assert_ne!(told(root.path(), &["--policy", "policies", "all"]), wanted);
}
